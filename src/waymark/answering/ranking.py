"""How evidence is weighed: the order of candidates, and whether the best of them is evidence enough to answer.

The weights were fitted on the tuning half of the questions that `bench/RESULTS.md` names, and reported on the other half;
that file lists every variant tried. Both tables can be read and argued with, which is why they are not a model file.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from waymark.answering.features import FEATURES
from waymark.answering.retrieval import UNKNOWN_COSINE, Candidate, Evidence, Retriever
from waymark.index.engine import Places

WEIGHTS: Mapping[str, tuple[float, float]] = {
    "lexical": (0.2, 1.3),
    "dense": (5.2, 0.0),
    "section": (3.7, 0.0),
    "document": (0.6, 1.0),
    "title": (0.8, 1.65),
    "rarest": (0.65, 0.45),
    "heading": (-0.3, 0.2),
    "defines": (1.5, 1.5),  # set by hand: too few questions about words were there to fit it
    "told": (0.0, 0.0),  # it lifts one candidate: `LIFT`
    "path": (0.25, 0.3),
    "kind": (0.58, 0.4),
    "other_kind": (-0.1, -0.35),
    "cancer": (0.8, 1.0),
    "other_cancer": (-1.0, -1.45),
    "patient": (2.15, 1.95),
    "summary": (0.3, 0.3),
    "news": (-0.8, -0.8),
    "first": (0.4, 0.2),
    "length": (0.45, 0.25),
    "depth": (-0.3, -0.15),
}
"""What each feature is worth, in a library with vectors and by words alone.

Four points make a candidate e times as likely to hold the answer as another (a conditional logit over all candidates of a
question). ``python -m bench.ablation`` prints what each is worth in effectiveness.
"""


class Grounds(NamedTuple):
    """By what it is judged whether the library holds the answer."""

    score: float  # of the best candidate
    said: float  # share of the question's weight that stands in the best candidate's title, headings and text
    dense: float  # its cosine with the question
    five: float  # mean cosine of the five best
    foreign: float  # rare words of the question that none of the best three has; at most two count
    health: float  # 1 where a word tells that the question is about health
    words: float  # different terms of the question
    rarest: float  # inverse document frequency of the rarest of them
    defines: float  # the feature of that name
    told: float  # the feature of that name, of the best five
    ours: float  # log-odds, by its meaning, that a library about cancer is asked
    not_ours: float  # the same where it speaks against, else 0


@dataclass(frozen=True, slots=True)
class Strength:
    """What each of the `Grounds` is worth in log-odds, and the offset that puts the limit at `DECLINE_BELOW`."""

    weights: Grounds
    offset: float


# Whether the question names a cancer, and whether there are vectors. Fitted by logistic regression on the tuning half alone.
# A question that names a cancer: templates, natural rewordings and patients' questions beside the same ones with their pages
# hidden. One that names none: patients' and general questions beside those that no document answers and requests that are not
# about health. The offsets: about one in seven of the reworded questions is answered with its pages hidden, and fewer than one in
# a hundred of the requests that are not about health. Of two judgements the stronger counts: everyday words are judged by what they
# mean as a whole (``ours``), names of drugs and operations, which people rarely say and that judgement knows little of, without it.
# ``python -m bench.declining`` draws what another limit would give.
EVIDENCE: Mapping[tuple[bool, bool], tuple[Strength, ...]] = {
    (True, True): (Strength(Grounds(1.8, -1.37, -9.07, 1.91, -0.64, 0.0, 0.0, 0.36, 4.0, 8.0, 0.0, 0.85), -13.2),),
    (False, True): (
        Strength(Grounds(0.0, 0.0, 2.33, 10.64, -0.8, 0.0, 0.3, 0.0, 4.0, 8.0, 0.83, 0.0), -7.4),
        Strength(Grounds(0.0, 2.78, 1.13, 15.14, -0.71, 0.59, 0.42, 0.0, 4.0, 8.0, 0.0, 0.0), -10.8),
    ),
    (True, False): (Strength(Grounds(2.35, -0.48, 0.0, 0.0, -0.24, 0.0, 0.14, 0.2, 4.0, 8.0, 0.0, 0.0), -15.3),),
    (False, False): (Strength(Grounds(0.83, 2.98, 0.0, 0.0, -1.21, 2.31, 0.15, 0.0, 4.0, 8.0, 0.0, 0.0), -8.7),),
}

DECLINE_BELOW = 0.6
"""Evidence (0 to 1) under which the library is said not to hold the answer; the operator's setting overrides it."""


LIFT = 0.3
"""How far above the best other passage one stands of which a sentence says all that is asked."""
EVEN = 0.7  # how far a sentence says what is asked from which its passage stands above the best other one, not below it
FAR_OFF = 0.4  # cosine under which the best other passage is not near what is asked

_LEXICAL = FEATURES.index("lexical")
_DENSE = FEATURES.index("dense")
_DEFINES = FEATURES.index("defines")
_TOLD = FEATURES.index("told")
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
    scores = lifted(found, found.features @ (_COLUMNS @ (share, 1.0 - share)), kept)
    order = np.lexsort((places.start[found.rows], places.by_name[places.document[found.rows]], -scores))
    return Ranking(retriever, found, order if kept is None else order[kept[order]], scores)


def lifted(found: Evidence, scores: NDArray[np.float64], kept: NDArray[np.bool_] | None) -> NDArray[np.float64]:
    """Return the scores with that passage lifted of which a sentence says what is asked: beside the best, not far above it.

    So what was best stays among the quotations; of several such passages the best one is lifted.
    """
    told = found.features[:, _TOLD] if kept is None else np.where(kept, found.features[:, _TOLD], 0.0)
    if not told.any():
        return scores
    at = int(np.lexsort((-scores, -np.round(told, 3)))[0])
    first = int(np.argmax(scores if kept is None else np.where(kept, scores, -np.inf)))
    best = found.features[first]
    # The best other passage is about something else: far by meaning, or without a vector and with none of the words.
    far_off = best[_DENSE] < FAR_OFF or (best[_DENSE] == UNKNOWN_COSINE and best[_LEXICAL] <= 0.0)
    above = LIFT if far_off else LIFT * (float(told[at]) - EVEN) / (1.0 - EVEN)
    if best[_DEFINES] > 0.0:  # what a page about words says of the word stands first
        above = min(above, -LIFT / 3)
    raised = scores.copy()
    raised[at] = max(float(scores[at]), float(scores[first]) + above)
    return raised


# While vectors are being made, those around a passage that has one are unknown, and the first judgement takes that for distance: a
# sentence that says what is asked is then enough by itself.
SAID_OUTRIGHT = Strength(Grounds(1.85, -0.88, -0.27, 3.17, -0.65, 0.0, 0.0, 0.28, 4.0, 16.0, 0.0, 0.0), -22.1)


def evidence(grounds: Grounds, named: bool, by_meaning: bool, all_by_meaning: bool = True) -> float:
    """Return how good the evidence is that the library holds the answer: 0 to 1.

    ``named``: the question names a cancer. ``by_meaning``: the best candidate has a vector; ``all_by_meaning``: every passage has.
    """
    judged = EVIDENCE[named, by_meaning]
    if named and by_meaning and not all_by_meaning:
        judged = (*judged, SAID_OUTRIGHT)
    total = max(
        strength.offset + sum(weight * value for weight, value in zip(strength.weights, grounds, strict=True))
        for strength in judged
    )
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))
