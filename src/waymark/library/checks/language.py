"""A text that is in another language than its record says."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page
from waymark.library.deriving.language import is_plainly, language_of


def _find(page: Page) -> Iterator[Finding]:
    stated = page.text_of("language").lower()
    if not stated or page.decided("language") or is_plainly(page.body, stated.split("-")[0]):
        return
    seen = language_of(page.body)
    if seen is not None and seen.value != stated.split("-")[0]:
        why = f"The record says “{stated}”, and the text reads as “{seen.value}” ({'; '.join(seen.evidence)})."
        yield page.record("LANGUAGE", Severity.ERROR, "language", why)


CHECK = Check("LANGUAGE", "The text is not in the language that the record says.", (Severity.ERROR,), _find)
