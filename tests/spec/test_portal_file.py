"""A hospital's file in: what it offers, what it leaves out and says so, and what is refused with a sentence."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any

import pytest
from own_example import NOW, empty, example

from portal_file import (
    ALLERGY,
    BREAST,
    LIVER,
    OPERATION,
    PATIENT,
    PRESCRIBED,
    PRESSURE,
    STOPPED,
    TABLET,
    VISIT,
    bundle,
)
from waymark.app.own_import import keep, read_offer
from waymark.app.own_papers import PAPERS
from waymark.app.own_record import OwnRecord
from waymark.errors import UsageError
from waymark.exchange.fhir_values import clock_of, day_of
from waymark.exchange.proposals import Proposal, Reading
from waymark.record.dates import When
from waymark.record.errors import ImportRefused
from waymark.record.payloads import (
    AboutPerson,
    Allergy,
    Appointment,
    Diagnosis,
    FollowUpItem,
    Medicine,
    Modality,
    Note,
    Progress,
    Recurrence,
    ReportedStatus,
    Treatment,
)

NEW_YORK = timezone(timedelta(hours=-5))


@pytest.fixture
def record(tmp_path: Path) -> Iterator[OwnRecord]:
    with empty(tmp_path) as held:
        yield held


def offer(record: OwnRecord, *resources: dict[str, Any], language: str = "en", zone: tzinfo = NEW_YORK) -> Reading:
    return read_offer(record, bundle(*resources), language, zone)


def changed(resource: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**deepcopy(resource), **more}


def one(reading: Reading, shape: type) -> Proposal:
    found = [each for each in reading.proposals if isinstance(each.payload, shape)]
    assert len(found) == 1, [each.line for each in reading.proposals]
    return found[0]


def test_the_whole_file_is_offered_and_nothing_is_kept_by_reading_it(record: OwnRecord) -> None:
    found = offer(record)
    assert found.whom == "Robin A. Quill, born 2 April 1969"
    assert [type(each.payload) for each in found.proposals if each.offered] == [
        *(Diagnosis, ReportedStatus, Medicine, Medicine, Treatment, Treatment, FollowUpItem, Allergy)
    ]
    assert record.held().all() == ()


def test_a_diagnosis_keeps_the_hospitals_words_stage_and_date(record: OwnRecord) -> None:
    found = one(offer(record, PATIENT, BREAST), Diagnosis)
    said = found.payload
    assert isinstance(said, Diagnosis) and said.cancer_type == "invasive-breast"
    assert said.histology == "Invasive ductal carcinoma of the right breast" and said.stage_at_diagnosis == "pT2 N1 M0"
    assert (found.about, said.said_by) == (When.parse("2021-03"), "Dr. Vane")
    assert "hospital's file (Condition/c1)" in said.note


def test_what_the_hospital_calls_a_recurrence_is_offered_as_said_and_not_where_it_is(record: OwnRecord) -> None:
    found = offer(record, PATIENT, BREAST)
    said = one(found, ReportedStatus)
    assert said.about == When.parse("2026-02-11") and "it came back" in said.line
    assert not [each for each in found.proposals if isinstance(each.payload, Recurrence)]


def test_a_spread_is_offered_as_a_note_and_is_no_recurrence(record: OwnRecord) -> None:
    found = one(offer(record, PATIENT, LIVER), Note)
    assert not found.offered and "for your team to say" in found.doubts[0]


def test_a_disease_of_the_family_and_others_are_no_diagnosis_of_cancer(record: OwnRecord) -> None:
    found = offer(record)
    notes = [
        each for each in found.proposals if isinstance(each.payload, Note) and "Other conditions" in each.payload.text
    ]
    assert len(notes) == 1 and not notes[0].offered
    assert "High blood pressure (2015)" in notes[0].payload.text and "Family history" in notes[0].payload.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("verification", ["refuted", "entered-in-error"])
def test_what_was_ruled_out_is_left_out_and_said(record: OwnRecord, verification: str) -> None:
    status = {"coding": [{"system": "x", "code": verification}]}
    found = offer(record, PATIENT, changed(BREAST, verificationStatus=status), TABLET)
    assert not [each for each in found.proposals if isinstance(each.payload, Diagnosis)]
    assert "Entered by mistake, or ruled out: 1." in found.left_out


def test_what_is_not_confirmed_is_not_ticked(record: OwnRecord) -> None:
    status = {"coding": [{"code": "provisional", "system": "x"}]}
    found = one(offer(record, PATIENT, changed(BREAST, verificationStatus=status)), Diagnosis)
    assert not found.offered and "does not call this confirmed" in found.doubts[0]


# Medicines


def test_a_dose_is_copied_digit_for_digit_and_never_worked_out(record: OwnRecord) -> None:
    content = bundle(PATIENT, PRESCRIBED).replace(b'"value": 2.5', b'"value": 2.50')
    found = one(read_offer(record, content, "en", UTC), Medicine)
    assert isinstance(found.payload, Medicine)
    assert found.payload.as_written == "2.50 mg, every 8 hours"
    assert found.payload.prescribed_by == "Dr. Vane" and found.payload.start == When.parse("2026-03-01")


def test_a_medicine_inside_the_resource_or_in_the_same_file_is_found(record: OwnRecord) -> None:
    assert one(offer(record, PATIENT, TABLET), Medicine).line.startswith("Medicine: Letrozole, 2.5 mg once a day")
    beside = changed(TABLET, medicationReference={"reference": "Medication/x"}, contained=[])
    found = offer(record, PATIENT, beside, {"resourceType": "Medication", "id": "x", "code": {"text": "Anastrozole"}})
    assert one(found, Medicine).payload.name == "Anastrozole"  # type: ignore[attr-defined]


def test_a_medicine_that_was_stopped_without_a_date_would_look_as_if_it_were_taken(record: OwnRecord) -> None:
    found = offer(record, PATIENT, STOPPED, ALLERGY)
    assert not [each for each in found.proposals if isinstance(each.payload, Medicine)]
    assert "Medicines no longer taken, without a date in the file: 1." in found.left_out
    ended = changed(STOPPED, effectivePeriod={"start": "2020", "end": "2021-05"})
    said = one(offer(record, PATIENT, ended), Medicine)
    assert isinstance(said.payload, Medicine) and said.payload.end == When.parse("2021-05")


def test_a_medicine_that_ends_before_it_begins_makes_no_sense(record: OwnRecord) -> None:
    wrong = changed(TABLET, effectivePeriod={"start": "2024-05-01", "end": "2023-01-01"})
    found = offer(record, PATIENT, wrong, ALLERGY)
    assert "A date or a text in it makes no sense: 1." in found.left_out


# Versions


def test_r5_is_read_where_it_is_plain_what_it_means(record: OwnRecord) -> None:
    medicine = {
        "resourceType": "MedicationStatement", "id": "r5", "status": "recorded", "subject": {"reference": "Patient/p1"},
        "medication": {"concept": {"text": "Capecitabine"}}, "effectiveDateTime": "2026-01-04",
        "dosage": [{"text": "1500 mg twice a day"}],
    }  # fmt: skip
    procedure = {
        "resourceType": "Procedure", "id": "r5p", "status": "completed", "code": {"text": "Liver resection"},
        "subject": {"reference": "Patient/p1"}, "occurrenceDateTime": "2026-02",
    }  # fmt: skip
    allergy = {
        "resourceType": "AllergyIntolerance", "id": "r5a", "code": {"text": "Latex"}, "patient": {"reference": "Patient/p1"},
        "reaction": [{"manifestation": [{"concept": {"text": "hives"}}]}],
    }  # fmt: skip
    visit = changed(VISIT, id="r5v", description=None, serviceType=[{"concept": {"text": "Oncology visit"}}])
    found = offer(record, PATIENT, medicine, procedure, allergy, visit)
    lines = [each.line for each in found.proposals]
    assert "Medicine: Capecitabine, 1500 mg twice a day (4 January 2026)" in lines
    assert "Treatment: Liver resection (February 2026)" in lines
    assert "Allergy: Latex: hives" in lines
    assert any("Oncology visit" in line for line in lines)


# Dates


@pytest.mark.parametrize(
    ("written", "zone", "day", "clock"),
    [
        ("2026-03-05", NEW_YORK, "2026-03-05", ""),
        ("2026-03", NEW_YORK, "2026-03", ""),
        ("2026", NEW_YORK, "2026", ""),
        ("2026-03-06T01:30:00Z", NEW_YORK, "2026-03-05", "20:30"),
        ("2026-03-05T20:30:00-05:00", UTC, "2026-03-05", "20:30"),  # as the hospital's own clock tells it
        ("2026-03-05T20:30:00+00:00", NEW_YORK, "2026-03-05", "15:30"),
        ("2026-03-05T00:00:00Z", NEW_YORK, "2026-03-05", ""),  # a date that a program wrote as a time
        ("2026-03-05T09:15:00", NEW_YORK, "2026-03-05", "09:15"),
        ("2026-02-30", UTC, "unknown", ""),
        ("05/03/2026", UTC, "unknown", ""),
        ("0001-01-01", UTC, "unknown", ""),
        (20260305, UTC, "unknown", ""),
        (None, UTC, "unknown", ""),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_written(written: Any, zone: tzinfo, day: str, clock: str) -> None:
    assert (str(day_of(written, zone)), clock_of(written, zone)) == (day, clock)


def test_a_time_of_greenwich_is_told_by_this_clock_and_pointed_out(record: OwnRecord) -> None:
    found = one(offer(record, PATIENT, changed(VISIT, start="2027-01-06T01:30:00Z")), FollowUpItem)
    assert isinstance(found.payload, FollowUpItem)
    assert (found.payload.due, found.payload.time) == (When.parse("2027-01-05"), "20:30")
    assert "Greenwich" in found.doubts[0]


def test_an_appointment_keeps_its_place_kind_and_what_became_of_it(record: OwnRecord) -> None:
    found = one(offer(record, PATIENT, VISIT), FollowUpItem).payload
    assert isinstance(found, FollowUpItem)
    assert (found.appointment, found.place, found.time) == (Appointment.IMAGING, "Radiology, ground floor", "14:30")
    done = one(
        offer(record, PATIENT, changed(VISIT, status="fulfilled", start="2026-01-05T14:30:00-05:00")), FollowUpItem
    ).payload
    assert (
        isinstance(done, FollowUpItem) and done.progress is Progress.DONE and done.done_on == When.parse("2026-01-05")
    )
    none = offer(record, PATIENT, changed(VISIT, status="cancelled"), ALLERGY)
    assert "Appointments called off: 1." in none.left_out


def test_what_lies_in_the_future_cannot_have_been_diagnosed(record: OwnRecord) -> None:
    found = offer(record, PATIENT, changed(BREAST, onsetDateTime="2031-01-01", clinicalStatus={}), ALLERGY)
    assert not [each for each in found.proposals if isinstance(each.payload, Diagnosis)]
    assert "Dated in the future, so it cannot have happened: 1." in found.left_out


def test_a_missing_date_is_said(record: OwnRecord) -> None:
    treated = one(offer(record, PATIENT, changed(OPERATION, performedDateTime=None)), Treatment)
    assert treated.doubts == ("The file holds no date for this.",)
    undated = one(offer(record, PATIENT, changed(BREAST, onsetDateTime=None, clinicalStatus={})), Diagnosis)
    assert "It was written down on 11 February 2026." in undated.doubts[0]


def test_treatments_are_sorted_by_their_codes_or_words(record: OwnRecord) -> None:
    found = {each.source: each for each in offer(record).proposals if isinstance(each.payload, Treatment)}
    kinds = {source: each.payload.modality for source, each in found.items() if isinstance(each.payload, Treatment)}
    assert kinds == {
        "Procedure/o1": Modality.SURGERY,
        "Procedure/o2": Modality.RADIATION,
        "Procedure/o3": Modality.OTHER,
    }
    assert not found["Procedure/o3"].offered, "a blood draw is no treatment"


# Whose file


def test_a_file_about_somebody_else_is_pointed_out_and_nothing_is_ticked(record: OwnRecord) -> None:
    record.tell_about_person(AboutPerson("Robin Quill", When.parse("1970-01-01")))
    found = offer(record)
    assert found.stranger and "birth date" in found.warnings[0]
    assert not any(each.offered for each in found.proposals)
    record.tell_about_person(AboutPerson("Alex Thorn", When.parse("1969")))
    assert "The name in this file is not the one in your record" in offer(record).warnings[0]
    record.tell_about_person(AboutPerson("robin quill", When.parse("1969")))
    assert offer(record).warnings == ()


def test_a_file_about_two_people_is_refused(record: OwnRecord) -> None:
    other = changed(PATIENT, id="p2", name=[{"text": "Someone Else"}])
    with pytest.raises(ImportRefused, match="more than one person"):
        offer(record, PATIENT, other, BREAST)
    with pytest.raises(ImportRefused, match="more than one person"):
        offer(record, BREAST, changed(PRESSURE, subject={"reference": "Patient/p2"}))


def test_a_resource_about_somebody_else_is_left_out(record: OwnRecord) -> None:
    found = offer(record, PATIENT, TABLET, changed(OPERATION, subject={"reference": "Patient/p9"}))
    assert "About somebody else: 1." in found.left_out and len(found.proposals) == 1


# Duplicates


def test_taking_the_same_file_in_again_offers_nothing_new(record: OwnRecord) -> None:
    found = offer(record)
    assert keep(record, found, [each.source for each in found.proposals], "Ines") == len(found.proposals)
    again = offer(record)
    assert again.fresh == () and len(again.proposals) == len(found.proposals)
    assert keep(record, again, [each.source for each in again.proposals]) == 0
    assert {item.entry.reported_by for item in record.held().all()} == {"Ines"}


def test_what_stands_twice_in_a_file_is_offered_once(record: OwnRecord) -> None:
    found = offer(record, PATIENT, TABLET, changed(TABLET, id="m9"))
    assert len(found.proposals) == 1


def test_another_dose_of_a_known_medicine_is_pointed_out(record: OwnRecord) -> None:
    record.add(Medicine("Letrozole", "1 mg"))
    found = one(offer(record, PATIENT, TABLET), Medicine)
    assert not found.known and not found.offered and "Letrozole, 1 mg" in found.doubts[0]


def test_a_second_diagnosis_is_never_ticked(record: OwnRecord) -> None:
    record.add(Diagnosis("colon", "adenocarcinoma"))
    found = one(offer(record, PATIENT, changed(BREAST, clinicalStatus={})), Diagnosis)
    assert not found.offered and "the same one, or a second cancer" in found.doubts[0]


def test_only_what_was_chosen_is_kept_and_all_of_it_or_none(record: OwnRecord) -> None:
    found = offer(record)
    assert keep(record, found, ["AllergyIntolerance/al1"]) == 1
    assert [type(item.said) for item in record.held().all()] == [Allergy]
    with pytest.raises(UsageError):
        keep(record, found, ["Condition/none"])


def test_the_two_things_that_one_resource_says_are_taken_one_by_one(record: OwnRecord) -> None:
    found = offer(record, PATIENT, BREAST)
    assert [each.source for each in found.proposals] == ["Condition/c1", "Condition/c1#2"]
    keep(record, found, ["Condition/c1"])
    assert [type(item.said) for item in record.held().all()] == [Diagnosis]


@pytest.mark.parametrize("name", ["record.fhir.json", "patient-summary.fhir.json"])
def test_our_own_export_offers_the_same_record_nothing_new(tmp_path: Path, name: str) -> None:
    with example(tmp_path) as held:
        found = read_offer(held, PAPERS[name].make(held, "en", None), "en", UTC)
        assert found.proposals and found.fresh == () and found.warnings == ()


def test_our_own_export_into_an_empty_record_keeps_what_fhir_can_say(tmp_path: Path) -> None:
    with example(tmp_path) as held, empty(tmp_path) as fresh:
        found = read_offer(fresh, PAPERS["record.fhir.json"].make(held, "en", None), "en", UTC)
        keep(fresh, found, [each.source for each in found.proposals])
        back = [item.said for item in fresh.held().of(Recurrence)]
        assert [(each.ordinal, each.spread, each.sites) for each in back] == [(1, ("local",), ("lower spine",))]
        for shape in (Medicine, Allergy):
            assert {each.said.name for each in fresh.held().of(shape)} == {
                each.said.name for each in held.held().of(shape)
            }


# Forms of files, and what is refused


def test_a_list_lines_a_bundle_in_a_bundle_and_a_single_resource_are_read(record: OwnRecord) -> None:
    inside = {"resourceType": "Bundle", "entry": [{"resource": json.loads(bundle(PATIENT, TABLET))}]}
    forms = [
        json.dumps([PATIENT, TABLET]).encode(),
        "\n".join(json.dumps(each) for each in (PATIENT, TABLET)).encode(),
        json.dumps(inside).encode(),
        json.dumps(TABLET).encode(),
        b"\xef\xbb\xbf" + bundle(PATIENT, TABLET),
        bundle(PATIENT, TABLET).decode().encode("utf-16"),
    ]
    for form in forms:
        assert one(read_offer(record, form, "en", UTC), Medicine).payload.name == "Letrozole"  # type: ignore[attr-defined]


REFUSED = {
    "empty": (b"", "empty"),
    "blank": (b" \n ", "empty"),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
    "xml": (b'<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>', "XML"),
    "pdf": (b"%PDF-1.7 \x00", "PDF"),
    "half a file": (bundle()[:400], "not whole"),
    "another encoding": ('{"resourceType":"Patient","id":"\xe9"}'.encode("latin-1"), "encoding"),
    "binary": (bytes(range(256)) * 4, "encoding"),
    "too deep": (b'{"resourceType":"Bundle","a":' + b"[" * 60_000, "nested deeper"),
    "no fhir": (b'{"name": "a settings file"}', "does not say what it holds"),
    "a list of nothing": (b"[1, 2, null]", "nothing in this file"),
    "an empty bundle": (b'{"resourceType":"Bundle","type":"collection","entry":[]}', "nothing in this file"),
    "an error of the server": (b'{"resourceType":"OperationOutcome","issue":[]}', "error message"),
    "another kind of resource": (
        b'{"resourceType":"Library","id":"x","status":"active"}',
        "nothing in this file that a record keeps",
    ),
    "bundles in bundles": (
        b'{"resourceType":"Bundle","entry":[{"resource":' * 9 + b"null" + b"}]}" * 9,
        "nested deeper",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_sentence_and_a_next_step(record: OwnRecord, name: str) -> None:
    content, says = REFUSED[name]
    with pytest.raises(ImportRefused) as refused:
        read_offer(record, content, "en", UTC)
    assert says in refused.value.sentence and refused.value.next_step


def test_a_huge_file_is_refused_before_it_is_read(record: OwnRecord) -> None:
    with pytest.raises(ImportRefused, match="larger than"):
        read_offer(record, b"{" + b" " * (33 << 20), "en", UTC)


def test_resources_of_other_shapes_are_simply_not_there(record: OwnRecord) -> None:
    odd: list[dict[str, Any]] = [
        changed(BREAST, code="C50"),
        changed(BREAST, code=[], stage="IV"),
        changed(TABLET, medicationReference=7, contained="x"),
        changed(VISIT, participant={"actor": 3}),
        changed(OPERATION, performedPeriod=[], code={"coding": {"display": "Mastectomy"}}),
        changed(ALLERGY, reaction="rash"),
    ]
    found = offer(record, PATIENT, *odd)
    assert {each.payload.name for each in found.proposals if isinstance(each.payload, Treatment)} == {"Mastectomy"}


def test_the_reading_is_in_the_persons_language(record: OwnRecord) -> None:
    found = offer(record, PATIENT, TABLET, STOPPED, language="es")
    assert found.what != offer(record, PATIENT, TABLET, language="en").what
    assert "1 de septiembre de 2021" in found.proposals[0].line


def test_the_clock_is_passed_in(record: OwnRecord) -> None:
    assert record.today() == NOW.date()
