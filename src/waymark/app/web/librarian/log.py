"""The audit log: who did what to which document, and why; the latest first."""

from starlette.responses import Response

from waymark.app.librarian.permissions import Act
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.visit import Visit
from waymark.app.web.librarian.words import event_line
from waymark.errors import NotFound
from waymark.library.audit import AuditEvent

PER_PAGE = 100


def show(visit: Visit) -> Response:
    who, document = visit.asked("who").strip(), visit.asked("document").strip()
    number = visit.asked("before")
    before = int(number) if number.isdigit() and len(number) < 12 else None
    found = visit.desk.service.catalogue.events(document or None, PER_PAGE + 1, before, who)
    shown = [event for event in found[:PER_PAGE] if _is_for(visit, event)]
    return visit.page(
        "log",
        events=[event_line(event) for event in shown],
        who=who,
        document=document,
        older=found[PER_PAGE - 1].seq if len(found) > PER_PAGE else None,
    )


def _is_for(visit: Visit, event: AuditEvent) -> bool:
    """Return whether an event may be shown to this person: what was done to drafts is not for every role."""
    name = event.document or str(event.detail.get("document") or "")
    if not name or visit.may(Act.SEE_DRAFTS):
        return True
    catalogue = visit.desk.service.catalogue
    try:
        return visit.sees(catalogue.card(name, event.version or None).status)
    except NotFound:
        return False


ROUTES = (Route(f"{ROOT}/log", show),)
