"""Dictionary links in the forms that the publisher no longer serves: each names a term by its number."""

from collections import Counter
from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page
from waymark.library.links import TermForm, term_link

_OLD = (TermForm.POPUP, TermForm.POPUP_PADDED, TermForm.PAGE, TermForm.QUERY)


def _find(page: Page) -> Iterator[Finding]:
    terms: dict[tuple[int, str, str, str], int] = Counter()
    first: tuple[int, int, str] | None = None
    for mark in page.body.annotations:
        term = term_link(mark.value, page.card.url) if mark.kind == "link" else None
        if term is None or term.number is None or term.form not in _OLD:
            continue
        terms[term.number, term.audience, term.language, term.dictionary] += 1
        if first is None:
            words = page.body.text[mark.start : mark.end]
            said = f"“{words}” is term {term.number} of {term.dictionary} ({term.audience}, {term.language})"
            first = mark.start, mark.end, said
    if first is not None:
        start, end, said = first
        times = sum(terms.values())
        numbers = len({number for number, *_ in terms})
        why = f"{times:,} links to the publisher's dictionary name {numbers} terms by number; the first: {said}."
        yield page.in_body("LINK-GLOSSARY", Severity.WARNING, start, end, why, times=times)


CHECK = Check(
    "LINK-GLOSSARY",
    "A dictionary link is written in one of the old forms; it is folded to its term's number, audience, language and dictionary.",
    (Severity.WARNING,),
    _find,
)
