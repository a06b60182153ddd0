"""A record that lacks one of the fourteen keys, or its publisher's address."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page
from waymark.library.front_matter import missing

_B = Severity.BLOCKING


def _find(page: Page) -> Iterator[Finding]:
    for key in missing(page.front):
        if key != "url":
            yield page.record(
                "META-REQUIRED", _B, key, f"The record has no “{key}:”; add the key, with null where it is not known."
            )
    if not page.text_of("url"):
        yield page.record("META-REQUIRED", _B, "url", "The record has no address of its publisher's page; add “url:”.")


CHECK = Check("META-REQUIRED", "One of the fourteen keys is missing, or the publisher's address is.", (_B,), _find)
