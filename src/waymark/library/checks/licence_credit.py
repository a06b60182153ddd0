"""An image or a table that is credited to someone other than the publisher."""

from collections.abc import Iterator
from typing import Any

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Page
from waymark.library.credit import in_a_sentence
from waymark.library.deriving.assets import Credit, credits_in, images_of, is_own


def others(page: Page) -> list[Credit]:
    """Return the credit lines that name someone other than the publisher."""
    return [credit for credit in credits_in(page.source) if not is_own(credit.name, page.publisher_names)]


def with_images(page: Page) -> list[dict[str, Any]] | None:
    """Return the record's assets with every image of the page, None when it has them all as they are."""
    stated = page.front.get("assets")
    kept = [asset for asset in stated if isinstance(asset, dict)] if isinstance(stated, list) else []
    images = images_of(page.source, page.text_of("url"), page.publisher_names, page.text_of("license") or "unknown")
    known = {asset.get("url"): asset for asset in kept if asset.get("kind") == "image"}
    new = [image for image in images if known.get(image["url"], {}).get("reusable") is None]
    if not new:
        return None
    urls = {image["url"] for image in new}
    return [*(asset for asset in kept if asset.get("url") not in urls or asset.get("kind") != "image"), *new]


def _find(page: Page) -> Iterator[Finding]:
    for credit in others(page):
        why = f"It is credited to {credit.name}, so {in_a_sentence(page.card.publisher)} cannot pass it on."
        repair = "" if with_images(page) is None else "mark the image as not reusable"
        yield page.in_source("LICENCE-CREDIT", Severity.ERROR, credit.start, credit.end, why, repair)


def _mend(page: Page) -> Repair | None:
    found = others(page)
    assets = with_images(page) if found else None
    if assets is None:
        return None
    return Repair(
        {"assets": assets}, evidence={"assets": tuple(page.source[each.start : each.end] for each in found[:20])}
    )


CHECK = Check(
    "LICENCE-CREDIT",
    "“Credit:” names someone other than the publisher (a picture agency, an illustrator).",
    (Severity.ERROR,),
    _find,
    _mend,
    "mark the image as not reusable",
)
