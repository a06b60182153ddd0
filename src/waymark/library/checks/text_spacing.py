"""Line ends of another system, and no-break spaces: not seen by a reader, and in the way of every search."""

import re
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page

_SPACES = re.compile("\r\n?|[\u00a0\u202f\u2007]")


def _find(page: Page) -> Iterator[Finding]:
    first = _SPACES.search(page.source)
    if first is None:
        return
    ends = len(re.findall("\r\n?", page.source))
    spaces = sum(page.source.count(each) for each in "\u00a0\u202f\u2007")
    parts = [f"{ends:,} line ends of another system"] * bool(ends) + [f"{spaces:,} no-break spaces"] * bool(spaces)
    start, end = max(0, first.start() - 20), min(len(page.source), first.end() + 20)
    yield page.in_source(
        "TEXT-SPACING",
        Severity.INFORMATION,
        start,
        end,
        f"The text has {' and '.join(parts)}.",
        "make them plain",
        ends + spaces,
    )


def _mend(page: Page) -> Repair | None:
    if not _SPACES.search(page.source):
        return None
    source = re.sub("\r\n?", "\n", page.source)
    source = re.sub("[\u00a0\u202f\u2007]", " ", source)
    return Repair(source=source, evidence={"text": ("line ends and no-break spaces are made plain",)})


CHECK = Check(
    "TEXT-SPACING",
    "The text has line ends of another system or no-break spaces.",
    (Severity.INFORMATION,),
    _find,
    _mend,
    "make them plain",
)
