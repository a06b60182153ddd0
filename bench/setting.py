"""What a run has at hand: the folders it was given, its temporary folder, and a library that is ready to be asked."""

import argparse
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waymark.answering.evaluation import EvaluationSet, read_set
from waymark.app.wiring import Waymark
from waymark.errors import Damaged
from waymark.settings import Settings

TOPICS_SET = "cancergov-dev"
SEED = 20261121


class NotGiven(Exception):
    """A part needs a folder that this run was not given; the message says which."""


def say(sentence: str) -> None:
    """Say on standard error what is going on."""
    print(sentence, file=sys.stderr, flush=True)


class Teller:
    """A `Progress` that says on standard error how far a long step is, at most every five seconds."""

    def __init__(self, step: str) -> None:
        self._step = step
        self._said = time.monotonic()

    def __call__(self, doing: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._said >= 5:
            self._said = now
            say(f"  {self._step}: {doing} {done:,} of {total:,}")


@dataclass
class Setting:
    """The inputs of one run. ``topics`` cuts the sets short, for trying the benchmark itself out."""

    temporary: Path
    corpus: Path | None = None
    seeds: Path | None = None
    sets: Path | None = None
    library: Path | None = None
    topics: int | None = None
    made: Path | None = None  # the library that the part "ingest" left, without vectors
    encoded: dict[str, Any] = field(default_factory=dict)  # how long the vectors took, when this run made them all
    without_vectors: int = 0  # passages of the ready library
    _ready: Path | None = None

    def inputs(self) -> list[Path]:
        """Return what is added: the corpus and the seeds; raises `NotGiven` without a corpus."""
        if self.corpus is None:
            raise NotGiven("no folder of documents was given (the first argument)")
        return [self.corpus, *([self.seeds] if self.seeds is not None else [])]

    def set_folders(self) -> list[Path]:
        """Return the folders of the evaluation sets by name; raises `NotGiven` when there are none."""
        if self.sets is None:
            raise NotGiven("no evaluation sets were given (--sets)")
        found = sorted(path.parent for path in self.sets.glob("*/topics.jsonl"))
        if not found:
            raise NotGiven("the folder of evaluation sets holds none (--sets)")
        return found

    def set_named(self, name: str) -> EvaluationSet:
        """Read one set; raises `NotGiven` when it is not there."""
        for folder in self.set_folders():
            if folder.name == name:
                return self.cut(read_set(folder))
        raise NotGiven(f"the set {name} is not among the evaluation sets (--sets)")

    def cut(self, loaded: EvaluationSet) -> EvaluationSet:
        """Return the set with at most ``topics`` topics, spread over the whole of it."""
        if self.topics is None or len(loaded.topics) <= self.topics:
            return loaded
        step = len(loaded.topics) / self.topics
        kept = tuple(loaded.topics[int(number * step)] for number in range(self.topics))
        return EvaluationSet(loaded.name, kept, loaded.corpus)

    def ready(self) -> Path:
        """Return a library in the temporary folder that has its vectors: a copy of ``library``, or made of the corpus."""
        if self._ready is None:
            self._ready = self._make_ready()
        return self._ready

    def _make_ready(self) -> Path:
        place = self.temporary / "ready"
        if self.library is not None:
            say("Copying the library that was given.")
            copy_library(self.library, place)
            self._complete(place)
            return place
        if self.made is not None:
            copy_library(self.made, place)
            service = Waymark.open(Settings(place))
        else:
            say("Making a library of the documents.")
            inputs = self.inputs()
            service = Waymark.open(Settings(place))
            service.add(inputs, progress=Teller("add"))
        try:
            say("Making all vectors (some minutes; --library takes a library that has them).")
            self.encoded = encode_all(service)
        finally:
            service.close()
        return place

    def _complete(self, place: Path) -> None:
        """Bring a copied library up to what this code makes of it: figures of a half-encoded library mislead, most of all on declining."""
        service = Waymark.open(Settings(place), create=False)
        try:
            try:
                engine = service.engine
            except Damaged as error:
                say(f"{error} Making the copy's index anew.")
                service.index(fresh=True, progress=Teller("index"))
                engine = service.engine
            self.without_vectors = engine.alive - engine.manifest.encoded
            if self.without_vectors and self.topics is not None:
                say(f"{self.without_vectors:,} passages have no vector; a trial goes on without them.")
            elif self.without_vectors:
                say(f"Making the {self.without_vectors:,} vectors that the copy lacks.")
                encode_all(service)
                self.without_vectors = service.engine.alive - service.engine.manifest.encoded
        finally:
            service.close()

    @contextmanager
    def service(self) -> Iterator[Waymark]:
        """Lend the ready library, opened as a server would."""
        opened = Waymark.open(Settings(self.ready()), create=False)
        try:
            yield opened
        finally:
            opened.close()


def encode_all(service: Waymark) -> dict[str, Any]:
    """Make every vector that is missing, as the background encoder does but on all cores; returns seconds and numbers."""
    import os

    engine = service.engine
    audience = {card.id: card.audience for card in service.cards()}
    pending = [document for document, _ in engine.pending()]
    patients = sum(
        len(engine.passages_of(document)) for document in pending if audience.get(document) != "professional"
    )
    before = engine.manifest.encoded
    marks: dict[str, float] = {}
    teller = Teller("encode")
    begun = time.perf_counter()

    def progress(doing: str, done: int, total: int) -> None:
        if done - before >= patients and "patients_s" not in marks:
            marks["patients_s"] = round(time.perf_counter() - begun, 1)
        teller(doing, done, total)

    threads = os.cpu_count() or 1
    made = service.encode(progress, threads=threads)
    took = round(time.perf_counter() - begun, 1)
    return {"threads": threads, "vectors": made, "patients_s": marks.get("patients_s", took), "all_s": took}


def copy_library(source: Path, target: Path) -> None:
    """Copy a library that others may be using: the databases as of one moment, the index as of its last swap."""
    for attempt in range(3):
        try:
            shutil.copytree(
                source, target, ignore=shutil.ignore_patterns("*.sqlite*", ".lock"), dirs_exist_ok=attempt > 0
            )
            break
        except (FileNotFoundError, shutil.Error):  # the index was swapped meanwhile
            if attempt == 2:
                raise
            shutil.rmtree(target, ignore_errors=True)
    for database in source.rglob("*.sqlite"):
        log = database.with_name(database.name + "-wal")
        # Without a log there is nothing that others might be writing, and nothing need be made beside the file to read it.
        mode = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
        origin = sqlite3.connect(f"{database.absolute().as_uri()}?{mode}", uri=True)
        copy = sqlite3.connect(target / database.relative_to(source))
        with copy:
            origin.backup(copy)
        copy.close()
        origin.close()


@contextmanager
def page_of(module: str, about: str, given: Sequence[str]) -> Iterator[tuple[Waymark, Path, Path]]:
    """Read the arguments of a command that writes a page: yields a copy of the library, the sets, and the folder for the page."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about.partition("\n")[0])
    parser.add_argument("--library", type=Path, required=True, help="a library that has its vectors; it is copied")
    parser.add_argument("--sets", type=Path, required=True, help="folder of evaluation sets")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent, help="folder for what is written")
    chosen = parser.parse_args(given)
    with (
        tempfile.TemporaryDirectory(prefix="waymark-bench-") as temporary,
        Setting(Path(temporary), sets=chosen.sets, library=chosen.library).service() as service,
    ):
        yield service, chosen.sets, chosen.to
