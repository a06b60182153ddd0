"""Entries: dated statements of the person, kept for good; and the record, which holds them in a vault.

An entry is never changed. A correction is an `Amendment`: a later entry that names the one it replaces, which
stays in the record. Taking one entry back is an amendment too, that says "struck". Only erasing the whole
record removes anything.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import apsw

from waymark.errors import NotFound
from waymark.languages.texts import message
from waymark.library.cancer_types import vocabulary
from waymark.record import chain
from waymark.record.chain import Row
from waymark.record.dates import When, after
from waymark.record.errors import EntryRefused, RecordDamaged
from waymark.record.payload import KIND_WORDS
from waymark.record.payloads import PAST, SHAPES, Kind, Payload
from waymark.record.plain import payload as payload_from
from waymark.record.plain import written
from waymark.record.vault import Vault

SELF = "self"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OLDEST = 1880  # years; before it, a year is mistyped
Value = int | str | bytes  # what a query is given


@dataclass(frozen=True, slots=True)
class Amendment:
    """Which entry this one takes the place of, why, and whether it only takes that one back."""

    of: str
    reason: str = field(default="", repr=False)
    struck: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One statement. ``payload`` is None where the entry only strikes another, and never otherwise.

    ``reported_by`` is "self" or the name of the carer who reported it. ``origin`` is the id of the first of
    the entries that amend one another: it stays the same when an entry is corrected, so it is what other
    entries are compared by. ``sequence`` is the place in the record, from 1 (0: not in a record yet);
    ``superseded`` says that a later entry amends it.
    """

    id: str
    kind: Kind
    recorded_at: datetime
    about_when: When
    reported_by: str
    payload: Payload | None
    amends: Amendment | None
    origin: str
    sequence: int = 0
    superseded: bool = False

    def __post_init__(self) -> None:
        if (self.payload is None) != (self.amends is not None and self.amends.struck):
            raise EntryRefused(message("An entry says something, or strikes an entry that does."))
        if self.payload is not None and self.payload.kind is not self.kind:
            raise EntryRefused(message("The kind of an entry is the kind of what it says."))

    def __repr__(self) -> str:
        return f"<Entry {self.sequence} {self.kind}>"  # no words of the person: a repr ends up in logs


def new_entry(payload: Payload, *, at: datetime, about_when: When | None = None, reported_by: str = SELF) -> Entry:
    """Return a new entry, ready for `Record.append`.

    ``at`` is the present time (aware). Without ``about_when`` the payload's own date is taken (the start of a
    treatment). Raises `EntryRefused` with a sentence for the person.
    """
    made = str(uuid.uuid4())
    about = payload.happened if about_when is None else about_when
    return _checked(Entry(made, payload.kind, at, about, reported_by, payload, None, made))


def _checked(entry: Entry) -> Entry:
    """Return the entry with its time in UTC. Raises `EntryRefused` where a date or a name cannot be meant."""
    if entry.recorded_at.tzinfo is None:
        raise EntryRefused(message("The time of an entry needs its time zone."))
    entry = replace(entry, recorded_at=entry.recorded_at.astimezone(UTC))
    who = entry.reported_by
    if not who.strip() or len(who) > 200 or not who.isprintable():
        raise EntryRefused(
            message("This does not say who reported it."), message("Give the name, or say that it was you.")
        )
    reason = entry.amends.reason if entry.amends else ""
    if len(reason) > 2000 or "\0" in reason or any("\ud800" <= c <= "\udfff" for c in reason):
        raise EntryRefused(
            message("The reason is too long, or holds characters that cannot be kept."), message("Shorten it.")
        )
    about = entry.about_when
    if about.first is not None and about.first.year < _OLDEST:
        raise EntryRefused(
            message("The year %(year)s looks mistyped.", year=str(about.first.year)),
            message("Look at the date again."),
        )
    if entry.kind in PAST and after(about, entry.recorded_at.date()):
        raise EntryRefused(
            message("This lies in the future."), message("Look at the date again, or plan it as a visit or test.")
        )
    return entry


class Record:
    """The entries in an open vault. Holds nothing itself: when the vault locks, nothing of the record is left here."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    # Writing

    def append(self, *entries: Entry) -> tuple[Entry, ...]:
        """Keep new entries, all or none, and return them with their places in the record.

        When this returns, they outlive a crash. Raises `EntryRefused` for a reference to no entry of the
        right kind, or an unknown type of cancer; `RecordLocked`, `NotSaved`, `RecordDamaged`.
        """
        if any(entry.amends for entry in entries):
            raise EntryRefused(
                message("A correction names the entry that it corrects."), message("Correct that entry instead.")
            )
        with self.vault.writing() as connection:
            try:
                return self._keep(connection, [_checked(entry) for entry in entries])
            except apsw.ConstraintError:
                raise EntryRefused(
                    message("This entry is in the record already."), message("Correct it, or make a new one.")
                ) from None

    def amend(
        self,
        entry_id: str,
        payload: Payload,
        *,
        at: datetime,
        reason: str = "",
        about_when: When | None = None,
        reported_by: str = SELF,
    ) -> Entry:
        """Correct an entry, named by the id of any of its versions; what it said before stays in the record.

        Without ``about_when`` the date stays, or follows the payload's own where it did before. Raises
        `NotFound`, `EntryRefused` (a struck entry, another kind) and what `append` raises.
        """
        with self.vault.writing() as connection:
            before = self._newest(connection, entry_id)
            if before.payload is None:
                raise EntryRefused(
                    message("This entry was struck, so it cannot be corrected."), message("Make a new one.")
                )
            if payload.kind is not before.kind:
                raise EntryRefused(
                    message("A correction is of the same kind as the entry."),
                    message("Strike the entry and make a new one."),
                )
            if about_when is None:
                follows = before.about_when == before.payload.happened
                about_when = payload.happened if follows else before.about_when
            amendment = Amendment(before.id, reason)
            return self._amend(connection, before, payload, amendment, at, about_when, reported_by)

    def strike(self, entry_id: str, reason: str, *, at: datetime, reported_by: str = SELF) -> Entry:
        """Take an entry back: it is shown no more, and stays in the history. Raises `NotFound`,
        `EntryRefused` if it was already.
        """
        with self.vault.writing() as connection:
            before = self._newest(connection, entry_id)
            if before.payload is None:
                raise EntryRefused(message("This entry was struck already."))
            amendment = Amendment(before.id, reason, struck=True)
            return self._amend(connection, before, None, amendment, at, before.about_when, reported_by)

    def _amend(
        self,
        connection: apsw.Connection,
        before: Entry,
        payload: Payload | None,
        amendment: Amendment,
        at: datetime,
        about_when: When,
        reported_by: str,
    ) -> Entry:
        made = str(uuid.uuid4())
        later = Entry(made, before.kind, at, about_when, reported_by, payload, amendment, before.origin)
        [kept] = self._keep(connection, [_checked(later)])
        return kept

    def _keep(self, connection: apsw.Connection, entries: list[Entry]) -> tuple[Entry, ...]:
        together = {entry.id: entry for entry in entries}
        entries = [self._with_references(connection, entry, together) for entry in entries]
        places = keep(connection, entries)
        return tuple(replace(entry, sequence=at) for entry, at in zip(entries, places, strict=True))

    def _with_references(self, connection: apsw.Connection, entry: Entry, together: Mapping[str, Entry]) -> Entry:
        """Return the entry with every reference by the id that stays, whichever version of the other it named."""
        payload = entry.payload
        if payload is None:
            return entry
        cancer_type = getattr(payload, "cancer_type", None)
        if cancer_type is not None and cancer_type not in vocabulary().types:
            raise EntryRefused(
                message("This type of cancer is not in the list."),
                message("Choose one from the list, or use your own words."),
            )
        for name, kind in payload.refers_to.items():
            other = getattr(payload, name)
            if other is None:
                continue
            found = together.get(other) or self._current(connection, other)
            if found is None or found.kind is not kind or found.origin == entry.origin:
                raise EntryRefused(
                    message(
                        "This belongs to something that is not in the record: %(kind)s.",
                        kind=message(KIND_WORDS[kind]),
                    ),
                    message("Choose it from your entries."),
                )
            if other != found.origin:
                payload = replace(payload, **{name: found.origin})
        return entry if payload is entry.payload else replace(entry, payload=payload)

    # Reading

    def entries(
        self,
        kind: Kind | None = None,
        between: tuple[date | None, date | None] | None = None,
        include_superseded: bool = False,
    ) -> tuple[Entry, ...]:
        """Return the entries, of one kind or all, by the date that they are about (unknown last), then as
        they were written.

        ``between`` keeps those whose date may lie from the first day to the last, both included; None leaves
        an end open; an unknown date lies between none. ``include_superseded`` adds what was corrected or
        struck, and what struck it. Raises `RecordLocked`, `RecordDamaged`.
        """
        where: list[str] = ["1"]
        values: list[Value] = []
        if not include_superseded:
            where.append("later.id IS NULL AND entries.payload IS NOT NULL")
        if kind is not None:
            where.append("entries.kind = ?")
            values.append(kind.value)
        if between is not None:
            start, end = between
            where.append("entries.about_last >= ? AND entries.about_first <= ?")
            values += [start.toordinal() if start else 0, end.toordinal() if end else date.max.toordinal()]
        with self.vault.reading() as connection:
            return _read(
                connection,
                f"WHERE {' AND '.join(where)} {_BY_DATE}",
                values,
            )

    def entry(self, entry_id: str) -> Entry:
        """Return one entry as it was written. Raises `NotFound`."""
        with self.vault.reading() as connection:
            return _one(connection, entry_id)

    def current(self, entry_id: str) -> Entry | None:
        """Return the newest version of an entry, named by the id of any version; None where it was struck or
        never was.
        """
        with self.vault.reading() as connection:
            return self._current(connection, entry_id)

    def history(self, entry_id: str) -> tuple[Entry, ...]:
        """Return all versions of an entry from the first on, a strike included. Raises `NotFound`."""
        with self.vault.reading() as connection:
            origin = _one(connection, entry_id).origin
            return _read(
                connection,
                f"WHERE {_OF_ORIGIN} ORDER BY entries.sequence",
                [id_bytes(origin)],
            )

    def _newest(self, connection: apsw.Connection, entry_id: str) -> Entry:
        origin = _one(connection, entry_id).origin
        return _read(
            connection,
            f"WHERE later.id IS NULL AND {_OF_ORIGIN}",
            [id_bytes(origin)],
        )[0]

    def _current(self, connection: apsw.Connection, entry_id: str) -> Entry | None:
        try:
            newest = self._newest(connection, entry_id)
        except NotFound:
            return None
        return newest if newest.payload is not None else None


def keep(connection: apsw.Connection, entries: Iterable[Entry]) -> range:
    """Append entries to the table inside the transaction that is open; return their places in the record."""
    return chain.append(connection, (row_of(entry) for entry in entries))


def row_of(entry: Entry) -> Row:
    """Return the entry as the table holds it."""
    about = entry.about_when
    return Row(
        id=id_bytes(entry.id),
        kind=entry.kind.value,
        recorded_at=(entry.recorded_at - _EPOCH) // timedelta(microseconds=1),
        about=str(about),
        about_first=about.first.toordinal() if about.first else None,
        about_last=about.last.toordinal() if about.last else None,
        reported_by=entry.reported_by,
        payload=None if entry.payload is None else written(entry.payload),
        amends=id_bytes(entry.amends.of) if entry.amends else None,
        reason=entry.amends.reason if entry.amends else "",
        origin=id_bytes(entry.origin),
    )


def id_bytes(entry_id: str) -> bytes:
    """Return the 16 bytes of an id. Raises `NotFound` for what is no id."""
    try:
        return uuid.UUID(entry_id).bytes
    except (ValueError, AttributeError):
        raise _no_such() from None


def _id(held: bytes) -> str:
    digits = held.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _no_such() -> NotFound:
    return NotFound(message("There is no such entry in this record."), message("Choose one from your entries."))


def _one(connection: apsw.Connection, entry_id: str) -> Entry:
    found = _read(connection, "WHERE entries.id = ?", [id_bytes(entry_id)])
    if not found:
        raise _no_such()
    return found[0]


_BY_DATE = "ORDER BY entries.about_first IS NULL, entries.about_first, entries.sequence"
_OF_ORIGIN = "(entries.id = ?1 OR (entries.origin = ?1 AND entries.amends IS NOT NULL))"
_SELECT = (
    "SELECT entries.sequence, entries.id, entries.kind, entries.recorded_at, entries.about, entries.reported_by, "
    "entries.payload, entries.amends, entries.reason, entries.origin, later.id IS NOT NULL "
    "FROM entries LEFT JOIN entries AS later ON later.amends = entries.id "
)

_KINDS = {kind.value: kind for kind in SHAPES}


def _read(connection: apsw.Connection, where: str, values: list[Value]) -> tuple[Entry, ...]:
    """Return the entries that a condition selects. Raises `RecordDamaged` for one that cannot be read."""
    rows = connection.execute(_SELECT + where, tuple(values)).fetchall()
    try:
        # Ten years of diary say the same thing again and again: each is read once, and all of them in one call.
        distinct = list(dict.fromkeys((str(row[2]), str(row[6])) for row in rows if row[6] is not None))
        contents = json.loads("[" + ",".join(text for _, text in distinct) + "]")
        said = {one: payload_from(_KINDS[one[0]], content) for one, content in zip(distinct, contents, strict=True)}
        return tuple(_entry(row, said) for row in rows)
    except (EntryRefused, ValueError, KeyError):
        raise RecordDamaged(
            message("An entry of this record cannot be read."),
            message("Check the record, and restore it from a backup if need be."),
        ) from None


def _entry(row: tuple[object, ...], said: Mapping[tuple[str, str], Payload]) -> Entry:
    (
        sequence,
        made,
        kind_name,
        recorded_at,
        about,
        reported_by,
        payload,
        amends,
        reason,
        origin,
        superseded,
    ) = row
    assert isinstance(recorded_at, int) and isinstance(made, bytes) and isinstance(origin, bytes)
    assert isinstance(sequence, int) and isinstance(reported_by, str)
    kind = _KINDS[str(kind_name)]
    amendment = None
    if isinstance(amends, bytes):
        amendment = Amendment(_id(amends), str(reason), payload is None)
    own = _id(made)
    return Entry(
        own,
        kind,
        _EPOCH + timedelta(microseconds=recorded_at),
        When.parse(str(about)),
        reported_by,
        None if payload is None else said[str(kind_name), str(payload)],
        amendment,
        own if made == origin else _id(origin),
        sequence,
        bool(superseded),
    )
