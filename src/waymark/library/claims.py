"""The cancer types that a record claims, and what each claim rests on: the subject of the page, or less than that."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from waymark.library.cancer_types import related, type_named, types_in
from waymark.library.deriving.parts import HEADING, segments_of

GENERAL = "general"
NO_TYPES = frozenset(
    {
        *("aya", "adolescents and young adults", "metastatic cancer", "metastatic", "recurrent cancer", "recurrent"),
        *(
            "common cancers",
            "by body location",
            "cancer",
            "all",
            "all cancers",
            "other",
            "advanced cancer",
            "rare cancers",
        ),
    }
)
"""What records call a cancer type and is none: an age, a stage, a list."""
_BOILERPLATE = re.compile(
    r"permission to use|disclaimer|contact us|about (?:this )?pdq|purpose of this summary|reviewers and updates", re.I
)
_ABOUT_MANY = ("types",)
_MOST_PLACES = 60  # a claim that is named more often is judged by these


class Ground(StrEnum):
    """What a claim rests on, the strongest first."""

    SUBJECT = "subject"  # the page is about it: see the evidence of its types
    ADDRESS = "address"  # a part of the address that names no cancer
    NO_TYPE = "no_type"  # an age, a stage, a list: no type of cancer
    NAMED = "named"  # the cancer is named several times, and the page is not about it
    NAMED_ONCE = "named_once"
    ORGAN = "organ"  # only the organ is named, as a place in the body
    REFERENCE = "reference"  # only in the titles of references
    SUBSTRING = "substring"  # only inside another word
    BOILERPLATE = "boilerplate"  # only in a sentence that stands on every page
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claimed type. ``start`` and ``end`` are the place of its evidence in the body, equal where it has none."""

    written: str
    type_id: str | None
    ground: Ground
    start: int = 0
    end: int = 0
    times: int = 0


def boilerplate(body: str) -> Iterator[tuple[int, int]]:
    """Yield where a page speaks of its own reuse and its makers, under headings that many pages share."""
    for match in HEADING.finditer(body):
        if _BOILERPLATE.search(match.group(1)):
            following = HEADING.search(body, match.end())
            yield match.start(), following.start() if following else len(body)


def claims(
    claimed: tuple[str, ...], derived: Mapping[str, tuple[str, ...]], url: str, body: str, references: str
) -> tuple[Claim, ...]:
    """Return what each claimed type rests on.

    ``derived`` holds the types that the page is about, ``references`` the words of its lists of references.
    """
    spans = tuple(boilerplate(body))
    low = body.replace("\u0130", "I").lower()
    return tuple(_claim(written, derived, url, body, low, references, spans) for written in claimed)


def _claim(
    written: str,
    derived: Mapping[str, tuple[str, ...]],
    url: str,
    body: str,
    low: str,
    references: str,
    spans: tuple[tuple[int, int], ...],
) -> Claim:
    word = " ".join(written.lower().split())
    if word in NO_TYPES:
        return Claim(written, None, Ground.NO_TYPE)
    type_id = type_named(written)
    if type_id is not None and any(related(type_id, other) for other in derived):
        return Claim(written, type_id, Ground.SUBJECT)
    segments = segments_of(url)
    slug = re.sub(r"[^a-z0-9]+", "-", word).strip("-")
    if type_id is None and slug in segments:
        return Claim(written, None, Ground.ADDRESS)
    inside: tuple[int, int] | None = None
    whole: tuple[int, int] | None = None
    named: list[tuple[int, int]] = []
    noticed: tuple[int, int] | None = None
    times = 0
    at = low.find(word) if word else -1
    while at >= 0 and times < _MOST_PLACES:
        end = at + len(word)
        if any(start <= at < stop for start, stop in spans):
            noticed = noticed or (at, end)
        elif (at and low[at - 1].isalnum()) or (end < len(low) and low[end].isalnum()):
            inside = inside or _word_around(body, at, end)
        else:
            times += 1
            whole = whole or (at, end)
            place = _named(body, at, end, type_id)
            if place:
                named.append(place)
        at = low.find(word, end)
    if len(named) > 1:
        return Claim(written, type_id, Ground.NAMED, *named[0], len(named))
    if named:
        return Claim(written, type_id, Ground.NAMED_ONCE, *named[0], 1)
    if whole:
        return Claim(written, type_id, Ground.ORGAN, *whole, times)
    if word and word in references.lower():
        return Claim(written, type_id, Ground.REFERENCE)
    if inside:
        return Claim(written, type_id, Ground.SUBSTRING, *inside, 1)
    if noticed:
        return Claim(written, type_id, Ground.BOILERPLATE, *noticed, 1)
    return Claim(written, type_id, Ground.NOTHING)


def _word_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of the word that holds a span: "deliver" around "liver"."""
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end


def _named(body: str, start: int, end: int, type_id: str | None) -> tuple[int, int] | None:
    """Return the place where the words around a span name a cancer of that type; None where they name an organ only."""
    if type_id is None:
        return None
    first = max(body.rfind("\n", 0, start) + 1, start - 200)
    last = body.find("\n", end)
    last = min(len(body) if last < 0 else last, end + 200)
    for mention in types_in(body[first:last]):
        if first + mention.start < end and first + mention.end > start and related(mention.type_id, type_id):
            return first + mention.start, first + mention.end
    return None
