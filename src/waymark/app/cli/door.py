"""What every command has in common: its settings, its options, its way of printing, and the exit codes."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from waymark import errors
from waymark.languages.texts import texts
from waymark.record import errors as record_errors
from waymark.settings import Settings, read_settings

if TYPE_CHECKING:
    from waymark.app.cli.show import Terminal
    from waymark.app.wiring import Waymark

DONE, FOUND, USAGE, REFUSED, NOT_FOUND, DAMAGED = 0, 1, 2, 3, 4, 5
UNEXPECTED, STORAGE, BUSY, INTERRUPTED = 70, 74, 75, 130  # sysexits.h: EX_SOFTWARE, EX_IOERR, EX_TEMPFAIL; 128 + SIGINT

EXIT_CODES: Mapping[type[errors.WaymarkError], int] = {
    errors.WaymarkError: UNEXPECTED,
    errors.UsageError: USAGE,
    errors.InputRefused: REFUSED,
    errors.UnreadableSource: REFUSED,
    errors.InvalidDocument: REFUSED,
    errors.FetchRefused: REFUSED,
    errors.NotFound: NOT_FOUND,
    errors.LifecycleRefused: REFUSED,
    errors.ChangedMeanwhile: REFUSED,
    errors.NotAllowed: REFUSED,
    errors.LibraryBusy: BUSY,  # not damage: the same command succeeds later
    errors.StorageRefused: STORAGE,
    errors.Damaged: DAMAGED,
    errors.LibraryDamaged: DAMAGED,
    errors.LibraryTooNew: DAMAGED,
    errors.IndexMissing: DAMAGED,
    errors.IndexStale: DAMAGED,
    errors.IndexDamaged: DAMAGED,
    errors.EncoderDamaged: DAMAGED,
    record_errors.RecordExists: USAGE,
    record_errors.WeakPassphrase: REFUSED,
    record_errors.WrongPassphrase: REFUSED,
    record_errors.WrongRecoveryKey: REFUSED,
    record_errors.EntryRefused: REFUSED,
    record_errors.ImportRefused: REFUSED,
    record_errors.RecordLocked: BUSY,
    record_errors.RecordBusy: BUSY,
    record_errors.NotSaved: STORAGE,
    record_errors.RecordDamaged: DAMAGED,
    record_errors.RecordTooNew: DAMAGED,
}
"""The one table from kinds of errors to exit codes; every class of ``waymark.errors`` and of the record has its row."""


@dataclass(slots=True)
class Door:
    """What a command knows of its call: the settings, and whether it prints for a person or for a program."""

    library: Path | None = None
    as_json: bool = False
    language: str | None = None

    @property
    def settings(self) -> Settings:
        return read_settings(self.library)

    @property
    def terminal(self) -> "Terminal":
        from waymark.app.cli.show import Terminal

        return Terminal.of(sys.stdout, os.environ, self.language)

    def note(self, sentence: str) -> None:
        """Say something by the way, on standard error."""
        click.echo(texts(self.language).say(sentence), err=True)

    @contextmanager
    def service(self) -> Iterator["Waymark"]:
        """Open the library for one command; where there is none, it is made from the starter collection."""
        from waymark.app.wiring import Waymark

        service = Waymark.open(self.settings, self.note)
        try:
            yield service
        finally:
            service.close()

    def show(self, for_programs: Callable[[], Mapping[str, Any]], for_people: Callable[[], str]) -> None:
        """Print the result once, in the form that was asked for."""
        if self.as_json:
            click.echo(json.dumps(for_programs(), ensure_ascii=False))
        else:
            terminal_words = for_people()
            click.echo(terminal_words, color=self.terminal.colour)


Command = TypeVar("Command", bound=Callable[..., Any])
pass_door = click.make_pass_decorator(Door, ensure=True)


def _set_library(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(Door).library = value


def _set_json(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    context.ensure_object(Door).as_json = value


library_option = click.option(
    "--library",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the library (else WAYMARK_LIBRARY, else your user data folder).",
    callback=_set_library,
    expose_value=False,
)
json_option = click.option(
    "--json", is_flag=True, help="Print one JSON object and nothing else.", callback=_set_json, expose_value=False
)


def _set_language(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    context.ensure_object(Door).language = value
    return value


def language_option(help: str) -> Callable[[Command], Command]:
    """Return ``--lang``, which also says the language of what is printed."""
    return click.option("--lang", metavar="CODE", help=help, callback=_set_language)


def _day(context: click.Context, parameter: click.Parameter, value: datetime | None) -> date:
    return date.today() if value is None else value.date()


on_option = click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    callback=_day,
    help="The day to reckon from (default: today).",
)


def actor() -> str:
    """Return who is at work, as the audit events name them: the user of this machine."""
    return os.environ.get("USER") or os.environ.get("USERNAME") or "unknown"


def now() -> str:
    """Return the present moment, UTC, as the audit events write it."""
    from datetime import UTC

    return datetime.now(UTC).isoformat(timespec="seconds")


class WithUrgent(Exception):
    """An error, and the urgent notice that goes before it."""

    def __init__(self, error: errors.WaymarkError, notice: Any, language: str | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.notice = notice
        self.language = language


def urgent_beside(door: Door, question: str, language: str | None) -> Any:
    """Return the urgent notice of a question without library or index; None also when the settings cannot be read."""
    from waymark.answering.urgent import INTERNATIONAL, numbers_for, urgent_notice

    try:
        country = door.settings.country
    except errors.UsageError:
        country = None
    return urgent_notice(question, language or "en", numbers_for(country) if country else INTERNATIONAL)
