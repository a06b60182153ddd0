"""The links of a whole library, kept beside it so that a question about them need not read every document again.

``links.sqlite`` in the library's folder is made from the catalogue and can be made again: it holds nothing of its own. It is
brought up to date with what has changed since it was last asked.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from waymark.library import sealed
from waymark.library.document import Status
from waymark.library.ledger import empty_sections
from waymark.library.links import links, page_key
from waymark.library.pairs import other_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from waymark.library.catalogue import Catalogue
    from waymark.library.document import Document

NAME = "links.sqlite"
RULES = 2
"""Raise when the same document would give other rows; a table of older rules is made anew."""

_SCHEMA = """
CREATE TABLE state (rules INTEGER NOT NULL, seq INTEGER NOT NULL, library TEXT NOT NULL);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, key TEXT NOT NULL,
    other_audience TEXT, other_address TEXT, links INTEGER NOT NULL, relative INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE pages (
    document TEXT NOT NULL, key TEXT NOT NULL, address TEXT NOT NULL, words TEXT NOT NULL, count INTEGER NOT NULL
);
CREATE TABLE terms (
    document TEXT NOT NULL, number INTEGER, name TEXT, dictionary TEXT NOT NULL, audience TEXT NOT NULL,
    language TEXT NOT NULL, form TEXT NOT NULL, words TEXT NOT NULL, count INTEGER NOT NULL
);
CREATE TABLE empty_sections (document TEXT NOT NULL, heading TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX pages_of ON pages (document);
CREATE INDEX pages_to ON pages (key);
CREATE INDEX terms_of ON terms (document);
CREATE INDEX sections_of ON empty_sections (document);
"""
_TABLES = ("pages", "terms", "empty_sections")
SEALED: sealed.Tables = {"state": "", "documents": "id", **dict.fromkeys(_TABLES, "document")}


@contextmanager
def link_table(
    catalogue: "Catalogue", progress: "Callable[[str, int, int], None] | None" = None
) -> Iterator[sqlite3.Connection]:
    """Lend the table, brought up to date with the library.

    On a medium that cannot be written to the table is made in memory. Two processes may ask at the same time.
    """
    with closing(_open(catalogue)) as connection:
        _bring_up_to_date(connection, catalogue, progress)
        yield connection


def faults(folder: Path) -> Iterator[str]:
    """Yield a sentence when the table is not as it was written. It is thrown away then, and made again when it is next needed."""
    if sealed.thrown_away(folder / NAME, SEALED):
        yield f"The table of links ({NAME}) was not as it was left; it is thrown away and made again when it is needed."


def _open(catalogue: "Catalogue") -> sqlite3.Connection:
    place = catalogue.folder / NAME
    try:
        return _ready(place, catalogue)
    except sqlite3.DatabaseError:
        pass
    try:  # damaged, or of another program: nothing in it is its own
        for name in (NAME, f"{NAME}-journal", f"{NAME}-wal", f"{NAME}-shm"):
            (catalogue.folder / name).unlink(missing_ok=True)
        return _ready(place, catalogue)
    except (OSError, sqlite3.DatabaseError):
        return _ready(":memory:", catalogue)


def _ready(place: Path | str, catalogue: "Catalogue") -> sqlite3.Connection:
    connection = sqlite3.connect(place, timeout=60.0, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")  # what is lost is made again
        connection.execute("BEGIN IMMEDIATE")
        has = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'state'").fetchone()
        library = str(catalogue.folder.resolve())
        if has is None or connection.execute("SELECT rules, library FROM state").fetchone() != (RULES, library):
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
                connection.execute(f'DROP TABLE "{name}"')
            for statement in filter(str.strip, (_SCHEMA + sealed.SCHEMA).split(";")):
                connection.execute(statement)
            connection.execute("INSERT INTO state VALUES (?, 0, ?)", (RULES, library))
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up_to_date(
    connection: sqlite3.Connection, catalogue: "Catalogue", progress: "Callable[[str, int, int], None] | None"
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        (seq,) = connection.execute("SELECT seq FROM state").fetchone()
        latest = catalogue.events(limit=1)
        last = latest[0].seq if latest else 0
        if last < seq:  # the library was restored from an older copy
            seq = 0
            for table in ("documents", "seals", *_TABLES):
                connection.execute(f"DELETE FROM {table}")
        changes = catalogue.changes_since(seq) if last > seq else []
        for done, (name, version, status) in enumerate(changes, start=1):
            _forget(connection, name)
            if status is not Status.WITHDRAWN:
                _take(connection, catalogue.document(name, version))
            if progress is not None:
                progress("links", done, len(changes))
        if last != seq or changes:
            connection.execute("UPDATE state SET seq = ?", (last,))
            sealed.seal(connection, SEALED, {name for name, *_ in changes})
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _forget(connection: sqlite3.Connection, document_id: str) -> None:
    connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE document = ?", (document_id,))


def _take(connection: sqlite3.Connection, document: "Document") -> None:
    card, body = document.card, document.body
    pages: Counter[tuple[str, str, str]] = Counter()
    terms: Counter[tuple[int | None, str | None, str, str, str, str, str]] = Counter()
    in_all = relative = 0
    for link in links(body, card.url):
        in_all += 1
        relative += link.address is not None and not link.target.strip().lower().startswith(("http:", "https:"))
        words = " ".join(body.text[link.start : link.end].split())[:200]
        if link.term is not None:
            term = link.term
            row = (term.number, term.name, term.dictionary, term.audience, term.language, term.form.value)
            terms[(*row, words)] += 1
        elif link.address is not None:
            pages[page_key(link.address), link.address, words] += 1
    other = other_version(document)
    connection.execute(
        "INSERT INTO documents VALUES (?,?,?,?,?,?,?)",
        (
            card.id,
            card.version,
            page_key(card.url),
            other.audience if other else None,
            other.address if other else None,
            in_all,
            relative,
        ),
    )
    connection.executemany("INSERT INTO pages VALUES (?,?,?,?,?)", ((card.id, *row, n) for row, n in pages.items()))
    connection.executemany(
        "INSERT INTO terms VALUES (?,?,?,?,?,?,?,?,?)", ((card.id, *row, n) for row, n in terms.items())
    )
    connection.executemany(
        "INSERT INTO empty_sections VALUES (?,?,?)",
        ((card.id, section.heading, section.at) for section in empty_sections(body)),
    )
