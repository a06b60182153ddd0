"""The lifecycle of a document, as one table: the steps that there are, who takes each, and what each needs.

The code asks the table, the tests walk it, and the diagram in ``docs/GOVERNANCE.md`` is drawn from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from waymark.errors import LifecycleRefused


class Status(StrEnum):
    """Where a document stands in its life. Only published documents are quoted."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"

    @property
    def words(self) -> str:
        """The status as it is said: in review."""
        return self.value.replace("_", " ")


class TakenBy(StrEnum):
    """Who takes a step."""

    PERSON = "a person"
    IMPORT = "an import"  # only where the source itself says that the document is published
    CATALOGUE = "the catalogue"  # by itself, when another version takes the place


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the lifecycle.

    ``name`` is what a person asks for; ``done`` what the audit event calls it; ``why_needed`` whether a reason must be given.
    """

    name: str
    done: str
    before: tuple[Status, ...]
    after: Status
    taken_by: TakenBy
    meaning: str
    why_needed: bool = False


STEPS: tuple[Step, ...] = (
    Step(
        "submit",
        "submitted",
        (Status.DRAFT,),
        Status.IN_REVIEW,
        TakenBy.PERSON,
        "Somebody holds the draft to be ready and asks for it to be read.",
    ),
    Step(
        "send back",
        "sent back",
        (Status.IN_REVIEW,),
        Status.DRAFT,
        TakenBy.PERSON,
        "Whoever read it asks for changes.",
        why_needed=True,
    ),
    Step(
        "publish",
        "published",
        (Status.IN_REVIEW,),
        Status.PUBLISHED,
        TakenBy.PERSON,
        "Whoever read it lets it be quoted. Under the two-person rule this is not who submitted it.",
    ),
    Step(
        "take in",
        "taken in as published",
        (Status.DRAFT,),
        Status.PUBLISHED,
        TakenBy.IMPORT,
        "A record comes in whose source says that it is published, and no blocking check holds it.",
    ),
    Step(
        "reopen",
        "reopened",
        (Status.PUBLISHED,),
        Status.IN_REVIEW,
        TakenBy.PERSON,
        "It is not quoted while somebody looks at it again.",
        why_needed=True,
    ),
    Step(
        "replace",
        "replaced",
        (Status.PUBLISHED,),
        Status.SUPERSEDED,
        TakenBy.CATALOGUE,
        "The next version is published and takes its place.",
    ),
    Step(
        "withdraw",
        "withdrawn",
        (Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED, Status.SUPERSEDED),
        Status.WITHDRAWN,
        TakenBy.PERSON,
        "It is kept, and never quoted again. There is no way back.",
        why_needed=True,
    ),
)
"""Every step of the lifecycle, in the order in which a document takes them."""

TRANSITIONS: Mapping[Status, tuple[Status, ...]] = {
    before: tuple(after for after in Status if any(before in step.before and step.after is after for step in STEPS))
    for before in Status
}
"""Where each status may lead. What was withdrawn is kept, and nothing follows."""


def step_named(name: str) -> Step:
    """Return the step that a person asks for by name; raises KeyError for one that the table does not hold."""
    return next(step for step in STEPS if step.name == name)


def steps_from(status: Status) -> tuple[Step, ...]:
    """Return the steps that a person may take with a document in that status."""
    return tuple(step for step in STEPS if status in step.before and step.taken_by is TakenBy.PERSON)


def require_transition(before: Status, after: Status) -> None:
    """Raise `LifecycleRefused` unless the table allows the step."""
    allowed = TRANSITIONS[before]
    if after in allowed:
        return
    words = " or ".join(status.words for status in allowed) or "nothing else: it is kept as it is"
    raise LifecycleRefused(f"From {before.words} a document can go to {words}, not to {after.words}.")


def require_step(step: Step, status: Status) -> None:
    """Raise `LifecycleRefused` unless a person may take this step with a document in that status."""
    if status in step.before and step.taken_by is TakenBy.PERSON:
        return
    possible = [each.name for each in steps_from(status)]
    next_step = f"What can be done with it now: {', '.join(possible)}." if possible else "It is kept as it is."
    raise LifecycleRefused(f"A document that is {status.words} cannot be {step.done}.", next_step)


def diagram() -> str:
    """Return the lifecycle as a Mermaid state diagram (https://mermaid.js.org/syntax/stateDiagram.html)."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{status.words}" as {status.value}' for status in Status if status.words != status.value]
    lines.append(f"    [*] --> {Status.DRAFT.value}")
    for step in STEPS:
        lines += [f"    {before.value} --> {step.after.value}: {step.name}" for before in step.before]
    lines += [f"    {status.value} --> [*]" for status in Status if not TRANSITIONS[status]]
    return "\n".join(lines)
