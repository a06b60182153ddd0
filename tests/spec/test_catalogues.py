"""The catalogues: every message of code and templates has its translation, none is doubtful, fields and marks are the same.

What the tests print when they are red can be pasted into a catalogue and filled in.
"""

import re
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

sys.path.insert(0, str(Path(__file__).parents[1]))

from messages import Gathered, as_entries, fields, gathered, literals
from spanish import fernandez_huerta, szigriszt
from waymark.languages.texts import FOLDER, SOURCE, languages

TRANSLATED = [code for code in languages() if code != SOURCE]


def messages() -> dict[str, Gathered]:
    found: dict[str, Gathered] = {}
    for each in gathered():
        found.setdefault(each.one, each)
    return found


MESSAGES = messages()
LITERALS = literals()


def catalogues(code: str) -> list[tuple[str, Catalog]]:
    found = []
    for file in sorted((FOLDER / code).glob("*.po")):
        with file.open("rb") as opened:
            found.append((file.name, read_po(opened, locale=code)))
    return found


def entries(code: str) -> list[tuple[str, object]]:
    return [(name, entry) for name, catalogue in catalogues(code) for entry in catalogue if entry.id]


def test_the_gathering_sees_code_and_templates() -> None:
    assert len(MESSAGES) > 200
    where = " ".join(each.where for each in MESSAGES.values())
    assert "templates/" in where and "wording.py" in where


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_is_translated(code: str) -> None:
    held = {(entry.id if isinstance(entry.id, str) else entry.id[0]) for _, entry in entries(code) if entry.string}  # type: ignore[attr-defined]
    missing = [each for one, each in MESSAGES.items() if one not in held]
    assert not missing, f"\n{as_entries(missing)}"


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_entry_is_doubtful_left_over_or_twice_there(code: str) -> None:
    seen: dict[object, str] = {}
    for name, entry in entries(code):
        one = entry.id if isinstance(entry.id, str) else entry.id[0]  # type: ignore[attr-defined]
        assert not entry.fuzzy, one  # type: ignore[attr-defined]
        said = one in MESSAGES or all(piece.strip() in LITERALS for piece in re.split(r"%\(\w+\)[sd]", one))
        assert said, f"{name} translates what nothing says: {one}"
        assert one not in seen, f"{one} stands in {seen[one]} and in {name}"
        seen[one] = name


@pytest.mark.parametrize("code", TRANSLATED)
def test_fields_and_marks_are_those_of_the_message(code: str) -> None:
    for name, entry in entries(code):
        ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)  # type: ignore[attr-defined]
        strings = [entry.string] if isinstance(entry.string, str) else list(entry.string)  # type: ignore[attr-defined]
        wanted = fields(ids[-1])
        for string in strings:
            assert string.strip(), f"{name}: {ids[0]}"
            allowed = (wanted, fields(ids[0]), *([[]] if "%(kind)s" in ids[0] and name == "record_errors.po" else []))
            assert fields(string) in allowed, f"{name}: {string}"  # the kind of an entry is an English word
            assert sorted(re.findall(r"<[^>]+>", string)) == sorted(re.findall(r"<[^>]+>", ids[0])), f"{name}: {string}"
            assert string[:1].isspace() == ids[0][:1].isspace()


def test_spanish_is_warm_plain_and_for_everybody() -> None:
    """ "Usted" throughout; the long messages as easy to read as the documents are."""
    said = [
        string
        for _, entry in entries("es")
        for string in ([entry.string] if isinstance(entry.string, str) else entry.string)  # type: ignore[attr-defined]
    ]
    words = "\n".join(re.sub(r"<[^>]+>|%\(\w+\)s", " ", each) for each in said)
    familiar = re.findall(
        r"\b(?:tú|tu|tus|contigo|vosotros|eres|tienes|puedes|ordenador|pinche|clic aquí)\b", words, re.IGNORECASE
    )
    assert not familiar
    pages = [
        string
        for name, catalogue in catalogues("es")
        for entry in catalogue
        if name in ("pages.po", "answers.po", "frame.po")
        and isinstance(entry.string, str)
        and len(entry.string.split()) > 8
        for string in [re.sub(r"<[^>]+>|%\(\w+\)s", " ", entry.string)]
        if entry.id
    ]
    whole = "\n".join(pages)
    assert len(pages) > 30
    assert fernandez_huerta(whole) >= 60 and szigriszt(whole) >= 55
