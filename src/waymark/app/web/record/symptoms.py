"""One symptom: its chart with both baselines, the sentences, the table, and saying how it usually is or was at diagnosis."""

from starlette.responses import Response

from waymark.app.web.record.chart import draw, letters, span_of
from waymark.app.web.record.diary import answers_in_words, scale_asks, typed_answers
from waymark.app.web.record.visit import Page, Refused, Visit
from waymark.app.web.record.when import months, parts_of, typed_parts, typed_when
from waymark.app.web.record.words import N_
from waymark.care.change import WORTH_TELLING
from waymark.care.charts import Chart
from waymark.care.diary import Name, answers_of, chosen, known, usual_span
from waymark.care.severity import Answers
from waymark.care.symptoms import item_key
from waymark.errors import NotFound
from waymark.record.dates import Precision, When
from waymark.record.entries import SELF
from waymark.record.payloads import Baseline, BaselineMark, UsualWeeks

SPANS = {"half": 26, "year": 52, "all": None}
"""How far back a chart looks, in weeks."""


def chart_page(visit: Visit) -> Response:
    name, handle = _name(visit), visit.part("handle")
    shown = visit.part("span") or "half"
    if shown not in SPANS:
        raise NotFound("There is no such chart.", "Choose half a year, a year or all of it.")
    try:
        chart = visit.own.chart(name.key, visit.language)
    except NotFound:
        return visit.page("symptom_empty", handle=handle, asked=scale_asks(visit, name, None))
    span = span_of(chart, visit.today, SPANS[shown])
    points = [point for point in reversed(chart.points) if span.first <= point.day <= span.last]
    return visit.page(
        "symptom",
        chart=chart,
        handle=handle,
        shown=shown,
        svg=draw(chart, span, visit.words, _label(visit, chart)),
        span=span,
        marks=letters(chart.marks, span),
        others=any(point.reported_by != SELF for point in points),
        points=[(point, visit.handle(point.entry)) for point in points],
        said=lambda point: answers_in_words(point.answers, point.recall_days, visit.words),
        telling={chart.usual.kind, *([chart.at_diagnosis.kind] if chart.at_diagnosis else [])} & WORTH_TELLING,
        usual_hint=None if chart.usual_declared else visit.own.usual_hint(visit.language),
        usual=_mark(visit, name, Baseline.USUAL),
        diagnosis=_mark(visit, name, Baseline.AT_DIAGNOSIS),
    )


def _label(visit: Visit, chart: Chart) -> str:
    """Return what the chart shows, for who cannot see it: the sentences, and where the numbers are."""
    said = [chart.usual.sentence] + ([chart.at_diagnosis.sentence] if chart.at_diagnosis else [])
    return (
        visit.say("Chart of %(name)s, 0 to %(highest)s.", name=chart.name, highest=chart.highest)
        + " "
        + " ".join([*said, visit.say("The table below holds the numbers.")])
    )


def _name(visit: Visit) -> Name:
    handle = visit.part("handle")
    for name in (*chosen(visit.held), *known(visit.held)):
        if visit.handle(name.key) == handle:
            return name
    return Name(visit.own.key_of(handle), "")


def _mark(visit: Visit, name: Name, which: Baseline) -> dict[str, object] | None:
    """Return what the person said of a baseline last, in words."""
    marks = [
        item
        for item in visit.held.of(BaselineMark)
        if item.said.baseline is which and item_key(item.said.term, item.said.own_words) == name.key
    ]
    if not marks:
        return None
    newest = max(marks, key=lambda item: item.entry.sequence)
    return {
        "said": answers_in_words(answers_of(newest.said), 7, visit.words),
        "when": newest.when,
        "entry": visit.handle(newest.id),
        "note": newest.said.note,
    }


# The two baselines


def _baseline(which: Baseline) -> Page:
    at_diagnosis = which is Baseline.AT_DIAGNOSIS

    def show(visit: Visit) -> Response:
        name = _name(visit)
        when = (
            typed_parts(visit.form, "about")
            if visit.form
            else parts_of(_diagnosed(visit) if at_diagnosis else When.on(visit.today))
        )
        return visit.page(
            "baseline",
            handle=visit.part("handle"),
            asked=scale_asks(visit, name, visit.form),
            at_diagnosis=at_diagnosis,
            when=when,
            months=months(visit.words),
        )

    def save(visit: Visit) -> Response:
        name = _name(visit)
        about = typed_when(visit.typed, "about")
        answers = typed_answers(visit.typed)
        if answers == Answers():
            raise Refused({}, N_("Say at least one of these."))
        visit.say_who(visit.typed)
        visit.own.mark_usual(
            name.key,
            answers,
            at_diagnosis=at_diagnosis,
            about=about if about.known else None,
            note=visit.typed.one("note"),
            reported_by=visit.writer,
        )
        return visit.go(
            f"/record/symptoms/{visit.part('handle')}", visit.say("Kept. The chart compares with it from now on.")
        )

    return Page(f"/record/symptoms/{{handle}}/{'diagnosis' if at_diagnosis else 'usual'}", show, save)


def _diagnosed(visit: Visit) -> When:
    from waymark.record.dates import UNKNOWN
    from waymark.record.payloads import Diagnosis

    return next((item.when for item in visit.held.of(Diagnosis)), UNKNOWN)


# The usual weeks


def usual_weeks(visit: Visit) -> Response:
    span = usual_span(visit.held, visit.today)
    if visit.form:
        first, last = typed_parts(visit.form, "first"), typed_parts(visit.form, "last")
    else:
        first = parts_of(When.on(span.first)) if span else parts_of(When())
        last = parts_of(When.on(span.last)) if span else parts_of(When())
    return visit.page("usual_weeks", span=span, first=first, last=last, months=months(visit.words))


def keep_usual_weeks(visit: Visit) -> Response:
    first, last = typed_when(visit.typed, "first"), typed_when(visit.typed, "last")
    for name, when in (("first", first), ("last", last)):
        if when.precision is not Precision.DAY:
            raise Refused({name: N_("Give the day, the month and the year.")})
    visit.own.add(UsualWeeks(first, last, visit.typed.one("note")), reported_by=visit.writer)
    return visit.go("/record/diary/back", visit.say("Kept. What comes after these weeks is compared with them."))


PAGES = (
    _baseline(Baseline.USUAL),
    _baseline(Baseline.AT_DIAGNOSIS),
    Page("/record/symptoms/{handle}", chart_page),
    Page("/record/symptoms/{handle}/{span}", chart_page),
    Page("/record/usual-weeks", usual_weeks, keep_usual_weeks),
)
