"""The evidence for a passage, in numbers: one line for each candidate, one column for each of `FEATURES`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from waymark.answering.marks import DocumentMarks, Marks, SectionMarks, heading_terms
from waymark.answering.question import KINDS, Question
from waymark.index.analyser import language_key, terms
from waymark.index.engine import Places
from waymark.library.cancer_types import ancestors, most_specific, places_in, related, types_in, with_ancestors

CHILD = 0.7  # how far a page about children is about another disease for an adult who asks
RARE = 5.5  # inverse document frequency from which a word is rare: in fewer than one passage of 250
SECOND = 0.25  # what a kind is worth that may be meant, where another is likelier
WHOLE = 0.95  # share of what a question is about that its one word is
LONG = 900.0  # characters of a passage that says a good deal

FEATURES = (
    "lexical",  # BM25 of the passage over the run's maximum
    "dense",  # cosine with the question
    "section",  # the best cosine of any passage of its section
    "document",  # BM25 of its whole document over that run's maximum
    "title",  # share of the question's weight (idf) in the document's title
    "rarest",  # the question's rarest word, if it is a rare one, stands in the title or the headings (a drug, a gene)
    "heading",  # the same in the passage's own heading
    "defines",  # the question is about one word, and this is that word's place in the pages about words
    "told",  # one sentence of it holds nearly all words of the question, or says what its one word is
    "path",  # the same in the headings above it
    "kind",  # the section is of the kind that is asked for (1), or of one that may be meant (`SECOND`)
    "other_kind",  # the section is of another kind than what is asked for
    "cancer",  # the document is about the cancer asked about (1), a wider one (.5) or cancer in general (.3)
    "other_cancer",  # the document is about another cancer
    "patient",  # written for patients
    "summary",  # a treatment summary
    "news",  # news, a video, a research page, a blog
    "first",  # the first passage of its section
    "length",  # characters over `LONG`, at most 1.5
    "depth",  # headings above it, its own included, over 3
)

_CHILDHOOD = frozenset(("child", "childhood", "children", "pediatr"))


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """What the search says of each candidate, in the order of ``rows``: BM25 of the passage and of its document, both over
    their run's best, and the cosine with the question.
    """

    rows: NDArray[np.int64]
    lexical: NDArray[np.float64]
    document: NDArray[np.float64]
    cosine: NDArray[np.float64]
    told: NDArray[np.float64]


def features_of(
    question: Question, weights: Mapping[str, float], runs: Runs, places: Places, marks: Marks
) -> NDArray[np.float64]:
    """Return a line of features for each row. What hangs on a document or a section alone is worked out once for each.

    ``weights`` gives each analysed term of the question its inverse document frequency.
    """
    rows = runs.rows
    if not len(rows):
        return np.zeros((0, len(FEATURES)))
    weigher = _Weigher(question, weights)
    key = language_key(question.language)
    of_row, in_row = places.document[rows], places.section[rows]
    numbers, at = np.unique(of_row, return_inverse=True)
    documents = np.array([weigher.document(marks.document(number, key)) for number in numbers.tolist()])
    sections, place = np.unique(in_row, return_inverse=True)
    title, title_named, cancer, other, patient, summary, news, words = documents[at].T
    headings = [path[-1] if path else "" for path in map(places.sections.__getitem__, sections.tolist())]
    of_sections = np.column_stack(
        (
            *weigher.sections(marks.sections(sections, key), marks.term_numbers),
            weigher.place_named(headings),
            weigher.defined(headings, key, np.unique(place[words > 0.0])),
        )
    )
    own, path, named, kind, other_kind, depth, place_named, defines = of_sections[place].T
    # The page of the person's own cancer, where it speaks of the place that it came back in.
    cancer = np.where((place_named > 0) & (cancer >= 0.5), cancer + 2.0, cancer)
    start = places.start[rows]
    return np.column_stack(
        (
            runs.lexical,
            runs.cosine,
            _best_of_section(at * len(sections) + place, runs.cosine),
            runs.document,
            title,
            np.maximum(title_named, named),
            np.where(own < 0, title, own),
            defines * words,
            runs.told,
            path,
            kind,
            other_kind,
            cancer,
            other,
            patient,
            summary,
            news,
            marks.first[rows],
            np.minimum((places.end[rows] - start) / LONG, 1.5),
            depth,
        )
    )


def _best_of_section(section: NDArray[np.int64], cosine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, for each row, the best cosine of any row of the same section."""
    _, at = np.unique(section, return_inverse=True)
    best = np.zeros(int(at.max()) + 1)
    np.maximum.at(best, at, cosine)
    return best[at]


class _Weigher:
    """Weighs documents and sections for one question."""

    def __init__(self, question: Question, weights: Mapping[str, float]) -> None:
        self._cancers = question.cancer_types
        self._child = question.child
        self._asked = question.asked_for
        total = sum(weights.values()) or 1.0
        self._shares = {term: weight / total for term, weight in weights.items()}
        self._terms = frozenset(self._shares)
        # Organs count as places of spread only in talk of coming back: "cancer of the renal pelvis" names none.
        self._places = tuple(
            place
            for place in (places_in(question.focus) if "recurrence" in question.asked_for[:2] else ())
            if not any(related(place, asked) for asked in question.cancer_types)
        )
        rarest = max(weights, key=lambda term: weights[term], default=None)
        self._rarest = rarest if rarest is not None and weights[rarest] >= RARE else None
        self._matter = sum(share for term, share in self._shares.items() if term not in _asking()) or 1.0
        self._of_a_name = bool(self._cancers) and self._asked[:1] == ("words",)  # "What does NSCLC stand for?"
        self._fits: dict[tuple[str, ...], tuple[float, float]] = {}

    def _share(self, present: frozenset[str]) -> float:
        """Return the share of the question's weight that a text holds."""
        if self._terms.isdisjoint(present):  # most titles and headings
            return 0.0
        shares = self._shares
        return sum([shares[term] for term in shares if term in present])

    def document(self, marks: DocumentMarks) -> tuple[float, ...]:
        """Return title, whether it has the rarest word, cancer, other cancer, patient, summary, news, words."""
        fit = self._fits.get(marks.cancer_types)
        if fit is None:
            fit = self._fits[marks.cancer_types] = cancer_fit(self._cancers, marks.cancer_types, self._places)
        named = 1.0 if self._rarest in marks.title else 0.0
        if not self._child and not _CHILDHOOD.isdisjoint(marks.title):
            fit = (fit[0], fit[1] + CHILD)
        return (self._share(marks.title), named, *fit, marks.patient, marks.summary, marks.news, marks.words)

    def defined(self, headings: Sequence[str], key: str, among: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return (headings,) 1 where one is the word whose meaning is asked; ``among``: those on pages about words, which alone
        are looked at.
        """
        found = np.zeros(len(headings))
        for at in among.tolist():
            found[at] = self._defines(heading_terms(headings[at], key), headings[at])
        return found

    def _defines(self, own: frozenset[str], heading: str) -> float:
        """Return 1 where a heading is the word whose meaning is asked: "vomiting" in "What is vomiting?"."""
        if not own:
            return 0.0
        if not self._terms.isdisjoint(own):
            name = own - _kinds_of_thing() or own  # "What does adjuvant mean?": adjuvant therapy
            if name <= self._terms:
                return 1.0 if sum(self._shares[term] for term in name) >= WHOLE * self._matter else 0.0
        return 1.0 if self._of_a_name and _named_by(heading) == self._cancers else 0.0

    def sections(self, marks: SectionMarks, numbers: Mapping[str, int]) -> tuple[NDArray[np.float64], ...]:
        """Return, each with an entry for every section: own heading (-1: none), path, whether they have the rarest word, kind,
        other kind, depth. ``numbers`` gives the number of each term.
        """
        count = len(marks.headed)
        own, above, rarest = np.zeros(count), np.zeros(count), np.zeros(count)
        for term, share in self._shares.items():
            number = numbers.get(term)
            if number is None:  # no heading has it
                continue
            in_own, in_above = marks.of[marks.terms == 2 * number + 1], marks.of[marks.terms == 2 * number]
            own[in_own] += share
            above[in_above] += share
            if term == self._rarest:
                rarest[in_own] = rarest[in_above] = 1.0
        own[~marks.headed] = -1.0
        worth = np.zeros(len(KINDS) + 1)  # the last one is that of a section of no kind
        for kind in self._asked:
            worth[KINDS.index(kind)] = 1.0 if kind == self._asked[0] else SECOND
        fits = worth[marks.kind]
        others = ((marks.kind >= 0) & (fits == 0.0)).astype(np.float64) if self._asked else np.zeros(count)
        return own, above, rarest, fits, others, marks.depth

    def place_named(self, headings: Sequence[str]) -> NDArray[np.float64]:
        """Return (headings,) 1 where one names the place of spread that is asked about."""
        if not self._places:
            return np.zeros(len(headings))
        asked = set(self._places)
        return np.array([1.0 if text and not asked.isdisjoint(places_in(text)) else 0.0 for text in headings])


@cache
def _kinds_of_thing() -> frozenset[str]:
    """Return the terms of the words that a name is said with or without."""
    words = {"en": "therapy treatment", "es": "terapia tratamiento"}
    return frozenset(term for key, text in words.items() for term in terms(text, key))


@cache
def _asking() -> frozenset[str]:
    """Return the terms of the words that ask what another word means."""
    words = {
        "en": "mean means meant meaning stand stands define definition explain called",
        "es": "significa significado quiere decir define definición explica llama",
    }
    return frozenset(term for key, text in words.items() for term in terms(text, key))


@lru_cache(maxsize=4_096)
def _named_by(heading: str) -> tuple[str, ...]:
    return most_specific(mention.type_id for mention in types_in(heading))


def cancer_fit(asked: tuple[str, ...], about: tuple[str, ...], places: tuple[str, ...] = ()) -> tuple[float, float]:
    """Return (fit 0 to 1, conflict 0 to 2) between the cancers asked about and those that a document is about.

    ``places`` are the types of organs named as places of spread: a page about that organ's own cancer is about another
    disease, since a cancer that comes back elsewhere keeps its name.
    """
    if places and set(places) & set(with_ancestors(about)) and not set(asked) & set(with_ancestors(about)):
        return 0.0, 2.0
    if not asked:
        # Who names no cancer is answered by a general page before one about somebody else's.
        return (0.3, 0.0) if not about else (0.0, 0.4)
    if not about:
        return 0.3, 0.0
    wanted, has = set(asked), set(about)
    if wanted & has:
        return 1.0 / math.sqrt(len(has)) if len(has) > 3 else 1.0, 0.0
    if wanted & set(with_ancestors(about)):
        return 0.6, 0.0  # the document is about a kind of what was asked about
    wider = {wide for one in asked for wide in ancestors(one)}
    if wider & has:
        return 0.5, 0.0
    return 0.0, 1.0
