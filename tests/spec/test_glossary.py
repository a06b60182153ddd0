"""The glossary: plain, sourced, whole, in our own words; and where a text's words are explained.

A meaning is read alone, by someone who is frightened: the rules below are about what that needs.
"""

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_starter_collection import HIGHEST_GRADE, LONGEST_SHARED_RUN, grade, plain_words

from waymark.errors import WaymarkError
from waymark.library.body import normalise
from waymark.library.glossary import Term, glossary, marks, occurrences, read_group
from waymark.library.glossary_documents import documents, section_title

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "src" / "waymark" / "starter"
TERMS = sorted(glossary().terms.values(), key=lambda term: term.id)
BASE = "https://www.cancer.gov/types/x"

FEWEST, FEWEST_SPANISH = 150, 60


@pytest.fixture(params=TERMS, ids=lambda term: term.id)
def term(request: pytest.FixtureRequest) -> Term:
    return request.param  # type: ignore[no-any-return]


# ------------------------------------------------------------------------------------------------------------- the words


def test_there_are_enough_words_in_both_languages() -> None:
    assert len(TERMS) >= FEWEST
    assert sum("es" in term.meanings for term in TERMS) >= FEWEST_SPANISH


def test_a_meaning_names_its_word_and_says_it_in_three_sentences_at_most(term: Term) -> None:
    for language, meaning in term.meanings.items():
        first, *more = re.split(r"(?<=[.!?])\s+(?=[A-ZÁÉÍÓÚ¿])", meaning.text)
        assert len(more) <= 3, meaning.text
        assert meaning.text.endswith(".") and meaning.text == " ".join(meaning.text.split())
        names = (meaning.name, *meaning.also)
        assert any(plain(name) in plain(first) for name in names), (
            f"“{first}” does not name {meaning.name} ({language})"
        )
        assert len(set(map(str.casefold, names))) == len(names)


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_a_meaning_is_plain(term: Term) -> None:
    """Grade 8 at most, the word itself apart: nobody can say chemotherapy with shorter words."""
    meaning = term.meanings["en"]
    text = meaning.text
    for form in sorted((meaning.name, *meaning.also), key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(form)}\b", "it", text, flags=re.IGNORECASE)
    assert grade([text]) <= HIGHEST_GRADE


def test_a_term_has_a_page_to_go_to(term: Term) -> None:
    for language in term.meanings:
        address = urlsplit(term.publisher_page(language))
        assert address.scheme == "https" and address.netloc == "www.cancer.gov"
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", term.id)


def test_no_meaning_gives_a_dose_an_interval_or_a_forecast(term: Term) -> None:
    text = " ".join(meaning.text for meaning in term.meanings.values())
    assert not re.search(r"\b\d+ ?(?:mg|gray|gy|%|percent|por ciento)\b", text, re.IGNORECASE)
    assert not re.search(
        r"\b(?:every|each|cada) (?:\w+ )?(?:weeks?|months?|years?|semanas?|mes(?:es)?|años?)\b", text, re.IGNORECASE
    )
    assert not re.search(r"\byou(?:r cancer)? will (?:be cured|survive|get well|live|die)\b", text, re.IGNORECASE)


def test_no_form_stands_for_two_terms() -> None:
    """A form that means two things would be explained wrongly somewhere; the publisher's number tells those apart."""
    for language in ("en", "es"):
        known: dict[str, str] = {}
        for term in TERMS:
            meaning = term.meanings.get(language)
            for form in (meaning.name, *meaning.also) if meaning else ():
                key = form if form.isupper() and len(form) <= 4 else plain(form)
                assert known.setdefault(key, term.id) == term.id, f"“{form}” stands for {known[key]} and {term.id}"


def test_the_documents_of_the_starter_collection_are_those_of_the_glossary() -> None:
    """Run ``python docs/generate.py`` after a change of the glossary, and ``python training/shipped_vectors.py`` after that."""
    made = dict(documents())
    kept = {f"{path.parent.name}/{path.name}" for path in STARTER.glob("*/words-*.md")}
    assert kept == set(made)
    for place, text in made.items():
        assert (STARTER / place).read_text(encoding="utf-8") == text, place


def test_every_term_is_in_a_document_under_its_name() -> None:
    texts = dict(documents())
    for group in glossary().groups:
        for language in group.titles:
            text = texts[f"{language}/{group.slug}.md"]
            for term in group.terms:
                meaning = term.meanings.get(language)
                if meaning:
                    assert f"## {section_title(term, language)}\n\n{meaning.text}\n" in text
            assert "reviewedBy: null" in text and "lastReviewed: null" in text


@pytest.mark.parametrize(
    "text",
    [
        "no toml [",
        "[document]\nslug = 'x'\n",
        "[document]\nslug='x'\nposted='2026-01-01'\nupdated='2026-01-01'\nversion='v1'\nen.title='T'\nen.opening='O'\n[term.a]\nen.name='a'\nen.meaning='m'\n",
        "[document]\nslug='x'\nposted='2026-01-01'\nupdated='2026-01-01'\nversion='v1'\nen.title='T'\nen.opening='O'\n[term.a]\nnumbers=[]\nen.name='a'\nen.meaning='m'\n",
    ],
)
def test_a_file_that_breaks_the_rules_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(WaymarkError, match=r"^The glossary's file x\.toml cannot be read"):
        read_group("x", text)


@pytest.mark.corpus
def test_the_words_that_the_real_documents_link_to_most_are_explained(shared: Path) -> None:
    """Issue: at least the 150 words that the corpus links to most; names of drugs have a dictionary of their own."""
    from collections import Counter

    from waymark.library.links import term_link

    counts: Counter[int] = Counter()
    link = re.compile(r"\]\(([^()\s]+)")
    for path in sorted((shared / "corpus" / "nci").rglob("*.md")):
        for target in link.findall(path.read_text(encoding="utf-8", errors="replace")):
            found = term_link(target)
            if found and found.number is not None and found.dictionary != "cancer-drug":
                counts[found.number] += 1
    most = [number for number, _ in counts.most_common(150)]
    assert [number for number in most if number not in glossary().by_number] == []


@pytest.mark.corpus
def test_no_sentence_of_the_real_documents_stands_in_the_glossary(shared: Path) -> None:
    size = LONGEST_SHARED_RUN + 1
    ours = {
        tuple(words[i : i + size]): term.id
        for term in TERMS
        for words in (plain_words(term.meanings["en"].text),)
        for i in range(len(words) - size + 1)
    }
    copied = {
        (ours[run], " ".join(run))
        for path in (shared / "corpus" / "nci").rglob("*.md")
        for words in (plain_words(path.read_text(encoding="utf-8", errors="replace")),)
        for run in zip(*(words[i:] for i in range(size)), strict=False)
        if run in ours
    }
    assert not copied


# ---------------------------------------------------------------------------------------------------- where they are used


def used(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(text[mark.start : mark.end], mark.term) for mark in occurrences(text, language)]


def test_the_longest_term_is_the_one_that_is_meant() -> None:
    assert used("A second primary cancer is no recurrence.") == [
        ("second primary cancer", "second-cancer"),
        ("recurrence", "recurrence"),
    ]
    assert used("non-small cell lung cancer") == [("non-small cell lung cancer", "nsclc")]
    assert used("Recurrent cancers") == [("Recurrent cancers", "recurrent-cancer")]


def test_words_are_whole_words_whatever_their_case() -> None:
    assert used("Biopsies, BIOPSY and biopsylike; autobiopsy") == [("Biopsies", "biopsy"), ("BIOPSY", "biopsy")]
    assert used("Follow-up, follow up and follow–up") == [
        ("Follow-up", "follow-up"), ("follow up", "follow-up"), ("follow–up", "follow-up"),
    ]  # fmt: skip
    assert used("lymph\nnodes") == [] and used("lymph, nodes") == []


def test_short_names_in_capitals_are_told_from_common_words() -> None:
    assert used("All of them had ALL; take it iv or by IV.") == [
        ("ALL", "acute-lymphoblastic-leukemia"), ("IV", "intravenous"),
    ]  # fmt: skip


def test_each_language_has_its_own_words() -> None:
    assert used("La biopsia de un ganglio linfático", "es") == [
        ("biopsia", "biopsy"),
        ("ganglio linfático", "lymph-node"),
    ]
    assert used("La biopsia", "fr") == []


def marked(source: str, **how: object) -> list[tuple[str, str]]:
    body = normalise(source)
    return [(body.text[m.start : m.end], m.term) for m in marks(body, "en", BASE, **how)]  # type: ignore[arg-type]


def test_a_term_is_explained_where_it_is_first_used_and_only_there() -> None:
    assert marked("A biopsy is done. Another biopsy, and biopsies.") == [("biopsy", "biopsy")]


def test_a_term_is_never_explained_inside_a_link_or_a_heading() -> None:
    source = "# Biopsy\n\nRead [about a biopsy and remission](/x). Then a remission.\n"
    assert marked(source) == [("remission", "remission")]


def test_the_publishers_number_says_which_term_a_link_means() -> None:
    """CHECKS: one written form may name several terms, so the page's number is kept."""
    link = "/Common/PopUps/popDefinition.aspx?id=CDR00000{}&version=Patient&language=English"
    source = f"The [lens]({link.format(45164)}) and a biopsy; [stage]({link.format(45885)})."
    assert marked(source) == [("lens", "biopsy"), ("stage", "stage")]


def test_everyday_words_are_explained_where_the_publisher_links_them_and_left_alone_elsewhere() -> None:
    assert marked("The blood and the liver.") == []
    assert marked("The [blood](/publications/dictionaries/cancer-terms/def/270735).") == [("blood", "blood")]


def test_what_others_explain_is_marked_by_its_number() -> None:
    source = "A [zebra](/publications/dictionaries/cancer-terms/def/999999) here."
    assert marked(source) == []
    assert marked(source, others={999999}) == [("zebra", "999999")]


def test_a_part_of_a_text_has_its_own_first_use_and_what_was_explained_before_is_not_again() -> None:
    body = normalise("One biopsy here.\n\nA second biopsy and a remission there.")
    start = body.text.index("A second")
    span = (start, len(body.text))
    assert [m.term for m in marks(body, "en", BASE, span)] == ["biopsy", "remission"]
    assert [m.term for m in marks(body, "en", BASE, span, ["biopsy"])] == ["remission"]


@given(st.text(max_size=300))
def test_no_text_breaks_the_search_and_no_two_uses_overlap(text: str) -> None:
    found = list(occurrences(text, "en"))
    assert all(mark.start < mark.end for mark in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


WORDS = st.sampled_from(
    ["biopsy", "a", "lymph", "nodes", "node", "second", "primary", "cancer", "recurrent", "ALL", "-", ","]
)


@given(st.lists(WORDS, max_size=20).map(" ".join))
def test_each_use_is_a_form_of_its_term(text: str) -> None:
    for mark in occurrences(text, "en"):
        meaning = glossary().terms[mark.term].meanings["en"]
        said = plain(text[mark.start : mark.end])
        assert said in {plain(form) for form in (meaning.name, *meaning.also)}
