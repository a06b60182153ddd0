"""Pictures of the librarian's pages, of an invented library: written to docs/gallery when WAYMARK_GALLERY=1.

Without it the pictures are taken all the same and must not be empty, so that a page that cannot be drawn is found.
"""

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk_site import PAGES, log_in

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
SIZES = {"phone": (360, 780), "desk": (1280, 900)}
SHOWN = ("overview", "queue-repair", "many", "document", "changed", "reviews", "wanted", "pages", "log")
DARK = ("overview", "queue-repair")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pictures(desk_visit: Callable[..., Any], tmp_path: Path, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    tab = desk_visit(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
    folder = GALLERY if os.environ.get("WAYMARK_GALLERY") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    page = log_in(tab)
    camera = tab.context.new_cdp_session(page)
    for name in SHOWN if scheme == "light" else DARK:
        tab.go(PAGES[name])
        page.evaluate("document.fonts.ready")
        taken = camera.send("Page.captureScreenshot", {"format": "webp", "quality": 70})
        picture = folder / f"desk-{name}-{size}-{scheme}.webp"
        picture.write_bytes(base64.b64decode(taken["data"]))
        assert picture.stat().st_size > 3_000, name
