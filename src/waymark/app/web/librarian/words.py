"""What the librarian's pages say of events, values and steps, in the page's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from waymark.app.deciding import CLEARED, DECIDED
from waymark.app.librarian.people import ADDED, CHANGED
from waymark.app.librarian.permissions import ROLES, Role
from waymark.app.librarian.work import DRAFTED, REVERTED
from waymark.app.repairing import REPAIRED, UNDONE
from waymark.app.reports.keeping import ACTIONS as STEPS
from waymark.app.reports.keeping import ERASED, REPORTED, State
from waymark.app.web.language import _, day, say, to
from waymark.languages.texts import Message, message
from waymark.library.accepted import ACCEPTED, REOPENED
from waymark.library.audit import AuditEvent
from waymark.library.checks.findings import Severity

SEVERITIES: Mapping[Severity, Message] = {
    Severity.BLOCKING: message("Blocks publication"),
    Severity.ERROR: message("Error"),
    Severity.WARNING: message("To look at"),
    Severity.INFORMATION: message("Note"),
}
_ACTIONS: Mapping[str, Message] = {
    "add": message("took it in"),
    "submitted": message("submitted it for review"),
    "sent back": message("sent it back"),
    "published": message("published it"),
    "reopened": message("took it back into review"),
    "withdrawn": message("withdrew it"),
    "reviewed": message("recorded a review"),
    "exported": message("exported the library"),
    "synced": message("read its page again"),
    REPORTED: message("reported an answer"),
    ERASED: message("erased the words of a report"),
    STEPS[State.SEEN]: message("saw a report"),
    STEPS[State.SETTLED]: message("settled a report"),
    REPAIRED: message("accepted a repair"),
    UNDONE: message("took a repair back"),
    DECIDED: message("set a value by hand"),
    CLEARED: message("took a value of their own back"),
    ACCEPTED: message("left a finding as it is"),
    REOPENED: message("opened a finding again"),
    DRAFTED: message("wrote a draft"),
    REVERTED: message("took back what they had done"),
    ADDED: message("added a person"),
    CHANGED: message("changed a person"),
}
KEYS: Mapping[str, Message] = {
    "audienceLevel": message("Written for"),
    "cancerTypes": message("Cancers"),
    "citation": message("Citation"),
    "language": message("Language"),
    "lastReviewed": message("Last reviewed"),
    "license": message("Licence"),
    "reviewFrequency": message("How long a review holds"),
    "source": message("Publisher"),
    "sourceType": message("Collection"),
    "status": message("Status in the record"),
    "tags": message("Tags"),
    "title": message("Title"),
    "url": message("Address"),
    "version": message("Version"),
    "topics": message("Topics"),
    "reviewDue": message("Review due"),
    "reviewedBy": message("Reviewed by"),
    "updated": message("Changed by the publisher"),
    "posted": message("First published"),
    "retrieved": message("Read by Waymark"),
    "attribution": message("Credit"),
    "contentHash": message("Fingerprint of the text"),
    "assets": message("Pictures and tables"),
    "sources": message("Where its facts come from"),
    "supersedes": message("Takes the place of"),
    "readingGrade": message("Reading grade"),
}
"""What the keys of front matter are called; a key that is not here is shown as it is written."""


def key_words(key: str) -> str:
    return say(KEYS.get(key, key))


def value_words(value: Any) -> str:
    """Return a value of front matter as words; what is not known is said."""
    if value is None or value == [] or value == "":
        return _("not known")
    if isinstance(value, list | tuple):
        return ", ".join(value_words(each) for each in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {value_words(inner)}" for name, inner in value.items())
    return str(value)


def moment_words(at: str) -> str:
    """Return when something happened: its day, and the time of that day (UTC)."""
    try:
        return f"{day(date.fromisoformat(at[:10]))}, {at[11:16]}"
    except ValueError:
        return at


@dataclass(frozen=True, slots=True)
class EventLine:
    """One audit event as a page shows it."""

    seq: int
    when: str
    who: str
    role: str
    what: str
    document: str
    href: str
    version: str
    notes: tuple[str, ...]


def event_line(event: AuditEvent) -> EventLine:
    detail = event.detail
    role = str(detail.get("role") or detail.get("by_role") or "")
    return EventLine(
        seq=event.seq,
        when=moment_words(event.at),
        who=event.actor,
        role=say(ROLES[Role(role)]) if role in set(Role) and event.action not in (ADDED,) else "",
        what=say(_ACTIONS.get(event.action, event.action)),
        document=event.document or str(detail.get("document") or ""),
        href=to(f"/librarian/documents/{event.document or detail.get('document')}")
        if event.document or detail.get("document")
        else "",
        version=event.version,
        notes=tuple(_notes(event)),
    )


def _notes(event: AuditEvent) -> Sequence[str]:
    detail, notes = event.detail, []
    repair = detail.get("repair")
    if isinstance(repair, Mapping):
        notes.append(str(repair.get("check")))
        notes += [
            f"{key_words(str(each.get('key')))}: {value_words(each.get('before'))} → {value_words(each.get('after'))}"
            for each in repair.get("record", ())
        ]
    if event.action in (DECIDED, CLEARED) and "key" in detail:
        before, after = value_words(detail.get("before")), value_words(detail.get("value"))
        notes.append(f"{key_words(str(detail['key']))}: {before} → {after}")
    if event.action in (ACCEPTED, REOPENED):
        notes.append(f"{detail.get('check')}: “{' '.join(str(detail.get('found') or '').split())[:200]}”")
    if detail.get("reviewed_by"):
        notes.append(f"{detail['reviewed_by']}, {detail.get('reviewed_as')}")
    if event.action in (ADDED, CHANGED):
        told = [str(detail.get("person"))]
        if "role" in detail:
            told.append(say(ROLES[Role(str(detail["role"]))]))
        if detail.get("suspended"):
            told.append(_("may not come in any more"))
        elif "suspended" in detail and event.action == CHANGED:
            told.append(_("may come in again"))
        if "password" in detail and event.action == CHANGED:
            told.append(_("another password"))
        notes.append(", ".join(told))
    if detail.get("report"):
        notes.append(str(detail["report"]))
    if event.action == "exported":
        notes.append(f"{detail.get('as')}, {detail.get('documents')}: {detail.get('folder')}")
    notes += [str(reason) for reason in detail.get("reasons", ())]
    if detail.get("why") and not isinstance(repair, Mapping):
        notes.append(f"“{detail['why']}”")
    return notes
