"""The invented record, to look around in before anything of one's own is entered: it lives in a folder that vanishes."""

import secrets
import shutil
import tempfile
from pathlib import Path

from starlette.responses import Response

from waymark.app.demo_record import fill
from waymark.app.own_record import OwnRecord
from waymark.app.web.record.visit import Page, Visit
from waymark.record.keys import KeyCost
from waymark.record.vault import Vault

_CHEAP = KeyCost(memory_kib=1024, passes=1)
"""It protects nothing but itself: nobody has entered anything, and its passphrase is thrown away."""


def look_around(visit: Visit) -> Response:
    """Begin the invented record in this browser alone; it is removed when it locks, with whatever was tried in it."""
    parent = Path(tempfile.mkdtemp(prefix="waymark-example-"))
    place = parent / "record-1"
    name = visit.say("Invented example")
    vault, _ = Vault.create(
        place, secrets.token_urlsafe(24), name, cost=_CHEAP, clock=visit.pages.now, idle_after=visit.pages.idle
    )
    own = OwnRecord(vault, visit.pages.country, visit.pages.today)
    vault.when_locked(lambda: shutil.rmtree(parent, ignore_errors=True))
    fill(own, visit.language)
    own.lock_by_itself()
    session = visit.session
    session.close()
    session.own, session.folder, session.demo = own, place, True
    session.locked_itself, session.writer, session.to_renew = False, None, True
    session.typed, session.wanted = None, ""
    return visit.go("/record")


def only_by_button(visit: Visit) -> Response:
    return visit.go("/record/start")


PAGES = (Page("/record/demo", only_by_button, look_around, needs_open=False),)
