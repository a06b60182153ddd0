"""How evidence is weighed: the order of candidates, and whether the best of them is evidence enough to answer.

The weights were fitted on the tuning half of the questions that `bench/RESULTS.md` names, and reported on the other half;
that file lists every variant tried. Both tables can be read and argued with, which is why they are not a model file.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from waymark.answering.retrieval import FEATURES, Candidate

WEIGHTS: Mapping[str, float] = {
    "lexical": 0.2,
    "dense": 2.6,
    "document": 0.3,
    "title": 0.4,
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

EVIDENCE: Mapping[str, float] = {
    "dense": 6.0,  # cosine of the best candidate
    "said": 3.0,  # share of the question's weight in its title, headings and text together
    "title": 1.0,
    "heading": 1.0,
    "kind": 0.5,
    "cancer": 1.0,
    "other_cancer": -2.0,
}
EVIDENCE_OFFSET = -5.0

DECLINE_BELOW = 0.5
"""Evidence (0 to 1) under which the library is said not to hold the answer; the operator's setting overrides it."""


def ranked(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates by score, best first; ties by document and place, so that the order never wavers."""
    weights = [WEIGHTS[name] for name in FEATURES]
    scored = [
        replace(candidate, score=sum(w * f for w, f in zip(weights, candidate.features, strict=True)))
        for candidate in candidates
    ]
    return tuple(sorted(scored, key=lambda c: (-c.score, c.hit.document, c.hit.start)))


def evidence(best: Candidate, said: float) -> float:
    """Return how good the best candidate is as evidence that the library holds the answer: 0 to 1.

    ``said`` is the share of the question's weight that stands in its title, headings and text together.
    """
    total = EVIDENCE_OFFSET + EVIDENCE["said"] * said
    total += sum(weight * best.feature(name) for name, weight in EVIDENCE.items() if name != "said")
    return 1.0 / (1.0 + math.exp(-total))
