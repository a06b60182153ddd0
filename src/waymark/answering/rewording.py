"""From the words that people use to the words that documents use: "throwing up", "Keytruda", "vómito", "its back".

The table is ``everyday.json``, a meaning a line with the ways of saying it. What is put in another's place is told, so that
a page can say how a question was read. Names of cancers are known to `waymark.library.cancer_types`; the table holds only
those that people use and documents do not. What is said in another language is put into English by `waymark.index.gloss`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from waymark.answering.sayings import Sayings, plain, tokens_of
from waymark.index.gloss import gloss_of


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


# "que es la disfagia", as it is typed on a phone: at the beginning it asks, within a sentence it is "that".
_ASKING_WITHOUT_ACCENT = re.compile(
    r"(\A\W*|[.!?…]\s+)(?:que|q)(\s+(?:es|son|significan?|quieren?\s+decir)\b)", re.IGNORECASE
)


def reworded(text: str, language: str) -> Reworded:
    """Return a question in the documents' English words. One in a language that has a gloss is read in English first, word for
    word, and what is then taken is English too. Never raises.
    """
    gloss = gloss_of(language)
    if gloss is None:
        return _from_everyday(text)
    return _from_everyday(gloss.english(_ASKING_WITHOUT_ACCENT.sub(r"\1qué\2", text)))


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


@cache
def _treatments() -> frozenset[str]:
    raw = _read("everyday.json")
    return frozenset(plain(name) for name in (*raw["read_as"]["treatments"], *raw["brands"], *_GENERAL_TREATMENTS))


_GENERAL_TREATMENTS = (
    "surgery",
    "chemotherapy",
    "radiation therapy",
    "immunotherapy",
    "hormone therapy",
    "targeted therapy",
)
_DRUG_ENDINGS = (
    "mab",
    "tinib",
    "ciclib",
    "platin",
    "taxel",
    "zomib",
    "lidomide",
    "parib",
    "setron",
    "rubicin",
    "zolomide",
    "mustine",
)


def is_treatment(words: str) -> bool:
    """Return whether some words are the name of a treatment or a medicine, as documents name it."""
    low = plain(words)
    return low in _treatments() or (len(low) > 6 and " " not in low and low.endswith(_DRUG_ENDINGS))


def readings(taken: Sequence[tuple[str, str]], text: str) -> tuple[tuple[str, str], ...]:
    """Return what a person wrote and what it was taken for, each once: ("relaspe", "recurrent"), by way of "relapse".

    What was read out of our own English for a question in another language is left out: the person did not write it.
    """
    written_by_them = plain(text)
    after = {plain(written): meant for written, meant in taken}
    found: dict[str, tuple[str, str]] = {}
    for written, meant in taken:
        last = after.get(plain(meant), meant)
        if plain(written) in written_by_them and plain(written) != plain(last):
            found.setdefault(plain(written), (written, last))
    return tuple(found.values())
