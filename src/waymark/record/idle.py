"""A record locks itself: when it is left alone, and when another window or command asks for it."""

import threading
from datetime import timedelta

from waymark.record.vault import Vault

LOOK_EVERY = timedelta(seconds=2)


class Watch:
    """A thread that locks a vault by itself. It ends with the vault, and does not keep the program from ending."""

    def __init__(self, vault: Vault, look_every: timedelta = LOOK_EVERY) -> None:
        self._vault = vault
        self._seconds = min(look_every, vault.idle_after).total_seconds()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="waymark-record-lock", daemon=True)
        vault.when_locked(self._over.set)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(self._seconds):
            if self._vault.lock_if_asked() or self._vault.lock_if_idle(self._vault.now()):
                return

    def wait(self, seconds: float) -> bool:
        """Return whether the vault is locked within some seconds; for tests and for doors that wait for it."""
        return self._over.wait(seconds)
