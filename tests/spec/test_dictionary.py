"""The publisher's dictionary service: its documented shapes, written here, read once, kept, and never shown as markup.

The shapes are those of https://webapis.cancer.gov/glossary/v1 as it documents them; the words are the tests' own.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher_site import PublisherSite, answers, hangs_up, publisher_site, settings
from waymark.app.meanings import meaning_of, word
from waymark.errors import LibraryDamaged, NotFound, UnreadableSource
from waymark.library.catalogue import Catalogue
from waymark.sources.dictionary import ASKED_AGAIN, Dictionary, Entry, ask_service, read_entries
from waymark.sources.fetch import Session

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def served(number: int = 45164, name: str = "biopsy", **more: Any) -> dict[str, Any]:
    """Return one entry as the service documents it."""
    return {
        "termId": number,
        "language": "en",
        "dictionary": "Cancer.gov",
        "audience": "Patient",
        "termName": name,
        "firstLetter": name[0],
        "prettyUrlName": name.replace(" ", "-"),
        "pronunciation": {"key": "(BY-op-see)", "audio": "https://media.example/audio/1.mp3"},
        "definition": {
            "html": "Words of the test about <em>taking</em> a sample. <a href='/x'>More</a>",
            "text": "Words of the test about\n taking a sample.",
        },
        "relatedResources": [{"type": "External", "text": "More", "url": "https://more.example/"}],
        "media": [{"type": "Image", "altText": "A picture"}],
        **more,
    }


def data(*entries: dict[str, Any], paged: bool = False) -> bytes:
    if paged:
        return json.dumps(
            {"meta": {"totalResults": len(entries), "from": 0}, "results": list(entries), "links": None}
        ).encode()
    return json.dumps(entries[0] if len(entries) == 1 else list(entries)).encode()


@pytest.fixture
def kept(tmp_path: Path) -> Dictionary:
    return Dictionary(tmp_path)


@pytest.fixture
def site() -> Iterator[PublisherSite]:
    with publisher_site() as here:
        yield here


# ---------------------------------------------------------------------------------------------------------------- shapes


def test_an_entry_is_read_with_all_that_it_says() -> None:
    (entry,) = read_entries(data(served()), "45164.json")
    assert entry == Entry(
        number=45164,
        name="biopsy",
        dictionary="cancer-terms",
        audience="patient",
        language="en",
        text="Words of the test about taking a sample.",
        html="Words of the test about <em>taking</em> a sample. <a href='/x'>More</a>",
        pronunciation="BY-op-see",
        audio="https://media.example/audio/1.mp3",
    )
    assert entry.address == "https://www.cancer.gov/publications/dictionaries/cancer-terms/def/45164"
    assert entry.credit == f"“biopsy” was originally published by the National Cancer Institute. {entry.address}"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"audience": "HealthProfessional", "dictionary": "Genetics"}, ("genetics", "professional", "en", "BY-op-see")),
        ({"language": "es", "pronunciation": None}, ("cancer-terms", "patient", "es", None)),
        ({"language": "en", "pronunciation": {"key": None, "audio": None}}, ("cancer-terms", "patient", "en", None)),
        ({"dictionary": "NotSet", "pronunciation": {}}, ("cancer-terms", "patient", "en", None)),
    ],
)
def test_dictionary_audience_and_language_are_each_kept(more: dict[str, Any], expected: tuple[Any, ...]) -> None:
    (entry,) = read_entries(data(served(**more)), "x")
    assert (entry.dictionary, entry.audience, entry.language, entry.pronunciation) == expected


def test_pages_of_entries_and_lists_are_read() -> None:
    both = served(), served(45861, "recurrence")
    assert [entry.number for entry in read_entries(data(*both, paged=True), "x")] == [45164, 45861]
    assert [entry.number for entry in read_entries(data(*both), "x")] == [45164, 45861]


@pytest.mark.parametrize(
    "broken",
    [
        b"", b"{", b"[]", b"null", b"7", b'{"results": []}', b'"text"', b"\xff\xfe",
        data({"termId": 1}), data(served(number=0)), data(served(definition={"html": "x"})),
        data(served(definition={"text": ""})), data(served(termName="")), data(served(termId="many")),
        data(served(), {"termId": 2}),
    ],
)  # fmt: skip
def test_what_breaks_the_shape_is_refused_whole(broken: bytes) -> None:
    """Half an import would not be seen: nothing of the file is taken in."""
    with pytest.raises(UnreadableSource) as error:
        read_entries(broken, "terms.json")
    assert "terms.json" in error.value.sentence


# ------------------------------------------------------------------------------------------------------------------ kept


def test_an_entry_is_kept_by_number_dictionary_audience_and_language(kept: Dictionary) -> None:
    entries = [
        *read_entries(data(served()), "x"),
        *read_entries(data(served(language="es", termName="biopsia")), "x"),
        *read_entries(data(served(audience="HealthProfessional", termName="biopsy, for professionals")), "x"),
    ]
    assert kept.put(entries, "x", NOW) == 3
    assert kept.put(entries, "x", NOW) == 0, "the same again is nothing new"
    assert kept.entry(45164).name == "biopsy"  # type: ignore[union-attr]
    assert kept.entry(45164, "es").name == "biopsia"  # type: ignore[union-attr]
    assert kept.entry(45164, "en", "professional").name == "biopsy, for professionals"  # type: ignore[union-attr]
    assert kept.entry(45164, "fr").language == "en"  # type: ignore[union-attr]
    assert kept.entry(1) is None and kept.named("BIOPSY").number == 45164  # type: ignore[union-attr]
    assert kept.numbers() == {45164} and kept.numbers("es") == {45164} and kept.numbers("fr") == frozenset()


def test_a_library_without_a_dictionary_has_none_and_makes_none(kept: Dictionary) -> None:
    assert kept.entry(1) is None and kept.numbers() == frozenset() and kept.named("x") is None
    assert not (kept.folder / "dictionary.sqlite").exists()


def test_a_damaged_dictionary_is_said_and_not_taken_for_an_empty_one(kept: Dictionary) -> None:
    (kept.folder / "dictionary.sqlite").write_bytes(b"this is no database at all, and never was")
    with pytest.raises(LibraryDamaged, match="Delete it"):
        kept.entry(1)


# --------------------------------------------------------------------------------------------------------------- reading


def ask(site: PublisherSite, kept: Dictionary, *numbers: int, **how: Any) -> Any:
    with Session(settings(attempts=1)) as session:
        return ask_service(session, kept, numbers, **{"service": site.address, "now": NOW, **how})


def test_the_service_is_asked_for_each_number_once(site: PublisherSite, kept: Dictionary) -> None:
    path = "/Terms/Cancer.gov/Patient/en/"
    site.answers[f"{path}45164"] = answers(200, data(served()), Content_Type="application/json")
    first = ask(site, kept, 45164, 999, 45164)
    assert (first.read, first.missing, first.failed) == (1, 1, ())
    assert site.paths() == ["/robots.txt", f"{path}45164", f"{path}999"]
    second = ask(site, kept, 45164, 999)
    assert (second.read, second.missing) == (0, 0) and len(site.asked) == 3, "what is known is not asked for"
    later = ask(site, kept, 999, now=NOW + timedelta(days=ASKED_AGAIN + 1))
    assert later.missing == 1, "what was not there may be there by now"


def test_audience_and_language_are_asked_for_as_the_service_names_them(site: PublisherSite, kept: Dictionary) -> None:
    ask(site, kept, 1, audience="professional", language="es", dictionary="genetics")
    assert site.paths()[-1] == "/Terms/Genetics/HealthProfessional/es/1"


def test_a_service_that_fails_is_left_alone_and_what_was_read_is_kept(site: PublisherSite, kept: Dictionary) -> None:
    path = "/Terms/Cancer.gov/Patient/en/"
    site.answers[f"{path}45164"] = answers(200, data(served()))
    for number in (2, 3, 4, 5, 6):
        site.answers[f"{path}{number}"] = hangs_up
    asked = ask(site, kept, 45164, 2, 3, 4, 5, 6)
    assert asked.read == 1 and [number for number, _ in asked.failed] == [2, 3, 4]
    assert kept.numbers() == {45164}
    site.answers[f"{path}7"] = answers(200, b"<html>maintenance</html>")
    assert "not JSON" in ask(site, kept, 7).failed[0][1]


# --------------------------------------------------------------------------------------------------------- in the library


def test_our_words_come_first_and_the_publishers_entry_stands_beside_them(tmp_path: Path) -> None:
    with Catalogue.create(tmp_path / "library", "a test") as catalogue:
        kept = Dictionary(catalogue.folder)
        kept.put(read_entries(data(served(), served(999999, "zebra stripe")), "x"), "x", NOW)
        found = meaning_of(catalogue, "Biopsies", "en")
        assert found.term is not None and found.text.startswith("A biopsy") and found.entry is not None
        assert found.entry.text == "Words of the test about taking a sample."
        only_theirs = meaning_of(catalogue, "zebra stripe", "en")
        assert only_theirs.term is None and only_theirs.id == "999999" and "originally published" in only_theirs.credit
        assert word(catalogue, "45164", "en").id == "biopsy"  # type: ignore[union-attr]
        assert word(catalogue, "1", "en") is None
        with pytest.raises(NotFound, match="biopsy"):
            meaning_of(catalogue, "biopsi", "en")
