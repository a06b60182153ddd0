"""The library as files for others: Markdown records, JSON Lines, or a site in a folder; each with its credits and a manifest.

The library remembers the manifest of every export (`waymark.app.exports`), so that a withdrawal can say who holds the text.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from waymark.app.export_credits import CREDITS, credits_page
from waymark.app.progress import Progress, quiet
from waymark.errors import UsageError
from waymark.library.catalogue import Catalogue
from waymark.library.document import Card, Document, Status
from waymark.library.folder import cannot_write

MANIFEST = "manifest.json"
FORMAT = 1


class Form(StrEnum):
    """What an export is made of."""

    RECORDS = "records"  # every document as a Markdown record, whatever its status: what a Waymark takes in again
    LINES = "jsonl"  # the published documents or passages, one JSON object a line: for others to index
    SITE = "site"  # the published documents as pages that open from a folder


class Keys(StrEnum):
    """Which keys of the front matter a record is written with."""

    ALL = "all"
    FOURTEEN = "fourteen"  # those that every governed record has; what Waymark adds is left out


class Per(StrEnum):
    """What one line of an export as JSON Lines holds."""

    DOCUMENT = "document"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of an export. ``language`` is that of the site's own words; ``left_out`` names documents that are too old to be
    quoted, which lines and site go without; ``at`` (ISO 8601) and ``by`` go into the manifest.
    """

    form: Form = Form.RECORDS
    keys: Keys = Keys.ALL
    per: Per = Per.DOCUMENT
    language: str = "en"
    left_out: frozenset[str] = frozenset()
    at: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """One document of an export, and the file that holds it."""

    card: Card
    file: str


@dataclass(slots=True)
class Folder:
    """The folder of an export while it is written; remembers the digest of every file."""

    root: Path
    files: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, data: bytes) -> None:
        """Write one file; ``name`` may have folders, with ``/`` on every system."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.files[name] = hashlib.sha256(data).hexdigest()

    def write_text(self, name: str, words: str) -> None:
        self.write(name, words.encode("utf-8", "surrogatepass"))

    def append_lines(self, name: str, lines: Iterator[str]) -> None:
        """Write a file line by line, so that it need not be held in memory."""
        digest = hashlib.sha256()
        with (self.root / name).open("wb") as file:
            for line in lines:
                # Half a character becomes an escape, which JSON knows.
                data = line.encode("utf-8", "backslashreplace") + b"\n"
                digest.update(data)
                file.write(data)
        self.files[name] = digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the folder, each document with its file, and the manifest."""

    folder: Path
    wanted: Wanted
    written: tuple[Written, ...]
    manifest: dict[str, Any]

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(each.card for each in self.written)

    def as_json(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "as": self.wanted.form.value,
            "credits": CREDITS,
            "manifest": MANIFEST,
            "documents": [
                {
                    "id": each.card.id,
                    "version": each.card.version,
                    "status": each.card.status.value,
                    "content_hash": each.card.content_hash,
                    "file": each.file,
                }
                for each in self.written
            ],
        }


Make = Callable[[Iterator[Document], tuple[Card, ...], Folder, Wanted], tuple[Written, ...]]


def export_library(
    catalogue: Catalogue, folder: Path, wanted: Wanted, made_by: str, progress: Progress = quiet
) -> Exported:
    """Write the library, its credits and the manifest into a new or an empty folder.

    Records are written of every document, whatever its status, which is in the record, so that what was withdrawn or held here
    is not quoted elsewhere either; lines and the site hold only what may be quoted. Pictures that are not known to be the
    publisher's own never leave: the records go without them. Raises `UsageError` for a folder that holds something.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(f"The folder {folder} is not empty.", "Name a new or an empty folder for the export.")
        cards = tuple(catalogue.cards(None))
        if wanted.form is not Form.RECORDS:
            cards = tuple(c for c in cards if c.status is Status.PUBLISHED and c.id not in wanted.left_out)

        def documents() -> Iterator[Document]:
            for done, card in enumerate(cards, start=1):
                yield catalogue.document(card.id, card.version)
                progress("exporting", done, len(cards))

        place = Folder(folder)
        written = _maker(wanted.form)(documents(), cards, place, wanted)
        place.write_text(CREDITS, credits_page(cards))
        manifest = _manifest(written, place, wanted, made_by)
        (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=True, indent=1) + "\n", encoding="ascii")
    except OSError as error:
        raise cannot_write(error, folder) from error
    return Exported(folder, wanted, written, manifest)


def _maker(form: Form) -> Make:
    # Imported when wanted: the site brings its templates along.
    if form is Form.RECORDS:
        from waymark.app.export_records import write_records

        return write_records
    if form is Form.LINES:
        from waymark.app.export_lines import write_lines

        return write_lines
    from waymark.app.export_site import write_site

    return write_site


def _manifest(written: tuple[Written, ...], place: Folder, wanted: Wanted, made_by: str) -> dict[str, Any]:
    told: dict[str, Any] = {"format": FORMAT, "made_by": made_by, "at": wanted.at, "by": wanted.by}
    told["as"] = wanted.form.value
    if wanted.form is Form.RECORDS:
        told["keys"] = wanted.keys.value
    if wanted.form is Form.LINES:
        told["per"] = wanted.per.value
    told["documents"] = [
        {
            "id": each.card.id,
            "version": each.card.version,
            "status": each.card.status.value,
            "content_hash": each.card.content_hash,
            "file": each.file,
        }
        for each in written
    ]
    told["files"] = {name: f"sha256:{digest}" for name, digest in sorted(place.files.items())}
    return told
