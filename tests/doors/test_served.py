"""The pages over the real service and the starter collection: each question that the ask page offers is answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from waymark.app.web.application import EXAMPLES, create_app
from waymark.app.wiring import Waymark
from waymark.settings import Settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    place: Path = tmp_path_factory.mktemp("served") / "library"
    service = Waymark.open(Settings(library=place, country="US", encode=False))
    yield TestClient(create_app(service), base_url="http://localhost")
    service.close()


@pytest.mark.parametrize("question", EXAMPLES)
def test_each_example_is_answered(client: TestClient, question: str) -> None:
    html = LexborHTMLParser(client.get("/ask", params={"q": question}).text)
    assert html.css(".decline") == [], html.css_first("main").text()[:300]
    assert html.css("figure.quotation blockquote")


def test_every_listed_document_opens(client: TestClient) -> None:
    for link in LexborHTMLParser(client.get("/library").text).css(".shelf a"):
        assert client.get(link.attributes["href"]).status_code == 200


def test_the_quotations_of_the_api_are_slices_of_what_the_api_shows(client: TestClient) -> None:
    for question in EXAMPLES:
        found = client.post("/api/v1/ask", json={"question": question}).json()
        for quotation in found["quotations"] + found["related"]:
            named = quotation["document"]
            shown = client.get(f"/api/v1/documents/{named['id']}", params={"version": named["version"]}).json()
            assert shown["body"][quotation["start"] : quotation["end"]] == quotation["text"]
            page = client.get(
                f"/documents/{named['id']}/versions/{named['version']}",
                params={"start": quotation["start"], "end": quotation["end"]},
            )
            assert LexborHTMLParser(page.text).css_first("mark#quote") is not None


def test_health_is_good(client: TestClient) -> None:
    assert client.get("/api/v1/health").json()["ok"] is True
