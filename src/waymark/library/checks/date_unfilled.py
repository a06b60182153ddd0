"""A date's place that was never filled in: a template that went out as it was."""

import re
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page

_UNFILLED = re.compile(
    r"<\s*(?:MM|DD|YYYY|YY)(?:\s*[/.-]\s*(?:MM|DD|YYYY|YY))+\s*>|\[(?:insert|enter|add) (?:the )?date\]|<(?:insert )?date>|"
    r"\bXX/XX/(?:XX){1,2}\b",
    re.IGNORECASE,
)


def _find(page: Page) -> Iterator[Finding]:
    for at, line in page.lines_with("yyyy", "<mm", "<dd", "date]", "date>", "xx/xx"):
        for match in _UNFILLED.finditer(line):
            why = "A template's place for a date was left unfilled."
            yield page.in_source("DATE-UNFILLED", Severity.WARNING, at + match.start(), at + match.end(), why)


CHECK = Check("DATE-UNFILLED", "A template's place for a date is left in (“<MM/DD/YYYY>”).", (Severity.WARNING,), _find)
