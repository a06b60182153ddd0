"""An item of a list that introduces others, which stand beside it instead of under it."""

from collections.abc import Iterator
from itertools import pairwise

from waymark.library.body import BlockKind
from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page


def _find(page: Page) -> Iterator[Finding]:
    body, blocks = page.body, page.body.blocks
    for block, after in pairwise(blocks):
        if block.kind is not BlockKind.ITEM or after.kind is not BlockKind.ITEM or block.level != after.level:
            continue
        mark, next_mark = (body.text[each.start : each.text_start].strip() for each in (block, after))
        siblings = (
            mark
            and next_mark
            and mark[0].isdigit() == next_mark[0].isdigit()
            and body.text[block.end : after.start] == "\n"
        )
        if siblings and body.text[block.text_start : block.end].endswith(":"):
            why = "The item introduces those that follow, which should stand under it."
            yield page.in_body("TEXT-NESTING", Severity.WARNING, max(block.text_start, block.end - 200), block.end, why)


CHECK = Check(
    "TEXT-NESTING",
    "An item of a list ends with a colon, and what follows is its sibling instead of its child.",
    (Severity.WARNING,),
    _find,
)
