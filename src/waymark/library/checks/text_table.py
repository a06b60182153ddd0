"""A table whose rows differ in length, or whose header row is empty: cells may be lost, and columns have no name."""

import re
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page

_RULE = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$", re.MULTILINE)
_BETWEEN = re.compile(r"(?<!\\)\|")


def _cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [cell.strip() for cell in _BETWEEN.split(line)]


def _line(source: str, at: int) -> tuple[int, int]:
    """Return where the line that begins at ``at`` begins and ends."""
    end = source.find("\n", at)
    return at, len(source) if end < 0 else end


def _find(page: Page) -> Iterator[Finding]:
    source = page.source
    past = 0  # the end of the last table: a rule inside one begins no other
    for rule in _RULE.finditer(source):
        if "|" not in rule.group() or rule.start() <= past or page.in_code(rule.start()):
            continue
        head = source.rfind("\n", 0, rule.start() - 1) + 1
        header = source[head : rule.start() - 1]
        if "|" not in header:
            continue
        columns = len(_cells(header))
        if not any(_cells(header)):
            why = "The table's header is empty: its columns have no names."
            yield page.in_source("TEXT-TABLE", Severity.WARNING, head, rule.start() - 1, why)
        widths = [(rule.start(), rule.end())]
        at = rule.end() + 1
        while at < len(source):
            start, end = _line(source, at)
            if "|" not in source[start:end]:
                break
            widths.append((start, end))
            past = end
            at = end + 1
        ragged = [(start, end) for start, end in widths if len(_cells(source[start:end])) != columns]
        if ragged:
            why = f"The table has {columns} columns, and {len(ragged)} of its rows have another number; the first is this."
            yield page.in_source("TEXT-TABLE", Severity.WARNING, *ragged[0], why)


CHECK = Check("TEXT-TABLE", "A table is ragged, or its header is empty.", (Severity.WARNING,), _find)
