"""The follow-up plan: what the team said should be done, on a date or at an interval, and what became of it.

Nothing is invented: there is no interval that the person did not enter. Intervals count from their anchor day (31 January,
28 February, 31 March), whatever day a visit really took place on; what is overdue is only ever what was planned and of which
nothing was said since.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from waymark.care.course import when_in_words
from waymark.care.held import Held, Item
from waymark.care.words import ENGLISH, day_in_words
from waymark.languages.texts import N_, Texts
from waymark.record.dates import UNKNOWN, When
from waymark.record.payloads import Appointment, FollowUpItem, Interval, Progress, Unit

AHEAD = timedelta(days=400)
"""How far ahead repeating items are counted out."""
SOON = timedelta(days=14)

APPOINTMENT_WORDS: Mapping[Appointment, str] = {
    Appointment.VISIT: N_("Visit"),
    Appointment.EXAM: N_("Examination"),
    Appointment.IMAGING: N_("Scan"),
    Appointment.LAB: N_("Laboratory test"),
}


class Standing(StrEnum):
    """Where one time of a plan stands today."""

    OVERDUE = "overdue"  # its last possible day is over, and nothing was said of it
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    NO_DATE = "no_date"  # planned, or moved, without a day yet
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


STANDING_WORDS: Mapping[Standing, str] = {
    Standing.OVERDUE: N_("overdue"),
    Standing.TODAY: N_("today"),
    Standing.SOON: N_("soon"),
    Standing.LATER: N_("planned"),
    Standing.NO_DATE: N_("no date yet"),
    Standing.DONE: N_("done"),
    Standing.MISSED: N_("missed"),
    Standing.CANCELLED: N_("cancelled"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Time:
    """One time that something is or was to be done.

    ``slot`` names it for good: the id of its entry, or the id of the repeating plan, "@" and the day it was planned for.
    ``entry`` is the id of its own entry, None where the plan alone says it. ``planned`` is when it was to be, ``when``
    when it is to be now or was done; ``number`` counts the times of a repeating plan from 1.
    """

    slot: str
    entry: str | None
    plan: str | None
    number: int | None
    kind: Appointment
    kind_words: str
    name: str
    planned: When
    when: When
    when_words: str
    time: str
    place: str
    standing: Standing
    standing_words: str
    moved: bool
    result: str
    said: str
    said_by: str
    planned_by: str
    note: str
    reported_by: str


@dataclass(frozen=True, slots=True, repr=False)
class Repeating:
    """A plan at an interval, with the interval in words and its next day (None where it has ended)."""

    entry: str
    kind: Appointment
    kind_words: str
    name: str
    interval: Interval
    interval_words: str
    next: date | None
    place: str
    planned_by: str
    note: str
    cancelled: bool


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """What is overdue, what comes next, what has no date yet, what is over, and what repeats.

    ``coming`` holds the next time of each repeating plan and every single item ahead, the nearest first; ``over`` the
    newest first.
    """

    on: date
    overdue: tuple[Time, ...]
    coming: tuple[Time, ...]
    no_date: tuple[Time, ...]
    over: tuple[Time, ...]
    repeating: tuple[Repeating, ...]

    @property
    def next(self) -> Time | None:
        return self.coming[0] if self.coming else None

    @property
    def next_visit(self) -> Time | None:
        """The next time that the person sees the team."""
        return next((time for time in self.coming if time.kind in (Appointment.VISIT, Appointment.EXAM)), None)

    def time(self, slot: str) -> Time | None:
        """Return the time with that slot."""
        everything = (*self.overdue, *self.coming, *self.no_date, *self.over)
        return next((time for time in everything if time.slot == slot), None)


def plan(held: Held, on: date, words: Texts = ENGLISH, standing_since: Mapping[str, date] | None = None) -> Plan:
    """Return the plan as it stands on a day.

    ``standing_since`` says, by the id of a repeating plan, since which day its interval is in the record; times before it
    are not overdue, since nobody was asked about them. Without it the day of the entry itself is taken.
    """
    since = standing_since or {}
    plans = {item.id: item for item in held.of(FollowUpItem) if item.said.interval}
    own: dict[tuple[str, date], Item[FollowUpItem]] = {}
    times: list[Time] = []
    for item in held.of(FollowUpItem):
        if item.said.interval:
            continue
        due = item.said.due
        if item.said.plan in plans and due.first and due.first == due.last:
            own[item.said.plan, due.first] = item
        else:
            times.append(_time(item, item.id, None, on, words))
    repeating = []
    for made, item in plans.items():
        cancelled = item.said.progress is Progress.CANCELLED
        begins = since.get(made, item.entry.recorded_at.date())
        upcoming = None
        for number, day in counted(item.said.interval, on + AHEAD):
            said = own.pop((made, day), None)
            if said is not None:
                time = _time(said, f"{made}@{day}", number, on, words, item)
                times.append(time)
                ahead = time.standing in (Standing.TODAY, Standing.SOON, Standing.LATER)
                upcoming = upcoming or (time.when.first if ahead else None)
            elif not cancelled and (day >= on or day >= begins):
                if day >= on and upcoming is not None:
                    continue
                times.append(_planned(item, day, number, on, words))
                upcoming = upcoming or (day if day >= on else None)
        repeating.append(_repeating(item, None if cancelled else upcoming, words))
    times += [_time(item, f"{made}@{day}", None, on, words, plans[made]) for (made, day), item in own.items()]
    return Plan(
        on=on,
        overdue=_sorted(times, {Standing.OVERDUE}),
        coming=_sorted(times, {Standing.TODAY, Standing.SOON, Standing.LATER}),
        no_date=_sorted(times, {Standing.NO_DATE}),
        over=tuple(reversed(_sorted(times, {Standing.DONE, Standing.MISSED, Standing.CANCELLED}))),
        repeating=tuple(sorted(repeating, key=lambda one: (one.next or date.max, one.name))),
    )


def counted(interval: Interval | None, until: date) -> Iterator[tuple[int, date]]:
    """Yield the times of an interval up to a day, as (number from 1, day), each counted from the anchor."""
    if interval is None or interval.anchor.first is None:
        return
    start = 0 if interval.on_anchor else 1
    last = (interval.times + start - 1) if interval.times else None
    step = start
    while last is None or step <= last:
        day = _step(interval, step)
        if day is None or day > until:
            return
        yield step - start + 1, day
        step += 1


def _step(interval: Interval, step: int) -> date | None:
    assert interval.anchor.first is not None
    unit = {Unit.DAYS: "days", Unit.WEEKS: "weeks", Unit.MONTHS: "months", Unit.YEARS: "years"}[interval.unit]
    try:
        moved: date = interval.anchor.first + relativedelta(**{unit: interval.every * step})  # type: ignore[arg-type]
    except (ValueError, OverflowError):  # past the year 9999
        return None
    return moved


def _time(
    item: Item[FollowUpItem],
    slot: str,
    number: int | None,
    on: date,
    words: Texts,
    plan_item: Item[FollowUpItem] | None = None,
) -> Time:
    said = item.said
    moved = said.progress is Progress.MOVED or said.moved_to.known
    when = said.due
    if said.progress is Progress.DONE and said.done_on.known:
        when = said.done_on
    elif said.progress is Progress.MOVED:
        when = said.moved_to
    standing = _standing(said.progress, when, on)
    return Time(
        slot=slot,
        entry=item.id,
        plan=said.plan,
        number=number,
        kind=said.appointment,
        kind_words=words.gettext(APPOINTMENT_WORDS[said.appointment]),
        name=said.name,
        planned=said.due,
        when=when,
        when_words=_when_words(when, said.time, words),
        time=said.time,
        place=said.place or (plan_item.said.place if plan_item else ""),
        standing=standing,
        standing_words=words.gettext(STANDING_WORDS[standing]),
        moved=moved,
        result=said.result,
        said=said.said,
        said_by=said.said_by,
        planned_by=said.planned_by or (plan_item.said.planned_by if plan_item else ""),
        note=said.note,
        reported_by=item.entry.reported_by,
    )


def _planned(item: Item[FollowUpItem], day: date, number: int, on: date, words: Texts) -> Time:
    """Return a time of a repeating plan that has no entry of its own."""
    said, when = item.said, When.on(day)
    standing = _standing(Progress.PLANNED, when, on)
    return Time(
        slot=f"{item.id}@{day}",
        entry=None,
        plan=item.id,
        number=number,
        kind=said.appointment,
        kind_words=words.gettext(APPOINTMENT_WORDS[said.appointment]),
        name=said.name,
        planned=when,
        when=when,
        when_words=_when_words(when, said.time, words),
        time=said.time,
        place=said.place,
        standing=standing,
        standing_words=words.gettext(STANDING_WORDS[standing]),
        moved=False,
        result="",
        said="",
        said_by="",
        planned_by=said.planned_by,
        note=said.note,
        reported_by=item.entry.reported_by,
    )


_FIXED = {
    Progress.DONE: Standing.DONE,
    Progress.MISSED: Standing.MISSED,
    Progress.CANCELLED: Standing.CANCELLED,
}


def _standing(progress: Progress, when: When, on: date) -> Standing:
    if progress in _FIXED:
        return _FIXED[progress]
    if when.first is None or when.last is None:
        return Standing.NO_DATE
    if when.last < on:
        return Standing.OVERDUE
    if when.first == when.last == on:
        return Standing.TODAY
    return Standing.SOON if when.first <= on + SOON else Standing.LATER


def _when_words(when: When, time: str, words: Texts) -> str:
    said = when_in_words(when, words)
    at_a_time = time and when.first is not None and when.first == when.last
    return words.gettext("%(day)s, %(time)s") % {"day": said, "time": time} if at_a_time else said


def _sorted(times: Iterable[Time], standings: set[Standing]) -> tuple[Time, ...]:
    fitting = (time for time in times if time.standing in standings)
    return tuple(
        sorted(fitting, key=lambda time: (time.when.first or date.max, time.time or "99", time.name, time.slot))
    )


def _repeating(item: Item[FollowUpItem], upcoming: date | None, words: Texts) -> Repeating:
    assert item.said.interval is not None
    return Repeating(
        entry=item.id,
        kind=item.said.appointment,
        kind_words=words.gettext(APPOINTMENT_WORDS[item.said.appointment]),
        name=item.said.name,
        interval=item.said.interval,
        interval_words=interval_in_words(item.said.interval, words),
        next=upcoming,
        place=item.said.place,
        planned_by=item.said.planned_by,
        note=item.said.note,
        cancelled=item.said.progress is Progress.CANCELLED,
    )


def interval_in_words(interval: Interval, words: Texts = ENGLISH) -> str:
    """Return an interval as it is said: "every 3 months, counted from 31 January 2026 (end of radiation), 8 times"."""
    ngettext, number = words.ngettext, interval.every
    every = {
        Unit.DAYS: ngettext("every day", "every %(number)d days", number),
        Unit.WEEKS: ngettext("every week", "every %(number)d weeks", number),
        Unit.MONTHS: ngettext("every month", "every %(number)d months", number),
        Unit.YEARS: ngettext("every year", "every %(number)d years", number),
    }[interval.unit] % {"number": number}
    anchor = interval.anchor.first
    if anchor is not None:
        counted_from = (
            words.gettext("%(every)s, the first on %(day)s")
            if interval.on_anchor
            else words.gettext("%(every)s, counted from %(day)s")
        )
        every = counted_from % {"every": every, "day": day_in_words(anchor, words)}
    if interval.anchor_name.strip():
        every = f"{every} ({interval.anchor_name.strip()})"
    if interval.times:
        times = ngettext("once", "%(number)d times", interval.times) % {"number": interval.times}
        every = f"{every}, {times}"
    return every


# What becomes of one time


def with_progress(
    held: Held,
    time: Time,
    progress: Progress,
    *,
    done_on: When = UNKNOWN,
    moved_to: When = UNKNOWN,
    at: str = "",
    result: str = "",
    said: str = "",
    said_by: str = "",
    note: str = "",
) -> FollowUpItem:
    """Return the entry that says what became of one time; what is given empty stays as it was noted before."""
    before = held.by_id(FollowUpItem, time.entry)
    base = before.said if before else None
    return FollowUpItem(
        appointment=time.kind,
        name=time.name,
        due=time.planned,
        progress=progress,
        done_on=done_on if progress is Progress.DONE else UNKNOWN,
        moved_to=moved_to if progress is Progress.MOVED else UNKNOWN,
        plan=time.plan,
        place=time.place,
        result=result or (base.result if base else ""),
        said=said or (base.said if base else ""),
        said_by=said_by or (base.said_by if base else ""),
        note=note or (base.note if base else ""),
        time=at or (base.time if base else time.time if progress is not Progress.MOVED else ""),
        planned_by=time.planned_by,
    )
