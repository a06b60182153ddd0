"""Our own words in a person's language: messages from catalogues, dates and numbers by locale (CLDR, through Babel).

English is the source: `Texts.gettext` returns the English where a catalogue has no entry, so a half-done translation shows
words and never a gap. A further language is one folder beside this file with catalogues in GNU gettext's .po form; all of
its catalogues are read together, so each area of the product keeps its own file.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

SOURCE = "en"
NAMES = {"en": "English", "es": "Español"}
"""Each language in its own words; one that is not here is shown by its code."""

_HERE = Path(__file__).parent


@cache
def languages() -> tuple[str, ...]:
    """Return the codes (BCP 47, lower case) of the languages that Waymark speaks, English first."""
    return SOURCE, *sorted(folder.name for folder in _HERE.iterdir() if any(folder.glob("*.po")))


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
    _messages: dict[str, str] = field(repr=False)
    _plurals: dict[str, tuple[str, ...]] = field(repr=False)

    def gettext(self, message: str) -> str:
        """Return the message in this language; fields such as ``%(name)s`` stay for the caller to fill."""
        return self._messages.get(message) or message

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the form for ``count``; both languages that ship have the two forms one and other."""
        forms = self._plurals.get(one)
        if forms is None:
            return one if count == 1 else many
        return forms[0] if count == 1 else forms[-1]

    def day(self, day: date) -> str:
        """Return a date as it is said: 30 December 2025, 30 de diciembre de 2025."""
        from babel.dates import format_date

        return format_date(day, "d MMMM y" if self.language == SOURCE else "long", locale=self.language)

    def number(self, number: float) -> str:
        """Return a number with the separators of the language."""
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self.language)


@cache
def texts(language: str | None) -> Texts:
    """Return the words of a language (any BCP 47 code; what Waymark does not speak is English)."""
    code = language_of(language)
    messages: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    if code != SOURCE:
        from babel.messages.pofile import read_po

        for file in sorted((_HERE / code).glob("*.po")):
            with file.open("rb") as opened:
                for entry in read_po(opened, locale=code):
                    if not entry.id or entry.fuzzy:
                        continue
                    if isinstance(entry.id, tuple | list):
                        if isinstance(entry.string, tuple | list) and all(entry.string):
                            plurals[entry.id[0]] = tuple(entry.string)
                    elif isinstance(entry.string, str) and entry.string:
                        messages[entry.id] = entry.string
    return Texts(code, messages, plurals)
