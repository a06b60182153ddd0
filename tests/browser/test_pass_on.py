"""What a person does with an answer: share it, copy it, print it, have it read aloud."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from example_site import KINDS, ONLY_IN_ENGLISH, OPINION, TO_ASK

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

Open = Callable[..., Any]

# Browsers without a window have no voices: these stand in for them and write down what they are told to say.
VOICES = """
(() => {
  const voices = %s;
  window.spoken = [];
  window.cancelled = 0;
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const speech = {
    getVoices: () => voices,
    speak: (utterance) => window.spoken.push(utterance),
    cancel: () => { window.cancelled += 1; },
    addEventListener: () => {},
  };
  Object.defineProperty(window, "speechSynthesis", { get: () => speech });
})();
"""
LOCAL = '[{name: "A", lang: "en-US", localService: true}, {name: "B", lang: "es-MX", localService: true}]'
AWAY = '[{name: "C", lang: "en-US", localService: false}, {name: "D", lang: "es-ES", localService: false}]'


def test_sharing_uses_what_the_device_has(visit: Open) -> None:
    tab = visit()
    tab.page.add_init_script(
        "navigator.share = async (given) => { window.shared = given; }; navigator.canShare = () => true;"
    )
    page = tab.ask(KINDS)
    page.get_by_role("button", name="Share the link").click()
    shared = page.evaluate("window.shared")
    assert shared["url"] == page.url and shared["text"] == KINDS and "Waymark" in shared["title"]


def test_without_a_list_of_places_the_link_is_copied(visit: Open) -> None:
    tab = visit()
    tab.page.add_init_script("Object.defineProperty(Navigator.prototype, 'share', { value: undefined });")
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = tab.ask(KINDS)
    page.get_by_role("button", name="Share the link").click()
    page.get_by_role("button", name="Link copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.locator("#said").inner_text() == "Link copied"


def test_thinking_better_of_it_copies_nothing(visit: Open) -> None:
    tab = visit()
    tab.page.add_init_script(
        "navigator.share = async () => { throw new DOMException('no', 'AbortError'); }; navigator.canShare = () => true;"
    )
    page = tab.ask(KINDS)
    button = page.get_by_role("button", name="Share the link")
    button.click()
    assert button.inner_text() == "Share the link" and page.locator("#said").inner_text() == ""


def test_the_whole_answer_is_copied_with_every_credit(visit: Open) -> None:
    tab = visit()
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = tab.ask(KINDS)
    page.get_by_role("button", name="Copy all with credits").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(KINDS)
    assert copied.count("River Institute") >= 1 and "Waymark starter collection" in copied
    for quotation in page.locator("blockquote").all():
        assert quotation.inner_text().split()[0] in copied


def test_a_quotation_is_read_aloud_in_its_language_and_stopped(visit: Open) -> None:
    tab = visit()
    tab.page.add_init_script(VOICES % LOCAL)
    page = tab.go("/es/ask?q=" + ONLY_IN_ENGLISH)
    assert page.evaluate("window.spoken.length") == 0, "nothing is read unasked"
    button = page.get_by_role("button", name="Leer en voz alta").first
    button.click()
    spoken = page.evaluate("window.spoken.map((each) => [each.text, each.lang, each.voice.name])")
    assert {(lang, voice) for _, lang, voice in spoken} == {("en", "A")}
    words = re.sub(r"\s+", "", page.locator("blockquote").first.inner_text())
    assert re.sub(r"\s+", "", "".join(text for text, _, _ in spoken)) == words
    stop = page.get_by_role("button", name="Dejar de leer")
    assert stop.get_attribute("aria-pressed") == "true"
    before = page.evaluate("window.cancelled")
    stop.click()
    assert page.evaluate("window.cancelled") > before
    assert page.get_by_role("button", name="Leer en voz alta").first.is_visible()


def test_a_list_is_read_item_by_item_and_nothing_twice(visit: Open) -> None:
    tab = visit()
    tab.page.add_init_script(VOICES % LOCAL)
    page = tab.ask(TO_ASK)
    page.get_by_role("button", name="Read aloud").first.click()
    spoken = page.evaluate("window.spoken.map((each) => each.text)")
    assert len(spoken) == len(set(spoken)) > 3
    page.evaluate("window.spoken.at(-1).onend()")
    assert page.get_by_role("button", name="Read aloud").first.is_visible(), "the end is noticed"


def test_a_whole_document_is_read_too(visit: Open) -> None:
    tab = visit()
    tab.page.add_init_script(VOICES % LOCAL)
    page = tab.go("/es/documents/waymark-es-second-opinions")
    page.get_by_role("button", name="Leer en voz alta").click()
    spoken = page.evaluate("window.spoken.map((each) => [each.text, each.voice.name])")
    assert spoken[0] == ["Segundas opiniones", "B"] and len(spoken) > 20


@pytest.mark.parametrize("voices", [AWAY, "[]"])
def test_no_voice_that_sends_the_words_away_is_offered(visit: Open, voices: str) -> None:
    tab = visit()
    tab.page.add_init_script(VOICES % voices)
    page = tab.ask(KINDS)
    assert not page.get_by_role("button", name="Read aloud").first.is_visible()


@pytest.mark.parametrize(
    ("address", "day", "first"),
    [
        ("/ask?q=" + KINDS.replace(" ", "+"), "21 November 2026", "Doctors name a return by"),
        ("/es/ask?q=" + OPINION, "21 de noviembre de 2026", "Una segunda opinión quiere decir"),
    ],
)
def test_the_printed_page_holds_words_credit_day_and_address(visit: Open, address: str, day: str, first: str) -> None:
    pypdf = pytest.importorskip("pypdf")
    page = visit().go(address)
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    text = re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in printed.pages))
    assert len(printed.pages) <= 2
    for wanted in (page.locator("h1").inner_text(), first, day, "Waymark"):
        assert wanted in text, text
    assert page.url.split("://")[1].split("?")[0] in text.replace(" ", "")
    for gone in (
        "Share the link",
        "Compartir el enlace",
        "Find the words",
        "Buscar las palabras",
        "Read aloud",
        "Leer en voz alta",
    ):
        assert gone not in text
    assert ("Credit:" in text) or ("Crédito:" in text)
