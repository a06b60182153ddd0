"""Every page of the record, by day and by night, on a phone and on a desk, against the rules of axe-core; and nothing wider
than a phone.
"""

from collections.abc import Callable
from typing import Any

import pytest
from own_site import CLOSED, LINKED, PAGES, offer_a_file, open_record

SIZES = {"phone": (360, 780), "desk": (1280, 900)}


def told(page: Any, axe: str) -> list[str]:
    page.evaluate(axe)
    # Text has 7:1 (WCAG 1.4.6), which axe leaves off by itself.
    found = page.evaluate("axe.run(document, {rules: {'color-contrast-enhanced': {enabled: true}}})")
    assert len(found["passes"]) > 10, "axe looked at the page"
    return [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_any_page(own_visit: Callable[..., Any], axe: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    tab = own_visit(viewport={"width": width, "height": height}, color_scheme=scheme)
    faults: dict[str, list[str]] = {}
    for name, address in CLOSED.items():
        faults[name] = told(tab.go(address), axe)
    page = open_record(tab)
    for name, address in PAGES.items():
        tab.go(address)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        faults[name] = told(page, axe)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    for name, (address, link) in LINKED.items():
        tab.go(address)
        page.locator(link).first.click()
        faults[name] = told(page, axe)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    offer_a_file(tab)
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    faults["file offered"] = told(page, axe)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    tab.go("/record/diary")
    item = page.locator("fieldset.ask-item").filter(has_text="Weak arm or leg")
    item.locator("input[value='4']").first.check()
    item.locator("details").evaluate("one => { one.open = true }")
    item.locator("textarea").fill(f"seen on a {size} by {scheme}")
    page.get_by_role("button", name="Keep this page").click()
    page.wait_for_url("**/written")
    assert page.locator(".urgent").count() >= 1
    faults["urgent"] = told(page, axe)
    tab.go("/record/data/passphrase")
    page.locator("#current").fill("wrong one")
    page.locator("#new").fill("something else")
    page.locator("#again").fill("something else again")
    page.locator("main form button").first.click()
    faults["refused"] = told(page, axe)
    assert {name: found for name, found in faults.items() if found} == {}


def test_every_page_fits_a_phone_in_spanish(own_visit: Callable[..., Any]) -> None:
    tab = own_visit()
    page = open_record(tab, "/es")
    for name, address in PAGES.items():
        tab.go(f"/es{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert page.evaluate("document.documentElement.lang") == "es"


def test_what_is_touched_is_large_enough(own_visit: Callable[..., Any]) -> None:
    """Buttons, answers and links that stand alone are at least 44 by 44 pixels, but for links inside a sentence."""
    tab = own_visit()
    page = open_record(tab)
    for address in ("/record", "/record/diary", "/record/plan", "/record/questions", "/record/data"):
        tab.go(address)
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, .button, .own-nav a, .sub-nav a, .step, .tick, .call, .plainly")]
                .filter(one => one.offsetParent && !one.closest(".said") && one.getBoundingClientRect().height < 43.5)
                .map(one => one.outerHTML.slice(0, 90))"""
        )
        assert [one for one in small if "quiet" not in one] == [], address
