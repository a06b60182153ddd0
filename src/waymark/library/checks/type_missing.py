"""A cancer that the page is about and the record does not name."""

from collections.abc import Iterator

from waymark.library.cancer_types import ancestors, name_of, type_named
from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page
from waymark.library.checks.type_claims import KEY
from waymark.library.claims import GENERAL, Ground
from waymark.library.deriving.found import TypeFinding


def _missing(page: Page) -> list[tuple[TypeFinding, str | None]]:
    """Return each type that the page is about and the record lacks, with a wider type that it has in its stead."""
    if page.decided(KEY):
        return []
    named = {type_id: written for written in page.words_of(KEY) if (type_id := type_named(written)) is not None}
    lacking = []
    for finding in page.derived.cancer_types:
        if finding.type_id not in named:
            wider = next((named[other] for other in ancestors(finding.type_id) if other in named), None)
            lacking.append((finding, wider))
    return lacking


def _find(page: Page) -> Iterator[Finding]:
    for finding, wider in _missing(page):
        name = name_of(finding.type_id)
        if wider is None:
            said = ", ".join(page.words_of(KEY)) or "no cancer type"
            why = f"The page is about {name} ({'; '.join(finding.evidence)}), and the record says {said}."
            severity = Severity.ERROR
        else:
            why = f"The page is about {name} ({'; '.join(finding.evidence)}), which is narrower than “{wider}”."
            severity = Severity.WARNING
        yield page.record(
            "TYPE-MISSING", severity, KEY, why, f"add {finding.type_id} to cancerTypes", "; ".join(finding.evidence)
        )


def _mend(page: Page) -> Repair | None:
    lacking = _missing(page)
    if not lacking:
        return None
    derived = page.derived.type_ids
    # What is said by another word, or in a wider one, gives way to the type itself.
    replaced = {
        claim.written for claim in page.claims if claim.ground is Ground.SUBJECT and claim.type_id not in derived
    }
    kept = [written for written in page.words_of(KEY) if written != GENERAL and written not in replaced]
    ids = [type_named(written) or written for written in kept]
    new = list(dict.fromkeys((*ids, *(finding.type_id for finding, _ in lacking))))
    return Repair({KEY: new}, evidence={f"{KEY}.{finding.type_id}": finding.evidence for finding, _ in lacking})


CHECK = Check(
    "TYPE-MISSING",
    "The page is about a cancer (title, address, a drug's indications, most of the text) that the record does not name.",
    (Severity.ERROR, Severity.WARNING),
    _find,
    _mend,
    "add the type with its evidence",
)
