"""The follow-up plan as an iCalendar file (RFC 5545): to be taken into a calendar once, or to be read again and again.

Times are those on the clock of wherever the person is (floating, 3.3.5 form 1), since that is how an appointment is told.
Lines end in CRLF and are folded at 75 octets without splitting a character (3.1); each event keeps its UID, and its SEQUENCE
rises with each change, so that taking the file in again moves an appointment instead of doubling it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from waymark.care.calendar import CalendarEvent
from waymark.languages.texts import Texts

REFRESH = timedelta(hours=12)
"""How often a calendar that reads the file again is asked to do so (RFC 7986, 5.7)."""


def plan_calendar(events: Iterable[CalendarEvent], at: datetime, words: Texts, *, subscribed: bool = False) -> bytes:
    """Return the events as a calendar file.

    With ``subscribed`` it is for a calendar that reads the file again by itself: it says how often, and carries no METHOD,
    which some programs take for a single invitation. Titles are as the events have them: bland unless they were asked for.
    """
    from icalendar import Calendar, Event, vDuration

    made = Calendar()
    made.add("prodid", "-//Waymark//Follow-up//EN")
    made.add("version", "2.0")
    name = words.gettext("Appointments")
    made.add("name", name)
    made.add("x-wr-calname", name)
    if subscribed:
        made.add("refresh-interval", vDuration(REFRESH), parameters={"value": "DURATION"})
        made.add("x-published-ttl", vDuration(REFRESH))
    else:
        made.add("method", "PUBLISH")
    for each in events:
        event = Event()
        event.add("uid", each.uid)
        event.add("sequence", each.sequence)
        event.add("dtstamp", at.astimezone(UTC))
        event.add("last-modified", each.changed.astimezone(UTC))
        if each.time:
            hour, minute = map(int, each.time.split(":"))
            event.add("dtstart", datetime.combine(each.day, time(hour, minute)))
        else:
            event.add("dtstart", each.day)
            event.add("transp", "TRANSPARENT")  # a day with an appointment is not a day without time for anything else
        event.add("summary", _one_line(each.title))
        if each.place:
            event.add("location", _one_line(each.place))
        event.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
        event.add("class", "PRIVATE")
        made.add_component(event)
    return bytes(made.to_ical())


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
