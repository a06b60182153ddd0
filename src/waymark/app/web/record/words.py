"""Our words for what the record holds: one table for each choice, marked for the catalogues."""

from collections.abc import Mapping

from waymark.errors import WaymarkError
from waymark.languages.texts import Message, Texts
from waymark.record.payloads import (
    Aid,
    Appointment,
    Kind,
    Modality,
    Progress,
    Rhythm,
    Spread,
    Status,
    Unit,
)


def N_(message: str) -> str:
    """Mark a message of a table for the catalogues; it is translated where it is shown."""
    return message


PARTS = (
    ("/record", N_("Today"), "today"),
    ("/record/diary", N_("Diary"), "diary"),
    ("/record/course", N_("History"), "course"),
    ("/record/plan", N_("Plan"), "plan"),
    ("/record/visit", N_("Visit"), "visit"),
    ("/record/more", N_("More"), "more"),
)
"""The parts of the record, each with its address and its name."""

MODALITIES: Mapping[Modality, str] = {
    Modality.SURGERY: N_("Surgery"),
    Modality.RADIATION: N_("Radiation"),
    Modality.SYSTEMIC: N_("Medicine for the whole body: chemotherapy, hormone, targeted or immune therapy"),
    Modality.OTHER: N_("Something else"),
}
SPREADS: Mapping[Spread, str] = {
    Spread.LOCAL: N_("Local: in the same place as before, or very near"),
    Spread.REGIONAL: N_("Regional: in lymph nodes or tissue nearby"),
    Spread.DISTANT: N_("Distant: in another part of the body"),
    Spread.NOT_SAID: N_("I was not told, or not yet"),
}
STATUSES: Mapping[Status, str] = {
    Status.NO_SIGN: N_("No sign of cancer was found"),
    Status.COMPLETE_REMISSION: N_("Complete remission"),
    Status.PARTIAL_REMISSION: N_("Partial remission: it has shrunk"),
    Status.STABLE: N_("Stable: about the same"),
    Status.GROWING: N_("Growing"),
    Status.CAME_BACK: N_("It came back"),
    Status.NOT_SURE: N_("Not sure yet"),
}
APPOINTMENTS: Mapping[Appointment, str] = {
    Appointment.VISIT: N_("Visit"),
    Appointment.EXAM: N_("Examination"),
    Appointment.IMAGING: N_("Scan"),
    Appointment.LAB: N_("Lab test"),
}
PROGRESS: Mapping[Progress, str] = {
    Progress.PLANNED: N_("Planned"),
    Progress.DONE: N_("Done"),
    Progress.MOVED: N_("Moved to another day"),
    Progress.MISSED: N_("Missed"),
    Progress.CANCELLED: N_("Called off"),
}
UNITS: Mapping[Unit, str] = {
    Unit.DAYS: N_("days"),
    Unit.WEEKS: N_("weeks"),
    Unit.MONTHS: N_("months"),
    Unit.YEARS: N_("years"),
}
RHYTHMS: Mapping[Rhythm, str] = {
    Rhythm.WEEKLY: N_("Once a week, looking back over seven days"),
    Rhythm.DAILY: N_("Every day, or on any day I like"),
}
AIDS: Mapping[Aid, str] = {
    Aid.HARD_DAY: N_("What helps me on a hard day"),
    Aid.BAG: N_("What I take along"),
    Aid.PAPERS: N_("Where my papers are"),
    Aid.OTHER: N_("Something else"),
}
KINDS: Mapping[Kind, str] = {
    Kind.SYMPTOM: N_("Diary entry"),
    Kind.BASELINE: N_("What a symptom is compared with"),
    Kind.DIAGNOSIS: N_("Diagnosis"),
    Kind.TREATMENT: N_("Treatment"),
    Kind.RECURRENCE: N_("Recurrence"),
    Kind.SECOND_CANCER: N_("Second cancer"),
    Kind.RESTAGING: N_("Staged again"),
    Kind.REPORTED_STATUS: N_("What the team said"),
    Kind.FOLLOW_UP: N_("Visit, scan or test"),
    Kind.QUESTION: N_("Question"),
    Kind.CONTACT: N_("Person to call"),
    Kind.MEDICINE: N_("Medicine"),
    Kind.NOTE: N_("Note"),
    Kind.VISIT_SUMMARY: N_("Page for the visit"),
    Kind.DIARY_CHOICE: N_("List of symptoms"),
    Kind.USUAL_WEEKS: N_("Usual weeks"),
    Kind.ALLERGY: N_("Allergy"),
    Kind.ABOUT_PERSON: N_("About me"),
    Kind.AT_HAND: N_("At hand"),
    Kind.GATHERED: N_("Paper to gather"),
}


def said(text: str, words: Texts) -> str:
    """Return a sentence in a language: one that knows how it was made (`Message`), or one that stands in the catalogue."""
    return words.say(text) if isinstance(text, Message) else words.gettext(text)


def error_words(error: WaymarkError, words: Texts) -> str:
    """Return what an error says and what to do next, in the language where the catalogue has it."""
    return " ".join(said(each, words) for each in (error.sentence, error.next_step) if each)
