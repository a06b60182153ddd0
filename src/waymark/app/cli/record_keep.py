"""Commands that keep a record safe, take it elsewhere, or end it."""

from pathlib import Path

import click

from waymark.app.cli.door import DAMAGED, Door, json_option, pass_door
from waymark.app.cli.record_door import (
    asked,
    by_option,
    fd_option,
    in_session,
    own_record,
    record_option,
    record_options,
    records_folder,
    type_passphrase,
)
from waymark.errors import NotFound, UsageError
from waymark.languages.texts import message, texts

FILE = click.Path(path_type=Path, dir_okay=False)


_AS = {"fhir-summary": "patient-summary.fhir.json", "fhir": "record.fhir.json", "diary": "diary.csv"}


@click.command("export")
@click.argument("file", type=FILE)
@click.option(
    "--as", "form", type=click.Choice(["everything", *_AS]), default="everything", show_default=True,
    help="everything: one zip (JSON, CSV, FHIR, PDF, iCalendar), the only one that can be taken in again whole; "
    "fhir-summary, fhir: for a hospital's or another health program; diary: a table for a spreadsheet.",
)  # fmt: skip
@record_options
@json_option
@pass_door
def export_(door: Door, file: Path, form: str) -> None:
    """Write the whole record into one zip of open formats. Anyone who has the file can read it."""
    language = texts(asked().language).language
    with own_record(door) as record:
        if form == "everything":
            record.export(file, language)
        else:
            from waymark.app.own_papers import PAPERS

            record.save(PAPERS[_AS[form]].make(record, language, None), file)
    door.show(
        lambda: {"file": str(file), "as": form},
        lambda: (
            f"{'The whole record' if form == 'everything' else 'It'} is in {file}. Anyone who has this file can read it: "
            "keep it like your medical papers."
        ),
    )


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Keep what is ticked without asking. An export of Waymark never asks.")
@click.option("--only", metavar="N,N", help="Keep these alone, by their numbers; also those that are not ticked.")
@by_option
@record_options
@json_option
@pass_door
def import_(door: Door, file: Path, yes: bool, only: str | None, by: str) -> None:
    """Take in an export of Waymark, a hospital's file (FHIR), or a table of a diary (CSV).

    What is in the record already stays as it is. A file of others is shown first, and nothing of it is kept before you say so.
    """
    from waymark.app.own_import import is_own_export

    if not file.is_file():
        raise NotFound(message("There is no such file."), message("Check where the export was kept."))
    content = file.read_bytes()
    with own_record(door) as record:
        if is_own_export(content):
            done = record.import_(file)
            return door.show(
                lambda: {"added": done.added, "known": done.known},
                lambda: f"{done.added} entries added; {done.known} were in the record already.",
            )
        from waymark.app.cli.record_import import take_in

        return take_in(door, record, content, yes, only, by)


@click.command("backup")
@click.argument("file", type=FILE, required=False)
@record_options
@json_option
@pass_door
def backup_(door: Door, file: Path | None) -> None:
    """Make an encrypted backup and try it: into a file, or beside the record where it is kept for some months."""
    from waymark.record.keeping import keep_backup, kept_backups

    with own_record(door) as record:
        if file is not None:
            record.vault.backup(file)
            made: Path = file
        else:
            from datetime import timedelta

            kept = keep_backup(record.vault, record.today(), every=timedelta())
            assert kept is not None
            made = kept
        tried = record.vault.try_backup(made)
        there = kept_backups(record.vault.place)
    door.show(
        lambda: {"file": str(made), "entries": tried.entries, "findings": list(tried.findings), "kept": len(there)},
        lambda: "\n".join([f"{made} opens and holds {tried.entries} entries, corrections included.", *tried.findings]),
    )
    if tried.findings:
        raise click.exceptions.Exit(DAMAGED)


@click.command("restore")
@click.argument("file", type=FILE)
@json_option
@pass_door
def restore_(door: Door, file: Path) -> None:
    """Put a backup in place as one more record. It opens with the passphrase that it was made under."""
    from waymark.record.backups import restore
    from waymark.record.place import new_place

    done = restore(file, new_place(records_folder(door)))
    door.show(
        lambda: {"record": done.name, "folder": str(done.folder)},
        lambda: f"The record “{done.name}” is in {done.folder}.",
    )


@click.command("verify")
@record_options
@json_option
@pass_door
def verify_(door: Door) -> None:
    """Look at every page and entry of the record and of its backups. Exit code 5 when something is wrong."""
    from waymark.errors import WaymarkError
    from waymark.record.keeping import kept_backups

    with own_record(door) as record:
        found = record.vault.verify()
        entries = len(record.record.entries(include_superseded=True))
        backups = kept_backups(record.vault.place)
        for path in backups:
            try:
                found += [f"{path.name}: {one}" for one in record.vault.try_backup(path).findings]
            except WaymarkError as error:
                found.append(f"{path.name}: {error.sentence}")
    door.show(
        lambda: {"ok": not found, "entries": entries, "backups": len(backups), "findings": found},
        lambda: (
            "\n".join(found)
            or f"{entries} entries, corrections included, are as they were written; {len(backups)} backups open."
        ),
    )
    if found:
        raise click.exceptions.Exit(DAMAGED)


@click.command("passphrase")
@click.option("--with-recovery-key", is_flag=True, help="Open it with the recovery key: the passphrase is forgotten.")
@record_option
@fd_option
@json_option
@pass_door
def passphrase_(door: Door, with_recovery_key: bool) -> None:
    """Change the passphrase. From a file descriptor: the old one (or the recovery key), then the new one, a line each."""
    from waymark.app.own_record import chosen_record, open_record, open_with_recovery_key

    if in_session():
        raise UsageError(message("The record is open here."), message("Lock it, then change the passphrase."))
    place = chosen_record(records_folder(door), asked().name)
    if with_recovery_key:
        record = open_with_recovery_key(place.folder, type_passphrase("Recovery key"))
        old = None
    else:
        old = type_passphrase("Present passphrase")
        record = open_record(place.folder, old)
    with record:
        record.change_passphrase(type_passphrase("New passphrase", again=True), old)
    door.show(
        lambda: {"changed": True},
        lambda: (
            "The passphrase is changed. The backups beside the record were made anew; a backup that you keep elsewhere "
            "still opens with the old one."
        ),
    )


@click.command("recovery-key")
@record_options
@json_option
@pass_door
def recovery_key_(door: Door) -> None:
    """Make a new recovery key and show it once. The one that you printed before opens the record no more."""
    with own_record(door) as record:
        recovery = record.new_recovery_key()
    door.show(
        lambda: {"recovery_key": recovery.printed},
        lambda: f"Recovery key, shown this once:\n\n    {recovery.printed}\n\nThe one before opens the record no more.",
    )


@click.command("rename")
@click.argument("name")
@record_options
@json_option
@pass_door
def rename_(door: Door, name: str) -> None:
    """Change the name that can be read without the passphrase."""
    with own_record(door) as record:
        record.vault.rename(name)
        called = record.name
    door.show(lambda: {"record": called}, lambda: f"The record is called “{called}” now.")


@click.command("erase")
@click.option("--yes", "sure", metavar="NAME", help="The record's name once more, instead of being asked for it.")
@click.option("--without-passphrase", is_flag=True, help="The passphrase is lost: backups kept elsewhere then stay.")
@record_option
@fd_option
@json_option
@pass_door
def erase_(door: Door, sure: str | None, without_passphrase: bool) -> None:
    """Remove a record and its backups for good. Exports that you made stay; they are named."""
    from waymark.app.own_record import chosen_record
    from waymark.record.vault import erase_record

    if in_session():
        raise UsageError(message("The record is open here."), message("Lock it, then erase it."))
    place = chosen_record(records_folder(door), asked().name)
    typed = (
        sure if sure is not None else click.prompt(f"Type “{place.name}” to erase it for good", default="", err=True)
    )
    if typed.strip() != place.name:
        raise UsageError(
            message("Nothing was erased: the name is not the same."),
            message("The record is called “%(name)s”.", name=place.name),
        )
    if without_passphrase:
        done = erase_record(place.folder)
    else:
        with own_record(door) as record:
            done = record.erase()
    door.show(
        lambda: {"removed": [str(path) for path in done.removed], "left": [str(path) for path in done.left]},
        lambda: "\n".join(
            [
                f"The record “{place.name}” is gone: {len(done.removed)} files were removed.",
                *(f"Left where you put it: {path}" for path in done.left),
            ]
        ),
    )
