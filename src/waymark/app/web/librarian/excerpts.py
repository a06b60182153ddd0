"""Evidence as it stands in the text: the lines around what a check found, with the very characters marked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from waymark.app.web.librarian.found_words import found_words
from waymark.library.body import BlockKind
from waymark.library.checks.findings import Finding
from waymark.library.document import Document

_WHERE = re.compile(r"(?P<part>body|source)\[(?P<start>\d+):(?P<end>\d+)\]\Z")
_AROUND = 280  # characters before and after, cut between words
SHOWN = 6  # findings of one group that are shown at once


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One place. ``words`` holds a ``<mark>`` around what was found; ``section`` is the heading above it; ``href`` leads there."""

    words: Markup
    section: str
    written: bool  # as it is written in the file, with its marks
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding: why, the characters, and where they stand (None for a value of the record, or a whole text)."""

    why: str
    found: str
    where: str
    times: int
    excerpt: Excerpt | None


def evidence(document: Document, findings: Iterable[Finding]) -> Iterator[Evidence]:
    """Yield each finding with its place."""
    for finding in findings:
        yield Evidence(
            found_words(finding.why), finding.found, finding.where, finding.times, excerpt(document, finding.where)
        )


def excerpt(document: Document, where: str) -> Excerpt | None:
    """Return the lines around a place (``body[120:140]``, ``source[120:140]``); None where it names none."""
    match = _WHERE.match(where)
    if match is None:
        return None
    text = document.body.text if match["part"] == "body" else document.source
    start, end = int(match["start"]), int(match["end"])
    if not 0 <= start <= end <= len(text):
        return None
    left, right = _cut(text, start, -1), _cut(text, end, 1)
    words = Markup("{}<mark>{}</mark>{}").format(
        ("… " if left else "") + text[left:start].lstrip("\n"),
        text[start:end] or "\u2009",
        text[end:right].rstrip("\n") + (" …" if right < len(text) else ""),
    )
    if match["part"] == "body":
        return Excerpt(words, _section(document, start), False, start, end)
    return Excerpt(words, "", True)


def _cut(text: str, at: int, way: int) -> int:
    """Return the place some characters before or after ``at``, at the end of a paragraph or between words."""
    if way < 0:
        low = max(0, at - _AROUND)
        paragraph = text.rfind("\n\n", low, at)
        if paragraph >= 0 and at - paragraph < _AROUND and paragraph > low + _AROUND // 2:
            return paragraph + 2
        space = text.find(" ", low, at) if low else -1
        return 0 if low == 0 else (space + 1 if space >= 0 else low)
    high = min(len(text), at + _AROUND)
    space = text.rfind(" ", at, high)
    return high if high == len(text) or space < 0 else space


def _section(document: Document, at: int) -> str:
    found = ""
    for block in document.body.blocks:
        if block.start > at:
            break
        if block.kind is BlockKind.HEADING:
            found = document.body.block_text(block)
    return found


def plain(text: str, most: int = 300) -> str:
    """Return what was found on one line, shortened."""
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1] + "…"


def marked(text: str) -> Markup:
    return Markup("<mark>") + escape(text) + Markup("</mark>")
