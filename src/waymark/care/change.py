"""How each symptom compares with the person's own two baselines: how it usually is now, and how it was at
diagnosis.

Three outputs are never mixed. Urgent signs are decided at entry, unconditionally (`waymark.answering`). A severity
threshold looks at one entry (`waymark.care.severity`). This module looks at the course over weeks, and says for
each item one honest sentence. None of the three names a cause, and a quiet chart never reassures: show `QUIET_NOTE`
beside it.

**The rule** is a cumulative sum (Page, Biometrika 1954;41:100-115). Each week with an entry adds how far it lies
above the usual mean, less one point and less a margin for the error of that mean; the sum never falls below zero,
and tells when it reaches its limit, 1.75 for a person who answers about ten items in a week. Its parts:

- One point: less than that, lasting, is no change worth a call. Two points are the step of the plain rules in
  trials.
- No week counts as more than 2.5 points above usual, so that one bad week, however bad, never tells by itself.
- How much weeks differ is estimated for each item and drawn towards what all items of the person show, and those
  towards a general value (as variances are in Smyth, Stat Appl Genet Mol Biol 2004;3:3): four weeks alone say
  little of it.
- The limit rises with the number of answers in a usual week, since each of them may be told falsely: without that,
  somebody with twenty items was told so three times as often as somebody with six.
- The margin is there since charts whose centre is estimated from few weeks alarm too often (Jones, Champ & Rigdon,
  Journal of Quality Technology 2004;36:95-108); weeks that resemble each other count as fewer.

The sum was chosen over the moving average since it finds steps sooner at the same number of false episodes; the
figures of both, of the plain rules, and of what else was tried are in ``bench/SYMPTOM_RULES.md``.

**Time.** Only calendar days count, so a clock that changes has no effect; of a date with a time, the day on its own
clock is taken. Weeks are counted from the last day of the usual weeks. Several entries in one week are averaged. A
week without an entry is skipped: it neither adds nor takes away. After more than eight weeks without one the sum
starts again from zero, and six weeks after the last one nothing is said of now.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from waymark.care.words import ENGLISH, day_in_words
from waymark.languages.texts import N_, Texts

LEAST_WORSENING = 1.0
"""Points above usual that every week must exceed to add to the sum."""
MARGIN = 0.75
"""Standard errors of the usual mean that are added to `LEAST_WORSENING`."""
LIMIT = 1.75
"""The sum, in points, from which on a change is told, for a person who answers `ANSWERS_A_WEEK` items in a week."""
ANSWERS_A_WEEK = 9.6
"""Twelve items with a fifth missing, for which the other constants were chosen."""
LIMIT_PER_ANSWER = 0.08
"""By how much the limit rises with each answer more in a week: who answers more is told falsely more often at one limit."""
LEAST_LIMIT, MOST_LIMIT = 1.55, 2.9
"""Between which the limit stays: one week never reaches the one, and two of the worst weeks nearly reach the other."""
MOST_IN_ONE_WEEK = 2.5
"""Points above usual as which a week counts at most: less than `LEAST_WORSENING` and `LEAST_LIMIT` together."""
SUM_CAP = 1.2
"""The sum stays below this many limits, so that it ends soon after the symptom does."""

USUAL_VARIANCE = 0.35
"""Variance between weeks of an item, in points squared, where nothing of the person is known yet."""
USUAL_VARIANCE_WEEKS = 10
"""Weeks for which `USUAL_VARIANCE` counts beside all items of the person together."""
POOLED_WEEKS = 4
"""Weeks for which the variance over all items counts beside that of the one item."""
AUTOCORRELATION = 0.3
"""How much a week resembles the one before; taken as given, since eight weeks cannot tell it."""

ANSWERED = 0.8
"""How many of the weeks have an entry, where there are none yet to tell it from."""

WEEKS_NEEDED = 4
"""Weeks with an entry among the usual ones, without which there is nothing to compare with."""
DECLARED_WEEKS = 2
"""Weeks for which the person's own word for how it usually is counts: it is rounded, and memory errs by half a point."""
NEW_AT_MOST = 0.25
"""A symptom whose usual mean is at most this was not there: what is worse is then new."""
NOTED_FROM = 1.0
"""From this value on a symptom that has no usual weeks of its own counts as there."""
LIKE_WITHIN = 0.5
"""Points below the value at diagnosis from which on it is about as it was then."""
TELLING_AT_DIAGNOSIS = 2.0
"""Without usual weeks only a value at diagnosis from here on is compared with: 1 is too common to say anything."""

LONGEST_GAP = 8
"""Weeks from one entry to the next after which the sum starts again."""
STALE_AFTER = timedelta(weeks=6)

QUIET_NOTE = N_(
    "A quiet chart is not a test. It cannot show that cancer has come back, and it cannot show that it has not: some "
    "changes cause no symptoms. Keep your scans and visits. If something worries you, tell your health care team, "
    "whatever the chart shows."
)
"""To be shown beside every chart or list in which nothing has changed."""


class ChangeKind(StrEnum):
    """What a comparison says."""

    WORSE_THAN_USUAL = "worse_than_usual"
    NEW = "new"
    LIKE_AT_DIAGNOSIS = "like_at_diagnosis"
    BETTER = "better"
    NO_CHANGE = "no_change"
    NOT_ENOUGH_ENTRIES = "not_enough_entries"


WORTH_TELLING = frozenset({ChangeKind.WORSE_THAN_USUAL, ChangeKind.NEW, ChangeKind.LIKE_AT_DIAGNOSIS})
"""The kinds that the person is asked to tell the team about."""


class MarkKind(StrEnum):
    """What can by itself change how a person feels."""

    TREATMENT = "treatment"
    RADIATION = "radiation"
    STEROID = "steroid"


LOOK_BACK = {
    MarkKind.TREATMENT: timedelta(weeks=4),
    MarkKind.RADIATION: timedelta(weeks=12),
    MarkKind.STEROID: timedelta(weeks=4),
}
"""How long after its last day a mark is still shown beside a change. Twelve weeks after radiation: in that time an
apparent growth of a brain tumour is often none (RANO criteria, Wen et al., J Clin Oncol 2010;28:1963-1972). Four is
our choice.
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A treatment, radiation, or a start, stop or new dose of a steroid; ``end`` None where it goes on."""

    kind: MarkKind
    name: str
    start: date
    end: date | None = None

    def sentence(self, words: Texts = ENGLISH) -> str:
        """Return what is said of it beside a change."""
        _ = words.gettext
        span = _("from %(start)s until %(end)s") if self.end else _("from %(start)s")
        dates = {"start": day_in_words(self.start, words), "end": day_in_words(self.end, words) if self.end else ""}
        return _(
            "In this time: %(name)s, %(span)s. This can change how you feel. Tell your health care team about the "
            "symptom all the same."
        ) % {"name": self.name, "span": span % dates}


@dataclass(frozen=True, slots=True)
class Usual:
    """How it is usually: the marked weeks, from ``first`` to ``last`` (both days count), and what the person says
    of them.

    ``declared`` is the person's own word for it, on the scale of the entries; it counts as `DECLARED_WEEKS` weeks
    and is enough by itself: where there is only that, both days are the day it was said on.
    """

    first: date
    last: date
    declared: float | None = None

    def __post_init__(self) -> None:
        if _day(self.last) < _day(self.first):
            raise ValueError("The last of the usual weeks lies before the first.")


@dataclass(frozen=True, slots=True)
class Series:
    """The entries of one item, in any order: a day and a value (0 to ``highest``), None where it was not answered.

    All by one attribute or all by one way of grading (`waymark.care.severity.attribute_to_compare`);
    ``at_diagnosis`` on the same scale. ``name`` is what the sentences call the item, its key where empty.
    """

    item: str
    entries: tuple[tuple[date, float | None], ...] = ()
    usual: Usual | None = None
    at_diagnosis: float | None = None
    highest: int = 4
    name: str = ""

    @property
    def called(self) -> str:
        return self.name or self.item

    def __post_init__(self) -> None:
        declared = self.usual.declared if self.usual else None
        for value in (*(value for _, value in self.entries), declared, self.at_diagnosis):
            if value is not None and not 0 <= value <= self.highest:
                raise ValueError(f"A value lies outside of 0 to {self.highest}.")


@dataclass(frozen=True, slots=True)
class Change:
    """One comparison. ``since`` is the first day of what is said, None where nothing has changed or can be said;
    ``marks`` lie in that time and may explain it: they are shown beside the sentence, and never silence it.
    """

    kind: ChangeKind
    since: date | None
    sentence: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """Both comparisons of one item, to be shown apart. ``at_diagnosis`` is None where nothing is known of then.

    ``usual_level`` and ``level_now`` (mean of the last two weeks with an entry) are on the scale of the entries;
    ``usual_weeks`` counts the usual weeks with an entry. Weeks above ``limit`` speak for a change: it is the usual level
    and the points that a week must lie above it, None where the usual is not known.
    """

    item: str
    usual: Change
    at_diagnosis: Change | None
    usual_level: float | None
    level_now: float | None
    usual_weeks: int
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class _Week:
    number: int
    first_entry: date
    last_entry: date
    value: float


@dataclass(frozen=True, slots=True)
class _Baseline:
    weeks: int
    declared: bool
    mean: float
    squares: float  # sum of squared differences between the weeks
    first_entry: date | None = None  # of the usual weeks

    @property
    def counted(self) -> int:
        return self.weeks + DECLARED_WEEKS * self.declared

    @property
    def enough(self) -> bool:
        return self.declared or self.weeks >= WEEKS_NEEDED


def assess(
    series: Iterable[Series], on: date, marks: Iterable[Mark] = (), words: Texts = ENGLISH
) -> tuple[Assessment, ...]:
    """Return what can be said on the day ``on``, one assessment for each item, in the order of their names.

    Entries after ``on`` are left out; neither the order of the series nor that of their entries matters. The items
    belong to one person: how much weeks differ is estimated over all of them. Raises ``ValueError`` where an item
    comes twice.
    """
    ordered = sorted(series, key=lambda one: one.item)
    if len({one.item for one in ordered}) != len(ordered):
        raise ValueError("An item comes twice.")
    on, marks = _day(on), tuple(sorted(marks, key=lambda mark: (_day(mark.start), mark.kind, mark.name)))
    baselines = [_baseline(one, on) for one in ordered]
    pooled = _pooled_variance([baseline for baseline in baselines if baseline])
    limit = limit_for(_answers_a_week(ordered, baselines))
    noted = any(baseline is not None and baseline.weeks >= WEEKS_NEEDED for baseline in baselines)
    return tuple(
        _assessment(one, baseline, pooled, limit, noted, on, marks, words)
        for one, baseline in zip(ordered, baselines, strict=True)
    )


def _assessment(
    one: Series,
    baseline: _Baseline | None,
    pooled: float,
    limit: float,
    noted: bool,
    on: date,
    marks: Sequence[Mark],
    words: Texts,
) -> Assessment:
    weeks = _weeks_after(one, on)
    usual = _against_usual(one, baseline, pooled, limit, noted, weeks, on, words)
    at_diagnosis = _against_diagnosis(one, baseline, usual, weeks, on, words)
    last = weeks[-2:]
    return Assessment(
        item=one.item,
        usual=_with_marks(usual, on, marks),
        at_diagnosis=_with_marks(at_diagnosis, on, marks) if at_diagnosis else None,
        usual_level=baseline.mean if baseline and baseline.enough else None,
        level_now=math.fsum(week.value for week in last) / len(last) if last and not _stale(weeks, on) else None,
        usual_weeks=baseline.weeks if baseline else 0,
        limit=baseline.mean + _reference(baseline, pooled) if baseline and baseline.enough else None,
    )


def _reference(baseline: _Baseline, pooled: float) -> float:
    return points_to_exceed(baseline.counted, baseline.squares, max(baseline.weeks - 1, 0), pooled)


def _against_usual(
    one: Series,
    baseline: _Baseline | None,
    pooled: float,
    limit: float,
    noted: bool,
    weeks: Sequence[_Week],
    on: date,
    words: Texts,
) -> Change:
    _ = words.gettext
    enough = baseline is not None and baseline.enough
    if noted and baseline is not None and not baseline.counted:
        since = _since_at_least(weeks, NOTED_FROM)
        if since and not _stale(weeks, on):
            sentence = _(
                "%(item)s: you have noted this since %(day)s, and not in your usual weeks. Tell your health care team."
            )
            return _told(ChangeKind.NEW, since, sentence, one, words)
    if baseline is None or not enough:
        counted = baseline.weeks if baseline else 0
        sentence = _("%(item)s: not enough entries yet to know your usual: %(counted)d of %(needed)d weeks have one.")
        return _not_enough(sentence % {"item": one.called, "counted": counted, "needed": WEEKS_NEEDED})
    if len(weeks) < 2:
        sentence = _("%(item)s: not enough entries yet after your usual weeks: two weeks with an entry are needed.")
        return _not_enough(sentence % {"item": one.called})
    if _stale(weeks, on):
        sentence = _("%(item)s: nothing noted since %(day)s, so nothing is said of now.")
        return _not_enough(sentence % {"item": one.called, "day": day_in_words(weeks[-1].last_entry, words)})
    reference = _reference(baseline, pooled)
    worse = _run_over(weeks, [week.value - baseline.mean for week in weeks], reference, limit)
    if worse and baseline.mean <= NEW_AT_MOST:
        sentence = _("%(item)s: new since %(day)s; it was not there in your usual weeks. Tell your health care team.")
        return _told(ChangeKind.NEW, worse, sentence, one, words)
    if worse:
        sentence = _("%(item)s: worse than your usual since %(day)s. Tell your health care team.")
        return _told(ChangeKind.WORSE_THAN_USUAL, worse, sentence, one, words)
    better = _run_over(weeks, [baseline.mean - week.value for week in weeks], reference, limit)
    if better:
        return _told(ChangeKind.BETTER, better, _("%(item)s: milder than your usual since %(day)s."), one, words)
    return Change(ChangeKind.NO_CHANGE, None, _("%(item)s: no clear change from your usual.") % {"item": one.called})


def _against_diagnosis(
    one: Series, baseline: _Baseline | None, usual: Change, weeks: Sequence[_Week], on: date, words: Texts
) -> Change | None:
    """Compare with the value at diagnosis. Where the usual is known, what is not worse than usual is not said to be
    as at diagnosis: so this comparison adds no false episode of its own.
    """
    _ = words.gettext
    then = one.at_diagnosis
    if then is None:
        return None
    if _stale(weeks, on) or len(weeks) < 2:
        sentence = _("%(item)s: not enough recent entries to compare with the time of your diagnosis.")
        return _not_enough(sentence % {"item": one.called})
    known = baseline is not None and baseline.enough
    telling = usual.kind in WORTH_TELLING if known else then >= TELLING_AT_DIAGNOSIS
    since = _since_at_least(weeks, then - LIKE_WITHIN) if telling and then >= 1 else None
    if since:
        sentence = _("%(item)s: about as it was at your diagnosis, since %(day)s. Tell your health care team.")
        return _told(ChangeKind.LIKE_AT_DIAGNOSIS, since, sentence, one, words)
    now = math.fsum(week.value for week in weeks[-2:]) / 2
    sentence = _("%(item)s: %(then)s of %(highest)d at your diagnosis, about %(now)s of %(highest)d now.")
    levels = {"then": _number(then, words), "now": _number(now, words)}
    return Change(ChangeKind.NO_CHANGE, None, sentence % {"item": one.called, "highest": one.highest, **levels})


def _told(kind: ChangeKind, since: date, sentence: str, one: Series, words: Texts) -> Change:
    return Change(kind, since, sentence % {"item": one.called, "day": day_in_words(since, words)})


def points_to_exceed(counted: int, squares: float, freedom: int, pooled: float) -> float:
    """Return the points from the usual mean that a week must exceed to add to the sum.

    ``counted`` usual weeks (the person's own word included) with ``squares`` as their sum of squares on ``freedom``
    degrees; ``pooled`` is the variance over all items of the person.
    """
    variance = (squares + POOLED_WEEKS * pooled) / (freedom + POOLED_WEEKS)
    resemblance = (1 + AUTOCORRELATION) / (1 - AUTOCORRELATION)
    return LEAST_WORSENING + MARGIN * math.sqrt(variance * min(resemblance / counted, 1.0))


def limit_for(answers_a_week: float) -> float:
    """Return the sum from which on a change is told, for a person who answers so many items in a usual week."""
    return min(max(LIMIT + LIMIT_PER_ANSWER * (answers_a_week - ANSWERS_A_WEEK), LEAST_LIMIT), MOST_LIMIT)


def _answers_a_week(ordered: Sequence[Series], baselines: Sequence[_Baseline | None]) -> float:
    """Return how many of the compared items have an entry in a week, on average from the first usual entry of any item to
    the end of the usual weeks; an item with the person's own word alone counts as others do on average.
    """
    known = [(one, baseline) for one, baseline in zip(ordered, baselines, strict=True) if baseline and baseline.enough]
    begun = min((baseline.first_entry for _, baseline in known if baseline.first_entry), default=None)
    shares = []
    for one, baseline in known:
        if begun is None or not baseline.weeks or one.usual is None:
            shares.append(ANSWERED)
        else:
            shares.append(baseline.weeks / ((_day(one.usual.last) - begun).days // 7 + 1))
    return math.fsum(shares)


def _pooled_variance(baselines: Sequence[_Baseline]) -> float:
    # fsum: the result does not depend on the order of the items.
    squares = math.fsum(baseline.squares for baseline in baselines)
    freedom = sum(max(baseline.weeks - 1, 0) for baseline in baselines)
    return (squares + USUAL_VARIANCE_WEEKS * USUAL_VARIANCE) / (freedom + USUAL_VARIANCE_WEEKS)


def _run_over(weeks: Sequence[_Week], above: Sequence[float], reference: float, limit: float) -> date | None:
    """Return the first day of the run that holds the sum at its limit in the last week, None where it is below."""
    total, since = 0.0, None
    for number, (week, points) in enumerate(zip(weeks, above, strict=True)):
        if number and week.number - weeks[number - 1].number > LONGEST_GAP:
            total = 0.0
        before = total
        total = min(max(total + min(points, MOST_IN_ONE_WEEK) - reference, 0.0), SUM_CAP * limit)
        if before == 0.0:
            since = week.first_entry
    return since if total >= limit else None


def _since_at_least(weeks: Sequence[_Week], level: float) -> date | None:
    """Return the first day of the last weeks in a row at or above a level, None where they are fewer than two."""
    run: list[_Week] = []
    for week in reversed(weeks):
        if week.value < level or (run and run[-1].number - week.number > LONGEST_GAP):
            break
        run.append(week)
    return run[-1].first_entry if len(run) >= 2 else None


def _baseline(one: Series, on: date) -> _Baseline | None:
    usual = one.usual
    if usual is None or _day(usual.last) > on:
        return None
    first, last = _day(usual.first), _day(usual.last)
    weeks = _by_week(
        ((day, value) for day, value in one.entries if first <= _day(day) <= last), lambda day: (last - day).days // 7
    )
    values = sorted(week.value for week in weeks)
    declared = usual.declared
    counted = len(values) + (DECLARED_WEEKS if declared is not None else 0)
    if not counted:
        return _Baseline(0, False, 0.0, 0.0)
    total = math.fsum(values) + (DECLARED_WEEKS * declared if declared is not None else 0.0)
    centre = math.fsum(values) / len(values) if values else 0.0
    squares = math.fsum((value - centre) ** 2 for value in values)
    begun = min((week.first_entry for week in weeks), default=None)
    return _Baseline(len(values), declared is not None, total / counted, squares, begun)


def _weeks_after(one: Series, on: date) -> list[_Week]:
    """Return the weeks after the usual ones that have an entry, up to ``on``; all weeks where no usual ones are
    marked."""
    if one.usual:
        last = _day(one.usual.last)
    else:  # counted from the first entry: a week of the calendar must not come in
        first = min((_day(day) for day, _ in one.entries), default=date.max)
        last = first - timedelta(days=1) if first > date.min else first
    return _by_week(
        ((day, value) for day, value in one.entries if last < _day(day) <= on), lambda day: ((day - last).days - 1) // 7
    )


def _by_week(entries: Iterable[tuple[date, float | None]], number: Callable[[date], int]) -> list[_Week]:
    held: dict[int, list[tuple[date, float]]] = {}
    for day, value in entries:
        if value is not None:
            held.setdefault(number(_day(day)), []).append((_day(day), float(value)))
    return [
        _Week(
            number=week,
            first_entry=min(day for day, _ in pairs),
            last_entry=max(day for day, _ in pairs),
            value=math.fsum(value for _, value in pairs) / len(pairs),
        )
        for week, pairs in sorted(held.items())
    ]


def _stale(weeks: Sequence[_Week], on: date) -> bool:
    return not weeks or on - weeks[-1].last_entry > STALE_AFTER


def _not_enough(sentence: str) -> Change:
    return Change(ChangeKind.NOT_ENOUGH_ENTRIES, None, sentence)


def _with_marks(change: Change, on: date, marks: Sequence[Mark]) -> Change:
    since = change.since
    if since is None:
        return change
    near = tuple(
        mark
        for mark in marks
        if _day(mark.start) <= on and (mark.end is None or _day(mark.end) + LOOK_BACK[mark.kind] >= since)
    )
    return Change(change.kind, change.since, change.sentence, near)


def _day(day: date) -> date:
    """Return the calendar day; of a date with a time, the day on its own clock."""
    return day.date() if isinstance(day, datetime) else day


def _number(value: float, words: Texts) -> str:
    return words.number(int(value) if value == int(value) else round(value, 1))
