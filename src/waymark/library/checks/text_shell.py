"""A page whose text was not captured: it needs JavaScript, or its embedded part answered with an error."""

import re
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page

_LONGEST = 1_200  # characters; a longer page may speak of JavaScript and have its text all the same
_SHELL = re.compile(
    r"(?:please )?(?:enable|turn on|requires?|activate) javascript|javascript (?:is|must be) (?:disabled|enabled|required)|"
    r"you need to enable javascript|an error occurred\.? (?:try|while|unable)|this (?:video|content) is (?:not available|unavailable)|"
    r"video player is loading|the embedded (?:page|content) could not|could not retrieve the oembed resource|"
    r"checking (?:if the site connection is secure|your browser)|verify(?:ing)? (?:that )?you are (?:a )?human",
    re.IGNORECASE,
)


def _find(page: Page) -> Iterator[Finding]:
    match = _SHELL.search(page.body.text) if len(page.body.text) < _LONGEST else None
    if match:
        why = "The page needs JavaScript or shows an error; its text was not captured."
        yield page.in_body("TEXT-SHELL", Severity.BLOCKING, *match.span(), why)


CHECK = Check(
    "TEXT-SHELL",
    "The page needs JavaScript, or its text is the error of an embedded part.",
    (Severity.BLOCKING,),
    _find,
)
