"""Taking documents in: how long, how much memory, how large on disk, and how fast vectors are made."""

import json
import os
import random
import sqlite3
import time
from pathlib import Path
from typing import Any

from bench.clock import megabytes, run_process, size_of, waymark_command
from bench.material import entries_of
from bench.setting import SEED, Setting, say
from waymark.app.wiring import Waymark
from waymark.index.encoder import Encoder
from waymark.settings import Settings

SAMPLE = 400  # passages whose vectors are made to learn the rate
OFFLINE = {"WAYMARK_ENCODE": "0", "WAYMARK_ONLINE": "0"}


def measure(setting: Setting) -> dict[str, Any]:
    """Add everything as a person would, add it again, and make the index anew; each in a process of its own."""
    inputs = setting.inputs()
    place = setting.temporary / "added"
    found: dict[str, Any] = {}
    for name, doing in (("first", "adding the documents"), ("second", "adding them again")):
        say(f"  ingest: {doing}")
        ran = run_process(waymark_command("add", *inputs, "--library", place, "--json"), OFFLINE)
        told = json.loads(ran.out)
        counts = {key: told[key] for key in ("added", "updated", "unchanged")}
        found[name] = {**ran.figures(), **counts, "held": len(told["held"]), "rejected": len(told["rejected"])}
    say("  ingest: making the index alone")
    found["index_alone"] = run_process(
        waymark_command("index", "--fresh", "--library", place, "--json"), OFFLINE
    ).figures()
    setting.made = place
    service = Waymark.open(Settings(place), create=False)
    try:
        found["documents"] = len(service.cards())
        found["passages"] = service.engine.alive
    finally:
        service.close()
    found["source_mb"] = megabytes(sum(size_of(path) for path in inputs))
    return found


def measure_encoding(setting: Setting) -> dict[str, Any]:
    """Make the vectors of a sample on one thread and on two, and say how long all of them would take at that rate.

    Patients' passages and professionals' are drawn and counted apart, since they differ in length.
    """
    service = Waymark.open(Settings(setting.ready()), create=False)
    try:
        entries = entries_of(service)
    finally:
        service.close()
    inputs: dict[str, list[str]] = {"patients": [], "professionals": []}
    for entry in entries:
        whose = "professionals" if entry.audience == "professional" else "patients"
        inputs[whose].extend(passage.input for passage in entry.passages)
    draw = random.Random(SEED)
    samples = {whose: draw.sample(texts, min(SAMPLE // 2, len(texts))) for whose, texts in inputs.items() if texts}
    found: dict[str, Any] = {
        "passages": {whose: len(texts) for whose, texts in inputs.items()},
        "sample": {whose: len(texts) for whose, texts in samples.items()},
        "made_all": setting.encoded or None,
    }
    for threads in (1, 2):
        encoder = Encoder.load(threads=threads)
        encoder.encode(["The first text of a fresh network takes longer than any other."] * threads)
        rates = {}
        for whose, texts in samples.items():
            say(f"  encode: {len(texts)} passages for {whose} on {threads} thread(s)")
            begun, used = time.perf_counter(), time.process_time()
            encoder.encode(texts)
            wall, cpu = time.perf_counter() - begun, time.process_time() - used
            rates[whose] = {"per_second": round(len(texts) / wall, 1), "cpu_ms_each": round(cpu * 1000 / len(texts), 2)}
        times = {whose: len(inputs[whose]) / rate["per_second"] for whose, rate in rates.items()}
        found[f"threads_{threads}"] = {
            "rates": rates,
            "patients_s": round(times.get("patients", 0.0), 1),
            "all_s": round(sum(times.values()), 1),
        }
    return {**found, "on_disk": on_disk(setting.ready())}


def on_disk(library: Path) -> dict[str, float]:
    """Return the megabytes of a library by part; the index is counted with its vectors and with the cache of vectors."""
    index = library / "index"
    for database in library.rglob("*.sqlite"):  # what is still in the log belongs to the file
        connection = sqlite3.connect(database)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    current = index / (index / "CURRENT").read_text(encoding="utf-8").strip()
    return {
        "library_mb": megabytes(size_of(library)),
        "catalogue_mb": megabytes(size_of(library / "catalogue.sqlite")),
        "readable_documents_mb": megabytes(size_of(library / "documents")),
        "index_mb": megabytes(size_of(index)),
        "index_current_state_mb": megabytes(size_of(current)),
        "index_words_mb": megabytes(size_of(current / "words") + size_of(current / "documents")),
        "index_vectors_mb": megabytes(size_of(current / "vectors.npy")),
        "vector_cache_mb": megabytes(size_of(index / "vectors.sqlite")),
        "encoder_mb": megabytes(size_of(Path(_model_folder()))),
    }


def _model_folder() -> str:
    from waymark.index.encoder import SHIPPED

    return os.fspath(SHIPPED)
