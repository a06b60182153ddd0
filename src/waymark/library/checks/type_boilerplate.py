"""A cancer type whose only evidence is a sentence that stands on every page of its kind."""

from waymark.library.checks.findings import Check, Severity
from waymark.library.checks.page import Page
from waymark.library.checks.type_claims import finder, without
from waymark.library.claims import Claim, Ground


def _words(page: Page, claim: Claim) -> str:
    return f"“{claim.written}” stands only in the notice that the pages of this kind share"


CHECK = Check(
    "TYPE-BOILERPLATE",
    "The only evidence for a cancer type is a sentence of boilerplate.",
    (Severity.ERROR,),
    finder("TYPE-BOILERPLATE", Severity.ERROR, Ground.BOILERPLATE, words=_words),
    without(Ground.BOILERPLATE, words=_words),
    "take it out of cancerTypes",
)
