"""Before a visit: the one page to go through together, and what to gather for a second opinion."""

from hashlib import sha256

from starlette.responses import Response

from waymark.app.web.record.chart import draw_small
from waymark.app.web.record.today import days_until
from waymark.app.web.record.visit import Page, Refused, Visit
from waymark.app.web.record.when import months, parts_of, typed_parts, typed_when
from waymark.app.web.record.words import N_
from waymark.care.change import ChangeKind
from waymark.care.charts import Chart
from waymark.care.visit import made
from waymark.record.dates import When
from waymark.record.payloads import Gathered, VisitSummaryMade


def hub(visit: Visit) -> Response:
    """Lead to the questions, the page and the packet."""
    held, plan = visit.own.questions(visit.language), visit.own.plan(visit.language)
    return visit.page(
        "visit",
        next_visit=plan.next_visit,
        days=days_until(plan.next_visit, visit.today) if plan.next_visit else None,
        questions=held,
        missing=visit.own.packet(visit.language).missing,
    )


def page(visit: Visit) -> Response:
    since = visit.session.kept.get("since")
    summary = visit.own.visit(visit.language, since)
    quiet = [chart for chart in visit.own.charts(visit.language) if not chart.tells]
    return visit.page(
        "visit_page",
        summary=summary,
        steady=[chart.name for chart in quiet if chart.usual.kind is ChangeKind.NO_CHANGE],
        unknown=[chart.name for chart in quiet if chart.usual.kind is ChangeKind.NOT_ENOUGH_ENTRIES],
        near={one.chart.key: _marks(one.chart) for one in summary.changed},
        small={one.chart.key: draw_small(one.chart, visit.today) for one in summary.changed},
        since=typed_parts(visit.form, "since") if visit.form else parts_of(When.on(summary.covers[0])),
        months=months(visit.words),
    )


def _marks(chart: Chart) -> list[str]:
    """Return the names of what happened in the time of a change, each once."""
    told = [chart.usual] + ([chart.at_diagnosis] if chart.at_diagnosis else [])
    return list(dict.fromkeys(mark.name for change in told for mark in change.marks))


def look_back_to(visit: Visit) -> Response:
    """Choose how far the page looks back, or note that it was made as it stands."""
    if visit.typed.flag("made"):
        summary = visit.own.visit(visit.language, visit.session.kept.get("since"))
        digest = sha256(
            repr((summary.on, summary.covers, [one.sentences for one in summary.changed])).encode()
        ).hexdigest()
        newest = visit.held.newest(VisitSummaryMade)
        if newest is None or newest.said.covers_to != When.on(summary.on):
            visit.own.add(made(summary, digest, visit.language), about=When.on(visit.today), reported_by=visit.writer)
        return visit.go("/record/visit/page", visit.say("Noted. The next page looks back to today."))
    when = typed_when(visit.typed, "since")
    if when.first is None or when.first > visit.today:
        raise Refused({"since": N_("Give a day that has been.")})
    visit.session.kept["since"] = when.first
    return visit.go("/record/visit/page")


# A second opinion


def packet(visit: Visit) -> Response:
    held = visit.own.packet(visit.language)
    return visit.page(
        "packet",
        packet=held,
        gather=[(one, visit.handle(f"gather|{one.item or one.entry}")) for one in held.gather],
        own=visit.typed.one("own"),
    )


def gathered(visit: Visit) -> Response:
    """Keep what of the list the person has and where it is; only what was changed is written down."""
    form, held = visit.typed, visit.own.packet(visit.language)
    visit.say_who(form)
    for one in held.gather:
        handle = visit.handle(f"gather|{one.item or one.entry}")
        have, where = form.flag(f"have-{handle}"), form.one(f"where-{handle}")
        if (have, where) == (one.have, one.where) or f"where-{handle}" not in form:
            continue
        said = Gathered(one.item, "" if one.item else one.name, have, where, one.note)
        if one.entry:
            visit.own.amend(one.entry, said, reported_by=visit.writer)
        else:
            visit.own.add(said, about=When.on(visit.today), reported_by=visit.writer)
    if form.one("own"):
        visit.own.add(Gathered(None, form.one("own")), about=When.on(visit.today), reported_by=visit.writer)
    return visit.go("/record/visit/packet", visit.say("Kept."))


PAGES = (
    Page("/record/visit", hub),
    Page("/record/visit/page", page, look_back_to),
    Page("/record/visit/packet", packet, gathered),
)
