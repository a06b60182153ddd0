"""How evidence is weighed: the order of candidates, and whether the best of them is evidence enough to answer.

The weights were fitted on the tuning half of the questions that `bench/RESULTS.md` names, and reported on the other half;
that file lists every variant tried. Both tables can be read and argued with, which is why they are not a model file.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from waymark.answering.features import FEATURES
from waymark.answering.retrieval import UNKNOWN_COSINE, Candidate, Evidence, Retriever
from waymark.index.engine import Places

WEIGHTS: Mapping[str, tuple[float, float]] = {
    "lexical": (0.25, 1.3),
    "dense": (3.2, 0.0),
    "section": (2.95, 0.0),
    "document": (1.0, 1.0),
    "title": (0.8, 1.65),
    "rarest": (0.65, 0.45),
    "heading": (-0.35, 0.2),
    "path": (0.25, 0.3),
    "kind": (0.55, 0.4),
    "other_kind": (-0.1, -0.35),
    "cancer": (0.8, 1.0),
    "other_cancer": (-1.15, -1.45),
    "patient": (2.15, 1.95),
    "summary": (0.3, 0.3),
    "news": (-0.8, -0.8),
    "first": (0.3, 0.2),
    "length": (0.35, 0.25),
    "depth": (-0.4, -0.15),
}
"""What each feature is worth, in a library with vectors and by words alone.

Four points make a candidate e times as likely to hold the answer as another (a conditional logit over all candidates of a
question). ``python -m bench.ablation`` prints what each is worth in effectiveness.
"""


@dataclass(frozen=True, slots=True)
class Strength:
    """How the evidence of the best candidate is weighed: its ranking score, what it says of the question, its cosine, and how
    many of the question's rare words none of the best candidates has."""

    score: float
    said: float
    dense: float
    foreign: float
    offset: float


# Whether the question names a cancer, and whether there are vectors. With vectors: one logistic regression on the tuning half
# of the questions in the words of patients (tests/quality/patients) and of the templates, beside the same ones with their
# pages hidden, questions that no document answers, and requests that are not about health; the offsets put four in a hundred of
# the patients' questions under `DECLINE_BELOW`. By words alone, in the minutes before a new library has its
# vectors: the same material, and offsets that answer one in a hundred of the requests that are not about health.
EVIDENCE: Mapping[tuple[bool, bool], Strength] = {
    (True, True): Strength(score=1.14, said=0.73, dense=3.84, foreign=-0.54, offset=-5.47),
    (True, False): Strength(score=2.3, said=1.3, dense=0.0, foreign=-0.9, offset=-6.52),
    (False, True): Strength(score=1.14, said=0.73, dense=3.84, foreign=-0.54, offset=-4.79),
    (False, False): Strength(score=2.3, said=1.3, dense=0.0, foreign=-0.9, offset=-7.12),
}

UNTOLD = 0.5
"""What speaks against a question in which neither a cancer nor anything of health is named, on the scale of `EVIDENCE`."""

DECLINE_BELOW = 0.6
"""Evidence (0 to 1) under which the library is said not to hold the answer; the operator's setting overrides it."""


_COLUMNS = np.array([WEIGHTS[name] for name in FEATURES])


class Ranking(Sequence[Candidate]):
    """Candidates by score, best first; each is made when it is looked at, since few of the hundreds are."""

    def __init__(
        self, retriever: Retriever, found: Evidence, order: NDArray[np.int64], scores: NDArray[np.float64]
    ) -> None:
        self._retriever = retriever
        self._found = found
        self._order = order
        self._scores = scores
        self._made: dict[int, Candidate] = {}

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, at: int) -> Candidate: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Candidate]: ...
    def __getitem__(self, at: int | slice) -> Candidate | Sequence[Candidate]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        line = int(self._order[at])  # raises IndexError past the end, as a sequence does
        made = self._made.get(line)
        if made is None:
            made = self._made[line] = self._retriever.candidate(self._found, line, float(self._scores[line]))
        return made


def ranked(retriever: Retriever, found: Evidence, places: Places, kept: NDArray[np.bool_] | None = None) -> Ranking:
    """Return the candidates by score, best first; ties by document and place, so that the order never wavers.

    ``kept`` says which lines of the evidence may be shown (None: all).
    """
    share = retriever.encoded
    scores = found.features @ (_COLUMNS @ (share, 1.0 - share))
    order = np.lexsort((places.start[found.rows], places.by_name[places.document[found.rows]], -scores))
    return Ranking(retriever, found, order if kept is None else order[kept[order]], scores)


def evidence(best: Candidate, said: float, named: bool, foreign: int = 0, of_health: bool = True) -> float:
    """Return how good the best candidate is as evidence that the library holds the answer: 0 to 1.

    ``said`` is the share of the question's weight that stands in its title, headings and text together; ``named`` whether the
    question names a cancer; ``foreign`` how many rare words it has that none of the best candidates has;
    ``of_health`` whether a word of it tells that it is about health.
    """
    cosine = best.feature("dense")
    weights = EVIDENCE[named, cosine != UNKNOWN_COSINE]
    total = weights.offset + weights.score * best.score + weights.said * said + weights.dense * cosine
    total += weights.foreign * min(foreign, 2)
    if not (of_health or named):
        total -= UNTOLD
    return 1.0 / (1.0 + math.exp(-total))
