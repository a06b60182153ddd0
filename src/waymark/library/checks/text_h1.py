"""Two or more headings of the first level: most often the record's title set before the page's own."""

import re
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page, without_lines

_FIRST_LEVEL = re.compile(r"^ {0,3}#[ \t]+(?P<words>\S.*?)[ \t]*#*[ \t]*$", re.MULTILINE)


def _headings(page: Page) -> list[re.Match[str]]:
    return [match for match in _FIRST_LEVEL.finditer(page.source) if not page.in_code(match.start())]


def _repeated(page: Page, headings: list[re.Match[str]]) -> re.Match[str] | None:
    """Return the heading that only repeats the title, which the body leaves out already."""
    words = {piece.text for piece in page.body.removed if piece.kind == "repeated_title"}
    first = headings[0]
    return first if " ".join(first["words"].split()) in words else None


def _find(page: Page) -> Iterator[Finding]:
    headings = _headings(page)
    if len(headings) < 2:
        return
    repeated = _repeated(page, headings)
    repair = f"take out the heading “{repeated['words']}”, which repeats the title" if repeated else ""
    shown = repeated or headings[1]
    why = f"The page has {len(headings)} headings of the first level."
    yield page.in_source("TEXT-H1", Severity.WARNING, *shown.span(), why, repair)


def _mend(page: Page) -> Repair | None:
    headings = _headings(page)
    repeated = _repeated(page, headings) if len(headings) > 1 else None
    if repeated is None:
        return None
    return Repair(
        source=without_lines(page.source, [repeated.span()]).lstrip("\n"),
        evidence={"text": (f"“{repeated['words']}” repeats the title before the page's own heading",)},
    )


CHECK = Check(
    "TEXT-H1",
    "The page has two or more headings of the first level.",
    (Severity.WARNING,),
    _find,
    _mend,
    "take out the heading that repeats the title",
)
