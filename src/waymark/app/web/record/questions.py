"""Questions for the team: picked by situation or written, put in order, answered."""

from starlette.responses import Response

from waymark.app.web.record import urgent
from waymark.app.web.record.visit import Page, Refused, Visit
from waymark.app.web.record.words import N_
from waymark.care.guides import Situation
from waymark.care.questions import Asked
from waymark.errors import NotFound
from waymark.record.payloads import Question


def questions(visit: Visit) -> Response:
    held = visit.own.questions(visit.language)
    return visit.page(
        "questions",
        open_ones=[(one, visit.handle(one.entry)) for one in held.open],
        answered=[(one, visit.handle(one.entry)) for one in held.answered],
        situations=[
            (one.situation.value, one.name, sum(not each.picked for each in one.questions)) for one in held.offered
        ],
        please=held.please,
    )


def order(visit: Visit) -> Response:
    """Move one question up or down by a place."""
    held = visit.own.questions().open
    handles = {visit.handle(one.entry): at for at, one in enumerate(held)}
    entries = [one.entry for one in held]
    for name, step in (("up", -1), ("down", 1)):
        at = handles.get(visit.typed.one(name))
        if at is not None and 0 <= at + step < len(entries):
            entries[at], entries[at + step] = entries[at + step], entries[at]
            visit.own.order_questions(entries)
            break
    return visit.go("/record/questions#open")


def add(visit: Visit) -> Response:
    return visit.page("question_add", text=visit.typed.one("text"))


def keep(visit: Visit) -> Response:
    text = visit.typed.one("text")
    if not text:
        raise Refused({"text": N_("Write your question in your own words.")})
    visit.say_who(visit.typed)
    visit.own.ask(text, reported_by=visit.writer)
    return visit.go("/record/questions", visit.say("Your question is on the list."), urgent.of_words(visit, text))


def pick(visit: Visit) -> Response:
    """Offer the guiding questions of one situation."""
    held = visit.own.questions(visit.language)
    for one in held.offered:
        if one.situation.value == visit.part("situation"):
            return visit.page("question_pick", situation=one)
    raise NotFound("There are no such questions.", "Choose another situation.")


def picked(visit: Visit) -> Response:
    if visit.part("situation") not in set(Situation):
        raise NotFound("There are no such questions.", "Choose another situation.")
    before = len(visit.own.questions().open)
    visit.own.pick_questions(visit.typed.all("guide"), visit.language)
    count = len(visit.own.questions().open) - before
    if not count:
        raise Refused({}, N_("Tick at least one question, or go back."))
    said = visit.words.ngettext("%(num)s question is on your list.", "%(num)s questions are on your list.", count)
    return visit.go("/record/questions", said % {"num": count})


def _one(visit: Visit) -> Asked:
    held = visit.own.questions(visit.language)
    for one in (*held.open, *held.answered):
        if visit.handle(one.entry) == visit.part("handle"):
            return one
    raise NotFound("This question is not in the record any more.", "Look at the list.")


def answer(visit: Visit) -> Response:
    one, form = _one(visit), visit.form
    return visit.page(
        "question",
        question=one,
        handle=visit.part("handle"),
        text=form.one("text") if form else one.text,
        answer=form.one("answer") if form else one.answer,
        answered_by=form.one("answered_by") if form else one.answered_by,
    )


def keep_answer(visit: Visit) -> Response:
    one, form = _one(visit), visit.typed
    if not form.one("text"):
        raise Refused({"text": N_("Write your question in your own words.")})
    visit.say_who(form)
    item = visit.held.by_id(Question, one.entry)
    if item is not None and form.one("text") != item.said.text:
        from dataclasses import replace

        visit.own.amend(item.id, replace(item.said, text=form.one("text")), reported_by=visit.writer)
    if (form.one("answer"), form.one("answered_by")) != (one.answer, one.answered_by):
        visit.own.answer(one.entry, form.one("answer"), form.one("answered_by"))
    return visit.go("/record/questions", visit.say("Kept."), urgent.of_words(visit, form.one("text")))


PAGES = (
    Page("/record/questions", questions, order),
    Page("/record/questions/add", add, keep),
    Page("/record/questions/for/{situation}", pick, picked),
    Page("/record/questions/{handle}", answer, keep_answer),
)
