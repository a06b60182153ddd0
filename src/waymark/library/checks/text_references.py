"""Reference marks and lists in the text: they are taken out of what is quoted, and counted here."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Severity
from waymark.library.checks.page import Page

_MARK = "](#cit/"


def _find(page: Page) -> Iterator[Finding]:
    count = page.source.count(_MARK)
    if count:
        at = page.source.index(_MARK)
        start = page.source.rfind("[", 0, at)
        end = page.source.find(")", at) + 1
        lists = len(page.reference_lists)
        why = (
            f"The text has {count:,} marks of references and {lists} lists of them; what is quoted leaves them out, and each "
            "mark keeps its place."
        )
        yield page.in_source("TEXT-REFERENCES", Severity.INFORMATION, max(0, start), max(end, at + 1), why, times=count)


CHECK = Check(
    "TEXT-REFERENCES",
    "Reference marks and lists stand inside the text that is quoted.",
    (Severity.INFORMATION,),
    _find,
)
