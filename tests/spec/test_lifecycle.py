"""The lifecycle: one table, which the catalogue asks at each step."""

from pathlib import Path

import pytest
from catalogue_examples import audit, document

from waymark.errors import LifecycleRefused
from waymark.library.catalogue import Catalogue
from waymark.library.document import TRANSITIONS, Status, require_transition

STEPS = [(before, after) for before in Status for after in Status]


def test_every_status_has_a_row() -> None:
    assert set(TRANSITIONS) == set(Status)
    assert all(after in Status for row in TRANSITIONS.values() for after in row)


def test_nothing_follows_withdrawn_and_everything_can_be_withdrawn() -> None:
    assert TRANSITIONS[Status.WITHDRAWN] == ()
    assert all(Status.WITHDRAWN in row for before, row in TRANSITIONS.items() if before is not Status.WITHDRAWN)


@pytest.mark.parametrize(("before", "after"), STEPS, ids=lambda status: status.value)
def test_the_catalogue_takes_the_steps_of_the_table_and_no_other(tmp_path: Path, before: Status, after: Status) -> None:
    """A step that the table holds is taken with its event; any other leaves status, events and file as they were."""
    with Catalogue.create(tmp_path / "library", "waymark test") as catalogue:
        with catalogue.writing() as writer:
            writer.put(document(status=before), None, audit())
            events = len(catalogue.events())
            if after in TRANSITIONS[before]:
                writer.set_status("scans", after, audit("step"))
                assert catalogue.events()[0].detail["status_before"] == before.value
                assert catalogue.card("scans").status is after
                assert len(catalogue.events()) == events + 1
            else:
                with pytest.raises(
                    LifecycleRefused, match=f"From {before.value.replace('_', ' ')} a document can go to"
                ):
                    writer.set_status("scans", after, audit("step"))
                assert catalogue.card("scans").status is before
                assert len(catalogue.events()) == events
        assert catalogue.verify() == []


def test_the_sentence_names_what_is_possible() -> None:
    with pytest.raises(LifecycleRefused, match="to in review or published or withdrawn, not to superseded"):
        require_transition(Status.DRAFT, Status.SUPERSEDED)


def test_a_decision_about_a_text_that_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    """Whoever publishes says which text they read."""
    with Catalogue.create(tmp_path / "library", "waymark test") as catalogue, catalogue.writing() as writer:
        first = document(status=Status.DRAFT)
        writer.put(first, None, audit())
        writer.put(document(source="Another text.", status=Status.DRAFT), None, audit())
        with pytest.raises(LifecycleRefused, match="has changed since it was read: it is at version v2"):
            writer.set_status("scans", Status.PUBLISHED, audit("publish"), expected_hash=first.card.content_hash)
        assert catalogue.card("scans").status is Status.DRAFT
        writer.set_status("scans", Status.PUBLISHED, audit("publish"), catalogue.card("scans").content_hash)
        assert catalogue.card("scans").status is Status.PUBLISHED


@pytest.mark.parametrize("before", [Status.WITHDRAWN, Status.SUPERSEDED])
def test_a_new_version_does_not_bring_back_what_was_ended(tmp_path: Path, before: Status) -> None:
    with Catalogue.create(tmp_path / "library", "waymark test") as catalogue, catalogue.writing() as writer:
        writer.put(document(status=before), None, audit())
        for status in set(Status) - {before}:
            with pytest.raises(LifecycleRefused, match=f"“scans” is {before.value}"):
                writer.put(document(source="New.", status=status), None, audit())
        assert writer.put(document(source="New.", status=before), None, audit()) == "updated"


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
def test_only_a_published_version_is_superseded_by_the_next(tmp_path: Path, status: Status) -> None:
    """A draft that nobody could quote stays a draft when its next version comes."""
    with Catalogue.create(tmp_path / "library", "waymark test") as catalogue, catalogue.writing() as writer:
        writer.put(document(status=status), None, audit())
        writer.put(document(source="New.", status=status), None, audit())
        expected = Status.SUPERSEDED if status is Status.PUBLISHED else status
        assert [card.status for card in catalogue.versions("scans")] == [expected, status]
        assert catalogue.verify() == []
