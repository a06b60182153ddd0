"""What the commands of the private record have in common: which record, how it is opened, and what an id means.

A passphrase is typed at a prompt or read from a file descriptor, never an argument: arguments stand in the shell's history
and in the list of processes. What a command reads is shown and then forgotten; nothing of a record goes into a log.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import click

from waymark.app.cli.door import Door
from waymark.app.own_record import OwnRecord, chosen_record, open_record
from waymark.errors import NotFound, UsageError, WaymarkError
from waymark.languages.texts import message
from waymark.record.dates import When
from waymark.record.entries import SELF, Entry
from waymark.record.errors import EntryRefused

Function = TypeVar("Function", bound=Callable[..., Any])

_META = "waymark.record"
_SHORTEST_ID = 4


@dataclass(slots=True)
class Asked:
    """Which record the call is about, and in which language it speaks."""

    name: str | None = None
    passphrase_fd: int | None = None
    language: str = "en"


_session: ContextVar[OwnRecord | None] = ContextVar("record_session", default=None)


def asked() -> Asked:
    """Return what the options of this call said."""
    meta = click.get_current_context().meta
    if _META not in meta:
        meta[_META] = Asked()
    found = meta[_META]
    assert isinstance(found, Asked)
    return found


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value is not None:
            setattr(context.meta.setdefault(_META, Asked()), name, value)

    return keep


record_option = click.option(
    "--record",
    metavar="NAME",
    expose_value=False,
    callback=_set("name"),
    help="Which record, by its name; not needed where there is one.",
)
fd_option = click.option(
    "--passphrase-fd",
    type=click.IntRange(min=0),
    metavar="N",
    expose_value=False,
    callback=_set("passphrase_fd"),
    help="Read the passphrase from this file descriptor instead of asking.",
)
language_option = click.option(
    "--lang",
    metavar="CODE",
    expose_value=False,
    callback=_set("language"),
    help="Language of what is shown (en, es).",
)
by_option = click.option("--by", metavar="NAME", default=SELF, help="Who reports it, if not the person themselves.")


def record_options(function: Function) -> Function:
    """Add the options that every command on a record takes."""
    for option in (language_option, fd_option, record_option):
        function = option(function)
    return function


def when(typed: str) -> When:
    """Return a date as precise as it is typed: 2024-03-05, 2024-03, 2024. Raises `EntryRefused`."""
    return typed if isinstance(typed, When) else When.parse(typed)


def day(typed: str) -> date:
    """Return one day: 2024-03-05. Raises `EntryRefused`."""
    if isinstance(typed, date):
        return typed
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise EntryRefused(message("This is not a day."), message("Write it as 2024-03-05.")) from None


LEVEL = click.IntRange(0, 4)


def type_passphrase(words: str, again: bool = False) -> str:
    """Return the passphrase of this call: from its file descriptor, or typed unseen.

    Raises `UsageError` where there is no terminal to type on.
    """
    fd = asked().passphrase_fd
    if fd is not None:
        return _line_of(fd)
    if not sys.stdin.isatty():
        raise UsageError(
            message("There is no terminal to type the passphrase on."),
            message("Give it another way: --passphrase-fd 3 3<FILE"),
        )
    typed: str = click.prompt(words, hide_input=True, err=True, confirmation_prompt="Once more" if again else False)
    return typed


_lines: dict[int, list[str]] = {}


def _line_of(fd: int) -> str:
    """Return the next line of a file descriptor: a call that changes a passphrase reads the old one, then the new one."""
    if not _lines.get(fd):
        try:
            with os.fdopen(os.dup(fd), "rb") as file:
                written = file.read(1 << 16)
        except OSError:
            raise UsageError(
                message("File descriptor %(fd)s cannot be read.", fd=fd), message("Open it for the call: 3<FILE")
            ) from None
        _lines[fd] = written.decode("utf-8", "replace").splitlines()
    if not _lines[fd]:
        raise UsageError(
            message("File descriptor %(fd)s holds no passphrase.", fd=fd),
            message("Write it there on a line of its own."),
        )
    return _lines[fd].pop(0)


@contextmanager
def own_record(door: Door) -> Iterator[OwnRecord]:
    """Open the record of this call, or give the one of the session; today's backup is made on the way out."""
    open_now = _session.get()
    if open_now is not None:
        yield open_now
        return
    settings = door.settings
    place = chosen_record(settings.records, asked().name)
    record = open_record(place.folder, type_passphrase(f"Passphrase of “{place.name}”"), country=settings.country)
    with record:
        yield record
        if not record.locked:
            back_up(door, record)


def back_up(door: Door, record: OwnRecord) -> None:
    """Make today's backup; that it could not be made is said, and fails nothing."""
    try:
        record.keep_backup()
    except WaymarkError as error:
        door.note(f"No backup was made today: {error.sentence} {error.next_step}")


@contextmanager
def as_session(record: OwnRecord) -> Iterator[None]:
    """Let further commands of this process use an open record without asking again."""
    token = _session.set(record)
    try:
        yield
    finally:
        _session.reset(token)


def in_session() -> bool:
    return _session.get() is not None


def records_folder(door: Door) -> Path:
    """Return the folder of this user's records."""
    return door.settings.records


# Ids: the first characters of an entry's id are enough where they fit one alone.


def short(entry_id: str) -> str:
    """Return what a person types for an entry: the first eight characters of its id, with the day of a repeating one."""
    origin, at, day = entry_id.partition("@")
    return f"{origin[:8]}{at}{day}"


def one_of(typed: str, ids: Iterable[str], what: str) -> str:
    """Return the id that begins as typed. Raises `NotFound` for none, `UsageError` for several."""
    wanted, at, day = typed.strip().lower().partition("@")
    fitting = [
        each
        for each in dict.fromkeys(ids)
        if len(wanted) >= _SHORTEST_ID
        and each.partition("@")[0].startswith(wanted)
        and (not at or each.partition("@")[2] == day)
    ]
    if not fitting:
        raise NotFound(
            message("There is no %(what)s “%(typed)s” in this record.", what=what, typed=typed),
            message("The ids stand in front of what is shown."),
        )
    if len(fitting) > 1:
        raise UsageError(
            message("More than one %(what)s begins with “%(typed)s”.", what=what, typed=typed),
            message("Type more of the id."),
        )
    return fitting[0]


def entry_of(record: OwnRecord, typed: str) -> Entry:
    """Return the current version of the entry whose id begins as typed. Raises `NotFound`, `UsageError`."""
    entries = {entry.origin: entry for entry in record.record.entries()}
    return entries[one_of(typed, entries, "entry")]


def about(when: When) -> When | None:
    """Return a date to give to `OwnRecord.add`, None where the payload's own is to be taken."""
    return when if when.known else None


# JSON


def plain(value: Any) -> Any:
    """Return a view as JSON holds it: dates as year-month-day, choices by their value, ``None`` for what is not known."""
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, When):
            return str(value) if value.known else None
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): plain(held) for key, held in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, Path):
        return str(value)
    return value
