"""Many at once: the repairs of one check in many documents, shown before they are made."""

from dataclasses import dataclass

from starlette.responses import Response

from waymark.app.librarian.permissions import Act
from waymark.app.librarian.work import Filter
from waymark.app.repairing import repairs_offered
from waymark.app.web.language import _, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.changes import Changes, changes
from waymark.app.web.librarian.visit import Visit
from waymark.errors import ChangedMeanwhile, NotFound
from waymark.languages.texts import message
from waymark.library.checks.findings import check_named

_LOOKED_AT = 400  # documents; some findings of a check have no repair
SHOWN = 25  # documents on one page, each with its change; they are accepted together


@dataclass(frozen=True, slots=True)
class Line:
    """One document of a preview, and what accepting would change in it."""

    id: str
    title: str
    version: str
    href: str
    changes: Changes


def show(visit: Visit) -> Response:
    check = check_named(visit.part("check"))
    if check is None or check.mend is None:
        raise NotFound(message("There is no repair of that name."), message("See the overview."))
    groups = visit.desk.work.groups(Filter(check=check.code))
    names = [group.document for group in groups]
    lines: list[Line] = []
    for start in range(0, min(len(names), _LOOKED_AT), SHOWN):
        part = names[start : start + SHOWN]
        for mended in repairs_offered(visit.desk.service.catalogue, visit.today, (check.code,), part):
            card = mended.before.card
            href = to(f"{ROOT}/documents/{card.id}")
            lines.append(Line(card.id, card.title, card.version, href, changes(mended.before, mended.after, 3)))
        if len(lines) >= SHOWN:
            break
    lines = lines[:SHOWN]
    return visit.page("many", check=check, rule=_(check.rule), does=check.does, lines=lines, total=len(names))


def take(visit: Visit) -> Response:
    """Make the repairs that were shown and ticked; refuse when something of them is another by now."""
    check = check_named(visit.part("check"))
    if check is None or check.mend is None:
        raise NotFound(message("There is no repair of that name."), message("See the overview."))
    shown = [tuple(each.partition(" ")[::2]) for each in visit.all("document")]
    chosen = [(name, version) for name, version in shown if name and version]
    if not chosen:
        return visit.go(f"{ROOT}/many/{check.code}", message("Nothing was ticked, so nothing was done."))
    for name, version in chosen:
        if visit.desk.service.catalogue.card(name).version != version:
            raise ChangedMeanwhile(
                message("“%(document)s” has changed since this page was opened.", document=name),
                message("Look at the preview again, then decide."),
            )
    done, _passed = visit.desk.work.mend_many(check.code, chosen[:SHOWN], visit.person)
    return visit.go(
        f"{ROOT}/many/{check.code}",
        message("%(count)s repairs are accepted. Each can be taken back.", count=done),
    )


ROUTES = (Route(f"{ROOT}/many/{{check}}", show, take, act=Act.SEE_DRAFTS, doing=Act.MEND_MANY),)
