"""The visit summary: one page for the fifteen minutes with the doctor, made from the entries as they stand.

What changed and since when, against which baseline; the three questions that matter most; medicines; the treatments so far;
what comes next; who reported it. It reports what the person wrote down and concludes nothing. A page that shows no change
says what it cannot tell.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from waymark.care.change import QUIET_NOTE, WORTH_TELLING, ChangeKind
from waymark.care.charts import Chart, charts
from waymark.care.course import Course
from waymark.care.held import Held
from waymark.care.plan import Plan, Standing, Time
from waymark.care.questions import Asked, Questions
from waymark.care.team import KnownAllergy, Taken, about, allergies, medicines
from waymark.care.timeline import Row, timeline
from waymark.care.words import ENGLISH, day_in_words, listed
from waymark.languages.texts import Texts
from waymark.record.entries import SELF
from waymark.record.payloads import Diagnosis, SymptomEntry, VisitSummaryMade

AT_FIRST = timedelta(weeks=12)
"""How far back a first summary looks."""


@dataclass(frozen=True, slots=True, repr=False)
class Changed:
    """One symptom that changed, with its sentences kept apart: against the usual, against the time of diagnosis, severe
    now. ``marks`` are what happened in that time; ``quotes`` the person's notes since, the newest first.
    """

    chart: Chart
    sentences: tuple[str, ...]
    marks: tuple[str, ...]
    quotes: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class VisitSummary:
    """Everything on the page. ``covers`` are the days that it looks back over, both included; ``reporters`` who wrote in
    them ("You" and the names of carers); ``weeks`` how many of its weeks have an entry, of how many.

    ``changed`` comes before ``steady`` (sentences of what shows no change) and ``unknown`` (not enough entries).
    ``quiet`` is what the page cannot tell, always there.
    """

    person: str
    born: str
    important: str
    on: date
    covers: tuple[date, date]
    visit: Time | None
    diagnosis_line: str
    changed: tuple[Changed, ...]
    better: tuple[str, ...]
    steady: tuple[str, ...]
    unknown: tuple[str, ...]
    quiet: str
    questions: tuple[Asked, ...]
    more_questions: int
    please: str
    medicines: tuple[Taken, ...]
    allergies: tuple[KnownAllergy, ...]
    course: tuple[Row, ...]
    overdue: tuple[Time, ...]
    coming: tuple[Time, ...]
    results: tuple[Time, ...]
    reporters: tuple[str, ...]
    reported_by: str
    weeks: tuple[int, int]


def summary(
    held: Held,
    on: date,
    course: Course,
    plan: Plan,
    asked: Questions,
    words: Texts = ENGLISH,
    since: date | None = None,
) -> VisitSummary:
    """Return the summary as of a day. It looks back to ``since``, else to the last summary that was made, else to the
    last visit that took place, else twelve weeks.
    """
    _ = words.gettext
    begin = min(since or _since(held, plan, on), on)
    shown = charts(held, on, words)
    telling = [chart for chart in shown if chart.tells]
    quiet = [chart for chart in shown if not chart.tells]
    entries = [item for item in held.of(SymptomEntry) if item.day and begin <= item.day <= on]
    by = list(dict.fromkeys(item.entry.reported_by for item in entries))
    names = tuple(_("you") if each == SELF else each for each in sorted(by, key=lambda each: (each != SELF, each)))
    reported = (
        _("Written down by %(who)s.") % {"who": listed(names, words)} if names else _("Nothing was written down.")
    )
    noted = {(on - item.day).days // 7 for item in entries if item.day}
    person = about(held)
    return VisitSummary(
        person=person.name,
        born=person.born.first.isoformat() if person.born.first and person.born.first == person.born.last else "",
        important=person.important,
        on=on,
        covers=(begin, on),
        visit=plan.next_visit,
        diagnosis_line=diagnosis_line(held, course, words),
        changed=tuple(_changed(chart, begin, words) for chart in telling),
        better=tuple(chart.usual.sentence for chart in quiet if chart.usual.kind is ChangeKind.BETTER),
        steady=tuple(chart.usual.sentence for chart in quiet if chart.usual.kind is ChangeKind.NO_CHANGE),
        unknown=tuple(chart.usual.sentence for chart in quiet if chart.usual.kind is ChangeKind.NOT_ENOUGH_ENTRIES),
        quiet=_(QUIET_NOTE),
        questions=asked.top,
        more_questions=len(asked.open) - len(asked.top),
        please=asked.please,
        medicines=tuple(taken for taken in medicines(held, on, words) if taken.now),
        allergies=allergies(held),
        course=timeline(course, words),
        overdue=plan.overdue,
        coming=plan.coming[:6],
        results=tuple(
            time
            for time in plan.over
            if time.standing is Standing.DONE and (time.result or time.said) and _within(time, begin)
        ),
        reporters=names,
        reported_by=reported,
        weeks=(len(noted), (on - begin).days // 7 + 1),
    )


def _since(held: Held, plan: Plan, on: date) -> date:
    made = [item.said.covers_to.last for item in held.of(VisitSummaryMade) if item.said.covers_to.last]
    seen = [
        time.when.last
        for time in plan.over
        if time.standing is Standing.DONE and time.when.last and time.kind.value in ("visit", "exam")
    ]
    before = [day for day in (*made, *seen) if day < on]
    return max(before) if before else on - AT_FIRST


def _within(time: Time, begin: date) -> bool:
    return time.when.last is None or time.when.last >= begin


def _changed(chart: Chart, begin: date, words: Texts) -> Changed:
    told = [chart.usual] + ([chart.at_diagnosis] if chart.at_diagnosis else [])
    sentences = [each.sentence for each in told if each.kind in WORTH_TELLING]
    sentences += [chart.severe.sentence] if chart.severe else []
    marks = tuple(dict.fromkeys(mark.sentence(words) for each in told for mark in each.marks))
    quotes = [(point.day, point.note) for point in chart.points if point.note and point.day >= begin]
    return Changed(chart, tuple(sentences), marks, tuple(reversed(quotes))[:3])


def diagnosis_line(held: Held, course: Course, words: Texts = ENGLISH) -> str:
    """Return what the person has, on one line, as they noted it: the cancers, and how often each came back."""
    _ = words.gettext
    rows = [row for row in timeline(course, words) if row.kind in ("diagnosis", "recurrence", "second_cancer")]
    said = {item.id: item.said for item in held.of(Diagnosis)}
    parts = []
    for row in rows:
        stage = said[row.id].stage_at_diagnosis.strip() if row.id in said else ""
        staged = _("%(cancer)s, stage at diagnosis %(stage)s") % {"cancer": row.what, "stage": stage}
        shown = staged if stage else row.what
        parts.append(f"{shown} ({row.dated})" if row.dated != "?" else shown)
    return "; ".join(parts)


def made(page: VisitSummary, digest: str, language: str, visit: str | None = None) -> VisitSummaryMade:
    """Return the entry that says that a summary was made; ``digest`` is the SHA-256 (hex) of the page that was printed."""
    from waymark.record.dates import When

    return VisitSummaryMade(visit, When.on(page.covers[0]), When.on(page.covers[1]), language, digest)


def title(page: VisitSummary, words: Texts = ENGLISH) -> str:
    """Return the page's title."""
    return words.gettext("For my visit, as of %(day)s") % {"day": day_in_words(page.on, words)}
