"""Hashes everything again that a library's folder holds, and says of each thing whether it is as it was left.

The catalogue judges itself (`waymark.library.integrity`) and so does the index (`waymark.index.integrity`); here stand the
files around them.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from waymark.app import exports
from waymark.app.capture_notes import as_written
from waymark.index.integrity import faults as index_faults
from waymark.library.catalogue import Catalogue


def verify(catalogue: Catalogue, index_folder: Path) -> list[str]:
    """Return a sentence for each thing that is not as it was left; an empty list when everything is."""
    return [
        *catalogue.verify(),
        *exports.faults(catalogue),
        *_of_the_captures(catalogue.folder / "captures"),
        *index_faults(index_folder),
    ]


def _of_the_captures(folder: Path) -> Iterator[str]:
    """A capture is named by the digest of its bytes; what is said of it stands beside it and names the same digest."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.suffix == ".json":
            yield from _of_a_note(path)
            continue
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            digest = ""
        if digest != path.name:
            yield f"The capture captures/{path.name} is not as it was read."


def _of_a_note(path: Path) -> Iterator[str]:
    try:
        said = as_written(path.read_bytes())
    except OSError:
        said = None
    if said is None or said.get("hash") != f"sha256:{path.stem}":
        yield f"What is said of a capture (captures/{path.name}) is not as it was written."
