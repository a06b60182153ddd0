"""A cancer type that was taken from a part of the address that names none (/treatment/types/surgery)."""

from waymark.library.checks.findings import Check, Severity
from waymark.library.checks.page import Page
from waymark.library.checks.type_claims import finder, without
from waymark.library.claims import Claim, Ground


def _words(page: Page, claim: Claim) -> str:
    return f"“{claim.written}” is a part of the address {page.card.url} and no cancer"


CHECK = Check(
    "TYPE-URL",
    "A cancer type was taken from an address that does not name one.",
    (Severity.ERROR,),
    finder("TYPE-URL", Severity.ERROR, Ground.ADDRESS, words=_words),
    without(Ground.ADDRESS, words=_words),
    "take it out of cancerTypes",
)
