"""The library's folder: where each part lies, the file that says what it is, the one writer's lock, and whole
files.

::

    <library>/
      library.json            {"format": 1, "made_by": "waymark 1.0"}
      catalogue.sqlite        the truth
      documents/<id>.md       each current version as a readable file, written from the catalogue
      .lock                   held by the one writer
      index/                  made from the catalogue, not described here
"""

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waymark.errors import (
    Damaged,
    InvalidDocument,
    LibraryBusy,
    LibraryDamaged,
    LibraryTooNew,
    StorageRefused,
    WaymarkError,
)
from waymark.languages.texts import message
from waymark.library.document import Document, Status

FORMAT = 1
"""Raise when a Waymark that knows only the former layout could not read the folder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of one library."""

    root: Path

    @property
    def marker(self) -> Path:
        return self.root / "library.json"

    @property
    def catalogue(self) -> Path:
        return self.root / "catalogue.sqlite"

    @property
    def documents(self) -> Path:
        return self.root / "documents"

    @property
    def lock(self) -> Path:
        return self.root / ".lock"

    def readable_file(self, document_id: str) -> Path:
        """Return the place of a document's readable file."""
        return self.documents / f"{document_id}.md"

    def strangers(self) -> list[str]:
        """Return names in the folder that no library has, so that none is made in the midst of someone's
        files.
        """
        if not self.root.exists():
            return []
        known = {self.marker.name, "index"}
        names = sorted(
            entry.name
            for entry in self.root.iterdir()
            if not entry.name.startswith((".", self.catalogue.name)) and entry.name not in known | {self.documents.name}
        )
        return names + sorted(path.name for path in self.documents.glob("*.md"))


def read_marker(folder: Folder) -> dict[str, Any]:
    """Return what ``library.json`` says. Raises `LibraryTooNew`, `LibraryDamaged`, FileNotFoundError."""
    try:
        marker = json.loads(folder.marker.read_text(encoding="utf-8"))
        number, made_by = int(marker["format"]), str(marker.get("made_by", "another Waymark"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise cannot_write(error, folder.root) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise LibraryDamaged(
            message("The file library.json in %(place)s cannot be read as it was written.", place=str(folder.root)),
            message("Restore it from a copy."),
        ) from error
    if number > FORMAT:
        raise too_new(folder, made_by)
    return {"format": number, "made_by": made_by}


def too_new(folder: Folder, made_by: str) -> LibraryTooNew:
    return LibraryTooNew(
        message(
            "The library in %(place)s was made by a newer Waymark (%(made_by)s), and this one cannot read it.",
            place=str(folder.root),
            made_by=made_by,
        ),
        message("Install the newer Waymark, or choose another library with --library."),
    )


def write_marker(folder: Folder, made_by: str) -> None:
    words = json.dumps({"format": FORMAT, "made_by": made_by}) + "\n"
    write_whole(folder.marker, words.encode("utf-8"), durable=True)


def write_whole(path: Path, data: bytes, durable: bool = False) -> None:
    """Put a file in place in one step: whoever reads sees the former bytes or these, never a part.

    The name beside it is fixed, since only the one writer writes; what a killed process left is written over.
    ``durable`` also waits for the disk: not needed for what can be written again from the catalogue.
    """
    beside = path.with_name(".being-written")
    with beside.open("wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    beside.replace(path)


def cannot_write(error: OSError, place: Path) -> WaymarkError:
    """Return the sentence for a disk or a folder that does not take (or give) what it should."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC):
        return StorageRefused(
            message("There is no room left on the disk for %(place)s.", place=str(place)),
            message("Free some space and do it again."),
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageRefused(
            message("%(place)s may not be written to or read.", place=str(place)),
            message("Ask for the right to it, or choose another library with --library."),
        )
    return StorageRefused(
        message("%(place)s cannot be used: %(why)s.", place=str(place), why=str(error.strerror or error)),
        message("Choose another library with --library."),
    )


LITTLE_ROOM = 4 * 1024 * 1024
"""Bytes: with less than this left, a failure to write is put down to the disk, whatever words it comes in."""


@contextmanager
def kept_on(place: Path) -> Iterator[None]:
    """Turn whatever a full disk or a refused folder raises while parts of a library are written into `StorageRefused`.

    Where the disk is full SQLite speaks of an I/O error, tantivy raises a bare ValueError and numpy an OSError without a
    number, so the room left decides.
    """
    try:
        yield
    except (OSError, Damaged, ValueError, sqlite3.DatabaseError) as error:
        if shutil.disk_usage(place).free <= LITTLE_ROOM:
            raise cannot_write(OSError(errno.ENOSPC, "no room"), place) from error
        if isinstance(error, OSError):
            raise cannot_write(error, place) from error
        raise


@contextmanager
def only_writer(folder: Folder, wait: float, note: Callable[[str], None] | None) -> Iterator[None]:
    """Hold the library's lock. Tells ``note`` if it has to wait; raises `LibraryBusy` after ``wait`` seconds.

    The system lets go of the lock when the process ends, however it ends.
    """
    import filelock

    # One object a call: a second thread of the same process has to wait like any other writer.
    lock = filelock.FileLock(folder.lock, thread_local=False)
    try:
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            if note and wait > 0:
                note(f"Another process is writing to the library in {folder.root}. Waiting up to {wait:g} seconds.")
            lock.acquire(timeout=max(wait, 0))
    except filelock.Timeout as error:
        raise LibraryBusy(
            message("Another process is writing to the library in %(place)s.", place=str(folder.root)),
            message("Wait until it is done, then do it again."),
        ) from error
    except OSError as error:
        raise cannot_write(error, folder.root) from error
    try:
        yield
    finally:
        lock.release()


def _decided(document: Document) -> dict[str, Any]:
    """Return the keys that the card decides, since the front matter as it came may lack them or be older."""
    card = document.card
    days = {
        "updated": card.updated,
        "posted": card.posted,
        "reviewDue": card.review_due,
    }
    texts = {
        "retrieved": card.retrieved,
        "reviewedBy": card.reviewed_by,
        "attribution": card.attribution or None,
    }
    decided: dict[str, Any] = {name: None if day is None else day.isoformat() for name, day in days.items()}
    decided |= texts | {"id": card.id, "contentHash": card.content_hash, "version": card.version}
    imported = document.front.get("status")
    if not (card.status is Status.PUBLISHED and imported == "active"):  # the source's own word for published
        decided["status"] = card.status.value
    if document.evidence:
        decided["evidence"] = {name: list(reasons) for name, reasons in document.evidence.items()}
    return decided


def readable_front(document: Document) -> dict[str, Any]:
    """Return the front matter of the readable file: what the document came with, and what the catalogue knows
    of it.
    """
    return {**document.front, **_decided(document)}


def readable(document: Document) -> str:
    """Return the document as a Markdown file with front matter.

    Evidence that is too long for front matter is left out of the file; the catalogue has it.
    """
    from waymark.library import front_matter  # only writing needs it; a question at its start does not

    front = readable_front(document)
    try:
        return front_matter.write(front, document.source)
    except InvalidDocument:
        if "evidence" not in front:
            raise
        return front_matter.write({name: value for name, value in front.items() if name != "evidence"}, document.source)
