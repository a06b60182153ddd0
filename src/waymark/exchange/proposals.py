"""What a file of others holds, as proposals: shown to the person, each to be taken or left, before anything is kept."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from waymark.care.course import when_in_words
from waymark.care.held import Held, Item
from waymark.languages.texts import Texts
from waymark.record.dates import When
from waymark.record.payloads import (
    Allergy,
    Diagnosis,
    FollowUpItem,
    Medicine,
    Note,
    Payload,
    Recurrence,
    ReportedStatus,
    SymptomEntry,
    Treatment,
)


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """One entry that a file offers. ``line`` says it in the person's language, ``doubts`` what to look at before taking it.

    ``known`` says that the record holds it already; ``offered`` that it is ticked when it is first shown. ``source`` is where
    it stands in the file ("Condition/12", "line 7"), and tells the proposals of one file apart.
    """

    source: str
    payload: Payload
    about: When | None
    line: str
    doubts: tuple[str, ...] = ()
    known: bool = False
    offered: bool = True
    reported_by: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """A file that was read: what it is, whom it is about, the proposals, and in sentences what was left out and why.

    With ``stranger`` the file seems to be about somebody else: nothing is ticked, and ``warnings`` say so.
    """

    what: str
    proposals: tuple[Proposal, ...]
    left_out: tuple[str, ...] = ()
    whom: str = ""
    warnings: tuple[str, ...] = ()
    stranger: bool = False

    @property
    def fresh(self) -> tuple[Proposal, ...]:
        """What the record does not hold yet."""
        return tuple(one for one in self.proposals if not one.known)


def checked(proposals: Iterable[Proposal], held: Held, words: Texts, stranger: bool) -> tuple[Proposal, ...]:
    """Return the proposals with what the record holds already marked, and what stands twice in the file left out once."""
    there = _There(held, words)
    seen: set[tuple[type, tuple[object, ...], str]] = set()
    kept: list[Proposal] = []
    sources: dict[str, int] = {}
    for one in proposals:
        key = (type(one.payload), _same(one.payload), str(one.about or one.payload.happened))
        if key in seen:
            continue
        seen.add(key)
        known, doubt = there.compared(one)
        sources[one.source] = sources.get(one.source, 0) + 1  # one resource may say two things, to be taken one by one
        kept.append(
            replace(
                one,
                source=one.source if sources[one.source] == 1 else f"{one.source}#{sources[one.source]}",
                known=known,
                doubts=(*one.doubts, *([doubt] if doubt else [])),
                offered=one.offered and not known and not doubt and not stranger,
            )
        )
    return tuple(kept)


class _There:
    """What the record holds, found by what it says: ten years of diary are ten thousand entries."""

    def __init__(self, held: Held, words: Texts) -> None:
        self._held, self._words = held, words
        self._ids = {item.id for item in held.all()}
        self._alike: dict[tuple[type, tuple[object, ...]], list[Item[Any]]] = {}
        for shape in _OFFERED:
            for item in held.of(shape):
                self._alike.setdefault((shape, _same(item.said)), []).append(item)

    def compared(self, one: Proposal) -> tuple[bool, str]:
        """Return whether the record holds it, or else a sentence where it holds something very like it."""
        _, said = self._words.gettext, one.payload
        when = one.about or said.happened
        alike = self._alike.get((type(said), _same(said)), ())
        if any(isinstance(said, Note) or compatible(item.when, when) for item in alike):
            return True, ""
        if one.source.partition("/")[2] in self._ids:  # an export of this record, come back
            return True, ""
        if isinstance(said, Diagnosis) and self._held.of(Diagnosis):
            return False, _("A diagnosis is in the record already. Is this the same one, or a second cancer?")
        if isinstance(said, _MAY_BE_CLOSE):
            for item in self._held.of(type(said)):
                if _close(said, item.said, item, when):
                    line = _short(item, self._words)
                    return False, _("Something very like it is in the record: %(line)s.") % {"line": line}
        return False, ""


def _same(said: Payload) -> tuple[object, ...]:
    """Return what makes two statements the same one, apart from their dates."""
    match said:
        case Medicine():
            return norm(said.name), norm(said.as_written)
        case Diagnosis():
            return (said.cancer_type or norm(said.histology),)
        case Recurrence():
            return said.spread, tuple(map(norm, said.sites))
        case Treatment():
            return (norm(said.name),)
        case FollowUpItem():
            return norm(said.name), said.time
        case Allergy():
            return norm(said.name), said.none_known
        case SymptomEntry():
            return said.term, norm(said.own_words), said.frequency, said.severity, said.interference, said.recall_days
        case Note():
            return (norm(said.text),)
        case ReportedStatus():
            return said.status, norm(said.in_words)
        case _:
            raise TypeError(f"no file offers a {type(said).__name__}")


_OFFERED: tuple[type[Payload], ...] = (
    *(Medicine, Diagnosis, Recurrence, Treatment, FollowUpItem, Allergy, SymptomEntry, Note, ReportedStatus),
)
_MAY_BE_CLOSE = (Medicine, Treatment, FollowUpItem, Allergy)


def _close(said: Payload, other: Payload, item: Item[Any], when: When) -> bool:
    if isinstance(said, Medicine) and isinstance(other, Medicine):
        return norm(said.name).split(" ")[0] == norm(other.name).split(" ")[0]
    if isinstance(said, Treatment) and isinstance(other, Treatment):
        overlap = item.when.known and when.known and compatible(item.when, when)
        return said.modality is other.modality and overlap
    if isinstance(said, FollowUpItem) and isinstance(other, FollowUpItem):
        return item.when.known and item.when == when and said.appointment is other.appointment
    return isinstance(said, Allergy) and said.none_known and bool(other)


def _short(item: Item[Any], words: Texts) -> str:
    name = getattr(item.said, "name", "") or getattr(item.said, "histology", "")
    more = getattr(item.said, "as_written", "")
    when = when_in_words(item.when, words) if item.when.known else ""
    return ", ".join(filter(None, (name, more, when)))


def norm(text: str) -> str:
    """Return a text as it is compared: without case, punctuation at its ends, and doubled spaces."""
    return re.sub(r"\s+", " ", text.casefold()).strip(" .,;:")


def compatible(one: When, other: When) -> bool:
    """Return whether two dates can mean the same day; an unknown one can mean any."""
    if one.first is None or other.first is None or one.last is None or other.last is None:
        return True
    return one.first <= other.last and other.first <= one.last
