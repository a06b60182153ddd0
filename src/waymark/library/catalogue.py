"""The catalogue: every document with all its versions; one writer at a time, every change one transaction.

Readers are never kept waiting: each reads the last whole state (SQLite's write-ahead log).
"""

import json
import re
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from waymark.errors import (
    ChangedMeanwhile,
    InvalidDocument,
    LibraryDamaged,
    LifecycleRefused,
    NotFound,
    UsageError,
)
from waymark.languages.texts import message
from waymark.library import audit as audit_events
from waymark.library import folder as library_folder
from waymark.library import packed, proposals, tables
from waymark.library.audit import Audit, AuditEvent, plain
from waymark.library.body import NORMALISATION
from waymark.library.document import Card, Document, Status, content_hash, require_transition
from waymark.library.folder import Folder
from waymark.library.identity import is_document_id
from waymark.library.proposals import Proposal

__all__ = ["Audit", "AuditEvent", "Catalogue", "Seen", "Writer"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one file or address when it was last added: enough to pass over it while it is
    unchanged.

    ``outcome`` is added, updated, unchanged, held or rejected; ``reason`` says why for the last two.
    """

    origin: str
    size: int
    mtime_ns: int
    file_hash: str
    document: str | None
    outcome: str
    reason: str = ""


# --------------------------------------------------------------------------------------------- rows and cards

CARD_COLUMNS = tuple("document" if field.name == "id" else field.name for field in fields(Card))
_SELECT_CARD = "SELECT " + ", ".join(f"v.{name}" for name in CARD_COLUMNS)
_CURRENT = "FROM documents d JOIN versions v ON v.row = d.current"
# What may differ between two readings of the same record without making it another version.
_NOT_COMPARED = frozenset({"version", "status", "retrieved", "origin"})
_COMPARED = tuple(place for place, name in enumerate(CARD_COLUMNS) if name not in _NOT_COMPARED)
_STATUS = {status.value: status for status in Status}


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def _card(row: Sequence[Any]) -> Card:
    values = list(row)
    values[6] = _STATUS[row[6]]
    values[9], values[10] = _words(row[9]), _words(row[10])
    values[15:19] = [None if text is None else _day(text) for text in row[15:19]]
    return Card(*values)


def _row(card: Card) -> tuple[str | None, ...]:
    """Return the card as it is kept: in the order of `CARD_COLUMNS`, lists as JSON, days as ISO dates."""

    def kept(value: object) -> str | None:
        if value is None:
            return None
        if isinstance(value, tuple):
            return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
        return value.isoformat() if isinstance(value, date) else plain(str(value))

    return tuple(kept(getattr(card, field.name)) for field in fields(Card))


def _json(value: object) -> str:
    # Half characters are kept as escapes; keys keep their order, so that front matter comes back as it came.
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def record_digest(
    row: Sequence[Any],
    file_hash: str | None,
    normalisation: int,
    front: str,
    evidence: str,
    source_hash: str,
    marks_hash: str,
) -> str:
    """Return the digest of everything that is kept of a version but its status, which may change."""
    kept = [value for name, value in zip(CARD_COLUMNS, row, strict=True) if name != "status"]
    return packed.digest(
        _json([kept, file_hash, normalisation, front, evidence, source_hash, marks_hash]).encode("ascii")
    )


# -------------------------------------------------------------------------------------------------- catalogue


class Catalogue:
    """One library. May be used from several threads at once; close it, or use it as a context manager."""

    def __init__(self, folder: Folder) -> None:
        """Not called from outside: see `create` and `open`."""
        self._folder = folder
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._identity = ""

    @classmethod
    def create(cls, folder: Path, made_by: str) -> "Catalogue":
        """Make an empty library and open it. ``made_by`` names the program and its version.

        Raises `UsageError` when there is a library already, when the folder holds other files, or cannot be
        written to. Of two processes that make the same library at once, the second opens what the first made.
        """
        place = Folder(folder)
        if place.marker.exists():
            raise UsageError(f"There is a library in {folder} already.", "Use it as it is, or choose another folder.")
        strangers = place.strangers()
        if strangers:
            raise UsageError(
                f"The folder {folder} holds other files ({', '.join(strangers[:3])}).",
                "Choose an empty or a new folder.",
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with library_folder.only_writer(place, 10.0, None):
                if not place.marker.exists():
                    if place.catalogue.exists() and _has_documents(place):
                        raise tables.damaged(folder, "library.json is missing")
                    place.documents.mkdir(exist_ok=True)
                    tables.make(place)
                    library_folder.write_marker(place, made_by)
                    tables.note_marker(place, file_digest(place.marker) or "")
        except OSError as error:
            raise library_folder.cannot_write(error, folder) from error
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> "Catalogue":
        """Open a library. Raises `NotFound` when there is none, `LibraryTooNew`, `LibraryDamaged`."""
        place = Folder(folder)
        try:
            library_folder.read_marker(place)
        except FileNotFoundError as error:
            if place.catalogue.exists() and _has_documents(place):
                raise tables.damaged(folder, "library.json is missing") from error
            raise NotFound(
                f"There is no library in {folder}.", "Make one, or name another folder with --library."
            ) from error
        if not place.catalogue.is_file():
            raise tables.damaged(folder, "catalogue.sqlite is missing")
        catalogue = cls(place)
        try:
            with catalogue._connection() as connection:
                tables.check(connection, place)
        except BaseException:
            catalogue.close()
            raise
        return catalogue

    @property
    def folder(self) -> Path:
        """The library's folder."""
        return self._folder.root

    def close(self) -> None:
        """Let go of the files. What is still reading in another thread ends first."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection: one that lies idle, or a new one, so that threads never share one at the same
        time.
        """
        if self._closed:
            raise UsageError("This library is closed.", "Open it again.")
        with tables.sentences(self.folder):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = tables.connect(self._folder)
            whole = False
            try:
                yield connection
                whole = True
            finally:
                if connection.in_transaction:
                    connection.rollback()
                if whole and not self._closed:
                    self._idle.append(connection)
                else:
                    connection.close()

    @contextmanager
    def writing(self, wait: float = 10.0, note: Callable[[str], None] | None = None) -> Iterator["Writer"]:
        """Be the one writer. ``note`` is told once when another process has to be waited for, up to ``wait``
        seconds.

        Finishes first what a killed process left to write. Raises `LibraryBusy` when the other does not end
        in time.
        """
        with library_folder.only_writer(self._folder, wait, note), self._connection() as connection:
            writer = Writer(self, connection)
            try:
                writer.write_pending_files()
                yield writer
            finally:
                writer.end()

    @property
    def generation(self) -> int:
        """The number of the last event that changed what may be quoted; 0 in a new library."""
        with self._connection() as connection:
            (number,) = connection.execute("SELECT max(seq) FROM events WHERE quotable").fetchone()
        return int(number or 0)

    @property
    def identity(self) -> str:
        """What tells this library from any other: the digest of its first audit event; empty in a new library."""
        if not self._identity:
            with self._connection() as connection:
                row = connection.execute("SELECT chain FROM events WHERE seq = 1").fetchone()
            self._identity = str(row[0]) if row else ""
        return self._identity

    def card(self, document_id: str, version: str | None = None) -> Card:
        """Return the card of the current version, or of the one named. Raises `NotFound`."""
        with self._connection() as connection:
            return _card(_find(connection, _SELECT_CARD, "", document_id, version))

    def document(self, document_id: str, version: str | None = None) -> Document:
        """Return the current version, or the one named. Raises `NotFound`; `LibraryDamaged` if it was altered."""
        with self._connection() as connection:
            return load(connection, document_id, version)

    def text(self, document_id: str, version: str) -> str:
        """Return the body's text of a version: a quarter of what `document` costs. Raises as that does."""
        with self._connection() as connection:
            select = "SELECT v.content_hash, t.body"
            sealed, body = _find(connection, select, "JOIN texts t ON t.row = v.row", document_id, version)
        return _text(document_id, version, body, sealed)

    def cards(self, status: Status | None = Status.PUBLISHED) -> list[Card]:
        """Return the cards of the current versions in one status (None: in any), ordered by id."""
        where, values = ("", ()) if status is None else ("WHERE v.status = ?", (status.value,))
        with self._connection() as connection:
            return [
                _card(row) for row in connection.execute(f"{_SELECT_CARD} {_CURRENT} {where} ORDER BY d.id", values)
            ]

    def names(self, statuses: Collection[Status]) -> list[tuple[str, str, str]]:
        """Return id, title and publisher of the documents in these statuses, ordered by id: less than their cards."""
        query = (
            f"SELECT d.id, v.title, v.publisher {_CURRENT} "
            "WHERE v.status IN (SELECT value FROM json_each(?)) ORDER BY d.id"
        )
        with self._connection() as connection:
            return connection.execute(query, (json.dumps([status.value for status in statuses]),)).fetchall()

    def cards_of(self, ids: Sequence[str]) -> list[Card]:
        """Return the cards of these documents, in their order; an id that there is none of is left out."""
        query = f"{_SELECT_CARD} {_CURRENT} WHERE d.id IN (SELECT value FROM json_each(?))"
        with self._connection() as connection:
            found = {card.id: card for card in map(_card, connection.execute(query, (json.dumps(list(ids)),)))}
        return [found[name] for name in ids if name in found]

    def count_by_status(self) -> dict[Status, int]:
        """Return how many documents are in each status."""
        query = f"SELECT v.status, count(*) {_CURRENT} GROUP BY v.status"
        with self._connection() as connection:
            return {_STATUS[status]: int(count) for status, count in connection.execute(query)}

    def review_days(self) -> dict[date | None, int]:
        """Return how many published documents are due for review on each day; None: on no known day."""
        query = (
            f"SELECT v.review_due, count(*) {_CURRENT} WHERE v.status = ? GROUP BY v.review_due ORDER BY v.review_due"
        )
        with self._connection() as connection:
            rows = connection.execute(query, (Status.PUBLISHED.value,)).fetchall()
        return {None if day is None else _day(day): int(count) for day, count in rows}

    def cards_due(self, day: date | None, limit: int) -> list[Card]:
        """Return the first published documents whose review is due on a day (None: on no known one), ordered by id."""
        with self._connection() as connection:
            rows = connection.execute(
                f"{_SELECT_CARD} {_CURRENT} WHERE v.status = ? AND v.review_due IS ? ORDER BY d.id LIMIT ?",
                (Status.PUBLISHED.value, None if day is None else day.isoformat(), limit),
            ).fetchall()
        return [_card(row) for row in rows]

    def statuses(self, ids: Collection[str]) -> dict[str, tuple[str, Status]]:
        """Return the current version and status of each of the ids that the library has."""
        query = f"SELECT d.id, v.version, v.status {_CURRENT} WHERE d.id IN (SELECT value FROM json_each(?))"
        with self._connection() as connection:
            rows = connection.execute(query, (json.dumps(list(ids)),)).fetchall()
        return {name: (version, _STATUS[status]) for name, version, status in rows}

    def translations(self) -> dict[str, str]:
        """Return, for each published translation, the document that its record names under ``translationOf``."""
        with self._connection() as connection:
            rows = connection.execute(
                f"SELECT d.id, json_extract(t.front, '$.translationOf') {_CURRENT} JOIN texts t ON t.row = v.row "
                "WHERE t.front LIKE '%\"translationOf\"%' AND v.status = ?",
                (Status.PUBLISHED.value,),
            ).fetchall()
        return {document: original for document, original in rows if isinstance(original, str)}

    def versions(self, document_id: str) -> list[Card]:
        """Return the cards of all versions of a document, the oldest first. Raises `NotFound`."""
        with self._connection() as connection:
            rows = connection.execute(
                f"{_SELECT_CARD} FROM versions v WHERE v.document = ? ORDER BY v.row", (plain(document_id),)
            ).fetchall()
            if not rows:
                raise _not_found(connection, document_id)
        return [_card(row) for row in rows]

    def proposal(self, document_id: str) -> Proposal | None:
        """Return the open proposal of a document, None when it has none. Raises `NotFound` for a document that is not."""
        with self._connection() as connection:
            _find(connection, _SELECT_CARD, "", document_id, None)
            place = proposals.place_of(connection, plain(document_id))
            if place is None:
                return None
            return Proposal(_card(_find(connection, _SELECT_CARD, "", document_id, place.version)), place.base)

    def proposals(self) -> list[Proposal]:
        """Return every open proposal, ordered by document."""
        with self._connection() as connection:
            known = proposals.bases(connection)
            query = f"{_SELECT_CARD} FROM versions v WHERE v.document = ? AND v.version = ?"
            return [
                Proposal(_card(connection.execute(query, (name, version)).fetchone()), base)
                for name, (version, base) in known.items()
            ]

    def changes_since(self, generation: int) -> list[tuple[str, str, Status]]:
        """Return id, current version and status of each document with an event after that number, ordered by
        id.
        """
        query = (
            f"SELECT d.id, v.version, v.status {_CURRENT} "
            "WHERE d.id IN (SELECT document FROM events WHERE seq > ?) ORDER BY d.id"
        )
        with self._connection() as connection:
            rows = connection.execute(query, (generation,)).fetchall()
        return [(name, version, _STATUS[status]) for name, version, status in rows]

    def events(
        self, document_id: str | None = None, limit: int = 100, before: int | None = None, actor: str = ""
    ) -> list[AuditEvent]:
        """Return up to ``limit`` audit events, the latest first, of one document or of the whole library.

        ``before`` leaves out that number and what came after it; ``actor`` is part of the name of whoever acted.
        """
        name = None if document_id is None else plain(document_id)
        with self._connection() as connection:
            return audit_events.latest(connection, name, limit, before, plain(actor))

    @property
    def last_event(self) -> int:
        """The number of the last audit event; 0 in a new library."""
        with self._connection() as connection:
            (number,) = connection.execute("SELECT max(seq) FROM events").fetchone()
        return int(number or 0)

    def events_named(self, *actions: str, after: int = 0, of_the_library: bool = False) -> list[AuditEvent]:
        """Return the audit events of these actions that came after a number, in their order.

        ``of_the_library`` looks only at those that are about no document: acceptances, people, exports.
        """
        with self._connection() as connection:
            return audit_events.named(connection, actions, after, of_the_library)

    def event(self, number: int) -> AuditEvent:
        """Return one audit event by its number. Raises `NotFound`."""
        with self._connection() as connection:
            found = audit_events.one(connection, number)
        if found is None:
            raise NotFound(f"There is no audit event {number}.", "waymark history lists them with their numbers.")
        return found

    def seen(self, origin: str) -> Seen | None:
        """Return what became of a file or address when it was last added; None for one that never was.

        What is not as it was noted is not trusted: that file is read again.
        """
        with self._connection() as connection:
            row = connection.execute(f"{_SELECT_SEEN} WHERE s.origin = ?", (packed.text_bytes(origin),)).fetchone()
        return None if row is None or not seen_holds(row) else _seen(row)

    def seen_all(self) -> dict[str, Seen]:
        """Return everything that was ever added or turned away, by its origin."""
        with self._connection() as connection:
            rows = connection.execute(_SELECT_SEEN).fetchall()
        return {entry.origin: entry for entry in (_seen(row) for row in rows if seen_holds(row))}

    def verify(self) -> list[str]:
        """Hash everything again; return a sentence for each thing that is not as it was left."""
        from waymark.library.integrity import faults

        try:
            with self._connection() as connection:
                return faults(connection, self._folder)
        except LibraryDamaged as error:
            return [str(error)]
        except (
            ValueError,
            KeyError,
            TypeError,
        ) as error:  # a value that no Waymark writes: nothing after it can be read
            return [f"The catalogue holds a value that it cannot hold ({error})."]


def _has_documents(place: Folder) -> bool:
    """Return whether a catalogue without library.json is more than a creation that was cut short."""
    with tables.sentences(place.root):
        connection = tables.connect(place)
        try:
            return connection.execute("SELECT 1 FROM events").fetchone() is not None
        except sqlite3.OperationalError:
            return True  # no such table: not ours to write over
        finally:
            connection.close()


_SELECT_SEEN = "SELECT s.*, e.digest FROM seen s LEFT JOIN seen_seals e ON e.origin = s.origin"


def seen_digest(row: Sequence[Any]) -> str:
    """Return the seal of one row of what was seen."""
    return packed.digest(_json([row[0].hex(), *row[1:]]).encode("ascii"))


def seen_holds(row: Sequence[Any]) -> bool:
    """Return whether a row, with its seal last, is as it was noted."""
    *noted, sealed = row
    return isinstance(noted[0], bytes) and sealed == seen_digest(noted)


def _seen(row: Sequence[Any]) -> Seen:
    return Seen(packed.text_from(row[0]), *row[1:-1])


def _find(
    connection: sqlite3.Connection, select: str, join: str, document_id: str, version: str | None
) -> Sequence[Any]:
    if version is None:
        query = f"{select} {_CURRENT} {join} WHERE d.id = ?"
        values: tuple[str, ...] = (plain(document_id),)
    else:
        query = f"{select} FROM versions v {join} WHERE v.document = ? AND v.version = ?"
        values = (plain(document_id), plain(version))
    row: Sequence[Any] | None = connection.execute(query, values).fetchone()
    if row is None:
        raise _not_found(connection, document_id, version)
    return row


def _not_found(connection: sqlite3.Connection, document_id: str, version: str | None = None) -> NotFound:
    if version is not None:
        query = "SELECT version FROM versions WHERE document = ? ORDER BY row DESC LIMIT 5"
        versions = [name for (name,) in connection.execute(query, (plain(document_id),))]
        if versions:
            return NotFound(
                message("“%(document)s” has no version %(version)s.", document=document_id, version=version),
                message("It has %(versions)s.", versions=", ".join(versions)),
            )
    from rapidfuzz import process

    ids = [name for (name,) in connection.execute("SELECT id FROM documents")]
    near = [f"“{name}”" for name, *_ in process.extract(document_id, ids, limit=3, score_cutoff=60)]
    step = (
        message("The closest: %(names)s.", names=", ".join(near))
        if near
        else message("Search for it by its words: waymark search.")
    )
    return NotFound(message("The library has no document “%(document)s”.", document=document_id[:120]), step)


def load(connection: sqlite3.Connection, document_id: str, version: str | None = None) -> Document:
    """Return a version with its text, checked against its content hash."""
    select = f"{_SELECT_CARD}, t.front, t.evidence, t.source, t.body, t.marks"
    *row, front, evidence, source, body, marks = _find(
        connection, select, "JOIN texts t ON t.row = v.row", document_id, version
    )
    card = _card(row)
    text = _text(document_id, card.version, body, card.content_hash)
    try:
        return Document(
            card=card,
            front=json.loads(front),
            source=packed.text_from(packed.unsqueeze(source)),
            body=packed.body_from(text, packed.unsqueeze(marks)),
            evidence={name: tuple(reasons) for name, reasons in json.loads(evidence).items()},
        )
    except ValueError as error:
        raise _damaged(document_id, card.version, error) from error


def _text(document_id: str, version: str, body: bytes, sealed: str) -> str:
    """Return the text of a body as it is kept, checked against its content hash."""
    try:
        text = packed.text_from(packed.unsqueeze(body))
        if content_hash(text) != sealed:
            raise ValueError("its text is not the text that was taken in")
    except ValueError as error:
        raise _damaged(document_id, version, error) from error
    return text


def _damaged(document_id: str, version: str, error: ValueError) -> LibraryDamaged:
    return LibraryDamaged(
        f"“{document_id}” {version} is damaged ({error}).", "Run: waymark check. Then restore the folder from a copy."
    )


# ----------------------------------------------------------------------------------------------------- writer


class Writer:
    """The one writer: every change is one transaction that holds the change and its audit event."""

    def __init__(self, catalogue: Catalogue, connection: sqlite3.Connection) -> None:
        """Not called from outside: see `Catalogue.writing`."""
        self._folder = catalogue._folder
        self._connection: sqlite3.Connection | None = connection

    def end(self) -> None:
        """Make the writer useless once the lock is given back."""
        self._connection = None

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise UsageError("The writing of this library has ended.", "Begin it again.")
        return self._connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._open
        with tables.sentences(self._folder.root):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # A full disk may have ended the transaction already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def put(
        self,
        document: Document,
        seen: Seen | None,
        audit: Audit,
        reasons: Sequence[str] = (),
        expected_version: str | None = None,
        detail: Mapping[str, Any] | None = None,
        proposal: str | None = None,
        also: Sequence[tuple[Audit, Mapping[str, Any]]] = (),
    ) -> Literal["added", "updated", "unchanged"]:
        """Take in a document: as new, as a new version of one that is there, or not at all if nothing differs.

        A version name that is taken gives way to the next free one (v1 to v2). The former version stays and
        can be quoted by citation; if it was published, it is superseded now. ``reasons`` (why it is held, for
        example) are kept with the event, and so is ``detail``. ``expected_version`` is the current version that
        the person saw; ``proposal`` the open proposal that went into this version and is closed by it. ``also``
        are further events of this very change, so that each part of it can be told, and undone, by itself.
        Raises `InvalidDocument` for an id or hash that cannot be, `LifecycleRefused` for a document that was
        withdrawn or superseded, and `ChangedMeanwhile`.
        """
        _require_sound(document)
        card = document.card
        with tables.sentences(self._folder.root):
            before = self._current(card.id)
        if before is not None:
            _require_version(before.card, expected_version)
            if self._same(before, document):
                if seen is not None:
                    self.note_seen(seen)
                return "unchanged"
            _require_open(before.card, card.status)
        stored = document.with_card(version=self._free_version(card.id, plain(card.version) or "v1"))
        outcome: Literal["added", "updated"] = "added" if before is None else "updated"
        readable = packed.text_bytes(library_folder.readable(stored))
        told = dict(detail or {}) | ({"proposal": proposal} if proposal is not None else {})
        self._store(stored, readable, before, seen, audit, outcome, reasons, told, also)
        self._write_file(stored.id, readable)
        return outcome

    def propose(
        self,
        document: Document,
        audit: Audit,
        reasons: Sequence[str] = (),
        expected_version: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> Card | None:
        """Take in a further version of a published document beside it, as a draft or in review; return its card.

        The published version is quoted until the proposal is published in its place (`set_status`). An open
        proposal gives way to this one. ``expected_version`` is the version that the person changed: the open
        proposal, or the published version where there is none. Returns None when the proposal says nothing that
        the published version or the open proposal does not say. Raises `InvalidDocument`, `NotFound`,
        `ChangedMeanwhile`, and `LifecycleRefused` when the document is not published: then `put` is what is
        wanted.
        """
        _require_sound(document)
        card = document.card
        if card.status not in (Status.DRAFT, Status.IN_REVIEW):
            raise InvalidDocument(f"A proposal is a draft or in review, not {card.status.words}.")
        with tables.sentences(self._folder.root):
            before = load(self._open, card.id)
            place = proposals.place_of(self._open, card.id)
            former = None if place is None else load(self._open, card.id, place.version)
        if before.card.status is not Status.PUBLISHED:
            raise LifecycleRefused(
                f"“{card.id}” is {before.card.status.words}, so nothing stands beside it.",
                "Change the document itself.",
            )
        _require_version((former or before).card, expected_version)
        if former is not None and former.card.status is card.status and self._same(former, document):
            return None
        if former is None and self._same(before, document):
            return None
        stored = document.with_card(version=self._free_version(card.id, plain(card.version) or "v1"))
        self._store(stored, b"", before, None, audit, "proposed", reasons, detail)
        return stored.card

    def note(self, audit: Audit, detail: Mapping[str, Any], digest: str = "") -> int:
        """Keep an audit event about the library itself; return its number.

        ``digest`` (``sha256:`` and hex digits) is that of the file or record that the event speaks of.
        """
        with self._transaction() as connection:
            return audit_events.append(connection, audit, "", "", digest, "", None, False, detail)

    def _current(self, document_id: str) -> Document | None:
        known = self._open.execute("SELECT 1 FROM documents WHERE id = ?", (document_id,)).fetchone()
        return None if known is None else load(self._open, document_id)

    def _same(self, kept: Document, incoming: Document) -> bool:
        """Return whether the incoming record says nothing that is not kept.

        Its front matter may be the one that came, or the one of the readable file that was made of it.
        """
        if kept.card.content_hash != incoming.card.content_hash or kept.source != incoming.source:
            return False
        old, new = _row(kept.card), _row(incoming.card)
        if any(old[place] != new[place] for place in _COMPARED):
            return False
        front = _comparable(incoming.front)
        return front in (_comparable(kept.front), _comparable(library_folder.readable_front(kept)))

    def _free_version(self, document_id: str, wanted: str) -> str:
        query = "SELECT version FROM versions WHERE document = ?"
        with tables.sentences(self._folder.root):
            taken = {name for (name,) in self._open.execute(query, (document_id,))}
        while wanted in taken:
            number = re.search(r"[0-9]{1,18}\Z", wanted)
            wanted = f"{wanted[: number.start()]}{int(number.group()) + 1}" if number else f"{wanted}-2"
        return wanted

    def _store(
        self,
        document: Document,
        readable: bytes,
        before: Document | None,
        seen: Seen | None,
        audit: Audit,
        outcome: str,
        reasons: Sequence[str],
        told: Mapping[str, Any] | None = None,
        also: Sequence[tuple[Audit, Mapping[str, Any]]] = (),
    ) -> None:
        card = document.card
        beside = outcome == "proposed"
        row = _row(card)
        source, marks = packed.text_bytes(document.source), packed.marks_bytes(document.body)
        front, evidence = (
            _json(document.front),
            _json({name: list(why) for name, why in document.evidence.items()}),
        )
        source_hash = packed.digest(source)
        file_hash = seen.file_hash if seen else None
        record = record_digest(row, file_hash, NORMALISATION, front, evidence, source_hash, packed.digest(marks))
        body = packed.text_bytes(document.body.text)
        blobs = (packed.squeeze(source), packed.squeeze(body), packed.squeeze(marks))
        columns = ", ".join((*CARD_COLUMNS, "file_hash", "record"))
        detail: dict[str, Any] = {**(told or {}), "outcome": outcome, "status": card.status.value}
        if before is not None:
            detail |= {"version_before": before.card.version, "status_before": before.card.status.value}
        if reasons:
            detail["reasons"] = list(reasons)
        quotable = not beside and (
            card.status is Status.PUBLISHED or (before is not None and before.card.status is Status.PUBLISHED)
        )
        with self._transaction() as connection:
            if not beside and before is not None and before.card.status is Status.PUBLISHED:
                connection.execute(
                    "UPDATE versions SET status = ? WHERE document = ? AND version = ?",
                    (Status.SUPERSEDED.value, card.id, before.card.version),
                )
            place = connection.execute(
                f"INSERT INTO versions ({columns}) VALUES ({', '.join('?' * (len(row) + 2))})",
                (*row, file_hash, record),
            ).lastrowid
            connection.execute(
                "INSERT INTO texts VALUES (?,?,?,?,?,?,?,?)",
                (place, NORMALISATION, front, evidence, source_hash, *blobs),
            )
            seq = audit_events.append(
                connection,
                audit,
                card.id,
                str(row[1]),
                card.content_hash,
                record,
                card.status,
                quotable,
                detail,
            )
            for further, said in also:
                more = {**said, "status": card.status.value, "outcome": "part"}
                seq = audit_events.append(
                    connection, further, card.id, str(row[1]), card.content_hash, record, card.status, False, more
                )
            if beside:
                assert place is not None and before is not None
                (base,) = connection.execute("SELECT current FROM documents WHERE id = ?", (card.id,)).fetchone()
                proposals.open_one(connection, card.id, place, base)
                return
            connection.execute(
                "INSERT INTO documents VALUES (?,?,?,?) ON CONFLICT (id) DO UPDATE SET "
                "current = excluded.current, event = excluded.event, file_hash = excluded.file_hash",
                (card.id, place, seq, packed.digest(readable)),
            )
            if "proposal" in detail:
                proposals.close_one(connection, card.id)
            connection.execute("INSERT OR IGNORE INTO unwritten VALUES (?)", (card.id,))
            if seen is not None:
                _note(connection, seen)

    def set_status(
        self,
        document_id: str,
        status: Status,
        audit: Audit,
        expected_hash: str | None = None,
        *,
        version: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Move a version to another status by the table of transitions.

        ``version`` names the current version (the default) or the open proposal, which takes the current one's place
        when it is published and is an open one no longer when it is withdrawn. ``expected_hash`` is the content hash
        that the person saw. Raises `NotFound`; `LifecycleRefused` when the table does not hold the step, and
        `ChangedMeanwhile` when the text is another by now, or the version neither the current one nor proposed.
        """
        with tables.sentences(self._folder.root):
            current = load(self._open, document_id)
            place = proposals.place_of(self._open, document_id)
            if version is None or version == current.card.version:
                before, place = current, None
            elif place is not None and version == place.version:
                before = load(self._open, document_id, version)
            else:
                load(self._open, document_id, version)  # NotFound where there is no such version
                raise ChangedMeanwhile(*_another_by_now(current.card))
        if expected_hash is not None and expected_hash != before.card.content_hash:
            raise ChangedMeanwhile(*_another_by_now(before.card))
        require_transition(before.card.status, status)
        if place is not None and status is Status.PUBLISHED:
            if current.card.status is not Status.PUBLISHED:
                raise LifecycleRefused(
                    f"“{document_id}” {current.card.version} is {current.card.status.words}, so nothing takes its place.",
                    "Decide about that version first.",
                )
            if place.base != current.card.version:
                raise ChangedMeanwhile(
                    f"{before.card.version} of “{document_id}” was made from {place.base}, and the document is at "
                    f"{current.card.version} by now.",
                    "Compare the two, and make the change again.",
                )
        after = before.with_card(status=status)
        takes_its_place = place is not None and status is Status.PUBLISHED
        told = {
            **(detail or {}),
            "outcome": "status",
            "status": status.value,
            "status_before": before.card.status.value,
        }
        if takes_its_place:
            told["version_before"] = current.card.version
        is_current = place is None or takes_its_place
        readable = packed.text_bytes(library_folder.readable(after)) if is_current else b""
        quotable = is_current and Status.PUBLISHED in (before.card.status, status)
        with self._transaction() as connection:
            row, record = connection.execute(
                "SELECT row, record FROM versions WHERE document = ? AND version = ?", (before.id, before.card.version)
            ).fetchone()
            if takes_its_place:
                connection.execute(
                    "UPDATE versions SET status = ? WHERE row = (SELECT current FROM documents WHERE id = ?)",
                    (Status.SUPERSEDED.value, before.id),
                )
            connection.execute("UPDATE versions SET status = ? WHERE row = ?", (status.value, row))
            seq = audit_events.append(
                connection,
                audit,
                before.id,
                before.card.version,
                before.card.content_hash,
                record,
                status,
                quotable,
                told,
            )
            if place is not None and status in (Status.PUBLISHED, Status.WITHDRAWN):
                proposals.close_one(connection, before.id)
            if is_current:
                connection.execute(
                    "UPDATE documents SET current = ?, event = ?, file_hash = ? WHERE id = ?",
                    (row, seq, packed.digest(readable), before.id),
                )
                connection.execute("INSERT OR IGNORE INTO unwritten VALUES (?)", (before.id,))
        if is_current:
            self._write_file(after.id, readable)

    def note_seen(self, seen: Seen) -> None:
        """Remember what became of a file or address, so that it is passed over while it is unchanged."""
        with self._transaction() as connection:
            _note(connection, seen)

    def write_pending_files(self) -> list[str]:
        """Write the readable files that a change called for and that are not written yet; return the ids."""
        with tables.sentences(self._folder.root):
            names = [name for (name,) in self._open.execute("SELECT document FROM unwritten ORDER BY document")]
            for name in names:
                self._write_readable(name)
        return names

    def restore_files(self) -> list[str]:
        """Write again each readable file that is missing or altered, from the catalogue; return the ids."""
        mended = []
        with tables.sentences(self._folder.root):
            rows = self._open.execute("SELECT id, file_hash FROM documents ORDER BY id").fetchall()
            for name, file_hash in rows:
                if file_digest(self._folder.readable_file(name)) != file_hash:
                    self._write_readable(name)
                    mended.append(name)
        return mended

    def _write_readable(self, document_id: str) -> None:
        document = load(self._open, document_id)
        self._write_file(document_id, packed.text_bytes(library_folder.readable(document)))

    def _write_file(self, document_id: str, data: bytes) -> None:
        """Write the readable file, and clear the note that it has to be written.

        The change itself is kept before this: whatever fails here is made up for when the library is next
        written to.
        """
        try:
            self._folder.documents.mkdir(exist_ok=True)
            library_folder.write_whole(self._folder.readable_file(document_id), data)
        except OSError as error:
            raise library_folder.cannot_write(error, self._folder.documents) from error
        with self._transaction() as connection:
            # The digest is written again: a newer Waymark may write the same document in other words.
            connection.execute("UPDATE documents SET file_hash = ? WHERE id = ?", (packed.digest(data), document_id))
            connection.execute("DELETE FROM unwritten WHERE document = ?", (document_id,))


def file_digest(path: Path) -> str | None:
    """Return the digest of a file's bytes, None when it cannot be read."""
    try:
        return packed.digest(path.read_bytes())
    except OSError:
        return None


def _comparable(front: Any) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(_json({k: v for k, v in front.items() if k not in ("retrieved", "evidence")}))
    return kept


def _require_sound(document: Document) -> None:
    """Raise `InvalidDocument` for an id that cannot be, or a hash that is not that of the body."""
    card = document.card
    if not is_document_id(card.id) or not card.id.isprintable():
        raise InvalidDocument(f"“{card.id[:120]}” cannot name a document.", "Use small letters, digits and hyphens.")
    if card.content_hash != content_hash(document.body.text):
        raise InvalidDocument(
            f"The content hash of “{card.id}” is not that of its body.", "Take it in from its source."
        )


def _another_by_now(card: Card) -> tuple[str, str]:
    return (
        f"“{card.id}” has changed since it was read: it is at version {card.version}.",
        "Read it again, then decide.",
    )


def _require_version(before: Card, expected_version: str | None) -> None:
    """Raise `ChangedMeanwhile` when the version that a person saw is not the present one any more."""
    if expected_version is not None and expected_version != before.version:
        raise ChangedMeanwhile(*_another_by_now(before))


def _require_open(before: Card, status: Status) -> None:
    """Raise `LifecycleRefused` when a new version may not take the place of the current one."""
    if before.status in (Status.WITHDRAWN, Status.SUPERSEDED) and status is not before.status:
        word = before.status.value
        raise LifecycleRefused(
            f"“{before.id}” is {word}, so a new version of it is not taken in.",
            "If it is another document, give it an id of its own.",
        )


def _note(connection: sqlite3.Connection, seen: Seen) -> None:
    row = (
        packed.text_bytes(seen.origin),
        seen.size,
        seen.mtime_ns,
        seen.file_hash,
        seen.document,
        seen.outcome,
        plain(seen.reason),
    )
    connection.execute("INSERT OR REPLACE INTO seen VALUES (?,?,?,?,?,?,?)", row)
    connection.execute("INSERT OR REPLACE INTO seen_seals VALUES (?,?)", (row[0], seen_digest(row)))
