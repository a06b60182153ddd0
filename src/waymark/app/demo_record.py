"""A record of an invented person, so that someone can look around before entering anything of their own.

Everything in it is made up, from a fixed seed and counted back from the day it is made on: a spinal ependymoma that came
back, nine months of diary, one old symptom that is back and stronger, and a new one. It says what it is in its name, in who
it is about, and in a note that `OwnRecord.is_demo` looks for.
"""

import random
from datetime import date, timedelta

from waymark.app.own_record import DEMO_MARK, DiaryAnswer, OwnRecord
from waymark.care.severity import Answers
from waymark.languages.texts import texts
from waymark.record.dates import Precision, When
from waymark.record.payloads import (
    AboutPerson,
    Aid,
    Allergy,
    Appointment,
    AtHand,
    Contact,
    Diagnosis,
    FollowUpItem,
    Gathered,
    Interval,
    Medicine,
    Modality,
    Note,
    Progress,
    Question,
    Recurrence,
    ReportedStatus,
    Restaging,
    Spread,
    Status,
    Treatment,
    Unit,
)

PASSPHRASE = "an invented example"
"""Opens the demo record; it protects nothing, and the pages say so."""

WEEKS = 38
_ITEMS = ("back-pain", "arm-leg-weakness", "numbness", "tiredness", "sleep", "fear-of-return")


def fill(record: OwnRecord, language: str = "en") -> None:
    """Write the invented entries into a record that was just begun."""
    _ = texts(language).gettext
    today = record.today()
    record.add(
        Note(_("This is an invented example. Nobody wrote it, and nothing in it is about a real person."), DEMO_MARK),
        AboutPerson(
            _("An invented person (example)"), _year(today, 57), _("A shunt since the first operation"), "English"
        ),
    )
    doctor, nurse = "Dr. Okafor", "Ms. Lindqvist"
    [diagnosis] = record.add(
        Diagnosis("ependymoma", _("ependymoma, grade 2"), "", _("spine"), doctor), about=_month(today, 86)
    )
    record.add(Treatment(Modality.SURGERY, _("operation on the spine"), _month(today, 85), _month(today, 85)))
    [recurrence] = record.add(
        Recurrence(1, (Spread.LOCAL,), (_("lower spine"),), "MRI", doctor, "ependymoma", diagnosis.id),
        about=_month(today, 16),
    )
    record.add(
        Treatment(
            Modality.RADIATION,
            _("radiation to the spine"),
            _month(today, 14),
            _month(today, 13),
            recurrence=recurrence.id,
        )
    )
    record.add(
        Restaging(_("grade 2, no spread seen"), recurrence=recurrence.id, said_by=doctor), about=_month(today, 15)
    )
    record.add(ReportedStatus(Status.STABLE, _("no change since the last scan"), doctor, "MRI"), about=_day(today, 95))
    record.add(
        FollowUpItem(
            Appointment.IMAGING,
            _("MRI of the spine"),
            interval=Interval(3, Unit.MONTHS, _day(today, 277), anchor_name=_("end of radiation")),
            planned_by=doctor,
            place=_("hospital, entrance B"),
        )
    )
    record.add(
        FollowUpItem(Appointment.VISIT, doctor, _day(today, -9), time="14:30", place=_("clinic, second floor")),
        FollowUpItem(Appointment.LAB, _("Blood test"), _day(today, 6)),
        FollowUpItem(
            Appointment.IMAGING,
            _("MRI of the spine"),
            _day(today, 95),
            progress=Progress.DONE,
            done_on=_day(today, 95),
            result=_("no change"),
            said=_("Come back in three months."),
            said_by=doctor,
        ),
    )
    record.add(
        Medicine(
            "dexamethasone", _("2 mg in the morning"), _("swelling"), _day(today, 410), _day(today, 380), steroid=True
        ),
        Medicine(
            "gabapentin", _("300 mg, three times a day"), _("nerve pain"), _month(today, 12), prescribed_by=doctor
        ),
        Allergy("penicillin", _("rash")),
        Contact(
            nurse,
            _("nurse of the team"),
            "+1 555 0100",
            call_for=_("new or worse symptoms, questions about medicines"),
            hours=_("weekdays 8 to 16"),
            on_card=True,
        ),
        Contact(
            "",
            _("hospital, at night"),
            "+1 555 0199",
            call_for=_("fever, weak legs, anything that cannot wait"),
            at_night=True,
            on_card=True,
        ),
        Contact("Inge", _("daughter"), "+1 555 0123", family=True, on_card=True),
        AtHand(_("Walk to the lake, even for ten minutes"), Aid.HARD_DAY),
        AtHand(_("Letter from the operation"), Aid.PAPERS, _("blue folder")),
        AtHand(_("Warm socks, charger, this list"), Aid.BAG),
        Gathered("operation-reports", have=True, where=_("blue folder")),
    )
    record.choose(_ITEMS, (_("feet feel wrapped"),))
    _write_diary(record, today, language)
    record.pick_questions(("came-back.cause", "follow-up.call-night", "follow-up.fear"), language)
    record.ask(_("Is the numbness from the radiation, or from something else?"))
    record.order_questions([record.questions(language).open[-1].entry])
    record.add(
        Question(
            _("May I swim again?"),
            answer=_("Yes, slowly, and not alone."),
            answered_by=nurse,
        )
    )


def _write_diary(record: OwnRecord, today: date, language: str) -> None:
    """Write one page a week: back pain that comes back stronger, numbness that is new, a week that was left out."""
    _ = texts(language).gettext
    rng = random.Random(20)
    own = record.diary(language=language).items[-1].key
    record.mark_usual("back-pain", Answers(3, 3, 2), at_diagnosis=True, about=_month(today, 87))
    record.mark_usual("arm-leg-weakness", Answers(None, 2, 2), at_diagnosis=True, about=_month(today, 87))
    for week in range(WEEKS):
        day = today - timedelta(weeks=WEEKS - 1 - week)
        if week in (6, 17, 18):
            continue
        late = week - (WEEKS - 7)
        back = min(1 + late // 2, 3) if late >= 0 else rng.choice((0, 1, 1))
        numb = (1 if late < 2 else 2) if late >= 0 else 0
        said = {
            "back-pain": DiaryAnswer(Answers(min(back + 1, 4) if back else 0, back, max(back - 1, 0))),
            "arm-leg-weakness": DiaryAnswer(Answers(None, rng.choice((0, 0, 1)), 0)),
            "numbness": DiaryAnswer(Answers(None, numb, 1 if late > 2 else 0)),
            "tiredness": DiaryAnswer(Answers(None, rng.choice((1, 2, 2)), rng.choice((1, 1, 2)))),
            "sleep": DiaryAnswer(Answers(None, rng.choice((1, 1, 2)), 1)),
            "fear-of-return": DiaryAnswer(Answers(rng.choice((1, 1, 2)), None, rng.choice((0, 1)))),
            own: DiaryAnswer(Answers(None, min(max(late - 1, 0), 2), None)),
        }
        if week == WEEKS - 3:
            said["back-pain"] = DiaryAnswer(
                said["back-pain"].answers, _("More when I get up. It was like this before.")
            )
        by = "Inge" if week % 9 == 4 else "self"
        record.write_diary(said, day, reported_by=by, language=language)


def _day(today: date, ago: int) -> When:
    return When.on(today - timedelta(days=ago))


def _month(today: date, ago: int) -> When:
    months = today.year * 12 + today.month - 1 - ago
    return When(date(months // 12, months % 12 + 1, 1), Precision.MONTH)


def _year(today: date, ago: int) -> When:
    return When(date(today.year - ago, 1, 1), Precision.YEAR)
