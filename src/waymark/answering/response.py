"""What comes back: an answer, which quotes, or a decline, which says why nothing is quoted. Either may carry an urgent notice."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from urllib.parse import quote

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
class Quotation:
    """Exact characters of one version of one document: ``body[start:end] == text``, checked when it is built."""

    card: Card
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    on: date  # the day that the question was asked: decides whether the review has lapsed

    def __post_init__(self) -> None:
        if not self.text.strip() or self.end - self.start != len(self.text):
            raise ValueError("A quotation is a slice of a body: its text has the length of its span and holds words.")

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
class Answer:
    """Quotations that answer, best first. An answer without a quotation cannot be built."""

    question: str
    quotations: tuple[Quotation, ...]
    urgent: UrgentNotice | None = None
    related: tuple[Quotation, ...] = ()
    took_ms: float = 0.0

    def __post_init__(self) -> None:
        if not self.quotations:
            raise ValueError("An answer quotes something; otherwise decline.")


@dataclass(frozen=True, slots=True)
class Decline:
    """Why nothing is quoted, in a sentence for the person, and what they can do next."""

    question: str
    reason: Reason
    say: str
    next_step: str
    urgent: UrgentNotice | None = None
    related: tuple[Quotation, ...] = field(default=())
    took_ms: float = 0.0


Response = Answer | Decline


def response_json(response: Response) -> dict[str, Any]:
    """Return the one JSON object of ``waymark ask --json`` and ``POST /api/v1/ask``."""
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
        "decline": {"reason": response.reason, "say": response.say, "next_step": response.next_step}
        if isinstance(response, Decline)
        else None,
        "quotations": [q.as_json() for q in response.quotations] if isinstance(response, Answer) else [],
        "related": [q.as_json() for q in response.related],
        "took_ms": round(response.took_ms, 3),
    }
