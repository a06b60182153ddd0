"""The codes that a record is exported with, and which of them a resource may hold: the tables against which every export is
checked, since the model that checks its structure knows no codes.

Sources, each read there: HL7 FHIR R4 (4.0.1) for the code systems under ``terminology.hl7.org`` and the required bindings;
mCODE STU4 for the SNOMED CT codes of conditions, staging and radiation (``http://hl7.org/fhir/us/mcode``); the value set of
broad cancers of the CodeX trial-matching guide for "primary malignant neoplasm of …"; the International Patient Summary
for its sections and its codes for "not known" (``http://hl7.org/fhir/uv/ips``); the PCSP guide of HL7 Europe for the kind of
relapse. A cancer that no code of these fits goes out in words alone: a wrong code is worse than none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD10 = ("http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm")
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CONDITION_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
PROVENANCE = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a system with the words that its system shows for it."""

    system: str
    code: str
    display: str

    @property
    def coding(self) -> dict[str, str]:
        made = {"system": self.system, "code": self.code}
        # LOINC renames what it shows from one release to the next, and a name of another release counts as wrong.
        return made if self.system == LOINC else made | {"display": self.display}


def concept(code: Code | None, text: str = "") -> dict[str, Any]:
    """Return a CodeableConcept: the code where there is one, and the person's words."""
    made: dict[str, Any] = {"coding": [code.coding]} if code else {}
    if text.strip() or code:
        made["text"] = text.strip() or (code.display if code else "")
    return made


# Cancers

MALIGNANT = Code(SNOMED, "363346000", "Malignant neoplastic disease")
SECONDARY = Code(SNOMED, "128462008", "Secondary malignant neoplastic disease")


def _primary(code: str, where: str) -> Code:
    return Code(SNOMED, code, f"Primary malignant neoplasm of {where}")


PRIMARY: Mapping[str, Code] = {
    "breast": _primary("372137005", "breast"),
    "lung": _primary("93880001", "lung"),
    "prostate": _primary("93974005", "prostate"),
    "bladder": _primary("93689003", "bladder"),
    "cervical": _primary("372024009", "uterine cervix"),
    "esophageal": _primary("371984007", "esophagus"),
    "stomach": _primary("372014001", "stomach"),
    "kidney": _primary("93849006", "kidney"),
    "liver": _primary("95214007", "liver"),
    "ovarian": _primary("93934004", "ovary"),
    "fallopian-tube": _primary("371987000", "fallopian tube"),
    "pancreatic": _primary("372003004", "pancreas"),
    "penile": _primary("372005006", "penis"),
    "testicular": _primary("94087009", "testis"),
    "thyroid": _primary("94098005", "thyroid gland"),
    "vaginal": _primary("372025005", "vagina"),
    "bone": _primary("93725000", "bone"),
    "primary-peritoneal": _primary("372016004", "the peritoneum"),
    "colon": _primary("93761005", "colon"),
}
"""By the id of our vocabulary: cancers that are always malignant and primary where they are named. Tumours of the brain and
spine are left out (many are not malignant, and the name does not say), and so is whatever is finer than these.
"""

SECONDARY_SITES: Mapping[str, Code] = {
    "liver": Code(SNOMED, "94381002", "Secondary malignant neoplasm of liver"),
    "lung": Code(SNOMED, "94391008", "Secondary malignant neoplasm of lung"),
    "bone": Code(SNOMED, "94222008", "Secondary malignant neoplasm of bone"),
    "brain": Code(SNOMED, "94225005", "Secondary malignant neoplasm of brain"),
}
SITE_WORDS: Mapping[str, tuple[str, ...]] = {
    "liver": ("liver", "hígado", "higado"),
    "lung": ("lung", "lungs", "pulmón", "pulmon", "pulmones"),
    "bone": ("bone", "bones", "hueso", "huesos"),
    "brain": ("brain", "cerebro"),
}
"""The words, and no others, by which a place that the person named is taken for one with a code of its own."""

RELAPSE: Mapping[str, Code] = {
    "local": Code(SNOMED, "255470001", "Local"),
    "distant": Code(SNOMED, "261007001", "Distant"),
    "both": Code(SNOMED, "89780004", "Combined"),
}

# Stages, treatments, what the record says of itself

STAGE_CLINICAL = Code(SNOMED, "399537006", "Clinical TNM stage grouping")
STAGE_PATHOLOGICAL = Code(SNOMED, "399588009", "Pathologic TNM stage grouping")
STAGE_OTHER = Code(SNOMED, "399390009", "TNM stage grouping")

SURGICAL = Code(SNOMED, "387713003", "Surgical procedure")
RADIOTHERAPY = Code(SNOMED, "108290001", "Radiation oncology AND/OR radiotherapy")

PATIENT_REPORTED = Code(PROVENANCE, "PATRPT", "patient reported")
HELPER_REPORTED = Code(PROVENANCE, "PACQRPT", "patient acquaintance reported")

PROBLEM = Code(CONDITION_CATEGORY, "problem-list-item", "Problem List Item")
SURVEY = Code(OBSERVATION_CATEGORY, "survey", "Survey")
EXAM = Code(OBSERVATION_CATEGORY, "exam", "Exam")
IMAGING = Code(OBSERVATION_CATEGORY, "imaging", "Imaging")
LABORATORY = Code(OBSERVATION_CATEGORY, "laboratory", "Laboratory")

CLINICAL_STATUS: Mapping[str, Code] = {
    name: Code(CLINICAL, name, name.capitalize())
    for name in ("active", "recurrence", "relapse", "inactive", "remission", "resolved")
}
ALLERGY_ACTIVE = Code(ALLERGY_CLINICAL, "active", "Active")

NO_KNOWN_ALLERGIES = Code(ABSENT, "no-known-allergies", "No known allergies")
NO_ALLERGY_INFO = Code(ABSENT, "no-allergy-info", "No information about allergies")
NO_MEDICATION_INFO = Code(ABSENT, "no-medication-info", "No information about medications")
NO_PROBLEM_INFO = Code(ABSENT, "no-problem-info", "No information about problems")

PATIENT_SUMMARY = Code(LOINC, "60591-5", "Patient summary Document")
SECTIONS: Mapping[str, Code] = {
    "problems": Code(LOINC, "11450-4", "Problem list - Reported"),
    "allergies": Code(LOINC, "48765-2", "Allergies and adverse reactions Document"),
    "medications": Code(LOINC, "10160-0", "History of Medication use Narrative"),
    "plan": Code(LOINC, "18776-5", "Plan of care note"),
    "results": Code(LOINC, "30954-2", "Relevant diagnostic tests/laboratory data Narrative"),
    "procedures": Code(LOINC, "47519-4", "History of Procedures Document"),
    "story": Code(LOINC, "81338-6", "Patient Goals, preferences, and priorities for care experience"),
}

NEVER = frozenset({(LOINC, "97509-4")})
"""Never written: mCODE's cancer disease status is a clinician's judgement, and only a clinician may be its performer."""

_MADE: tuple[Code, ...] = (
    MALIGNANT,
    SECONDARY,
    *PRIMARY.values(),
    *SECONDARY_SITES.values(),
    *RELAPSE.values(),
    STAGE_CLINICAL,
    STAGE_PATHOLOGICAL,
    STAGE_OTHER,
    SURGICAL,
    RADIOTHERAPY,
    PATIENT_REPORTED,
    HELPER_REPORTED,
    PROBLEM,
    SURVEY,
    EXAM,
    IMAGING,
    LABORATORY,
    *CLINICAL_STATUS.values(),
    ALLERGY_ACTIVE,
    NO_KNOWN_ALLERGIES,
    NO_ALLERGY_INFO,
    NO_MEDICATION_INFO,
    NO_PROBLEM_INFO,
    PATIENT_SUMMARY,
    *SECTIONS.values(),
)
KNOWN: Mapping[tuple[str, str], Code] = {(code.system, code.code): code for code in _MADE}
"""Every code that an export may hold, by its system and code."""

REQUIRED: Mapping[tuple[str, str], frozenset[str]] = {
    ("Bundle", "type"): frozenset({"document", "collection"}),
    ("Composition", "status"): frozenset({"preliminary", "final", "amended", "entered-in-error"}),
    ("Patient", "gender"): frozenset({"male", "female", "other", "unknown"}),
    ("Observation", "status"): frozenset(
        {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"}
    ),
    ("QuestionnaireResponse", "status"): frozenset(
        {"in-progress", "completed", "amended", "entered-in-error", "stopped"}
    ),
    ("CarePlan", "status"): frozenset(
        {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"}
    ),
    ("CarePlan", "intent"): frozenset({"proposal", "plan", "order", "option"}),
    ("Appointment", "status"): frozenset(
        {
            *("proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error"),
            *("checked-in", "waitlist"),
        }
    ),
    ("MedicationStatement", "status"): frozenset(
        {"active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken"}
    ),
    ("Procedure", "status"): frozenset(
        {
            *("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error"),
            "unknown",
        }
    ),
}
"""The values of each element that FHIR R4 binds to a required value set, where an export writes one."""

_CLINICAL_OF: Mapping[str, str] = {"Condition": CLINICAL, "AllergyIntolerance": ALLERGY_CLINICAL}


def wrong_codes(resource: Any, where: str = "") -> Iterator[str]:
    """Yield what is wrong with the codes of a resource (or of a whole bundle), each with its place; nothing where all are right.

    A coding must stand in our tables with the words of its system; an element with a required binding must hold one of its
    values; a clinical status must be of its resource's own system.
    """
    if isinstance(resource, list):
        for number, each in enumerate(resource):
            yield from wrong_codes(each, f"{where}[{number}]")
        return
    if not isinstance(resource, dict):
        return
    kind = resource.get("resourceType", "")
    for (of, name), values in REQUIRED.items():
        if of == kind and name in resource and resource[name] not in values:
            yield f"{where}.{name}: {resource[name]} is no value of {of}.{name}"
    status = resource.get("clinicalStatus")
    if kind in _CLINICAL_OF and status is not None:
        for coding in status.get("coding", []):
            if coding.get("system") != _CLINICAL_OF[kind]:
                yield f"{where}.clinicalStatus: of another system"
    if "system" in resource and "code" in resource and "resourceType" not in resource:
        key = (resource["system"], resource["code"])
        if key in NEVER:
            yield f"{where}: {key[1]} is a clinician's to write"
        elif key not in KNOWN:
            yield f"{where}: {key[0]}|{key[1]} stands in no table"
        elif resource.get("display", KNOWN[key].display) != KNOWN[key].display:
            yield f"{where}: {key[1]} is called “{KNOWN[key].display}”"
    for name, held in resource.items():
        yield from wrong_codes(held, f"{where}.{name}" if where else f"{kind}.{name}")
