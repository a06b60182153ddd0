"""How well what is asked is told from natural wordings, written for this and kept apart by ``half``.

``table`` and ``aside`` were written together before the table of phrases; ``fresh`` and ``fresh2`` served to widen it and
are among the examples of `waymark.answering.meaning`. ``fresh3`` and ``fresh4`` are not examples; the floors for ``fresh4``,
written last and never used to change anything, are the honest ones.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from waymark.answering.meaning import Meaning, sharpened
from waymark.answering.question import Question, analyse, section_kind

FOLDER = Path(__file__).parent / "question"
WORDINGS = [json.loads(line) for line in (FOLDER / "wordings.jsonl").read_text(encoding="utf-8").splitlines()]
TEAM = [json.loads(line) for line in (FOLDER / "team.jsonl").read_text(encoding="utf-8").splitlines()]
KIND_OF_TOPIC = {
    "information": "definition",
    "susceptibility": "risk",
    "exams and tests": "tests",
    "inheritance": "genetics",
}


def _share(half: str, read: Callable[[str], Question], among: int) -> float:
    rows = [row for row in WORDINGS if row["half"] == half]
    assert len(rows) >= 40
    return sum(row["kind"] in read(row["question"]).asked_for[:among] for row in rows) / len(rows)


def _topics(shared: Path, name: str) -> Sequence[dict[str, object]]:
    text = (shared / "eval" / name / "topics.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(("half", "floor"), [("table", 0.85), ("aside", 0.85), ("fresh", 0.85), ("fresh4", 0.15)])
def test_by_wording_alone(half: str, floor: float) -> None:
    assert _share(half, analyse, 1) >= floor


def test_by_wording_and_meaning() -> None:
    from waymark.index.encoder import Encoder, question_input

    encoder = Encoder.load()
    meaning = Meaning(encoder)

    def read(text: str) -> Question:
        asked = analyse(text)
        return sharpened(asked, meaning, encoder.encode([question_input(asked.focus)])[0])

    assert _share("fresh4", read, 1) >= 0.55
    assert _share("fresh4", read, 3) >= 0.80


def test_the_kept_vectors_belong_to_the_shipped_encoder() -> None:
    """Red after a change of the encoder or the examples: run `waymark.answering.meaning.keep_vectors` once."""
    from waymark.answering import meaning
    from waymark.index.encoder import Encoder

    assert meaning._kept(Encoder.load().revision) is not None


def test_what_only_the_team_can_say() -> None:
    wrong = [row["question"] for row in TEAM if analyse(row["question"]).needs_team != row["needs_team"]]
    assert not wrong


def test_no_wording_about_illness_is_taken_for_something_else() -> None:
    wrong = [row["question"] for row in (*WORDINGS, *TEAM) if analyse(row["question"]).about_health is False]
    assert not wrong


@pytest.mark.corpus
def test_templates_are_read_without_a_slip(shared: Path) -> None:
    topics = _topics(shared, "cancergov-dev")
    read = [(topic, analyse(str(topic["question"]))) for topic in topics]
    right = [q.asked_for[:1] == (KIND_OF_TOPIC.get(str(t["kind"]), str(t["kind"])),) for t, q in read]
    assert sum(right) / len(right) >= 0.99
    assert all(question.cancer_types for _, question in read)
    assert not any(question.about_health is False or question.needs_team for _, question in read)


@pytest.mark.corpus
def test_sections_show_the_kind_that_they_answer(shared: Path) -> None:
    pairs = [
        (section["heading"], KIND_OF_TOPIC.get(str(topic["kind"]), str(topic["kind"])))
        for topic in _topics(shared, "cancergov-dev")
        for section in topic.get("sections", [])  # type: ignore[attr-defined]
        if section["grade"] == 2
    ]
    assert len(pairs) > 100
    assert sum(section_kind([heading]) == kind for heading, kind in pairs) / len(pairs) >= 0.85


@pytest.mark.corpus
def test_requests_about_other_things(shared: Path) -> None:
    read = [analyse(str(topic["question"])).about_health for topic in _topics(shared, "not-health")]
    assert read.count(True) <= 30
    assert read.count(False) >= 180
