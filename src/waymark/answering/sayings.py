"""Ways of saying things: finding them in a text, the longest that fits, none overlapping.

A way of saying is words, with choices in brackets: ``fluid (on|around) the lung``. Text is compared without accents and
apostrophes, and without capitals unless the way of saying is written in capitals ("AI", "CUP").
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

_TOKEN = re.compile(r"[^\W_]+(?:['’‘][^\W_]+)*")
_BETWEEN = re.compile(r"[ \t\u00a0]+|[ ]?[-/.&+][ ]?")  # what may stand between two words of one way of saying
_CHOICES = re.compile(r"\(([^()]*)\)|([^()\s]+)")
_MEANS = ""  # the key that holds a meaning in the tree; no word is empty


def plain(word: str) -> str:
    """Return a word as it is compared: lower case, without accents and apostrophes."""
    low = word.lower().replace("'", "").replace("’", "").replace("‘", "")
    if low.isascii():
        return low
    return "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: as it is compared, as it is written, and where."""

    plain: str
    written: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Said:
    """A way of saying that stands in a text: ``text[start:end]``, and what it means ("" for nothing)."""

    start: int
    end: int
    means: str


def tokens_of(text: str) -> list[Token]:
    """Return the words of a text in order."""
    return [Token(plain(m.group()), m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def spelled_out(way: str) -> Iterator[tuple[str, ...]]:
    """Yield each wording that a way of saying stands for: one choice of every bracket."""
    parts = [
        [choice.split() for choice in (match.group(1).split("|") if match.group(1) is not None else [match.group(2)])]
        for match in _CHOICES.finditer(way)
    ]
    for chosen in product(*parts):
        yield tuple(word for piece in chosen for word in piece)


class Sayings:
    """Many ways of saying things, found in one pass."""

    def __init__(self, means: Mapping[str, Iterable[str]]) -> None:
        self._tree: dict[str, Any] = {}
        self._written: dict[str, Any] = {}
        self.words: set[str] = set()
        for meaning, ways in means.items():
            for way in ways:
                self._plant(way, meaning)

    def _plant(self, way: str, meaning: str) -> None:
        for words in spelled_out(way):
            exact = any(len(word) > 1 and word[:2].isupper() for word in words)
            tree = self._written if exact else self._tree
            for word in words:
                pieces = [word] if exact else [token.plain for token in tokens_of(word)]
                self.words.update(pieces)
                for piece in pieces:
                    tree = tree.setdefault(piece, {})
            tree.setdefault(_MEANS, meaning)

    def find(self, text: str, tokens: Sequence[Token] | None = None) -> list[Said]:
        """Return the ways of saying that stand in a text, from left to right; the longest where several begin."""
        words = tokens_of(text) if tokens is None else tokens
        found: list[Said] = []
        at = 0
        while at < len(words):
            end, means = max(
                self._walk(self._tree, text, words, at, False), self._walk(self._written, text, words, at, True)
            )
            if end:
                found.append(Said(words[at].start, words[end - 1].end, means))
            at = max(end, at + 1)
        return found

    @staticmethod
    def _walk(tree: dict[str, Any], text: str, words: Sequence[Token], at: int, written: bool) -> tuple[int, str]:
        best, means = 0, ""
        index = at
        while index < len(words):
            if index > at and not _BETWEEN.fullmatch(text, words[index - 1].end, words[index].start):
                break
            step = tree.get(words[index].written if written else words[index].plain)
            if step is None:
                break
            tree = step
            index += 1
            if _MEANS in tree:
                best, means = index, tree[_MEANS]
        return best, means
