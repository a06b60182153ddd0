"""`waymark verify` finds an altered byte in every kind of file that a library's folder holds."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from waymark.app.export import Wanted, export_library
from waymark.app.exports import remember
from waymark.app.wiring import Waymark
from waymark.library.catalogue import Catalogue
from waymark.settings import Settings

KINDS = (
    *("library.json", "documents/*.md", "exports/*.json", "index/CURRENT", "index/state-*/manifest.json"),
    *(
        "index/state-*/documents.json",
        "index/state-*/rows.npy",
        "index/state-*/vectors.npy",
        "index/state-*/words/*.store",
    ),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("whole")
    service = Waymark.open(Settings(library=folder / "library"))
    done = export_library(service.catalogue, folder / "out", Wanted(at="2026-11-21T10:00:00+00:00", by="a"), "t")
    with service.catalogue.writing() as writer:
        remember(service.catalogue, writer, done)
    assert service.verify() == []
    service.close()
    yield folder / "library"


def faults(library: Path) -> list[str]:
    service = Waymark(Settings(library=library), Catalogue.open(library))
    try:
        return service.verify()
    finally:
        service.close()


@pytest.mark.parametrize("kind", KINDS)
def test_an_altered_byte_is_found(whole: Path, tmp_path: Path, kind: str) -> None:
    library = tmp_path / "library"
    shutil.copytree(whole, library)
    found = sorted(path for path in library.glob(kind) if path.is_file() and path.stat().st_size)
    assert found, f"the library has no {kind}"
    path, dice = found[0], random.Random(7)
    data = path.read_bytes()
    for at in {0, len(data) - 1, *(dice.randrange(len(data)) for _ in range(2))}:
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            assert faults(library), f"byte {at} of {path.name}"
        except Exception as error:  # a library that says at once that it is damaged has said so
            assert "damaged" in type(error).__name__.lower() or "TooNew" in type(error).__name__, error
    path.write_bytes(data)
    assert faults(library) == []
