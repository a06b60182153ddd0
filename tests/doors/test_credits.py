"""Every quotation that leaves carries its credit: the publisher, the original title and the link, through every door.

The reuse notice of the National Cancer Institute asks for this form: name it as the source, and link to the original under its
original title. One document stands for all here; a new door gets a row in `DOORS`.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from waymark.app.cli.main import cli
from waymark.app.mcp import Server
from waymark.app.web.application import create_app
from waymark.app.wiring import Waymark
from waymark.library.catalogue import Catalogue
from waymark.settings import Settings

WORDS = "Tiredness that comes with cancer treatment eases when the day has short rests in the shade of the wheel."
TITLE = "Tiredness: when the wheel turns slowly"
ADDRESS = "https://www.cancer.gov/the-mill"
PUBLISHER = "National Cancer Institute"
PICTURE = "/images/mother-and-daughter.jpg"
RECORD = f"""---
id: the-mill
title: "Tiredness - NCI"
url: {ADDRESS}
source: NCI
sourceType: test
audienceLevel: patient
cancerTypes: [general]
tags: [test]
language: en
license: public_domain
citation: NCI, 2026
lastReviewed: "2026-09-01"
reviewFrequency: yearly
status: active
version: v1
---

# Tiredness - NCI

# {TITLE}

![Mother and daughter]({PICTURE})

Credit: iStock

{WORDS}

The river runs past the mill by day and by night, and nobody in the town could say since when. Some say that the wheel was there
before the bridge, and others that the bridge was there before the wheel; the miller himself has never asked anyone about it.

## What helps with tiredness

Three things help with tiredness in the town:

- a walk to the gate of the river
- a rest before the sacks are counted
- a word with the miller
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("credits")
    (folder / "mill.md").write_text(RECORD, encoding="utf-8")
    Catalogue.create(folder / "library", "a test").close()
    service = Waymark.open(Settings(library=folder / "library"))
    report = service.add([folder / "mill.md"], actor="a test")
    assert report.added == 1 and not report.held
    service.close()
    return folder / "library"


@pytest.fixture
def service(library: Path) -> Iterator[Waymark]:
    service = Waymark.open(Settings(library=library))
    yield service
    service.close()


QUESTION = "What helps with tiredness that comes with cancer treatment?"


def run(library: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["--library", str(library), *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def of_page(service: Waymark, library: Path) -> list[str]:
    client = TestClient(create_app(service), base_url="http://localhost")
    tree = LexborHTMLParser(client.get("/ask", params={"q": QUESTION}).text)
    figures = tree.css("figure.quotation")
    assert figures
    found = []
    for figure in figures:
        link = figure.css_first(".credit a")
        assert link is not None and link.text() == TITLE, "the original title is the link"
        found.append(f"{figure.text()} {link.attributes['href']}")
    return found


def of_copy_button(service: Waymark, library: Path) -> list[str]:
    client = TestClient(create_app(service), base_url="http://localhost")
    tree = LexborHTMLParser(client.get("/ask", params={"q": QUESTION}).text)
    return [str(button.attributes["data-copy"]) for button in tree.css("button[data-copy]")]


def of_document_page(service: Waymark, library: Path) -> list[str]:
    client = TestClient(create_app(service), base_url="http://localhost")
    return [LexborHTMLParser(client.get("/documents/the-mill").text).text()]


def of_api(service: Waymark, library: Path) -> list[str]:
    client = TestClient(create_app(service), base_url="http://localhost")
    asked = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    searched = client.get("/api/v1/search", params={"q": "tiredness rests shade wheel"}).json()
    document = client.get("/api/v1/documents/the-mill").json()
    each = [*asked["quotations"], *asked["related"], *searched["passages"]]
    assert all(one["document"]["credit"] for one in each)
    return [*(f"{one['text']} {one['document']['credit']}" for one in each), f"{document['body']} {document['credit']}"]


def of_command_line(service: Waymark, library: Path) -> list[str]:
    shown = (
        run(library, "ask", QUESTION),
        run(library, "search", "tiredness rests shade wheel"),
        run(library, "show", "the-mill"),
    )
    return [" ".join(words.split()) for words in shown]


def of_command_line_json(service: Waymark, library: Path) -> list[str]:
    asked = json.loads(run(library, "ask", QUESTION, "--json"))
    searched = json.loads(run(library, "search", "tiredness rests shade wheel", "--json"))
    document = json.loads(run(library, "show", "the-mill", "--json"))
    each = [*asked["quotations"], *asked["related"], *searched["passages"]]
    return [*(f"{one['text']} {one['document']['credit']}" for one in each), f"{document['body']} {document['credit']}"]


def of_protocol(service: Waymark, library: Path) -> list[str]:
    server = Server(lambda: service, "0")

    def call(method: str, **given: Any) -> dict[str, Any]:
        line = server.answer(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": given}))
        assert line is not None
        return json.loads(line)["result"]  # type: ignore[no-any-return]

    asked = call("tools/call", name="ask", arguments={"question": QUESTION})["structuredContent"]
    searched = call("tools/call", name="search", arguments={"query": "tiredness rests shade wheel"})[
        "structuredContent"
    ]
    (read,) = call("resources/read", uri="waymark://documents/the-mill")["contents"]
    (listed,) = call("resources/list")["resources"]
    each = [*asked["quotations"], *asked["related"], *searched["passages"]]
    assert TITLE in listed["description"] and ADDRESS in listed["description"]
    return [
        *(f"{one['text']} {one['document']['credit']}" for one in each),
        f"{read['text']} {read['_meta']['org.waymark/credit']}",
    ]


def of_export(*arguments: str) -> Callable[[Waymark, Path], list[str]]:
    def export(service: Waymark, library: Path) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            run(library, "export", str(out), *arguments)
            texts = {path: path.read_text(encoding="utf-8") for path in out.rglob("*") if path.suffix in TEXTS}
            credits_file = out / "CREDITS.md"
            beside = texts.get(credits_file, "")
            # A record keeps its own keys; the credit of each stands in the file that goes with the records.
            with_words = [text + beside for path, text in texts.items() if WORDS[:40] in text]
        assert with_words, "the export holds the words"
        return with_words

    return export


TEXTS = (".md", ".html", ".jsonl", ".json", ".txt", ".js")
DOORS: dict[str, Callable[[Waymark, Path], list[str]]] = {
    "page": of_page,
    "copy button": of_copy_button,
    "document page": of_document_page,
    "API": of_api,
    "command line": of_command_line,
    "command line, JSON": of_command_line_json,
    "protocol": of_protocol,
    "records": of_export(),
    "records, fourteen keys": of_export("--keys", "fourteen"),
    "JSON Lines": of_export("--as", "jsonl"),
    "JSON Lines of passages": of_export("--as", "jsonl", "--per", "passage"),
    "static site": of_export("--as", "site"),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_quotation_that_leaves_carries_publisher_title_and_link(
    door: str, service: Waymark, library: Path
) -> None:
    pieces = DOORS[door](service, library)
    assert pieces
    for piece in pieces:
        for part in (PUBLISHER, TITLE, ADDRESS):
            assert part in piece, f"{door}: “{part}” is missing"


@pytest.mark.parametrize("door", DOORS)
def test_a_picture_that_is_not_the_publishers_never_leaves(door: str, service: Waymark, library: Path) -> None:
    """The picture is credited to someone else: no door shows it, links to it, or hands out its address as a picture."""
    for piece in DOORS[door](service, library):
        assert "<img" not in piece
        assert f"]({PICTURE})" not in piece, "a picture in Markdown is shown by whoever opens the file"


def test_pages_have_no_pictures_but_their_own(service: Waymark) -> None:
    client = TestClient(create_app(service), base_url="http://localhost")
    for address in (
        "/",
        "/library",
        "/documents/the-mill",
        f"/ask?q={QUESTION}",
        "/glossary",
        "/glossary/biopsy",
        "/about",
    ):
        tree = LexborHTMLParser(client.get(address).text)
        for picture in tree.css("img, picture, video, iframe"):
            assert str(picture.attributes.get("src", "")).startswith("/static/"), address
