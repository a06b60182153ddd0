"""Makes repairs in the library, each an audit event, and takes them back."""

import difflib
import os
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from waymark.app.checking import checked, code_of
from waymark.app.ingest import document_of
from waymark.app.progress import Progress, quiet
from waymark.errors import ChangedMeanwhile, UsageError
from waymark.library.catalogue import Audit, AuditEvent, Catalogue, Writer
from waymark.library.checks.findings import every_check
from waymark.library.checks.mending import TEXT_ORDER, Mended, mend, mend_text, order
from waymark.library.document import Document
from waymark.library.folder import readable_front
from waymark.library.front_matter import dump
from waymark.sources.drafts import Draft

REPAIRED, UNDONE = "repair", "undo repair"
_PARALLEL_FROM = 60
_LISTS = ("cancerTypes", "tags", "topics")


def rebuilt(document: Document, front: Mapping[str, Any], source: str) -> Document:
    """Return a document made anew of another front matter and source, in the status and with the history of the former."""
    card = document.card
    made, _ = document_of(Draft(front, source, card.origin or card.id, "record"), card.retrieved)
    return made.with_card(
        id=card.id, version=card.version, status=card.status, origin=card.origin, retrieved=card.retrieved
    )


def next_version(taken: Collection[str], version: str) -> str:
    """Return the first free name after ``version``: v1, v2, v3."""
    while version in taken:
        number = re.search(r"[0-9]{1,18}\Z", version)
        version = f"{version[: number.start()]}{int(number.group()) + 1}" if number else f"{version}-2"
    return version


def readable_text(document: Document) -> str:
    """Return a document as its readable file shows it."""
    return f"---\n{dump(readable_front(document))}---\n\n{document.source}"


def diff_of(mended: Mended) -> str:
    """Return what the repairs change in the readable file, as a unified diff."""
    name = f"{mended.before.id}.md"
    lines = difflib.unified_diff(
        readable_text(mended.before).splitlines(),
        readable_text(mended.after).splitlines(),
        f"{name} ({mended.before.card.version})",
        f"{name} ({mended.after.card.version})",
        lineterm="",
        n=1,
    )
    return "\n".join(lines)


def repair_json(mended: Mended) -> dict[str, Any]:
    """Return one mended document in the object of ``waymark repair --json``."""
    return {
        "document": mended.before.id,
        "version_before": mended.before.card.version,
        "version": mended.after.card.version,
        "repairs": [
            {
                "check": made.check,
                "changes": [{"key": c.key, "before": c.before, "after": c.after} for c in made.changes],
                "text": made.text,
                "evidence": {name: list(why) for name, why in made.evidence.items()},
            }
            for made in mended.repairs
        ],
        "diff": diff_of(mended),
    }


@dataclass(frozen=True, slots=True)
class _Job:
    folder: str
    name: str
    version: str
    only: frozenset[str]
    without: frozenset[str]


@lru_cache(maxsize=1)
def _catalogue(folder: str) -> Catalogue:
    return Catalogue.open(Path(folder))


def _mend(job: _Job) -> Mended | None:
    return _mend_in(_catalogue(job.folder), job)


def _mend_in(catalogue: Catalogue, job: _Job) -> Mended | None:
    document = catalogue.document(job.name, job.version)
    mended = mend(document, rebuilt, job.only, job.without)
    if mended is None:
        return None
    version = next_version({card.version for card in catalogue.versions(job.name)}, job.version)
    front = {**mended.after.front, "version": version}
    return replace(mended, after=replace(mended.after.with_card(version=version), front=front))


def undone(catalogue: Catalogue) -> dict[str, set[str]]:
    """Return the checks whose repairs a person has undone, by document: they are not made again by themselves."""
    kept: dict[str, set[str]] = defaultdict(set)
    for event in catalogue.events_named(UNDONE, REPAIRED):
        check = str((event.detail.get("repair") or event.detail).get("check"))
        if event.action == UNDONE:
            kept[event.document].add(check)
        else:
            kept[event.document].discard(check)
    return {name: checks for name, checks in kept.items() if checks}


def repairs_offered(
    catalogue: Catalogue, on: Any, only: Sequence[str] = (), documents: Sequence[str] = (), progress: Progress = quiet
) -> Iterator[Mended]:
    """Yield every document that can be mended, with its repairs made; the library is not changed.

    ``only`` names checks, ``documents`` ids (empty: all). What a person has undone is made again only when its check is
    named. Raises `UsageError` for a check that there is none of, or that has no repair.
    """
    codes = frozenset(code_of(code) for code in only)
    mendable = {check.code for check in order()}
    for code in sorted(codes - mendable):
        raise UsageError(
            f"{code} has no repair: a person has to decide.", f"Those that have one: {', '.join(sorted(mendable))}."
        )
    asking = {check.code for check in every_check() if check.asks}
    chosen = tuple(codes) or tuple(mendable - asking)
    with checked(catalogue, on, codes=chosen, documents=documents, progress=progress) as found:
        names = dict.fromkeys(finding.document for finding in found.findings() if finding.repair or codes)
    kept_off = {} if codes else undone(catalogue)
    jobs = [
        _Job(str(catalogue.folder), name, catalogue.card(name).version, codes, frozenset(kept_off.get(name, ())))
        for name in names
    ]
    processes = min(os.cpu_count() or 1, 8)
    if len(jobs) < _PARALLEL_FROM or processes < 2:
        results: Iterator[Mended | None] = (_mend_in(catalogue, job) for job in jobs)
    else:
        from waymark.app.readers import in_processes

        results = in_processes(_mend, jobs, processes)
    for done, mended in enumerate(results, start=1):
        progress("repairing", done, len(jobs))
        if mended is not None:
            yield mended


def make(writer: Writer, mended: Mended, actor: str, at: str) -> None:
    """Write one mended document into the library: a new version, and an audit event for each repair."""
    parts = [(Audit(actor, REPAIRED, _why(made.evidence), at), {"repair": made.as_detail()}) for made in mended.repairs]
    first, *others = parts
    before = mended.before.card.version
    further = [(audit, {**detail, "version_before": before}) for audit, detail in others]
    writer.put(mended.after, None, first[0], expected_version=before, detail=first[1], also=further)


def _why(evidence: Mapping[str, Sequence[str]]) -> str:
    words = [each for why in evidence.values() for each in why]
    text = "; ".join(words[:3]) + (f"; and {len(words) - 3} more" if len(words) > 3 else "")
    return text if len(text) <= 400 else f"{text[:399]}…"


def repairs_json(mended: Sequence[dict[str, Any]], dry_run: bool) -> dict[str, Any]:
    """Return the object of ``waymark repair --json``; ``mended`` holds what `repair_json` returned."""
    counts = Counter(repair["check"] for each in mended for repair in each["repairs"])
    known = [{"check": check.code, "does": check.does, "asks": check.asks} for check in order()]
    return {
        "dry_run": dry_run,
        "repaired": list(mended),
        "counts": dict(sorted(counts.items())),
        "repairs_known": known,
    }


# ---------------------------------------------------------------------------------------------------------- taking back


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the repair's event and check, and the document's version before and after."""

    event: int
    check: str
    document: str
    version_before: str
    version: str

    def as_json(self) -> dict[str, Any]:
        return {
            "event": self.event,
            "check": self.check,
            "document": self.document,
            "version_before": self.version_before,
            "version": self.version,
        }


def undo(catalogue: Catalogue, writer: Writer, number: int, actor: str, at: str, why: str = "") -> Undone:
    """Take one repair back by the number of its audit event; the document gets a further version without it.

    Raises `NotFound` for an event that is none, `UsageError` for one that is no repair or was undone before, and
    `ChangedMeanwhile` when what the repair wrote was changed since.
    """
    event = catalogue.event(number)
    said = event.detail.get("repair")
    if event.action != REPAIRED or not isinstance(said, dict):
        raise UsageError(
            f"Event {number} is no repair.", "waymark history ID lists a document's events with their numbers."
        )
    if any(each.detail.get("undoes") == number for each in catalogue.events_named(UNDONE, after=number)):
        raise UsageError(f"The repair of event {number} was undone before.", "See waymark history.")
    current = catalogue.document(event.document)
    front = _front_without(current, said, number)
    source = _source_without(catalogue, current, event, said) if said.get("text") else current.source
    version = next_version({card.version for card in catalogue.versions(event.document)}, current.card.version)
    after = rebuilt(current, front, source)
    if front.get("contentHash") and front["contentHash"] != after.card.content_hash:
        after = rebuilt(current, {**front, "contentHash": after.card.content_hash}, source)
    after = replace(after.with_card(version=version), front={**after.front, "version": version})
    detail = {"undoes": number, "check": said["check"]}
    writer.put(after, None, Audit(actor, UNDONE, why.strip(), at), expected_version=current.card.version, detail=detail)
    return Undone(number, str(said["check"]), event.document, current.card.version, version)


def _front_without(current: Document, said: Mapping[str, Any], number: int) -> dict[str, Any]:
    front = dict(current.front)
    for change in said.get("record", ()):
        key, before, after = change["key"], change["before"], change["after"]
        if key in _LISTS and isinstance(front.get(key), list):
            front[key] = _list_without(front[key], before or [], after or [])
        elif front.get(key) == after:
            if change.get("had", True):
                front[key] = before
            else:
                front.pop(key, None)
        elif key != "contentHash":  # which follows the text by itself
            raise ChangedMeanwhile(
                f"“{key}” of “{current.id}” was changed after the repair of event {number}.",
                f"Set it as you want it: waymark decide {current.id} {key} …",
            )
    evidence = dict(front.get("evidence") or {})
    for name in said.get("evidence", {}):
        evidence.pop(name, None)
    return {**front, "evidence": evidence}


def _list_without(now: Sequence[str], before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return a list of the record as it would be had the repair not been made."""
    kept = [word for word in now if word in before or word not in after]
    back = [word for word in before if word not in after and word not in kept]
    made = [word for word in before if word in kept or word in back] + [word for word in kept if word not in before]
    return [word for word in made if word != "general"] or ["general"]


def _source_without(catalogue: Catalogue, current: Document, event: AuditEvent, said: Mapping[str, Any]) -> str:
    """Return the text as it would be had this repair not been made, and all others of that day had."""
    base = catalogue.document(event.document, str(event.detail.get("version_before")))
    events = catalogue.events(event.document, 1_000_000)
    together = {each.seq: str(each.detail["repair"]["check"]) for each in events if _of_text(each, event.version)}
    for each in events:
        if each.action == UNDONE:
            together.pop(int(each.detail.get("undoes") or 0), None)
    codes = set(together.values())
    if codes == {said["check"]} and catalogue.document(event.document, event.version).source == current.source:
        return base.source
    checks = {check.code: check for check in order() if check.code in TEXT_ORDER}
    with_it = [checks[code] for code in TEXT_ORDER if code in codes and code in checks]
    if mend_text(base, with_it)[0] != current.source:
        raise ChangedMeanwhile(
            f"The text of “{current.id}” was changed after the repair of event {event.seq}.",
            f"Compare the versions (waymark history {current.id}), and change the text by hand.",
        )
    return mend_text(base, [check for check in with_it if check.code != said["check"]])[0]


def _of_text(event: AuditEvent, version: str) -> bool:
    """Return whether an event is a repair of the text that went into this version."""
    repair = event.detail.get("repair")
    is_one = event.action == REPAIRED and event.version == version
    return is_one and isinstance(repair, dict) and bool(repair.get("text"))
