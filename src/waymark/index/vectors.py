"""The cache of vectors: each is kept by the content that was encoded, so that no text is ever encoded twice."""

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from waymark.errors import IndexDamaged
from waymark.languages.texts import message

KEY_BYTES = 16


def vector_key(encoder_input: str) -> bytes:
    """Return the 16 bytes that name one input of the encoder."""
    return hashlib.blake2b(encoder_input.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


_FEW = 4_000  # keys that are looked up one by one sooner than all are read


class VectorCache:
    """int8 vectors by key, for one revision of one encoder; another revision starts an empty cache."""

    def __init__(self, path: Path, encoder: str, dimension: int) -> None:
        self.dimension = dimension
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute("CREATE TABLE IF NOT EXISTS encoder (name TEXT NOT NULL)")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
            )
            row = self._db.execute("SELECT name FROM encoder").fetchone()
            if row is None or row[0] != encoder:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute("DELETE FROM vectors")
                self._db.execute("DELETE FROM encoder")
                self._db.execute("INSERT INTO encoder VALUES (?)", (encoder,))
                self._db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(
                message("The kept vectors cannot be read (%(why)s).", why=str(error)),
                message("Make the index again: waymark index --fresh"),
            ) from error

    def close(self) -> None:
        self._db.close()

    def put(self, keys: Sequence[bytes], vectors: NDArray[np.int8]) -> None:
        """Keep one vector per key, all in one transaction."""
        rows = [(key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)]
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def has(self, keys: Iterable[bytes]) -> set[bytes]:
        """Return which of the keys have a vector."""
        keys = list(keys)
        if len(keys) <= _FEW:
            return {key for key in keys if self._db.execute("SELECT 1 FROM vectors WHERE key = ?", (key,)).fetchone()}
        known = {row[0] for row in self._db.execute("SELECT key FROM vectors")}
        return known.intersection(keys)

    def matrix(
        self,
        keys: NDArray[np.void],
        wanted: NDArray[np.bool_] | None = None,
        former: tuple[NDArray[np.int8], NDArray[np.bool_]] | None = None,
    ) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
        """Return (n, dimension) int8 vectors in the order of ``keys`` and (n,) whether each is there; absent rows are zero.

        ``wanted`` (n,) says which are asked for (None: all). ``former`` is what was returned for the first of these keys: a
        vector is named by its content, so one that was there is taken over, and a change of one document reads that document's
        vectors alone.
        """
        out = np.zeros((len(keys), self.dimension), dtype=np.int8)
        there = np.zeros(len(keys), dtype=np.bool_)
        if former is not None:
            count = len(former[0])
            out[:count], there[:count] = former
        places: dict[bytes, list[int]] = {}
        for row in np.flatnonzero(~there if wanted is None else wanted & ~there).tolist():
            places.setdefault(keys[row].tobytes(), []).append(row)
        for key, vector in self._vectors_of(places):
            rows = places[key]
            out[rows] = np.frombuffer(vector, dtype=np.int8)
            there[rows] = True
        return out, there

    def _vectors_of(self, wanted: Collection[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Yield the keys that have a vector, with it: one by one where they are few, else in one pass over all."""
        query = "SELECT key, vector FROM vectors"
        if len(wanted) > _FEW:
            yield from (row for row in self._db.execute(query) if row[0] in wanted)
            return
        for key in wanted:
            yield from self._db.execute(f"{query} WHERE key = ?", (key,))

    def all(self) -> tuple[list[bytes], NDArray[np.int8]]:
        """Return every key and its vector."""
        rows = self._db.execute("SELECT key, vector FROM vectors ORDER BY key").fetchall()
        vectors = np.frombuffer(b"".join(v for _, v in rows), dtype=np.int8).reshape(len(rows), self.dimension)
        return [k for k, _ in rows], vectors
