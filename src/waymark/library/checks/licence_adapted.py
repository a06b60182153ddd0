"""Matter that was adapted from someone else's; an adaptation of the publisher's own is its own."""

import re
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page

# A footnote's mark may be glued to it: "aAdapted from".
_ADAPTED = re.compile(r"(?<![A-Za-z])[a-z]?adapted from\b(?P<whom>[^\n|]{0,120})", re.IGNORECASE)


def _find(page: Page) -> Iterator[Finding]:
    if "dapted from" not in page.source:
        return
    names = "|".join(re.escape(name) for name in page.publisher_names if name)
    own = re.compile(rf"[\s*_\[(]*(?:the[\s*_\[(]+)?(?:{names})(?!\w)", re.IGNORECASE) if names else None
    for match in _ADAPTED.finditer(page.source):
        if own is not None and own.match(match["whom"]):
            continue
        why = "It was adapted from someone else, whose rights in it remain."
        yield page.in_source("LICENCE-ADAPTED", Severity.WARNING, *match.span(), why)


CHECK = Check("LICENCE-ADAPTED", "“Adapted from” someone other than the publisher.", (Severity.WARNING,), _find)
