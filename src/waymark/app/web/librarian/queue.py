"""The queue: what the checks found, one document at a time: accept the repair, edit, reject, next; and take back."""

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from waymark.app.librarian.permissions import Act
from waymark.app.librarian.work import Filter, Shown
from waymark.app.web.language import _, number, say, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.changes import changes
from waymark.app.web.librarian.excerpts import SHOWN, evidence
from waymark.app.web.librarian.looking import checks_are_ready
from waymark.app.web.librarian.visit import Visit
from waymark.app.web.librarian.words import KEYS, SEVERITIES, key_words, value_words
from waymark.app.wording import STATUSES
from waymark.errors import ChangedMeanwhile
from waymark.languages.texts import message
from waymark.library.checks.findings import Severity, check_named
from waymark.library.checks.groups import Group
from waymark.library.decided import may_decide

REASONS = (
    message("The finding does not apply to this page."),
    message("It is so in the original."),
    message("The publisher agreed to it."),
    message("It will be mended at the next reading."),
)
"""Reasons that are offered; any other can be written."""


def _wanted(visit: Visit, sent: bool = False) -> Filter:
    read = visit.one if sent else visit.asked
    return Filter(read("check").upper(), read("severity"), read("document"), visit.may(Act.SEE_DRAFTS))


def queue_address(wanted: Filter, key: str = "") -> str:
    named = {"check": wanted.check, "severity": wanted.severity, "document": wanted.document, "at": key}
    query = urlencode({name: value for name, value in named.items() if value})
    return f"{ROOT}/queue?{query}" if query else f"{ROOT}/queue"


def show(visit: Visit) -> Response:
    if not checks_are_ready(visit):
        return visit.page("looking")
    wanted = _wanted(visit)
    place = visit.desk.work.place(wanted, visit.asked("at"))
    choice: dict[str, Any] = {
        "wanted": wanted,
        "checks": [(code, f"{code} ({count})") for code, count in _open_checks(visit, wanted)],
        "severities": [(severity.value, say(SEVERITIES[severity])) for severity in Severity],
    }
    if place is None:
        return visit.page("empty", **choice)
    shown = visit.desk.work.show(place.group)
    after = place.after or place.before
    key = editable(shown)
    return visit.page(
        "queue",
        **choice,
        place=place,
        shown=shown,
        rule=_(shown.check.rule),
        severity=say(SEVERITIES[place.group.severity]),
        status=say(STATUSES[shown.document.card.status]),
        evidence=list(evidence(shown.document, shown.findings[:SHOWN])),
        more=len(shown.findings) - SHOWN,
        changes=changes(shown.mended.before, shown.mended.after) if shown.mended else None,
        does=_(shown.check.does) if shown.check.does else "",
        alike=visit.desk.work.total(Filter(check=place.group.check)) if shown.mended else 0,
        key=key,
        key_words=key_words(key) if key else "",
        value=value_text(shown, key) if key else "",
        is_list=key in ("cancerTypes", "topics", "tags"),
        reasons=[say(reason) for reason in REASONS],
        next_key=after.key if after else "",
        before_href=to(queue_address(wanted, place.before.key)) if place.before else "",
        after_href=to(queue_address(wanted, place.after.key)) if place.after else "",
    )


def _open_checks(visit: Visit, wanted: Filter) -> list[tuple[str, str]]:
    """Return the checks that found something open, each with in how many documents; the chosen one in any case."""
    totals: dict[str, int] = {}
    for count in visit.desk.work.counts(wanted.drafts):
        totals[count.code] = totals.get(count.code, 0) + count.documents
    codes = sorted(totals.keys() | ({wanted.check} if check_named(wanted.check) else set()))
    return [(code, number(totals.get(code, 0))) for code in codes]


_ABOUT = {
    "TYPE-": "cancerTypes",
    "DATE-": "lastReviewed",
    "LICENCE-": "license",
    "AUDIENCE": "audienceLevel",
    "META-TITLE": "title",
    "CITE-FORM": "citation",
    "LANGUAGE": "language",
    "TAGS": "tags",
}
"""The value of the record that the findings of a check are about, by how its code begins."""


def editable(shown: Shown) -> str:
    """Return the key of the record that a finding is about, when it may be set by hand."""
    keys = [finding.where.partition("[")[0] for finding in shown.findings]
    keys += [key for start, key in _ABOUT.items() if shown.check.code.startswith(start)]
    front = shown.document.front
    return next((key for key in keys if key in KEYS and may_decide(front, key)), "")


def value_text(shown: Shown, key: str) -> str:
    value = shown.document.front.get(key)
    return "" if value is None else value_words(value)


def values_of(key: str, text: str) -> list[str]:
    """Return the values that were typed for a key: with commas between where it holds a list."""
    if key in ("cancerTypes", "topics", "tags"):
        return [part.strip() for part in text.split(",") if part.strip()]
    return [text.strip()] if text.strip() else []


def _group(visit: Visit) -> tuple[str, str]:
    code, _colon, name = visit.one("at").partition(":")
    return code, name


def mend(visit: Visit) -> Response:
    code, name = _group(visit)
    mended = visit.desk.work.mend(code, name, visit.one("version"), visit.person)
    told = message(
        "Accepted: “%(title)s” is at %(version)s now.", title=mended.after.card.title, version=mended.after.card.version
    )
    return _on(visit, told, "repair", name)


def leave(visit: Visit) -> Response:
    code, name = _group(visit)
    work = visit.desk.work
    card = visit.desk.service.catalogue.card(name)
    if card.version != visit.one("version"):
        raise ChangedMeanwhile(
            message(
                "“%(document)s” has changed since this page was opened: it is at version %(version)s.",
                document=name,
                version=card.version,
            ),
            message("Look at it again, then decide."),
        )
    work.leave(list(work.findings(name, code)), visit.person, visit.one("reason") or visit.one("why"))
    return _on(
        visit,
        message("Left as it is: %(check)s in “%(title)s”.", check=code, title=card.title),
        "accepted a finding",
        name,
    )


def set_value(visit: Visit) -> Response:
    _code, name = _group(visit)
    key = visit.one("key")
    values = values_of(key, visit.one("value"))
    card = visit.desk.work.set_value(name, visit.one("version"), key, values, visit.person, visit.one("why"))
    told = message("Set by you: %(key)s of “%(title)s”.", key=KEYS.get(key, key), title=card.title)
    return _on(visit, told, "decided", name)


def _on(visit: Visit, told: str, action: str, name: str) -> Response:
    """Lead on to the next group, with the event that can be taken back."""
    wanted = _wanted(visit, sent=True)
    return visit.go(queue_address(wanted, visit.one("next")), told, latest(visit, action))


def latest(visit: Visit, *actions: str) -> int | None:
    """Return the number of this person's latest event of these actions: the one that they have just made."""
    events = visit.desk.service.catalogue.events(None, 30)
    return next((e.seq for e in events if e.actor == visit.member.name and e.action in actions), None)


def undo(visit: Visit) -> Response:
    number = visit.one("event")
    event = visit.desk.work.undo(int(number) if number.isdigit() else 0, visit.person, visit.may(Act.PEOPLE))
    back = visit.one("back")
    said = message("Taken back.")
    if event.action in ("repair", "accepted a finding", "decided") and back.startswith(f"{ROOT}/queue"):
        code = str((event.detail.get("repair") or event.detail).get("check") or "")
        name = event.document or str(event.detail.get("document") or "")
        group = Group(code, Severity.ERROR, name, 0)
        return visit.go(queue_address(Filter(), group.key if code else ""), said)
    return visit.go(f"{ROOT}/documents/{event.document}" if event.document else f"{ROOT}/queue", said)


ROUTES = (
    Route(f"{ROOT}/queue", show),
    Route(f"{ROOT}/queue/mend", take=mend, doing=Act.MEND),
    Route(f"{ROOT}/queue/leave", take=leave, doing=Act.DECIDE_FINDING),
    Route(f"{ROOT}/queue/set", take=set_value, doing=Act.EDIT_RECORD),
    Route(f"{ROOT}/undo", take=undo, doing=Act.UNDO),
)
