"""The parts of a page that say what it is: its address, its title, the headings with which it opens."""

import re
from urllib.parse import urlsplit

HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*?)[ \t#]*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\))?[^()\s]*(?:\s+\"[^\"\n]*\")?\)")
_SITE = re.compile(r"\s+(?:-|–|—|\|)\s+(?:NCI|National Cancer Institute|Cancer\.gov|NIH)\s*$")
_OPENING = 3_000  # characters in which a page says what it is
SUBJECT = 40_000  # characters in which a page without a telling title shows its subject


def segments_of(url: str) -> tuple[str, ...]:
    try:
        path = urlsplit(url).path
    except ValueError:  # an address that is none, such as an open bracket for a host
        path = ""
    return tuple(part for part in path.lower().split("/") if part)


def plain(markdown: str) -> str:
    """Return the words of a piece of Markdown: links by their text, no emphasis."""
    return _LINK.sub(r"\1", markdown).replace("*", "").replace("_", " ")


def bare_title(title: str) -> str:
    return _SITE.sub("", " ".join(title.split()))


def first_headings(body: str) -> tuple[str, ...]:
    """Return the first-level headings with which the page opens."""
    found = []
    for match in HEADING.finditer(body[:_OPENING]):
        if match.group().startswith("# "):
            found.append(bare_title(plain(match.group(1))))
        elif found:
            break
    return tuple(found[:3])


def headings_of(body: str) -> tuple[str, ...]:
    """Return the words of all headings, in order."""
    return tuple(bare_title(plain(match.group(1))) for match in HEADING.finditer(body))
