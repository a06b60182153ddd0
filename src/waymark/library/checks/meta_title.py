"""A title that is none, or that ends with the name of the site ("Fatigue - NCI")."""

import re
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page

_SITE_NAMES = frozenset({"facebook", "twitter", "youtube", "instagram", "linkedin", "tiktok", "home", "untitled", "x"})
_ENDING = re.compile(r"^(?P<title>.*\w.*?)\s+[-–—|]\s+(?P<site>[^-–—|]+?)\s*$")
_WORD = re.compile(r"\w")


def without_site(page: Page) -> tuple[str, str] | None:
    """Return the title without the site's name, and that name, when it is one that the record gives its publisher."""
    match = _ENDING.match(page.text_of("title"))
    if match is None:
        return None
    names = {page.card.publisher, page.text_of("source"), page.text_of("publisher")}
    known = {name.casefold().strip() for name in names} - {""}
    return (match["title"].strip(), match["site"]) if match["site"].casefold() in known else None


def _find(page: Page) -> Iterator[Finding]:
    title = page.text_of("title")
    if not _WORD.search(title):
        yield page.record("META-TITLE", Severity.BLOCKING, "title", "The record has no title; add “title:”.")
    elif title.casefold() in _SITE_NAMES:
        why = f"The title is the name of a site, “{title}”, not the page's own."
        yield page.record("META-TITLE", Severity.BLOCKING, "title", why)
    elif (found := without_site(page)) is not None:
        why = f"“{found[1]}” is the publisher's name, not a part of the title."
        yield page.record("META-TITLE", Severity.WARNING, "title", why, f"shorten the title to “{found[0]}”")


def _mend(page: Page) -> Repair | None:
    found = without_site(page)
    if found is None:
        return None
    return Repair({"title": found[0]}, evidence={"title": (f"the record names “{found[1]}” as its publisher",)})


CHECK = Check(
    "META-TITLE",
    "The title is empty, the name of a site, or ends with the name of the site.",
    (Severity.BLOCKING, Severity.WARNING),
    _find,
    _mend,
    "take the site's name off the title",
)
