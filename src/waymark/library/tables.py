"""The tables of the catalogue, how they are opened, and the sentence for each way in which a database can
fail.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from waymark.errors import LibraryBusy, LibraryDamaged, StorageRefused
from waymark.languages.texts import message
from waymark.library.document import Status
from waymark.library.folder import FORMAT, Folder, too_new

APPLICATION = 0x57415931  # "WAY1", so that `file catalogue.sqlite` tells it from other databases

_WORDS = ", ".join(f"'{status.value}'" for status in Status)

SCHEMA = f"""
CREATE TABLE versions (
    row INTEGER PRIMARY KEY,
    document TEXT NOT NULL,
    version TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    url TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ({_WORDS})),
    audience TEXT NOT NULL,
    language TEXT NOT NULL,
    cancer_types TEXT NOT NULL,
    tags TEXT NOT NULL,
    kind TEXT NOT NULL,
    license TEXT NOT NULL,
    citation TEXT NOT NULL,
    attribution TEXT NOT NULL,
    last_reviewed TEXT,
    review_due TEXT,
    updated TEXT,
    posted TEXT,
    retrieved TEXT,
    reviewed_by TEXT,
    origin TEXT,
    file_hash TEXT,
    record TEXT NOT NULL,
    UNIQUE (document, version)
);
CREATE TABLE texts (
    row INTEGER PRIMARY KEY REFERENCES versions (row),
    normalisation INTEGER NOT NULL,
    front TEXT NOT NULL,
    evidence TEXT NOT NULL,
    source_hash TEXT NOT NULL,
    source BLOB NOT NULL,
    body BLOB NOT NULL,
    marks BLOB NOT NULL
);
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    current INTEGER NOT NULL REFERENCES versions (row),
    event INTEGER NOT NULL REFERENCES events (seq),
    file_hash TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    document TEXT NOT NULL,
    version TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    record TEXT NOT NULL,
    status TEXT NOT NULL,
    quotable INTEGER NOT NULL,
    detail TEXT NOT NULL,
    chain TEXT NOT NULL
);
CREATE INDEX events_of_a_document ON events (document, seq);
CREATE INDEX events_that_changed_quoting ON events (seq) WHERE quotable;
CREATE TABLE seen (
    origin BLOB PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    file_hash TEXT NOT NULL,
    document TEXT,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE unwritten (
    document TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TRIGGER events_are_not_edited BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'an audit event is never edited'); END;
CREATE TRIGGER events_are_not_taken_out BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'an audit event is never taken out'); END;
CREATE TRIGGER events_are_not_replaced BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE seq >= NEW.seq)
BEGIN SELECT RAISE(ABORT, 'an audit event follows the last one'); END;
CREATE TRIGGER versions_keep_their_words BEFORE UPDATE ON versions
WHEN (OLD.document, OLD.version, OLD.content_hash, OLD.record)
IS NOT (NEW.document, NEW.version, NEW.content_hash, NEW.record)
BEGIN SELECT RAISE(ABORT, 'a version is never edited'); END;
CREATE TRIGGER versions_are_not_taken_out BEFORE DELETE ON versions
BEGIN SELECT RAISE(ABORT, 'a version is never taken out'); END;
CREATE TRIGGER texts_are_not_edited BEFORE UPDATE ON texts
BEGIN SELECT RAISE(ABORT, 'a version is never edited'); END;
CREATE TRIGGER texts_are_not_taken_out BEFORE DELETE ON texts
BEGIN SELECT RAISE(ABORT, 'a version is never taken out'); END;
"""
TABLES = frozenset({"versions", "texts", "documents", "events", "seen", "unwritten"})

ADDED: Mapping[str, str] = {
    "proposals": """
CREATE TABLE proposals (
    document TEXT PRIMARY KEY REFERENCES documents (id),
    proposed INTEGER NOT NULL REFERENCES versions (row),
    base INTEGER NOT NULL REFERENCES versions (row)
) WITHOUT ROWID;
""",
    "seen_seals": """
CREATE TABLE seen_seals (origin BLOB PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
""",
    "marker": """
CREATE TABLE marker (digest TEXT NOT NULL);
""",
}
"""Tables that came later: a library that was made before gets them, empty, when it is opened."""

_BUSY_SECONDS = 10.0  # the writer's transactions take milliseconds; a checkpoint of a large one takes longer


@contextmanager
def sentences(place: Path) -> Iterator[None]:
    """Turn what SQLite raises into the error that a person can act on."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LibraryBusy(
                message("Another process is writing to the library in %(place)s.", place=str(place)),
                message("Wait until it is done, then do it again."),
            ) from error
        if code == sqlite3.SQLITE_FULL:
            raise StorageRefused(
                message("There is no room left on the disk for %(place)s.", place=str(place)),
                message("Free some space and do it again."),
            ) from error
        if code in (
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_PERM,
            sqlite3.SQLITE_IOERR,
        ):
            raise StorageRefused(
                message(
                    "The catalogue in %(place)s may not be written to or read (%(why)s).",
                    place=str(place),
                    why=str(error),
                ),
                message("Ask for the right to it, see that the disk has room, or choose another with --library."),
            ) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "no such " in str(error):
            raise damaged(place, str(error)) from error
        raise


def damaged(place: Path, what: str) -> LibraryDamaged:
    return LibraryDamaged(
        message("The catalogue in %(place)s is damaged (%(what)s).", place=str(place), what=what),
        message("Restore the folder from a copy, or make a new library and add the files of its documents folder."),
    )


def make(folder: Folder) -> None:
    """Make an empty catalogue; it is in its place only when it is whole."""
    beside = folder.root / ".catalogue-being-made"
    beside.unlink(missing_ok=True)
    with sentences(folder.root):
        connection = sqlite3.connect(beside, isolation_level=None)
        try:
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute("BEGIN")
            for statement in _statements(SCHEMA + "".join(ADDED.values())):
                connection.execute(statement)
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
    beside.replace(folder.catalogue)


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def note_marker(folder: Folder, digest: str) -> None:
    """Keep the digest of ``library.json``, so that verify sees an altered one."""
    with sentences(folder.root):
        connection = connect(folder)
        try:
            connection.execute("INSERT INTO marker VALUES (?)", (digest,))
        finally:
            connection.close()


def _add(connection: sqlite3.Connection, statement: str) -> None:
    """Add a table that came later; of two processes that do so at once, the second finds it there."""
    try:
        connection.execute(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        # A library on a medium that cannot be written to has nothing in it.


def connect(folder: Folder) -> sqlite3.Connection:
    """Open one connection. A library on a medium that cannot be written to is read as it lies there."""
    # The address form with mode=rw never makes an empty database where there is none.
    address = folder.catalogue.resolve().as_uri()
    connection = _open(f"{address}?mode=rw")
    try:
        _prepare(connection)
    except sqlite3.OperationalError as error:
        connection.close()
        cannot = getattr(error, "sqlite_errorcode", 0) & 0xFF in (
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_READONLY,
        )
        log = folder.catalogue.with_name(folder.catalogue.name + "-wal")
        if not cannot or not folder.catalogue.is_file() or (log.exists() and log.stat().st_size):
            raise
        connection = _open(f"{address}?mode=ro&immutable=1")
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _open(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # With the write-ahead log, NORMAL loses at most the last transactions when the power fails, and none when
    # a process dies.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def check(connection: sqlite3.Connection, folder: Folder) -> None:
    """Raise `LibraryDamaged` or `LibraryTooNew` unless this is a whole catalogue.

    The small tables are read through here; texts are checked against their digest when they are loaded, and
    all at once by verify.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise damaged(folder.root, "it is another program's database")
    if version > FORMAT:
        raise too_new(folder, f"catalogue format {version}")
    present = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if TABLES - present:
        raise damaged(folder.root, f"it lacks the table {min(TABLES - present)}")
    for name in ADDED.keys() - present:
        _add(connection, ADDED[name])
    for table in ("documents", "versions"):
        (answer,) = connection.execute(f"PRAGMA quick_check({table})").fetchone()
        if answer != "ok":
            raise damaged(folder.root, str(answer))
