"""A cancer type that the page names in passing, or whose organ it names, without being about it.

The repair takes it out of the types, since no filter should show the page for it. One that is named once stays open for a
person, who may know better than a count: it is kept under ``undecided`` until someone decides.
"""

from collections.abc import Iterator
from typing import Any

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page
from waymark.library.checks.type_claims import KEY, claims_on, found
from waymark.library.claims import GENERAL, Claim, Ground

_W = Severity.WARNING
_GROUNDS = (Ground.NAMED, Ground.NAMED_ONCE, Ground.ORGAN, Ground.REFERENCE, Ground.NOTHING)


def _words(page: Page, claim: Claim) -> str:
    line = _sentence(page, claim)
    if claim.ground is Ground.NAMED_ONCE:
        return f"“{claim.written}” is named once, in passing: {line}"
    if claim.ground is Ground.NAMED:
        return f"“{claim.written}” is named {claim.times} times, and neither title, address nor most of the text is about it"
    if claim.ground is Ground.ORGAN:
        return f"“{claim.written}” is named as a place in the body, and no cancer of it: {line}"
    if claim.ground is Ground.REFERENCE:
        return f"“{claim.written}” stands only in the titles of references"
    return f"the text does not name “{claim.written}”"


def _sentence(page: Page, claim: Claim) -> str:
    text = page.body.text
    first = max(text.rfind("\n", 0, claim.start), text.rfind(". ", 0, claim.start) + 1, claim.start - 90) + 1
    ends = [at for at in (text.find("\n", claim.end), text.find(". ", claim.end)) if at >= 0]
    last = min([*ends, claim.end + 60, len(text)])
    return f"“{text[first:last].strip().lstrip('-#| ')}”"


def _undecided(page: Page) -> dict[str, Any]:
    kept = page.front.get("undecided")
    types = kept.get(KEY) if isinstance(kept, dict) else None
    return dict(types) if isinstance(types, dict) else {}


def _find(page: Page) -> Iterator[Finding]:
    for claim in claims_on(page, *_GROUNDS):
        said = _words(page, claim)
        yield found(page, "TYPE-MENTION", _W, claim, f"{said[:1].upper()}{said[1:]}.")
    if page.decided(KEY):
        return
    for written, why in _undecided(page).items():
        said = f"{why}. It was taken out of cancerTypes; a person decides whether the page is about it."
        yield page.record("TYPE-MENTION", _W, "undecided", f"{said[:1].upper()}{said[1:]}", found=written)


def _mend(page: Page) -> Repair | None:
    gone = claims_on(page, *_GROUNDS)
    if not gone:
        return None
    names = {claim.written for claim in gone}
    kept = [written for written in page.words_of(KEY) if written not in names]
    front: dict[str, Any] = {KEY: kept or [GENERAL]}
    once = {claim.written: _words(page, claim) for claim in gone if claim.ground is Ground.NAMED_ONCE}
    if once:
        before = page.front.get("undecided")
        front["undecided"] = {**(before if isinstance(before, dict) else {}), KEY: {**_undecided(page), **once}}
    evidence = {f"{KEY}.{claim.written}": (f"taken out: {_words(page, claim)}",) for claim in gone}
    return Repair(front, evidence=evidence)


CHECK = Check(
    "TYPE-MENTION",
    "A cancer type is named in passing, or only its organ is; the page is not about it.",
    (_W,),
    _find,
    _mend,
    "take it out of cancerTypes; one that is named once is kept for a person to decide",
)
