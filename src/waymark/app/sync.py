"""Reading the library's pages again: what is unchanged, changed, moved or gone; each change a draft for people to review.

Nothing that is read here is ever quoted by itself. A changed page becomes a proposal beside the version that is quoted, with
what changed word by word, and a person publishes it or does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from waymark.app.ingest import document_of
from waymark.app.ingest_pages import Page, captures_of, fetch_settings, is_address, read_pages
from waymark.app.progress import Progress, quiet
from waymark.errors import InputRefused, LibraryDamaged, NotFound, WaymarkError
from waymark.library.catalogue import Audit, Catalogue, Writer
from waymark.library.document import REVIEW_PERIODS, Card, Document, Status
from waymark.library.history import Comparison, compare
from waymark.settings import Settings
from waymark.sources.captures import Captures, Outcome, Reading
from waymark.sources.drafts import Draft, read

if TYPE_CHECKING:
    from waymark.sources.fetch import FetchSettings

EVERY = 30
"""Days after which a page is read again, if its record does not say a shorter time between reviews."""
_OF_THE_PAGE = ("title", "url", "language", "license", "lastReviewed", "updated", "posted", "reviewDue", "description")
_TELLING = frozenset({"title", "url", "license", "lastReviewed", "updated", "posted", "reviewDue"})
_OPEN = (Status.PUBLISHED, Status.DRAFT, Status.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Watched:
    """A document and the address that it is read from again; ``named`` when a person gave that address."""

    card: Card
    address: str
    named: bool
    last: Reading | None


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of one document's page. ``comparison`` is what changed; ``version`` the draft that was made of it."""

    card: Card
    reading: Reading
    comparison: Comparison | None = None
    version: str | None = None
    why: str = ""

    @property
    def outcome(self) -> Outcome:
        return self.reading.outcome

    def as_json(self) -> dict[str, Any]:
        changed = self.comparison
        return {
            "document": self.card.id,
            "title": self.card.title,
            "outcome": self.outcome.value,
            "address": self.reading.url,
            "now_at": self.reading.final_url or None,
            "at": self.reading.at,
            "why": self.why or self.reading.why,
            "not_before": self.reading.not_before,
            "draft": self.version,
            "words_gone": changed.words_gone if changed else 0,
            "words_new": changed.words_new if changed else 0,
            "changes": [{"change": piece.change.value, "text": piece.text} for piece in changed.text]
            if changed and not changed.same_text
            else [],
            "record": [
                {"key": value.key, "before": _plain(value.before), "after": _plain(value.after)}
                for value in changed.record
            ]
            if changed
            else [],
        }


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run read, and what it did not: pages that are not due yet, and documents that came from files."""

    dry_run: bool
    items: tuple[Synced, ...]
    not_due: int
    left_for_later: int
    from_files: int

    def counts(self) -> dict[str, int]:
        return {outcome.value: sum(item.outcome is outcome for item in self.items) for outcome in Outcome}

    def as_json(self) -> dict[str, Any]:
        return {
            "dry_run": self.dry_run,
            "counts": self.counts(),
            "not_due": self.not_due,
            "left_for_later": self.left_for_later,
            "from_files": self.from_files,
            "pages": [item.as_json() for item in self.items],
        }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


# ------------------------------------------------------------------------------------------------------ what is watched


def watched(catalogue: Catalogue, captures: Captures, from_files: bool = False) -> list[Watched]:
    """Return the documents that can be read again, each with its address, ordered by id.

    ``from_files`` also watches documents that came from files, at the address in their record.
    """
    last = captures.last()
    given: dict[str, str] = {}
    for origin, seen in catalogue.seen_all().items():
        if seen.document and is_address(origin):
            former = given.get(seen.document)
            # Of several addresses that led to one document, the one that was read last.
            if former is None or _at(last.get(origin)) > _at(last.get(former)):
                given[seen.document] = origin
    found = []
    for card in catalogue.cards(None):
        address = given.get(card.id)
        if card.status not in _OPEN:
            continue
        if address is not None:
            found.append(Watched(card, address, True, last.get(address)))
        elif from_files and is_address(card.url):
            found.append(Watched(card, card.url, False, last.get(card.url)))
    return found


def _at(reading: Reading | None) -> str:
    return reading.at if reading else ""


def is_due(each: Watched, now: datetime, every: int = EVERY, frequency: str = "") -> bool:
    """Return whether a page should be read again: not read yet, read longer ago than its time, its review lapsed since.

    A site that asked to be left alone until some time is not asked before.
    """
    if each.last is None:
        return True
    if each.last.not_before and datetime.fromisoformat(each.last.not_before) > now:
        return False
    if each.last.outcome.passing:
        return True
    read_at = datetime.fromisoformat(each.last.at)
    period = REVIEW_PERIODS.get(frequency.strip().lower())
    next_time = read_at + timedelta(days=every)
    if period is not None:
        next_time = min(next_time, read_at + period)
    lapsed = each.card.review_due is not None and read_at.date() <= each.card.review_due < now.date()
    return next_time <= now or lapsed


# -------------------------------------------------------------------------------------------------------------- reading


def sync_library(
    catalogue: Catalogue,
    actor: str,
    settings: Settings,
    progress: Progress = quiet,
    *,
    documents: Sequence[str] = (),
    dry_run: bool = False,
    everything: bool = False,
    from_files: bool = False,
    every: int = EVERY,
    most: int = 1000,
    how: "FetchSettings | None" = None,
    now: datetime | None = None,
) -> SyncReport:
    """Read again what is due and propose what has changed; the index stays as it is, since nothing quoted changes.

    ``documents`` reads only these, due or not; ``everything`` all that are watched. With ``dry_run`` nothing is written, not even
    that the pages were read. Raises `InputRefused` when fetching is turned off, `NotFound` for a document that is not watched.
    """
    from waymark.sources.fetch import Session

    how = how or fetch_settings(settings)
    now = now or datetime.now(UTC)
    captures = captures_of(catalogue)
    known = watched(catalogue, captures, from_files=from_files or bool(documents))
    if documents:
        due = _named(known, documents, catalogue)
    else:
        resting = _resting(captures, now)
        due = [
            each
            for each in known
            if everything
            or (_host(each.address) not in resting and is_due(each, now, every, _frequency(catalogue, each)))
        ]
    # Longest unread first, so that a run that is cut short does not read the same ones again next time.
    due.sort(key=lambda each: (_at(each.last), each.card.id))
    chosen = due[:most]
    before = captures.last_read()
    pages: list[tuple[Watched, Page]] = []
    with Session(how) as session:
        for named in (True, False):
            part = [each for each in chosen if each.named is named]
            addresses = [each.address for each in part]
            pages += zip(part, read_pages(session, addresses, before, progress, named=named), strict=True)
    if dry_run:
        items = [_judge(catalogue, captures, each, page, before.get(each.address))[0] for each, page in pages]
    else:
        with catalogue.writing() as writer:
            items = [
                _take_in(catalogue, writer, captures, each, page, before.get(each.address), actor)
                for each, page in pages
            ]
    in_files = sum(card.status in _OPEN and is_address(card.url) for card in catalogue.cards(None))
    return SyncReport(
        dry_run=dry_run,
        items=tuple(sorted(items, key=lambda item: (list(Outcome).index(item.outcome), item.card.id))),
        not_due=0 if documents else len(known) - len(due),
        left_for_later=len(due) - len(chosen),
        from_files=0 if from_files or documents else in_files - len([e for e in known if is_address(e.card.url)]),
    )


def _named(known: list[Watched], documents: Sequence[str], catalogue: Catalogue) -> list[Watched]:
    by_id = {each.card.id: each for each in known}
    for name in documents:
        if name not in by_id:
            card = catalogue.card(name)  # NotFound where there is none
            raise NotFound(
                f"“{card.title}” ({card.id}) has no page on the web to be read again, or is {card.status.words}.",
                "waymark show says where it is from.",
            )
    return [by_id[name] for name in dict.fromkeys(documents)]


def _resting(captures: Captures, now: datetime) -> set[str]:
    """Return the hosts that asked to be left alone until some time after ``now``."""
    return {
        _host(url)
        for url, reading in captures.last().items()
        if reading.not_before and datetime.fromisoformat(reading.not_before) > now
    }


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _frequency(catalogue: Catalogue, each: Watched) -> str:
    if each.last is None:
        return ""
    return str(catalogue.document(each.card.id, each.card.version).front.get("reviewFrequency") or "")


# -------------------------------------------------------------------------------------------------- judging and keeping


def _judge(
    catalogue: Catalogue, captures: Captures, each: Watched, page: Page, before: Reading | None
) -> tuple[Synced, Document | None, tuple[str, ...]]:
    """Return what became of a page, the document that it would be now where that says something new, and why it is held."""
    reading = page.reading
    kept = catalogue.document(each.card.id, each.card.version)
    moved = reading.outcome is Outcome.MOVED
    if page.refusal or (page.draft is None and not moved):
        return Synced(kept.card, reading), None, ()
    if page.draft is None:  # another address, the same bytes
        draft: Draft = Draft({**kept.front, "url": reading.final_url}, kept.source, each.card.origin or "", "record")
        edited = False
    else:
        former = _former_draft(captures, before)
        draft = _renewed(kept, page.draft, former, reading.final_url if moved else None)
        edited = former is not None and former.source != kept.source
    try:
        document, reasons = document_of(draft, reading.at)
    except WaymarkError as error:
        return Synced(kept.card, replace(reading, outcome=Outcome.UNREADABLE, why=str(error))), None, ()
    document = document.with_card(id=kept.id, status=Status.DRAFT, origin=kept.card.origin)
    changed = compare(kept, document)
    changed = replace(changed, record=tuple(value for value in changed.record if value.key in _TELLING))
    if changed.same_text and not changed.record:
        settled = reading if moved else replace(reading, outcome=Outcome.UNCHANGED)
        return Synced(kept.card, settled), None, ()
    why = "The text was edited here since it was last read; those edits are not in this draft." if edited else ""
    if not moved:
        reading = replace(reading, outcome=Outcome.CHANGED)
    return Synced(kept.card, reading, changed, why=why), document, (*reasons, *([why] if why else []))


def _take_in(
    catalogue: Catalogue,
    writer: Writer,
    captures: Captures,
    each: Watched,
    page: Page,
    before: Reading | None,
    actor: str,
) -> Synced:
    item, document, reasons = _judge(catalogue, captures, each, page, before)
    if page.capture is not None and page.capture.status == 200:
        captures.keep(page.capture)
    if document is not None:
        changed = item.comparison
        assert changed is not None
        why = f"the publisher's page says something else: {changed.words_gone} words gone, {changed.words_new} new"
        audit = Audit(actor, "sync", why, item.reading.at)
        detail = {"address": item.reading.url, "capture": item.reading.hash or ""}
        version: str | None
        try:
            if each.card.status is Status.PUBLISHED:
                card = writer.propose(document, audit, reasons, detail=detail)
                version = card.version if card else None
            else:
                writer.put(document, None, audit, reasons, detail=detail)
                version = catalogue.card(document.id).version
        except InputRefused as error:
            item = replace(item, reading=replace(item.reading, outcome=Outcome.UNREADABLE, why=str(error)))
        else:
            item = replace(item, version=version)
    # Last: a run that is killed before this finds the change again, and proposes nothing twice.
    captures.note(item.reading)
    return item


def _former_draft(captures: Captures, before: Reading | None) -> Draft | None:
    """Return what a reader makes today of the bytes that were read last time; None where they are not there any more."""
    if before is None or before.hash is None:
        return None
    try:
        return read(captures.bytes_of(before.hash), before.final_url or before.url, before.charset)
    except (InputRefused, LibraryDamaged):
        return None


def _renewed(kept: Document, page: Draft, former: Draft | None, moved_to: str | None) -> Draft:
    """Return the record with what the page says now.

    A value that a person or a repair has changed since the page was last read stays theirs: only what was still the page's own
    word is renewed. For a record that came from a file, with no page read before, only its dates are.
    """
    front: dict[str, Any] = {key: value for key, value in kept.front.items() if key != "contentHash"}
    for key in _OF_THE_PAGE:
        new = page.front.get(key)
        its_own_word = former is not None and _same(front.get(key), former.front.get(key))
        a_date_of_a_file = former is None and key in ("updated", "posted") and new is not None
        if its_own_word or a_date_of_a_file:
            front[key] = new
    if moved_to is not None and (former is None or _same(front.get("url"), kept.front.get("url"))):
        front["url"] = page.front.get("url") or moved_to
    if former is not None and front.get("attribution") == former.front.get("attribution"):
        front["attribution"] = page.front.get("attribution")
        front["citation"] = page.front.get("citation")
    if page.front.get("assets") is not None:
        front["assets"] = page.front["assets"]
    return Draft(front, page.source, page.origin, page.form, page.removed)


def _same(one: Any, other: Any) -> bool:
    return (one or None) == (other or None)


def troubled(catalogue: Catalogue) -> Mapping[str, Reading]:
    """Return, by document, the last reading of each page that could not be read: gone, refused, needing JavaScript.

    Where several addresses led to one document, the one that was read last counts.
    """
    found: dict[str, Reading] = {}
    captures = captures_of(catalogue)
    for url, reading in captures.last().items():
        if reading.outcome.read:
            continue
        seen = catalogue.seen(url)
        if seen is None or not seen.document or not is_address(url):
            continue
        former = found.get(seen.document)
        if former is None or reading.at > former.at:
            found[seen.document] = reading
    present = catalogue.statuses(found)
    return {
        name: reading
        for name, reading in sorted(found.items())
        if name in present and present[name][1] in _OPEN and not _read_elsewhere(catalogue, captures, name, reading)
    }


def _read_elsewhere(catalogue: Catalogue, captures: Captures, document_id: str, reading: Reading) -> bool:
    """Return whether the same document was read since from another address that led to it."""
    url = catalogue.card(document_id).url
    later = captures.history(url)[:1] if is_address(url) and url != reading.url else []
    return bool(later) and later[0].outcome.read and later[0].at > reading.at
