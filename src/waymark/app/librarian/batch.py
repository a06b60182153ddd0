"""Many repairs at once, made while the person who accepted them may go on: one run at a time, and how far it is.

The run is kept in the file of people and sessions, since any of the processes that serve the pages may be asked about it.
"""

import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from waymark.app.librarian.store import Store
from waymark.app.librarian.work import ManyDone
from waymark.app.progress import Progress
from waymark.errors import LibraryBusy, WaymarkError
from waymark.languages.texts import message

_TABLE = "CREATE TABLE IF NOT EXISTS runs (one INTEGER PRIMARY KEY CHECK (one = 1), state TEXT NOT NULL)"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: of whom, over which check, how far it is; ``result`` once it has ended, ``failed`` where it could not go on.

    ``process`` is the number of the process that makes it.
    """

    check: str
    by: str
    total: int
    process: int
    at: int = 0
    result: ManyDone | None = None
    failed: str = ""
    next_step: str = ""

    @property
    def ended(self) -> bool:
        return self.result is not None or bool(self.failed)


class Batch:
    """The one run of a library. What it has done when its program is stopped stays; the rest can be begun again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def run(self) -> Run | None:
        """The run that is going on, or the last one. One whose program was stopped has failed."""
        if not self._store.exists:
            return None
        with self._store.reading() as connection:
            connection.execute(_TABLE)
            row = connection.execute("SELECT state FROM runs").fetchone()
        run = None if row is None else _run(json.loads(row[0]))
        if run is not None and not run.ended and not _is_alive(run.process):
            return replace(
                run, failed=message("The program was stopped."), next_step=message("Accept the rest once more.")
            )
        return run

    def begin(self, check: str, by: str, total: int, doing: Callable[[Progress], ManyDone]) -> None:
        """Begin a run. Raises `LibraryBusy` while another is going on."""
        going_on = self.run
        if going_on is not None and not going_on.ended:
            raise LibraryBusy(
                message("%(name)s is accepting many repairs at this moment.", name=going_on.by),
                message("Wait until that is done, then try again."),
            )
        run = Run(check, by, total, os.getpid())
        self._keep(run)
        threading.Thread(target=self._do, args=(run, doing), name="waymark-many", daemon=True).start()

    def forget(self, by: str) -> None:
        """Let go of a run that has ended, once its person has read what became of it."""
        run = self.run
        if run is not None and run.ended and run.by == by:
            with self._store.changing() as connection:
                connection.execute("DELETE FROM runs")

    def _do(self, run: Run, doing: Callable[[Progress], ManyDone]) -> None:
        def tell(what: str, done: int, total: int) -> None:
            with suppress(WaymarkError):  # how far it is can be told the next time
                self._keep(replace(run, at=done, total=total))

        try:
            ended = replace(run, result=doing(tell))
        except WaymarkError as error:
            ended = replace(run, failed=error.sentence, next_step=error.next_step)
        except Exception as error:  # said on the page: a thread has nobody else to tell
            ended = replace(
                run, failed=type(error).__name__, next_step=message("Look at the audit log for what was done.")
            )
        self._keep(ended)

    def _keep(self, run: Run) -> None:
        with self._store.changing() as connection:
            connection.execute(_TABLE)
            connection.execute("INSERT OR REPLACE INTO runs VALUES (1, ?)", (json.dumps(asdict(run)),))


def _run(kept: dict[str, Any]) -> Run:
    result = kept.pop("result")
    return Run(**kept, result=None if result is None else ManyDone(**result))


def _is_alive(process: int) -> bool:
    if process == os.getpid() or os.name == "nt":  # there the signal that only asks would stop it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
