"""Matter that is reprinted with somebody's permission: ©, a Creative Commons mark, "reprinted with permission"."""

import re
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page
from waymark.library.deriving.assets import CREDIT, summary_clause

_MARK = re.compile(
    r"reprinted (?:with (?:the )?|by )permission|reprinted from(?=[^|\n]{0,600}permission)|©(?!\))|"
    r"\bCC[ -]BY\b|creative commons",
    re.IGNORECASE,
)
_TELLING = ("reprinted", "©", "cc by", "cc-by", "creative commons")


def _find(page: Page) -> Iterator[Finding]:
    for at, line in page.lines_with(*_TELLING):
        if CREDIT.match(line.lstrip(" *_|-")) or summary_clause(line):
            continue  # a credit line is told as such
        for match in _MARK.finditer(line):
            start = at + match.start()
            end = min(at + len(line), max(at + match.end(), start + 120))
            why = "It is reprinted from someone else, whose permission does not cover a further use."
            yield page.in_source("LICENCE-REPRINT", Severity.ERROR, start, end, why)


CHECK = Check(
    "LICENCE-REPRINT",
    "Matter is reprinted with permission, or carries © or a Creative Commons mark, outside the clause on a summary's images.",
    (Severity.ERROR,),
    _find,
)
