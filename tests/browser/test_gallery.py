"""Pictures of the pages, for people who look before they install: written to docs/gallery when WAYMARK_GALLERY=1.

Without it the pictures are taken all the same and must not be empty, so that a page that cannot be drawn is found.
"""

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from example_site import (
    DIFFERENCE,
    FEVER,
    FEVER_IN_SPANISH,
    HOW_LONG,
    HOW_LONG_IN_SPANISH,
    KINDS,
    ONLY_IN_ENGLISH,
    OPINION,
    TO_ASK,
)

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
PICTURES = {
    "ask": "/",
    "answer": "/ask?" + urlencode({"q": DIFFERENCE}),
    "list": "/ask?" + urlencode({"q": TO_ASK}),
    "lapsed": "/ask?" + urlencode({"q": KINDS}),
    "urgent": "/ask?" + urlencode({"q": FEVER}),
    "decline": "/ask?" + urlencode({"q": HOW_LONG}),
    "document": "/documents/waymark-questions-when-it-comes-back",
    "library": "/library",
    "about": "/about",
    "es-ask": "/es",
    "es-answer": "/es/ask?" + urlencode({"q": OPINION}),
    "es-answer-in-english": "/es/ask?" + urlencode({"q": ONLY_IN_ENGLISH}),
    "es-urgent": "/es/ask?" + urlencode({"q": FEVER_IN_SPANISH}),
    "es-decline": "/es/ask?" + urlencode({"q": HOW_LONG_IN_SPANISH}),
    "es-library": "/es/library",
}
SIZES = {"phone": (360, 780), "desk": (1280, 900)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PICTURES)
def test_picture(visit: Callable[..., Any], tmp_path: Path, name: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    tab = visit(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
    page = tab.go(PICTURES[name])
    if name == "document":  # where a quotation stands
        tab.ask(TO_ASK).get_by_role("link", name="Read it in place").first.click()
        page.wait_for_url("**#quote")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("[...document.fonts].filter(font => font.status == 'loaded').length") == 2
    folder = GALLERY if os.environ.get("WAYMARK_GALLERY") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / f"{name}-{size}-{scheme}.webp"
    taken = tab.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 70})
    picture.write_bytes(base64.b64decode(taken["data"]))
    assert picture.stat().st_size > 5_000
