"""Whether one sentence of the library says what is asked: nearly all words of the question stand in it together.

A question made of rare words in another order, or with other words between them, is still answered by the sentence that
holds them; vectors blur such words, and BM25 adds up those of a whole passage.
"""

import re
from collections.abc import Mapping

from waymark.index.analyser import held_terms, words_of
from waymark.passages.sentences import sentences_of

FEWEST = 4  # different terms of a question; fewer stand together by chance in a longer sentence
NEARLY = 0.75  # share of the question's weight in one sentence from which it counts
ALL = 0.95  # the same from which it says it all
# How a sentence opens that says what something is: "X is", "X (Y) means", "Label: X, a kind of".
_IS = re.compile(
    r"(?:\A|(?<=:)\s+)(?:an?\s+|the\s+)?(?P<name>[^.,;:]{2,60}?)"
    r"(?:\s+(?:\([^)]*\)\s+)?(?:(?:is|are|was|were)\b|means\b|refers?\b)|,\s+an?\s)",
    re.IGNORECASE,
)


def told(weights: Mapping[str, float], text: str, key: str, whether: bool) -> float:
    """Return how far one sentence of a text says what is asked: 0 to 1.

    ``weights`` gives each analysed term of the question its inverse document frequency, ``key`` is the analyser's. ``whether``:
    the question asks if something is so; else it asks what its words are, and a sentence that says what they are is looked for.
    Where there are fewer than `FEWEST` terms, the sentence that says so may hold hardly anything else.
    """
    total = sum(weights.values())
    if not total or _share(weights, text, key) < NEARLY * total:
        return 0.0
    few = len(weights) < FEWEST
    best = 0.0
    for span in sentences_of(text):
        sentence = text[span.start : span.end]
        if not whether:
            if any(names(weights, opening["name"], key) for opening in _IS.finditer(sentence)):
                return 1.0
        elif few:
            if names(weights, sentence, key):
                return 1.0
        else:
            best = max(best, _share(weights, sentence, key) / total)
    return min(1.0, max(0.0, (best - NEARLY) / (ALL - NEARLY)))


def names(weights: Mapping[str, float], text: str, key: str) -> bool:
    """Return whether a short text has all of the terms, and at most one other that carries a subject."""
    held = {term for word in words_of(text) for term in held_terms(word, key)}
    return weights.keys() <= held and len(held) <= len(weights) + 1


def _share(weights: Mapping[str, float], text: str, key: str) -> float:
    present = held_terms(text, key)
    return sum(weight for term, weight in weights.items() if term in present)
