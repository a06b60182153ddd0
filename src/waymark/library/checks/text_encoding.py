"""Characters that were lost when the page was read."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page

LOST = "\ufffd"


def _find(page: Page) -> Iterator[Finding]:
    count = page.source.count(LOST)
    if count:
        at = page.source.index(LOST)
        start, end = max(0, at - 20), min(len(page.source), at + 20)
        why = f"{count} {'character was' if count == 1 else 'characters were'} lost when the page was read."
        yield page.in_source("TEXT-ENCODING", Severity.BLOCKING, start, end, why, times=count)


CHECK = Check("TEXT-ENCODING", "The text has replacement characters (U+FFFD).", (Severity.BLOCKING,), _find)
