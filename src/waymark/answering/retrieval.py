"""From a question to candidates: runs of words and of meaning, fused, each candidate with the evidence that speaks for it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from waymark.answering.marks import CardOf, DocumentMarks, Marks, SectionMarks
from waymark.answering.meaning import Encodes
from waymark.answering.question import Question
from waymark.index.analyser import language_key, terms, words_of
from waymark.index.encoder import question_input
from waymark.index.engine import NO_RUN, FieldWeights, Filters, Hit, Run, SearchEngine, Words
from waymark.index.gloss import gloss_of
from waymark.languages.texts import SOURCE
from waymark.library.cancer_types import ancestors, places_in, related, with_ancestors
from waymark.library.document import Card

DEPTH = 60  # passages taken of each run
DOCUMENTS = 40  # whole documents taken of theirs
REMEMBERED = 64  # questions whose vector is remembered
LOOKED_THROUGH = 3  # the best documents, every passage of which is a candidate
BESIDE = 0.5  # weight of words that stand beside the query: as they were written, and what is asked for
CHILD = 0.7  # how far a page about children is about another disease for an adult who asks
RARE = 5.5  # inverse document frequency from which a word is rare: in fewer than one passage of 250
FOREIGN = 6.5  # the same from which a word that no candidate has speaks against the library holding the answer
UNKNOWN_COSINE = 0.45  # stands in for a passage that has no vector yet: what a middling candidate has

PASSAGE_FIELDS = FieldWeights(title=1.0, headings=2.0, text=1.0)
DOCUMENT_FIELDS = FieldWeights(title=1.0, headings=2.0, text=1.0)

FEATURES = (
    "lexical",  # BM25 of the passage over the run's maximum
    "dense",  # cosine with the question
    "document",  # BM25 of its whole document over that run's maximum
    "title",  # share of the question's weight (idf) in the document's title
    "rarest",  # the question's rarest word, if it is a rare one, stands in the title or the headings (a drug, a gene)
    "heading",  # the same in the passage's own heading
    "path",  # the same in the headings above it
    "kind",  # the section is of a kind that is asked for
    "other_kind",  # the section is of another kind than what is asked for
    "cancer",  # the document is about the cancer asked about (1), a wider one (.5) or cancer in general (.3)
    "other_cancer",  # the document is about another cancer
    "patient",  # written for patients
    "summary",  # a treatment summary
    "news",  # news, a video, a research page, a blog
    "opening",  # the first passages of a document: 1, falling to 0
)


class Candidate(NamedTuple):
    """One passage with its evidence; ``features`` follow the order of `FEATURES`."""

    hit: Hit
    card: Card
    features: tuple[float, ...]
    score: float = 0.0

    def feature(self, name: str) -> float:
        return self.features[FEATURES.index(name)]


class Evidence(NamedTuple):
    """All candidates of a question, in numbers: ``features`` has a line for each of ``rows`` and a column for each of `FEATURES`."""

    rows: NDArray[np.int64]
    features: NDArray[np.float64]


_CHILDHOOD = frozenset(("child", "childhood", "children", "pediatr"))


class Read(NamedTuple):
    """A question's words as they are searched, and the vector of its text; None while there is none."""

    words: tuple[str, ...]
    vector: NDArray[np.float32] | None


class Retriever:
    """Finds candidates in one state of the index. ``card_of`` gives a document's card by id and version."""

    def __init__(self, engine: SearchEngine, encoder: Encodes | None, card_of: CardOf) -> None:
        self._engine = engine
        self._encoder = encoder
        self._card_of = card_of
        self._marks = Marks(engine.places, card_of)
        self._rows = max(1, engine.manifest.rows)
        self._lately: dict[tuple[str, str], Read] = {}

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
            known = Read(tuple(words_of(text)), vector)
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
            for term in terms(word, key):
                weights[term] = max(weights.get(term, 0.0), idf)
        return weights

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
        vector = asked.vector
        beside = [word for word in words_of(f"{question.added} {question.focus}") if word not in asked.words]
        words = Words((*((word, 1.0) for word in asked.words), *((word, BESIDE) for word in beside)))
        lexical = engine.lexical_run(words, filters, DEPTH, PASSAGE_FIELDS)
        whole = engine.documents_run(words, filters, DOCUMENTS, DOCUMENT_FIELDS)
        dense = NO_RUN if vector is None else engine.dense_run(vector, filters, DEPTH)
        of_document = np.zeros(len(places.documents))
        of_document[whole.rows] = _shares(whole.scores)
        most = float(lexical.scores[0]) if len(lexical.rows) else 1.0
        best = self._best_documents(of_document, lexical, dense)
        inside = [np.arange(0)]
        of_row = dict(zip(lexical.rows.tolist(), lexical.scores.tolist(), strict=True))
        if best:
            names = [name[0] for name in map(places.documents.__getitem__, best) if name is not None]
            within = replace(filters, within=frozenset(names))
            found = engine.lexical_run(words, within, 3 * DEPTH, PASSAGE_FIELDS)
            for row, score in zip(found.rows.tolist(), found.scores.tolist(), strict=True):
                of_row.setdefault(row, score)
            inside = [np.arange(rows.start, rows.stop) for rows in map(engine.rows_of, best)]
        rows = np.unique(np.concatenate((lexical.rows, dense.rows, *inside)))
        lexical_shares = np.array([of_row.get(row, 0.0) for row in rows.tolist()]) / most
        cosine = np.full(len(rows), UNKNOWN_COSINE)
        if vector is not None:
            cosine = engine.similarity(vector, rows)
            cosine[np.isnan(cosine)] = UNKNOWN_COSINE
        weights = self.term_weights(asked.words, question.language)
        return Evidence(
            rows, self._features(question, weights, rows, lexical_shares, cosine, of_document[places.document[rows]])
        )

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

    def _features(
        self,
        question: Question,
        weights: Mapping[str, float],
        rows: NDArray[np.int64],
        lexical: NDArray[np.float64],
        cosine: NDArray[np.float64],
        document: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return a line of features for each row. What hangs on a document or a section alone is worked out once for each."""
        places = self._engine.places
        weigh = _Weigher(question, weights)
        marks = self._marks
        numbers, at = np.unique(places.document[rows], return_inverse=True)
        key = language_key(question.language)
        documents = np.array([weigh.document(marks.document(number, key)) for number in numbers.tolist()])
        sections, place = np.unique(places.section[rows], return_inverse=True)
        of_sections = np.array([weigh.section(marks.section(number, key)) for number in sections.tolist()])
        if not len(rows):
            return np.zeros((0, len(FEATURES)))
        title, title_named, cancer, other, patient, summary, news = documents[at].T
        own, path, named, kind, other_kind, place_named = of_sections[place].T
        # The page of the person's own cancer, where it speaks of the place that it came back in.
        cancer = np.where((place_named > 0) & (cancer >= 0.5), cancer + 2.0, cancer)
        return np.column_stack(
            (
                lexical,
                cosine,
                document,
                title,
                np.maximum(title_named, named),
                np.where(own < 0, title, own),
                path,
                kind,
                other_kind,
                cancer,
                other,
                patient,
                summary,
                news,
                np.maximum(0.0, 1.0 - places.start[rows] / 3000.0),
            )
        )


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores, best first, over the best of them."""
    return scores / max(float(scores[0]), 1e-6) if len(scores) else scores


class _Weigher:
    """Weighs documents and sections for one question."""

    def __init__(self, question: Question, weights: Mapping[str, float]) -> None:
        self._cancers = question.cancer_types
        self._child = question.child
        self._asked = question.asked_for
        total = sum(weights.values()) or 1.0
        self._shares = {term: weight / total for term, weight in weights.items()}
        # Organs count as places of spread only in talk of coming back: "cancer of the renal pelvis" names none.
        self._places = tuple(
            place
            for place in (places_in(question.focus) if "recurrence" in question.asked_for[:2] else ())
            if not any(related(place, asked) for asked in question.cancer_types)
        )
        rarest = max(weights, key=lambda term: weights[term], default=None)
        self._rarest = rarest if rarest is not None and weights[rarest] >= RARE else None
        self._fits: dict[tuple[str, ...], tuple[float, float]] = {}

    def _share(self, present: frozenset[str]) -> float:
        """Return the share of the question's weight that a text holds."""
        shares = self._shares
        return sum([shares[term] for term in shares if term in present])

    def document(self, marks: DocumentMarks) -> tuple[float, ...]:
        """Return title, whether it has the rarest word, cancer, other cancer, patient, summary, news."""
        fit = self._fits.get(marks.cancer_types)
        if fit is None:
            fit = self._fits[marks.cancer_types] = cancer_fit(self._cancers, marks.cancer_types, self._places)
        named = 1.0 if self._rarest in marks.title else 0.0
        if not self._child and not _CHILDHOOD.isdisjoint(marks.title):
            fit = (fit[0], fit[1] + CHILD)
        return (self._share(marks.title), named, *fit, marks.patient, marks.summary, marks.news)

    def section(self, marks: SectionMarks) -> tuple[float, ...]:
        """Return own heading (-1: none), path, whether they have the rarest word, kind, other kind, whether it names the place."""
        own, above, kind, heading = marks
        asked = self._asked
        fits = kind is not None and kind in asked
        return (
            -1.0 if own is None else self._share(own),
            self._share(above),
            1.0 if self._rarest in above or (own is not None and self._rarest in own) else 0.0,
            (1.0 if kind == asked[0] else 0.7) if fits else 0.0,
            1.0 if asked and kind is not None and not fits else 0.0,
            1.0 if self._places and heading and not set(self._places).isdisjoint(places_in(heading)) else 0.0,
        )


def share(text: str, weights: Mapping[str, float], total: float, language: str = "en") -> float:
    """Return the share (0 to 1) of the question's weight whose terms stand in ``text``."""
    if not text:
        return 0.0
    present = set(terms(text, language_key(language)))
    return sum(weight for term, weight in weights.items() if term in present) / total


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
