"""What the public may read of a document: versions that are or were published, and of a withdrawn document only why.

A draft, a version in review and a proposal are for the people who work on the library (`waymark.app.web.librarian`); here
they are not there, in the same words as a document that never was, so that nobody learns of one by trying addresses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waymark.errors import NotFound
from waymark.languages.texts import message
from waymark.library.audit import AuditEvent
from waymark.library.document import Card, Document, Status

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark

PUBLIC = frozenset({Status.PUBLISHED, Status.SUPERSEDED})
"""A superseded version was published, and is quoted by the citations of its time."""
_TOLD = frozenset({"add", "published", "reviewed", "withdrawn", "repair", "undone", "synced", "sync"})
_DETAILS = frozenset({"why", "status", "status_before", "version_before", "outcome", "reviewed_by", "reviewed_as"})


@dataclass(frozen=True, slots=True)
class Readable:
    """A version that anybody may read; ``versions`` and ``events`` hold nothing of drafts. ``current`` is None while no version
    of the document is published.
    """

    document: Document
    current: Card | None
    versions: list[Card]
    events: list[AuditEvent]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A document that was withdrawn: what it was called, when that was and why. Its text is kept, and not given out."""

    card: Card
    at: str  # ISO 8601; empty when it came in as withdrawn
    why: str


def public_document(service: "Waymark", document_id: str, version: str | None = None) -> Readable | Withdrawn:
    """Return what the public may read under an address. Raises `NotFound`, for what is not published as for what is not there.

    Whether a document was withdrawn is asked each time: a text that is kept in memory may stand under an older card. Where the
    present version is withdrawn, no earlier one is given out either: the reason may well be in its words.
    """
    try:
        versions = service.versions(document_id)
        at_present = service.document(document_id).card.version
    except NotFound as error:
        raise _not_here(document_id) from error
    current = next((card for card in versions if card.version == at_present), None)
    if current is None:
        raise _not_here(document_id)
    if current.status is Status.WITHDRAWN:
        return _withdrawn(service, current, version, versions)
    wanted = current if version is None else next((card for card in versions if card.version == version), None)
    if wanted is None or wanted.status not in PUBLIC:
        raise _not_here(document_id)
    document = replace(service.document(document_id, wanted.version), card=wanted)
    public = [card for card in versions if card.status in PUBLIC]
    names = {card.version for card in public}
    told = [_told(event) for event in service.events(document_id) if event.version in names and event.action in _TOLD]
    return Readable(document, current if current.status in PUBLIC else None, public, told)


def _withdrawn(service: "Waymark", current: Card, version: str | None, versions: Sequence[Card]) -> Withdrawn:
    events = service.events(current.id)
    if not _was_public(current, versions, events):
        raise _not_here(current.id)
    if version is not None and version not in {
        card.version for card in versions if card.status in PUBLIC or card.version == current.version
    }:
        raise _not_here(current.id)
    last = next((event for event in events if event.action == "withdrawn" and event.version == current.version), None)
    return Withdrawn(current, last.at if last else "", str(last.detail.get("why") or "") if last else "")


def _was_public(current: Card, versions: Sequence[Card], events: Sequence[AuditEvent]) -> bool:
    """Return whether a withdrawn document was ever published, here or by its source; a draft that was dropped never was."""
    if any(card.status in PUBLIC for card in versions):
        return True
    of_it = [event for event in events if event.version == current.version]
    if any("published" in (event.detail.get("status"), event.detail.get("status_before")) for event in of_it):
        return True
    came = next((event for event in reversed(of_it) if event.detail.get("outcome") in ("added", "updated")), None)
    return came is None or came.detail.get("status") == Status.WITHDRAWN.value


def _told(event: AuditEvent) -> AuditEvent:
    """Return an event with what concerns readers; a librarian's notes about drafts and findings are not told."""
    return replace(event, detail={name: value for name, value in event.detail.items() if name in _DETAILS})


def _not_here(document_id: str) -> NotFound:
    return NotFound(
        message("The library has no published document “%(document)s”.", document=document_id[:120]),
        message("Look for it in the library, or ask a question in your own words."),
    )
