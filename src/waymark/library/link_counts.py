"""What the links of a library come to: how many of each form, which terms, which versions of one summary belong together."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from waymark.library.document import Card
from waymark.library.links import TermForm
from waymark.library.pairs import OtherVersion, Pair, pairs


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """Counts over all documents. ``ambiguous`` counts the written words (case folded) that are linked to more than one term."""

    documents: int
    links: int
    relative: int
    term_links: int
    by_form: dict[str, int]
    by_dictionary: dict[str, int]
    by_audience: dict[str, int]
    by_language: dict[str, int]
    terms: int
    named_only: int
    ambiguous: int
    page_links: int
    pages: int
    held: int

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class TermUse:
    """One term of a dictionary as the library links to it: its number, the words, and how often."""

    number: int
    words: str
    links: int
    documents: int
    dictionaries: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "words": self.words,
            "links": self.links,
            "documents": self.documents,
            "dictionaries": list(self.dictionaries),
        }


def count_links(table: sqlite3.Connection) -> LinkCounts:
    """Return the counts of a link table."""

    def one(query: str) -> int:
        (number,) = table.execute(query).fetchone()
        return int(number or 0)

    def by(column: str) -> dict[str, int]:
        rows = table.execute(f"SELECT {column}, sum(count) FROM terms GROUP BY {column} ORDER BY 2 DESC, 1")
        return dict(rows.fetchall())

    forms = by("form")
    return LinkCounts(
        documents=one("SELECT count(*) FROM documents"),
        links=one("SELECT sum(links) FROM documents"),
        relative=one("SELECT sum(relative) FROM documents"),
        term_links=one("SELECT sum(count) FROM terms"),
        by_form={form.value: forms.get(form.value, 0) for form in TermForm},
        by_dictionary=by("dictionary"),
        by_audience=by("audience"),
        by_language=by("language"),
        terms=one("SELECT count(DISTINCT number) FROM terms"),
        named_only=one("SELECT count(DISTINCT name) FROM terms WHERE number IS NULL"),
        ambiguous=one(
            "SELECT count(*) FROM (SELECT 1 FROM terms WHERE number IS NOT NULL "
            "GROUP BY lower(words) HAVING count(DISTINCT number) > 1)"
        ),
        page_links=one("SELECT sum(count) FROM pages"),
        pages=one("SELECT count(DISTINCT key) FROM pages"),
        held=one("SELECT count(DISTINCT key) FROM pages WHERE key IN (SELECT key FROM documents)"),
    )


def terms_used(table: sqlite3.Connection, audience: str | None = None, most: int | None = None) -> list[TermUse]:
    """Return the terms that documents link to by number, those with most links first; ``audience`` counts its links alone."""
    where, values = ("", ()) if audience is None else ("AND audience = ?", (audience,))
    rows = table.execute(
        "SELECT number, sum(count), count(DISTINCT document), group_concat(DISTINCT dictionary) FROM terms "
        f"WHERE number IS NOT NULL {where} GROUP BY number ORDER BY 2 DESC, 1 LIMIT ?",
        (*values, -1 if most is None else most),
    ).fetchall()
    numbers = {number for number, *_ in rows}
    called: dict[int, tuple[int, str]] = {}
    for number, words, count in table.execute(
        "SELECT number, lower(words), sum(count) FROM terms WHERE number IS NOT NULL GROUP BY number, lower(words)"
    ):
        if number in numbers:
            called[number] = max(called.get(number, (0, "")), (count, words))
    return [
        TermUse(number, called[number][1], links, documents, tuple(sorted(str(dictionaries).split(","))))
        for number, links, documents, dictionaries in rows
    ]


def pairs_of(table: sqlite3.Connection, cards: list[Card]) -> tuple[Pair, ...]:
    """Return the pairs of patient and professional versions among these documents."""
    rows = table.execute("SELECT id, other_audience, other_address FROM documents WHERE other_address IS NOT NULL")
    others = {name: OtherVersion(audience, address) for name, audience, address in rows}
    return pairs((card, others.get(card.id)) for card in cards)
