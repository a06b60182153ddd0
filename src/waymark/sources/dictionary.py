"""The publisher's dictionary service: its entries as they are documented, read once and kept.

The National Cancer Institute serves its dictionaries as JSON (https://webapis.cancer.gov/glossary/v1): one entry by its
number, ``Terms/{dictionary}/{audience}/{language}/{number}``, or pages of entries under ``results``. An entry that was read
is kept with the day, and is not asked for again; so is one that is not there.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from waymark.errors import FetchRefused, LibraryDamaged, UnreadableSource
from waymark.library.folder import cannot_write
from waymark.library.links import TermForm, TermLink
from waymark.sources.front import short_name

if TYPE_CHECKING:
    from waymark.sources.fetch import Session

SERVICE = "https://webapis.cancer.gov/glossary/v1"
PUBLISHER = "National Cancer Institute"
ASKED_AGAIN = 90
"""Days after which an entry that was not there is asked for again."""
LARGEST = 64 * 1024 * 1024

_NAMES = {"cancer-terms": "Cancer.gov", "genetics": "Genetics"}
_OURS = {"cancer.gov": "cancer-terms", "notset": "cancer-terms", "genetics": "genetics", "genetic": "genetics"}
_AUDIENCES = {"patient": "Patient", "professional": "HealthProfessional"}
_SPACE = re.compile(r"\s+")


class _Pronunciation(BaseModel):
    model_config = ConfigDict(extra="ignore")
    key: str | None = None
    audio: str | None = None


class _Definition(BaseModel):
    model_config = ConfigDict(extra="ignore")
    text: str = Field(min_length=1)
    html: str = ""


class _Served(BaseModel):
    """One entry as the service writes it; what it adds later is passed over."""

    model_config = ConfigDict(extra="ignore")
    termId: int = Field(ge=1)
    termName: str = Field(min_length=1)
    language: str
    dictionary: str
    audience: str
    prettyUrlName: str | None = None
    pronunciation: _Pronunciation | None = None
    definition: _Definition


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a publisher's dictionary.

    ``number``, ``dictionary`` (cancer-terms, genetics), ``audience`` (patient, professional) and ``language`` (en, es) name
    it, as in a `TermLink`. ``text`` is the definition as plain words, ``html`` as the publisher marks it up: it is kept and
    never shown as it is.
    """

    number: int
    name: str
    dictionary: str
    audience: str
    language: str
    text: str
    html: str = ""
    pronunciation: str | None = None
    audio: str | None = None

    @property
    def address(self) -> str:
        """Return the address of the entry's page."""
        return TermLink(TermForm.PAGE, self.number, None, self.dictionary, self.audience, self.language).address

    @property
    def credit(self) -> str:
        """Return the credit that goes with the definition, in the form that the publisher asks for."""
        return f"“{self.name}” was originally published by the {PUBLISHER}. {self.address}"

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "name": self.name,
            "dictionary": self.dictionary,
            "audience": self.audience,
            "language": self.language,
            "text": self.text,
            "pronunciation": self.pronunciation,
            "publisher": PUBLISHER,
            "url": self.address,
            "credit": self.credit,
        }


def read_entries(data: bytes, origin: str) -> tuple[Entry, ...]:
    """Return the entries of one answer of the service, or of a file that holds one.

    One entry, a list of them, or an object with ``results``. Raises `UnreadableSource` when the file is none of these, or when an
    entry breaks the documented shape: half an import would not be seen.
    """
    name = short_name(origin)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"{name} is not JSON.", "Give what the dictionary service answered.") from error
    if isinstance(found, dict) and "results" in found:
        found = found["results"]
    listed = found if isinstance(found, list) else [found]
    entries = []
    for number, one in enumerate(listed, start=1):
        try:
            served = _Served.model_validate(one)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "it"
            raise UnreadableSource(
                f"Entry {number} of {name} is not as the dictionary service documents it ({where}: {first['msg']}).",
                "Nothing of the file was taken in.",
            ) from error
        entries.append(_entry(served))
    if not entries:
        raise UnreadableSource(f"{name} holds no entry.")
    return tuple(entries)


def _entry(served: _Served) -> Entry:
    said = served.pronunciation
    key = _SPACE.sub(" ", said.key).strip().strip("()").strip() if said and said.key else None
    return Entry(
        number=served.termId,
        name=_SPACE.sub(" ", served.termName).strip(),
        dictionary=_OURS.get(served.dictionary.lower(), "cancer-terms"),
        audience="professional" if "professional" in served.audience.lower() else "patient",
        language="es" if served.language.lower().startswith("es") else "en",
        text=_SPACE.sub(" ", served.definition.text).strip(),
        html=served.definition.html,
        pronunciation=key or None,
        audio=said.audio if said else None,
    )


# ------------------------------------------------------------------------------------------------------------ what is kept

_COLUMNS = ("number", "dictionary", "audience", "language", "name", "text", "html", "pronunciation", "audio")
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS entries (
    {", ".join(f"{name} {'INTEGER' if name == 'number' else 'TEXT'}" for name in _COLUMNS)},
    at TEXT NOT NULL, origin TEXT NOT NULL,
    PRIMARY KEY (number, dictionary, audience, language)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS missing (
    number INTEGER, dictionary TEXT, audience TEXT, language TEXT, at TEXT NOT NULL,
    PRIMARY KEY (number, dictionary, audience, language)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The entries that a library keeps of its publisher's dictionaries, in ``dictionary.sqlite`` in its folder."""

    folder: Path

    @property
    def _database(self) -> Path:
        return self.folder / "dictionary.sqlite"

    @contextmanager
    def _open(self, write: bool = False) -> Iterator[sqlite3.Connection | None]:
        if not write and not self._database.exists():
            yield None
            return
        try:
            with closing(sqlite3.connect(self._database, timeout=10.0)) as connection:
                if write:
                    connection.executescript(_SCHEMA)
                with connection:
                    yield connection
        except OSError as error:
            raise cannot_write(error, self.folder) from error
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                f"The kept dictionary, {self._database}, cannot be used ({error}).",
                "Delete it: its entries can be read from the publisher again.",
            ) from error

    def put(self, entries: Iterable[Entry], origin: str, now: datetime) -> int:
        """Keep entries; one that is there already gives way. Return how many are new or say something else than before."""
        at = now.astimezone(UTC).isoformat(timespec="seconds")
        changed = 0
        with self._open(write=True) as connection:
            assert connection is not None
            for entry in entries:
                values = tuple(getattr(entry, name) for name in _COLUMNS)
                key = values[:4]
                before = connection.execute(
                    f"SELECT {', '.join(_COLUMNS)} FROM entries WHERE (number, dictionary, audience, language) = (?,?,?,?)",
                    key,
                ).fetchone()
                changed += before != values
                marks = ", ".join("?" * (len(_COLUMNS) + 2))
                connection.execute(f"INSERT OR REPLACE INTO entries VALUES ({marks})", (*values, at, origin))
                connection.execute(
                    "DELETE FROM missing WHERE (number, dictionary, audience, language) = (?,?,?,?)", key
                )
        return changed

    def put_missing(self, number: int, dictionary: str, audience: str, language: str, now: datetime) -> None:
        """Note that the publisher has no such entry, so that it is not asked for at every run."""
        at = now.astimezone(UTC).isoformat(timespec="seconds")
        with self._open(write=True) as connection:
            assert connection is not None
            connection.execute(
                "INSERT OR REPLACE INTO missing VALUES (?,?,?,?,?)", (number, dictionary, audience, language, at)
            )

    def entry(self, number: int, language: str = "en", audience: str = "patient") -> Entry | None:
        """Return the entry of a number: for these readers, else for others; in this language, else in English. None for none."""
        wanted = language.split("-")[0].lower()
        with self._open() as connection:
            if connection is None:
                return None
            rows = connection.execute(
                f"SELECT {', '.join(_COLUMNS)} FROM entries WHERE number = ? AND language IN (?, 'en') "
                "ORDER BY language = ? DESC, audience = ? DESC, dictionary LIMIT 1",
                (number, wanted, wanted, audience),
            ).fetchall()
        return _from_row(rows[0]) if rows else None

    def named(self, words: str, language: str = "en") -> Entry | None:
        """Return the entry that has this name, whatever its case; None when none is kept."""
        with self._open() as connection:
            if connection is None:
                return None
            row = connection.execute(
                f"SELECT {', '.join(_COLUMNS)} FROM entries WHERE lower(name) = ? "
                "ORDER BY language = ? DESC, audience = 'patient' DESC, number LIMIT 1",
                (" ".join(words.lower().split()), language),
            ).fetchone()
        return _from_row(row) if row else None

    def numbers(self, language: str | None = None) -> frozenset[int]:
        """Return the numbers that are kept, in one language or in any."""
        with self._open() as connection:
            if connection is None:
                return frozenset()
            where, values = ("", ()) if language is None else ("WHERE language = ?", (language,))
            return frozenset(
                number for (number,) in connection.execute(f"SELECT DISTINCT number FROM entries {where}", values)
            )

    def known(self, dictionary: str, audience: str, language: str, now: datetime) -> frozenset[int]:
        """Return the numbers that need not be asked for: kept, or found missing not long ago."""
        key = (dictionary, audience, language)
        since = (now.astimezone(UTC) - timedelta(days=ASKED_AGAIN)).isoformat(timespec="seconds")
        with self._open() as connection:
            if connection is None:
                return frozenset()
            rows = connection.execute(
                "SELECT number FROM entries WHERE (dictionary, audience, language) = (?,?,?) "
                "UNION SELECT number FROM missing WHERE (dictionary, audience, language) = (?,?,?) AND at > ?",
                (*key, *key, since),
            ).fetchall()
        return frozenset(number for (number,) in rows)


def _from_row(row: tuple[Any, ...]) -> Entry:
    return Entry(**dict(zip(_COLUMNS, row, strict=True)))


# --------------------------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run of asking the service came to."""

    read: int
    missing: int
    failed: tuple[tuple[int, str], ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "missing": self.missing,
            "failed": [{"number": number, "reason": reason} for number, reason in self.failed],
        }


def ask_service(
    session: "Session",
    kept: Dictionary,
    numbers: Iterable[int],
    *,
    dictionary: str = "cancer-terms",
    audience: str = "patient",
    language: str = "en",
    service: str = SERVICE,
    now: datetime | None = None,
) -> Asked:
    """Read entries by their numbers and keep each as it comes, so that a run that is ended goes on from there.

    A number whose entry is kept is not asked for. After three failures in a row the service is left alone.
    """
    now = now or datetime.now(UTC)
    known = kept.known(dictionary, audience, language, now)
    read = missing = in_a_row = 0
    failed: list[tuple[int, str]] = []
    for number in dict.fromkeys(numbers):
        if number in known:
            continue
        address = f"{service}/Terms/{_NAMES[dictionary]}/{_AUDIENCES[audience]}/{language}/{number}"
        try:
            entries = read_entries(session.fetch(address).data, address)
            kept.put(entries, address, now)
            read += 1
            in_a_row = 0
        except FetchRefused as error:
            if error.reason in ("missing", "gone"):
                kept.put_missing(number, dictionary, audience, language, now)
                missing += 1
                in_a_row = 0
                continue
            failed.append((number, str(error)))
            in_a_row += 1
        except UnreadableSource as error:
            failed.append((number, str(error)))
            in_a_row += 1
        if in_a_row >= 3:
            break
    return Asked(read, missing, tuple(failed))
