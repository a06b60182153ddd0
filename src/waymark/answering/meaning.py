"""The kinds of answer that a question asks for, by its meaning: how near it stands to example questions of each kind.

Wordings (`waymark.answering.question`) are sure where they fit and silent on the rest; examples help with the rest.
The examples are the project's own, in ``asked_for_examples.json``. Their vectors are kept in ``asked_for_examples.npy``
for one revision of the encoder; with another encoder they are made anew at the first question (about a second).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from waymark.answering.phrases import words_of
from waymark.answering.question import Question, in_order, kind_scores
from waymark.index.gloss import gloss_of
from waymark.library.cancer_types import types_in

NEAREST = 15  # examples that have a say
SHARPNESS = 0.05  # how much less an example says for each step away; smaller trusts the nearest alone
WORDING = 0.25  # what one point of a wording's score is worth beside the examples, which share out 1
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
        self._vectors: NDArray[np.float32] | None = None

    def kinds(self, text: str) -> dict[str, float]:
        """Return the share (0 to 1, together 1) that each kind has among the examples nearest to a question."""
        labels, _ = _examples()
        nearness = self._rows() @ self._encoder.encode([masked(text)])[0]
        shares: dict[str, float] = {}
        for at in np.argsort(-nearness, kind="stable")[:NEAREST]:
            weight = float(np.exp((nearness[at] - 1.0) / SHARPNESS))
            shares[labels[at]] = shares.get(labels[at], 0.0) + weight
        total = sum(shares.values())
        return {kind: share / total for kind, share in shares.items()} if total else {}

    def _rows(self) -> NDArray[np.float32]:
        if self._vectors is None:
            kept = _kept(self._encoder.revision)
            self._vectors = self._encoder.encode([masked(text) for text in _examples()[1]]) if kept is None else kept
        return self._vectors


def sharpened(question: Question, meaning: Meaning) -> Question:
    """Return the question with its kinds put in order by its wording and its meaning together."""
    gloss = gloss_of(question.language)
    scores = meaning.kinds(question.focus if gloss is None else gloss.english(question.focus))
    for kind, score in kind_scores(words_of(question.focus)).items():
        scores[kind] = scores.get(kind, 0.0) + WORDING * score
    kinds = in_order(scores)
    best = scores[kinds[0]] if kinds else 0.0
    return replace(question, asked_for=tuple(kind for kind in kinds[:MOST] if scores[kind] >= LEAST * best))


def masked(text: str) -> str:
    """Return the text with each cancer's name made "cancer": what is asked does not depend on which cancer it is."""
    pieces: list[str] = []
    at = 0
    for mention in types_in(text):
        pieces += (text[at : mention.start], "cancer")
        at = mention.end
    return "".join((*pieces, text[at:]))


@cache
def _examples() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the kind and the text of each example."""
    raw: Mapping[str, list[str]] = json.loads(
        resources.files("waymark.answering").joinpath("asked_for_examples.json").read_text(encoding="utf-8")
    )
    pairs = [(kind, text) for kind, texts in raw.items() for text in texts]
    return tuple(kind for kind, _ in pairs), tuple(text for _, text in pairs)


# ---------------------------------------------------------------------------------------------------- the kept vectors


def _files() -> tuple[Path, Path]:
    folder = Path(__file__).parent
    return folder / "asked_for_examples.npy", folder / "asked_for_examples.card.json"


def _kept(revision: str) -> NDArray[np.float32] | None:
    """Return the vectors kept with the code if they belong to this encoder and these examples, else None."""
    vectors, card = _files()
    try:
        of = json.loads(card.read_text(encoding="utf-8"))
        rows: NDArray[np.int8] = np.load(vectors, allow_pickle=False)
    except (OSError, ValueError):
        return None
    if of != _card(revision) or len(rows) != len(_examples()[0]):
        return None
    return rows.astype(np.float32) / 127.0


def _card(revision: str) -> dict[str, str]:
    from hashlib import sha256

    return {"encoder": revision, "examples": sha256("\n".join(map(masked, _examples()[1])).encode()).hexdigest()[:16]}


def keep_vectors(encoder: Encodes) -> None:
    """Write the examples' vectors beside the code: to be done when the examples or the encoder change."""
    vectors, card = _files()
    rows = np.rint(encoder.encode([masked(text) for text in _examples()[1]]) * 127.0).clip(-127, 127).astype(np.int8)
    np.save(vectors, rows, allow_pickle=False)
    card.write_text(json.dumps(_card(encoder.revision)) + "\n", encoding="utf-8")
