"""The course of the disease: one timeline for the person and for a doctor, and what in it does not go together."""

from starlette.responses import Response

from waymark.app.web.record.fields import ASKS, COURSE
from waymark.app.web.record.visit import Page, Visit
from waymark.app.web.record.words import KINDS

EXPLAINED = ("kinds", "restaging", "second", "same")
"""What is explained beside the timeline."""


def course(visit: Visit) -> Response:
    held = {item.id: item for item in visit.held.all(*COURSE)}
    rows = [
        (row, visit.handle(row.id), held[row.id].said.note if row.id in held else "")
        for row in visit.own.timeline(visit.language)
    ]
    found = visit.own.contradictions(visit.language)
    return visit.page(
        "course",
        rows=rows,
        contradictions=[
            (one.sentence, [visit.handle(made) for made in dict.fromkeys(made for made, _ in one.about)])
            for one in found
        ],
        adds=[(ASKS[kind].address, visit.say(KINDS[kind])) for kind in COURSE],
        explained=[(topic, quoted) for topic in EXPLAINED if (quoted := visit.explain(topic))],
        titles={
            "kinds": visit.say("Local, regional, distant"),
            "restaging": visit.say("The letter r before a stage"),
            "second": visit.say("A recurrence or a second cancer?"),
            "same": visit.say("Which cancer is it when it spreads?"),
        },
    )


PAGES = (Page("/record/course", course),)
