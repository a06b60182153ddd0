"""A link to a page of the publisher's that the library does not hold; see `waymark links` for all of them, most wanted first."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

from waymark.library.checks.findings import Check, Finding, Others, Severity
from waymark.library.checks.page import Page
from waymark.library.ledger import is_page
from waymark.library.links import links, page_key


class _Wanted:
    schema = """
    CREATE TABLE wanted_own (n INTEGER PRIMARY KEY, key TEXT NOT NULL);
    CREATE INDEX wanted_own_key ON wanted_own (key);
    CREATE TABLE wanted_links (
        n INTEGER NOT NULL, key TEXT NOT NULL, address TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
        times INTEGER NOT NULL
    );
    CREATE INDEX wanted_links_n ON wanted_links (n);
    CREATE INDEX wanted_links_key ON wanted_links (key);
    """

    def facts(self, page: Page) -> tuple[str, list[tuple[str, str, int, int, int]]]:
        first: dict[str, tuple[str, int, int]] = {}
        times: Counter[str] = Counter()
        own = page_key(page.card.url)
        for link in links(page.body, page.card.url):
            if link.term is not None or link.address is None or not is_page(link.address):
                continue
            key = page_key(link.address)
            if key and key != own:
                times[key] += 1
                first.setdefault(key, (link.address, link.start, link.end))
        return own, [(key, *first[key], times[key]) for key in first]

    def forget(self, table: sqlite3.Connection, number: int) -> set[int]:
        row = table.execute("SELECT key FROM wanted_own WHERE n = ?", (number,)).fetchone()
        table.execute("DELETE FROM wanted_own WHERE n = ?", (number,))
        table.execute("DELETE FROM wanted_links WHERE n = ?", (number,))
        return self._pointing_to(table, row[0]) if row and row[0] else set()

    def take(self, table: sqlite3.Connection, number: int, facts: Any) -> set[int]:
        own, found = facts
        table.execute("INSERT INTO wanted_own VALUES (?,?)", (number, own))
        table.executemany("INSERT INTO wanted_links VALUES (?,?,?,?,?,?)", ((number, *row) for row in found))
        return self._pointing_to(table, own) if own else set()

    def _pointing_to(self, table: sqlite3.Connection, key: str) -> set[int]:
        return {number for (number,) in table.execute("SELECT DISTINCT n FROM wanted_links WHERE key = ?", (key,))}

    def settle(self, table: sqlite3.Connection, numbers: set[int], library: Others) -> Iterator[Finding]:
        query = (
            "SELECT address, start, stop, times FROM wanted_links l WHERE n = ? "
            "AND NOT EXISTS (SELECT 1 FROM wanted_own o WHERE o.key = l.key) ORDER BY start"
        )
        for number in sorted(numbers):
            rows = table.execute(query, (number,)).fetchall()
            wanted = [row for row in rows if library.belongs(row[0])]
            page = library.page(number) if wanted else None
            for address, start, stop, times in wanted:
                assert page is not None
                why = f"It leads to {address}, a page of the publisher's that the library does not hold."
                yield page.in_body("LINK-DEAD", Severity.INFORMATION, start, max(stop, start + 1), why, times=times)


CHECK = Check(
    "LINK-DEAD",
    "A link points to a page of the publisher's that the library lacks.",
    (Severity.INFORMATION,),
    across=_Wanted(),
)
