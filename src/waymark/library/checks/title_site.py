"""A title that ends with the name of the site instead of with the page's own words ("Fatigue - NCI")."""

import re
from collections.abc import Iterator
from datetime import date

from waymark.library.body import normalise
from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.document import Document

_ENDING = re.compile(r"^(?P<title>.*\w.*?)\s+[-–—|]\s+(?P<site>[^-–—|]+?)\s*$")


def _without_site(document: Document) -> tuple[str, str] | None:
    """Return the title without the site's name, and that name, when it is one that the record gives its publisher."""
    match = _ENDING.match(str(document.front.get("title") or ""))
    if match is None:
        return None
    names = {
        document.card.publisher,
        str(document.front.get("source") or ""),
        str(document.front.get("publisher") or ""),
    }
    known = {name.casefold().strip() for name in names} - {""}
    return (match["title"].strip(), match["site"]) if match["site"].casefold() in known else None


def _find(document: Document, on: date) -> Iterator[Finding]:
    found = _without_site(document)
    if found is not None:
        title, site = found
        why = f"“{site}” is the publisher's name, not a part of the title."
        mend = f"shorten the title to “{title}”" if _repair(document) else ""
        yield Finding("META-TITLE-SITE", Severity.NOTE, document.id, "title", str(document.front["title"]), why, mend)


def _repair(document: Document) -> Repair | None:
    found = _without_site(document)
    # The title decides which heading repeats it: a repair must leave the text, and so every quotation, as it is.
    if found is None or normalise(document.source, found[0]).text != document.body.text:
        return None
    return Repair("META-TITLE-SITE", {"title": found[0]}, f"The record names “{found[1]}” as its publisher.")


CHECK = Check("META-TITLE-SITE", "The title ends with the name of the site.", _find, _repair)
