"""The follow-up plan: nothing invented, counted from the anchor, overdue only what was asked for; and its calendar events."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from waymark.app.own_record import OwnRecord
from waymark.care.calendar import CalendarEvent
from waymark.care.plan import Standing, counted, interval_in_words
from waymark.errors import NotFound
from waymark.languages.texts import texts
from waymark.record.dates import When
from waymark.record.keys import KeyCost
from waymark.record.payloads import Appointment, FollowUpItem, Interval, Progress, Unit
from waymark.record.vault import Vault

TODAY = date(2026, 7, 1)
D = When.parse


class Now:
    """The day and the moment of a test."""

    def __init__(self) -> None:
        self.day = TODAY

    def clock(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def record(tmp_path: Path, now: Now) -> Iterator[OwnRecord]:
    vault, _ = Vault.create(tmp_path / "record-1", "seven grey herons", cost=KeyCost(8, 1), clock=now.clock)
    record = OwnRecord(vault, today=lambda: now.day)
    yield record
    record.lock()


def scans(record: OwnRecord, anchor: str = "2026-01-31", **more: object) -> str:
    interval = Interval(3, Unit.MONTHS, D(anchor), **more)  # type: ignore[arg-type]
    return record.add(FollowUpItem(Appointment.IMAGING, "MRI", interval=interval, planned_by="Dr. Okafor"))[0].origin


def days(record: OwnRecord, part: str) -> list[str]:
    return [str(time.when) for time in getattr(record.plan(), part)]


# Nothing is invented


def test_an_empty_record_plans_nothing(record: OwnRecord) -> None:
    page = record.plan()
    assert (page.overdue, page.coming, page.no_date, page.over, page.repeating) == ((), (), (), (), ())
    assert record.calendar() == ()


def test_a_single_item_repeats_never(record: OwnRecord, now: Now) -> None:
    record.add(FollowUpItem(Appointment.VISIT, "Dr. Okafor", D("2026-07-09"), time="14:30"))
    now.day = date(2027, 7, 9)
    page = record.plan()
    assert [time.standing for time in page.overdue] == [Standing.OVERDUE]
    assert page.coming == ()


# Intervals


def test_months_count_from_the_anchor_and_skip_none() -> None:
    """A monthly rule from the 31st keeps the end of each month."""
    monthly = Interval(1, Unit.MONTHS, D("2026-01-31"), on_anchor=True)
    assert [str(day) for _, day in counted(monthly, date(2026, 5, 31))] == [
        *("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31")
    ]
    leap = Interval(1, Unit.YEARS, D("2024-02-29"))
    assert [str(day) for _, day in counted(leap, date(2028, 12, 31))] == [
        *("2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29")
    ]
    assert [n for n, _ in counted(Interval(2, Unit.WEEKS, D("2026-01-31"), times=3), date(2030, 1, 1))] == [1, 2, 3]
    far = [day.year for _, day in counted(Interval(3660, Unit.YEARS, D("2026-01-31")), date.max)]
    assert far == [5686, 9346]  # and an end where the calendar ends


def test_the_first_time_is_an_interval_after_the_anchor_or_on_it(record: OwnRecord) -> None:
    scans(record, "2026-05-31")
    assert days(record, "coming") == ["2026-08-31"]
    scans(record, "2026-07-15", on_anchor=True)
    assert days(record, "coming") == ["2026-07-15", "2026-08-31"]


def test_a_late_visit_does_not_move_the_ones_after_it(record: OwnRecord, now: Now) -> None:
    plan = scans(record, "2026-05-31")
    now.day = date(2026, 9, 20)
    record.plan_became(f"{plan}@2026-08-31", Progress.DONE, done_on=D("2026-09-14"), result="no change")
    assert days(record, "coming") == ["2026-11-30"]
    assert days(record, "over") == ["2026-09-14"]


def test_times_before_the_plan_was_written_down_are_not_overdue(record: OwnRecord) -> None:
    scans(record, "2020-01-31")
    page = record.plan()
    assert page.overdue == () and [str(time.when) for time in page.coming] == ["2026-07-31"]


def test_what_passes_without_a_word_is_overdue_until_something_is_said(record: OwnRecord, now: Now) -> None:
    plan = scans(record, "2026-04-15")  # 15 July, 15 October, …
    now.day = date(2026, 10, 20)
    assert days(record, "overdue") == ["2026-07-15", "2026-10-15"]
    record.plan_became(f"{plan}@2026-07-15", Progress.MISSED)
    record.plan_became(f"{plan}@2026-10-15", Progress.MOVED, moved_to=D("2026-11-02"), at="09:15")
    page = record.plan()
    assert page.overdue == () and [time.standing for time in page.over] == [Standing.MISSED]
    first = page.coming[0]
    assert (str(first.when), first.time, first.moved) == ("2026-11-02", "09:15", True)
    now.day = date(2026, 11, 3)
    assert days(record, "overdue") == ["2026-11-02"]


def test_a_corrected_name_keeps_what_is_overdue_and_a_new_interval_starts_from_today(
    record: OwnRecord, now: Now
) -> None:
    plan = scans(record, "2026-04-15")
    now.day = date(2026, 8, 1)
    interval = Interval(3, Unit.MONTHS, D("2026-04-15"))
    record.amend(plan, FollowUpItem(Appointment.IMAGING, "MRI of the spine", interval=interval))
    assert days(record, "overdue") == ["2026-07-15"]
    record.amend(
        plan, FollowUpItem(Appointment.IMAGING, "MRI of the spine", interval=Interval(1, Unit.MONTHS, D("2026-04-15")))
    )
    assert days(record, "overdue") == []
    assert days(record, "coming") == ["2026-08-15"]


def test_a_month_is_overdue_only_when_it_is_over(record: OwnRecord, now: Now) -> None:
    record.add(FollowUpItem(Appointment.LAB, "blood", D("2026-07")))
    assert [time.standing for time in record.plan().coming] == [Standing.SOON]
    now.day = date(2026, 7, 31)
    assert days(record, "overdue") == []
    now.day = date(2026, 8, 1)
    assert days(record, "overdue") == ["2026-07"]


def test_moved_without_a_new_date_waits_for_one(record: OwnRecord) -> None:
    made = record.add(FollowUpItem(Appointment.VISIT, "Dr. Okafor", D("2026-07-09")))[0].origin
    record.plan_became(made, Progress.MOVED)
    assert [time.standing for time in record.plan().no_date] == [Standing.NO_DATE]


def test_a_cancelled_plan_ends_and_keeps_what_was_done(record: OwnRecord, now: Now) -> None:
    plan = scans(record, "2026-04-15")
    now.day = date(2026, 7, 16)
    record.plan_became(f"{plan}@2026-07-15", Progress.DONE)
    interval = Interval(3, Unit.MONTHS, D("2026-04-15"))
    record.amend(plan, FollowUpItem(Appointment.IMAGING, "MRI", interval=interval, progress=Progress.CANCELLED))
    page = record.plan()
    assert page.coming == page.overdue == () and len(page.over) == 1
    assert page.repeating[0].cancelled and page.repeating[0].next is None


def test_what_became_of_a_time_can_be_said_again(record: OwnRecord, now: Now) -> None:
    """Done, then a result that came later: one entry with its history, and nothing said before is lost."""
    plan = scans(record, "2026-04-15")
    now.day = date(2026, 7, 16)
    slot = f"{plan}@2026-07-15"
    done = record.plan_became(slot, Progress.DONE, said="It went well.", said_by="nurse")
    later = record.plan_became(slot, Progress.DONE, result="no new spots")
    assert later.origin == done.origin
    [time] = record.plan().over
    assert (time.said, time.said_by, time.result) == ("It went well.", "nurse", "no new spots")
    with pytest.raises(NotFound):
        record.plan_became("nothing", Progress.DONE)


def test_it_is_done_today_where_the_planned_day_lies_ahead(record: OwnRecord) -> None:
    made = record.add(FollowUpItem(Appointment.LAB, "blood", D("2026-07-09")))[0].origin
    record.plan_became(made, Progress.DONE)
    assert days(record, "over") == [str(TODAY)]


@pytest.mark.parametrize(
    ("interval", "english", "spanish"),
    [
        (Interval(1, Unit.WEEKS, D("2026-01-31")), "every week, counted from 31 January 2026", None),
        (
            Interval(3, Unit.MONTHS, D("2026-01-31"), 8, anchor_name="end of radiation"),
            "every 3 months, counted from 31 January 2026 (end of radiation), 8 times",
            "cada 3 meses, contado desde el 31 de enero de 2026 (end of radiation), 8 veces",
        ),
        (Interval(2, Unit.YEARS, D("2026-01-31"), on_anchor=True), "every 2 years, the first on 31 January 2026", None),
    ],
)
def test_an_interval_reads_as_it_is_said(interval: Interval, english: str, spanish: str | None) -> None:
    assert interval_in_words(interval) == english
    if spanish:
        assert interval_in_words(interval, texts("es")) == spanish


def test_two_things_on_one_day_stand_by_their_time(record: OwnRecord) -> None:
    for name, time in (("b", "14:30"), ("c", ""), ("a", "08:15")):
        record.add(FollowUpItem(Appointment.VISIT, name, D("2026-07-09"), time=time))
    assert [time.name for time in record.plan().coming] == ["a", "b", "c"]
    assert record.plan().next_visit is not None


# The calendar


def by_day(record: OwnRecord) -> dict[str, CalendarEvent]:
    return {str(event.day): event for event in record.calendar() if not event.cancelled}


def test_titles_are_bland_unless_they_are_asked_for(record: OwnRecord) -> None:
    record.add(FollowUpItem(Appointment.IMAGING, "MRI of the spine", D("2026-07-09"), place="hospital"))
    [event] = record.calendar()
    assert (event.title, event.place) == ("Appointment", "")
    [event] = record.calendar(bland=False)
    assert (event.title, event.place) == ("MRI of the spine", "hospital")


def test_a_uid_stays_and_holds_nothing_of_machine_or_person(record: OwnRecord, now: Now) -> None:
    plan = scans(record, "2026-04-15")
    made = record.add(FollowUpItem(Appointment.VISIT, "Dr. Okafor", D("2026-07-09")))[0].origin
    before = by_day(record)
    record.plan_became(made, Progress.MOVED, moved_to=D("2026-07-20"), at="10:00")
    record.plan_became(f"{plan}@2026-07-15", Progress.MOVED, moved_to=D("2026-07-22"))
    after = by_day(record)
    assert after["2026-07-20"].uid == before["2026-07-09"].uid
    assert after["2026-07-22"].uid == before["2026-07-15"].uid
    assert after["2026-10-15"].uid == before["2026-10-15"].uid
    for event in after.values():
        assert len(event.uid) == 36 and "@" not in event.uid


def test_the_sequence_rises_with_every_change(record: OwnRecord, now: Now) -> None:
    plan = scans(record, "2026-04-15")
    uid, seen = by_day(record)["2026-07-15"].uid, []
    interval = Interval(3, Unit.MONTHS, D("2026-04-15"))

    def sequence() -> int:
        [event] = [event for event in record.calendar() if event.uid == uid]
        seen.append(event.sequence)
        return event.sequence

    sequence()
    record.amend(plan, FollowUpItem(Appointment.IMAGING, "MRI", interval=interval, place="entrance B"))
    sequence()
    moved = record.plan_became(f"{plan}@2026-07-15", Progress.MOVED, moved_to=D("2026-07-22"))
    sequence()
    record.plan_became(f"{plan}@2026-07-15", Progress.MOVED, moved_to=D("2026-07-23"))
    sequence()
    record.strike(moved.id)
    sequence()
    assert seen == sorted(set(seen)), "every change has a higher number"
    [event] = [event for event in record.calendar() if event.uid == uid]
    assert str(event.day) == "2026-07-15" and not event.cancelled  # the plan alone speaks again


def test_what_is_no_longer_planned_is_sent_as_cancelled(record: OwnRecord) -> None:
    plan = scans(record, "2026-04-15")
    alone = record.add(FollowUpItem(Appointment.VISIT, "Dr. Okafor", D("2026-07-09")))[0].origin
    before = {event.uid: event for event in record.calendar()}
    half_year = Interval(6, Unit.MONTHS, D("2026-04-15"))
    record.amend(plan, FollowUpItem(Appointment.IMAGING, "MRI", interval=half_year))
    record.strike(alone)
    after = {event.uid: event for event in record.calendar()}
    assert before.keys() <= after.keys()
    gone = {str(event.day) for event in after.values() if event.cancelled}
    assert gone == {"2026-07-09", "2026-07-15", "2027-01-15", "2027-07-15"}
    assert all(after[uid].sequence > event.sequence for uid, event in before.items())


def test_a_month_makes_no_event_and_a_moved_one_without_a_date_is_taken_out(record: OwnRecord) -> None:
    record.add(FollowUpItem(Appointment.LAB, "blood", D("2026-08")))
    assert record.calendar() == ()
    made = record.add(FollowUpItem(Appointment.VISIT, "Dr. Okafor", D("2026-07-09")))[0].origin
    record.plan_became(made, Progress.MOVED)
    [event] = record.calendar()
    assert event.cancelled and event.sequence == 1


def test_old_events_leave_the_file(record: OwnRecord, now: Now) -> None:
    record.add(FollowUpItem(Appointment.VISIT, "Dr. Okafor", D("2026-07-09")))
    now.day += timedelta(days=365)
    assert record.calendar() == ()
