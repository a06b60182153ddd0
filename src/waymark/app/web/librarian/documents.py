"""Documents: the list in every status, and one with its record, its evidence, its findings, its history and what can be done."""

from dataclasses import dataclass

from starlette.responses import Response

from waymark.app.librarian.permissions import STEPS, may
from waymark.app.web.language import _, here, say, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.changes import changes
from waymark.app.web.librarian.excerpts import evidence
from waymark.app.web.librarian.visit import Visit
from waymark.app.web.librarian.words import SEVERITIES, event_line, key_words, moment_words, value_words
from waymark.app.web.markup import render
from waymark.app.web.shelf import folded
from waymark.app.wording import STATUSES, review_words
from waymark.errors import NotFound
from waymark.languages.texts import message
from waymark.library.decided import decisions, may_decide
from waymark.library.document import Document, Status
from waymark.library.lifecycle import steps_from

PER_PAGE = 50
_NOT_LISTED = frozenset({"decided", "undecided", "evidence", "id", "assets"})
STEP_WORDS = {
    "submit": message("Submit for review"),
    "send back": message("Send back"),
    "publish": message("Publish"),
    "reopen": message("Take back into review"),
    "withdraw": message("Withdraw"),
}


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value of a record: what it is, why, by whom it was decided, and where it can be set."""

    key: str
    words: str
    value: str
    why: tuple[str, ...]
    decided: str
    edit: str


def listed(visit: Visit) -> Response:
    words, status = visit.asked("q")[:200].strip(), visit.asked("status")
    catalogue = visit.desk.service.catalogue
    proposals = {each.card.id: each.card for each in catalogue.proposals() if visit.sees(each.card.status)}
    seen = [each for each in Status if visit.sees(each)]
    if status in {each.value for each in seen}:
        names = catalogue.names([Status(status)])
        waiting = [name for name, card in proposals.items() if card.status.value == status]
        names += [(card.id, card.title, card.publisher) for card in catalogue.cards_of(waiting)]
    elif status == "proposed":
        names = [(card.id, card.title, card.publisher) for card in catalogue.cards_of(list(proposals))]
    else:
        names = catalogue.names(seen)
    wanted = folded(words).split()
    fitting = [
        name
        for name, title, publisher in names
        if not wanted or all(word in folded(f"{title} {name} {publisher}") for word in wanted)
    ]
    number = visit.asked("page", "1")
    pages = max(1, -(-len(fitting) // PER_PAGE))
    page = min(max(int(number) if number.isdigit() and len(number) < 7 else 1, 1), pages)
    entries = [
        {
            "card": card,
            "href": to(f"{ROOT}/documents/{card.id}"),
            "status": say(STATUSES[card.status]),
            "proposal": say(STATUSES[proposals[card.id].status]) if card.id in proposals else "",
            "review": review_words(card, visit.today, language=here().language),
        }
        for card in catalogue.cards_of(fitting[(page - 1) * PER_PAGE : page * PER_PAGE])
    ]
    statuses = [(each.value, say(STATUSES[each])) for each in Status] + [("proposed", _("with a new version waiting"))]
    return visit.page(
        "documents",
        words=words,
        status=status,
        statuses=statuses,
        entries=entries,
        total=len(fitting),
        page=page,
        pages=pages,
    )


def one(visit: Visit) -> Response:
    name = visit.part("id")
    catalogue = visit.desk.service.catalogue
    current = catalogue.document(name)
    visit.require_sight(current.card.status)
    proposal = catalogue.proposal(name)
    if proposal is not None and not visit.sees(proposal.card.status):
        proposal = None
    version = visit.asked("version")
    document = catalogue.document(name, version) if version else current
    visit.require_sight(document.card.status)
    start, end = visit.asked("start"), visit.asked("end")
    quote = (int(start), int(end)) if start.isdigit() and end.isdigit() and len(start + end) < 16 else None
    inside = quote is not None and 0 <= quote[0] < quote[1] <= len(document.body.text)
    card = document.card
    at_hand = proposal.card if proposal is not None else current.card
    steps = [
        (step.name, say(STEP_WORDS[step.name]), to(f"{ROOT}/documents/{name}/step/{step.name.replace(' ', '-')}"))
        for step in steps_from(at_hand.status)
        if may(visit.member.role, STEPS[step.name])
    ]
    if proposal is not None and may(visit.member.role, STEPS["withdraw"]):
        steps = [each for each in steps if each[0] != "withdraw"]
        steps.append(("withdraw", say(STEP_WORDS["withdraw"]), to(f"{ROOT}/documents/{name}/step/withdraw")))
    findings = list(visit.desk.work.findings(name)) if visit.desk.work.behind() <= 60 else []
    by_check: dict[str, list[object]] = {}
    for finding in findings:
        by_check.setdefault(finding.check, []).append(finding)
    return visit.page(
        "document",
        card=card,
        current=current.card,
        is_current=card.version == current.card.version,
        status=say(STATUSES[card.status]),
        review=review_words(card, visit.today, language=here().language),
        proposal=proposal,
        proposal_status=say(STATUSES[proposal.card.status]) if proposal else "",
        changes=changes(current, catalogue.document(name, proposal.card.version)) if proposal else None,
        values=values(visit, document),
        findings=[
            {
                "check": code,
                "severity": say(SEVERITIES[group[0].severity]),  # type: ignore[attr-defined]
                "count": len(group),
                "href": to(f"{ROOT}/queue?document={name}&at={code}:{name}"),
                "first": next(evidence(current, group[:1])),  # type: ignore[arg-type]
            }
            for code, group in by_check.items()
        ],
        steps=steps,
        versions=[
            {
                "card": each,
                "status": say(STATUSES[each.status]),
                "href": to(f"{ROOT}/documents/{name}?version={each.version}"),
            }
            for each in reversed(catalogue.versions(name))
            if visit.sees(each.status)
        ],
        events=[event_line(event) for event in catalogue.events(name, 60)],
        uses=visit.desk.service.uses_of(name),
        body=render(document.body, visit.desk.pages.shelf.resolver(card.url), quote if inside else None).html,
        marked=inside,
        public=to(f"/documents/{name}"),
    )


def values(visit: Visit, document: Document) -> list[ValueLine]:
    decided = decisions(document.front)
    lines = []
    for key in document.front:
        if key in _NOT_LISTED:
            continue
        said = decided.get(key)
        why = _why(document, key)
        lines.append(
            ValueLine(
                key,
                key_words(key),
                value_words(document.front[key]),
                why,
                _("Set by %(name)s on %(when)s: %(why)s") % {
                    "name": said.get("by"), "when": moment_words(str(said.get("at"))), "why": said.get("why")
                } if said else "",
                to(f"{ROOT}/documents/{document.id}/value/{key}") if may_decide(document.front, key) else "",
            )
        )  # fmt: skip
    return lines


def _why(document: Document, key: str) -> tuple[str, ...]:
    names = {"audienceLevel": "audience", "cancerTypes": "cancerTypes."}
    wanted = names.get(key, key)
    return tuple(
        line
        for name, reasons in document.evidence.items()
        for line in reasons
        if name == wanted or (wanted.endswith(".") and name.startswith(wanted))
    )[:8]


def compare(visit: Visit) -> Response:
    name, catalogue = visit.part("id"), visit.desk.service.catalogue
    visit.require_sight(catalogue.card(name).status)
    versions = [card.version for card in catalogue.versions(name) if visit.sees(card.status)]
    before, after = visit.asked("before"), visit.asked("after")
    if not before or not after:
        if len(versions) < 2:
            raise NotFound(message("This document has one version, so there is nothing to compare."))
        before, after = versions[-2], versions[-1]
    for version in (before, after):
        visit.require_sight(catalogue.card(name, version).status)
    return visit.page(
        "compare",
        card=catalogue.card(name),
        versions=versions,
        before=before,
        after=after,
        changes=changes(catalogue.document(name, before), catalogue.document(name, after), 1_000),
    )


ROUTES = (
    Route(f"{ROOT}/documents", listed),
    Route(f"{ROOT}/documents/{{id}}", one),
    Route(f"{ROOT}/documents/{{id}}/compare", compare),
)
