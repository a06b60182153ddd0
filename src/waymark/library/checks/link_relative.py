"""Links that lead somewhere only from the publisher's own page: their targets are resolved against its address."""

import re
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Edit, Page, apply
from waymark.library.links import resolve

_TARGET = re.compile(r"\]\(\s*(?P<target>[^()\s<>]+(?:\([^()\s]*\)[^()\s]*)*)(?=[\s)])")


def _relative(page: Page) -> Iterator[tuple[int, int, str]]:
    """Yield the place of each relative target and the address that it leads to."""
    base = page.text_of("url")
    for match in _TARGET.finditer(page.source):
        target = match["target"]
        if target.startswith(("http:", "https:", "#", "mailto:", "tel:", "data:", "javascript:")):
            continue
        address = resolve(target, base)
        if address is not None and address != target:
            fragment = target.partition("#")[2]
            yield *match.span("target"), f"{address}#{fragment}" if fragment else address


def _find(page: Page) -> Iterator[Finding]:
    found = list(_relative(page))
    if found:
        start, end, address = found[0]
        why = f"{len(found):,} links lead somewhere only from the publisher's page; the first leads to {address}."
        yield page.in_source("LINK-RELATIVE", Severity.WARNING, start, end, why, "write the full addresses", len(found))


def _mend(page: Page) -> Repair | None:
    edits = [Edit(start, end, address) for start, end, address in _relative(page)]
    if not edits:
        return None
    words = (f"{len(edits):,} targets resolved against {page.text_of('url')}",)
    return Repair(source=apply(page.source, edits), evidence={"text": words})


CHECK = Check(
    "LINK-RELATIVE",
    "A link's target is relative to the publisher's page.",
    (Severity.WARNING,),
    _find,
    _mend,
    "resolve it against the document's own address",
)
