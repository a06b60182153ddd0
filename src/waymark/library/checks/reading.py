"""A text that is harder to read than its audience can be expected to."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page
from waymark.library.deriving.reading import LIMITS, grade_of


def _find(page: Page) -> Iterator[Finding]:
    limit = LIMITS.get(page.card.audience)
    measured = grade_of(page.body, page.card.language)
    if limit is not None and measured is not None and measured.grade > limit:
        start, end = measured.hardest
        why = (
            f"The text reads at grade {measured.grade:.1f} ({measured.formula}: {measured.words_a_sentence:.1f} words a sentence, "
            f"{measured.syllables_a_word:.2f} syllables a word); for a {page.card.audience} at most {limit:g} is asked. "
            "This is its longest sentence."
        )
        yield page.in_body("READING", Severity.INFORMATION, start, end, why)


CHECK = Check("READING", "The reading grade is above the audience's limit.", (Severity.INFORMATION,), _find)
