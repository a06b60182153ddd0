"""The checks at work on one document."""

from collections.abc import Iterable

from waymark.library.checks.findings import Check, Finding, Severity, every_check
from waymark.library.checks.page import Page
from waymark.library.derived import Derived
from waymark.library.document import Document


def look(page: Page, checks: Iterable[Check] | None = None) -> tuple[Finding, ...]:
    """Return what the checks see in one document by itself, by check."""
    chosen = every_check() if checks is None else checks
    return tuple(found for check in chosen if check.find is not None for found in check.find(page))


def blocking(document: Document, derived: Derived | None = None) -> tuple[Finding, ...]:
    """Return why a document is held back when it comes in: what the blocking checks see.

    ``derived`` saves time where it is known already.
    """
    page = Page(document)
    if derived is not None:
        page.derived = derived
    checks = [check for check in every_check() if Severity.BLOCKING in check.severities]
    return tuple(found for found in look(page, checks) if found.severity is Severity.BLOCKING)
