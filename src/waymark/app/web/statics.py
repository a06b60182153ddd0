"""Files that a page needs beside its words: read once, served from memory under an address that holds their hash."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_IN_STYLE = re.compile(r'url\("([^":/]+)"\)')


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file: its address, its bytes, and the same bytes compressed where that makes them shorter."""

    address: str
    kind: str
    content: bytes
    compressed: bytes | None


def _read(path: Path, addresses: Mapping[str, str]) -> StaticFile:
    content = path.read_bytes()
    kind = _TYPES[path.suffix]
    if path.suffix == ".css":  # a font's address holds its hash as well
        text = _IN_STYLE.sub(lambda match: f'url("{addresses[match.group(1)]}")', content.decode("utf-8"))
        content = text.encode("utf-8")
    digest = hashlib.sha256(content).hexdigest()[:12]
    packed = gzip.compress(content, 9, mtime=0) if path.suffix != ".woff2" else None
    shorter = packed if packed is not None and len(packed) < len(content) else None
    return StaticFile(f"/static/{digest}/{path.name}", kind, content, shorter)


def read_statics(folder: Path) -> dict[str, StaticFile]:
    """Return every file of the folder that a page may ask for, by name. Licence notices beside them are not served."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in _TYPES)
    files: dict[str, StaticFile] = {}
    for path in sorted(paths, key=lambda path: path.suffix == ".css"):  # styles last: they name the others
        files[path.name] = _read(path, {name: file.address for name, file in files.items()})
    return files
