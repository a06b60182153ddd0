"""A summary whose own clause lets its images be used only within it."""

from collections.abc import Iterator

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.licence_credit import with_images
from waymark.library.checks.page import Page
from waymark.library.deriving.assets import IMAGE, summary_clause


def _find(page: Page) -> Iterator[Finding]:
    clause = summary_clause(page.source)
    if clause is None:
        return
    images = sum(1 for _ in IMAGE.finditer(page.source))
    end = page.source.find(".", clause.start())
    end = clause.end() if end < 0 else end + 1
    has = f"It shows {images} of them." if images else "It shows none of them here."
    why = f"The summary's images may be used only within the whole summary. {has}"
    repair = "mark each image as not reusable" if images and with_images(page) is not None else ""
    yield page.in_source("LICENCE-SUMMARY-IMAGES", Severity.ERROR, clause.start(), end, why, repair, max(images, 1))


def _mend(page: Page) -> Repair | None:
    clause = summary_clause(page.source)
    assets = with_images(page) if clause is not None else None
    if clause is None or assets is None:
        return None
    return Repair({"assets": assets}, evidence={"assets": (clause.group().split(".")[0],)})


CHECK = Check(
    "LICENCE-SUMMARY-IMAGES",
    "The summary's clause lets its images be used only within it.",
    (Severity.ERROR,),
    _find,
    _mend,
    "mark each image as not reusable",
)
