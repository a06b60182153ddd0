"""Reviews by their last day: what has lapsed, what will, month by month; and as a calendar to take along."""

from collections import defaultdict

from starlette.responses import Response

from waymark.app.checking import reviews as reviews_of
from waymark.app.lapsed import lapse_rule
from waymark.app.review_calendar import By, calendar
from waymark.app.web.language import here, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.visit import Visit
from waymark.library.document import Card

_LISTED = 60  # documents of one day


def show(visit: Visit) -> Response:
    cards = visit.desk.service.cards()
    found = reviews_of(cards, visit.today, 30)
    rule = lapse_rule(visit.desk.service.settings)
    days: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        if card.review_due is not None:
            days[card.review_due.isoformat()].append(card)
    groups = [
        {
            "day": found_cards[0].review_due,
            "lapsed": found_cards[0].lapsed(visit.today),
            "cards": [(card, to(f"{ROOT}/documents/{card.id}")) for card in found_cards[:_LISTED]],
            "count": len(found_cards),
            "more": max(len(found_cards) - _LISTED, 0),
        }
        for _day, found_cards in sorted(days.items())
    ]
    upcoming = [group for group in groups if not group["lapsed"]]
    lapsed = [group for group in reversed(groups) if group["lapsed"]]
    return visit.page(
        "reviews",
        upcoming=upcoming,
        lapsed=lapsed,
        lapsed_count=len(found.lapsed),
        due_count=len(found.due),
        unknown=[(card, to(f"{ROOT}/documents/{card.id}")) for card in found.unknown[:_LISTED]],
        unknown_count=len(found.unknown),
        leave_out_from=rule.leave_out_from,
        left_out=len(rule.ids_left_out(cards, visit.today)),
    )


def download(visit: Visit) -> Response:
    cards, library = visit.desk.service.cards(), visit.desk.service.catalogue.identity
    by: By = "document" if visit.asked("by") == "document" else "day"
    data = calendar(cards, library, visit.desk.clock(), by, here().language)
    headers = {"Content-Disposition": 'attachment; filename="reviews.ics"', "Cache-Control": "no-store"}
    return Response(data, media_type="text/calendar; charset=utf-8", headers=headers)


ROUTES = (Route(f"{ROOT}/reviews", show), Route(f"{ROOT}/reviews.ics", download))
