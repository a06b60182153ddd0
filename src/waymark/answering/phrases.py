"""A small language for wordings, and a matcher for many of them at once.

A phrase is words with these signs::

    surviv*         a word that begins so
    *mab            a word that ends so
    (cancer|tumor)  one of these
    .3              up to three words of the same sentence
    X               the name of a cancer, or a word that stands for it ("cancer", "tumour", "it")
    DRUG            the name of a medicine
    ^ and $         the beginning and the end of a sentence

Text is compared without capitals, accents and apostrophes ("what's" is "whats").
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from waymark.library.cancer_types import types_in

SENTENCE = "."
"""The mark between sentences in a list of words."""

CANCER = "\x00"
"""The word that stands in a list of words for the name of a cancer."""

_NESTED = re.compile(r"\([^)]*\(")
_TOKEN = re.compile(r"\x00|[a-z0-9]+|[.!?;\n]+")
_STANDS_FOR_CANCER = frozenset(
    (
        *(CANCER, "cancer", "cancers", "cancerous", "tumor", "tumour", "tumors", "tumours", "disease", "malignancy"),
        *("canceres", "tumores", "enfermedad"),
    )
)


def words_of(text: str, names: bool = True) -> list[str]:
    """Return the words of a text for matching; names of cancers become one word each when ``names`` is true."""
    if names:
        pieces: list[str] = []
        at = 0
        for mention in types_in(text):
            pieces += (text[at : mention.start], " \x00 ")
            at = mention.end
        text = "".join((*pieces, text[at:]))
    low = text.lower().replace("'", "").replace("’", "").replace("‘", "")
    if not low.isascii():
        low = "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))
    return [SENTENCE if not (token[0].isalnum() or token == CANCER) else token for token in _TOKEN.findall(low)]


_Test = Callable[[str], bool]
_Piece = tuple[str, int, _Test | None]  # "word" | "gap" | "end", gap length, test


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase met in a list of words: the label it was given, and where."""

    label: str
    weight: int
    start: int
    end: int


class Phrases:
    """Many phrases, each with a label and a weight, looked for in one pass over the words."""

    def __init__(self, drugs: Iterable[str] = ()) -> None:
        self._by_word: dict[str, list[tuple[str, int, tuple[_Piece, ...], bool]]] = {}
        self._by_stem: dict[str, list[tuple[str, int, tuple[_Piece, ...], bool]]] = {}
        self._by_test: list[tuple[str, int, tuple[_Piece, ...], bool]] = []
        drugs = tuple(drugs)
        endings = tuple(word[1:] for word in drugs if word.startswith("*"))
        whole = frozenset(word for word in drugs if not word.startswith("*"))
        self._drug: _Test = lambda word: word in whole or (len(word) > 5 and word.endswith(endings))
        self._pieces: dict[str, _Piece] = {}

    def add(self, phrase: str, label: str, weight: int = 1) -> None:
        """Take in one phrase. Raises ValueError for one that begins with a gap, or has choices within choices."""
        if _NESTED.search(phrase) or phrase.count("(") != phrase.count(")"):
            raise ValueError(f"The phrase “{phrase}” has brackets that do not close, or stand within others.")
        parts = phrase.split()
        parts = _joined(parts)
        for index, part in enumerate(parts):
            if " " in part:  # choices of several words, such as "(my mom|my dad)": one phrase for each
                for choice in part.strip("()").split("|"):
                    self.add(" ".join((*parts[:index], choice, *parts[index + 1 :])), label, weight)
                return
        at_start = parts[:1] == ["^"]
        if at_start:
            parts = parts[1:]
        if not parts or parts[0].startswith(".") or parts[0] == "$":
            raise ValueError(f"The phrase “{phrase}” has to begin with a word.")
        pieces = tuple(self._piece(part) for part in parts)
        entry = (label, weight, pieces, at_start)
        for first in parts[0].strip("()").split("|"):
            if first in ("X", "DRUG") or first.startswith("*"):
                self._by_test.append(entry)
                return
            if first.endswith("*"):
                self._by_stem.setdefault(first[:3], []).append(entry)
            else:
                self._by_word.setdefault(first, []).append(entry)

    def _piece(self, part: str) -> _Piece:
        piece = self._pieces.get(part)
        if piece is None:
            if part == "$":
                piece = ("end", 0, None)
            elif part[0] == "." and part[1:].isdigit():
                piece = ("gap", int(part[1:]), None)
            else:
                piece = ("word", 0, self._test(part.strip("()").split("|")))
            self._pieces[part] = piece
        return piece

    def _test(self, choices: Sequence[str]) -> _Test:
        if list(choices) == ["X"]:
            return _STANDS_FOR_CANCER.__contains__
        if list(choices) == ["DRUG"]:
            return self._drug
        exact = {c for c in choices if "*" not in c and c not in ("X", "DRUG")}
        if "X" in choices:
            exact |= _STANDS_FOR_CANCER
        stems = tuple(c[:-1] for c in choices if c.endswith("*"))
        endings = tuple(c[1:] for c in choices if c.startswith("*"))
        drug = self._drug if "DRUG" in choices else None
        if not stems and not endings and drug is None:
            return frozenset(exact).__contains__
        return lambda word: (
            word in exact
            or bool(stems and word.startswith(stems))
            or bool(endings and word.endswith(endings))
            or bool(drug and drug(word))
        )

    def find(self, words: Sequence[str]) -> list[Found]:
        """Return every phrase met, in the order of the words; a phrase met twice is given twice."""
        found: list[Found] = []
        for at, word in enumerate(words):
            if word == SENTENCE:
                continue
            for entries in (self._by_word.get(word, ()), self._by_stem.get(word[:3], ()), self._by_test):
                for label, weight, pieces, at_start in entries:
                    if at_start and at and words[at - 1] != SENTENCE:
                        continue
                    end = _match(pieces, 0, words, at)
                    if end:
                        found.append(Found(label, weight, at, end))
        return found


def _joined(parts: list[str]) -> list[str]:
    """Put the choices that hold spaces, such as "(my mom|my dad)", together again."""
    joined: list[str] = []
    depth = 0
    for part in parts:
        if depth:
            joined[-1] += " " + part
        else:
            joined.append(part)
        depth += part.count("(") - part.count(")")
    return joined


def _match(pieces: tuple[_Piece, ...], index: int, words: Sequence[str], at: int) -> int:
    """Return the index past the words that the pieces match from ``at`` on, or 0."""
    while index < len(pieces):
        sort, length, test = pieces[index]
        if sort == "end":
            if at < len(words) and words[at] != SENTENCE:
                return 0
            index += 1
        elif sort == "gap":
            for skip in range(length + 1):
                if skip and (at + skip > len(words) or words[at + skip - 1] == SENTENCE):
                    return 0
                end = _match(pieces, index + 1, words, at + skip)
                if end:
                    return end
            return 0
        else:
            if at >= len(words) or test is None or not test(words[at]):
                return 0
            at += 1
            index += 1
    return max(at, 1)
