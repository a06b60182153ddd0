"""Whether the checks are done: a page that needs what they found waits for them without keeping its person waiting."""

import threading

from waymark.app.web.librarian.visit import Visit

_SOON_DONE = 60  # documents that the checks look at while the page is made
_LOOKING = threading.Lock()


def checks_are_ready(visit: Visit) -> bool:
    """Return whether what the checks found is up to date; where much is to be looked at, that begins in the background."""
    work = visit.desk.work
    if work.behind() <= _SOON_DONE:
        return True
    if _LOOKING.acquire(blocking=False):

        def look() -> None:
            try:
                work.look()
            finally:
                _LOOKING.release()

        threading.Thread(target=look, name="waymark-checks", daemon=True).start()
    return False
