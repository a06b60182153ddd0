"""The person's questions: picked from the guiding ones or their own, in their order, with the answers they were given."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from waymark.care.guides import GUIDES, PLEASE, SITUATION_WORDS, Guide, Situation
from waymark.care.held import Held, Item
from waymark.care.words import ENGLISH
from waymark.languages.texts import Texts
from waymark.record.payloads import Question

TOP = 3
"""Questions that go onto the visit summary: more than three are seldom reached."""


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """One question of the person: ``place`` counts from 1. ``answer`` is what they were told, "" while it is open."""

    entry: str
    place: int
    text: str
    guide: str | None
    visit: str | None
    answer: str
    answered_by: str
    reported_by: str

    @property
    def open(self) -> bool:
        return not self.answer.strip()


@dataclass(frozen=True, slots=True, repr=False)
class Offered:
    """A guiding question that can be picked; ``picked`` where it is on the list already."""

    guide: str
    text: str
    picked: bool


@dataclass(frozen=True, slots=True, repr=False)
class OfferedIn:
    """The guiding questions of one situation."""

    situation: Situation
    name: str
    questions: tuple[Offered, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Questions:
    """The open questions in their order, the answered ones (newest first), and what can be picked. ``please`` ends a list
    that is handed over.
    """

    open: tuple[Asked, ...]
    answered: tuple[Asked, ...]
    offered: tuple[OfferedIn, ...]
    please: str

    @property
    def top(self) -> tuple[Asked, ...]:
        return self.open[:TOP]


def questions(held: Held, words: Texts = ENGLISH, visit: str | None = None) -> Questions:
    """Return the questions; ``visit`` (an id of the plan) keeps those for that visit and for any visit."""
    there = [item for item in held.of(Question) if visit is None or item.said.visit in (None, visit)]
    ordered = sorted(there, key=lambda item: (item.said.order or 1001, item.entry.sequence))
    asked = [
        _asked(item, place) for place, item in enumerate((one for one in ordered if not one.said.answer.strip()), 1)
    ]
    answered = [
        _asked(item, place)
        for place, item in enumerate(
            sorted(
                (one for one in ordered if one.said.answer.strip()),
                key=lambda one: one.entry.recorded_at,
                reverse=True,
            ),
            1,
        )
    ]
    picked = {item.said.guide for item in there}
    return Questions(
        tuple(asked),
        tuple(answered),
        tuple(
            OfferedIn(
                situation,
                words.gettext(SITUATION_WORDS[situation]),
                tuple(
                    Offered(guide.id, words.gettext(guide.text), guide.id in picked)
                    for guide in GUIDES
                    if guide.situation is situation
                ),
            )
            for situation in Situation
        ),
        words.gettext(PLEASE),
    )


def _asked(item: Item[Question], place: int) -> Asked:
    said = item.said
    return Asked(
        item.id, place, said.text, said.guide, said.visit, said.answer, said.answered_by, item.entry.reported_by
    )


def picked(guide: Guide, words: Texts, order: int | None = None, visit: str | None = None) -> Question:
    """Return the entry for a guiding question, in the words that the person picked it in."""
    return Question(words.gettext(guide.text), visit, order, guide=guide.id)


def in_order(held: Held, wanted: Iterable[str]) -> tuple[tuple[str, Question], ...]:
    """Return what to correct so that the open questions stand in the wanted order (ids; those not named come after)."""
    now = [item for item in held.of(Question) if not item.said.answer.strip()]
    now.sort(key=lambda item: (item.said.order or 1001, item.entry.sequence))
    first = list(dict.fromkeys(wanted))
    ordered = sorted(now, key=lambda item: first.index(item.id) if item.id in first else len(first))
    return tuple(
        (item.id, replace(item.said, order=place)) for place, item in enumerate(ordered, 1) if item.said.order != place
    )
