"""From files and addresses to documents of the library, and from documents to the index.

Reading is done by several processes; the catalogue is written by this one alone, one transaction for each document, so that a
killed run leaves every document that it had acknowledged and a further run goes on from there.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from waymark.app.progress import Progress, quiet
from waymark.errors import InputRefused, LifecycleRefused, NotFound, WaymarkError
from waymark.index.encoder import passage_input
from waymark.index.engine import DocumentEntry, IndexWriter, PassageEntry
from waymark.index.gloss import gloss_of
from waymark.index.vectors import vector_key
from waymark.library.body import BlockKind, Body, normalise
from waymark.library.catalogue import Audit, Catalogue, Seen, Writer
from waymark.library.checks.running import blocking
from waymark.library.decided import decisions, with_decisions
from waymark.library.derived import derive
from waymark.library.deriving.audience import glossary_audience
from waymark.library.deriving.found import Finding
from waymark.library.deriving.language import language_of
from waymark.library.deriving.reading import grade_of
from waymark.library.deriving.reasons import evidence_of
from waymark.library.document import Card, Document, Status, content_hash, review_due
from waymark.library.identity import document_id, short_hash
from waymark.passages.passages import passages
from waymark.sources.drafts import Draft, read
from waymark.sources.folders import Found, Refused, walk
from waymark.sources.publishers import Publisher, attribution_for, publisher_at, publisher_named, without_site

GENERAL = "general"
_OURS = ("CREDITS.md", "manifest.json")  # written beside an export's documents; no documents themselves
_ENDED = (Status.WITHDRAWN, Status.SUPERSEDED)
_PARALLEL_FROM = 60  # files; below this starting further processes costs more than it saves


@dataclass(slots=True)
class AddReport:
    """What became of each input. ``held`` and ``rejected`` give the place and the reasons."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    held: list[tuple[str, str]] = field(default_factory=list)
    rejected: list[tuple[str, str]] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "held": [{"input": place, "reason": reason} for place, reason in self.held],
            "rejected": [{"input": place, "reason": reason} for place, reason in self.rejected],
            "documents": self.documents,
        }


@dataclass(frozen=True, slots=True)
class _Read:
    """What one process makes of one file: a document with its reasons to be held, the same as before, or a refusal."""

    seen: Seen
    document: Document | None = None
    reasons: tuple[str, ...] = ()
    refused: str = ""


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, Sequence) else ()


def document_of(draft: Draft, retrieved: str | None = None) -> tuple[Document, tuple[str, ...]]:
    """Return the governed document of a draft, published or held as a draft, with the reasons why it is held.

    What the page says of itself (audience, cancers, kind, dates) comes with its evidence; what the record claims without
    evidence stays in its front matter, where a librarian sees both.
    """
    front = with_decisions(draft.front)
    title = str(front.get("title") or "")
    url = str(front.get("url") or "")
    body = normalise(draft.source, title)
    derived = derive(front, body.text, url, title, glossary_audience(body, url))
    publisher = publisher_at(url) or publisher_named(str(front.get("source") or ""))
    language = _language(front, body)
    last_reviewed = _date(front.get("lastReviewed"))
    frequency = front.get("reviewFrequency")
    decided = decisions(front)
    own = frozenset(("audienceLevel", "cancerTypes")) if _is_ours(front) else frozenset(decided)
    audience = (
        str(front["audienceLevel"]) if "audienceLevel" in own and front.get("audienceLevel") else derived.audience.value
    )
    grade = grade_of(body, language.value)
    if "topics" not in decided:
        front["topics"] = list(derived.topics)
    front["readingGrade"] = grade.grade if grade else None
    card = Card(
        id=document_id(front, draft.origin),
        version=str(front.get("version") or "v1"),
        content_hash=content_hash(body.text),
        title=without_site(title, publisher=publisher),
        publisher=publisher.name if publisher else str(front.get("source") or "unknown"),
        url=url,
        status=Status.PUBLISHED,
        audience=audience,
        language=language.value,
        cancer_types=_given_types(front) if "cancerTypes" in own else derived.type_ids,
        tags=_words(front.get("tags")),
        kind=derived.kind.value,
        license=str(front.get("license") or "unknown"),
        citation=str(front.get("citation") or ""),
        attribution=attribution_for(front, _first_heading(body)),
        last_reviewed=last_reviewed,
        review_due=_date(front.get("reviewDue")) or review_due(last_reviewed, str(frequency) if frequency else None),
        updated=_date(front.get("updated")) or derived.date("updated"),
        posted=_date(front.get("posted")) or derived.date("posted"),
        retrieved=str(front["retrieved"]) if front.get("retrieved") else retrieved,
        reviewed_by=str(front["reviewedBy"]) if front.get("reviewedBy") else None,
        origin=draft.origin,
    )
    evidence = evidence_of(front, derived, language, grade)
    for name, why in _stated_evidence(front).items():
        evidence.setdefault(name, why)
    document = Document(card, front, draft.source, body, evidence)
    reasons = [f"{found.check}: {found.why}" for found in blocking(document, derived)]
    reasons += [f"LIFECYCLE: the record's status is “{front['status']}”." for _ in (0,) if not _is_published(front)]
    reasons += _not_asked_yet(publisher, front)
    return document.with_card(status=_status(front)) if reasons else document, tuple(reasons)


def _given_types(front: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(written for written in _words(front.get("cancerTypes")) if written != GENERAL)


def _language(front: Mapping[str, Any], body: Body) -> Finding:
    """Return the language that the record says; only where it says none, the one that the text is in."""
    stated = str(front.get("language") or "").strip()
    if stated:
        return Finding(stated, (), stated=True)
    return language_of(body) or Finding("en", ())


def _first_heading(body: Body) -> str | None:
    """Return the page's own title: the first-level heading that it opens with, which is what a credit calls it."""
    first = body.blocks[0] if body.blocks else None
    return body.block_text(first) if first and first.kind is BlockKind.HEADING and first.level == 1 else None


def _not_asked_yet(publisher: Publisher | None, front: Mapping[str, Any]) -> list[str]:
    """Return why a page whose publisher asks to be asked is held; a record that states a licence has its ground."""
    if publisher is None:
        return []
    reuse = publisher.reuse_of(str(front.get("url") or ""))
    if reuse.rule == "credit" or str(front.get("license") or "unknown") not in ("unknown", reuse.license):
        return []
    rule = f" Its rule: {publisher.reuse}" if publisher.reuse else ""
    return [
        f"LICENCE-ASK: {publisher.name} has to agree before its text is passed on. {reuse.why} "
        f"Publish it once you have its agreement, and keep that with the document.{rule}"
    ]


def _is_published(front: dict[str, Any]) -> bool:
    return str(front.get("status") or "active").lower() in ("active", "published")


def _status(front: dict[str, Any]) -> Status:
    """Return the status of a record that is not quoted: its own where another library left it withdrawn or in review."""
    stated = str(front.get("status") or "").lower()
    kept = (Status.IN_REVIEW, Status.WITHDRAWN, Status.SUPERSEDED)
    return Status(stated) if stated in {each.value for each in kept} else Status.DRAFT


def _stated_evidence(front: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the evidence that a record came with: why its values are what they are, for those that are not derived here."""
    stated = front.get("evidence")
    if not isinstance(stated, dict):
        return {}
    return {
        str(name): tuple(map(str, why))
        for name, why in stated.items()
        if isinstance(why, list) and "." not in str(name)
    }


def _is_ours(front: dict[str, Any]) -> bool:
    """Return whether the record was written for this library: its values were given by an editor, not guessed."""
    return front.get("sourceType") == "starter"


def _read_one(found: Found, before: Seen | None) -> _Read:
    """Read one file in whatever process this is. Never raises for what is in the file."""
    path = found.path
    origin = str(path.absolute())
    try:
        status = path.stat()
        data = found.data()
    except (OSError, WaymarkError) as error:
        reason = str(error) if isinstance(error, WaymarkError) else f"{found.origin} is no longer there."
        return _Read(Seen(origin, 0, 0, "", None, "rejected", reason), refused=reason)
    digest = hashlib.sha256(data).hexdigest()

    def seen(document: str | None, outcome: str, reason: str = "") -> Seen:
        return Seen(origin, status.st_size, status.st_mtime_ns, digest, document, outcome, reason)

    if before is not None and before.file_hash == digest:
        return _Read(seen(before.document, before.outcome, before.reason))
    try:
        document, reasons = document_of(read(data, found.origin))
    except WaymarkError as error:
        return _Read(seen(None, "rejected", str(error)), refused=str(error))
    except RecursionError:
        refusal = "The page is nested too deeply to be read."
        return _Read(seen(None, "rejected", refusal), refused=refusal)
    except MemoryError:
        refusal = "The page is too large to be read on this machine."
        return _Read(seen(None, "rejected", refusal), refused=refusal)
    return _Read(seen(document.id, "held" if reasons else "taken", "; ".join(reasons)), document, reasons)


def _read_pair(pair: tuple[Found, Seen | None]) -> _Read:
    return _read_one(*pair)


def _read_all(pairs: Sequence[tuple[Found, Seen | None]]) -> Iterator[_Read]:
    processes = min(os.cpu_count() or 1, 8)
    if len(pairs) < _PARALLEL_FROM or processes < 2:
        yield from map(_read_pair, pairs)
        return
    from waymark.app.readers import in_processes

    yield from in_processes(_read_pair, pairs, processes)


def add_files(
    catalogue: Catalogue, writer: Writer, paths: Sequence[Path], actor: str, progress: Progress = quiet
) -> AddReport:
    """Take files and folders into the library; a bad file is rejected with its reason and the others go on."""
    report = AddReport()
    known = catalogue.seen_all()
    pairs: list[tuple[Found, Seen | None]] = []
    for item in walk(paths):
        if item.path.name in _OURS:
            continue
        if isinstance(item, Refused):
            report.rejected.append((item.origin, item.reason))
            continue
        before = known.get(str(item.path.absolute()))
        if (
            before is not None
            and before.file_hash
            and (before.size, before.mtime_ns) == (item.size, _modified(item.path))
        ):
            _count_again(report, item, before)
        else:
            pairs.append((item, before))
    for done, (pair, result) in enumerate(zip(pairs, _read_all(pairs), strict=True), start=1):
        _take(catalogue, writer, report, pair[0], result, actor)
        progress("reading", done, len(pairs))
    return report


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1


def _count_again(report: AddReport, item: Found, before: Seen) -> None:
    if before.outcome == "rejected":
        report.rejected.append((item.origin, before.reason))
        return
    report.unchanged += 1
    if before.outcome == "held":
        report.held.append((item.origin, before.reason))
    if before.document:
        report.documents.append(before.document)


def _take(catalogue: Catalogue, writer: Writer, report: AddReport, item: Found, result: _Read, actor: str) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    if result.refused:
        writer.note_seen(result.seen)
        report.rejected.append((item.origin, result.refused))
        return
    if result.document is None:
        writer.note_seen(result.seen)
        _count_again(report, item, result.seen)
        return
    document = result.document
    if _taken_by_another(catalogue, document):
        document = document.with_card(id=f"{document.id}-{short_hash(document.card.url or item.origin)}")
    document, result = _with_former_decisions(catalogue, document, result)
    seen = replace(result.seen, document=document.id)
    if document.card.status in _ENDED and _is_open(catalogue, document.id):
        document = document.with_card(status=Status.DRAFT)  # a file does not end what a person here has published
    try:
        outcome = writer.put(document, seen, Audit(actor, "add", "", now), result.reasons)
    except (InputRefused, LifecycleRefused) as error:
        writer.note_seen(replace(seen, outcome="rejected", reason=str(error)))
        report.rejected.append((item.origin, str(error)))
        return
    if outcome == "added":
        report.added += 1
    elif outcome == "updated":
        report.updated += 1
    else:
        report.unchanged += 1
    report.documents.append(document.id)
    if result.reasons:
        report.held.append((item.origin, "; ".join(result.reasons)))


def _is_open(catalogue: Catalogue, document_id: str) -> bool:
    """Return whether the library has a document of that id that is neither withdrawn nor superseded."""
    try:
        return catalogue.card(document_id).status not in _ENDED
    except NotFound:
        return False


def _with_former_decisions(catalogue: Catalogue, document: Document, result: _Read) -> tuple[Document, _Read]:
    """Return a document that is read again as the editors of its former version decided it."""
    try:
        former = decisions(catalogue.document(document.id).front)
    except NotFound:
        return document, result
    if not former or decisions(document.front).keys() >= former.keys():
        return document, result
    front = {**document.front, "decided": {**former, **decisions(document.front)}}
    draft = Draft(front, document.source, document.card.origin or document.id, "record")
    made, reasons = document_of(draft, document.card.retrieved)
    seen = replace(result.seen, outcome="held" if reasons else "taken", reason="; ".join(reasons))
    return made.with_card(id=document.id), replace(result, seen=seen, reasons=reasons)


def _taken_by_another(catalogue: Catalogue, document: Document) -> bool:
    """Return whether the id already names a document with another address."""
    try:
        return catalogue.card(document.id).url != document.card.url
    except NotFound:
        return False


def entry_of(document: Document) -> DocumentEntry:
    """Return what the index takes of a document: its passages with the names of their vectors."""
    from waymark.library.cancer_types import with_ancestors

    card = document.card
    gloss = gloss_of(card.language)
    entries = []
    for passage in passages(document.body):
        text = passage.text(document.body)
        lead = document.body.text[passage.lead.start : passage.lead.end] + "\n" if passage.lead else ""
        if gloss is None:
            read = passage_input(card.title, passage.section, lead + text)
        else:  # the encoder reads English
            section = tuple(map(gloss.english, passage.section))
            read = passage_input(gloss.english(card.title), section, gloss.english(lead + text))
        span = passage.span
        entries.append(PassageEntry(span.start, span.end, passage.section, lead + text, read, vector_key(read)))
    return DocumentEntry(
        card.id,
        card.version,
        card.title,
        card.audience,
        card.language.split("-")[0].lower(),
        with_ancestors(card.cancer_types) or (GENERAL,),
        card.kind,
        tuple(entries),
    )


def bring_index_up_to_date(
    catalogue: Catalogue, index: IndexWriter, generation: int | None, progress: Progress = quiet
) -> None:
    """Bring the index from ``generation`` (None: from nothing) to the library's present state, in one swap."""
    if generation is None:
        changes = [(card.id, card.version, card.status) for card in catalogue.cards(Status.PUBLISHED)]
    else:
        changes = catalogue.changes_since(generation)
    target = catalogue.generation
    published = [(name, version) for name, version, status in changes if status is Status.PUBLISHED]
    gone = [name for name, _, status in changes if status is not Status.PUBLISHED]

    def entries() -> Iterable[DocumentEntry]:
        for done, (name, version) in enumerate(published, start=1):
            yield entry_of(catalogue.document(name, version))
            progress("indexing", done, len(published))

    index.update(entries(), gone, target, fresh=generation is None)
