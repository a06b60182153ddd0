"""Seals for the tables that are made of the catalogue and kept beside it: a byte that was altered in them shows.

Each document's rows, in whatever tables, have one digest that does not depend on their order (the sum of the digests of the
rows), and the table of what is known (``state``) has one too. A table whose seals do not hold is thrown away and made again: what
it holds is derived, and nothing that is derived is trusted.
"""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

SCHEMA = "CREATE TABLE seals (of TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;"
WHOLE = ""
"""The name under which tables without a document's column are sealed, as wholes."""
_ROOM = 1 << 256
_FEW = 500  # documents whose rows are looked up one by one sooner than all are read

Tables = Mapping[str, str]
"""The tables with the column that says of which document a row is; "" for a table that is sealed as a whole."""


def _row(table: str, row: Sequence[object]) -> int:
    return int.from_bytes(hashlib.sha256(f"{table}{tuple(row)!r}".encode("utf-8", "surrogatepass")).digest())


def _sums(connection: sqlite3.Connection, tables: Tables, of: Collection[str] | None) -> dict[str, int]:
    """Return the sum of the digests of the rows, by document: of these, or of all."""
    found: dict[str, int] = defaultdict(int)
    for table, column in tables.items():
        if not column:
            for row in connection.execute(f"SELECT * FROM {table}"):
                found[WHOLE] = (found[WHOLE] + _row(table, row)) % _ROOM
            continue
        query = f"SELECT {column}, * FROM {table}"
        if of is None or len(of) > _FEW:
            rows: Iterable[Sequence[object]] = connection.execute(query)
        else:
            rows = (row for name in of for row in connection.execute(f"{query} WHERE {column} = ?", (name,)))
        for name, *row in rows:
            if of is None or str(name) in of:
                found[str(name)] = (found[str(name)] + _row(table, row)) % _ROOM
    return found


def seal(connection: sqlite3.Connection, tables: Tables, of: Collection[str] | None) -> None:
    """Write the seals of these documents (None: of all) and of what is sealed as a whole, inside the transaction that is open."""
    found = _sums(connection, tables, None if of is None else frozenset(of))
    gone = () if of is None else frozenset(of) - found.keys()
    if of is None:
        connection.execute("DELETE FROM seals")
    connection.executemany("DELETE FROM seals WHERE of = ?", ((name,) for name in gone))
    connection.executemany(
        "INSERT OR REPLACE INTO seals VALUES (?,?)", ((name, f"{total:064x}") for name, total in found.items())
    )


def holds(connection: sqlite3.Connection, tables: Tables) -> bool:
    """Return whether every row is as it was sealed."""
    (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    if answer != "ok":
        return False
    found = {name: f"{total:064x}" for name, total in _sums(connection, tables, None).items()}
    return found == dict(connection.execute("SELECT of, digest FROM seals").fetchall())


def thrown_away(
    place: Path, tables: Tables, also: Callable[[sqlite3.Connection], bool] = lambda connection: True
) -> bool:
    """Throw a table away when its seals do not hold; return whether that was so. One that is not there has nothing to hold.

    ``also`` says whether what is not sealed is right: what follows from the rest.
    """
    if not place.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro", uri=True, timeout=30.0)) as connection:
            whole = holds(connection, tables) and also(connection)
    except (sqlite3.DatabaseError, UnicodeError, ValueError):
        whole = False
    if not whole:
        for ending in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                place.with_name(place.name + ending).unlink()
    return not whole
