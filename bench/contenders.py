"""The engines that stand beside each other: each is given the same passages and returns the places of its best hundred."""

import contextlib
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from bench.clock import size_of
from bench.material import HEADINGS_COUNT, Asked, Material, Place
from waymark.answering.answer import Answerer
from waymark.answering.retrieval import PASSAGE_FIELDS
from waymark.index.analyser import terms
from waymark.index.embedded import EmbeddedEngine, EmbeddedWriter
from waymark.index.encoder import Encoder, question_input
from waymark.index.engine import Filters, Words

DEPTH = 100  # passages that each engine is asked for
EVERYTHING = Filters()


class Contender(Protocol):
    """One way to search. ``search`` may be called from several threads at once."""

    name: str
    what: str

    def build(self, material: Material) -> None: ...

    def size(self) -> int | None:
        """Return the bytes on disk of what was built; None when it shares another's."""
        ...

    def search(self, asked: Asked) -> Sequence[Place]: ...

    def close(self) -> None: ...


# Waymark -----------------------------------------------------------------------------------------------------------


class WaymarkWords:
    name = "Waymark, words alone"
    what = "tantivy BM25 over title, headings twice, text; stemmed"

    def __init__(self, folder: Path, encoder: str) -> None:
        self._folder = folder
        self._encoder = encoder
        self.engine: EmbeddedEngine | None = None

    def build(self, material: Material) -> None:
        writer = EmbeddedWriter(self._folder, self._encoder)
        keys = [row.passage.vector_key for row, there in zip(material.rows, material.there, strict=True) if there]
        kept = writer.cache()
        try:
            kept.put(keys, material.vectors[material.there])
        finally:
            kept.close()
        writer.update(material.entries, (), 1, fresh=True)
        self.engine = EmbeddedEngine.open(self._folder, self._encoder)

    @property
    def state(self) -> Path:
        return self._folder / (self._folder / "CURRENT").read_text(encoding="utf-8").strip()

    def size(self) -> int | None:
        return size_of(self.state) - size_of(self.state / "vectors.npy")

    def search(self, asked: Asked) -> Sequence[Place]:
        assert self.engine is not None
        words = Words(tuple((word, 1.0) for word in asked.words))
        return [_place(hit) for hit in self.engine.lexical(words, EVERYTHING, DEPTH, PASSAGE_FIELDS)]

    def close(self) -> None:
        self.engine = None


def _place(hit: Any) -> Place:
    from waymark.answering.evaluation import heading_key

    return hit.document, heading_key(hit.section[-1] if hit.section else "")


class WaymarkMeaning:
    name = "Waymark, meaning alone"
    what = "exact search of all vectors in eight bits; the question's vector is made already"

    def __init__(self, words: WaymarkWords) -> None:
        self._words = words

    def build(self, material: Material) -> None:
        """Nothing: the vectors were put in with the words."""

    def size(self) -> int | None:
        return size_of(self._words.state / "vectors.npy")

    def search(self, asked: Asked) -> Sequence[Place]:
        assert self._words.engine is not None
        return [_place(hit) for hit in self._words.engine.dense(asked.vector, EVERYTHING, DEPTH)]

    def close(self) -> None:
        """Nothing of its own."""


class WaymarkMeaningEncoded(WaymarkMeaning):
    name = "Waymark, meaning with the question's vector"
    what = "the same, the question's vector made anew each time"

    def __init__(self, words: WaymarkWords, encoder: Encoder) -> None:
        super().__init__(words)
        self._encoder = encoder

    def search(self, asked: Asked) -> Sequence[Place]:
        assert self._words.engine is not None
        vector = self._encoder.encode([question_input(asked.topic.question)])[0]
        return [_place(hit) for hit in self._words.engine.dense(vector, EVERYTHING, DEPTH)]


class WaymarkWhole:
    name = "Waymark, as it answers"
    what = "words and meaning fused, all evidence weighed; from the question's text, vector included"

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def build(self, material: Material) -> None:
        """Nothing: the library's own index."""

    def size(self) -> int | None:
        return None

    def search(self, asked: Asked) -> Sequence[Place]:
        candidates, _ = self._answerer.ranked(self._answerer.analysed(asked.topic.question), EVERYTHING)
        return [_place(candidate.hit) for candidate in candidates]

    def close(self) -> None:
        """Nothing of its own."""


# bm25s -------------------------------------------------------------------------------------------------------------


class Bm25s:
    """bm25s has one field: title, headings and text are joined, the headings as often as they count elsewhere."""

    name = "bm25s"
    what = "Lucene's BM25, one joined field with headings twice, Waymark's stemmer"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: list[Place] = []
        self._index: Any = None

    def _terms(self, text: str) -> list[str]:
        return terms(text)

    def _question(self, asked: Asked) -> list[str]:
        return [term for word in asked.words for term in terms(word)]

    def build(self, material: Material) -> None:
        import bm25s

        joined = [" ".join((row.title, *[row.headings] * HEADINGS_COUNT, row.passage.text)) for row in material.rows]
        self._places = [row.place for row in material.rows]
        self._index = bm25s.BM25()
        self._index.index([self._terms(text) for text in joined], show_progress=False)
        self._index.save(self._folder)

    def size(self) -> int | None:
        return size_of(self._folder)

    def search(self, asked: Asked) -> Sequence[Place]:
        known = [term for term in self._question(asked) if term in self._index.vocab_dict]
        if not known:
            return []
        numbers, scores = self._index.retrieve([known], k=min(DEPTH, len(self._places)), show_progress=False)
        return [self._places[number] for number, score in zip(numbers[0], scores[0], strict=True) if score > 0]

    def close(self) -> None:
        self._index = None


class Bm25sPlain(Bm25s):
    name = "bm25s, as it comes"
    what = "the same with bm25s' own tokens: English stop words out, no stemmer"

    def _terms(self, text: str) -> list[str]:
        import bm25s

        tokens: list[str] = bm25s.tokenize([text], stopwords="en", return_ids=False, show_progress=False)[0]
        return tokens

    def _question(self, asked: Asked) -> list[str]:
        return self._terms(asked.topic.question)


# SQLite ------------------------------------------------------------------------------------------------------------


class Fts5:
    name = "SQLite FTS5"
    what = "bm25() with title 1, headings 2, text 1; Porter's stemmer; any word may match"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: list[Place] = []
        self._mine = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, check_same_thread=False)
            self._mine.connection = connection
            with self._lock:
                self._open.append(connection)
        return connection

    def build(self, material: Material) -> None:
        self._places = [row.place for row in material.rows]
        connection = self._connection()
        connection.execute(
            "CREATE VIRTUAL TABLE passages USING fts5(title, headings, text, tokenize='porter unicode61 remove_diacritics 2')"
        )
        connection.executemany(
            "INSERT INTO passages (rowid, title, headings, text) VALUES (?, ?, ?, ?)",
            ((number, row.title, row.headings, row.passage.text) for number, row in enumerate(material.rows)),
        )
        connection.execute("INSERT INTO passages (passages) VALUES ('optimize')")
        connection.commit()

    def size(self) -> int | None:
        return size_of(self._path)

    def search(self, asked: Asked) -> Sequence[Place]:
        query = " OR ".join('"' + word.replace('"', '""') + '"' for word in asked.words)
        found = self._connection().execute(
            f"SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, 1.0, {HEADINGS_COUNT}.0, 1.0) LIMIT ?",
            (query, DEPTH),
        )
        return [self._places[number] for (number,) in found]

    def close(self) -> None:
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()


# PostgreSQL --------------------------------------------------------------------------------------------------------


class Postgres:
    """What the PostgreSQL contenders share: a connection for each thread."""

    name = ""
    what = ""

    def __init__(self, where: dict[str, Any]) -> None:
        self._where = where
        self._places: list[Place] = []
        self._mine = threading.local()
        self._open: list[Any] = []
        self._lock = threading.Lock()

    def _connection(self) -> Any:
        connection = getattr(self._mine, "connection", None)
        if connection is None:
            import psycopg

            connection = psycopg.connect(**self._where, autocommit=True)
            for setting in self._session():
                connection.execute(setting)
            self._mine.connection = connection
            with self._lock:
                self._open.append(connection)
        return connection

    def _session(self) -> Sequence[str]:
        return ()

    def _size(self, table: str) -> int:
        return int(self._connection().execute(f"SELECT pg_total_relation_size('{table}')").fetchone()[0])

    def close(self) -> None:
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(Exception):
                    connection.close()
            self._open.clear()


class PostgresText(Postgres):
    name = "PostgreSQL full text"
    what = "ts_rank_cd, weights A title, B headings, D text; websearch_to_tsquery, so every word must match; GIN index"
    _query = "websearch_to_tsquery('english', %s)"

    def build(self, material: Material) -> None:
        self._places = [row.place for row in material.rows]
        connection = self._connection()
        connection.execute("DROP TABLE IF EXISTS passages")
        connection.execute("CREATE TABLE passages (number int PRIMARY KEY, title text, headings text, body text)")
        with connection.cursor().copy("COPY passages FROM STDIN") as copy:
            for number, row in enumerate(material.rows):
                texts = (row.title, row.headings, row.passage.text)
                copy.write_row((number, *(text.replace("\0", " ") for text in texts)))
        connection.execute(
            "ALTER TABLE passages ADD COLUMN words tsvector GENERATED ALWAYS AS (setweight(to_tsvector('english', title), 'A') || "
            "setweight(to_tsvector('english', headings), 'B') || setweight(to_tsvector('english', body), 'D')) STORED"
        )
        connection.execute("CREATE INDEX ON passages USING gin (words)")
        connection.execute("VACUUM ANALYZE passages")

    def size(self) -> int | None:
        return self._size("passages")

    def _text(self, asked: Asked) -> str:
        return asked.topic.question

    def search(self, asked: Asked) -> Sequence[Place]:
        found = self._connection().execute(
            f"SELECT number FROM passages, {self._query} AS query WHERE words @@ query "
            "ORDER BY ts_rank_cd(words, query) DESC, number LIMIT %s",
            (self._text(asked), DEPTH),
        )
        return [self._places[number] for (number,) in found.fetchall()]


class PostgresAnyWord(PostgresText):
    name = "PostgreSQL full text, any word"
    what = "the same, but one matching word is enough"

    def _text(self, asked: Asked) -> str:
        return " or ".join(f'"{word}"' for word in asked.words)


class Pgvector(Postgres):
    """``hnsw`` builds that index with the extension's defaults; without it every row is compared."""

    def __init__(self, where: dict[str, Any], hnsw: bool) -> None:
        super().__init__(where)
        self._hnsw = hnsw
        self._table = "vectors_hnsw" if hnsw else "vectors_exact"
        self.name = "pgvector, HNSW" if hnsw else "pgvector, exact"
        self.what = (
            f"HNSW with the extension's defaults, ef_search {DEPTH} so that a hundred can be found"
            if hnsw
            else "every row compared"
        ) + "; float vectors from Waymark's encoder, the question's made already"

    def _session(self) -> Sequence[str]:
        return (f"SET hnsw.ef_search = {DEPTH}",) if self._hnsw else ("SET enable_indexscan = off",)

    def build(self, material: Material) -> None:
        import psycopg

        if not material.there.any():
            raise RuntimeError("the library has no vectors yet")
        self._places = [row.place for row in material.rows]
        with psycopg.connect(**self._where, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
            connection.execute(
                f"CREATE TABLE {self._table} (number int PRIMARY KEY, vector vector({material.vectors.shape[1]}))"
            )
            with connection.cursor().copy(f"COPY {self._table} FROM STDIN") as copy:
                for number in np.flatnonzero(material.there):
                    copy.write_row((int(number), _written(material.vectors[number] / 127.0)))
            if self._hnsw:
                connection.execute("SET maintenance_work_mem = '512MB'")  # so that the graph is built in memory
                connection.execute(f"CREATE INDEX ON {self._table} USING hnsw (vector vector_cosine_ops)")
            connection.execute(f"VACUUM ANALYZE {self._table}")

    def size(self) -> int | None:
        return self._size(self._table)

    def search(self, asked: Asked) -> Sequence[Place]:
        found = self._connection().execute(
            f"SELECT number FROM {self._table} ORDER BY vector <=> %s::vector LIMIT %s", (_written(asked.vector), DEPTH)
        )
        return [self._places[number] for (number,) in found.fetchall()]


def _written(vector: Any) -> str:
    return "[" + ",".join(f"{value:.6g}" for value in vector.tolist()) + "]"
