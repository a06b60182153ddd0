"""A person comes, asks, reads, follows a quotation to its place, and looks through the library."""

from collections.abc import Callable
from typing import Any

import pytest
from example_site import DIFFERENCE, FEVER, HOW_LONG, KINDS

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

Open = Callable[..., Any]


def test_ask_read_and_follow_to_the_place(visit: Open) -> None:
    tab = visit()
    page = tab.go("/")
    page.get_by_label("In your own words").fill(DIFFERENCE)
    page.get_by_role("button", name="Find the words").click()
    page.wait_for_url("**/ask?**")
    assert page.url.count("=") == 1, "empty choices are left out of the address"
    assert page.locator("h1").inner_text() == DIFFERENCE
    first = page.locator("blockquote").first.inner_text()
    page.get_by_role("link", name="Read it in place").first.click()
    page.wait_for_url("**#quote")
    marked = page.locator("mark").first
    words = " ".join(page.locator("mark").all_inner_texts())  # a term inside is a mark of its own
    assert words.split()[:5] == first.split()[:5]
    box = marked.bounding_box()
    assert box is not None and 0 <= box["y"] < 780, "the marked words are in sight"


def test_enter_asks_and_shift_enter_does_not(visit: Open) -> None:
    tab = visit()
    page = tab.go("/")
    box = page.get_by_label("In your own words")
    box.fill("Which kinds of recurrence")
    box.press("Shift+Enter")
    assert page.url.endswith("/")
    box.fill(KINDS)
    box.press("Enter")
    page.wait_for_url("**/ask?**")
    assert page.locator("blockquote").count() == 2


def test_an_example_is_one_tap_away(visit: Open) -> None:
    page = visit().go("/")
    page.get_by_role("link", name=DIFFERENCE).click()
    page.wait_for_url("**/ask?**")
    assert page.locator("figure.quotation").count() >= 1


def test_choices_stay_with_the_question(visit: Open) -> None:
    page = visit().go("/")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Written for").select_option("professional")
    page.get_by_label("In your own words").fill(DIFFERENCE)
    page.get_by_role("button", name="Find the words").click()
    page.wait_for_url("**audience=professional**")
    assert "For health professionals" in page.locator(".narrowed").inner_text()
    assert page.get_by_label("Written for").input_value() == "professional"


def test_copying_takes_the_words_with_their_credit(visit: Open) -> None:
    tab = visit()
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = tab.ask(KINDS)
    page.get_by_role("button", name="Copy with credit").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Doctors name a return by where it is found.")
    assert "first published by the River Institute" in copied
    assert page.locator("#said").inner_text() == "Copied"


def test_an_urgent_sign_is_met_first(visit: Open) -> None:
    page = visit().ask(FEVER)
    notice = page.get_by_role("alert")
    assert notice.bounding_box()["y"] < page.locator("h1").bounding_box()["y"]
    assert page.evaluate("document.activeElement.id") == "urgent", "a screen reader begins at the notice"
    assert page.get_by_role("link", name="911").first.get_attribute("href") == "tel:911"


def test_a_decline_leads_on(visit: Open) -> None:
    page = visit().ask(HOW_LONG)
    assert page.get_by_label("Ask in other words").input_value() == HOW_LONG
    page.get_by_role("link", name="Questions to ask when cancer comes back").click()
    page.wait_for_url("**/documents/waymark-questions-when-it-comes-back")


def test_the_library_follows_as_one_types(visit: Open) -> None:
    page = visit().go("/library")
    expect(page.get_by_role("button", name="Show", exact=True)).to_be_hidden()
    box = page.get_by_label("Words in the title")
    box.click()
    box.press_sequentially("second opin", delay=20)
    expect(page.locator(".shelf a")).to_have_text(["Second opinions"])
    page.wait_for_url("**q=second+opin&**")
    assert box.input_value() == "second opin"
    assert page.evaluate("document.activeElement.id") == "words", "the person goes on typing"
    page.get_by_label("Cancer").select_option(index=0)
    box.fill("")
    expect(page.locator(".shelf li")).to_have_count(50)
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**page=2**")
    page.locator(".shelf a").first.click()
    page.wait_for_url("**/documents/**")


def test_a_choice_in_the_library_keeps_what_is_typed(visit: Open) -> None:
    page = visit(viewport={"width": 1280, "height": 900}).go("/library")
    page.get_by_label("Words in the title").fill("comes back")
    page.wait_for_url("**q=comes**")
    page.get_by_label("Cancer").select_option("breast")
    page.wait_for_url("**cancer=breast**")
    expect(page.locator(".shelf li")).to_have_count(1)
    assert page.get_by_label("Words in the title").input_value() == "comes back"
    assert page.get_by_label("Cancer").input_value() == "breast"


def test_the_keyboard_alone_is_enough(visit: Open) -> None:
    page = visit(viewport={"width": 1280, "height": 900}).go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"{seen[-1]} shows that it has the focus"
    assert "q" in seen and "BUTTON" in seen


def test_without_javascript_everything_is_there(visit: Open) -> None:
    tab = visit(java_script_enabled=False)
    page = tab.go("/")
    page.get_by_label("In your own words").fill(KINDS)
    page.get_by_role("button", name="Find the words").click()
    page.wait_for_url("**/ask?**")
    assert page.locator("blockquote").count() == 2
    assert not page.get_by_role("button", name="Copy with credit").first.is_visible()
    page.get_by_role("link", name="Read it in place").first.click()
    page.wait_for_url("**#quote")
    assert page.locator("mark").count() > 1
    tab.go("/library")
    page.get_by_label("Words in the title").fill("fatigue")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**q=fatigue**")
    assert page.locator(".shelf li").count() == 1
    tab.ask(DIFFERENCE)
    page.get_by_text("More that the library says").click()
    assert page.locator("details.more blockquote").first.is_visible()


@pytest.mark.parametrize(
    "path", ["/", "/library", "/about", "/documents/river-kinds", "/ask?q=" + KINDS.replace(" ", "+")]
)
@pytest.mark.parametrize("width", [320, 360, 640])
def test_nothing_is_wider_than_the_screen(visit: Open, path: str, width: int) -> None:
    """320 CSS pixels are 640 at 200 % zoom (WCAG 1.4.10)."""
    page = visit(viewport={"width": width, "height": 780}).go(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_tapped_is_large_enough(visit: Open) -> None:
    tab = visit()
    for path in ("/", "/ask?q=" + KINDS.replace(" ", "+")):
        page = tab.go(path)
        for one in page.locator(
            "main .doings a, main button:visible, main summary, .top a, .examples a, main select:visible"
        ).all():
            box = one.bounding_box()
            if box:
                assert box["height"] >= 43.5, one.inner_text()


def test_on_paper_stand_the_words_and_their_credit(visit: Open) -> None:
    page = visit().ask(KINDS)
    page.emulate_media(media="print")
    for hidden in (".top nav", ".foot", ".again", ".doings"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator("blockquote").first.is_visible()
    assert page.locator(".credit").first.is_visible()
    assert "lapsed on 30 March 2026" in page.locator("figcaption").first.inner_text()
