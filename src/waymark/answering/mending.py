"""Misspelt words put right before a question is read: "melonoma", "kimioterapia", "gliobastoma".

A word is left alone when anything knows it: the library, the tables of everyday words, the names of cancers. What is put
in its place is told, so that a page can say how a question was read. Words that happen to be others ("bowl cancer",
"prostrate") are ways of saying, and stand in ``everyday.json``.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from waymark.answering.rewording import everyday_words, words_with_a_meaning
from waymark.answering.sayings import Token, plain, tokens_of
from waymark.index.analyser import is_empty
from waymark.index.encoder import written_words
from waymark.index.gloss import Gloss, gloss_of
from waymark.languages.texts import SOURCE
from waymark.library.cancer_types import vocabulary

MOST = 40
"""Different unknown words of one message that are looked at."""

_ENDINGS = ("s", "es", "ed", "ing", "ly")
_SPELLINGS = (
    ("f", "ph"),
    ("ph", "f"),
    ("k", "ch"),
    ("i", "y"),
    ("y", "i"),
    ("z", "s"),
    ("ks", "x"),
    ("w", "wh"),
    ("oe", "e"),
    ("ae", "e"),
    ("our", "or"),
)
_LEAST = 4  # letters of a word that is guessed at, and of words that the library keeps for spelling


@dataclass(frozen=True, slots=True)
class Mended:
    """A text with its misspelt words put right; ``taken`` holds (as written, as read) pairs."""

    text: str
    taken: tuple[tuple[str, str], ...] = ()


def mended(text: str, language: str, known: Callable[[str], bool], nearest: Callable[[str], Sequence[str]]) -> Mended:
    """Return a text with its misspelt words put right.

    ``known`` says whether the library holds a word; ``nearest`` gives the library's words that a word may have meant, the
    likeliest first. A text in a language that has a gloss is mended at its words, by their sound in Spanish, since the gloss
    knows more of the language than the library may.
    """
    gloss = gloss_of(language)
    if language != SOURCE and gloss is None:
        return Mended(text)
    pieces: list[str] = []
    taken: dict[str, str] = {}
    looked: set[str] = set()
    at = 0
    for token in tokens_of(text):
        if len(token.plain) < _LEAST or not token.plain.isalpha() or _known(token, gloss, known):
            continue
        if token.plain not in looked:
            if len(looked) >= MOST:
                break
            looked.add(token.plain)
            read = _likeliest(token.plain, known, nearest) if gloss is None else _in_gloss(token.plain, gloss)
            if read is not None and read != token.plain:
                taken[token.plain] = read
        if token.plain in taken:
            pieces += (text[at : token.start], taken[token.plain])
            at = token.end
    return Mended("".join((*pieces, text[at:])), tuple(taken.items()))


def _known(token: Token, gloss: Gloss | None, known: Callable[[str], bool]) -> bool:
    word = token.plain
    if gloss is not None:
        return (
            gloss.knows(word)
            or vocabulary().known(token.written.lower())
            or word in words_with_a_meaning()
            or known(word)
        )
    if word in everyday_words() or known(token.written.lower()) or known(word) or known(f"{word}s"):
        return True
    return (word.endswith("ed") and known(word[:-1])) or any(
        word.endswith(ending) and len(word) - len(ending) > 3 and known(word.removesuffix(ending))
        for ending in _ENDINGS
    )


def _likeliest(word: str, known: Callable[[str], bool], nearest: Callable[[str], Sequence[str]]) -> str | None:
    """Return what an English word may have meant, None where nothing is near."""
    from rapidfuzz.distance import OSA

    for other in _as_heard(word):
        if known(other) or other in words_with_a_meaning() or is_empty(other):
            return other
    if word in written_words():
        return None  # "gasping" is a word of its own, and was no slip for "gaining"
    for other in _letters_exchanged(word):
        if other in everyday_words():
            return other
    near = list(nearest(word)) if len(word) > _LEAST else []
    if vocabulary().known(
        word
    ):  # a name that the library does not hold, or another language's spelling of one that it does
        return next((other for other in near if vocabulary().known(other)), None)
    told = [other for other in near if vocabulary().known(other) or other in words_with_a_meaning()]
    if told:
        return max(told, key=lambda other: _shared_beginning(other, word))
    if len(word) <= _LEAST:
        return None
    bound = OSA.distance(word, near[0]) if near else 1 if len(word) < 7 else 2
    return _near_in_english(word, bound) or next(iter(near), None)


def _shared_beginning(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _as_heard(word: str) -> Iterator[str]:
    """Yield the word with each spelling of a sound put in another's place: "morfine", "sindrome", "kemo", "dizy", "loosing"."""
    for heard, spelled in _SPELLINGS:
        if heard in word:
            yield word.replace(heard, spelled)
    for at in range(1, len(word)):  # a letter doubled, or not
        if word[at] == word[at - 1]:
            yield word[:at] + word[at + 1 :]
        else:
            yield word[:at] + word[at - 1] + word[at:]
    yield word + word[-1]


def _letters_exchanged(word: str) -> Iterator[str]:
    """Yield the word with each two neighbours exchanged."""
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _near(word: str, among: Sequence[str], bound: int) -> str | None:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(
        word, [each for each in among if abs(len(each) - len(word)) <= bound], scorer=OSA.distance, score_cutoff=bound
    )
    best = min(found, key=lambda each: (each[1], each[0][0] != word[0], each[0]), default=None)
    return best[0] if best and best[0][0] == word[0] else None  # people rarely miss the first letter


@lru_cache(maxsize=4096)  # the same unknown names are asked for again and again
def _near_in_english(word: str, bound: int) -> str | None:
    return _near(word, _english_words(), bound)


@cache
def _english_words() -> tuple[str, ...]:
    words = {plain(word) for word in vocabulary().words} | words_with_a_meaning()
    return tuple(sorted(word for word in words if len(word) >= _LEAST and word.isalpha()))


# ------------------------------------------------------------------------------------------------- another language


_SOUNDS = (
    (re.compile(r"(?<!c)h"), ""),  # silent, except in ch
    (re.compile(r"qu(?=[ei])"), "k"),
    (re.compile(r"gu(?=[ei])"), "g"),
    (re.compile(r"c(?=[ei])"), "s"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"c(?!h)"), "k"),
    (re.compile(r"[zx]"), "s"),
    (re.compile(r"v"), "b"),
    (re.compile(r"ll"), "y"),
    (re.compile(r"y\b"), "i"),
    (re.compile(r"m(?=[bp])"), "n"),
    (re.compile(r"(.)\1+"), r"\1"),
)


def sound_of(word: str) -> str:
    """Return how a Spanish word without accents sounds in most of America, in letters: "bolvio" and "volvió" are one."""
    for pattern, letters in _SOUNDS:
        word = pattern.sub(letters, word)
    return word


@cache
def _sounds(language: str) -> dict[str, str]:
    gloss = gloss_of(language)
    words = {plain(word) for word in vocabulary().words} | (set() if gloss is None else set(gloss.forms()))
    sounds: dict[str, str] = {}
    for word in sorted(words, key=lambda each: (len(each), each)):
        sounds.setdefault(sound_of(word), word)
    return sounds


def _in_gloss(word: str, gloss: Gloss) -> str | None:
    """Return the word of a gloss that a misspelt one may have meant: of the same sound in Spanish, else one edit away."""
    if gloss.language == "es":
        heard = _sounds(gloss.language).get(sound_of(word))
        if heard is not None:
            return heard
    return _near(word, tuple(gloss.forms()), 1) if len(word) > _LEAST + 1 else None
