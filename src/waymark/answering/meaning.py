"""The kinds of answer that a question asks for, by its meaning: how near it stands to example questions of each kind.

Wordings (`waymark.answering.question`) are sure where they fit and silent on the rest; examples help with the rest.
The examples are the project's own, in ``asked_for_examples.json``.

What is asked does not depend on which cancer it is about, so the directions in which the vectors of cancers' names differ
are taken out of every vector: then one vector of a question serves the search and the kinds. The examples' vectors and those
directions are kept in ``asked_for_examples.npz`` for one revision of the encoder; with another encoder they are made anew at
the first question (about a second).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from waymark.answering.question import Question, in_order, wording_scores
from waymark.index.encoder import question_input
from waymark.library.cancer_types import vocabulary

NAMES = 40  # directions in which the vectors of cancers' names differ most
NEAREST = 15  # examples that have a say
SHARPNESS = 0.05  # how much less an example says for each step away; smaller trusts the nearest alone
WORDING = 0.1  # what one point of a wording's score is worth beside the examples, which share out 1
LEAST = 0.2  # kinds with less than this share of the best one's score are left out
MOST = 4  # kinds that a question can ask for


class Encodes(Protocol):
    """What is needed of an encoder: vectors of length one, and the revision that they belong to."""

    @property
    def revision(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class Meaning:
    """Example questions as vectors. One is made for each encoder; it may be used from several threads."""

    def __init__(self, encoder: Encodes) -> None:
        self._encoder = encoder
        self._vectors: _Vectors | None = None

    def kinds(self, vector: NDArray[np.float32]) -> dict[str, float]:
        """Return the share (0 to 1, together 1) that each kind has among the examples nearest to a question's vector."""
        if self._vectors is None:
            self._vectors = _kept(self._encoder.revision) or _made(self._encoder)
        labels, _ = _examples()
        nearness = self._vectors.examples @ _without(vector, self._vectors.names)
        shares: dict[str, float] = {}
        nearest = _nearest(nearness)
        weights = np.exp((nearness[nearest] - 1.0) / SHARPNESS)
        for at, weight in zip(nearest.tolist(), weights.tolist(), strict=True):
            shares[labels[at]] = shares.get(labels[at], 0.0) + weight
        total = sum(shares.values())
        return {kind: share / total for kind, share in shares.items()} if total else {}


def _nearest(nearness: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the places of the `NEAREST` examples, the nearest first, of two as near the first one; only these are sorted."""
    cut = len(nearness) - min(NEAREST, len(nearness))
    among = np.flatnonzero(nearness >= np.partition(nearness, cut)[cut])
    order: NDArray[np.int64] = among[np.argsort(-nearness[among], kind="stable")][:NEAREST]
    return order


def sharpened(question: Question, meaning: Meaning, vector: NDArray[np.float32]) -> Question:
    """Return the question with its kinds put in order by its wording and its meaning together; ``vector`` is that of its query."""
    scores = meaning.kinds(vector)
    for kind, score in wording_scores(question).items():
        scores[kind] = scores.get(kind, 0.0) + WORDING * score
    kinds = in_order(scores)
    best = scores[kinds[0]] if kinds else 0.0
    return replace(question, asked_for=tuple(kind for kind in kinds[:MOST] if scores[kind] >= LEAST * best))


@cache
def _examples() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the kind and the text of each example."""
    raw: Mapping[str, list[str]] = json.loads(
        resources.files("waymark.answering").joinpath("asked_for_examples.json").read_text(encoding="utf-8")
    )
    pairs = [(kind, text) for kind, texts in raw.items() for text in texts]
    return tuple(kind for kind, _ in pairs), tuple(text for _, text in pairs)


# ---------------------------------------------------------------------------------------------------------- the vectors


class _Vectors(NamedTuple):
    """``examples`` (n, d) without what tells cancers' names apart, of length one; ``names`` (`NAMES`, d), orthonormal."""

    examples: NDArray[np.float32]
    names: NDArray[np.float32]


def _without(vectors: NDArray[np.float32], names: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors, one or several rows, without their part in the directions ``names``, of length one again."""
    left = vectors - (vectors @ names.T) @ names
    length = np.linalg.norm(left, axis=-1, keepdims=True)
    bare: NDArray[np.float32] = left / np.maximum(length, 1e-6)
    return bare


def _made(encoder: Encodes) -> _Vectors:
    called = encoder.encode([question_input(name) for name in _names()])
    _, differing, directions = np.linalg.svd(called - called.mean(axis=0), full_matrices=False)
    directions = directions[:NAMES][differing[:NAMES] > 1e-6]  # names may not differ at all
    directions = directions.astype(np.float16).astype(np.float32)  # as they are kept
    examples = encoder.encode([question_input(text) for text in _examples()[1]])
    return _Vectors(_without(examples, directions), directions)


def _names() -> list[str]:
    return sorted(kind.name for kind in vocabulary().types.values() if not kind.group)


def _file() -> Path:
    return Path(__file__).parent / "asked_for_examples.npz"


def _kept(revision: str) -> _Vectors | None:
    """Return the vectors kept with the code if they belong to this encoder, these examples and these names, else None."""
    try:
        with np.load(_file(), allow_pickle=False) as kept:
            if str(kept["of"]) != _of(revision):
                return None
            return _Vectors(kept["examples"].astype(np.float32) / 127.0, kept["names"].astype(np.float32))
    except (OSError, ValueError, KeyError):
        return None


def _of(revision: str) -> str:
    from hashlib import sha256

    return f"{revision} {sha256(chr(10).join((*_examples()[1], *_names())).encode()).hexdigest()[:16]}"


def keep_vectors(encoder: Encodes) -> None:
    """Write the vectors beside the code: to be done when the examples, the cancers' names or the encoder change."""
    made = _made(encoder)
    examples = np.rint(made.examples * 127.0).clip(-127, 127).astype(np.int8)
    np.savez(_file(), of=np.array(_of(encoder.revision)), examples=examples, names=made.names.astype(np.float16))
