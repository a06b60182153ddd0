"""The team and the emergency card, medicines, notes, what helps and what is wanted at hand."""

from starlette.responses import Response

from waymark.app.own_record import DEMO_MARK
from waymark.app.web.record.entries import form_page
from waymark.app.web.record.fields import ASKS
from waymark.app.web.record.filling import again, filled, read
from waymark.app.web.record.urgent import dial, pieces
from waymark.app.web.record.visit import Page, Visit
from waymark.record.dates import UNKNOWN
from waymark.record.payloads import AboutPerson, Kind, Note


def more(visit: Visit) -> Response:
    return visit.page("more")


def team(visit: Visit) -> Response:
    held = visit.own.team()
    shown = {
        name: [(one, visit.handle(one.entry), dial(one.phone)) for one in people]
        for name, people in (("night", held.at_night), ("team", held.team), ("family", held.family))
    }
    return visit.page("team", people=shown, emergency=pieces(visit.own.card(visit.language).number, visit.own.numbers))


def card(visit: Visit) -> Response:
    held = visit.own.card(visit.language)
    return visit.page(
        "card",
        card=held,
        contacts=[(one, dial(one.phone)) for one in held.contacts],
        nothing=not (held.person or held.diagnosis_line or held.contacts),
    )


def about_me(visit: Visit) -> Response:
    asks = ASKS[Kind.ABOUT_PERSON]
    newest = visit.held.newest(AboutPerson)
    values = (
        again(asks, visit.form) if visit.form else filled(asks, newest.said if newest else None, UNKNOWN, visit.handle)
    )
    return form_page(visit, asks, values)


def keep_about_me(visit: Visit) -> Response:
    asks = ASKS[Kind.ABOUT_PERSON]
    said, _ = read(asks, visit.typed, lambda handle: None)
    assert isinstance(said, AboutPerson)
    visit.own.tell_about_person(said)
    return visit.go(asks.back, visit.say(asks.said))


def medicines(visit: Visit) -> Response:
    held = visit.own.medicines(visit.language)
    return visit.page(
        "medicines",
        now=[(one, visit.handle(one.entry)) for one in held if one.now],
        before=[(one, visit.handle(one.entry)) for one in held if not one.now],
        allergies=[(one, visit.handle(one.entry)) for one in visit.own.allergies()],
    )


def notes(visit: Visit) -> Response:
    held = sorted(visit.held.of(Note), key=lambda item: item.entry.sequence, reverse=True)
    return visit.page("notes", notes=[(item, visit.handle(item.id)) for item in held], demo_mark=DEMO_MARK)


def at_hand(visit: Visit) -> Response:
    lists = [
        (one.name, [(thing, visit.handle(thing.entry)) for thing in one.things])
        for one in visit.own.at_hand(visit.language)
    ]
    return visit.page("at_hand", lists=lists)


def coping(visit: Visit) -> Response:
    """What helps: the person's own list first, then pages of the starter collection, then who can be called."""
    helps = [
        thing.text for one in visit.own.at_hand(visit.language) if one.aid.value == "hard_day" for thing in one.things
    ]
    numbers = visit.own.numbers.said_in(visit.language)
    return visit.page(
        "coping",
        helps=helps,
        readings=visit.pages.library.readings("coping", visit.language),
        support=visit.pages.library.readings("support", visit.language),
        crisis=pieces(numbers.crisis, numbers) if numbers.crisis else (),
        emergency=pieces(visit.own.card(visit.language).number, numbers),
        night=[(one, dial(one.phone)) for one in visit.own.team().at_night],
    )


PAGES = (
    Page("/record/more", more),
    Page("/record/team", team),
    Page("/record/card", card),
    Page("/record/about-me", about_me, keep_about_me),
    Page("/record/medicines", medicines),
    Page("/record/notes", notes),
    Page("/record/at-hand", at_hand),
    Page("/record/coping", coping),
)
