"""The pages in Spanish, over a library of the starter collection: whole pages, no English left on them, languages marked."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from waymark.app.web.application import EXAMPLES, create_app
from waymark.app.wiring import Waymark
from waymark.languages.texts import texts
from waymark.settings import Settings

TODAY = date(2026, 11, 25)
SPANISH_QUESTION = "¿Cómo pido una segunda opinión?"
ONLY_IN_ENGLISH = "¿Qué es un glioblastoma?"
FEVER = "tengo fiebre de 39 después de la quimio"
HOW_LONG = "¿cuánto tiempo me queda de vida?"
NOT_HEALTH = "¿Cómo cambio una llanta?"
ADDRESSES = {
    "ask": "/es",
    "answer": f"/es/ask?q={SPANISH_QUESTION}",
    "answer from English documents": f"/es/ask?q={ONLY_IN_ENGLISH}",
    "urgent": f"/es/ask?q={FEVER}",
    "team": f"/es/ask?q={HOW_LONG}",
    "not about health": f"/es/ask?q={NOT_HEALTH}",
    "narrowed": f"/es/ask?q={SPANISH_QUESTION}&audience=patient&cancer=breast",
    "too long": "/es/ask?q=" + "a" * 2001,
    "no such cancer": f"/es/ask?q={SPANISH_QUESTION}&cancer=zzz",
    "library": "/es/library",
    "library, two filters": "/es/library?language=es&topic=recurrence",
    "library, nothing": "/es/library?q=zzzz",
    "about": "/es/about",
    "document": "/es/documents/waymark-es-when-to-call-right-away",
    "older place": "/es/documents/waymark-es-restaging?start=99990&end=99999",
    "document in English": "/es/documents/waymark-pain",
    "missing page": "/es/nothing",
    "missing document": "/es/documents/nothing",
}
# Words that English pages are full of and Spanish has not.
_ENGLISH = frozenset(
    """the of and with for from this that these those you your are was were be been has have had not what which who when where
    why how about there here it its they their our we all any each other into by on at or if then than more less look looked read
    write written published page pages document documents question questions answer answers ask search found show copy print
    credit licence version review reviewed language languages people health cancer's broken wrong run""".split()
)
_NAMES = (
    "Waymark",
    "English",
    "Apache",
    "988 Suicide & Crisis Lifeline",
    "findahelpline.com",
    "Run",
    "NCI",
    "NHS",
    "PDQ",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    service = Waymark.open(Settings(library=tmp_path_factory.mktemp("spanish") / "library", country="US"))
    yield TestClient(create_app(service, today=lambda: TODAY), base_url="http://localhost", follow_redirects=False)
    service.close()


def page(client: TestClient, address: str, **headers: str) -> HTMLParser:
    return HTMLParser(client.get(address, headers=headers).text)


def spoken_in_spanish(node: Node) -> Iterator[str]:
    """Yield the texts under a node that are marked as Spanish, and the texts of attributes that are read out."""
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            yield child.text()
        elif child.tag not in ("script", "style") and child.attributes.get("lang", "es") == "es":
            for name in ("aria-label", "data-working", "data-done", "data-failed", "data-stop", "placeholder", "title"):
                if child.attributes.get(name):
                    yield str(child.attributes[name])
            yield from spoken_in_spanish(child)


@pytest.mark.parametrize("name", ADDRESSES)
def test_no_english_is_left(client: TestClient, name: str) -> None:
    html = page(client, ADDRESSES[name])
    assert html.css_first("html").attributes["lang"] == "es"
    said = " ".join(" ".join(spoken_in_spanish(html.css_first("html"))).split())
    assert len(said.split()) > 25
    for known in _NAMES:
        said = said.replace(known, " ")
    said = re.sub(r"https?://\S+|waymark[\w:/-]*|/api\S*|«waymark»", " ", said)
    left = [word for word in re.findall(r"[A-Za-z']+", said) if word.lower() in _ENGLISH]
    assert left == [], said


def test_the_test_would_find_english(client: TestClient) -> None:
    html = page(client, "/library")
    said = " ".join(" ".join(spoken_in_spanish(html.css_first("body"))).split())
    assert [word for word in said.split() if word.lower() in _ENGLISH]


def test_examples_are_answered_in_spanish(client: TestClient) -> None:
    links = page(client, "/es").css(".examples a")
    assert [link.text() for link in links] == [texts("es").say(example) for example in EXAMPLES]
    for link in links:
        answer = page(client, link.attributes["href"])
        assert answer.css("figure.quotation"), link.text()
        assert answer.css_first("blockquote").attributes.get("lang") in (None, "es")


def test_a_spanish_question_on_the_english_page_leads_to_the_spanish_one(client: TestClient) -> None:
    moved = client.get("/ask", params={"q": SPANISH_QUESTION, "audience": "patient", "cancer": ""})
    assert moved.status_code == 303
    to = urlsplit(moved.headers["location"])
    assert to.path == "/es/ask" and parse_qs(to.query) == {"q": [SPANISH_QUESTION], "audience": ["patient"]}
    stays = client.get("/ask", params={"q": "How do I get a second opinion?"})
    assert stays.status_code == 200


def test_whoever_wants_the_english_page_keeps_it(client: TestClient) -> None:
    """The switch on the Spanish page names the language, so that it does not lead back at once."""
    spanish = page(client, f"/es/ask?q={SPANISH_QUESTION}")
    english = spanish.css_first("a.switch").attributes["href"]
    assert parse_qs(urlsplit(english).query)["lang"] == ["en"]
    html = page(client, english)
    assert html.css_first("html").attributes["lang"] == "en"
    assert html.css_first("h1").attributes["lang"] == "es"
    back = html.css_first("a.switch").attributes["href"]
    assert back.startswith("/es/ask?") and "lang" not in parse_qs(urlsplit(back).query)


def test_a_spanish_browser_is_offered_spanish_and_not_sent_there(client: TestClient) -> None:
    first = client.get("/", headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})
    assert first.status_code == 200 and "Accept-Language" in first.headers["Vary"]
    html = HTMLParser(first.text)
    assert html.css_first("html").attributes["lang"] == "en"
    offer = html.css_first(".offer a")
    assert (offer.text(), offer.attributes["href"], offer.attributes["lang"]) == (
        "Ver esta página en español",
        "/es",
        "es",
    )
    assert not page(client, "/", **{"Accept-Language": "en-US"}).css(".offer")
    assert not page(client, "/es", **{"Accept-Language": "es"}).css(".offer")


def test_the_switch_keeps_the_page(client: TestClient) -> None:
    for address in ("/library?q=recurrence&page=1", "/about", "/documents/waymark-pain?start=3&end=9"):
        link = page(client, address).css_first("a.switch").attributes["href"]
        assert link == f"/es{address}"
        assert page(client, link).css_first("a.switch").attributes["href"] == address


def test_a_document_leads_to_itself_in_the_other_language(client: TestClient) -> None:
    html = page(client, "/documents/waymark-palliative-care")
    there = html.css_first(".doc-note a[hreflang]")
    assert there.attributes["href"] == "/es/documents/waymark-es-palliative-care"
    assert (there.attributes["lang"], there.text()) == ("es", "Leer este documento en español")
    assert html.css_first("a.switch").attributes["href"] == "/es/documents/waymark-es-palliative-care"
    back = page(client, there.attributes["href"])
    assert back.css_first("a.switch").attributes["href"] == "/documents/waymark-palliative-care"
    assert back.css_first("article").attributes["lang"] == "es"


def test_english_words_on_a_spanish_page_are_said_to_be_english(client: TestClient) -> None:
    html = page(client, f"/es/ask?q={ONLY_IN_ENGLISH}")
    quotation = html.css_first("figure.quotation")
    assert quotation.css_first("blockquote").attributes["lang"] == "en"
    assert quotation.css_first("cite").attributes["lang"] == "en"
    assert quotation.css_first(".tongue").text() == "Esta cita está en inglés."
    assert "Lo que sigue está en inglés" in html.css_first("main").text()
    own = page(client, f"/es/ask?q={SPANISH_QUESTION}").css_first("figure.quotation")
    assert own.css_first("blockquote").attributes.get("lang") in (None, "es") and not own.css(".tongue")


def test_urgent_words_come_in_spanish_first_of_all(client: TestClient) -> None:
    html = page(client, f"/es/ask?q={FEVER}")
    first = html.css_first("main > *")
    assert first.attributes["role"] == "alert"
    assert first.css_first("h2").text() in ("Busque ayuda ahora", "Llame hoy a su equipo médico")
    assert "temperatura" in first.css_first(".urgent-say").text()


def test_lists_begin_with_documents_in_the_readers_language(client: TestClient) -> None:
    spanish = [a.attributes.get("lang", "es") for a in page(client, "/es/library").css(".shelf a")]
    assert spanish[0] == "es" and spanish == sorted(spanish, key=lambda code: code != "es")
    english = [a.attributes.get("lang", "en") for a in page(client, "/library").css(".shelf a")]
    assert set(english) == {"en"}, "fifty of them fit before the first in another language"
    taken = [a.attributes["href"] for a in page(client, f"/es/ask?q={HOW_LONG}").css(".decline a")]
    assert taken and all("waymark-es-" in href for href in taken[:1])


def test_dates_and_names_of_cancers_are_spanish(client: TestClient) -> None:
    record = page(client, "/es/documents/waymark-es-restaging").css_first(".record").text()
    assert "25 de noviembre de 2026" in record
    kinds = [option.text() for option in page(client, "/es").css("#cancer option")]
    assert "Cáncer colorrectal" in kinds and kinds[0] == "Cualquiera"


def test_errors_over_http_are_said_in_the_callers_language(client: TestClient) -> None:
    asked = {"question": "hola", "cancer": "zzz", "lang": "es"}
    assert "no es un cáncer que Waymark conozca" in client.post("/api/v1/ask", json=asked).json()["error"]["say"]
    missing = client.get("/api/v1/documents/nothing", headers={"Accept-Language": "es"}).json()["error"]
    assert missing["say"] == "La biblioteca no tiene ningún documento publicado «nothing»."
    assert (
        client.get("/api/v1/documents/nothing")
        .json()["error"]["say"]
        .startswith("The library has no published document")
    )
    long = client.post("/api/v1/ask", json={"question": "a" * 2001}, headers={"Accept-Language": "es"}).json()["error"]
    assert "2,000 caracteres" in long["say"]


def test_lang_prefers_and_does_not_shut_out(client: TestClient) -> None:
    """Documents in the language come first, and where there are none the answer is not refused."""
    own = client.post("/api/v1/ask", json={"question": "second opinion", "lang": "es"}).json()
    assert own["status"] == "answered"
    other = client.post("/api/v1/ask", json={"question": ONLY_IN_ENGLISH, "lang": "es"}).json()
    assert other["status"] == "answered" and {q["document"]["language"] for q in other["quotations"]} == {"en"}
    declined = client.post("/api/v1/ask", json={"question": NOT_HEALTH}).json()
    assert declined["status"] == "declined" and "La biblioteca no tiene la respuesta" in declined["decline"]["say"]


def test_an_english_question_is_not_answered_from_spanish_documents(client: TestClient) -> None:
    for question in (
        "What is a second opinion?",
        "What does the r in front of my stage mean?",
        "Is palliative care giving up?",
    ):
        given = client.post("/api/v1/ask", json={"question": question}).json()
        assert {q["document"]["language"] for q in [*given["quotations"], *given["related"]]} <= {"en"}


def test_the_address_of_an_answer_can_be_read(client: TestClient) -> None:
    shown = page(client, f"/es/ask?q={SPANISH_QUESTION}").css_first(".address a")
    assert shown.text() == "http://localhost/es/ask?q=¿Cómo%20pido%20una%20segunda%20opinión?"
    assert HTMLParser(client.get(shown.attributes["href"]).text).css("figure.quotation")


def test_nothing_is_read_aloud_or_shared_without_being_asked(client: TestClient) -> None:
    html = page(client, f"/es/ask?q={SPANISH_QUESTION}")
    for button in html.css("button[data-speak], button[data-share], button[data-print], button[data-copy]"):
        assert "hidden" in button.attributes, "it shows where it works"
    assert html.css_first("button[data-speak]").attributes["data-speak"] == "es"
    copied = html.css_first(".pass-on button[data-copy]").attributes["data-copy"]
    assert copied.startswith(SPANISH_QUESTION) and "colección inicial de Waymark" in copied


def test_every_language_has_its_page(client: TestClient, tmp_path: Path) -> None:
    assert {a.attributes["hreflang"] for a in page(client, "/about").css(".languages a")} == {"es"}
