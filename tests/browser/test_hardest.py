"""The ten hardest answers at a phone's width, over the real documents: each is right, and says why in `docs/gallery/HARDEST.md`.

``WAYMARK_ENCODED_LIBRARY`` names a library of the real documents with vectors; without it the test is skipped. Pictures are
kept in docs/gallery when WAYMARK_GALLERY=1.
"""

import base64
import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tabs import Visit, serve, visits_to

from waymark.answering.response import Answer
from waymark.app.wiring import Waymark
from waymark.settings import Settings

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
HARDEST = json.loads((Path(__file__).parent / "hardest.json").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def library() -> Iterator[Waymark]:
    place = os.environ.get("WAYMARK_ENCODED_LIBRARY")
    if not place:
        pytest.skip("WAYMARK_ENCODED_LIBRARY names no library with vectors.")
    service = Waymark.open(Settings(library=Path(place)), create=False)
    yield service
    service.close()


@pytest.fixture(scope="module")
def real_site(library: Waymark) -> Iterator[str]:
    from waymark.app.web.application import create_app

    yield from serve(create_app(library, today=lambda: TODAY))


@pytest.fixture
def real_visit(browser: Any, real_site: str) -> Iterator[Callable[..., Visit]]:
    yield from visits_to(browser, real_site)


def test_there_are_ten_and_each_says_why() -> None:
    assert len(HARDEST) == 10
    assert len({each["name"] for each in HARDEST}) == 10
    page = (GALLERY / "HARDEST.md").read_text(encoding="utf-8")
    for number, each in enumerate(HARDEST, start=1):
        assert each["why"] in page and each["question"] in page
        assert f"hard-{number:02d}-{each['name']}.webp" in page
        assert (GALLERY / f"hard-{number:02d}-{each['name']}.webp").is_file()


@pytest.mark.parametrize("number", range(1, 11))
def test_a_hard_answer(library: Waymark, real_visit: Callable[..., Visit], tmp_path: Path, number: int) -> None:
    hard = HARDEST[number - 1]
    language = hard.get("language", "en")
    response = library.ask(hard["question"], language=language, on=TODAY, count=False)
    if "declines" in hard:
        assert getattr(response, "reason", "") == hard["declines"]
    else:
        assert isinstance(response, Answer)
        assert hard["quotes"] in {quotation.card.id for quotation in response.quotations}
    tab = real_visit(viewport={"width": 360, "height": 1100}, color_scheme="light", reduced_motion="reduce")
    at = "/ask?" if language == "en" else f"/{language}/ask?"
    page = tab.go(at + urlencode({"q": hard["question"]}))
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the phone"
    shown = page.locator("figure.quotation blockquote")
    for quotation in getattr(response, "quotations", ())[:1]:
        first = " ".join(shown.first.inner_text().split())
        assert quotation.text.split()[0] in first
    folder = GALLERY if os.environ.get("WAYMARK_GALLERY") == "1" else tmp_path
    picture = folder / f"hard-{number:02d}-{hard['name']}.webp"
    taken = tab.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 70})
    picture.write_bytes(base64.b64decode(taken["data"]))
    assert picture.stat().st_size > 5_000
