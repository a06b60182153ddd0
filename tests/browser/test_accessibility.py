"""Every kind of page, by day and by night, on a phone and on a desk, against the rules of axe-core; and the contrast of text."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from example_site import (
    BROKEN,
    DIFFERENCE,
    FEVER,
    FEVER_IN_SPANISH,
    HOW_LONG,
    HOW_LONG_IN_SPANISH,
    KINDS,
    ONLY_IN_ENGLISH,
    OPINION,
)

PAGES = {
    "ask": "/",
    "answer": "/ask?" + urlencode({"q": KINDS}),
    "urgent": "/ask?" + urlencode({"q": FEVER}),
    "decline": "/ask?" + urlencode({"q": HOW_LONG}),
    "broken": "/ask?" + urlencode({"q": BROKEN}),
    "document": "/documents/river-kinds?start=20&end=200#quote",
    "older": "/documents/river-changed/versions/v1",
    "withdrawn": "/documents/river-old",
    "library": "/library",
    "about": "/about",
    "words": "/glossary",
    "words-found": "/glossary?q=lymph",
    "words-none": "/glossary?q=zzyzx",
    "word": "/glossary/biopsy",
    "missing": "/nothing",
    "refused": "/ask?" + urlencode({"q": "x" * 2001}),
    "es-ask": "/es",
    "es-answer": "/es/ask?" + urlencode({"q": OPINION}),
    "es-answer-in-english": "/es/ask?" + urlencode({"q": ONLY_IN_ENGLISH}),
    "es-urgent": "/es/ask?" + urlencode({"q": FEVER_IN_SPANISH}),
    "es-decline": "/es/ask?" + urlencode({"q": HOW_LONG_IN_SPANISH}),
    "es-document": "/es/documents/waymark-es-second-opinions",
    "es-library": "/es/library",
    "es-about": "/es/about",
    "es-words": "/es/glossary",
    "es-word": "/es/glossary/biopsy",
    "es-word-in-english": "/es/glossary/penetrance",
}
SIZES = {"phone": (360, 780), "desk": (1280, 900)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit: Callable[..., Any], axe: str, name: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    tab = visit(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = tab.go(PAGES[name])
    page.evaluate(axe)
    # Text has 7:1 (WCAG 1.4.6), which axe leaves off by itself.
    found = page.evaluate("axe.run(document, {rules: {'color-contrast-enhanced': {enabled: true}}})")
    told = [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]
    assert told == []
    assert len(found["passes"]) > 10, "axe looked at the page"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_an_open_meaning(visit: Callable[..., Any], axe: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    page = visit(viewport={"width": width, "height": height}, color_scheme=scheme).go("/documents/waymark-restaging")
    page.locator("a.term").first.click()
    page.locator(".meaning:popover-open").wait_for()
    page.evaluate(axe)
    found = page.evaluate("axe.run('.meaning:popover-open', {rules: {'color-contrast-enhanced': {enabled: true}}})")
    assert [each["id"] for each in found["violations"]] == []
    assert found["passes"]


def test_axe_would_find_something(visit: Callable[..., Any], axe: str) -> None:
    """The check is no decoration: a page with a fault is found out."""
    page = visit().ask(DIFFERENCE)
    page.evaluate(
        "document.querySelector('textarea').labels[0].remove(); document.documentElement.removeAttribute('lang')"
    )
    page.evaluate(axe)
    found = {each["id"] for each in page.evaluate("axe.run()")["violations"]}
    assert {"label", "html-has-lang"} <= found
