"""Our own words in each language: catalogues, dates and numbers, the language that a browser asks for."""

from datetime import date

import pytest

from waymark.languages.texts import language_of, languages, offered_by, texts


def test_english_is_the_source_and_spanish_is_spoken() -> None:
    assert languages()[0] == "en" and "es" in languages()


@pytest.mark.parametrize(
    ("wanted", "language"), [("es-MX", "es"), ("ES_es", "es"), ("en-GB", "en"), ("xx", "en"), (None, "en"), ("", "en")]
)
def test_a_code_is_read_by_its_first_part(wanted: str | None, language: str) -> None:
    assert language_of(wanted) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("es-ES,es;q=0.9,en;q=0.8", "es"),
        ("fr-FR,en;q=0.7,es;q=0.8", "es"),
        ("de,fr", "en"),
        ("es;q=0", "en"),
        ("es;q=nonsense,en", "en"),
        ("", "en"),
    ],
)
def test_the_language_to_offer_is_the_browsers_first_that_is_spoken(header: str, language: str) -> None:
    assert offered_by(header) == language


def test_what_has_no_translation_stays_english() -> None:
    assert texts("es").gettext("Library") == "Biblioteca"
    assert texts("es").gettext("Nobody wrote this yet.") == "Nobody wrote this yet."
    assert texts("es").ngettext("one thing", "many things", 3) == "many things"


def test_dates_and_numbers_follow_the_language() -> None:
    assert texts("en").day(date(2025, 12, 30)) == "30 December 2025"
    assert texts("es").day(date(2025, 12, 30)) == "30 de diciembre de 2025"
    assert (
        texts("en").number(1434) == "1,434" and texts("es").number(12434.5) == "12,434.5"
    )  # as in most of the Americas
