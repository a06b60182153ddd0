"""All that a person can say in the record: one frozen shape for each kind of entry, and the table of them."""

from waymark.record.disease import (
    Diagnosis,
    Modality,
    Recurrence,
    ReportedStatus,
    Restaging,
    SecondCancer,
    Spread,
    Status,
    Treatment,
)
from waymark.record.payload import Kind, Payload
from waymark.record.people import AboutPerson, Aid, Allergy, AtHand, Contact, Medicine, Note
from waymark.record.plans import (
    Appointment,
    FollowUpItem,
    Gathered,
    Interval,
    Progress,
    Question,
    Unit,
    VisitSummaryMade,
)
from waymark.record.symptoms import Baseline, BaselineMark, DiaryChoice, Rhythm, SymptomEntry, UsualWeeks

__all__ = [
    "PAST",
    "SHAPES",
    "AboutPerson",
    "Aid",
    "Allergy",
    "Appointment",
    "AtHand",
    "Baseline",
    "BaselineMark",
    "Contact",
    "Diagnosis",
    "DiaryChoice",
    "FollowUpItem",
    "Gathered",
    "Interval",
    "Kind",
    "Medicine",
    "Modality",
    "Note",
    "Payload",
    "Progress",
    "Question",
    "Recurrence",
    "ReportedStatus",
    "Restaging",
    "Rhythm",
    "SecondCancer",
    "Spread",
    "Status",
    "SymptomEntry",
    "Treatment",
    "Unit",
    "UsualWeeks",
    "VisitSummaryMade",
]

SHAPES: dict[Kind, type[Payload]] = {
    shape.kind: shape
    for shape in (
        SymptomEntry,
        BaselineMark,
        Diagnosis,
        Treatment,
        Recurrence,
        SecondCancer,
        Restaging,
        ReportedStatus,
        FollowUpItem,
        Question,
        Contact,
        Medicine,
        Note,
        VisitSummaryMade,
        DiaryChoice,
        UsualWeeks,
        Allergy,
        AboutPerson,
        AtHand,
        Gathered,
    )
}

# What cannot lie in the future when it is written down.
PAST = frozenset(
    (
        Kind.SYMPTOM,
        Kind.BASELINE,
        Kind.DIAGNOSIS,
        Kind.RECURRENCE,
        Kind.SECOND_CANCER,
        Kind.RESTAGING,
        Kind.REPORTED_STATUS,
        Kind.VISIT_SUMMARY,
        Kind.USUAL_WEEKS,
    )
)
