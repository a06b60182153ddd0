"""What was shown as one answer, in few bytes: the places of its quotations, and our own words as they were said.

A quotation is kept as its place in one version of one document, never as a copy: versions are kept for good, and a digest
of the words says whether they still are what was shown.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from waymark.answering.response import Answer, Decline, Quotation, Reason, Response
from waymark.answering.urgent import UrgentNotice
from waymark.library.document import Card, Document

MOST_PLACES = 60  # quotations of one answer; a message of many questions has fewer


def digest(text: str) -> str:
    """Return 32 hex digits of the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quotation stands: ``body[start:end]`` of one version, with the headings over it and the digest of its words."""

    document: str
    version: str
    start: int
    end: int
    words: str
    section: tuple[str, ...] = ()

    @classmethod
    def of(cls, quotation: Quotation) -> "Place":
        card = quotation.card
        return cls(card.id, card.version, quotation.start, quotation.end, digest(quotation.text), quotation.section)

    def as_json(self) -> list[Any]:
        return [self.document, self.version, self.start, self.end, self.words, list(self.section)]

    @classmethod
    def read(cls, raw: Sequence[Any]) -> "Place":
        """Raises ValueError or TypeError for what is none."""
        document, version, start, end, words, section = raw
        if not (type(start) is int and type(end) is int and 0 <= start < end):
            raise ValueError("A place has a start before its end.")
        return cls(str(document), str(version), start, end, str(words), tuple(map(str, section)))


@dataclass(frozen=True, slots=True)
class ShownPart:
    """The answer or the decline to one question of a message.

    ``decline`` holds the reason, the two sentences and the pages that were named, as they were said; None for an answer.
    """

    quotations: tuple[Place, ...] = ()
    related: tuple[Place, ...] = ()
    note: str = ""
    decline: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, response: Response) -> "ShownPart":
        related = tuple(map(Place.of, response.related))
        if isinstance(response, Answer):
            return cls(tuple(map(Place.of, response.quotations)), related, str(response.note))
        said = {"reason": response.reason, "say": str(response.say), "next_step": str(response.next_step)}
        pages = {"nearest": _named(response.nearest), "take": _named(response.take)}
        return cls((), related, "", {**said, **{name: page for name, page in pages.items() if page}})

    def as_json(self) -> dict[str, Any]:
        told = {
            "quotations": [place.as_json() for place in self.quotations],
            "related": [place.as_json() for place in self.related],
            "note": self.note,
            "decline": None if self.decline is None else dict(self.decline),
        }
        return {name: value for name, value in told.items() if value}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "ShownPart":
        decline = raw.get("decline")
        return cls(
            tuple(map(Place.read, raw.get("quotations", ()))),
            tuple(map(Place.read, raw.get("related", ()))),
            str(raw.get("note", "")),
            dict(decline) if isinstance(decline, Mapping) else None,
        )

    @property
    def places(self) -> tuple[Place, ...]:
        return (*self.quotations, *self.related)


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer as it was shown on a day: each question's part, and the urgent notice with the version of its table."""

    on: date
    language: str
    parts: tuple[ShownPart, ...]
    urgent: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, response: Response, on: date, language: str, table: str) -> "Shown":
        """``table`` is the version of the table of urgent signs."""
        urgent = response.urgent
        said = None
        if urgent is not None:
            said = {"sign": urgent.sign, "level": urgent.level, "say": urgent.say, "table": table}
            said |= {"source_title": urgent.source_title, "source_url": urgent.source_url}
        return cls(on, language, tuple(map(ShownPart.of, response.parts or (response,))), said)

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "language": self.language,
            "parts": [part.as_json() for part in self.parts],
            "urgent": None if self.urgent is None else dict(self.urgent),
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Shown":
        """Read what `as_json` made. Raises ValueError, TypeError or KeyError for anything else."""
        parts = tuple(map(ShownPart.read, raw["parts"]))
        urgent = raw.get("urgent")
        if not parts or sum(len(part.places) for part in parts) > MOST_PLACES:
            raise ValueError("An answer has a part, and not more quotations than a page can show.")
        kept = dict(urgent) if isinstance(urgent, Mapping) else None
        return cls(date.fromisoformat(raw["on"]), str(raw["language"]), parts, kept)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for part in self.parts for place in part.places)


def _named(card: Card | None) -> list[str] | None:
    return None if card is None else [card.id, card.version]


@dataclass(frozen=True, slots=True)
class Again:
    """What was shown, made again out of the versions that are kept; ``faults`` says of each part that could not be."""

    response: Response | None
    faults: tuple[str, ...]


def made_again(
    shown: Shown, document: Callable[[str, str], Document], card: Callable[[str, str], Card], question: str = ""
) -> Again:
    """Return what was shown, word for word. ``document`` and ``card`` give a version, and raise what the library raises."""
    from waymark.errors import WaymarkError

    faults: list[str] = []

    def quotations(places: Sequence[Place]) -> tuple[Quotation, ...]:
        found = []
        for place in places:
            try:
                kept = document(place.document, place.version)
            except WaymarkError as error:
                faults.append(f"{place.document} {place.version}: {error}")
                continue
            text = kept.body.text[place.start : place.end]
            if digest(text) != place.words:
                faults.append(f"{place.document} {place.version} does not hold the words that were shown.")
                continue
            found.append(Quotation(kept.card, place.start, place.end, text, place.section, shown.on))
        return tuple(found)

    def page(named: Any) -> Card | None:
        if not named:
            return None
        try:
            return card(*named)
        except (WaymarkError, TypeError) as error:
            faults.append(str(error))
            return None

    urgent = _notice(shown.urgent)
    parts: list[Response] = []
    for part in shown.parts:
        quoted, related = quotations(part.quotations), quotations(part.related)
        if part.decline is not None:
            reason: Reason = part.decline["reason"]
            say, next_step = str(part.decline["say"]), str(part.decline["next_step"])
            nearest, take = page(part.decline.get("nearest")), page(part.decline.get("take"))
            parts.append(Decline(question, reason, say, next_step, urgent, related, 0.0, nearest, take))
        elif quoted:
            parts.append(Answer(question, quoted, urgent, related, 0.0, part.note))
    if not parts:
        return Again(None, tuple(faults))
    if len(parts) == 1:
        return Again(parts[0], tuple(faults))
    return Again(_with_parts(parts), tuple(faults))


def _with_parts(parts: Sequence[Response]) -> Response:
    from dataclasses import replace

    return replace(parts[0], parts=tuple(parts))


def _notice(raw: Mapping[str, Any] | None) -> UrgentNotice | None:
    if raw is None:
        return None
    return UrgentNotice(
        str(raw["sign"]), raw["level"], str(raw["say"]), str(raw["source_title"]), str(raw["source_url"])
    )
