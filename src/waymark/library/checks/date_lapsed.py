"""A review whose last day is past."""

from collections.abc import Iterator
from dataclasses import replace

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page


def _find(page: Page) -> Iterator[Finding]:
    card = page.card
    if card.review_due is None:
        return
    reviewed = f"The review of {card.last_reviewed}" if card.last_reviewed else "The review"
    why = f"{reviewed} held until {card.review_due}; every quotation says that it has lapsed."
    found = page.record("DATE-LAPSED", Severity.WARNING, "reviewDue", why, found=card.review_due.isoformat())
    yield replace(found, since=card.review_due)


CHECK = Check(
    "DATE-LAPSED", "The last day of the review (lastReviewed plus reviewFrequency) is past.", (Severity.WARNING,), _find
)
