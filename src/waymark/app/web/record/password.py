"""The password in front of everything, where an operator serves the record behind another server: before it is given, not
even the names of records are shown.
"""

import hmac
import threading
import time

from starlette.responses import Response

from waymark.app.web.record.visit import Page, Refused, Visit
from waymark.app.web.record.words import N_

PATH = "/record/password"
_LONGEST_WAIT = 30.0  # seconds


class _Tries:
    """Wrong tries, of everybody together: each makes the next one wait longer."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._failed = 0

    def right(self, given: str, password: str) -> bool:
        with self._guard:  # one after the other, so that many at once do not get around the wait
            if self._failed:
                time.sleep(min(2.0 ** (self._failed - 1), _LONGEST_WAIT))
            if hmac.compare_digest(given.encode(), password.encode()):
                self._failed = 0
                return True
            self._failed = min(self._failed + 1, 10)
            return False


_TRIES = _Tries()


def ask(visit: Visit) -> Response:
    if visit.pages.behind is None or visit.session.let_in:
        return visit.go("/record")
    return visit.page("password")


def let_in(visit: Visit) -> Response:
    behind = visit.pages.behind
    if behind is not None and not _TRIES.right(visit.typed.one("password"), behind.password):
        raise Refused({"password": N_("That is not the password. The next try will wait longer.")})
    visit.session.let_in = visit.session.to_renew = True
    return visit.go("/record")


PAGES = (Page(PATH, ask, let_in, needs_open=False),)
