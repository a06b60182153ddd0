"""The plan as events for the phone's calendar: what an iCalendar file needs, without its syntax.

Titles are bland unless the person asks for the real ones, since a calendar is read over shoulders. Each event keeps its UID
for good (RFC 5545, 3.8.4.7; no host name, as RFC 7986, 5.3 asks), and its sequence number rises with every change
(3.8.7.4); what is no longer planned is sent once more as cancelled, so that a calendar that read an older file takes it out.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from waymark.care.plan import AHEAD, counted
from waymark.care.words import ENGLISH
from waymark.languages.texts import Texts
from waymark.record.dates import When
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


@dataclass(frozen=True, slots=True, repr=False)
class _Event:
    day: date
    said: FollowUpItem
    sequence: int
    changed: datetime
    cancelled: bool = False


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
    repeating = {origin: chain for origin, chain in chains.items() if any(said.interval for said in _said(chain))}
    found: dict[str, _Event] = {}
    for origin, chain in repeating.items():
        found |= _repeating(origin, chain, on)
    for origin, chain in chains.items():
        if origin not in repeating:
            found |= _single(origin, chain, repeating, found)
    return tuple(
        CalendarEvent(
            uid,
            event.sequence,
            event.day,
            event.said.time,
            words.gettext("Appointment") if bland else event.said.name,
            "" if bland else event.said.place,
            event.cancelled,
            event.changed,
        )
        for uid, event in sorted(found.items(), key=lambda pair: (pair[1].day, pair[0]))
        if on - BEHIND <= event.day <= on + AHEAD
    )


def _said(chain: Iterable[Entry]) -> Iterator[FollowUpItem]:
    """Yield what each version says, leaving out that it was struck."""
    for entry in chain:
        if isinstance(entry.payload, FollowUpItem):
            yield entry.payload


def _uid(plan: str, day: date) -> str:
    return str(uuid.uuid5(uuid.UUID(plan), day.isoformat()))


def _repeating(origin: str, chain: list[Entry], on: date) -> dict[str, _Event]:
    """Return every day that any version of a repeating plan names: those of the newest stand, the others are cancelled."""
    newest, sequence, changed = chain[-1].payload, len(chain) - 1, chain[-1].recorded_at
    found: dict[str, _Event] = {}
    for said in _said(chain):
        for _, day in counted(said.interval, on + AHEAD):
            found[_uid(origin, day)] = _Event(day, said, sequence, changed, cancelled=True)
    if isinstance(newest, FollowUpItem) and newest.progress is not Progress.CANCELLED:
        for _, day in counted(newest.interval, on + AHEAD):
            found[_uid(origin, day)] = _Event(day, newest, sequence, changed)
    return found


def _single(
    origin: str, chain: list[Entry], repeating: Mapping[str, list[Entry]], found: Mapping[str, _Event]
) -> dict[str, _Event]:
    """Return the event of an item with its own date, or of one time of a repeating plan: that keeps the UID which the
    plan gave to the day it was first planned for.
    """
    first = next(_said(chain))
    uid, before = origin, len(repeating.get(first.plan or "", ()))
    if first.plan in repeating and _one_day(first.due):
        assert first.plan is not None and first.due.first is not None
        uid = _uid(first.plan, first.due.first)
    sequence, changed = before + len(chain) - 1, chain[-1].recorded_at
    said = chain[-1].payload
    day = _day_of(said) if isinstance(said, FollowUpItem) else None
    if isinstance(said, FollowUpItem) and day is not None:
        return {uid: _Event(day, said, sequence, changed, said.progress is Progress.CANCELLED)}
    if uid in found:
        planned = found[uid]
        struck = said is None  # what was said of this one time was taken back: the plan alone speaks again
        return {uid: _Event(planned.day, planned.said, sequence, changed, planned.cancelled or not struck)}
    was = [day for earlier in _said(chain) if (day := _day_of(earlier)) is not None]
    return {uid: _Event(was[-1], first, sequence, changed, cancelled=True)} if was else {}


def _one_day(when: When) -> bool:
    return when.first is not None and when.first == when.last


def _day_of(said: FollowUpItem) -> date | None:
    """Return the day on which it is or was, None where no single day is known."""
    when = said.due
    if said.progress is Progress.MOVED:
        when = said.moved_to
    elif said.progress is Progress.DONE and said.done_on.known:
        when = said.done_on
    return when.first if _one_day(when) else None
