"""Questions in the words of patients and families: is the right document among the quotations, and the right section.

The questions were written before anything was tuned on them; ``patients/README.md`` says how, and by what they are split.
The full figures want a library with vectors, which take minutes to make: `WAYMARK_ENCODED_LIBRARY` names one (``waymark
add`` the collection and the seeds, then ``waymark encode``), else the same questions are asked of words alone, with the
floors for that. What the starter collection can answer is asked of it always.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from waymark.answering.evaluation import half_of, heading_key, is_gold_place, read_set
from waymark.answering.response import Answer
from waymark.app.evaluate import DAY, run_evaluation
from waymark.app.wiring import Waymark
from waymark.settings import Settings

FOLDER = Path(__file__).parent / "patients"
ANSWERABLE, UNANSWERABLE, TEAM, GENERAL = (FOLDER / name for name in ("answerable", "unanswerable", "team", "general"))


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "topics.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def encoded_library() -> Iterator[Waymark]:
    """The starter collection with the real documents, and their vectors."""
    place = os.environ.get("WAYMARK_ENCODED_LIBRARY")
    if not place:
        pytest.skip("WAYMARK_ENCODED_LIBRARY names no library with vectors.")
    service = Waymark.open(Settings(library=Path(place)), create=False)
    yield service
    service.close()


FURTHER, FURTHER_UNANSWERABLE = FOLDER / "further", FOLDER / "further_unanswerable"
EVERYDAY, EVERYDAY_UNANSWERABLE = FOLDER / "everyday", FOLDER / "everyday_unanswerable"
JUDGED, JUDGED_UNANSWERABLE = FOLDER / "everyday_judged", FOLDER / "everyday_judged_unanswerable"


# ------------------------------------------------------------------------------------------------------------- the set


def test_the_set_holds_what_it_says() -> None:
    topics = rows(ANSWERABLE)
    assert len(topics) >= 200 and len({row["question"] for row in topics}) == len(topics)
    assert sum(row["language"] == "es" for row in topics) >= 40
    assert sum(row.get("errors") == "misspelt" for row in topics) * 4 >= len(topics)
    assert len({row["focus"] for row in topics}) >= 40
    assert all(row["half"] == half_of(row["focus"]) for row in topics)
    assert {len(rows(UNANSWERABLE)), len(rows(TEAM))} == {40}
    assert len(rows(GENERAL)) >= 64


def test_the_further_set_holds_what_it_says() -> None:
    topics, nothing = rows(FURTHER), rows(FURTHER_UNANSWERABLE)
    assert len(topics) >= 200 and len({row["question"] for row in (*topics, *rows(ANSWERABLE))}) == len(topics) + len(
        rows(ANSWERABLE)
    )
    assert sum(row["language"] == "es" for row in topics) * 5 >= len(topics)
    assert sum(row["errors"] == "misspelt" for row in topics) * 5 >= len(topics)
    assert sum(row["kind"] == "definition" for row in topics) * 3 >= len(topics)
    assert all(row["half"] == half_of(row["focus"]) and row["sections"] for row in topics)
    assert len(nothing) == 60


@pytest.mark.parametrize(
    ("answered", "unanswered", "least"), [(EVERYDAY, EVERYDAY_UNANSWERABLE, 200), (JUDGED, JUDGED_UNANSWERABLE, 120)]
)
def test_the_everyday_sets_hold_what_they_say(answered: Path, unanswered: Path, least: int) -> None:
    topics, nothing = rows(answered), rows(unanswered)
    assert len(topics) >= least and len(nothing) * 6 >= least
    assert len({row["question"] for row in (*topics, *nothing)}) == len(topics) + len(nothing)
    assert sum(row["language"] == "es" for row in topics) * 12 >= len(topics)
    assert all(row["sections"] for row in topics)


def test_what_was_taught_is_not_what_is_judged() -> None:
    taught = Path(__file__).parents[2] / "training" / "asking"
    judged = {row["question"].casefold() for row in (*rows(JUDGED), *rows(JUDGED_UNANSWERABLE))}
    others = [line for name in ("elsewhere.txt", "otherwise.txt") for line in (taught / name).read_text().splitlines()]
    learnt = {
        row["question"].casefold() for folder in (EVERYDAY, EVERYDAY_UNANSWERABLE, taught) for row in rows(folder)
    }
    assert judged.isdisjoint({*learnt, *others})


def test_no_main_document_is_in_both_halves() -> None:
    halves: dict[str, set[str]] = {}
    for row in rows(ANSWERABLE):
        halves.setdefault(row["focus"], set()).add(row["half"])
    assert all(len(each) == 1 for each in halves.values())


def test_a_heading_given_by_its_beginning_is_met_by_what_begins_so() -> None:
    gold = {("d", heading_key("Signs of") + "…"): 2, ("e", "…"): 2}
    assert is_gold_place(("d", heading_key("Signs of bladder cancer")), gold)
    assert not is_gold_place(("d", heading_key("Tests for bladder cancer")), gold)
    assert is_gold_place(("e", "anything"), gold) and not is_gold_place(("f", "anything"), gold)
    assert all(topic.sections for topic in read_set(ANSWERABLE).topics)


# --------------------------------------------------------------------------------------------------- the real documents


@pytest.mark.corpus
@pytest.mark.parametrize("half", ["tune", "test"])
def test_the_right_document_and_section_are_among_the_quotations(encoded_library: Waymark, half: str) -> None:
    figures = run_evaluation(encoded_library, [ANSWERABLE])["answerable"][half]
    print(f"\n{half}: document {figures['document_among_quotations']}, section {figures['section_among_quotations']}")
    assert figures["document_among_quotations"]["mean"] >= 0.92
    assert figures["section_among_quotations"]["mean"] >= 0.85


@pytest.mark.corpus
def test_spanish_questions_find_english_pages(encoded_library: Waymark) -> None:
    figures = run_evaluation(encoded_library, [ANSWERABLE])["answerable"]["languages"]["es"]
    assert figures["document_among_quotations"]["mean"] >= 0.88
    assert figures["section_among_quotations"]["mean"] >= 0.80


@pytest.mark.corpus
def test_what_the_library_does_not_hold_is_declined(encoded_library: Waymark) -> None:
    figures = run_evaluation(encoded_library, [UNANSWERABLE, TEAM, GENERAL])
    assert figures["unanswerable"]["answered"]["mean"] <= 0.2
    assert figures["team"]["declined_as_expected"]["mean"] >= 0.95
    assert figures["general"]["all"]["answered"]["mean"] >= 0.95


@pytest.mark.corpus
def test_further_questions(encoded_library: Waymark) -> None:
    """Floors a little under what was measured (`bench/TRIED.md`); nothing was changed for the test half."""
    figures = run_evaluation(encoded_library, [FURTHER, FURTHER_UNANSWERABLE])
    for half, answered, document, section in (("tune", 0.9, 0.88, 0.83), ("test", 0.76, 0.72, 0.66)):
        found = figures["further"][half]
        print(
            f"\n{half}: {found['answered']}, {found['document_among_quotations']}, {found['section_among_quotations']}"
        )
        assert found["answered"]["mean"] >= answered
        assert found["document_among_quotations"]["mean"] >= document
        assert found["section_among_quotations"]["mean"] >= section
    assert figures["further_unanswerable"]["answered"]["mean"] <= 0.12


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("answered_from", "declined", "answered", "document", "section"),
    [(EVERYDAY, EVERYDAY_UNANSWERABLE, 0.66, 0.55, 0.53), (JUDGED, JUDGED_UNANSWERABLE, 0.57, 0.41, 0.35)],
)
def test_everyday_questions(
    encoded_library: Waymark, answered_from: Path, declined: Path, answered: float, document: float, section: float
) -> None:
    """The first set was given to tuning, the second judges; floors a little under what was measured (`bench/TRIED.md`)."""
    figures = run_evaluation(encoded_library, [answered_from, declined])
    found = figures[answered_from.name]["all"]
    print(f"\n{found['answered']}, {found['document_among_quotations']}, {found['section_among_quotations']}")
    assert found["answered"]["mean"] >= answered
    assert found["document_among_quotations"]["mean"] >= document
    assert found["section_among_quotations"]["mean"] >= section
    assert figures[declined.name]["answered"]["mean"] <= 0.14


@pytest.mark.corpus
def test_by_words_alone(real_library: Waymark) -> None:
    """Before a library has its vectors it ranks as well as it can, and declines more."""
    figures = run_evaluation(real_library, [ANSWERABLE, TEAM])
    assert figures["answerable"]["all"]["document_recall@5"]["mean"] >= 0.55
    assert figures["answerable"]["all"]["document_among_quotations"]["mean"] >= 0.45
    assert figures["team"]["declined_as_expected"]["mean"] >= 0.9


# ------------------------------------------------------------------------------------------------- the starter collection


def answered_rightly(starter_library: Waymark, folder: Path) -> tuple[int, int, int]:
    """Return how many questions of a set a page of the starter collection answers, how many of them are answered, and from it."""
    right = answered = asked = 0
    original = starter_library.translations()
    for topic in read_set(folder).topics:
        gold = {place for place in topic.documents if place.startswith("waymark-")}
        if not gold:
            continue
        asked += 1
        response = starter_library.ask(topic.question, on=DAY)
        answered += isinstance(response, Answer)
        right += isinstance(response, Answer) and any(
            original.get(quotation.card.id, quotation.card.id) in gold for quotation in response.quotations
        )
    print(f"\nof {asked} questions of {folder.name} {answered} are answered, {right} from the right page")
    return asked, answered, right


def test_what_the_starter_collection_can_answer(starter_library: Waymark) -> None:
    """Runs everywhere: the questions that a page of the starter collection answers, with the vectors that ship."""
    asked, _, right = answered_rightly(starter_library, ANSWERABLE)
    assert asked >= 150
    assert right / asked >= 0.70


@pytest.mark.parametrize(("folder", "least", "floor"), [(EVERYDAY, 100, 0.4), (JUDGED, 40, 0.4)])
def test_everyday_questions_to_the_starter_collection(
    starter_library: Waymark, folder: Path, least: int, floor: float
) -> None:
    """Runs everywhere too; without what `training/asking.py` teaches .25 and .27."""
    asked, _, right = answered_rightly(starter_library, folder)
    assert asked >= least
    assert right / asked >= floor


def test_what_belongs_to_the_team_is_told_from_what_is_general(starter_library: Waymark) -> None:
    for row in rows(TEAM):
        response = starter_library.ask(row["question"], on=DAY)
        assert not isinstance(response, Answer) or response.urgent, row["question"]
        told = starter_library.answerer.analysed(row["question"]).needs_team
        assert told == row["team"], row["question"]
    for row in (*rows(GENERAL), *rows(ANSWERABLE)):
        assert starter_library.answerer.analysed(row["question"]).needs_team is None, row["question"]
