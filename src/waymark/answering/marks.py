"""What ranking needs to know of documents and sections whatever is asked: worked out once for one state of the index."""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from waymark.answering.question import section_kind
from waymark.index.analyser import terms
from waymark.index.engine import Places
from waymark.library.document import Card

WORDS = "words"
"""The tag of a page that says what words mean, a section for each."""

CardOf = Callable[[str, str], Card]


class DocumentMarks(NamedTuple):
    """One document: the terms of its title, the cancers that it is about, and what kind of page it is (1 or 0 each)."""

    title: frozenset[str]
    cancer_types: tuple[str, ...]
    patient: float
    summary: float
    news: float
    words: float  # a page that says what words mean


class SectionMarks(NamedTuple):
    """One section: the terms of its own heading (None: the text before any heading) and of those above it, and its kind."""

    own: frozenset[str] | None
    above: frozenset[str]
    kind: str | None
    heading: str
    depth: float  # headings in its path over 3


class Marks:
    """Marks by document and section number of one snapshot, each made when it is first asked for.

    Threads may make the same one twice; both are alike.
    """

    def __init__(self, places: Places, card_of: CardOf) -> None:
        self._places = places
        self._card_of = card_of
        self._documents: dict[tuple[int, str], DocumentMarks] = {}
        self._sections: dict[tuple[int, str], SectionMarks] = {}
        self.first = _first_of_section(places)
        """For each row, 1 if it is the first passage of its section, else 0."""

    def make_all(self, keys: Collection[str]) -> None:
        """Make every mark in the languages of ``keys``."""
        for key in keys:
            for number, name in enumerate(self._places.documents):
                if name is not None:
                    self.document(number, key)
            for number in range(len(self._places.sections)):
                self.section(number, key)

    def document(self, number: int, key: str) -> DocumentMarks:
        """Return the marks of a document, its title analysed in the language of ``key``: that of the question.

        So a name that two languages share is found in a title of either.
        """
        known = self._documents.get((number, key))
        if known is None:
            name = self._places.documents[number]
            assert name is not None, "a document that was taken out has no rows"
            card = self._card_of(*name)
            known = self._documents[number, key] = DocumentMarks(
                _terms(card.title, key),
                card.cancer_types,
                1.0 if card.audience == "patient" else 0.0,
                1.0 if card.kind == "summary" else 0.0,
                1.0 if card.kind in ("news", "video", "research") else 0.0,
                1.0 if WORDS in card.tags else 0.0,
            )
        return known

    def section(self, number: int, key: str) -> SectionMarks:
        """Return the marks of a section, its headings analysed in the language of ``key``, which is the question's."""
        known = self._sections.get((number, key))
        if known is None:
            path = self._places.sections[number]
            known = self._sections[number, key] = SectionMarks(
                _terms(path[-1], key) if path else None,
                _terms(" ".join(path[:-1]), key),
                section_kind(path) if path else "definition",  # a page opens with what it is about
                path[-1] if path else "",
                len(path) / 3.0,
            )
        return known


def _first_of_section(places: Places) -> NDArray[np.float64]:
    first = np.ones(len(places.section))
    follows = (places.section[1:] == places.section[:-1]) & (places.document[1:] == places.document[:-1])
    first[1:][follows] = 0.0
    return first


@lru_cache(maxsize=20_000)  # the same headings stand above many sections, and on many pages
def _terms(text: str, key: str) -> frozenset[str]:
    return frozenset(terms(text, key)) if text else frozenset()
