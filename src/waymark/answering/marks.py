"""What ranking needs to know of documents and sections whatever is asked: worked out once for one state of the index."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from waymark.answering.question import KINDS, section_kind
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
    """Some sections, in arrays with an entry for each; ``terms`` holds those of all their headings one after the other."""

    terms: NDArray[np.int32]  # twice the number of a term, and one more where it stands in the section's own heading
    of: NDArray[np.int64]  # the section that each of the terms belongs to, as the place of its entry
    headed: NDArray[np.bool_]  # False: the text before any heading
    kind: NDArray[np.int32]  # place in `KINDS`, -1 where none shows
    depth: NDArray[np.float64]  # headings in its path over 3


class _Sections:
    """The marks of sections in one language. Threads may ask at the same time.

    They lie together in a few arrays. As an object for each section they were spread over the memory, and fetching those of the
    hundred sections of a question took as long as weighing them.
    """

    def __init__(self, paths: Sequence[tuple[str, ...]], key: str, numbers: dict[str, int]) -> None:
        self._paths = paths
        self._key = key
        self._numbers = numbers  # of each term, the same in every language
        self._lock = threading.Lock()
        self._made = np.zeros(len(paths), dtype=np.bool_)
        self._first = np.zeros(len(paths), dtype=np.int64)  # where its terms begin
        self._count = np.zeros(len(paths), dtype=np.int64)
        self._terms = np.zeros(0, dtype=np.int32)
        self._headed = np.array([bool(path) for path in paths], dtype=np.bool_)
        self._kind = np.full(len(paths), -1, dtype=np.int32)
        self._depth = np.array([len(path) for path in paths]) / 3.0

    def of(self, sections: NDArray[np.integer[Any]]) -> SectionMarks:
        """Return the marks of sections by their numbers."""
        with self._lock:
            if not self._made[sections].all():
                self._make(sections[~self._made[sections]].tolist())
            first, count, terms = self._first[sections], self._count[sections], self._terms
        entry = np.repeat(np.arange(len(sections)), count)
        before = np.cumsum(count) - count
        place = np.arange(len(entry)) - before[entry] + first[entry]
        return SectionMarks(terms[place], entry, self._headed[sections], self._kind[sections], self._depth[sections])

    def _make(self, sections: Sequence[int]) -> None:
        new: list[int] = []
        for number in sections:
            path = self._paths[number]
            self._first[number] = len(self._terms) + len(new)
            new += [2 * self._number(term) + 1 for term in heading_terms(path[-1] if path else "", self._key)]
            new += [2 * self._number(term) for term in heading_terms(" ".join(path[:-1]), self._key)]
            self._count[number] = len(self._terms) + len(new) - self._first[number]
            kind = section_kind(path) if path else "definition"  # a page opens with what it is about
            self._kind[number] = -1 if kind is None else KINDS.index(kind)
        self._terms = np.concatenate((self._terms, np.array(new, dtype=np.int32)))
        self._made[sections] = True

    def _number(self, term: str) -> int:
        return self._numbers.setdefault(term, len(self._numbers))


class Marks:
    """Marks by document and section number of one snapshot, each made when it is first asked for.

    Threads may make the same one twice; both are alike.
    """

    def __init__(self, places: Places, card_of: CardOf) -> None:
        self._places = places
        self._card_of = card_of
        self._documents: dict[tuple[int, str], DocumentMarks] = {}
        self._sections: dict[str, _Sections] = {}
        self._numbers: dict[str, int] = {}
        self.first = _first_of_section(places)
        """For each row, 1 if it is the first passage of its section, else 0."""

    def make_all(self, keys: Collection[str]) -> None:
        """Make every mark in the languages of ``keys``."""
        for key in keys:
            for number, name in enumerate(self._places.documents):
                if name is not None:
                    self.document(number, key)
            self.sections(np.arange(len(self._places.sections)), key)

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
                heading_terms(card.title, key),
                card.cancer_types,
                1.0 if card.audience == "patient" else 0.0,
                1.0 if card.kind == "summary" else 0.0,
                1.0 if card.kind in ("news", "video", "research") else 0.0,
                1.0 if WORDS in card.tags else 0.0,
            )
        return known

    def sections(self, numbers: NDArray[np.integer[Any]], key: str) -> SectionMarks:
        """Return the marks of sections, their headings analysed in the language of ``key``, which is the question's."""
        known = self._sections.get(key)
        if known is None:
            known = self._sections.setdefault(key, _Sections(self._places.sections, key, self._numbers))
        return known.of(numbers)

    @property
    def term_numbers(self) -> Mapping[str, int]:
        """The number of each term that stands in a heading, by which `SectionMarks` name it."""
        return self._numbers


def _first_of_section(places: Places) -> NDArray[np.float64]:
    first = np.ones(len(places.section))
    follows = (places.section[1:] == places.section[:-1]) & (places.document[1:] == places.document[:-1])
    first[1:][follows] = 0.0
    return first


@lru_cache(maxsize=1_024)  # the same headings stand above many sections, and on many pages
def heading_terms(text: str, key: str) -> frozenset[str]:
    """Return the different terms of a heading or a title."""
    return frozenset(terms(text, key)) if text else frozenset()
