"""A page with hardly any text: a stub, a video's frame, an error."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page

LEAST_VISIBLE = 300  # characters


def _find(page: Page) -> Iterator[Finding]:
    visible = sum(block.end - block.text_start for block in page.body.blocks)
    if visible < LEAST_VISIBLE:
        why = f"The page has only {visible} visible characters; at least {LEAST_VISIBLE} are expected."
        yield page.in_body("TEXT-THIN", Severity.BLOCKING, 0, len(page.body.text), why)


CHECK = Check("TEXT-THIN", "The page has fewer than 300 visible characters.", (Severity.BLOCKING,), _find)
