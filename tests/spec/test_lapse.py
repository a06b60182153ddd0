"""A lapsed review: said from one day on, and from another day on the document is not quoted. The operator sets both."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from catalogue_examples import audit, document

from waymark.answering.response import Answer
from waymark.app.wiring import Waymark
from waymark.app.wording import review_words
from waymark.errors import UsageError
from waymark.library.document import Card
from waymark.library.lapse import QUOTE_WITH_AGE, LapseRule
from waymark.settings import Settings, read_settings

DUE = date(2026, 3, 30)
CARD: Card = replace(document().card, last_reviewed=date(2025, 12, 30), review_due=DUE)
QUESTION = "Do the painters of the northern lighthouse use green or violet lanterns in cancer research?"
TEXT = """# Lanterns of the northern lighthouse

The painters of the northern lighthouse use green and violet lanterns in their research about cancer. A lantern that is
green stands for a scan that showed no change, and a violet one stands for a scan that has to be read again by the team.
Everybody who visits the lighthouse is told which lanterns are lit, and what the painters have learned about cancer since.
"""


def past(days: int) -> date:
    return DUE + timedelta(days=days)


@pytest.mark.parametrize(
    ("rule", "days", "said", "left_out"),
    [
        (LapseRule(), 0, False, False),
        (LapseRule(), 1, True, False),
        (LapseRule(), 9_999, True, False),
        (LapseRule(30), 29, False, False),
        (LapseRule(30), 30, True, False),
        (LapseRule(1, 90), 89, True, False),
        (LapseRule(1, 90), 90, True, True),
        (LapseRule(90, 30), 30, False, True),
        (LapseRule(1, 1), 0, False, False),
        (LapseRule(1, 1), 1, True, True),
        (LapseRule(1, 1), -400, False, False),
    ],
)
def test_the_thresholds(rule: LapseRule, days: int, said: bool, left_out: bool) -> None:
    """Counted in days after the review's last day, through which it holds."""
    assert (rule.said(CARD, past(days)), rule.left_out(CARD, past(days))) == (said, left_out)
    assert rule.ids_left_out([CARD], past(days)) == ({CARD.id} if left_out else frozenset())


def test_an_unknown_review_has_not_lapsed() -> None:
    unknown = replace(CARD, last_reviewed=None, review_due=None)
    assert not LapseRule(1, 1).said(unknown, date(2099, 1, 1))
    assert not LapseRule(1, 1).left_out(unknown, date(2099, 1, 1))


@pytest.mark.parametrize("bad", [(0, None), (-1, None), (1, 0)])
def test_a_review_holds_through_its_last_day(bad: tuple[int, int | None]) -> None:
    with pytest.raises(ValueError, match="through its last day"):
        LapseRule(*bad)


def test_the_dates_are_said_whatever_the_threshold() -> None:
    assert review_words(CARD, past(5), QUOTE_WITH_AGE).endswith("that review lapsed on 30 March 2026")
    assert review_words(CARD, past(5), LapseRule(30)).endswith("the next review was due by 30 March 2026")
    assert review_words(CARD, past(30), LapseRule(30)).endswith("that review lapsed on 30 March 2026")
    assert review_words(CARD, DUE, LapseRule(30)).endswith("the next review is due by 30 March 2026")


def test_the_settings() -> None:
    place = Path("somewhere")
    plain = read_settings(place, {})
    assert (plain.lapsed_say_from, plain.lapsed_leave_out_from, plain.two_persons) == (1, None, False)
    told = {"WAYMARK_LAPSED_SAY_FROM": "14", "WAYMARK_LAPSED_LEAVE_OUT_FROM": "365", "WAYMARK_TWO_PERSONS": "1"}
    read = read_settings(place, told)
    assert (read.lapsed_say_from, read.lapsed_leave_out_from, read.two_persons) == (14, 365, True)


@pytest.mark.parametrize("value", ["0", "-3", "1.5", "soon", "99999999"])
@pytest.mark.parametrize("name", ["WAYMARK_LAPSED_SAY_FROM", "WAYMARK_LAPSED_LEAVE_OUT_FROM"])
def test_a_threshold_that_cannot_be_meant(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name):
        read_settings(Path("somewhere"), {name: value})


# -------------------------------------------------------------------------------------------------------------- answers


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Waymark]:
    """The starter collection, and one document that nothing else resembles, whose review lapsed on 30 March 2026."""
    made = Waymark.open(Settings(library=tmp_path / "library"))
    title = "Lanterns of the northern lighthouse"
    with made.catalogue.writing() as writer:
        writer.put(
            document("lanterns", TEXT, front={"title": title}, title=title, cancer_types=(), review_due=DUE),
            None,
            audit(),
        )
    made.index()
    yield made
    made.close()


def quoted(service: Waymark, on: date) -> set[str]:
    response = service.ask(QUESTION, on=on)
    found = response.quotations if isinstance(response, Answer) else ()
    return {each.card.id for each in (*found, *response.related)}


def searched(service: Waymark, on: date) -> set[str]:
    return {found.card.id for found in service.search("lanterns lighthouse", 20, on=on).found}


def test_a_document_that_is_too_old_is_out_of_every_answer_at_once(service: Waymark) -> None:
    """Neither a new threshold nor a day that passes needs another index."""
    assert "lanterns" in quoted(service, past(200))
    state = (service.index_folder / "CURRENT").read_text()
    service.settings = replace(service.settings, lapsed_leave_out_from=100)
    for on, there in ((past(99), True), (past(100), False), (past(5_000), False), (DUE, True)):
        assert ("lanterns" in quoted(service, on)) is there
        assert ("lanterns" in searched(service, on)) is there
    service.settings = replace(service.settings, lapsed_leave_out_from=None)
    assert "lanterns" in quoted(service, past(5_000))
    assert (service.index_folder / "CURRENT").read_text() == state


def test_a_new_review_brings_it_back(service: Waymark) -> None:
    """The day after a review is recorded the document is quoted again."""
    from waymark.library.decisions import Person, record_review
    from waymark.library.review import Review

    service.settings = replace(service.settings, lapsed_leave_out_from=100)
    on = past(200)
    assert "lanterns" not in quoted(service, on)
    with service.catalogue.writing() as writer:
        review = Review("A. Brook", "oncology nurse", on)
        record_review(service.catalogue, writer, "lanterns", review, Person("Ana"), f"{on}T10:00:00Z", on)
    service.index()
    assert "lanterns" in quoted(service, on)


def test_with_everything_left_out_nothing_is_quoted(service: Waymark) -> None:
    """The rest of the library, whose reviews are not known, answers or declines; what lapsed is not among it."""
    service.settings = replace(service.settings, lapsed_leave_out_from=1)
    assert quoted(service, past(1)).isdisjoint({"lanterns"})
