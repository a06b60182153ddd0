"""Pictures of the record's pages, of an invented person: written to docs/gallery when WAYMARK_GALLERY=1.

Without it the pictures are taken all the same and must not be empty, so that a page that cannot be drawn is found.
"""

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from own_site import CLOSED, LINKED, PAGES, offer_a_file, open_record

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
SIZES = {"phone": (360, 780), "desk": (1280, 900)}
BY_NIGHT = ("today", "diary", "symptom", "visit-page", "urgent", "open")
"""Pages that are shown in the dark as well: those that are opened at night."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pictures(own_visit: Callable[..., Any], tmp_path: Path, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    tab = own_visit(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
    camera = tab.context.new_cdp_session(tab.page)
    folder = GALLERY if os.environ.get("WAYMARK_GALLERY") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)

    def take(name: str) -> None:
        if scheme == "dark" and name not in BY_NIGHT:
            return
        tab.page.evaluate("document.fonts.ready")
        taken = camera.send("Page.captureScreenshot", {"format": "webp", "quality": 70})
        picture = folder / f"record-{name}-{size}-{scheme}.webp"
        picture.write_bytes(base64.b64decode(taken["data"]))
        assert picture.stat().st_size > 3_000, name

    for name, address in CLOSED.items():
        tab.go(address)
        take(name)
    page = open_record(tab)
    for name, address in PAGES.items():
        tab.go(address)
        take(name)
    for name, (address, link) in LINKED.items():
        tab.go(address)
        page.locator(link).first.click()
        take(name)
    offer_a_file(tab)
    take("file-offered")
    tab.go("/record/notes/add")
    page.locator("#text").fill("I have a fever of 39 C since the chemotherapy on Monday")
    page.get_by_role("button", name="Keep").click()
    page.wait_for_url("**/record/notes")
    take("urgent")
    tab.go("/record/entries/" + _newest_note(page))
    page.get_by_role("link", name="Take it back").click()
    take("take-back")


def _newest_note(page: Any) -> str:
    return str(page.locator(".people a[href*='/record/entries/']").first.get_attribute("href")).rsplit("/", 1)[1]
