"""A librarian comes in, works the queue with the keyboard alone, repairs many documents at once, follows a document through
its versions, withdraws one, and sees what is due and wanted; in English and in Spanish, with and without JavaScript.
"""

from collections.abc import Callable
from typing import Any

import pytest
from desk_site import CHANGED, GONE, LONG, SUBJECTS, log_in

from waymark.app.librarian.permissions import Role

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

Open = Callable[..., Any]
PLACE = {"en": "1 of {}", "es": "1 de {}"}


def settled(page: Any) -> Any:
    page.wait_for_load_state("load")
    return page


def place(page: Any) -> str:
    """Return where the queue stands: "3 of 12"."""
    return str(page.locator("main .eyebrow").first.inner_text()).rsplit("·", 1)[1].strip()


@pytest.mark.parametrize("language", ["", "/es"], ids=["en", "es"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with-js", "without-js"])
def test_a_finding_is_decided_in_every_way(own_desk_visit: Open, language: str, javascript: bool) -> None:
    """Accept, leave with a ready reason, set by hand, go on and back: with the mouse or a finger, without a script too."""
    tab = own_desk_visit(java_script_enabled=javascript)
    page = log_in(tab, language=language)
    page.goto(f"{tab.site}{language}/librarian/queue?check=TYPE-SUBSTRING")
    total = len(SUBJECTS)
    assert place(page) in (f"1 of {total}", f"1 de {total}")
    assert page.locator(".evidence mark").first.inner_text() == "deliver", "the very characters are marked"
    assert "liver" in page.locator(".offer del").first.inner_text()
    page.locator("form[action$='/queue/mend'] button").click()
    assert place(settled(page)) in (f"1 of {total - 1}", f"1 de {total - 1}")
    expect(page.locator(".told")).to_contain_text("v2")
    page.locator("details.reject summary").click()
    page.locator("details.reject fieldset button").nth(1).click()
    assert place(settled(page)) in (f"1 of {total - 2}", f"1 de {total - 2}")
    page.locator(".turn a[rel=next]").click()
    assert place(settled(page)) in (f"2 of {total - 2}", f"2 de {total - 2}")
    page.locator(".turn a[rel=prev]").click()
    page.locator(".told").count()
    assert place(settled(page)) in (f"1 of {total - 2}", f"1 de {total - 2}")


def test_the_queue_is_worked_with_the_keyboard_alone(own_desk_visit: Open) -> None:
    """From the login on, no mouse: a accepts, r and a digit leave, n and p go on and back, u takes back."""
    tab = own_desk_visit(viewport={"width": 1280, "height": 900})
    page = tab.go("/librarian/login")
    page.locator("main input[name=name]").focus()
    page.keyboard.type("Ana Ruiz")
    page.keyboard.press("Tab")
    page.keyboard.type("four words of a sentence")
    page.keyboard.press("Enter")
    page.locator(".desk-nav").wait_for()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Queue":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/librarian/queue")
    page.goto(f"{tab.site}/librarian/queue?check=TYPE-SUBSTRING")
    total = len(SUBJECTS)
    first = page.locator(".of a").first.inner_text()

    def press(key: str) -> None:
        with page.expect_navigation():
            page.keyboard.press(key)

    press("n")
    assert place(page) == f"2 of {total}" and page.locator(".of a").first.inner_text() != first
    press("p")
    assert place(page) == f"1 of {total}" and page.locator(".of a").first.inner_text() == first
    press("a")
    assert place(page) == f"1 of {total - 1}"
    press("u")
    expect(page.locator(".told")).to_contain_text("Taken back")
    page.goto(f"{tab.site}/librarian/queue?check=TYPE-SUBSTRING")
    assert place(page) == f"1 of {total}"
    page.keyboard.press("r")
    assert page.locator("details.reject").evaluate("one => one.open")
    press("2")
    assert place(page) == f"1 of {total - 1}"
    expect(page.locator(".told")).to_contain_text("Left as it is")
    page.goto(f"{tab.site}/librarian/log")
    expect(page.locator(".events li").first).to_contain_text("It is so in the original.")


def test_a_letter_that_is_typed_is_a_letter(own_desk_visit: Open) -> None:
    tab = own_desk_visit(viewport={"width": 1280, "height": 900})
    page = log_in(tab)
    tab.go("/librarian/queue?check=TYPE-SUBSTRING")
    page.keyboard.press("r")
    page.locator("#why").fill("")
    page.locator("#why").press_sequentially("an unneeded place, 1")
    assert page.locator("#why").input_value() == "an unneeded place, 1"
    assert place(page) == f"1 of {len(SUBJECTS)}", "nothing was decided"


def test_a_value_is_edited_where_the_finding_stands(own_desk_visit: Open) -> None:
    tab = own_desk_visit(viewport={"width": 1280, "height": 900})
    page = log_in(tab)
    tab.go("/librarian/queue?check=TYPE-SUBSTRING")
    page.keyboard.press("e")
    value = page.locator("details.edit input[name=value]")
    expect(value).to_be_focused()
    value.fill("breast")
    page.locator("#edit-why").fill("the leaflet is given out on that ward")
    with page.expect_navigation():
        page.locator("#edit-why").press("Enter")
    expect(page.locator(".told")).to_contain_text("Set by you")


@pytest.mark.parametrize("javascript", [True, False], ids=["with-js", "without-js"])
def test_many_are_repaired_at_once_after_a_preview_and_taken_back(own_desk_visit: Open, javascript: bool) -> None:
    tab = own_desk_visit(java_script_enabled=javascript)
    page = log_in(tab)
    tab.go("/librarian/queue?check=TYPE-SUBSTRING")
    page.get_by_role("link", name=f"Look at all {len(SUBJECTS)} and accept them together").click()
    expect(page.locator(".preview > li")).to_have_count(len(SUBJECTS))
    expect(page.locator(".preview del").first).to_have_text("liver")
    assert "Nothing has changed yet" in page.locator(".lead").inner_text()
    page.get_by_role("button", name=f"Accept every repair in these {len(SUBJECTS)} documents").click()
    done = page.get_by_text(f"{len(SUBJECTS)} repairs are accepted.")
    done.wait_for(timeout=60_000)
    tab.go("/librarian/queue?check=TYPE-SUBSTRING")
    expect(page.locator("h1")).to_have_text("Nothing is waiting here")
    tab.go("/librarian/many/TYPE-SUBSTRING")
    page.get_by_role("button", name="Take all of them back").click()
    page.get_by_text(f"{len(SUBJECTS)} repairs are taken back.").wait_for(timeout=60_000)
    expect(page.locator(".preview > li")).to_have_count(len(SUBJECTS))
    page.get_by_role("button", name="All right").click()
    expect(page.locator(".told")).to_have_count(0)


def test_what_is_not_ticked_stays(own_desk_visit: Open) -> None:
    tab = own_desk_visit()
    page = log_in(tab)
    tab.go("/librarian/many/TYPE-SUBSTRING")
    for box in page.locator(".preview input[type=checkbox]").all()[2:]:
        box.uncheck()
    page.get_by_role("button", name="Accept what is ticked").click()
    expect(page.locator(".told")).to_contain_text("2 repairs are accepted")
    expect(page.locator(".preview > li")).to_have_count(len(SUBJECTS) - 2)


@pytest.mark.parametrize("language", ["", "/es"], ids=["en", "es"])
def test_a_document_shows_its_evidence_its_versions_and_who_did_what(own_desk_visit: Open, language: str) -> None:
    tab = own_desk_visit()
    page = log_in(tab, language=language)
    page.goto(f"{tab.site}{language}/librarian/documents/{CHANGED}")
    assert page.locator(".offer ins").count() >= 1, "the version that waits shows what it would change"
    page.locator(".offer a").first.click()
    page.wait_for_url("**/compare**")
    expect(page.locator("ins").last).to_contain_text("The publisher added this sentence.")
    page.goto(f"{tab.site}{language}/librarian/documents/{LONG}")
    assert page.locator(".found-list a").count() >= 3
    page.locator(".found-list a").first.click()
    page.wait_for_url("**/librarian/queue?document=**")
    page.locator(".of a").first.click()
    page.wait_for_url(f"**/librarian/documents/{LONG}")
    assert "Ed Editor" in page.locator(".events").inner_text()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-js", "without-js"])
def test_a_withdrawal_names_who_holds_its_words_and_is_public_at_once(own_desk_visit: Open, javascript: bool) -> None:
    tab = own_desk_visit(java_script_enabled=javascript)
    page = log_in(tab, Role.REVIEWER)
    tab.go(f"/librarian/documents/{LONG}")
    page.get_by_role("link", name="Withdraw", exact=True).click()
    expect(page.locator(".uses")).to_contain_text("for-the-ward")
    page.locator("#why").fill("A number in it was wrong.")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".eyebrow").first).to_contain_text("Withdrawn")
    assert tab.go(f"/documents/{LONG}").locator(".doc-note").inner_text().count("A number in it was wrong.") == 1
    assert page.get_by_text("Make a plan for each week").count() == 0


def test_what_is_due_wanted_and_in_trouble(desk_visit: Open) -> None:
    tab = desk_visit(viewport={"width": 1280, "height": 900})
    page = log_in(tab)
    tab.go("/librarian")
    expect(page.locator("section[aria-labelledby=asked]")).to_contain_text("Pancreatic cancer: clinical trials")
    expect(page.locator("section[aria-labelledby=trouble]")).to_contain_text("The page is gone.")
    page.get_by_role("link", name="What is wanted").click()
    expect(page.locator(".ledger li").first).to_contain_text("https://example.org/leaflets/money")
    expect(page.locator(".ledger li").first).to_contain_text(f"{len(SUBJECTS)} documents lead there")
    page.get_by_role("link", name="Sources").click()
    expect(page.locator("section[aria-labelledby=trouble]")).to_contain_text("404")
    expect(page.locator("section[aria-labelledby=trouble] a").first).to_have_attribute(
        "href", f"/librarian/documents/{GONE}"
    )
    expect(page.locator("section[aria-labelledby=drafts] ins").last).to_contain_text("The publisher added")
    page.get_by_role("link", name="Reviews", exact=True).click()
    expect(page.locator(".days").first).to_contain_text("About rest after treatment")
    with page.expect_download() as download:
        page.get_by_role("link", name="As a calendar, one entry a day").click()
    assert download.value.suggested_filename == "reviews.ics"


def test_a_reader_sees_no_button_that_changes_anything(desk_visit: Open) -> None:
    tab = desk_visit()
    page = log_in(tab, Role.READER)
    for address in ("/librarian/queue?check=TYPE-SUBSTRING", f"/librarian/documents/{LONG}", "/librarian"):
        tab.go(address)
        assert page.locator("main form[method=post]").count() == 0, address
        assert page.get_by_role("link", name="Edit").count() == 0, address


def test_the_pages_ask_nobody_else_and_set_one_cookie(desk_visit: Open) -> None:
    """The strict policy holds on every page of the desk: nothing inline, nothing from elsewhere; see `tabs.visits_to`."""
    from desk_site import PAGES

    tab = desk_visit()
    page = log_in(tab)
    for address in PAGES.values():
        tab.go(address)
        assert page.evaluate("[...document.querySelectorAll('[style], style, script:not([src])')].length") == 0, address
    cookies = tab.context.cookies()
    assert len(cookies) == 1 and cookies[0]["httpOnly"] and cookies[0]["sameSite"] == "Strict"
