"""Pictures of the papers (PDF) of the invented person: written to docs/gallery when WAYMARK_GALLERY=1.

A PDF is made a picture by poppler (`pdftoppm`; Debian: apt-get install poppler-utils), and that one a small one by the browser.
Without WAYMARK_GALLERY the pictures are made all the same, and must hold something.
"""

import base64
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from own_site import NOW, PASSPHRASE

from waymark.app.demo_record import fill
from waymark.app.own_papers import PAPERS
from waymark.app.own_record import OwnRecord
from waymark.record.keys import KeyCost
from waymark.record.vault import Vault

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
TAKEN = {
    "en": ("summary-a4", "summary-letter", "second-opinion-letter", "card-letter"),
    "es": ("summary-a4", "second-opinion-a4", "card-a4"),
}


@pytest.mark.parametrize("language", TAKEN)
def test_pictures_of_the_papers(browser: Any, tmp_path: Path, language: str) -> None:
    program = shutil.which("pdftoppm")
    if program is None:
        pytest.skip("pdftoppm is not here; Debian: apt-get install poppler-utils")
    folder = GALLERY if os.environ.get("WAYMARK_GALLERY") == "1" else tmp_path
    vault, _ = Vault.create(tmp_path / "record-1", PASSPHRASE, cost=KeyCost(8, 1), clock=lambda: NOW)
    with OwnRecord(vault, "US", NOW.date) as record:
        fill(record, language)
        page = browser.new_page(viewport={"width": 900, "height": 1200})
        camera = page.context.new_cdp_session(page)
        for name in TAKEN[language]:
            made = PAPERS[f"{name}.pdf"].make(record, language, None)
            (tmp_path / "paper.pdf").write_bytes(made)
            subprocess.run(
                [program, "-r", "96", "-png", "-singlefile", tmp_path / "paper.pdf", tmp_path / "paper"], check=True
            )
            drawn = base64.b64encode((tmp_path / "paper.png").read_bytes()).decode()
            page.set_content(f'<body style="margin:0"><img id="p" src="data:image/png;base64,{drawn}">')
            size = page.locator("#p").bounding_box()
            assert size and size["width"] > 700 and size["height"] > 1000
            clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
            taken = camera.send(
                "Page.captureScreenshot",
                {"format": "webp", "quality": 75, "clip": clip, "captureBeyondViewport": True},
            )
            picture = folder / f"paper-{name}{'' if language == 'en' else '-es'}.webp"
            picture.write_bytes(base64.b64decode(taken["data"]))
            assert picture.stat().st_size > 8_000, name
        page.close()
