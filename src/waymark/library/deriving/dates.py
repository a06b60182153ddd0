"""The dates that a page gives for itself, in its headings and its labelled lines."""

import re
from collections.abc import Iterator
from datetime import date

from waymark.library.deriving.found import DateFinding

MONTHS = {
    month: number
    for number, names in enumerate(
        (
            ("january", "jan", "enero"),
            ("february", "feb", "febrero"),
            ("march", "mar", "marzo"),
            ("april", "apr", "abril"),
            ("may", "mayo"),
            ("june", "jun", "junio"),
            ("july", "jul", "julio"),
            ("august", "aug", "agosto"),
            ("september", "sep", "sept", "septiembre", "setiembre"),
            ("october", "oct", "octubre"),
            ("november", "nov", "noviembre"),
            ("december", "dec", "diciembre"),
        ),
        start=1,
    )
    for month in names
}
"""The number of each month (1 to 12) by its names and abbreviations, English and Spanish, in small letters."""
_LABELS = {
    "updated": "updated",
    "last updated": "updated",
    "actualizado": "updated",
    "actualización": "updated",
    "posted": "posted",
    "published": "posted",
    "publicado": "posted",
    "publicación": "posted",
    "reviewed": "reviewed",
    "last reviewed": "reviewed",
    "revisado": "reviewed",
    "revisión": "reviewed",
}
_LABELLED = re.compile(
    r"^[ \t]*(?:[-•*+][ \t]+)?(?:\*{1,2}|_)?(" + "|".join(_LABELS) + r")[ \t]*:[ \t]*(?:\*{1,2}|_)?[ \t]*"
    r"(?:([A-Za-z]{3,10})\.?[ \t]+(\d{1,2}),?[ \t]+(\d{4})"
    r"|(\d{1,2})[ \t]+(?:de[ \t]+)?([A-Za-z]{3,10})[ \t]+(?:de[ \t]+)?(\d{4})"
    r"|(\d{4})-(\d{2})-(\d{2}))[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SUMMARY = re.compile(
    r"^#{1,6}[ \t]+((?:Latest Updates to|Changes to) This (?:PDQ )?Summary \((\d{1,2})/(\d{1,2})/(\d{4})\))",
    re.IGNORECASE | re.MULTILINE,
)
_SUMMARY_ES = re.compile(
    r"^#{1,6}[ \t]+((?:Últimas actualizaciones|Actualizaciones más recientes|Modificaciones)[^\n(]{0,40}"
    r"\((\d{1,2})/(\d{1,2})/(\d{4})\))",
    re.IGNORECASE | re.MULTILINE,
)


def dates_of(body: str, kind: str) -> tuple[DateFinding, ...]:
    """Return the dates that the page gives for itself.

    A page that lists news carries a date beside each item: its labels, and a label that stands twice, date items.
    """
    low = lower(body)
    found: list[DateFinding] = []
    for _, line in _lines(body, low, " summary ("):
        match = _SUMMARY.match(line)
        day = _day(match.group(4), match.group(2), match.group(3)) if match else None
        if match and day:
            found.append(DateFinding("updated", day, match.group(1)))
    for _, line in (*_lines(body, low, "actualizaciones"), *_lines(body, low, "modificaciones")):
        match = _SUMMARY_ES.match(line)
        day = _day(match.group(4), match.group(3), match.group(2)) if match else None  # day first
        if match and day:
            found.append(DateFinding("updated", day, match.group(1)))
    labelled: dict[str, list[DateFinding]] = {}
    for line in dict(placed for label in _LABELS for placed in _lines(body, low, f"{label}:")).values():
        match = _LABELLED.match(line)
        if match is None:
            continue
        if match.group(2):
            day = _day(match.group(4), match.group(2), match.group(3))
        elif match.group(5):
            day = _day(match.group(7), match.group(6), match.group(5))
        else:
            day = _day(match.group(8), match.group(9), match.group(10))
        what = _LABELS[match.group(1).lower()]
        if day:
            words = " ".join(match.group().strip(" \t-•*+_").split())
            labelled.setdefault(what, []).append(DateFinding(what, day, words))
    several = any(len(each) > 1 for each in labelled.values())
    if not several and kind != "research":
        found.extend(finding for each in labelled.values() for finding in each)
    return tuple(found)


def lower(text: str) -> str:
    """Return the text in small letters, each at its place: the one letter that would become two is left out of it."""
    return text.replace("\u0130", "I").lower()


def _lines(body: str, low: str, words: str) -> Iterator[tuple[int, str]]:
    """Yield each line that holds the words, and its place: quicker than a pattern tried on every line."""
    at = low.find(words)
    while at >= 0:
        end = body.find("\n", at)
        end = len(body) if end < 0 else end
        start = body.rfind("\n", 0, at) + 1
        yield start, body[start:end]
        at = low.find(words, end)


def _day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else MONTHS.get(month.lower(), 0)
    try:
        return date(int(year), number, int(day))
    except ValueError:  # 31 February, or a word that is no month
        return None
