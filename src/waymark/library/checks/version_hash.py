"""A record without the hash of its text, or with that of another text."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page


def _find(page: Page) -> Iterator[Finding]:
    stated, right = page.text_of("contentHash"), page.card.content_hash
    if stated == right:
        return
    if stated:
        why = (
            f"The record states another hash than that of its text, {right}: the text was changed after it was hashed."
        )
    else:
        named = f", “{page.text_of('version')}”," if page.text_of("version") else ""
        why = f"The record has no hash of its text, so its version{named} says nothing of it."
    key = "contentHash" if stated else "version"
    yield page.record("VERSION-HASH", Severity.WARNING, key, why, "write the hash of the text into the record")


def _mend(page: Page) -> Repair | None:
    right = page.card.content_hash
    if page.text_of("contentHash") == right:
        return None
    return Repair({"contentHash": right}, evidence={"contentHash": ("computed from the text that the library keeps",)})


CHECK = Check(
    "VERSION-HASH",
    "The record has no content hash, or not that of its text.",
    (Severity.WARNING,),
    _find,
    _mend,
    "write the hash of the text into the record",
)
