"""Captures: what was read from each address, byte for byte, and what became of every reading.

The folder holds each content once, named by its hash, and ``readings.sqlite``: one row for each time that an address was
read, successful or not, never changed afterwards; each row carries the digest of itself and of the row before it, so that a
change shows. From it a later reading knows how to ask whether a page has changed, and a person can see what a page said on a
day.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waymark.errors import LibraryDamaged
from waymark.library.folder import cannot_write, write_whole

if TYPE_CHECKING:
    from waymark.sources.fetch import Capture


class Outcome(StrEnum):
    """What became of one reading of an address."""

    NEW = "new"  # read for the first time
    UNCHANGED = "unchanged"  # the same text as before, whether or not the bytes differ
    CHANGED = "changed"  # another text than before
    MOVED = "moved"  # the page has another address for good
    GONE = "gone"  # not there: 404, 410, or an error page that answers 200
    SHELL = "shell"  # needs JavaScript to show its text
    REFUSED = "refused"  # may not be read: robots.txt, a login, a private address
    BUSY = "busy"  # asked to come again later
    UNREACHABLE = "unreachable"  # no answer, or half of one
    UNREADABLE = "unreadable"  # an answer that no reader understands

    @property
    def read(self) -> bool:
        """Whether the page itself was seen."""
        return self in (Outcome.NEW, Outcome.UNCHANGED, Outcome.CHANGED, Outcome.MOVED)

    @property
    def passing(self) -> bool:
        """Whether the same address may well be read later, without anyone doing anything."""
        return self in (Outcome.BUSY, Outcome.UNREACHABLE)


_OUTCOMES = {
    "gone": Outcome.GONE,
    "missing": Outcome.GONE,
    "error_page": Outcome.GONE,
    "shell": Outcome.SHELL,
    "check": Outcome.REFUSED,
    "robots": Outcome.REFUSED,
    "forbidden": Outcome.REFUSED,
    "private": Outcome.REFUSED,
    "address": Outcome.REFUSED,
    "busy": Outcome.BUSY,
    "unreachable": Outcome.UNREACHABLE,
    "slow": Outcome.UNREACHABLE,
    "error": Outcome.UNREACHABLE,
}


def outcome_of(reason: str) -> Outcome:
    """Return the outcome of a reading that was refused for this reason."""
    return _OUTCOMES.get(reason, Outcome.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one address. ``hash`` names the bytes, None where there are none; times are UTC in ISO 8601."""

    url: str
    at: str
    outcome: Outcome
    final_url: str = ""
    hash: str | None = None
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    why: str = ""
    not_before: str | None = None  # the site asked not to be asked again until then

    def as_json(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "at": self.at,
            "outcome": self.outcome.value,
            "final_url": self.final_url,
            "hash": self.hash,
            "why": self.why,
            "not_before": self.not_before,
        }


_COLUMNS = (
    "url",
    "at",
    "outcome",
    "final_url",
    "hash",
    "content_type",
    "charset",
    "etag",
    "last_modified",
    "why",
    "not_before",
)
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS readings (
    number INTEGER PRIMARY KEY, {", ".join(f"{name} TEXT" for name in _COLUMNS)}, chain TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS readings_of_an_address ON readings (url, number);
CREATE TRIGGER IF NOT EXISTS readings_are_not_edited BEFORE UPDATE ON readings
BEGIN SELECT RAISE(ABORT, 'a reading is never edited'); END;
CREATE TRIGGER IF NOT EXISTS readings_are_not_taken_out BEFORE DELETE ON readings
BEGIN SELECT RAISE(ABORT, 'a reading is never taken out'); END;
"""
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM readings"


@dataclass(frozen=True, slots=True)
class Captures:
    """The captures of a library, in its folder ``captures``. Written by the library's one writer."""

    folder: Path

    @property
    def _database(self) -> Path:
        return self.folder / "readings.sqlite"

    @contextmanager
    def _open(self, write: bool) -> Iterator[sqlite3.Connection | None]:
        """Lend a connection; None when nothing was ever read and nothing is to be written."""
        if not write and not self._database.exists():
            yield None
            return
        try:
            if write:
                self.folder.mkdir(exist_ok=True)
            with closing(sqlite3.connect(self._database, timeout=10.0)) as connection:
                if write:
                    connection.executescript(_SCHEMA)
                with connection:
                    yield connection
        except OSError as error:
            raise cannot_write(error, self.folder) from error
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                f"The list of what was read, {self._database}, cannot be used ({error}).",
                "Restore it from a copy; without it every page is read as if for the first time.",
            ) from error

    def keep(self, capture: "Capture") -> str:
        """Write the bytes of a capture, once for the same content; return their name."""
        name = capture.hash.removeprefix("sha256:")
        try:
            self.folder.mkdir(exist_ok=True)
            place = self.folder / name
            if not place.exists():
                write_whole(place, capture.data, durable=True)
        except OSError as error:
            raise cannot_write(error, self.folder) from error
        return name

    def bytes_of(self, digest: str) -> bytes:
        """Return kept bytes by their hash. Raises `LibraryDamaged` when they are not there, or not what they were."""
        name = digest.removeprefix("sha256:")
        try:
            data = (self.folder / name).read_bytes()
        except OSError as error:
            raise LibraryDamaged(
                f"The captured page {name[:16]}… cannot be read ({error.strerror or error}).", "Restore it from a copy."
            ) from error
        if hashlib.sha256(data).hexdigest() != name:
            raise LibraryDamaged(f"The captured page {name[:16]}… is not as it was left.", "Restore it from a copy.")
        return data

    def note(self, reading: Reading) -> None:
        """Keep what became of a reading."""
        values = [getattr(reading, name) for name in _COLUMNS]
        values[2] = reading.outcome.value
        with self._open(write=True) as connection:
            assert connection is not None
            connection.execute("BEGIN IMMEDIATE")
            last = connection.execute("SELECT chain FROM readings ORDER BY number DESC LIMIT 1").fetchone()
            values.append(_chained(last[0] if last else "", values))
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO readings ({', '.join(_COLUMNS)}, chain) VALUES ({marks})", values)

    def history(self, url: str) -> list[Reading]:
        """Return every reading of an address, the latest first."""
        with self._open(write=False) as connection:
            if connection is None:
                return []
            return [
                _reading(row) for row in connection.execute(f"{_SELECT} WHERE url = ? ORDER BY number DESC", (url,))
            ]

    def last(self) -> dict[str, Reading]:
        """Return the last reading of every address."""
        with self._open(write=False) as connection:
            if connection is None:
                return {}
            rows = connection.execute(
                f"{_SELECT} WHERE number IN (SELECT max(number) FROM readings GROUP BY url)"
            ).fetchall()
        return {row[0]: _reading(row) for row in rows}

    def last_read(self) -> dict[str, Reading]:
        """Return, for every address, the last reading that has the page's bytes."""
        with self._open(write=False) as connection:
            if connection is None:
                return {}
            rows = connection.execute(
                f"{_SELECT} WHERE number IN (SELECT max(number) FROM readings WHERE hash IS NOT NULL GROUP BY url)"
            ).fetchall()
        return {row[0]: _reading(row) for row in rows}

    def faults(self) -> list[str]:
        """Hash everything again; return a sentence for each thing that is not as it was left."""
        found: list[str] = []
        names: set[str] = set()
        try:
            with self._open(write=False) as connection:
                if connection is not None:
                    found += _faults(connection)
                    rows = connection.execute("SELECT DISTINCT hash FROM readings WHERE hash IS NOT NULL")
                    names = {name.removeprefix("sha256:") for (name,) in rows}
        except LibraryDamaged as error:
            return [error.sentence]
        kept = {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set()
        for name in sorted(names | {n for n in kept if not n.startswith((".", self._database.name))}):
            try:
                self.bytes_of(name)
            except LibraryDamaged as error:
                found.append(error.sentence)
        return found


def _faults(connection: sqlite3.Connection) -> Iterator[str]:
    for (answer,) in connection.execute("PRAGMA integrity_check").fetchall():
        if answer != "ok":
            yield f"The list of what was read is damaged: {answer}."
    before = ""
    rows = connection.execute(f"SELECT number, {', '.join(_COLUMNS)}, chain FROM readings ORDER BY number")
    for place, (number, *values, chain) in enumerate(rows, start=1):
        if number != place or _chained(before, values) != chain:
            yield f"The list of what was read is not as it was written, from {values[1]} on."
            return
        before = chain


def _chained(before: str, values: Sequence[Any]) -> str:
    words = json.dumps(list(values), ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{words}".encode("ascii")).hexdigest()


def _reading(row: tuple[Any, ...]) -> Reading:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["outcome"] = Outcome(values["outcome"])
    return Reading(**values)
