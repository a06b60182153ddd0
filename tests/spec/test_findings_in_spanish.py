"""What the checks look for, what their repairs do and what they find is said in Spanish too, sentence for sentence."""

import re
from pathlib import Path

import pytest

from waymark.app.web.language import in_language
from waymark.app.web.librarian.found_words import SENTENCES, found_words
from waymark.languages.texts import texts
from waymark.library.checks import findings

CHECKS = Path(findings.__file__).parent
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "nci"


@pytest.mark.parametrize("check", findings.every_check(), ids=lambda check: check.code)
def test_each_rule_and_each_repair_is_said_in_spanish(check: findings.Check) -> None:
    own = texts("es")
    assert own.gettext(check.rule) != check.rule
    assert not check.does or own.gettext(check.does) != check.does


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.source[:50])
def test_each_sentence_fits_itself_and_keeps_the_words_of_the_page(sentence: object) -> None:
    source = str(sentence.source)
    fields = re.findall(r"%\((\w+)\)s", source)
    words = {name: f"word{number}" for number, name in enumerate(fields)}
    with in_language("es"):
        said = found_words(source % words)
    assert said != source % words
    assert all(word in said for word in words.values())


def test_a_sentence_that_none_fits_stays_as_it_is() -> None:
    with in_language("es"):
        assert found_words("Something of a check that came later.") == "Something of a check that came later."


def test_every_finding_in_real_documents_fits_a_sentence(tmp_path: Path) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the real documents are not beside this checkout")
    from datetime import date

    from waymark.app.checking import checked
    from waymark.app.ingest import add_files
    from waymark.library.catalogue import Catalogue

    files = sorted(CORPUS.rglob("*.md"))
    chosen = files[::30]
    with Catalogue.create(tmp_path / "library", "test") as catalogue:
        with catalogue.writing() as writer:
            add_files(catalogue, writer, chosen, "test")
        with checked(catalogue, date(2026, 11, 21)) as found, in_language("es"):
            unsaid = {each.check: each.why for each in found.findings() if found_words(each.why) == each.why}
    assert unsaid == {}
