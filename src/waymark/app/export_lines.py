"""JSON Lines: one published document or passage a line, for others to index, each with its credit and where it stands."""

import json
from collections.abc import Iterator
from typing import Any

from waymark.app.export import Folder, Per, Wanted, Written
from waymark.library.credit import credit_of
from waymark.library.document import Card, Document
from waymark.passages.passages import passages


def write_lines(
    documents: Iterator[Document], cards: tuple[Card, ...], place: Folder, wanted: Wanted
) -> tuple[Written, ...]:
    """Write ``documents.jsonl`` or ``passages.jsonl``."""
    name = f"{wanted.per.value}s.jsonl"

    def lines() -> Iterator[str]:
        for document in documents:
            for line in _of_document(document) if wanted.per is Per.DOCUMENT else _of_passages(document):
                yield json.dumps(line, ensure_ascii=False)

    place.append_lines(name, lines())
    return tuple(Written(card, name) for card in cards)


def about(card: Card) -> dict[str, Any]:
    """Return what a line says of its document: enough to cite it, to filter by, and to ask for it again."""
    return {
        "id": card.id,
        "version": card.version,
        "content_hash": card.content_hash,
        "title": card.title,
        "publisher": card.publisher,
        "url": card.url,
        "credit": credit_of(card).text,
        "license": card.license,
        "citation": card.citation,
        "audience": card.audience,
        "language": card.language,
        "cancer_types": list(card.cancer_types),
        "tags": list(card.tags),
        "kind": card.kind,
        "last_reviewed": card.last_reviewed.isoformat() if card.last_reviewed else None,
        "review_due": card.review_due.isoformat() if card.review_due else None,
        "reviewed_by": card.reviewed_by,
        "updated": card.updated.isoformat() if card.updated else None,
    }


def _of_document(document: Document) -> Iterator[dict[str, Any]]:
    yield {**about(document.card), "text": document.body.text}


def _of_passages(document: Document) -> Iterator[dict[str, Any]]:
    """Yield the passages of a document; ``text`` is ``body[start:end]`` of that version, counted in Unicode code points."""
    told = about(document.card)
    for passage in passages(document.body):
        span = passage.span
        place = {"start": span.start, "end": span.end, "section": list(passage.section)}
        yield {**told, **place, "text": passage.text(document.body)}
