"""Which urgent signs an entry calls up, by its answers alone: the first of the three outputs that are never mixed.

A sign is decided when the entry is written, offline, with no statistics and no look at what is usual: the person decides
whether it is new. The signs themselves, what to do and how soon, are the recogniser's table (``waymark.answering``),
which reads the notes too; this side only names them, since the record and the answers do not see each other.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from waymark.care.held import Held
from waymark.care.severity import Answers, Attribute
from waymark.languages.texts import N_
from waymark.record.payloads import Modality, Treatment

IF_NEW = N_("If this is new, or has suddenly become worse:")
"""Stands before the advice of a sign that an answer called up: many people live with the symptom and know it."""


@dataclass(frozen=True, slots=True)
class Calls:
    """From which answer on a symptom calls up a sign."""

    term: str
    attribute: Attribute
    at_least: int
    sign: str


_F, _S, _I = Attribute.FREQUENCY, Attribute.SEVERITY, Attribute.INTERFERENCE

CALLS: tuple[Calls, ...] = (
    Calls("seizures", _F, 1, "seizure"),
    Calls("coughing-blood", _F, 1, "coughing_blood"),
    Calls("breathless", _S, 3, "breathlessness"),
    Calls("chest-pain", _S, 3, "chest_pain"),
    Calls("confusion", _F, 1, "sudden_confusion"),
    Calls("confusion", _S, 2, "sudden_confusion"),
    Calls("face-droop", _S, 1, "stroke"),
    Calls("speech", _S, 3, "stroke"),
    Calls("sight", _S, 3, "sight_loss"),
    Calls("arm-leg-weakness", _S, 2, "spinal_cord_compression"),
    Calls("bowel-control", _F, 1, "spinal_cord_compression"),
    Calls("bladder-control", _F, 1, "spinal_cord_compression"),
    Calls("balance", _S, 3, "spinal_cord_compression"),
    Calls("back-pain", _S, 2, "back_pain"),
    Calls("headache", _S, 3, "raised_pressure_head"),
    Calls("sleepiness", _S, 3, "raised_pressure_head"),
    Calls("face-swelling", _S, 1, "superior_vena_cava"),
    Calls("fever", _F, 1, "fever"),
    Calls("fever", _S, 1, "fever"),
    Calls("vomiting", _S, 3, "dehydration"),
    Calls("vomiting", _F, 4, "dehydration"),
    Calls("diarrhea", _S, 3, "severe_diarrhoea"),
    Calls("blood-stool", _F, 1, "black_stools"),
    Calls("urinating", _S, 4, "no_urine"),
    Calls("pain", _S, 4, "severe_pain"),
    Calls("belly-pain", _S, 4, "severe_pain"),
    Calls("bone-pain", _S, 4, "severe_pain"),
    Calls("limb-swelling", _S, 2, "leg_clot"),
)
"""The one table from answers to signs; each sign is one of the recogniser's (a test says so)."""

LOW_COUNTS = timedelta(weeks=6)
"""How long after treatment of the whole body a fever counts as one during treatment: CDC, "Preventing Infections in Cancer
Patients", says during chemotherapy and after it without an end; six weeks are our choice, and the sign for a fever at any
other time asks about treatment itself.
"""


def signs_of(term: str | None, answers: Answers, on_treatment: bool) -> tuple[str, ...]:
    """Return the ids of the signs that an answer calls up; none for a symptom in the person's own words, whose words the
    recogniser reads.
    """
    found = []
    for call in CALLS:
        value = answers.of(call.attribute)
        if call.term == term and value is not None and value >= call.at_least:
            found.append("fever_on_treatment" if call.sign == "fever" and on_treatment else call.sign)
    return tuple(dict.fromkeys(found))


def on_treatment(held: Held, day: date) -> bool:
    """Return whether treatment of the whole body goes on that day, or ended within six weeks; unknown ends count as going
    on where the treatment is said to, and as six weeks after its start else.
    """
    for item in held.of(Treatment):
        said = item.said
        if said.modality is not Modality.SYSTEMIC or not said.start.first or said.start.first > day:
            continue
        end = said.end.last or (day if said.ongoing else said.start.last)
        if end is not None and day - end <= LOW_COUNTS:
            return True
    return False
