"""How often one place on the network may send something: kept in memory for some minutes, under a digest, and never written down."""

import hashlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable


class Pace:
    """At most ``each`` times from one place, and ``whole`` times from all, within ``seconds``. For several threads."""

    def __init__(
        self, each: int = 20, whole: int = 200, seconds: float = 600.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each, self._whole, self._seconds, self._clock = each, whole, seconds, clock
        self._salt = secrets.token_bytes(16)
        self._lock = threading.Lock()
        self._at: deque[tuple[float, bytes]] = deque(maxlen=whole)

    def take(self, place: str) -> bool:
        """Return whether one more may come from this place now, and count it."""
        whose = hashlib.sha256(self._salt + place.encode("utf-8", "replace")).digest()[:8]
        now = self._clock()
        with self._lock:
            while self._at and self._at[0][0] <= now - self._seconds:
                self._at.popleft()
            if len(self._at) >= self._whole or sum(1 for _, other in self._at if other == whose) >= self._each:
                return False
            self._at.append((now, whose))
        return True
