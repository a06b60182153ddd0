"""Integrity of an index: every file of its snapshots against their manifests, and the manifests against the files."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from waymark.errors import Damaged
from waymark.index import snapshot
from waymark.index.engine import Manifest

_AGAIN = "Run: waymark index --fresh"


def faults(folder: Path) -> Iterator[str]:
    """Yield a sentence for each thing in an index's folder that is not as it was written; nothing where there is none.

    An index is made of the library and can be made again, so its faults endanger no text; they can spoil a search.
    """
    if not folder.is_dir():
        return
    states = {path for path in folder.glob("state-*") if path.is_dir()}
    try:
        current = snapshot.current(folder)
    except Damaged as error:
        yield str(error)
        current = None
    for state in sorted(states):
        if state == current or (state / snapshot.MANIFEST).exists():  # one that a killed process left has no manifest
            yield from _of_a_snapshot(state)
    if current is not None:
        yield from _of_the_vectors(folder / "vectors.sqlite", current)


def _of_a_snapshot(state: Path) -> Iterator[str]:
    try:
        manifest = snapshot.read_manifest(state)
        snapshot.verify(state, manifest)
    except Damaged as error:
        yield f"{state.name}: {error}"
        return
    written = json.dumps(asdict(manifest), indent=1).encode("utf-8")
    if (state / snapshot.MANIFEST).read_bytes() != written or snapshot.contents(state) != dict(manifest.files):
        yield f"{state.name}: the index's manifest is not as it was written. {_AGAIN}"
        return
    for what, found, said in _counts(state, manifest):
        if found != said:
            yield f"{state.name}: the index's manifest says {said} {what}, and there are {found}. {_AGAIN}"


def _counts(state: Path, manifest: Manifest) -> Iterator[tuple[str, int, int]]:
    documents: list[Any] = json.loads((state / "documents.json").read_text(encoding="utf-8"))
    yield "documents", sum(1 for each in documents if each), manifest.documents
    yield "passages", len(np.load(state / "rows.npy", allow_pickle=False)), manifest.rows
    yield "vectors", int(np.load(state / "encoded.npy", allow_pickle=False).sum()), manifest.encoded


def _of_the_vectors(cache: Path, state: Path) -> Iterator[str]:
    """The kept vectors that the snapshot uses are those that went into it."""
    if not cache.is_file():
        return
    try:
        rows = np.load(state / "rows.npy", allow_pickle=False)
        vectors = np.load(state / "vectors.npy", allow_pickle=False)
        encoded = np.load(state / "encoded.npy", allow_pickle=False)
        used = {rows["key"][at].tobytes(): vectors[at].tobytes() for at in np.flatnonzero(encoded)}
        with closing(sqlite3.connect(f"{cache.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as database:
            (answer,) = database.execute("PRAGMA integrity_check").fetchone()
            if answer != "ok":
                yield f"The kept vectors are damaged ({answer}). {_AGAIN}"
            names = [name for (name,) in database.execute("SELECT name FROM encoder")]
            if names != [snapshot.read_manifest(state).encoder]:
                yield f"The kept vectors are said to be another encoder's. {_AGAIN}"
            kept = dict(database.execute("SELECT key, vector FROM vectors"))
    except (OSError, ValueError, sqlite3.DatabaseError, Damaged) as error:
        yield f"The kept vectors cannot be read ({error}). {_AGAIN}"
        return
    altered = sum(1 for key, vector in used.items() if kept.get(key) != vector)
    if altered:
        yield f"{altered} of the kept vectors are not as they were made. {_AGAIN}"
