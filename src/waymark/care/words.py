"""Dates and lists as the person reads them, in their language. Messages are marked with ``_`` or ``N_`` for the catalogues."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from waymark.languages.texts import SOURCE, Texts, texts

ENGLISH = texts("en")


def day_in_words(day: date, words: Texts = ENGLISH) -> str:
    """Return a day as it is said: 30 December 2025."""
    return _day(words.language, date(day.year, day.month, day.day))


@lru_cache(maxsize=8192)  # ten years of weeks are shown on one page
def _day(language: str, day: date) -> str:
    return texts(language).day(day)


def month_in_words(day: date, words: Texts = ENGLISH) -> str:
    """Return a month as it is said: March 2024."""
    return _month(words.language, day.year, day.month)


@lru_cache(maxsize=2048)
def _month(language: str, year: int, month: int) -> str:
    words, day = texts(language), date(year, month, 1)
    if words.language == SOURCE:
        return words.day(day).partition(" ")[
            2
        ]  # English is written without Babel, which costs a command a tenth of a second
    from babel.dates import format_skeleton

    return format_skeleton("yMMMM", day, locale=words.locale)


def listed(items: Sequence[str], words: Texts = ENGLISH) -> str:
    """Return items as a list in a sentence: a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return words.gettext("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}
