"""The plan as events for the phone's calendar: what an iCalendar file needs, without its syntax.

Titles are bland unless the person asks for the real ones, since a calendar is read over shoulders. Each event keeps its UID
for good (RFC 5545, 3.8.4.7; no host name, as RFC 7986, 5.3 asks), and its sequence number rises with every change
(3.8.7.4); what is no longer planned is sent once more as cancelled, so that a calendar that read an older file takes it out.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from waymark.care.plan import AHEAD, counted
from waymark.care.words import ENGLISH
from waymark.languages.texts import Texts
from waymark.record.entries import Entry
from waymark.record.payloads import FollowUpItem, Progress

BEHIND = timedelta(days=90)
"""How far back events are kept in the file."""


@dataclass(frozen=True, slots=True, repr=False)
class CalendarEvent:
    """One event on one day. ``time`` is "14:30" on the clock of wherever the person is, "" for the whole day; ``changed``
    the moment of the last change (UTC). ``title`` is bland or the real name, as asked for; ``place`` is "" where bland.
    """

    uid: str
    sequence: int
    day: date
    time: str
    title: str
    place: str
    cancelled: bool
    changed: datetime


@dataclass
class _Event:
    day: date
    said: FollowUpItem
    sequence: int
    changed: datetime
    cancelled: bool


def events(
    versions: Iterable[Entry], on: date, words: Texts = ENGLISH, *, bland: bool = True
) -> tuple[CalendarEvent, ...]:
    """Return the events from ninety days ago to four hundred ahead, by day.

    ``versions`` are all versions of the follow-up entries, struck ones too, in any order
    (``record.entries(Kind.FOLLOW_UP, include_superseded=True)``). Items whose day is not known make no event.
    """
    chains: dict[str, list[Entry]] = {}
    for entry in sorted(versions, key=lambda entry: entry.sequence):
        chains.setdefault(entry.origin, []).append(entry)
    found: dict[str, _Event] = {}
    for origin, chain in chains.items():
        if any(isinstance(each.payload, FollowUpItem) and each.payload.interval for each in chain):
            for number, entry in enumerate(chain):
                _repeating(found, origin, entry, number, on)
    for origin, chain in chains.items():
        for number, entry in enumerate(chain):
            _single(found, origin, entry, number, chain, chains)
    first, last = on - BEHIND, on + AHEAD
    title = words.gettext("Appointment")
    return tuple(
        CalendarEvent(
            uid,
            event.sequence,
            event.day,
            event.said.time,
            title if bland else event.said.name,
            "" if bland else event.said.place,
            event.cancelled,
            event.changed,
        )
        for uid, event in sorted(found.items(), key=lambda pair: (pair[1].day, pair[0]))
        if first <= event.day <= last
    )


def _uid(plan: str, day: date) -> str:
    return str(uuid.uuid5(uuid.UUID(plan), day.isoformat()))


def _repeating(found: dict[str, _Event], origin: str, entry: Entry, number: int, on: date) -> None:
    """Apply one version of a repeating plan: its days are there now, those of the versions before are cancelled."""
    said = entry.payload
    goes_on = isinstance(said, FollowUpItem) and said.interval and said.progress is not Progress.CANCELLED
    days = (
        {day for _, day in counted(said.interval, on + AHEAD)} if isinstance(said, FollowUpItem) and goes_on else set()
    )
    mine = {uid: event for uid, event in found.items() if event.said.plan == origin or uid == _uid(origin, event.day)}
    for uid, event in mine.items():
        event.sequence, event.changed = number, entry.recorded_at
        if event.day not in days:
            event.cancelled = True
        assert uid in found
    for day in days:
        assert isinstance(said, FollowUpItem)
        found[_uid(origin, day)] = _Event(day, said, number, entry.recorded_at, cancelled=False)


def _single(
    found: dict[str, _Event],
    origin: str,
    entry: Entry,
    number: int,
    chain: list[Entry],
    chains: dict[str, list[Entry]],
) -> None:
    """Apply one version of an item with its own date, or of one time of a repeating plan."""
    said = entry.payload
    if isinstance(said, FollowUpItem) and said.interval:
        return
    spoken = [each.payload for each in chain if isinstance(each.payload, FollowUpItem)]
    planned = next((each.due.first for each in spoken if each.plan and each.due.first == each.due.last), None)
    plan = next((each.plan for each in spoken if each.plan), None)
    uid = _uid(plan, planned) if plan and planned else origin
    base = len(chains.get(plan, ())) if plan else 0
    before = found.get(uid)
    if not isinstance(said, FollowUpItem):
        if before is not None:
            before.cancelled, before.sequence, before.changed = True, base + number, entry.recorded_at
        return
    when = said.moved_to if said.progress is Progress.MOVED else said.due
    if said.progress is Progress.DONE and said.done_on.known:
        when = said.done_on
    if when.first is None or when.first != when.last:
        if before is not None:
            before.cancelled, before.sequence, before.changed = True, base + number, entry.recorded_at
        return
    cancelled = said.progress is Progress.CANCELLED
    found[uid] = _Event(when.first, said, base + number, entry.recorded_at, cancelled)
