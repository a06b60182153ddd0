"""Proposals: a further version of a published document, kept beside it while people read it.

The published version is quoted until the proposal is published in its place. A document has at most one open proposal: a
newer one takes its place, and the former stays in the document's history.
"""

import sqlite3
from dataclasses import dataclass

from waymark.library.document import Card


@dataclass(frozen=True, slots=True)
class Proposal:
    """An open proposal: its card, and the name of the version that it was made from."""

    card: Card
    base: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an open proposal lies: rows of the table of versions, and their names."""

    row: int
    version: str
    base_row: int
    base: str


def place_of(connection: sqlite3.Connection, document_id: str) -> Place | None:
    """Return where the open proposal of a document lies, None when it has none."""
    query = (
        "SELECT p.proposed, v.version, p.base, b.version FROM proposals p "
        "JOIN versions v ON v.row = p.proposed JOIN versions b ON b.row = p.base WHERE p.document = ?"
    )
    if not _known(connection):
        return None
    row = connection.execute(query, (document_id,)).fetchone()
    return None if row is None else Place(*row)


def bases(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """Return the version of each open proposal and the version that it was made from, by document."""
    query = (
        "SELECT p.document, v.version, b.version FROM proposals p "
        "JOIN versions v ON v.row = p.proposed JOIN versions b ON b.row = p.base ORDER BY p.document"
    )
    return {name: (version, base) for name, version, base in connection.execute(query)} if _known(connection) else {}


def open_one(connection: sqlite3.Connection, document_id: str, row: int, base_row: int) -> None:
    """Note a proposal as the open one, inside the transaction that is open."""
    connection.execute("INSERT OR REPLACE INTO proposals VALUES (?,?,?)", (document_id, row, base_row))


def close_one(connection: sqlite3.Connection, document_id: str) -> None:
    """Note that a document has no open proposal any more, inside the transaction that is open."""
    connection.execute("DELETE FROM proposals WHERE document = ?", (document_id,))


def _known(connection: sqlite3.Connection) -> bool:
    """Return whether the table is there; a library on a medium that cannot be written to may lack it."""
    query = "SELECT 1 FROM sqlite_schema WHERE name = 'proposals'"
    return connection.execute(query).fetchone() is not None
