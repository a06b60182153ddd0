"""The Model Context Protocol: a client in a real process gets protocol messages and nothing else, in the API's own shapes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from waymark.app import mcp
from waymark.app.mcp import RESOURCE, Server
from waymark.app.web.api import AskAnswer, DocumentAnswer, SearchAnswer
from waymark.app.wiring import Waymark, starter_folder
from waymark.errors import IndexMissing
from waymark.library.catalogue import Catalogue
from waymark.settings import Settings

NAMES = ("kinds-of-recurrence", "second-opinions", "when-to-call-right-away")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with three documents of the starter collection."""
    folder = tmp_path_factory.mktemp("mcp") / "library"
    Catalogue.create(folder, "a test").close()
    service = Waymark.open(Settings(library=folder))
    service.add([starter_folder() / "en" / f"{name}.md" for name in NAMES], actor="a test")
    service.close()
    return folder


@pytest.fixture(scope="module")
def server(library: Path) -> Iterator[Server]:
    made = Server(lambda: Waymark.open(Settings(library=library)), "0")
    yield made
    made.close()


def ask(server: Server, method: str, **params: Any) -> Any:
    """Return the answer to one request."""
    answer = server.answer(json.dumps({"jsonrpc": "2.0", "id": "a", "method": method, "params": params}))
    assert answer is not None and "\n" not in answer and answer.isascii()
    message = json.loads(answer)
    assert message["jsonrpc"] == "2.0" and message["id"] == "a"
    return message


def call(server: Server, tool: str, **arguments: Any) -> Any:
    """Return the result of one tool."""
    return ask(server, "tools/call", name=tool, arguments=arguments)["result"]


# ------------------------------------------------------------------------------------------------------------- a client


class Client:
    """A client as the transport describes it: starts the server, writes lines, reads lines, closes its side to end it."""

    def __init__(self, library: Path) -> None:
        environment = {**os.environ, "WAYMARK_LIBRARY": str(library), "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "waymark.app.cli.main", "mcp"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.number = 0

    def send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self.process.stdin.flush()

    def request(self, method: str, **params: Any) -> Any:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        assert self.process.stdout is not None
        message = json.loads(self.process.stdout.readline())
        assert message["id"] == self.number
        return message["result"]

    def end(self) -> tuple[int, bytes]:
        """Close the server's input; return its exit code and what was left in its output."""
        rest, _ = self.process.communicate(timeout=60)
        return self.process.returncode, rest


def test_a_session(library: Path) -> None:
    client = Client(library)
    greeting = client.request(
        "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "test", "version": "1"}
    )
    assert greeting["protocolVersion"] == "2025-06-18"
    assert set(greeting["capabilities"]) == {"tools", "resources"}
    client.send({"method": "notifications/initialized"})
    assert client.request("ping") == {}
    assert [tool["name"] for tool in client.request("tools/list")["tools"]] == ["ask", "search", "show"]
    result = client.request("tools/call", name="ask", arguments={"question": "What is a local recurrence?"})
    assert not result["isError"]
    AskAnswer.model_validate(result["structuredContent"])
    code, rest = client.end()
    assert (code, rest) == (0, b"")


def test_notes_do_not_get_into_the_protocol(tmp_path: Path) -> None:
    """A library that has to be made first says so on standard error; standard output stays the protocol's."""
    client = Client(tmp_path / "new")
    result = client.request("tools/call", name="search", arguments={"query": "recurrence", "k": 1})
    assert result["structuredContent"]["passages"]
    client.end()


# ----------------------------------------------------------------------------------------------------------- the lifecycle


@pytest.mark.parametrize(
    ("asked", "given"),
    [("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"), ("1999-01-01", "2025-11-25"), (None, "2025-11-25")],
)
def test_the_revision_is_agreed_on(asked: str | None, given: str, server: Server) -> None:
    params = {} if asked is None else {"protocolVersion": asked}
    assert ask(server, "initialize", **params)["result"]["protocolVersion"] == given


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", -32700),
        ("[]", -32600),
        ('{"id": 1, "method": "ping"}', -32600),
        ('{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600),
        ('{"jsonrpc": "2.0", "id": true, "method": "ping"}', -32600),
        ('{"jsonrpc": "2.0", "id": 1, "method": "nothing/like-it"}', -32601),
        ('{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}', -32602),
        ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "rm"}}', -32602),
        ('{"jsonrpc": "2.0", "id": 1, "method": "resources/list", "params": {"cursor": "no"}}', -32602),
        ("[" * 100_000, -32700),
    ],
)
def test_what_breaks_the_protocol_is_answered_with_its_code(line: str, code: int, server: Server) -> None:
    answer = server.answer(line)
    assert answer is not None
    assert json.loads(answer)["error"]["code"] == code


def test_notifications_and_stray_answers_are_not_answered(server: Server) -> None:
    assert server.answer('{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}') is None
    assert server.answer('{"jsonrpc": "2.0", "id": 7, "result": {}}') is None


# ----------------------------------------------------------------------------------------------------------------- tools


def test_tools_have_schemas(server: Server) -> None:
    for tool in ask(server, "tools/list")["result"]["tools"]:
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            assert schema["type"] == "object" and schema["properties"]
        assert set(tool["inputSchema"]["required"]) <= set(tool["inputSchema"]["properties"])
        assert tool["annotations"]["readOnlyHint"] is True


def test_ask_quotes_by_slice(server: Server) -> None:
    result = call(server, "ask", question="What is a local recurrence?", audience="patient")
    response = result["structuredContent"]
    assert json.loads(result["content"][0]["text"]) == response
    AskAnswer.model_validate(response)
    quoted = [*response["quotations"], *response["related"]]
    assert quoted
    for each in quoted:
        shown = call(server, "show", id=each["document"]["id"])["structuredContent"]
        DocumentAnswer.model_validate(shown)
        assert shown["body"][each["start"] : each["end"]] == each["text"]


def test_search_has_the_shape_of_the_command(server: Server) -> None:
    found = call(server, "search", query="second opinion", k=2)["structuredContent"]
    SearchAnswer.model_validate(found)
    assert 0 < len(found["passages"]) <= 2


@pytest.mark.parametrize(
    ("tool", "arguments", "kind"),
    [
        ("ask", {}, "usage_error"),
        ("ask", {"question": " "}, "usage_error"),
        ("ask", {"question": "Is it back?", "audience": "everybody"}, "usage_error"),
        ("ask", {"question": "Is it back?", "temperature": 1}, "usage_error"),
        ("search", {"query": "scan", "k": "2"}, "usage_error"),
        ("search", {"query": "scan", "k": True}, "usage_error"),
        ("search", {"query": "scan", "k": 0}, "usage_error"),
        ("show", {"id": "nothing-like-it"}, "not_found"),
    ],
)
def test_a_tool_says_what_is_wrong_so_that_a_model_can_mend_it(
    tool: str, arguments: dict[str, Any], kind: str, server: Server
) -> None:
    result = call(server, tool, **arguments)
    assert result["isError"] is True and "structuredContent" not in result
    error = json.loads(result["content"][0]["text"])["error"]
    assert error["kind"] == kind and error["say"]


def test_an_urgent_notice_comes_even_from_a_broken_library() -> None:
    def refuse() -> Waymark:
        raise IndexMissing("The library has no index yet.", "Run: waymark index")

    result = call(Server(refuse, "0"), "ask", question="I have chest pain and cannot breathe")
    told = json.loads(result["content"][0]["text"])
    assert result["isError"] and next(iter(told)) == "urgent" and told["urgent"]["level"] == "emergency"
    assert told["error"]["kind"] == "index_missing"
    calm = call(Server(refuse, "0"), "ask", question="What is a recurrence?")
    assert "urgent" not in json.loads(calm["content"][0]["text"])


def test_a_failure_without_a_name_ends_one_answer_not_the_session(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> Waymark:
        raise ZeroDivisionError("a secret question")

    broken = Server(fail, "0")
    answer = broken.answer('{"jsonrpc": "2.0", "id": 1, "method": "resources/list"}')
    assert answer is not None and json.loads(answer)["error"]["code"] == -32603
    assert "secret" not in answer + capsys.readouterr().err
    assert ask(broken, "ping")["result"] == {}


# ------------------------------------------------------------------------------------------------------------- resources


def test_documents_are_resources_page_by_page(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp, "PAGE", 2)
    first = ask(server, "resources/list")["result"]
    assert len(first["resources"]) == 2
    second = ask(server, "resources/list", cursor=first["nextCursor"])["result"]
    assert "nextCursor" not in second
    listed = [each["uri"] for each in (*first["resources"], *second["resources"])]
    assert listed == [f"{RESOURCE}waymark-{name}" for name in NAMES]
    (content,) = ask(server, "resources/read", uri=listed[0])["result"]["contents"]
    shown = call(server, "show", id=listed[0].removeprefix(RESOURCE))["structuredContent"]
    assert content["text"] == shown["body"] and content["mimeType"] == "text/markdown"
    template = ask(server, "resources/templates/list")["result"]["resourceTemplates"][0]["uriTemplate"]
    assert template.replace("{id}", listed[0].removeprefix(RESOURCE)) == listed[0]


@pytest.mark.parametrize(
    "uri", [f"{RESOURCE}nothing-like-it", "file:///etc/passwd", f"{RESOURCE}../../etc/passwd", None]
)
def test_a_resource_that_is_not_there(uri: str | None, server: Server) -> None:
    assert ask(server, "resources/read", uri=uri)["error"]["code"] == -32002


def test_a_line_without_end_does_not_fill_the_memory(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr(mcp, "LONGEST_LINE", 100)
    said = io.BytesIO()
    ping = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n'
    mcp.converse(server, io.BytesIO(b"x" * 350 + b"\n" + b"\n" + ping), said)
    first, second = said.getvalue().splitlines()
    assert json.loads(first)["error"]["code"] == -32600 and json.loads(second)["result"] == {}
