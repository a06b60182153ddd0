"""A record that states a content hash which is not that of its text: the text was changed after it was hashed."""

from collections.abc import Iterator
from datetime import date

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.document import Document


def _stated(document: Document) -> str | None:
    stated = str(document.front.get("contentHash") or "").strip()
    return stated if stated and stated != document.card.content_hash else None


def _find(document: Document, on: date) -> Iterator[Finding]:
    stated = _stated(document)
    if stated is not None:
        why = f"The record states another hash than that of its text, {document.card.content_hash}."
        mend = "write the hash of the text into the record"
        yield Finding("VERSION-HASH", Severity.ATTENTION, document.id, "contentHash", stated, why, mend)


def _repair(document: Document) -> Repair | None:
    if _stated(document) is None:
        return None
    evidence = "The hash was computed again from the text that the library keeps."
    return Repair("VERSION-HASH", {"contentHash": document.card.content_hash}, evidence)


CHECK = Check("VERSION-HASH", "The content hash that the record states is not that of its text.", _find, _repair)
