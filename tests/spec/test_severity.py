"""The composite grade: one table, and what it must hold whatever its numbers are."""

from datetime import date, timedelta
from itertools import product

import pytest

from waymark.care.severity import (
    FREQUENCY_BY_SEVERITY_BY_INTERFERENCE,
    GRADES,
    HIGHEST_GRADE,
    Answers,
    Attribute,
    attribute_to_compare,
    composite_grade,
    severe_now,
)

STEPS = (None, 0, 1, 2, 3, 4)
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("frequency", "severity", "interference", "grade"),
    [
        (4, None, None, 1),  # often, and nothing said of how strong: no more than 1
        (None, 2, None, 2),
        (None, 4, None, 3),
        (2, None, 3, 2),
        (3, None, 3, 3),
        (1, 3, None, 2),
        (2, 4, None, 2),
        (4, 3, None, 3),
        (None, 1, 4, 2),
        (None, 2, 4, 3),
        (None, 4, 0, 2),
        (1, 2, 4, 3),
        (3, 3, 1, 2),
        (None, None, None, None),
    ],
)
def test_the_rows_of_the_paper(
    frequency: int | None, severity: int | None, interference: int | None, grade: int | None
) -> None:
    """Basch et al., Clinical Trials 2021;18:104-114; for three answers the authors' scoring programme."""
    assert composite_grade(Answers(frequency, severity, interference)) == grade


def test_every_combination_that_says_anything_has_a_grade() -> None:
    said = {combination for combination in product(STEPS, repeat=3) if combination != (None, None, None)}
    assert set(GRADES) == said
    assert set(GRADES.values()) == set(range(HIGHEST_GRADE + 1))


def test_a_worse_answer_never_gives_a_lower_grade() -> None:
    for combination, grade in GRADES.items():
        for place, value in enumerate(combination):
            if value is not None and value < 4:
                worse = (*combination[:place], value + 1, *combination[place + 1 :])
                assert GRADES[worse] >= grade, (combination, worse)


def test_what_never_comes_has_grade_none() -> None:
    """Frequency 0 is grade 0 whatever else is said; without a frequency, severity 0 is."""
    for severity, interference in product(STEPS, repeat=2):
        assert GRADES[0, severity, interference] == 0
    for interference in STEPS:
        assert GRADES[None, 0, interference] == 0
    assert FREQUENCY_BY_SEVERITY_BY_INTERFERENCE[3][0][0] == 1  # it comes often: that is something


@pytest.mark.parametrize("value", [-1, 5, 2.0, True, "2"])
def test_an_answer_is_a_whole_number_from_0_to_4(value: object) -> None:
    with pytest.raises(ValueError, match="severity is a whole number from 0 to 4"):
        Answers(severity=value)  # type: ignore[arg-type]


def test_weeks_are_compared_by_one_attribute() -> None:
    """The one answered most often in the usual weeks; severity before frequency before interference."""
    both = Answers(frequency=1, severity=2)
    assert attribute_to_compare([both, both]) is Attribute.SEVERITY
    assert attribute_to_compare([both, Answers(frequency=0)]) is Attribute.FREQUENCY
    assert attribute_to_compare([Answers(interference=3)]) is Attribute.INTERFERENCE
    assert attribute_to_compare([Answers(), Answers()]) is None
    assert attribute_to_compare([]) is None


def test_a_severe_entry_is_told_whatever_came_before() -> None:
    """The threshold needs no usual weeks, and an older entry says nothing of now."""
    severe = Answers(severity=3)
    entries = [(TODAY, Answers(severity=1)), (TODAY - timedelta(days=2), severe), (TODAY - timedelta(days=6), severe)]
    found = severe_now("Headache", entries, TODAY)
    assert found is not None
    assert found.on == TODAY - timedelta(days=2)
    assert found.sentence == "Headache: severe on 19 November 2026. Call your health care team about it."
    assert severe_now("Headache", reversed(entries), TODAY) == found
    assert severe_now("Headache", [(TODAY - timedelta(days=7), severe)], TODAY) is None
    assert severe_now("Headache", [(TODAY + timedelta(days=1), severe)], TODAY) is None
    assert severe_now("Headache", [(TODAY, Answers(severity=2)), (TODAY, Answers())], TODAY) is None
