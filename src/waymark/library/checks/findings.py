"""What a check is, what it finds, and the repair that its evidence allows. A further check is one more file here."""

import hashlib
import importlib
import pkgutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from waymark.library import checks as _folder

if TYPE_CHECKING:
    from waymark.library.checks.page import Page


class Severity(StrEnum):
    """How much a finding asks for."""

    BLOCKING = "blocking"  # the document is held back until a person decides
    ERROR = "error"  # something that a reader is told is not so
    WARNING = "warning"  # the document is quoted; a person should look at it
    INFORMATION = "information"  # nothing is wrong for a reader

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return tuple(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw in one document, and what to do.

    ``where`` is a key of the front matter, or a place in a text: ``body[120:140]`` and ``source[120:140]`` count code
    points, and the characters there are ``found``. ``repair`` says what `waymark repair` would do, empty where a person
    has to decide. ``times`` is how often the same was seen, where it is told once. ``since`` is the last day on which it
    is not yet so. ``shared`` is a day: the finding holds only while most records of the library say that same day.
    """

    check: str
    severity: Severity
    document: str
    where: str
    found: str
    why: str
    repair: str = ""
    times: int = 1
    since: date | None = None
    shared: date | None = None

    def as_json(self) -> dict[str, str]:
        return {
            "check": self.check,
            "severity": self.severity.value,
            "document": self.document,
            "where": self.where,
            "found": self.found,
            "why": self.why,
            "repair": self.repair,
        }

    @property
    def mark(self) -> str:
        """What the finding is known by when other parts of the document change: twelve hex digits."""
        part = self.where.partition("[")[0]
        return finding_mark(self.check, self.document, part, self.found)


def finding_mark(check: str, document: str, part: str, found: str) -> str:
    """Return the mark of a finding: the same characters in the same part of a document, seen by the same check."""
    words = "\0".join((check, document, part, found))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Repair:
    """What mends one document: new values for keys of its front matter, and where the text is at fault a new source.

    ``evidence`` gives, for each key and for "text", the words that the repair rests on.
    """

    front: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Across(Protocol):
    """How a check compares documents, one change at a time, so that a change costs what it touches and no more.

    Documents have numbers in the table of findings. What a document tells the others (``facts``) is made where the document is
    read, perhaps in another process; the rest runs where the table is.
    """

    schema: str  # the tables that it keeps, as SQL

    def facts(self, page: "Page") -> Any:
        """Return what is kept of a document; it must be picklable."""

    def forget(self, table: sqlite3.Connection, number: int) -> set[int]:
        """Drop what was kept of a document; return the numbers of the others that it concerned."""

    def take(self, table: sqlite3.Connection, number: int, facts: Any) -> set[int]:
        """Keep what a document tells; return the numbers of the others that it concerns."""

    def settle(self, table: sqlite3.Connection, numbers: set[int], library: "Others") -> Iterator[Finding]:
        """Yield what is found in these documents now; what was found in them before is gone already."""


class Others(Protocol):
    """What a check that compares documents may ask of the library."""

    def name(self, number: int) -> str:
        """Return a document's id."""

    def page(self, number: int) -> "Page":
        """Return a document."""

    def belongs(self, address: str) -> bool:
        """Return whether an address is a page to read of a publisher that the library has."""


Find = Callable[["Page"], Iterator[Finding]]
Mend = Callable[["Page"], "Repair | None"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code, its rule in a sentence, how grave what it finds is, how it finds it and how it mends it.

    ``find`` looks at one document and at nothing else, so that what it found holds as long as the document does;
    ``across`` compares documents. ``mend`` returns None where there is
    nothing to mend; ``does`` says what it does, as in "would …". A repair that ``asks`` is made only when a person names the check.
    ``hash`` is the digest of the check's own file: what an older file found is looked for again.
    """

    code: str
    rule: str
    severities: tuple[Severity, ...]
    find: Find | None = None
    mend: Mend | None = None
    does: str = ""
    asks: bool = False
    across: Across | None = None
    hash: str = ""


@cache
def every_check() -> tuple[Check, ...]:
    """Return the ``CHECK`` of each module of this folder that has one, by code."""
    found = []
    for module in pkgutil.iter_modules(_folder.__path__):
        loaded = importlib.import_module(f"{_folder.__name__}.{module.name}")
        check = getattr(loaded, "CHECK", None)
        if isinstance(check, Check):
            found.append(replace(check, hash=_digest(loaded.__file__)))
    codes = [check.code for check in found]
    if len(codes) != len(set(codes)):
        raise ValueError(f"Two checks have one code: {sorted(code for code in set(codes) if codes.count(code) > 1)}.")
    return tuple(sorted(found, key=lambda check: check.code))


def _digest(file: str | None) -> str:
    try:
        return hashlib.sha256(Path(file or "").read_bytes()).hexdigest()[:16]
    except OSError:  # a program without its sources: its own version stands for them
        from waymark import __doc__ as words

        return hashlib.sha256(str(words).encode()).hexdigest()[:16]


def check_named(code: str) -> Check | None:
    """Return the check of a code, whatever its case; None when there is none."""
    return next((check for check in every_check() if check.code == code.strip().upper()), None)
