"""What a chart of one symptom shows: the entries, both baselines, what may explain a change, and one honest sentence each.

The three outputs stay apart here too. ``severe`` is the threshold of one entry (`waymark.care.severity`), ``usual`` and
``at_diagnosis`` are comparisons over weeks (`waymark.care.change`); urgent signs are said when an entry is written, and
are no part of a chart. Beside everything quiet stands `waymark.care.change.QUIET_NOTE`.
"""

from dataclasses import dataclass
from datetime import date

from waymark.care import change
from waymark.care.change import Change, Mark, MarkKind, Series, Usual
from waymark.care.diary import Name, UsualSpan, answers_of, known, usual_span
from waymark.care.held import Held, Item
from waymark.care.severity import RECENT, Answers, Attribute, Severe, attribute_to_compare, severe_now
from waymark.care.symptoms import QUESTIONS, answer_words, item_key, named
from waymark.care.words import ENGLISH, day_in_words
from waymark.languages.texts import Texts
from waymark.record.payloads import Baseline, BaselineMark, Medicine, Modality, SymptomEntry, Treatment

HIGHEST = 4


@dataclass(frozen=True, slots=True, repr=False)
class Point:
    """One entry: its day, the value that is drawn (None where this attribute was not answered), everything that was
    answered, and who reported it. ``entry`` is its id, for a link to its history.
    """

    day: date
    value: int | None
    answers: Answers
    note: str
    recall_days: int
    reported_by: str
    entry: str
    corrected: bool


@dataclass(frozen=True, slots=True, repr=False)
class Chart:
    """Everything that the chart of one symptom shows, and its table holds.

    Values run from 0 to ``highest``; ``answers`` are the words of each, ``question`` what was asked. ``usual_level`` is
    the mean of the usual weeks ``span`` or the person's own word for it; ``limit`` the level above which a week speaks
    for a change; ``diagnosis_level`` how it was at diagnosis. ``usual`` and ``at_diagnosis`` hold the sentences; ``quiet``
    is None where something is to be told to the team, else what a quiet chart cannot tell.
    """

    key: str
    term: str | None
    name: str
    attribute: Attribute
    question: str
    answers: tuple[str, ...]
    highest: int
    points: tuple[Point, ...]
    span: UsualSpan | None
    usual_level: float | None
    usual_declared: bool
    limit: float | None
    level_now: float | None
    diagnosis_level: float | None
    marks: tuple[Mark, ...]
    usual: Change
    at_diagnosis: Change | None
    severe: Severe | None
    quiet: str | None

    @property
    def tells(self) -> bool:
        """Whether any of the three says to talk to the team."""
        return self.quiet is None


def charts(held: Held, on: date, words: Texts = ENGLISH) -> tuple[Chart, ...]:
    """Return a chart for each symptom that has an entry or a baseline: first those with something to tell, then by the
    order of the person's list.
    """
    span = usual_span(held, on)
    marks = marks_of(held, on)
    by_item: dict[str, list[Item[SymptomEntry]]] = {}
    for entry in held.of(SymptomEntry):
        if entry.day and entry.day <= on:
            by_item.setdefault(item_key(entry.said.term, entry.said.own_words), []).append(entry)
    names = [name for name in known(held) if name.key in by_item or _has_baseline(held, name.key)]
    parts = [_Part(held, name, by_item.get(name.key, []), span, on, words) for name in names]
    found = {one.item: one for one in change.assess([part.series for part in parts], on, marks, words)}
    made = []
    for name, part in zip(names, parts, strict=True):
        one = found[part.key]
        called = part.series.called
        usual, then = one.usual, one.at_diagnosis
        recent = [entry for entry in part.entries if entry.day and entry.day > on - RECENT]
        severe = severe_now(called, ((entry.day, answers_of(entry.said)) for entry in recent if entry.day), on, words)
        telling = {usual.kind, *([then.kind] if then else [])} & change.WORTH_TELLING
        made.append(
            Chart(
                key=name.key,
                term=name.term,
                name=called,
                attribute=part.attribute,
                question=words.gettext(QUESTIONS[part.attribute]),
                answers=answer_words(part.attribute, 7, words),
                highest=HIGHEST,
                points=tuple(_point(entry, part.attribute) for entry in part.entries),
                span=span,
                usual_level=one.usual_level,
                usual_declared=part.declared,
                limit=one.limit,
                level_now=one.level_now,
                diagnosis_level=part.series.at_diagnosis,
                marks=marks,
                usual=usual,
                at_diagnosis=then,
                severe=severe,
                quiet=None if telling or severe else words.gettext(change.QUIET_NOTE),
            )
        )
    return tuple(sorted(made, key=lambda chart: not chart.tells))


class _Part:
    """What one item brings to the assessment."""

    def __init__(
        self,
        held: Held,
        name: Name,
        entries: list[Item[SymptomEntry]],
        span: UsualSpan | None,
        on: date,
        words: Texts,
    ) -> None:
        self.key, self.entries = name.key, entries
        inside = [
            answers_of(entry.said) for entry in entries if span and entry.day and span.first <= entry.day <= span.last
        ]
        marks = {kind: _newest(held, name.key, kind, on) for kind in Baseline}
        given = [answers_of(mark.said) for mark in marks.values() if mark]
        self.attribute = (
            attribute_to_compare(inside)
            or attribute_to_compare(answers_of(entry.said) for entry in entries)
            or attribute_to_compare(given)
            or Attribute.SEVERITY
        )
        usual, self.declared = self._usual(marks[Baseline.USUAL], span)
        then = marks[Baseline.AT_DIAGNOSIS]
        self.series = Series(
            item=name.key,
            name=named(name.term, name.own_words, words),
            entries=tuple(
                (entry.day, _value(answers_of(entry.said), self.attribute)) for entry in entries if entry.day
            ),
            usual=usual,
            at_diagnosis=_value(answers_of(then.said), self.attribute) if then else None,
            highest=HIGHEST,
        )

    def _usual(self, mark: Item[BaselineMark] | None, span: UsualSpan | None) -> tuple[Usual | None, bool]:
        """Return the usual weeks, the person's own word, or both; a word said after the weeks takes their place."""
        word = _value(answers_of(mark.said), self.attribute) if mark else None
        said_on = mark.when.last if mark else None
        if word is None or said_on is None:
            return (Usual(span.first, span.last) if span else None), False
        if span is None or not span.complete or said_on > span.last:
            return Usual(said_on, said_on, word), True
        return Usual(span.first, span.last, word), True


def _value(answers: Answers, attribute: Attribute) -> float | None:
    value = answers.of(attribute)
    return None if value is None else float(value)


def _newest(held: Held, key: str, kind: Baseline, on: date) -> Item[BaselineMark] | None:
    marks = [
        item
        for item in held.of(BaselineMark)
        if item.said.baseline is kind
        and item_key(item.said.term, item.said.own_words) == key
        and not (item.day and item.day > on)
    ]
    return max(marks, key=lambda item: (item.when.last or date.min, item.entry.sequence), default=None)


def _has_baseline(held: Held, key: str) -> bool:
    return any(item_key(item.said.term, item.said.own_words) == key for item in held.of(BaselineMark))


def _point(entry: Item[SymptomEntry], attribute: Attribute) -> Point:
    assert entry.day is not None
    answers = answers_of(entry.said)
    return Point(
        entry.day,
        answers.of(attribute),
        answers,
        entry.said.note,
        entry.said.recall_days,
        entry.entry.reported_by,
        entry.id,
        entry.entry.amends is not None,
    )


_MARKS = {Modality.RADIATION: MarkKind.RADIATION}


def marks_of(held: Held, on: date) -> tuple[Mark, ...]:
    """Return what can by itself change how the person feels: treatments, radiation, steroids, by date.

    Where only a month or a year is known, the whole of it counts.
    """
    found = []
    for item in held.of(Treatment):
        said, start = item.said, item.said.start.first
        if start and start <= on:
            end = said.end.last or (None if said.ongoing else said.start.last)
            found.append(Mark(_MARKS.get(said.modality, MarkKind.TREATMENT), said.name, start, end))
    for medicine in held.of(Medicine):
        start = medicine.said.start.first
        if medicine.said.steroid and start and start <= on:
            found.append(Mark(MarkKind.STEROID, medicine.said.name, start, medicine.said.end.last))
    return tuple(sorted(found, key=lambda mark: (mark.start, mark.kind, mark.name)))


def usual_before_treatment(held: Held, on: date, words: Texts = ENGLISH) -> str | None:
    """Return a sentence where a treatment began after the usual weeks and ended four weeks ago or longer: the person may
    want to mark newer weeks as usual. None where there is nothing to say; the weeks stay until the person marks others.
    """
    span = usual_span(held, on)
    if span is None or not span.complete:
        return None
    over = [mark for mark in marks_of(held, on) if mark.start > span.last and mark.end is not None]
    settled = [mark for mark in over if mark.end is not None and on - mark.end >= change.LOOK_BACK[MarkKind.TREATMENT]]
    if not settled:
        return None
    latest = max(settled, key=lambda mark: mark.start)
    sentence = words.gettext(
        "Your usual weeks, %(first)s to %(last)s, lie before %(name)s. If your usual has changed since, mark newer weeks."
    )
    dates = {"first": day_in_words(span.first, words), "last": day_in_words(span.last, words)}
    return sentence % {**dates, "name": latest.name}
