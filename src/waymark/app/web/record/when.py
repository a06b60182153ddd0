"""Dates as people type them: a day, a month and a year in three fields, each of which may stay empty."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from waymark.app.web.record.typed import Form
from waymark.app.web.record.words import N_
from waymark.languages.texts import Texts
from waymark.record.dates import UNKNOWN, Precision, When

if TYPE_CHECKING:
    from waymark.app.web.record.visit import Visit


_CLOCK = re.compile(r"([0-9]{1,2})[:.h ]?([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Parts:
    """The three fields as they are shown."""

    day: str = ""
    month: str = ""
    year: str = ""


def parts_of(when: When) -> Parts:
    """Return a kept date as fields."""
    if when.first is None:
        return Parts()
    first = when.first
    return Parts(
        str(first.day) if when.precision is Precision.DAY else "",
        str(first.month) if when.precision in (Precision.DAY, Precision.MONTH) else "",
        str(first.year),
    )


def typed_parts(form: Form, name: str) -> Parts:
    """Return what was typed, to be shown again as it was."""
    return Parts(form.one(f"{name}-day"), form.one(f"{name}-month"), form.one(f"{name}-year"))


class NotADate(ValueError):
    """``args[0]`` is a sentence for the person."""


def read_when(form: Form, name: str) -> When:
    """Return the date that was typed, as exactly as it is known. Raises `NotADate`."""
    parts = typed_parts(form, name)
    if not (parts.day or parts.month or parts.year):
        return UNKNOWN
    if not parts.year:
        raise NotADate(N_("The year is missing. If you do not know it, leave the whole date empty."))
    if parts.day and not parts.month:
        raise NotADate(N_("The month is missing. If you do not know it, leave the day empty too."))
    try:
        year, month, day = int(parts.year), int(parts.month or 1), int(parts.day or 1)
        if year < 100:
            raise NotADate(N_("Write the year with four digits."))
        first = date(year, month, day)
    except NotADate:
        raise
    except ValueError:
        raise NotADate(N_("There is no such day. Look at the numbers again.")) from None
    precision = Precision.DAY if parts.day else Precision.MONTH if parts.month else Precision.YEAR
    return When(first, precision)


def clock_time(said: str) -> str:
    """Return a time of day as it is kept, 09:15, of what people write: 9:15, 9.15, 0915. What is none stays as it is."""
    found = _CLOCK.fullmatch(said.strip())
    return f"{int(found[1]):02}:{found[2]}" if found else said.strip()


def typed_when(form: Form, name: str) -> When:
    """Return the date that was typed. Raises `Refused` beside its field."""
    from waymark.app.web.record.visit import Refused

    try:
        return read_when(form, name)
    except NotADate as error:
        raise Refused({name: str(error.args[0])}) from None


def months(words: Texts) -> list[tuple[int, str]]:
    """Return the months by number and name."""
    from babel.dates import get_month_names

    names = get_month_names("wide", "stand-alone", words.language)
    return [(number, names[number]) for number in range(1, 13)]


def day_of(visit: "Visit", day: date) -> str:
    """Return a day as it is said in the page's language."""
    return visit.words.day(day)
