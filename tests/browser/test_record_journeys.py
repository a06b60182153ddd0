"""A person keeps their record: with and without JavaScript, with the keyboard, in both languages, and on paper."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from own_site import PASSPHRASE, application, open_record
from tabs import Visit, serve, visits_to

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

Open = Callable[..., Visit]
SCRIPTS = {"with scripts": True, "without scripts": False}


@pytest.mark.parametrize("scripts", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("language", ["", "/es"], ids=["English", "Spanish"])
def test_from_nothing_to_a_first_page_of_the_diary(browser: Any, tmp_path: Path, scripts: bool, language: str) -> None:
    """Begin, print the key, choose, write: everything a first evening needs."""
    from own_site import NOW

    from waymark.app.web.record.application import RecordPages, create_record_app

    spanish = bool(language)
    for site in serve(create_record_app(RecordPages(tmp_path, lambda: NOW, "US"))):
        for opened in visits_to(browser, site):
            tab = opened(java_script_enabled=scripts)
            page = tab.go(f"{language}/record")
            page.wait_for_url("**/record/start")
            page.get_by_role("link", name="Empezar mi registro" if spanish else "Begin my record").click()
            page.locator("#passphrase").fill("a night passphrase")
            page.locator("#again").fill("a night passphrase")
            page.get_by_role("checkbox").check()
            page.locator("main form button").click()
            page.wait_for_url("**/record/recovery-key")
            assert page.locator(".key li").count() == 7
            page.locator("main form button[type=submit]").click()
            page.wait_for_url("**/record/first-steps")
            page.locator(".steps a").first.click()
            page.wait_for_url("**/record/diary/list")
            page.locator("#own").fill("mi cadera" if spanish else "my hip")
            page.locator("main form button[type=submit]").last.click()
            page.wait_for_url("**/record/diary")
            first = page.locator("fieldset.ask-item").first
            first.locator("label.step").nth(2).click()
            page.locator(".acts button").click()
            page.wait_for_url("**/record/diary/written")
            assert ("Guardado" if spanish else "Kept") in page.locator("h1").inner_text()
            page.locator("button.lock").click()
            page.wait_for_url("**/record/open")
            if scripts:
                assert storage(page) == {"local": 0, "session": 0, "cookie": "", "databases": 0, "caches": 0}


def storage(page: Any) -> Any:
    return page.evaluate(
        """async () => ({local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
            databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length})"""
    )


def test_the_browser_is_left_with_nothing(own_visit: Open) -> None:
    tab = own_visit()
    page = open_record(tab)
    for address in ("/record/diary", "/record/course", "/record/visit/page", "/record/card"):
        tab.go(address)
    assert storage(page) == {"local": 0, "session": 0, "cookie": "", "databases": 0, "caches": 0}
    page.locator("button.lock").click()
    page.wait_for_url("**/record/open")
    page.go_back()
    assert page.locator("#passphrase").is_visible(), "going back after locking shows nothing"
    assert "Ependymoma" not in page.content()


def test_an_answer_can_be_taken_away_again(own_visit: Open) -> None:
    page = open_record(own_visit())
    page.goto(page.url + "/diary")
    scale = page.locator(".scale").nth(3)
    scale.locator("label.step").nth(1).click()
    assert scale.locator("input[value='1']").is_checked()
    expect(scale.locator(".chosen-1")).to_be_visible()
    scale.locator("label.step").nth(1).click()
    assert scale.locator("input[value='']").is_checked()


def test_the_keyboard_alone_is_enough(own_visit: Open) -> None:
    tab = own_visit(viewport={"width": 1280, "height": 900})
    page = tab.go("/record/open")
    page.locator("#passphrase").focus()
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/record")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab.go("/record/diary")
    seen: list[str] = []
    page.locator("fieldset.ask-item input").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.type") == "radio"
    for _ in range(120):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.tagName + ' ' + document.activeElement.textContent.trim().slice(0, 20)"
            )
        )
        if seen[-1].startswith("BUTTON Keep this page"):
            break
    else:
        raise AssertionError(seen)
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "what has the focus is seen"


def test_urgent_advice_takes_the_focus(own_visit: Open) -> None:
    tab = own_visit()
    page = open_record(tab)
    tab.go("/record/notes/add")
    page.locator("#text").fill("I have a fever of 39 C since the chemotherapy, and shivering")
    page.get_by_role("button", name="Keep").click()
    page.wait_for_url("**/record/notes")
    notice = page.get_by_role("alert").first
    assert notice.bounding_box()["y"] < page.locator("h1").bounding_box()["y"]
    assert page.evaluate("document.activeElement.id") == "urgent-1", "a screen reader begins at the notice"
    assert notice.get_by_role("link", name="+1 555 0199").get_attribute("href") == "tel:+15550199"


@pytest.fixture
def soon_locked(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """A record that locks after two seconds without the person, by the machine's own clock."""
    from own_site import Explaining, KeyCost, RecordPages, Vault, create_record_app

    from waymark.app.web.record.serve import now_here

    Vault.create(tmp_path / "record-1", PASSPHRASE, "Garden book", cost=KeyCost(memory_kib=8, passes=1))[0].lock()
    library = Explaining(None, lambda host: "").library()
    pages = RecordPages(tmp_path, now_here, "US", library, idle=timedelta(seconds=2))
    for site in serve(create_record_app(pages)):
        yield from visits_to(browser, site)


def test_a_page_that_is_left_covers_itself_and_the_text_comes_back(soon_locked: Open) -> None:
    tab = soon_locked()
    page = open_record(tab)
    tab.go("/record/notes/add")
    page.locator("#text").fill("Half a thought, typed at night")
    page.wait_for_url("**/record/open", timeout=20_000)
    assert "Half a thought" not in page.content()
    expect(page.get_by_text("What you typed is kept")).to_be_visible()
    page.locator("#passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/record/notes/add")
    assert page.locator("#text").input_value() == "Half a thought, typed at night"


def test_typing_keeps_the_record_open(browser: Any, tmp_path: Path) -> None:
    """Without a request for a while, but with keys pressed: the script tells that the person is there."""
    for site in serve(application(tmp_path)):
        for opened in visits_to(browser, site):
            tab = opened()
            page = open_record(tab)
            told: list[str] = []
            page.on("request", lambda request, told=told: told.append(request.url))
            tab.go("/record/notes/add")
            page.evaluate("Date.now = (was => () => was() + 61000)(Date.now)")
            page.locator("#text").press_sequentially("a")
            page.wait_for_timeout(300)
            assert [url for url in told if url.endswith("/record/here")]
            assert page.url.endswith("/record/notes/add")


def test_two_records_are_kept_apart(browser: Any, tmp_path: Path) -> None:
    from own_site import NOW, KeyCost, Vault

    cheap = KeyCost(memory_kib=8, passes=1)
    app = application(tmp_path)
    Vault.create(tmp_path / "record-2", "another passphrase", "Mother", cost=cheap, clock=lambda: NOW)[0].lock()
    for site in serve(app):
        for opened in visits_to(browser, site):
            page = opened().go("/record/open")
            page.get_by_label("Mother").check()
            page.locator("#passphrase").fill("another passphrase")
            page.get_by_role("button", name="Open").click()
            page.wait_for_url("**/record")
            assert "still empty" in page.locator("main").inner_text()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_page_for_the_visit_is_one_page_on_paper(own_visit: Open, paper: str) -> None:
    import pypdf

    tab = own_visit(viewport={"width": 1280, "height": 900})
    page = open_record(tab)
    tab.go("/record/visit/page")
    page.evaluate("document.fonts.ready")
    printed = page.pdf(format=paper, margin=dict.fromkeys(("top", "bottom", "left", "right"), "14mm"))
    [sheet] = pypdf.PdfReader(io.BytesIO(printed)).pages
    words = " ".join(sheet.extract_text().split())
    for said in (
        "Please go through this list with me",
        "Is the numbness from the radiation",
        "gabapentin",
        "penicillin",
    ):
        assert said in words
    for unwanted in ("Lock", "How far back", "Your record lies on this computer"):
        assert unwanted not in words, "on paper stands the page alone"


def test_the_card_has_the_size_of_a_wallet(own_visit: Open) -> None:
    tab = own_visit(viewport={"width": 1280, "height": 900})
    page = open_record(tab)
    tab.go("/record/card")
    page.emulate_media(media="print")
    box = page.locator(".wallet").bounding_box()
    millimetre = 96 / 25.4
    assert abs(box["width"] / millimetre - 2 * 85.6) < 0.5, "two halves, each as wide as a bank card"
    assert box["height"] / millimetre < 62
