"""The starter collection's vectors ship, so that a first question is answered by meaning too, with nothing to wait for."""

from pathlib import Path

from waymark.app.shipped_vectors import read_shipped
from waymark.app.wiring import Waymark, starter_folder
from waymark.settings import Settings


def test_every_passage_of_the_starter_collection_has_its_vector(tmp_path: Path) -> None:
    service = Waymark.open(Settings(library=tmp_path / "library"))
    try:
        manifest = service.engine.manifest
        assert manifest.encoded == service.engine.alive > 500, "run: python training/shipped_vectors.py"
    finally:
        service.close()


def test_vectors_of_another_encoder_are_not_used() -> None:
    assert read_shipped(starter_folder(), "another@1") is None
