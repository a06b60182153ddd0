"""A word opens its meaning: with a pointer, with a keyboard, on a phone, and without JavaScript as a link."""

from collections.abc import Callable
from typing import Any

import pytest

PAGE = "/documents/waymark-restaging"
OPEN = ".meaning:popover-open"


def first_word(page: Any) -> Any:
    return page.locator("article a.term").first


def said(page: Any, word: Any, expanded: str) -> None:
    """Wait until a word says so: the browser tells the script of it a moment after it has opened or closed the meaning."""
    page.wait_for_function(
        "([word, said]) => word.getAttribute('aria-expanded') === said", arg=[word.element_handle(), expanded]
    )


def test_a_click_opens_the_meaning_and_a_click_beside_it_closes_it(visit: Callable[..., Any]) -> None:
    page = visit(viewport={"width": 1280, "height": 900}).go(PAGE)
    assert page.locator(OPEN).count() == 0
    word = first_word(page)
    assert word.get_attribute("aria-expanded") == "false" and word.get_attribute("aria-haspopup") == "dialog"
    word.click()
    meaning = page.locator(OPEN)
    assert meaning.count() == 1 and "No clinician has reviewed them yet." in meaning.inner_text()
    said(page, word, "true")
    assert page.url.endswith(PAGE), "nobody leaves the page"
    page.mouse.click(1200, 880)
    said(page, word, "false")
    assert page.locator(OPEN).count() == 0


def test_a_meaning_stands_by_its_word_and_inside_the_window(visit: Callable[..., Any]) -> None:
    page = visit(viewport={"width": 1280, "height": 700}).go(PAGE)
    for at in range(page.locator("article a.term").count()):
        word = page.locator("article a.term").nth(at)
        word.scroll_into_view_if_needed()
        word.click()
        page.wait_for_function(f"document.querySelector({OPEN!r})")
        places = page.evaluate(
            "([at, open]) => [document.querySelectorAll('article a.term')[at].getBoundingClientRect().toJSON(),"
            " document.querySelector(open).getBoundingClientRect().toJSON(), document.documentElement.clientWidth]",
            [at, OPEN],
        )
        words, meaning, width = places
        assert meaning["left"] >= 0 and meaning["right"] <= width
        assert meaning["top"] >= words["bottom"] or meaning["bottom"] <= words["top"], "the word stays in sight"
        page.keyboard.press("Escape")


def test_the_keyboard_opens_reads_and_closes_it(visit: Callable[..., Any]) -> None:
    page = visit(viewport={"width": 1280, "height": 900}).go(PAGE)
    word = first_word(page)
    word.focus()
    page.keyboard.press("Enter")
    page.locator(OPEN).wait_for()
    assert page.evaluate("document.activeElement.closest('.meaning') !== null"), "the reader is where the meaning is"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Close"
    page.keyboard.press("Enter")
    assert page.locator(OPEN).count() == 0
    assert page.evaluate("document.activeElement.classList.contains('term')"), "and back at the word afterwards"
    page.keyboard.press("Enter")
    page.locator(OPEN).wait_for()
    page.keyboard.press("Escape")
    assert page.locator(OPEN).count() == 0
    assert page.evaluate("document.activeElement.classList.contains('term')")


def test_on_a_phone_the_word_stays_in_sight_above_its_meaning(visit: Callable[..., Any]) -> None:
    page = visit().go(PAGE)
    last = page.locator("article a.term").last
    last.scroll_into_view_if_needed()
    last.click()
    page.locator(OPEN).wait_for()
    word, meaning = last.bounding_box(), page.locator(OPEN).bounding_box()
    assert word["y"] + word["height"] <= meaning["y"]
    assert meaning["x"] == 0 and meaning["width"] == 360
    assert page.evaluate("document.documentElement.scrollWidth <= 360")


def test_without_javascript_a_word_is_a_link_to_its_page(visit: Callable[..., Any]) -> None:
    page = visit(java_script_enabled=False).go(PAGE)
    assert page.locator(".meaning").first.is_hidden()
    href = first_word(page).get_attribute("href")
    first_word(page).click()
    assert page.url.endswith(href)
    assert page.locator(".word-text").is_visible()


def test_a_word_opens_in_another_tab_as_any_link_does(visit: Callable[..., Any]) -> None:
    tab = visit(viewport={"width": 1280, "height": 900})
    page = tab.go(PAGE)
    with tab.context.expect_page() as opened:
        first_word(page).click(modifiers=["ControlOrMeta"])
    assert "/glossary/" in opened.value.url
    assert page.locator(OPEN).count() == 0


@pytest.mark.parametrize("address", ["/glossary", "/glossary?q=lymph", "/glossary/biopsy", "/es/glossary"])
def test_nothing_is_wider_than_a_phone(visit: Callable[..., Any], address: str) -> None:
    page = visit().go(address)
    assert page.evaluate("document.documentElement.scrollWidth <= 360")


def test_paper_has_the_words_without_their_lines(visit: Callable[..., Any]) -> None:
    page = visit(viewport={"width": 1280, "height": 900}).go(PAGE)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('a.term')).textDecorationLine") == "none"
