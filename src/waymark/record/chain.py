"""The append-only table of entries, and the chain of hashes that finds an edit.

The hash of a row covers the hash of the row before it and every fact of the row, so a row that was changed,
removed, put in or moved no longer fits its neighbours; the head, kept apart, finds rows cut from the end.
Rows are appended and never changed or deleted: triggers refuse it. SHA-256; the first row follows 32 zero
bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apsw

from waymark.languages.texts import message
from waymark.record.dates import When
from waymark.record.errors import EntryRefused, RecordDamaged

START = bytes(32)

SCHEMA = """
CREATE TABLE entries (
    sequence INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,            -- 16 bytes
    kind TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,       -- microseconds since 1970, UTC
    about TEXT NOT NULL,                -- 2024-03-05, 2024-03, 2024 or unknown
    about_first INTEGER,                -- days, for searching: what `about` can mean at the earliest
    about_last INTEGER,                 -- and at the latest
    reported_by TEXT NOT NULL,
    payload TEXT,                       -- JSON; NULL where the entry was struck
    amends BLOB REFERENCES entries (id),
    reason TEXT NOT NULL,
    origin BLOB NOT NULL,               -- the first entry of those that amend one another
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX entries_by_kind ON entries (kind, about_last);
CREATE UNIQUE INDEX entries_amended_once ON entries (amends) WHERE amends IS NOT NULL;
CREATE INDEX entries_by_origin ON entries (origin) WHERE amends IS NOT NULL;
CREATE TABLE head (
    only INTEGER PRIMARY KEY CHECK (only = 1), rows INTEGER NOT NULL, hash BLOB NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, zeroblob(32));
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entries_remain BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
"""


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One row, without what follows from the others. Ids are 16 bytes; ``origin`` is the row's own id where
    it amends none.
    """

    id: bytes
    kind: str
    recorded_at: int
    about: str
    about_first: int | None
    about_last: int | None
    reported_by: str
    payload: str | None
    amends: bytes | None
    reason: str
    origin: bytes

    def hash(self, before: bytes) -> bytes:
        """Return the 32 bytes that chain this row to the one before it."""
        facts: list[Any] = [
            self.id.hex(),
            self.kind,
            self.recorded_at,
            self.about,
            self.reported_by,
            self.payload,
            self.amends.hex() if self.amends else None,
            self.reason,
            self.origin.hex(),
        ]
        said = json.dumps(facts, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(before + said.encode()).digest()


COLUMNS = "id, kind, recorded_at, about, about_first, about_last, reported_by, payload, amends, reason, origin"


def append(connection: apsw.Connection, rows: Iterable[Row]) -> range:
    """Append rows inside the transaction that is open; return their sequence numbers.

    Raises apsw.ConstraintError for an id that is there already, or for a second amendment of one entry.
    """
    held, last = _head(connection)
    at = held
    for at, row in enumerate(rows, held + 1):
        last = row.hash(last)
        connection.execute(
            f"INSERT INTO entries (sequence, {COLUMNS}, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                at,
                row.id,
                row.kind,
                row.recorded_at,
                row.about,
                row.about_first,
                row.about_last,
                row.reported_by,
                row.payload,
                row.amends,
                row.reason,
                row.origin,
                last,
            ),
        )
    connection.execute("UPDATE head SET rows = ?, hash = ?", (at, last))
    return range(held + 1, at + 1)


def _head(connection: apsw.Connection) -> tuple[int, bytes]:
    """Return how many rows there should be, and the hash of the last."""
    found = connection.execute("SELECT rows, hash FROM head").fetchone()
    if found is None:
        raise RecordDamaged(
            message("The mark at the end of this record is gone."), message("Restore the record from a backup.")
        )
    held, last = found
    assert isinstance(held, int) and isinstance(last, bytes)
    return held, last


def rows(connection: apsw.Connection) -> Iterator[tuple[int, Row, bytes]]:
    """Yield the sequence number, the row and the hash kept beside it, from the first."""
    for found in connection.execute(f"SELECT sequence, {COLUMNS}, hash FROM entries ORDER BY sequence"):
        yield found[0], Row(*found[1:-1]), found[-1]


def _found_where_it_belongs(row: Row) -> bool:
    """Return whether the days for searching, which the hash does not cover, follow from the date, which it covers."""
    try:
        when = When.parse(row.about)
    except EntryRefused:
        return False
    first, last = when.first, when.last
    return (row.about_first, row.about_last) == (first and first.toordinal(), last and last.toordinal())


def findings(connection: apsw.Connection) -> list[str]:
    """Return what is wrong with the chain, in sentences; empty where every entry is as it was written."""
    found: list[str] = []
    last, expected = START, 0
    first_of: dict[bytes, bytes] = {}
    for sequence, row, kept in rows(connection):
        expected += 1
        if sequence != expected:
            found.append(f"Between entries {expected - 1} and {sequence} something was taken out.")
            expected = sequence
        if row.hash(last) != kept or not _found_where_it_belongs(row):
            found.append(f"Entry {sequence} is not as it was written, or what stood before it was changed.")
        first_of[row.id] = row.origin
        if (row.origin != row.id) if row.amends is None else (first_of.get(row.amends) != row.origin):
            found.append(f"Entry {sequence} does not follow from the entry that it corrects.")
        last = kept
    held, head = _head(connection)
    if (held, head) != (expected, last):
        found.append(f"The record should end with entry {held}, and it ends with entry {expected}.")
    return found
