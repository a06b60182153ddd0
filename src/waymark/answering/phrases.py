"""A small language for wordings, and a matcher for many of them at once.

A phrase is words with these signs::

    surviv*         a word that begins so
    *mab            a word that ends so
    (cancer|tumor)  one of these
    .3              up to three words of the same sentence
    X               the name of a cancer, or a word that stands for it ("cancer", "tumour", "it")
    DRUG            the name of a medicine
    WHO             the person who asks, or one of theirs: "i", "he", "mom" (as in "my mom"), "wife"
    OWN             "my", "our", "his", "her", "moms"
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

_FAMILY = (
    *("mom", "mum", "mama", "mother", "dad", "papa", "father", "husband", "wife", "partner", "spouse", "boyfriend"),
    *(
        "girlfriend",
        "fiance",
        "fiancee",
        "son",
        "daughter",
        "child",
        "kid",
        "baby",
        "brother",
        "sister",
        "aunt",
        "uncle",
    ),
    *(
        "grandma",
        "grandpa",
        "grandmother",
        "grandfather",
        "gran",
        "nan",
        "granny",
        "friend",
        "cousin",
        "niece",
        "nephew",
    ),
)
_CLASSES = {
    "X": _STANDS_FOR_CANCER,
    "WHO": frozenset(("i", "we", "he", "she", "they", *_FAMILY)),
    "OWN": frozenset(("my", "our", "his", "her", "their", "mi", "mis", "su", "sus", *(f"{one}s" for one in _FAMILY))),
}
"""The signs that stand for one of several words."""


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
class _Entry:
    """A phrase ready to be matched. ``needs`` are sets of words, one of each of which a text has to hold."""

    label: str
    weight: int
    pieces: tuple[_Piece, ...]
    at_start: bool
    needs: tuple[frozenset[str], ...]


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
        self._by_word: dict[str, list[_Entry]] = {}
        self._by_stem: dict[str, list[_Entry]] = {}
        self._by_test: list[_Entry] = []
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
        needs = tuple(words for part in parts[1:] if (words := _words(part)))
        entry = _Entry(label, weight, pieces, at_start, needs)
        choices = parts[0].strip("()").split("|")
        if any(first == "DRUG" or first.startswith("*") for first in choices):
            self._by_test.append(entry)
            return
        for first in (word for choice in choices for word in _CLASSES.get(choice, (choice,))):
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
        if list(choices) == ["DRUG"]:
            return self._drug
        exact = {word for c in choices if "*" not in c and c != "DRUG" for word in _CLASSES.get(c, (c,))}
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
        held = frozenset(words)
        by_test = [entry for entry in self._by_test if _may_match(entry, held)]
        for at, word in enumerate(words):
            if word == SENTENCE:
                continue
            for entries in (self._by_word.get(word, ()), self._by_stem.get(word[:3], ()), by_test):
                for entry in entries:
                    if entry.at_start and at and words[at - 1] != SENTENCE:
                        continue
                    if not _may_match(entry, held):
                        continue
                    end = _match(entry.pieces, 0, words, at)
                    if end:
                        found.append(Found(entry.label, entry.weight, at, end))
        return found


def _may_match(entry: _Entry, held: frozenset[str]) -> bool:
    """Return whether a text with these words can hold the phrase: far cheaper than looking at each place of it."""
    for words in entry.needs:  # noqa: SIM110 - a plain loop: this runs tens of thousands of times a question
        if words.isdisjoint(held):
            return False
    return True


def _words(part: str) -> frozenset[str]:
    """Return the words of which one has to stand for a part of a phrase; none where stems, endings or a gap stand there."""
    choices = part.strip("()").split("|")
    if part == "$" or part[0] == "." or any("*" in choice or choice == "DRUG" for choice in choices):
        return frozenset()
    return frozenset(word for choice in choices for word in _CLASSES.get(choice, (choice,)))


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
