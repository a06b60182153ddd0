"""The page's own date of its last review is another than the record's."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page, as_date
from waymark.library.deriving.found import DateFinding


def own_date(page: Page) -> DateFinding | None:
    """Return the date of its last review that the page gives: of a summary, that of its last change by its board."""
    dates = page.derived.dates
    reviewed = [found for found in dates if found.what == "reviewed"]
    changed = [found for found in dates if found.what == "updated" and "(" in found.evidence]
    return max(reviewed or changed, key=lambda found: found.on, default=None)


def _differs(page: Page) -> DateFinding | None:
    own = None if page.decided("lastReviewed") else own_date(page)
    return own if own is not None and own.on != as_date(page.front.get("lastReviewed")) else None


def _find(page: Page) -> Iterator[Finding]:
    own = _differs(page)
    if own is not None:
        said = page.text_of("lastReviewed") or "no date"
        why = f"The page says {own.on.isoformat()} (“{own.evidence}”), the record {said}."
        at = page.body.text.find(own.evidence)
        if at < 0:
            yield page.record(
                "DATE-BODY", Severity.ERROR, "lastReviewed", why, f"set lastReviewed to {own.on.isoformat()}"
            )
        else:
            yield page.in_body(
                "DATE-BODY",
                Severity.ERROR,
                at,
                at + len(own.evidence),
                why,
                f"set lastReviewed to {own.on.isoformat()}",
            )


def _mend(page: Page) -> Repair | None:
    own = _differs(page)
    if own is None:
        return None
    words = f"the page says “{own.evidence}”"
    day = own.on.isoformat()
    front: dict[str, str | None] = {"lastReviewed": day}
    if own.what == "updated":
        front["updated"] = day
    if page.front.get("reviewDue") and not page.decided("reviewDue"):
        front["reviewDue"] = None  # it was reckoned from another day
    return Repair(front, evidence=dict.fromkeys(front, (words,)))


CHECK = Check(
    "DATE-BODY",
    "The page's own date (“Latest Updates to This Summary”, “Reviewed:”) differs from lastReviewed.",
    (Severity.ERROR,),
    _find,
    _mend,
    "take the page's own date",
)
