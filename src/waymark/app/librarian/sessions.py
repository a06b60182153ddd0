"""Sessions of the librarian's pages: kept on the server, named by a cookie, ended by time, and renewed at each login.

They are in the people's file, since several processes answer on one socket. Only the hash of a cookie is kept.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from waymark.app.librarian.people import Member, _member
from waymark.app.librarian.store import Store

COOKIE = "waymark_librarian"
IDLE = timedelta(hours=1)
"""A session without a request ends after this; what was being typed is handed back after the next login."""
LONGEST = timedelta(hours=12)
"""A session ends after this, whatever happens in it."""
_BEFORE_LOGIN = timedelta(hours=2)
_TOUCH = 60.0  # seconds between two notes that a session is in use
_MOST_UNKNOWN = 2_000  # sessions without a person; the oldest go first


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. ``member`` is None before the login; ``token`` is what every form of it carries."""

    hash: bytes
    token: str
    member: Member | None
    told: str = ""


class Sessions:
    """The sessions of one library. ``clock`` gives the time as an aware datetime."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def begin(self) -> tuple[str, Session]:
        """Return a new session without a person, and the cookie that leads to it."""
        now = self._clock().timestamp()
        cookie, token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        with self._store.changing() as connection:
            self._tidy(connection, now)
            connection.execute(
                "INSERT INTO sessions (hash, person, token, begun, touched) VALUES (?,NULL,?,?,?)",
                (_hash(cookie), token, now, now),
            )
        return cookie, Session(_hash(cookie), token, None)

    def of(self, cookie: str | None) -> Session | None:
        """Return the session that a cookie leads to; None for one that is not known, has ended, or whose person may not come in."""
        if not cookie or not self._store.exists:
            return None
        now, name = self._clock().timestamp(), _hash(cookie)
        query = (
            "SELECT s.token, s.begun, s.touched, s.told, s.person, p.name, p.role, p.since, p.suspended, p.shortcuts "
            "FROM sessions s LEFT JOIN people p ON p.key = s.person WHERE s.hash = ?"
        )
        with self._store.reading() as connection:
            row = connection.execute(query, (name,)).fetchone()
            if row is None:
                return None
            token, begun, touched, told, person, *of_person = row
            idle = IDLE if person is not None else _BEFORE_LOGIN
            ended = now - touched > idle.total_seconds() or now - begun > LONGEST.total_seconds()
            member = None if person is None or of_person[0] is None else _member(of_person)
            if ended or (person is not None and (member is None or member.suspended)):
                connection.execute("DELETE FROM sessions WHERE hash = ?", (name,))
                return None
            if now - touched > _TOUCH:
                connection.execute("UPDATE sessions SET touched = ? WHERE hash = ?", (now, name))
        return Session(name, token, member, told)

    def enter(self, before: Session | None, member: Member) -> tuple[str, Session]:
        """Begin the session of a person who has just logged in; the one before the login is worth nothing any more."""
        now = self._clock().timestamp()
        cookie, token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        with self._store.changing() as connection:
            if before is not None:
                connection.execute("DELETE FROM sessions WHERE hash = ?", (before.hash,))
            connection.execute(
                "INSERT INTO sessions (hash, person, token, begun, touched) VALUES (?,?,?,?,?)",
                (_hash(cookie), member.key, token, now, now),
            )
        return cookie, Session(_hash(cookie), token, member)

    def leave(self, session: Session) -> None:
        """End a session."""
        with self._store.changing() as connection:
            connection.execute("DELETE FROM sessions WHERE hash = ?", (session.hash,))

    def leave_others(self, session: Session) -> None:
        """End every other session of the same person."""
        if session.member is not None:
            with self._store.changing() as connection:
                connection.execute(
                    "DELETE FROM sessions WHERE person = ? AND hash != ?", (session.member.key, session.hash)
                )

    def tell(self, session: Session, sentence: str) -> None:
        """Keep a sentence for the next page of a session."""
        with self._store.changing() as connection:
            connection.execute("UPDATE sessions SET told = ? WHERE hash = ?", (sentence, session.hash))

    def _tidy(self, connection: object, now: float) -> None:
        import sqlite3

        assert isinstance(connection, sqlite3.Connection)
        connection.execute(
            "DELETE FROM sessions WHERE begun < ? OR (person IS NULL AND touched < ?) OR touched < ?",
            (now - LONGEST.total_seconds(), now - _BEFORE_LOGIN.total_seconds(), now - IDLE.total_seconds()),
        )
        connection.execute(
            "DELETE FROM sessions WHERE person IS NULL AND hash IN "
            "(SELECT hash FROM sessions WHERE person IS NULL ORDER BY touched DESC LIMIT -1 OFFSET ?)",
            (_MOST_UNKNOWN,),
        )


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).digest()
