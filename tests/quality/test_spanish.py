"""Spanish questions and Spanish documents: the right document among the quotations, in the language of the question.

The questions of ``spanish/topics.jsonl`` are the project's own, in the words of patients: without accents, with misspellings,
in two or three countries' Spanish. Half was used for setting the limits in `waymark.answering.preference`, half was not; the
floors hold for each half. What each part brings is measured in ``bench/TRIED.md``.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from waymark.answering.response import Answer, Quotation
from waymark.answering.spoken import sure_language
from waymark.app.wiring import Waymark
from waymark.languages.texts import SOURCE

HERE = Path(__file__).parent
TODAY = date(2026, 11, 25)
TOPICS = [json.loads(line) for line in (HERE / "spanish" / "topics.jsonl").read_text("utf-8").splitlines()]
NO_ANSWER = [json.loads(line) for line in (HERE / "spanish" / "no_answer.jsonl").read_text("utf-8").splitlines()]


def _lines(*names: str) -> list[dict[str, Any]]:
    return [json.loads(line) for name in names for line in (HERE / name).read_text("utf-8").splitlines()]


def quoted(starter_library: Waymark, question: str) -> tuple[Quotation, ...]:
    given = starter_library.ask(question, on=TODAY)
    return given.quotations if isinstance(given, Answer) else ()


@pytest.mark.parametrize("half", ["tuning", "held"])
def test_the_right_document_is_quoted(starter_library: Waymark, half: str) -> None:
    topics = [topic for topic in TOPICS if topic["half"] == half]
    assert len(topics) == 20
    right = spanish = 0
    missed = []
    for topic in topics:
        quotations = quoted(starter_library, topic["question"])
        found = any(quotation.card.id in topic["documents"] for quotation in quotations)
        right += found
        spanish += bool(quotations) and quotations[0].card.language == "es"
        if not found:
            missed.append((topic["question"], [quotation.card.id for quotation in quotations]))
    assert right >= 17, missed
    assert spanish >= 16, "Spanish questions are answered from Spanish documents where the library has them"


def test_what_no_document_answers_is_mostly_declined(starter_library: Waymark) -> None:
    """Questions about health and life that have nothing to do with cancer; the whole library declines about three in four."""
    answered = [topic["question"] for topic in NO_ANSWER if quoted(starter_library, topic["question"])]
    assert len(answered) <= 10, answered


def test_the_language_of_a_question_is_told() -> None:
    """Over the project's own sets: questions of patients, wordings, messages with urgent signs, in both languages."""
    sets = _lines(
        "spanish/topics.jsonl",
        "patients/answerable/topics.jsonl",
        "patients/general/topics.jsonl",
        "patients/team/topics.jsonl",
        "patients/unanswerable/topics.jsonl",
        "urgent/messages.jsonl",
    )
    wrong = []
    for entry in sets:
        text = entry.get("question") or entry.get("message") or entry.get("text")
        if sure_language(text) != entry["language"]:
            wrong.append(text)
    assert len(sets) > 900
    assert len(wrong) <= 4, wrong


def test_other_peoples_languages_and_names_stay_english() -> None:
    """A page in Spanish for an English question would be worse than the other way round."""
    for text in (
        "El Paso cancer center",
        "de novo metastatic",
        "my mama had a tumor",
        "nose bleed wont quit",
        "PET scan",
        "BRCA1",
    ):
        assert sure_language(text) == SOURCE, text
