"""The front matter that a reader can fill in: the fourteen keys of a governed record, Waymark's own, and a page's
dates.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from waymark.library.deriving.dates import MONTHS

FOURTEEN = (
    "audienceLevel",
    "cancerTypes",
    "citation",
    "language",
    "lastReviewed",
    "license",
    "reviewFrequency",
    "source",
    "sourceType",
    "status",
    "tags",
    "title",
    "url",
    "version",
)
"""The keys that every governed record has. A reader leaves at null what the page does not say."""

OURS = ("publisher", "updated", "posted", "reviewDue", "attribution", "assets", "retrieved", "description", "evidence")


def blank_front() -> dict[str, Any]:
    """Return every key with nothing known."""
    front: dict[str, Any] = dict.fromkeys(FOURTEEN + OURS)
    front["assets"] = []
    front["evidence"] = {}
    return front


def add_evidence(front: Mapping[str, Any], key: str, why: str) -> None:
    """Note why ``front[key]`` is what it is."""
    front["evidence"].setdefault(key, []).append(why)


# ---------------------------------------------------------------------------------------------------------------- dates

_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_DATE = (
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}[0-9:.]*(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|\d{1,2}/\d{1,2}/\d{4}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:de\s+)?{_MONTH},?\s+(?:de\s+|del\s+)?\d{{4}}"
    rf"|{_MONTH}\s+\d{{4}}"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_NUMBERS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")

# What a page calls its dates, and the key that each fills.
_LABELS: tuple[tuple[str, str], ...] = (
    (r"(?:next\s+review(?:\s+due)?|review\s+due)", "reviewDue"),
    (
        r"(?:(?:page\s+)?last\s+(?:medically\s+|medical\s+)?review(?:ed)?(?:\s+on)?|medically\s+reviewed(?:\s+on)?"
        r"|date\s+(?:last\s+)?reviewed|reviewed(?:\s+on)?|revisi[oó]n)",
        "lastReviewed",
    ),
    (
        r"(?:(?:page\s+)?last\s+(?:updated|modified|revised)(?:\s+on)?|(?:date\s+)?updated(?:\s+on)?|revised"
        r"|actualizaci[oó]n|actualizado)",
        "updated",
    ),
    (
        r"(?:(?:date\s+)?posted(?:\s+on)?|(?:date\s+)?(?:first\s+)?published(?:\s+on)?|publicaci[oó]n|publicado)",
        "posted",
    ),
)
_LABELLED = "|".join(f"(?P<{key}>{label})" for label, key in _LABELS)
_DATED = re.compile(rf"(?:{_LABELLED})\s*(?P<colon>:)?\s*(?P<date>{_DATE})?", re.IGNORECASE)
_MAY_BE_DATED = re.compile(r"pdat|evi[ses]|odif|ost|ubli|ctuali", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s•|·,;.–—-]*")
DATE_LINE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date that a page gives: the key it fills, the day (None when none or not a whole day is given), its words."""

    key: str
    on: date | None
    words: str


def dates_in_line(line: str, *, within: bool = False) -> tuple[DateLine, ...]:
    """Return the labelled dates of a line that holds nothing else; with ``within`` those of any line.

    A label without a date counts when a colon follows it ("Updated:"), with no day. A month without a day gives no day.
    """
    if (len(line) > DATE_LINE_LENGTH and not within) or not _MAY_BE_DATED.search(line):
        return ()
    found: list[DateLine] = []
    position = 0
    for match in _DATED.finditer(line):
        if not match["date"] and not match["colon"]:
            continue
        if not within and not _BETWEEN.fullmatch(line, position, match.start()):
            return ()
        if within and (not match["date"] or not _starts_word(line, match.start())):
            continue
        key = next(key for _, key in _LABELS if match[key])
        found.append(DateLine(key, day_of(match["date"] or ""), match.group().strip()))
        position = match.end()
    if not within and not _BETWEEN.fullmatch(line, position):
        return ()
    return tuple(found)


def _starts_word(line: str, at: int) -> bool:
    return at == 0 or not line[at - 1].isalnum()


def day_of(words: str) -> date | None:
    """Return the day that the words name; None when they name none, only a month, or could mean two days (5/6/2025)."""
    words = words.strip()
    try:
        if iso := _ISO.match(words):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if slashed := _SLASHES.match(words):
            first, second, year = (int(part) for part in slashed.groups())
            if first <= 12 and second <= 12 and first != second:
                return None
            month, day = (first, second) if first <= 12 else (second, first)
            return date(year, month, day)
        month_names = [MONTHS[word.lower()] for word in _LETTERS.findall(words) if word.lower() in MONTHS]
        numbers = [int(number) for number in _NUMBERS.findall(words)]
        if len(month_names) == 1 and len(numbers) == 2:
            day, year = numbers if numbers[0] <= 31 else reversed(numbers)
            return date(year, month_names[0], day)
    except ValueError:  # 31 June
        return None
    return None


def take_dates(front: dict[str, Any], lines: Iterable[DateLine]) -> None:
    """Write the dates into the front matter, the first of each kind, with their words as evidence."""
    for line in lines:
        if line.on is None:
            add_evidence(front, line.key, f"the page says “{line.words}”, which names no day")
        elif front.get(line.key) is None:
            front[line.key] = line.on.isoformat()
            add_evidence(front, line.key, f"the page says “{line.words}”")


# ---------------------------------------------------------------------------------------------------------------- names


def short_name(origin: str) -> str:
    """Return the end of a path or address, short enough for a sentence."""
    name = origin.strip() or "The file"
    return name if len(name) <= 100 else "…" + name[-99:]


def shortened(text: str, limit: int = 300) -> str:
    """Return the text on one line, cut at ``limit`` characters with a mark that says so."""
    text = " ".join(text[: limit * 8].split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def paragraphs(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield runs of lines between empty ones."""
    run: list[str] = []
    for line in lines:
        if line.strip():
            run.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run
