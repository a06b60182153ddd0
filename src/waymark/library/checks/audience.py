"""A record that says it is for one audience while the page itself says another."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page


def _other(page: Page) -> tuple[str, tuple[str, ...]] | None:
    """Return the audience that the page names, and its words for it, when the record names another."""
    stated = page.text_of("audienceLevel").lower()
    audience = page.derived.audience
    if page.decided("audienceLevel") or not audience.evidence or audience.stated or stated == audience.value:
        return None
    return audience.value, audience.evidence


def _find(page: Page) -> Iterator[Finding]:
    other = _other(page)
    if other is not None:
        value, words = other
        why = f"The page is for {value}s by its own words ({'; '.join(words)})."
        yield page.record("AUDIENCE", Severity.ERROR, "audienceLevel", why, f"set audienceLevel to {value}")


def _mend(page: Page) -> Repair | None:
    other = _other(page)
    return None if other is None else Repair({"audienceLevel": other[0]}, evidence={"audienceLevel": other[1]})


CHECK = Check(
    "AUDIENCE",
    "The record names another audience than the page's address, heading or glossary links do.",
    (Severity.ERROR,),
    _find,
    _mend,
    "take the audience that the page names",
)
