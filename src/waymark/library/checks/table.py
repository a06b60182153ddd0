"""What the checks found in a whole library, kept beside it, so that a further look reads only what has changed.

``checks.sqlite`` in the library's folder is made from the catalogue and can be made again: it holds nothing of its own. What a
check found in a document holds for as long as neither the document nor the check's own file changes; what depends on other
documents is settled again only for those that a change concerns, and what depends on the day is kept with its day.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waymark.library import sealed
from waymark.library.body import NORMALISATION
from waymark.library.checks.findings import Check, Finding, Severity, every_check
from waymark.library.checks.page import Page
from waymark.library.document import Document, Status
from waymark.library.links import page_key

if TYPE_CHECKING:
    from waymark.library.catalogue import Catalogue

NAME = "checks.sqlite"
FORMAT = 2
"""Raise when the tables themselves change."""
FEWEST_FOR_MOST = 20
"""Documents below which a date that most of them share says nothing."""
_OUT_OF_USE = (Status.WITHDRAWN, Status.SUPERSEDED)
_FEW = 200  # documents that are kept in memory while findings are settled

SEALED: sealed.Tables = {
    "state": "",
    "checks": "",
    "documents": "n",
    "findings": "n",
    "touched": "n",
    "wanted_own": "n",
    "wanted_links": "n",
    "pair_own": "n",
    "pair_links": "n",
    "alike_signatures": "n",
    "alike_pairs": "n",
}
"""What is sealed; the bands of likeness follow from the signatures, and are held against them (`faults`)."""

_SCHEMA = """
CREATE TABLE state (
    format INTEGER NOT NULL, shared TEXT NOT NULL, library TEXT NOT NULL, seq INTEGER NOT NULL, hosts TEXT NOT NULL,
    made TEXT NOT NULL, round INTEGER NOT NULL
);
CREATE TABLE checks (code TEXT PRIMARY KEY, hash TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version TEXT NOT NULL, status TEXT NOT NULL, day TEXT, host TEXT NOT NULL,
    url TEXT NOT NULL
);
CREATE INDEX documents_day ON documents (day);
CREATE INDEX documents_host ON documents (host);
CREATE TABLE findings (
    n INTEGER NOT NULL, code TEXT NOT NULL, severity TEXT NOT NULL, mark TEXT NOT NULL, times INTEGER NOT NULL, since TEXT,
    shared TEXT, json TEXT NOT NULL
);
CREATE TABLE touched (n INTEGER PRIMARY KEY, round INTEGER NOT NULL);
CREATE INDEX touched_round ON touched (round);
CREATE INDEX findings_n ON findings (n, code);
CREATE INDEX findings_code ON findings (code, severity, n, times, since, shared, mark);
"""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking at one document: what is found in it by itself, and what it tells the checks that compare."""

    document: str
    version: str
    status: Status
    day: str | None
    url: str
    findings: tuple[Finding, ...]
    facts: tuple[tuple[str, Any], ...]


def look_at(document: Document, codes: Collection[str]) -> Looked:
    """Look at one document with the checks of these codes."""
    page = Page(document)
    chosen = [check for check in every_check() if check.code in codes]
    found = tuple(each for check in chosen if check.find is not None for each in check.find(page))
    facts = tuple((check.code, check.across.facts(page)) for check in chosen if check.across is not None)
    card = document.card
    day = card.last_reviewed.isoformat() if card.last_reviewed else None
    return Looked(card.id, card.version, card.status, day, card.url, found, facts)


@dataclass(frozen=True, slots=True)
class Count:
    """How much one check found at one severity: documents, and occurrences in them."""

    code: str
    severity: Severity
    documents: int
    occurrences: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which findings are asked for: those of a day, of some checks or documents, without those that were accepted."""

    on: date
    codes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()


class FindingTable:
    """The table, brought up to date. Not to be kept: see `finding_table`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._shared: str | None = None
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS accepted (mark TEXT PRIMARY KEY) WITHOUT ROWID")

    def _where(self, chosen: Chosen) -> tuple[str, list[Any]]:
        where = "(f.since IS NULL OR f.since < ?) AND (f.shared IS NULL OR f.shared = ?)"
        values: list[Any] = [chosen.on.isoformat(), self.shared_day() or ""]
        if chosen.codes:
            where += f" AND f.code IN ({','.join('?' * len(chosen.codes))})"
            values += chosen.codes
        if chosen.documents:
            where += f" AND f.n IN (SELECT n FROM documents WHERE id IN ({','.join('?' * len(chosen.documents))}))"
            values += chosen.documents
        if chosen.without:
            self.connection.execute("DELETE FROM accepted")
            self.connection.executemany(
                "INSERT OR IGNORE INTO accepted VALUES (?)", ((mark,) for mark in chosen.without)
            )
            where += " AND f.mark NOT IN (SELECT mark FROM accepted)"
        return where, values

    def shared_day(self) -> str | None:
        """Return the day of review that most records of the library say; None where no day is shared by most."""
        if self._shared is None:
            (all_of_them,) = self.connection.execute("SELECT count(*) FROM documents").fetchone()
            query = "SELECT day, count(*) FROM documents WHERE day IS NOT NULL GROUP BY day ORDER BY 2 DESC LIMIT 1"
            row = self.connection.execute(query).fetchone()
            is_most = row is not None and all_of_them >= FEWEST_FOR_MOST and 2 * row[1] > all_of_them
            self._shared = row[0] if is_most else ""
        return self._shared or None

    def counts(self, chosen: Chosen) -> list[Count]:
        """Return how much each check found, by code and then the gravest first."""
        where, values = self._where(chosen)
        query = (
            f"SELECT f.code, f.severity, count(DISTINCT f.n), sum(f.times) FROM findings f WHERE {where} "
            "GROUP BY f.code, f.severity"
        )
        rows = self.connection.execute(query, values).fetchall()
        found = [Count(code, Severity(severity), documents, times) for code, severity, documents, times in rows]
        return sorted(found, key=lambda count: (count.code, count.severity.rank))

    def documents_of(self, chosen: Chosen) -> dict[str, tuple[int, int]]:
        """Return how many documents and occurrences each check has, whatever the severity."""
        where, values = self._where(chosen)
        query = f"SELECT f.code, count(DISTINCT f.n), sum(f.times) FROM findings f WHERE {where} GROUP BY f.code"
        return {code: (documents, times) for code, documents, times in self.connection.execute(query, values)}

    def documents_by_worst(self, chosen: Chosen) -> dict[Severity, int]:
        """Return how many documents have each severity as their gravest; those without a finding are in none."""
        where, values = self._where(chosen)
        ranks = " ".join(f"WHEN '{severity.value}' THEN {severity.rank}" for severity in Severity)
        query = (
            f"SELECT worst, count(*) FROM (SELECT f.n, min(CASE f.severity {ranks} END) AS worst FROM findings f "
            f"WHERE {where} GROUP BY f.n) GROUP BY worst"
        )
        found = dict(self.connection.execute(query, values).fetchall())
        return {severity: int(found.get(severity.rank, 0)) for severity in Severity}

    def counted(
        self, chosen: Chosen, numbers: Collection[int] | None = None
    ) -> Iterator[tuple[str, int, Severity, int, int]]:
        """Yield check, number of the document, severity, how many findings and occurrences; ``numbers`` narrows it."""
        where, values = self._where(chosen)
        query = (
            "SELECT f.code, f.n, f.severity, count(*), sum(f.times) FROM findings f WHERE {} "
            "GROUP BY f.code, f.severity, f.n ORDER BY f.code, f.severity, f.n"
        )
        if numbers is None:
            rows: Iterable[tuple[Any, ...]] = self.connection.execute(query.format(where), values)
        else:
            listed = json.dumps(sorted(numbers))
            narrow = f"{where} AND f.n IN (SELECT value FROM json_each(?))"
            rows = self.connection.execute(query.format(narrow), [*values, listed]) if numbers else ()
        for code, number, severity, count, times in rows:
            yield code, number, Severity(severity), int(count), int(times)

    def name(self, number: int) -> str:
        """Return the id of a document by its number."""
        (name,) = self.connection.execute("SELECT id FROM documents WHERE n = ?", (number,)).fetchone()
        return str(name)

    def names(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the ids of documents by their numbers."""
        query = "SELECT n, id FROM documents WHERE n IN (SELECT value FROM json_each(?))"
        return dict(self.connection.execute(query, (json.dumps(sorted(set(numbers))),)).fetchall())

    def numbers_of(self, names: Collection[str]) -> set[int]:
        """Return the numbers of the documents of these ids that were looked at."""
        query = "SELECT n FROM documents WHERE id IN (SELECT value FROM json_each(?))"
        return {number for (number,) in self.connection.execute(query, (json.dumps(sorted(names)),))}

    def numbers_without(self, status: Status) -> frozenset[int]:
        """Return the numbers of the documents in any other status."""
        query = "SELECT n FROM documents WHERE status != ?"
        return frozenset(number for (number,) in self.connection.execute(query, (status.value,)))

    def json_lines(self, chosen: Chosen, limit: int | None = None) -> Iterator[str]:
        """Yield each finding as the JSON object that the doors print, by document and check, the gravest check first."""
        where, values = self._where(chosen)
        end = "" if limit is None else f" LIMIT {limit:d}"
        query = f"SELECT f.json FROM findings f WHERE {where} ORDER BY f.n, f.code, f.rowid{end}"
        for (line,) in self.connection.execute(query, values):
            yield line

    def findings(self, chosen: Chosen, limit: int | None = None) -> Iterator[Finding]:
        """Yield the findings themselves, in the order of `json_lines`."""
        where, values = self._where(chosen)
        end = "" if limit is None else f" LIMIT {limit:d}"
        query = f"SELECT f.json, f.times FROM findings f WHERE {where} ORDER BY f.n, f.code, f.rowid{end}"
        for line, times in self.connection.execute(query, values):
            said = json.loads(line)
            yield Finding(**{**said, "severity": Severity(said["severity"])}, times=times)

    @property
    def size(self) -> int:
        """How many documents were looked at."""
        (count,) = self.connection.execute("SELECT count(*) FROM documents").fetchone()
        return int(count)


class Library:
    """What the checks that compare documents may ask: see `waymark.library.checks.findings.Others`."""

    def __init__(self, connection: sqlite3.Connection, catalogue: "Catalogue", belongs: Callable[[str], bool]) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self.belongs = belongs
        self._pages: dict[int, Page] = {}

    def name(self, number: int) -> str:
        (name,) = self._connection.execute("SELECT id FROM documents WHERE n = ?", (number,)).fetchone()
        return str(name)

    def page(self, number: int) -> Page:
        page = self._pages.get(number)
        if page is None:
            row = self._connection.execute("SELECT id, version FROM documents WHERE n = ?", (number,)).fetchone()
            page = Page(self._catalogue.document(*row))
            if len(self._pages) >= _FEW:
                self._pages.clear()
            self._pages[number] = page
        return page


LookAtAll = Callable[["Catalogue", Sequence[tuple[str, str]], frozenset[str]], Iterable[Looked]]
"""Looks at documents (id, version) with the checks of these codes, in any number of processes."""
Belongs = Callable[[Iterable[str]], Callable[[str], bool]]
"""From the library's addresses to what says whether another is a page to read of one of their publishers."""


@contextmanager
def finding_table(catalogue: "Catalogue", look: LookAtAll, belongs: Belongs) -> Iterator[FindingTable]:
    """Lend the table, brought up to date with the library.

    On a medium that cannot be written to it is made in memory. Of two processes that ask at once, one waits for the other.
    """
    with closing(_open(catalogue)) as connection:
        _bring_up_to_date(connection, catalogue, look, belongs)
        yield FindingTable(connection)


def behind(catalogue: "Catalogue") -> int:
    """Return how many documents the checks have still to look at before the table is up to date; a small number is soon done.

    A table that is not there, or was made by other checks, is behind by the whole library.
    """
    place = catalogue.folder / NAME
    if not place.is_file():
        return _in_use(catalogue)
    try:
        with closing(sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)) as connection:
            state = connection.execute("SELECT format, shared, library, seq FROM state").fetchone()
            wanted = (FORMAT, shared_digest(), catalogue.identity)
            if state is None or state[:3] != wanted or _stale(connection, keep=True):
                return _in_use(catalogue)
            return len(catalogue.changes_since(int(state[3])))
    except sqlite3.DatabaseError:
        return _in_use(catalogue)


def _in_use(catalogue: "Catalogue") -> int:
    counts = catalogue.count_by_status()
    return sum(count for status, count in counts.items() if status not in _OUT_OF_USE)


def faults(folder: Path) -> Iterator[str]:
    """Yield a sentence when the table is not as it was written. It is thrown away then, and made again when it is next needed."""
    from waymark.library.checks.text_duplicate import bands_hold

    place = folder / NAME
    if sealed.thrown_away(place, SEALED, bands_hold):
        yield f"What the checks found ({NAME}) was not as it was left; it is thrown away and made again when it is needed."


def _open(catalogue: "Catalogue") -> sqlite3.Connection:
    place = catalogue.folder / NAME
    try:
        return _ready(place, catalogue)
    except sqlite3.DatabaseError:
        pass
    try:  # damaged, or of another program: nothing in it is its own
        for name in (NAME, f"{NAME}-journal", f"{NAME}-wal", f"{NAME}-shm"):
            (catalogue.folder / name).unlink(missing_ok=True)
        return _ready(place, catalogue)
    except (OSError, sqlite3.DatabaseError):
        return _ready(":memory:", catalogue)


def _ready(place: Path | str, catalogue: "Catalogue") -> sqlite3.Connection:
    connection = sqlite3.connect(place, timeout=120.0, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")  # what is lost is made again
        connection.execute("BEGIN IMMEDIATE")
        has = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'state'").fetchone()
        wanted = (FORMAT, shared_digest(), catalogue.identity)
        if has is None or connection.execute("SELECT format, shared, library FROM state").fetchone() != wanted:
            _make(connection, wanted)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _make(connection: sqlite3.Connection, wanted: tuple[int, str, str]) -> None:
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        connection.execute(f'DROP TABLE "{name}"')
    own = sealed.SCHEMA + "".join(check.across.schema for check in every_check() if check.across is not None)
    for statement in filter(str.strip, (_SCHEMA + own).split(";")):
        connection.execute(statement)
    connection.execute("INSERT INTO state VALUES (?,?,?,0,'',?,0)", (*wanted, secrets.token_hex(8)))


@cache
def shared_digest() -> str:
    """Return the digest of what all checks rest on: how a body, its links and its derived values are made.

    A check's own file is not in it: a change of one check makes only that check look again.
    """
    library = Path(__file__).parents[1]
    digest = hashlib.sha256(f"{FORMAT} {NORMALISATION}".encode())
    names = (
        *("body.py", "cancer_types.py", "cancer_types.json", "claims.py", "credit.py", "decided.py", "derived.py"),
        *(
            "document.py",
            "ledger.py",
            "links.py",
            "pairs.py",
            "front_matter.py",
            "checks/page.py",
            "checks/type_claims.py",
        ),
    )
    for path in (*(library / name for name in names), *sorted((library / "deriving").glob("*.py"))):
        try:
            digest.update(path.read_bytes())
        except OSError:  # a program without its sources: its checks' own hashes stand for them
            digest.update(path.name.encode())
    return digest.hexdigest()[:16]


def _bring_up_to_date(
    connection: sqlite3.Connection, catalogue: "Catalogue", look: LookAtAll, belongs: Belongs
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        (seq,) = connection.execute("SELECT seq FROM state").fetchone()
        last = catalogue.last_event
        if last < seq:  # the library was restored from an older copy
            _make(connection, (FORMAT, shared_digest(), catalogue.identity))
            seq = 0
        stale = _stale(connection)
        changes = catalogue.changes_since(seq) if last > seq else []
        if changes or stale:
            connection.execute("UPDATE state SET round = round + 1")
            _take_changes(connection, catalogue, changes, stale, look, belongs)
        if last != seq or changes or stale:
            connection.execute("UPDATE state SET seq = ?", (last,))
            query = "SELECT n FROM touched WHERE round = (SELECT round FROM state)"
            touched = {str(number) for (number,) in connection.execute(query)} if changes or stale else set()
            sealed.seal(connection, SEALED, touched)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _stale(connection: sqlite3.Connection, keep: bool = False) -> list[Check]:
    """Return the checks that are new or were changed since the library was last looked at; forget what is no check any more."""
    known = dict(connection.execute("SELECT code, hash FROM checks").fetchall())
    now = {check.code: check for check in every_check()}
    for code in () if keep else known.keys() - now.keys():
        connection.execute("DELETE FROM findings WHERE code = ?", (code,))
        connection.execute("DELETE FROM checks WHERE code = ?", (code,))
    return [check for code, check in now.items() if known.get(code) != check.hash]


def _take_changes(
    connection: sqlite3.Connection,
    catalogue: "Catalogue",
    changes: Sequence[tuple[str, str, Status]],
    stale: Sequence[Check],
    look: LookAtAll,
    belongs: Belongs,
) -> None:
    comparing = {check.code: check for check in every_check() if check.across is not None}
    touched: dict[str, set[int]] = {code: set() for code in comparing}
    known = {name: (number, version, status) for number, name, version, status in _known(connection, changes)}
    numbers: dict[str, int] = {}  # a document keeps its number, so that it keeps its place among the others
    fresh: list[tuple[str, str]] = []
    for name, version, status in changes:
        before = known.get(name)
        if status in _OUT_OF_USE:
            if before is not None:
                _forget(connection, before[0], comparing, touched)
            continue
        if before is not None and before[1] == version and before[2] == status.value:
            continue  # an event that changed nothing of what is looked at
        if before is not None:
            _forget(connection, before[0], comparing, touched)
            numbers[name] = before[0]
        fresh.append((name, version))
    everything = frozenset(check.code for check in every_check())
    for looked in look(catalogue, fresh, everything):
        _keep(connection, looked, comparing, touched, numbers.get(looked.document))
    _look_again(connection, catalogue, stale, {name for name, _ in fresh}, look, comparing, touched)
    _settle(connection, catalogue, comparing, touched, belongs)
    connection.executemany("INSERT OR REPLACE INTO checks VALUES (?,?)", ((check.code, check.hash) for check in stale))


def _known(
    connection: sqlite3.Connection, changes: Sequence[tuple[str, str, Status]]
) -> Iterator[tuple[int, str, str, str]]:
    query = "SELECT n, id, version, status FROM documents WHERE id IN (SELECT value FROM json_each(?))"
    yield from connection.execute(query, (json.dumps([name for name, *_ in changes]),)).fetchall()


def _forget(
    connection: sqlite3.Connection, number: int, comparing: dict[str, Check], touched: dict[str, set[int]]
) -> None:
    _touch(connection, (number,))
    connection.execute("DELETE FROM findings WHERE n = ?", (number,))
    connection.execute("DELETE FROM documents WHERE n = ?", (number,))
    for code, check in comparing.items():
        assert check.across is not None
        touched[code] |= check.across.forget(connection, number)
    for numbers in touched.values():
        numbers.discard(number)


def _keep(
    connection: sqlite3.Connection,
    looked: Looked,
    comparing: dict[str, Check],
    touched: dict[str, set[int]],
    kept_number: int | None = None,
) -> None:
    host = page_key(looked.url).split("/", 1)[0]
    number = connection.execute(
        "INSERT INTO documents (n, id, version, status, day, host, url) VALUES (?,?,?,?,?,?,?)",
        (kept_number, looked.document, looked.version, looked.status.value, looked.day, host, looked.url),
    ).lastrowid
    assert number is not None
    _touch(connection, (number,))
    _insert(connection, number, looked.findings)
    for code, facts in looked.facts:
        across = comparing[code].across
        assert across is not None
        touched[code] |= across.take(connection, number, facts) | {number}


def _touch(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Note that what is found in these documents may be another from now on."""
    connection.executemany(
        "INSERT OR REPLACE INTO touched VALUES (?, (SELECT round FROM state))", ((number,) for number in numbers)
    )


def _insert(connection: sqlite3.Connection, number: int, found: Iterable[Finding]) -> None:
    connection.executemany(
        "INSERT INTO findings VALUES (?,?,?,?,?,?,?,?)",
        (
            (
                number,
                each.check,
                each.severity.value,
                each.mark,
                each.times,
                each.since.isoformat() if each.since else None,
                each.shared.isoformat() if each.shared else None,
                json.dumps(each.as_json(), ensure_ascii=True, separators=(",", ":")),
            )
            for each in found
        ),
    )


def _look_again(
    connection: sqlite3.Connection,
    catalogue: "Catalogue",
    stale: Sequence[Check],
    done: set[str],
    look: LookAtAll,
    comparing: dict[str, Check],
    touched: dict[str, set[int]],
) -> None:
    """Look with the checks that changed at the documents that did not."""
    codes = frozenset(check.code for check in stale)
    if not codes:
        return
    rows = connection.execute("SELECT n, id, version FROM documents ORDER BY n").fetchall()
    again = {name: (number, version) for number, name, version in rows if name not in done}
    if not again:
        return
    _touch(connection, (number for number, _ in again.values()))
    for code in codes:
        gone = ((code, number) for number, _ in again.values())
        connection.executemany("DELETE FROM findings WHERE code = ? AND n = ?", gone)
    for looked in look(catalogue, [(name, version) for name, (_, version) in again.items()], codes):
        number = again[looked.document][0]
        _insert(connection, number, looked.findings)
        for code, facts in looked.facts:
            across = comparing[code].across
            assert across is not None
            touched[code] |= across.forget(connection, number)
            touched[code] |= across.take(connection, number, facts) | {number}


def _settle(
    connection: sqlite3.Connection,
    catalogue: "Catalogue",
    comparing: dict[str, Check],
    touched: dict[str, set[int]],
    belongs: Belongs,
) -> None:
    rows = connection.execute(
        "SELECT host, min(url) FROM documents WHERE host != '' GROUP BY host ORDER BY host"
    ).fetchall()
    hosts = json.dumps([host for host, _ in rows])
    (before,) = connection.execute("SELECT hosts FROM state").fetchone()
    if hosts != before:  # another publisher: what was no page of the library's publishers may be one now
        everyone = {number for (number,) in connection.execute("SELECT n FROM documents")}
        touched["LINK-DEAD"] = everyone if "LINK-DEAD" in touched else set()
        connection.execute("UPDATE state SET hosts = ?", (hosts,))
    library = Library(connection, catalogue, belongs(url for _, url in rows))
    for code, check in comparing.items():
        assert check.across is not None
        numbers = touched.get(code, set())
        _touch(connection, numbers)
        for number in numbers:
            connection.execute("DELETE FROM findings WHERE n = ? AND code = ?", (number, code))
        by_document: dict[str, list[Finding]] = {}
        for found in check.across.settle(connection, numbers, library):
            by_document.setdefault(found.document, []).append(found)
        for name, findings in by_document.items():
            (number,) = connection.execute("SELECT n FROM documents WHERE id = ?", (name,)).fetchone()
            _insert(connection, number, findings)
