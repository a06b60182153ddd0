"""The starter collection's vectors, which ship with it: read when a library is made, written when the collection changes.

The file names the encoder that made them; another encoder does not use them. ``training/shipped_vectors.py``
makes them anew when the collection or the encoder changes.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from waymark.index.vectors import KEY_BYTES

NAME = "vectors.npz"


def read_shipped(folder: Path, encoder: str) -> tuple[list[bytes], NDArray[np.int8]] | None:
    """Return keys and vectors, or None where there are none for this encoder."""
    path = folder / NAME
    try:
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["encoder"]) != encoder:
                return None
            keys, vectors = kept["keys"], kept["vectors"]
    except (OSError, ValueError, KeyError):
        return None
    return [key.tobytes() for key in keys.view(f"V{KEY_BYTES}").ravel()], vectors


def write_shipped(folder: Path, encoder: str, keys: list[bytes], vectors: NDArray[np.int8]) -> None:
    """Write keys and vectors, ordered by key, so that the same collection gives the same file."""
    order = sorted(range(len(keys)), key=lambda number: keys[number])
    table = np.frombuffer(b"".join(keys[number] for number in order), dtype=np.uint8).reshape(len(keys), KEY_BYTES)
    np.savez(folder / NAME, encoder=np.array(encoder), keys=table, vectors=vectors[order])
