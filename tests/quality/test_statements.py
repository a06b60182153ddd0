"""Never refused for a word: what the library says, turned into a question, is answered.

`statements.py` makes the questions by rules, at test time, from the documents at hand; 500 are drawn with a fixed seed. Whether
the answer holds the very sentence is printed too. ``WAYMARK_ENCODED_LIBRARY`` names a library with vectors; without it the
real documents are searched by words alone.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from statements import SEED, question_of, questions

from waymark.answering.response import Answer
from waymark.app.wiring import Waymark
from waymark.settings import Settings

TODAY = date(2026, 11, 25)
COUNT = 500
NATURAL = {
    "What is a malignant tumour?": "waymark-what-a-malignant-tumour-is",
    "If I refuse treatment, is palliative care an option?": "waymark-choosing-no-further-treatment",
    "How often should follow-up scans be done?": "waymark-follow-up-scans",
    "If it comes back in my liver, is it still colon cancer?": "waymark-cancer-colorectal",
}


@pytest.fixture(scope="module")
def library(request: pytest.FixtureRequest) -> Iterator[Waymark]:
    place = os.environ.get("WAYMARK_ENCODED_LIBRARY")
    if not place:
        yield request.getfixturevalue("real_library")
        return
    service = Waymark.open(Settings(library=Path(place)), create=False)
    yield service
    service.close()


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("A biopsy is a test of a small piece of tissue.", "What is a biopsy?"),
        ("Scans can find very small tumors.", "Can scans find very small tumors?"),
        ("Some scans can find very small tumors.", None),
        ("It can find very small tumors.", None),
        ("Your doctor may ask you about your plans.", "May my doctor ask me about my plans?"),
        ("Smoking causes many kinds of cancer.", "Does smoking cause many kinds of cancer?"),
        ("MRI scans are often repeated after surgery.", "Are MRI scans often repeated after surgery?"),
        ("Surgery is done first, and drugs may be given later.", None),
        ("The tests that are used can find tumors.", None),
        ("Scans find tumors.", None),
    ],
)
def test_a_statement_becomes_a_question(statement: str, question: str | None) -> None:
    assert question_of(statement) == question


def test_the_starter_collection_answers_what_it_says(starter_library: Waymark) -> None:
    """Runs everywhere: every statement of the English starter collection that a rule turns into a question."""
    documents = [starter_library.document(card.id) for card in starter_library.cards() if card.language == "en"]
    asked = questions(documents, 400)
    refused = [
        each.question
        for each in asked
        if not isinstance(starter_library.ask(each.question, on=TODAY, count=False), Answer)
    ]
    print(f"\n{len(asked)} questions, {len(refused)} refused: {refused}")
    assert len(asked) >= 150
    assert len(refused) <= 0.01 * len(asked)


@pytest.mark.corpus
def test_no_statement_of_the_library_is_refused(library: Waymark) -> None:
    documents = [library.document(card.id) for card in library.cards() if card.language == "en"]
    asked = questions(documents, COUNT)
    assert len(asked) == COUNT
    outcomes: Counter[str] = Counter()
    refused = []
    for each in asked:
        response = library.ask(each.question, on=TODAY, count=False)
        parts = response.parts or (response,)
        quotations = [quotation for part in parts if isinstance(part, Answer) for quotation in part.quotations]
        if all(isinstance(part, Answer) for part in parts):
            outcomes["answered"] += 1
            outcomes["with the very sentence"] += any(each.statement in quotation.text for quotation in quotations)
        else:
            refused.append((each.question, getattr(response, "reason", "a part of it")))
    print(f"\nseed {SEED}, {COUNT} statements: {dict(outcomes)}; refused: {refused}")
    assert not refused
    assert outcomes["with the very sentence"] >= 0.9 * COUNT


@pytest.mark.parametrize("question", NATURAL)
def test_questions_with_a_dangerous_word_are_answered(starter_library: Waymark, question: str) -> None:
    response = starter_library.ask(question, on=TODAY, count=False)
    assert isinstance(response, Answer)
    assert NATURAL[question] in {quotation.card.id for quotation in response.quotations}


WORDS = {
    "what is a benign tumor": "waymark-words-about-cancer",
    "what is a lymph node": "waymark-words-about-blood-and-the-immune-system",
    "what is an MRI": "waymark-words-about-scans",
    "what is grade": "waymark-words-about-stage-and-follow-up",
    "what is prognosis": "waymark-words-about-cancer",
    "what is a biopsy": "waymark-words-about-exams-and-samples",
    "what is restaging": "waymark-words-about-stage-and-follow-up",
    "what is immunotherapy": "nci-about-cancer-treatment-types-immunotherapy",
    "what is a clinical trial": "waymark-words-about-research-and-trials",
}


@pytest.mark.corpus
def test_a_sentence_that_opens_with_a_word_does_not_stand_before_what_the_word_means() -> None:
    """With vectors, over all documents: a page of one cancer may say "MRI is", and the glossary says what an MRI is."""
    place = os.environ.get("WAYMARK_ENCODED_LIBRARY")
    if not place:
        pytest.skip("WAYMARK_ENCODED_LIBRARY names no library with vectors.")
    service = Waymark.open(Settings(library=Path(place)), create=False)
    try:
        for question, document in WORDS.items():
            response = service.ask(question, on=TODAY, count=False)
            assert isinstance(response, Answer) and response.quotations[0].card.id == document, question
    finally:
        service.close()
