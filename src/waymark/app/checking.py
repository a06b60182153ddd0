"""Looks over the whole library: what the checks find, the repairs that have evidence, the reviews that are due."""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from waymark.app.progress import Progress, quiet
from waymark.library.catalogue import Audit, Catalogue, Writer
from waymark.library.checks.findings import Finding, Repair, every_check, findings, repairs
from waymark.library.document import Card, Document, Status
from waymark.library.folder import readable_front
from waymark.library.front_matter import dump

_OUT_OF_USE = (Status.WITHDRAWN, Status.SUPERSEDED)


def _documents(catalogue: Catalogue, progress: Progress, doing: str) -> Iterator[Document]:
    """Yield every document that is quoted or may come to be."""
    cards = [card for card in catalogue.cards(None) if card.status not in _OUT_OF_USE]
    for done, card in enumerate(cards, start=1):
        yield catalogue.document(card.id, card.version)
        progress(doing, done, len(cards))


def check_library(catalogue: Catalogue, on: date, progress: Progress = quiet) -> tuple[Finding, ...]:
    """Return what the checks find in the documents that are quoted or may come to be, by document."""
    return tuple(found for document in _documents(catalogue, progress, "checking") for found in findings(document, on))


def findings_json(found: Sequence[Finding]) -> dict[str, Any]:
    """Return the object of ``waymark check --json``."""
    documents: dict[str, set[str]] = defaultdict(set)
    occurrences = Counter(finding.check for finding in found)
    for finding in found:
        documents[finding.check].add(finding.document)
    counts = {code: {"documents": len(documents[code]), "occurrences": occurrences[code]} for code in sorted(documents)}
    return {"findings": [finding.as_json() for finding in found], "counts": counts}


# -------------------------------------------------------------------------------------------------------------- repairs


@dataclass(frozen=True, slots=True)
class Mended:
    """One record before and after its repairs. ``diff`` is a unified diff of the front matter."""

    before: Document
    after: Document
    repairs: tuple[Repair, ...]

    @property
    def diff(self) -> str:
        before, after = (dump(readable_front(document)).splitlines() for document in (self.before, self.after))
        old, new = (f"{document.id}.md {document.card.version}" for document in (self.before, self.after))
        return "\n".join(difflib.unified_diff(before, after, old, new, lineterm="", n=0))

    def as_json(self) -> dict[str, Any]:
        return {
            "document": self.before.id,
            "version_before": self.before.card.version,
            "version": self.after.card.version,
            "repairs": [
                {
                    "check": repair.check,
                    "changes": [
                        {"key": key, "before": self.before.front.get(key), "after": value}
                        for key, value in repair.changes.items()
                    ],
                    "evidence": repair.evidence,
                }
                for repair in self.repairs
            ],
            "diff": self.diff,
        }


def next_version(taken: set[str], version: str) -> str:
    """Return the first free name after ``version``: v1, v2, v3."""
    while version in taken:
        number = re.search(r"[0-9]{1,18}\Z", version)
        version = f"{version[: number.start()]}{int(number.group()) + 1}" if number else f"{version}-2"
    return version


def _mended(catalogue: Catalogue, document: Document) -> Mended | None:
    offered = repairs(document)
    if not offered:
        return None
    card = document.card
    version = next_version({each.version for each in catalogue.versions(card.id)}, card.version)
    front = dict(document.front)
    for repair in offered:
        front.update(repair.changes)
    front["version"] = version
    after = Document(card, front, document.source, document.body, document.evidence).with_card(version=version)
    return Mended(document, after, offered)


def repair_library(
    catalogue: Catalogue, writer: Writer | None, actor: str, at: str, progress: Progress = quiet
) -> tuple[Mended, ...]:
    """Make the repairs that have evidence, each a new version with its audit event; without a writer, only say them."""
    done = []
    for document in _documents(catalogue, progress, "looking for repairs"):
        mended = _mended(catalogue, document)
        if mended is None:
            continue
        if writer is not None:
            reasons = [f"{repair.check}: {repair.evidence}" for repair in mended.repairs]
            writer.put(mended.after, None, Audit(actor, "repair", "", at), reasons)
        done.append(mended)
    return tuple(done)


def repairs_json(mended: Sequence[Mended], dry_run: bool) -> dict[str, Any]:
    """Return the object of ``waymark repair --json``."""
    counts = Counter(repair.check for each in mended for repair in each.repairs)
    known = [{"check": check.code, "rule": check.rule} for check in every_check() if check.repair is not None]
    return {
        "dry_run": dry_run,
        "repaired": [each.as_json() for each in mended],
        "counts": dict(sorted(counts.items())),
        "repairs_known": known,
    }


# -------------------------------------------------------------------------------------------------------------- reviews


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews of the published documents on a day: past their last day, near it, and not known at all."""

    on: date
    within: int  # days
    lapsed: tuple[Card, ...]
    due: tuple[Card, ...]
    unknown: tuple[Card, ...]
    current: int

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "within_days": self.within,
            "lapsed": [self._card(card) for card in self.lapsed],
            "due": [self._card(card) for card in self.due],
            "counts": {
                "lapsed": len(self.lapsed),
                "due": len(self.due),
                "unknown": len(self.unknown),
                "current": self.current,
            },
        }

    def _card(self, card: Card) -> dict[str, Any]:
        assert card.review_due is not None
        return {
            "id": card.id,
            "version": card.version,
            "title": card.title,
            "publisher": card.publisher,
            "url": card.url,
            "last_reviewed": card.last_reviewed.isoformat() if card.last_reviewed else None,
            "review_due": card.review_due.isoformat(),
            "lapsed": card.lapsed(self.on),
            "days": (card.review_due - self.on).days,
        }


def reviews(cards: Sequence[Card], on: date, within: int) -> Reviews:
    """Return which reviews have lapsed on that day, which will within so many days, and which are not known."""
    dated = sorted(
        (card for card in cards if card.review_due is not None), key=lambda card: (str(card.review_due), card.id)
    )
    lapsed = tuple(card for card in dated if card.lapsed(on))
    due = tuple(c for c in dated if c.review_due is not None and 0 <= (c.review_due - on).days <= within)
    unknown = tuple(card for card in cards if card.review_due is None)
    return Reviews(on, within, lapsed, due, unknown, len(dated) - len(lapsed) - len(due))
