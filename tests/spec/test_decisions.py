"""What people decide: steps of the lifecycle and reviews, each by a named person, with a reason where one is due."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from catalogue_examples import AT, WORDS, audit, document

from waymark.errors import ChangedMeanwhile, LifecycleRefused, NotFound, UsageError
from waymark.library.catalogue import Catalogue, Writer
from waymark.library.decisions import Person, merge, record_review, same_person, take_step, version_at_hand
from waymark.library.document import Document, Status
from waymark.library.lifecycle import STEPS, TRANSITIONS, TakenBy, diagram, steps_from
from waymark.library.review import Review

TODAY = date(2026, 11, 21)
ANA, BEN = Person("Ana Ruiz", "editor"), Person("Ben Ode", "reviewer")
NEW = WORDS + "\nOne more sentence.\n"
PEOPLES_STEPS = [(step, before) for step in STEPS if step.taken_by is TakenBy.PERSON for before in Status]


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.create(tmp_path / "library", "waymark test") as made:
        yield made


def put(catalogue: Catalogue, *documents: Document) -> None:
    with catalogue.writing() as writer:
        for each in documents:
            writer.put(each, None, audit())


def step(catalogue: Catalogue, writer: Writer, name: str, who: Person = ANA, **more: Any) -> Any:
    return take_step(catalogue, writer, name, "scans", who, AT, **{"why": "because", **more})


# ------------------------------------------------------------------------------------------------------------- the table


def test_the_steps_and_the_transitions_are_one_table() -> None:
    assert {(before, after) for before, row in TRANSITIONS.items() for after in row} == {
        (before, each.after) for each in STEPS for before in each.before
    }
    assert len({each.name for each in STEPS}) == len(STEPS)


def test_the_diagram_shows_each_step_once() -> None:
    """The picture in the documentation is drawn from the table."""
    lines = diagram().splitlines()
    for each in STEPS:
        for before in each.before:
            assert lines.count(f"    {before.value} --> {each.after.value}: {each.name}") == 1
    assert f"    {Status.WITHDRAWN.value} --> [*]" in lines
    assert sum("-->" in line for line in lines) == sum(len(each.before) for each in STEPS) + 2


@pytest.mark.parametrize(("taken", "before"), PEOPLES_STEPS, ids=lambda value: getattr(value, "name", value))
def test_a_person_takes_the_steps_of_the_table_and_no_other(catalogue: Catalogue, taken: Any, before: Status) -> None:
    put(catalogue, document(status=before))
    with catalogue.writing() as writer:
        if before in taken.before:
            assert step(catalogue, writer, taken.name).status is taken.after
            event = catalogue.events("scans")[0]
            assert (event.actor, event.action, event.detail["step"]) == ("Ana Ruiz", taken.done, taken.name)
            assert (event.detail["role"], event.detail["why"]) == ("editor", "because")
        else:
            with pytest.raises(LifecycleRefused, match=f"that is {before.words} cannot be {taken.done}"):
                step(catalogue, writer, taken.name)
            assert catalogue.card("scans").status is before
    assert catalogue.verify() == []


def test_a_draft_is_published_by_a_person_only_through_review(catalogue: Catalogue) -> None:
    put(catalogue, document(status=Status.DRAFT))
    with catalogue.writing() as writer:
        with pytest.raises(LifecycleRefused, match="What can be done with it now: submit, withdraw"):
            step(catalogue, writer, "publish")
        step(catalogue, writer, "submit")
        step(catalogue, writer, "publish", BEN)
    assert catalogue.card("scans").status is Status.PUBLISHED


@pytest.mark.parametrize("name", [each.name for each in STEPS if each.why_needed])
def test_what_needs_a_reason_is_not_done_without(catalogue: Catalogue, name: str) -> None:
    taken = next(each for each in STEPS if each.name == name)
    put(catalogue, document(status=taken.before[0]))
    with catalogue.writing() as writer:
        for why in ("", "  \n"):
            with pytest.raises(UsageError, match="needs a reason"):
                step(catalogue, writer, name, why=why)
        with pytest.raises(UsageError, match=r"The reason has 2,001 characters"):
            step(catalogue, writer, name, why="x" * 2_001)
    assert len(catalogue.events("scans")) == 1


# --------------------------------------------------------------------------------------------------------- two persons


@pytest.mark.parametrize("name", ["Ana Ruiz", "ana ruiz", " ANA  RUIZ "])
def test_who_submitted_does_not_publish(catalogue: Catalogue, name: str) -> None:
    """Writing one's own name another way is no second person."""
    put(catalogue, document(status=Status.DRAFT))
    with catalogue.writing() as writer:
        step(catalogue, writer, "submit")
        with pytest.raises(LifecycleRefused, match="somebody else has to publish it"):
            step(catalogue, writer, "publish", Person(name), two_persons=True)
        assert catalogue.card("scans").status is Status.IN_REVIEW
        step(catalogue, writer, "publish", BEN, two_persons=True)


def test_without_the_rule_one_person_may_do_both(catalogue: Catalogue) -> None:
    put(catalogue, document(status=Status.DRAFT))
    with catalogue.writing() as writer:
        step(catalogue, writer, "submit")
        step(catalogue, writer, "publish", ANA, two_persons=False)


def test_the_last_who_submitted_counts(catalogue: Catalogue) -> None:
    """Sent back and submitted again by another: the first may publish it now, a review in between changes nothing."""
    put(catalogue, document(status=Status.DRAFT))
    with catalogue.writing() as writer:
        step(catalogue, writer, "submit")
        step(catalogue, writer, "send back", BEN)
        step(catalogue, writer, "submit", BEN)
        record_review(catalogue, writer, "scans", Review("C. Hall", "nurse", TODAY), ANA, AT, TODAY)
        with pytest.raises(LifecycleRefused):
            step(catalogue, writer, "publish", BEN, two_persons=True)
        step(catalogue, writer, "publish", ANA, two_persons=True)


def test_whoever_took_it_into_review_counts_where_nobody_submitted(catalogue: Catalogue) -> None:
    put(catalogue, document(status=Status.IN_REVIEW))  # by "test"
    with catalogue.writing() as writer:
        with pytest.raises(LifecycleRefused):
            step(catalogue, writer, "publish", Person("test"), two_persons=True)
        step(catalogue, writer, "publish", ANA, two_persons=True)


def test_names() -> None:
    assert same_person("Ana  Ruiz ", "ana ruiz")
    assert not same_person("Ana Ruiz", "Ana Ruis")


# ----------------------------------------------------------------------------------------------------------- proposals


def propose(catalogue: Catalogue, writer: Writer, **more: Any) -> None:
    writer.propose(document(source=NEW, status=Status.DRAFT, **more), audit("edit"))


def test_steps_are_taken_with_the_version_at_hand(catalogue: Catalogue) -> None:
    """Submitting and publishing speak of the proposal; withdrawing speaks of what is quoted, and closes the proposal."""
    put(catalogue, document())
    with catalogue.writing() as writer:
        propose(catalogue, writer)
        assert version_at_hand(catalogue, "scans").version == "v2"
        assert step(catalogue, writer, "submit").version == "v2"
        assert step(catalogue, writer, "send back", BEN).version == "v2"
        assert step(catalogue, writer, "submit").version == "v2"
        assert catalogue.card("scans").version == "v1"
        assert step(catalogue, writer, "publish", BEN).version == "v2"
        assert catalogue.card("scans").version == "v2"
        propose(catalogue, writer, front={"tags": ["other"]})
        assert step(catalogue, writer, "withdraw").version == "v2"
        assert catalogue.proposal("scans") is None
    assert catalogue.cards() == []
    assert catalogue.verify() == []


def test_a_proposal_alone_can_be_dropped(catalogue: Catalogue) -> None:
    put(catalogue, document())
    with catalogue.writing() as writer:
        propose(catalogue, writer)
        step(catalogue, writer, "withdraw", version="v2")
    assert (catalogue.card("scans").version, catalogue.card("scans").status) == ("v1", Status.PUBLISHED)


def test_who_saw_an_older_version_is_told(catalogue: Catalogue) -> None:
    put(catalogue, document(), document(source=NEW))
    with catalogue.writing() as writer:
        with pytest.raises(ChangedMeanwhile, match="it is at version v2"):
            step(catalogue, writer, "withdraw", version="v1")
        with pytest.raises(NotFound):
            step(catalogue, writer, "withdraw", version="v9")
        with pytest.raises(NotFound):
            take_step(catalogue, writer, "withdraw", "nothing", ANA, AT, why="x")


def test_a_review_and_a_proposal_at_the_same_time_are_both_kept(catalogue: Catalogue) -> None:
    """The published version was reviewed, and its tags mended, while a new text was on its way: nothing is lost."""
    put(catalogue, document())
    with catalogue.writing() as writer:
        propose(catalogue, writer, front={"title": "Scans and waiting"}, title="Scans and waiting")
        step(catalogue, writer, "submit")
        record_review(catalogue, writer, "scans", Review("C. Hall", "nurse", TODAY), BEN, AT, TODAY, version="v1")
        current = catalogue.document("scans")
        writer.put(
            Document(
                replace(current.card, tags=("scans", "waiting")),
                {**current.front, "tags": ["scans", "waiting"]},
                current.source,
                current.body,
                current.evidence,
            ),
            None,
            audit("repair"),
        )
        card = step(catalogue, writer, "publish", BEN)
    published = catalogue.document("scans")
    assert published.card == catalogue.card("scans") == card
    assert "One more sentence." in published.body.text
    assert published.card.title == "Scans and waiting"
    assert published.card.tags == ("scans", "waiting") == tuple(published.front["tags"])
    assert published.card.reviewed_by == "C. Hall, nurse"
    assert published.front["lastReviewed"] == "2026-11-21"
    assert catalogue.proposal("scans") is None
    assert catalogue.verify() == []


def test_what_both_changed_is_not_decided_by_a_machine(catalogue: Catalogue) -> None:
    put(catalogue, document())
    with catalogue.writing() as writer:
        propose(catalogue, writer, front={"license": "CC-BY-4.0"}, license="CC-BY-4.0")
        step(catalogue, writer, "submit")
        writer.put(document(front={"license": "CC-BY-SA-4.0"}, license="CC-BY-SA-4.0"), None, audit("repair"))
        with pytest.raises(ChangedMeanwhile, match="“license” of “scans” was changed in v3 and in v2"):
            step(catalogue, writer, "publish")
    assert catalogue.card("scans").version == "v3"


def test_a_review_of_the_proposal_goes_with_it() -> None:
    base = document()
    current = document(front={"tags": ["new"]}, tags=("new",))
    proposed = document(
        source=NEW, front={"lastReviewed": "2026-11-20", "reviewedBy": "C"}, reviewed_by="C", last_reviewed=TODAY
    )
    merged = merge(base, current, proposed)
    assert merged.front["lastReviewed"] == "2026-11-20"
    assert (merged.card.reviewed_by, merged.card.last_reviewed, merged.card.tags) == ("C", TODAY, ("new",))


# ------------------------------------------------------------------------------------------------------------- reviews


def review(catalogue: Catalogue, given: Review, **more: Any) -> Any:
    with catalogue.writing() as writer:
        return record_review(catalogue, writer, "scans", given, BEN, AT, TODAY, **more)


def test_a_review_is_written_into_the_record(catalogue: Catalogue) -> None:
    """Who, in which role, when and until when; the text, its hash and what is quoted stay as they are."""
    put(catalogue, document())
    before = catalogue.document("scans")
    card = review(catalogue, Review("A. Brook", "oncology nurse", date(2026, 11, 20), note="Read with the team."))
    after = catalogue.document("scans")
    assert (card.version, card.status, card.content_hash) == ("v2", Status.PUBLISHED, before.card.content_hash)
    assert (after.body, after.source) == (before.body, before.source)
    assert {key: after.front[key] for key in ("lastReviewed", "reviewedBy", "reviewDue")} == {
        "lastReviewed": "2026-11-20",
        "reviewedBy": "A. Brook, oncology nurse",
        "reviewDue": "2027-11-20",  # yearly, as the record says
    }
    assert (card.last_reviewed, card.review_due) == (date(2026, 11, 20), date(2027, 11, 20))
    assert after.evidence["lastReviewed"] == ("reviewed by A. Brook, oncology nurse, on 2026-11-20",)
    assert after.evidence["audience"] == before.evidence["audience"]
    event = catalogue.events("scans")[0]
    assert (event.actor, event.action, event.detail["why"]) == ("Ben Ode", "reviewed", "Read with the team.")
    assert event.detail["reviewed_by"] == "A. Brook"
    assert event.detail["reviewed_as"] == "oncology nurse"
    file = (catalogue.folder / "documents" / "scans.md").read_text("utf-8")
    assert "reviewedBy: A. Brook, oncology nurse\n" in file
    assert "lastReviewed: '2026-11-20'\n" in file
    assert catalogue.verify() == []


def test_a_review_may_name_its_own_end(catalogue: Catalogue) -> None:
    put(catalogue, document())
    assert review(catalogue, Review("A", "nurse", TODAY, date(2027, 1, 31))).review_due == date(2027, 1, 31)


def test_a_review_needs_an_end(catalogue: Catalogue) -> None:
    put(catalogue, document(front={"reviewFrequency": None}))
    with pytest.raises(UsageError, match="does not say how long a review holds"):
        review(catalogue, Review("A", "nurse", TODAY))


@pytest.mark.parametrize(
    ("by", "role", "until", "note"),
    [
        ("", "nurse", None, ""),
        ("A", " ", None, ""),
        ("A\nB", "nurse", None, ""),
        ("A" * 121, "nurse", None, ""),
        ("A", "nurse", date(2026, 11, 20), ""),
        ("A", "nurse", date(2036, 11, 22), ""),
        ("A", "nurse", None, "x" * 2_001),
    ],
)
def test_what_is_no_review(by: str, role: str, until: date | None, note: str) -> None:
    with pytest.raises(UsageError):
        Review(by, role, TODAY, until, note)


def test_a_review_of_a_day_to_come_is_refused(catalogue: Catalogue) -> None:
    put(catalogue, document())
    with pytest.raises(UsageError, match="still to come"):
        review(catalogue, Review("A", "nurse", date(2026, 11, 22)))


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
def test_what_can_be_reviewed(catalogue: Catalogue, status: Status) -> None:
    put(catalogue, document(status=status))
    if status in (Status.WITHDRAWN, Status.SUPERSEDED):
        with pytest.raises(LifecycleRefused, match="so it is not reviewed"):
            review(catalogue, Review("A", "nurse", TODAY))
    else:
        assert review(catalogue, Review("A", "nurse", TODAY)).status is status


def test_who_reviewed_an_older_version_is_told(catalogue: Catalogue) -> None:
    put(catalogue, document(), document(source=NEW))
    with pytest.raises(ChangedMeanwhile):
        review(catalogue, Review("A", "nurse", TODAY), version="v1")


def test_every_status_says_what_a_person_may_do_next() -> None:
    assert [each.name for each in steps_from(Status.IN_REVIEW)] == ["send back", "publish", "withdraw"]
    assert steps_from(Status.WITHDRAWN) == ()
