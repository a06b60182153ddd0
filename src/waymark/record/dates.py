"""Dates as people know them: a day, a month, a year, or not at all."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from waymark.languages.texts import message
from waymark.record.errors import EntryRefused


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


_WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class When:
    """A date with its precision. ``first`` is the earliest day it can mean, None where nothing is known.

    Written "2024-03-05", "2024-03", "2024" or "unknown"; `parse` reads what `str` writes.
    """

    first: date | None = None
    precision: Precision = Precision.UNKNOWN

    def __post_init__(self) -> None:
        first = self.first
        if (first is None) != (self.precision is Precision.UNKNOWN):
            raise EntryRefused(message("A date is either known to the day, month or year, or it is unknown."))
        if first is None:
            return
        starts_month = self.precision is not Precision.MONTH or first.day == 1
        starts_year = self.precision is not Precision.YEAR or (first.month, first.day) == (1, 1)
        if not (starts_month and starts_year):
            raise EntryRefused(message("A month is kept as its first day, and a year as its first of January."))

    @classmethod
    def on(cls, day: date) -> "When":
        """Return a date known to the day."""
        return cls(date(day.year, day.month, day.day), Precision.DAY)

    @classmethod
    def parse(cls, written: str) -> "When":
        """Return the date that the text means. Raises `EntryRefused` for anything but the four forms."""
        return _parsed(written.strip())

    @property
    def last(self) -> date | None:
        """The latest day that this can mean."""
        first = self.first
        if first is None or self.precision is Precision.DAY:
            return first
        if self.precision is Precision.MONTH:
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return first.replace(month=12, day=31)

    @property
    def known(self) -> bool:
        return self.first is not None

    def within(self, start: date, end: date) -> bool:
        """Return whether this may lie between two days, both included; never for an unknown date."""
        first, last = self.first, self.last
        return first is not None and last is not None and first <= end and last >= start

    def __str__(self) -> str:
        if self.first is None:
            return "unknown"
        written = self.first.isoformat()
        return {Precision.DAY: written, Precision.MONTH: written[:7]}.get(self.precision, written[:4])


@lru_cache(maxsize=4096)
def _parsed(written: str) -> When:
    if written in ("", "unknown"):
        return When()
    found = _WRITTEN.match(written)
    if found:
        year, month, day = found.groups()
        precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
        try:
            return When(date(int(year), int(month or 1), int(day or 1)), precision)
        except ValueError:
            pass
    raise EntryRefused(
        message("This is not a date."), message("Write it as 2024-03-05, or 2024-03, or 2024, or leave it empty.")
    )


UNKNOWN = When()


def after(when: When, day: date, slack: timedelta = timedelta(days=1)) -> bool:
    """Return whether all that a date can mean lies after a day; the slack is for clocks in other time zones."""
    return when.first is not None and when.first > day + slack
