"""A cancer type whose only evidence is inside another word: liver in "deliver", skin in "asking"."""

from waymark.library.checks.findings import Check, Severity
from waymark.library.checks.page import Page
from waymark.library.checks.type_claims import finder, without
from waymark.library.claims import Claim, Ground


def _words(page: Page, claim: Claim) -> str:
    return f"“{claim.written}” stands only inside another word, “{page.body.text[claim.start : claim.end]}”"


CHECK = Check(
    "TYPE-SUBSTRING",
    "The only evidence for a cancer type is inside another word (deliver for liver).",
    (Severity.ERROR,),
    finder("TYPE-SUBSTRING", Severity.ERROR, Ground.SUBSTRING, words=_words),
    without(Ground.SUBSTRING, words=_words),
    "take it out of cancerTypes",
)
