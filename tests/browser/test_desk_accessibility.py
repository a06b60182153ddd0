"""Every page of the librarian, by day and by night, on a phone and on a desk, against the rules of axe-core; and nothing wider
than a phone, in either language.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk_site import PAGES, log_in

SIZES = {"phone": (360, 780), "desk": (1280, 900)}
OPEN = "document.querySelectorAll('main details').forEach(one => { one.open = true })"


def told(page: Any, axe: str) -> list[str]:
    page.evaluate(axe)
    # Text has 7:1 (WCAG 1.4.6), which axe leaves off by itself.
    found = page.evaluate("axe.run(document, {rules: {'color-contrast-enhanced': {enabled: true}}})")
    assert len(found["passes"]) > 10, "axe looked at the page"
    return [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_any_page(desk_visit: Callable[..., Any], axe: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    tab = desk_visit(viewport={"width": width, "height": height}, color_scheme=scheme)
    faults = {"login": told(tab.go("/librarian"), axe)}
    page = log_in(tab)
    for name, address in PAGES.items():
        tab.go(address)
        page.evaluate(OPEN)
        faults[name] = told(page, axe)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert {name: found for name, found in faults.items() if found} == {}


def test_every_page_fits_a_phone_in_spanish(desk_visit: Callable[..., Any], axe: str) -> None:
    tab = desk_visit()
    page = log_in(tab, language="/es")
    for name, address in PAGES.items():
        tab.go(f"/es{address}")
        assert page.locator("html").get_attribute("lang") == "es"
        page.evaluate(OPEN)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert told(page, axe) == [], name


def test_every_target_can_be_hit(desk_visit: Callable[..., Any]) -> None:
    """Buttons and fields are 44 pixels high on a phone (WCAG 2.5.5)."""
    tab = desk_visit()
    page = log_in(tab)
    for name, address in PAGES.items():
        tab.go(address)
        page.evaluate(OPEN)
        small = page.evaluate(
            "[...document.querySelectorAll('main button, main input:not([type=hidden]):not([type=checkbox]), main select')]"
            ".filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
        )
        assert small == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_the_report_of_the_checks(
    browser: Any, axe: str, tmp_path: Path, size: str, scheme: str
) -> None:
    """`waymark check --report` writes one page, which is opened as a file."""
    from desk_site import filled
    from librarian_site import TODAY

    from waymark.app.checking import checked
    from waymark.app.checks_report import write_report

    catalogue = filled(tmp_path).service.catalogue
    with checked(catalogue, TODAY) as found:
        write_report(tmp_path / "report.html", catalogue, found)
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    page.evaluate(OPEN.replace("main ", ""))
    assert told(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
