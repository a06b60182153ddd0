"""The exports that a library remembers: their manifests, so that a withdrawal can say which of them hold a document.

``exports/<digest>.json`` in the library's folder, each with an audit event that carries its digest.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from waymark.app.export import Exported
from waymark.library.catalogue import Audit, Catalogue, Writer
from waymark.library.folder import cannot_write, write_whole
from waymark.library.uses import Use

FOLDER = "exports"
ACTION = "exported"
_NAME = re.compile(r"[0-9a-f]{64}\.json\Z")


def remember(catalogue: Catalogue, writer: Writer, exported: Exported) -> None:
    """Keep the manifest of an export, and its audit event."""
    told = {**exported.manifest, "folder": str(exported.folder.absolute())}
    told.pop("files", None)  # the digests of the files are of use beside them
    data = (json.dumps(told, ensure_ascii=True, sort_keys=True) + "\n").encode("ascii")
    digest = hashlib.sha256(data).hexdigest()
    folder = catalogue.folder / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        write_whole(folder / f"{digest}.json", data, durable=True)
    except OSError as error:
        raise cannot_write(error, folder) from error
    wanted = exported.wanted
    detail = {
        "outcome": ACTION,
        "as": wanted.form.value,
        "documents": len(exported.written),
        "folder": str(exported.folder.absolute()),
    }
    writer.note(Audit(wanted.by, ACTION, "", wanted.at), detail, f"sha256:{digest}")


class Exports:
    """The remembered exports of one library, as a store of quotations (`waymark.library.uses.Quotes`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._kept: dict[str, dict[str, Any]] = {}

    def manifests(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the digest and the manifest of each export; one that cannot be read is passed over (verify says so)."""
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob("*.json")):
            known = self._kept.get(path.name)
            if known is None:
                try:
                    read = json.loads(path.read_text(encoding="ascii"))
                except (OSError, ValueError):
                    continue
                if not isinstance(read, dict) or not isinstance(read.get("documents"), list):
                    continue
                known = self._kept[path.name] = read  # named by its content: it never changes
            yield path.stem, known

    def uses_of(self, document_id: str) -> Iterator[Use]:
        """Yield each export that holds the text of a document, whole."""
        for digest, manifest in self.manifests():
            for each in manifest["documents"]:
                if isinstance(each, dict) and each.get("id") == document_id:
                    yield Use(
                        kind="export",
                        name=f"{manifest.get('as', 'records')} {digest[:12]}",
                        where=str(manifest.get("folder", "")),
                        at=str(manifest.get("at", "")),
                        by=str(manifest.get("by", "")),
                        document=document_id,
                        version=str(each.get("version", "")),
                    )


def faults(catalogue: Catalogue) -> Iterator[str]:
    """Yield a sentence for each remembered export that is not as it was left, or is missing."""
    noted = {
        event.content_hash.removeprefix("sha256:")
        for event in catalogue.events("", 10_000_000)
        if event.detail.get("outcome") == ACTION
    }
    folder = catalogue.folder / FOLDER
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    for name in sorted(there):
        if not _NAME.match(name):
            if not name.startswith("."):  # what a killed process left of writing
                yield f"{FOLDER}/{name} is no export of this library."
            continue
        try:
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError:
            digest = ""
        if f"{digest}.json" != name:
            yield f"The manifest {FOLDER}/{name} is not as it was written."
        elif digest not in noted:
            yield f"{FOLDER}/{name} has no audit event."
    for digest in sorted(noted):
        if f"{digest}.json" not in there:
            yield f"The manifest {FOLDER}/{digest}.json is missing."
