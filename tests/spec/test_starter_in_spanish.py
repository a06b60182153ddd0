"""The Spanish part of the starter collection: what people need most, each a governed record that knows its English original.

The general rules of the collection are in `test_starter_collection.py`; these are the ones that Spanish adds.
"""

import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import waymark.app.wiring as wiring

sys.path.insert(0, str(Path(__file__).parents[1]))

from test_starter_collection import LONGEST_SENTENCE, Page, read

from spanish import fernandez_huerta, syllables, szigriszt

STARTER = wiring.starter_folder()
PAGES = [read(path) for path in sorted((STARTER / "es").glob("*.md")) if not path.name.startswith("words-about-")]
NEEDED_MOST = frozenset(
    """what-a-recurrence-is kinds-of-recurrence recurrence-or-second-cancer why-cancer-comes-back
    can-anyone-know-if-it-will-come-back same-cancer-new-place signs-to-report when-to-call-right-away restaging
    tests-when-cancer-may-be-back treatment-when-cancer-comes-back clinical-trials second-opinions palliative-care
    follow-up-care questions-when-it-comes-back feelings-after-a-recurrence fear-of-it-coming-back
    cancer-brain-or-spine-tumor-recurrence for-carers""".split()
)
EASIEST_TO_MISS = 60.0  # Fernández Huerta: years seven and eight
NORMAL = 55.0  # Szigriszt on the INFLESZ scale


@pytest.fixture(params=PAGES, ids=lambda page: page.slug)
def page(request: pytest.FixtureRequest) -> Page:
    return request.param  # type: ignore[no-any-return]


def english(page: Page) -> Page:
    return read(STARTER / "en" / f"{page.slug}.md")


def text(page: Page) -> str:
    return "\n".join(page.units())


def test_the_documents_that_are_needed_most_are_there() -> None:
    assert {page.slug for page in PAGES} == NEEDED_MOST


def test_it_names_its_original_and_the_version_that_was_translated(page: Page) -> None:
    """When the original changes in meaning it gets a new version, and this is red until somebody has looked at the translation."""
    original = english(page)
    assert page.front["id"] == f"waymark-es-{page.slug}"
    assert page.front["url"] == f"waymark:starter/es/{page.slug}"
    assert page.front["translationOf"] == original.front["id"]
    assert page.front["translatedVersion"] == original.front["version"]
    assert page.front["language"] == "es"


def test_it_is_marked_as_not_yet_reviewed_and_keeps_the_sources_of_its_original(page: Page) -> None:
    assert page.front["lastReviewed"] is None and page.front["reviewedBy"] is None
    addresses = [source["url"] for source in page.front["sources"]]
    assert [source["url"] for source in english(page).front["sources"]] == addresses[
        : len(english(page).front["sources"])
    ]
    assert all(source["language"] in ("en", "es") for source in page.front["sources"])
    for key in ("cancerTypes", "tags", "audienceLevel", "license", "reviewFrequency", "status"):
        assert page.front[key] == english(page).front[key]


def test_it_has_the_same_parts_as_its_original(page: Page) -> None:
    """Heading for heading, paragraph for paragraph, item for item: nothing was left out or added in between."""

    def shape(of: Page) -> list[str]:
        return [re.match(r"#+|-|.", line)[0][:3] if line[0] in "#-" else "p" for line in of.lines if line.strip()]  # type: ignore[index]

    assert shape(page) == shape(english(page))
    assert page.headings()[0] == (1, page.front["title"])


def test_each_list_is_introduced_by_a_sentence_with_a_colon(page: Page) -> None:
    filled = [line for line in page.lines if line.strip()]
    for before, line in pairwise(filled):
        if line.startswith("- ") and not before.startswith("- "):
            assert before.endswith(":"), line
        if before.endswith(":"):
            assert line.startswith("- "), before


def test_it_is_easy_to_read(page: Page) -> None:
    paragraphs = "\n".join(line for line in page.lines if line.strip() and line[0] not in "#-")
    for measured in (text(page), paragraphs):
        assert fernandez_huerta(measured) >= EASIEST_TO_MISS
        assert szigriszt(measured) >= NORMAL


def test_no_sentence_is_too_long_to_quote(page: Page) -> None:
    long = [
        s for unit in page.units() for s in re.split(r"(?<=[.!?;])\s+", unit) if len(s.split()) > LONGEST_SENTENCE + 9
    ]
    assert not long


def test_it_speaks_with_respect_and_to_everybody(page: Page) -> None:
    """ "Usted", and words that are understood from the United States to the south: no tú, vos or vosotros, no local words."""
    found = re.findall(
        r"\b(?:tú|tu|tus|contigo|vos|vosotros|vuestr\w+|eres|tienes|puedes|debes|ordenador|móvil|coche|carro|platicar|checar|chequear)\b",
        text(page),
        re.IGNORECASE,
    )
    assert not found


def test_no_dose_no_interval_no_forecast(page: Page) -> None:
    whole = text(page)
    number = r"(?:\d+|un|una|dos|tres|cuatro|cinco|seis|nueve|diez|doce)"
    assert not re.search(rf"\b{number} ?(?:mg|miligramos?|gray|gy)\b", whole, re.IGNORECASE)
    assert not re.search(rf"\b(?:cada|por) {number} (?:días|semanas?|meses|mes|años?)\b", whole, re.IGNORECASE)
    assert not re.search(r"\d ?(?:%|por ciento)", whole)
    assert not re.search(r"\busted (?:se va a curar|va a morir|va a vivir)\b", whole, re.IGNORECASE)


@pytest.mark.parametrize(
    "fact",
    [
        "38.0 °C (100.4 °F)",
        "más de cinco minutos",
        "menos de 24 horas",
        "número de emergencias de su zona",
        "línea de ayuda en crisis",
    ],
)
def test_urgent_signs_keep_their_thresholds(fact: str) -> None:
    """The same limits as in English; a slip of a digit in translating could harm someone."""
    assert fact in text(next(page for page in PAGES if page.slug == "when-to-call-right-away"))


def test_numbers_are_the_same_as_in_the_original(page: Page) -> None:
    def numbers(of: Page) -> set[str]:
        return set(re.findall(r"\d+(?:\.\d+)?", text(of)))

    added = {"2"} if "oprim" in text(page) else set()  # the Spanish choice of the crisis line's menu
    assert numbers(page) - added == numbers(english(page)) - added


# --- the measure itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(
            ("cáncer", 2),
            ("tumor", 2),
            ("médico", 3),
            ("quimioterapia", 5),
            ("radiación", 3),
            ("pregunta", 3),
            ("ruido", 2),
        ),
        *(
            ("día", 2),
            ("oír", 2),
            ("cuidar", 2),
            ("cuerpo", 2),
            ("aéreo", 4),
            ("pingüino", 3),
            ("hay", 1),
            ("ya", 1),
        ),
        *(
            ("línea", 3),
            ("ensayo", 3),
            ("recurrencia", 4),
            ("síntoma", 3),
            ("que", 1),
            ("guía", 2),
            ("rey", 1),
            ("leer", 2),
        ),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_measures_tell_easy_from_hard() -> None:
    easy = "El sol sale. La casa es azul. Mi mamá va al parque con el perro."
    hard = (
        "La administración concomitante de inmunomoduladores determina frecuentemente complicaciones hematológicas "
        "clínicamente significativas en poblaciones oncológicas inmunocomprometidas."
    )
    assert fernandez_huerta(easy) > 90 > 20 > fernandez_huerta(hard)
    assert szigriszt(easy) > 85 > 20 > szigriszt(hard)
