"""Manners towards a site: its robots.txt is kept to, it is asked once a second at most, and left alone when it says so."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from waymark.sources.robots import Robots

LONGEST_GAP = 30.0  # seconds; a site that asks for longer between two pages is asked again this late


@dataclass(slots=True)
class Manners:
    """What is known of each site during one run. ``gap`` is the least number of seconds between two requests to a host.

    ``now`` and ``sleep`` are the clock, passed in by tests.
    """

    gap: float = 1.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    robots: dict[str, Robots] = field(default_factory=dict)  # by site
    _asked: dict[str, float] = field(default_factory=dict)  # by host and port: when it was last asked
    _gaps: dict[str, float] = field(default_factory=dict)
    _paused: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str) -> None:
        """Wait until the host may be asked again, and note that it is asked now."""
        last = self._asked.get(host)
        if last is not None:
            pause = last + max(self.gap, self._gaps.get(host, 0.0)) - self.now()
            if pause > 0:
                self.sleep(pause)
        self._asked[host] = self.now()

    def keep_to(self, host: str, robots: Robots) -> None:
        """Keep the time between two requests that the site's robots.txt asks for, if that is longer than ours."""
        if robots.delay and self.gap > 0:
            self._gaps[host] = min(robots.delay, LONGEST_GAP)

    def pause(self, host: str, seconds: float) -> None:
        """Leave the host alone for so long."""
        self._paused[host] = max(self._paused.get(host, 0.0), self.now() + seconds)

    def paused(self, host: str) -> float:
        """Return the seconds for which the host wants to be left alone; 0 when it may be asked."""
        return max(0.0, self._paused.get(host, 0.0) - self.now())


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3); None where it says nothing usable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())
