"""Reviews as a calendar: RFC 5545's line ends and folding, an identity that stays, and nothing of the machine."""

import socket
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from catalogue_examples import document
from icalendar import Calendar

from waymark.app.review_calendar import calendar

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
CARD = document().card
CARDS = [
    replace(CARD, id=f"d{n}", title=f"Título {n} " + "muy largo " * 12 + "; , \\ \x07", review_due=due)
    for n, due in enumerate([date(2026, 12, 1), date(2026, 12, 1), date(2027, 1, 31), None])
]


def events(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


@pytest.mark.parametrize(("by", "count"), [("day", 2), ("document", 3)])
def test_lines_end_and_are_folded_as_the_standard_asks(by: Any, count: int) -> None:
    data = calendar(CARDS, "library", AT, by)
    assert data.endswith(b"\r\n") and b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert len(events(data)) == count
    assert [event["DTSTART"].dt for event in events(data)][-1] == date(2027, 1, 31)
    assert socket.gethostname().encode() not in data and b"@" not in data


@pytest.mark.parametrize("by", ["day", "document"])
def test_an_event_keeps_its_identity(by: Any) -> None:
    def uids(data: bytes) -> list[str]:
        return [str(event["UID"]) for event in events(data)]

    first = uids(calendar(CARDS, "library", AT, by))
    assert uids(calendar(CARDS, "library", AT.replace(hour=20), by)) == first
    assert len(set(first)) == len(first)
    assert not set(first) & set(uids(calendar(CARDS, "another", AT, by)))
    moved = [replace(CARDS[0], review_due=date(2028, 1, 1)), *CARDS[1:]]
    if by == "document":
        assert set(uids(calendar(moved, "library", AT, by))) == set(first), "the event moves, and is not doubled"


def test_a_day_is_bland() -> None:
    first = events(calendar(CARDS, "library", AT))[0]
    assert str(first["SUMMARY"]) == "2 reviews due"
    assert "Título 0" in str(first["DESCRIPTION"]) and "\x07" not in str(first["DESCRIPTION"])
    assert str(events(calendar(CARDS, "library", AT, language="es"))[0]["SUMMARY"]) == "2 revisiones pendientes"
