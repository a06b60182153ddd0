"""Reviews by their last day: what has lapsed, what will, month by month; and as a calendar to take along."""

from datetime import date

from starlette.responses import Response

from waymark.app.lapsed import lapse_rule
from waymark.app.review_calendar import By, calendar
from waymark.app.web.language import here, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.visit import Visit

_LISTED = 60  # documents of one day
_OPEN = 8  # documents of one day that are shown without being asked for
_DAYS = 31  # days on one page, each way


def show(visit: Visit) -> Response:
    catalogue, today = visit.desk.service.catalogue, visit.today
    days = catalogue.review_days()
    rule = lapse_rule(visit.desk.service.settings)
    known = [(day, count) for day, count in days.items() if day is not None]
    asked = visit.asked("before")
    before = _day(asked) if asked else None
    upcoming = [each for each in known if each[0] >= today] if before is None else []
    lapsed = [each for each in reversed(known) if each[0] < min(today, before or today)]
    return visit.page(
        "reviews",
        upcoming=[_group(visit, *each) for each in upcoming[:_DAYS]],
        upcoming_more=max(len(upcoming) - _DAYS, 0),
        lapsed=[_group(visit, *each) for each in lapsed[:_DAYS]],
        older=lapsed[_DAYS - 1][0].isoformat() if len(lapsed) > _DAYS else "",
        paged=before is not None,
        lapsed_count=sum(count for day, count in known if day < today),
        due_count=sum(count for day, count in known if 0 <= (day - today).days <= 30),
        unknown=[(card, to(f"{ROOT}/documents/{card.id}")) for card in catalogue.cards_due(None, _LISTED)],
        unknown_count=days.get(None, 0),
        leave_out_from=rule.leave_out_from,
        left_out=sum(count for day, count in known if rule.leaves_out(day, today)),
    )


def _group(visit: Visit, day: date, count: int) -> dict[str, object]:
    """Return one day with its documents."""
    cards = visit.desk.service.catalogue.cards_due(day, _LISTED)
    return {
        "day": day,
        "cards": [(card, to(f"{ROOT}/documents/{card.id}")) for card in cards],
        "count": count,
        "more": count - len(cards),
        "open": count <= _OPEN,
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def download(visit: Visit) -> Response:
    cards, library = visit.desk.service.cards(), visit.desk.service.catalogue.identity
    by: By = "document" if visit.asked("by") == "document" else "day"
    data = calendar(cards, library, visit.desk.clock(), by, here().language)
    headers = {"Content-Disposition": 'attachment; filename="reviews.ics"', "Cache-Control": "no-store"}
    return Response(data, media_type="text/calendar; charset=utf-8", headers=headers)


ROUTES = (Route(f"{ROOT}/reviews", show), Route(f"{ROOT}/reviews.ics", download))
