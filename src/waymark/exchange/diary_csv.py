"""The diary as a table (CSV), out and in, in a form that a person can also write in a spreadsheet.

One line is one symptom on one day. Days are written year-month-day and in no other way: 03/04/2026 is March to one reader and
April to another, so it is not guessed. Answers are 0 to 4. What a spreadsheet would take for a formula has an apostrophe in
front, which is taken off again on the way in.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date

from waymark.care.held import Held
from waymark.care.symptoms import SYMPTOMS, named
from waymark.exchange.proposals import Proposal, Reading, checked, norm
from waymark.languages.texts import Texts, message, texts
from waymark.record.dates import When, after
from waymark.record.entries import SELF
from waymark.record.errors import EntryRefused, ImportRefused
from waymark.record.payloads import SymptomEntry

COLUMNS = ("day", "symptom", "how_often", "how_strong", "held_back", "days", "note", "reported_by", "id")
LARGEST = 16 << 20
"""Bytes of a file that is read."""
MOST = 200_000
"""Lines of one: ten years of twenty symptoms are ten thousand."""

_NAMES: Mapping[str, str] = {
    **{name: name for name in COLUMNS},
    "date": "day",
    "día": "day",
    "dia": "day",
    "fecha": "day",
    "síntoma": "symptom",
    "sintoma": "symptom",
    "frequency": "how_often",
    "frecuencia": "how_often",
    "severity": "how_strong",
    "intensidad": "how_strong",
    "interference": "held_back",
    "interferencia": "held_back",
    "días": "days",
    "dias": "days",
    "nota": "note",
    "recall_days": "days",
    "reported by": "reported_by",
    "how often": "how_often",
    "how strong": "how_strong",
    "held back": "held_back",
    "term": "id",
}  # what a first line may call each column, without case
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def diary_table(held: Held, words: Texts) -> bytes:
    """Return the whole diary as CSV (UTF-8 with a mark, so that spreadsheets read its letters), the oldest day first."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for item in held.of(SymptomEntry):
        said, reporter = item.said, item.entry.reported_by
        if item.day is None or item.when.last != item.day:
            continue  # the table has days alone; the whole export holds the rest
        table.writerow(
            [
                item.day.isoformat(),
                _safe(named(said.term, said.own_words, words)),
                *("" if value is None else value for value in (said.frequency, said.severity, said.interference)),
                said.recall_days,
                _safe(said.note),
                "" if reporter == SELF else _safe(reporter),
                said.term or "",
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in _FORMULA or text[:1] == "'" else text


def read_diary(content: bytes, held: Held, on: date, words: Texts) -> Reading:
    """Return what a table offers, line by line, compared with the record.

    The first line names the columns (``day`` and ``symptom`` at least; comma, semicolon or tab between). A line that cannot be
    read is left out with its number and the reason. Raises `ImportRefused` where nothing can be read.
    """
    _ = words.gettext
    rows, columns = _rows(content)
    left: list[str] = []
    proposals: list[Proposal] = []
    taken = {_key(item.said, item.when): item.said for item in held.of(SymptomEntry)}
    for number, row in rows:
        cells = {column: row[at].strip() for column, at in columns.items() if at < len(row)}
        if not any(cells.values()):
            continue
        try:
            one = _line(number, cells, on, words)
        except EntryRefused as refused:
            left.append(_("Line %(number)s: %(why)s") % {"number": number, "why": words.say(refused.sentence)})
            continue
        assert isinstance(one.payload, SymptomEntry) and one.about is not None
        there = taken.get(_key(one.payload, one.about))
        if there is not None and (there.frequency, there.severity, there.interference) != (
            one.payload.frequency, one.payload.severity, one.payload.interference,
        ):  # fmt: skip
            left.append(
                _("Line %(number)s: another answer stands in the record for this day, and stays.") % {"number": number}
            )
            continue
        taken.setdefault(_key(one.payload, one.about), one.payload)
        proposals.append(one)
    if not proposals and not left:
        raise ImportRefused(message("This table holds no line of a diary."), message("Write one symptom on each line."))
    return Reading(_("A table of a diary (CSV)"), checked(proposals, held, words, False), _shortened(left, words))


def _shortened(left: list[str], words: Texts, most: int = 20) -> tuple[str, ...]:
    if len(left) <= most:
        return tuple(left)
    more = words.gettext("and %(num)s more lines") % {"num": len(left) - most}
    return (*left[:most], more)


def _key(said: SymptomEntry, when: When) -> tuple[str, str, str, bool]:
    return said.term or "", "" if said.term else norm(said.own_words), str(when), said.recall_days > 1


def _rows(content: bytes) -> tuple[list[tuple[int, list[str]]], Mapping[str, int]]:
    if not content.strip():
        raise ImportRefused(message("This file is empty."), message("Ask for it again, or choose another file."))
    if len(content) > LARGEST:
        raise ImportRefused(
            message("This file is larger than %(most)s megabytes.", most=LARGEST >> 20), message("Split it by years.")
        )
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise ImportRefused(
            message("The letters of this file cannot be read (its encoding is not UTF-8)."),
            message("Save it again as CSV in UTF-8."),
        ) from None
    first = text.partition("\n")[0]
    between = max((";", "\t", ","), key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=False))
    except csv.Error:
        raise ImportRefused(message("This table cannot be read."), message("Save it again as CSV in UTF-8.")) from None
    if len(lines) > MOST:
        raise ImportRefused(
            message("This file holds more than %(most)s items.", most=MOST), message("Split it by years.")
        )
    columns: dict[str, int] = {}
    for at, name in enumerate(lines[0] if lines else []):
        known = _NAMES.get(norm(name).replace("-", " ")) or _NAMES.get(norm(name).replace(" ", "_"))
        if known:
            columns.setdefault(known, at)
    if not {"day", "symptom"} <= columns.keys() and not {"day", "id"} <= columns.keys():
        raise ImportRefused(
            message("This table has no columns for the day and the symptom."),
            message("Its first line names them: day, symptom, how_often, how_strong, held_back, days, note."),
        )
    return list(enumerate(lines[1:], 2)), columns


def _line(number: int, cells: Mapping[str, str], on: date, words: Texts) -> Proposal:
    day = cells.get("day", "")
    if not _DAY.match(day):
        raise EntryRefused(message("the day is not written as 2026-03-05."))
    when = When.parse(day)
    if after(when, on):
        raise EntryRefused(message("the day lies in the future."))
    term, own = _symptom(cells.get("id", ""), _plain(cells.get("symptom", "")))
    often, strong, held_back = (_level(cells.get(name, "")) for name in ("how_often", "how_strong", "held_back"))
    values = (often, strong, held_back)
    note = _plain(cells.get("note", ""))
    if not any(value is not None for value in values) and not note:
        raise EntryRefused(message("there is no answer on it."))
    days = cells.get("days", "") or "7"
    if not re.fullmatch(r"[0-9]{1,3}", days):
        raise EntryRefused(message("the days looked back on are no whole number."))
    payload = SymptomEntry(term, own, often, strong, held_back, int(days), note)
    reporter = _plain(cells.get("reported_by", ""))
    shown = ", ".join("–" if value is None else str(value) for value in values)
    said = f"{day}: {named(term, own, words)} ({shown})"
    return Proposal(f"line {number}", payload, when, said, reported_by=reporter or None)


def _plain(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in (*_FORMULA, "'") else text


def _level(text: str) -> int | None:
    if not text:
        return None
    if text not in ("0", "1", "2", "3", "4"):
        raise EntryRefused(message("an answer is not a whole number from 0 to 4."))
    return int(text)


def _symptom(term: str, name: str) -> tuple[str | None, str]:
    """Return which symptom is meant: by its id, by its name in any of our languages, else the person's own words."""
    if term in SYMPTOMS:
        usual = {norm(named(term, "", texts(code))) for code in ("en", "es")}
        return term, "" if norm(name) in usual or not name else name
    if not name:
        raise EntryRefused(message("it does not say which symptom it is about."))
    return _by_name().get(norm(name)), "" if norm(name) in _by_name() else name


def _by_name() -> Mapping[str, str]:
    if not _NAMES_OF_TERMS:
        for code in ("en", "es"):
            for term in SYMPTOMS:
                _NAMES_OF_TERMS.setdefault(norm(named(term, "", texts(code))), term)
    return _NAMES_OF_TERMS


_NAMES_OF_TERMS: dict[str, str] = {}


def counted(proposals: Iterable[Proposal]) -> tuple[int, int]:
    """Return how many symptoms and how many days the lines speak of."""
    held = list(proposals)
    names = {(one.payload.term, norm(one.payload.own_words)) for one in held if isinstance(one.payload, SymptomEntry)}
    return len(names), len({str(one.about) for one in held})
