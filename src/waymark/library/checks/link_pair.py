"""The patient and the professional version of one summary: they know each other, or one of them is lacking."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from waymark.library.checks.findings import Check, Finding, Others, Severity
from waymark.library.checks.page import Page
from waymark.library.links import page_key
from waymark.library.pairs import other_version


class _Pairs:
    schema = """
    CREATE TABLE pair_own (n INTEGER PRIMARY KEY, key TEXT NOT NULL, audience TEXT NOT NULL);
    CREATE INDEX pair_own_key ON pair_own (key);
    CREATE TABLE pair_links (n INTEGER PRIMARY KEY, key TEXT NOT NULL, audience TEXT NOT NULL, address TEXT NOT NULL);
    CREATE INDEX pair_links_key ON pair_links (key);
    """

    def facts(self, page: Page) -> tuple[str, str, tuple[str, str, str] | None]:
        other = other_version(page.document)
        said = (page_key(other.address), other.audience, other.address) if other else None
        return page_key(page.card.url), page.card.audience, said

    def forget(self, table: sqlite3.Connection, number: int) -> set[int]:
        row = table.execute("SELECT key FROM pair_own WHERE n = ?", (number,)).fetchone()
        table.execute("DELETE FROM pair_own WHERE n = ?", (number,))
        table.execute("DELETE FROM pair_links WHERE n = ?", (number,))
        return self._pointing_to(table, row[0]) if row and row[0] else set()

    def take(self, table: sqlite3.Connection, number: int, facts: Any) -> set[int]:
        key, audience, said = facts
        table.execute("INSERT INTO pair_own VALUES (?,?,?)", (number, key, audience))
        if said is not None:
            table.execute("INSERT INTO pair_links VALUES (?,?,?,?)", (number, *said))
        return self._pointing_to(table, key) if key else set()

    def _pointing_to(self, table: sqlite3.Connection, key: str) -> set[int]:
        return {number for (number,) in table.execute("SELECT n FROM pair_links WHERE key = ?", (key,))}

    def settle(self, table: sqlite3.Connection, numbers: set[int], library: Others) -> Iterator[Finding]:
        query = (
            "SELECT l.audience, l.address, o.n, o.audience FROM pair_links l LEFT JOIN pair_own o ON o.key = l.key AND o.n != l.n "
            "WHERE l.n = ? ORDER BY o.n LIMIT 1"
        )
        for number in sorted(numbers):
            row = table.execute(query, (number,)).fetchone()
            if row is None:
                continue
            audience, address, other, their = row
            if other is None:
                why = f"Its {audience} version, {address}, is not in the library."
            elif their != audience:
                why = f"It calls {library.name(other)} its {audience} version, and that one is for a {their}."
            else:
                why = f"Its {audience} version is {library.name(other)}."
            page = library.page(number)
            yield page.record("LINK-PAIR", Severity.INFORMATION, "url", why, found=address)


CHECK = Check(
    "LINK-PAIR",
    "A summary has a version for the other audience: the two know each other, or one is lacking.",
    (Severity.INFORMATION,),
    across=_Pairs(),
)
