"""The whole record in open formats, out and in: one zip of JSON (everything, exact) and CSV (for reading).

An export is readable by anyone who has it; the pages say so before one is made. It is put together in memory
and written once, so that nothing readable lies in temporary files.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from waymark.errors import NotFound, UsageError
from waymark.languages.texts import message
from waymark.record import chain
from waymark.record.dates import When
from waymark.record.entries import Amendment, Entry, Record, id_bytes, keep, row_of
from waymark.record.errors import EntryRefused, ImportRefused
from waymark.record.files import check_free, write_whole
from waymark.record.payloads import SHAPES, Interval, Kind, Payload
from waymark.record.plain import payload as payload_from
from waymark.record.plain import to_plain

FORMAT = "waymark-record"
FORMAT_VERSION = 1
ENTRIES, README = "entries.json", "README.txt"
_LARGEST = 512 << 20  # bytes that an export may unpack to

ExtraFiles = Callable[[Record], Mapping[str, bytes]]

_README = """This is a full export of a private Waymark record, made on {at}.

Anyone who has this file can read it. Keep it where you keep your medical papers, and delete it when you no
longer need it.

entries.json   everything, exactly: each entry with its corrections, in the order they were written.
               Each has a hash that covers the entry before it, so a change to this file can be found.
csv/           the entries as they stand now, one table for each kind, for a spreadsheet. A cell that a
               spreadsheet might take for a formula begins with an apostrophe.

Where there are further folders (fhir/, pdf/, calendar/) and diary.csv, they hold the same for other programs, for
printing, for a calendar and for a spreadsheet. They say less than entries.json, which alone is taken in again whole.

Dates are year-month-day. "2024-03" and "2024" are dates that are known only to the month or the year.
Symptoms are rated from 0 (none at all) to 4 (as much as can be). Times are in UTC.
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries an import added, and how many were in the record already."""

    added: int
    known: int


def export(record: Record, to: Path, *, at: datetime, extra_files: ExtraFiles | None = None) -> None:
    """Write the whole record to a new zip file that anyone can read.

    ``extra_files`` returns further files for the zip (name to content), made from the record by layers above.
    Raises `UsageError` where a file is already or a name clashes, `NotSaved`, `RecordLocked`.
    """
    check_free(to)
    content = packed(record, at=at, extra_files=extra_files)
    record.vault.remember_made(to, "export")
    write_whole(to, content)


def packed(record: Record, *, at: datetime, extra_files: ExtraFiles | None = None) -> bytes:
    """Return the zip file of `export`, for a door that hands it over without a file of its own.

    Raises `UsageError` where a name clashes, `RecordLocked`.
    """
    everything = record.entries(include_superseded=True)
    content = {
        README: _README.format(at=at.astimezone(UTC).date()).encode(),
        ENTRIES: _entries_json(everything, at),
    }
    for kind in Kind:
        current = [entry for entry in everything if entry.kind is kind and not entry.superseded and entry.payload]
        if current:
            content[f"csv/{kind.value}.csv"] = _table(kind, current)
    for name, extra in (extra_files(record) if extra_files else {}).items():
        if name in content or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
            raise UsageError(
                message("An export cannot hold a further file named %(name)s.", name=name),
                message("Give it another name."),
            )
        content[name] = extra
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in content.items():
            member = zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(member, held)
    return zipped.getvalue()


def _entries_json(entries: Iterable[Entry], at: datetime) -> bytes:
    last, listed = chain.START, []
    for entry in sorted(entries, key=lambda entry: entry.sequence):
        last = row_of(entry).hash(last)
        listed.append(_plain_entry(entry) | {"hash": last.hex()})
    whole = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "exported_at": at.astimezone(UTC).isoformat(),
        "count": len(listed),
        "head": last.hex(),
        "entries": listed,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _plain_entry(entry: Entry) -> dict[str, Any]:
    amends = entry.amends
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        "recorded_at": entry.recorded_at.isoformat(),
        "about_when": str(entry.about_when),
        "reported_by": entry.reported_by,
        "payload": None if entry.payload is None else to_plain(entry.payload),
        "amends": None if amends is None else {"of": amends.of, "reason": amends.reason, "struck": amends.struck},
        "origin": entry.origin,
    }


def _table(kind: Kind, entries: Iterable[Entry]) -> bytes:
    names = [field.name for field in fields(SHAPES[kind])]
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(["entry", "recorded_at", "about_when", "reported_by", "corrected", *names])
    for entry in entries:
        cells = [getattr(entry.payload, name) for name in names]
        first = [entry.id, entry.recorded_at.isoformat(), str(entry.about_when), entry.reported_by]
        table.writerow([_cell(held) for held in (*first, entry.amends is not None, *cells)])
    return text.getvalue().encode("utf-8-sig")  # spreadsheets take other marks for old encodings


def _cell(value: object) -> str:
    if value is None or value == When():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        written = "; ".join(map(str, value))
    elif isinstance(value, Interval):
        written = f"every {value.every} {value.unit} from {value.anchor}" + (
            f", {value.times} times" if value.times else ""
        )
    else:
        written = str(value)
    return f"'{written}" if written.lstrip()[:1] in ("=", "+", "-", "@") else written


def import_(record: Record, from_: Path | IO[bytes]) -> Imported:
    """Add the entries of an export (a file, or its bytes), all or none; those that are in the record already are left as
    they are.

    Raises `ImportRefused` for a file that is no export or was changed since, or that corrects an entry which
    this record corrects otherwise; `NotFound` for no file; `RecordLocked`, `NotSaved`.
    """
    entries = _read(from_)
    held = {entry.id: entry for entry in record.entries(include_superseded=True)}
    amended = {entry.amends.of for entry in held.values() if entry.amends}
    added = []
    for entry in entries:
        if entry.id in held:
            if row_of(held[entry.id]) != row_of(entry):
                raise ImportRefused(
                    message("An entry in this file is in the record too, with other words."),
                    message("Import into a new record."),
                )
            continue
        if entry.amends and entry.amends.of in amended:
            raise ImportRefused(
                message("An entry was corrected in this file and in the record, in two ways."),
                message("Import into a new record."),
            )
        added.append(entry)
    with record.vault.writing() as connection:
        keep(connection, added)
    return Imported(len(added), len(entries) - len(added))


def held_in(from_: Path | IO[bytes]) -> dict[Kind, int]:
    """Return how many entries of each kind an export holds, to be shown before anything is taken in. Raises what
    `import_` raises for the file.
    """
    counted: dict[Kind, int] = {}
    for entry in _read(from_):
        counted[entry.kind] = counted.get(entry.kind, 0) + 1
    return counted


def _read(from_: Path | IO[bytes]) -> list[Entry]:
    """Return the entries of an export, each checked against its hash and those before it."""
    try:
        with zipfile.ZipFile(from_) as archive:
            if archive.getinfo(ENTRIES).file_size > _LARGEST:
                raise KeyError
            whole = json.loads(archive.read(ENTRIES))
        if whole["format"] != FORMAT:
            raise KeyError
        if whole["version"] > FORMAT_VERSION:
            raise ImportRefused(
                message("This export was made by a newer Waymark."), message("Install the newer version to import it.")
            )
        entries = [_entry(content) for content in whole["entries"]]
        hashes = [content["hash"] for content in whole["entries"]]
        head, count = whole["head"], whole["count"]
    except FileNotFoundError:
        raise NotFound(message("There is no such file."), message("Check where the export was kept.")) from None
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, RecursionError):
        raise _no_export() from None
    except (ValueError, KeyError, TypeError, AttributeError, EntryRefused, NotFound, OverflowError):
        raise _no_export() from None
    last = chain.START
    known: dict[str, tuple[Kind, str]] = {}
    for entry, said in zip(entries, hashes, strict=True):
        last = row_of(entry).hash(last)
        follows = entry.amends is None or known.get(entry.amends.of) == (entry.kind, entry.origin)
        if (
            last.hex() != said
            or not follows
            or entry.id in known
            or (entry.amends is None and entry.origin != entry.id)
        ):
            raise _changed()
        known[entry.id] = (entry.kind, entry.origin)
    if (last.hex(), len(entries)) != (head, count):
        raise _changed()
    return entries


def _entry(content: Any) -> Entry:
    kind = Kind(content["kind"])
    said, amends = content["payload"], content["amends"]
    payload: Payload | None = None if said is None else payload_from(kind, said)
    recorded_at = datetime.fromisoformat(content["recorded_at"]).astimezone(UTC)
    for name in ("id", "origin"):
        id_bytes(content[name])
    texts = [content["reported_by"], *([amends["reason"]] if amends else [])]
    if not all(isinstance(text, str) for text in texts):
        raise EntryRefused(message("A name or a reason was expected here."))
    amendment = Amendment(str(amends["of"]), amends["reason"], bool(amends["struck"])) if amends else None
    about, origin = When.parse(content["about_when"]), content["origin"]
    return Entry(content["id"], kind, recorded_at, about, content["reported_by"], payload, amendment, origin)


def _no_export() -> ImportRefused:
    return ImportRefused(
        message("This file is not an export of a Waymark record, or it is not whole."), message("Try another file.")
    )


def _changed() -> ImportRefused:
    return ImportRefused(
        message("This export was changed after it was made, so it is not taken in."),
        message("Use the file as it was exported, or a backup."),
    )
