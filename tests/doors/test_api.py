"""The HTTP API gives the promised shapes, says errors as sentences, and is guarded."""

import inspect
import json
from typing import Any

import pytest
from fake_service import FEVER, TODAY, FakeService, scripted
from fastapi.testclient import TestClient

from waymark import errors
from waymark.answering.response import response_json
from waymark.app.web.api import (
    LONGEST_QUESTION,
    STATUS_OF,
    AskAnswer,
    DocumentAnswer,
    HealthAnswer,
    SearchAnswer,
    WithdrawnAnswer,
)
from waymark.app.web.application import create_app
from waymark.app.web.guard import LONGEST_BODY
from waymark.app.wiring import Part
from waymark.errors import EncoderDamaged, IndexMissing, IndexStale, UsageError
from waymark.record import errors as record_errors


@pytest.fixture
def service() -> FakeService:
    return scripted()


@pytest.fixture
def client(service: FakeService) -> TestClient:
    return TestClient(
        create_app(service, today=lambda: TODAY), base_url="http://localhost", raise_server_exceptions=False
    )


def error_of(response: Any) -> dict[str, str]:
    body = response.json()["error"]
    assert set(body) == {"kind", "say", "next_step"}
    assert body["say"].endswith((".", "?"))
    return body


def test_every_error_has_a_status() -> None:
    modules = (errors, record_errors)
    tree = {
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, errors.WaymarkError)
    }
    assert set(STATUS_OF) == tree
    assert all(400 <= status < 600 for status in STATUS_OF.values())
    assert all(STATUS_OF[kind] == 503 for kind in tree if issubclass(kind, errors.Damaged))


def test_ask_gives_the_shape_of_the_command(client: TestClient, service: FakeService) -> None:
    found = client.post("/api/v1/ask", json={"question": "Which kinds are there?", "audience": "patient", "lang": "en"})
    assert found.status_code == 200
    assert found.json() == json.loads(json.dumps(response_json(service.script["Which kinds are there?"])))
    AskAnswer.model_validate(found.json())
    assert service.asked[-1] == {
        "question": "Which kinds are there?",
        "audience": "patient",
        "cancer": None,
        "language": "en",
        "on": TODAY,
    }


def test_a_quotation_is_a_slice_of_the_body_that_the_api_gives(client: TestClient) -> None:
    for quotation in client.post("/api/v1/ask", json={"question": "Which kinds are there?"}).json()["quotations"]:
        document = client.get(f"/api/v1/documents/{quotation['document']['id']}").json()
        assert document["body"][quotation["start"] : quotation["end"]] == quotation["text"]
        assert document["content_hash"] == quotation["document"]["content_hash"]


def test_a_decline_is_a_success(client: TestClient) -> None:
    found = client.post("/api/v1/ask", json={"question": "How long do I have?"})
    assert found.status_code == 200
    assert found.json()["status"] == "declined"
    assert found.json()["decline"]["reason"] == "needs_your_team"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": ""},
        {"question": "x" * (LONGEST_QUESTION + 1)},
        {"question": "q", "audience": "everybody"},
        {"question": "q", "other": 1},
        {"question": ["q"]},
        [],
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(client: TestClient, service: FakeService, body: Any) -> None:
    refused = client.post("/api/v1/ask", json=body)
    assert refused.status_code == 422
    assert error_of(refused)["next_step"]
    assert service.asked == []


def test_the_longest_question_is_taken(client: TestClient) -> None:
    assert client.post("/api/v1/ask", json={"question": "x" * LONGEST_QUESTION}).status_code == 200


def test_a_body_that_is_no_json_is_refused(client: TestClient) -> None:
    refused = client.post("/api/v1/ask", content=b"{", headers={"content-type": "application/json"})
    assert refused.status_code == 422
    assert "JSON" in error_of(refused)["say"]


def test_an_error_of_the_service_is_said_with_its_kind(client: TestClient, service: FakeService) -> None:
    service.script["broken"] = IndexMissing("The library has no index yet.", "Run: waymark index")
    service.script["odd"] = UsageError("That cannot be read.", "Write it in other words.")
    broken, odd = (client.post("/api/v1/ask", json={"question": question}) for question in ("broken", "odd"))
    assert (broken.status_code, odd.status_code) == (503, 422)
    assert error_of(broken) == {
        "kind": "index_missing",
        "say": "The library has no index yet.",
        "next_step": "Run: waymark index",
    }
    assert error_of(odd)["kind"] == "usage_error"


def test_an_urgent_sign_is_told_although_the_index_is_broken(client: TestClient, service: FakeService) -> None:
    service.script[FEVER] = IndexStale("The index is behind.", "Run: waymark index")
    broken = client.post("/api/v1/ask", json={"question": FEVER})
    assert broken.status_code == 503
    assert broken.json()["urgent"]["level"] in ("emergency", "same_day")
    assert set(broken.json()["urgent"]) == {"sign", "level", "say", "source"}


def test_search_gives_ranked_passages(client: TestClient) -> None:
    found = client.get("/api/v1/search", params={"q": "second opinion", "k": 1})
    assert found.status_code == 200
    SearchAnswer.model_validate(found.json())
    assert set(found.json()) == {"query", "passages", "took_ms"}
    (passage,) = found.json()["passages"]
    assert set(passage) == {"text", "start", "end", "section", "document", "score"}


@pytest.mark.parametrize("query", ["", "?q=", "?q=x&k=0", "?q=x&k=201", "?q=x&k=many", "?k=3", "?q=" + "x" * 2001])
def test_a_search_that_cannot_be_is_refused(client: TestClient, query: str) -> None:
    assert error_of(client.get(f"/api/v1/search{query}"))
    assert client.get(f"/api/v1/search{query}").status_code == 422


def test_a_document_is_given_with_record_body_and_history(client: TestClient, service: FakeService) -> None:
    shown = client.get("/api/v1/documents/river-kinds")
    assert shown.status_code == 200
    DocumentAnswer.model_validate(shown.json())
    assert shown.json()["body"] == service.document("river-kinds").body.text
    assert shown.json()["record"]["title"] == "Kinds of return"
    assert shown.json()["history"][0]["actor"] == "R. Ford"
    assert [version["version"] for version in shown.json()["versions"]] == ["v1"]


def test_an_older_version_says_what_it_is(client: TestClient) -> None:
    older = client.get("/api/v1/documents/river-changed", params={"version": "v1"}).json()
    assert (older["version"], older["status"]) == ("v1", "superseded")


def test_a_withdrawn_document_says_so_and_gives_out_no_text_of_any_version(client: TestClient) -> None:
    for version in (None, "v1", "v2"):
        answer = client.get("/api/v1/documents/river-old", params={"version": version} if version else {})
        assert answer.status_code == 410
        said = WithdrawnAnswer.model_validate(answer.json())
        assert (said.status, said.title) == ("withdrawn", "Old advice")
        assert "This text was" not in answer.text


def test_a_withdrawal_shows_although_the_text_is_kept_in_memory(client: TestClient, service: FakeService) -> None:
    from dataclasses import replace

    from waymark.library.document import Status

    kept = service.document("river-kinds")
    service.versions = lambda document_id: [replace(kept.card, status=Status.WITHDRAWN)]  # type: ignore[method-assign]
    assert client.get("/api/v1/documents/river-kinds").json()["status"] == "withdrawn"
    page = client.get("/documents/river-kinds")
    assert page.status_code == 410 and "This document was withdrawn" in page.text
    assert "Doctors name" not in page.text


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for path in ("/api/v1/documents/nothing", "/api/v1/nothing", "/api/v1/documents/river-kinds?version=v9"):
        missing = client.get(path)
        assert missing.status_code == 404
        assert error_of(missing)["kind"] == "not_found"
    assert client.get("/api/v1/ask").status_code == 405
    assert error_of(client.get("/api/v1/ask"))["kind"] == "method_not_allowed"


def test_health_names_each_part(client: TestClient) -> None:
    found = client.get("/api/v1/health")
    assert found.status_code == 200
    HealthAnswer.model_validate(found.json())
    assert found.json()["ok"] is True
    assert {"library", "index", "encoder"} <= set(found.json())


def test_health_is_503_with_what_mends_it(client: TestClient, service: FakeService) -> None:
    service.broken["index"] = Part(False, "The index is missing.", "Run: waymark index")
    found = client.get("/api/v1/health")
    assert found.status_code == 503
    assert found.json()["index"] == {
        "ok": False,
        "say": "The index is missing.",
        "mend": "Run: waymark index",
        "detail": {},
    }
    assert found.json()["library"]["ok"] is True


def test_a_fault_without_a_name_is_a_sentence_and_no_trace(client: TestClient, service: FakeService) -> None:
    def fall(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret detail")

    service.ask = fall  # type: ignore[method-assign]
    failed = client.post("/api/v1/ask", json={"question": "q"})
    assert failed.status_code == 500
    assert error_of(failed)["kind"] == "internal_error"
    assert "secret detail" not in failed.text
    assert failed.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_long_body_is_refused_whether_declared_or_not(client: TestClient, service: FakeService) -> None:
    declared = client.post("/api/v1/ask", content=b" " * (LONGEST_BODY + 1))
    assert declared.status_code == 413

    def pieces() -> Any:
        for _ in range(80):
            yield b" " * 1024

    undeclared = client.post("/api/v1/ask", content=pieces(), headers={"content-type": "application/json"})
    assert undeclared.status_code == 413
    assert error_of(undeclared)["kind"] == "too_long"
    assert service.asked == []


def test_encoder_damage_is_a_503(client: TestClient, service: FakeService) -> None:
    service.script["q"] = EncoderDamaged("The encoder's files are altered.", "Install Waymark anew.")
    assert client.post("/api/v1/ask", json={"question": "q"}).status_code == 503


def test_the_description_holds_every_path_and_status(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/v1/ask",
        "/api/v1/search",
        "/api/v1/documents/{document_id}",
        "/api/v1/glossary/{word}",
        "/api/v1/health",
        "/api/v1/feedback",
        "/api/v1/plain",
    }
    ask = described["paths"]["/api/v1/ask"]["post"]
    assert {"200", "413", "422", "503"} <= set(ask["responses"])
    assert ask["responses"]["422"]["content"]["application/json"]["schema"]["$ref"].endswith("/Error")
    question = described["components"]["schemas"]["AskQuestion"]["properties"]["question"]
    assert question["maxLength"] == LONGEST_QUESTION
