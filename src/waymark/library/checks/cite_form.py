"""A citation that lacks what the publisher's reuse rule asks for: the credit, the original title, the address."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page
from waymark.library.credit import credit_of


def _lacks(page: Page) -> list[str]:
    citation, credit = page.text_of("citation"), credit_of(page.card)
    lacking = []
    if credit.title.casefold() not in citation.casefold():
        lacking.append(f"the original title, “{credit.title}”")
    if credit.address and credit.address not in citation:
        lacking.append("the address")
    return lacking


def _find(page: Page) -> Iterator[Finding]:
    lacking = [] if page.decided("citation") else _lacks(page)
    if lacking:
        why = f"The citation lacks {' and '.join(lacking)}; the reuse rule asks for credit, title and link."
        yield page.record(
            "CITE-FORM", Severity.ERROR, "citation", why, f"cite it as: {credit_of(page.card).text.rstrip('.')}"
        )


def _mend(page: Page) -> Repair | None:
    if page.decided("citation") or not _lacks(page):
        return None
    credit = credit_of(page.card)
    front = {"citation": credit.text}
    if not page.text_of("attribution"):
        front["attribution"] = credit.sentence
    return Repair(front, evidence=dict.fromkeys(front, (f"the credit that {page.card.publisher} asks for",)))


CHECK = Check(
    "CITE-FORM",
    "The citation lacks the original title or its address.",
    (Severity.ERROR,),
    _find,
    _mend,
    "cite in the form that the publisher asks for",
)
