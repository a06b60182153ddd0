"""What people decide about documents: the steps of the lifecycle, and reviews, each with who decided it and why.

Everything here runs under the library's one writer, so that two people who decide at the same time are told apart.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from waymark.errors import ChangedMeanwhile, LifecycleRefused, UsageError
from waymark.library.catalogue import Audit, AuditEvent, Catalogue, Writer
from waymark.library.document import Card, Document, Status
from waymark.library.lifecycle import require_step, step_named
from waymark.library.review import Review, reviewed

LONGEST_WHY = 2_000  # characters
_ALL = 1_000_000  # more events than a document has
_REVIEW = ("lastReviewed", "reviewedBy", "reviewDue")
_OF_THE_VERSION = frozenset({"version", "status", "contentHash", "retrieved", "evidence", "id"})
_CARD_VALUES = (
    *("title", "publisher", "url", "audience", "language", "cancer_types", "tags", "kind", "license"),
    *("citation", "attribution", "updated", "posted"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Who decides: the name that the audit events keep, and the role in which they work ("" at the command line)."""

    name: str
    role: str = ""

    def audit(self, action: str, at: str, why: str = "") -> Audit:
        return Audit(self.name, action, why.strip(), at)

    @property
    def detail(self) -> dict[str, Any]:
        return {"role": self.role} if self.role else {}


def same_person(one: str, other: str) -> bool:
    """Return whether two names are the same but for case and spaces."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def version_at_hand(catalogue: Catalogue, document_id: str) -> Card:
    """Return the card of the version that people work on: the open proposal, else the current one. Raises `NotFound`."""
    proposal = catalogue.proposal(document_id)
    return catalogue.card(document_id) if proposal is None else proposal.card


def submitter(events: list[AuditEvent]) -> str | None:
    """Return who put a document into review last, from its events (the latest first); None when nobody did."""
    asked = (event for event in events if event.detail.get("step") == "submit")
    put = (event for event in events if event.detail.get("status") == Status.IN_REVIEW.value)
    return next((event.actor for found in (asked, put) for event in found), None)


def take_step(
    catalogue: Catalogue,
    writer: Writer,
    step_name: str,
    document_id: str,
    who: Person,
    at: str,
    *,
    why: str = "",
    version: str | None = None,
    two_persons: bool = False,
) -> Card:
    """Take one step of the lifecycle that is a person's to take; return the card of the version that it concerned.

    ``step_name`` is a name of `waymark.library.lifecycle.STEPS`. ``version`` is the version that the person saw: the current
    one or the open proposal; None takes the version at hand, and for a withdrawal or a reopening the current one. Under
    ``two_persons`` whoever submitted does not publish. A withdrawal of the current version closes an open proposal as well.
    Raises `NotFound`, `UsageError` for a missing reason, `LifecycleRefused`, `ChangedMeanwhile`.
    """
    step = step_named(step_name)
    why = _reason(why, step_name if step.why_needed else "")
    of_current = step_name in ("withdraw", "reopen")
    current = catalogue.card(document_id)
    proposal = catalogue.proposal(document_id)
    at_hand = current if of_current or proposal is None else proposal.card
    if version is not None:
        known = {current.version: current} | ({} if proposal is None else {proposal.card.version: proposal.card})
        if version not in known:
            catalogue.card(document_id, version)  # NotFound where it never was
            raise ChangedMeanwhile(
                f"“{document_id}” has changed since it was read: it is at version {at_hand.version}.",
                "Read it again, then decide.",
            )
        at_hand = known[version]
    require_step(step, at_hand.status)
    if step_name == "publish" and two_persons:
        by = submitter(catalogue.events(document_id, _ALL))
        if by is not None and same_person(by, who.name):
            raise LifecycleRefused(
                f"{by} submitted “{document_id}”, so somebody else has to publish it.",
                "Two persons answer for what is quoted here: ask a colleague to read it.",
            )
    audit, detail = who.audit(step.done, at, why), {"step": step_name, **who.detail}
    beside = proposal is not None and at_hand.version == proposal.card.version
    if step_name == "publish" and beside and proposal is not None and proposal.base != current.version:
        return _publish_merged(catalogue, writer, document_id, proposal.card.version, proposal.base, audit, detail)
    writer.set_status(document_id, step.after, audit, at_hand.content_hash, version=at_hand.version, detail=detail)
    if step_name == "withdraw" and proposal is not None and not beside:
        writer.set_status(document_id, Status.WITHDRAWN, audit, version=proposal.card.version, detail=detail)
    return replace(at_hand, status=step.after)


def _reason(why: str, needed_for: str) -> str:
    why = why.strip()
    if needed_for and not why:
        raise UsageError(f"To {needed_for} a document needs a reason.", "Say in a sentence why; it is kept.")
    if len(why) > LONGEST_WHY:
        raise UsageError(f"The reason has {len(why):,} characters.", f"At most {LONGEST_WHY:,} are kept.")
    return why


def _publish_merged(
    catalogue: Catalogue,
    writer: Writer,
    document_id: str,
    proposed_version: str,
    base_version: str,
    audit: Audit,
    detail: dict[str, Any],
) -> Card:
    """Publish a proposal whose document got another record meanwhile (a review, a repair): both changes are kept.

    Raises `ChangedMeanwhile` when the text was changed on both sides, or one value of the record differently.
    """
    base, current = catalogue.document(document_id, base_version), catalogue.document(document_id)
    proposed = catalogue.document(document_id, proposed_version)
    if current.card.status is not Status.PUBLISHED or base.source != current.source:
        raise ChangedMeanwhile(
            f"{proposed_version} of “{document_id}” was made from {base_version}, and the document is at "
            f"{current.card.version} by now.",
            "Compare the two, and make the change again.",
        )
    merged = merge(base, current, proposed)
    writer.put(
        merged.with_card(status=Status.PUBLISHED, version=proposed_version),
        None,
        audit,
        expected_version=current.card.version,
        detail=detail,
        proposal=proposed_version,
    )
    return catalogue.card(document_id)


def merge(base: Document, current: Document, proposed: Document) -> Document:
    """Return the proposal with what was changed in the record meanwhile; ``base`` is what both were made from.

    A review of the proposal counts for it; else that of the current version does, whose text it was. Raises `ChangedMeanwhile`
    when both changed the same value differently.
    """
    front = dict(proposed.front)
    own_review = any(proposed.front.get(key) != base.front.get(key) for key in _REVIEW)
    for key in dict.fromkeys((*current.front, *base.front)):
        before, now, wanted = base.front.get(key), current.front.get(key), proposed.front.get(key)
        if key in _OF_THE_VERSION or now in (before, wanted) or (key in _REVIEW and own_review):
            continue
        if wanted != before:
            raise ChangedMeanwhile(
                f"“{key}” of “{current.id}” was changed in {current.card.version} and in {proposed.card.version}.",
                "Compare the two, and make the change again.",
            )
        if key in current.front:
            front[key] = now
        else:
            front.pop(key)
    values = [name for name in _CARD_VALUES if getattr(proposed.card, name) == getattr(base.card, name)]
    if not own_review:
        values += ["last_reviewed", "review_due", "reviewed_by"]
    why = {name: reasons for name, reasons in current.evidence.items() if base.evidence.get(name) != reasons}
    merged = Document(proposed.card, front, proposed.source, proposed.body, {**proposed.evidence, **why})
    return merged.with_card(**{name: getattr(current.card, name) for name in values})


def record_review(
    catalogue: Catalogue,
    writer: Writer,
    document_id: str,
    review: Review,
    who: Person,
    at: str,
    today: date,
    *,
    version: str | None = None,
) -> Card:
    """Write a review into the record of the version at hand, or of the one that the reviewer saw; return its new card.

    The text stays as it is, so a published document is quoted all the while. Raises as `waymark.library.review.reviewed` does,
    and `NotFound`, `ChangedMeanwhile`.
    """
    proposal = catalogue.proposal(document_id)
    at_hand = catalogue.card(document_id) if proposal is None else proposal.card
    if version is not None and version != at_hand.version:
        current = catalogue.card(document_id)
        if version != current.version:
            catalogue.card(document_id, version)
            raise ChangedMeanwhile(
                f"“{document_id}” has changed since it was read: it is at version {at_hand.version}.",
                "Read it again, then decide.",
            )
        at_hand = current
    before = catalogue.document(document_id, at_hand.version)
    after = reviewed(before, review, today)
    detail: dict[str, Any] = {
        "reviewed_by": review.by.strip(),
        "reviewed_as": review.role.strip(),
        "reviewed_on": review.on.isoformat(),
        "review_due": after.card.review_due.isoformat() if after.card.review_due else None,
        **who.detail,
    }
    audit = who.audit("reviewed", at, review.note)
    if proposal is not None and at_hand.version == proposal.card.version:
        made = writer.propose(after, audit, expected_version=at_hand.version, detail=detail)
        return made or at_hand
    writer.put(after, None, audit, expected_version=at_hand.version, detail=detail)
    return catalogue.card(document_id)
