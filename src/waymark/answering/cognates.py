"""Spanish words of medicine read in English by how both languages write the same Greek and Latin: "disfagia", "colostomía".

A gloss cannot list them all. A reading counts only where the library holds the English word as it is written.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product

from waymark.index.gloss import Gloss, folded
from waymark.library.cancer_types import vocabulary

LEAST = 6  # letters; shorter words are alike by chance
MOST = 96  # spellings of one word that are tried

_WORD = re.compile(r"[^\W\d_]+")
_ENDINGS = (
    ("ciones", ("tions",)),
    ("cion", ("tion",)),
    ("sion", ("sion",)),
    ("ario", ("ary", "ory")),
    ("aria", ("ary",)),
    ("orio", ("ory", "orium")),
    ("idad", ("ity",)),
    ("ico", ("ic", "ical")),
    ("ica", ("ic", "ical")),
    ("ivo", ("ive",)),
    ("iva", ("ive",)),
    ("ante", ("ant",)),
    ("ente", ("ent",)),
    ("oso", ("ous",)),
    ("ia", ("ia", "y")),
    ("is", ("is", "es")),
    ("ina", ("in", "ine")),
    ("ado", ("ate", "ated")),
    ("ada", ("ate", "ated")),
    ("as", ("s", "ae", "as")),
    ("os", ("s",)),
    ("a", ("a", "", "e")),
    ("o", ("", "e", "us")),
    ("e", ("", "e")),
    ("", ("", "e")),
)
# How a sound may be written in English, beside the way that it is written in Spanish.
_SOUNDS = (("dis", "dys"), ("dy", "dj"), ("f", "ph"), ("ri", "rh"), ("ipo", "hypo"), ("iper", "hyper"), ("i", "y"), ("t", "th"), ("c", "ch"),
           ("e", "ae"), ("emato", "hemato"), ("r", "rrh"), ("n", "nn"), ("l", "ll"), ("s", "ss"), ("cu", "qu"))  # fmt: skip


def in_english(text: str, gloss: Gloss, holds: Callable[[str], bool]) -> str:
    """Return a text that was glossed word for word, with words of medicine that the gloss left as they are put into English.

    ``holds`` says whether the library holds a word as it is written.
    """

    def read(match: re.Match[str]) -> str:
        word = folded(match.group())
        if len(word) < LEAST or gloss.knows(word) or vocabulary().known(word):
            return match.group()
        return next((english for english in _spellings(word) if holds(english)), match.group())

    return _WORD.sub(read, text)


def _spellings(word: str) -> Iterator[str]:
    """Yield the ways in which an English word of the same origin may be written, the nearest first."""
    tried = 0
    for ending, others in _ENDINGS:
        if not word.endswith(ending):
            continue
        stem = word[: len(word) - len(ending)]
        changes = [pair for pair in _SOUNDS if pair[0] in stem]
        for chosen in sorted(product((False, True), repeat=min(len(changes), 5)), key=sum):
            if sum(chosen) > 2:
                break
            said = stem
            for change, (spanish, english) in zip(chosen, changes, strict=False):
                if change:
                    said = said.replace(spanish, english, 1)
            for other in others:
                tried += 1
                if tried > MOST:
                    return
                yield said + other
