"""Wrong tries make the next one wait longer. The count is kept in a small plain file, which says nothing
else.

This slows a person at the keyboard. Against somebody who copied the files, the cost of Argon2id is the
protection.
"""

import json
from collections.abc import Callable
from pathlib import Path

from waymark.record.files import write_whole

LONGEST = 30  # seconds


class Tries:
    """The tries at one record that failed since the last one that did not."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def failed(self) -> int:
        """How many failed in a row; a file that cannot be read counts as none."""
        try:
            failed = json.loads(self._path.read_bytes())["failed"]
        except (OSError, ValueError, KeyError, TypeError):
            return 0
        return failed if isinstance(failed, int) and failed > 0 else 0

    @property
    def seconds_to_wait(self) -> int:
        """How long the next try waits: 0, then 1, 2, 4, 8, 16 and at most 30 seconds."""
        failed = min(self.failed, 10)
        return min(2 ** (failed - 1), LONGEST) if failed else 0

    def wait(self, sleep: Callable[[float], None]) -> None:
        """Wait as long as is due, and count the try that follows as failed until `succeeded` says otherwise."""
        if self.seconds_to_wait:
            sleep(self.seconds_to_wait)
        write_whole(self._path, json.dumps({"failed": self.failed + 1}).encode())

    def succeeded(self) -> None:
        """Forget the failed tries."""
        self._path.unlink(missing_ok=True)
