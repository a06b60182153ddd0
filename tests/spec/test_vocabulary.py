"""Each entry of the vocabularies does what it is written for: every wording tells its kind, every saying is read as its meaning."""

import json
import re
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise
from typing import Any

import pytest

from waymark.answering.phrases import words_of
from waymark.answering.question import KINDS, analyse, kind_scores, section_kinds
from waymark.answering.rewording import reworded

SIGNS = {"X": "cancer", "DRUG": "keytruda", "WHO": "i", "OWN": "my"}


def table(name: str) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(resources.files("waymark.answering").joinpath(name).read_text(encoding="utf-8"))
    return raw


ASKED, EVERYDAY = table("asked_for.json"), table("everyday.json")


def said(phrase: str) -> Iterator[str]:
    """Yield texts that a phrase is written for: one with the first of all its choices, one for each further choice."""
    parts = [
        part for part in re.findall(r"\([^)]*\)|\S+", phrase) if part not in ("^", "$") and not re.match(r"\.\d", part)
    ]
    choices = [part.strip("()").split("|") for part in parts]
    first = [_word(each[0]) for each in choices]
    yield " ".join(first)
    for at, each in enumerate(choices):
        for other in each[1:]:
            yield " ".join((*first[:at], _word(other), *first[at + 1 :]))


def _word(sign: str) -> str:
    if sign.startswith("*"):
        return "imagi" + sign[1:]
    return " ".join(SIGNS.get(word, word.rstrip("*")) for word in sign.split())


WORDINGS = [
    (kind, phrase)
    for kind in KINDS
    for language in ("ask", "ask_es")
    for phrases in ASKED["kinds"][kind][language].values()
    for phrase in phrases
]
HEADINGS = [
    (kind, phrase) for kind in KINDS for phrases in ASKED["kinds"][kind]["headings"].values() for phrase in phrases
]


@pytest.mark.parametrize("kind", KINDS)
def test_each_wording_tells_its_kind(kind: str) -> None:
    silent = [
        text
        for of, phrase in WORDINGS
        if of == kind
        for text in said(phrase)
        if kind not in kind_scores(words_of(text))
    ]
    assert not silent


@pytest.mark.parametrize("kind", KINDS)
def test_each_heading_tells_its_kind(kind: str) -> None:
    silent = [text for of, phrase in HEADINGS if of == kind for text in said(phrase) if kind not in section_kinds(text)]
    assert not silent


def sayings() -> Iterator[tuple[str, str]]:
    for group in EVERYDAY["read_as"].values():
        for meaning, ways in group.items():
            yield from ((meaning, way) for way in ways)
    for drug, brands in EVERYDAY["brands"].items():
        yield from ((drug, brand) for brand in brands)


def test_each_saying_is_read_as_its_meaning() -> None:
    """A longer saying that holds a shorter one may win, so long as the meaning is told."""
    wrong = []
    for meaning, way in sayings():
        for text in said(way):
            read = reworded(f"about {text}", "en").text.lower()
            if meaning.lower() not in read:
                wrong.append((text, meaning, read))
    assert not wrong, f"{len(wrong)}: {wrong[:20]}"


def test_each_added_word_is_added() -> None:
    wrong = [
        (text, meaning)
        for meaning, ways in EVERYDAY["adds"].items()
        for way in ways
        for text in said(way)
        if meaning not in reworded(text, "en").added
    ]
    assert not wrong


def test_what_means_nothing_of_the_kind_adds_nothing() -> None:
    """ "Hair grows back" is no recurrence."""
    for way in EVERYDAY["nothing"]:
        for text in said(way):
            assert "recurren" not in reworded(text, "en").added, text


def test_no_saying_stands_under_two_meanings() -> None:
    ways = sorted((way, meaning) for meaning, way in sayings())
    assert not [(one, other) for one, other in pairwise(ways) if one[0] == other[0] and one[1] != other[1]]


def test_what_was_read_is_told() -> None:
    """The page says "Read as"."""
    assert ("keytruda", "pembrolizumab") in analyse("what is keytruda for").taken
    assert analyse("what is pembrolizumab for").taken == ()


@pytest.mark.parametrize(
    "asked", ["que es la disfagia", "q es una colostomia?", "Tengo miedo. que significa metastasis"]
)
def test_a_spanish_question_asks_without_its_accent(asked: str) -> None:
    assert "what " in reworded(asked, "es").text.lower()


def test_within_a_sentence_the_same_word_asks_nothing() -> None:
    assert "what" not in reworded("el tratamiento que es nuevo", "es").text.lower()
