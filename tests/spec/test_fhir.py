"""FHIR R4 out: its structure by the official model, its codes by our tables, profiles only where an instance keeps their rules.

`fhir.resources` has R4B and no R4. For the resources that are written here the two differ in nothing that is used (R4B changed
`SubscriptionStatus`, evidence, ingredients and the like), so what is valid there is valid here; the one value that differs, the
type of a citizenship-like `Appointment.reason`, is not written.
"""

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from own_example import empty, example

from waymark.app.own_papers import PAPERS
from waymark.app.own_record import OwnRecord
from waymark.exchange import codes
from waymark.exchange.codes import KNOWN, NEVER, REQUIRED, wrong_codes
from waymark.exchange.fhir_profiles import IPS, MCODE, bundle_is_ips, profiles_of
from waymark.record.dates import When
from waymark.record.payloads import (
    Allergy,
    Appointment,
    Diagnosis,
    FollowUpItem,
    Medicine,
    Modality,
    Progress,
    Recurrence,
    ReportedStatus,
    Restaging,
    SecondCancer,
    Spread,
    Status,
    SymptomEntry,
    Treatment,
)

Json = dict[str, Any]
FILES = ("patient-summary.fhir.json", "record.fhir.json")
RELAPSE = "http://hl7.eu/fhir/ig/pcsp/StructureDefinition/condition-relapseType"


def made(record: OwnRecord, name: str = FILES[1], language: str = "en") -> Json:
    held: Json = json.loads(PAPERS[name].make(record, language, None))
    return held


def of(bundle: Json, kind: str) -> list[Json]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def named(bundle: Json, kind: str, words: str) -> Json:
    found = [
        each
        for each in of(bundle, kind)
        if words in (each.get("code") or each.get("medicationCodeableConcept") or {}).get("text", "")
    ]
    assert len(found) == 1, (kind, words, [each.get("code") for each in of(bundle, kind)])
    return found[0]


def profiles(resource: Json) -> list[str]:
    return list(resource.get("meta", {}).get("profile", []))


@pytest.fixture(scope="module", params=["en", "es"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OwnRecord, str]]:
    with example(tmp_path_factory.mktemp("fhir"), request.param) as record:
        yield record, request.param


def fill(record: OwnRecord) -> None:
    """Write everything that FHIR has a place for, in its less usual forms too."""
    [colon] = record.add(
        Diagnosis("colon", "adenocarcinoma", "pT3 N1 M0", "sigmoid", "Dr. Vane"), about=When.parse("2021-03")
    )
    [back] = record.add(
        Recurrence(1, (Spread.DISTANT,), ("liver", "peritoneum"), "CT", "Dr. Vane", None, colon.id),
        about=When.parse("2024"),
    )
    record.add(Recurrence(2, (Spread.REGIONAL,), ("a lymph node",), diagnosis=colon.id), about=When.parse("2025-06-01"))
    record.add(Restaging("rIIIB", "spread to lymph nodes", back.id, "Dr. Vane"), about=When.parse("2024-02"))
    record.add(SecondCancer("prostate", "", "cT1c"), about=When.parse("2022"))
    record.add(
        Treatment(Modality.SURGERY, "hemicolectomy", When.parse("2021-04-01"), When.parse("2021-04-01")),
        Treatment(Modality.SYSTEMIC, "FOLFOX", When.parse("2021-05"), When.parse("2021-10"), recurrence=back.id),
        Treatment(Modality.RADIATION, "stereotactic", ongoing=True),
        Treatment(Modality.OTHER, "watching"),
        Medicine("ondansetron", "8 mg when sick", "nausea", When.parse("2026-01-01"), When.parse("2026-02-01")),
        Allergy("penicillin", "rash"),
        ReportedStatus(Status.STABLE, "", "Dr. Vane", "CT"),
        FollowUpItem(Appointment.IMAGING, "CT", When.parse("2026-12-09"), time="09:15", place="hospital"),
        FollowUpItem(Appointment.VISIT, "Dr. Vane", When.parse("2026-06-01"), progress=Progress.MISSED),
        FollowUpItem(
            Appointment.LAB, "blood", When.parse("2026-05-01"), progress=Progress.DONE, result="CEA 4", said_by="nurse"
        ),
    )
    record.add(SymptomEntry("pain", "", 2, 3, None, 7, "at night"), about=When.parse("2026-11-20"))
    record.add(SymptomEntry(None, "humming", None, 1), about=When.parse("2026-11-20"), reported_by="Ines")


@pytest.fixture
def record(tmp_path: Path) -> Iterator[OwnRecord]:
    with empty(tmp_path) as held:
        fill(held)
        yield held


@pytest.mark.parametrize("name", FILES)
def test_the_official_model_accepts_every_resource(
    told: tuple[OwnRecord, str], record: OwnRecord, name: str, tmp_path: Path
) -> None:
    from fhir.resources.R4B import get_fhir_model_class

    with empty(tmp_path, "nothing") as nothing:
        bundles = [made(told[0], name, told[1]), made(record, name), made(nothing, name)]
    for bundle in bundles:
        for resource in (bundle, *(entry["resource"] for entry in bundle["entry"])):
            get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    assert {each["resourceType"] for entry in bundles[1]["entry"] for each in [entry["resource"]]} >= {
        *(
            "Patient",
            "Condition",
            "Observation",
            "QuestionnaireResponse",
            "CarePlan",
            "Appointment",
            "MedicationStatement",
        ),
        *("Procedure", "AllergyIntolerance", "RelatedPerson"),
    }


def test_the_model_would_refuse_another_structure() -> None:
    from fhir.resources.R4B.condition import Condition

    with pytest.raises(ValueError):
        Condition.model_validate({"resourceType": "Condition", "code": "breast"})


# Codes


@pytest.mark.parametrize("name", FILES)
def test_every_code_stands_in_our_tables(told: tuple[OwnRecord, str], record: OwnRecord, name: str) -> None:
    for bundle in (made(told[0], name, told[1]), made(record, name)):
        assert list(wrong_codes(bundle)) == []


@pytest.mark.parametrize(
    ("resource", "says"),
    [
        (
            {"resourceType": "Condition", "code": {"coding": [{"system": codes.SNOMED, "code": "1"}]}},
            "stands in no table",
        ),
        (
            {"resourceType": "Condition", "clinicalStatus": {"coding": [{"system": codes.CLINICAL, "code": "gone"}]}},
            "stands in no table",
        ),
        (
            {
                "resourceType": "AllergyIntolerance",
                "clinicalStatus": {"coding": [codes.CLINICAL_STATUS["active"].coding]},
            },
            "of another system",
        ),
        ({"resourceType": "Procedure", "status": "done"}, "no value of Procedure.status"),
        (
            {
                "resourceType": "Condition",
                "code": {"coding": [{**codes.SECONDARY.coding, "display": "Something else"}]},
            },
            "is called",
        ),
        (
            {"resourceType": "Observation", "code": {"coding": [{"system": codes.LOINC, "code": "97509-4"}]}},
            "a clinician's",
        ),
    ],
)
def test_a_code_of_no_table_is_found(resource: Json, says: str) -> None:
    assert [
        one
        for one in wrong_codes({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource}]})
        if says in one
    ]


def test_the_tables_themselves_are_sound() -> None:
    for code in KNOWN.values():
        assert code.system.startswith("http://") and code.code and code.display
        if code.system == codes.SNOMED:
            assert code.code.isdigit() and _verhoeff(code.code), code
        if code.system == codes.LOINC:
            assert _loinc(code.code), code
    assert not NEVER & KNOWN.keys()
    assert all(values for values in REQUIRED.values())


def _verhoeff(number: str) -> bool:
    """SNOMED CT identifiers end in a check digit (Verhoeff's): a mistyped one is found here."""
    d = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]  # fmt: skip
    p = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for row in range(2, 8):
        p.append([p[row - 1][p[1][at]] for at in range(10)])
    check = 0
    for at, digit in enumerate(reversed(number)):
        check = d[check][p[at % 8][int(digit)]]
    return check == 0


def _loinc(code: str) -> bool:
    """LOINC codes end in a check digit (mod 10, Luhn's)."""
    number, _, check = code.partition("-")
    total = sum(sum(map(int, str(int(digit) * (2 - at % 2)))) for at, digit in enumerate(reversed(number)))
    return (10 - total % 10) % 10 == int(check)


def test_nothing_ever_is_a_clinicians_disease_status(told: tuple[OwnRecord, str], record: OwnRecord) -> None:
    for name in FILES:
        for bundle in (made(told[0], name, told[1]), made(record, name)):
            text = json.dumps(bundle)
            assert "97509-4" not in text and "mcode-cancer-disease-status" not in text
    status = named(made(record), "Observation", "What the team said, as the person reports it")
    assert status["performer"][0]["reference"].endswith(of(made(record), "Patient")[0]["id"]) and not profiles(status)


# Who reports


@pytest.mark.parametrize("name", FILES)
def test_everything_is_marked_as_reported_by_the_person_or_a_helper(record: OwnRecord, name: str) -> None:
    bundle = made(record, name)
    patient = f"urn:uuid:{of(bundle, 'Patient')[0]['id']}"
    helper = of(bundle, "RelatedPerson")
    assert [each["name"][0]["text"] for each in helper] == ["Ines"]
    who = {patient, f"urn:uuid:{helper[0]['id']}"}
    for resource in (entry["resource"] for entry in bundle["entry"]):
        if resource["resourceType"] in ("Patient", "RelatedPerson"):
            continue
        marks = {mark["code"] for mark in resource["meta"]["security"]}
        assert marks <= {"PATRPT", "PACQRPT"} and marks, resource["resourceType"]
        for field in ("asserter", "informationSource", "source", "recorder"):
            if field in resource:
                assert resource[field]["reference"] in who
        for performer in resource.get("performer", ()):
            assert performer["reference"] in who
    humming = named(bundle, "Observation", "humming")
    assert humming["performer"][0]["reference"] == f"urn:uuid:{helper[0]['id']}"
    assert humming["meta"]["security"][0]["code"] == "PACQRPT"


# Cancers


def test_the_first_cancer_keeps_its_stage_and_claims_mcode_only_with_a_code(record: OwnRecord) -> None:
    colon = named(made(record), "Condition", "adenocarcinoma")
    assert colon["onsetDateTime"] == "2021-03" and colon["stage"] == [{"summary": {"text": "pT3 N1 M0"}}]
    assert colon["code"]["coding"][0]["code"] == "93761005"
    assert f"{MCODE}mcode-primary-cancer-condition" in profiles(colon)
    prostate = named(made(record), "Condition", "Prostate")
    assert "clinicalStatus" not in prostate, "nobody said how it stands"
    assert f"{MCODE}mcode-primary-cancer-condition" not in profiles(prostate), (
        "US Core wants a category, and it would be a guess"
    )


def test_a_tumour_whose_name_does_not_say_that_it_is_malignant_has_words_alone(told: tuple[OwnRecord, str]) -> None:
    ependymoma = [each for each in of(made(*told[:1], language=told[1]), "Condition") if "coding" not in each["code"]]
    assert len(ependymoma) == 2
    assert all(not any(MCODE in profile for profile in profiles(each)) for each in ependymoma)


def test_a_recurrence_says_its_kind_where_there_is_a_code_and_in_words_where_there_is_none(record: OwnRecord) -> None:
    bundle = made(record)
    colon = named(bundle, "Condition", "adenocarcinoma")
    first, second = named(bundle, "Condition", "first recurrence"), named(bundle, "Condition", "second recurrence")
    kind = {one["url"]: one for one in first["extension"]}
    assert kind[RELAPSE]["valueCodeableConcept"]["coding"][0]["code"] == "261007001"
    assert kind["http://hl7.org/fhir/StructureDefinition/condition-related"]["valueReference"]["reference"].endswith(
        colon["id"]
    )
    assert RELAPSE not in {one["url"] for one in second["extension"]}, "no code says regional"
    assert "regional" in [note["text"] for note in second["note"]]
    assert first["onsetDateTime"] == "2024" and "clinicalStatus" not in first
    assert second["clinicalStatus"]["coding"][0]["code"] == "recurrence"
    assert not any("mcode" in profile for profile in profiles(first) + profiles(second))


def test_colon_cancer_in_the_liver_stays_colon_cancer(record: OwnRecord) -> None:
    bundle = made(record)
    liver, other = named(bundle, "Condition", "Spread to: liver"), named(bundle, "Condition", "Spread to: peritoneum")
    assert liver["code"]["coding"][0]["code"] == "94381002"
    assert other["code"]["coding"][0]["code"] == "128462008" and other["bodySite"] == [{"text": "peritoneum"}]
    assert not [each for each in of(bundle, "Condition") if "Primary malignant neoplasm of liver" in json.dumps(each)]


def test_both_kinds_at_once_and_a_local_one(tmp_path: Path) -> None:
    with empty(tmp_path) as record:
        record.add(Diagnosis("breast", "carcinoma"))
        record.add(Recurrence(1, (Spread.LOCAL, Spread.DISTANT), ("chest wall", "bone")))
        both = named(made(record), "Condition", "first recurrence")
        assert both["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "89780004"
        assert len(of(made(record), "Condition")) == 2, "which place is distant was not said, so no spread is derived"


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((), None),
        ((Status.NO_SIGN,), "remission"),
        ((Status.COMPLETE_REMISSION,), "remission"),
        ((Status.STABLE,), "active"),
        ((Status.NOT_SURE,), None),
        ((Status.NO_SIGN, Status.GROWING), "active"),
    ],
)
def test_the_clinical_status_is_what_was_said_and_never_a_guess(
    tmp_path: Path, statuses: tuple[Status, ...], expected: str | None
) -> None:
    with empty(tmp_path) as record:
        record.add(Diagnosis("breast", "carcinoma"), about=When.parse("2020"))
        for number, status in enumerate(statuses, 1):
            record.add(ReportedStatus(status), about=When.parse(f"2025-0{number}-01"))
        condition = of(made(record), "Condition")[0]
    assert condition.get("clinicalStatus", {}).get("coding", [{}])[0].get("code") == expected


def test_a_remission_before_a_recurrence_is_over(tmp_path: Path) -> None:
    with empty(tmp_path) as record:
        record.add(Diagnosis("breast", "carcinoma"))
        record.add(ReportedStatus(Status.NO_SIGN), about=When.parse("2023"))
        record.add(Recurrence(1, (Spread.LOCAL,)), about=When.parse("2024-05"))
        assert of(made(record), "Condition")[0]["clinicalStatus"]["coding"][0]["code"] == "recurrence"


def test_an_r_prefixed_stage_is_text_in_an_observation_that_claims_no_profile(record: OwnRecord) -> None:
    bundle = made(record)
    stage = named(bundle, "Observation", "Staged again")
    assert stage["valueCodeableConcept"] == {"text": "rIIIB"} and not profiles(stage)
    assert stage["code"]["coding"][0]["code"] == "399390009" and stage["effectiveDateTime"] == "2024-02"
    assert stage["focus"][0]["reference"].endswith(named(bundle, "Condition", "first recurrence")["id"])
    stages = {
        each["valueCodeableConcept"]["text"]: each
        for each in of(bundle, "Observation")
        if "valueCodeableConcept" in each
    }
    assert stages["pT3 N1 M0"]["code"]["coding"][0]["code"] == "399588009"
    assert stages["cT1c"]["code"]["coding"][0]["code"] == "399537006"


# Treatments, medicines, diary, plan


def test_treatments_and_medicines_keep_their_dates_and_words(record: OwnRecord) -> None:
    bundle = made(record)
    operation = named(bundle, "Procedure", "hemicolectomy")
    assert operation["status"] == "completed" and operation["performedPeriod"] == {
        "start": "2021-04-01",
        "end": "2021-04-01",
    }
    assert operation["category"]["coding"][0]["code"] == "387713003"
    rays, watching = named(bundle, "Procedure", "stereotactic"), named(bundle, "Procedure", "watching")
    assert rays["status"] == "in-progress" and rays["_performedDateTime"]["extension"][0]["valueCode"] == "unknown"
    assert watching["status"] == "unknown" and "category" not in watching
    folfox = named(bundle, "MedicationStatement", "FOLFOX")
    assert folfox["reasonReference"][0]["reference"].endswith(named(bundle, "Condition", "first recurrence")["id"])
    ondansetron = named(bundle, "MedicationStatement", "ondansetron")
    assert ondansetron["status"] == "completed" and ondansetron["dosage"] == [{"text": "8 mg when sick"}]


def test_a_symptom_is_an_observation_of_its_span_and_a_line_of_the_questionnaire(record: OwnRecord) -> None:
    bundle = made(record)
    pain = named(bundle, "Observation", "Pain")
    assert pain["effectivePeriod"] == {"start": "2026-11-14", "end": "2026-11-20"}
    assert sorted(one["valueInteger"] for one in pain["component"]) == [2, 3]
    assert pain["category"][0]["coding"][0]["code"] == "survey" and "coding" not in pain["code"], (
        "no panel is known for it"
    )
    pages = of(bundle, "QuestionnaireResponse")
    assert len(pages) == 2 and Counter(len(page["item"]) for page in pages) == {1: 2}
    item = next(item for page in pages for item in page["item"] if item["linkId"] == "pain")
    assert [one["answer"][0] for one in item["item"]] == [
        {"valueInteger": 3},
        {"valueInteger": 2},
        {"valueString": "at night"},
    ]


def test_appointments_are_proposed_with_their_day_since_no_end_is_known(record: OwnRecord) -> None:
    bundle = made(record)
    [ct] = of(bundle, "Appointment")
    assert ct["status"] == "proposed" and ct["requestedPeriod"] == [{"start": "2026-12-09", "end": "2026-12-09"}]
    assert "start" not in ct and "09:15" in ct["comment"]
    [plan] = of(bundle, "CarePlan")
    assert plan["activity"][0] == {"reference": {"reference": f"urn:uuid:{ct['id']}"}}
    details = {one["detail"]["code"]["text"]: one["detail"] for one in plan["activity"] if "detail" in one}
    assert details["blood"]["status"] == "completed" and details["Dr. Vane"]["status"] == "not-started"
    assert named(bundle, "Observation", "blood")["valueString"] == "CEA 4"


def test_a_repeating_plan_keeps_its_interval(told: tuple[OwnRecord, str]) -> None:
    [plan] = of(made(told[0], language=told[1]), "CarePlan")
    repeat = next(
        one["detail"]["scheduledTiming"]["repeat"]
        for one in plan["activity"]
        if "scheduledTiming" in one.get("detail", {})
    )
    assert (repeat["period"], repeat["periodUnit"], repeat["frequency"]) == (3, "mo", 1)


# The document


@pytest.mark.parametrize("who", ["example", "everything", "nothing"])
def test_the_summary_is_an_international_patient_summary(
    told: tuple[OwnRecord, str], record: OwnRecord, tmp_path: Path, who: str
) -> None:
    with empty(tmp_path, "nothing") as nothing:
        bundle = {
            "example": lambda: made(told[0], FILES[0], told[1]),
            "everything": lambda: made(record, FILES[0]),
        }.get(who, lambda: made(nothing, FILES[0]))()
    composition = bundle["entry"][0]["resource"]
    assert bundle["type"] == "document" and composition["resourceType"] == "Composition"
    assert composition["type"]["coding"][0]["code"] == "60591-5"
    sections = {section["code"]["coding"][0]["code"]: section for section in composition["section"]}
    assert {"11450-4", "48765-2", "10160-0"} <= sections.keys() <= {code.code for code in codes.SECTIONS.values()}
    assert all(section["text"]["div"].startswith("<div xmlns=") for section in sections.values())
    assert all(section["entry"] for code, section in sections.items() if code != codes.SECTIONS["story"].code)
    # Without a name no summary is claimed: the standard wants one.
    assert profiles(bundle) == ([f"{IPS}Bundle-uv-ips"] if who == "example" else [])


def test_every_reference_of_a_bundle_is_in_it_and_every_resource_is_reached(
    told: tuple[OwnRecord, str], record: OwnRecord
) -> None:
    for name in FILES:
        for bundle in (made(told[0], name, told[1]), made(record, name)):
            there = {entry["fullUrl"] for entry in bundle["entry"]}
            assert len(there) == len(bundle["entry"])
            assert all(entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}" for entry in bundle["entry"])
            named_ones = set(_references(bundle))
            assert named_ones <= there
            if bundle["type"] == "document":
                assert there - named_ones == {bundle["entry"][0]["fullUrl"]}


def _references(held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        if isinstance(held.get("reference"), str):
            yield held["reference"]
        for each in held.values():
            yield from _references(each)
    elif isinstance(held, list):
        for each in held:
            yield from _references(each)


def test_a_second_export_names_the_same_things_by_the_same_ids(record: OwnRecord) -> None:
    before, after = made(record), made(record)
    assert [entry["fullUrl"] for entry in before["entry"]] == [entry["fullUrl"] for entry in after["entry"]]
    diagnosis = record.held().of(Diagnosis)[0]
    record.amend(diagnosis.id, Diagnosis("colon", "adenocarcinoma, low grade"))
    assert named(made(record), "Condition", "low grade")["id"] == diagnosis.id


def test_words_of_the_person_are_text_in_the_narrative(tmp_path: Path) -> None:
    with empty(tmp_path) as record:
        record.ask("<script>alert(1)</script> & so on?")
        record.add(Medicine("<b>pill</b>"))
        document = json.dumps(made(record, FILES[0]))
    assert "<script>" not in document and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on?" in document
    assert "<b>pill" not in "".join(
        section["text"]["div"] for section in json.loads(document)["entry"][0]["resource"]["section"]
    )


@pytest.mark.parametrize("path", ["text", "birthDate"])
def test_a_profile_is_claimed_only_where_the_instance_keeps_it(told: tuple[OwnRecord, str], path: str) -> None:
    bundle = made(told[0], FILES[0], told[1])
    by_address = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    assert bundle_is_ips(bundle, by_address)
    [patient] = of(bundle, "Patient")
    if path == "text":
        patient["name"][0].pop("text")
    else:
        patient.pop("birthDate")
    assert not bundle_is_ips(bundle, by_address)
    assert f"{IPS}Patient-uv-ips" not in profiles_of(patient, by_address)
    assert f"{IPS}Condition-uv-ips" not in profiles_of(of(bundle, "Condition")[0], by_address)


@pytest.mark.skipif(
    not (os.environ.get("FHIR_VALIDATOR") and shutil.which("java")),
    reason="HL7's validator is not here: FHIR_VALIDATOR=validator_cli.jar",
)
def test_hl7s_validator_finds_no_error(told: tuple[OwnRecord, str], tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(PAPERS[name].make(told[0], told[1], None))
        ran = subprocess.run(
            ["java", "-jar", os.environ["FHIR_VALIDATOR"], str(tmp_path / name), "-version", "4.0.1", "-tx", "n/a"],
            capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout[-4000:]
