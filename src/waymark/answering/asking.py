"""What was taught on everyday questions: their vectors turned towards the places that answer them, and whether a library about
cancer is asked at all.

People say "up six times a night to pee", documents "urination changes", and the encoder puts the two further apart than a
nurse would. A map of low rank is added to a question's vector alone: passages keep theirs, so that nothing has to be encoded
anew. Both are made by ``training/asking.py`` and kept in ``asking.npz`` for one revision of the encoder.
"""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).parent / "asking.npz"
MOST = 6.0  # log-odds from which more says no more

Floats = NDArray[np.float32]


class Asking:
    """``down`` (d, rank) and ``up`` (rank, d): what is added to a vector is its product with both. ``ours`` (d + 1): a weight for
    each number of a vector, and an offset.
    """

    def __init__(self, down: Floats, up: Floats, ours: Floats) -> None:
        self._down, self._up = down, up
        self._ours, self._offset = ours[:-1], float(ours[-1])

    def turned(self, vector: Floats) -> Floats:
        """Return a question's vector, shape (d,), of length one, turned; of length one again."""
        turned = (vector + (vector @ self._down) @ self._up).astype(np.float32, copy=False)
        length = np.maximum(np.linalg.norm(turned, axis=-1, keepdims=True), 1e-6)
        unit: Floats = turned / length
        return unit

    def ours(self, vector: Floats) -> float:
        """Return the log-odds, -`MOST` to `MOST`, that a question with this vector, not turned, is one for a library about cancer."""
        return max(-MOST, min(MOST, float(vector @ self._ours) + self._offset))


def kept_asking(revision: str) -> Asking | None:
    """Return what is kept with the code if it belongs to this revision of the encoder, else None."""
    try:
        with np.load(FILE, allow_pickle=False) as kept:
            if str(kept["of"]) != revision:
                return None
            return Asking(*(kept[name].astype(np.float32) for name in ("down", "up", "ours")))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def keep_asking(file: Path, revision: str, down: Floats, up: Floats, ours: Floats) -> None:
    """Write what was taught."""
    half = np.float16
    np.savez(file, of=np.array(revision), down=down.astype(half), up=up.astype(half), ours=ours.astype(np.float32))
