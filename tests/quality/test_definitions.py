"""Questions about words, each word of the glossary once: how many are answered, and with the word's own meaning.

Floors, a little under what was measured: 289 of 290 in English and 166 of 167 in Spanish are answered; the meaning of the glossary
is among the quotations for 266 and 161, and a page of the starter collection that says the same stands there for most of the rest.
"""

import pytest

from waymark.answering.response import Answer
from waymark.app.wiring import Waymark
from waymark.library.glossary import glossary


@pytest.mark.parametrize(
    ("language", "question", "answered", "own"),
    [
        ("en", "What does {} mean?", 0.97, 0.88),
        ("en", "What is {}?", 0.97, 0.86),
        ("es", "¿Qué significa {}?", 0.97, 0.92),
    ],
)
def test_a_question_about_a_word_is_answered_from_the_glossary(
    starter_library: Waymark, language: str, question: str, answered: float, own: float
) -> None:
    meanings = [term.meanings[language] for term in glossary().terms.values() if language in term.meanings]
    found = [starter_library.ask(question.format(meaning.name), language=language) for meaning in meanings]
    answers = [response for response in found if isinstance(response, Answer)]
    assert len(answers) >= answered * len(meanings)
    with_meaning = sum(
        isinstance(response, Answer) and any(meaning.text[:60] in quoted.text for quoted in response.quotations)
        for response, meaning in zip(found, meanings, strict=True)
    )
    assert with_meaning >= own * len(meanings)
    # Word for word, cited, and open about not being reviewed, like everything else that is quoted.
    for response in answers:
        for quoted in response.quotations:
            body = starter_library.document(quoted.card.id, quoted.card.version).body.text
            assert body[quoted.start : quoted.end] == quoted.text
            assert quoted.card.reviewed_by is None and quoted.card.attribution


@pytest.mark.parametrize(
    "question",
    [
        "What is a malignant tumour?",
        "what's a biopsy",
        "define metastasis",
        "What does NSCLC stand for?",
        "What does adjuvant mean",
    ],
)
def test_a_definition_is_asked_for_in_many_ways(starter_library: Waymark, question: str) -> None:
    assert isinstance(starter_library.ask(question), Answer)
