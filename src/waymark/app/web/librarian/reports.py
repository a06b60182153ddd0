"""What readers reported: the open ones, one report shown again, and its course: seen, settled with a reason."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from waymark.answering.response import Answer, Quotation
from waymark.app.lapsed import lapse_rule
from waymark.app.librarian.permissions import Act
from waymark.app.reports.keeping import KIND_WORDS, STATE_WORDS, TRANSITIONS, Kept, Kind, State
from waymark.app.reports.replay import OPEN_KINDS, replay
from waymark.app.web.language import day, say, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.visit import Visit
from waymark.app.web.views import QuotationView, quotation_view
from waymark.errors import WaymarkError
from waymark.languages.texts import message

_SHOWN = 60  # characters of what a person said, in the list


@dataclass(frozen=True, slots=True)
class Line:
    """One report in the list."""

    id: str
    href: str
    kind: str
    state: str
    on: str
    said: str


def open_lines(visit: Visit, every: bool = False) -> list[Line]:
    """Return the reports that are not settled, the latest first; ``every`` for all."""
    states = () if every else (State.NEW, State.SEEN)
    return [_line(kept) for kept in visit.desk.service.reports.all(states, OPEN_KINDS)]


def _line(kept: Kept) -> Line:
    report = kept.report
    said = " ".join(((report.words.comment or report.words.question) if report.words else "").split())
    return Line(
        report.id,
        to(f"{ROOT}/reports/{report.id}"),
        say(KIND_WORDS[report.kind]),
        say(STATE_WORDS[kept.state]),
        _day(report.at),
        said if len(said) <= _SHOWN else f"{said[: _SHOWN - 1]}…",
    )


def _day(at: str) -> str:
    return day(date.fromisoformat(at[:10]))


def show(visit: Visit) -> Response:
    every = visit.asked("all") == "1"
    votes = list(visit.desk.service.reports.kinds().values())
    helped, not_helped = votes.count(Kind.HELPED), votes.count(Kind.NOT_HELPED)
    return visit.page("reports", lines=open_lines(visit, every), every=every, helped=helped, not_helped=not_helped)


def one(visit: Visit) -> Response:
    """Show a report: what the person said, what was shown, and what differs today."""
    service = visit.desk.service
    kept = service.reports.get(visit.part("report"))
    found = replay(service, kept, visit.today)
    rule = lapse_rule(service.settings)
    quoted: list[QuotationView] = []
    faults = list(found.then.faults)

    def viewed(quotation: Quotation) -> None:
        try:
            document = service.document(quotation.card.id, quotation.card.version)
            quoted.append(quotation_view(quotation, document, kept.report.shown.on, rule))
        except WaymarkError as error:
            faults.append(error.sentence)

    declines = []
    response = found.then.response
    for part in () if response is None else (response.parts or (response,)):
        for quotation in (*(part.quotations if isinstance(part, Answer) else ()), *part.related):
            viewed(quotation)
        if not isinstance(part, Answer):
            declines.append(f"{part.say} {part.next_step}")
    report = kept.report
    steps: list[dict[str, Any]] = [
        {"state": state.value, "words": say(STATE_WORDS[state])} for state in TRANSITIONS[kept.state]
    ]
    return visit.page(
        "report",
        report=report,
        line=_line(kept),
        kept=kept,
        stepped=_day(kept.at) if kept.at else "",
        shown_on=day(report.shown.on),
        urgent=report.shown.urgent,
        quoted_views=quoted,
        declines=declines,
        faults=faults,
        differences=[say(each.say) for each in found.differences],
        around=[f"{name}: {old} → {new}" for name, old, new in found.around],
        asked_again=found.today is not None,
        may_step=visit.may(Act.DECIDE_FINDING),
        steps=steps,
    )


def step(visit: Visit) -> Response:
    name = visit.part("report")
    state = State.SETTLED if visit.one("state") == State.SETTLED.value else State.SEEN
    kept = visit.desk.service.reports.step(name, state, visit.member.name, visit.desk.now(), visit.one("why"))
    told = message("The report %(id)s is %(state)s now.", id=kept.report.id, state=STATE_WORDS[kept.state])
    return visit.go(f"{ROOT}/reports/{kept.report.id}", told)


ROUTES = (
    Route(f"{ROOT}/reports", show),
    Route(f"{ROOT}/reports/{{report}}", one),
    Route(f"{ROOT}/reports/{{report}}/step", take=step, doing=Act.DECIDE_FINDING),
)
