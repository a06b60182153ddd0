"""From candidates to quotations: the sentences or the list that answer, whole, with what introduces them, none twice."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from waymark.answering.extent import FOLD, REST, best_run, count, fold_of, with_introduction, words_in
from waymark.answering.response import Lead, Quotation
from waymark.index.analyser import language_key
from waymark.index.engine import Hit
from waymark.library.body import Body
from waymark.library.document import Card, Document
from waymark.passages.passages import Span

_SHINGLE = 4
_SAME = 0.5  # share of shingles in common from which two quotations say the same
_SAID = 0.8  # share of a sentence's or list's shingles that were quoted before, from which it is not said again
_FEW = 6  # words; a shorter sentence may stand twice

Shingles = frozenset[int]


class _Wording(NamedTuple):
    """How many words a text has, and the runs of `_SHINGLE` of them, as numbers of 64 bits that stand for them."""

    words: int
    shingles: Shingles


@lru_cache(maxsize=4096)  # the same sentences are weighed for question after question
def _wording(text: str) -> _Wording:
    words = [word.lower() for word in words_in(text)]
    if len(words) <= _SHINGLE:
        return _Wording(len(words), frozenset((hash(tuple(words)),)))
    return _Wording(len(words), frozenset(map(hash, zip(*(words[at:] for at in range(_SHINGLE)), strict=False))))


def _says_the_same(one: Shingles, other: Shingles) -> bool:
    return len(one & other) >= _SAME * min(len(one), len(other))


class QuotationMaker:
    """Collects quotations in order, leaving out what repeats an earlier one.

    ``weights`` gives each analysed term of the question its inverse document frequency.
    """

    def __init__(self, on: date, weights: Mapping[str, float], language: str = "en") -> None:
        self._key = language_key(language)
        self._on = on
        self._weights = weights
        self._made: list[Quotation] = []
        self._shingles: list[Shingles] = []
        self._said: set[int] = set()

    @property
    def made(self) -> tuple[Quotation, ...]:
        return tuple(self._made)

    def add(self, document: Document, card: Card, hit: Hit) -> bool:
        """Quote the part of a passage that answers; returns whether it says something that was not yet quoted.

        A passage that follows straight on from one already quoted, in the same section, lengthens that quotation.
        """
        body = document.body
        whole, lead = with_introduction(body, Span(hit.start, hit.end))
        span = best_run(body, whole, self._weights, self._key, self._was_said)
        if span is None or body.text[span.start : span.end].endswith(
            ":"
        ):  # it introduces what stands in other sections
            return False
        for number, quotation in enumerate(self._made):
            if quotation.card.id == card.id and quotation.section == hit.section:
                joined = self._joined(body, quotation, span)
                if joined is not None:
                    self._keep(body, joined, number)
                    return True
        shingles = _wording(body.text[span.start : span.end]).shingles
        if any(_says_the_same(shingles, known) for known in self._shingles):
            return False
        self._keep(body, self._quotation(body, card, span, hit.section, lead if span.start == whole.start else None))
        return True

    def _was_said(self, text: str) -> bool:
        if not self._said:
            return False
        words, shingles = _wording(text)
        return words >= _FEW and len(shingles & self._said) >= _SAID * len(shingles)

    def _keep(self, body: Body, quotation: Quotation, number: int | None = None) -> None:
        shingles = _wording(quotation.text).shingles
        if number is None:
            self._made.append(quotation)
            self._shingles.append(shingles)
        else:
            self._made[number], self._shingles[number] = quotation, shingles
        self._said |= shingles

    def _quotation(self, body: Body, card: Card, span: Span, section: tuple[str, ...], lead: Span | None) -> Quotation:
        text = body.text[span.start : span.end]
        introduces = None if lead is None else Lead(lead.start, lead.end, body.text[lead.start : lead.end])
        return Quotation(card, span.start, span.end, text, section, self._on, fold_of(body, span), introduces)

    def _joined(self, body: Body, quotation: Quotation, span: Span) -> Quotation | None:
        start, end = min(quotation.start, span.start), max(quotation.end, span.end)
        between = body.text[min(quotation.end, span.end) : max(quotation.start, span.start)]
        if between.strip() or count(body.text[start:end]) > FOLD + REST:  # else what answers might be folded away
            return None
        lead = quotation.lead
        kept = None if lead is None or start < quotation.start else Span(lead.start, lead.end)
        return self._quotation(body, quotation.card, Span(start, end), quotation.section, kept)
