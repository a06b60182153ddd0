"""Wrong passwords: after a few for one name, or many from one place, the next try has to wait.

Counted over all processes. A name is not told apart from one that is not there, and waiting is asked of both alike.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from waymark.app.librarian.people import key_of
from waymark.app.librarian.store import Store

WINDOW = timedelta(minutes=15)
FREE_FOR_A_NAME = 5
FREE_FROM_A_PLACE = 20
_FIRST_WAIT = 30.0  # seconds; each further wrong try doubles it
_LONGEST_WAIT = WINDOW.total_seconds()


class Tries:
    """The wrong tries of the last quarter of an hour. ``clock`` gives the time as an aware datetime."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def wait(self, name: str, place: str) -> float:
        """Return the seconds until a further try is looked at; 0 when it is looked at now."""
        now = self._clock().timestamp()
        waits = []
        with self._store.reading() as connection:
            for whose, free in _counted(name, place):
                count, last = connection.execute(
                    "SELECT count(*), max(at) FROM tries WHERE whose = ? AND at > ?",
                    (whose, now - WINDOW.total_seconds()),
                ).fetchone()
                if count >= free:
                    pause = min(_FIRST_WAIT * 2.0 ** min(count - free, 20), _LONGEST_WAIT)
                    waits.append(last + pause - now)
        return max(0.0, *waits) if waits else 0.0

    def wrong(self, name: str, place: str) -> None:
        """Count a wrong try."""
        now = self._clock().timestamp()
        with self._store.changing() as connection:
            connection.execute("DELETE FROM tries WHERE at < ?", (now - WINDOW.total_seconds(),))
            connection.executemany(
                "INSERT INTO tries VALUES (?,?)", [(whose, now) for whose, _ in _counted(name, place)]
            )

    def right(self, name: str, place: str) -> None:
        """Forget the tries for a name, since its person is in, and that this one came from its place.

        The wrong ones from there stay: they may have been for other names.
        """
        with self._store.changing() as connection:
            (own, _), (there, _) = _counted(name, place)
            connection.execute("DELETE FROM tries WHERE whose = ?", (own,))
            connection.execute(
                "DELETE FROM tries WHERE rowid = (SELECT rowid FROM tries WHERE whose = ? ORDER BY at DESC LIMIT 1)",
                (there,),
            )


def _counted(name: str, place: str) -> tuple[tuple[str, int], tuple[str, int]]:
    """Return under what a try is counted, and how many are free. Neither name nor address is kept as it is."""
    return (_kept(f"name {key_of(name)}"), FREE_FOR_A_NAME), (_kept(f"place {place}"), FREE_FROM_A_PLACE)


def _kept(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:24]
