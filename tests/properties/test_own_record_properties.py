"""The record as a whole, for every diary: constant weeks never alert, order and detours leave no trace, and views hold."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from waymark.app.own_record import DiaryAnswer, OwnRecord
from waymark.care.change import WORTH_TELLING
from waymark.care.charts import Chart
from waymark.care.severity import SEVERE_GRADE, Answers, composite_grade
from waymark.record.keys import KeyCost
from waymark.record.vault import Vault

START = date(2026, 1, 5)
ON = START + timedelta(weeks=39)
ITEMS = ("pain", "sleep", "numbness")
SLOW = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])

levels = st.one_of(st.none(), st.integers(0, 4))
answers = st.builds(Answers, levels, levels, levels)
pages = st.lists(
    st.tuples(st.integers(0, 39), st.dictionaries(st.sampled_from(ITEMS), answers, min_size=1)),
    max_size=25,
    unique_by=lambda page: page[0],
)


@contextmanager
def a_record() -> Iterator[OwnRecord]:
    with tempfile.TemporaryDirectory() as folder:
        clock = datetime(ON.year, ON.month, ON.day, 12, tzinfo=UTC)
        vault, _ = Vault.create(Path(folder) / "record-1", "seven grey herons", cost=KeyCost(8, 1), clock=lambda: clock)
        record = OwnRecord(vault, today=lambda: ON)
        try:
            yield record
        finally:
            record.lock()


def write(record: OwnRecord, page: tuple[int, dict[str, Answers]]) -> None:
    week, said = page
    record.write_diary({key: DiaryAnswer(one) for key, one in said.items()}, START + timedelta(weeks=week))


def seen(record: OwnRecord) -> list[tuple[object, ...]]:
    """Everything that charts say, without ids and without what tells corrections apart."""

    def one(chart: Chart) -> tuple[object, ...]:
        points = tuple((point.day, point.answers) for point in chart.points)
        return (
            chart.key,
            chart.attribute,
            points,
            chart.usual,
            chart.at_diagnosis,
            chart.severe,
            chart.quiet,
            chart.limit,
        )

    return sorted((one(chart) for chart in record.charts()), key=lambda each: str(each[0]))


@SLOW
@given(
    st.fixed_dictionaries(dict.fromkeys(ITEMS, answers)),
    st.sets(st.integers(0, 39), max_size=25),
    st.one_of(st.none(), answers),
)
def test_constant_entries_never_alert(said: dict[str, Answers], missed: set[int], then: Answers | None) -> None:
    """Week for week the same, however high, with any weeks missed: no comparison tells anything."""
    with a_record() as record:
        if then is not None and then != Answers():
            record.choose(ITEMS)
            record.mark_usual("pain", then, at_diagnosis=True)
        for week in range(40):
            if week not in missed:
                write(record, (week, said))
        for chart in record.charts():
            told = {chart.usual.kind, *([chart.at_diagnosis.kind] if chart.at_diagnosis else [])}
            if not (chart.span is not None and chart.span.complete):
                continue  # without usual weeks only the time of diagnosis can be compared with
            assert not told & WORTH_TELLING
            severe = composite_grade(said[chart.key]) == SEVERE_GRADE and 39 not in missed
            assert (chart.severe is not None) == severe


@SLOW
@given(pages, st.randoms(use_true_random=False))
def test_the_order_in_which_weeks_are_written_down_does_not_matter(
    written: list[tuple[int, dict[str, Answers]]], random: object
) -> None:
    shuffled = list(written)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    with a_record() as one, a_record() as other:
        for page in written:
            write(one, page)
        for page in shuffled:
            write(other, page)
        assert seen(one) == seen(other)


@SLOW
@given(pages, st.lists(st.tuples(st.integers(0, 24), st.sampled_from(ITEMS), answers), max_size=12))
def test_an_amendment_gives_the_same_as_having_entered_it_right(
    written: list[tuple[int, dict[str, Answers]]], mistakes: list[tuple[int, str, Answers]]
) -> None:
    """Any mistakes first, then the page as it should have been: nothing but the history tells the difference."""
    with a_record() as one, a_record() as other:
        for page in written:
            write(one, page)
        for at, key, wrong in mistakes:
            if at < len(written):
                write(other, (written[at][0], {key: wrong}))
        for week, said in written:
            everything = {key: said.get(key, Answers()) for key in ITEMS}
            write(other, (week, everything))
        assert seen(one) == seen(other)
        assert other.vault.verify() == []


@SLOW
@given(pages)
def test_a_visit_summary_can_be_made_of_every_diary(written: list[tuple[int, dict[str, Answers]]]) -> None:
    with a_record() as record:
        for page in written:
            write(record, page)
        for language in ("en", "es"):
            summary = record.visit(language)
            shown = len(summary.changed) + len(summary.better) + len(summary.steady) + len(summary.unknown)
            assert shown == len(record.charts())
            assert summary.quiet and summary.weeks[0] <= summary.weeks[1]
        assert len(record.weeks(60)) == 60
        assert sum(week.entries for week in record.weeks(60)) == sum(len(chart.points) for chart in record.charts())
