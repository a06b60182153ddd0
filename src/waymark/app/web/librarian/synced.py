"""The publishers' pages, read again: which could not be read, and which have changed and wait as drafts."""

from collections.abc import Mapping

from starlette.responses import Response

from waymark.app.librarian.permissions import Act
from waymark.app.sync import troubled
from waymark.app.web.language import say, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.changes import changes
from waymark.app.web.librarian.visit import Visit
from waymark.app.web.librarian.words import moment_words
from waymark.app.wording import STATUSES
from waymark.errors import NotFound
from waymark.languages.texts import Message, message
from waymark.sources.captures import Outcome

OUTCOMES: Mapping[Outcome, Message] = {
    Outcome.GONE: message("The page is gone."),
    Outcome.SHELL: message("The page needs JavaScript, so its text cannot be read."),
    Outcome.REFUSED: message("The page may not be read."),
    Outcome.BUSY: message("The site asked us to come back later."),
    Outcome.UNREACHABLE: message("The site did not answer."),
    Outcome.UNREADABLE: message("The answer could not be understood."),
}
SHOWN = 20  # drafts on one page, each with its change


def trouble(visit: Visit) -> list[dict[str, object]]:
    """Return the pages that could not be read when they were last asked for, those that need a person first."""
    catalogue = visit.desk.service.catalogue
    lines = []
    for name, reading in troubled(catalogue).items():
        card = catalogue.card(name)
        if visit.sees(card.status):
            lines.append(
                {
                    "card": card,
                    "href": to(f"{ROOT}/documents/{name}"),
                    "what": say(OUTCOMES.get(reading.outcome, reading.outcome.value)),
                    "why": reading.why,
                    "at": moment_words(reading.at),
                    "address": reading.url,
                    "passing": reading.outcome.passing,
                }
            )
    return sorted(lines, key=lambda line: (bool(line["passing"]), str(line["at"])))


def show(visit: Visit) -> Response:
    catalogue = visit.desk.service.catalogue
    proposals = catalogue.proposals() if visit.may(Act.SEE_DRAFTS) else []
    from_pages = [each for each in proposals if _is_of_a_page(visit, each.card.id, each.card.version)]
    asked = visit.asked("page", "1")
    pages = max(1, -(-len(from_pages) // SHOWN))
    page = min(max(int(asked) if asked.isdigit() and len(asked) < 7 else 1, 1), pages)
    drafts = []
    for proposal in from_pages[(page - 1) * SHOWN : page * SHOWN]:
        card = proposal.card
        try:
            before = catalogue.document(card.id, proposal.base)
        except NotFound:
            continue
        drafts.append(
            {
                "card": card,
                "href": to(f"{ROOT}/documents/{card.id}"),
                "status": say(STATUSES[card.status]),
                "read": moment_words(card.retrieved) if card.retrieved else "",
                "changes": changes(before, catalogue.document(card.id, card.version), 2),
            }
        )
    return visit.page("synced", trouble=trouble(visit), drafts=drafts, total=len(from_pages), page=page, pages=pages)


def _is_of_a_page(visit: Visit, document_id: str, version: str) -> bool:
    events = visit.desk.service.catalogue.events(document_id, 50)
    return any(event.action == "sync" and event.version == version for event in events)


ROUTES = (Route(f"{ROOT}/pages", show),)
