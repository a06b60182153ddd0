"""The search seam: what every engine takes and gives. Engines are chosen by the wiring alone.

Scores order the hits of one run; they do not compare across runs. Ties are ordered by document id and start.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PassageEntry:
    """One passage as it goes into an index. ``start`` and ``end`` are code points of the version's body."""

    start: int
    end: int
    section: tuple[str, ...]
    text: str  # the words of the span, after the sentence that introduces them where that stands in an earlier passage
    input: str = ""  # what the encoder reads
    vector_key: bytes = b""  # 16 bytes that name the encoder's input; empty: the passage has no vector


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One published version with its passages and the values that filters ask for."""

    id: str
    version: str
    title: str
    audience: str
    language: str
    cancer_types: tuple[str, ...]
    kind: str
    passages: tuple[PassageEntry, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must satisfy, applied before ranking. None asks for nothing; ``within`` and ``without`` name documents."""

    audience: frozenset[str] | None = None
    language: frozenset[str] | None = None
    cancer_types: frozenset[str] | None = None  # a document passes when it has one of them
    kind: frozenset[str] | None = None
    within: frozenset[str] | None = None
    without: frozenset[str] = frozenset()


class Hit(NamedTuple):
    """A passage and its score in one run. ``row`` names it within the snapshot that was searched.

    A named tuple, since hundreds are made for each question: a frozen dataclass takes five times as long.
    """

    document: str
    version: str
    start: int
    end: int
    section: tuple[str, ...]
    score: float
    row: int


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A document and its score in one run over whole documents."""

    document: str
    version: str
    score: float


@dataclass(frozen=True, slots=True)
class Words:
    """A query in words: each with its weight. Plain text is split by `words_of`."""

    weighted: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class FieldWeights:
    """How much a match in each field counts."""

    title: float = 1.0
    headings: float = 2.0
    text: float = 1.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made of and by. An index opens only when this agrees with the library and the code."""

    format: int
    normalisation: int
    passages: int
    analyser: int
    encoder: str
    generation: int
    documents: int
    rows: int
    encoded: int
    files: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # name -> (size in bytes, CRC-32)


class Run(NamedTuple):
    """One method's ranked list in numbers, best first: rows of a snapshot (or numbers of documents) and their scores."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float64]


NO_RUN = Run(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float64))
"""The run that found nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where each row of a snapshot stands, as columns: a question looks at hundreds of rows, and a column costs one look.

    ``document``, ``section``, ``start`` and ``end`` have one entry a row; the first two count into ``documents`` (id, version; None
    for one that was taken out) and ``sections`` (headings, outermost first). ``by_name`` gives each document's place in the
    order of ids, by which ties are broken.
    """

    document: NDArray[np.int32]
    section: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    documents: Sequence[tuple[str, str] | None]
    sections: Sequence[tuple[str, ...]]
    by_name: NDArray[np.int32]


class SearchEngine(Protocol):
    """One immutable state of the index: answers come from this state until it is opened anew."""

    @property
    def manifest(self) -> Manifest: ...

    @property
    def places(self) -> Places: ...

    @property
    def languages(self) -> frozenset[str]:
        """The languages of the documents: primary subtags of BCP 47, in lower case."""
        ...

    def lexical(self, words: Words, filters: Filters, k: int, weights: FieldWeights = ...) -> tuple[Hit, ...]:
        """Return the best ``k`` passages by BM25 over title, headings and text; only those that match at least one word."""
        ...

    def dense(self, vector: NDArray[np.float32], filters: Filters, k: int) -> tuple[Hit, ...]:
        """Return the ``k`` passages nearest to a unit vector by exact cosine, among those that have a vector."""
        ...

    def lexical_run(self, words: Words, filters: Filters, k: int, weights: FieldWeights = ...) -> Run:
        """Return what `lexical` returns, in numbers."""
        ...

    def dense_run(self, vector: NDArray[np.float32], filters: Filters, k: int) -> Run:
        """Return what `dense` returns, in numbers."""
        ...

    def documents_run(self, words: Words, filters: Filters, k: int, weights: FieldWeights = ...) -> Run:
        """Return what `documents` returns, in numbers: ``rows`` count into `Places.documents`."""
        ...

    def explained_run(self, name: str, filters: Filters) -> Run:
        """Return the passages that explain a name (`waymark.index.explained.name_key`), the best explanations first: 0 to 1."""
        ...

    def hit(self, row: int, score: float) -> Hit:
        """Return the passage of a row."""
        ...

    def rows_of(self, document: int) -> range:
        """Return the rows of a document by its number in `Places.documents`."""
        ...

    def similarity(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the cosine of ``vector`` with each row, in the order of ``rows``; nan for a row without a vector."""
        ...

    def passages_of(self, document: str) -> tuple[Hit, ...]:
        """Return every passage of a document in order, each with score 0; () for a document that is not indexed."""
        ...

    def documents(self, words: Words, filters: Filters, k: int, weights: FieldWeights = ...) -> tuple[DocumentHit, ...]:
        """Return the best ``k`` whole documents by BM25."""
        ...

    def frequency(self, word: str) -> int:
        """Return in how many passages the analysed word occurs (0: unknown to the library)."""
        ...

    def holds(self, word: str) -> bool:
        """Return whether a document has a word as it is written, capitals aside; ``frequency`` counts its other forms too."""
        ...

    def nearest_words(self, word: str) -> tuple[str, ...]:
        """Return known words that ``word`` may be a misspelling of, likeliest first."""
        ...


class IndexWriter(Protocol):
    """Changes the index as a whole: readers see the state before or the state after."""

    def update(
        self, changed: Iterable[DocumentEntry], gone: Collection[str], generation: int, fresh: bool = False
    ) -> Manifest:
        """Put ``changed`` documents in the place of their former selves and take out ``gone``; ``fresh`` starts anew."""
        ...

    def refresh_vectors(self) -> Manifest:
        """Take in the vectors that were made since."""
        ...
