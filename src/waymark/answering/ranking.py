"""How evidence is weighed: the order of candidates, and whether the best of them is evidence enough to answer.

The weights were fitted on the tuning half of the questions that `bench/RESULTS.md` names, and reported on the other half;
that file lists every variant tried. Both tables can be read and argued with, which is why they are not a model file.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from waymark.answering.retrieval import FEATURES, UNKNOWN_COSINE, Candidate

WEIGHTS: Mapping[str, float] = {
    "lexical": 0.2,
    "dense": 2.6,
    "document": 0.3,
    "title": 0.4,
    "rarest": 0.4,
    "heading": 0.1,
    "path": 0.05,
    "kind": 0.35,
    "other_kind": -0.05,
    "cancer": 0.5,
    "other_cancer": -0.5,
    "patient": 0.5,
    "summary": 0.2,
    "news": -0.3,
    "opening": 0.05,
}


@dataclass(frozen=True, slots=True)
class Strength:
    """How the evidence of the best candidate is weighed: its ranking score, what it says of the question, its cosine."""

    score: float
    said: float
    dense: float
    offset: float


# Whether the question names a cancer, and whether there are vectors: each case was fitted by logistic regression, the first
# on answerable questions beside the same ones with their pages hidden, the second on general questions beside requests that
# are not about health and questions about other diseases. Offsets put five false answers in a hundred at `DECLINE_BELOW`.
EVIDENCE: Mapping[tuple[bool, bool], Strength] = {
    (True, True): Strength(score=4.95, said=0.0, dense=0.0, offset=-18.2),
    (True, False): Strength(score=6.5, said=0.0, dense=0.0, offset=-21.0),
    (False, True): Strength(score=3.8, said=2.6, dense=9.2, offset=-17.6),
    (False, False): Strength(score=6.7, said=4.8, dense=0.0, offset=-22.9),
}

DECLINE_BELOW = 0.6
"""Evidence (0 to 1) under which the library is said not to hold the answer; the operator's setting overrides it."""


def ranked(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates by score, best first; ties by document and place, so that the order never wavers."""
    if not candidates:
        return ()
    weights = np.array([WEIGHTS[name] for name in FEATURES])
    scores = np.array([candidate.features for candidate in candidates]) @ weights
    scored = [Candidate(c.hit, c.card, c.features, float(score)) for c, score in zip(candidates, scores, strict=True)]
    return tuple(sorted(scored, key=lambda c: (-c.score, c.hit.document, c.hit.start)))


def evidence(best: Candidate, said: float, named: bool) -> float:
    """Return how good the best candidate is as evidence that the library holds the answer: 0 to 1.

    ``said`` is the share of the question's weight that stands in its title, headings and text together; ``named`` whether the
    question names a cancer.
    """
    cosine = best.feature("dense")
    weights = EVIDENCE[named, cosine != UNKNOWN_COSINE]
    total = weights.offset + weights.score * best.score + weights.said * said + weights.dense * cosine
    return 1.0 / (1.0 + math.exp(-total))
