"""A record that says it is for one audience while the page itself says another."""

from collections.abc import Iterator
from datetime import date

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.document import Document


def _find(document: Document, on: date) -> Iterator[Finding]:
    stated = str(document.front.get("audienceLevel") or "").strip().lower()
    evidence = document.evidence.get("audience", ())
    if not stated or not evidence or stated == document.card.audience:
        return
    why = (
        f"The page is for {document.card.audience}s by its own words ({'; '.join(evidence)}); Waymark goes by the page."
    )
    yield Finding("META-AUDIENCE", Severity.ATTENTION, document.id, "audienceLevel", stated, why)


CHECK = Check("META-AUDIENCE", "The record names another audience than the page itself does.", _find)
