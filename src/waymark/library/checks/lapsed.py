"""A review whose last day is past."""

from collections.abc import Iterator
from datetime import date

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.document import Document


def _find(document: Document, on: date) -> Iterator[Finding]:
    card = document.card
    if card.review_due is None or not card.lapsed(on):
        return
    reviewed = f"The review of {card.last_reviewed}" if card.last_reviewed else "The review"
    why = f"{reviewed} held until {card.review_due}; every quotation says that it has lapsed."
    yield Finding("DATE-LAPSED", Severity.ATTENTION, card.id, "reviewDue", card.review_due.isoformat(), why)


CHECK = Check("DATE-LAPSED", "The last day of the review is past.", _find)
