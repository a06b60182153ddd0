"""The course of the disease in order, for the person and for a doctor: each line with both forms of its date."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from waymark.care.course import (
    REACH_WORDS,
    Course,
    Dated,
    Diagnosis,
    Reach,
    Recurrence,
    ReportedStatus,
    Restaging,
    SecondCancer,
    Treatment,
    cancer_name,
    dated,
    nth,
    surely_before,
    when_in_words,
)
from waymark.care.stages import parse_stage
from waymark.care.words import ENGLISH, listed
from waymark.languages.texts import Texts


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline: when, what, and what more is known. ``depth`` 1 belongs to the row of depth 0 above it.

    ``dated`` is the date for a reader in a hurry ("2024-03", "2024-03 to 2024-06"); ``kind`` says what the row is:
    diagnosis, recurrence, second_cancer, restaging, treatment or reported_status.
    """

    id: str
    kind: str
    when: str
    dated: str
    what: str
    details: tuple[str, ...] = ()
    depth: int = 0


_NO_FIXED_PLACE = 1000


@dataclass(frozen=True, slots=True)
class _Event:
    rank: int  # what comes first where the dates leave it open: 0 before all; from _NO_FIXED_PLACE on, nothing
    when: Dated
    row: Row
    under: str | None = field(default=None)


def timeline(course: Course, words: Texts = ENGLISH) -> tuple[Row, ...]:
    """Return the course from the first diagnosis on. Stages and treatments stand under what they belong to.

    Where one date surely lies before another it stands before it. Where partial dates overlap or are not known, the order
    is that of the disease: diagnosis, recurrences by number, second cancers; stage, then treatment.
    """
    first = course.diagnoses[0].id if len(course.diagnoses) == 1 else None
    only = course.recurrences[0].id if len(course.recurrences) == 1 else None
    makes = _Rows(words)
    tops = [
        *(_Event(0, one.when, makes.cancer(one.id, "diagnosis", one)) for one in course.diagnoses),
        *(_Event(one.ordinal, one.when, makes.recurrence(one)) for one in course.recurrences),
        *(
            _Event(_NO_FIXED_PLACE, one.when, makes.cancer(one.id, "second_cancer", one))
            for one in course.second_cancers
        ),
        *(_Event(_NO_FIXED_PLACE, one.when, makes.status(one)) for one in course.statuses),
    ]
    below = [
        *(_Event(1, one.when, makes.restaging(one), one.recurrence or only) for one in course.restagings),
        *(_Event(2, one.start, makes.treatment(one), one.under or first) for one in course.treatments),
    ]
    rows = []
    known = {one.row.id for one in tops}
    loose = [_Event(_NO_FIXED_PLACE + one.rank, one.when, one.row) for one in below if one.under not in known]
    for top in _in_order([*tops, *loose]):
        rows.append(top.row)
        rows += [replace(one.row, depth=1) for one in _in_order([one for one in below if one.under == top.row.id])]
    return tuple(rows)


def _in_order(events: Sequence[_Event]) -> list[_Event]:
    """Take the events one by one: of those that nothing left comes before, the one with the earliest date.

    Where contradictory dates leave none, what surely comes before decides alone; that is never circular.
    """
    left = sorted(events, key=lambda one: (one.when.first or date.max, one.when.last or date.max, one.rank, one.row.id))
    ordered = []
    while left:
        free = [one for one in left if not any(_comes_before(other, one) for other in left)]
        free = free or [one for one in left if not any(surely_before(other.when, one.when) for other in left)]
        left.remove(free[0])
        ordered.append(free[0])
    return ordered


def _comes_before(one: _Event, other: _Event) -> bool:
    """Surely by date; or, where the dates leave it open, by the order of the disease."""
    if surely_before(one.when, other.when) or surely_before(other.when, one.when):
        return surely_before(one.when, other.when)
    return one.rank < other.rank and (one.rank == 0 or other.rank < _NO_FIXED_PLACE)


class _Rows:
    """Makes the rows in one language."""

    def __init__(self, words: Texts) -> None:
        self.words = words

    def cancer(self, made: str, kind: str, one: Diagnosis | SecondCancer) -> Row:
        _ = self.words.gettext
        what = _("Diagnosis: %(cancer)s") if kind == "diagnosis" else _("Second cancer: %(cancer)s")
        name = cancer_name(one.cancer, self.words)
        details = self._details(one.stage, said_by=one.said_by)
        more = (_("In the report: %(name)s") % {"name": one.report},) if one.report and one.report != name else ()
        return self._row(made, kind, one.when, what % {"cancer": name}, (*more, *details))

    def recurrence(self, one: Recurrence) -> Row:
        _ = self.words.gettext
        reach = listed([_(REACH_WORDS[each]) for each in Reach if each in one.reach], self.words)
        said = {
            "nth": nth(one.ordinal, self.words),
            "reach": reach or _("place not said"),
            "sites": ", ".join(one.sites),
        }
        what = (
            _("%(nth)s recurrence: %(reach)s (%(sites)s)") if one.sites else _("%(nth)s recurrence: %(reach)s")
        ) % said
        details = self._details(shown_by=one.shown_by, said_by=one.said_by)
        return self._row(one.id, "recurrence", one.when, what[:1].upper() + what[1:], details)

    def restaging(self, one: Restaging) -> Row:
        details = self._details(one.stage, said_by=one.said_by)
        return self._row(one.id, "restaging", one.when, self.words.gettext("Staged again"), details)

    def status(self, one: ReportedStatus) -> Row:
        _ = self.words.gettext
        details = self._details(shown_by=one.shown_by, said_by=one.said_by)
        what = _("What the team said: %(said)s") % {"said": one.said}
        return self._row(one.id, "reported_status", one.when, what, details)

    def treatment(self, one: Treatment) -> Row:
        _ = self.words.gettext
        start, end = when_in_words(one.start, self.words), when_in_words(one.end, self.words)
        when, short = start, dated(one.start)
        if one.ongoing:
            when = _("since %(start)s") % {"start": start} if one.start.first else _("ongoing")
            short = f"{short} –"
        elif one.end.first and end != start:
            when = (_("%(start)s to %(end)s") if one.start.first else _("until %(end)s")) % {"start": start, "end": end}
            short = f"{short} – {dated(one.end)}"
        what = _("Treatment: %(name)s") % {"name": one.name or _("not named")}
        return Row(one.id, "treatment", when, short, what)

    def _row(self, made: str, kind: str, when: Dated, what: str, details: tuple[str, ...]) -> Row:
        return Row(made, kind, when_in_words(when, self.words), dated(when), what, details)

    def _details(self, stage: str = "", shown_by: str = "", said_by: str = "") -> tuple[str, ...]:
        _ = self.words.gettext
        lines = []
        if stage.strip():
            parsed = parse_stage(stage, self.words)
            lines.append(_("Stage as written: %(stage)s") % {"stage": stage.strip()})
            understood = parsed.in_words(self.words)
            lines += [_("Understood: %(stage)s") % {"stage": understood}] if understood else []
            lines += [_("Not clear: %(sentence)s") % {"sentence": sentence} for sentence in parsed.unclear]
        if shown_by.strip():
            lines.append(_("Shown by: %(what)s") % {"what": shown_by.strip()})
        if said_by.strip():
            lines.append(_("Said by: %(who)s") % {"who": said_by.strip()})
        return tuple(lines)
