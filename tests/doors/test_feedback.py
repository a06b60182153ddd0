"""What a person says of an answer, at each door: without a script, without a cookie, the question only with consent."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_service import FEVER, TODAY, FakeService, made, scripted
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from waymark.app.cli.main import run
from waymark.app.reports.keeping import Kind
from waymark.app.web.application import create_app
from waymark.app.web.pace import Pace
from waymark.app.wiring import Waymark
from waymark.library.document import Status
from waymark.settings import Settings

KINDS = "Which kinds are there?"
NOW = [datetime(2026, 11, 21, 12, tzinfo=UTC)]


@pytest.fixture
def service() -> FakeService:
    return scripted()


@pytest.fixture
def client(service: FakeService) -> TestClient:
    NOW[0] = datetime(2026, 11, 21, 12, tzinfo=UTC)
    app = create_app(service, today=lambda: TODAY, clock=lambda: NOW[0])
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


def form_of(client: TestClient, which: str, question: str = KINDS, root: str = "") -> dict[str, str]:
    """Return the fields that a form of an answer's page carries."""
    form = HTMLParser(client.get(f"{root}/ask", params={"q": question}).text).css_first(f"form.{which}")
    assert form is not None and form.attributes["method"] == "post"
    return {
        field.attributes["name"]: field.attributes.get("value") or ""
        for field in form.css("input[type=hidden]")
        if field.attributes["name"]
    }


def words(text: str) -> str:
    return " ".join(HTMLParser(text).css_first("main").text().split())


def test_yes_and_no_are_kept_without_the_question(client: TestClient, service: FakeService) -> None:
    fields = form_of(client, "helped")
    assert set(fields) == {"note"}, "the form that says yes or no does not carry the question at all"
    sent = client.post("/feedback", data={**fields, "kind": "helped", "comment": "clear"})
    assert sent.status_code == 303
    page = client.get(sent.headers["location"])
    assert "Not your question" in words(page.text) and "set-cookie" not in page.headers
    (kept,) = service.reports.all()
    assert (kept.report.kind, kept.report.words.comment, kept.report.words.question) == (Kind.HELPED, "clear", "")


def test_a_report_keeps_the_question_only_where_the_line_is_ticked(client: TestClient, service: FakeService) -> None:
    fields = form_of(client, "report")
    first = client.post("/feedback", data={**fields, "kind": "wrong", "comment": "Not my cancer."})
    assert "Your question is not kept." in words(client.get(first.headers["location"]).text)
    (kept,) = service.reports.all()
    assert kept.report.words.question == "" and kept.report.words.asked == {}
    fields = form_of(client, "report")
    second = client.post("/feedback", data={**fields, "kind": "harmful", "keep": "1"})
    assert "Your question is kept with it, as you allowed." in words(client.get(second.headers["location"]).text)
    kept = service.reports.get(second.headers["location"].rsplit("/", 1)[1])
    assert kept.report.words.question == KINDS and kept.report.words.asked == {"language": "en"}
    assert [place.document for place in kept.report.shown.places] == [
        "river-kinds",
        "river-second-opinions",
        "waymark-questions",
    ]


def test_another_question_cannot_be_slipped_in(client: TestClient, service: FakeService) -> None:
    fields = {**form_of(client, "report"), "q": "Something else", "kind": "wrong", "keep": "1"}
    assert client.post("/feedback", data=fields).status_code == 422
    assert service.reports.all() == []


def test_an_urgent_notice_is_in_the_report(client: TestClient, service: FakeService) -> None:
    client.post("/feedback", data={**form_of(client, "report", FEVER), "kind": "urgent_sign"})
    (kept,) = service.reports.all()
    assert kept.report.shown.urgent["sign"] and kept.report.shown.urgent["table"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"origin": "http://localhost"}, 303),
        ({}, 303),
    ],
)
def test_a_form_of_another_site_is_refused(
    client: TestClient, service: FakeService, headers: dict[str, str], status: int
) -> None:
    sent = client.post("/feedback", data={**form_of(client, "helped"), "kind": "helped"}, headers=headers)
    assert sent.status_code == status and len(service.reports.all()) == (status == 303)
    if status == 403:
        assert "another site" in words(sent.text) and "form.helped" not in sent.text


@pytest.mark.parametrize("kind", ["", "nonsense", "WRONG", "<script>"])
def test_what_is_not_said_is_asked_again_and_nothing_typed_is_lost(
    client: TestClient, service: FakeService, kind: str
) -> None:
    fields = {**form_of(client, "report"), "kind": kind, "comment": "A line\nof <b>mine</b>", "keep": "1"}
    again = client.post("/feedback", data=fields)
    assert again.status_code == 422 and service.reports.all() == []
    html = HTMLParser(again.text)
    assert html.css_first("textarea").text() == "A line\nof <b>mine</b>"
    assert "checked" in html.css_first("#keep-question").attributes
    carried = {f.attributes["name"]: f.attributes["value"] for f in html.css("form.report input[type=hidden]")}
    assert client.post("/feedback", data={**carried, "kind": "wrong", "comment": "x"}).status_code == 303


@pytest.mark.parametrize("note", ["", "x", "a.b", "é", "A" * 40_000])
def test_a_note_that_is_not_ours_keeps_nothing(client: TestClient, service: FakeService, note: str) -> None:
    assert client.post("/feedback", data={"note": note, "kind": "wrong"}).status_code == 422
    assert service.reports.all() == []


def test_strange_requests_are_no_error(client: TestClient, service: FakeService) -> None:
    assert client.post("/feedback", content=b"\xff\xfe\x00", headers={"content-type": "text/plain"}).status_code == 422
    assert client.post("/feedback", content=b"x" * 70_000).status_code == 413
    many = {f"f{at}": "x" for at in range(200)}
    assert client.post("/feedback", data={**many, "kind": "wrong"}).status_code in (400, 422)
    assert client.post("/feedback", files={"kind": ("a.txt", b"wrong")}).status_code in (400, 422)
    assert client.get("/feedback").status_code == 405
    for name in ("nothing", "..%2f..%2fetc", "0" * 16, "a" * 500):
        assert client.get(f"/feedback/{name}").status_code == 404
    assert service.reports.all() == []


def test_too_long_and_too_old(client: TestClient, service: FakeService) -> None:
    fields = form_of(client, "report")
    sent = client.post("/feedback", data={**fields, "kind": "wrong", "comment": "x" * 2_001})
    assert sent.status_code == 422 and "2,000" in words(sent.text)
    NOW[0] += timedelta(days=15)
    assert client.post("/feedback", data={**fields, "kind": "wrong"}).status_code == 422
    assert service.reports.all() == []


def test_sending_twice_keeps_once(client: TestClient, service: FakeService) -> None:
    fields = {**form_of(client, "report"), "kind": "wrong"}
    places = {client.post("/feedback", data=fields).headers["location"] for _ in range(3)}
    assert len(places) == 1 and len(service.reports.all()) == 1


def test_one_place_cannot_send_without_end(client: TestClient, service: FakeService) -> None:
    statuses = [
        client.post("/feedback", data={**form_of(client, "report"), "kind": "wrong", "comment": str(at)}).status_code
        for at in range(22)
    ]
    assert statuses.count(303) == 20 and statuses[-1] == 429
    assert len(service.reports.all()) == 20


def test_the_pace_forgets_after_a_while_and_counts_all_places() -> None:
    now = [0.0]
    pace = Pace(each=2, whole=3, seconds=10, clock=lambda: now[0])
    assert [pace.take(place) for place in ("a", "a", "a", "b", "c")] == [True, True, False, True, False]
    now[0] = 10.0
    assert pace.take("a")
    assert pace.take("192.0.2.1") and "192.0.2.1" not in repr(vars(pace))


def test_where_nothing_can_be_kept_nothing_is_asked(client: TestClient, service: FakeService, monkeypatch: Any) -> None:
    from waymark.errors import StorageRefused

    def refused(*_: Any) -> str:
        raise StorageRefused("No.", "")

    monkeypatch.setattr(service.reports.seal, "sealed", refused)
    html = HTMLParser(client.get("/ask", params={"q": KINDS}).text)
    assert html.css("form.helped, form.report") == [] and len(html.css("figure.quotation")) == 3


def test_in_spanish(client: TestClient, service: FakeService) -> None:
    fields = form_of(client, "report", "¿Qué es?", "/es")
    sent = client.post("/es/feedback", data={**fields, "kind": "wrong", "keep": "1"})
    assert sent.headers["location"].startswith("/es/feedback/")
    assert "Gracias" in words(client.get(sent.headers["location"]).text)
    (kept,) = service.reports.all()
    assert kept.report.shown.language == "es"


# The API ------------------------------------------------------------------------------------------------------------------


def test_a_program_reports_what_it_showed(client: TestClient, service: FakeService) -> None:
    places = list(_places(service))
    body = {"question": KINDS, "kind": "wrong", "shown": places, "comment": "No."}
    kept = client.post("/api/v1/feedback", json=body).json()
    assert kept["vouched"] is False and kept["question_kept"] is False
    report = service.reports.get(kept["id"]).report
    assert len(report.shown.places) == 1 and report.words.question == ""
    asked = client.post("/api/v1/feedback", json={"question": KINDS, "kind": "helped", "keep_question": True}).json()
    assert asked["vouched"] is True and service.reports.get(asked["id"]).report.words.question == KINDS


def test_a_program_learns_nothing_of_a_draft(client: TestClient, service: FakeService) -> None:
    draft = made("river-draft", "Not yet", "# Not yet\n\nNobody has read this yet.\n", status=Status.DRAFT)
    service.kept[draft.id, "v1"], service.current[draft.id] = draft, "v1"
    sent = {
        "question": KINDS,
        "kind": "wrong",
        "shown": [{"document": draft.id, "version": "v1", "start": 0, "end": 5}],
    }
    there = client.post("/api/v1/feedback", json=sent)
    sent["shown"][0]["document"] = "river-nothing"  # type: ignore[index]
    not_there = client.post("/api/v1/feedback", json=sent)
    assert there.status_code == not_there.status_code == 404
    assert there.text.replace("river-draft", "river-nothing") == not_there.text


def _places(service: FakeService) -> Iterator[dict[str, Any]]:
    given = service.ask(KINDS)
    each = given.quotations[0]
    yield {"document": each.card.id, "version": each.card.version, "start": each.start, "end": each.end}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": "other"}, 422),
        ({"comment": "x" * 2_001}, 422),
        ({"shown": [{"document": "river-kinds", "version": "v9", "start": 0, "end": 5}]}, 404),
        ({"shown": [{"document": "river-kinds", "version": "v1", "start": 0, "end": 500_000}]}, 422),
        ({"shown": [{"document": "river-kinds", "version": "v1", "start": 9, "end": 3}]}, 422),
        ({"shown": [{"document": "river-kinds", "version": "v1", "start": -1, "end": 3}]}, 422),
        ({"shown": "all"}, 422),
        ({"more": 1}, 422),
        ({"question": ""}, 422),
    ],
)
def test_a_program_that_sends_something_else_is_told(
    client: TestClient, service: FakeService, change: dict[str, Any], status: int
) -> None:
    sent = client.post("/api/v1/feedback", json={"question": KINDS, "kind": "wrong", **change})
    assert sent.status_code == status and sent.json()["error"]["say"]
    assert service.reports.all() == []


# The command line, over a real library --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports") / "library"
    Waymark.open(Settings(library=folder, country="US", encode=False)).close()
    return folder


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    code = run([*arguments, "--json"])
    said = capsys.readouterr().out
    assert code == 0, said
    return json.loads(said)


def test_a_report_from_its_beginning_to_its_end(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYMARK_LIBRARY", str(place))
    monkeypatch.setenv("USER", "L. Brook")
    monkeypatch.delenv("WAYMARK_COUNTRY", raising=False)
    question = "What does the r in front of my stage mean?"
    shown = told(capsys, "ask", question)
    kept = told(capsys, "report", question, "--say", "The r is missing.", "--keep-question")["id"]
    (listed,) = told(capsys, "reports")["reports"]
    assert (listed["id"], listed["state"], listed["question"]) == (kept, "new", question)

    again = told(capsys, "replay", kept)
    assert [each["text"] for each in again["shown"]["quotations"]] == [each["text"] for each in shown["quotations"]]
    assert again["differences"] == [] and again["faults"] == [] and again["today"] is not None
    assert again["surroundings"]["index"]["rows"] > 100 and again["surroundings"]["urgent_table"]

    document = shown["quotations"][0]["document"]["id"]
    uses = told(capsys, "uses", document)["uses"]
    assert [(use["kind"], use["name"]) for use in uses] == [("saved answer", kept)]
    assert run(["withdraw", document, "--why", "it is wrong"]) == 0
    assert kept in capsys.readouterr().out, "a withdrawal lists the saved answers that quoted it"

    later = told(capsys, "replay", kept)
    assert [each["text"] for each in later["shown"]["quotations"]] == [each["text"] for each in shown["quotations"]]
    whats = {each["what"] for each in later["differences"]}
    assert {"withdrawn", "quotation_gone"} <= whats
    assert any(each["name"] == "library.generation" for each in later["changed_since"])
    assert run(["replay", kept[:8]]) == 0
    said = capsys.readouterr().out
    assert "has been withdrawn since" in said and shown["quotations"][0]["text"].split()[0] in said

    assert run(["reports", "settle", kept]) == 2, "to settle needs a reason"
    assert run(["reports", "settle", kept, "--why", "withdrawn"]) == 0
    assert run(["reports", "settle", kept, "--why", "again"]) == 3
    assert run(["reports", "seen", kept]) == 0
    assert run(["reports", "erase", kept, "--why", "asked to"]) == 0
    assert run(["replay", "ffffffff"]) == 4
    capsys.readouterr()
    (listed,) = told(capsys, "reports", "--all")["reports"]
    assert (listed["question"], listed["comment"], listed["words_erased"]) == (None, None, True)
    assert told(capsys, "replay", kept)["today_cause"] == "question not kept"
    assert run(["verify"]) == 0
