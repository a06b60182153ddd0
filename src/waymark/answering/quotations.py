"""From candidates to quotations: the sentences or the list that answer, whole, with what introduces them, none twice."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from waymark.answering.response import Quotation
from waymark.index.analyser import language_key, terms
from waymark.index.engine import Hit
from waymark.library.body import Block, BlockKind, Body
from waymark.library.document import Card, Document
from waymark.passages.passages import Span
from waymark.passages.sentences import sentences

WORDS = 130  # a quotation's usual length; a page of a phone
LONGEST_LIST = 230  # words; a list that answers is not cut below this
_WORD = re.compile(r"\w+")
_SHINGLE = 4
_SAME = 0.5  # share of shingles in common from which two quotations say the same


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut: a sentence of a paragraph, or a list or table with the sentence that introduces it."""

    span: Span
    words: int


def _count(text: str) -> int:
    return len(_WORD.findall(text))


def _places_in(body: Body, span: Span) -> tuple[int, int]:
    """Return the first block that reaches into the span and the one past the last; blocks stand in order."""
    first = bisect_right(body.blocks, span.start, key=lambda block: block.end)
    return first, bisect_left(body.blocks, span.end, lo=first, key=lambda block: block.start)


def _blocks_in(body: Body, span: Span) -> list[Block]:
    return list(body.blocks[slice(*_places_in(body, span))])


def _with_introduction(body: Body, span: Span) -> Span:
    """Return the span with the sentence that introduces its list, where the list began in an earlier passage."""
    place, past = _places_in(body, span)
    if place >= past or body.blocks[place].kind is BlockKind.PARAGRAPH:
        return span
    for block in reversed(body.blocks[:place]):
        if block.kind is BlockKind.HEADING:
            return span
        if block.kind is BlockKind.PARAGRAPH:
            whole = Span(block.start, span.end)
            introduces = body.text[block.start : block.end].rstrip().endswith(":")
            return whole if introduces and _count(body.text[whole.start : whole.end]) <= LONGEST_LIST else span
    return span


def _units(body: Body, span: Span) -> list[_Unit]:
    units: list[_Unit] = []
    pending: Span | None = None  # a paragraph that ends with a colon waits for its list

    def put(start: int, end: int) -> None:
        units.append(_Unit(Span(start, end), _count(body.text[start:end])))

    listed: Span | None = None
    for block in _blocks_in(body, span):
        if block.kind is BlockKind.PARAGRAPH:
            if listed is not None:
                put(listed.start, listed.end)
                listed = None
            if pending is not None:
                put(pending.start, pending.end)
                pending = None
            pieces = [
                Span(block.start + s.start, block.start + s.end) for s in sentences(body.text[block.start : block.end])
            ]
            for piece in pieces[:-1]:
                put(piece.start, piece.end)
            if pieces and body.text[pieces[-1].start : pieces[-1].end].endswith(":"):
                pending = pieces[-1]
            elif pieces:
                put(pieces[-1].start, pieces[-1].end)
        else:
            if listed is None:
                listed = Span(pending.start if pending else block.start, block.end)
                pending = None
            else:
                listed = Span(listed.start, block.end)
    if listed is not None:
        put(listed.start, listed.end)
    if pending is not None:
        put(pending.start, pending.end)
    return units


def _unit_score(body: Body, unit: _Unit, weights: Mapping[str, float], key: str) -> float:
    present = set(terms(body.text[unit.span.start : unit.span.end], key))
    return sum(weight for term, weight in weights.items() if term in present)


def _best_run(body: Body, units: Sequence[_Unit], weights: Mapping[str, float], key: str) -> Span:
    """Return the run of neighbouring units with most of the question's weight within the usual length.

    Earlier runs win ties: a page says the main thing first.
    """
    best: tuple[float, int, int] | None = None
    scores = [_unit_score(body, unit, weights, key) for unit in units]
    for first in range(len(units)):
        count = 0
        total = 0.0
        for last in range(first, len(units)):
            count += units[last].words
            if count > WORDS and last > first:
                break
            total += scores[last]
            rank = total - 0.02 * first
            if best is None or rank > best[0] + 1e-9:
                best = (rank, first, last)
    assert best is not None
    _, first, last = best
    return Span(units[first].span.start, units[last].span.end)


def span_to_quote(body: Body, hit: Hit, weights: Mapping[str, float], language: str = "en") -> Span:
    """Return the part of a passage that answers, between whole sentences and lists.

    ``weights`` gives each analysed term of the question its inverse document frequency.
    """
    span = _with_introduction(body, Span(hit.start, hit.end))
    text = body.text[span.start : span.end]
    if _count(text) <= WORDS:
        return span
    units = _units(body, span)
    if not units:
        return span
    return _best_run(body, units, weights, language_key(language))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) <= _SHINGLE:
        return {tuple(words)}
    return {tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}


def _says_the_same(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> bool:
    return len(one & other) >= _SAME * min(len(one), len(other))


class QuotationMaker:
    """Collects quotations in order, leaving out what repeats an earlier one."""

    def __init__(self, on: date, weights: Mapping[str, float], language: str = "en") -> None:
        self._language = language
        self._on = on
        self._weights = weights
        self._made: list[Quotation] = []
        self._shingles: list[set[tuple[str, ...]]] = []

    @property
    def made(self) -> tuple[Quotation, ...]:
        return tuple(self._made)

    def add(self, document: Document, card: Card, hit: Hit) -> bool:
        """Quote the part of a passage that answers; returns whether it says something that was not yet quoted.

        A passage that follows straight on from one already quoted, in the same section, lengthens that quotation.
        """
        body = document.body
        span = span_to_quote(body, hit, self._weights, self._language)
        text = body.text[span.start : span.end]
        shingles = _shingles(text)
        for number, (quotation, known) in enumerate(zip(self._made, self._shingles, strict=True)):
            if quotation.card.id == card.id and quotation.section == hit.section:
                joined = self._joined(body, quotation, span)
                if joined is not None:
                    self._made[number] = joined
                    self._shingles[number] = _shingles(joined.text)
                    return True
            if _says_the_same(shingles, known):
                return False
        self._made.append(Quotation(card, span.start, span.end, text, hit.section, self._on))
        self._shingles.append(shingles)
        return True

    def _joined(self, body: Body, quotation: Quotation, span: Span) -> Quotation | None:
        start, end = min(quotation.start, span.start), max(quotation.end, span.end)
        between = body.text[min(quotation.end, span.end) : max(quotation.start, span.start)]
        if between.strip() or _count(body.text[start:end]) > LONGEST_LIST:
            return None
        return Quotation(quotation.card, start, end, body.text[start:end], quotation.section, self._on)
