"""The embedded engine, the default and the reference: tantivy for words, exact int8 vectors for meaning. No server."""

import json
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tantivy
from numpy.typing import NDArray

from waymark.errors import IndexDamaged
from waymark.index import snapshot
from waymark.index.analyser import ANALYSER, LANGUAGES, analyser, language_key, terms
from waymark.index.engine import (
    NO_RUN,
    DocumentEntry,
    DocumentHit,
    FieldWeights,
    Filters,
    Hit,
    Manifest,
    Places,
    Run,
    Words,
)
from waymark.index.explained import explained
from waymark.index.spelling import Speller
from waymark.index.vectors import KEY_BYTES, VectorCache
from waymark.languages.texts import message
from waymark.library.body import NORMALISATION
from waymark.passages.passages import PASSAGES

KEYS = (*LANGUAGES, "other")
FIELDS = ("title", "headings", "text")
DIMENSION = 384
ROW = np.dtype(
    [
        ("document", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("section", "<i4"),
        ("alive", "?"),
        ("key", f"V{KEY_BYTES}"),
    ]
)
_LEAST_SPELLING_LENGTH = 4
_MOST_KNOWN = 20_000  # words whose terms are remembered
_MOST_FILTERS = 200  # filters whose documents are remembered
_MANY = 0.2  # share of the documents from which it is quicker to search them all and leave out those that do not pass
_MARGIN = 1.5  # hits taken over what the share of documents that pass lets expect
_HEAP = 128_000_000  # bytes tantivy may hold before it writes a segment


def expected_manifest(encoder: str, generation: int = 0) -> Manifest:
    """Return what this code would write: the parts that `snapshot.require` compares."""
    return Manifest(snapshot.FORMAT, NORMALISATION, PASSAGES, ANALYSER, encoder, generation, 0, 0, 0)


@lru_cache(maxsize=1)
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", indexed=True, fast=True)
    for name in ("document", "audience", "language", "type", "kind"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for key in KEYS:
        for field in FIELDS:
            builder.add_text_field(f"{field}_{key}", tokenizer_name=f"waymark_{key}", index_option="freq")
    return builder.build()


def _register(index: tantivy.Index) -> tantivy.Index:
    for key in KEYS:
        index.register_tokenizer(f"waymark_{key}", analyser(key))
    return index


def _open(path: Path) -> tantivy.Index:
    try:
        index = _register(tantivy.Index.open(str(path)))
        index.config_reader(reload_policy="manual")
        return index
    except (ValueError, OSError) as error:
        raise IndexDamaged(
            message("The index's part “%(name)s” cannot be opened (%(why)s).", name=path.name, why=str(error)),
            snapshot.MEND_FRESH,
        ) from error


def _load_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexDamaged(
            message("The index's part “%(name)s” cannot be read.", name=path.name), snapshot.MEND_FRESH
        ) from error


def _load_array(path: Path, mapped: bool) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
        return array
    except (OSError, ValueError, EOFError) as error:
        raise IndexDamaged(
            message("The index's part “%(name)s” cannot be read.", name=path.name), snapshot.MEND_FRESH
        ) from error


class _Passing(NamedTuple):
    """What filters let through: (documents,) whether each passes, and the share of the library's documents that do."""

    documents: NDArray[np.bool_]
    share: float


class EmbeddedEngine:
    """One snapshot, open for reading; safe to use from several threads. See `waymark.index.engine.SearchEngine`."""

    def __init__(self, state: Path, manifest: Manifest) -> None:
        self._state = state
        self._manifest = manifest
        self._rows = _load_array(state / "rows.npy", mapped=False)
        self._documents: list[dict[str, Any]] = _load_json(state / "documents.json")
        self._sections: list[list[str]] = _load_json(state / "sections.json")
        # As a plain array: one that knows of its file takes twice as long to look into.
        self._vectors = np.asarray(_load_array(state / "vectors.npy", mapped=True))
        self._encoded = _load_array(state / "encoded.npy", mapped=False)
        if not len(self._rows) == len(self._vectors) == len(self._encoded) == manifest.rows:
            raise IndexDamaged(message("The parts of the index do not fit each other."), snapshot.MEND_FRESH)
        self._words = _open(state / "words")
        self._whole = _open(state / "documents")
        self._paths = [tuple(path) for path in self._sections]
        self.places = self._made_places()
        self._number_of = {entry["id"]: number for number, entry in enumerate(self._documents) if entry}
        self._searchable = self._rows["alive"] & self._encoded
        self._all_searchable = bool(self._searchable.all())
        self._keys = tuple(sorted({language_key(language) for language in self.languages}))
        self._there = np.array([bool(entry) for entry in self._documents], dtype=np.bool_)
        self._masks: dict[tuple[str, frozenset[str]], NDArray[np.bool_]] = {}
        self._passed: dict[Filters, _Passing | None] = {}
        self._known_words: dict[str, tuple[tuple[str, str, str, str, int], ...]] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, encoder: str, verified: bool = True) -> "EmbeddedEngine":
        """Open the current snapshot of an index folder.

        ``encoder`` is name and revision of the encoder in use. ``verified`` reads every byte and compares checksums (about
        0.1 s for 100 MB). Raises `IndexMissing`, `IndexStale` or `IndexDamaged`, each with the command that mends it.
        """
        state = snapshot.current(folder)
        manifest = snapshot.read_manifest(state)
        snapshot.require(manifest, expected_manifest(encoder))
        if verified:
            snapshot.verify(state, manifest)
        return cls(state, manifest)

    def _made_places(self) -> Places:
        documents = [(entry["id"], entry["version"]) if entry else None for entry in self._documents]
        order = sorted(range(len(documents)), key=lambda number: documents[number] or ("", ""))
        by_name = np.empty(len(documents), dtype=np.int32)
        by_name[order] = np.arange(len(documents), dtype=np.int32)
        # Copies of their own: a column of the table is strided, and every look at it would fetch the whole row.
        names = ("document", "section", "start", "end")
        document, section, start, end = (np.ascontiguousarray(self._rows[name]) for name in names)
        return Places(document, section, start, end, documents, self._paths, by_name)

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    @cached_property
    def languages(self) -> frozenset[str]:
        return frozenset(entry["language"] for entry in self._documents if entry)

    @property
    def state(self) -> str:
        """The snapshot's name."""
        return self._state.name

    # Filters -------------------------------------------------------------------------------------------------------

    def _filter_clauses(self, filters: Filters) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        schema = _schema()
        clauses = []
        for field, values in (
            ("audience", filters.audience),
            ("language", filters.language),
            ("type", filters.cancer_types),
            ("kind", filters.kind),
        ):
            if values is not None:
                wanted = tantivy.Query.term_set_query(schema, field, sorted(values))
                clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(wanted, 0.0)))
        if filters.within is not None:
            wanted = tantivy.Query.term_set_query(schema, "document", sorted(filters.within))
            clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(wanted, 0.0)))
        if filters.without:
            unwanted = tantivy.Query.term_set_query(schema, "document", sorted(filters.without))
            clauses.append((tantivy.Occur.MustNot, unwanted))
        return clauses

    def _mask(self, field: str, values: frozenset[str]) -> NDArray[np.bool_]:
        """Return (documents,) whether each document has one of the values; kept, since the same few are asked for."""
        key = (field, values)
        with self._lock:
            mask = self._masks.get(key)
        if mask is None:
            if field == "type":
                passes = [bool(entry) and not values.isdisjoint(entry["cancer_types"]) for entry in self._documents]
            else:
                passes = [bool(entry) and entry[field] in values for entry in self._documents]
            mask = np.array(passes, dtype=np.bool_)
            with self._lock:
                if len(self._masks) > _MOST_FILTERS:
                    self._masks.clear()
                self._masks[key] = mask
        return mask

    def _passing(self, filters: Filters) -> _Passing | None:
        """Return which documents pass the filters; None where all do. The last few are kept."""
        with self._lock:
            if filters in self._passed:
                return self._passed[filters]
        documents = np.ones(len(self._documents), dtype=np.bool_)
        for field, values in (
            ("audience", filters.audience),
            ("language", filters.language),
            ("type", filters.cancer_types),
            ("kind", filters.kind),
        ):
            if values is not None:
                documents &= self._mask(field, values)
        if filters.within is not None:
            inside = np.zeros(len(self._documents), dtype=np.bool_)
            inside[[self._number_of[d] for d in filters.within if d in self._number_of]] = True
            documents &= inside
        if filters.without:
            documents[[self._number_of[d] for d in filters.without if d in self._number_of]] = False
        of_those_there = documents[self._there]
        passing = None if bool(of_those_there.all()) else _Passing(documents, float(of_those_there.mean()))
        with self._lock:
            if len(self._passed) >= _MOST_FILTERS:
                self._passed.clear()
            self._passed[filters] = passing
        return passing

    def _allowed(self, passing: _Passing | None) -> NDArray[np.bool_]:
        """Return (rows,) whether each passage has a vector and belongs to a document that passes."""
        allowed: NDArray[np.bool_] = self._searchable
        return allowed if passing is None else allowed & passing.documents[self.places.document]

    def passages_of(self, document: str) -> tuple[Hit, ...]:
        number = self._number_of.get(document)
        return () if number is None else tuple(self.hit(row, 0.0) for row in self.rows_of(number))

    def rows_of(self, document: int) -> range:
        return range(*self._extent.get(document, (0, 0)))

    @cached_property
    def _extent(self) -> dict[int, tuple[int, int]]:
        """First row and past the last row of each document; a document's rows stand together."""
        numbers, first, counts = np.unique(self._rows["document"], return_index=True, return_counts=True)
        return {int(n): (int(f), int(f + c)) for n, f, c in zip(numbers, first, counts, strict=True)}

    @cached_property
    def alive(self) -> int:
        """How many passages can be found."""
        return int(self._rows["alive"].sum())

    def keys(self) -> list[bytes]:
        """Return the vector keys of all passages that can be found."""
        return [key.tobytes() for key in self._rows["key"][self._rows["alive"]]]

    # Words ---------------------------------------------------------------------------------------------------------

    def _known(self, word: str) -> tuple[tuple[str, str, str, str, int], ...]:
        """Return (language key, field, name of the indexed field, term, in how many passages) for all that the index has."""
        known = self._known_words.get(word)
        if known is None:
            searcher = self._words.searcher()
            made = (
                (key, field, f"{field}_{key}", term, searcher.doc_freq(f"{field}_{key}", term))
                for key in self._keys
                for term in terms(word, key)
                for field in FIELDS
            )
            known = tuple(each for each in made if each[-1])
            if len(self._known_words) >= _MOST_KNOWN:
                self._known_words.clear()
            self._known_words[word] = known
        return known

    def _word_query(self, words: Words, filters: Filters, weights: FieldWeights) -> tantivy.Query | None:
        schema = _schema()
        keys = None if filters.language is None else {language_key(value) for value in filters.language}
        seen: dict[tuple[str, str], float] = {}
        for word, weight in words.weighted:
            for key, field, name, term, _ in self._known(word):
                boost = weight * getattr(weights, field)
                if boost > 0 and (keys is None or key in keys):
                    seen[name, term] = max(seen.get((name, term), 0.0), boost)
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, name, term, "freq"))
            if boost == 1.0
            else (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(schema, name, term, "freq"), boost),
            )
            for (name, term), boost in seen.items()
        ]
        return tantivy.Query.boolean_query(clauses) if clauses else None

    def _run(
        self,
        index: tantivy.Index,
        words: Words,
        filters: Filters,
        k: int,
        weights: FieldWeights,
        of: NDArray[Any] | None,
    ) -> Run:
        """Return the best ``k`` rows of an index, ties included; ``of`` gives the document of each row, None: rows are documents.

        A condition in the query costs four times what the search without it does. So where many documents pass, all are
        searched and the others left out afterwards, which gives the same rows with the same scores.
        """
        query = self._word_query(words, filters, weights) if k > 0 else None
        if query is None:
            return NO_RUN
        passing = self._passing(filters)
        if passing is None:
            return self._ranked(index, query, k)
        if passing.share >= _MANY:
            taken = int(k * _MARGIN / passing.share)
            run = self._ranked(index, query, taken)
            kept = passing.documents[run.rows if of is None else of[run.rows]]
            if int(kept.sum()) >= k or len(run.rows) < taken:
                return Run(run.rows[kept], run.scores[kept])
        conditions = self._filter_clauses(filters)
        return self._ranked(index, tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *conditions]), k)

    @staticmethod
    def _ranked(index: tantivy.Index, query: tantivy.Query, k: int) -> Run:
        """Return the best ``k`` rows, ties included before they are cut, so that the cut does not depend on segments."""
        searcher = index.searcher()
        limit = k + 16
        while True:
            hits = searcher.search(query, limit=limit, count=False).hits
            if len(hits) < limit or hits[-1][0] < hits[k - 1][0] - 1e-6:
                break
            limit *= 4
        rows = searcher.fast_field_values("row", [address for _, address in hits])
        return Run(np.array(rows, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float64))

    def hit(self, row: int, score: float) -> Hit:
        places = self.places
        name, version = places.documents[places.document[row]] or ("", "")
        section = places.sections[places.section[row]]
        return Hit(name, version, int(places.start[row]), int(places.end[row]), section, score, row)

    def _hits(self, run: Run) -> tuple[Hit, ...]:
        return tuple(self.hit(row, score) for row, score in zip(run.rows.tolist(), run.scores.tolist(), strict=True))

    def _in_order(self, run: Run, k: int) -> Run:
        """Return the best ``k`` of a run over passages: by score, then by document and place."""
        places = self.places
        documents = places.by_name[places.document[run.rows]]
        order = np.lexsort((places.start[run.rows], documents, -np.round(run.scores, 5)))[:k]
        return Run(run.rows[order], run.scores[order])

    def lexical(
        self, words: Words, filters: Filters, k: int, weights: FieldWeights = FieldWeights()
    ) -> tuple[Hit, ...]:
        return self._hits(self.lexical_run(words, filters, k, weights))

    def lexical_run(self, words: Words, filters: Filters, k: int, weights: FieldWeights = FieldWeights()) -> Run:
        run = self._run(self._words, words, filters, k, weights, self.places.document)
        return self._in_order(run, k) if len(run.rows) else NO_RUN

    def documents(
        self, words: Words, filters: Filters, k: int, weights: FieldWeights = FieldWeights()
    ) -> tuple[DocumentHit, ...]:
        run = self.documents_run(words, filters, k, weights)
        named = (self.places.documents[number] or ("", "") for number in run.rows.tolist())
        return tuple(DocumentHit(name, of, score) for (name, of), score in zip(named, run.scores.tolist(), strict=True))

    def documents_run(self, words: Words, filters: Filters, k: int, weights: FieldWeights = FieldWeights()) -> Run:
        run = self._run(self._whole, words, filters, k, weights, None)
        if not len(run.rows):
            return NO_RUN
        order = np.lexsort((self.places.by_name[run.rows], -np.round(run.scores, 5)))[:k]
        return Run(run.rows[order], run.scores[order])

    def frequency(self, word: str) -> int:
        return max((known[-1] for known in self._known(word)), default=0)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(_load_json(self._state / "spelling.json"))

    def holds(self, word: str) -> bool:
        return word.lower() in self._speller

    def nearest_words(self, word: str) -> tuple[str, ...]:
        return self._speller.nearest(word.lower())

    @cached_property
    def _explained(self) -> dict[str, list[list[int]]]:
        table: dict[str, list[list[int]]] = _load_json(self._state / "explained.json")
        return table

    def explained_run(self, name: str, filters: Filters) -> Run:
        noted = self._explained.get(name)
        if not noted:
            return NO_RUN
        rows, worth = np.array(noted, dtype=np.int64).T
        kept = self._rows["alive"][rows]
        passing = self._passing(filters)
        if passing is not None:
            kept = kept & passing.documents[self.places.document[rows]]
        run = Run(rows[kept], worth[kept] / 100.0)
        return self._in_order(run, len(run.rows))

    # Vectors -------------------------------------------------------------------------------------------------------

    @staticmethod
    def _quantised(vector: NDArray[np.float32]) -> NDArray[np.int8]:
        whole: NDArray[np.int8] = np.clip(np.rint(vector * 127.0), -127, 127).astype(np.int8)
        return whole.reshape(1, -1)

    def dense(self, vector: NDArray[np.float32], filters: Filters, k: int) -> tuple[Hit, ...]:
        return self._hits(self.dense_run(vector, filters, k))

    def dense_run(self, vector: NDArray[np.float32], filters: Filters, k: int) -> Run:
        import simsimd

        if k <= 0 or not len(self._rows):
            return NO_RUN
        # Whole numbers under 2**24: floats of four bytes hold them exactly.
        found = simsimd.cdist(self._quantised(vector), self._vectors, metric="dot", out_dtype="float32")
        scores: NDArray[np.float32] = np.asarray(found)[0]
        rows = self._best_allowed(k, scores, self._passing(filters))
        return self._in_order(Run(rows, scores[rows].astype(np.float64) / (127.0 * 127.0)), k) if len(rows) else NO_RUN

    def _best_allowed(self, k: int, scores: NDArray[np.float32], passing: _Passing | None) -> NDArray[np.int64]:
        """Return the rows of the ``k`` best scores, ties included, among those that `_allowed` would leave.

        Most rows are allowed as a rule: then some more of the best are taken, and the others of those few left out, for a
        quarter of what it costs to look at every row.
        """
        if passing is None and self._all_searchable:
            return _at_least_the(min(k, len(scores)), scores)
        share = 1.0 if passing is None else passing.share
        taken = int(k * _MARGIN / share) if share >= _MANY else len(scores)
        if taken < len(scores):
            rows = _at_least_the(taken, scores)
            kept = self._searchable[rows]
            if passing is not None:
                kept = kept & passing.documents[self.places.document[rows]]
            if np.count_nonzero(kept) >= k:
                best: NDArray[np.int64] = rows[kept]
                return best
        allowed = self._allowed(passing)
        count = min(k, int(allowed.sum()))
        return _at_least_the(count, np.where(allowed, scores, -np.inf)) if count else np.zeros(0, dtype=np.int64)

    def similarity(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        scores: NDArray[np.float64] = (self._vectors[rows].astype(np.float32) @ vector).astype(np.float64) / 127.0
        scores[~self._encoded[rows]] = np.nan
        return scores

    def pending(self) -> list[tuple[str, str]]:
        """Return the documents (id, version) that have passages without a vector, patients' documents first."""
        rows = self._rows["alive"] & ~self._encoded
        numbers = np.unique(self._rows["document"][rows])
        professional = self._mask("audience", frozenset({"professional"}))[numbers] if len(numbers) else numbers
        ordered = numbers[np.argsort(professional, kind="stable")]
        return [(self._documents[n]["id"], self._documents[n]["version"]) for n in ordered]


class EmbeddedWriter:
    """Writes snapshots; one at a time, under the library's lock. See `waymark.index.engine.IndexWriter`."""

    def __init__(self, folder: Path, encoder: str, dimension: int = DIMENSION) -> None:
        self._folder = folder
        self._encoder = encoder
        self._dimension = dimension

    def cache(self) -> VectorCache:
        """Return the cache of vectors that belongs to this index."""
        return VectorCache(self._folder / "vectors.sqlite", self._encoder, self._dimension)

    def update(
        self, changed: Iterable[DocumentEntry], gone: Collection[str], generation: int, fresh: bool = False
    ) -> Manifest:
        base = None if fresh else self._base()
        state = snapshot.begin(self._folder, base)
        if base is None:
            (state / "words").mkdir()
            (state / "documents").mkdir()
            words = _register(tantivy.Index(_schema(), path=str(state / "words")))
            whole = _register(tantivy.Index(_schema(), path=str(state / "documents")))
            rows: list[NDArray[Any]] = []
            documents: list[dict[str, Any] | None] = []
            sections: dict[tuple[str, ...], int] = {}
            spelling: Counter[str] = Counter()
            noted: dict[str, list[list[int]]] = {}
        else:
            words, whole = _open(state / "words"), _open(state / "documents")
            rows = [_load_array(state / "rows.npy", mapped=False).copy()]
            documents = _load_json(state / "documents.json")
            sections = {tuple(path): number for number, path in enumerate(_load_json(state / "sections.json"))}
            spelling = Counter(_load_json(state / "spelling.json"))
            noted = _load_json(state / "explained.json")
        place = {entry["id"]: number for number, entry in enumerate(documents) if entry}
        words_writer, whole_writer = words.writer(_HEAP, 1), whole.writer(_HEAP, 1)
        count = sum(len(part) for part in rows)

        def take_out(document_id: str) -> None:
            number = place.pop(document_id, None)
            if number is None:
                return
            documents[number] = None
            for part in rows:
                part["alive"][part["document"] == number] = False
            words_writer.delete_documents_by_term("document", document_id)
            whole_writer.delete_documents_by_term("document", document_id)

        for document_id in gone:
            take_out(document_id)
        for entry in changed:
            take_out(entry.id)
            number = len(documents)
            place[entry.id] = number
            documents.append(
                {
                    "id": entry.id,
                    "version": entry.version,
                    "audience": entry.audience,
                    "language": entry.language,
                    "cancer_types": list(entry.cancer_types),
                    "kind": entry.kind,
                }
            )
            part = self._add(entry, number, count, words_writer, whole_writer, sections)
            _note_explained(entry, count, noted)
            count += len(part)
            rows.append(part)
            spelling.update(_spelling_words(entry))
        for writer in (words_writer, whole_writer):
            writer.commit()
            writer.wait_merging_threads()
        return self._finish(state, rows, documents, sections, spelling, noted, generation, base)

    def _base(self) -> Path | None:
        """Return the snapshot to build on, or None when there is none that this code can build on."""
        from waymark.errors import Damaged

        try:
            state = snapshot.current(self._folder)
            manifest = snapshot.read_manifest(state)
            snapshot.require(manifest, expected_manifest(self._encoder))
            snapshot.verify(state, manifest)
        except Damaged:
            return None
        return state

    @staticmethod
    def _add(
        entry: DocumentEntry,
        number: int,
        first_row: int,
        words_writer: tantivy.IndexWriter,
        whole_writer: tantivy.IndexWriter,
        sections: dict[tuple[str, ...], int],
    ) -> NDArray[Any]:
        key = language_key(entry.language)
        filters = {"document": entry.id, "audience": entry.audience, "language": entry.language, "kind": entry.kind}
        types = list(entry.cancer_types)

        def document(row: int, headings: str, text: str) -> tantivy.Document:
            made = tantivy.Document(
                **{f"title_{key}": entry.title, f"headings_{key}": headings, f"text_{key}": text}, **filters
            )
            made.add_unsigned("row", row)
            for value in types:
                made.add_text("type", value)
            return made

        part = np.zeros(len(entry.passages), dtype=ROW)
        headings: dict[str, None] = {}
        for offset, passage in enumerate(entry.passages):
            section = sections.setdefault(passage.section, len(sections))
            key_bytes = np.void(passage.vector_key.ljust(KEY_BYTES, b"\0"))
            part[offset] = (number, passage.start, passage.end, section, True, key_bytes)
            words_writer.add_document(document(first_row + offset, " ".join(passage.section), passage.text))
            headings.update(dict.fromkeys(passage.section))
        whole = document(number, " ".join(headings), "\n".join(passage.text for passage in entry.passages))
        whole_writer.add_document(whole)
        return part

    def _finish(
        self,
        state: Path,
        rows: list[NDArray[Any]],
        documents: Sequence[dict[str, Any] | None],
        sections: Mapping[tuple[str, ...], int],
        spelling: Mapping[str, int],
        noted: Mapping[str, list[list[int]]],
        generation: int,
        base: Path | None,
    ) -> Manifest:
        table = np.concatenate(rows) if rows else np.zeros(0, dtype=ROW)
        _replace_array(state / "rows.npy", table)
        _replace_text(state / "documents.json", json.dumps(documents, ensure_ascii=False, separators=(",", ":")))
        _replace_text(
            state / "sections.json", json.dumps([list(p) for p in sections], ensure_ascii=False, separators=(",", ":"))
        )
        _replace_text(state / "spelling.json", json.dumps(dict(spelling), ensure_ascii=False, separators=(",", ":")))
        _replace_text(state / "explained.json", json.dumps(noted, ensure_ascii=False, separators=(",", ":")))
        return self._finish_vectors(state, table, sum(1 for d in documents if d), generation, base)

    def _finish_vectors(
        self, state: Path, table: NDArray[Any], documents: int, generation: int, base: Path | None
    ) -> Manifest:
        """Write the vectors and the manifest, and make the snapshot the current one. The rows of ``base``, which was held
        against its manifest, are the first of ``table``.
        """
        former = None
        if base is not None:
            former = _load_array(base / "vectors.npy", mapped=True), _load_array(base / "encoded.npy", mapped=False)
        cache = self.cache()
        try:
            vectors, there = cache.matrix(table["key"], table["alive"], former)
        finally:
            cache.close()
        there &= table["alive"]
        _replace_array(state / "vectors.npy", vectors)
        _replace_array(state / "encoded.npy", there)
        manifest = Manifest(
            snapshot.FORMAT,
            NORMALISATION,
            PASSAGES,
            ANALYSER,
            self._encoder,
            generation,
            documents,
            len(table),
            int(there.sum()),
            snapshot.contents(state, base),
        )
        snapshot.write_manifest(state, manifest)
        snapshot.publish(self._folder, state)
        return manifest

    def refresh_vectors(self) -> Manifest:
        base = snapshot.current(self._folder)
        manifest = snapshot.read_manifest(base)
        snapshot.verify(base, manifest)
        state = snapshot.begin(self._folder, base)
        table = _load_array(state / "rows.npy", mapped=False)
        return self._finish_vectors(state, table, manifest.documents, manifest.generation, base)


_RUN = 64


def _at_least_the(count: int, scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the places of the ``count`` best scores, ties with the last of them included, in their order.

    The best of each run of `_RUN` scores says how low the cut can lie at most, so that only what may be above it is put in order.
    """
    whole = len(scores) // _RUN
    if whole > 2 * count:
        tops = scores[: whole * _RUN].reshape(whole, _RUN).max(axis=1)
        among = np.flatnonzero(scores >= np.partition(tops, whole - count)[whole - count])
    else:
        among = np.arange(len(scores))
    some = scores[among]
    best: NDArray[np.int64] = among[some >= np.partition(some, len(some) - count)[len(some) - count]]
    return best


def _spelling_words(entry: DocumentEntry) -> set[str]:
    from waymark.index.analyser import words_of

    found: set[str] = set()
    for text in (entry.title, *(p.text for p in entry.passages), *(" ".join(p.section) for p in entry.passages)):
        found.update(w for w in words_of(text) if len(w) >= _LEAST_SPELLING_LENGTH and w.isalpha())
    return found


def _note_explained(entry: DocumentEntry, first_row: int, noted: dict[str, list[list[int]]]) -> None:
    """Add what each passage of a document explains: (row, what the explanation is worth) under the name."""
    key = language_key(entry.language)
    above: tuple[str, ...] | None = None
    for row, passage in enumerate(entry.passages, start=first_row):
        for name, worth in explained(passage.text, passage.section, passage.section != above, key).items():
            noted.setdefault(name, []).append([row, worth])
        above = passage.section


def _replace_text(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)  # the file may be a link to the former snapshot's: never write into it
    path.write_text(text, encoding="utf-8")


def _replace_array(path: Path, array: NDArray[Any]) -> None:
    path.unlink(missing_ok=True)
    np.save(path, array, allow_pickle=False)
