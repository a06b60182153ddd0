"""The change rule: what it says of a course of entries, and how often it is wrong on simulated persons."""

import importlib.util
import re
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from waymark.care import change
from waymark.care.change import (
    QUIET_NOTE,
    Assessment,
    Change,
    ChangeKind,
    Mark,
    MarkKind,
    Series,
    Usual,
    assess,
)

LAST_USUAL = date(2026, 3, 1)  # a Sunday; entries follow on Sundays
FIRST_USUAL = LAST_USUAL - timedelta(weeks=7)
BENCH = Path(__file__).parents[2] / "bench" / "symptom_rules.py"


def weekly(
    *values: float | None, first: date = LAST_USUAL + timedelta(weeks=1)
) -> tuple[tuple[date, float | None], ...]:
    return tuple((first + timedelta(weeks=number), value) for number, value in enumerate(values))


def usual_weeks(*values: float | None) -> tuple[tuple[date, float | None], ...]:
    return weekly(*values, first=LAST_USUAL - timedelta(weeks=len(values) - 1))


def headache(
    *later: float | None,
    usual: tuple[float | None, ...] = (1, 1, 1, 1, 1, 1, 1, 1),
    at_diagnosis: float | None = None,
    declared: float | None = None,
) -> Series:
    return Series(
        "Headache", usual_weeks(*usual) + weekly(*later), Usual(FIRST_USUAL, LAST_USUAL, declared), at_diagnosis
    )


def after(weeks: int) -> date:
    return LAST_USUAL + timedelta(weeks=weeks)


def said(series: Series, on: date | None = None) -> Assessment:
    on = on or max((day for day, value in series.entries if value is not None), default=LAST_USUAL)
    return assess([series], on)[0]


def test_worse_than_usual_is_told_with_the_day_it_began() -> None:
    found = said(headache(1, 1, 3, 3, 3))
    assert found.usual.kind is ChangeKind.WORSE_THAN_USUAL
    assert found.usual.since == after(3)
    assert found.usual.sentence == "Headache: worse than your usual since 22 March 2026. Tell your health care team."
    assert (found.usual_level, found.level_now, found.usual_weeks) == (1, 3, 8)


def test_what_was_not_there_is_new() -> None:
    found = said(headache(0, 0, 2, 3, 3, usual=(0,) * 8))
    assert found.usual.kind is ChangeKind.NEW
    assert found.usual.since == after(3)


def test_one_bad_week_never_tells_however_bad() -> None:
    for bad in range(5):
        assert said(headache(0, bad, usual=(0,) * 8)).usual.kind is ChangeKind.NO_CHANGE
    assert said(headache(0, 4, 4, usual=(0,) * 8)).usual.kind is ChangeKind.NEW


def test_a_lasting_change_of_one_point_is_not_told() -> None:
    assert said(headache(*[2] * 40)).usual.kind is ChangeKind.NO_CHANGE


def test_it_ends_soon_after_the_symptom_does() -> None:
    worse = [1, 3, 3, 3, 3, 3]
    assert said(headache(*worse)).usual.kind is ChangeKind.WORSE_THAN_USUAL
    assert said(headache(*worse, 1)).usual.kind is ChangeKind.NO_CHANGE


def test_milder_is_told_too_and_without_a_call() -> None:
    found = said(headache(2, 1, 0, 0, 0, usual=(3, 3, 2, 3, 3, 3, 3, 3)))
    assert found.usual.kind is ChangeKind.BETTER
    assert found.usual.kind not in change.WORTH_TELLING
    assert "Tell" not in found.usual.sentence


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (Series("Headache"), "0 of 4 weeks"),
        (headache(3, 3, 3, usual=(1, None, 1, 1)), "3 of 4 weeks"),
        (headache(None, None), "two weeks with an entry"),
        (headache(3), "two weeks with an entry"),
    ],
)
def test_not_enough_entries_is_a_right_answer(series: Series, words: str) -> None:
    found = said(series, after(4))
    assert found.usual.kind is ChangeKind.NOT_ENOUGH_ENTRIES
    assert words in found.usual.sentence
    assert found.usual.since is None


def test_nothing_is_said_of_now_long_after_the_last_entry() -> None:
    worse = headache(3, 3, 3)
    assert said(worse, after(3) + change.STALE_AFTER).usual.kind is ChangeKind.WORSE_THAN_USUAL
    late = said(worse, after(3) + change.STALE_AFTER + timedelta(days=1))
    assert late.usual.kind is ChangeKind.NOT_ENOUGH_ENTRIES
    assert "nothing noted since 22 March 2026" in late.usual.sentence
    assert late.level_now is None


def test_entries_after_the_day_are_left_out() -> None:
    series = headache(1, 1, 3, 3, 3)
    assert said(series, after(2)).usual.kind is ChangeKind.NO_CHANGE
    assert said(series, LAST_USUAL - timedelta(days=1)).usual.kind is ChangeKind.NOT_ENOUGH_ENTRIES


def test_a_missed_week_neither_adds_nor_takes_away() -> None:
    assert said(headache(1, 3, None, 3, None, 3)).usual == said(headache(1, 3, None, 3, None, 3, None, None)).usual
    assert said(headache(1, 3, None, 3, None, 3)).usual.kind is ChangeKind.WORSE_THAN_USUAL


def test_after_a_huge_gap_the_sum_starts_again() -> None:
    """A bad week in March and one in the summer are not two bad weeks."""
    gap = [None] * change.LONGEST_GAP
    assert said(headache(1, 3, *gap[:-1], 4)).usual.kind is ChangeKind.WORSE_THAN_USUAL
    assert said(headache(1, 3, *gap, 4)).usual.kind is ChangeKind.NO_CHANGE


def test_irregular_days_fall_into_weeks_counted_from_the_usual_ones() -> None:
    """Seven entries in one bad week are one week; their mean counts."""
    week = tuple((after(1) + timedelta(days=day), 4.0) for day in range(1, 8))
    series = Series("Headache", usual_weeks(*[0] * 8) + weekly(0) + week, Usual(FIRST_USUAL, LAST_USUAL))
    assert said(series).usual.kind is ChangeKind.NO_CHANGE
    assert said(series).level_now == 2  # the week before, 0, and this one, 4
    uneven = tuple((after(1) + timedelta(days=day), value) for day, value in ((1, 4.0), (2, 0.0), (7, 2.0)))
    assert said(Series("Headache", usual_weeks(*[0] * 8) + weekly(0) + uneven, series.usual)).level_now == 1
    more = Series("Headache", (*series.entries, (after(2) + timedelta(days=1), 4)), series.usual)
    assert said(more).usual.kind is ChangeKind.NEW


def test_a_clock_that_changes_has_no_effect() -> None:
    """Of a date with a time the day on its own clock is taken, so summer time and travel move nothing."""
    plain = headache(1, 1, 3, 3, 3)
    for offset in (timezone(timedelta(hours=14)), timezone(timedelta(hours=-11)), UTC, None):
        for hour in (0, 2, 23):
            timed = tuple(
                (datetime(day.year, day.month, day.day, hour, 59, tzinfo=offset), value) for day, value in plain.entries
            )
            assert assess([Series("Headache", timed, plain.usual)], after(5)) == assess([plain], after(5))


def test_how_it_was_at_diagnosis_is_a_comparison_of_its_own() -> None:
    found = said(headache(1, 3, 3, 3, at_diagnosis=3))
    assert found.usual.kind is ChangeKind.WORSE_THAN_USUAL
    assert found.at_diagnosis is not None
    assert found.at_diagnosis.kind is ChangeKind.LIKE_AT_DIAGNOSIS
    assert found.at_diagnosis.since == after(2)
    assert found.at_diagnosis.sentence == (
        "Headache: about as it was at your diagnosis, since 15 March 2026. Tell your health care team."
    )
    milder = said(headache(1, 3, 3, 3, at_diagnosis=4)).at_diagnosis
    assert milder is not None
    assert milder.sentence == "Headache: 4 of 4 at your diagnosis, about 3 of 4 now."
    assert said(headache(1, 3, 3, 3)).at_diagnosis is None


def test_what_is_usual_is_not_told_as_like_at_diagnosis() -> None:
    """Somebody whose headache never went away is not told so each week; so this adds no false episode of its own."""
    found = said(headache(2, 2, 2, 2, usual=(2,) * 8, at_diagnosis=2)).at_diagnosis
    assert found is not None
    assert found.kind is ChangeKind.NO_CHANGE


def test_without_usual_weeks_only_a_telling_value_at_diagnosis_is_compared_with() -> None:
    for then, kind in ((1, ChangeKind.NO_CHANGE), (2, ChangeKind.LIKE_AT_DIAGNOSIS)):
        found = said(Series("Headache", weekly(2, 2), at_diagnosis=then), after(2))
        assert found.usual.kind is ChangeKind.NOT_ENOUGH_ENTRIES
        assert found.at_diagnosis is not None
        assert found.at_diagnosis.kind is kind


def test_the_persons_own_word_is_enough_by_itself() -> None:
    day = Usual(LAST_USUAL, LAST_USUAL, declared=1)
    assert said(Series("Headache", weekly(1, 1, 1), day)).usual.kind is ChangeKind.NO_CHANGE
    found = said(Series("Headache", weekly(1, 4, 4, 4), day))
    assert found.usual.kind is ChangeKind.WORSE_THAN_USUAL
    assert (found.usual_level, found.usual_weeks) == (1, 0)


def test_what_was_never_noted_in_the_usual_weeks_is_told_as_that() -> None:
    """Own words that first come up later: said as it is, since it may be new, or newly asked."""
    usual = Usual(FIRST_USUAL, LAST_USUAL)
    numb = Series("Numb hand", weekly(1, 1), usual)
    found = {one.item: one.usual for one in assess([headache(1, 1), numb], after(2))}
    assert found["Numb hand"].kind is ChangeKind.NEW
    assert "you have noted this since 8 March 2026, and not in your usual weeks" in found["Numb hand"].sentence
    once = assess([headache(1, 1), Series("Numb hand", weekly(None, 1), usual)], after(2))[1]
    assert once.usual.kind is ChangeKind.NOT_ENOUGH_ENTRIES
    alone = assess([numb], after(2))[0]
    assert alone.usual.kind is ChangeKind.NOT_ENOUGH_ENTRIES  # nothing else was noted then either


def test_marks_are_carried_and_silence_nothing() -> None:
    """What may explain a change stands beside it: radiation for twelve weeks, the rest for four."""
    series = headache(1, 1, 3, 3, 3)
    began = after(3)
    near = Mark(MarkKind.RADIATION, "radiation of the head", FIRST_USUAL, began - timedelta(weeks=12))
    far = Mark(MarkKind.RADIATION, "radiation of the head", FIRST_USUAL, began - timedelta(weeks=12, days=1))
    steroid = Mark(MarkKind.STEROID, "dexamethasone, lower dose", after(2))
    old = Mark(MarkKind.TREATMENT, "surgery", FIRST_USUAL, began - timedelta(weeks=5))
    future = Mark(MarkKind.TREATMENT, "chemotherapy", after(9))
    found = assess([series], after(5), [old, far, steroid, near, future])[0].usual
    assert found.marks == (near, steroid)
    assert found.kind is ChangeKind.WORSE_THAN_USUAL
    assert found.sentence == said(series).usual.sentence
    assert "Tell your health care team about the symptom all the same." in steroid.sentence()


def test_a_quiet_item_carries_no_marks() -> None:
    mark = Mark(MarkKind.STEROID, "dexamethasone", after(1))
    assert assess([headache(1, 1)], after(2), [mark])[0].usual.marks == ()


def test_one_item_comes_once() -> None:
    with pytest.raises(ValueError, match="An item comes twice"):
        assess([headache(1), headache(2)], after(1))


@pytest.mark.parametrize("value", [-0.1, 4.5, float("nan")])
def test_a_value_off_the_scale_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="outside of 0 to 4"):
        headache(value)


EVERY_KIND = [
    headache(1, 3, 3, 3, at_diagnosis=3),
    headache(0, 3, 3, usual=(0,) * 8),
    headache(2, 0, 0, 0, usual=(3,) * 8, at_diagnosis=4),
    headache(1, 1),
    headache(1),
    headache(3, 3, usual=(1, 1)),
]


def every_sentence() -> list[str]:
    found: list[Change] = []
    for series in EVERY_KIND:
        one = said(series)
        found += [one.usual, *([one.at_diagnosis] if one.at_diagnosis else [])]
    assert {one.kind for one in found} == set(ChangeKind)
    return [one.sentence for one in found]


def test_no_sentence_names_a_cause_or_reassures() -> None:
    """None of the outputs says that cancer is back, and none says that all is well."""
    forbidden = (
        r"recur|relapse|came back|come back|cancer|tumou?r|progress|good news|no need|all (is )?well|normal|safe|fine"
    )
    for sentence in every_sentence():
        assert not re.search(forbidden, sentence, re.IGNORECASE), sentence


def test_the_note_beside_a_quiet_chart_says_what_it_cannot_tell() -> None:
    assert "It cannot show that cancer has come back, and it cannot show that it has not" in QUIET_NOTE
    assert "Keep your scans and visits." in QUIET_NOTE
    assert "recurrence" not in QUIET_NOTE


def test_one_week_stays_below_the_limit() -> None:
    assert change.MOST_IN_ONE_WEEK - change.LEAST_WORSENING < change.LEAST_LIMIT <= change.LIMIT < change.MOST_LIMIT


def test_who_answers_more_needs_more_to_be_told() -> None:
    """By hand: headache usual 0 in eight weeks, then 2, 2 or 3, 3. Alone, its variance between weeks is the general one drawn
    down by eight steady weeks: (0 + 10 * 0.35) / (7 + 10) = 0.206, then (0 + 4 * 0.206) / (7 + 4) = 0.075; the mean errs by
    sqrt(0.075 * (1.3 / 0.7) / 8) = 0.132, and a week must exceed 1 + 0.75 * 0.132 = 1.099. Two weeks of 2 sum to 1.80, over the
    limit of 1.55 for one item. Beside nineteen more steady items a week must exceed 1.033 and the limit is 2.58: two weeks of
    2 sum to 1.93 and are not told, two of 3, each counted as 2.5, sum to 2.93 and are.
    """
    steady = [
        Series(f"{number:02}", usual_weeks(*[0] * 8) + weekly(0, 0, 0), Usual(FIRST_USUAL, LAST_USUAL))
        for number in range(19)
    ]
    mild, strong = headache(2, 2, usual=(0,) * 8), headache(3, 3, usual=(0,) * 8)
    assert change.points_to_exceed(8, 0.0, 7, 3.5 / 17) == pytest.approx(1.099, abs=0.001)
    assert change.limit_for(1) == change.LEAST_LIMIT and change.limit_for(20) == pytest.approx(2.582)
    assert assess([mild], after(2))[0].usual.kind is ChangeKind.NEW
    assert assess([mild, *steady], after(2))[-1].usual.kind is ChangeKind.NO_CHANGE
    assert assess([strong, *steady], after(2))[-1].usual.kind is ChangeKind.NEW


def test_weeks_that_were_missed_do_not_count_as_answers() -> None:
    full = [headache(1, 1)]
    half = [headache(1, 1, usual=(1, None, 1, None, 1, None, 1, 1))]
    for series, share in ((full, 1.0), (half, 5 / 8)):
        baselines = [change._baseline(one, after(2)) for one in series]
        assert change._answers_a_week(series, baselines) == share
    word = Series("Headache", weekly(1), Usual(LAST_USUAL, LAST_USUAL, declared=1))
    assert change._answers_a_week([word], [change._baseline(word, after(2))]) == change.ANSWERED


# The simulator


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("symptom_rules", BENCH)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["symptom_rules"] = module
    spec.loader.exec_module(module)
    return module


def test_the_simulated_rule_is_the_rule(bench: ModuleType) -> None:
    """The figures of the bench are those of the code that runs: week by week, item by item, on simulated persons."""
    people = bench.persons(bench.replace(bench.WIDE, seed=5), 6, ("step", 2.0))
    alerts = bench.Sum()(people.values)
    compared = 0
    for person in range(6):
        values = people.values[person]
        series = [
            Series(
                f"{item:02}",
                tuple(
                    (FIRST_USUAL + timedelta(weeks=week), float(value))
                    for week, value in enumerate(values[item])
                    if not np.isnan(value)
                ),
                Usual(FIRST_USUAL, FIRST_USUAL + timedelta(weeks=bench.BEFORE - 1)),
            )
            for item in range(values.shape[0])
        ]
        for week in range(bench.BEFORE, values.shape[1], 3):
            for item, found in enumerate(assess(series, FIRST_USUAL + timedelta(weeks=week))):
                enough = found.usual.kind is not ChangeKind.NOT_ENOUGH_ENTRIES
                # What was never noted in the usual weeks is told as that, and is not part of the simulation.
                if enough and found.usual_weeks:
                    compared += 1
                    assert (found.usual.kind in change.WORTH_TELLING) == alerts[person, item, week - bench.BEFORE]
    assert compared > 500
    assert alerts.any()


@pytest.mark.parametrize("items", [6, 20])
def test_false_episodes_do_not_grow_with_the_number_of_items(bench: ModuleType, items: int) -> None:
    study = bench.persons(bench.replace(bench.TARGET, items=(items, items), **bench.REPORT), 1500)
    assert bench.episodes(bench.Sum()(study.values).any(1)).mean() <= 0.7


def test_no_rule_could_tell_a_ramp_two_weeks_sooner(bench: ModuleType) -> None:
    """One that knows each item's true level, spread and resemblance, and what it looks for, takes six weeks at the same number
    of false episodes: so the six that were hoped for cannot be had from eight usual weeks.
    """
    study = bench.Study(bench.replace(bench.TARGET, **bench.REPORT), 300)
    found = study.figures(bench.Knowing(5.0))
    assert 0.45 <= found.episodes[0] <= 0.85
    assert found.delays["ramp"][0] >= 5


def test_the_rule_keeps_its_figures(bench: ModuleType) -> None:
    """At most 0.7 false episodes a person-year, and a median of three weeks for a step of two points; bench/SYMPTOM_RULES.md
    has these figures with their intervals. A ramp to two points in eight weeks takes eight, not the six that were hoped for.
    """
    study = bench.Study(bench.replace(bench.TARGET, **bench.REPORT), 2000)
    found = study.figures(bench.Sum())
    assert found.episodes[0] <= 0.7
    assert found.delays["step"][0] <= 3
    assert found.delays["ramp"][0] <= 8
    assert found.delays["ramp 3"][0] <= 6
    assert found.shares["step"][0] >= 89
    plain = study.figures(bench.severe_or_two_from_last)
    assert plain.weeks[0] > 25  # the persons are no quieter than those of trials, where a third of weeks alert
