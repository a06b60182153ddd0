"""A file as hospitals' portals hand them out, of an invented person: tidy and untidy resources beside one another."""

import json
from copy import deepcopy
from typing import Any

SNOMED, ICD = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"
STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"use": "official", "given": ["Robin", "A."], "family": "Quill"}],
    "birthDate": "1969-04-02",
    "gender": "female",
}
BREAST = {
    "resourceType": "Condition",
    "id": "c1",
    "clinicalStatus": {"coding": [{"system": STATUS, "code": "recurrence"}]},
    "verificationStatus": {"coding": [{"system": VERIFIED, "code": "confirmed"}]},
    "code": {
        "coding": [{"system": ICD, "code": "C50.911", "display": "Malignant neoplasm of breast"}],
        "text": "Invasive ductal carcinoma of the right breast",
    },
    "subject": {"reference": "Patient/p1"},
    "onsetDateTime": "2021-03",
    "recordedDate": "2026-02-11T15:00:00Z",
    "stage": [{"summary": {"text": "pT2 N1 M0"}}],
    "asserter": {"reference": "Practitioner/d1", "display": "Dr. Vane"},
}
LIVER = {
    "resourceType": "Condition",
    "id": "c2",
    "code": {"coding": [{"system": SNOMED, "code": "94381002"}], "text": "Secondary malignant neoplasm of liver"},
    "subject": {"reference": "Patient/p1"},
    "onsetDateTime": "2026-02-10",
}
PRESSURE = {
    "resourceType": "Condition",
    "id": "c3",
    "code": {"text": "High blood pressure"},
    "subject": {"reference": "Patient/p1"},
    "onsetDateTime": "2015",
}
FAMILY = {
    "resourceType": "Condition",
    "id": "c4",
    "code": {"coding": [{"system": ICD, "code": "Z80.3"}], "text": "Family history of breast cancer"},
    "subject": {"reference": "Patient/p1"},
}
TABLET = {
    "resourceType": "MedicationStatement",
    "id": "m1",
    "status": "active",
    "medicationReference": {"reference": "#inside"},
    "contained": [{"resourceType": "Medication", "id": "inside", "code": {"text": "Letrozole"}}],
    "subject": {"reference": "Patient/p1"},
    "effectivePeriod": {"start": "2021-09-01"},
    "dosage": [{"text": "2.5 mg once a day"}],
}
PRESCRIBED = {
    "resourceType": "MedicationRequest",
    "id": "m2",
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {"coding": [{"display": "ondansetron 8 mg tablet"}]},
    "subject": {"reference": "urn:uuid:5f1c2f6e-0000-4000-8000-000000000001"},
    "authoredOn": "2026-03-01T10:00:00-05:00",
    "requester": {"display": "Dr. Vane"},
    "dosageInstruction": [
        {
            "doseAndRate": [{"doseQuantity": {"value": 2.50, "unit": "mg"}}],
            "timing": {"code": {"text": "every 8 hours"}},
        }
    ],
}
STOPPED = {
    "resourceType": "MedicationStatement",
    "id": "m3",
    "status": "stopped",
    "medicationCodeableConcept": {"text": "Tamoxifen"},
    "subject": {"reference": "Patient/p1"},
}
OPERATION = {
    "resourceType": "Procedure",
    "id": "o1",
    "status": "completed",
    "code": {"text": "Right mastectomy"},
    "subject": {"reference": "Patient/p1"},
    "performedDateTime": "2021-04-20",
}
RADIATION = {
    "resourceType": "Procedure",
    "id": "o2",
    "status": "completed",
    "category": {"coding": [{"system": SNOMED, "code": "108290001"}]},
    "code": {"text": "Chest wall, 40 Gy in 15"},
    "subject": {"reference": "Patient/p1"},
    "performedPeriod": {"start": "2021-07-01", "end": "2021-07-22"},
}
PUNCTURE = {
    "resourceType": "Procedure",
    "id": "o3",
    "status": "completed",
    "code": {"text": "Blood draw"},
    "subject": {"reference": "Patient/p1"},
    "performedDateTime": "2026-01-02T09:00:00-05:00",
}
VISIT = {
    "resourceType": "Appointment",
    "id": "a1",
    "status": "booked",
    "description": "MRI of the liver",
    "start": "2027-01-05T14:30:00-05:00",
    "end": "2027-01-05T15:00:00-05:00",
    "participant": [
        {"actor": {"reference": "Patient/p1"}, "status": "accepted"},
        {"actor": {"reference": "Location/l1", "display": "Radiology, ground floor"}, "status": "accepted"},
    ],
}
ALLERGY = {
    "resourceType": "AllergyIntolerance",
    "id": "al1",
    "code": {"text": "Penicillin"},
    "patient": {"reference": "Patient/p1"},
    "reaction": [{"manifestation": [{"text": "rash"}]}],
}
LAB = {
    "resourceType": "Observation",
    "id": "l1",
    "status": "final",
    "code": {"text": "CA 15-3"},
    "subject": {"reference": "Patient/p1"},
    "valueQuantity": {"value": 31, "unit": "U/mL"},
}
RESOURCES: tuple[dict[str, Any], ...] = (
    PATIENT,
    *(BREAST, LIVER, PRESSURE, FAMILY),
    *(TABLET, PRESCRIBED, STOPPED, OPERATION, RADIATION, PUNCTURE, VISIT, ALLERGY, LAB),
)


def bundle(*resources: dict[str, Any], kind: str = "searchset") -> bytes:
    """Return a bundle of these resources; the person's own has an address beside its id."""
    entries = []
    for each in resources or RESOURCES:
        entry: dict[str, Any] = {"resource": deepcopy(each)}
        if each.get("resourceType") == "Patient":
            entry["fullUrl"] = "urn:uuid:5f1c2f6e-0000-4000-8000-000000000001"
        entries.append(entry)
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}).encode()
