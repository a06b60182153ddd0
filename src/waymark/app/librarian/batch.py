"""Many repairs at once, made while the person who accepted them may go on: one run at a time, and how far it is."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from waymark.app.librarian.work import ManyDone
from waymark.app.progress import Progress
from waymark.errors import LibraryBusy, WaymarkError
from waymark.languages.texts import message


@dataclass(frozen=True, slots=True)
class Run:
    """One run: of whom, over which check, how far it is; ``result`` once it has ended, ``failed`` where it could not go on."""

    check: str
    by: str
    total: int
    at: int = 0
    result: ManyDone | None = None
    failed: str = ""
    next_step: str = ""

    @property
    def ended(self) -> bool:
        return self.result is not None or bool(self.failed)


class Batch:
    """The one run of a served library. What it has done when the program is stopped stays; the rest can be begun again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._run: Run | None = None

    @property
    def run(self) -> Run | None:
        """The run that is going on, or the last one."""
        return self._run

    def begin(self, check: str, by: str, total: int, doing: Callable[[Progress], ManyDone]) -> None:
        """Begin a run. Raises `LibraryBusy` while another is going on."""
        with self._lock:
            if self._run is not None and not self._run.ended:
                raise LibraryBusy(
                    message("%(name)s is accepting many repairs at this moment.", name=self._run.by),
                    message("Wait until that is done, then try again."),
                )
            self._run = Run(check, by, total)
        threading.Thread(target=self._do, args=(doing,), name="waymark-many", daemon=True).start()

    def forget(self, by: str) -> None:
        """Let go of a run that has ended, once its person has read what became of it."""
        with self._lock:
            if self._run is not None and self._run.ended and self._run.by == by:
                self._run = None

    def _do(self, doing: Callable[[Progress], ManyDone]) -> None:
        try:
            result = doing(self._tell)
        except WaymarkError as error:
            self._end(failed=error.sentence, next_step=error.next_step)
        except Exception as error:  # said on the page: a thread has nobody else to tell
            self._end(failed=f"{type(error).__name__}", next_step=message("Look at the audit log for what was done."))
        else:
            self._end(result=result)

    def _tell(self, what: str, done: int, total: int) -> None:
        with self._lock:
            if self._run is not None:
                self._run = replace(self._run, at=done, total=total)

    def _end(self, result: ManyDone | None = None, failed: str = "", next_step: str = "") -> None:
        with self._lock:
            if self._run is not None:
                self._run = replace(self._run, result=result, failed=failed, next_step=next_step)
