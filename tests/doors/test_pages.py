"""The pages: words as they stand, ages and credits with them, nothing from elsewhere, nothing that runs."""

import hashlib
import json
import logging
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fake_service import FEVER, KINDS, TODAY, FakeService, answer, decline, made, quoted, scripted
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

import waymark.app
from waymark.answering.extent import FOLD
from waymark.answering.response import Lead
from waymark.answering.urgent import INTERNATIONAL, numbers_for
from waymark.app.web.application import EXAMPLES, create_app, with_links
from waymark.app.web.guard import SECURITY_HEADERS, NoQuestions, host_name, is_loopback
from waymark.app.web.markup import render, render_slice
from waymark.app.web.shelf import PER_PAGE, Choice, Shelf
from waymark.app.wiring import Part
from waymark.app.wording import STANDING, review_words
from waymark.errors import IndexMissing, UsageError
from waymark.library.body import BlockKind, Body, normalise
from waymark.library.document import Status

STATIC = Path(waymark.app.__file__).parent / "web" / "static"
LOCAL = "http://localhost"


@pytest.fixture
def service() -> FakeService:
    return scripted()


@pytest.fixture
def client(service: FakeService) -> TestClient:
    return TestClient(
        create_app(service, today=lambda: TODAY), base_url=LOCAL, raise_server_exceptions=False, follow_redirects=False
    )


def page(client: TestClient, path: str, status: int = 200, **params: str) -> HTMLParser:
    found = client.get(path, params=params or None)
    assert found.status_code == status, found.text[:300]
    return HTMLParser(found.text)


def words(node: Node | None) -> str:
    assert node is not None
    return " ".join(node.text().split())


def body_words(body: Body) -> list[str]:
    """Return the body's words in order, without the marks of its blocks."""
    found: list[str] = []
    for block in body.blocks:
        text = body.text[block.text_start : block.end]
        found += (text.replace(" | ", " ") if block.kind is BlockKind.ROW else text).split()
    return found


def html_words(html: str) -> list[str]:
    """Return the words of HTML as a reader sees them: a block ends a word, a mark inside a line does not."""
    inline = re.sub(r"</?(?:a|mark|strong|em|code)\b[^>]*>", "", html)
    return unescape(re.sub(r"<[^>]*>", " ", inline)).split()


PATHS = (
    "/",
    "/ask?q=Which+kinds+are+there%3F",
    "/ask?q=How+long+do+I+have%3F",
    "/library",
    "/about",
    "/documents/river-kinds",
    "/documents/river-hostile",
    "/nothing",
    "/api/v1/health",
)

# Asking -------------------------------------------------------------------------------------------------------------


def test_the_ask_page_asks_without_javascript(client: TestClient) -> None:
    html = page(client, "/")
    form = html.css_first("form.ask")
    assert form is not None
    assert (form.attributes["action"], form.attributes["method"]) == ("/ask", "get")
    assert html.css_first("textarea[name=q]") is not None
    assert [words(option) for option in html.css("#audience option")] == ["Anyone", "Patients", "Health professionals"]
    assert ("breast", "Breast cancer") in [(o.attributes["value"], words(o)) for o in html.css("#cancer option")]
    offered = [words(link) for link in html.css(".examples a")]
    assert offered == list(EXAMPLES)
    assert client.get(html.css(".examples a")[0].attributes["href"]).status_code == 200


def test_the_ask_page_says_that_the_search_is_learning_or_broken(service: FakeService) -> None:
    def note() -> str:
        fresh = TestClient(create_app(service, today=lambda: TODAY), base_url=LOCAL)
        found = page(fresh, "/").css_first(".note")
        return "" if found is None else words(found)

    assert note() == ""
    service.encoded = 4
    assert note() == "Search is still learning this library: 40%."
    service.broken["index"] = Part(False, "The index is missing.", "Run: waymark index")
    assert "broken" in note() and "Run: waymark index" in note()


def test_choices_go_to_the_service(client: TestClient, service: FakeService) -> None:
    page(client, "/ask", q="Which kinds are there?", audience="professional", cancer="breast")
    assert service.asked[-1]["audience"] == "professional"
    assert service.asked[-1]["cancer"] == "breast"
    html = page(client, "/ask", q="Which kinds are there?", audience="professional", cancer="breast")
    assert "For health professionals, Breast cancer" in words(html.css_first(".narrowed"))
    page(client, "/ask", q="Which kinds are there?", audience="everybody", cancer="")
    assert (service.asked[-1]["audience"], service.asked[-1]["cancer"]) == (None, None)


def test_nothing_asked_leads_back(client: TestClient, service: FakeService) -> None:
    back = client.get("/ask", params={"q": "  "})
    assert (back.status_code, back.headers["location"]) == (303, "/")
    assert service.asked == []


def test_what_cannot_be_asked_comes_back_with_its_words(client: TestClient, service: FakeService) -> None:
    html = page(client, "/ask", 422, q="x" * 2001)
    assert "2,000" in words(html.css_first("#hint"))
    assert words(html.css_first("textarea")) == "x" * 2001
    service.script["odd"] = UsageError("There is no question in that.", "Ask in your own words.")
    html = page(client, "/ask", 422, q="odd")
    assert words(html.css_first("#hint")) == "There is no question in that. Ask in your own words."


# Answers ------------------------------------------------------------------------------------------------------------


def test_a_list_is_a_list_and_shows_no_marks(client: TestClient) -> None:
    first = page(client, "/ask", q="Which kinds are there?").css("figure.quotation blockquote")[0]
    assert [words(item).split(":")[0] for item in first.css("ul > li")[:2]] == ["Local", "Regional"]
    assert len(first.css("ul ul > li")) == 1
    assert [words(strong) for strong in first.css("strong")] == ["Local", "Regional", "Distant"]
    assert not re.search(r"(^|\s)[-*#|]\s|\*\*|\]\(", first.text())
    assert first.css("a") == []


def test_a_quotation_holds_the_words_of_its_slice_and_no_others(client: TestClient, service: FakeService) -> None:
    html = page(client, "/ask", q="Which kinds are there?")
    shown = [html_words(str(quote.html)) for quote in html.css("section figure.quotation blockquote")]
    meant = []
    for quotation in service.script["Which kinds are there?"].quotations:  # type: ignore[union-attr]
        meant.append(re.sub(r"(?m)^\s*(?:- |\d+\. )", "", quotation.text).split())
    assert shown == meant


def test_a_long_quotation_is_folded_behind_an_item(client: TestClient, service: FakeService) -> None:
    """About 120 words are shown at once; nothing is cut inside an item, and together they are the slice."""
    items = "\n".join(f"- Item {n}: " + "one more word of it " * 4 for n in range(16))
    document = made("river-long", "A long list", f"# A long list\n\nThese things are listed:\n\n{items}\n")
    service.kept["river-long", "v1"] = document
    service.current["river-long"] = "v1"
    whole = quoted(service, "river-long", "These things", "Item 15: one more word of it")
    service.script["long"] = answer("long", whole)
    figure = page(client, "/ask", q="long").css_first("figure.quotation")
    shown, rest = figure.css("blockquote")
    assert "open" not in figure.css_first("details.rest").attributes
    assert 60 < len(words(shown).split()) <= FOLD
    said = [*html_words(str(shown.html)), *html_words(str(rest.html))]
    assert said == re.sub(r"(?m)^\s*(?:- |\d+\. )", "", whole.text).split()
    assert words(rest.css_first("li")).startswith("Item ")
    short = page(client, "/ask", q="Which kinds are there?")
    assert not short.css("details.rest")


def test_a_later_part_of_a_list_is_shown_with_what_introduces_it(client: TestClient, service: FakeService) -> None:
    """The sentence stands before the part, and a mark that something between them is left out is not read aloud."""
    items = "\n".join(f"- Item {n}: " + "one more word of it " * 4 for n in range(16))
    document = made("river-long", "A long list", f"# A long list\n\nThese things are listed:\n\n{items}\n")
    service.kept["river-long", "v1"] = document
    service.current["river-long"] = "v1"
    part = quoted(service, "river-long", "- Item 12", "Item 13: one more word of it")
    start = document.body.text.index("These things")
    lead = Lead(start, start + len("These things are listed:"), "These things are listed:")
    service.script["part"] = answer("part", replace(part, lead=lead))
    quote = page(client, "/ask", q="part").css_first("figure.quotation blockquote")
    assert quote is not None
    assert words(quote).startswith("These things are listed: … Item 12: one more")
    assert words(quote.css_first("[aria-hidden=true]")) == "…"


def test_a_table_is_a_table(client: TestClient) -> None:
    quote = page(client, "/ask", q="Show the table").css_first("blockquote")
    assert quote is not None
    assert [words(cell) for cell in quote.css("th")] == ["Kind", "Where", "How it is seen"]
    assert [[words(cell) for cell in row.css("td")] for row in quote.css("tbody tr")] == [
        ["Local", "same place", "examination & scan"],
        ["Distant", "", "scan"],
    ]


def test_each_quotation_says_where_it_is_from_and_how_old_it_is(client: TestClient) -> None:
    html = page(client, "/ask", q="Which kinds are there?")
    first, second, own = html.css("figcaption")
    assert words(html.css_first(".where")) == "Kinds"
    for part in (
        "Kinds of return",
        "River Institute. For patients.",
        "Reviewed 30 December 2025; that review lapsed on 30 March 2026.",
        "Credit: “Kinds of return” was first published by the River Institute.",
    ):
        assert part in words(first)
    assert "the next review is due by 30 December 2027" in words(second)
    assert "Not yet reviewed by a clinician" in words(own)
    assert first.css_first("a[rel~=external]").attributes["href"].startswith("https://river.example/kinds#:~:text=")
    assert own.css("a[rel~=external]") == []  # the starter collection has no page elsewhere


def test_read_it_in_place_marks_the_very_words(client: TestClient, service: FakeService) -> None:
    html = page(client, "/ask", q="Which kinds are there?")
    link = html.css("figcaption .doings a")[0].attributes["href"]
    assert link.startswith("/documents/river-kinds/versions/v1?") and link.endswith("#quote")
    document = page(client, link)
    marked = "".join("".join(mark.text() for mark in document.css("#body mark")).split())
    quotation = service.script["Which kinds are there?"].quotations[0]  # type: ignore[union-attr]
    assert marked == "".join(re.sub(r"(?m)^\s*(?:- |\d+\. )", "", quotation.text).split())
    assert len(document.css("mark#quote")) == 1
    assert document.css("mark")[0].attributes.get("id") == "quote"


def test_copying_takes_words_credit_age_and_address(client: TestClient) -> None:
    button = page(client, "/ask", q="Which kinds are there?").css_first("button[data-copy]")
    assert button is not None
    assert "hidden" in button.attributes  # shown by the script that makes it work
    copied = button.attributes["data-copy"]
    assert copied.startswith("Doctors name a return by where it is found.")
    assert "first published by the River Institute" in copied
    assert "lapsed on 30 March 2026" in copied
    assert copied.endswith("https://river.example/kinds")


def test_related_quotations_are_folded(client: TestClient) -> None:
    more = page(client, "/ask", q="Which kinds are there?").css_first("details.more")
    assert more is not None and "open" not in more.attributes
    assert "(1)" in words(more.css_first("summary"))


def test_another_language_is_marked(client: TestClient) -> None:
    quote = page(client, "/ask", q="¿Qué es?", lang="en").css_first("blockquote")
    assert quote is not None and quote.attributes["lang"] == "es"
    article = page(client, "/documents/river-segunda").css_first("article")
    assert article is not None and article.attributes["lang"] == "es"


def test_words_that_are_not_where_the_index_points_are_not_shown(client: TestClient, service: FakeService) -> None:
    answer = service.script["Which kinds are there?"]
    other = made("river-kinds", "Kinds of return", KINDS.replace("three kinds", "some kinds"))
    service.kept["river-kinds", "v1"] = other
    html = page(client, "/ask", 503, q="Which kinds are there?")
    assert html.css("blockquote") == []
    assert "does not hold the words" in words(html.css_first("main"))
    assert answer is service.script["Which kinds are there?"]


# Declines, urgent signs, damage -------------------------------------------------------------------------------------


def test_a_decline_helps(client: TestClient) -> None:
    html = page(client, "/ask", q="How long do I have?")
    said = html.css_first(".decline")
    assert "The library does not say." in words(said) and "Your care team can help." in words(said)
    assert said.css_first("a").attributes["href"] == "/documents/waymark-questions"
    assert "What the library does say" in words(html.css_first("main"))
    assert len(html.css("figure.quotation")) == 1
    assert words(html.css_first("textarea")) == "How long do I have?"  # to ask in other words


def test_an_urgent_sign_stands_above_everything(client: TestClient) -> None:
    for question, status in ((FEVER, 200), (f"{FEVER}!", 200)):  # with an answer, and with a decline
        html = page(client, "/ask", status, q=question)
        first = html.css_first("main > *")
        assert first is not None and first.attributes["role"] == "alert"
        assert html.css_first("title").text().startswith(words(first.css_first("h2")))
        assert "autofocus" in first.css_first("h2").attributes
        assert first.css_first("a[rel~=external]") is not None  # whose advice it is
    assert len(page(client, "/ask", q="Which kinds are there?").css("[role=alert]")) == 0


def test_under_an_urgent_notice_the_quotations_are_folded(client: TestClient) -> None:
    html = page(client, "/ask", q=FEVER)
    folded = html.css("main details figure.quotation")
    assert folded and len(folded) == len(html.css("main figure.quotation"))
    before = html.css_first("main details").parent
    assert before is not None and "Please do what it says above first." in words(before)
    assert not page(client, "/ask", q=f"{FEVER}!").css(".decline ul")  # no list of questions for a visit


def test_the_numbers_of_the_country_can_be_tapped() -> None:
    pieces = with_links("Call 911 now, above 38.0 °C or after 911 days, or 988 (lifeline).", numbers_for("US"))
    assert [(text, href) for text, href in pieces if href] == [
        ("911", "tel:911"),
        ("911", "tel:911"),
        ("988", "tel:988"),
    ]
    assert "".join(text for text, _ in pieces) == "Call 911 now, above 38.0 °C or after 911 days, or 988 (lifeline)."
    assert with_links("Call your local emergency number. 112 people.", INTERNATIONAL) == [
        ("Call your local emergency number. 112 people.", None)
    ]
    assert ("findahelpline.com", "https://findahelpline.com") in with_links("See findahelpline.com now", INTERNATIONAL)
    assert ("13 11 14", "tel:131114") in with_links("Ring 13 11 14.", numbers_for("AU"))


def test_broken_is_not_empty(client: TestClient, service: FakeService) -> None:
    service.script["q"] = IndexMissing("The library has no index yet.", "Run: waymark index")
    html = page(client, "/ask", 503, q="q")
    said = words(html.css_first("main"))
    assert "not working" in said and "Run: waymark index" in said
    assert "does not hold" not in said and "nothing found" not in said.lower()
    service.script[FEVER] = IndexMissing("The library has no index yet.", "Run: waymark index")
    assert page(client, "/ask", 503, q=FEVER).css_first("main > [role=alert]") is not None


# Documents ----------------------------------------------------------------------------------------------------------


def test_the_article_is_the_body_word_for_word(client: TestClient, service: FakeService) -> None:
    for document in service.documents:
        article = page(client, f"/documents/{document.id}").css_first("article#body")
        assert article is not None
        assert html_words(str(article.html)) == body_words(document.body)


def test_structure_of_a_document(client: TestClient) -> None:
    article = page(client, "/documents/river-kinds").css_first("article")
    assert article is not None
    assert [words(heading) for heading in article.css("h1")] == ["Kinds of return"]
    assert [words(heading) for heading in article.css("h2")] == ["What comes next", "Names beside each other"]
    numbered = article.css_first("ol")
    assert [" ".join(item.text(separator=" ").split()) for item in numbered.css("li")] == [
        "Ask which kind it is.",
        "Ask how it was found. Write the answer down.",
        "Ask what happens next.",
    ]
    assert [words(p) for p in numbered.css("li > p")] == ["Write the answer down."]
    assert words(article.css_first("em")) == "where"


def test_links_of_a_document(client: TestClient) -> None:
    links = {words(a): a.attributes for a in page(client, "/documents/river-kinds").css("article a")}
    assert links["second opinions"]["href"] == "/documents/river-second-opinions"  # the library holds that page
    assert "rel" not in links["second opinions"]
    assert links["lymph nodes"]["href"] == "https://river.example/words/lymph-node"
    assert links["lymph nodes"]["rel"] == "noopener noreferrer external"
    assert "script" not in links


def test_nothing_of_a_document_runs(client: TestClient, service: FakeService) -> None:
    service.script["hostile"] = decline(
        "hostile", "not_in_library", (quoted(service, "river-hostile", "A line", "in it."),)
    )
    for path in ("/documents/river-hostile", "/library", "/ask?q=hostile", '/ask?q="><script>alert(3)</script>'):
        text = client.get(path).text
        html = HTMLParser(text)
        assert [script.attributes.get("src", "")[:8] for script in html.css("script")] == ["/static/"] * len(
            html.css("script")
        )
        for node in html.css("*"):
            assert not [name for name in node.attributes if name.startswith("on")]
            for name in ("href", "src", "action", "cite"):
                value = (node.attributes.get(name) or "").lower()
                assert not value.startswith(("javascript:", "data:", "vbscript:")), value
    article = page(client, "/documents/river-hostile").css_first("article")
    assert [words(a) for a in page(client, "/library", q="alert").css(".shelf a")] == [
        '<script>alert("title")</script>'
    ]
    assert page(client, "/documents/river-hostile").css_first("title").text().startswith("<script>")
    assert [a.attributes["href"] for a in article.css("a")] == ["https://elsewhere.example/x"]
    assert "<script>alert(4)</script>" in words(article) and "<script>alert(6)</script>" in words(article)
    assert article.css("img") == []


def test_a_place_that_is_not_there_is_said(client: TestClient, service: FakeService) -> None:
    size = len(service.document("river-kinds").body.text)
    for start, end in (("0", str(size + 1)), ("5", "5"), ("9", "3"), ("x", "4"), ("-1", "4")):
        html = page(client, "/documents/river-kinds", start=start, end=end)
        assert html.css("mark") == []
        assert "is not in this version" in words(html.css_first("main"))
    assert len(page(client, "/documents/river-kinds", start="0", end=str(size)).css("mark#quote")) == 1


def test_the_record_is_shown(client: TestClient) -> None:
    html = page(client, "/documents/river-second-opinions")
    facts = {words(row.css_first("dt")): words(row.css_first("dd")) for row in html.css("dl div")}
    assert facts["Publisher"] == "River Institute"
    assert facts["Reviewed by"] == "A. Brook, oncology nurse"
    assert facts["About"] == "Breast cancer"
    assert facts["Licence"] == "Public domain"
    assert len(facts["Fingerprint of the text"]) == 16
    assert "R. Ford" in words(html.css_first(".history"))
    sources = page(client, "/documents/waymark-questions").css(".record > ul a")
    assert [a.attributes["href"] for a in sources] == ["https://river.example/visits"]


def test_versions_and_standing(client: TestClient) -> None:
    withdrawn = page(client, "/documents/river-old", 410)
    assert "This document was withdrawn" in words(withdrawn.css_first(".doc-note"))
    assert "The reason was not written down." in words(withdrawn.css_first(".doc-note"))
    assert withdrawn.css_first("article") is None
    older = page(client, "/documents/river-changed/versions/v1")
    assert STANDING[Status.SUPERSEDED] in words(older.css_first(".doc-note"))
    assert "older version" in words(older.css_first(".doc-note"))
    assert "This text was changed later." in words(older.css_first("article"))
    assert "/documents/river-changed" in [a.attributes["href"] for a in older.css(".standing a")]
    assert set(STANDING) == set(Status)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Reviewed 30 December 2025; that review lapsed on 30 March 2026"),
        ({"review_due": TODAY}, "Reviewed 30 December 2025; the next review is due by 21 November 2026"),
        ({"review_due": None}, "Reviewed 30 December 2025; no date is set for the next review"),
        ({"last_reviewed": None, "review_due": None}, "Review date unknown"),
        (
            {"last_reviewed": None, "review_due": None, "updated": date(2025, 5, 3)},
            "Review date unknown; last changed 3 May 2025",
        ),
        ({"last_reviewed": None, "review_due": None, "url": "waymark:starter/x"}, "Not yet reviewed by a clinician"),
    ],
)
def test_the_age_of_a_review_in_words(changes: dict[str, Any], said: str) -> None:
    assert review_words(replace(made("river-x", "X", "Text.").card, **changes), TODAY) == said


# The library --------------------------------------------------------------------------------------------------------


def many(count: int) -> FakeService:
    documents = [
        made(
            f"river-{at:04d}",
            f"Página {at:04d}" if at % 2 else f"Page {at:04d}",
            "Text.",
            tags=("even",) if at % 2 == 0 else ("odd",),
            audience="professional" if at % 3 == 0 else "patient",
            language="es" if at % 2 else "en",
            cancer_types=("breast",) if at % 5 == 0 else (),
        )
        for at in range(count)
    ]
    return FakeService(documents=documents)


def test_the_library_is_turned_by_pages() -> None:
    client = TestClient(create_app(many(1434), today=lambda: TODAY), base_url=LOCAL)
    seen: list[str] = []
    path = "/library"
    while path:
        html = page(client, path)
        listed = [a.attributes["href"] for a in html.css(".shelf a")]
        assert 0 < len(listed) <= PER_PAGE
        seen += listed
        following = html.css_first("a[rel=next]")
        path = following.attributes["href"] if following is not None else ""
    assert len(seen) == len(set(seen)) == 1434
    assert "1,434 documents" in words(page(client, "/library").css_first(".count"))
    assert page(client, "/library", page="9999").css(".shelf li")  # past the end is the last page


def test_filters_narrow_and_count() -> None:
    service = many(30)
    shelf = Shelf(service.cards(), service.cancer_names())
    chosen = shelf.select(Choice(words="pagina", audience="professional"))
    assert [card.id for card in chosen.cards] == ["river-0003", "river-0009", "river-0015", "river-0021", "river-0027"]
    assert {option.value: option.count for option in chosen.audiences} == {"patient": 10, "professional": 5}
    assert {option.value: option.count for option in chosen.cancers} == {"general": 4, "breast": 1}
    assert [(o.value, o.count) for o in shelf.select(Choice(topic="none")).topics if o.value == "none"] == [("none", 0)]


def test_the_list_alone_is_given_to_the_page_that_filters_as_one_types(client: TestClient) -> None:
    part = client.get("/library", params={"q": "opinion"}, headers={"HX-Request-Type": "partial"})
    assert "<html" not in part.text
    assert [words(a) for a in HTMLParser(part.text).css(".shelf a")] == ["Second opinions", "Una segunda opinión"]
    assert part.headers["vary"].startswith("HX-Request-Type")
    assert "No document fits" in words(page(client, "/library", q="zzz").css_first(".count"))


def test_a_change_of_the_library_shows_at_once(client: TestClient, service: FakeService) -> None:
    page(client, "/library")
    service.documents.append(made("river-new", "A new page", "Text."))
    service.catalogue.generation = 2
    assert "A new page" in words(page(client, "/library").css_first(".shelf"))


# The whole ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_every_response_is_guarded(client: TestClient, path: str) -> None:
    found = client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert found.headers[name] == value
    assert "unsafe" not in found.headers["content-security-policy"]
    assert "set-cookie" not in found.headers


@pytest.mark.parametrize("path", PATHS[:-1])
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(client: TestClient, path: str) -> None:
    html = HTMLParser(client.get(path).text)
    assert html.css("style, [style], iframe, object, base") == []
    for script in html.css("script"):
        assert words(script) == ""
    for node in html.css("script, link, img"):
        address = node.attributes.get("src") or node.attributes.get("href") or ""
        assert address.startswith("/static/"), address
        assert client.get(address).status_code == 200
    ids = [node.attributes["id"] for node in html.css("[id]")]
    assert len(ids) == len(set(ids))
    assert len(html.css("h1")) == 1
    for label in html.css("label"):
        assert label.attributes["for"] in ids


def test_an_answer_is_kept_nowhere(client: TestClient) -> None:
    assert client.get("/ask", params={"q": "Which kinds are there?"}).headers["cache-control"] == "no-store"
    assert client.get("/", headers={"host": "localhost"}).headers["referrer-policy"] == "no-referrer"


def test_the_access_log_holds_no_question() -> None:
    record = logging.LogRecord(
        "uvicorn.access",
        logging.INFO,
        "",
        0,
        '%s - "%s %s HTTP/%s" %d',
        ("::1", "GET", "/ask?q=secret+words", "1.1", 200),
        None,
    )
    assert NoQuestions().filter(record) is True
    assert "secret" not in record.getMessage() and "/ask" in record.getMessage()
    create_app(scripted())
    assert [type(kept) for kept in logging.getLogger("uvicorn.access").filters].count(NoQuestions) == 1


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "127.0.0.53", "LOCALHOST"]
)
def test_this_machine_is_answered(client: TestClient, host: str) -> None:
    assert client.get("/about", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.0.0.5", "", "127.0.0.1.evil.example", "[::2]"]
)
def test_other_names_are_refused(client: TestClient, host: str) -> None:
    refused = client.get("/about", headers={"host": host})
    assert refused.status_code == 400
    assert refused.json()["error"]["kind"] == "unknown_host"


def test_the_operator_may_add_names(service: FakeService) -> None:
    named = TestClient(create_app(service, hosts=("Library.example",)), base_url="http://library.example:8080")
    assert named.get("/about").status_code == 200
    assert named.get("/about", headers={"host": "other.example"}).status_code == 400
    every = TestClient(create_app(service, hosts=("*",)), base_url="http://any.example")
    assert every.get("/about").status_code == 200
    assert host_name("[::1]:80") == "::1" and is_loopback("::1") and not is_loopback("example")


@pytest.mark.parametrize(
    ("path", "status"), [("/nothing", 404), ("/documents/nothing", 404), ("/documents/river-kinds/versions/v9", 404)]
)
def test_an_error_page_helps(client: TestClient, path: str, status: int) -> None:
    html = page(client, path, status)
    assert words(html.css_first("h1")) == "That is not here"
    assert {"/", "/library"} <= {a.attributes["href"] for a in html.css("main a")}


def test_a_fault_has_a_page(client: TestClient, service: FakeService) -> None:
    def fall(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret detail")

    service.document = fall  # type: ignore[method-assign]
    failed = client.get("/documents/river-kinds")
    assert failed.status_code == 500
    assert "It is not anything that you did" in failed.text and "secret detail" not in failed.text
    assert failed.headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]


def test_head_is_answered_as_get(client: TestClient) -> None:
    for path in ("/", "/about", "/library"):
        found = client.head(path)
        assert (found.status_code, found.text) == (200, "")


def test_about_gives_the_numbers_of_the_country(service: FakeService) -> None:
    here = page(TestClient(create_app(service), base_url=LOCAL), "/about")
    assert "call 911" in words(here.css_first("main"))
    service.numbers = INTERNATIONAL
    service.settings = replace(service.settings, country=None)
    anywhere = words(page(TestClient(create_app(service), base_url=LOCAL), "/about").css_first("main"))
    assert "local emergency number" in anywhere and "findahelpline.com" in anywhere


def test_static_files_are_named_by_their_content(client: TestClient) -> None:
    text = client.get("/").text
    addresses = set(re.findall(r'"(/static/[^"]+)"', text))
    css = next(address for address in addresses if address.endswith(".css"))
    style = client.get(css)
    assert style.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashlib.sha256(style.content).hexdigest().startswith(css.split("/")[2])
    fonts = re.findall(r'url\("([^"]+)"\)', style.text)
    assert fonts and all(client.get(address).status_code == 200 for address in fonts)
    assert client.get(css.replace("waymark.css", "other.css")).status_code == 404
    assert client.get("/static/000000000000/waymark.css").status_code == 404
    assert client.get("/static/000000000000/..%2f..%2fapplication.py").status_code == 404
    plain = client.get(css, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text == style.text


def test_vendored_files_are_as_they_came() -> None:
    listed = re.findall(
        r"^\| `([^`]+)` \|.*\| [^|]*`([^`]+\.txt)` \| `([0-9a-f]{64})` \|$",
        (STATIC / "VENDORED.md").read_text("utf-8"),
        re.M,
    )
    assert {name for name, _, _ in listed} == {
        p.name for p in STATIC.iterdir() if p.suffix == ".woff2" or p.name == "htmx.min.js"
    }
    for name, licence, digest in listed:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name
        assert (STATIC / licence).stat().st_size > 500


def test_the_pages_are_described_to_nobody_else(client: TestClient) -> None:
    described = json.dumps(client.get("/api/v1/openapi.json").json())
    assert '"/ask"' not in described
    assert client.get("/docs").status_code == 404


# Bodies of every kind -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "",
        "Only words.",
        "- a\n\n- b\n\n\n- c",
        "- a\n  1. b\n  2. c\n     - d\n- e\n\n  f\n\n1. g\n3. h",
        "- - - deep",
        "5. five\n6. six\n- other",
        "### Third first\n\n# First later\n\n##### Fifth\n\ntext",
        "| a | b |\n| --- | --- |\n|  | x |\n| y |  |\n\n| c | d |\n| --- | --- |\n| e | f |",
        '**bold *both* bold** `code <b>` [a *link* b](https://x.example/?a=1&b="2") end',
        "[**start** middle](https://x.example) and [in](/page) and [out](mailto:a@x.example)",
        "a\u00a0b \U0001f600 e\u0301 \u202eabc",
    ],
)
def test_no_word_is_lost_whatever_the_structure(source: str) -> None:
    body = normalise(source)
    html = str(render(body, Shelf([], []).resolver("https://river.example/x")).html)
    assert html_words(html) == body_words(body)
    assert_balanced(html)
    for start in range(0, len(body.text), 3):
        for end in range(start + 1, len(body.text) + 1, 5):
            cut = str(render_slice(body, start, end))
            assert_balanced(cut)
            marked = str(render(body, quote=(start, end)).html)
            assert html_words(marked) == body_words(body)
            assert_balanced(marked)


def assert_balanced(html: str) -> None:
    open_tags: list[str] = []
    for closing, tag in re.findall(r"<(/?)([a-z0-9]+)[^>]*>", html):
        if closing:
            assert open_tags and open_tags.pop() == tag, html
        else:
            open_tags.append(tag)
    assert open_tags == [], html


@pytest.mark.corpus
def test_real_documents_lose_no_word(seeds: Path) -> None:
    for path in sorted((seeds.parent / "corpus" / "nci" / "coping").glob("*.md"))[:40]:
        body = normalise(path.read_text("utf-8").split("\n---\n", 1)[-1])
        assert html_words(str(render(body).html)) == body_words(body), path.name


def test_a_page_is_packed_for_who_takes_it_and_says_the_same(client: TestClient) -> None:
    packed = client.get("/about", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/about", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert "accept-encoding" in packed.headers["vary"].lower() and "accept-encoding" in plain.headers["vary"].lower()
