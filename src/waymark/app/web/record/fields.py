"""What each kind of entry asks for, as one table: the pages that add, the pages that correct, and the tests go through it.

A field is a name of the entry's shape, what it is called, how it is asked, and the topic that explains it. Everything but what
the shape itself needs may stay empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from waymark.app.web.record.words import (
    AIDS,
    APPOINTMENTS,
    MODALITIES,
    N_,
    SPREADS,
    STATUSES,
    UNITS,
)
from waymark.record.payloads import (
    SHAPES,
    AboutPerson,
    Aid,
    Allergy,
    Appointment,
    AtHand,
    Contact,
    Diagnosis,
    FollowUpItem,
    Kind,
    Medicine,
    Modality,
    Note,
    Payload,
    Recurrence,
    ReportedStatus,
    Restaging,
    SecondCancer,
    Spread,
    Status,
    Treatment,
)

Asked = Literal[
    "line",
    "text",
    "lines",
    "when",
    "about",
    "radios",
    "ticks",
    "tick",
    "maybe",
    "cancer",
    "of",
    "whole",
    "time",
    "interval",
]


@dataclass(frozen=True, slots=True)
class Field:
    """``kind``: "about" is the date of the entry itself; "of" names another entry of one of ``kinds``; "maybe" may stay unknown.

    ``choices`` are the words of each value; ``topic`` a quotation that explains the field; ``stage`` marks a stage as copied,
    beside which stands what was understood.
    """

    name: str
    label: str
    kind: Asked = "line"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    kinds: tuple[Kind, ...] = ()
    topic: str = ""
    stage: bool = False
    dialled: bool = False


@dataclass(frozen=True, slots=True)
class Asks:
    """One kind of entry on the pages: how adding it is called, where its page is, and its fields in the order they are asked.

    ``urgent`` says that its words are read for urgent signs: they are of now, and not of the past.
    """

    shape: type[Payload]
    address: str
    part: str
    title: str
    intro: str
    said: str
    fields: tuple[Field, ...]
    back: str
    urgent: bool = False

    @property
    def kind(self) -> Kind:
        return self.shape.kind


def _choices(words: Mapping[Any, str]) -> tuple[tuple[str, str], ...]:
    return tuple((each.value, said) for each, said in words.items())


_NOTE = Field("note", N_("Note"), "text")
_SAID_BY = Field("said_by", N_("Who said so?"), hint=N_("A name, or what they do."))
_SHOWN_BY = Field("shown_by", N_("What showed it?"), hint=N_("For example: MRI, biopsy, blood test."))
_SITE = Field("site", N_("Where in the body?"))


def _cancer_fields(date: str) -> tuple[Field, ...]:
    return (
        Field("cancer_type", N_("Kind of cancer"), "cancer"),
        Field(
            "histology",
            N_("Its name in the report"),
            hint=N_(
                "Copy it as it stands there, for example “invasive ductal carcinoma”. It is enough if one of the two is there."
            ),
            topic="report",
        ),
        _SITE,
        Field("about", date, "about", hint=N_("As well as you know it: the year alone is enough.")),
        Field(
            "stage_at_diagnosis",
            N_("Stage or grade, copied from the report"),
            hint=N_("As it stands there. Brain and spine tumors have a grade and no stage."),
            topic="stage",
            stage=True,
        ),
        _SAID_BY,
        _NOTE,
    )


ASKS: Mapping[Kind, Asks] = {
    each.kind: each
    for each in (
        Asks(
            Diagnosis,
            "/record/course/add/diagnosis",
            "course",
            N_("The diagnosis"),
            N_("The first cancer, as you were told. Its stage stays what it was; a later stage is noted beside it."),
            N_("The diagnosis is kept."),
            _cancer_fields(N_("When was it found?")),
            "/record/course",
        ),
        Asks(
            Treatment,
            "/record/course/add/treatment",
            "course",
            N_("A treatment"),
            N_("Past, under way or planned. It is marked on your charts, since treatment changes how one feels."),
            N_("The treatment is kept."),
            (
                Field("modality", N_("What kind?"), "radios", choices=_choices(MODALITIES), topic="treatment"),
                Field("name", N_("Its name"), hint=N_("As you call it or as it stands in your papers.")),
                Field("start", N_("Began"), "when"),
                Field("end", N_("Ended"), "when"),
                Field("ongoing", N_("It goes on"), "tick"),
                Field(
                    "recurrence",
                    N_("For a recurrence?"),
                    "of",
                    kinds=(Kind.RECURRENCE,),
                    hint=N_("Leave it empty for the first cancer."),
                ),
                Field("second_cancer", N_("For a second cancer?"), "of", kinds=(Kind.SECOND_CANCER,)),
                Field("place", N_("Where?")),
                _NOTE,
            ),
            "/record/course",
        ),
        Asks(
            Recurrence,
            "/record/course/add/recurrence",
            "course",
            N_("It came back"),
            N_(
                "The same cancer, back. It keeps the name of the first one wherever it is: colon cancer in the liver is colon cancer."
            ),
            N_("It is kept."),
            (
                Field("ordinal", N_("Which time is it?"), "whole", hint=N_("1 for the first time that it came back.")),
                Field("about", N_("When was it found?"), "about"),
                Field(
                    "spread", N_("Where is it, seen from the first?"), "ticks", choices=_choices(SPREADS), topic="kinds"
                ),
                Field("sites", N_("The places in the body"), "lines", hint=N_("One a line, for example “liver”.")),
                _SHOWN_BY,
                _SAID_BY,
                Field("cancer_type", N_("Did they name a kind of cancer?"), "cancer", topic="same"),
                Field("diagnosis", N_("Which cancer came back?"), "of", kinds=(Kind.DIAGNOSIS,)),
                _NOTE,
            ),
            "/record/course",
        ),
        Asks(
            SecondCancer,
            "/record/course/add/second-cancer",
            "course",
            N_("A second cancer"),
            N_("A new cancer of another kind. It is no recurrence of the first, and is treated as its own illness."),
            N_("It is kept."),
            _cancer_fields(N_("When was it found?")),
            "/record/course",
        ),
        Asks(
            Restaging,
            "/record/course/add/restaging",
            "course",
            N_("Staged again"),
            N_(
                "A stage that was given later. It stands beside the first one and begins with the letter r. Not everybody gets one."
            ),
            N_("The new stage is kept. The first one stays."),
            (
                Field(
                    "as_written",
                    N_("The new stage, copied from the report"),
                    hint=N_("For example “rIIIB”."),
                    topic="restaging",
                    stage=True,
                ),
                Field("understood", N_("What you took from it, in your words"), "text"),
                Field("about", N_("When?"), "about"),
                Field("recurrence", N_("After which recurrence?"), "of", kinds=(Kind.RECURRENCE,)),
                _SAID_BY,
                _NOTE,
            ),
            "/record/course",
        ),
        Asks(
            ReportedStatus,
            "/record/course/add/status",
            "course",
            N_("What the team said"),
            N_("How it stands, in the words that you heard. It is marked as reported by you."),
            N_("It is kept."),
            (
                Field("status", N_("What did they say?"), "radios", choices=_choices(STATUSES), topic="status"),
                Field("in_words", N_("In their words, or yours"), "text"),
                Field("about", N_("When?"), "about"),
                _SHOWN_BY,
                _SAID_BY,
                _NOTE,
            ),
            "/record/course",
        ),
        Asks(
            FollowUpItem,
            "/record/plan/add",
            "plan",
            N_("A visit, scan or test"),
            N_("As your team planned it: on a day, or again and again. Waymark adds no dates of its own."),
            N_("It is in your plan."),
            (
                Field("appointment", N_("What is it?"), "radios", choices=_choices(APPOINTMENTS), topic="follow-up"),
                Field("name", N_("Its name"), hint=N_("For example “MRI of the head” or “Visit to the oncologist”.")),
                Field(
                    "due",
                    N_("On which day?"),
                    "when",
                    hint=N_("A month alone is enough, or nothing while there is no date."),
                ),
                Field("time", N_("At what time?"), "time", hint=N_("For example 14:30.")),
                Field("place", N_("Where?")),
                Field("planned_by", N_("Who planned it?")),
                Field("note", N_("Note"), "text", hint=N_("What to bring, whether to eat before.")),
                Field("interval", N_("Does it repeat?"), "interval"),
            ),
            "/record/plan",
        ),
        Asks(
            Contact,
            "/record/team/add",
            "more",
            N_("Someone to call"),
            N_("Your team, and whoever is close to you. At night you will be glad that the number stands here."),
            N_("It is kept."),
            (
                Field("name", N_("Name")),
                Field("role", N_("What they do"), hint=N_("For example “oncologist”, “night line”, “my daughter”.")),
                Field("phone", N_("Telephone"), dialled=True),
                Field("call_for", N_("What to call them for"), hint=N_("For example “fever, new pain”.")),
                Field("hours", N_("When they answer")),
                Field("at_night", N_("Call them at night and on weekends"), "tick"),
                Field("family", N_("Family or a friend"), "tick"),
                Field("on_card", N_("Put them on my emergency card"), "tick"),
                Field("email", N_("E-mail")),
                Field("place", N_("Where")),
                _NOTE,
            ),
            "/record/team",
        ),
        Asks(
            Medicine,
            "/record/medicines/add",
            "more",
            N_("A medicine"),
            N_(
                "As it stands on the box or on your plan. Waymark checks no doses. When a dose changes, give the old one its end "
                "and note a new one."
            ),
            N_("The medicine is kept."),
            (
                Field("name", N_("Name")),
                Field("as_written", N_("How you take it, as written"), hint=N_("Copy it from the box or the plan.")),
                Field("reason", N_("What is it for?")),
                Field("start", N_("Since"), "when"),
                Field("end", N_("Until"), "when", hint=N_("Empty while you take it.")),
                Field(
                    "steroid",
                    N_("Is it a steroid, such as dexamethasone or prednisone?"),
                    "maybe",
                    hint=N_("A change of it can change how you feel, so it is marked on your charts."),
                ),
                Field("prescribed_by", N_("Who prescribed it?")),
                _NOTE,
            ),
            "/record/medicines",
            urgent=True,
        ),
        Asks(
            Allergy,
            "/record/medicines/allergy",
            "more",
            N_("An allergy"),
            N_("Something you must not be given, or react to."),
            N_("It is kept."),
            (
                Field("name", N_("To what?")),
                Field("reaction", N_("What happened?")),
                Field("none_known", N_("I was asked, and none is known"), "tick"),
                _NOTE,
            ),
            "/record/medicines",
        ),
        Asks(
            AboutPerson,
            "/record/about-me",
            "more",
            N_("About the person"),
            N_(
                "It stands on what you hand to others: the page for the visit and the emergency card. All of it may stay empty."
            ),
            N_("It is kept."),
            (
                Field("name", N_("Name, as it stands on the insurance card")),
                Field("born", N_("Born"), "when"),
                Field("speaks", N_("Language, if others need to know")),
                Field(
                    "important",
                    N_("What a stranger must know first"),
                    "text",
                    hint=N_("A port, a shunt, blood thinners, hard of hearing."),
                ),
            ),
            "/record/card",
        ),
        Asks(
            AtHand,
            "/record/at-hand/add",
            "more",
            N_("Something to have at hand"),
            N_("What helps on a hard day, what to take along, where the papers are."),
            N_("It is kept."),
            (
                Field("text", N_("What?")),
                Field("aid", N_("What is it for?"), "radios", choices=_choices(AIDS)),
                Field("where", N_("Where is it?")),
            ),
            "/record/at-hand",
        ),
        Asks(
            Note,
            "/record/notes/add",
            "more",
            N_("A note"),
            N_("Anything that has no place elsewhere."),
            N_("The note is kept."),
            (
                Field("title", N_("Title")),
                Field("about", N_("About which day?"), "about"),
                Field("text", N_("Note"), "text"),
            ),
            "/record/notes",
            urgent=True,
        ),
    )
}
"""Every kind of entry that is added with a form of its own."""

COURSE = (Kind.DIAGNOSIS, Kind.TREATMENT, Kind.RECURRENCE, Kind.RESTAGING, Kind.REPORTED_STATUS, Kind.SECOND_CANCER)
"""The kinds that make the course of the disease, in the order in which the page offers them."""

DEFAULTS: Mapping[tuple[Kind, str], str] = {
    (Kind.TREATMENT, "modality"): Modality.SURGERY.value,
    (Kind.FOLLOW_UP, "appointment"): Appointment.VISIT.value,
    (Kind.REPORTED_STATUS, "status"): Status.NOT_SURE.value,
    (Kind.AT_HAND, "aid"): Aid.HARD_DAY.value,
    (Kind.RECURRENCE, "spread"): Spread.NOT_SAID.value,
}
"""What is chosen before the person chooses: where one of several must be, the most open or the most common."""

UNIT_CHOICES = _choices(UNITS)

assert set(ASKS) <= set(SHAPES)
