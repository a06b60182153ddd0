"""What people ask and the library lacks, counted for its librarian: by day, reason, cancer and kind of answer.

A question's text is not kept, unless the operator turns that on, and the pages then say so; that of an urgent message, or of a
question for the care team, never is. No time of day, no address and no order of questions is kept either. Counting never holds
up an answer: what is to be counted is put aside in memory and written by a thread of its own, and where it cannot be written it
is lost.
"""

import contextlib
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from waymark.answering.response import Decline, Response

FILE = "missing.sqlite"
"""Beside the catalogue in the library's folder; it may be deleted at any time."""

EVERY = 5.0  # seconds between two writings
MOST_WAITING = 2_000  # different counts that wait in memory; further ones are lost
WAIT = 0.5  # seconds to wait for another process that is writing
LONGEST_TEXT = 300  # characters of a question that are kept, where the operator asked for that
ANY_CANCER = "general"
ANY_KIND = "other"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS counts (
    day TEXT NOT NULL, reason TEXT NOT NULL, cancer TEXT NOT NULL, kind TEXT NOT NULL, language TEXT NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY (day, reason, cancer, kind, language)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS questions (
    day TEXT NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, reason, text)
) WITHOUT ROWID;
"""

_Count = tuple[str, str, str, str, str]  # day, reason, cancer, kind, language
_Text = tuple[str, str, str]  # day, reason, text


@dataclass(frozen=True, slots=True)
class Missing:
    """One line: how often questions about a cancer, asking for a kind of answer, were declined for a reason."""

    reason: str
    cancer: str
    kind: str
    count: int
    days: int  # on how many days
    last: date


@dataclass(frozen=True, slots=True)
class MissingReport:
    """What was declined since a day, most often first, and the texts of questions where the operator keeps them."""

    since: date | None
    total: int
    lines: tuple[Missing, ...]
    texts: tuple[tuple[str, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "since": None if self.since is None else self.since.isoformat(),
            "total": self.total,
            "missing": [
                {
                    "reason": line.reason,
                    "cancer": line.cancer,
                    "kind": line.kind,
                    "count": line.count,
                    "days": line.days,
                    "last": line.last.isoformat(),
                }
                for line in self.lines
            ],
            "questions": [{"text": text, "count": count} for text, count in self.texts],
        }


class MissingCounts:
    """Counts declines for one library. ``keep_texts`` keeps the questions' text too. May be used from several threads."""

    def __init__(self, folder: Path, keep_texts: bool = False) -> None:
        self._file = folder / FILE
        self._keep_texts = keep_texts
        self._lock = threading.Lock()
        self._counts: Counter[_Count] = Counter()
        self._texts: Counter[_Text] = Counter()
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def note(self, response: Response, on: date) -> None:
        """Put the declines of a response aside to be counted; never raises, never waits for a disk."""
        for each in response.parts or (response,):
            if isinstance(each, Decline) and each.reason != "search_unavailable":
                self._note(each, on, self._keep_texts and response.urgent is None and each.reason != "needs_your_team")

    def _note(self, decline: Decline, on: date, with_text: bool) -> None:
        reading = decline.reading
        cancers = (reading.cancers if reading is not None else ()) or (ANY_CANCER,)
        kind = reading.asked_for[0] if reading is not None and reading.asked_for else ANY_KIND
        if decline.reason == "needs_your_team" and reading is not None and reading.team:
            kind = reading.team
        language = reading.language if reading is not None else ""
        with self._lock:
            if self._closed or len(self._counts) >= MOST_WAITING:
                return
            self._counts[on.isoformat(), decline.reason, cancers[0], kind, language] += 1
            if with_text and len(self._texts) < MOST_WAITING:
                text = " ".join(decline.question.split())[:LONGEST_TEXT]
                self._texts[on.isoformat(), decline.reason, text] += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._write_now_and_then, name="missing", daemon=True)
                self._thread.start()

    def _write_now_and_then(self) -> None:
        while not self._closed:
            self._wake.wait(EVERY)
            self._write()

    def _write(self) -> None:
        with self._lock:
            counts, texts = self._counts, self._texts
            self._counts, self._texts = Counter(), Counter()
        if not counts:
            return
        try:
            with contextlib.closing(sqlite3.connect(self._file, timeout=WAIT)) as file:
                file.executescript(_SCHEMA)
                with file:
                    file.executemany(
                        "INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                        [(*key, count) for key, count in counts.items()],
                    )
                    file.executemany(
                        "INSERT INTO questions VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                        [(*key, count) for key, count in texts.items()],
                    )
        except (sqlite3.Error, OSError):
            self._put_back(counts, texts)

    def _put_back(self, counts: Counter[_Count], texts: Counter[_Text]) -> None:
        """Wait with what could not be written; a disk that stays full costs counts, never memory."""
        with self._lock:
            if len(self._counts) + len(counts) <= MOST_WAITING:
                self._counts.update(counts)
                self._texts.update(texts)

    def close(self) -> None:
        """Write what waits, once, and stop."""
        self._closed = True
        self._wake.set()
        self._write()

    def report(self, since: date | None = None, reasons: Iterable[str] = (), limit: int = 200) -> MissingReport:
        """Return what was declined from a day on (None: ever), most often first. An unreadable file reads as an empty one."""
        self._write()
        wanted = tuple(reasons)
        where = "WHERE day >= ?" + (f" AND reason IN ({', '.join('?' * len(wanted))})" if wanted else "")
        values = ("" if since is None else since.isoformat(), *wanted)
        if not self._file.exists():
            return MissingReport(since, 0, ())
        try:
            with contextlib.closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=WAIT)) as file:
                total = file.execute(f"SELECT coalesce(sum(count), 0) FROM counts {where}", values).fetchone()[0]
                lines = file.execute(
                    f"SELECT reason, cancer, kind, sum(count), count(DISTINCT day), max(day) FROM counts {where} "
                    "GROUP BY reason, cancer, kind ORDER BY sum(count) DESC, reason, cancer, kind LIMIT ?",
                    (*values, limit),
                ).fetchall()
                texts = file.execute(
                    f"SELECT text, sum(count) FROM questions {where} GROUP BY text ORDER BY sum(count) DESC, text LIMIT ?",
                    (*values, limit),
                ).fetchall()
        except (sqlite3.Error, OSError):
            return MissingReport(since, 0, ())
        return MissingReport(
            since,
            int(total),
            tuple(
                Missing(reason, cancer, kind, count, days, date.fromisoformat(last))
                for reason, cancer, kind, count, days, last in lines
            ),
            tuple((text, count) for text, count in texts),
        )

    def forget(self) -> None:
        """Delete everything that was counted and kept."""
        with self._lock:
            self._counts.clear()
            self._texts.clear()
        with (
            contextlib.suppress(sqlite3.Error, OSError),
            contextlib.closing(sqlite3.connect(self._file, timeout=WAIT)) as file,
        ):
            file.executescript(f"{_SCHEMA} DELETE FROM counts; DELETE FROM questions; VACUUM;")


WORDS: Mapping[str, str] = {
    "not_in_library": "not in the library",
    "not_about_health": "not about health",
    "needs_your_team": "for the care team",
}
"""The reasons as a librarian reads them."""
