"""The course of the disease, read from the entries of a record."""

from collections.abc import Mapping

from waymark.care import course
from waymark.care.course import Course, Reach
from waymark.care.held import Held
from waymark.care.words import ENGLISH
from waymark.languages.texts import N_, Texts
from waymark.record.payloads import (
    Diagnosis,
    Recurrence,
    ReportedStatus,
    Restaging,
    SecondCancer,
    Spread,
    Status,
    Treatment,
)

STATUS_WORDS: Mapping[Status, str] = {
    Status.NO_SIGN: N_("no sign of cancer found"),
    Status.COMPLETE_REMISSION: N_("complete remission"),
    Status.PARTIAL_REMISSION: N_("partial remission"),
    Status.STABLE: N_("stable: no clear change"),
    Status.GROWING: N_("growing or spreading"),
    Status.CAME_BACK: N_("it came back"),
    Status.NOT_SURE: N_("not sure yet"),
}
"""What a clinician said, as the person reports it; never a judgement of Waymark's."""

_REACH = {Spread.LOCAL: Reach.LOCAL, Spread.REGIONAL: Reach.REGIONAL, Spread.DISTANT: Reach.DISTANT}


def course_of(held: Held, earlier_stages: Mapping[str, tuple[str, ...]], words: Texts = ENGLISH) -> Course:
    """Return the course as it is noted. ``earlier_stages`` holds, by the id of a diagnosis, what its stage was before it
    was corrected, the oldest first.
    """
    return Course(
        diagnoses=tuple(
            course.Diagnosis(
                item.id,
                item.said.cancer_type or item.said.histology,
                item.when,
                item.said.stage_at_diagnosis,
                earlier_stages.get(item.id, ()),
                item.said.said_by,
                _report(item.said),
            )
            for item in held.of(Diagnosis)
        ),
        recurrences=tuple(
            course.Recurrence(
                item.id,
                item.said.ordinal,
                item.when,
                frozenset(_REACH[each] for each in item.said.spread if each in _REACH),
                item.said.sites,
                item.said.cancer_type or "",
                item.said.diagnosis,
                item.said.shown_by,
                item.said.said_by,
            )
            for item in held.of(Recurrence)
        ),
        second_cancers=tuple(
            course.SecondCancer(
                item.id,
                item.said.cancer_type or item.said.histology,
                item.when,
                item.said.stage_at_diagnosis,
                item.said.said_by,
                _report(item.said),
            )
            for item in held.of(SecondCancer)
        ),
        restagings=tuple(
            course.Restaging(
                item.id,
                item.when,
                item.said.as_written or item.said.understood,
                item.said.recurrence,
                item.said.said_by,
            )
            for item in held.of(Restaging)
        ),
        treatments=tuple(
            course.Treatment(
                item.id,
                item.said.name,
                item.said.start,
                item.said.end,
                item.said.ongoing,
                item.said.recurrence or item.said.second_cancer,
            )
            for item in held.of(Treatment)
        ),
        statuses=tuple(
            course.ReportedStatus(
                item.id,
                item.said.in_words.strip() or words.gettext(STATUS_WORDS[item.said.status]),
                item.when,
                item.said.shown_by,
                item.said.said_by,
            )
            for item in held.of(ReportedStatus)
        ),
    )


def _report(said: Diagnosis | SecondCancer) -> str:
    return ", ".join(filter(None, (said.histology.strip() if said.cancer_type else "", said.site.strip())))
