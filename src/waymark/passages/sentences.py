"""Sentences as spans of a text. They join up to the text again; where a cut is doubtful, none is made.

Written here rather than taken from a library: a quotation must never begin or end inside a sentence, for any text at all,
and the libraries at hand either drop white space (pysbd) or fail on some input (sentencex panics on a capital letter, a
no-break space and a full stop).
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from waymark.passages.passages import Span

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+(?=[\"'“‘«(\[¿¡]*[A-ZÀ-ÖØ-Þ0-9¿¡])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|dr|drs|mr|mrs|ms|prof|st|no|nos|fig|figs|al|approx|dept|est|ca|cf|vol|pp|p|u\.s|u\.k|sr|sra|"
    r"jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec|m\.d|ph\.d|d\.o|inc|ltd)|(?<![^\W_])[A-Z])\.$",
    re.IGNORECASE,
)
_TAIL = 16  # characters before a full stop that can tell an abbreviation


def sentences(text: str) -> Iterator[Span]:
    """Yield the sentences of ``text`` in order as spans without white space at their ends; a text of white space has none."""
    start = 0
    for match in _END.finditer(text):
        mark = match.group().rstrip()
        before = text[max(start, match.start() - _TAIL) : match.start() + 1]
        if mark.startswith(".") and _ABBREVIATION.search(before):
            continue
        if text[start : match.start()].count("(") > text[start : match.start() + len(mark)].count(")"):
            continue  # inside brackets: the sentence around them has not ended
        yield from _trimmed(text, start, match.start() + len(mark))
        start = match.end()
    yield from _trimmed(text, start, len(text))


@lru_cache(maxsize=8192)  # the same paragraphs are looked through for question after question
def sentences_of(text: str) -> tuple[Span, ...]:
    """Return what `sentences` yields."""
    return tuple(sentences(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)
