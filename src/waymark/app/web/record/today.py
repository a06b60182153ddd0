"""The first page of an open record: what to do now, what comes next, what changed, and whom to call."""

from datetime import date

from starlette.responses import Response

from waymark.app.web.record.urgent import dial, pieces
from waymark.app.web.record.visit import Page, Visit
from waymark.app.web.record.words import error_words
from waymark.care.plan import Standing, Time
from waymark.record.payloads import Rhythm


def today(visit: Visit) -> Response:
    diary, plan = visit.own.diary(language=visit.language), visit.own.plan(visit.language)
    charts = visit.own.charts(visit.language)
    questions = visit.own.questions(visit.language)
    return visit.page(
        "today",
        diary=diary,
        due=diary_due(diary.last_written, visit.today, diary.rhythm),
        since=(visit.today - diary.last_written).days if diary.last_written else None,
        overdue=plan.overdue,
        coming=[(time, days_until(time, visit.today)) for time in plan.coming[:3]],
        telling=[(chart, visit.handle(chart.key)) for chart in charts if chart.tells],
        quiet=next((chart.quiet for chart in charts if chart.quiet), None),
        questions=questions,
        night=[(one, dial(one.phone)) for one in visit.own.team().at_night],
        emergency=pieces(visit.own.card(visit.language).number, visit.own.numbers),
        handle=visit.handle,
        empty=not visit.held.all(),
        backup_failed=error_words(failed, visit.words) if (failed := visit.session.kept.get("backup failed")) else "",
    )


def diary_due(last: date | None, on: date, rhythm: Rhythm) -> bool:
    """Return whether a page of the diary is due: a week, or a day, after the last one. Nothing happens where it is not written."""
    if last is None:
        return True
    return (on - last).days >= (7 if rhythm is Rhythm.WEEKLY else 1)


def days_until(time: Time, on: date) -> int | None:
    """Return in how many days a time is; None where its day is not known."""
    if time.when.first is None or time.when.first != time.when.last or time.standing is Standing.NO_DATE:
        return None
    return (time.when.first - on).days


PAGES = (Page("/record", today),)
