"""Words on the pages: each term a link that works by itself, its meaning beside the text, the pages of the glossary."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from waymark.app.web.application import create_app
from waymark.app.wiring import Waymark
from waymark.library.catalogue import Catalogue
from waymark.library.glossary import glossary
from waymark.settings import Settings
from waymark.sources.dictionary import PUBLISHER, Dictionary, Entry

TERM = "/publications/dictionaries/cancer-terms/def/{}"
RECORD = """---
id: {id}
title: "{title}"
url: https://www.cancer.gov{path}
source: NCI
sourceType: test
audienceLevel: {audience}
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

{source}
"""
FILLER = (
    "This page was written for a test and is long enough that no check takes it for a stub. Nothing in it is advice for anybody, "
    "and it goes on for a while about the river, the mill, the bridge, and the road that leads from the one to the other."
)
SOURCE = f"""# The scan and the biopsy

A biopsy is done after the [scan]({TERM.format(46033)}). Another biopsy may follow. Read [about a remission](/types/remission).
A [zebra]({TERM.format(999999)}) has a remission, and the [lens]({TERM.format(45885)}) is a stage.

## Remission and blood

The blood is tested. {FILLER}

- [blood]({TERM.format(270735)}) again
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waymark]:
    folder = tmp_path_factory.mktemp("words")
    pages = {
        "scan": ("The scan and the biopsy", "/scan/patient/scan-pdq", "patient", SOURCE),
        "scan-hp": (
            "The scan, for professionals",
            "/scan/hp/scan-pdq",
            "professional",
            f"# The scan\n\n{FILLER}\n\n{FILLER}",
        ),
    }
    for name, (title, path, audience, source) in pages.items():
        text = RECORD.format(id=name, title=title, path=path, audience=audience, source=source)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    Catalogue.create(folder / "library", "a test").close()
    service = Waymark.open(Settings(library=folder / "library"))
    report = service.add([folder / f"{name}.md" for name in pages], actor="a test")
    assert report.added == 2 and not report.held
    entry = Entry(
        999999,
        "zebra stripe",
        "cancer-terms",
        "patient",
        "en",
        "Words of the test about a stripe.",
        "<b>x</b>",
        "ZEE-bruh",
    )
    other = Entry(45164, "biopsy", "cancer-terms", "patient", "en", "Words of the test about a sample.")
    Dictionary(service.catalogue.folder).put([entry, other], "a test", datetime(2026, 11, 25, tzinfo=UTC))
    yield service
    service.close()


@pytest.fixture
def client(service: Waymark) -> TestClient:
    return TestClient(create_app(service), base_url="http://localhost")


def page(client: TestClient, address: str, status: int = 200) -> LexborHTMLParser:
    response = client.get(address)
    assert response.status_code == status, response.text
    return LexborHTMLParser(response.text)


def test_each_term_is_a_link_to_its_page_where_it_is_first_used(client: TestClient) -> None:
    html = page(client, "/documents/scan")
    terms = [(link.text(), link.attributes["href"]) for link in html.css("article a.term")]
    assert terms == [
        ("biopsy", "/glossary/biopsy"),
        ("scan", "/glossary/ct-scan"),
        ("zebra", "/glossary/999999"),
        ("remission", "/glossary/remission"),
        ("lens", "/glossary/stage"),
        ("blood", "/glossary/blood"),
    ]
    assert not html.css("h1 a.term, h2 a.term"), "no heading is a link"
    assert html.css_first("article a[href='https://www.cancer.gov/types/remission'] a") is None
    for link in html.css("article a.term"):
        assert client.get(str(link.attributes["href"])).status_code == 200


def test_every_meaning_of_a_page_stands_on_it_once_and_is_closed(client: TestClient) -> None:
    html = page(client, "/documents/scan")
    meanings = html.css(".meaning")
    assert len(meanings) == 6
    names = {str(link.attributes["data-meaning"]) for link in html.css("a.term")}
    assert {str(meaning.attributes["id"]) for meaning in meanings} == names
    for meaning in meanings:
        assert "popover" in meaning.attributes and "hidden" in meaning.attributes, "seen only when it is opened"
        labelled = html.css_first(f"#{meaning.attributes['aria-labelledby']}")
        assert labelled is not None and labelled.text()
    theirs = html.css_first("#meaning-999999")
    assert theirs is not None and PUBLISHER in theirs.text() and "No clinician" not in theirs.text()
    ours = html.css_first("#meaning-biopsy")
    assert ours is not None and "No clinician has reviewed them yet." in ours.text()


def test_the_text_is_the_same_with_and_without_its_links(client: TestClient, service: Waymark) -> None:
    article = page(client, "/documents/scan").css_first("article")
    assert article is not None
    body = service.document("scan").body
    marks_gone = body.text.replace("#", "").replace("\n- ", "\n")
    assert article.text().split() == marks_gone.split()


def test_a_quotation_explains_its_words_once_on_the_page(client: TestClient) -> None:
    html = page(client, "/ask?q=What+is+a+biopsy+after+the+scan%3F")
    quoted = [link.text() for link in html.css("blockquote a.term")]
    assert "biopsy" in quoted and len(quoted) == len(set(quoted))
    assert {str(m.attributes["id"]) for m in html.css(".meaning")} == {
        str(link.attributes["data-meaning"]) for link in html.css("a.term")
    }


def test_a_summary_leads_to_its_version_for_the_other_readers(client: TestClient) -> None:
    patient = page(client, "/documents/scan").css_first(".other-version")
    assert patient is not None and "For health professionals" in patient.text()
    assert patient.css_first("a").attributes["href"] == "/documents/scan-hp"  # type: ignore[union-attr]
    professional = page(client, "/documents/scan-hp").css_first(".other-version a")
    assert professional is not None and professional.attributes["href"] == "/documents/scan"


# ------------------------------------------------------------------------------------------------------- the glossary's pages


def test_the_glossary_lists_every_word_by_its_letter(client: TestClient) -> None:
    html = page(client, "/glossary")
    listed = [str(link.attributes["href"]) for link in html.css(".letter a")]
    assert sorted(listed) == sorted(f"/glossary/{term}" for term in glossary().terms)
    letters = [str(link.attributes["href"]) for link in html.css(".letters a")]
    assert letters == [f"#{heading.attributes['id']}" for heading in html.css(".letter h2")]
    assert "no clinician has reviewed them yet" in html.text()


def test_words_are_found_by_any_of_their_forms(client: TestClient) -> None:
    found = page(client, "/glossary?q=Biopsied").css(".words-found dt")
    assert [word.text() for word in found] == ["biopsy"]
    assert len(page(client, "/glossary?q=cancer").css(".words-found dt")) == 12
    assert page(client, "/glossary?q=cancer").css(".words-more a")
    none = page(client, "/glossary?q=biopsi+x")
    assert "is not explained here" in none.text() and not none.css(".words-found")
    assert none.css_first(".hint") is not None
    assert page(client, "/glossary?q=%3Cscript%3E").css("main script") == []


def test_a_words_page_has_ours_first_then_the_publishers_with_its_credit(client: TestClient) -> None:
    html = page(client, "/glossary/biopsy")
    text = html.css_first(".word-text")
    assert text is not None and text.text().startswith("A biopsy takes")
    outward = html.css_first(".word-from a")
    assert outward is not None
    assert outward.attributes["href"] == "https://www.cancer.gov/publications/dictionaries/cancer-terms/def/45164"
    entry = html.css_first(".word-entry")
    assert entry is not None and "Words of the test about a sample." in entry.text()
    assert "originally published by the National Cancer Institute" in entry.text()
    only_theirs = page(client, "/glossary/999999")
    assert only_theirs.css_first(".word-text") is None and "ZEE-bruh" in only_theirs.text()
    assert "<b>x</b>" not in str(only_theirs.html), "the publisher's markup is never shown as it is"


def test_a_publishers_number_leads_to_our_word(client: TestClient) -> None:
    response = client.get("/glossary/45164", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (308, "/glossary/biopsy")


@pytest.mark.parametrize("name", ["nothing-of-the-kind", "1", "0", "%00", "99999999999999999999", "biopsi"])
def test_a_word_that_is_not_there_is_said_so(client: TestClient, name: str) -> None:
    response = client.get(f"/glossary/{name}", follow_redirects=False)
    assert response.status_code in (404, 400)
    if name == "biopsi":
        assert "biopsy" in response.text


def test_the_glossary_speaks_spanish_where_it_can_and_says_where_it_cannot(client: TestClient) -> None:
    spanish = page(client, "/es/glossary/biopsy")
    assert spanish.css_first(".word-text").text().startswith("Una biopsia")  # type: ignore[union-attr]
    assert spanish.css_first("html").attributes["lang"] == "es"  # type: ignore[union-attr]
    english = page(client, "/es/glossary/penetrance")
    words = english.css_first(".word-text")
    assert words is not None and words.attributes["lang"] == "en"
    assert "todavía no está explicada en español" in english.text()
    listed = page(client, "/es/glossary").css(".letter a")
    assert len(listed) == sum("es" in term.meanings for term in glossary().terms.values())


def test_a_document_in_english_is_explained_in_the_readers_language(client: TestClient) -> None:
    meaning = page(client, "/es/documents/scan").css_first("#meaning-biopsy")
    assert meaning is not None and "Una biopsia" in meaning.text()
    assert page(client, "/es/documents/scan").css_first("a.term").attributes["href"] == "/es/glossary/biopsy"  # type: ignore[union-attr]


def test_the_api_says_what_the_command_says(client: TestClient) -> None:
    said = client.get("/api/v1/glossary/biopsies").json()
    assert said["id"] == "biopsy" and said["text"].startswith("A biopsy takes") and said["reviewed"] is None
    assert (
        said["publisher_page"].endswith("/def/45164")
        and said["dictionary"]["text"] == "Words of the test about a sample."
    )
    assert client.get("/api/v1/glossary/biopsy", params={"lang": "es"}).json()["name"] == "biopsia"
    missing = client.get("/api/v1/glossary/biopsi")
    assert missing.status_code == 404 and "biopsy" in missing.json()["error"]["next_step"]
    assert client.get("/api/v1/glossary/" + "x" * 81).status_code == 422
