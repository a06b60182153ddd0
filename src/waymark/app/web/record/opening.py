"""Before a record is open: what it is, beginning one, opening and locking it, and the recovery key to print."""

import re
import threading
from pathlib import Path

from starlette.responses import Response

from waymark.app import own_record
from waymark.app.own_record import OwnRecord
from waymark.app.web.record.sessions import Session, Typed
from waymark.app.web.record.visit import Page, Refused, Visit, folder_of
from waymark.app.web.record.words import N_, error_words
from waymark.errors import WaymarkError
from waymark.languages.texts import languages
from waymark.record.errors import RecordBusy, RecordLocked, WeakPassphrase, WrongPassphrase, WrongRecoveryKey
from waymark.record.keys import RecoveryKey
from waymark.record.place import RecordName, new_place
from waymark.record.vault import Vault

_ADDRESS = re.compile(r"/record(?:/[a-z0-9-]+)*\Z")
_TRYING = threading.Semaphore(3)
"""Tries that may wait at once; more are sent away, so that waiting ones cannot take all threads."""


# What it is


def about(visit: Visit) -> Response:
    return visit.page("about")


def start(visit: Visit) -> Response:
    """The first page of all: shown where there is no record yet, and to whoever wants another one."""
    return visit.page("start", records=own_record.records(visit.pages.records))


# Beginning


def new(visit: Visit) -> Response:
    return visit.page("new", records=own_record.records(visit.pages.records))


def begin(visit: Visit) -> Response:
    form = visit.typed
    passphrase = secret_of(visit, "passphrase")
    if passphrase != secret_of(visit, "again"):
        raise Refused({"again": N_("The two are not the same. Type both once more.")})
    if not form.flag("understood"):
        raise Refused(
            {"understood": N_("Please say that you have read this. It is the one thing that cannot be undone.")}
        )
    place = new_place(visit.pages.records)
    try:
        vault, recovery = Vault.create(
            place, passphrase, form.one("name"), clock=visit.pages.now, idle_after=visit.pages.idle
        )
    except WeakPassphrase as error:
        raise Refused({"passphrase": error.sentence}) from None
    _opened(visit, vault, place)
    visit.session.recovery_key = recovery.printed
    return visit.go("/record/recovery-key")


def recovery_key(visit: Visit) -> Response:
    """Show the recovery key until the person says that they have it; then it is gone from memory too."""
    if not visit.session.recovery_key:
        return visit.go("/record")
    return visit.page("recovery_key", key=visit.session.recovery_key, groups=visit.session.recovery_key.split("-"))


def have_key(visit: Visit) -> Response:
    visit.session.recovery_key = ""
    return visit.go("/record/first-steps" if not visit.held.all() else "/record")


def first_steps(visit: Visit) -> Response:
    return visit.page("first_steps")


# Opening


def unlock(visit: Visit) -> Response:
    if visit.session.open:
        return visit.go("/record")
    kept = own_record.records(visit.pages.records)
    if not kept:
        return visit.go("/record/start")
    last = visit.session.folder
    chosen = visit.typed.one("record") or (last.name if last else kept[0].folder.name)
    return visit.page(
        "open",
        records=kept,
        options=_options(kept),
        chosen=chosen,
        kept_text=visit.session.typed is not None,
        locked_itself=visit.session.locked_itself,
    )


def _options(kept: list[RecordName]) -> list[tuple[str, str]]:
    """Return the records to choose from; two of one name are told apart by their folders."""
    names = [one.name for one in kept]
    return [
        (one.folder.name, f"{one.name} ({one.folder.name})" if names.count(one.name) > 1 else one.name) for one in kept
    ]


def open_it(visit: Visit) -> Response:
    folder = folder_of(visit.pages.records, visit.typed.one("record"))
    if folder is None:
        raise Refused({"record": N_("Choose the record that you want to open.")})
    return _try(visit, folder, secret_of(visit, "passphrase"))


def recover(visit: Visit) -> Response:
    kept = own_record.records(visit.pages.records)
    return visit.page("recover", records=kept, options=_options(kept), chosen=visit.typed.one("record"))


def recover_it(visit: Visit) -> Response:
    folder = folder_of(visit.pages.records, visit.typed.one("record"))
    if folder is None:
        raise Refused({"record": N_("Choose the record that you want to open.")})
    try:
        key = RecoveryKey.parse(visit.typed.one("key"))
    except WrongRecoveryKey as error:
        raise Refused({"key": error_words(error, visit.words)}) from None
    return _try(visit, folder, key)


def _try(visit: Visit, folder: Path, secret: str | RecoveryKey) -> Response:
    if not _TRYING.acquire(blocking=False):
        raise Refused({}, N_("Several tries are waiting already. Wait half a minute, then try again."))
    try:
        vault = _opened_vault(visit, folder, secret)
    except WrongPassphrase as error:
        raise Refused({"passphrase": error_words(error, visit.words)}) from None
    except WrongRecoveryKey as error:
        raise Refused({"key": error_words(error, visit.words)}) from None
    finally:
        _TRYING.release()
    typed = visit.session.typed if visit.session.folder in (None, folder) else None
    wanted = visit.session.wanted if visit.session.folder in (None, folder) else ""
    _opened(visit, vault, folder)
    if vault.opened_with_recovery_key:
        return visit.go("/record/data/passphrase", visit.say("Your record is open. Now choose a new passphrase."))
    if typed is not None:
        visit.session.typed = typed
        return visit.go(typed.address)
    return visit.go(wanted if wanted.startswith("/record") else "/record")


def _opened_vault(visit: Visit, folder: Path, secret: str | RecoveryKey) -> Vault:
    """Open the vault; where another browser of this process has it open, the right secret takes it over, and a wrong one
    leaves it as it is.
    """
    pages = visit.pages

    def opened() -> Vault:
        if isinstance(secret, RecoveryKey):
            return Vault.open_with_recovery_key(
                folder, secret, sleep=pages.sleep, clock=pages.now, idle_after=pages.idle
            )
        return Vault.open(folder, secret, sleep=pages.sleep, clock=pages.now, idle_after=pages.idle)

    try:
        return opened()
    except RecordBusy:
        other = pages.sessions.holding(folder)
        if other is None or other.own is None:
            raise
        other.own.vault.opens_with(secret, sleep=pages.sleep)
        other.close()
        return opened()


def _opened(visit: Visit, vault: Vault, folder: Path) -> None:
    session: Session = visit.session
    session.close()
    session.own = OwnRecord(vault, visit.pages.country, visit.pages.today)
    session.folder = folder
    session.own.lock_by_itself()
    threading.Thread(target=_keep_backup, args=(session.own, session), daemon=True).start()
    session.demo, session.locked_itself, session.writer = False, False, None
    session.typed, session.wanted, session.to_renew = None, "", True


def _keep_backup(own: OwnRecord, session: Session) -> None:
    """Make today's backup while the person goes on; a failure is told on the first page."""
    try:
        own.keep_backup()
    except RecordLocked:
        pass
    except WaymarkError as error:
        session.kept["backup failed"] = error


def secret_of(visit: Visit, name: str) -> str:
    """Return a secret as it was typed: spaces at its ends are part of it."""
    found = [value for held, value in visit.typed.fields if held == name]
    return found[-1] if found else ""


# Locking, and being here


def lock(visit: Visit) -> Response:
    visit.session.close()
    visit.session.typed, visit.session.wanted, visit.session.locked_itself = None, "", False
    visit.session.to_renew = True
    return visit.go("/record/open")


def here_still(visit: Visit) -> Response:
    """The person is typing: the script says so now and then, so that the record does not lock under their hands."""
    return Response(status_code=204)


def keep_typed(visit: Visit) -> Response:
    """The person has gone and left a form half filled in: hold what stands in it, and lock."""
    address = visit.typed.one("kept-for")
    language, _, rest = address[1:].partition("/")
    address = f"/{rest}" if language in languages() else address
    fields = visit.typed.without("token", "kept-for")
    visit.session.close()
    visit.session.locked_itself = True
    if _ADDRESS.match(address) and any(value.strip() for _, value in fields):
        visit.session.typed = Typed(address, fields)
    return Response(status_code=204)


def only_forms(visit: Visit) -> Response:
    return visit.go("/record")


PAGES = (
    Page("/record/about", about, needs_open=False),
    Page("/record/start", start, needs_open=False),
    Page("/record/new", new, begin, needs_open=False),
    Page("/record/recovery-key", recovery_key, have_key),
    Page("/record/first-steps", first_steps),
    Page("/record/open", unlock, open_it, needs_open=False),
    Page("/record/recover", recover, recover_it, needs_open=False),
    Page("/record/lock", only_forms, lock, needs_open=False, needs_token=False),
    Page("/record/here", only_forms, here_still),
    Page("/record/keep", only_forms, keep_typed, needs_open=False, needs_token=False),
)
