"""The passages and questions that every engine gets: the same words, the same judgements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.setting import Teller
from waymark.answering.evaluation import Topic, figure, heading_key, ndcg, recall
from waymark.app.ingest import entry_of
from waymark.app.wiring import Waymark
from waymark.index.analyser import words_of
from waymark.index.encoder import question_input
from waymark.index.engine import DocumentEntry, PassageEntry

Place = tuple[str, str]
"""A document and the heading that stands over a passage, as `heading_key` compares it."""

HEADINGS_COUNT = 2  # how often headings count, in every engine that can be told: as in Waymark itself


@dataclass(frozen=True, slots=True)
class Row:
    """One passage as every engine gets it."""

    document: str
    title: str
    passage: PassageEntry

    @property
    def headings(self) -> str:
        return " ".join(self.passage.section)

    @property
    def place(self) -> Place:
        section = self.passage.section
        return self.document, heading_key(section[-1] if section else "")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the topic, its words without the empty ones (every engine of words gets these), and its vector."""

    topic: Topic
    words: tuple[str, ...]
    vector: NDArray[np.float32]
    documents: Mapping[str, int]
    sections: Mapping[Place, int]


@dataclass(frozen=True, slots=True)
class Material:
    """``vectors`` is (rows, dimension) int8 from the library's cache; ``there`` (rows,) says which of them exist."""

    entries: tuple[DocumentEntry, ...]
    rows: tuple[Row, ...]
    vectors: NDArray[np.int8]
    there: NDArray[np.bool_]
    asked: tuple[Asked, ...]


def entries_of(service: Waymark) -> tuple[DocumentEntry, ...]:
    """Return every published document as the index takes it."""
    cards = service.cards()
    teller, entries = Teller("passages"), []
    for done, card in enumerate(cards, start=1):
        entries.append(entry_of(service.catalogue.document(card.id, card.version)))
        teller("reading", done, len(cards))
    return tuple(entries)


def material(service: Waymark, topics: Sequence[Topic]) -> Material:
    """Return the library's passages with their vectors, and the questions of the topics with theirs."""
    entries = entries_of(service)
    rows = tuple(Row(entry.id, entry.title, passage) for entry in entries for passage in entry.passages)
    keys = np.array([row.passage.vector_key for row in rows], dtype="V16")
    cache = service.writer().cache()
    try:
        vectors, there = cache.matrix(keys)
    finally:
        cache.close()
    origins = {card.origin: card.id for card in service.cards() if card.origin}
    encoder = service.encoder
    asked = tuple(
        Asked(
            topic,
            tuple(words_of(topic.question)),
            encoder.encode([question_input(topic.question)])[0],
            {origins.get(path, path): grade for path, grade in topic.documents.items()},
            {(origins.get(path, path), heading): grade for (path, heading), grade in topic.sections.items()},
        )
        for topic in topics
    )
    return Material(entries, rows, vectors, there, asked)


def effectiveness(asked: Sequence[Asked], runs: Sequence[Sequence[Place]]) -> dict[str, object]:
    """Return document nDCG@10 and recall@5 and section recall@5 of one run for each question, each with its interval.

    A document stands where its best passage stands, and so does a section.
    """
    by_ndcg, by_recall, by_section = [], [], []
    for one, run in zip(asked, runs, strict=True):
        documents = list(dict.fromkeys(document for document, _ in run))
        group = one.topic.group
        by_ndcg.append((group, ndcg(documents, one.documents)))
        by_recall.append((group, recall(documents, one.documents)))
        if one.sections:
            by_section.append((group, recall(list(dict.fromkeys(run)), one.sections)))
    return {
        "document_ndcg@10": figure(by_ndcg),
        "document_recall@5": figure(by_recall),
        "section_recall@5": figure(by_section),
    }
