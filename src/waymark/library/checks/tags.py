"""A tag that says another sort of page than this one is."""

from collections.abc import Callable, Iterator, Mapping

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page

# What a page with the tag is, in words; and whether this page is one.
_RULES: Mapping[str, tuple[str, Callable[[Page], bool]]] = {
    "dictionary": ("an entry of a dictionary", lambda page: page.derived.kind.value == "dictionary"),
    "pdq": ("a summary of the PDQ", lambda page: page.derived.kind.value == "summary"),
    "summary": ("a summary", lambda page: page.derived.kind.value == "summary"),
    "drug": ("about a drug", lambda page: page.derived.kind.value == "drug"),
    "video": ("a video", lambda page: page.derived.kind.value == "video"),
    "news": ("news", lambda page: page.derived.kind.value in ("news", "research")),
    "cancer-type": ("about a cancer", lambda page: bool(page.derived.cancer_types or page.card.cancer_types)),
    "treatment": ("about treatment", lambda page: page.derived.kind.value not in ("dictionary", "coping")),
    "support": ("about support", lambda page: page.derived.kind.value not in ("drug", "dictionary")),
}


def _find(page: Page) -> Iterator[Finding]:
    if page.decided("tags"):
        return
    kind = page.derived.kind
    for tag in page.words_of("tags"):
        words, fits = _RULES.get(tag.strip().lower(), ("", lambda page: True))
        if not fits(page):
            seen = f" ({'; '.join(kind.evidence)})" if kind.evidence else ""
            why = f"The tag says that the page is {words}; it is of the kind “{kind.value}”{seen}."
            yield page.record("TAGS", Severity.WARNING, "tags", why, found=tag)


CHECK = Check("TAGS", "A tag says another sort of page than this one is.", (Severity.WARNING,), _find)
