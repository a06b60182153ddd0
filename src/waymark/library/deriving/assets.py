"""What a page shows beside its text: each image and each table that is somebody else's, with its credit and its licence.

The licence of a page is that of its text. An image is reusable only where the page credits it to the publisher itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from waymark.library.links import resolve

IMAGE = re.compile(r"!\[(?P<alt>[^\[\]]*)\]\(\s*(?P<url>[^()\s]+(?:\([^()\s]*\)[^()\s]*)?)(?:\s+\"[^\"]*\")?\s*\)")
CREDIT = re.compile(
    r"(?:\b|(?<=[|\s])[a-z])(?:(?:Photo|Image|Illustration) )?[Cc]redit:[ \t*_]*(?P<name>[^\n|]*[^\n|\s*_])"
)
_CLAUSE = re.compile(r"[Ii]mages in this summary are used with permission[^\n]{0,600}")
_NEAR = 700  # characters between an image and the line that credits it
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit line: who it names, and its place in the source."""

    name: str
    start: int
    end: int


def summary_clause(source: str) -> re.Match[str] | None:
    """Return the clause by which a summary keeps its images to itself; None where it has none."""
    return _CLAUSE.search(source)


def credits_in(source: str) -> Iterator[Credit]:
    """Yield the credit lines of a source, in order."""
    if "redit:" not in source:
        return
    for match in CREDIT.finditer(source):
        yield Credit(" ".join(match["name"].split())[:_LONGEST_NAME].rstrip(" ."), *match.span())


def is_own(name: str, names: Iterable[str]) -> bool:
    """Return whether a credit names the publisher: its name, or somebody of its staff ("S. Example, NCI")."""
    return any(re.search(rf"(?<!\w){re.escape(own)}(?!\w)", name, re.IGNORECASE) for own in names if own)


def images_of(source: str, base: str, names: Iterable[str], licence: str) -> list[dict[str, Any]]:
    """Return each image of a source once, with its credit, its licence and whether it may be passed on.

    ``names`` are those of the publisher, ``licence`` that of its own works. An image that nobody is credited for is not
    reusable either: nothing says whose it is.
    """
    credits = list(credits_in(source))
    clause = summary_clause(source)
    own = tuple(names)
    found: dict[str, dict[str, Any]] = {}
    places = [(match, resolve(match["url"], base) or match["url"]) for match in IMAGE.finditer(source)]
    taken: set[int] = set()
    for number, (match, url) in enumerate(places):
        until = places[number + 1][0].start() if number + 1 < len(places) else len(source)
        near = min(until, match.end() + _NEAR)
        credit = next((each for each in credits if match.end() <= each.start < near and each.start not in taken), None)
        if credit is not None:
            taken.add(credit.start)
        if url in found:
            continue
        asset: dict[str, Any] = {"kind": "image", "url": url, "alt": " ".join(match["alt"].split())[:160] or None}
        asset["credit"] = credit.name if credit else None
        if credit is not None and is_own(credit.name, own):
            asset |= {"license": licence, "reusable": clause is None, "why": f"credited to {credit.name}"}
        elif credit is not None:
            asset |= {
                "license": "unknown",
                "reusable": False,
                "why": f"credited to {credit.name}, not to the publisher",
            }
        elif clause is not None:
            why = "the summary says that its images may be used only within it"
            asset |= {"license": "permission_for_this_summary_only", "reusable": False, "why": why}
        else:
            asset |= {"license": "unknown", "reusable": False, "why": "the page does not say whose it is"}
        found[url] = asset
    return list(found.values())
