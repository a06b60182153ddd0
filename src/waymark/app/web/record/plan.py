"""The follow-up plan: what comes next, what was not marked, what is over, and what became of each time."""

from starlette.responses import Response

from waymark.app.web.record import urgent
from waymark.app.web.record.today import days_until
from waymark.app.web.record.visit import Page, Refused, Visit
from waymark.app.web.record.when import clock_time, months, parts_of, typed_parts, typed_when
from waymark.app.web.record.words import N_
from waymark.care.plan import Time
from waymark.errors import NotFound
from waymark.record.dates import When
from waymark.record.payloads import Progress

OVER_SHOWN = 12


def plan(visit: Visit) -> Response:
    held = visit.own.plan(visit.language)

    def shown(times: tuple[Time, ...]) -> list[tuple[Time, str, int | None]]:
        return [(time, _handle(visit, time), days_until(time, visit.today)) for time in times]

    return visit.page(
        "plan",
        overdue=shown(held.overdue),
        coming=shown(held.coming),
        no_date=shown(held.no_date),
        over=shown(held.over[:OVER_SHOWN]),
        earlier=shown(held.over[OVER_SHOWN:]),
        repeating=[(one, visit.handle(one.entry)) for one in held.repeating if not one.cancelled],
    )


def calendar(visit: Visit) -> Response:
    """Offer the plan as a file for the phone's calendar."""
    ahead = [event for event in visit.own.calendar(visit.language) if not event.cancelled and event.day >= visit.today]
    return visit.page("calendar", count=len(ahead))


def _handle(visit: Visit, time: Time) -> str:
    return visit.handle(f"slot|{time.slot}")


def _time(visit: Visit) -> Time:
    held = visit.own.plan(visit.language)
    for time in (*held.overdue, *held.coming, *held.no_date, *held.over):
        if _handle(visit, time) == visit.part("handle"):
            return time
    raise NotFound("This is not in the plan any more.", "Look at the plan.")


def one(visit: Visit) -> Response:
    """Show one time of the plan, and the form that says what became of it."""
    time, form = _time(visit), visit.form
    done = time.when if time.when.last and time.when.last <= visit.today else When.on(visit.today)
    return visit.page(
        "plan_time",
        time=time,
        handle=visit.part("handle"),
        entry=visit.handle(time.entry) if time.entry else "",
        plan_entry=visit.handle(time.plan) if time.plan else "",
        became=form.one("became") if form else "",
        done_on=typed_parts(form, "done_on") if form else parts_of(done),
        moved_to=typed_parts(form, "moved_to") if form else parts_of(When()),
        at=form.one("at") if form else "",
        result=form.one("result") if form else time.result,
        said=form.one("said") if form else time.said,
        said_by=form.one("said_by") if form else time.said_by,
        note=form.one("note") if form else time.note,
        months=months(visit.words),
        days=days_until(time, visit.today),
    )


def became(visit: Visit) -> Response:
    time, form = _time(visit), visit.typed
    said = form.one("became")
    if said not in set(Progress):
        raise Refused({"became": N_("Choose one of these.")})
    progress = Progress(said)
    visit.say_who(form)
    visit.own.plan_became(
        time.slot,
        progress,
        done_on=typed_when(form, "done_on") if progress is Progress.DONE else When(),
        moved_to=typed_when(form, "moved_to") if progress is Progress.MOVED else When(),
        at=clock_time(form.one("at")) if progress is Progress.MOVED else "",
        result=form.one("result"),
        said=form.one("said"),
        said_by=form.one("said_by"),
        note=form.one("note"),
        reported_by=visit.writer,
    )
    signs = urgent.of_words(visit, form.one("note"))
    return visit.go("/record/plan", visit.say(_SAID[progress]), signs)


_SAID = {
    Progress.PLANNED: N_("It is planned again."),
    Progress.DONE: N_("Noted as done."),
    Progress.MOVED: N_("Moved."),
    Progress.MISSED: N_("Noted as missed. Your team can give you a new date."),
    Progress.CANCELLED: N_("Noted as called off."),
}

PAGES = (
    Page("/record/plan", plan),
    Page("/record/calendar", calendar),
    Page("/record/plan/time/{handle}", one, became),
)
