"""What a sentence claims, in a form that two sentences can be compared by: its content words in order, which of them are negated,
its numbers with their units, and the words that limit or strengthen it.

The comparison is of words, not of meaning. It is built to err towards dropping a sentence: a sentence that is lost costs little.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from waymark.answering.plain.vocabulary import VOCABULARIES, Vocabulary
from waymark.index.analyser import terms

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[%;:.!?()\n–—]|,")
_ENDS = frozenset(";:.!?()\n–—")
_JOINS = frozenset(
    {"and", "but", "while", "whereas", "or", "y", "e", "o", "pero", "mientras", "sino"}
)  # begin a clause after a comma
_ONLY = frozenset({"only", "just", "solo", "solamente"})
NOT_ONLY = "not-only"
_REACH = 12  # content words that a negation reaches at most


def folded(word: str) -> str:
    """Return a word as it is compared: lower case, plain apostrophes, without accents."""
    low = word.lower().replace("’", "'")
    if low.isascii():
        return low
    return "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))


def tokens(text: str) -> list[str]:
    """Return the words, numbers and marks of a text as they are compared; "don't" is "do" and "not".

    "Not only", which denies nothing and limits nothing, is one word of its own.
    """
    found: list[str] = []
    for token in map(folded, _TOKEN.findall(text)):
        if token.endswith("n't"):
            found += [{"ca": "can", "wo": "will", "sha": "shall"}.get(token[:-3], token[:-3]), "not"]
        elif token == "cannot":
            found += ["can", "not"]
        elif "'" in token:
            found += token.split("'")
        elif token in _ONLY and found and found[-1] in ("not", "no"):
            found[-1] = NOT_ONLY
        else:
            found.append(token)
    return found


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    found = terms(word, language)
    return found[0] if found else word


@dataclass(frozen=True, slots=True)
class Claims:
    """``words``: (stem, the word, whether it is negated) of each content word and relation, in order. ``heads``: the stems that a
    negation stands right before. ``numbers``: (value, unit). ``classes``: which of the vocabulary's classes occur. ``clauses``: for
    each word the number of its clause or item; ``intro``: how many words stand in what introduces a list.
    """

    words: tuple[tuple[str, str, bool], ...]
    heads: frozenset[str]
    negations: int
    numbers: tuple[tuple[str, str], ...]
    classes: frozenset[str]
    bounds: frozenset[str]
    clauses: tuple[int, ...]
    intro: int


@lru_cache(maxsize=2_000)
def claims_of(text: str, language: str) -> Claims:
    """Return what a sentence, or a list with what introduces it, claims. ``language`` is en or es."""
    own = VOCABULARIES[language]
    found = tokens(text)
    words: list[tuple[str, str, bool]] = []
    heads: set[str] = set()
    clauses: list[int] = []
    negations, reach, fresh, clause, intro = 0, 0, False, 0, 0
    for at, token in enumerate(found):
        if token in ("\n", ";") or (token == "," and found[at + 1 : at + 2] and found[at + 1] in _JOINS):
            clause += 1
        if token == "\n" and found[at - 1] == ":":
            intro = len(words)
        if token in _ENDS or token in own.turns:
            reach, fresh = 0, False
        if token in own.negators:
            negations, reach, fresh = negations + 1, _REACH, True
        if not _has_content(token, own):
            continue
        root = _number(token, own) or stem(token, language)
        words.append((root, token, reach > 0))
        clauses.append(clause)
        if fresh:
            heads.add(root)
            fresh = False
        reach = max(0, reach - 1)
    held = frozenset(found) | frozenset(f"{a}-{b}" for a, b in pairwise(found))
    classes = {name for name, members in {**own.both, **own.strong}.items() if members & held}
    bounds = {name for name, members in own.bounds.items() if members & held}
    return Claims(
        tuple(words),
        frozenset(heads),
        negations,
        _numbers(found, own),
        frozenset(classes),
        frozenset(bounds),
        tuple(clauses),
        intro,
    )


def _has_content(token: str, own: Vocabulary) -> bool:
    if not token[0].isalnum() or token == NOT_ONLY:
        return False
    if token in own.relations:
        return True
    return token not in own.function and token not in own.neutral and token not in own.negators


def _number(token: str, own: Vocabulary) -> str:
    """Return the value of a number, written in digits or as a word; "" for another word."""
    if token[0].isdigit():
        value = token.replace(",", ".") if re.fullmatch(r"\d+,\d{1,2}", token) else token.replace(",", "")
        return value.rstrip("0").rstrip(".") if "." in value and value.count(".") == 1 else value
    return own.numbers.get(token, "")


def _numbers(found: Sequence[str], own: Vocabulary) -> tuple[tuple[str, str], ...]:
    numbers: list[tuple[str, str]] = []
    for at, token in enumerate(found):
        value = _number(token, own)
        if not value:
            continue
        after = next((each for each in found[at + 1 : at + 3] if each not in ("or", "o", "of", "de")), "")
        pair = f"{found[at + 1]}-{found[at + 2]}" if at + 2 < len(found) else ""
        unit = own.units.get(pair) or own.units.get(after, "")
        if token.isalpha() and value == "1" and not unit:
            continue  # "one of them" counts nothing
        numbers.append((value, unit))
    return tuple(numbers)
