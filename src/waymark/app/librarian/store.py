"""The file that holds people and sessions: ``people.sqlite`` in the library's folder, for its owner's eyes alone.

It is apart from the catalogue, since it holds secrets and what comes and goes. Who was given which role by whom is an audit
event of the library, and `verify` holds the two against each other.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from waymark.errors import LibraryBusy, LibraryDamaged, StorageRefused
from waymark.library.folder import cannot_write

NAME = "people.sqlite"
_FORMAT = 1
_BUSY_SECONDS = 10.0

_SCHEMA = """
CREATE TABLE people (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    since TEXT NOT NULL,
    suspended INTEGER NOT NULL DEFAULT 0,
    shortcuts INTEGER NOT NULL DEFAULT 1,
    calendar BLOB
) WITHOUT ROWID;
CREATE TABLE sessions (
    hash BLOB PRIMARY KEY,
    person TEXT REFERENCES people (key) ON DELETE CASCADE,
    token TEXT NOT NULL,
    begun REAL NOT NULL,
    touched REAL NOT NULL,
    told TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX sessions_of ON sessions (person);
CREATE TABLE tries (whose TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX tries_of ON tries (whose, at);
"""


class Store:
    """Lends connections to the file; makes it when the first person is added."""

    def __init__(self, library: Path) -> None:
        self.path = library / NAME

    @property
    def exists(self) -> bool:
        return self.path.is_file()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection. Whatever is changed through it is kept statement by statement."""
        with self._sentences(), closing(self._connect()) as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside one transaction: all that is changed is kept, or nothing of it."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _connect(self) -> sqlite3.Connection:
        if not self.exists:
            self._make()
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _make(self) -> None:
        """Make the file beside its place, readable by its owner alone, and put it there whole."""
        beside = self.path.with_name(f".{NAME}-{os.getpid()}")
        try:
            beside.unlink(missing_ok=True)
            os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(beside, isolation_level=None)) as connection:
                connection.executescript(_SCHEMA)
                connection.execute(f"PRAGMA user_version = {_FORMAT}")
            try:
                os.link(beside, self.path)  # not over what another process has just made
            except FileExistsError:
                pass
            finally:
                beside.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(error, self.path) from error

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise LibraryBusy(
                    "Another process is writing down who works on this library.", "Wait a moment, then do it again."
                ) from error
            raise StorageRefused(
                f"The file {NAME} may not be written to or read ({error}).",
                "Ask for the right to it, and see that the disk has room.",
            ) from error
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                f"The file {NAME} is damaged ({error}).",
                "Restore it from a copy, or take it away and add the people again: waymark librarian add NAME.",
            ) from error
