"""A value that is no type of cancer: an age, a stage, a list."""

from waymark.library.checks.findings import Check, Severity
from waymark.library.checks.page import Page
from waymark.library.checks.type_claims import finder, without
from waymark.library.claims import Claim, Ground


def _words(page: Page, claim: Claim) -> str:
    return f"“{claim.written}” is no type of cancer: it says nothing of where a cancer began"


CHECK = Check(
    "TYPE-NOT-A-TYPE",
    "A value of cancerTypes is no type of cancer (aya, metastatic cancer, recurrent cancer, common cancers).",
    (Severity.WARNING,),
    finder("TYPE-NOT-A-TYPE", Severity.WARNING, Ground.NO_TYPE, words=_words),
    without(Ground.NO_TYPE, words=_words),
    "take it out of cancerTypes",
)
