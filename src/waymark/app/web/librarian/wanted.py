"""What is wanted: questions that the library had no answer to, and pages that its documents lead to and it lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from waymark.answering.missing import ANY_CANCER, MissingReport
from waymark.app.web.language import _, here, say, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.looking import checks_are_ready
from waymark.app.web.librarian.visit import Visit
from waymark.languages.texts import Message, message
from waymark.library.cancer_types import name_of

MOST = 100
_NAMED = 3  # documents named beside a page that they lead to
SINCE = timedelta(days=90)
KINDS: Mapping[str, Message] = {
    "other": message("something else"),
    "definition": message("what it is"),
    "causes": message("what causes it"),
    "risk": message("who is at risk"),
    "prevention": message("how to prevent it"),
    "screening": message("screening"),
    "symptoms": message("signs and symptoms"),
    "tests": message("tests"),
    "stages": message("stages"),
    "outlook": message("what to expect"),
    "treatment": message("treatment"),
    "recurrence": message("when it comes back"),
    "follow_up": message("follow-up care"),
    "trials": message("clinical trials"),
    "side_effects": message("side effects"),
    "coping": message("living with it"),
    "support": message("support"),
    "palliative": message("palliative care"),
    "second_opinion": message("second opinions"),
    "questions_to_ask": message("what to ask the team"),
    "genetics": message("genes and family"),
    "drug_info": message("a medicine"),
    "words": message("what a word means"),
}
"""What a question asks for, as a librarian reads it; a kind that is not here is shown as it is called in the program."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of what was asked and not answered."""

    about: str
    kind: str
    count: int
    days: int
    last: date


def asked_lines(report: MissingReport, most: int) -> list[Asked]:
    language = here().language
    return [
        Asked(
            _("any cancer") if line.cancer == ANY_CANCER else name_of(line.cancer, language),
            say(KINDS[line.kind]) if line.kind in KINDS else line.kind.replace("_", " "),
            line.count,
            line.days,
            line.last,
        )
        for line in report.lines[:most]
    ]


def asked(visit: Visit) -> MissingReport:
    """Return what was asked and not found in the library, in the last ninety days."""
    return visit.desk.service.missing.report(visit.today - SINCE, ("not_in_library",), MOST)


def show(visit: Visit) -> Response:
    if not checks_are_ready(visit):
        return visit.page("looking")
    report = asked(visit)
    settings = visit.desk.service.settings
    return visit.page(
        "wanted",
        asked=asked_lines(report, MOST),
        asked_total=report.total,
        texts=report.texts[:MOST],
        counting=settings.count_missing,
        keeping=settings.keep_missing,
        since=visit.today - SINCE,
        pages=[
            (
                each,
                [
                    (card.title or card.id, to(f"{ROOT}/documents/{card.id}"))
                    for card in visit.desk.service.catalogue.cards_of(each.by)
                    if visit.sees(card.status)
                ][:_NAMED],
            )
            for each in visit.desk.work.wanted(MOST)
        ],
    )


ROUTES = (Route(f"{ROOT}/wanted", show),)
