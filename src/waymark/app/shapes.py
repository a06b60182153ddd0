"""JSON shapes that more than one door gives out."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from waymark.errors import WaymarkError
from waymark.library.audit import AuditEvent
from waymark.library.credit import credit_of
from waymark.library.document import Card, Document

if TYPE_CHECKING:
    from waymark.app.public import Withdrawn


def plain(value: Any) -> Any:
    """Return a value of front matter as JSON can hold it: dates in ISO 8601."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _version(card: Card) -> dict[str, Any]:
    return {
        "version": card.version,
        "status": card.status.value,
        "content_hash": card.content_hash,
        "last_reviewed": _day(card.last_reviewed),
        "review_due": _day(card.review_due),
        "updated": _day(card.updated),
        "retrieved": card.retrieved,
    }


def event_json(event: AuditEvent) -> dict[str, Any]:
    """Return one audit event: who did what to which version, and when."""
    return {
        "event": event.seq,
        "at": event.at,
        "actor": event.actor,
        "action": event.action,
        "version": event.version,
        "detail": plain(event.detail),
    }


def document_show(document: Document, versions: Sequence[Card], events: Sequence[AuditEvent]) -> dict[str, Any]:
    """Return the object of ``waymark show ID --json`` and ``GET /api/v1/documents/{id}``.

    ``body`` is the text that ``start`` and ``end`` of every quotation count in, by Unicode code points; ``record`` is
    the front matter as it came; ``history`` is the audit events in the order they were given.
    """
    card = document.card
    return {
        "id": card.id,
        "version": card.version,
        "status": card.status.value,
        "title": card.title,
        "publisher": card.publisher,
        "url": card.url,
        "audience": card.audience,
        "language": card.language,
        "cancer_types": list(card.cancer_types),
        "tags": list(card.tags),
        "kind": card.kind,
        "license": card.license,
        "citation": card.citation,
        "attribution": card.attribution,
        "credit": credit_of(card).text,
        "last_reviewed": _day(card.last_reviewed),
        "review_due": _day(card.review_due),
        "reviewed_by": card.reviewed_by,
        "updated": _day(card.updated),
        "posted": _day(card.posted),
        "retrieved": card.retrieved,
        "origin": card.origin,
        "content_hash": card.content_hash,
        "record": plain(document.front),
        "evidence": plain(document.evidence),
        "body": document.body.text,
        "versions": [_version(version) for version in versions],
        "history": [event_json(event) for event in events],
    }


def withdrawn_json(found: "Withdrawn") -> dict[str, Any]:
    """Return what is told of a withdrawn document: everything but its text."""
    card = found.card
    return {
        "id": card.id,
        "version": card.version,
        "status": card.status.value,
        "title": card.title,
        "publisher": card.publisher,
        "url": card.url,
        "withdrawn": found.at or None,
        "why": found.why,
    }


def error_kind(error: WaymarkError) -> str:
    """Return the error's name in JSON: ``IndexMissing`` is ``index_missing``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()


def error_json(kind: str, say: str, next_step: str = "") -> dict[str, Any]:
    """Return the one shape of every error over HTTP."""
    return {"error": {"kind": kind, "say": say, "next_step": next_step}}
