"""The checks that hold a document back, as findings: the same rules that are asked when a document comes in."""

from collections.abc import Iterator
from datetime import date

from waymark.library.checks.blocking import held
from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.derived import derive
from waymark.library.document import Document

_WHERE = {"META-REQUIRED": "url", "META-TITLE": "title"}


def _find(document: Document, on: date) -> Iterator[Finding]:
    front, card = document.front, document.card
    title, url = str(front.get("title") or ""), str(front.get("url") or "")
    retired = derive(front, document.body.text, url, title).retired
    words = None if retired is None else "; ".join(retired.evidence) or retired.value
    for reason in held(front, document.body, words):
        where = _WHERE.get(reason.check, "body")
        yield Finding(reason.check, Severity.BLOCKING, card.id, where, reason.found, reason.why)


CHECK = Check(
    "HELD",
    "What holds a document back when it comes in: no address, no title, no text, lost characters, retired.",
    _find,
)
