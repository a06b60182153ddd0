"""The patient and the professional version of one summary: which documents are each other's other version, and why."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from waymark.library.document import Card, Document
from waymark.library.links import page_key, resolve

_OTHER_VERSION = re.compile(
    r"\[\s*(?:go to|view|see|ir a|vea)?\s*(?:the |la )?"
    r"(?P<for>patient|health professional|versi[oó]n para (?:pacientes|profesionales de salud))(?: version)?\s*\]"
    r"\((?P<target>[^()\s]+)",
    re.IGNORECASE,
)
# What tells the two addresses of one summary apart: /lung/hp/… and /lung/patient/…, depression-hp-pdq and depression-pdq.
_MARKS = re.compile(r"(?:(?<=/)|(?<=-))(?:hp|patient|pro|profesional(?:es)?|paciente|pacientes)(?=/|-|$)")


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """A page's own link to its other version: who that is for, and its address."""

    audience: str
    address: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents that are versions of one summary, and what shows it."""

    patient: str
    professional: str
    evidence: tuple[str, ...]


def other_version(document: Document) -> OtherVersion | None:
    """Return the link by which a page leads to its version for the other audience; None where it has none.

    The line that holds it is furniture of the page and stands in the source alone, not in the body.
    """
    kept = document.front.get("otherVersion")  # a repair took the line out, and kept what it says
    if isinstance(kept, dict) and kept.get("audience") and kept.get("url"):
        return OtherVersion(str(kept["audience"]), str(kept["url"]))
    if "ersi" not in document.source:
        return None
    for match in _OTHER_VERSION.finditer(document.source):
        audience = "professional" if "rofes" in match["for"] else "patient"
        address = resolve(match["target"], document.card.url)
        if address and audience != document.card.audience:
            return OtherVersion(audience, address)
    return None


def pairs(documents: Iterable[tuple[Card, OtherVersion | None]]) -> tuple[Pair, ...]:
    """Return the pairs among these documents, by the patient version's id; a document is in one pair at most.

    What pages say of themselves comes first; then two addresses that differ only in the audience's mark, where they name
    exactly one document of each audience.
    """
    known = list(documents)
    by_key = {page_key(card.url): card for card, _ in known if card.url}
    by_key.pop("", None)
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for card, other in known:
        target = by_key.get(page_key(other.address)) if other else None
        if other and target and target.id != card.id and target.audience == other.audience:
            one, two = (card, target) if card.audience == "patient" else (target, card)
            found[one.id, two.id].append(f"“{card.title}” links to its {other.audience} version, {other.address}")
    same: dict[tuple[str, str], list[Card]] = defaultdict(list)
    for card, _ in known:
        key = page_key(card.url)
        if key and _MARKS.search(key):
            same[card.language, _without_marks(key)].append(card)
    for card, _ in known:  # the other version may be the one without a mark
        key = page_key(card.url)
        if key and not _MARKS.search(key) and (card.language, _without_marks(key)) in same:
            same[card.language, _without_marks(key)].append(card)
    for group in same.values():
        patient = [card for card in group if card.audience == "patient"]
        professional = [card for card in group if card.audience == "professional"]
        if len(patient) == len(professional) == 1:
            found[patient[0].id, professional[0].id].append("their addresses differ only in whom they are for")
    taken: set[str] = set()
    kept: list[Pair] = []
    # The pair that most speaks for goes first: a hub page is linked to by several pages.
    for (patient_id, professional_id), evidence in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        if not {patient_id, professional_id} & taken:
            taken |= {patient_id, professional_id}
            kept.append(Pair(patient_id, professional_id, tuple(evidence)))
    return tuple(sorted(kept, key=lambda pair: pair.patient))


def _without_marks(key: str) -> str:
    return re.sub(r"-{2,}", "-", re.sub(r"/-?|-?/", "/", re.sub(r"/{2,}", "/", _MARKS.sub("", key)))).strip("-/")
