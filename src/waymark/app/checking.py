"""Looks over the whole library: what the checks find, by whom findings were accepted, and the reviews that are due."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from waymark.app.linking import belongs_beside
from waymark.app.progress import Progress, quiet
from waymark.errors import UsageError
from waymark.library.accepted import Acceptance, baseline
from waymark.library.catalogue import Catalogue
from waymark.library.checks.findings import Finding, Severity, check_named
from waymark.library.checks.table import Chosen, Count, FindingTable, Looked, finding_table, look_at
from waymark.library.document import Card

_PARALLEL_FROM = 80  # documents; below this starting further processes costs more than it saves


@lru_cache(maxsize=1)
def _catalogue(folder: str) -> Catalogue:
    return Catalogue.open(Path(folder))


def _look(item: tuple[str, str, str, frozenset[str]]) -> Looked:
    """Look at one document, in whatever process this is."""
    folder, name, version, codes = item
    return look_at(_catalogue(folder).document(name, version), codes)


@dataclass(frozen=True, slots=True)
class _LookAtAll:
    """Looks at documents in as many processes as there are cores, and says how far it is."""

    progress: Progress

    def __call__(
        self, catalogue: Catalogue, documents: Sequence[tuple[str, str]], codes: frozenset[str]
    ) -> Iterator[Looked]:
        processes = min(os.cpu_count() or 1, 8)
        if len(documents) < _PARALLEL_FROM or processes < 2:
            looks: Iterator[Looked] = (look_at(catalogue.document(name, version), codes) for name, version in documents)
        else:
            from waymark.app.readers import in_processes

            items = [(str(catalogue.folder), name, version, codes) for name, version in documents]
            looks = in_processes(_look, items, processes)
        for done, looked in enumerate(looks, start=1):
            yield looked
            self.progress("checking", done, len(documents))


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found, as it is asked for: see `checked`. It is read from the table while that is lent."""

    table: FindingTable
    chosen: Chosen
    accepted: dict[str, Acceptance]

    def counts(self) -> list[Count]:
        return self.table.counts(self.chosen)

    def findings(self, limit: int | None = None) -> Iterator[Finding]:
        return self.table.findings(self.chosen, limit)

    def of(self, code: str, limit: int | None = None) -> Iterator[Finding]:
        """Yield what one check found."""
        chosen = Chosen(self.chosen.on, (code,), self.chosen.documents, self.chosen.without)
        return self.table.findings(chosen, limit)

    def worst(self) -> Severity | None:
        """Return the gravest severity that was found; None where nothing was."""
        return min((count.severity for count in self.counts()), key=lambda severity: severity.rank, default=None)

    def json_pieces(self) -> Iterator[str]:
        """Yield the object of ``waymark check --json`` piece by piece: a large library has more than a memory holds."""
        import json

        yield '{"findings": ['
        for number, line in enumerate(self.table.json_lines(self.chosen)):
            yield f", {line}" if number else line
        counts = {
            code: {"documents": documents, "occurrences": occurrences}
            for code, (documents, occurrences) in sorted(self.table.documents_of(self.chosen).items())
        }
        yield f'], "counts": {json.dumps(counts)}}}'

    def as_json(self) -> dict[str, Any]:
        """Return the object of ``waymark check --json``."""
        import json

        made: dict[str, Any] = json.loads("".join(self.json_pieces()))
        return made


@contextmanager
def checked(
    catalogue: Catalogue,
    on: date,
    *,
    codes: Sequence[str] = (),
    documents: Sequence[str] = (),
    baseline_only: bool = False,
    progress: Progress = quiet,
) -> Iterator[Checked]:
    """Lend what the checks find on a day; only what changed since the last look is read.

    ``codes`` and ``documents`` narrow it (empty: all); ``baseline_only`` leaves out what was accepted. Raises `UsageError`
    for a check that there is none of, `NotFound` for a document.
    """
    chosen_codes = tuple(code_of(code) for code in codes)
    for name in documents:
        catalogue.card(name)
    accepted = baseline(catalogue)
    with finding_table(catalogue, _LookAtAll(progress), belongs_beside) as table:
        without = frozenset(accepted) if baseline_only else frozenset()
        yield Checked(table, Chosen(on, chosen_codes, tuple(documents), without), accepted)


def code_of(words: str) -> str:
    """Return the code of a check. Raises `UsageError` with the checks that there are."""
    check = check_named(words)
    if check is None:
        from rapidfuzz import process

        from waymark.library.checks.findings import every_check

        codes = [each.code for each in every_check()]
        near = [code for code, *_ in process.extract(words.upper(), codes, limit=3)]
        raise UsageError(f"There is no check “{words}”.", f"The closest: {', '.join(near)}. All: waymark check --list.")
    return check.code


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
