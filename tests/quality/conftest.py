"""One library of the real documents for all figures: made once, by words alone, since its vectors take minutes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from waymark.app.wiring import Waymark
from waymark.settings import Settings


@pytest.fixture(scope="session")
def real_library(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waymark]:
    """The starter collection with the 1,434 real documents."""
    service = Waymark.open(Settings(library=tmp_path_factory.mktemp("real") / "library"))
    service.add([shared / "corpus" / "nci", shared / "seeds"], actor="test")
    yield service
    service.close()


@pytest.fixture(scope="session")
def starter_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waymark]:
    """What a person has after the first start, with the vectors that ship."""
    service = Waymark.open(Settings(library=tmp_path_factory.mktemp("starter") / "library"))
    yield service
    service.close()
