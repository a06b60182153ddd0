"""Snapshots: each state of the index is a folder of its own, and one small file names the current one.

::

    index/
      CURRENT                 the name of the current snapshot, replaced in one step
      state-00000007/
        manifest.json         what it was made of and by, with size and CRC-32 of every other file
        words/  documents/    tantivy, over passages and over whole documents
        rows.npy              one record per passage
        documents.json  sections.json  spelling.json  explained.json
        vectors.npy  encoded.npy
      vectors.sqlite          every vector made so far, by content
"""

import json
import os
import shutil
import zlib
from dataclasses import asdict
from pathlib import Path

from waymark.errors import IndexDamaged, IndexMissing, IndexStale
from waymark.index.engine import Manifest
from waymark.languages.texts import message

FORMAT = 2  # 2: explained.json
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
MEND = message("Run: waymark index")
MEND_FRESH = message("Run: waymark index --fresh")


def checksum(path: Path) -> tuple[int, int]:
    """Return size in bytes and CRC-32 of a file."""
    crc = size = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            crc = zlib.crc32(piece, crc)
            size += len(piece)
    return size, crc


def contents(folder: Path, base: Path | None = None) -> dict[str, tuple[int, int]]:
    """Return name, size and checksum of every file of a snapshot but its manifest and locks.

    A file that is the very one of ``base``, a snapshot that has just been held against its manifest, is not read again.
    """
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST and not p.name.endswith(".lock"))
    known = read_manifest(base).files if base is not None else {}
    found = {}
    for path in files:
        name = path.relative_to(folder).as_posix()
        same = base is not None and name in known and (base / name).exists() and path.samefile(base / name)
        found[name] = known[name] if same else checksum(path)
    return found


def write_manifest(folder: Path, manifest: Manifest) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return a snapshot's manifest; raises `IndexDamaged` when it cannot be read."""
    try:
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        raw["files"] = {name: (int(size), int(crc)) for name, (size, crc) in raw["files"].items()}
        return Manifest(**raw)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(message("The index has no readable manifest."), MEND_FRESH) from error


def current(folder: Path) -> Path:
    """Return the folder of the current snapshot; raises `IndexMissing` or `IndexDamaged`."""
    try:
        name = (folder / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise IndexMissing(message("The library has no index yet."), MEND) from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(message("The file that names the current index cannot be read."), MEND_FRESH) from error
    state = folder / name
    if not name.startswith("state-") or "/" in name or not state.is_dir():
        raise IndexDamaged(message("The current index is not where it should be."), MEND_FRESH)
    return state


def verify(folder: Path, manifest: Manifest) -> None:
    """Raise `IndexDamaged` unless every file is there, byte for byte, as the manifest says."""
    for name, expected in manifest.files.items():
        path = folder / name
        try:
            found = checksum(path)
        except OSError as error:
            raise IndexDamaged(message("The index lacks its part “%(name)s”.", name=name), MEND_FRESH) from error
        if found != expected:
            raise IndexDamaged(message("The index's part “%(name)s” is not as it was written.", name=name), MEND_FRESH)


def require(manifest: Manifest, expected: Manifest) -> None:
    """Raise `IndexStale` unless the index was made by this code; the library's generation is the caller's to compare."""
    for what, found, wanted in (
        ("index format", manifest.format, expected.format),
        ("text normalisation", manifest.normalisation, expected.normalisation),
        ("cut of passages", manifest.passages, expected.passages),
        ("analyser", manifest.analyser, expected.analyser),
        ("encoder", manifest.encoder, expected.encoder),
    ):
        if found != wanted:
            raise IndexStale(
                message(
                    "The index was made by another version of the search (%(what)s: %(found)s; now %(wanted)s).",
                    what=what,
                    found=str(found),
                    wanted=str(wanted),
                ),
                MEND_FRESH,
            )


def begin(folder: Path, copy: Path | None) -> Path:
    """Return a new snapshot folder: empty, or with the files of ``copy`` (as hard links where the disk allows).

    tantivy replaces its files and never writes into them, so a link is as good as a copy.
    """
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(p.name[6:]) for p in folder.glob("state-*") if p.name[6:].isdigit()]
    state = folder / f"state-{max(numbers, default=0) + 1:08d}"
    state.mkdir()
    if copy is not None:
        for source in copy.rglob("*"):
            if not source.is_file() or source.name.endswith(".lock") or source.name == MANIFEST:
                continue
            target = state / source.relative_to(copy)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(source, target)
            except OSError:
                shutil.copy2(source, target)
    return state


def publish(folder: Path, state: Path) -> None:
    """Make ``state`` the current snapshot in one step, then clear away all but it and the one before."""
    temporary = folder / (CURRENT + ".new")
    with temporary.open("w", encoding="ascii") as file:
        file.write(state.name)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / CURRENT)
    old = sorted(p for p in folder.glob("state-*") if p.is_dir() and p != state)
    for path in old[:-1]:  # a reader that just learned the former name still finds it
        shutil.rmtree(path, ignore_errors=True)
