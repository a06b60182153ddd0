"""The plan as an iCalendar file: what RFC 5545 asks, bland by default, and the same events when it is taken in again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar
from own_example import empty

from waymark.app.own_papers import PAPERS, plan_ics
from waymark.app.own_record import OwnRecord
from waymark.record.dates import When
from waymark.record.payloads import Appointment, FollowUpItem, Interval, Progress, Unit


@pytest.fixture
def record(tmp_path: Path) -> Iterator[OwnRecord]:
    with empty(tmp_path) as held:
        held.add(
            FollowUpItem(
                Appointment.VISIT,
                "Dr. Vane, über die Ergebnisse " + "ñ" * 60,
                When.parse("2026-12-09"),
                time="09:15",
                place="Room\n4",
            ),
            FollowUpItem(Appointment.IMAGING, "MRI", interval=Interval(3, Unit.MONTHS, When.parse("2026-08-31"))),
            FollowUpItem(Appointment.LAB, "someday"),
        )
        yield held


def events(content: bytes) -> dict[str, object]:
    return {str(event["uid"]): event for event in Calendar.from_ical(content).walk("VEVENT")}


@pytest.mark.parametrize("name", ["plan.ics", "plan-names.ics", "plan-subscription.ics"])
def test_lines_end_and_fold_as_the_standard_says(record: OwnRecord, name: str) -> None:
    content = PAPERS[name].make(record, "en", None)
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut in two


def test_titles_and_places_are_bland_unless_they_are_asked_for(record: OwnRecord) -> None:
    bland, named = plan_ics(record, "en"), plan_ics(record, "en", names=True)
    assert b"Vane" not in bland and b"MRI" not in bland and b"Room" not in bland
    assert {str(event["summary"]) for event in events(bland).values()} == {"Appointment"}  # type: ignore[index]
    assert {"MRI"} < {str(event["summary"]) for event in events(named).values()}  # type: ignore[index]
    assert "Room 4" in {str(event.get("location")) for event in events(named).values()}  # type: ignore[attr-defined]


def test_times_are_those_on_the_clock_and_days_are_whole(record: OwnRecord) -> None:
    content = plan_ics(record, "en").decode()
    assert "DTSTART:20261209T091500\r\n" in content, "no zone: the clock of wherever the person is"
    assert "DTSTART;VALUE=DATE:20261130\r\n" in content, "three months after 31 August"
    assert "CLASS:PRIVATE" in content


def test_a_date_that_moved_is_the_same_event_with_a_higher_number(record: OwnRecord) -> None:
    before = events(plan_ics(record, "en"))
    visit = record.held().of(FollowUpItem)[0]
    record.plan_became(visit.id, Progress.MOVED, moved_to=When.parse("2026-12-16"))
    after = events(plan_ics(record, "en"))
    assert before.keys() == after.keys()
    moved = [uid for uid in before if before[uid]["dtstart"].dt != after[uid]["dtstart"].dt]  # type: ignore[index]
    assert len(moved) == 1 and int(after[moved[0]]["sequence"]) > int(before[moved[0]]["sequence"])  # type: ignore[index]
    record.plan_became(visit.id, Progress.CANCELLED)
    assert str(events(plan_ics(record, "en"))[moved[0]]["status"]) == "CANCELLED"  # type: ignore[index]


def test_a_file_to_subscribe_to_says_how_often_and_is_no_invitation(record: OwnRecord) -> None:
    once, again = plan_ics(record, "en").decode(), plan_ics(record, "en", subscribed=True).decode()
    assert "METHOD:PUBLISH" in once and "METHOD" not in again
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT12H" in again and "REFRESH-INTERVAL" not in once
    assert events(once.encode()).keys() == events(again.encode()).keys()


def test_nothing_of_machine_or_person_stands_in_an_identity(record: OwnRecord) -> None:
    for uid in events(plan_ics(record, "en", names=True)):
        assert "@" not in uid and len(uid) == 36


def test_an_empty_plan_is_an_empty_calendar(tmp_path: Path) -> None:
    with empty(tmp_path, "nothing") as nothing:
        assert events(plan_ics(nothing, "en")) == {}
