"""From the words that people use to the words that documents use: "throwing up", "Keytruda", "vómito", "its back".

Two tables, each a way of saying a line: ``everyday.json`` for English, ``spanish.json`` for Spanish. What is put in
another's place is told, so that a page can say how a question was read. Names of cancers are known to
`waymark.library.cancer_types`; the tables hold only those that people use and documents do not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from waymark.answering.sayings import Sayings, Token, plain, tokens_of
from waymark.library.cancer_types import name_of, types_in


@dataclass(frozen=True, slots=True)
class Reworded:
    """A question in the documents' words. ``taken`` holds (as written, as read) pairs; ``added`` words stand beside them."""

    text: str
    added: str
    taken: tuple[tuple[str, str], ...]


def _read(name: str) -> Mapping[str, Any]:
    raw: Mapping[str, Any] = json.loads(resources.files("waymark.answering").joinpath(name).read_text(encoding="utf-8"))
    return raw


@dataclass(frozen=True, slots=True)
class _English:
    read_as: Sayings
    adds: Sayings


@cache
def _english() -> _English:
    raw = _read("everyday.json")
    means: dict[str, list[str]] = {"": list(raw["nothing"])}
    for group in raw["read_as"].values():
        for meaning, ways in group.items():
            means.setdefault(meaning, []).extend(ways)
    for drug, brands in raw["brands"].items():
        means.setdefault(f"{drug} ", []).extend(brands)  # the brand's own name stays beside the drug's
    adds: dict[str, list[str]] = {"": list(raw["nothing"]), **{key: list(ways) for key, ways in raw["adds"].items()}}
    return _English(Sayings(means), Sayings(adds))


@cache
def everyday_words() -> frozenset[str]:
    """Return every word of the English table, as it is compared: those of people's lives, which documents may not hold, too."""
    lives = {word for line in _read("everyday.json")["plain"] for word in line.split()}
    return frozenset(_english().read_as.words | _english().adds.words | lives)


@cache
def words_with_a_meaning() -> frozenset[str]:
    """Return the words that the English table puts into the documents' words."""
    return frozenset(_english().read_as.words)


def reworded(text: str, language: str) -> Reworded:
    """Return a question in the documents' English words; a Spanish one as the words that the table knows of it.

    Never raises; a text in another language comes back as it is.
    """
    if language == "es":
        return _from_spanish(text)
    return _from_everyday(text) if language == "en" else Reworded(text, "", ())


def _from_everyday(text: str) -> Reworded:
    tokens = tokens_of(text)
    pieces: list[str] = []
    taken: list[tuple[str, str]] = []
    at = 0
    for said in _english().read_as.find(text, tokens):
        written = text[said.start : said.end]
        if not said.means or plain(written) == plain(said.means):
            continue
        brand = said.means.endswith(" ")
        put = f"{said.means.strip()} ({written})" if brand else said.means
        pieces += (text[at : said.start], put)
        taken.append((written, said.means.strip()))
        at = said.end
    added = dict.fromkeys(said.means for said in _english().adds.find(text, tokens) if said.means)
    return Reworded("".join((*pieces, text[at:])), " ".join(added), tuple(dict.fromkeys(taken)))


# ------------------------------------------------------------------------------------------------------------- Spanish


@dataclass(frozen=True, slots=True)
class _Spanish:
    read_as: Sayings
    filler: frozenset[str]


@cache
def _spanish() -> _Spanish:
    raw = _read("spanish.json")
    means: dict[str, list[str]] = {}
    for group in raw["read_as"].values():
        for meaning, ways in group.items():
            means.setdefault(meaning, []).extend(ways)
    return _Spanish(Sayings(means), frozenset(word for line in raw["filler"] for word in line.split()))


@cache
def spanish_words() -> frozenset[str]:
    """Return every word of the Spanish table, fillers included, as it is compared."""
    return frozenset(_spanish().read_as.words | _spanish().filler)


@cache
def spanish_words_with_a_meaning() -> frozenset[str]:
    """Return the words that the Spanish table puts into English."""
    return frozenset(_spanish().read_as.words)


def _from_spanish(text: str) -> Reworded:
    """Return the known words of a Spanish text in English, in their order.

    Cancers are named as documents name them. A word that no table knows stays only when it is written as a name is
    (a drug, an abbreviation): the encoder is English, and Spanish words would lead it astray.
    """
    tokens = tokens_of(text)
    spans: list[tuple[int, int, str]] = [
        (mention.start, mention.end, name_of(mention.type_id, "en")) for mention in types_in(text)
    ]
    for said in _spanish().read_as.find(text, tokens):
        if not any(start < said.end and said.start < end for start, end, _ in spans):
            spans.append((said.start, said.end, said.means))
    for token in tokens:
        if _is_name(token) and not any(start <= token.start < end for start, end, _ in spans):
            spans.append((token.start, token.end, token.written))
    spans.sort()
    if not spans:
        return Reworded(text, "", ())
    read = dict.fromkeys((text[start:end], english) for start, end, english in spans)
    english = _from_everyday(" ".join(dict.fromkeys(english for _, english in read)))
    return Reworded(english.text, english.added, tuple(read))


def _is_name(token: Token) -> bool:
    """Return whether a word is written like a drug or an abbreviation, or is a number with letters."""
    if token.plain in _spanish().filler:
        return False
    capitals = sum(c.isupper() for c in token.written)
    return (
        (capitals > 1 and len(token.written) < 8)
        or token.plain in _english().read_as.words
        or (any(c.isdigit() for c in token.written) and any(c.isalpha() for c in token.written))
        or token.plain.endswith(_DRUG_ENDINGS)
    )


_DRUG_ENDINGS = ("mab", "tinib", "ciclib", "platino", "taxel", "zomib", "lidomida", "parib", "setron")
