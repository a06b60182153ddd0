"""What each check found in each document, in the order of the queue, kept in memory while the library is worked on.

One look at the table says everything once; after a decision only the documents that it touched are looked at again. So the place
of a finding in the queue, and how many there are, cost the same in a library of a hundred documents and of a hundred thousand.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import itemgetter

from waymark.library.accepted import Acceptance
from waymark.library.checks.findings import Severity
from waymark.library.checks.table import Chosen, Count, FindingTable
from waymark.library.document import Status


@dataclass(frozen=True, slots=True)
class Group:
    """What one check found in one document: its open findings are decided together. ``severity`` is their gravest."""

    check: str
    severity: Severity
    document: str
    findings: int

    @property
    def key(self) -> str:
        return f"{self.check}:{self.document}"


@dataclass(frozen=True, slots=True)
class Place:
    """One group in the queue: where it stands, and what stands before and after it."""

    group: Group
    number: int  # from 1
    total: int
    before: Group | None
    after: Group | None


class _Row:
    """The documents in which one check found something of one severity: their numbers in order, findings and occurrences."""

    __slots__ = ("findings", "numbers", "occurrences", "times")

    def __init__(self) -> None:
        self.numbers, self.findings, self.times = array("q"), array("l"), array("q")
        self.occurrences = 0

    def at(self, number: int) -> int | None:
        place = bisect_left(self.numbers, number)
        return place if place < len(self.numbers) and self.numbers[place] == number else None

    def put(self, number: int, findings: int, times: int) -> None:
        place = bisect_left(self.numbers, number)
        self.numbers.insert(place, number)
        self.findings.insert(place, findings)
        self.times.insert(place, times)
        self.occurrences += times

    def take_out(self, number: int) -> None:
        place = self.at(number)
        if place is not None:
            self.occurrences -= self.times[place]
            for column in (self.numbers, self.findings, self.times):
                del column[place]


@dataclass(frozen=True, slots=True)
class _State:
    made: str
    round: int
    on: str
    shared: str | None
    published_only: bool


class Groups:
    """The groups of one library on one day. Brought up to date by `follow`; not safe to use from two threads at once."""

    def __init__(self, published_only: bool = False) -> None:
        self._published_only = published_only
        self._state: _State | None = None
        self._accepted: dict[str, Acceptance] = {}
        self._rows: dict[tuple[int, str, Severity], _Row] = {}

    def follow(self, table: FindingTable, chosen: Chosen, accepted: dict[str, Acceptance]) -> None:
        """Take over what has changed since the last time. ``chosen`` gives the day alone; ``accepted`` is by mark."""
        made, number = table.connection.execute("SELECT made, round FROM state").fetchone()
        now = _State(made, number, chosen.on.isoformat(), table.shared_day(), self._published_only)
        chosen = Chosen(chosen.on, without=frozenset(accepted))
        before = self._state
        if before is None or replace(before, round=now.round) != now or before.round > now.round:
            self._rows = {}
            self._take(table, chosen, None)
        else:
            query = "SELECT n FROM touched WHERE round > ?"
            numbers = {n for (n,) in table.connection.execute(query, (before.round,))}
            marks = accepted.keys() ^ self._accepted.keys()
            names = {(accepted.get(mark) or self._accepted[mark]).document for mark in marks}
            numbers |= table.numbers_of(names)
            for one in numbers:
                for row in self._rows.values():
                    row.take_out(one)
            self._take(table, chosen, numbers)
        self._rows = {key: row for key, row in sorted(self._rows.items(), key=lambda each: each[0][:2]) if row.numbers}
        self._state, self._accepted = now, dict(accepted)

    def _take(self, table: FindingTable, chosen: Chosen, numbers: Collection[int] | None) -> None:
        hidden = table.numbers_without(Status.PUBLISHED) if self._published_only else frozenset()
        # One check after the other: of a large library all of them at once are more than need be held.
        for code, counted in groupby(table.counted(chosen, numbers), key=itemgetter(0)):
            found: dict[int, tuple[Severity, int, int]] = {}
            for _, number, severity, count, times in counted:
                if number not in hidden:
                    worst, findings, occurrences = found.get(number, (severity, 0, 0))
                    grave = min(worst, severity, key=lambda each: each.rank)
                    found[number] = grave, findings + count, occurrences + times
            for number, (severity, findings, occurrences) in sorted(found.items()):
                row = self._rows.setdefault((severity.rank, code, severity), _Row())
                row.put(number, findings, occurrences)

    # Asking ----------------------------------------------------------------------------------------------------------

    def _wanted(self, check: str, severity: str) -> list[tuple[str, Severity, _Row]]:
        return [
            (code, grave, row)
            for (_, code, grave), row in self._rows.items()
            if (not check or code == check) and (not severity or grave.value == severity)
        ]

    def total(self, check: str = "", severity: str = "") -> int:
        return sum(len(row.numbers) for *_, row in self._wanted(check, severity))

    def counts(self) -> list[Count]:
        """Return how much each check found, the gravest first. A document counts once, at its gravest."""
        return [Count(code, grave, len(row.numbers), row.occurrences) for code, grave, row in self._wanted("", "")]

    def numbers(self, check: str = "", severity: str = "") -> Iterator[tuple[str, Severity, int, int]]:
        """Yield check, severity, number of the document and how many findings, in the order of the queue."""
        for code, grave, row in self._wanted(check, severity):
            for number, findings in zip(row.numbers, row.findings, strict=True):
                yield code, grave, number, findings

    def of_document(self, table: FindingTable, document: str) -> list[Group]:
        """Return the groups of one document, in the order of the queue."""
        number = next(iter(table.numbers_of({document})), None)
        if number is None:
            return []
        places = ((code, grave, row, row.at(number)) for code, grave, row in self._wanted("", ""))
        return [Group(code, grave, document, row.findings[at]) for code, grave, row, at in places if at is not None]

    def place(self, table: FindingTable, check: str, severity: str, code: str = "", document: str = "") -> Place | None:
        """Return where a group stands; where it is settled by now, the one that stands in its place; the first without one."""
        wanted = self._wanted(check, severity)
        if not wanted:
            return None
        at, row_at = self._find(table, wanted, code, document)
        offsets = [0]
        for *_, row in wanted:
            offsets.append(offsets[-1] + len(row.numbers))
        position, total = offsets[at] + row_at, offsets[-1]

        def group(where: int) -> Group | None:
            if not 0 <= where < total:
                return None
            for (name, grave, row), (low, high) in zip(wanted, pairwise(offsets), strict=True):
                if low <= where < high:
                    return Group(name, grave, table.name(row.numbers[where - low]), row.findings[where - low])
            return None

        here = group(position)
        assert here is not None
        return Place(here, position + 1, total, group(position - 1), group(position + 1))

    @staticmethod
    def _find(
        table: FindingTable, wanted: list[tuple[str, Severity, _Row]], code: str, document: str
    ) -> tuple[int, int]:
        """Return the row and the place in it of a group, or of the first one after where it stood; the first of all at the end."""
        number = next(iter(table.numbers_of({document})), None)
        of_check = [at for at, (name, *_) in enumerate(wanted) if name == code]
        if not of_check or number is None:
            return (of_check[0], 0) if of_check else (0, 0)
        for at in of_check:
            found = wanted[at][2].at(number)
            if found is not None:
                return at, found
        at = of_check[0]
        after = bisect_left(wanted[at][2].numbers, number)
        if after < len(wanted[at][2].numbers):
            return at, after
        return (at + 1, 0) if at + 1 < len(wanted) else (0, 0)
