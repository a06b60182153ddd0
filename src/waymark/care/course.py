"""The course of the disease as the person noted it: one timeline, and what in it does not go together.

Contradictions are pointed out, not corrected: each is a sentence for the person with the fields that it is about, and every
entry stays as it was written. A contradiction is only named where it is certain under every reading of a partial date.

The rules are those of NCI's pages on recurrent cancer and on staging: a recurrence is the same cancer, back; a new kind of
cancer is a second primary; the stage at diagnosis never changes, and a later one has the prefix r; cancer that has spread
to distant places keeps the name of the first one, and is stage IV in most cancers (AJCC's groups for testicular cancer, and
for thyroid cancer in younger people, are exceptions).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from waymark.care.stages import parse_stage
from waymark.care.words import day_in_words, listed, month_in_words
from waymark.library import cancer_types


class Dated(Protocol):
    """A date with its precision, as a range of days: ``waymark.record.dates.When`` is one, `PartialDate` another."""

    @property
    def first(self) -> date | None: ...

    @property
    def last(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class PartialDate:
    """The days that a date can mean, the first and the last; both None where nothing is known."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if (self.first is None) != (self.last is None) or (self.first and self.last and self.last < self.first):
            raise ValueError("A partial date has a first and a later last day, or neither.")


UNKNOWN = PartialDate()


class Reach(StrEnum):
    """Where a recurrence is, seen from the first cancer; several may hold at once."""

    LOCAL = "local"
    REGIONAL = "regional"
    DISTANT = "distant"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The first cancer. ``cancer`` is an id of the library's vocabulary, or the name in the report. ``earlier_stages`` are
    what the stage at diagnosis was before the person changed it, the oldest first.
    """

    id: str
    cancer: str = ""
    when: Dated = UNKNOWN
    stage: str = ""
    earlier_stages: tuple[str, ...] = ()
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The same cancer, back: the first, second … time (``ordinal``, from 1). ``of`` is the id of the diagnosis, None where
    there is only one; ``cancer`` is what the person calls it, "" where not said.
    """

    id: str
    ordinal: int = 1
    when: Dated = UNKNOWN
    reach: frozenset[Reach] = frozenset()
    sites: tuple[str, ...] = ()
    cancer: str = ""
    of: str | None = None
    shown_by: str = ""
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class SecondCancer:
    """A new cancer of another kind: a condition of its own."""

    id: str
    cancer: str = ""
    when: Dated = UNKNOWN
    stage: str = ""
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Restaging:
    """A later stage beside the first; ``recurrence`` is the id of the one it belongs to, None where not said."""

    id: str
    when: Dated = UNKNOWN
    stage: str = ""
    recurrence: str | None = None
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Treatment:
    """``under`` is the id of the diagnosis, recurrence or second cancer that it was for; None for the first cancer."""

    id: str
    name: str = ""
    start: Dated = UNKNOWN
    end: Dated = UNKNOWN
    ongoing: bool = False
    under: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """All that is noted of the course of one person, in any order."""

    diagnoses: tuple[Diagnosis, ...] = ()
    recurrences: tuple[Recurrence, ...] = ()
    second_cancers: tuple[SecondCancer, ...] = ()
    restagings: tuple[Restaging, ...] = ()
    treatments: tuple[Treatment, ...] = ()

    def diagnosis_of(self, recurrence: Recurrence) -> Diagnosis | None:
        """Return the cancer that came back: the one that is named, or the only one there is."""
        if recurrence.of is None:
            return self.diagnoses[0] if len(self.diagnoses) == 1 else None
        return next((one for one in self.diagnoses if one.id == recurrence.of), None)


# Words


def when_in_words(when: Dated) -> str:
    """Return a date as exactly as it is known: 5 March 2024, March 2024, 2024, date not known."""
    first, last = when.first, when.last
    if first is None or last is None:
        return "date not known"
    if first == last:
        return day_in_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return month_in_words(first)
    return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"


_TIMES = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def _nth(ordinal: int) -> str:
    return _TIMES[ordinal] if 0 < ordinal < len(_TIMES) else f"number {ordinal}"


def _name(cancer: str) -> str:
    return cancer_types.name_of(cancer) if cancer else "cancer"


def _called(recurrence: Recurrence) -> str:
    known = recurrence.when.first is not None
    return f"The {_nth(recurrence.ordinal)} recurrence" + (f" ({when_in_words(recurrence.when)})" if known else "")


def _surely_before(one: Dated, other: Dated) -> bool:
    return one.last is not None and other.first is not None and one.last < other.first


# Contradictions


@dataclass(frozen=True, slots=True, order=True)
class Contradiction:
    """What does not go together. ``about`` are the fields, as (id of the entry, name of the field); the sentence is for the
    person and says whom to ask or what to look at.
    """

    rule: str
    about: tuple[tuple[str, str], ...]
    sentence: str


_ASK = "Ask your health care team which is right."
_LOOK = "Look at the entries again."


def contradictions(course: Course, on: date) -> tuple[Contradiction, ...]:
    """Return what does not go together on the day ``on``, in a fixed order; the order of the entries does not matter."""
    return tuple(sorted({found for rule in RULES for found in rule(course, on)}))


Found = Iterable[Contradiction]


def distant_below_stage_four(course: Course, _: date) -> Found:
    """A distant recurrence, restaged below IV or with M0."""
    for recurrence, restaging in _restaged(course):
        stage = parse_stage(restaging.stage)
        if Reach.DISTANT not in recurrence.reach or stage.says_distant:
            continue
        m = stage.one("M")
        if (stage.group and stage.group.number < 4) or (m and m.value.startswith("0")):
            yield Contradiction(
                "distant_below_stage_four",
                ((recurrence.id, "reach"), (restaging.id, "stage")),
                f"{_called(recurrence)} is noted as distant, and its stage as {restaging.stage.strip()}. In most cancers "
                f"spread to distant places is stage IV. {_ASK}",
            )


def metastatic_without_distant(course: Course, _: date) -> Found:
    """A recurrence noted as local or regional alone, restaged with M1 or as metastatic."""
    for recurrence, restaging in _restaged(course):
        if recurrence.reach and Reach.DISTANT not in recurrence.reach and parse_stage(restaging.stage).says_distant:
            yield Contradiction(
                "metastatic_without_distant",
                ((recurrence.id, "reach"), (restaging.id, "stage")),
                f"{_called(recurrence)} is noted as {listed([reach for reach in Reach if reach in recurrence.reach])}, and its stage, "
                f"{restaging.stage.strip()}, says that the cancer is in distant places. {_ASK}",
            )


def stage_against_itself(course: Course, _: date) -> Found:
    """One written stage with M1 and a group below IV."""
    written = [(one.id, one.stage) for one in course.diagnoses]
    written += [(one.id, one.stage) for one in course.second_cancers]
    written += [(one.id, one.stage) for one in course.restagings]
    for entry, text in written:
        stage = parse_stage(text)
        group, m = stage.group, stage.one("M")
        if group and m and m.value.startswith("1") and group.number < 4:
            yield Contradiction(
                "stage_against_itself",
                ((entry, "stage"),),
                f"The stage {text.strip()} has M1, which is stage IV in most cancers, beside stage {group.value}. {_ASK}",
            )


def recurrence_before_diagnosis(course: Course, _: date) -> Found:
    for recurrence in course.recurrences:
        diagnosis = course.diagnosis_of(recurrence)
        if diagnosis and _surely_before(recurrence.when, diagnosis.when):
            yield Contradiction(
                "recurrence_before_diagnosis",
                ((recurrence.id, "when"), (diagnosis.id, "when")),
                f"{_called(recurrence)} lies before the diagnosis ({when_in_words(diagnosis.when)}). {_LOOK}",
            )


def recurrence_without_diagnosis(course: Course, _: date) -> Found:
    for recurrence in course.recurrences:
        if not course.diagnoses or (recurrence.of is not None and course.diagnosis_of(recurrence) is None):
            yield Contradiction(
                "recurrence_without_diagnosis",
                ((recurrence.id, "of"),),
                f"{_called(recurrence)} is noted, and the first diagnosis is not. Add it, if you can.",
            )


def recurrence_of_another_cancer(course: Course, _: date) -> Found:
    for recurrence in course.recurrences:
        diagnosis = course.diagnosis_of(recurrence)
        if not diagnosis or not recurrence.cancer or not diagnosis.cancer:
            continue
        if not _may_be_same(recurrence.cancer, diagnosis.cancer):
            yield Contradiction(
                "recurrence_of_another_cancer",
                ((recurrence.id, "cancer"), (diagnosis.id, "cancer")),
                f"{_called(recurrence)} is noted as {_name(recurrence.cancer)}, and the first cancer as "
                f"{_name(diagnosis.cancer)}. Cancer that comes back or spreads keeps the name of the first one; another kind "
                f"of cancer is a second cancer. {_ASK}",
            )


def second_cancer_of_the_same_kind(course: Course, _: date) -> Found:
    for second in course.second_cancers:
        for diagnosis in course.diagnoses:
            if second.cancer and diagnosis.cancer and _same(second.cancer, diagnosis.cancer):
                yield Contradiction(
                    "second_cancer_of_the_same_kind",
                    ((second.id, "cancer"), (diagnosis.id, "cancer")),
                    f"The second cancer has the same name as the first, {_name(diagnosis.cancer)}. It can be a new cancer, "
                    f"or the first one back. {_ASK}",
                )


def second_cancer_before_the_first(course: Course, _: date) -> Found:
    for second in course.second_cancers:
        if course.diagnoses and all(_surely_before(second.when, one.when) for one in course.diagnoses):
            yield Contradiction(
                "second_cancer_before_the_first",
                ((second.id, "when"), *((one.id, "when") for one in sorted(course.diagnoses, key=lambda one: one.id))),
                f"The second cancer ({when_in_words(second.when)}) lies before the first diagnosis. {_LOOK}",
            )


def restaging_without_r(course: Course, _: date) -> Found:
    """A later stage without r; y is left alone, which says that it was given during or after treatment."""
    for restaging in course.restagings:
        stage = parse_stage(restaging.stage)
        if (stage.groups or stage.one("T") or stage.one("N") or stage.one("M")) and not stage.prefixes & {"r", "y"}:
            yield Contradiction(
                "restaging_without_r",
                ((restaging.id, "stage"),),
                f"The later stage {restaging.stage.strip()} has no r in front. A stage given after a recurrence is written "
                f"with an r, for example r{stage.group.value if stage.group else 'IIIB'}. If your report has none, leave it.",
            )


def stage_at_diagnosis_with_r(course: Course, _: date) -> Found:
    written = [(one.id, one.stage) for one in course.diagnoses] + [(one.id, one.stage) for one in course.second_cancers]
    for entry, stage in written:
        if parse_stage(stage).is_restaging:
            yield Contradiction(
                "stage_at_diagnosis_with_r",
                ((entry, "stage"),),
                f"The stage at diagnosis, {stage.strip()}, has an r in front. The r says that it was given after "
                "a recurrence. If so, note it there, and the first stage here.",
            )


def stage_at_diagnosis_altered(course: Course, _: date) -> Found:
    for diagnosis in course.diagnoses:
        earlier = [text.strip() for text in diagnosis.earlier_stages if text.strip()]
        if earlier and not _same_stage(earlier[-1], diagnosis.stage):
            yield Contradiction(
                "stage_at_diagnosis_altered",
                ((diagnosis.id, "stage"),),
                f"The stage at diagnosis was {earlier[-1]} and is now {diagnosis.stage.strip() or 'empty'}. The stage at "
                "diagnosis does not change. If this is a newer stage, note it as a later stage; if it was mistyped, leave it.",
            )


def restaging_before_what_it_follows(course: Course, _: date) -> Found:
    by_id = {recurrence.id: recurrence for recurrence in course.recurrences}
    for restaging in course.restagings:
        recurrence = by_id.get(restaging.recurrence or "")
        if recurrence and _surely_before(restaging.when, recurrence.when):
            yield Contradiction(
                "restaging_before_recurrence",
                ((restaging.id, "when"), (recurrence.id, "when")),
                f"The later stage ({when_in_words(restaging.when)}) lies before the recurrence that it belongs to "
                f"({when_in_words(recurrence.when)}). {_LOOK}",
            )
        for diagnosis in course.diagnoses if len(course.diagnoses) == 1 else ():
            if _surely_before(restaging.when, diagnosis.when):
                yield Contradiction(
                    "restaging_before_diagnosis",
                    ((restaging.id, "when"), (diagnosis.id, "when")),
                    f"The later stage ({when_in_words(restaging.when)}) lies before the diagnosis "
                    f"({when_in_words(diagnosis.when)}). {_LOOK}",
                )


def recurrences_out_of_order(course: Course, _: date) -> Found:
    ordered = sorted(course.recurrences, key=lambda one: (one.ordinal, one.id))
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if course.diagnosis_of(one) != course.diagnosis_of(other):
                continue
            if one.ordinal == other.ordinal:
                yield Contradiction(
                    "recurrences_with_one_number",
                    ((one.id, "ordinal"), (other.id, "ordinal")),
                    f"Two recurrences are noted as the {_nth(one.ordinal)}. {_LOOK}",
                )
            elif _surely_before(other.when, one.when):
                yield Contradiction(
                    "recurrences_out_of_order",
                    ((one.id, "when"), (other.id, "when")),
                    f"{_called(other)} lies before the {_nth(one.ordinal)} ({when_in_words(one.when)}). {_LOOK}",
                )


def treatment_dates(course: Course, _: date) -> Found:
    starts: dict[str, tuple[str, Dated]] = {
        **{one.id: ("recurrence", one.when) for one in course.recurrences},
        **{one.id: ("second cancer", one.when) for one in course.second_cancers},
    }
    for treatment in course.treatments:
        if _surely_before(treatment.end, treatment.start):
            yield Contradiction(
                "treatment_ends_before_it_starts",
                ((treatment.id, "end"), (treatment.id, "start")),
                f"The treatment {treatment.name} ends ({when_in_words(treatment.end)}) before it starts "
                f"({when_in_words(treatment.start)}). {_LOOK}",
            )
        if treatment.under in starts:
            what, when = starts[treatment.under]
            if _surely_before(treatment.start, when):
                yield Contradiction(
                    "treatment_before_what_it_is_for",
                    ((treatment.id, "start"), (treatment.under, "when")),
                    f"The treatment {treatment.name} ({when_in_words(treatment.start)}) starts before the {what} that it is "
                    f"noted for ({when_in_words(when)}). {_LOOK}",
                )


def in_the_future(course: Course, on: date) -> Found:
    said: list[tuple[str, str, Dated]] = [
        *((one.id, "The diagnosis", one.when) for one in course.diagnoses),
        *((one.id, f"The {_nth(one.ordinal)} recurrence", one.when) for one in course.recurrences),
        *((one.id, "The second cancer", one.when) for one in course.second_cancers),
        *((one.id, "The later stage", one.when) for one in course.restagings),
    ]
    for entry, what, when in said:
        if when.first is not None and when.first > on:
            yield Contradiction(
                "in_the_future", ((entry, "when"),), f"{what} lies in the future ({when_in_words(when)}). {_LOOK}"
            )


RULES: tuple[Callable[[Course, date], Found], ...] = (
    distant_below_stage_four,
    metastatic_without_distant,
    stage_against_itself,
    recurrence_before_diagnosis,
    recurrence_without_diagnosis,
    recurrence_of_another_cancer,
    second_cancer_of_the_same_kind,
    second_cancer_before_the_first,
    restaging_without_r,
    stage_at_diagnosis_with_r,
    stage_at_diagnosis_altered,
    restaging_before_what_it_follows,
    recurrences_out_of_order,
    treatment_dates,
    in_the_future,
)


def _restaged(course: Course) -> Iterable[tuple[Recurrence, Restaging]]:
    """Each recurrence with each of its stages; a stage that names none belongs to the only recurrence there is."""
    for restaging in course.restagings:
        for recurrence in course.recurrences:
            only = restaging.recurrence is None and len(course.recurrences) == 1
            if restaging.recurrence == recurrence.id or only:
                yield recurrence, restaging


def _same(one: str, other: str) -> bool:
    first, second = cancer_types.type_named(one), cancer_types.type_named(other)
    return first == second if first and second else one.strip().casefold() == other.strip().casefold()


def _may_be_same(one: str, other: str) -> bool:
    """Return whether two names can mean one cancer: the same, one a kind of the other, or a name that is not known."""
    first, second = cancer_types.type_named(one), cancer_types.type_named(other)
    return not (first and second) or cancer_types.related(first, second)


def _same_stage(one: str, other: str) -> bool:
    """Return whether two writings say the same ("3B", "Stage IIIB"); where nothing is understood, the letters decide."""
    first, second = parse_stage(one), parse_stage(other)
    if first.understood or second.understood:
        return first.understood == second.understood
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


# Timeline


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline: when, what, and what more is known. ``depth`` 1 belongs to the row of depth 0 above it."""

    id: str
    when: str
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


def timeline(course: Course) -> tuple[Row, ...]:
    """Return the course from the first diagnosis on. Stages and treatments stand under what they belong to.

    Where one date surely lies before another it stands before it. Where partial dates overlap or are not known, the order
    is that of the disease: diagnosis, recurrences by number, second cancers; stage, then treatment.
    """
    first = course.diagnoses[0].id if len(course.diagnoses) == 1 else None
    only = course.recurrences[0].id if len(course.recurrences) == 1 else None
    tops = [
        *(_Event(0, one.when, Row(one.id, when_in_words(one.when), f"Diagnosis: {_name(one.cancer)}",
                                  _details(stage=one.stage, said_by=one.said_by))) for one in course.diagnoses),
        *(_Event(one.ordinal, one.when, _recurrence_row(one)) for one in course.recurrences),
        *(_Event(_NO_FIXED_PLACE, one.when, Row(one.id, when_in_words(one.when), f"Second cancer: {_name(one.cancer)}",
                                     _details(stage=one.stage, said_by=one.said_by))) for one in course.second_cancers),
    ]  # fmt: skip
    below = [
        *(_Event(1, one.when, _restaging_row(one), one.recurrence or only) for one in course.restagings),
        *(_Event(2, one.start, _treatment_row(one), one.under or first) for one in course.treatments),
    ]
    rows = []
    known = {one.row.id for one in tops}
    loose = [_Event(_NO_FIXED_PLACE + one.rank, one.when, one.row) for one in below if one.under not in known]
    for top in _in_order([*tops, *loose]):
        rows.append(top.row)
        for one in _in_order([one for one in below if one.under == top.row.id]):
            row = one.row
            rows.append(Row(row.id, row.when, row.what, row.details, depth=1))
    return tuple(rows)


def _in_order(events: Sequence[_Event]) -> list[_Event]:
    """Take the events one by one: of those that nothing left comes before, the one with the earliest date.

    Where contradictory dates leave none, what surely comes before decides alone; that is never circular.
    """
    left = sorted(events, key=lambda one: (one.when.first or date.max, one.when.last or date.max, one.rank, one.row.id))
    ordered = []
    while left:
        free = [one for one in left if not any(_comes_before(other, one) for other in left)]
        free = free or [one for one in left if not any(_surely_before(other.when, one.when) for other in left)]
        left.remove(free[0])
        ordered.append(free[0])
    return ordered


def _comes_before(one: _Event, other: _Event) -> bool:
    """Surely by date; or, where the dates leave it open, by the order of the disease."""
    if _surely_before(one.when, other.when) or _surely_before(other.when, one.when):
        return _surely_before(one.when, other.when)
    return one.rank < other.rank and (one.rank == 0 or other.rank < _NO_FIXED_PLACE)


def _recurrence_row(one: Recurrence) -> Row:
    reach = listed([reach for reach in Reach if reach in one.reach])
    sites = f" ({', '.join(one.sites)})" if one.sites else ""
    what = f"{_nth(one.ordinal).capitalize()} recurrence: {reach or 'place not said'}{sites}"
    return Row(one.id, when_in_words(one.when), what, _details(shown_by=one.shown_by, said_by=one.said_by))


def _restaging_row(one: Restaging) -> Row:
    return Row(one.id, when_in_words(one.when), "Staged again", _details(stage=one.stage, said_by=one.said_by))


def _treatment_row(one: Treatment) -> Row:
    when = when_in_words(one.start)
    if one.ongoing:
        when = f"since {when}" if one.start.first else "ongoing"
    elif one.end.first and when_in_words(one.end) != when:
        when = f"{when} to {when_in_words(one.end)}" if one.start.first else f"until {when_in_words(one.end)}"
    return Row(one.id, when, f"Treatment: {one.name or 'not named'}")


def _details(stage: str = "", shown_by: str = "", said_by: str = "") -> tuple[str, ...]:
    lines = []
    if stage.strip():
        parsed = parse_stage(stage)
        lines.append(f"Stage as written: {stage.strip()}")
        lines += [f"Understood: {parsed.understood}"] if parsed.understood else []
        lines += [f"Not clear: {sentence}" for sentence in parsed.unclear]
    if shown_by.strip():
        lines.append(f"Shown by: {shown_by.strip()}")
    if said_by.strip():
        lines.append(f"Said by: {said_by.strip()}")
    return tuple(lines)
