"""Files under folders: what there is to read, in a fixed order, and what is passed over with the reason."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from waymark.errors import UnreadableSource
from waymark.sources.front import short_name

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes of the largest file that is read."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read. ``origin`` is its path in the folder that was named, or its name, with ``/`` on every system."""

    path: Path
    origin: str
    size: int

    def data(self) -> bytes:
        """Return the file's bytes; raise `UnreadableSource` in one sentence when it is gone or may not be read."""
        try:
            # Not blocking: a pipe may have taken the file's place since it was found.
            descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise UnreadableSource(*_reason(error, short_name(self.origin))) from error
        try:
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise UnreadableSource(f"{short_name(self.origin)} is {_kind(status.st_mode)}, not a file.")
                if status.st_size > LARGEST_FILE:
                    raise UnreadableSource(*too_large(short_name(self.origin), status.st_size))
                data = file.read(LARGEST_FILE + 1)
        except OSError as error:
            raise UnreadableSource(*_reason(error, short_name(self.origin))) from error
        if len(data) > LARGEST_FILE:
            raise UnreadableSource(*too_large(short_name(self.origin), len(data)))
        return data


@dataclass(frozen=True, slots=True)
class Refused:
    """A path that is not read, and why in one sentence."""

    path: Path
    origin: str
    reason: str


def walk(paths: Sequence[Path]) -> Iterator[Found | Refused]:
    """Yield every file under ``paths``, each folder's entries by name, and each path that is passed over with its
    reason.

    Symbolic links are followed; a folder is read once, so that links in a circle end. Hidden files and folders are
    passed over unless they are named themselves. Pipes, sockets and devices are never opened.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        try:
            status = path.stat()
        except (OSError, ValueError) as error:
            yield Refused(path, str(path), _sentence(error, short_name(str(path))))
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _folder(path, seen)
        else:
            yield _entry(path, path.name, status)


def too_large(name: str, size: int) -> tuple[str, str]:
    """Return the sentence and the next step for a file over the limit."""
    return (
        f"{name} has {size / 1024 / 1024:,.0f} MB; at most {LARGEST_FILE // 1024 // 1024} MB are read.",
        "Add it in parts.",
    )


def _folder(top: Path, seen: set[tuple[int, int]]) -> Iterator[Found | Refused]:
    # Every waiting path with its place in the folder that was named; the last is the next.
    waiting: list[tuple[Path, str]] = [(top, "")]
    while waiting:
        path, origin = waiting.pop()
        name = short_name(origin or str(path))
        try:
            status = path.stat()
        except (OSError, ValueError) as error:
            yield Refused(path, origin or str(path), _link_sentence(path, error, name))
            continue
        if not stat.S_ISDIR(status.st_mode):
            yield _entry(path, origin, status)
            continue
        identity = (status.st_dev, status.st_ino)
        if identity in seen:
            yield Refused(path, origin or str(path), f"{name} leads to a folder that is read already.")
            continue
        seen.add(identity)
        try:
            with os.scandir(path) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError as error:
            yield Refused(path, origin or str(path), _sentence(error, name))
            continue
        inside: list[tuple[Path, str]] = []
        hidden: list[Refused] = []
        for entry in names:
            place = f"{origin}/{entry}" if origin else entry
            if entry.startswith("."):
                hidden.append(
                    Refused(path / entry, place, f"{short_name(place)} is hidden (its name begins with a dot).")
                )
            else:
                inside.append((path / entry, place))
        yield from hidden
        # Links after what is really there, so that a file's origin is its own place where it has one.
        inside.sort(key=lambda each: (each[0].is_symlink(), each[1]))
        waiting += reversed(inside)


def _entry(path: Path, origin: str, status: os.stat_result) -> Found | Refused:
    name = short_name(origin)
    if not stat.S_ISREG(status.st_mode):
        return Refused(path, origin, f"{name} is {_kind(status.st_mode)}, not a file.")
    if status.st_size > LARGEST_FILE:
        return Refused(path, origin, " ".join(too_large(name, status.st_size)))
    return Found(path, origin, status.st_size)


def _kind(mode: int) -> str:
    for test, words in (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    ):
        if test(mode):
            return words
    return "something else"


def _reason(error: Exception, name: str) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return f"{name} is not there.", "Check the name; it may have been moved or deleted."
    if isinstance(error, PermissionError):
        return f"{name} may not be read.", "Ask its owner for permission to read it."
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder, not a file.", ""
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return f"{name} is a link that leads back to itself.", ""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return f"{name} has a name that is too long to be opened.", ""
    if isinstance(error, ValueError):  # a NUL in a name
        return f"{name} is not a name that a file can have.", ""
    return f"{name} could not be read ({getattr(error, 'strerror', None) or type(error).__name__}).", ""


def _sentence(error: Exception, name: str) -> str:
    return " ".join(_reason(error, name)).strip()


def _link_sentence(path: Path, error: Exception, name: str) -> str:
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        return f"{name} is a link to something that is not there."
    return _sentence(error, name)
