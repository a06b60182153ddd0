"""Integrity: everything that is kept, hashed again and held against what the audit events say of it."""

import sqlite3
from collections.abc import Iterator

from waymark.library import packed, proposals
from waymark.library.audit import KeptEvent, kept_events
from waymark.library.catalogue import CARD_COLUMNS, file_digest, record_digest, seen_holds
from waymark.library.document import Status, content_hash
from waymark.library.folder import Folder
from waymark.library.packed import digest


def faults(connection: sqlite3.Connection, folder: Folder) -> list[str]:
    """Return a sentence for each thing that is not as it was left. ``connection`` is not in a transaction."""
    connection.execute("BEGIN")  # one state for all that is read below, whatever a writer does meanwhile
    try:
        found = list(_of_the_database(connection))
    finally:
        connection.execute("ROLLBACK")
    return found + list(_of_the_files(connection, folder))


def _of_the_database(connection: sqlite3.Connection) -> Iterator[str]:
    for (answer,) in connection.execute("PRAGMA integrity_check").fetchall():
        if answer != "ok":
            yield f"The catalogue's file is damaged: {answer}."
    for row in connection.execute("PRAGMA foreign_key_check").fetchall():
        yield f"The catalogue's table {row[0]} points to something that is not there."
    records: dict[tuple[str, str], str] = {}
    statuses: dict[tuple[str, str], Status] = {}
    current: dict[str, KeptEvent] = {}
    proposed: dict[str, tuple[str, str]] = {}  # document -> the open proposal and what it was made from
    broken = False
    for number, kept in enumerate(kept_events(connection), start=1):
        event = kept.event
        if not broken and (kept.chain != kept.expected_chain or event.seq != number):
            broken = True  # what follows is only as good as this one: said once
            yield f"The audit events are not as they were written, from number {event.seq} on."
        if kept.status is None:  # an event about the library itself
            continue
        key = (event.document, event.version)
        outcome, former = event.detail.get("outcome"), str(event.detail.get("version_before"))
        if outcome in ("added", "updated", "proposed"):
            records[key] = kept.record
        beside = proposed.get(event.document, ("", ""))[0] == event.version
        takes_its_place = outcome in ("added", "updated") or (beside and kept.status is Status.PUBLISHED)
        if takes_its_place and statuses.get((event.document, former)) is Status.PUBLISHED:
            statuses[event.document, former] = Status.SUPERSEDED
        statuses[key] = kept.status
        if outcome == "proposed":
            proposed[event.document] = (event.version, former)
            continue
        if beside and kept.status in (Status.PUBLISHED, Status.WITHDRAWN):
            del proposed[event.document]
        if outcome == "updated" and "proposal" in event.detail:
            proposed.pop(event.document, None)
        if takes_its_place or not beside:
            current[event.document] = kept
    yield from _of_the_versions(connection, records, statuses)
    yield from _of_the_current_versions(connection, current)
    yield from _of_what_was_seen(connection)
    if proposals.bases(connection) != dict(sorted(proposed.items())):
        yield "The open proposals are not the ones that the audit events left."


def _of_what_was_seen(connection: sqlite3.Connection) -> Iterator[str]:
    """What was noted of files and addresses; a note without a seal, of an older Waymark, is not trusted and no fault."""
    query = "SELECT s.*, e.digest FROM seen s JOIN seen_seals e ON e.origin = s.origin"
    altered = sum(1 for row in connection.execute(query) if not seen_holds(row))
    (lost,) = connection.execute(
        "SELECT count(*) FROM seen_seals e WHERE NOT EXISTS (SELECT 1 FROM seen s WHERE s.origin = e.origin)"
    ).fetchone()
    if altered or lost:
        yield (
            f"{altered + lost} notes of what became of a file or address are not as they were written; those are read again."
        )


def _of_the_versions(
    connection: sqlite3.Connection,
    records: dict[tuple[str, str], str],
    statuses: dict[tuple[str, str], Status],
) -> Iterator[str]:
    columns = ", ".join(f"v.{name}" for name in CARD_COLUMNS)
    query = (
        f"SELECT {columns}, v.file_hash, v.record, "
        "t.normalisation, t.front, t.evidence, t.source_hash, t.source, t.body, t.marks "
        "FROM versions v LEFT JOIN texts t ON t.row = v.row ORDER BY v.row"
    )
    unseen = dict(records)
    size = len(CARD_COLUMNS)
    for row in connection.execute(query):
        card, (file_hash, record, normalisation, front, evidence, source_hash, source, body, marks) = (
            row[:size],
            row[size:],
        )
        key = (card[0], card[1])
        name = f"“{card[0]}” {card[1]}"
        written = unseen.pop(key, None)
        if written is None:
            yield f"{name} is in the catalogue without the audit event of its coming."
        if card[CARD_COLUMNS.index("status")] != (statuses[key].value if key in statuses else None):
            yield f"The status of {name} is not the one that its audit events left."
        if front is None:
            yield f"The text of {name} is missing."
            continue
        try:
            text = packed.text_from(packed.unsqueeze(body))
            plain_source, plain_marks = packed.unsqueeze(source), packed.unsqueeze(marks)
            packed.body_from(text, plain_marks)
        except ValueError as error:
            yield f"The text of {name} cannot be read: {error}."
            continue
        if content_hash(text) != card[2]:
            yield f"The body of {name} is not the one that its content hash names."
        if digest(plain_source) != source_hash:
            yield f"The source of {name} is not the one that was taken in."
        found = record_digest(card, file_hash, normalisation, front, evidence, source_hash, digest(plain_marks))
        if found != record or (written is not None and found != written):
            yield f"What is kept beside the text of {name} (its card, front matter or marks) was altered."
    for document, version in unseen:
        yield f"“{document}” {version} is in the audit events and not in the catalogue."


def _of_the_current_versions(connection: sqlite3.Connection, current: dict[str, KeptEvent]) -> Iterator[str]:
    query = "SELECT d.id, v.document, v.version, d.event FROM documents d LEFT JOIN versions v ON v.row = d.current"
    known = {name: (document, version, seq) for name, document, version, seq in connection.execute(query)}
    for name in sorted(known.keys() | current.keys()):
        if name not in current:
            yield f"“{name}” is in the catalogue without an audit event."
        elif name not in known:
            yield f"“{name}” is in the audit events and no longer in the catalogue."
        elif known[name] != (name, current[name].event.version, current[name].event.seq):
            yield f"The current version of “{name}” is not the one that its audit events left."


def _of_the_files(connection: sqlite3.Connection, folder: Folder) -> Iterator[str]:
    query = (
        "SELECT d.file_hash FROM documents d WHERE d.id = ? "
        "AND NOT EXISTS (SELECT 1 FROM unwritten u WHERE u.document = d.id)"
    )

    def is_right(name: str) -> bool:
        # Read before and after: a writer may be at work on this very file, which is then right the second
        # time.
        for _ in range(3):
            row = connection.execute(query, (name,)).fetchone()
            if row is None or file_digest(folder.readable_file(name)) == row[0]:
                return True
        return False

    known = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'marker'").fetchone()
    marked = {digest for (digest,) in connection.execute("SELECT digest FROM marker")} if known else set()
    if marked and marked != {file_digest(folder.marker)}:
        yield "The file library.json is not as it was written."
    names = {name for (name,) in connection.execute("SELECT id FROM documents")}
    for name in sorted(names):
        if not is_right(name):
            word = "is not as Waymark wrote it" if folder.readable_file(name).exists() else "is missing"
            yield f"The readable file documents/{name}.md {word}; the catalogue has the text."
    for path in sorted(folder.documents.glob("*.md")):
        taken = connection.execute("SELECT 1 FROM documents WHERE id = ?", (path.stem,)).fetchone()
        if path.stem not in names and not taken:
            yield f"documents/{path.name} is no document of this library."
