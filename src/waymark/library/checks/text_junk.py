"""Furniture of a page that is not its text: "Enlarge", "Placeholder slot", "Go to Patient Version" and the like."""

import re
from collections.abc import Iterator

from waymark.library.body import JUNK
from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Edit, Page, apply
from waymark.library.deriving.parts import plain
from waymark.library.pairs import other_version

_TELLING = (
    *("enlarge", "placeholder slot", "skip to main content", "back to top", "an official website of the", "play video"),
    *(
        "go to patient",
        "go to the patient",
        "go to health",
        "go to the health",
        "view larger",
        "print",
        "email",
        "share",
        "close",
        "updated:",
    ),
)
_INLINE = re.compile(
    r"\[\s*(?:\*\*)?Enlarge(?:\*\*)?\s*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+\"[^\"\n]*\")?\)", re.IGNORECASE
)
_GLUED = re.compile(r"(?<![A-Za-z\[])Enlarge(?=[A-Z])")
_MARK = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)]|#{1,6})?[ \t]+|^[ \t]+")


def _pieces(page: Page) -> list[tuple[int, int, bool]]:
    """Return the places of junk in the source; True marks a whole line."""
    found: list[tuple[int, int, bool]] = []
    for at, line in page.lines_with(*_TELLING):
        if page.in_code(at):
            continue
        words = " ".join(plain(_MARK.sub("", line, count=1)).split())
        if JUNK.match(words):
            found.append((at, at + len(line), True))
            continue
        inside = [*_INLINE.finditer(line), *_GLUED.finditer(line)]
        found += [(at + match.start(), at + match.end(), False) for match in inside]
    return found


def _find(page: Page) -> Iterator[Finding]:
    for start, end, whole in _pieces(page):
        why = (
            "The line is furniture of the page, not its text."
            if whole
            else "“Enlarge” is a button of the page, not its text."
        )
        yield page.in_source("TEXT-JUNK", Severity.WARNING, start, end, why, "take it out")


def _mend(page: Page) -> Repair | None:
    pieces = _pieces(page)
    if not pieces:
        return None
    edits: list[Edit] = []
    for start, end, whole in pieces:
        if whole:
            stop = min(end + 1, len(page.source))
            before, after = page.source[max(0, start - 2) : start], page.source[stop : stop + 1]
            # With one of the two empty lines around it, so that no third is left.
            edits.append(Edit(start - 1 if before == "\n\n" and after in ("\n", "") else start, stop, ""))
        else:
            edits.append(Edit(start, end, ""))
    words = dict.fromkeys(" ".join(plain(page.source[start:end]).split()) for start, end, _ in pieces)
    front = {}
    other = other_version(page.document)
    if other is not None and not page.front.get("otherVersion"):
        # The line that leads to the page's other version is furniture too; what it says is kept.
        front["otherVersion"] = {"audience": other.audience, "url": other.address}
    return Repair(front, apply(page.source, edits), {"text": tuple(f"taken out: {each}" for each in words)})


CHECK = Check(
    "TEXT-JUNK",
    "Furniture of the page stands in its text (“Enlarge”, “Placeholder slot”, “Go to … Version”).",
    (Severity.WARNING,),
    _find,
    _mend,
    "take it out",
)
