"""Findings that a person accepted as they are: who, when and why. They stay found, and no longer count against the library.

An acceptance is an audit event and nothing else, so that none is made or taken back without one. It holds for the same
characters in the same part of the document, seen by the same check; when they change, the finding is open again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from waymark.errors import UsageError
from waymark.library.catalogue import Audit, Catalogue, Writer
from waymark.library.checks.findings import Finding

ACCEPTED, REOPENED = "accepted a finding", "reopened a finding"
LONGEST_WHY = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One accepted finding: its mark, what it is, and who accepted it when and why. ``event`` is its audit event."""

    mark: str
    check: str
    document: str
    found: str
    by: str
    at: str
    why: str
    event: int

    def as_json(self) -> dict[str, Any]:
        return {
            "mark": self.mark,
            "check": self.check,
            "document": self.document,
            "found": self.found,
            "by": self.by,
            "at": self.at,
            "why": self.why,
            "event": self.event,
        }


def baseline(catalogue: Catalogue) -> dict[str, Acceptance]:
    """Return the findings that are accepted now, by mark."""
    kept: dict[str, Acceptance] = {}
    for event in catalogue.events_named(ACCEPTED, REOPENED, of_the_library=True):
        said = event.detail
        mark = str(said.get("mark"))
        if event.action == REOPENED:
            kept.pop(mark, None)
            continue
        check, document, found, why = (str(said.get(name) or "") for name in ("check", "document", "found", "why"))
        kept[mark] = Acceptance(mark, check, document, found, event.actor, event.at, why, event.seq)
    return kept


def accept(
    writer: Writer, findings: Iterable[Finding], by: str, at: str, why: str, known: Mapping[str, Acceptance]
) -> int:
    """Accept findings; return how many were not accepted before. Raises `UsageError` without a reason."""
    why = why.strip()
    if not why:
        raise UsageError("Accepting a finding needs a reason.", "Say it: --why “the notice covers this use”.")
    if len(why) > LONGEST_WHY:
        raise UsageError(f"The reason has {len(why):,} characters.", f"At most {LONGEST_WHY:,} are kept.")
    done: set[str] = set()
    for finding in findings:
        if finding.mark not in known and finding.mark not in done:
            done.add(finding.mark)
            writer.note(Audit(by, ACCEPTED, why, at), {"mark": finding.mark, **_told(finding)})
    return len(done)


def reopen(writer: Writer, acceptances: Iterable[Acceptance], by: str, at: str, why: str = "") -> int:
    """Take acceptances back; return how many."""
    count = 0
    for each in acceptances:
        detail = {"mark": each.mark, "check": each.check, "document": each.document, "found": each.found}
        writer.note(Audit(by, REOPENED, why.strip(), at), detail)
        count += 1
    return count


def _told(finding: Finding) -> dict[str, str]:
    where = finding.where.partition("[")[0]
    return {"check": finding.check, "document": finding.document, "where": where, "found": finding.found}
