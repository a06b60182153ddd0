"""A page that says itself that it, or its product, is no longer kept up, in a record that calls it active."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page

_IN_USE = frozenset({"", "active", "published"})


def _words(page: Page) -> str | None:
    retired = page.derived.retired
    if retired is None or page.decided("status") or page.text_of("status").lower() not in _IN_USE:
        return None
    return "; ".join(retired.evidence) or retired.value


def _find(page: Page) -> Iterator[Finding]:
    words = _words(page)
    if words is None:
        return
    why = "The page itself says that it is no longer kept up."
    at = page.body.text.find(words)
    if at >= 0:
        yield page.in_body(
            "STATUS-RETIRED", Severity.BLOCKING, at, at + len(words), why, "set the record's status to draft"
        )
    else:
        yield page.record("STATUS-RETIRED", Severity.BLOCKING, "status", why, "set the record's status to draft", words)


def _mend(page: Page) -> Repair | None:
    words = _words(page)
    return None if words is None else Repair({"status": "draft"}, evidence={"status": (f"the page says “{words}”",)})


CHECK = Check(
    "STATUS-RETIRED",
    "The page says that it is no longer updated, or that its product is no longer available.",
    (Severity.BLOCKING,),
    _find,
    _mend,
    "take the page out of use until a person decides",
)
