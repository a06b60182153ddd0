"""Steps of the lifecycle and reviews: each a form that says what it does, and whom it concerns."""

from datetime import date

from starlette.responses import Response

from waymark.app.librarian.permissions import STEPS, Act
from waymark.app.web.language import _, say, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.documents import STEP_WORDS
from waymark.app.web.librarian.visit import Visit
from waymark.errors import LifecycleRefused, NotFound, UsageError, WaymarkError
from waymark.languages.texts import message
from waymark.library.decisions import version_at_hand
from waymark.library.document import Card
from waymark.library.lifecycle import Step, step_named
from waymark.library.review import Review

_DONE = {
    "submit": message("Submitted: a colleague can read it now."),
    "send back": message("Sent back."),
    "publish": message("Published: it can be quoted now."),
    "reopen": message("Taken back into review: it is not quoted now."),
    "withdraw": message("Withdrawn: it is kept, and not quoted any more."),
}


def _step(visit: Visit) -> Step:
    name = visit.part("name").replace("-", " ")
    if name not in STEPS:
        raise NotFound(message("There is no such step."))
    visit.require(STEPS[name])
    return step_named(name)


def _card(visit: Visit, step: Step) -> Card:
    catalogue = visit.desk.service.catalogue
    name = visit.part("id")
    if visit.asked("of") == "proposal" or visit.one("of") == "proposal":
        return version_at_hand(catalogue, name)
    return catalogue.card(name) if step.name in ("withdraw", "reopen") else version_at_hand(catalogue, name)


def show_step(visit: Visit) -> Response:
    return _step_page(visit, _step(visit))


def _step_page(visit: Visit, step: Step, error: WaymarkError | None = None) -> Response:
    card = _card(visit, step)
    current = visit.desk.service.catalogue.card(card.id)
    return visit.page(
        "step",
        200 if error is None else 409,
        card=card,
        step=step,
        of="proposal" if card.version != current.version else "",
        heading=say(STEP_WORDS[step.name]),
        meaning=_(step.meaning),
        why=visit.one("why"),
        uses=visit.desk.service.uses_of(card.id) if step.name == "withdraw" else (),
        fault=f"{say(error.sentence)} {say(error.next_step)}".strip() if error else "",
        action=to(f"{ROOT}/documents/{card.id}/step/{step.name.replace(' ', '-')}"),
    )


def take(visit: Visit) -> Response:
    step, name = _step(visit), visit.part("id")
    try:
        visit.desk.service.take_step(
            step.name, name, visit.person, why=visit.one("why"), version=visit.one("version") or None
        )
    except (LifecycleRefused, UsageError) as error:
        return _step_page(visit, step, error)
    return visit.go(f"{ROOT}/documents/{name}", _DONE[step.name])


def show_review(visit: Visit) -> Response:
    return _review_page(visit)


def _review_page(visit: Visit, error: WaymarkError | None = None) -> Response:
    card = version_at_hand(visit.desk.service.catalogue, visit.part("id"))
    frequency = visit.desk.service.catalogue.document(card.id, card.version).front.get("reviewFrequency")
    return visit.page(
        "review",
        200 if error is None else 422,
        card=card,
        by=visit.one("by", visit.member.name),
        as_role=visit.one("as_role"),
        reviewed_on=visit.one("on", visit.today.isoformat()),
        until=visit.one("until"),
        note=visit.one("note"),
        frequency=frequency or "",
        fault=f"{say(error.sentence)} {say(error.next_step)}".strip() if error else "",
    )


def _day(words: str) -> date | None:
    if not words.strip():
        return None
    try:
        return date.fromisoformat(words.strip())
    except ValueError as error:
        raise UsageError(
            message("“%(words)s” is no date.", words=words[:40]), message("Write it as 2027-05-31.")
        ) from error


def take_review(visit: Visit) -> Response:
    name = visit.part("id")
    try:
        on = _day(visit.one("on")) or visit.today
        review = Review(visit.one("by"), visit.one("as_role"), on, _day(visit.one("until")), visit.one("note"))
        card = visit.desk.service.record_review(name, review, visit.person, version=visit.one("version") or None)
    except (LifecycleRefused, UsageError) as error:
        return _review_page(visit, error)
    assert card.review_due is not None
    return visit.go(
        f"{ROOT}/documents/{name}", message("The review is recorded. It holds until %(day)s.", day=card.review_due)
    )


ROUTES = (
    Route(f"{ROOT}/documents/{{id}}/step/{{name}}", show_step, take),
    Route(f"{ROOT}/documents/{{id}}/review", show_review, take_review, act=Act.REVIEW),
)
