"""Backups: one file that holds the header and the encrypted database, and opens with the same passphrase."""

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import apsw

from waymark.errors import NotFound
from waymark.languages.texts import message
from waymark.record import chain, database
from waymark.record.errors import ImportRefused, RecordDamaged, RecordExists
from waymark.record.files import (
    make_private_file,
    make_private_folder,
    not_saved,
    part_of,
    remove_for_good,
    sync_folder,
)
from waymark.record.keys import Header
from waymark.record.place import Place, RecordName

_LARGEST = 1 << 31  # bytes that a backup may unpack to


def write_backup(connection: apsw.Connection, key: bytes, header: Header, place: Place, to: Path) -> None:
    """Write the record, as it is now, to a new file. Nothing in it can be read without the passphrase or the
    recovery key.

    The file keeps the passphrase that the record has today, also after the passphrase is changed.
    Raises `NotSaved` where the disk does not take it.
    """
    copied, part = part_of(place.database), part_of(to)
    try:
        database.copy(connection, key, copied)
        make_private_file(part)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_member(place.keys), header.written())
            with archive.open(_member(place.database), "w", force_zip64=True) as file:
                file.write(copied.read_bytes())
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(to)
        sync_folder(to.parent)
    except (OSError, apsw.FullError, apsw.IOError) as error:
        raise not_saved(error if isinstance(error, OSError) else OSError(28, "")) from None
    finally:
        part.unlink(missing_ok=True)
        for left in (
            copied,
            copied.with_name(copied.name + "-wal"),
            copied.with_name(copied.name + "-journal"),
        ):
            left.unlink(missing_ok=True)


def _member(path: Path) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(path.name)  # the date stays 1980: when a backup was made is nobody's business
    member.external_attr = 0o600 << 16
    return member


def header_of(backup: Path) -> Header:
    """Return the header inside a backup. Raises `ImportRefused` for any other file, `NotFound` for none."""
    return content_of(backup)[0]


def restore(backup: Path | IO[bytes], folder: Path) -> RecordName:
    """Put a backup (a file, or its bytes) in place as a record; it opens with the passphrase that the backup was made under.

    Raises `RecordExists` where something is already, `ImportRefused` for a file that is no backup or is not
    whole.
    """
    if folder.exists():
        raise RecordExists(
            message("There is something in that place already."),
            message("Choose another place for the restored record."),
        )
    header, content = content_of(backup)
    make_private_folder(folder.parent)
    part = Place(part_of(folder))
    try:
        part.folder.mkdir(mode=0o700)
        make_private_file(part.database, content)
        make_private_file(part.keys, header.written())
        sync_folder(part.folder)
        part.folder.replace(folder)
    except OSError as error:
        for left in (part.keys, part.database):
            if left.exists():
                remove_for_good(left)
        if part.folder.exists():
            part.folder.rmdir()
        raise not_saved(error) from None
    sync_folder(folder.parent)
    return RecordName(header.name, folder)


def content_of(backup: Path | IO[bytes]) -> tuple[Header, bytes]:
    """Return the header and the encrypted database inside a backup. Raises `ImportRefused`, `NotFound`."""
    names = Place(Path())
    try:
        with zipfile.ZipFile(backup) as archive:
            if sum(member.file_size for member in archive.infolist()) > _LARGEST:
                raise KeyError
            return Header.read(archive.read(names.keys.name)), archive.read(names.database.name)
    except FileNotFoundError:
        raise NotFound(message("There is no such backup."), message("Check where it was kept.")) from None
    except (
        zipfile.BadZipFile,
        KeyError,
        OSError,
        RecordDamaged,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ):
        raise ImportRefused(
            message("This file is not a backup of a record, or it is not whole."), message("Try another backup.")
        ) from None


@dataclass(frozen=True, slots=True)
class Tried:
    """What trying a backup showed: how many entries it holds, and what is wrong, in sentences (empty: whole)."""

    entries: int
    findings: tuple[str, ...]


def try_backup(backup: Path, key: bytes, header: Header, beside: Path) -> Tried:
    """Open a backup with the key of its record and look at every page and entry. The copy that is opened lies encrypted in
    ``beside`` for that moment and is removed.

    Raises `ImportRefused` for a file that is no backup, `NotFound` for none.
    """
    held, content = content_of(backup)
    if held.record_id != header.record_id:
        raise ImportRefused(message("This is the backup of another record."), message("Try another file."))
    copied = part_of(beside / "tried")
    findings: list[str] = []
    entries = 0
    try:
        make_private_file(copied, content)
        connection = database.open_checked(copied, key, header.record_id)
        try:
            for (said,) in connection.execute("PRAGMA integrity_check(5)"):
                if said != "ok":
                    findings.append("A part of this backup is damaged.")
            findings += chain.findings(connection)
            [(entries,)] = connection.execute("SELECT count(*) FROM entries")
        finally:
            connection.close()
    except (apsw.Error, RecordDamaged, zipfile.BadZipFile):
        findings.append("This backup cannot be read to its end.")
    finally:
        for left in (copied, *(copied.with_name(copied.name + ending) for ending in ("-wal", "-shm", "-journal"))):
            left.unlink(missing_ok=True)
    return Tried(entries, tuple(dict.fromkeys(findings)))
