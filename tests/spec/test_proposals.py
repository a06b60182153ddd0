"""A further version of a published document stands beside it until people have read it: what is quoted stays as it is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from catalogue_examples import WORDS, audit, document

from waymark.errors import ChangedMeanwhile, InvalidDocument, LifecycleRefused, NotFound
from waymark.library.catalogue import Catalogue
from waymark.library.document import Status

NEW = WORDS + "\nOne more sentence.\n"
NEWER = WORDS + "\nAnother sentence.\n"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.create(tmp_path / "library", "waymark test") as made:
        with made.writing() as writer:
            writer.put(document(), None, audit())
        yield made


def test_a_proposal_leaves_what_is_quoted_as_it_is(catalogue: Catalogue) -> None:
    """The card, the readable file, the generation and the list of published documents do not move."""
    file = catalogue.folder / "documents" / "scans.md"
    before = (catalogue.card("scans"), file.read_bytes(), catalogue.generation, catalogue.cards())
    with catalogue.writing() as writer:
        card = writer.propose(document(source=NEW, status=Status.DRAFT), audit("edit"))
    assert card is not None
    assert (card.version, card.status) == ("v2", Status.DRAFT)
    assert (catalogue.card("scans"), file.read_bytes(), catalogue.generation, catalogue.cards()) == before
    proposal = catalogue.proposal("scans")
    assert proposal is not None
    assert (proposal.card, proposal.base) == (card, "v1")
    assert catalogue.proposals() == [proposal]
    assert [each.version for each in catalogue.versions("scans")] == ["v1", "v2"]
    assert catalogue.events("scans")[0].detail["outcome"] == "proposed"
    assert catalogue.verify() == []


def test_a_published_proposal_takes_the_place(catalogue: Catalogue) -> None:
    """In one step: the former version is superseded, the file is written, and the proposal is an open one no longer."""
    with catalogue.writing() as writer:
        writer.propose(document(source=NEW, status=Status.DRAFT), audit("edit"))
        writer.set_status("scans", Status.IN_REVIEW, audit("submit"), version="v2")
        assert catalogue.card("scans").version == "v1"
        generation = catalogue.generation
        writer.set_status("scans", Status.PUBLISHED, audit("publish"), version="v2")
    assert catalogue.card("scans").version == "v2"
    assert [each.status for each in catalogue.versions("scans")] == [Status.SUPERSEDED, Status.PUBLISHED]
    assert "One more sentence." in (catalogue.folder / "documents" / "scans.md").read_text("utf-8")
    assert catalogue.proposal("scans") is None
    assert catalogue.generation > generation
    assert catalogue.events("scans")[0].detail["version_before"] == "v1"
    assert catalogue.verify() == []


def test_a_proposal_that_is_dropped_is_kept_and_closed(catalogue: Catalogue) -> None:
    with catalogue.writing() as writer:
        writer.propose(document(source=NEW, status=Status.DRAFT), audit("edit"))
        writer.set_status("scans", Status.WITHDRAWN, audit("withdraw", "not wanted"), version="v2")
    assert catalogue.proposal("scans") is None
    assert [each.status for each in catalogue.versions("scans")] == [Status.PUBLISHED, Status.WITHDRAWN]
    assert catalogue.card("scans").status is Status.PUBLISHED
    assert catalogue.verify() == []


def test_a_newer_proposal_takes_the_place_of_an_open_one(catalogue: Catalogue) -> None:
    with catalogue.writing() as writer:
        writer.propose(document(source=NEW, status=Status.DRAFT), audit("edit"))
        writer.propose(document(source=NEWER, status=Status.IN_REVIEW), audit("edit"), expected_version="v2")
        proposal = catalogue.proposal("scans")
        assert proposal is not None
        assert (proposal.card.version, proposal.base) == ("v3", "v1")
        with pytest.raises(ChangedMeanwhile):
            writer.set_status("scans", Status.IN_REVIEW, audit(), version="v2")
    assert catalogue.verify() == []


def test_nothing_new_is_no_proposal(catalogue: Catalogue) -> None:
    with catalogue.writing() as writer:
        assert writer.propose(document(status=Status.DRAFT), audit()) is None
        writer.propose(document(source=NEW, status=Status.DRAFT), audit())
        assert writer.propose(document(source=NEW, status=Status.DRAFT), audit()) is None
    assert len(catalogue.versions("scans")) == 2


def test_the_second_of_two_editors_is_told(catalogue: Catalogue) -> None:
    """Both read v1. The second is refused, and what the first wrote is there."""
    with catalogue.writing() as writer:
        writer.propose(document(source=NEW, status=Status.DRAFT), audit("edit"), expected_version="v1")
        with pytest.raises(ChangedMeanwhile, match="it is at version v2"):
            writer.propose(document(source=NEWER, status=Status.DRAFT), audit("edit"), expected_version="v1")
        with pytest.raises(ChangedMeanwhile, match="it is at version v1"):
            writer.put(document(source=NEWER), None, audit("edit"), expected_version="v0")
    assert [each.version for each in catalogue.versions("scans")] == ["v1", "v2"]


def test_a_proposal_of_a_version_that_is_gone_is_not_published(catalogue: Catalogue) -> None:
    """The document was taken in anew meanwhile: the proposal would undo that without anyone having seen it."""
    with catalogue.writing() as writer:
        writer.propose(document(source=NEW, status=Status.IN_REVIEW), audit("edit"))
        writer.put(document(source=NEWER), None, audit("add"))
        with pytest.raises(ChangedMeanwhile, match="v2 of “scans” was made from v1, and the document is at v3"):
            writer.set_status("scans", Status.PUBLISHED, audit(), version="v2")
        assert catalogue.card("scans").version == "v3"
        merged = document(source=NEW, front={"tags": ["scans", "waiting"]})
        writer.put(merged, None, audit("publish"), proposal="v2")
    assert catalogue.proposal("scans") is None
    assert catalogue.card("scans").version == "v4"
    assert catalogue.verify() == []


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.IN_REVIEW])
def test_a_proposal_does_not_bring_back_what_was_taken_out(catalogue: Catalogue, status: Status) -> None:
    with catalogue.writing() as writer:
        writer.propose(document(source=NEW, status=Status.IN_REVIEW), audit("edit"))
        writer.set_status("scans", status, audit("step", "why"))
        with pytest.raises(LifecycleRefused, match="so nothing takes its place"):
            writer.set_status("scans", Status.PUBLISHED, audit(), version="v2")
    assert catalogue.cards() == []
    assert catalogue.verify() == []


def test_what_cannot_be_proposed(catalogue: Catalogue) -> None:
    with catalogue.writing() as writer:
        with pytest.raises(InvalidDocument):
            writer.propose(document(source=NEW), audit())
        with pytest.raises(NotFound):
            writer.propose(document("nothing", status=Status.DRAFT), audit())
        with pytest.raises(InvalidDocument, match="content hash"):
            writer.propose(document(status=Status.DRAFT, content_hash="sha256:0"), audit())
        with pytest.raises(NotFound):
            writer.set_status("scans", Status.IN_REVIEW, audit(), version="v9")
        writer.put(document("other", status=Status.DRAFT), None, audit())
        with pytest.raises(LifecycleRefused, match="nothing stands beside it"):
            writer.propose(document("other", source=NEW, status=Status.DRAFT), audit())


def test_verify_sees_a_proposal_that_was_opened_or_closed_by_hand(catalogue: Catalogue) -> None:
    import sqlite3

    with catalogue.writing() as writer:
        writer.propose(document(source=NEW, status=Status.DRAFT), audit("edit"))
    with sqlite3.connect(catalogue.folder / "catalogue.sqlite") as other:
        other.execute("DELETE FROM proposals")
    other.close()
    assert catalogue.verify() == ["The open proposals are not the ones that the audit events left."]


def test_a_library_that_was_made_before_has_no_proposals(tmp_path: Path) -> None:
    """The table came later; it is made, empty, when such a library is opened."""
    import sqlite3

    with Catalogue.create(tmp_path / "old", "waymark test") as made, made.writing() as writer:
        writer.put(document(), None, audit())
    with sqlite3.connect(tmp_path / "old" / "catalogue.sqlite") as other:
        other.execute("DROP TABLE proposals")
    other.close()
    with Catalogue.open(tmp_path / "old") as opened:
        assert opened.proposals() == []
        with opened.writing() as writer:
            writer.propose(document(source=NEW, status=Status.DRAFT), audit())
        assert opened.proposal("scans") is not None
        assert opened.verify() == []


def test_an_event_about_the_library_itself(catalogue: Catalogue) -> None:
    """An export, or a person who may work on it, has its event in the same chain."""
    generation = catalogue.generation
    with catalogue.writing() as writer:
        writer.note(replace(audit("export"), actor="ana"), {"outcome": "exported", "documents": 3}, "sha256:1")
    latest = catalogue.events(limit=1)[0]
    assert (latest.actor, latest.action, latest.document, latest.content_hash) == ("ana", "export", "", "sha256:1")
    assert latest.detail == {"outcome": "exported", "documents": 3}
    assert catalogue.generation == generation
    assert catalogue.changes_since(latest.seq - 1) == []
    assert catalogue.verify() == []
