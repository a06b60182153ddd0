"""Taking a file into a record: what it is, what it offers, and keeping what the person chose. Nothing is kept before that."""

import io
from collections.abc import Iterable
from datetime import datetime, tzinfo

from waymark.app.own_record import OwnRecord
from waymark.errors import UsageError
from waymark.exchange.proposals import Reading
from waymark.languages.texts import message, texts
from waymark.record.entries import SELF, new_entry
from waymark.record.errors import EntryRefused


def is_own_export(content: bytes) -> bool:
    """Return whether a file is a zip that holds an export of Waymark (whole or not: reading it says the rest)."""
    import zipfile

    from waymark.record.transfer import ENTRIES

    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return ENTRIES in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return True  # half a zip: the reader of exports says so


def read_offer(record: OwnRecord, content: bytes, language: str, zone: tzinfo | None = None) -> Reading:
    """Return what a hospital's file (FHIR) or a diary's table (CSV) offers. ``zone`` is this machine's, unless said.

    Raises `ImportRefused` with a sentence for whatever cannot be read.
    """
    words, held, on = texts(language), record.held(), record.today()
    if looks_like_table(content):
        from waymark.exchange.diary_csv import read_diary

        return read_diary(content, held, on, words)
    from waymark.exchange.fhir_proposals import read_fhir

    here = zone or datetime.now().astimezone().tzinfo
    assert here is not None
    return read_fhir(content, held, on, here, words)


def looks_like_table(content: bytes) -> bool:
    """Return whether a file is a table of text: its first line has columns, and it is neither JSON nor anything else known."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = content[:4096].decode("utf-16", "replace").lstrip("\ufeff \r\n").encode()
    first = start.partition(b"\n")[0]
    return (
        start[:1] not in (b"{", b"[", b"<", b"%")
        and not start.startswith(b"PK")
        and any(mark in first for mark in (b",", b";", b"\t"))
    )


def keep(record: OwnRecord, reading: Reading, sources: Iterable[str], reported_by: str = SELF) -> int:
    """Keep the proposals with these sources, all or none, and return how many were new.

    Those that the record holds already are left. Raises `EntryRefused` for a source that the file does not have, `NotSaved`,
    `RecordLocked`.
    """
    wanted = set(sources)
    there = {one.source for one in reading.proposals}
    if wanted - there:
        raise UsageError(message("The file offers no such entry."), message("Choose from those that are shown."))
    fresh = []
    for one in reading.proposals:
        if one.source in wanted and not one.known:
            by = one.reported_by or reported_by
            fresh.append(new_entry(one.payload, at=record.now(), about_when=one.about, reported_by=by))
    if not fresh:
        return 0
    record.vault.touch()
    try:
        return len(record.record.append(*fresh))
    except EntryRefused as refused:
        raise EntryRefused(refused.sentence, refused.next_step) from None
