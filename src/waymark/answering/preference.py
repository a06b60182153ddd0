"""Documents in the asker's language first, and those in another where it holds none that answers.

Each way of looking is a question as those documents put it, with the languages that it looks through.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from waymark.answering.question import Question
from waymark.index.gloss import gloss_of
from waymark.languages.texts import SOURCE


@dataclass(frozen=True, slots=True)
class Way:
    """A question in the words of some documents. ``languages`` are theirs (None: all)."""

    question: Question
    languages: frozenset[str] | None


def ways(asked: Question, held: Collection[str]) -> tuple[Way, ...]:
    """Return the ways to look for an answer, the asker's own language first; ``held`` are the languages of the library.

    A question in English looks no further where there are English documents: another language would be a guess. A question in
    another language is read in English by its gloss for the rest of the library.
    """
    own = frozenset(code for code in held if code.split("-")[0] == asked.language)
    rest = frozenset(held) - own
    if not rest:
        return (Way(asked, None),)
    if not own:
        return (Way(in_english(asked), None),)
    first = Way(asked, own)
    return (first,) if asked.language == SOURCE else (first, Way(in_english(asked), rest))


def in_english(asked: Question) -> Question:
    """Return a question read in English, word for word; the same one where its language has no gloss."""
    gloss = gloss_of(asked.language)
    return asked if gloss is None else replace(asked, focus=gloss.english(asked.focus), language=SOURCE)
