"""The wiring: the one place that chooses an engine and puts the parts together. Every door goes through `Waymark`."""

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from waymark.answering.answer import Answerer
from waymark.answering.conversation import NOTHING_SAID, Context, context_of
from waymark.answering.missing import MissingCounts
from waymark.answering.response import Response, document_json
from waymark.answering.urgent import INTERNATIONAL, EmergencyNumbers, numbers_for
from waymark.app.exports import Exports
from waymark.app.lapsed import lapse_rule
from waymark.app.progress import Progress, quiet
from waymark.app.reports.keeping import Reports
from waymark.errors import Damaged, EncoderDamaged, IndexMissing, IndexStale, LibraryDamaged, NotFound, UsageError
from waymark.index import snapshot
from waymark.index.embedded import EmbeddedEngine, EmbeddedWriter, expected_manifest
from waymark.index.encoder import Encoder, quantise
from waymark.index.engine import DocumentEntry, SearchEngine
from waymark.languages.texts import message
from waymark.library.catalogue import AuditEvent, Catalogue
from waymark.library.decisions import Person, record_review, take_step
from waymark.library.document import Card, Document, Status
from waymark.library.folder import kept_on
from waymark.library.review import Review
from waymark.library.uses import Quotes, Use, uses_of
from waymark.settings import Settings

if TYPE_CHECKING:  # the readers cost a fifth of a second, which a question need not wait for
    from waymark.answering.plain.said import Plain
    from waymark.app.ingest import AddReport
    from waymark.app.plain.telling import Teller

MADE_BY = "waymark 0.1.0"
_VECTORS_AT_A_TIME = 256  # passages between two commits of the background encoder
_SECONDS_BETWEEN_SWAPS = 20.0
BODIES = 400  # documents kept in memory: a quarter of a megabyte each

Say = Callable[[str], None]
Kept = TypeVar("Kept")


def silent(sentence: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """One passage that a search found, with its document and score."""

    card: Card
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    score: float

    def as_json(self, on: date) -> dict[str, Any]:
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "section": list(self.section),
            "document": document_json(self.card, on),
            "score": round(self.score, 5),
        }


@dataclass(frozen=True, slots=True)
class Search:
    """The passages that a search found, best first."""

    query: str
    found: tuple[Found, ...]
    took_ms: float

    def as_json(self, on: date) -> dict[str, Any]:
        return {
            "query": self.query,
            "passages": [found.as_json(on) for found in self.found],
            "took_ms": round(self.took_ms, 3),
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the whole: whether it works, what to say of it, and the command that mends it."""

    ok: bool
    say: str
    mend: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """Each part by name: library, index, encoder."""

    parts: Mapping[str, Part]

    @property
    def ok(self) -> bool:
        return all(part.ok for part in self.parts.values())


class RememberedTexts:
    """An encoder that remembers the last single texts: a question is encoded for its place and for its kind, and the
    examples on the first page are asked again and again. Nothing is kept beyond this process.
    """

    def __init__(self, encoder: Encoder, most: int = 512) -> None:
        self._encoder = encoder
        self._most = most
        self._kept: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    @property
    def revision(self) -> str:
        return self._encoder.revision

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return what the encoder returns."""
        if len(texts) != 1:
            return self._encoder.encode(texts)
        with self._lock:
            kept = self._kept.get(texts[0])
        if kept is None:
            kept = self._encoder.encode(texts)
            with self._lock:
                while len(self._kept) >= self._most:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[texts[0]] = kept
        return kept


def starter_folder() -> Path:
    """Return the folder of the starter collection that ships with the package."""
    return Path(str(resources.files("waymark") / "starter"))


def starter_folders() -> list[Path]:
    """Return the folders of the starter collection, one for each language."""
    return sorted(entry for entry in starter_folder().iterdir() if entry.is_dir())


class Waymark:
    """A library with its index and encoder, opened once and used from several threads.

    Opening reads no model: the encoder is loaded when the first question needs it. When another process changes the index,
    the next question uses the new state.
    """

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self._lock = threading.RLock()
        self._engine: EmbeddedEngine | None = None
        self._engine_stamp: tuple[int, int] | None = None
        self._encoder: Encoder | None = None
        self._encoder_error: EncoderDamaged | None = None
        self._bodies: dict[tuple[str, str], Document] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self._cards: dict[tuple[str, str], Card] = {}
        self._published: dict[str, str] = {}  # the current version of each published document
        self._cards_of = -1  # the generation that what is kept of the library belongs to
        self._left_out: tuple[tuple[int, date], frozenset[str]] = ((-1, date.min), frozenset())
        self._answerer: Answerer | None = None
        self.reports = Reports(catalogue)
        self._teller: Teller | None = None
        self.stores: list[Quotes] = [Exports(catalogue.folder), self.reports]
        self.missing = MissingCounts(settings.library, settings.keep_missing)
        self.numbers: EmergencyNumbers = numbers_for(settings.country) if settings.country else INTERNATIONAL

    @classmethod
    def open(cls, settings: Settings, say: Say = silent, create: bool = True) -> "Waymark":
        """Open the library; where there is none, make it from the starter collection and say so (``create``)."""
        try:
            catalogue = Catalogue.open(settings.library)
        except NotFound:
            if not create:
                raise
            say(
                message(
                    "There is no library at %(place)s yet: making one from the starter collection.",
                    place=str(settings.library),
                )
            )
            cls._make(settings)
            catalogue = Catalogue.open(settings.library)
        return cls(settings, catalogue)

    @classmethod
    def _make(cls, settings: Settings) -> None:
        """Make a library beside its place and move it there whole, so that a killed first start leaves none behind."""
        place = settings.library
        if place.exists() and any(place.iterdir()):
            raise UsageError(f"{place} is a folder with other things in it.", "Name another place with --library.")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{place.name}-", dir=place.parent) as temporary:
                making = Path(temporary) / place.name
                Catalogue.create(making, MADE_BY).close()
                made = cls(replace(settings, library=making), Catalogue.open(making))
                made.add(starter_folders(), actor="starter collection")
                made.close()
                if place.is_dir():
                    place.rmdir()
                making.rename(place)
        except OSError as error:
            if not (place / "library.json").exists():  # another process may have made it meanwhile
                raise LibraryDamaged(
                    f"A library cannot be made at {place} ({error.strerror or error}).",
                    "Name another place with --library.",
                ) from error

    def close(self) -> None:
        self.missing.close()
        self.catalogue.close()

    # Parts ---------------------------------------------------------------------------------------------------------

    @property
    def index_folder(self) -> Path:
        return self.settings.library / "index"

    @property
    def encoder(self) -> Encoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = Encoder.load(threads=self.settings.threads)
            return self._encoder

    @staticmethod
    def encoder_name() -> str:
        """Return name and revision of the shipped encoder without loading it."""
        import json

        from waymark.index.encoder import CARD, NEXT_STEP, SHIPPED

        try:
            card = json.loads((SHIPPED / CARD).read_bytes())
            return f"{card['name']}@{card['revision']}"
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderDamaged(message("The encoder's card is missing or cannot be read."), NEXT_STEP) from error

    def writer(self) -> EmbeddedWriter:
        """Return the writer of the index; the caller holds the library's lock."""
        return EmbeddedWriter(self.index_folder, self.encoder_name())

    @property
    def engine(self) -> EmbeddedEngine:
        """Return the current state of the index, opened anew when it was swapped.

        Raises `IndexMissing`, `IndexStale` or `IndexDamaged`. An index that lags behind the library is stale unless a writer
        is at work at this moment, in which case the former whole state answers.
        """
        return self._engine_and_generation()[0]

    def _engine_and_generation(self) -> tuple[EmbeddedEngine, int]:
        """Return the current state of the index with the library's generation: both are looked at for every answer, once."""
        with self._lock:
            pointer = self.index_folder / "CURRENT"
            try:
                status = pointer.stat()
            except FileNotFoundError as error:
                raise IndexMissing(message("The library has no index yet."), message("Run: waymark index")) from error
            stamp = (status.st_mtime_ns, status.st_ino)
            if self._engine is None or stamp != self._engine_stamp:
                self._engine = EmbeddedEngine.open(self.index_folder, self.encoder_name())
                self._engine_stamp = stamp
                self._answerer = None
            engine = self._engine
        generation = self.catalogue.generation
        behind = generation - engine.manifest.generation
        if behind > 0 and not self._being_written():
            raise IndexStale(
                message("The index is behind the library by %(count)s changes.", count=behind),
                message("Run: waymark index"),
            )
        return engine, generation

    def _being_written(self) -> bool:
        import filelock

        lock = filelock.FileLock(self.catalogue.folder / ".lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            return True
        lock.release()
        return False

    # Reading -------------------------------------------------------------------------------------------------------

    def document(self, document_id: str, version: str | None = None) -> Document:
        """Return one version (default: the current one) of a document; the last few hundred are kept in memory."""
        if version is None:
            version = self.catalogue.card(document_id).version
        key = (document_id, version)
        with self._lock:
            kept = self._bodies.pop(key, None)
            if kept is not None:
                self._bodies[key] = kept  # at the end: what was used longest ago is let go first
        if kept is None:
            kept = self.catalogue.document(document_id, version)
            self._remember(self._bodies, key, kept)
        return kept

    def text(self, document_id: str, version: str) -> str:
        """Return the body's text of one version; the last few hundred are kept in memory. For reading, not for quoting."""
        key = (document_id, version)
        with self._lock:
            whole = self._bodies.get(key)
            text = self._texts.get(key) if whole is None else whole.body.text
        if text is None:
            text = self.catalogue.text(document_id, version)
            self._remember(self._texts, key, text)
        return text

    def _remember(self, kept: dict[tuple[str, str], Kept], key: tuple[str, str], value: Kept) -> None:
        with self._lock:
            while len(kept) >= BODIES:
                kept.pop(next(iter(kept)))
            kept[key] = value

    def card(self, document_id: str, version: str) -> Card:
        """Return the card of one version; kept in memory until the library changes."""
        key = (document_id, version)
        card = self._cards.get(key)
        if card is None:
            card = self._cards[key] = self.catalogue.card(document_id, version)
        return card

    def _follow_the_library(self, generation: int) -> None:
        """Let what is kept follow the library: after a change anew for the documents that it touched alone."""
        if generation == self._cards_of:
            return
        changed = self.catalogue.changes_since(self._cards_of) if 0 <= self._cards_of < generation else None
        if changed is None or len(changed) > BODIES:
            # All at once: one by one they cost a new question more than the search does.
            self._cards = {(card.id, card.version): card for card in self.catalogue.cards()}
            self._published = dict(self._cards.keys())
            self._bodies, self._texts = {}, {}
        else:
            names = {name for name, *_ in changed}
            self._cards = {key: card for key, card in self._cards.items() if key[0] not in names}
            self._published = {name: version for name, version in self._published.items() if name not in names}
            for card in self.catalogue.cards_of(sorted(names)):
                if card.status is Status.PUBLISHED:
                    self._cards[card.id, card.version] = card
                    self._published[card.id] = card.version
            self._bodies = {key: kept for key, kept in self._bodies.items() if key[0] not in names}
            self._texts = {key: kept for key, kept in self._texts.items() if key[0] not in names}
        self._cards_of = generation

    def current(self, document_id: str) -> Document:
        """Return the current version with its present card (status and review may have changed since it was kept)."""
        return self.catalogue.document(document_id)

    def cards(self) -> list[Card]:
        """Return the cards of all published documents."""
        return self.catalogue.cards(Status.PUBLISHED)

    def translations(self) -> dict[str, str]:
        """Return, for each published translation, the document that it is a translation of."""
        return self.catalogue.translations()

    def versions(self, document_id: str) -> list[Card]:
        return self.catalogue.versions(document_id)

    def events(self, document_id: str | None = None, limit: int = 100) -> list[AuditEvent]:
        return self.catalogue.events(document_id, limit)

    def cancer_names(self, language: str = "en") -> list[tuple[str, str]]:
        """Return (id, name in a language) of every cancer type that a published document is about, by name."""
        from waymark.library.cancer_types import name_of

        types = {type_id for card in self.cards() for type_id in card.cancer_types}
        return sorted(((type_id, name_of(type_id, language)) for type_id in types), key=lambda pair: pair[1].lower())

    # Answering -----------------------------------------------------------------------------------------------------

    @property
    def answerer(self) -> Answerer:
        engine, generation = self._engine_and_generation()
        with self._lock:
            self._follow_the_library(generation)
            if self._answerer is None:
                encoder = None
                if engine.manifest.encoded:
                    try:
                        encoder = RememberedTexts(self.encoder)
                    except EncoderDamaged as error:
                        self._encoder_error = error
                        raise
                self._answerer = Answerer(
                    engine,
                    encoder,
                    self.document,
                    self.text,
                    self.card,
                    lambda: self._published,
                    self.numbers,
                    self.settings.decline_below,
                    self.left_out,
                    self.catalogue.translations(),
                )
            return self._answerer

    def left_out(self, on: date) -> frozenset[str]:
        """Return the ids of the published documents that are not quoted on that day because their review lapsed too long ago.

        Asked at each answer, so that a new threshold or a new review counts at once, without a new index.
        """
        rule = lapse_rule(self.settings)
        if rule.leave_out_from is None:
            return frozenset()
        with self._lock:
            self._follow_the_library(self.catalogue.generation)
            kept = self._left_out
            if kept[0] != (self._cards_of, on):
                published = [card for card in self._cards.values() if card.status is Status.PUBLISHED]
                kept = self._left_out = (self._cards_of, on), rule.ids_left_out(published, on)
        return kept[1]

    def ask(
        self,
        question: str,
        *,
        audience: str | None = None,
        cancer: str | None = None,
        language: str | None = None,
        on: date | None = None,
        without: frozenset[str] = frozenset(),
        context: Context = NOTHING_SAID,
        count: bool = True,
    ) -> Response:
        """Answer with quotations, or decline. Damage is raised, never said as "nothing found".

        An urgent sign is told in the error's stead by the doors: see `urgent`. ``context`` is what was spoken of before.
        A decline is counted for the librarian, unless ``count`` is false or the operator has turned that off.
        """
        day = on or date.today()
        response = self.answerer.respond(
            question, audience=audience, cancer=cancer, language=language, on=day, without=without, context=context
        )
        if count and self.settings.count_missing:
            self.missing.note(response, day)
        return response

    def spoken_of(self, question: str) -> Context:
        """Return what a question is about, for the next one to lean on."""
        return context_of(self.answerer.analysed(question))

    @property
    def teller(self) -> "Teller | None":
        """Return what asks for plain words; None unless the operator has turned that on."""
        if self.settings.plain is None:
            return None
        from waymark.app.plain.telling import Teller

        with self._lock:
            if self._teller is None:
                self._teller = Teller(self.settings.plain)
            return self._teller

    def in_plain_words(self, response: Response) -> "Plain":
        """Return an answer in plain words, each sentence checked against its quotations, or why there are none.

        Waits for another server, up to the seconds of the settings: never called before the quotations are shown.
        """
        from waymark.answering.plain.said import Withheld

        teller = self.teller
        return Withheld("off") if teller is None else teller.tell(response)

    def surroundings(self) -> dict[str, Any]:
        """Return what an answer of this moment depends on beside its question, for those who look at it later."""
        from waymark.app.reports.surroundings import surroundings

        return surroundings(self)

    def warm_up(self) -> None:
        """Read what is read once: before the first person asks, not while they wait. Raises what `ask` raises."""
        from waymark.answering import urgent

        urgent.warm_up()
        self.ask("What is a recurrence?", count=False)
        self.answerer.warm_up()

    def urgent(self, question: str, language: str = "en") -> Any:
        """Return the urgent notice of a message; needs no index."""
        from waymark.answering.urgent import urgent_notice

        return urgent_notice(question, language, self.numbers)

    def search(self, query: str, k: int = 10, on: date | None = None) -> Search:
        """Return the best ``k`` passages of what may be quoted on that day (default: today)."""
        started = time.perf_counter()
        found = []
        for hit in self.answerer.search(query, k, on or date.today()):
            document = self.document(hit.document, hit.version)
            text = document.body.text[hit.start : hit.end]
            found.append(Found(document.card, hit.start, hit.end, text, hit.section, hit.score))
        return Search(query, tuple(found), (time.perf_counter() - started) * 1000)

    def verify(self) -> list[str]:
        """Hash everything that is kept again; return a sentence for each thing that is not as it was left."""
        from waymark.app.verifying import verify

        return verify(self.catalogue, self.index_folder)

    # Health --------------------------------------------------------------------------------------------------------

    def health(self) -> Health:
        """Return the state of each part; never raises."""
        parts: dict[str, Part] = {}
        try:
            count = len(self.cards())
            parts["library"] = Part(
                True, message("%(count)s documents are published.", count=count), detail={"published": count}
            )
        except Damaged as error:
            parts["library"] = Part(False, error.sentence, error.next_step)
        rows = encoded = 0
        try:
            manifest = self.engine.manifest
            rows, encoded = manifest.rows, manifest.encoded
            alive = self.engine.alive
            parts["index"] = Part(
                True,
                message("%(count)s passages can be searched.", count=alive),
                detail={"passages": alive, "generation": manifest.generation},
            )
            rows = alive
        except Damaged as error:
            parts["index"] = Part(False, error.sentence, error.next_step)
        try:
            name = self.encoder_name()
            failure = self._encoder_failure()
            if failure is not None:
                raise failure
            share = message("%(encoded)s of %(rows)s passages are encoded.", encoded=encoded, rows=rows)
            parts["encoder"] = Part(True, share, detail={"encoded": encoded, "total": rows, "name": name})
        except EncoderDamaged as error:
            parts["encoder"] = Part(False, error.sentence, error.next_step)
        if self.teller is not None:  # never broken: the quotations do not wait for it
            state = self.teller.state()
            say = message(
                "Plain words are on: questions and quotations are sent to %(server)s.", server=state["server"]
            )
            parts["plain_words"] = Part(True, say, detail=state)
        return Health(parts)

    def note_encoder_failure(self, kind: str | None) -> None:
        """Keep what ended the background encoder, for the health of every process that serves; None when all is well."""
        path = self.index_folder / "encoder-failed"
        with contextlib.suppress(OSError):
            if kind is None:
                path.unlink(missing_ok=True)
            else:
                path.write_text(kind, encoding="utf-8")

    def _encoder_failure(self) -> EncoderDamaged | None:
        try:
            kind = (self.index_folder / "encoder-failed").read_text(encoding="utf-8")
        except OSError:
            return self._encoder_error
        return EncoderDamaged(
            message("Making vectors in the background ended with %(kind)s.", kind=kind),
            message("Run: waymark encode, which says what is wrong."),
        )

    # Writing -------------------------------------------------------------------------------------------------------

    def add(
        self,
        paths: Sequence[Path],
        *,
        actor: str = "",
        progress: Progress = quiet,
        say: Say = silent,
        wait: float = 10.0,
    ) -> "AddReport":
        """Take files and folders in and bring the index up to date; vectors come later, in the background."""
        from waymark.app.ingest import add_files

        with kept_on(self.settings.library), self.catalogue.writing(wait, say) as writer:
            report = add_files(self.catalogue, writer, paths, actor or _user(), progress)
            self._index(progress)
        return report

    def index(self, *, fresh: bool = False, progress: Progress = quiet, say: Say = silent) -> None:
        """Bring the index up to date with the library, or make it anew."""
        with kept_on(self.settings.library), self.catalogue.writing(60.0, say):
            self._index(progress, fresh)

    def _index(self, progress: Progress, fresh: bool = False) -> None:
        generation: int | None = None
        if not fresh:
            try:
                state = snapshot.current(self.index_folder)
                manifest = snapshot.read_manifest(state)
                snapshot.require(manifest, expected_manifest(self.encoder_name()))
                snapshot.verify(state, manifest)
                generation = manifest.generation
            except Damaged:
                generation = None
        if generation is not None and generation == self.catalogue.generation:
            return
        from waymark.app.ingest import bring_index_up_to_date

        self._take_in_shipped_vectors()
        bring_index_up_to_date(self.catalogue, self.writer(), generation, progress)

    def _take_in_shipped_vectors(self) -> None:
        """Put the starter collection's vectors, which ship, into the cache: they are named by content, so they cannot mislead."""
        from waymark.app.shipped_vectors import read_shipped

        shipped = read_shipped(starter_folder(), self.encoder_name())
        if shipped is None:
            return
        keys, vectors = shipped
        cache = self.writer().cache()
        try:
            if len(cache.has(keys)) < len(keys):
                cache.put(keys, vectors)
        finally:
            cache.close()

    def encode(
        self,
        progress: Progress = quiet,
        stop: threading.Event | None = None,
        threads: int | None = None,
        swap_every: float = _SECONDS_BETWEEN_SWAPS,
    ) -> int:
        """Make the vectors that are missing, patients' documents first, and swap them in as they come; returns how many.

        Resumable: each batch is kept before the next begins. ``stop`` ends it after the batch in hand.
        """
        with kept_on(self.settings.library):
            return self._encode(progress, stop, threads, swap_every)

    def _encode(self, progress: Progress, stop: threading.Event | None, threads: int | None, swap_every: float) -> int:
        from waymark.app.ingest import entry_of

        engine = self.engine
        encoder = self.encoder if threads is None else Encoder.load(threads=threads)
        cache = self.writer().cache()
        made, swapped_at = 0, time.monotonic()
        total = engine.alive
        batch: list[tuple[bytes, str]] = []

        def flush() -> None:
            nonlocal made, swapped_at
            if not batch:
                return
            cache.put([key for key, _ in batch], quantise(encoder.encode([text for _, text in batch])))
            made += len(batch)
            batch.clear()
            progress("encoding", min(total, engine.manifest.encoded + made), total)
            if time.monotonic() - swapped_at > swap_every:
                self._swap_vectors()
                swapped_at = time.monotonic()

        try:
            known = cache.has(engine.keys())
            for document_id, version in engine.pending():
                if stop is not None and stop.is_set():
                    break
                for passage in entry_of(self.catalogue.document(document_id, version)).passages:
                    if passage.vector_key not in known:
                        known.add(passage.vector_key)
                        batch.append((passage.vector_key, passage.input))
                if len(batch) >= _VECTORS_AT_A_TIME:
                    flush()
            flush()
        finally:
            cache.close()
        self._swap_vectors()
        self.note_encoder_failure(None)
        return made

    def _swap_vectors(self) -> None:
        with self.catalogue.writing(60.0):
            self.writer().refresh_vectors()

    def engine_over(self, entries: Sequence[DocumentEntry], folder: Path, progress: Progress = quiet) -> SearchEngine:
        """Return an engine over other documents than the library's, made in ``folder``: for evaluation sets that bring their own.

        Their vectors are kept in the library's cache, so that a further run need not make them again.
        """
        writer = EmbeddedWriter(folder, self.encoder_name())
        inputs = {passage.vector_key: passage.input for entry in entries for passage in entry.passages}
        kept, cache = self.writer().cache(), writer.cache()
        try:
            missing = sorted(set(inputs) - kept.has(inputs))
            for start in range(0, len(missing), _VECTORS_AT_A_TIME):
                batch = missing[start : start + _VECTORS_AT_A_TIME]
                kept.put(batch, quantise(self.encoder.encode([inputs[key] for key in batch])))
                progress("encoding", start + len(batch), len(missing))
            keys, vectors = kept.all()
            wanted = [number for number, key in enumerate(keys) if key in inputs]
            cache.put([keys[number] for number in wanted], vectors[wanted])
        finally:
            kept.close()
            cache.close()
        writer.update(entries, (), 1, fresh=True)
        return EmbeddedEngine.open(folder, self.encoder_name())

    def bring_up_to_date(self) -> None:
        """Bring the index up to date while the library is being written to by whoever calls."""
        self._index(quiet)

    def take_step(self, name: str, document_id: str, who: Person, *, why: str = "", version: str | None = None) -> Card:
        """Take a step of the lifecycle by its name, and bring the index up to date; see `waymark.library.decisions`."""
        with self.catalogue.writing() as writer:
            two_persons = self.settings.two_persons
            card = take_step(
                self.catalogue,
                writer,
                name,
                document_id,
                who,
                _now(),
                why=why,
                version=version,
                two_persons=two_persons,
            )
            self._index(quiet)
        return card

    def record_review(self, document_id: str, review: Review, who: Person, *, version: str | None = None) -> Card:
        """Write a review into a document's record, and bring the index up to date."""
        with self.catalogue.writing() as writer:
            today = date.today()
            card = record_review(self.catalogue, writer, document_id, review, who, _now(), today, version=version)
            self._index(quiet)
        return card

    def uses_of(
        self, document_id: str, version: str | None = None, span: tuple[int, int] | None = None
    ) -> tuple[Use, ...]:
        """Return what holds words of a document: the exports that are remembered, and every other store that was wired in."""
        return uses_of(self.stores, document_id, version, span)


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")


def _user() -> str:
    return os.environ.get("USER") or os.environ.get("USERNAME") or "unknown"
