"""From a question to candidates: runs of words and of meaning, fused, each candidate with the evidence that speaks for it."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from waymark.answering.meaning import Encodes
from waymark.answering.question import Question, section_kind
from waymark.index.analyser import language_key, terms, words_of
from waymark.index.encoder import question_input
from waymark.index.engine import FieldWeights, Filters, Hit, SearchEngine, Words
from waymark.index.gloss import gloss_of
from waymark.languages.texts import SOURCE
from waymark.library.cancer_types import ancestors, places_in, related, with_ancestors
from waymark.library.document import Card

DEPTH = 60  # passages taken of each run
DOCUMENTS = 40  # whole documents taken of theirs
LOOKED_THROUGH = 3  # the best documents, every passage of which is a candidate
RARE = 5.5  # inverse document frequency from which a word is rare: in fewer than one passage of 250
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


@dataclass(frozen=True, slots=True)
class Corrected:
    """The question's words as they were searched: each unknown word with what it was taken for."""

    words: tuple[str, ...]
    text: str
    taken_for: Mapping[str, str]


def corrected(text: str, engine: SearchEngine, language: str = SOURCE) -> Corrected:
    """Return the words to search: those that nobody knows are read as the nearest that the language or the library knows."""
    gloss = gloss_of(language)
    words: list[str] = []
    taken: dict[str, str] = {}
    for word in words_of(text):
        if engine.frequency(word) or not word.isalpha() or (gloss is not None and gloss.knows(word)):
            words.append(word)
            continue
        nearest = engine.nearest_words(word) if gloss is None else gloss.nearest(word) or engine.nearest_words(word)
        if nearest:
            taken[word] = nearest[0]
            words.extend(w for w in nearest[:1] if w not in words)
        else:
            words.append(word)
    mended = text
    for wrong, right in taken.items():
        mended = _replace_word(mended, wrong, right)
    return Corrected(tuple(words), mended, taken)


def _replace_word(text: str, wrong: str, right: str) -> str:
    import re

    return re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w)", right, text, flags=re.IGNORECASE)


class Retriever:
    """Finds candidates in one state of the index. ``card_of`` gives a document's card by id and version."""

    def __init__(self, engine: SearchEngine, encoder: Encodes | None, card_of: Callable[[str, str], Card]) -> None:
        self._engine = engine
        self._encoder = encoder
        self._card_of = card_of
        self._rows = max(1, engine.manifest.rows)

    def vector(self, text: str, language: str = SOURCE) -> NDArray[np.float32] | None:
        """Return the vector of a question in a language, or None while the library has no vectors."""
        gloss = gloss_of(language)
        text = text if gloss is None else gloss.english(text)
        if self._encoder is None or not self._engine.manifest.encoded:
            return None
        vector: NDArray[np.float32] = self._encoder.encode([question_input(text)])[0]
        return vector

    def term_weights(self, words: Iterable[str], language: str) -> dict[str, float]:
        """Return the weight of each term, analysed in the question's language: its inverse document frequency in passages."""
        key = language_key(language)
        weights: dict[str, float] = {}
        for word in words:
            frequency = self._engine.frequency(word)
            idf = math.log(1 + (self._rows - frequency + 0.5) / (frequency + 0.5))
            for term in terms(word, key):
                weights[term] = max(weights.get(term, 0.0), idf)
        return weights

    def candidates(self, question: Question, filters: Filters) -> tuple[tuple[Candidate, ...], Corrected]:
        """Return every candidate with its features, not yet ordered, and the words that were searched."""
        engine = self._engine
        asked = corrected(question.focus, engine, question.language)
        words = Words(tuple((word, 1.0) for word in asked.words))
        lexical = engine.lexical(words, filters, DEPTH, PASSAGE_FIELDS)
        whole = engine.documents(words, filters, DOCUMENTS, DOCUMENT_FIELDS)
        vector = self.vector(asked.text, question.language)
        dense = engine.dense(vector, filters, DEPTH) if vector is not None else ()
        by_row: dict[int, Hit] = {hit.row: hit for hit in (*lexical, *dense)}
        lexical_of = {hit.row: hit.score for hit in lexical}
        most = lexical[0].score if lexical else 1.0
        most_whole = whole[0].score if whole else 1.0
        document_of = {hit.document: hit.score / most_whole for hit in whole}
        best = self._best_documents(document_of, lexical, dense, most)
        if best:
            inside = replace(filters, within=frozenset(best))
            for hit in engine.lexical(words, inside, 3 * DEPTH, PASSAGE_FIELDS):
                lexical_of.setdefault(hit.row, hit.score)
            for document in best:
                for hit in engine.passages_of(document):
                    by_row.setdefault(hit.row, hit)
        cosine = engine.similarity(vector, by_row) if vector is not None else {}
        weights = self.term_weights(asked.words, question.language)
        weigh = _Weigher(question, weights)
        made = [
            Candidate(
                hit,
                card := self._card_of(hit.document, hit.version),
                weigh.features(
                    hit,
                    card,
                    lexical_of.get(row, 0.0) / most,
                    cosine.get(row, UNKNOWN_COSINE),
                    document_of.get(hit.document, 0.0),
                ),
            )
            for row, hit in by_row.items()
        ]
        return tuple(made), asked

    @staticmethod
    def _best_documents(
        document_of: Mapping[str, float], lexical: tuple[Hit, ...], dense: tuple[Hit, ...], most: float
    ) -> list[str]:
        """Return the documents that are looked through whole: by the sum of what each run gives them."""
        sums: dict[str, float] = dict(document_of)
        seen: set[str] = set()
        for hit in lexical:
            if hit.document not in seen:
                seen.add(hit.document)
                sums[hit.document] = sums.get(hit.document, 0.0) + hit.score / most
        seen.clear()
        top = dense[0].score if dense else 1.0
        for hit in dense:
            if hit.document not in seen:
                seen.add(hit.document)
                sums[hit.document] = sums.get(hit.document, 0.0) + hit.score / max(top, 1e-6)
        return sorted(sums, key=lambda document: (-sums[document], document))[:LOOKED_THROUGH]


class _Weigher:
    """Makes the features of one question's candidates; what depends on a title or a section alone is worked out once."""

    def __init__(self, question: Question, weights: Mapping[str, float]) -> None:
        self._question = question
        self._weights = weights
        self._total = sum(weights.values()) or 1.0
        # Organs count as places of spread only in talk of coming back: "cancer of the renal pelvis" names none.
        self._places = tuple(
            place
            for place in (places_in(question.focus) if "recurrence" in question.asked_for[:2] else ())
            if not any(related(place, asked) for asked in question.cancer_types)
        )
        rarest = max(weights, key=lambda term: weights[term], default=None)
        self._rarest = rarest if rarest is not None and weights[rarest] >= RARE else None
        self._of_text: dict[str, tuple[float, bool]] = {}
        self._of_section: dict[tuple[str, ...], tuple[float, float, bool, str | None]] = {}
        self._of_document: dict[str, tuple[float, bool, float, float]] = {}

    def _in(self, text: str) -> tuple[float, bool]:
        """Return the share of the question's weight in a text, and whether its rarest word is there."""
        known = self._of_text.get(text)
        if known is None:
            present = set(terms(text, language_key(self._question.language))) if text else set()
            covered = sum(weight for term, weight in self._weights.items() if term in present) / self._total
            known = self._of_text[text] = covered, self._rarest in present
        return known

    def features(self, hit: Hit, card: Card, lexical: float, cosine: float, document: float) -> tuple[float, ...]:
        """Return the features of one candidate in the order of `FEATURES`."""
        about = self._of_document.get(hit.document)
        if about is None:
            title, named = self._in(card.title)
            about = title, named, *cancer_fit(self._question.cancer_types, card.cancer_types, self._places)
            self._of_document[hit.document] = about
        title, named, cancer, other = about
        section = self._of_section.get(hit.section)
        if section is None:
            own, own_named = self._in(hit.section[-1]) if hit.section else (-1.0, False)
            path, path_named = self._in(" ".join(hit.section[:-1]))
            kind = section_kind(hit.section) if hit.section else "definition"  # a page opens with what it is about
            section = self._of_section[hit.section] = own, path, own_named or path_named, kind
        own, path, section_named, kind = section
        if self._places and hit.section and cancer >= 0.5 and set(self._places) & set(places_in(hit.section[-1])):
            cancer += 2.0  # the page of the person's own cancer, where it speaks of the place that it came back in
        asked = self._question.asked_for
        fits = kind is not None and kind in asked
        return (
            lexical,
            cosine,
            document,
            title,
            1.0 if named or section_named else 0.0,
            title if own < 0 else own,
            path,
            (1.0 if kind == asked[0] else 0.7) if fits else 0.0,
            1.0 if asked and kind is not None and not fits else 0.0,
            cancer,
            other,
            1.0 if card.audience == "patient" else 0.0,
            1.0 if card.kind == "summary" else 0.0,
            1.0 if card.kind in ("news", "video", "research") else 0.0,
            max(0.0, 1.0 - hit.start / 3000.0),
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
