"""The library as a Model Context Protocol server over standard input and output.

Revision 2025-06-18 (https://modelcontextprotocol.io/specification/2025-06-18); the parts used here are the same in
2025-11-25. Written by hand: seven methods over lines of JSON are less than wiring up the official package, which would
bring a cryptography library and server-sent events into every installation.
"""

import base64
import binascii
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import IO, TYPE_CHECKING, Any

from waymark.errors import NotFound, UsageError, WaymarkError
from waymark.library.credit import credit_of
from waymark.settings import Settings

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark

REVISIONS = ("2025-11-25", "2025-06-18")
"""The revisions that are spoken, the latest first."""
RESOURCE = "waymark://documents/"
PAGE = 100  # resources in one page of a list
LONGEST_LINE = 1 << 20  # characters of one message

# JSON-RPC 2.0, section 5.1; the last is the protocol's own for a resource that is not there.
PARSE_ERROR, INVALID_REQUEST, UNKNOWN_METHOD, INVALID_PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603
NO_RESOURCE = -32002

INSTRUCTIONS = (
    "Waymark quotes reviewed documents about cancer word for word, or declines. Show quotations as they are, with "
    "title, publisher, age of the review and credit; do not reword them, and add nothing of your own as if it "
    "were theirs. If `urgent` is not null, say that first. A decline is an answer: pass on its sentence and next step."
)

_TEXT = {"type": "string", "minLength": 1}
_INPUTS: Mapping[str, dict[str, Any]] = {
    "ask": {
        "question": {**_TEXT, "maxLength": 2000, "description": "The person's question in their own words."},
        "audience": {
            "type": "string",
            "enum": ["patient", "professional"],
            "description": "Quote only documents for these readers.",
        },
        "cancer": {**_TEXT, "description": "A cancer's name or id, such as breast."},
        "lang": {
            **_TEXT,
            "description": "BCP 47 code of the language to answer in; documents in it are quoted before others.",
        },
        "context": {
            "type": "object",
            "description": "The context of the answer before, as it came, for a question that leans on it.",
        },
    },
    "search": {
        "query": {**_TEXT, "maxLength": 2000, "description": "Words to look for."},
        "k": {"type": "integer", "minimum": 1, "maximum": 200, "default": 10, "description": "How many passages."},
    },
    "show": {
        "id": {**_TEXT, "description": "A document's id, as in a quotation's document.id."},
        "version": {**_TEXT, "description": "A version of it; the present one by default."},
    },
}
_DESCRIPTIONS = {
    "ask": (
        "Ask the library",
        "Answers a question with word-for-word quotations and their citations, or declines and says why.",
    ),
    "search": (
        "Search the library",
        "Lists the passages that fit a query, best first, each with its document and score.",
    ),
    "show": (
        "Show a document",
        "Shows one document: its record, the whole text that quotations count in, its versions and history.",
    ),
}


_TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
    "object": (dict, "an object"),
}


class Refusal(Exception):
    """A protocol error: its JSON-RPC code and message."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.data = data


def tools() -> list[dict[str, Any]]:
    """Return the tools with their JSON Schemas; those of the results are the API's own."""
    from waymark.app.web.api import AskAnswer, DocumentAnswer, SearchAnswer

    results: dict[str, Any] = {"ask": AskAnswer, "search": SearchAnswer, "show": DocumentAnswer}
    return [
        {
            "name": name,
            "title": _DESCRIPTIONS[name][0],
            "description": _DESCRIPTIONS[name][1],
            "inputSchema": {
                "type": "object",
                "properties": properties,
                "required": [next(iter(properties))],
                "additionalProperties": False,
            },
            "outputSchema": results[name].model_json_schema(),
            "annotations": {"readOnlyHint": True, "openWorldHint": False},
        }
        for name, properties in _INPUTS.items()
    ]


def checked(name: str, arguments: Any) -> dict[str, Any]:
    """Return a tool's arguments. Raises `UsageError` with a sentence that a model can correct itself by."""
    properties = _INPUTS[name]
    if not isinstance(arguments, dict):
        raise UsageError("The arguments are not an object.", f"Give {', '.join(properties)}.")
    for key, value in arguments.items():
        if key not in properties:
            raise UsageError(f"“{name}” takes no argument “{key}”.", f"It takes {', '.join(properties)}.")
        schema = properties[key]
        wanted, named = _TYPES[schema["type"]]
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise UsageError(f"“{key}” is not {named}.", schema["description"])
        if isinstance(value, str) and not value.strip():
            raise UsageError(f"“{key}” is empty.", schema["description"])
    required = next(iter(properties))
    if required not in arguments:
        raise UsageError(f"“{required}” is missing.", properties[required]["description"])
    return arguments


class Server:
    """Answers one client's messages. ``open_library`` is called once, when the library is first needed."""

    def __init__(self, open_library: Callable[[], "Waymark"], version: str) -> None:
        self._open = open_library
        self._version = version
        self._service: Waymark | None = None
        self._methods: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "initialize": self._initialize,
            "ping": lambda given: {},
            "tools/list": lambda given: {"tools": tools()},
            "tools/call": self._call,
            "resources/list": self._resources,
            "resources/templates/list": self._templates,
            "resources/read": self._read,
        }

    @property
    def service(self) -> "Waymark":
        if self._service is None:
            self._service = self._open()
        return self._service

    def close(self) -> None:
        if self._service is not None:
            self._service.close()

    def answer(self, line: str) -> str | None:
        """Return the answer to one line of the client, without a line break; None where the protocol asks for none."""
        identity: Any = None
        try:
            try:
                message = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Refusal(PARSE_ERROR, "This line is not JSON.") from error
            if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
                raise Refusal(INVALID_REQUEST, "This is not one JSON-RPC 2.0 message.")
            identity = message.get("id")
            if "method" not in message and ("result" in message or "error" in message):
                return None  # an answer to a question that was never asked
            if "id" not in message:
                return None  # a notification: nothing here depends on one
            if isinstance(identity, bool) or not isinstance(identity, str | int):
                identity = None
                raise Refusal(INVALID_REQUEST, "The id is neither a text nor a whole number.")
            given = message.get("params", {})
            if not isinstance(given, dict):
                raise Refusal(INVALID_PARAMS, "The params are not an object.")
            method = self._methods.get(str(message.get("method")))
            if method is None:
                raise Refusal(UNKNOWN_METHOD, f"There is no method “{str(message.get('method'))[:80]}”.")
            return _line({"jsonrpc": "2.0", "id": identity, "result": method(given)})
        except Refusal as refusal:
            return _error(identity, refusal.code, str(refusal), refusal.data)
        except WaymarkError as error:
            return _error(identity, INTERNAL, str(error), None)
        except Exception as error:
            # The session outlives one bad answer; what it was is told on standard error, without the question.
            print(f"waymark mcp: {type(error).__name__}", file=sys.stderr)
            return _error(
                identity, INTERNAL, f"Something went wrong that Waymark has no name for ({type(error).__name__}).", None
            )

    def _initialize(self, given: Mapping[str, Any]) -> dict[str, Any]:
        asked = given.get("protocolVersion")
        return {
            "protocolVersion": asked if asked in REVISIONS else REVISIONS[0],
            "capabilities": {"tools": {}, "resources": {}},
            "serverInfo": {"name": "waymark", "title": "Waymark", "version": self._version},
            "instructions": INSTRUCTIONS,
        }

    # Tools ---------------------------------------------------------------------------------------------------------

    def _call(self, given: Mapping[str, Any]) -> dict[str, Any]:
        name = given.get("name")
        if name not in _INPUTS:
            raise Refusal(INVALID_PARAMS, f"There is no tool “{str(name)[:80]}”. There are: {', '.join(_INPUTS)}.")
        arguments = given.get("arguments", {})
        try:
            result = getattr(self, f"_tool_{name}")(checked(str(name), arguments))
        except WaymarkError as error:
            return self._failed(error, arguments if name == "ask" else {})
        return {"content": [{"type": "text", "text": _line(result)}], "structuredContent": result, "isError": False}

    def _failed(self, error: WaymarkError, arguments: Any) -> dict[str, Any]:
        """Return an error as a tool's result; an urgent notice is told even when the library cannot be read."""
        from waymark.app.shapes import error_json, error_kind

        body = error_json(error_kind(error), error.sentence, error.next_step)
        question = arguments.get("question") if isinstance(arguments, dict) else None
        if isinstance(question, str):
            from waymark.answering.urgent import urgent_notice
            from waymark.app.web.api import urgent_json

            urgent = urgent_json(urgent_notice(question, str(arguments.get("lang") or "en")))
            if urgent is not None:
                body = {"urgent": urgent, **body}
        return {"content": [{"type": "text", "text": _line(body)}], "isError": True}

    def _tool_ask(self, given: dict[str, Any]) -> dict[str, Any]:
        from waymark.answering.conversation import context_from
        from waymark.answering.response import response_json

        return response_json(
            self.service.ask(
                given["question"],
                audience=given.get("audience"),
                cancer=given.get("cancer"),
                language=given.get("lang"),
                context=context_from(given.get("context")),
            )
        )

    def _tool_search(self, given: dict[str, Any]) -> dict[str, Any]:
        return self.service.search(given["query"], given.get("k", 10)).as_json(date.today())

    def _tool_show(self, given: dict[str, Any]) -> dict[str, Any]:
        from waymark.app.public import Withdrawn, public_document
        from waymark.app.shapes import document_show

        found = public_document(self.service, given["id"], given.get("version"))
        if isinstance(found, Withdrawn):
            raise NotFound(f"This document was withdrawn. {found.why}".strip(), "Ask again, in other words.")
        return document_show(found.document, found.versions, found.events)

    # Resources -----------------------------------------------------------------------------------------------------

    def _resources(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return a page of the published documents; the cursor names the last one of the page before."""
        after = _cursor(given.get("cursor"))
        cards = [card for card in self.service.cards() if card.id > after]
        page = {
            "resources": [
                {
                    "uri": f"{RESOURCE}{card.id}",
                    "name": card.id,
                    "title": card.title,
                    "description": f"{card.publisher}, for {card.audience}s. {credit_of(card).text}",
                    "mimeType": "text/markdown",
                }
                for card in cards[:PAGE]
            ]
        }
        if len(cards) > PAGE:
            page["nextCursor"] = base64.urlsafe_b64encode(cards[PAGE - 1].id.encode()).decode()  # type: ignore[assignment]
        return page

    def _templates(self, given: Mapping[str, Any]) -> dict[str, Any]:
        template = {
            "uriTemplate": f"{RESOURCE}{{id}}",
            "name": "document",
            "title": "A document of the library",
            "description": "The whole text of a document, in which the start and end of every quotation count.",
            "mimeType": "text/markdown",
        }
        return {"resourceTemplates": [template]}

    def _read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        from waymark.app.public import Withdrawn, public_document

        uri = given.get("uri")
        if not isinstance(uri, str) or not uri.startswith(RESOURCE):
            raise Refusal(NO_RESOURCE, f"Resources here begin with {RESOURCE}.", {"uri": uri})
        try:
            found = public_document(self.service, uri.removeprefix(RESOURCE))
        except NotFound as error:
            raise Refusal(NO_RESOURCE, str(error), {"uri": uri}) from error
        if isinstance(found, Withdrawn):
            raise Refusal(NO_RESOURCE, f"This document was withdrawn. {found.why}".strip(), {"uri": uri})
        document = found.document
        # The text itself stays as quotations count in it; its credit goes beside it.
        credit = {"org.waymark/credit": credit_of(document.card).text, "org.waymark/license": document.card.license}
        contents = {"uri": uri, "mimeType": "text/markdown", "text": document.body.text, "_meta": credit}
        return {"contents": [contents]}


def _cursor(value: Any) -> str:
    if value is None:
        return ""
    with suppress(binascii.Error, ValueError, AttributeError, UnicodeDecodeError):
        return base64.urlsafe_b64decode(value.encode("ascii")).decode("utf-8")
    raise Refusal(INVALID_PARAMS, "This cursor is not one that was given out.")


def _line(message: Any) -> str:
    # ASCII alone: no encoding of the pipe, and no line separator in a document's text, can break a message in two.
    return json.dumps(message, ensure_ascii=True, separators=(",", ":"))


def _error(identity: Any, code: int, message: str, data: Any) -> str:
    error = {"code": code, "message": message}
    if data is not None:
        error["data"] = data
    return _line({"jsonrpc": "2.0", "id": identity, "error": error})


def converse(server: Server, heard: IO[bytes], said: IO[bytes]) -> None:
    """Answer line by line until the client closes its side."""
    while line := heard.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = heard.readline(LONGEST_LINE)
            answer: str | None = _error(
                None, INVALID_REQUEST, f"A message may have at most {LONGEST_LINE:,} bytes.", None
            )
        elif not line.strip():
            continue
        else:
            answer = server.answer(line.decode("utf-8", "replace"))
        if answer is not None:
            said.write(answer.encode("ascii") + b"\n")
            said.flush()


def serve_stdio(settings: Settings, note: Callable[[str], None]) -> None:
    """Serve one client over standard input and output, which carries nothing but messages of the protocol."""
    from waymark.app.wiring import MADE_BY, Waymark

    # Whatever else writes to standard output in this process, a library's notice for one, goes to standard error.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as said:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        server = Server(lambda: Waymark.open(settings, note), MADE_BY.rpartition(" ")[2])
        try:
            with suppress(BrokenPipeError):
                converse(server, sys.stdin.buffer, said)
        finally:
            server.close()
