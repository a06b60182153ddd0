"""Who a page is for: its heading first, then its address, then the audience that its glossary links ask for."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from waymark.library.body import Body
from waymark.library.deriving.found import Finding
from waymark.library.links import term_link

GENERAL_AUDIENCE = "patient"
"""The audience of a page that says nothing of it: the one that is written for everybody."""

_PROFESSIONAL = re.compile(
    r"(?:for |[–—-])?(?:health professionals?|clinicians)(?:['’]? version)?|para profesionales de salud", re.IGNORECASE
)
_PATIENT = re.compile(r"patient version|for patients|versi[oó]n para pacientes|para pacientes", re.IGNORECASE)


def glossary_audience(body: Body, url: str) -> Counter[str]:
    """Return how many dictionary links of a body ask for each audience."""
    terms = (term_link(mark.value, url) for mark in body.annotations if mark.kind == "link")
    return Counter(term.audience for term in terms if term is not None)


def audience_of(
    front: Mapping[str, Any], segments: tuple[str, ...], names: tuple[str, ...], glossary: Mapping[str, int]
) -> Finding:
    seen: list[tuple[str, str]] = []
    for name in names:
        if _PATIENT.search(name):
            seen.append(("patient", f"heading: {name}"))
        elif _PROFESSIONAL.search(name):
            seen.append(("professional", f"heading: {name}"))
    for part in segments:
        if part == "hp" or part.startswith("hp-") or part.endswith("-hp") or "-hp-" in part:
            seen.append(("professional", f"address: {part}"))
        elif part == "patient" or part.startswith("patient-"):
            seen.append(("patient", f"address: {part}"))
    patient, professional = glossary.get("patient", 0), glossary.get("professional", 0)
    if max(patient, professional) >= 3 and patient != professional:
        value = "professional" if professional > patient else "patient"
        seen.append((value, f"glossary links: {professional} professional, {patient} patient"))
    if seen:
        value = seen[0][0]
        against = [why for said, why in seen if said != value]
        other = "patient" if value == "professional" else "professional"
        if glossary.get(other) and not against:  # too few to tell, and told
            against.append(f"glossary links: {glossary[other]} for a {other}")
        evidence = dict.fromkeys(why for said, why in seen if said == value)
        return Finding(value, tuple(evidence), tuple(dict.fromkeys(against)))
    stated = str(front.get("audienceLevel") or "").strip().lower()
    if stated:
        value = "professional" if "prof" in stated or "clinic" in stated else "patient"
        return Finding(value, (f"record: audienceLevel is {stated}",), stated=True)
    return Finding(GENERAL_AUDIENCE, ())
