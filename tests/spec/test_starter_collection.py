"""The starter collection: plain, sourced, whole, in the project's own words, and open about not being reviewed.

Answers are quoted from these documents sentence by sentence, so the rules below are about what a quotation needs:
a subject that is named, a list that is introduced, a sentence that is short enough, a source that can be opened.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "src" / "waymark" / "starter"
SHARED = ROOT.parent / "shared"

FEWEST_DOCUMENTS = 40
WORDS = range(250, 751)
HIGHEST_GRADE = 8.0
LONGEST_SENTENCE = 36  # words; the aim is 30
LONGEST_SHARED_RUN = 14  # words; common phrases such as "to other parts of the body such as the" stay below

# Keys whose value is the same in every document; the rest are checked one by one.
FIXED = {
    "source": "Waymark",
    "sourceType": "starter",
    "audienceLevel": "patient",
    "language": "en",
    "license": "Apache-2.0",
    "reviewFrequency": "yearly",
    "retrieved": None,
    "status": "active",
}
KEYS = {
    *FIXED,
    *("id", "title", "url", "cancerTypes", "tags", "citation", "attribution", "lastReviewed", "reviewedBy"),
    *("updated", "posted", "version", "sources"),
}
TAGS = {
    *("recurrence", "symptoms", "tests", "staging", "treatment", "side-effects", "follow-up", "trials"),
    *("second-opinion", "coping", "support", "palliative", "questions", "carers", "urgent", "words"),
}
LEANS_ON_WHAT_CAME_BEFORE = {
    "it",
    "they",
    "this",
    "that",
    "those",
    "such",
    "both",
    "neither",
    "others",
    "he",
    "she",
}


@dataclass(frozen=True)
class Page:
    """One file of the collection: its front matter and its Markdown lines."""

    path: Path
    front: dict[str, Any]
    lines: tuple[str, ...]

    @property
    def slug(self) -> str:
        return self.path.stem

    def headings(self) -> list[tuple[int, str]]:
        return [(len(m[1]), m[2]) for line in self.lines if (m := re.match(r"(#+) (.+)", line))]

    def units(self) -> Iterator[str]:
        """Yield each paragraph and each list item as one string, headings left out."""
        for line in self.lines:
            text = line.strip()
            if text and not text.startswith("#"):
                yield text.removeprefix("- ")

    def sentences(self) -> Iterator[str]:
        for unit in self.units():
            yield from re.split(r"(?<=[.!?])[\"”)]?\s+(?=[\"“(]?[A-Z])", unit)


def read(path: Path) -> Page:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Page(path, YAML(typ="safe").load(front), tuple(body.splitlines()))


PAGES = [read(path) for path in sorted((STARTER / "en").glob("*.md"))]


@pytest.fixture(params=PAGES, ids=lambda page: page.slug)
def page(request: pytest.FixtureRequest) -> Page:
    return request.param  # type: ignore[no-any-return]


def syllables(word: str) -> int:
    """Estimate the syllables of an English word: vowel groups, less a silent e, plus vowels that are said apart.

    A fixed rule of our own, so that the grade of a text does not move with a package. Over the words of this
    collection it differs from the CMU pronouncing dictionary by 0.03 of a grade on average.
    """
    word = word.lower()
    count = len(re.findall(r"[aeiouy]+", word))
    silent_e = re.search(r"[^aeiouyl]es?$|[aeiouy]les?$", word) and not re.search(r"(?:[sxzcg]|[cs]h)es$", word)
    silent_ed = re.search(r"[^aeioudt]ed$", word) and not re.search(r"[^aeiou]led$", word)
    count -= bool(silent_e or silent_ed)
    count += len(re.findall(r"(?<![cgst])ia|io(?!n|u)|eo(?!p)|iu|ying|ism\b", word))
    return max(1, count)


def grade(units: list[str]) -> float:
    """Return the Flesch-Kincaid grade of some text, each unit and each sentence in it counted as a sentence."""
    sentences = [s for unit in units for s in re.split(r"[.!?:;]+(?=\s|$)", unit) if re.search(r"[A-Za-z]", s)]
    words = [w for s in sentences for w in re.findall(r"[A-Za-z]+(?:['’][a-z]+)?", s)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def plain_words(text: str) -> list[str]:
    text = re.sub(r"\]\([^)]*\)", " ", text)  # a link's address is not part of its sentence
    return re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", text.lower()))


# --- the collection as a whole --------------------------------------------------------------------------------------


def test_the_collection_is_large_enough_to_be_useful() -> None:
    assert len(PAGES) >= FEWEST_DOCUMENTS


@pytest.mark.parametrize("key", ["id", "title", "url", "citation"])
def test_no_two_documents_share_a_name(key: str) -> None:
    twice = [value for value, n in Counter(str(page.front[key]).lower() for page in PAGES).items() if n > 1]
    assert not twice


def test_every_topic_that_a_person_meets_first_has_a_document() -> None:
    """The table of topics: removing one of these pages would leave a question that the product promises to answer."""
    expected = {
        *(
            "what-a-recurrence-is",
            "kinds-of-recurrence",
            "recurrence-or-second-cancer",
            "why-cancer-comes-back",
        ),
        *("can-anyone-know-if-it-will-come-back", "same-cancer-new-place", "signs-to-report", "restaging"),
        *(
            "when-to-call-right-away",
            "treatment-when-cancer-comes-back",
            "clinical-trials",
            "second-opinions",
        ),
        *("palliative-care", "follow-up-care", "questions-when-it-comes-back", "feelings-after-a-recurrence"),
    }
    assert expected <= {page.slug for page in PAGES}


def test_the_readme_says_that_no_clinician_has_reviewed_it() -> None:
    text = " ".join((STARTER / "README.md").read_text(encoding="utf-8").split())
    assert "Not yet reviewed by a clinician" in text
    assert "How to propose a change" in text


# --- front matter ---------------------------------------------------------------------------------------------------


def test_front_matter_is_complete(page: Page) -> None:
    assert set(page.front) == KEYS
    assert {key: page.front[key] for key in FIXED} == FIXED


def test_names_follow_from_the_file_and_the_title(page: Page) -> None:
    title = page.front["title"]
    assert page.front["id"] == f"waymark-{page.slug}"
    assert page.front["url"] == f"waymark:starter/{page.slug}"
    assert page.front["citation"].startswith(f"Waymark starter collection: {title} (")
    assert page.front["attribution"] == f"“{title}”, Waymark starter collection, Apache-2.0"
    assert re.fullmatch(r"v[1-9]\d*", page.front["version"])


def test_a_review_names_its_day_and_its_reviewer_or_neither(page: Page) -> None:
    """Unknown is null, never today: a date without a name, or a name without a date, is not a review."""
    assert (page.front["lastReviewed"] is None) == (page.front["reviewedBy"] is None)


def test_dates_are_dates(page: Page) -> None:
    posted, updated = (date.fromisoformat(str(page.front[key])) for key in ("posted", "updated"))
    assert posted <= updated


def test_types_and_tags_are_lists_of_known_words(page: Page) -> None:
    types, tags = page.front["cancerTypes"], page.front["tags"]
    assert types and all(isinstance(kind, str) and kind for kind in types)
    assert page.slug.startswith("cancer-") == (types != ["general"])
    assert tags and set(tags) <= TAGS and len(set(tags)) == len(tags)


def test_every_source_can_be_opened_and_is_named(page: Page) -> None:
    sources = page.front["sources"]
    assert sources
    for source in sources:
        assert set(source) == {"title", "publisher", "url"}
        assert all(isinstance(value, str) and value.strip() for value in source.values())
        address = urlsplit(source["url"])
        assert address.scheme == "https"
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", address.netloc)
        assert not source["title"].endswith(" - NCI")
    assert len({source["url"] for source in sources}) == len(sources)


# --- structure ------------------------------------------------------------------------------------------------------


def test_one_title_then_sections_with_text_under_each(page: Page) -> None:
    headings = page.headings()
    assert headings[0] == (1, page.front["title"])
    assert [level for level, _ in headings].count(1) == 1
    assert sum(level == 2 for level, _ in headings) >= 3
    assert all(after <= before + 1 for (before, _), (after, _) in pairwise(headings))
    assert len({words for _, words in headings}) == len(headings)
    filled = [line for line in page.lines if line.strip()]
    for line, following in zip(filled, [*filled[1:], "#"], strict=True):
        if line.startswith("#"):
            assert not following.startswith("#"), f"Nothing stands under “{line}”."
            assert not line.endswith((":", ".")), f"“{line}” is a heading, not a sentence."


def test_the_first_paragraph_answers_in_one_to_three_sentences(page: Page) -> None:
    first = [line for line in page.lines if line.strip()][1]
    assert not first.startswith(("-", "#"))
    assert first.endswith((".", "?"))
    assert 1 <= len(re.split(r"(?<=[.!?])\s+(?=[A-Z])", first)) <= 3


def test_each_section_starts_by_naming_its_subject(page: Page) -> None:
    filled = [line for line in page.lines if line.strip()]
    for line, following in pairwise(filled):
        if line.startswith("#"):
            start = following.split()[0].strip("\"“'").lower()
            if re.match(r"It (?:is|can be|may be) \w+ (?:to|that|for)\b", following):
                continue  # "It is hard to wait" points forward, not back
            assert start not in LEANS_ON_WHAT_CAME_BEFORE, f"Quoted alone, “{following[:60]}” has no subject."


def test_each_list_is_introduced_by_a_sentence_with_a_colon(page: Page) -> None:
    filled = [line for line in page.lines if line.strip()]
    for before, line in pairwise(filled):
        if line.startswith("- ") and not before.startswith("- "):
            assert before.endswith(":"), f"The list “{line}” has no sentence that introduces it."
        if before.endswith(":"):
            assert line.startswith("- "), f"“{before}” promises a list."


def test_only_the_marks_that_are_quoted_well_are_used(page: Page) -> None:
    """Headings, paragraphs and flat lists: no links, images, tables or HTML, whose marks would need to be taken out."""
    text = "\n".join(page.lines)
    assert not re.search(r"!\[|\]\(|^\||<[a-z/!]|^[ \t]+- |^\d+\. |[*_]{2}|\t|\u00a0|\ufffd", text, re.MULTILINE)


# --- language -------------------------------------------------------------------------------------------------------


def test_length_suits_one_topic(page: Page) -> None:
    assert sum(len(line.lstrip("#- ").split()) for line in page.lines) in WORDS


def test_reading_grade_is_eight_or_lower(page: Page) -> None:
    """In paragraphs alone as well as with the lists, since short list items would hide hard paragraphs."""
    paragraphs = [line for line in page.lines if line.strip() and not line.startswith(("-", "#"))]
    assert grade(list(page.units())) <= HIGHEST_GRADE
    assert grade(paragraphs) <= HIGHEST_GRADE


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat. The dog ran to the door.", -2.0, 1.0),
        ("Talk to your team if you have a new symptom. Ask a nurse for help with pain.", -1.0, 4.0),
        (
            "Multidisciplinary evaluation of symptomatic individuals necessitates radiological surveillance.",
            20.0,
            60.0,
        ),
    ],
)
def test_the_grade_tells_easy_from_hard(text: str, low: float, high: float) -> None:
    assert low <= grade([text]) <= high


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(
            ("team", 1),
            ("cause", 1),
            ("scans", 1),
            ("treated", 2),
            ("caused", 1),
            ("causes", 2),
            ("people", 2),
        ),
        *(("cancer", 2), ("biopsy", 3), ("recurrence", 3), ("radiation", 4), ("question", 2), ("family", 3)),
        *(("chemotherapy", 5), ("immunotherapy", 6), ("palliative", 4), ("tumor", 2), ("leukemia", 4)),
    ],
)
def test_syllables_of_words_that_matter_here(word: str, count: int) -> None:
    assert syllables(word) == count


def test_no_sentence_is_too_long_to_quote(page: Page) -> None:
    long = [sentence for sentence in page.sentences() if len(sentence.split()) > LONGEST_SENTENCE]
    assert not long


def test_spelling_is_the_one_that_readers_meet_elsewhere(page: Page) -> None:
    text = "\n".join([page.front["title"], *page.lines])
    assert not re.search(r"tumour|leukaemia|oesophag|anaemia|haem|centre\b|counselling|diarrhoea", text, re.IGNORECASE)


# --- what the collection must not do --------------------------------------------------------------------------------


def test_no_dose_and_no_default_interval(page: Page) -> None:
    """The team gives doses and dates. An interval in a document would be read as one's own."""
    number = r"(?:\d+|one|two|three|four|five|six|nine|ten|twelve)"
    text = "\n".join(page.lines)
    assert not re.search(rf"\b{number} ?(?:mg|milligrams?|mcg|gray|gy)\b", text, re.IGNORECASE)
    assert not re.search(
        rf"\b(?:every|each) (?:{number}(?: (?:to|or) {number})? )?(?:weeks?|months?|years?)\b"
        rf"|\b(?:once|twice|{number} times) (?:a|per|every) (?:week|month|year)\b",
        text,
        re.IGNORECASE,
    )


def test_no_forecast_and_no_promise(page: Page) -> None:
    text = "\n".join(page.lines)
    assert not re.search(r"\b\d+(?:\.\d+)? ?(?:%|percent|per cent|in \d+ people)", text, re.IGNORECASE)
    assert not re.search(
        r"\byou(?:r cancer)? will (?:be cured|survive|get well|not come back|live|die)\b", text, re.IGNORECASE
    )


def page_named(slug: str) -> Page:
    return next(page for page in PAGES if page.slug == slug)


@pytest.mark.parametrize(
    "fact",
    [
        "38.0 °C (100.4 °F)",
        "longer than five minutes",
        "within 24 hours",
        "immediately for any of these signs",
        "local emergency number",
        "crisis line",
    ],
)
def test_urgent_signs_keep_their_thresholds(fact: str) -> None:
    """The limits that the urgent page shares with the urgent notice; a slip of a digit here could harm someone."""
    assert fact in "\n".join(page_named("when-to-call-right-away").lines)


def test_the_urgent_page_names_who_set_the_thresholds() -> None:
    publishers = {source["publisher"] for source in page_named("when-to-call-right-away").front["sources"]}
    assert {
        "Centers for Disease Control and Prevention",
        "National Institute for Health and Care Excellence",
    } <= publishers


def test_a_quiet_diary_is_never_called_a_good_sign() -> None:
    assert "A quiet diary does not show that all is well" in "\n".join(page_named("signs-to-report").lines)


# --- our own words --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def other_peoples_words() -> list[list[str]]:
    files = sorted((SHARED / "corpus").rglob("*.md")) + sorted((SHARED / "seeds").glob("*"))
    if not files:
        pytest.skip("The real documents are not beside this checkout, so copying cannot be checked here.")
    return [plain_words(path.read_text(encoding="utf-8", errors="replace")) for path in files if path.is_file()]


def test_no_sentence_is_copied(other_peoples_words: list[list[str]]) -> None:
    """No run of words longer than a common phrase is shared with a page that the facts came from."""
    size = LONGEST_SHARED_RUN + 1
    ours: dict[tuple[str, ...], str] = {}
    for page in PAGES:
        for unit in page.units():
            words = plain_words(unit)
            ours |= {tuple(words[i : i + size]): page.slug for i in range(len(words) - size + 1)}
    assert ours
    copied = {
        (ours[run], " ".join(run))
        for words in other_peoples_words
        for run in zip(*(words[i:] for i in range(size)), strict=False)
        if run in ours
    }
    assert not copied


def test_no_short_sentence_is_copied_whole(other_peoples_words: list[list[str]]) -> None:
    """Sentences of ten words and more; shorter ones are often the only way to say a thing ("a sore that does not heal")."""
    lengths = range(10, LONGEST_SHARED_RUN + 1)
    ours = {
        tuple(words): page.slug for page in PAGES for s in page.sentences() if len(words := plain_words(s)) in lengths
    }
    sizes = {len(words) for words in ours}
    assert sizes
    copied = {
        (ours[run], " ".join(run))
        for words in other_peoples_words
        for size in sizes
        for run in zip(*(words[i:] for i in range(size)), strict=False)
        if run in ours
    }
    assert not copied
