"""The private record: its commands, and those that begin, open and lock one. See `waymark.app.cli.record_door`."""

import shlex
from collections.abc import Mapping
from importlib import import_module

import click

from waymark.app.cli.door import Door, json_option, pass_door
from waymark.app.cli.record_door import (
    as_session,
    asked,
    back_up,
    fd_option,
    in_session,
    language_option,
    plain,
    record_option,
    records_folder,
    type_passphrase,
)
from waymark.errors import UsageError, WaymarkError
from waymark.languages.texts import message

COMMANDS: Mapping[str, str] = {
    "new": "record",
    "list": "record",
    "open": "record",
    "lock": "record",
    "demo": "record",
    "symptom": "record_symptom",
    "course": "record_course",
    "plan": "record_plan",
    "question": "record_question",
    "summary": "record_visit",
    "packet": "record_visit",
    "card": "record_visit",
    "team": "record_people",
    "medicine": "record_people",
    "allergy": "record_people",
    "hand": "record_people",
    "about": "record_people",
    "note": "record_people",
    "history": "record_entries",
    "correct": "record_entries",
    "strike": "record_entries",
    "export": "record_keep",
    "import": "record_keep",
    "backup": "record_keep",
    "restore": "record_keep",
    "verify": "record_keep",
    "passphrase": "record_keep",
    "recovery-key": "record_keep",
    "rename": "record_keep",
    "erase": "record_keep",
}
"""Every command in the order of its use, with the module that holds it (as ``new_``, or under its name)."""


class _Lazy(click.Group):
    """Imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        held = import_module(f"waymark.app.cli.{module}")
        command = getattr(held, f"{cmd_name.replace('-', '_')}_", None)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Lazy)
def record() -> None:
    """Your own record: symptoms, course, follow-up, questions, the next visit.

    It stays on this machine, encrypted; nothing of it reaches the network. If you forget the passphrase and lose the
    recovery key, nobody can open it again.
    """


@click.command("new")
@click.option("--name", default="", metavar="NAME", help="A name that gives nothing away: it can be read by anyone.")
@fd_option
@json_option
@pass_door
def new_(door: Door, name: str) -> None:
    """Begin a record. Its recovery key is shown once: print it and keep it where you keep your papers."""
    from waymark.app.own_record import create
    from waymark.record.keys import FORGETTING

    door.note(FORGETTING)
    passphrase = type_passphrase("A passphrase of at least 8 characters", again=True)
    record, recovery = create(records_folder(door), passphrase, name, country=door.settings.country)
    with record:
        called, folder = record.name, record.vault.place.folder
    door.show(
        lambda: {"record": called, "folder": str(folder), "recovery_key": recovery.printed},
        lambda: (
            f"The record “{called}” is in {folder}.\n\nRecovery key, shown this once:\n\n    {recovery.printed}\n\n"
            "Write it down or print it. It opens the record without the passphrase."
        ),
    )


@click.command("list")
@json_option
@pass_door
def list_(door: Door) -> None:
    """List the records on this machine, by the names that may be read without a passphrase."""
    from waymark.app.own_record import records

    there = records(records_folder(door))
    door.show(
        lambda: {"records": [plain(one) for one in there]},
        lambda: (
            "\n".join(f"{one.name}  ({one.folder})" for one in there)
            or "There is no record on this machine yet. Begin one with: waymark record new"
        ),
    )


@click.command("open")
@record_option
@fd_option
@language_option
@pass_door
def open_(door: Door) -> None:
    """Open a record and keep it open: type commands without the word waymark, until you lock it.

    It locks by itself when nothing is typed for ten minutes. Nothing typed here is kept in a history.
    """
    from waymark.app.own_record import chosen_record, open_record

    if in_session():
        raise UsageError(message("A record is open here already."), message("Lock it first: lock"))
    settings = door.settings
    place = chosen_record(settings.records, asked().name)
    opened = open_record(place.folder, type_passphrase(f"Passphrase of “{place.name}”"), country=settings.country)
    with opened, as_session(opened):
        opened.lock_by_itself()
        back_up(door, opened)
        door.note(f"“{place.name}” is open. Type a command (symptom show, plan next, help), or lock.")
        while not opened.locked:
            try:
                line = input("record> ")
            except EOFError:
                break
            if opened.locked:
                break
            _do(line)
    door.note("The record is locked.")


def _do(line: str) -> None:
    """Run one line of a session; an error is said and ends nothing."""
    try:
        words = shlex.split(line)
    except ValueError:
        click.echo("A quotation mark is open. Close it, and try again.", err=True)
        return
    if not words:
        return
    if words[0] in ("lock", "close", "quit", "exit"):
        from waymark.app.cli.record_door import _session

        open_now = _session.get()
        assert open_now is not None
        open_now.lock()
        return
    if words[0] == "help":
        words = [*words[1:], "--help"]
    try:
        record.main(args=words, prog_name="record>", standalone_mode=False, obj=Door())
    except click.ClickException as error:
        error.show()
    except click.exceptions.Exit:
        pass
    except click.Abort:
        click.echo("Stopped.", err=True)
    except WaymarkError as error:
        click.echo(f"{error.sentence} {error.next_step}".strip(), err=True)


@click.command("lock")
@record_option
@json_option
@pass_door
def lock_(door: Door) -> None:
    """Lock a record wherever it is open on this machine: in a browser, or in another window."""
    from waymark.app.own_record import chosen_record, records
    from waymark.record.vault import ask_to_lock

    folder = records_folder(door)
    places = [chosen_record(folder, asked().name)] if asked().name else records(folder)
    told = [place.name for place in places if ask_to_lock(place.folder)]
    door.show(
        lambda: {"asked": told},
        lambda: (
            "\n".join(f"“{name}” was asked to lock; it does within two seconds." for name in told)
            or "No record is open on this machine."
        ),
    )


@click.command("demo")
@click.option("--lang", "language", default="en", metavar="CODE", help="Language of what is written in it (en, es).")
@json_option
@pass_door
def demo_(door: Door, language: str) -> None:
    """Make a record of an invented person, to look around in before you enter anything."""
    from waymark.app.demo_record import PASSPHRASE, fill
    from waymark.app.own_record import create

    made, _ = create(records_folder(door), PASSPHRASE, "Invented example", country=door.settings.country)
    with made:
        fill(made, language)
        folder = made.vault.place.folder
    door.show(
        lambda: {"record": "Invented example", "folder": str(folder), "passphrase": PASSPHRASE},
        lambda: (
            f"The record “Invented example” is in {folder}. Everything in it is made up.\n"
            f"Its passphrase is: {PASSPHRASE}\n"
            'Look around: waymark record summary --record "Invented example"'
        ),
    )
