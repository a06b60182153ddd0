"""A person whose language is Spanish: from the first page on, with the keyboard, and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from example_site import HOW_LONG_IN_SPANISH, ONLY_IN_ENGLISH, OPINION

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

Open = Callable[..., Any]


def test_from_the_english_first_page_to_an_answer_in_spanish(visit: Open) -> None:
    page = visit(locale="es-MX").go("/")
    page.get_by_role("link", name="Ver esta página en español").click()
    page.wait_for_url("**/es")
    assert page.evaluate("document.documentElement.lang") == "es"
    page.get_by_label("Con sus propias palabras").fill(OPINION)
    page.get_by_role("button", name="Buscar las palabras").click()
    page.wait_for_url("**/es/ask?**")
    first = page.locator("blockquote").first.inner_text()
    page.get_by_role("link", name="Leer en su lugar").first.click()
    page.wait_for_url("**/es/documents/**#quote")
    marked = " ".join(page.locator("mark").all_inner_texts())  # a term inside is a mark of its own
    assert marked.split()[:5] == first.split()[:5]
    page.get_by_role("link", name="English", exact=True).first.click()
    page.wait_for_url("**/documents/waymark-second-opinions")
    assert page.locator("article").get_attribute("lang") == "en"


def test_a_spanish_question_on_the_english_page(visit: Open) -> None:
    page = visit().go("/")
    page.get_by_label("In your own words").fill(OPINION)
    page.get_by_role("button", name="Find the words").click()
    page.wait_for_url("**/es/ask?**")
    assert page.locator("h1").inner_text() == OPINION
    page.get_by_role("link", name="English", exact=True).first.click()
    page.wait_for_url("**lang=en**")
    assert page.get_by_text("You asked", exact=True).is_visible()
    assert "This quotation is in Spanish." in page.locator("figcaption").first.inner_text()


def test_a_quotation_in_english_says_so(visit: Open) -> None:
    page = visit().go("/es/ask?q=" + ONLY_IN_ENGLISH)
    assert "Esta cita está en inglés." in page.locator("figcaption").first.inner_text()
    assert page.locator("blockquote").first.get_attribute("lang") == "en"


def test_a_decline_leads_on_in_spanish(visit: Open) -> None:
    page = visit().go("/es/ask?q=" + HOW_LONG_IN_SPANISH)
    assert page.get_by_label("Preguntar con otras palabras").input_value() == HOW_LONG_IN_SPANISH
    page.get_by_role("link", name="Preguntas para hacer cuando el cáncer vuelve").click()
    page.wait_for_url("**/es/documents/waymark-es-questions-when-it-comes-back")


def test_the_keyboard_alone_is_enough(visit: Open) -> None:
    page = visit(viewport={"width": 1280, "height": 900}).go("/es")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ir a la página"
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", reached[-1]
    assert {"English", "Biblioteca", "q", "Buscar las palabras"} <= set(reached)
    page.locator("#q").focus()
    page.keyboard.type(OPINION)
    page.keyboard.press("Enter")
    page.wait_for_url("**/es/ask?**")
    assert page.locator("blockquote").count() == 2


def test_without_javascript_everything_is_there(visit: Open) -> None:
    tab = visit(java_script_enabled=False)
    page = tab.go("/es")
    page.get_by_label("Con sus propias palabras").fill(OPINION)
    page.get_by_role("button", name="Buscar las palabras").click()
    page.wait_for_url("**/es/ask?**")
    assert page.locator("blockquote").count() == 2
    for name in ("Leer en voz alta", "Compartir el enlace", "Imprimir"):
        assert not page.get_by_role("button", name=name).first.is_visible()
    address = page.locator(".address a")
    assert address.is_visible() and "segunda" in address.inner_text()
    address.click()
    assert page.locator("blockquote").count() == 2
    tab.go("/es/library")
    page.get_by_label("Palabras del título").fill("segundas")
    page.get_by_role("button", name="Mostrar", exact=True).click()
    page.wait_for_url("**q=segundas**")
    assert page.locator(".shelf a").all_inner_texts() == ["Segundas opiniones"]


def test_the_library_follows_as_one_types(visit: Open) -> None:
    page = visit().go("/es/library")
    page.get_by_label("Palabras del título").press_sequentially("segundas", delay=20)
    page.wait_for_url("**/es/library?q=segundas**")
    page.wait_for_function("document.querySelectorAll('.shelf li').length === 1")


@pytest.mark.parametrize(
    "path", ["/es", "/es/library", "/es/about", "/es/documents/waymark-es-restaging", f"/es/ask?q={OPINION}"]
)
@pytest.mark.parametrize("width", [320, 360, 640])
def test_nothing_is_wider_than_the_screen(visit: Open, path: str, width: int) -> None:
    page = visit(viewport={"width": width, "height": 780}).go(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_tapped_is_large_enough(visit: Open) -> None:
    tab = visit(locale="es")
    for path in ("/", "/es", f"/es/ask?q={OPINION}"):
        page = tab.go(path)
        for one in page.locator(
            "main .doings a, main button:visible, main summary, .top a, .offer a, .examples a"
        ).all():
            box = one.bounding_box()
            if box:
                assert box["height"] >= 43.5, one.inner_text()
