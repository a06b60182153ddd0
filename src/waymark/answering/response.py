"""What comes back: an answer, which quotes, or a decline, which says why nothing is quoted. Either may carry an urgent notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from urllib.parse import quote

from waymark.answering.conversation import NOTHING_SAID, Context
from waymark.answering.urgent import UrgentNotice
from waymark.library.credit import credit_of
from waymark.library.document import Card

Reason = Literal["not_in_library", "not_about_health", "needs_your_team", "search_unavailable"]
REASONS: tuple[Reason, ...] = ("not_in_library", "not_about_health", "needs_your_team", "search_unavailable")


def text_fragment(url: str, text: str) -> str:
    """Return ``url`` with a text fragment (WICG Scroll to Text Fragment) that points at the first and last words of ``text``."""
    if not url.startswith(("http://", "https://")):
        return url
    words = text.replace("\n", " ").split()
    words = [word for word in words if word not in ("-", "|", "#", "##", "###")]
    if not words:
        return url
    start, end = " ".join(words[:6]), " ".join(words[-6:])

    def encode(part: str) -> str:
        return quote(part, safe="").replace("-", "%2D")

    fragment = encode(start) if len(words) <= 12 else f"{encode(start)},{encode(end)}"
    return f"{url.split('#', 1)[0]}#:~:text={fragment}"


@dataclass(frozen=True, slots=True)
class Lead:
    """What introduces a quotation and stands too far before it to be part of it: a slice of the same body, shown before it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """Exact characters of one version of one document: ``body[start:end] == text``, checked when it is built.

    ``fold`` is where a long one may be folded, a place in the body between two sentences or items: what follows stands under
    "more". ``lead`` is the sentence that introduces a list of which only a later part is quoted, or the head of its table.
    """

    card: Card
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    on: date  # the day that the question was asked: decides whether the review has lapsed
    fold: int | None = None
    lead: Lead | None = None

    def __post_init__(self) -> None:
        if not self.text.strip() or self.end - self.start != len(self.text):
            raise ValueError("A quotation is a slice of a body: its text has the length of its span and holds words.")
        if self.fold is not None and not self.start < self.fold < self.end:
            raise ValueError("A quotation is folded within itself.")

    @property
    def link(self) -> str:
        return text_fragment(self.card.url, self.text)

    def as_json(self) -> dict[str, Any]:
        """Return the shape that ``ask --json`` promises."""
        card = self.card
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "section": list(self.section),
            "document": document_json(card, self.on),
            "link": self.link,
            "fold": self.fold,
            "lead": None
            if self.lead is None
            else {"text": self.lead.text, "start": self.lead.start, "end": self.lead.end},
        }


def document_json(card: Card, on: date) -> dict[str, Any]:
    """Return the document's part of a citation."""
    return {
        "id": card.id,
        "version": card.version,
        "content_hash": card.content_hash,
        "title": card.title,
        "publisher": card.publisher,
        "url": card.url,
        "audience": card.audience,
        "language": card.language,
        "last_reviewed": card.last_reviewed.isoformat() if card.last_reviewed else None,
        "review_due": card.review_due.isoformat() if card.review_due else None,
        "lapsed": card.lapsed(on),
        "license": card.license,
        "attribution": card.attribution,
        "credit": credit_of(card).text,
    }


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was read: what it is about, what its words were taken for, and what it took from the conversation.

    ``context`` is what the next question may lean on, ``used`` the part of the former context that this one leaned on.
    """

    language: str
    cancers: tuple[str, ...] = ()
    asked_for: tuple[str, ...] = ()
    team: str | None = None
    taken: tuple[tuple[str, str], ...] = ()
    context: Context = NOTHING_SAID
    used: Context = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotations that answer, best first. An answer without a quotation cannot be built.

    ``note`` is what has to be said beside them in our own words. ``parts`` are the responses to each question of a message
    that holds several; the answer itself is that to the first.
    """

    question: str
    quotations: tuple[Quotation, ...]
    urgent: UrgentNotice | None = None
    related: tuple[Quotation, ...] = ()
    took_ms: float = 0.0
    note: str = ""
    reading: Reading | None = None
    parts: tuple["Response", ...] = ()

    def __post_init__(self) -> None:
        if not self.quotations:
            raise ValueError("An answer quotes something; otherwise decline.")


@dataclass(frozen=True, slots=True)
class Decline:
    """Why nothing is quoted, in a sentence for the person, and what they can do next.

    ``nearest`` is the page that comes nearest to the question, ``take`` the list of questions to take along. ``parts`` as in
    an `Answer`.
    """

    question: str
    reason: Reason
    say: str
    next_step: str
    urgent: UrgentNotice | None = None
    related: tuple[Quotation, ...] = field(default=())
    took_ms: float = 0.0
    nearest: Card | None = None
    take: Card | None = None
    reading: Reading | None = None
    parts: tuple["Response", ...] = ()


Response = Answer | Decline


def response_json(response: Response) -> dict[str, Any]:
    """Return the one JSON object of ``waymark ask --json`` and ``POST /api/v1/ask``."""
    return {**_one_json(response), **_held({"parts": [_one_json(part) for part in response.parts]})}


def _held(more: Mapping[str, Any]) -> dict[str, Any]:
    """Return what goes beyond the fixed shape, where there is something to say: a plain question has the plain shape."""
    return {name: value for name, value in more.items() if value}


def _one_json(response: Response) -> dict[str, Any]:
    urgent = response.urgent
    return {
        "question": response.question,
        "status": "answered" if isinstance(response, Answer) else "declined",
        "urgent": None
        if urgent is None
        else {
            "sign": urgent.sign,
            "level": urgent.level,
            "say": urgent.say,
            "source": {"title": urgent.source_title, "url": urgent.source_url},
        },
        "decline": None if isinstance(response, Answer) else _decline_json(response),
        "quotations": [q.as_json() for q in response.quotations] if isinstance(response, Answer) else [],
        "related": [q.as_json() for q in response.related],
        "took_ms": round(response.took_ms, 3),
        **_held({"note": response.note if isinstance(response, Answer) else "", **_reading_json(response.reading)}),
    }


def _decline_json(decline: Decline) -> dict[str, Any]:
    return {
        "reason": decline.reason,
        "say": decline.say,
        "next_step": decline.next_step,
        **_held({"nearest": _page_json(decline.nearest), "take": _page_json(decline.take)}),
    }


def _page_json(card: Card | None) -> dict[str, str] | None:
    return None if card is None else {"id": card.id, "title": card.title, "language": card.language}


def _reading_json(reading: Reading | None) -> dict[str, Any]:
    """Return what the next question may send back (``context``), and what this one took from it (``answering_for``)."""
    if reading is None:
        return {"context": None, "answering_for": None, "read_as": []}
    return {
        "context": reading.context.as_json() if reading.context else None,
        "answering_for": reading.used.words(reading.language) or None,
        "read_as": [{"written": written, "read": read} for written, read in reading.taken],
    }
