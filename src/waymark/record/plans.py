"""Follow-up, questions and visits."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from waymark.languages.texts import N_, message
from waymark.record.dates import UNKNOWN, Precision, When
from waymark.record.errors import EntryRefused
from waymark.record.payload import (
    Kind,
    Payload,
    check_entry_id,
    check_flag,
    check_in_order,
    check_line,
    check_one_of,
    check_term,
    check_text,
    check_when,
    check_whole,
)

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z", re.ASCII)


class Appointment(StrEnum):
    """The kinds of follow-up."""

    VISIT = "visit"
    EXAM = "exam"
    IMAGING = "imaging"
    LAB = "lab"


class Progress(StrEnum):
    """What became of a follow-up item."""

    PLANNED = "planned"
    DONE = "done"
    MOVED = "moved"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Unit(StrEnum):
    """Units of an interval."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True, repr=False)
class Interval:
    """ "Every three months", counted from the anchor day: 31 January, 28 February, 31 March. ``times`` None:
    without end.

    The anchor is what the team counts from (the end of radiation, the last scan), named in ``anchor_name``; the first
    time is one interval after it, or on the anchor day itself where ``on_anchor`` says so.
    """

    every: int
    unit: Unit
    anchor: When
    times: int | None = None
    on_anchor: bool = False
    anchor_name: str = ""

    def __post_init__(self) -> None:
        check_whole(self.every, N_("The interval"), 1, 3660, empty=False)
        check_one_of(self.unit, Unit, N_("The unit of the interval"))
        if not isinstance(self.anchor, When) or self.anchor.precision is not Precision.DAY:
            raise EntryRefused(
                message("An interval counts from one day."),
                message("Give the day, month and year that it counts from."),
            )
        check_whole(self.times, N_("How many times"), 1, 1000)
        check_flag(self.on_anchor, N_("Whether the first time is on the day that it counts from"))
        check_line(self.anchor_name, N_("What it counts from"))

    def __repr__(self) -> str:
        return "<Interval>"


@dataclass(frozen=True, slots=True, repr=False)
class FollowUpItem(Payload):
    """A visit, examination, scan or laboratory test, as the team planned it: on a date (``due``) or at an
    interval.

    ``plan`` is the id of the item with an interval that this one is an occurrence of. ``moved_to`` is the new
    date of a moved one (it may be unknown yet). ``time`` is the time of day as on a clock ("14:30"), of the new date
    where it was moved. ``result`` and ``said`` are what came of it, ``said_by`` who said so, and ``planned_by`` who said
    that it should be.
    """

    kind: ClassVar[Kind] = Kind.FOLLOW_UP
    refers_to: ClassVar[dict[str, Kind]] = {"plan": Kind.FOLLOW_UP}
    appointment: Appointment = Appointment.VISIT
    name: str = ""
    due: When = UNKNOWN
    interval: Interval | None = None
    progress: Progress = Progress.PLANNED
    done_on: When = UNKNOWN
    moved_to: When = UNKNOWN
    plan: str | None = None
    place: str = ""
    result: str = ""
    said: str = ""
    said_by: str = ""
    note: str = ""
    time: str = ""
    planned_by: str = ""

    def __post_init__(self) -> None:
        check_one_of(self.appointment, Appointment, N_("The kind of follow-up"))
        check_line(self.name, N_("The name of the visit or test"), needed=True)
        check_one_of(self.progress, Progress, N_("What became of it"))
        for when in (self.due, self.done_on, self.moved_to):
            check_when(when, N_("The date"))
        if self.interval is not None and not isinstance(self.interval, Interval):
            raise EntryRefused(message("This is not an interval."))
        if self.interval is not None and self.due.known:
            raise EntryRefused(
                message("This has a date and an interval."),
                message("Keep the date, or the interval with the day it counts from."),
            )
        if self.interval is not None and self.progress not in (Progress.PLANNED, Progress.CANCELLED):
            raise EntryRefused(
                message("What repeats is not done or moved as a whole."), message("Make an entry for the one time.")
            )
        if self.done_on.known and self.progress is not Progress.DONE:
            raise EntryRefused(
                message("This has a day on which it was done, and does not say that it was done."),
                message("Say that it was done."),
            )
        if self.moved_to.known and self.progress is not Progress.MOVED:
            raise EntryRefused(
                message("This has a new date, and does not say that it was moved."), message("Say that it was moved.")
            )
        check_entry_id(self.plan, N_("The plan that it belongs to"))
        check_line(self.place, N_("The place"))
        check_text(self.result, N_("The result"))
        check_text(self.said, N_("What was said"))
        check_line(self.said_by, N_("Who said so"))
        check_text(self.note, N_("The note"))
        if not isinstance(self.time, str) or (self.time and not _CLOCK.match(self.time)):
            raise EntryRefused(message("This is not a time of day."), message("Write it as 14:30, or leave it empty."))
        check_line(self.planned_by, N_("Who said that it should be"))

    @property
    def happened(self) -> When:
        return self.done_on if self.done_on.known else self.due


@dataclass(frozen=True, slots=True, repr=False)
class Question(Payload):
    """A question for the team. ``visit`` is the id of the `FollowUpItem` it is for, None for the next one;
    ``order`` counts from 1, the most important first. The answer is what the person was told. ``guide`` is the id of the
    guiding question that it was picked from, None for the person's own.
    """

    kind: ClassVar[Kind] = Kind.QUESTION
    refers_to: ClassVar[dict[str, Kind]] = {"visit": Kind.FOLLOW_UP}
    text: str = ""
    visit: str | None = None
    order: int | None = None
    answer: str = ""
    answered_by: str = ""
    guide: str | None = None

    def __post_init__(self) -> None:
        check_text(self.text, N_("The question"))
        if not self.text.strip():
            raise EntryRefused(message("There is no question here."), message("Write it in your own words."))
        check_entry_id(self.visit, N_("The visit that it is for"))
        check_whole(self.order, N_("The place in the list"), 1, 1000)
        check_text(self.answer, N_("The answer"))
        check_line(self.answered_by, N_("Who answered"))
        check_term(self.guide, N_("The guiding question"))


@dataclass(frozen=True, slots=True, repr=False)
class VisitSummaryMade(Payload):
    """That a visit summary was made: for which visit, over which days, in which language. ``digest`` is the
    SHA-256 (hex) of the page, so that a printed one can be told from a later one; the page itself is made
    anew from the entries.
    """

    kind: ClassVar[Kind] = Kind.VISIT_SUMMARY
    refers_to: ClassVar[dict[str, Kind]] = {"visit": Kind.FOLLOW_UP}
    visit: str | None = None
    covers_from: When = UNKNOWN
    covers_to: When = UNKNOWN
    language: str = "en"
    digest: str = ""

    def __post_init__(self) -> None:
        check_entry_id(self.visit, N_("The visit that it is for"))
        check_in_order(self.covers_from, self.covers_to, N_("the summary"))
        check_line(self.language, N_("The language"), needed=True)
        if not isinstance(self.digest, str) or not re.fullmatch(r"(?:[0-9a-f]{64})?", self.digest):
            raise EntryRefused(message("The digest of a summary is 64 hexadecimal digits."))


@dataclass(frozen=True, slots=True, repr=False)
class Gathered(Payload):
    """One thing to gather for a second opinion: whether the person has it, and where it is. ``item`` is an id of the list
    of records, or None where ``own_words`` name something else.
    """

    kind: ClassVar[Kind] = Kind.GATHERED
    item: str | None = None
    own_words: str = ""
    have: bool = False
    where: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        check_term(self.item, N_("What to gather"))
        check_line(self.own_words, N_("What to gather, in your words"))
        if self.item is None and not self.own_words.strip():
            raise EntryRefused(
                message("This does not say what to gather."), message("Choose it from the list, or use your own words.")
            )
        check_flag(self.have, N_("Whether you have it"))
        check_line(self.where, N_("Where it is"))
        check_text(self.note, N_("The note"))
