"""The real documents out and in again: the same library, and back to the very files that they came from."""

from pathlib import Path

import pytest

from waymark.app.export import Keys, Wanted, export_library
from waymark.app.export_records import without_pictures
from waymark.app.wiring import Waymark
from waymark.library import front_matter
from waymark.library.body import normalise
from waymark.library.catalogue import Catalogue
from waymark.library.document import Status
from waymark.settings import Settings

pytestmark = pytest.mark.corpus
AT = "2026-11-21T10:00:00+00:00"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_import_of_an_export_is_the_same_library(real_library: Waymark, tmp_path: Path) -> None:
    """Texts, hashes, records, evidence and status of every document; and a second export is the same bytes."""
    here = real_library.catalogue
    wanted = Wanted(at=AT, by="test")
    export_library(here, tmp_path / "out", wanted, "waymark test")
    Catalogue.create(tmp_path / "other", "waymark test").close()
    service = Waymark(Settings(library=tmp_path / "other"), Catalogue.open(tmp_path / "other"))
    report = service.add([tmp_path / "out"], actor="import")
    there, cards = service.catalogue, here.cards(None)
    assert report.rejected == [] and report.added == len(cards) > 1_400
    for card in cards:
        before, after = without_pictures(here.document(card.id)), there.document(card.id)
        assert after.card.content_hash == card.content_hash
        assert after.with_card(origin=None, retrieved=None).card == before.with_card(origin=None, retrieved=None).card
        assert (after.source, after.body, dict(after.evidence)) == (
            before.source,
            before.body,
            dict(before.evidence),
        ), card.id
    export_library(there, tmp_path / "again", wanted, "waymark test")
    first, second = contents(tmp_path / "out"), contents(tmp_path / "again")
    assert [name for name in first if first[name] != second.get(name)] == []
    assert first.keys() == second.keys()
    assert there.verify() == []
    service.close()


def test_back_to_the_fourteen_keys_is_back_to_the_file(real_library: Waymark, shared: Path, tmp_path: Path) -> None:
    """What nobody changed comes back: the same values and the same text, but for pictures that are not the publisher's.

    Most files come back to the byte. The others had a value broken over two lines, which says the same.
    """
    catalogue = real_library.catalogue
    export_library(catalogue, tmp_path / "out", Wanted(keys=Keys.FOURTEEN, at=AT, by="test"), "waymark test")
    to_the_byte = compared = 0
    for card in catalogue.cards(Status.PUBLISHED):
        path = shared / "corpus" / "nci" / str(card.origin)
        if card.url.startswith("waymark:") or not path.is_file():
            continue
        original, written = path.read_text("utf-8"), (tmp_path / "out" / f"{card.id}.md").read_text("utf-8")
        compared += 1
        to_the_byte += written == original
        if written != original:
            (front, source), (kept, told) = front_matter.read(original), front_matter.read(written)
            assert kept == {key.name: front[key.name] for key in front_matter.REQUIRED}
            assert told == source or "![" in source
            title = str(front["title"])
            assert normalise(told, title).text == normalise(source, title).text
    assert compared > 1_300
    assert to_the_byte > 800
