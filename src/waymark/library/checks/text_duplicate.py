"""Two documents with nearly the same text: four fifths of their runs of five words.

Found by MinHash (Broder 1997) in bands (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3), so that a new
document is held against its likes and not against all; every pair that is told was then compared in full. Of pairs that share
exactly four fifths, 997 in 1,000 are met.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waymark.library.checks.findings import Check, Finding, Others, Severity
from waymark.library.checks.page import LONGEST_FOUND, Page

SHARE = 0.8  # of all runs of two documents; pages made by one template share half, so this is not to be lowered
RUN = 5  # words
_BANDS, _ROWS = 32, 8
_WORTH_COMPARING = 0.68  # by signature; its standard error is 0.03
_MOST = 50  # likenesses told of one document
_WORD = re.compile(r"\w+")
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLIERS = np.random.default_rng(20_261_125).integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) * np.uint64(
    2
) + np.uint64(1)
_ADDENDS = np.random.default_rng(20_261_126).integers(0, 2**63, _BANDS * _ROWS, dtype=np.uint64)
_AT_ONCE = 2_048


@lru_cache(maxsize=100_000)
def _number(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def shingles(text: str) -> NDArray[np.uint64]:
    """Return the runs of five words of a text as sorted numbers, each once; a shorter text is one run."""
    words = _WORD.findall(text.lower())
    numbers = np.fromiter((_number(word) for word in words), dtype=np.uint64, count=len(words))
    if len(numbers) == 0:
        return numbers
    length = max(1, len(numbers) - RUN + 1)
    runs = np.zeros(length, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for place in range(min(RUN, len(numbers))):
            runs = runs * _STEP + numbers[place : place + length]
    return np.unique(runs)


def signature(runs: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return the 256 smallest images of the runs: the share of equal ones estimates the share of equal runs."""
    smallest = np.full(_BANDS * _ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for start in range(0, len(runs), _AT_ONCE):
            images = runs[start : start + _AT_ONCE, None] * _MULTIPLIERS + _ADDENDS
            smallest = np.minimum(smallest, images.min(axis=0))
    return (smallest >> np.uint64(32)).astype(np.uint32)


def likeness(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    """Return the share of the runs of two texts that are in both, 0 to 1."""
    if not len(one) or not len(other):
        return 0.0
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both)


def _bands(kept: bytes) -> list[int]:
    """Return the 32 numbers under which documents that are alike meet."""
    rows = np.frombuffer(kept, dtype=np.uint32).reshape(_BANDS, _ROWS)
    return [
        int.from_bytes(hashlib.blake2b(bytes([band]) + row.tobytes(), digest_size=8).digest(), "little", signed=True)
        for band, row in enumerate(rows)
    ]


def bands_hold(table: sqlite3.Connection) -> bool:
    """Return whether the bands are those of the signatures, and no others."""
    wanted = {
        (band, number)
        for number, kept in table.execute("SELECT n, signature FROM alike_signatures")
        for band in _bands(kept)
    }
    return wanted == set(table.execute("SELECT band, n FROM alike_bands").fetchall())


class _Alike:
    schema = """
    CREATE TABLE alike_signatures (n INTEGER PRIMARY KEY, runs INTEGER NOT NULL, signature BLOB NOT NULL);
    CREATE TABLE alike_bands (band INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (band, n)) WITHOUT ROWID;
    CREATE TABLE alike_pairs (n INTEGER NOT NULL, other INTEGER NOT NULL, share REAL NOT NULL, PRIMARY KEY (n, other)) WITHOUT ROWID;
    CREATE INDEX alike_pairs_other ON alike_pairs (other);
    """

    def facts(self, page: Page) -> tuple[int, bytes]:
        runs = shingles(page.body.text)
        return len(runs), signature(runs).tobytes()

    def forget(self, table: sqlite3.Connection, number: int) -> set[int]:
        row = table.execute("SELECT signature FROM alike_signatures WHERE n = ?", (number,)).fetchone()
        if row is None:
            return set()
        table.executemany(
            "DELETE FROM alike_bands WHERE band = ? AND n = ?", ((band, number) for band in _bands(row[0]))
        )
        table.execute("DELETE FROM alike_signatures WHERE n = ?", (number,))
        query = "SELECT other FROM alike_pairs WHERE n = :n UNION SELECT n FROM alike_pairs WHERE other = :n"
        others = {other for (other,) in table.execute(query, {"n": number})}
        table.execute("DELETE FROM alike_pairs WHERE n = :n OR other = :n", {"n": number})
        return others

    def take(self, table: sqlite3.Connection, number: int, facts: Any) -> set[int]:
        runs, kept = facts
        if not runs:
            return set()
        table.execute("INSERT INTO alike_signatures VALUES (?,?,?)", (number, runs, kept))
        table.executemany("INSERT OR IGNORE INTO alike_bands VALUES (?,?)", ((band, number) for band in _bands(kept)))
        # A pair is told of the later one of two: those that came after this one may be alike to it now.
        query = "SELECT n FROM alike_bands WHERE band = ? AND n > ? LIMIT ?"
        return {n for band in _bands(kept) for (n,) in table.execute(query, (band, number, 4 * _MOST))}

    def settle(self, table: sqlite3.Connection, numbers: set[int], library: Others) -> Iterator[Finding]:
        for number in sorted(numbers):
            yield from self._of_one(table, number, library)

    def _of_one(self, table: sqlite3.Connection, number: int, library: Others) -> Iterator[Finding]:
        row = table.execute("SELECT runs, signature FROM alike_signatures WHERE n = ?", (number,)).fetchone()
        if row is None:
            return
        own: NDArray[np.uint64] | None = None
        for other in self._worth_comparing(table, number, *row):
            known = table.execute("SELECT share FROM alike_pairs WHERE n = ? AND other = ?", (number, other)).fetchone()
            if known is None:
                if own is None:
                    own = shingles(library.page(number).body.text)
                share = likeness(own, shingles(library.page(other).body.text))
                table.execute("INSERT OR REPLACE INTO alike_pairs VALUES (?,?,?)", (number, other, share))
        query = "SELECT other, share FROM alike_pairs WHERE n = ? AND share >= ? ORDER BY share DESC, other LIMIT ?"
        for other, share in table.execute(query, (number, SHARE, _MOST)).fetchall():
            page = library.page(number)
            why = f"Its text is nearly that of {library.name(other)}: they share {share:.0%} of their runs of {RUN} words."
            yield page.in_body("TEXT-DUPLICATE", Severity.WARNING, 0, min(len(page.body.text), LONGEST_FOUND), why)

    def _worth_comparing(self, table: sqlite3.Connection, number: int, runs: int, kept: bytes) -> Iterator[int]:
        """Yield the documents that came before this one and look like it; each pair is told of the later one."""
        own = np.frombuffer(kept, dtype=np.uint32)
        met: dict[int, None] = {}
        for band in _bands(kept):
            query = "SELECT n FROM alike_bands WHERE band = ? AND n < ? LIMIT ?"
            met.update(dict.fromkeys(other for (other,) in table.execute(query, (band, number, 4 * _MOST))))
        for other in sorted(met):
            their = table.execute("SELECT runs, signature FROM alike_signatures WHERE n = ?", (other,)).fetchone()
            if their is None or min(runs, their[0]) < SHARE * max(runs, their[0]):
                continue  # texts of such different length cannot share so much
            if float(np.mean(own == np.frombuffer(their[1], dtype=np.uint32))) >= _WORTH_COMPARING:
                yield other


CHECK = Check(
    "TEXT-DUPLICATE",
    "Two documents share four fifths of their runs of five words.",
    (Severity.WARNING,),
    across=_Alike(),
)
