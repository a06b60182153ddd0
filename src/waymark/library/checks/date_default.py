"""A review date that is the day on which the library was collected: shared by most of it, with nothing in the text for it."""

from collections.abc import Iterator
from dataclasses import replace

from waymark.library.checks.date_body import own_date
from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page, as_date


def _without_evidence(page: Page) -> bool:
    """Return whether nothing in the text, and no person, speaks for the record's review date."""
    stated = as_date(page.front.get("lastReviewed"))
    if stated is None or page.decided("lastReviewed") or page.card.reviewed_by:
        return False
    own = own_date(page)
    said = [found.on for found in page.derived.dates]
    return stated not in said and (own is None or own.on != stated)


def _find(page: Page) -> Iterator[Finding]:
    if _without_evidence(page):
        why = "Most of the library says this same day, and nothing in the text does: it is the day of collection."
        found = page.record("DATE-DEFAULT", Severity.ERROR, "lastReviewed", why)
        yield replace(found, shared=as_date(page.front.get("lastReviewed")))


def _mend(page: Page) -> Repair | None:
    if not _without_evidence(page):
        return None
    words = f"the record said {page.text_of('lastReviewed')}, the day on which most of the library was collected"
    front = {"lastReviewed": None} | ({"reviewDue": None} if page.front.get("reviewDue") else {})
    return Repair(front, evidence={"lastReviewed": (words,)})


CHECK = Check(
    "DATE-DEFAULT",
    "lastReviewed is the day of collection, shared by most of the library, with no evidence in the text.",
    (Severity.ERROR,),
    _find,
    _mend,
    "say that the date is not known",
    asks=True,
)
