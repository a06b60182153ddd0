"""The record itself: backups, taking it out and in, the passphrase, the recovery key, its name, and erasing it."""

import io
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from waymark.app.own_papers import EXPORT_FORMATS
from waymark.app.web.record import taking_in
from waymark.app.web.record.opening import secret_of
from waymark.app.web.record.visit import Page, Refused, Visit
from waymark.app.web.record.words import N_
from waymark.errors import NotFound
from waymark.record.backups import restore
from waymark.record.errors import ImportRefused, WeakPassphrase, WrongPassphrase
from waymark.record.keeping import day_of, keep_backup, kept_backups
from waymark.record.place import new_place


def data(visit: Visit) -> Response:
    backups = kept_backups(visit.own.vault.place)
    return visit.page(
        "data",
        called=visit.own.name,
        count=len(visit.held.all()),
        backups=[day for path in reversed(backups) if (day := day_of(path))],
        findings=visit.session.kept.pop("findings", None),
        name_typed=visit.typed.one("name"),
        formats=EXPORT_FORMATS,
    )


def rename(visit: Visit) -> Response:
    visit.own.vault.rename(visit.typed.one("name"))
    return visit.go("/record/data", visit.say("The record has a new name."))


# Backups


def backup(visit: Visit) -> Response:
    keep_backup(visit.own.vault, visit.today, timedelta())
    return visit.go("/record/data", visit.say("A backup was made, opened once and found whole."))


def backup_file(visit: Visit) -> Response:
    there = kept_backups(visit.own.vault.place)
    if not there:
        raise NotFound("There is no backup yet.", "Make one first.")
    newest = there[-1]
    return _file(newest.read_bytes(), newest.name, "application/octet-stream")


def check(visit: Visit) -> Response:
    visit.session.kept["findings"] = visit.own.vault.verify()
    return visit.go("/record/data")


def put_back(visit: Visit) -> Response:
    return visit.page("restore")


def put_back_now(visit: Visit) -> Response:
    """Put a backup in place as one more record; nothing that is there is touched."""
    content = visit.typed.files.get("file")
    if not content:
        raise Refused({"file": N_("Choose the file of a backup.")})
    try:
        restore(io.BytesIO(content), new_place(visit.pages.records))
    except ImportRefused as error:
        raise Refused({"file": error.sentence}) from None
    return visit.go(
        "/record/open", visit.say("The backup is in its place. Open it with the passphrase that it was made under.")
    )


# Out and in


def export(visit: Visit) -> Response:
    """Hand the whole record over in open formats; no file is written here."""
    if not visit.typed.flag("readable"):
        raise Refused({"readable": N_("Please say that you know: whoever has this file can read it.")})
    return _file(visit.own.packed(visit.language), "waymark-record.zip", "application/zip")


def paper(visit: Visit) -> Response:
    """Hand over a PDF, a calendar, a table or FHIR, made in memory."""
    found = visit.pages.papers.get(visit.part("name"))
    if found is None:
        raise NotFound("There is no such file.", "Look at the page before.")
    content = found.make(visit.own, visit.language, visit.session.kept.get("since"))
    return _file(content, found.name, found.kind)


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


# Keys


def passphrase(visit: Visit) -> Response:
    return visit.page("passphrase", recovered=visit.own.vault.opened_with_recovery_key)


def change_passphrase(visit: Visit) -> Response:
    new = secret_of(visit, "new")
    if new != secret_of(visit, "again"):
        raise Refused({"again": N_("The two are not the same. Type both once more.")})
    recovered = visit.own.vault.opened_with_recovery_key
    try:
        visit.own.change_passphrase(new, None if recovered else secret_of(visit, "current"))
    except WeakPassphrase as error:
        raise Refused({"new": error.sentence}) from None
    except WrongPassphrase as error:
        raise Refused({"current": error.sentence}) from None
    visit.session.to_renew = True
    return visit.go("/record/data", visit.say("The new passphrase holds. The backups were made anew under it."))


def new_key(visit: Visit) -> Response:
    return visit.page("new_key")


def make_key(visit: Visit) -> Response:
    visit.session.recovery_key = visit.own.new_recovery_key().printed
    return visit.go("/record/recovery-key")


# Erasing


def erase(visit: Visit) -> Response:
    return visit.page("erase", called=visit.own.name)


def erase_now(visit: Visit) -> Response:
    if " ".join(visit.typed.one("name").split()) != visit.own.name:
        raise Refused({"name": N_("This is not the name of the record. Nothing was erased.")})
    name = visit.own.name
    done = visit.own.erase()
    visit.session.close()
    visit.session.folder, visit.session.typed, visit.session.wanted = None, None, ""
    visit.session.locked_itself, visit.session.to_renew = False, True
    visit.session.kept["erased"] = (name, len(done.removed), [path.name for path in done.left])
    return visit.go("/record/erased")


def erased(visit: Visit) -> Response:
    held: Any = visit.session.kept.get("erased")
    if held is None:
        return visit.go("/record/start")
    name, removed, left = held
    return visit.page("erased", called=name, removed=removed, left=left)


PAGES = (
    Page("/record/data", data, rename),
    Page("/record/data/backup", data, backup),
    Page("/record/data/backup-file", data, backup_file),
    Page("/record/data/check", data, check),
    Page("/record/data/export", data, export),
    Page("/record/data/passphrase", passphrase, change_passphrase),
    Page("/record/data/recovery-key", new_key, make_key),
    Page("/record/data/erase", erase, erase_now),
    *taking_in.PAGES,
    Page("/record/restore", put_back, put_back_now, needs_open=False),
    Page("/record/erased", erased, needs_open=False),
    Page("/record/papers/{name}", paper),
)
