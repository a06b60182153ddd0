"""Our own words in a person's language: messages from catalogues, dates and numbers by locale (CLDR, through Babel).

English is the source: `Texts.gettext` returns the English where a catalogue has no entry, so a half-done translation shows
words and never a gap. A further language is one folder beside this file with catalogues in GNU gettext's .po form; all of
its catalogues are read together, so each area of the product keeps its own file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = "en"
FOLDER = Path(__file__).parent
"""One folder for each language beside English, named by its code (BCP 47, lower case)."""

# Whose dates and numbers are written, where it is not the language's own name: our Spanish is that of the Americas.
_LOCALES: Mapping[str, str] = {"es": "es_419"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)  # English alone is written without Babel, which costs a command a tenth of a second


class Message(str):
    """A sentence of ours in English, filled in, that knows how it was made: a door can say it in another language.

    It is a plain text for everybody else, and survives a process border.
    """

    source: str
    fields: Mapping[str, Any]

    def __reduce__(self) -> tuple[Callable[..., "Message"], tuple[str, Mapping[str, Any]]]:
        return _made, (self.source, self.fields)


def N_(source: str) -> str:
    """Return the words as they are: marks a message of a table for the catalogues, which is said elsewhere."""
    return source


def message(source: str, /, **fields: Any) -> Message:
    """Return a message; ``%(name)s`` in ``source`` stands for the field of that name.

    A field may be a day or a number, written as the language does, or another message. ``source`` is a literal where this is
    called: that is where the catalogues' entries are gathered from.
    """
    return _made(source, fields)


def _made(source: str, fields: Mapping[str, Any]) -> Message:
    made = Message(texts(SOURCE).filled(source, fields))
    made.source, made.fields = source, fields
    return made


@cache
def languages() -> tuple[str, ...]:
    """Return the codes (BCP 47, lower case) of the languages that Waymark speaks, English first."""
    return SOURCE, *sorted(folder.name for folder in FOLDER.iterdir() if any(folder.glob("*.po")))


@cache
def name_of_language(code: str) -> str:
    """Return a language's name in its own words ("Español"); the code itself for one that CLDR does not know."""
    if code == SOURCE:
        return "English"
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(code, sep="-").get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:]


def language_of(wanted: str | None) -> str:
    """Return the language that Waymark speaks for a code such as ``es-MX``; English for one that it does not speak."""
    code = (wanted or "").replace("_", "-").split("-")[0].strip().lower()
    return code if code in languages() else SOURCE


def offered_by(accept_language: str) -> str:
    """Return the language to offer for an Accept-Language header (RFC 9110, 12.5.4); English where nothing fits."""
    wanted: list[tuple[float, int, str]] = []
    for at, part in enumerate(accept_language[:500].split(",")):
        code, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            continue
        code = code.strip().split("-")[0].lower()
        if code in languages() and weight > 0:
            wanted.append((-weight, at, code))
    return min(wanted)[2] if wanted else SOURCE


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language. Every method takes any text or day and never raises."""

    language: str
    _messages: Mapping[str, str] = field(repr=False)
    _plurals: Mapping[str, tuple[str, ...]] = field(repr=False)
    _form: Callable[[int], int] = field(repr=False)  # which plural form a count takes (the catalogue's Plural-Forms)

    @property
    def locale(self) -> str:
        """The CLDR locale by which dates and numbers are written: English for a language that CLDR does not know."""
        return _locale(self.language)

    def gettext(self, message: str) -> str:
        """Return the message in this language; fields such as ``%(name)s`` stay for the caller to fill."""
        return self._messages.get(message) or message

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the form for ``count``."""
        forms = self._plurals.get(one)
        if forms is None:
            return one if count == 1 else many
        return forms[min(self._form(count), len(forms) - 1)]

    def say(self, text: str) -> str:
        """Return a `Message` in this language, and any other text as it is."""
        if not isinstance(text, Message) or self.language == SOURCE:
            return str(text)
        return self.filled(self.gettext(text.source), text.fields)

    def filled(self, text: str, fields: Mapping[str, Any]) -> str:
        """Return a text with its fields filled in: days and numbers as this language writes them, messages said in it."""
        if not fields:
            return text
        return text % {name: self._value(value) for name, value in fields.items()}

    def _value(self, value: Any) -> Any:
        if isinstance(value, Message):
            return self.say(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.number(value)
        return value

    def day(self, day: date) -> str:
        """Return a date as it is said: 30 December 2025, 30 de diciembre de 2025."""
        if self.language == SOURCE:
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        from babel.dates import format_date

        return format_date(day, "long", locale=self.locale)

    def number(self, number: float) -> str:
        """Return a number with the separators of the language."""
        if self.language == SOURCE:
            return f"{number:,}"
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self.locale)


@cache
def _locale(code: str) -> str:
    from babel import Locale, UnknownLocaleError

    wanted = _LOCALES.get(code, code)
    try:
        return str(Locale.parse(wanted, sep="-" if "-" in wanted else "_"))
    except (UnknownLocaleError, ValueError):
        return SOURCE


def _one_or_other(count: int) -> int:
    return 0 if count == 1 else 1


@cache
def texts(language: str | None) -> Texts:
    """Return the words of a language (any BCP 47 code; what Waymark does not speak is English)."""
    code = language_of(language)
    messages: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    form: Callable[[int], int] = _one_or_other
    if code != SOURCE:
        from babel.messages.pofile import read_po

        for file in sorted((FOLDER / code).glob("*.po")):
            with file.open("rb") as opened:
                catalogue = read_po(opened)  # its header says its plural forms
            form = _plural_of(catalogue.plural_expr)
            for entry in catalogue:
                if not entry.id or entry.fuzzy:
                    continue
                if isinstance(entry.id, tuple | list):
                    if isinstance(entry.string, tuple | list) and all(entry.string):
                        plurals[entry.id[0]] = tuple(entry.string)
                        messages.setdefault(entry.id[0], entry.string[0])  # the same words, said without a number
                elif isinstance(entry.string, str) and entry.string:
                    messages[entry.id] = entry.string
    return Texts(code, messages, plurals, form)


def _plural_of(expression: str) -> Callable[[int], int]:
    """Return what chooses the form by the Plural-Forms of a catalogue's header (C syntax, as gettext reads it)."""
    from gettext import c2py

    chosen: Callable[[int], int] = c2py(expression)
    return chosen
