"""What a person can say in the record: one frozen shape for each kind of entry.

Two rules hold for every shape. A fact that is not known is None or empty, never a guess. And since entries of
ten years ago are read by today's code, a check here may be loosened but never tightened, and a default never
changes: what equals its default is not written down.

The date of what an entry says (of the diagnosis, the recurrence, the restaging) is the entry's
``about_when``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from waymark.record.dates import UNKNOWN, Precision, When
from waymark.record.errors import EntryRefused

LONGEST_TEXT = 20_000  # characters of a note
LONGEST_LINE = 500  # characters of a name, a place, a stage


class Kind(StrEnum):
    """The kinds of entries. The values are written in the vault and in exports, and never change."""

    SYMPTOM = "symptom"
    BASELINE = "baseline"
    DIAGNOSIS = "diagnosis"
    TREATMENT = "treatment"
    RECURRENCE = "recurrence"
    SECOND_CANCER = "second_cancer"
    RESTAGING = "restaging"
    REPORTED_STATUS = "reported_status"
    FOLLOW_UP = "follow_up"
    QUESTION = "question"
    CONTACT = "contact"
    MEDICINE = "medicine"
    NOTE = "note"
    VISIT_SUMMARY = "visit_summary"


@dataclass(frozen=True, slots=True, repr=False)
class Payload:
    """What an entry says. ``refers_to`` names the fields that hold the id of another entry, and its kind."""

    kind: ClassVar[Kind]
    refers_to: ClassVar[dict[str, Kind]] = {}

    @property
    def happened(self) -> When:
        """The date to take for ``about_when`` where the person gives none."""
        return UNKNOWN

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"  # no words of the person: a repr ends up in logs


def _line(value: str, what: str, needed: bool = False) -> None:
    """Check a short text."""
    _text(value, what, LONGEST_LINE)
    if needed and not value.strip():
        raise EntryRefused(f"{what} is missing.", "Fill it in, in your own words.")


def _text(value: str, what: str, longest: int = LONGEST_TEXT) -> None:
    if not value and isinstance(value, str):
        return
    if not isinstance(value, str):
        raise EntryRefused(f"{what} is not text.")
    if len(value) > longest:
        raise EntryRefused(
            f"{what} is longer than {longest:,} characters.", "Shorten it, or split it into two entries."
        )
    try:
        value.encode()
    except UnicodeEncodeError:
        raise EntryRefused(f"{what} holds characters that cannot be kept.", "Type it again.") from None
    if "\0" in value:
        raise EntryRefused(f"{what} holds characters that cannot be kept.", "Type it again.")


def _whole(value: int | None, what: str, low: int, high: int, empty: bool = True) -> None:
    if value is None and empty:
        return
    if type(value) is not int or not low <= value <= high:
        raise EntryRefused(f"{what} is a whole number from {low} to {high}.", "Leave it empty if you cannot say.")


def _one_of(value: object, choices: type[StrEnum], what: str) -> None:
    if not isinstance(value, choices):
        raise EntryRefused(f"{what} is none of the choices.", f"Choose one of: {', '.join(choices)}.")


def _when(value: object, what: str) -> None:
    if not isinstance(value, When):
        raise EntryRefused(f"{what} is not a date.")


_TERM = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*\Z", re.ASCII)
_ENTRY_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.ASCII)


def _term(value: str | None, what: str) -> None:
    if value is not None and not (isinstance(value, str) and len(value) <= 80 and _TERM.match(value)):
        raise EntryRefused(f"{what} is not one of the list.", "Choose it from the list, or use your own words.")


def _entry_id(value: str | None, what: str) -> None:
    """Check a reference to another entry."""
    if value is not None and not (isinstance(value, str) and _ENTRY_ID.match(value)):
        raise EntryRefused(f"{what} does not name an entry of this record.", "Choose it from your entries.")


def _flag(value: bool | None, what: str, empty: bool = False) -> None:
    if value is not True and value is not False and not (empty and value is None):
        raise EntryRefused(f"{what} is either yes or no.")


def _lines(values: tuple[str, ...], what: str) -> None:
    if not isinstance(values, tuple) or len(values) > 50:
        raise EntryRefused(f"{what}: at most 50 lines.")
    for value in values:
        _line(value, what, needed=True)


def _in_order(start: When, end: When, what: str) -> None:
    _when(start, f"The start of {what}")
    _when(end, f"The end of {what}")
    if start.first and end.last and end.last < start.first:
        raise EntryRefused(f"The end of {what} lies before its start.", "Look at the two dates again.")


# Symptoms


@dataclass(frozen=True, slots=True, repr=False)
class SymptomEntry(Payload):
    """How one symptom was, over the last ``recall_days`` days (0: at that moment).

    ``term`` is an id of the list of symptoms, or None where ``own_words`` name it; both may stand. Each
    attribute is 0 (none at all) to 4 (as much as can be), or None where it was not asked or not said.
    """

    kind: ClassVar[Kind] = Kind.SYMPTOM
    term: str | None = None
    own_words: str = ""
    frequency: int | None = None
    severity: int | None = None
    interference: int | None = None
    recall_days: int = 7
    note: str = ""

    def __post_init__(self) -> None:
        _symptom(self.term, self.own_words, self.frequency, self.severity, self.interference)
        _whole(self.recall_days, "The number of days looked back on", 0, 366, empty=False)
        _text(self.note, "The note")


def _symptom(
    term: str | None, own_words: str, frequency: int | None, severity: int | None, interference: int | None
) -> None:
    _term(term, "The symptom")
    _line(own_words, "The symptom in your words")
    if term is None and not own_words.strip():
        raise EntryRefused(
            "This does not say which symptom it is about.", "Choose one from the list, or use your own words."
        )
    _whole(frequency, "How often it came", 0, 4)
    _whole(severity, "How strong it was", 0, 4)
    _whole(interference, "How much it got in the way", 0, 4)


class Baseline(StrEnum):
    """What a symptom is compared with, and never mixed: how it normally is now; how it was with the first tumour."""

    USUAL = "usual"
    AT_DIAGNOSIS = "at_diagnosis"


@dataclass(frozen=True, slots=True, repr=False)
class BaselineMark(Payload):
    """How one symptom is usually, from ``about_when`` on, or how it was at diagnosis. A later mark takes the
    place of an earlier one for comparisons after it; both stay. At least one attribute is given; 0 says that
    it is not there.
    """

    kind: ClassVar[Kind] = Kind.BASELINE
    baseline: Baseline = Baseline.USUAL
    term: str | None = None
    own_words: str = ""
    frequency: int | None = None
    severity: int | None = None
    interference: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        _one_of(self.baseline, Baseline, "What to compare with")
        _symptom(self.term, self.own_words, self.frequency, self.severity, self.interference)
        if self.frequency is None and self.severity is None and self.interference is None:
            raise EntryRefused("This does not say how the symptom is usually.", "Say at least how often or how strong.")
        _text(self.note, "The note")


# The course of the disease


@dataclass(frozen=True, slots=True, repr=False)
class Diagnosis(Payload):
    """The first cancer, as the person was told. ``cancer_type`` is an id of the library's vocabulary of
    cancers, or None; ``histology`` and ``stage_at_diagnosis`` are written as they stand in the report. The
    stage never changes: what comes later is a `Restaging`.
    """

    kind: ClassVar[Kind] = Kind.DIAGNOSIS
    cancer_type: str | None = None
    histology: str = ""
    stage_at_diagnosis: str = ""
    site: str = ""
    said_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _cancer(self.cancer_type, self.histology, self.stage_at_diagnosis, self.site, self.said_by, self.note)


@dataclass(frozen=True, slots=True, repr=False)
class SecondCancer(Payload):
    """A new cancer of another kind: a new condition, never a recurrence of the first. Fields as in `Diagnosis`."""

    kind: ClassVar[Kind] = Kind.SECOND_CANCER
    cancer_type: str | None = None
    histology: str = ""
    stage_at_diagnosis: str = ""
    site: str = ""
    said_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _cancer(self.cancer_type, self.histology, self.stage_at_diagnosis, self.site, self.said_by, self.note)


def _cancer(cancer_type: str | None, histology: str, stage: str, site: str, said_by: str, note: str) -> None:
    _term(cancer_type, "The type of cancer")
    _line(histology, "The name in the report")
    if cancer_type is None and not histology.strip():
        raise EntryRefused("This does not say which cancer it is.", "Choose a type, or copy its name from the report.")
    _line(stage, "The stage at diagnosis")
    _line(site, "The place in the body")
    _line(said_by, "Who said so")
    _text(note, "The note")


class Modality(StrEnum):
    """The kinds of treatment."""

    SURGERY = "surgery"
    RADIATION = "radiation"
    SYSTEMIC = "systemic"  # chemotherapy, hormone, targeted and immune therapy: what reaches the whole body
    OTHER = "other"


@dataclass(frozen=True, slots=True, repr=False)
class Treatment(Payload):
    """A treatment, planned, under way or done. ``ongoing`` says that it has no end yet; ``recurrence`` is the
    id of the recurrence that it was for, None for the first cancer, ``second_cancer`` the id of a second
    cancer.
    """

    kind: ClassVar[Kind] = Kind.TREATMENT
    refers_to: ClassVar[dict[str, Kind]] = {
        "recurrence": Kind.RECURRENCE,
        "second_cancer": Kind.SECOND_CANCER,
    }
    modality: Modality = Modality.OTHER
    name: str = ""
    start: When = UNKNOWN
    end: When = UNKNOWN
    ongoing: bool = False
    recurrence: str | None = None
    second_cancer: str | None = None
    place: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _one_of(self.modality, Modality, "The kind of treatment")
        _line(self.name, "The name of the treatment", needed=True)
        _in_order(self.start, self.end, "the treatment")
        _flag(self.ongoing, "Whether the treatment goes on")
        if self.ongoing and self.end.known:
            raise EntryRefused("A treatment that goes on has no end yet.", "Take out the end, or say that it is over.")
        _entry_id(self.recurrence, "The recurrence that it was for")
        _entry_id(self.second_cancer, "The second cancer that it was for")
        if self.recurrence and self.second_cancer:
            raise EntryRefused(
                "A treatment is for a recurrence or for a second cancer.",
                "Make two entries if it was for both.",
            )
        _line(self.place, "The place of the treatment")
        _text(self.note, "The note")

    @property
    def happened(self) -> When:
        return self.start


class Spread(StrEnum):
    """Where a recurrence is, seen from the first cancer."""

    LOCAL = "local"
    REGIONAL = "regional"
    DISTANT = "distant"
    NOT_SAID = "not_said"  # the person was not told, or not yet


@dataclass(frozen=True, slots=True, repr=False)
class Recurrence(Payload):
    """The same cancer, back: the first, second … time (``ordinal``, from 1), in one or more ways at once,
    with the sites, what showed it and who said so. ``diagnosis`` is the id of the cancer that came back (a
    `Diagnosis`).
    """

    kind: ClassVar[Kind] = Kind.RECURRENCE
    refers_to: ClassVar[dict[str, Kind]] = {"diagnosis": Kind.DIAGNOSIS}
    ordinal: int = 1
    spread: tuple[Spread, ...] = (Spread.NOT_SAID,)
    sites: tuple[str, ...] = ()
    shown_by: str = ""
    said_by: str = ""
    cancer_type: str | None = None
    diagnosis: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        _whole(self.ordinal, "Which recurrence it is", 1, 50, empty=False)
        if not isinstance(self.spread, tuple) or not self.spread or len(set(self.spread)) != len(self.spread):
            raise EntryRefused("This does not say where the cancer came back.", "Choose one or more, or “not said”.")
        for each in self.spread:
            _one_of(each, Spread, "Where the cancer came back")
        if Spread.NOT_SAID in self.spread and len(self.spread) > 1:
            raise EntryRefused("“Not said” cannot stand beside a place.", "Take one of them out.")
        _lines(self.sites, "The places in the body")
        _line(self.shown_by, "What showed it")
        _line(self.said_by, "Who said so")
        _term(self.cancer_type, "The type of cancer")
        _entry_id(self.diagnosis, "The cancer that came back")
        _text(self.note, "The note")


@dataclass(frozen=True, slots=True, repr=False)
class Restaging(Payload):
    """A later stage, beside the one at diagnosis. ``as_written`` is copied from the report ("rIIIB");
    ``understood`` is what the person took from it.
    """

    kind: ClassVar[Kind] = Kind.RESTAGING
    refers_to: ClassVar[dict[str, Kind]] = {"recurrence": Kind.RECURRENCE}
    as_written: str = ""
    understood: str = ""
    recurrence: str | None = None
    said_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _line(self.as_written, "The stage as written")
        _text(self.understood, "What you understood")
        if not self.as_written.strip() and not self.understood.strip():
            raise EntryRefused(
                "This does not say what the new stage is.", "Copy it from the report, or use your own words."
            )
        _entry_id(self.recurrence, "The recurrence that it belongs to")
        _line(self.said_by, "Who said so")
        _text(self.note, "The note")


class Status(StrEnum):
    """What a clinician said of the disease, as the person reports it. It is never a judgement of Waymark's."""

    NO_SIGN = "no_sign"
    COMPLETE_REMISSION = "complete_remission"
    PARTIAL_REMISSION = "partial_remission"
    STABLE = "stable"
    GROWING = "growing"
    CAME_BACK = "came_back"
    NOT_SURE = "not_sure"


@dataclass(frozen=True, slots=True, repr=False)
class ReportedStatus(Payload):
    """What the team said of the disease, as the person heard it."""

    kind: ClassVar[Kind] = Kind.REPORTED_STATUS
    status: Status = Status.NOT_SURE
    in_words: str = ""
    said_by: str = ""
    shown_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _one_of(self.status, Status, "What was said")
        _text(self.in_words, "What was said, in words")
        _line(self.said_by, "Who said so")
        _line(self.shown_by, "What showed it")
        _text(self.note, "The note")


# Follow-up and visits


class Appointment(StrEnum):
    """The kinds of follow-up."""

    VISIT = "visit"
    EXAM = "exam"
    IMAGING = "imaging"
    LAB = "lab"


class Progress(StrEnum):
    """What became of a follow-up item."""

    PLANNED = "planned"
    DONE = "done"
    MOVED = "moved"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Unit(StrEnum):
    """Units of an interval."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True, repr=False)
class Interval:
    """ "Every three months", counted from the anchor day: 31 January, 28 February, 31 March. ``times`` None:
    without end.
    """

    every: int
    unit: Unit
    anchor: When
    times: int | None = None

    def __post_init__(self) -> None:
        _whole(self.every, "The interval", 1, 3660, empty=False)
        _one_of(self.unit, Unit, "The unit of the interval")
        if not isinstance(self.anchor, When) or self.anchor.precision is not Precision.DAY:
            raise EntryRefused("An interval counts from one day.", "Give the day, month and year that it counts from.")
        _whole(self.times, "How many times", 1, 1000)

    def __repr__(self) -> str:
        return "<Interval>"


@dataclass(frozen=True, slots=True, repr=False)
class FollowUpItem(Payload):
    """A visit, examination, scan or laboratory test, as the team planned it: on a date (``due``) or at an
    interval.

    ``plan`` is the id of the item with an interval that this one is an occurrence of. ``moved_to`` is the new
    date of a moved one (it may be unknown yet). ``result`` and ``said`` are what came of it, ``said_by`` who
    said so.
    """

    kind: ClassVar[Kind] = Kind.FOLLOW_UP
    refers_to: ClassVar[dict[str, Kind]] = {"plan": Kind.FOLLOW_UP}
    appointment: Appointment = Appointment.VISIT
    name: str = ""
    due: When = UNKNOWN
    interval: Interval | None = None
    progress: Progress = Progress.PLANNED
    done_on: When = UNKNOWN
    moved_to: When = UNKNOWN
    plan: str | None = None
    place: str = ""
    result: str = ""
    said: str = ""
    said_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _one_of(self.appointment, Appointment, "The kind of follow-up")
        _line(self.name, "The name of the visit or test", needed=True)
        _one_of(self.progress, Progress, "What became of it")
        for when in (self.due, self.done_on, self.moved_to):
            _when(when, "The date")
        if self.interval is not None and not isinstance(self.interval, Interval):
            raise EntryRefused("This is not an interval.")
        if self.interval is not None and self.due.known:
            raise EntryRefused(
                "This has a date and an interval.",
                "Keep the date, or the interval with the day it counts from.",
            )
        if self.interval is not None and self.progress not in (Progress.PLANNED, Progress.CANCELLED):
            raise EntryRefused("What repeats is not done or moved as a whole.", "Make an entry for the one time.")
        if self.done_on.known and self.progress is not Progress.DONE:
            raise EntryRefused(
                "This has a day on which it was done, and does not say that it was done.",
                "Say that it was done.",
            )
        if self.moved_to.known and self.progress is not Progress.MOVED:
            raise EntryRefused("This has a new date, and does not say that it was moved.", "Say that it was moved.")
        _entry_id(self.plan, "The plan that it belongs to")
        _line(self.place, "The place")
        _text(self.result, "The result")
        _text(self.said, "What was said")
        _line(self.said_by, "Who said so")
        _text(self.note, "The note")

    @property
    def happened(self) -> When:
        return self.done_on if self.done_on.known else self.due


@dataclass(frozen=True, slots=True, repr=False)
class Question(Payload):
    """A question for the team. ``visit`` is the id of the `FollowUpItem` it is for, None for the next one;
    ``order`` counts from 1, the most important first. The answer is what the person was told.
    """

    kind: ClassVar[Kind] = Kind.QUESTION
    refers_to: ClassVar[dict[str, Kind]] = {"visit": Kind.FOLLOW_UP}
    text: str = ""
    visit: str | None = None
    order: int | None = None
    answer: str = ""
    answered_by: str = ""

    def __post_init__(self) -> None:
        _text(self.text, "The question")
        if not self.text.strip():
            raise EntryRefused("There is no question here.", "Write it in your own words.")
        _entry_id(self.visit, "The visit that it is for")
        _whole(self.order, "The place in the list", 1, 1000)
        _text(self.answer, "The answer")
        _line(self.answered_by, "Who answered")


@dataclass(frozen=True, slots=True, repr=False)
class VisitSummaryMade(Payload):
    """That a visit summary was made: for which visit, over which days, in which language. ``digest`` is the
    SHA-256 (hex) of the page, so that a printed one can be told from a later one; the page itself is made
    anew from the entries.
    """

    kind: ClassVar[Kind] = Kind.VISIT_SUMMARY
    refers_to: ClassVar[dict[str, Kind]] = {"visit": Kind.FOLLOW_UP}
    visit: str | None = None
    covers_from: When = UNKNOWN
    covers_to: When = UNKNOWN
    language: str = "en"
    digest: str = ""

    def __post_init__(self) -> None:
        _entry_id(self.visit, "The visit that it is for")
        _in_order(self.covers_from, self.covers_to, "the summary")
        _line(self.language, "The language", needed=True)
        if not isinstance(self.digest, str) or not re.fullmatch(r"(?:[0-9a-f]{64})?", self.digest):
            raise EntryRefused("The digest of a summary is 64 hexadecimal digits.")


# People, medicines, notes


@dataclass(frozen=True, slots=True, repr=False)
class Contact(Payload):
    """Someone of the team, or someone to call."""

    kind: ClassVar[Kind] = Kind.CONTACT
    name: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    place: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _line(self.name, "The name")
        _line(self.role, "What they do")
        if not self.name.strip() and not self.role.strip():
            raise EntryRefused("This does not say who it is.", "Give a name, or what they do.")
        _line(self.phone, "The telephone number")
        _line(self.email, "The e-mail address")
        _line(self.place, "The place")
        _text(self.note, "The note")


@dataclass(frozen=True, slots=True, repr=False)
class Medicine(Payload):
    """A medicine from ``start`` on, with the dose as it stands on the box or the plan; a changed dose is a
    new entry, and the old one gets its end. ``steroid`` marks what explains a change of symptoms; None where
    the person does not know.
    """

    kind: ClassVar[Kind] = Kind.MEDICINE
    name: str = ""
    as_written: str = ""
    reason: str = ""
    start: When = UNKNOWN
    end: When = UNKNOWN
    steroid: bool | None = None
    prescribed_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _line(self.name, "The name of the medicine", needed=True)
        _line(self.as_written, "The dose as written")
        _line(self.reason, "What it is for")
        _in_order(self.start, self.end, "the medicine")
        _flag(self.steroid, "Whether it is a steroid", empty=True)
        _line(self.prescribed_by, "Who prescribed it")
        _text(self.note, "The note")

    @property
    def happened(self) -> When:
        return self.start


@dataclass(frozen=True, slots=True, repr=False)
class Note(Payload):
    """Anything else."""

    kind: ClassVar[Kind] = Kind.NOTE
    text: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        _text(self.text, "The note")
        _line(self.title, "The title")
        if not self.text.strip():
            raise EntryRefused("This note is empty.", "Write something, or leave it out.")


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
    )
)
