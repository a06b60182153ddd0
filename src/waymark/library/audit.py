"""Audit events: who did what to which version, and when; never edited.

Each event carries the digest of itself and of the event before it, so that a change to any of them shows in
all that follow.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waymark.library.lifecycle import Status


@dataclass(frozen=True, slots=True)
class Audit:
    """Who changes something, what they do and why, and the time (ISO 8601, passed in by whoever has the
    clock).
    """

    actor: str
    action: str
    why: str = ""
    at: str = ""

    def __post_init__(self) -> None:
        if not self.actor.strip() or not self.action.strip():
            raise ValueError("An audit event says who did what.")
        datetime.fromisoformat(self.at)  # ValueError: an audit event says when


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event as it is kept. ``detail`` may hold why, reasons, outcome, and the version and status
    before.

    An event about the library itself (an export, a person who may work on it) names no document and no version; its
    ``content_hash`` is the digest of what it speaks of, where there is one.
    """

    seq: int
    at: str
    actor: str
    action: str
    document: str
    version: str
    content_hash: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event with what binds it to the catalogue: the version's record, the status it left, and the
    chain.
    """

    event: AuditEvent
    record: str
    status: Status | None  # None for an event about the library itself
    chain: str
    expected_chain: str  # what the chain would be if nothing had been changed


_COLUMNS = "seq, at, actor, action, document, version, content_hash, record, status, quotable, detail"
BEFORE_THE_FIRST = "0" * 64


def plain(text: str) -> str:
    """Return the text without half characters, which the database cannot hold."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _chained(previous: str, row: tuple[Any, ...]) -> str:
    words = json.dumps(row, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{words}".encode("ascii")).hexdigest()


def append(
    connection: sqlite3.Connection,
    audit: Audit,
    document: str,
    version: str,
    content_hash: str,
    record: str,
    status: Status | None,
    quotable: bool,
    detail: Mapping[str, Any],
) -> int:
    """Add one event inside the transaction that is open, and return its sequence number.

    ``quotable`` says whether the event changed what may be quoted. An event about the library itself has an empty
    ``document``, ``version`` and ``record``, and no status.
    """
    last = connection.execute("SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (last[0] + 1, last[1]) if last else (1, BEFORE_THE_FIRST)
    told = {"why": audit.why, **detail} if audit.why else dict(detail)
    row = (
        seq,
        plain(audit.at),
        plain(audit.actor),
        plain(audit.action),
        document,
        version,
        content_hash,
        record,
        "" if status is None else status.value,
        int(quotable),
        json.dumps(told, separators=(",", ":"), sort_keys=True),
    )
    connection.execute(
        f"INSERT INTO events ({_COLUMNS}, chain) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (*row, _chained(previous, row)),
    )
    return int(seq)


def _event(row: Sequence[Any], detail: str) -> AuditEvent:
    values = [*row, json.loads(detail)]
    return AuditEvent(*values)


def latest(
    connection: sqlite3.Connection,
    document: str | None,
    limit: int,
    before: int | None = None,
    actor: str = "",
) -> list[AuditEvent]:
    """Return up to ``limit`` events, the latest first: of one document or of all, before a number, by whoever's name holds
    ``actor``. An event about the library itself that speaks of a document is one of that document's.
    """
    where, values = ["1"], []
    if document is not None:
        where.append("(document = ? OR (document = '' AND json_extract(detail, '$.document') = ?))")
        values += [document, document]
    if before is not None:
        where.append("seq < ?")
        values.append(str(before))
    if actor:
        where.append("instr(lower(actor), lower(?)) > 0")
        values.append(actor)
    query = (
        "SELECT seq, at, actor, action, document, version, content_hash, detail FROM events "
        f"WHERE {' AND '.join(where)} ORDER BY seq DESC LIMIT ?"
    )
    return [_event(row[:7], row[7]) for row in connection.execute(query, (*values, limit))]


def named(
    connection: sqlite3.Connection, actions: Sequence[str], after: int, of_the_library: bool = False
) -> list[AuditEvent]:
    """Return the events of these actions that came after a number, in their order; ``of_the_library``: those about no document
    alone, which are few and need no look at the others.
    """
    about = "AND document = '' " if of_the_library else ""
    query = (
        "SELECT seq, at, actor, action, document, version, content_hash, detail FROM events "
        f"WHERE seq > ? {about}AND action IN ({','.join('?' * len(actions))}) ORDER BY seq"
    )
    return [_event(row[:7], row[7]) for row in connection.execute(query, (after, *actions))]


def one(connection: sqlite3.Connection, number: int) -> AuditEvent | None:
    """Return one event by its number; None when there is none."""
    query = "SELECT seq, at, actor, action, document, version, content_hash, detail FROM events WHERE seq = ?"
    row = connection.execute(query, (number,)).fetchone()
    return None if row is None else _event(row[:7], row[7])


def kept_events(connection: sqlite3.Connection) -> Iterator[KeptEvent]:
    """Yield every event in order, each with the chain that it has and the chain that it should have."""
    previous = BEFORE_THE_FIRST
    for *row, chain in connection.execute(f"SELECT {_COLUMNS}, chain FROM events ORDER BY seq"):
        expected = _chained(previous, tuple(row))
        event = _event(row[:7], row[10])
        yield KeptEvent(event, row[7], Status(row[8]) if row[8] else None, chain, expected)
        previous = chain
