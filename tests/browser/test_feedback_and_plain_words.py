"""Below and above an answer, in a browser: reports without a script, plain words that nobody waits for, axe, pictures."""

import base64
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from example_site import KINDS, OPINION
from tabs import serve, visits_to

sys.path.insert(0, str(Path(__file__).parents[1]))

from liar import ON_THE_LINE, Liar, lying, says, told

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

Open = Callable[..., Any]
GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
SAID = "Local is in the same place as before, or very close."


@pytest.fixture(scope="module")
def liar() -> Iterator[Liar]:
    with lying(says(told((SAID, [1])))) as server:
        yield server


@pytest.fixture(scope="module")
def plain_site(liar: Liar) -> Iterator[str]:
    """The scripted Waymark with plain words turned on."""
    import example_site

    from waymark.app.web.application import create_app
    from waymark.settings import PlainSettings

    service = example_site.service()
    service.settings = replace(service.settings, plain=PlainSettings(liar.address, "little", seconds=2.0))
    yield from serve(create_app(service, today=lambda: example_site.TODAY))


@pytest.fixture
def plain_visit(browser: Any, plain_site: str) -> Iterator[Open]:
    yield from visits_to(browser, plain_site)


def axe_finds(page: Any, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {rules: {'color-contrast-enhanced': {enabled: true}}})")
    assert len(found["passes"]) > 10
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]


def picture(tab: Any, page: Any, name: str, tmp_path: Path) -> None:
    page.evaluate("document.fonts.ready")
    folder = GALLERY if os.environ.get("WAYMARK_GALLERY") == "1" else tmp_path
    taken = tab.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 70})
    (folder / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
    assert (folder / f"{name}.webp").stat().st_size > 5_000


@pytest.mark.parametrize("script", [True, False])
def test_a_report_is_sent_and_told_with_and_without_a_script(visit: Open, script: bool) -> None:
    page = visit(java_script_enabled=script).ask(KINDS)
    page.get_by_text("Report a wrong or harmful answer").click()
    page.get_by_label("It could harm somebody").check()
    page.get_by_label("What should somebody know about it?").fill("It worried me.")
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url("**/feedback/*")
    assert page.get_by_role("heading", name="Thank you").is_visible()
    assert page.get_by_text("Your question is not kept.").is_visible()


def test_yes_by_keyboard(visit: Open) -> None:
    page = visit().ask(KINDS)
    page.get_by_role("button", name="Yes, it helped").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/feedback/*")
    assert page.get_by_role("heading", name="Thank you").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "width"), [("phone", 360), ("desk", 1280)])
def test_the_forms_and_what_follows(visit: Open, axe: str, tmp_path: Path, name: str, width: int, scheme: str) -> None:
    tab = visit(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    page = tab.ask(KINDS)
    page.get_by_text("Report a wrong or harmful answer").click()
    assert axe_finds(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator(".feedback").scroll_into_view_if_needed()
    picture(tab, page, f"report-{name}-{scheme}", tmp_path)
    page.get_by_label("Something in it is wrong").check()
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url("**/feedback/*")
    assert axe_finds(page, axe) == []


def test_plain_words_come_after_the_quotations_and_rest_on_them(plain_visit: Open, liar: Liar) -> None:
    tab = plain_visit()
    page = tab.ask(KINDS)
    page.locator("section.in-plain-words").wait_for()
    assert SAID in page.locator(".plain-said").inner_text()
    page.get_by_role("link", name="Quotation 1", exact=True).first.click()
    assert page.url.endswith("#quotation-1") and page.locator("#quotation-1 blockquote").first.is_visible()


def test_without_a_script_a_link_leads_to_them(plain_visit: Open) -> None:
    page = plain_visit(java_script_enabled=False).ask(KINDS)
    assert page.locator("section.in-plain-words").count() == 0
    page.get_by_role("link", name="Show a short version in plain words").click()
    assert SAID in page.locator(".plain-said").inner_text()
    assert page.locator("figure.quotation").first.is_visible()


def test_a_server_that_says_nothing_leaves_the_quotations_where_they_are(plain_visit: Open, liar: Liar) -> None:
    before, liar.lie = liar.lie, ON_THE_LINE["an error"][0]
    try:
        page = plain_visit().go("/es/ask?q=" + OPINION)
        page.get_by_text("Esta vez no hay palabras sencillas").wait_for()
        assert page.locator("figure.quotation").first.is_visible()
    finally:
        liar.lie = before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "width"), [("phone", 360), ("desk", 1280)])
def test_plain_words_to_look_at(
    plain_visit: Open, axe: str, tmp_path: Path, name: str, width: int, scheme: str
) -> None:
    tab = plain_visit(viewport={"width": width, "height": 780}, color_scheme=scheme, reduced_motion="reduce")
    page = tab.ask(KINDS)
    page.locator("section.in-plain-words").wait_for()
    assert axe_finds(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(tab, page, f"plain-words-{name}-{scheme}", tmp_path)
