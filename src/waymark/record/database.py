"""The encrypted file: how it is made, keyed and opened.

ChaCha20-Poly1305 over every page, by SQLite3 Multiple Ciphers: a page that was altered does not open. The
write-ahead log is encrypted too, page by page. Exclusive locking keeps the log's index in memory, so there is
no third file; what SQLite sorts or sets aside stays in memory.
"""

from pathlib import Path

import apsw

from waymark.languages.texts import message
from waymark.record import chain
from waymark.record.errors import RecordDamaged, RecordTooNew
from waymark.record.files import make_private_file

SCHEMA_VERSION = 1
_CIPHER = "chacha20"

_SCHEMA = f"""
CREATE TABLE about_record (
    only INTEGER PRIMARY KEY CHECK (only = 1), record_id TEXT NOT NULL, made_at TEXT NOT NULL
) STRICT;
-- The backups and exports that were made, so that an erasure finds them.
CREATE TABLE made (path TEXT PRIMARY KEY, what TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
{chain.SCHEMA}
PRAGMA user_version = {SCHEMA_VERSION};
"""


def create(path: Path, key: bytes, record_id: str, made_at: str) -> None:
    """Make a new encrypted file that holds no entry, and close it."""
    make_private_file(path)
    connection = connect(path, key)
    try:
        with connection:
            connection.execute(_SCHEMA)
            connection.execute("INSERT INTO about_record VALUES (1, ?, ?)", (record_id, made_at))
    finally:
        connection.close()


def connect(path: Path, key: bytes) -> apsw.Connection:
    """Return a connection to a file that exists, for this process alone. Raises apsw errors."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.pragma("cipher", _CIPHER)
        connection.pragma("key", f"raw:{key.hex()}")
        for name, value in _SETTINGS.items():
            connection.pragma(name, value)
    except BaseException:
        connection.close()
        raise
    return connection


_SETTINGS: dict[str, str | int] = {
    "locking_mode": "EXCLUSIVE",  # before the log: no shared index beside the file
    "temp_store": "MEMORY",
    "secure_delete": "ON",
    "trusted_schema": "OFF",
    "cell_size_check": "ON",
    "foreign_keys": "ON",
    "journal_mode": "WAL",
    "synchronous": "FULL",  # an entry that was acknowledged outlives a power cut
}


def open_checked(path: Path, key: bytes, record_id: str) -> apsw.Connection:
    """Return a connection to the file of one record.

    Raises `RecordDamaged` for a file that is missing, empty, altered or another record's, never returning an
    empty record in its place; `RecordTooNew` for a later schema.
    """
    try:
        connection = connect(path, key)
    except (apsw.CantOpenError, apsw.NotADBError, apsw.CorruptError, apsw.IOError):
        raise _damaged() from None
    try:
        version = connection.pragma("user_version")
        if version > SCHEMA_VERSION:
            raise RecordTooNew(
                message("This record was made by a newer Waymark."), message("Install the newer version to open it.")
            )
        held = connection.execute("SELECT record_id FROM about_record").fetchone() if version else None
        if held != (record_id,):
            raise _damaged()
    except (apsw.SQLError, apsw.NotADBError, apsw.CorruptError, apsw.IOError):
        connection.close()
        raise _damaged() from None
    except BaseException:
        connection.close()
        raise
    return connection


def copy(connection: apsw.Connection, key: bytes, to: Path) -> None:
    """Copy all that is committed to a new file, encrypted with the same key."""
    make_private_file(to)
    target = connect(to, key)
    try:
        with target.backup("main", connection, "main") as backup:
            backup.step(-1)
        target.pragma("journal_mode", "DELETE")  # one file, without a log beside it
    finally:
        target.close()


def _damaged() -> RecordDamaged:
    return RecordDamaged(
        message("The file that holds this record is missing, damaged, or belongs to another record."),
        message("Restore the record from a backup."),
    )
