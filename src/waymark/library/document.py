"""The governed document: who published it, who it is for, what it is about, how old its review is, and its lifecycle."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from waymark.library.body import Body
from waymark.library.lifecycle import TRANSITIONS as TRANSITIONS
from waymark.library.lifecycle import Status as Status
from waymark.library.lifecycle import require_transition as require_transition

# The values of ``reviewFrequency`` that say how long a review holds.
REVIEW_PERIODS: Mapping[str, relativedelta] = {
    "weekly": relativedelta(weeks=1),
    "monthly": relativedelta(months=1),
    "quarterly": relativedelta(months=3),
    "biannually": relativedelta(months=6),
    "semiannually": relativedelta(months=6),
    "yearly": relativedelta(years=1),
    "annually": relativedelta(years=1),
    "annual": relativedelta(years=1),
    "biennially": relativedelta(years=2),
}


def review_due(last_reviewed: date | None, frequency: str | None) -> date | None:
    """Return the last day on which a review of ``last_reviewed`` holds, counted from that day; None where unknown."""
    if last_reviewed is None or frequency is None:
        return None
    period = REVIEW_PERIODS.get(frequency.strip().lower())
    return None if period is None else last_reviewed + period


def content_hash(body_text: str) -> str:
    """Return ``sha256:`` and the hex digest of the body in UTF-8, so that whoever holds the body can check a citation."""
    return "sha256:" + hashlib.sha256(body_text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of one document without its text: everything a list, a filter or a citation needs."""

    id: str
    version: str
    content_hash: str
    title: str
    publisher: str
    url: str
    status: Status
    audience: str  # "patient" | "professional"
    language: str  # BCP 47, e.g. "en"
    cancer_types: tuple[str, ...]  # ids of the vocabulary; empty for a general document
    tags: tuple[str, ...]
    kind: str  # what sort of page: summary, type_page, drug, news, ...
    license: str
    citation: str
    attribution: str
    last_reviewed: date | None
    review_due: date | None
    updated: date | None
    posted: date | None
    retrieved: str | None
    reviewed_by: str | None
    origin: str | None  # the path or address that it was added from

    def lapsed(self, on: date) -> bool:
        """Return whether the review's last day is past on that day; an unknown review has not lapsed, it is unknown."""
        return self.review_due is not None and self.review_due < on


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a governed document: its card, its front matter as it came, its source text and its body."""

    card: Card
    front: Mapping[str, Any]
    source: str  # the Markdown after the front matter, as a person edits it
    body: Body
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # derived value -> why

    @property
    def id(self) -> str:
        return self.card.id

    def with_card(self, **changes: Any) -> "Document":
        """Return the same document with other values on its card."""
        return replace(self, card=replace(self.card, **changes))
