"""Many at once: the repairs of one check in every document that has the finding, shown page by page before they are made."""

from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from waymark.app.librarian.permissions import Act
from waymark.app.librarian.work import Filter
from waymark.app.repairing import repairs_offered
from waymark.app.web.language import _, say, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.changes import Changes, changes
from waymark.app.web.librarian.looking import checks_are_ready
from waymark.app.web.librarian.visit import Visit
from waymark.errors import ChangedMeanwhile, NotFound
from waymark.languages.texts import message
from waymark.library.checks.findings import Check, check_named

SHOWN = 25  # documents on one page, each with its change


@dataclass(frozen=True, slots=True)
class Line:
    """One document of a preview, and what accepting would change in it; None where a person has to decide."""

    id: str
    title: str
    version: str
    href: str
    changes: Changes | None


def _check(visit: Visit) -> Check:
    check = check_named(visit.part("check"))
    if check is None or check.mend is None:
        raise NotFound(message("There is no repair of that name."), message("See the overview."))
    return check


def show(visit: Visit) -> Response:
    if not checks_are_ready(visit):
        return visit.page("looking")
    check = _check(visit)
    catalogue = visit.desk.service.catalogue
    run = visit.desk.batch.run
    if run is not None and run.check != check.code:
        run = None
    seen = catalogue.last_event  # before the preview: what changes while it is made was not seen
    names = [group.document for group in visit.desk.work.groups(Filter(check=check.code))]
    pages = max(1, -(-len(names) // SHOWN))
    asked = visit.asked("page", "1")
    page = min(max(int(asked) if asked.isdigit() and len(asked) < 7 else 1, 1), pages)
    lines: list[Line] = []
    if run is None or run.ended:
        part = names[(page - 1) * SHOWN : page * SHOWN]
        offered = {
            mended.before.id: mended for mended in repairs_offered(catalogue, visit.today, (check.code,), part)
        } if part else {}  # fmt: skip
        for name in part:
            mended = offered.get(name)
            card = mended.before.card if mended else catalogue.card(name)
            made = changes(mended.before, mended.after, 3) if mended else None
            lines.append(Line(name, card.title, card.version, to(f"{ROOT}/documents/{name}"), made))
    return visit.page(
        "many",
        check=check,
        rule=_(check.rule),
        does=_(check.does) if check.does else "",
        lines=lines,
        with_repair=sum(line.changes is not None for line in lines),
        total=len(names),
        page=page,
        pages=pages,
        seen=seen,
        run=run,
        mine=run is not None and run.by == visit.member.name,
        failed=f"{say(run.failed)} {say(run.next_step)}".strip() if run is not None else "",
    )


def take(visit: Visit) -> Response:
    """Make the repairs that were shown and ticked, or all of them; refuse when something that was ticked is another by now."""
    check = _check(visit)
    if visit.one("all") == "yes":
        return _take_all(visit, check)
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
    made = visit.desk.work.mend_many(check.code, chosen[:SHOWN], visit.person)
    return visit.go(
        f"{ROOT}/many/{check.code}",
        message("%(count)s repairs are accepted. Each can be taken back.", count=made.done),
    )


def _take_all(visit: Visit, check: Check) -> Response:
    """Begin to make every repair of the check, in the documents as they were when the preview was opened."""
    work, who = visit.desk.work, visit.person
    seen = visit.one("seen")
    number = int(seen) if seen.isdigit() and len(seen) < 16 else 0
    versions, changed = work.as_seen(check.code, number)
    if not versions:
        raise ChangedMeanwhile(
            message("Everything has changed since this page was opened."),
            message("Look at the preview again, then decide."),
        )
    visit.desk.batch.begin(check.code, who.name, len(versions), partial(work.mend_many, check.code, versions, who))
    told = message("%(count)s have changed since the preview and are left alone.", count=changed) if changed else ""
    return visit.go(f"{ROOT}/many/{check.code}", told)


def take_back(visit: Visit) -> Response:
    """Take the last run's repairs back, all of them, or let go of what it told."""
    check, batch, who = _check(visit), visit.desk.batch, visit.person
    run = batch.run
    if run is None or run.result is None or run.check != check.code or run.by != who.name:
        raise NotFound(message("There is nothing to take back there."), message("The audit log has every repair."))
    if visit.one("what") == "done":
        batch.forget(who.name)
    elif not run.result.taken_back:
        batch.begin(check.code, who.name, run.result.done, partial(visit.desk.work.undo_many, run.result, who))
    return visit.go(f"{ROOT}/many/{check.code}")


ROUTES = (
    Route(f"{ROOT}/many/{{check}}", show, take, act=Act.SEE_DRAFTS, doing=Act.MEND_MANY),
    Route(f"{ROOT}/many/{{check}}/back", take=take_back, act=Act.SEE_DRAFTS, doing=Act.MEND_MANY),
)
