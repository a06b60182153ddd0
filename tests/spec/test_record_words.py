"""Every word of the record's pages stands in the Spanish catalogues, and no other catalogue says the same words differently."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from waymark.app.explaining import TOPICS, Explaining
from waymark.app.web.record.fields import ASKS
from waymark.care.team import COPING
from waymark.languages.texts import texts

SOURCE = Path(__file__).parents[2] / "src" / "waymark"
PAGES = SOURCE / "app" / "web" / "record"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "say": None, "message": None}


def messages() -> set[str]:
    """Return every message of the pages, and of what can go wrong with a record: of a plural its first form."""
    found: set[str] = set()
    options = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "newstyle_gettext": "true"}
    files = [(path, "jinja2.ext:babel_extract", options) for path in sorted((PAGES / "templates").glob("*.html"))]
    files += [(path, "python", {}) for path in (*sorted(PAGES.glob("*.py")), SOURCE / "app" / "explaining.py")]
    files += [(path, "python", {}) for path in sorted((SOURCE / "record").glob("*.py"))]
    for path, method, given in files:
        for _, said, _, _ in extract_from_file(method, path, keywords=KEYWORDS, options=given):
            first = said if isinstance(said, str) else next((each for each in said if isinstance(each, str)), "")
            found.add(first)
    return {each for each in found if each.strip()}


def test_every_word_of_the_pages_is_there_in_spanish() -> None:
    spanish = texts("es")
    same = {"no", "Plan", "Local", "No"}
    missing = [
        each
        for each in messages()
        if spanish.gettext(each) == each and each not in same and re.search("[a-z]{2}", each)
    ]
    assert missing == []
    assert len(messages()) > 600


def test_fields_of_a_message_are_the_same_in_spanish() -> None:
    spanish = texts("es")
    for each in messages():
        wanted, said = (set(re.findall(r"%\((\w+)\)s", text)) for text in (each, spanish.gettext(each)))
        assert said <= wanted, each
        if "num" not in wanted and "kind" not in wanted:
            assert said == wanted, each


def test_no_other_catalogue_says_words_of_the_record_differently() -> None:
    """All catalogues are read together, and the last one wins: two that differ would change each other's pages."""
    said: dict[str, tuple[str, object]] = {}
    for file in sorted((SOURCE / "languages" / "es").glob("*.po")):
        with file.open("rb") as opened:
            for entry in read_po(opened, locale="es"):
                if not entry.id:
                    continue
                key = entry.id if isinstance(entry.id, str) else entry.id[0]
                before = said.setdefault(key, (file.name, entry.string))
                ours = any(name.startswith("record") for name in (before[0], file.name))
                if ours and isinstance(before[1], str) == isinstance(entry.string, str):
                    assert before[1] == entry.string, (key, before[0], file.name)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_is_explained_without_a_library(topic: str, language: str) -> None:
    found = Explaining(None, lambda host: "").explain(topic, language)
    assert found is not None and found.ours and found.language in (language, "en")
    assert 60 < len(re.sub("<[^>]*>", "", found.words)) < 1500


def test_every_topic_that_a_field_names_is_ours() -> None:
    named = {field.topic for asks in ASKS.values() for field in asks.fields if field.topic}
    assert named <= set(TOPICS)
    assert Explaining(None, lambda host: "").explain("the words of a person", "en") is None


def test_pages_on_living_with_it_are_offered_without_a_library() -> None:
    found = Explaining(None, lambda host: "").readings("coping", "en")
    assert len(found) == len(COPING) and all(reading.first.endswith(".") and not reading.address for reading in found)
