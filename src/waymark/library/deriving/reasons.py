"""Why each value of a record is what it is: what was derived now, and what repairs and editors wrote before."""

from collections.abc import Mapping
from typing import Any

from waymark.library.decided import decisions
from waymark.library.derived import Derived
from waymark.library.deriving.found import Finding
from waymark.library.deriving.reading import ReadingGrade

# What is derived anew each time: former reasons for these do not stay.
_DERIVED = frozenset({"audience", "kind", "updated", "posted", "reviewed", "language", "readingGrade"})
_FAMILIES = ("cancerTypes.", "topics.")
_KEPT = ("taken out: ", "decided by ")


def evidence_of(
    front: Mapping[str, Any], derived: Derived, language: Finding, grade: ReadingGrade | None
) -> dict[str, tuple[str, ...]]:
    """Return the reasons by key; a key of a list has one entry for each value (``cancerTypes.breast``)."""
    kept = {name: why for name, why in _former(front).items() if not _is_derived(name, why)}
    evidence = {"audience": derived.audience.evidence, "kind": derived.kind.evidence}
    for finding in derived.cancer_types:
        evidence[f"cancerTypes.{finding.type_id}"] = finding.evidence
    for name, why in derived.topics.items():
        evidence[f"topics.{name}"] = why
    for dated in derived.dates:
        evidence[dated.what] = (dated.evidence,)
    if language.evidence:
        evidence["language"] = language.evidence
    if grade is not None:
        evidence["readingGrade"] = (grade.evidence,)
    evidence |= kept  # after what is derived, as repairs and reviews add to it: an export is taken in in the same order
    for key, said in decisions(front).items():
        evidence[key] = (f"decided by {said.get('by')} on {str(said.get('at'))[:10]}: {said.get('why')}",)
    return evidence


def _former(front: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    former = front.get("evidence")
    if not isinstance(former, Mapping):
        return {}
    return {
        str(name): (why,) if isinstance(why, str) else tuple(str(each) for each in why)
        for name, why in former.items()
        if isinstance(why, (str, list, tuple))
    }


def _is_derived(name: str, why: tuple[str, ...]) -> bool:
    if name in _DERIVED:
        return True
    return name.startswith(_FAMILIES) and not any(each.startswith(_KEPT) for each in why)
