"""Files that only their owner may read, written whole or not at all, and removed for good."""

import os
import secrets
from pathlib import Path

from waymark.errors import UsageError
from waymark.languages.texts import message
from waymark.record.errors import NotSaved

PART = ".part"  # ends the name of a file that is not finished


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner alone (0700)."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)


def make_private_file(path: Path, content: bytes = b"") -> None:
    """Make a new file for its owner alone (0600) and bring it to the disk. Raises FileExistsError."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def check_free(path: Path) -> None:
    """Raise `UsageError` where something is already: what a person keeps is never written over."""
    if path.exists():
        raise UsageError(message("There is a file with that name already."), message("Choose another name."))


def part_of(path: Path) -> Path:
    """Return a name beside the path for what is not finished yet."""
    return path.with_name(f".{secrets.token_hex(6)}{PART}")


def write_whole(path: Path, content: bytes) -> None:
    """Put the content in place of what is there: a reader, or a crash, meets the old file or the new one.

    Raises `NotSaved` where the disk does not take it; the old file is then still there.
    """
    part = part_of(path)
    try:
        make_private_file(part, content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise not_saved(error) from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, on systems that can."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_for_good(path: Path) -> bool:
    """Overwrite a file with noise, then remove it; return whether there was one.

    A solid-state disk or a journal may keep old blocks. What protects a record then is that they are
    encrypted, and that the file with the wrapped keys goes first.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return False
    with path.open("r+b") as file:
        left = size
        while left > 0:
            left -= file.write(secrets.token_bytes(min(left, 1 << 20)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    return True


def not_saved(error: OSError) -> NotSaved:
    """Return the error to raise for a disk that did not take something. It names no path: a path can name a person."""
    why = os.strerror(error.errno) if error.errno else "the disk did not answer"
    return NotSaved(
        message("This could not be saved (%(why)s). Nothing was changed.", why=why),
        message("Free some space or choose another folder."),
    )
