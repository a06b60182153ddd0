"""A power that lost its place: "109/L" for 10⁹/L reads as a hundred and nine."""

import re
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page

# Counts of cells a litre, and what follows a times sign; an exponent of two to thirteen is meant, never "x 100".
_LOST = re.compile(r"10(?P<per>6|9|12)(?=\s?/\s?L\b)|10(?P<times>[2-9]|1[0-3])(?![\d.,]*\d)(?!\s?%)")
_BEFORE = re.compile(r"(?:×|\d\s?x)\s?\Z")
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _right(match: re.Match[str]) -> str:
    return f"10{(match['per'] or match['times']).translate(_POWERS)}"


def _lost(page: Page) -> Iterator[re.Match[str]]:
    """Yield the lost powers: before "/L", and after a times sign. After a bare x only where a number stands before it."""
    source = page.source
    for match in _LOST.finditer(source):
        before = source[max(0, match.start() - 4) : match.start()]
        if _BEFORE.search(before) or (match["per"] and not before[-1:].isdigit() and before[-1:] not in (".", ",")):
            yield match


def _find(page: Page) -> Iterator[Finding]:
    for match in _lost(page):
        start, end = max(0, match.start() - 12), min(len(page.source), match.end() + 8)
        start += page.source[start : match.start()].rfind("\n") + 1
        stop = page.source.find("\n", match.end(), end)
        why = f"“{match.group()}” has lost its power: {_right(match)} is meant."
        yield page.in_source(
            "TEXT-SUPERSCRIPT", Severity.ERROR, start, end if stop < 0 else stop, why, f"write {_right(match)}"
        )


def _mend(page: Page) -> Repair | None:
    found = list(_lost(page))
    if not found:
        return None
    pieces: list[str] = []
    at = 0
    for match in found:
        pieces += (page.source[at : match.start()], _right(match))
        at = match.end()
    words = dict.fromkeys(f"“{match.group()}” means {_right(match)}" for match in found)
    return Repair(source="".join((*pieces, page.source[at:])), evidence={"text": tuple(words)})


CHECK = Check(
    "TEXT-SUPERSCRIPT",
    "A power has lost its place (“109/L” for 10⁹/L).",
    (Severity.ERROR,),
    _find,
    _mend,
    "set the power in its place",
)
