"""The audit log: who did what to which document, and why; the latest first."""

from starlette.responses import Response

from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.visit import Visit
from waymark.app.web.librarian.words import event_line

PER_PAGE = 100
_MOST = 1_000_000


def show(visit: Visit) -> Response:
    who, document = visit.asked("who").strip(), visit.asked("document").strip()
    number = visit.asked("before")
    catalogue = visit.desk.service.catalogue
    before = int(number) if number.isdigit() and len(number) < 12 else None
    # Without a choice the latest are enough; with one, the whole log is looked through.
    everything = bool(who or document or before)
    events = catalogue.events(None, _MOST if everything else PER_PAGE + 1)
    fitting = [
        event
        for event in events
        if (not who or who.casefold() in event.actor.casefold())
        and (not document or document in (event.document, str(event.detail.get("document") or "")))
        and (before is None or event.seq < before)
    ]
    shown = fitting[:PER_PAGE]
    return visit.page(
        "log",
        events=[event_line(event) for event in shown],
        who=who,
        document=document,
        older=shown[-1].seq if len(fitting) > PER_PAGE else None,
    )


ROUTES = (Route(f"{ROOT}/log", show),)
