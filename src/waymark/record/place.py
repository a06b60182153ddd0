"""Where a record lies: one folder with a neutral name, and the files in it."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from waymark.errors import NotFound, UsageError
from waymark.languages.texts import message
from waymark.record.errors import RecordBusy, RecordDamaged, RecordTooNew
from waymark.record.files import PART
from waymark.record.keys import Header

NAMELESS = "Record"
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class RecordName:
    """A record on this machine: what may be known of it without its passphrase."""

    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Place:
    """The files of one record in its folder."""

    folder: Path

    @property
    def keys(self) -> Path:
        return self.folder / "keys.json"

    @property
    def database(self) -> Path:
        return self.folder / "record.db"

    @property
    def tries(self) -> Path:
        return self.folder / "tries.json"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def please_lock(self) -> Path:
        """Is there while somebody asks whoever has the record open to lock it."""
        return self.folder / "please-lock"

    @property
    def backups(self) -> Path:
        """Beside the record's folder, where the backups go that are made by themselves."""
        return self.folder.with_name(f"{self.folder.name}.backups")

    def files(self) -> Iterator[Path]:
        """Yield every file that a record may have, the keys first: without them the rest is noise."""
        yield self.keys
        yield self.database
        for ending in ("-wal", "-shm", "-journal"):
            yield self.database.with_name(self.database.name + ending)
        yield self.tries
        yield self.please_lock
        yield from self.unfinished()
        yield self.lock

    def unfinished(self) -> Iterator[Path]:
        """Yield what an interrupted step left behind."""
        yield from sorted(self.folder.glob(f".*{PART}"))
        yield from sorted(self.folder.glob(f".*{PART}-*"))

    def header(self) -> Header:
        """Return the header. Raises `NotFound` where no record is, `RecordDamaged` for one that cannot be read."""
        try:
            written = self.keys.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            if self.database.exists():
                raise RecordDamaged(
                    message("The file with the keys of this record is gone, so no passphrase can open it."),
                    message("Restore the record from a backup."),
                ) from None
            raise NotFound(
                message("There is no record here."), message("Choose another one, or begin a new record.")
            ) from None
        return Header.read(written)

    def take(self) -> FileLock:
        """Return the lock on this record, taken. Raises `RecordBusy` where another window or program has it."""
        lock = FileLock(self.lock, timeout=0, mode=0o600, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise RecordBusy(
                message("This record is open in another window or program."),
                message("Close or lock it there, then open it here."),
            ) from None
        return lock

    def too_open(self) -> list[str]:
        """Return, in sentences, which files other users of this machine could read; none on systems without
        such rights.
        """
        if os.name != "posix":
            return []
        found = []
        for path in (self.folder, *self.files()):
            with suppress(FileNotFoundError):
                if stat.S_IMODE(path.stat().st_mode) & 0o077:
                    what = "folder" if path == self.folder else f"file {path.name}"
                    found.append(f"Other users of this computer may read the {what} of this record.")
        return found


def records_in(folder: Path) -> list[RecordName]:
    """Return the records kept in a folder, by name. One whose keys cannot be read is listed too, under a
    neutral name.
    """
    found = []
    for keys in sorted(folder.glob("[!.]*/keys.json")):
        try:
            name = Header.read(keys.read_bytes()).name
        except (RecordDamaged, RecordTooNew, OSError):
            name = f"{NAMELESS} ({keys.parent.name})"
        found.append(RecordName(name, keys.parent))
    return sorted(found, key=lambda record: (record.name.casefold(), record.folder.name))


def new_place(folder: Path) -> Path:
    """Return a free place for a new record in a folder, with a name that says nothing of the person."""
    number = 1
    while (folder / f"record-{number}").exists():
        number += 1
    return folder / f"record-{number}"


def chosen_name(name: str) -> str:
    """Return the name to keep: what the person chose, or a neutral one. Raises `UsageError` for one that
    cannot be shown.
    """
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            message("The name of a record has at most %(most)s plain characters.", most=LONGEST_NAME),
            message("Anyone who uses this computer can read it, so choose one that gives nothing away."),
        )
    return name or NAMELESS
