"""Questions, the visit summary, the packet, the card, the team: made from the entries as they stand, concluding nothing."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from waymark.app.demo_record import fill
from waymark.app.own_record import OwnRecord
from waymark.care.change import QUIET_NOTE
from waymark.care.guides import GUIDES, PLEASE, Situation, guide
from waymark.care.packet import LIST
from waymark.care.visit import made, title
from waymark.errors import NotFound
from waymark.record.dates import When
from waymark.record.keys import KeyCost
from waymark.record.payloads import (
    AboutPerson,
    Allergy,
    Appointment,
    Contact,
    Diagnosis,
    FollowUpItem,
    Gathered,
    Medicine,
    Modality,
    Progress,
    Question,
    Recurrence,
    Spread,
    SymptomEntry,
    Treatment,
)
from waymark.record.vault import Vault

TODAY = date(2026, 7, 1)
D = When.parse


@pytest.fixture
def record(tmp_path: Path) -> Iterator[OwnRecord]:
    vault, _ = Vault.create(
        tmp_path / "record-1",
        "seven grey herons",
        cost=KeyCost(8, 1),
        clock=lambda: datetime(2026, 7, 1, 12, tzinfo=UTC),
    )
    record = OwnRecord(vault, "US", today=lambda: TODAY)
    yield record
    record.lock()


def texts_of(record: OwnRecord) -> list[str]:
    return [one.text for one in record.questions().open]


# Guiding questions


def test_every_situation_has_guiding_questions_and_every_id_stays_one() -> None:
    assert {each.situation for each in GUIDES} == set(Situation)
    assert len({each.id for each in GUIDES}) == len(GUIDES) > 60
    assert len({each.text for each in GUIDES}) == len(GUIDES)
    for each in GUIDES:
        assert each.text.endswith("?") or each.id == "choosing.matters"
        assert guide(each.id) == each
    assert guide("nothing") is None


def test_guiding_questions_ask_and_do_not_advise() -> None:
    """None of them names a drug, a number, or what the answer should be."""
    for each in GUIDES:
        assert not re.search(r"\d|\bmg\b|you should|must have", each.text), each.id


def test_picked_questions_are_added_once_and_stay_as_they_were_read(record: OwnRecord) -> None:
    assert len(record.pick_questions(["came-back.where", "trial.fit", "came-back.where"])) == 2
    assert record.pick_questions(["trial.fit"]) == ()
    assert texts_of(record)[1].startswith("Is there a trial that fits")
    picked = {each.guide for one in record.questions().offered for each in one.questions if each.picked}
    assert picked == {"came-back.where", "trial.fit"}
    with pytest.raises(NotFound):
        record.pick_questions(["came-back.where", "nothing"])


def test_the_person_orders_and_adds(record: OwnRecord) -> None:
    record.pick_questions(["came-back.where", "trial.fit"])
    record.ask("Is the numbness from the radiation?")
    [third] = [one.entry for one in record.questions().open if one.guide is None]
    record.order_questions([third])
    assert texts_of(record)[0] == "Is the numbness from the radiation?"
    assert [one.place for one in record.questions().open] == [1, 2, 3]
    record.ask("One more?")
    assert texts_of(record)[-1] == "One more?"
    record.order_questions([one.entry for one in reversed(record.questions().open)])
    assert texts_of(record)[0] == "One more?"


def test_an_answer_closes_a_question_and_an_empty_one_opens_it_again(record: OwnRecord) -> None:
    made_one = record.ask("May I swim?").origin
    record.answer(made_one, " Yes, slowly. ", "nurse")
    page = record.questions()
    assert page.open == () and (page.answered[0].answer, page.answered[0].answered_by) == ("Yes, slowly.", "nurse")
    record.answer(made_one, "")
    assert texts_of(record) == ["May I swim?"]
    assert len(record.history(made_one)) == 3
    with pytest.raises(NotFound):
        record.answer("00000000-0000-0000-0000-000000000000", "yes")


def test_questions_for_one_visit_and_for_any(record: OwnRecord) -> None:
    visit = record.add(FollowUpItem(Appointment.VISIT, "Dr. Okafor", D("2026-07-09")))[0].origin
    other = record.add(FollowUpItem(Appointment.VISIT, "Dr. Ode", D("2026-08-09")))[0].origin
    record.ask("For both?")
    record.ask("For the first?", visit)
    record.ask("For the other?", other)
    assert [one.text for one in record.questions(visit=visit).open] == ["For both?", "For the first?"]


# The visit summary


def test_the_summary_of_the_invented_example(record: OwnRecord) -> None:
    fill(record)
    page = record.visit()
    told = [sentence for one in page.changed for sentence in one.sentences]
    assert any("worse than your usual since" in sentence for sentence in told)
    assert any("about as it was at your diagnosis" in sentence for sentence in told)
    assert any("new since" in sentence for sentence in told)
    assert len(page.questions) == 3 and page.more_questions == 1
    assert page.questions[0].text.startswith("Is the numbness")
    assert page.please == PLEASE
    assert [one.line for one in page.medicines] == ["gabapentin, 300 mg, three times a day"]
    assert page.coming[0].name == "Dr. Okafor" and page.visit == page.coming[0]
    assert [one.name for one in page.overdue] == ["Blood test"]
    assert page.reporters == ("you", "Inge") and page.reported_by == "Written down by you and Inge."
    assert page.quiet == QUIET_NOTE
    assert page.diagnosis_line.startswith("Diagnosis: Ependymoma")
    assert page.changed[0].quotes and "like this before" in page.changed[0].quotes[0][1]
    assert title(page) == "For my visit, as of 1 July 2026"


def test_an_empty_record_has_a_summary_that_says_so(record: OwnRecord) -> None:
    page = record.visit()
    assert page.changed == page.steady == page.questions == page.medicines == page.coming == ()
    assert page.reported_by == "Nothing was written down." and page.quiet and page.please
    assert page.weeks[0] == 0


def test_it_looks_back_to_the_last_visit_or_summary_else_twelve_weeks(record: OwnRecord) -> None:
    assert record.visit().covers == (TODAY - timedelta(weeks=12), TODAY)
    record.add(
        FollowUpItem(Appointment.VISIT, "Dr. Okafor", D("2026-05-02"), progress=Progress.DONE, done_on=D("2026-05-04"))
    )
    assert record.visit().covers[0] == date(2026, 5, 4)
    record.add(FollowUpItem(Appointment.IMAGING, "MRI", D("2026-06-20"), progress=Progress.DONE))
    assert record.visit().covers[0] == date(2026, 5, 4)  # a scan is no visit
    page = record.visit(since=date(2026, 6, 1))
    assert page.covers[0] == date(2026, 6, 1)
    record.add(made(page, "ab" * 32, "en"), about=When.on(TODAY))
    record._today = lambda: TODAY + timedelta(days=20)  # type: ignore[method-assign]
    assert record.visit().covers[0] == TODAY


def test_results_since_then_and_who_said_what(record: OwnRecord) -> None:
    record.add(
        FollowUpItem(
            Appointment.IMAGING, "MRI", D("2026-06-20"), progress=Progress.DONE, result="no change", said="Stay well.",
            said_by="Dr. Okafor",
        ),
        FollowUpItem(Appointment.LAB, "blood", D("2025-06-20"), progress=Progress.DONE, result="old"),
    )  # fmt: skip
    assert [(one.result, one.said, one.said_by) for one in record.visit().results] == [
        ("no change", "Stay well.", "Dr. Okafor")
    ]


def test_medicines_that_ended_are_not_on_it(record: OwnRecord) -> None:
    record.add(
        Medicine("a", end=D("2026-06-30")),
        Medicine("b", end=D("2026-07")),
        Medicine("c"),
        Medicine("d", start=D("2026-08")),
    )
    assert [one.name for one in record.visit().medicines] == ["b", "c"]
    assert [one.name for one in record.medicines()] == ["b", "c", "a", "d"]


def test_the_summary_speaks_of_no_recurrence_that_was_not_told(record: OwnRecord) -> None:
    fill(record)
    for item in record.held().of(Recurrence):
        record.strike(item.id)
    page = record.visit()
    said = " ".join(
        [*(s for one in page.changed for s in one.sentences), *page.steady, *page.unknown, page.diagnosis_line]
    )
    assert "recurrence" not in said.lower()


# The packet and the card


def test_the_packet_fills_in_what_is_here(record: OwnRecord) -> None:
    record.add(
        Diagnosis(cancer_type="ependymoma"),
        Treatment(Modality.SURGERY, "operation", D("2019-06-11")),
        Treatment(Modality.RADIATION, "radiation", D("2024-03")),
        Treatment(Modality.SYSTEMIC, "temozolomide", D("2024-06")),
        FollowUpItem(Appointment.IMAGING, "MRI", D("2026-06-20"), progress=Progress.DONE, result="no change"),
        FollowUpItem(Appointment.IMAGING, "MRI", D("2026-09-20")),
        Medicine("aspirin", "100 mg"),
        Gathered("pathology-report", have=True, where="blue folder"),
        Gathered(None, "The letter from Dr. Ode"),
    )
    page = record.packet()
    by_item = {one.item or one.name: one for one in page.gather}
    assert set(by_item) == {each.id for each in LIST} | {"The letter from Dr. Ode"}
    assert by_item["operation-reports"].here == ("2019-06-11 operation",)
    assert by_item["radiation-summary"].here == ("2024-03 radiation",)
    assert by_item["drug-summary"].here == ("2024-06 temozolomide",)
    assert by_item["imaging-reports"].here == ("2026-06-20 MRI: no change",)
    assert by_item["medicine-list"].here == ("aspirin, 100 mg",)
    assert by_item["pathology-report"].have and by_item["pathology-report"].where == "blue folder"
    assert page.missing == len(page.gather) - 1


def test_the_card_holds_what_a_stranger_must_know(record: OwnRecord) -> None:
    first = record.add(Diagnosis(cancer_type="colon", stage_at_diagnosis="IIA"), about=D("2019-05"))[0]
    record.add(Recurrence(1, (Spread.DISTANT,), ("liver",), diagnosis=first.id), about=D("2023"))
    record.add(Treatment(Modality.SYSTEMIC, "FOLFOX", D("2023-04"), ongoing=True))
    record.add(Allergy(none_known=True))
    record.add(AboutPerson("Mrs. Adeyemi", D("1961-04-09"), "blood thinners", "Yoruba"))
    record.add(Contact("A", phone="1"), Contact("B", phone="2", at_night=True), Contact("C", phone="3"))
    page = record.card()
    assert page.diagnosis_line == (
        "Diagnosis: Colon cancer, stage at diagnosis IIA (2019-05); First recurrence: distant (liver) (2023)"
    )
    assert page.treatments == ("2023-04 – FOLFOX",)
    assert page.allergies == ("no allergy known",)
    assert (page.person, page.born, page.important) == ("Mrs. Adeyemi", "1961-04-09", "blood thinners")
    assert [one.name for one in page.contacts] == ["B"]  # whom to call at night, where nobody is marked for the card
    assert page.number == "911"
    record.add(Contact("D", phone="4", on_card=True))
    assert [one.name for one in record.card().contacts] == ["D"]
    assert OwnRecord(record.vault, None, today=lambda: TODAY).card().number == "your local emergency number"


def test_an_allergy_that_is_told_later_takes_the_place_of_none_known(record: OwnRecord) -> None:
    assert record.allergies() == ()
    record.add(Allergy(none_known=True))
    assert [one.name for one in record.allergies()] == [""]
    record.add(Allergy("penicillin", "rash"))
    assert [one.name for one in record.allergies()] == ["penicillin"]


def test_the_team_by_when_they_are_called(record: OwnRecord) -> None:
    record.add(
        Contact("Ms. Lindqvist", "nurse", "1", call_for="new symptoms"),
        Contact("", "hospital, at night", "2", at_night=True),
        Contact("Inge", "daughter", "3", family=True),
    )
    team = record.team()
    assert [one.called for one in team.at_night] == ["hospital, at night"]
    assert [one.called for one in team.team] == ["Ms. Lindqvist (nurse)", "hospital, at night"]
    assert [one.called for one in team.family] == ["Inge (daughter)"]


def test_who_the_record_is_about_is_kept_once(record: OwnRecord) -> None:
    record.tell_about_person(AboutPerson("Mrs. Adeyemi"))
    record.tell_about_person(AboutPerson("Mrs. Adeyemi", important="a shunt"))
    assert record.about_person().important == "a shunt"
    assert len(record.held().of(AboutPerson)) == 1


def test_references_keep_the_id_that_stays(record: OwnRecord) -> None:
    """Whichever version of a recurrence a treatment names, it stays under it after corrections."""
    first = record.add(Diagnosis(cancer_type="colon"), about=D("2019-05"))[0]
    back = record.add(Recurrence(1, (Spread.LOCAL,), diagnosis=first.id), about=D("2023"))[0]
    corrected = record.amend(back.origin, Recurrence(1, (Spread.DISTANT,), ("liver",), diagnosis=first.id))
    record.add(Treatment(Modality.SYSTEMIC, "FOLFOX", D("2023-04"), recurrence=corrected.id))
    record.amend(back.origin, Recurrence(1, (Spread.DISTANT,), ("liver", "lung"), diagnosis=first.id))
    rows = record.timeline()
    assert [(row.depth, row.kind) for row in rows] == [(0, "diagnosis"), (0, "recurrence"), (1, "treatment")]


def test_a_stage_that_was_altered_is_pointed_out(record: OwnRecord) -> None:
    first = record.add(Diagnosis(cancer_type="colon", stage_at_diagnosis="IIA"), about=D("2019-05"))[0]
    record.amend(first.origin, Diagnosis(cancer_type="colon", stage_at_diagnosis="IIIB"))
    assert [one.rule for one in record.contradictions()] == ["stage_at_diagnosis_altered"]


def test_the_demo_is_marked_and_a_real_record_is_not(record: OwnRecord) -> None:
    assert not record.is_demo
    fill(record)
    assert record.is_demo and "invented" in record.about_person().name
    assert len(record.held().of(SymptomEntry)) > 200
    assert record.held().of(Question)
    assert record.vault.verify() == []
