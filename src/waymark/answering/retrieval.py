"""From a question to candidates: runs of words and of meaning, fused, each candidate with the evidence that speaks for it."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from waymark.answering.asking import kept_asking
from waymark.answering.definition import asked_names
from waymark.answering.features import FEATURES, Runs, features_of
from waymark.answering.marks import CardOf, Marks
from waymark.answering.meaning import Encodes
from waymark.answering.question import Question
from waymark.answering.told import names, told
from waymark.index.analyser import language_key, terms_of_word, words_of
from waymark.index.encoder import question_input
from waymark.index.engine import NO_RUN, FieldWeights, Filters, Hit, Run, SearchEngine, Words
from waymark.index.explained import name_key
from waymark.index.gloss import gloss_of
from waymark.languages.texts import SOURCE
from waymark.library.cancer_types import types_in, vocabulary
from waymark.library.document import Card

DEPTH = 60  # passages taken of each run
DOCUMENTS = 40  # whole documents taken of theirs
REMEMBERED = 1024  # questions whose vector is remembered, 2 KB each
MOSTLY = 0.9  # share of passages with a vector from which words need not tell the passages of a document apart
LOOKED_THROUGH = 3  # the best documents, every passage of which is a candidate
BESIDE = 0.5  # weight of words that stand beside the query: as they were written, and what is asked for
FOREIGN = 6.5  # the same from which a word that no candidate has speaks against the library holding the answer
_ASKS_WHAT = re.compile(r"\W*(?:what(?:'s|’s| is| are|s) |(?:qu[eé]|cu[aá]l(?:es)?) (?:es|son) )", re.IGNORECASE)
_ASKS_WHETHER = re.compile(
    r"\W*(?:is|are|was|were|am|do|does|did|can|could|may|might|must|should|will|would|has|have|had|"
    r"es|son|est[aá]n?|era|fue|puede[ns]?|podr[ií]an?|debe[ns]?|deber[ií]an?|hay|tiene[ns]?|ha|han|se)\s",
    re.IGNORECASE,
)
UNKNOWN_COSINE = 0.45  # stands in for a passage that has no vector yet: what a middling candidate has

PASSAGE_FIELDS = FieldWeights(title=1.0, headings=2.0, text=1.0)
DOCUMENT_FIELDS = FieldWeights(title=1.0, headings=2.0, text=1.0)
TEXT_ALONE = FieldWeights(title=0.0, headings=0.0, text=1.0)
HOLDS_ALL = 0.6  # BM25 of a text over the question's whole weight from which it may hold all of its words
LONGEST_NAME = 6  # terms of what "what is" asks about
NAMED = 0.6  # what a sentence is worth that opens with the name asked about: it may tell little of what that is
KIND = 0.45  # the same for a kind of cancer under a heading of its own
READ_FOR = 24  # passages that are read for a sentence that says what is asked
EXPLAINED = 0.95  # what a passage is worth that explains the rare word asked about, in brackets or in a sentence
IN_PASSING = 0.65  # the same of a word that many passages have: a page about it says more than such a passage
RARE_NAME = 5.0  # inverse document frequency of a name's rarest word from which it is rare
RARE_AMONG_OTHERS = 6.0  # the same where it is one of many words that may be meant
EVERYTHING = Filters()
FOR_PATIENTS = frozenset({"patient"})


TextOf = Callable[[str, str], str]
"""Gives the body of a document by its id and version."""


class Candidate(NamedTuple):
    """One passage with its evidence; ``features`` follow the order of `FEATURES`."""

    hit: Hit
    card: Card
    features: tuple[float, ...]
    score: float = 0.0

    def feature(self, name: str) -> float:
        return self.features[FEATURES.index(name)]


class Evidence(NamedTuple):
    """All candidates of a question, in numbers: ``features`` has a line for each of ``rows`` and a column for each of `FEATURES`.

    ``weights`` gives each analysed term of the question its inverse document frequency.
    """

    rows: NDArray[np.int64]
    features: NDArray[np.float64]
    weights: Mapping[str, float]


_ADJECTIVE = re.compile(r"(?<=[a-z]{4})ic\Z", re.IGNORECASE)


class AskedWord(NamedTuple):
    """A name whose meaning is asked and that some passage explains; ``key`` is as the index has it."""

    name: str
    key: str
    whole: bool  # nothing but its meaning is asked
    worth: float  # of a passage that explains it


class Read(NamedTuple):
    """A question's words as they are searched, and the vector of its text; None while there is none.

    ``turned`` is the vector that is searched, ``ours`` the log-odds that a library about cancer is asked: `waymark.answering.asking`.
    """

    words: tuple[str, ...]
    vector: NDArray[np.float32] | None
    turned: NDArray[np.float32] | None
    ours: float = 0.0


class Retriever:
    """Finds candidates in one state of the index. ``card_of`` and ``text_of`` give a document's card and body by id and version."""

    def __init__(self, engine: SearchEngine, encoder: Encodes | None, card_of: CardOf, text_of: TextOf) -> None:
        self._engine = engine
        self._encoder = encoder
        self._card_of = card_of
        self._text_of = text_of
        self._marks = Marks(engine.places, card_of)
        self._rows = max(1, engine.manifest.rows)
        manifest = engine.manifest
        self.encoded = 0.0 if encoder is None else min(1.0, manifest.encoded / max(1, manifest.rows))
        """The share of passages that have a vector: how far meaning can be relied on beside words."""
        self._lately: dict[tuple[str, str], Read] = {}
        self._asking = None if encoder is None else kept_asking(encoder.revision)

    def warm_up(self) -> None:
        """Make the marks of every document and section in their own language."""
        self._marks.make_all({language_key(language) for language in self._engine.languages})

    def read(self, text: str, language: str = SOURCE) -> Read:
        """Return the words of a text in a language as they are searched, with its vector; the last few are remembered.

        One run of the encoder serves the search and the kinds of answer that are asked for.
        """
        lately = self._lately
        known = lately.get((text, language))
        if known is None:
            gloss = gloss_of(language)
            vector: NDArray[np.float32] | None = None
            if self._encoder is not None and self._engine.manifest.encoded:
                vector = self._encoder.encode([question_input(text if gloss is None else gloss.english(text))])[0]
            known = Read(tuple(words_of(text)), vector, vector)
            if vector is not None and self._asking is not None:
                known = known._replace(turned=self._asking.turned(vector), ours=self._asking.ours(vector))
            if len(lately) >= REMEMBERED:
                lately.clear()
            lately[text, language] = known
        return known

    def term_weights(self, words: Iterable[str], language: str) -> dict[str, float]:
        """Return the weight of each term, analysed in the question's language: its inverse document frequency in passages."""
        key = language_key(language)
        weights: dict[str, float] = {}
        for word in words:
            idf = self._idf(word)
            for term in terms_of_word(word, key):
                weights[term] = max(weights.get(term, 0.0), idf)
        return weights

    def asked_word(self, text: str, language: str, glossed: bool = False) -> AskedWord | None:
        """Return the name whose meaning a text asks, where the library explains it; None for a cancer, which has pages.

        ``glossed``: the text was put into English word for word.
        """
        key = language_key(language)
        for name, whole, pointed in asked_names(text, glossed):
            written = self._explained(name, key)
            if written is None or types_in(name):
                continue
            rarest = max(map(self._idf, words_of(name)), default=0.0)
            if rarest >= (RARE_AMONG_OTHERS if pointed else RARE_NAME):
                return AskedWord(name, written, whole, EXPLAINED)
            if whole and not pointed:
                return AskedWord(name, written, whole, IN_PASSING)
        return None

    def _explained(self, name: str, key: str) -> str | None:
        """Return the key under which a name is explained, or its noun where it is an adjective ("neutropenic"); else None."""
        noun = _ADJECTIVE.sub("ia", name)
        for way in (name, noun) if noun != name else (name,):
            written = name_key(way, key)
            if written and len(self._engine.explained_run(written, EVERYTHING).rows):
                return written
        return None

    def rare(self, word: str) -> bool:
        """Return whether a word stands in fewer than one passage of 650, or in none."""
        return self._idf(word) > FOREIGN

    def _idf(self, word: str) -> float:
        frequency = self._engine.frequency(word)
        return math.log(1 + (self._rows - frequency + 0.5) / (frequency + 0.5))

    def candidate(self, evidence: Evidence, at: int, score: float) -> Candidate:
        """Return one line of the evidence as a candidate with that score."""
        hit = self._engine.hit(int(evidence.rows[at]), 0.0)
        return Candidate(hit, self._card_of(hit.document, hit.version), tuple(evidence.features[at].tolist()), score)

    def evidence(self, question: Question, filters: Filters) -> Evidence:
        """Return every candidate with its features, in the order of rows."""
        engine, places = self._engine, self._engine.places
        asked = self.read(question.query, question.language)
        vector = asked.turned
        beside = [word for word in words_of(f"{question.added} {question.focus}") if word not in asked.words]
        words = Words((*((word, 1.0) for word in asked.words), *((word, BESIDE) for word in beside)))
        lexical = engine.lexical_run(words, filters, DEPTH, PASSAGE_FIELDS)
        whole = engine.documents_run(words, filters, DOCUMENTS, DOCUMENT_FIELDS)
        dense = NO_RUN if vector is None else engine.dense_run(vector, filters, DEPTH)
        of_document = np.zeros(len(places.documents))
        of_document[whole.rows] = _shares(whole.scores)
        of_passage = np.zeros(len(places.document))
        best = self._best_documents(of_document, lexical, dense)
        if best and self.encoded < MOSTLY:  # else meaning tells the passages of a document apart well enough
            names = [name[0] for name in map(places.documents.__getitem__, best) if name is not None]
            inside = engine.lexical_run(words, replace(filters, within=frozenset(names)), 3 * DEPTH, PASSAGE_FIELDS)
            of_passage[inside.rows] = inside.scores
        of_passage[lexical.rows] = lexical.scores
        looked_through = [np.arange(rows.start, rows.stop) for rows in map(engine.rows_of, best)]
        saying = self._saying(question, filters)
        rows = _each_once(np.concatenate((lexical.rows, dense.rows, *looked_through, saying.rows)))
        cosine = np.full(len(rows), UNKNOWN_COSINE)
        if vector is not None:
            cosine = engine.similarity(vector, rows)
            cosine[np.isnan(cosine)] = UNKNOWN_COSINE
        most = float(lexical.scores[0]) if len(lexical.rows) else 1.0
        said = np.zeros(len(places.document))
        said[saying.rows] = saying.scores
        runs = Runs(rows, of_passage[rows] / most, of_document[places.document[rows]], cosine, said[rows])
        weights = self.term_weights(asked.words, question.language)
        return Evidence(rows, features_of(question, weights, runs, places, self._marks), weights)

    def _saying(self, question: Question, filters: Filters) -> Run:
        """Return the passages that say what is asked, each with how far it does (0 to 1): in a sentence, or in passing."""
        in_words = self._in_words(question, filters)
        word = self.asked_word(question.query, question.language)
        if word is None or not (word.whole or question.about_health):
            return in_words  # "the price of it" asks for no meaning of "price"
        run = self._engine.explained_run(word.key, filters)
        if question.audience == "patient" and filters.audience is None:  # in plain words, where anything says it so
            plain = self._engine.explained_run(word.key, replace(filters, audience=FOR_PATIENTS))
            run = plain if len(plain.rows) else run
        worth = dict(zip(in_words.rows.tolist(), in_words.scores.tolist(), strict=True))
        for row, score in zip(run.rows.tolist(), run.scores.tolist(), strict=True):
            worth[row] = max(worth.get(row, 0.0), word.worth * (0.9 + 0.1 * score))
        return Run(np.array(list(worth), dtype=np.int64), np.array(list(worth.values())))

    def _in_words(self, question: Question, filters: Filters) -> Run:
        """Return the passages of which one sentence says what is asked, each with how far it does (0 to 1)."""
        engine, key = self._engine, language_key(question.language)
        whether = bool(_ASKS_WHETHER.match(question.asks))
        if not whether and not _ASKS_WHAT.match(question.asks):
            return NO_RUN  # "how" and "why" are not answered by a sentence with the same words
        asked = words_of(question.asks if question.language == SOURCE else question.query)
        weights = self.term_weights(asked, question.language)
        if not whether and len(weights) > LONGEST_NAME:
            return NO_RUN
        # A cancer has pages of its own, which open with what it is; a rare kind may have a section alone.
        by_heading = not whether and bool(question.cancer_types) and _is_a_cancer(asked)
        words = Words(tuple((word, 1.0) for word in asked))
        total = sum(weights.values())
        run = engine.lexical_run(words, filters, READ_FOR, TEXT_ALONE)
        rows: list[int] = []
        scores: list[float] = []
        for row, score in zip(run.rows.tolist(), run.scores.tolist(), strict=True):
            if score < HOLDS_ALL * total:
                break
            hit = engine.hit(row, 0.0)
            if by_heading and not (hit.section and names(weights, hit.section[-1], key)):
                continue
            share = told(weights, self._text_of(hit.document, hit.version)[hit.start : hit.end], key, whether)
            if not whether:
                share *= KIND if by_heading else NAMED
            if share > 0.0:
                rows.append(row)
                scores.append(share)
        return Run(np.array(rows, dtype=np.int64), np.array(scores))

    def _best_documents(self, of_document: NDArray[np.float64], lexical: Run, dense: Run) -> list[int]:
        """Return the numbers of the documents that are looked through whole: by the sum of what each run gives them."""
        places = self._engine.places
        sums = of_document.copy()
        for run in (lexical, dense):
            if len(run.rows):
                best = np.zeros(len(sums))
                # A document counts with its best passage, and the last one written stays.
                best[places.document[run.rows[::-1]]] = _shares(run.scores)[::-1]
                sums += best
        found = np.flatnonzero(sums)
        order = np.lexsort((places.by_name[found], -np.round(sums[found], 9)))
        return [int(number) for number in found[order][:LOOKED_THROUGH]]


def _is_a_cancer(words: Iterable[str]) -> bool:
    """Return whether all words belong to names of cancers."""
    return all(vocabulary().known(word) for word in words)


def _each_once(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the different rows in order: of so few, a fourth of what `np.unique` takes."""
    rows = np.sort(rows)
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = rows[1:] != rows[:-1]
    once: NDArray[np.int64] = rows[first]
    return once


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores, best first, over the best of them."""
    return scores / max(float(scores[0]), 1e-6) if len(scores) else scores
