"""Care, for every course of entries and every text: order does not matter, silence adds nothing, worse stays worse."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from waymark.care.change import WORTH_TELLING, Assessment, ChangeKind, Mark, MarkKind, Series, Usual, assess
from waymark.care.contradictions import contradictions
from waymark.care.course import (
    Course,
    Diagnosis,
    PartialDate,
    Reach,
    Recurrence,
    Restaging,
    SecondCancer,
    Treatment,
)
from waymark.care.severity import Answers, composite_grade
from waymark.care.stages import parse_stage
from waymark.care.timeline import timeline

START = date(2026, 1, 5)
values = st.one_of(st.none(), st.integers(0, 4).map(float), st.floats(0, 4))
days = st.integers(0, 400).map(lambda day: START + timedelta(days=day))
entries = st.lists(st.tuples(days, values), max_size=60).map(tuple)
weekly_entries = st.lists(values, min_size=8, max_size=45).map(
    lambda noted: tuple((START + timedelta(weeks=week), value) for week, value in enumerate(noted))
)
usuals = st.builds(
    lambda first, weeks, declared: Usual(first, first + timedelta(days=7 * weeks), declared),
    days,
    st.integers(0, 12),
    st.one_of(st.none(), st.integers(0, 4).map(float)),
)
usuals = st.one_of(st.none(), st.just(Usual(START, START + timedelta(weeks=7))), usuals)


@st.composite
def people(draw: st.DrawFn) -> tuple[Series, ...]:
    names = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True))
    return tuple(
        Series(
            name,
            draw(st.one_of(entries, weekly_entries)),
            draw(usuals),
            draw(st.one_of(st.none(), st.integers(0, 4).map(float))),
        )
        for name in names
    )


def tells(one: Assessment) -> set[str]:
    """The comparisons of an item that ask the person to tell the team."""
    return {
        name
        for name, found in (("usual", one.usual), ("at diagnosis", one.at_diagnosis))
        if found and found.kind in WORTH_TELLING
    }


@settings(max_examples=200, deadline=None)
@given(people(), days, st.data())
def test_the_order_of_the_input_does_not_matter(person: tuple[Series, ...], on: date, data: st.DataObject) -> None:
    marks = [Mark(MarkKind.STEROID, name, START + timedelta(days=30)) for name in ("x", "y")]
    shuffled = [replace(one, entries=tuple(data.draw(st.permutations(one.entries)))) for one in person]
    shuffled = data.draw(st.permutations(shuffled))
    assert assess(shuffled, on, data.draw(st.permutations(marks))) == assess(person, on, marks)


@settings(max_examples=200, deadline=None)
@given(people(), days, st.lists(days, max_size=8), st.data())
def test_a_missing_week_changes_nothing(
    person: tuple[Series, ...], on: date, missing: list[date], data: st.DataObject
) -> None:
    """So it never creates an alert, wherever it is put."""
    which = data.draw(st.integers(0, len(person) - 1))
    more = replace(person[which], entries=person[which].entries + tuple((day, None) for day in missing))
    assert assess([*person[:which], more, *person[which + 1 :]], on) == assess(person, on)


@settings(max_examples=400, deadline=None)
@given(people(), days, st.data())
def test_worse_later_values_never_take_a_worse_away(person: tuple[Series, ...], on: date, data: st.DataObject) -> None:
    """Raise entries that lie after the usual weeks: what was to be told is still to be told."""
    worse = []
    for one in person:
        last = one.usual.last if one.usual else date.min
        raised = tuple(
            (day, value if value is None or day <= last else data.draw(st.floats(value, 4)))
            for day, value in one.entries
        )
        worse.append(replace(one, entries=raised))
    for before, after in zip(assess(person, on), assess(worse, on), strict=True):
        assert tells(before) <= tells(after)


@settings(max_examples=200, deadline=None)
@given(people(), days)
def test_what_is_said_holds_together(person: tuple[Series, ...], on: date) -> None:
    for one in assess(person, on):
        for found in (one.usual, *([one.at_diagnosis] if one.at_diagnosis else [])):
            quiet = found.kind in (ChangeKind.NO_CHANGE, ChangeKind.NOT_ENOUGH_ENTRIES)
            assert (found.since is None) == quiet
            assert found.since is None or found.since <= on
            assert found.sentence.startswith(f"{one.item}: ")
            assert "recurrence" not in found.sentence.lower()


@settings(max_examples=100, deadline=None)
@given(people(), days, st.integers(-3, 3))
def test_only_differences_of_days_count(person: tuple[Series, ...], on: date, years: int) -> None:
    """The same course in other years says the same: no season, leap day or week of the calendar comes in."""
    by = timedelta(days=365 * years)
    moved = [
        replace(
            one,
            entries=tuple((day + by, value) for day, value in one.entries),
            usual=one.usual and Usual(one.usual.first + by, one.usual.last + by, one.usual.declared),
        )
        for one in person
    ]
    for here, there in zip(assess(person, on), assess(moved, on + by), strict=True):
        assert (here.usual.kind, here.level_now) == (there.usual.kind, there.level_now)
        assert here.usual.since is None or here.usual.since + by == there.usual.since


answers = st.one_of(st.none(), st.integers(0, 4))


@given(answers, answers, answers)
def test_a_grade_is_none_only_where_nothing_was_said(
    frequency: int | None, severity: int | None, interference: int | None
) -> None:
    grade = composite_grade(Answers(frequency, severity, interference))
    assert (grade is None) == (frequency is severity is interference is None)
    assert grade in (None, 0, 1, 2, 3)


# Stages

stage_pieces = st.lists(
    st.one_of(
        st.sampled_from("r y p c a m T N M is X I V 0 1 2 3 4 A B C + - / ( ) O l".split()),
        st.sampled_from(["stage ", "estadio ", "Gleason ", "grade ", "FIGO ", "AJCC 8th edition", " or ", ", ", " "]),
    ),
    max_size=14,
).map("".join)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=80), stage_pieces))
@example("T" * 5000)
@example("stage " + "I" * 5000)
@example("((((((((((")
@example("ſtage ⅳ\u0301 T\u0660")
def test_no_text_is_an_error(written: str) -> None:
    found = parse_stage(written)
    assert found.written == written
    assert all(sentence.endswith((".", ")")) for sentence in found.unclear)
    assert found == parse_stage(written)


@given(
    st.sampled_from(["", "r", "c", "p", "yp", "yc", "rp"]),
    st.sampled_from(["0", "1", "2", "3", "4", "X", "is", "1a", "4b", "1mi"]),
    st.sampled_from(["0", "1", "2", "3", "X", "1c", "2a"]),
    st.sampled_from(["0", "1", "X", "1a", "1c"]),
    st.sampled_from([" ", ", ", "", "/"]),
)
def test_what_is_understood_is_what_was_written(prefix: str, t: str, n: str, m: str, between: str) -> None:
    """TNM comes back letter by letter, however it is spaced, and reads the same when read again."""
    assume(between or not n.endswith("c"))  # in N1cM0 the c can belong to either
    found = parse_stage(f"{prefix}T{t}{between}N{n}{between}M{m}")
    assert [(one.letter, one.value) for one in found.categories] == [("T", t), ("N", n), ("M", m)]
    assert set(found.categories[0].prefix) == set(prefix)
    assert parse_stage(" ".join(map(str, found.categories))).categories == found.categories


@given(
    st.sampled_from(["", "r", "yp"]),
    st.sampled_from(["I", "II", "III", "IV", "1", "2", "3", "4"]),
    st.sampled_from(["", "A", "B", "C", "A1", "C2"]),
    st.sampled_from(["stage ", "Stage: ", "estadio ", "etapa "]),
)
def test_a_group_after_the_word_is_always_read(prefix: str, number: str, sub: str, word: str) -> None:
    roman = {"1": "I", "2": "II", "3": "III", "4": "IV"}.get(number, number)
    found = parse_stage(f"{word}{prefix}{number}{sub}")
    assert found.group is not None
    assert (found.group.value, set(found.group.prefix)) == (roman + sub, set(prefix))
    assert found.unclear == ()


# Course

ranges = st.one_of(
    st.just(PartialDate()),
    st.tuples(days, st.sampled_from([0, 30, 364])).map(
        lambda pair: PartialDate(pair[0], pair[0] + timedelta(days=pair[1]))
    ),
)
stages = st.sampled_from(["", "II", "rIIIB", "rIV", "T2 N0 M1", "grade 4"])
cancers = st.sampled_from(["", "colon", "melanoma", "liver cancer", "unknown name"])


@st.composite
def courses(draw: st.DrawFn) -> Course:
    def some(what: str, most: int) -> range:
        return range(draw(st.integers(0, most), label=what))

    reach = st.frozensets(st.sampled_from(list(Reach)))
    of = st.sampled_from([None, "d0", "d1", "gone"])
    under = st.sampled_from([None, "d0", "r0", "s0", "gone"])
    return Course(
        tuple(
            Diagnosis(f"d{n}", draw(cancers), draw(ranges), draw(stages), draw(st.tuples(stages))) for n in some("d", 2)
        ),
        tuple(
            Recurrence(f"r{n}", draw(st.integers(1, 3)), draw(ranges), draw(reach), cancer=draw(cancers), of=draw(of))
            for n in some("r", 3)
        ),
        tuple(SecondCancer(f"s{n}", draw(cancers), draw(ranges), draw(stages)) for n in some("s", 2)),
        tuple(Restaging(f"x{n}", draw(ranges), draw(stages), draw(under)) for n in some("x", 3)),
        tuple(
            Treatment(f"t{n}", "T", draw(ranges), draw(ranges), draw(st.booleans()), draw(under)) for n in some("t", 3)
        ),
    )


def everything(course: Course) -> list[Any]:
    entries: list[Any] = [*course.diagnoses, *course.recurrences, *course.second_cancers]
    return [*entries, *course.restagings, *course.treatments]


def shuffled(course: Course, data: st.DataObject) -> Course:
    return Course(
        tuple(data.draw(st.permutations(course.diagnoses))),
        tuple(data.draw(st.permutations(course.recurrences))),
        tuple(data.draw(st.permutations(course.second_cancers))),
        tuple(data.draw(st.permutations(course.restagings))),
        tuple(data.draw(st.permutations(course.treatments))),
    )


@settings(max_examples=150, deadline=None)
@given(courses(), st.data())
def test_the_order_of_entries_does_not_matter_to_the_course(course: Course, data: st.DataObject) -> None:
    other = shuffled(course, data)
    assert contradictions(other, START) == contradictions(course, START)
    assert timeline(other) == timeline(course)


@settings(max_examples=150, deadline=None)
@given(courses())
def test_the_timeline_holds_every_entry_once_and_no_date_goes_backwards(course: Course) -> None:
    rows = timeline(course)
    assert sorted(row.id for row in rows) == sorted(one.id for one in everything(course))
    when = {one.id: one.start if isinstance(one, Treatment) else one.when for one in everything(course)}
    tops = [when[row.id] for row in rows if row.depth == 0]
    for number, one in enumerate(tops):
        for later in tops[number + 1 :]:
            assert not (later.last and one.first and later.last < one.first)


@settings(max_examples=150, deadline=None)
@given(courses())
def test_every_contradiction_names_fields_that_are_there(course: Course) -> None:
    entries = {one.id: one for one in everything(course)}
    for found in contradictions(course, START):
        assert found.about
        assert all(hasattr(entries[entry], name) for entry, name in found.about)
        assert found.sentence.endswith(".")
