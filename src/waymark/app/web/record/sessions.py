"""Who has which record open in which browser. All of it is in the memory of the one process that serves the record.

An unlocked vault is an open file and a key in memory; it cannot be shared between processes, and must not be opened by
two. Waymark may answer questions with several processes on one socket, so the record does not share that socket: it has
one of its own, in one process, and with it an origin of its own, which no page of the public side can read.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from waymark.app.own_record import OwnRecord
from waymark.errors import WaymarkError

COOKIE = "waymark_record"
MOST_SESSIONS = 200
"""Browsers that are remembered at once; one that never opened a record is forgotten first."""
KEPT = timedelta(hours=12)
"""How long a browser is remembered without a request. What was typed into a form that met a locked record goes with it."""


@dataclass(slots=True, repr=False)
class Typed:
    """A form that could not be kept since the record was locked: where it was sent, and what stood in it."""

    address: str
    fields: tuple[tuple[str, str], ...]


@dataclass(slots=True, repr=False)
class Told:
    """What the next page says, and on which page: a sentence, and urgent notices, which stand above everything."""

    address: str
    sentence: str = ""
    urgent: tuple[Any, ...] = ()


@dataclass(slots=True, repr=False)
class Session:
    """One browser. ``own`` is None while nothing is open; ``folder`` is the record that it last had open."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    own: OwnRecord | None = None
    folder: Path | None = None
    demo: bool = False
    writer: str | None = None
    wanted: str = ""
    typed: Typed | None = None
    told: Told | None = None
    recovery_key: str = ""
    kept: dict[str, Any] = field(default_factory=dict)
    locked_itself: bool = False
    let_in: bool = False
    to_renew: bool = False
    touched: datetime | None = None

    @property
    def open(self) -> bool:
        return self.own is not None and not self.own.locked

    def close(self) -> None:
        """Lock the record. What was typed and not kept stays, to come back after the passphrase."""
        own, self.own = self.own, None
        self.told, self.recovery_key = None, ""
        self.kept.clear()
        if own is not None:
            with suppress(WaymarkError, OSError):
                own.lock()

    def __repr__(self) -> str:
        return "<Session, open>" if self.open else "<Session>"


class Sessions:
    """Every browser by its cookie; only the cookie's hash is held. ``clock`` gives the time as an aware datetime."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._guard = threading.RLock()
        self._held: OrderedDict[bytes, Session] = OrderedDict()

    def of(self, cookie: str | None) -> Session | None:
        """Return the session of a cookie, None for one that is not known."""
        self.tidy()
        if not cookie:
            return None
        with self._guard:
            session = self._held.get(_hash(cookie))
            if session is not None:
                session.touched = self._clock()
                self._held.move_to_end(_hash(cookie))
        return session

    def begin(self) -> tuple[str, Session]:
        """Return a new session with the cookie that leads to it."""
        with self._guard:
            while len(self._held) >= MOST_SESSIONS:
                self._forget(next((name for name, held in self._held.items() if not held.open), next(iter(self._held))))
            cookie, session = secrets.token_urlsafe(32), Session(touched=self._clock())
            self._held[_hash(cookie)] = session
        return cookie, session

    def renew(self, session: Session) -> str:
        """Give a session another cookie and another token, and return the cookie: at every unlocking, so that what was
        known before it is worth nothing after it.
        """
        with self._guard:
            for name, held in list(self._held.items()):
                if held is session:
                    del self._held[name]
            cookie = secrets.token_urlsafe(32)
            session.token = secrets.token_urlsafe(24)
            session.to_renew = False
            self._held[_hash(cookie)] = session
        return cookie

    def holding(self, folder: Path) -> Session | None:
        """Return the session that has a record open."""
        with self._guard:
            return next((held for held in self._held.values() if held.open and held.folder == folder), None)

    def tidy(self) -> None:
        """Take note of records that locked themselves, and forget browsers that are gone."""
        now = self._clock()
        with self._guard:
            for name, session in list(self._held.items()):
                if session.own is not None and session.own.locked:
                    session.close()
                    session.locked_itself = True
                if session.touched is not None and now - session.touched > KEPT:
                    self._forget(name)

    def close_all(self) -> None:
        with self._guard:
            for name in list(self._held):
                self._forget(name)

    def _forget(self, name: bytes) -> None:
        self._held.pop(name).close()


def _hash(cookie: str) -> bytes:
    return sha256(cookie.encode("utf-8", "replace")).digest()
