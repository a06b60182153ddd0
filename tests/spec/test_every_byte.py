"""`waymark verify` finds an altered byte in every kind of file that a library's folder holds."""

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from waymark.app.checking import checked
from waymark.app.export import Wanted, export_library
from waymark.app.exports import remember
from waymark.app.ingest_pages import captures_of
from waymark.app.wiring import Waymark
from waymark.library.catalogue import Catalogue
from waymark.library.link_table import link_table
from waymark.settings import Settings
from waymark.sources.captures import Outcome, Reading

KINDS = (
    *("library.json", "documents/*.md", "exports/*.json", "index/CURRENT", "index/state-*/manifest.json"),
    "captures/[0-9a-f]*",
    *(
        "index/state-*/documents.json",
        "index/state-*/rows.npy",
        "index/state-*/vectors.npy",
        "index/state-*/words/*.store",
    ),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("whole")
    service = Waymark.open(Settings(library=folder / "library"))
    captures = captures_of(service.catalogue)
    page = b"<!doctype html><title>A page</title><p>What a page said on a day.</p>"
    digest = f"sha256:{hashlib.sha256(page).hexdigest()}"
    captures.keep(SimpleNamespace(hash=digest, data=page))  # type: ignore[arg-type]
    captures.note(Reading("https://example.org/a", "2026-11-20T10:00:00+00:00", Outcome.NEW, hash=digest))
    with checked(service.catalogue, date(2026, 11, 21)), link_table(service.catalogue):
        pass
    done = export_library(service.catalogue, folder / "out", Wanted(at="2026-11-21T10:00:00+00:00", by="a"), "t")
    with service.catalogue.writing() as writer:
        remember(service.catalogue, writer, done)
    with checked(service.catalogue, date(2026, 11, 21)), link_table(service.catalogue):
        pass
    assert service.verify() == []
    service.close()
    yield folder / "library"


def faults(library: Path) -> list[str]:
    service = Waymark(Settings(library=library), Catalogue.open(library))
    try:
        return service.verify()
    finally:
        service.close()


@pytest.mark.parametrize("kind", KINDS)
def test_an_altered_byte_is_found(whole: Path, tmp_path: Path, kind: str) -> None:
    library = tmp_path / "library"
    shutil.copytree(whole, library)
    found = sorted(path for path in library.glob(kind) if path.is_file() and path.stat().st_size)
    assert found, f"the library has no {kind}"
    path, dice = found[0], random.Random(7)
    data = path.read_bytes()
    for at in {0, len(data) - 1, *(dice.randrange(len(data)) for _ in range(2))}:
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            assert faults(library), f"byte {at} of {path.name}"
        except Exception as error:  # a library that says at once that it is damaged has said so
            assert "damaged" in type(error).__name__.lower() or "TooNew" in type(error).__name__, error
    path.write_bytes(data)
    assert faults(library) == []


DATABASES = ("catalogue.sqlite", "captures/readings.sqlite", "checks.sqlite", "links.sqlite", "index/vectors.sqlite")
DERIVED = ("checks.sqlite", "links.sqlite")
"""What is made of the catalogue: when it is altered it is thrown away, and made again as it was."""


def tables_of(place: Path) -> dict[str, list[tuple[str, str]]]:
    """Return the columns of every table of a database, with their declared types."""
    with closing(sqlite3.connect(place)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {
            name: [(row[1], row[2]) for row in connection.execute(f"PRAGMA table_info({name})")]
            for name in names
            if not name.startswith("sqlite_")
        }


def altered(place: Path, table: str, column: str) -> bool:
    """Alter one value of a table as if the disk had: no trigger runs. Return whether there was one."""
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        row = connection.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL LIMIT 1").fetchone()
        if row is None:
            return False
        (value,) = row
        if isinstance(value, bytes):
            other: object = bytes([value[0] ^ 1]) + value[1:] if value else b"x"
        elif isinstance(value, int | float):
            other = value + 1_000_003
        else:
            other = f"{chr(ord(value[0]) ^ 1)}{value[1:]}" if value else "x"
        connection.execute("PRAGMA foreign_keys = OFF")
        key = "rowid" if _has_rowid(connection, table) else column
        (at,) = connection.execute(f"SELECT {key} FROM {table} WHERE {column} IS NOT NULL LIMIT 1").fetchone()
        try:
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (other, at))
        except sqlite3.IntegrityError:
            connection.execute(f"DELETE FROM {table} WHERE {key} = ?", (at,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return True


def _has_rowid(connection: sqlite3.Connection, table: str) -> bool:
    try:
        connection.execute(f"SELECT rowid FROM {table} LIMIT 1")
    except sqlite3.OperationalError:
        return False
    return True


@pytest.mark.parametrize("name", DATABASES)
def test_an_altered_value_of_any_column_is_found(whole: Path, tmp_path: Path, name: str) -> None:
    """In every table of every database: what the file format itself would let pass."""
    looked = 0
    for table, columns in tables_of(whole / name).items():
        for column, _ in columns:
            library = tmp_path / f"{table}-{column}"
            shutil.copytree(whole, library)
            if altered(library / name, table, column):
                looked += 1
                try:
                    assert faults(library), f"{table}.{column}"
                except Exception as error:  # a library that says at once that it is damaged has said so
                    if isinstance(error, AssertionError):
                        raise
                    assert "damaged" in type(error).__name__.lower() or "TooNew" in type(error).__name__, error
                if name in DERIVED:
                    assert not (library / name).exists(), "it is thrown away"
            shutil.rmtree(library)
    assert looked > 2


@pytest.mark.parametrize("name", DATABASES)
def test_an_altered_byte_of_a_database_is_found_or_changes_nothing(whole: Path, tmp_path: Path, name: str) -> None:
    """Some bytes of a database hold nothing: what is free, what was there before. Every other one is missed."""

    def content(place: Path) -> list[str]:
        with closing(sqlite3.connect(place)) as connection:
            return list(connection.iterdump())

    library = tmp_path / "library"
    shutil.copytree(whole, library)
    path, dice = library / name, random.Random(11)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data, before = path.read_bytes(), content(path)
    for at in sorted({dice.randrange(len(data)) for _ in range(24)}):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            found = bool(faults(library))
        except Exception:  # a library that says at once that it is damaged has said so
            found = True
        if not found:
            assert content(path) == before, f"byte {at} of {name}"
        for ending in ("-wal", "-shm", "-journal"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(data)
    assert faults(library) == []


def test_what_was_altered_in_the_findings_is_made_again_as_it_was(whole: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    shutil.copytree(whole, library)

    def found() -> list[str]:
        with Catalogue.open(library) as catalogue, checked(catalogue, date(2026, 11, 21)) as every:
            return sorted(every.json_pieces())

    before = found()
    assert altered(library / "checks.sqlite", "findings", "json")
    assert any("thrown away" in each for each in faults(library))
    assert found() == before
    assert faults(library) == []


def test_a_note_that_was_altered_is_not_trusted(whole: Path, tmp_path: Path) -> None:
    """A file whose note was altered to say that it was read already is read again."""
    library = tmp_path / "library"
    shutil.copytree(whole, library)
    with Catalogue.open(library) as catalogue:
        origin = next(iter(catalogue.seen_all()))
    assert altered(library / "catalogue.sqlite", "seen", "file_hash")
    with Catalogue.open(library) as catalogue:
        assert origin not in catalogue.seen_all() and catalogue.seen(origin) is None
