"""What the checks of cancer types share: a finding for each claim of one ground, and the record without those claims."""

from collections.abc import Callable, Iterator

from waymark.library.checks.findings import Finding, Repair, Severity
from waymark.library.checks.page import Page
from waymark.library.claims import GENERAL, Claim, Ground

KEY = "cancerTypes"


def claims_on(page: Page, *grounds: Ground) -> list[Claim]:
    """Return the claims of a record that rest on one of these grounds; none where an editor has decided."""
    return [] if page.decided(KEY) else [claim for claim in page.claims if claim.ground in grounds]


def found(page: Page, check: str, severity: Severity, claim: Claim, why: str) -> Finding:
    """Return the finding about one claim: at its evidence in the body where there is any."""
    repair = f"take “{claim.written}” out of cancerTypes"
    if claim.end > claim.start:
        return page.in_body(check, severity, claim.start, claim.end, why, repair)
    return page.record(check, severity, KEY, why, repair, claim.written)


def without(*grounds: Ground, words: Callable[[Page, Claim], str]) -> Callable[[Page], Repair | None]:
    """Return a repair that takes the claims on these grounds out of the record; ``words`` says why one goes."""

    def mend(page: Page) -> Repair | None:
        gone = claims_on(page, *grounds)
        if not gone:
            return None
        names = {claim.written for claim in gone}
        kept = [written for written in page.words_of(KEY) if written not in names]
        evidence = {f"{KEY}.{claim.written}": (f"taken out: {words(page, claim)}",) for claim in gone}
        return Repair({KEY: kept or [GENERAL]}, evidence=evidence)

    return mend


def finder(
    check: str, severity: Severity, *grounds: Ground, words: Callable[[Page, Claim], str]
) -> Callable[[Page], Iterator[Finding]]:
    """Return what finds the claims on these grounds."""

    def find(page: Page) -> Iterator[Finding]:
        for claim in claims_on(page, *grounds):
            said = words(page, claim)
            yield found(page, check, severity, claim, f"{said[:1].upper()}{said[1:]}.")

    return find
