"""Documents in the asker's language first, and those in another where it holds none that answers.

Each way of looking is a question as those documents put it, with the languages that it looks through.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

from waymark.answering.question import Question
from waymark.languages.texts import SOURCE

SURE = 0.9
"""Evidence from which the first way is enough, and no other is looked at."""
OWN_SHARE = 1 / 3
"""Of the evidence otherwise needed: what a document in the asker's own language needs."""
FAR = 4.0
"""Log-odds: documents in another language come first where they are this much stronger."""


@dataclass(frozen=True, slots=True)
class Way:
    """A question in the words of some documents. ``languages`` are theirs (None: all)."""

    question: Question
    languages: frozenset[str] | None


def ways(asked: Question, held: Collection[str]) -> tuple[Way, ...]:
    """Return the ways to look for an answer, the asker's own language first; ``held`` are the languages of the library.

    A question in English looks no further where there are English documents: another language would be a guess. Of a question
    in another language the query, which is in English words, serves for the rest of the library.
    """
    own = frozenset(code for code in held if code.split("-")[0] == asked.language)
    rest = frozenset(held) - own
    elsewhere = replace(asked, language=SOURCE)
    if not rest:
        return (Way(in_its_words(asked), None),)
    if not own:
        return (Way(elsewhere, None),)
    first = Way(in_its_words(asked), own)
    return (first,) if asked.language == SOURCE else (first, Way(elsewhere, rest))


def in_its_words(asked: Question) -> Question:
    """Return a question as it was asked, to be searched in documents of its own language."""
    return asked if asked.language == SOURCE else replace(asked, query=asked.focus, added="")


def preferred(own: float, other: float, needed: float) -> bool:
    """Return whether the asker's own language comes first, given the evidence (0 to 1) in it and in the rest of the library.

    The three numbers were set on the tuning half of ``tests/quality/spanish``, beside questions that no document answers.
    """
    return own >= OWN_SHARE * needed and _log_odds(other) - _log_odds(own) < FAR


def _log_odds(share: float) -> float:
    inside = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))
