"""An answer as text: everything that the page shows, with every credit, for whoever has no page."""

import pytest
from fake_service import FEVER, TODAY, scripted
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from waymark.app.web.application import create_app

KINDS = "Which kinds are there?"


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(scripted(), today=lambda: TODAY), base_url="http://localhost", follow_redirects=False)


def test_the_link_leads_to_the_words_and_their_credits(client: TestClient) -> None:
    html = HTMLParser(client.get("/ask", params={"q": KINDS}).text)
    link = next(a for a in html.css(".pass-on a") if "As text" in a.text())
    found = client.get(link.attributes["href"])
    assert found.headers["content-type"] == "text/plain; charset=utf-8" and found.headers["cache-control"] == "no-store"
    for wanted in (
        KINDS,
        "Doctors name a return",
        "first published by the River Institute",
        "21 November 2026",
        "http://localhost/ask?q=",
    ):
        assert wanted in found.text
    assert "<" not in found.text


def test_an_urgent_notice_stands_first_and_a_decline_is_told(client: TestClient) -> None:
    urgent = client.get("/ask/text", params={"q": FEVER}).text
    assert urgent.startswith("Get help now") and "911" in urgent.split("You asked")[0]
    decline = client.get("/ask/text", params={"q": "How long do I have?"}).text
    assert "The library does not say." in decline and "What the library does say" in decline


def test_in_spanish_and_bad_input(client: TestClient) -> None:
    assert "Usted preguntó" in client.get("/es/ask/text", params={"q": "¿Qué es?"}).text
    assert client.get("/ask/text").status_code == 303
    assert client.get("/ask/text", params={"q": "x" * 2001}).status_code == 422
