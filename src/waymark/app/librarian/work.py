"""What a person does on the librarian's pages, whatever the page looks like: the queue's groups, and each decision about one.

Every change is made under the library's one writer, checks that the person saw the present version, carries their name and
role in its audit event, and leaves the index up to date.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from waymark.app.checking import checked
from waymark.app.deciding import DECIDED, decide_value
from waymark.app.linking import belongs_beside
from waymark.app.progress import Progress, quiet
from waymark.app.repairing import REPAIRED, make, rebuilt, repairs_offered, undo
from waymark.errors import ChangedMeanwhile, InvalidDocument, LifecycleRefused, NotAllowed, NotFound, UsageError
from waymark.languages.texts import message
from waymark.library.accepted import ACCEPTED, accept, baseline
from waymark.library.accepted import reopen as open_again
from waymark.library.catalogue import AuditEvent, Catalogue, Writer
from waymark.library.checks.findings import Check, Finding, check_named
from waymark.library.checks.groups import Group, Groups, Place
from waymark.library.checks.mending import Mended
from waymark.library.checks.table import Count, FindingTable
from waymark.library.decisions import Person, take_step
from waymark.library.document import Card, Document, Status
from waymark.library.ledger import Wanted, most_wanted

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark

DRAFTED, REVERTED = "wrote a draft", "took a decision back"
_AT_A_TIME = 100  # documents that are mended between two states of the index


@dataclass(frozen=True, slots=True)
class Filter:
    """Which groups are wanted; an empty value leaves that open. ``drafts`` is false for who may see what is published alone."""

    check: str = ""
    severity: str = ""
    document: str = ""
    drafts: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """One group with everything that a person needs to decide it. ``mended`` is what accepting the repair would make."""

    group: Group
    check: Check
    document: Document
    findings: tuple[Finding, ...]
    mended: Mended | None


@dataclass(frozen=True, slots=True)
class ManyDone:
    """What became of many repairs: made, passed over since the document is another by now, and the events that they became."""

    check: str
    done: int
    passed: int
    first: int
    last: int
    taken_back: bool = False


class Work:
    """The decisions of the librarian's pages over one service. ``now`` gives the moment as the audit events write it."""

    def __init__(self, service: "Waymark", today: Callable[[], date], now: Callable[[], str]) -> None:
        self._service = service
        self.today = today
        self.now = now
        self._all, self._published = Groups(), Groups(published_only=True)
        self._one_at_a_time = threading.Lock()

    @property
    def catalogue(self) -> Catalogue:
        return self._service.catalogue

    # Findings --------------------------------------------------------------------------------------------------------

    def behind(self) -> int:
        """Return how many documents the checks have still to look at; 0 when what they found is up to date."""
        from waymark.library.checks.table import behind

        return behind(self.catalogue)

    def look(self, progress: Progress = quiet) -> None:
        """Let the checks look at what has changed."""
        with checked(self.catalogue, self.today(), progress=progress):
            pass

    @contextmanager
    def _groups(self, wanted: Filter) -> Iterator[tuple[Groups, FindingTable]]:
        """Lend the groups that this person may see, up to date."""
        with self._one_at_a_time, checked(self.catalogue, self.today()) as found:
            groups = self._all if wanted.drafts else self._published
            groups.follow(found.table, found.chosen, found.accepted)
            yield groups, found.table

    def groups(self, wanted: Filter = Filter()) -> list[Group]:
        """Return the open groups, the gravest first, then by check and document: all of them, so narrow it in a large library."""
        with self._groups(wanted) as (groups, table):
            if wanted.document:
                return _fitting(groups.of_document(table, wanted.document), wanted)
            found = list(groups.numbers(wanted.check, wanted.severity))
            names = table.names(number for _, _, number, _ in found)
            return [Group(code, severity, names[number], findings) for code, severity, number, findings in found]

    def place(self, wanted: Filter, key: str = "") -> Place | None:
        """Return the group of that key, or the first one; where it is settled by now, the one that stands in its place."""
        code, _, name = key.partition(":")
        with self._groups(wanted) as (groups, table):
            if wanted.document:
                return _place_among(_fitting(groups.of_document(table, wanted.document), wanted), code, name)
            return groups.place(table, wanted.check, wanted.severity, code, name)

    def show(self, group: Group) -> Shown:
        """Return a group with its findings, its document and its repair. Raises `NotFound` when nothing of it is open."""
        findings = tuple(self.findings(group.document, group.check))
        check = check_named(group.check)
        if not findings or check is None:
            raise NotFound(message("Nothing of that is open any more."), message("Go on to the next."))
        mended = None
        if check.mend is not None:
            mended = next(repairs_offered(self.catalogue, self.today(), (group.check,), (group.document,)), None)
        document = mended.before if mended else self.catalogue.document(group.document)
        return Shown(group, check, document, findings, mended)

    def findings(self, document_id: str, check: str = "") -> Iterator[Finding]:
        """Yield the open findings of a document, of one check or of all."""
        codes = (check,) if check else ()
        with checked(self.catalogue, self.today(), codes=codes, documents=(document_id,), baseline_only=True) as found:
            yield from list(found.findings())

    def counts(self, drafts: bool = True) -> list[Count]:
        """Return how much each check found that is open, the gravest first; a document counts once, at its gravest."""
        with self._groups(Filter(drafts=drafts)) as (groups, _):
            return groups.counts()

    def total(self, wanted: Filter) -> int:
        """Return how many groups there are."""
        with self._groups(wanted) as (groups, _):
            return groups.total(wanted.check, wanted.severity)

    def wanted(self, most: int) -> list[Wanted]:
        """Return the pages that the library's documents lead to most and that it lacks."""
        with checked(self.catalogue, self.today()) as found:
            addresses = found.table.connection.execute("SELECT min(url) FROM documents WHERE host != '' GROUP BY host")
            return most_wanted(found.table.connection, belongs_beside(url for (url,) in addresses), most)

    # Decisions about findings ----------------------------------------------------------------------------------------

    def mend(self, check: str, document_id: str, version: str, who: Person) -> Mended:
        """Accept the repair of one check in one document. Raises `ChangedMeanwhile`, `NotFound` when there is none."""
        self._require_version(document_id, version)
        mended = next(repairs_offered(self.catalogue, self.today(), (check,), (document_id,)), None)
        if mended is None:
            raise NotFound(message("There is nothing to repair there any more."), message("Go on to the next."))
        with self.catalogue.writing() as writer:
            make(writer, mended, who.name, self.now())
            self._service.bring_up_to_date()
        return mended

    def mend_many(
        self, check: str, versions: Sequence[tuple[str, str]], who: Person, progress: Progress = quiet
    ) -> ManyDone:
        """Accept the repairs of one check in many documents (id and the version that was shown).

        Each document is a change of its own: what was done before an interruption stays. A document that is another by now is
        passed over. The repairs are reckoned before the library is locked, so that others can work meanwhile.
        """
        first, done, passed = self.catalogue.last_event + 1, 0, 0
        for start in range(0, len(versions), _AT_A_TIME):
            part = dict(versions[start : start + _AT_A_TIME])
            present = tuple(name for name, version in part.items() if self._is_present(name, version))
            passed += len(part) - len(present)
            offered = list(repairs_offered(self.catalogue, self.today(), (check,), present)) if present else []
            with self.catalogue.writing(60.0) as writer:
                for mended in offered:
                    if self._is_present(mended.before.id, part[mended.before.id]):
                        make(writer, mended, who.name, self.now())
                        done += 1
                    else:
                        passed += 1
                self._service.bring_up_to_date()
            progress("repairing", min(start + _AT_A_TIME, len(versions)), len(versions))
        return ManyDone(check, done, passed, first, self.catalogue.last_event)

    def undo_many(self, made: ManyDone, who: Person, progress: Progress = quiet) -> ManyDone:
        """Take back what `mend_many` made, where nothing came after it; the others are passed over."""
        events = [
            event
            for event in self.catalogue.events_named(REPAIRED, after=made.first - 1)
            if event.seq <= made.last
            and event.actor == who.name
            and (event.detail.get("repair") or {}).get("check") == made.check
        ]
        first, done, passed = self.catalogue.last_event + 1, 0, 0
        for start in range(0, len(events), _AT_A_TIME):
            with self.catalogue.writing(60.0) as writer:
                for event in events[start : start + _AT_A_TIME]:
                    try:
                        undo(self.catalogue, writer, event.seq, who.name, self.now())
                        done += 1
                    except (ChangedMeanwhile, UsageError):
                        passed += 1
                self._service.bring_up_to_date()
            progress("taking back", min(start + _AT_A_TIME, len(events)), len(events))
        return ManyDone(made.check, done, passed, first, self.catalogue.last_event, taken_back=True)

    def as_seen(self, check: str, seen: int, drafts: bool = True) -> tuple[list[tuple[str, str]], int]:
        """Return the documents (id, version) with findings of a check that are as they were at an event's number, and how many
        have changed since: those nobody has seen.
        """
        changed = {name for name, *_ in self.catalogue.changes_since(seen)}
        names = [group.document for group in self.groups(Filter(check=check, drafts=drafts))]
        kept = self.catalogue.statuses([name for name in names if name not in changed])
        return [(name, kept[name][0]) for name in names if name in kept], len(names) - len(kept)

    def leave(self, findings: Sequence[Finding], who: Person, why: str) -> int:
        """Leave findings as they are, with a reason; return how many were open."""
        with self.catalogue.writing() as writer:
            return accept(writer, findings, who.name, self.now(), why, baseline(self.catalogue))

    def set_value(
        self,
        document_id: str,
        version: str,
        key: str,
        values: Sequence[str],
        who: Person,
        why: str,
        clear: bool = False,
    ) -> Card:
        """Set a value of a record by hand, or take such a decision back. Raises `ChangedMeanwhile`, `InvalidDocument`."""
        with self.catalogue.writing() as writer:
            self._require_version(document_id, version)
            card, _ = decide_value(
                self.catalogue, writer, document_id, key, list(values), who.name, self.now(), why, clear
            )
            self._service.bring_up_to_date()
        return card

    # Texts -----------------------------------------------------------------------------------------------------------

    def draft_text(self, document_id: str, version: str, source: str, who: Person, why: str) -> Card:
        """Write a new text as a draft: beside what is published, or as the next version of what is not.

        ``version`` is the one that the person changed. Raises `ChangedMeanwhile`, `InvalidDocument`, `UsageError`.
        """
        if not source.strip():
            raise InvalidDocument(message("There is no text."), message("To take a document out, withdraw it."))
        with self.catalogue.writing() as writer:
            proposal = self.catalogue.proposal(document_id)
            current = self.catalogue.card(document_id)
            at_hand = proposal.card if proposal else current
            if version != at_hand.version:
                raise ChangedMeanwhile(*_changed(document_id, at_hand.version))
            if current.status in (Status.WITHDRAWN, Status.SUPERSEDED):
                raise LifecycleRefused(
                    message("This document is %(status)s, so it has no further version.", status=current.status.words)
                )
            before = self.catalogue.document(document_id, at_hand.version)
            if source.rstrip() == before.source.rstrip():
                raise UsageError(message("The text is the same as before."), message("Nothing was written."))
            after = _another_text(before, source)
            audit, detail = who.audit(DRAFTED, self.now(), why), who.detail
            if current.status is Status.PUBLISHED:
                card = writer.propose(after, audit, expected_version=at_hand.version, detail=detail)
                return card or at_hand
            writer.put(after, None, audit, expected_version=at_hand.version, detail=detail)
            self._service.bring_up_to_date()
        return self.catalogue.card(document_id)

    # Taking back -----------------------------------------------------------------------------------------------------

    def undo(self, number: int, who: Person, anybodys: bool) -> AuditEvent:
        """Take back a repair, a decision, a finding that was left, or a draft, by the number of its audit event.

        Raises `NotFound`, `NotAllowed` for another person's (unless ``anybodys``), `UsageError` for what cannot be taken back,
        and `ChangedMeanwhile`.
        """
        event = self.catalogue.event(number)
        if event.actor != who.name and not anybodys:
            raise NotAllowed(message("%(name)s did this.", name=event.actor), message("Ask them, or an administrator."))
        with self.catalogue.writing() as writer:
            self._undo(writer, event, who)
            self._service.bring_up_to_date()
        return event

    def _undo(self, writer: Writer, event: AuditEvent, who: Person) -> None:
        if event.action == REPAIRED:
            undo(self.catalogue, writer, event.seq, who.name, self.now())
        elif event.action == ACCEPTED:
            self._open_again(writer, event, who)
        elif event.action == DECIDED:
            self._revert(writer, event, who)
        elif event.action == DRAFTED:
            proposal = self.catalogue.proposal(event.document)
            if proposal is not None and proposal.card.version == event.version:
                take_step(
                    self.catalogue,
                    writer,
                    "withdraw",
                    event.document,
                    who,
                    self.now(),
                    why=REVERTED,
                    version=event.version,
                )
            else:
                self._revert(writer, event, who)
        else:
            raise UsageError(message("This cannot be taken back."), message("Its history says what was before."))

    def _open_again(self, writer: Writer, event: AuditEvent, who: Person) -> None:
        """Open every finding again that was left in the same moment for the same reason in the same document."""
        said = event.detail
        together = [
            each
            for each in baseline(self.catalogue).values()
            if (each.check, each.document, each.by, each.at) == (said["check"], said["document"], event.actor, event.at)
        ]
        if not together:
            raise UsageError(message("That was taken back before."))
        open_again(writer, together, who.name, self.now())

    def _revert(self, writer: Writer, event: AuditEvent, who: Person) -> None:
        """Write the version before an event again, where nothing came after it."""
        current = self.catalogue.card(event.document)
        if current.version != event.version:
            raise ChangedMeanwhile(*_changed(event.document, current.version))
        before = self.catalogue.document(event.document, str(event.detail.get("version_before")))
        again = before.with_card(status=current.status)
        detail = {"undoes": event.seq, **who.detail}
        writer.put(again, None, who.audit(REVERTED, self.now()), expected_version=current.version, detail=detail)

    # Checks of what a person saw -------------------------------------------------------------------------------------

    def _is_present(self, document_id: str, version: str) -> bool:
        try:
            return self.catalogue.card(document_id).version == version
        except NotFound:
            return False

    def _require_version(self, document_id: str, version: str) -> None:
        present = self.catalogue.card(document_id).version
        if present != version:
            raise ChangedMeanwhile(*_changed(document_id, present))


def _changed(document_id: str, version: str) -> tuple[str, str]:
    return (
        message(
            "“%(document)s” has changed since this page was opened: it is at version %(version)s.",
            document=document_id,
            version=version,
        ),
        message("Look at it again, then decide."),
    )


def _another_text(before: Document, source: str) -> Document:
    """Return a document with another text as a draft: what is derived is derived anew, what was decided stays."""
    source = source.replace("\r\n", "\n").rstrip() + "\n"
    front = {name: value for name, value in before.front.items() if name not in ("contentHash", "evidence")}
    made = rebuilt(before, front, source)
    return made.with_card(status=Status.DRAFT)


def _fitting(groups: Sequence[Group], wanted: Filter) -> list[Group]:
    return [
        group
        for group in groups
        if (not wanted.check or group.check == wanted.check)
        and (not wanted.severity or group.severity.value == wanted.severity)
    ]


def _place_among(groups: Sequence[Group], code: str, name: str) -> Place | None:
    """Return the place of a group among those of one document; where it is settled, of the one that stands there now."""
    if not groups:
        return None
    at = next((number for number, group in enumerate(groups) if group.key == f"{code}:{name}"), None)
    if at is None:
        check = check_named(code) if code else None
        stood = min((severity.rank for severity in check.severities), default=0) if check else -1
        later = (n for n, group in enumerate(groups) if (group.severity.rank, group.check) >= (stood, code))
        at = next(later, 0)
    after = groups[at + 1] if at + 1 < len(groups) else None
    return Place(groups[at], at + 1, len(groups), groups[at - 1] if at else None, after)
