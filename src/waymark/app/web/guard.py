"""Between the network and the pages: which names the server answers to, how much it reads, what a browser may do.

Plain ASGI, since it runs for every request.
"""

import ipaddress
import json
import logging
from collections.abc import Collection, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waymark.app.web.language import language_step

LONGEST_BODY = 64 * 1024
"""Bytes of a request's body; a question is at most 2,000 characters."""

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Referrer-Policy": "no-referrer",  # the address of an answer holds the question
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_TOO_MUCH = (413, "too_long", "That is more than Waymark reads at once.", "Send a shorter question.")
_LOOPBACK = ("localhost", "localhost.localdomain")


def host_name(header: str) -> str:
    """Return the name in a Host header, without port and brackets, in lower case."""
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.rpartition(":")[0] if header.rpartition(":")[2].isdigit() and ":" in header else header


def is_loopback(name: str) -> bool:
    """Return whether a host name can only mean this machine."""
    if name in _LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class Guard:
    """Refuses requests for other names (a page elsewhere could point its own name here) and bodies that are too long.

    ``hosts`` are the names that the server answers to besides this machine's own; ``*`` among them means every name. ``longer``
    gives, for addresses that begin so, how many bytes of a body are read there.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = (), longer: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.longer = dict(longer or {})
        self.any_host = "*" in hosts
        self.hosts = frozenset(name.strip().lower().strip("[]") for name in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        headers = Headers(scope=scope)
        name = host_name(headers.get("host", ""))
        if not (self.any_host or is_loopback(name) or name in self.hosts):
            await _refuse(
                guarded,
                400,
                "unknown_host",
                "This Waymark does not answer to that name.",
                "Open it by the address that it printed when it started, or have its operator add the name.",
            )
            return
        declared = headers.get("content-length", "0")
        path = language_step(scope["path"])[1]
        longest = next((size for start, size in self.longer.items() if path.startswith(start)), LONGEST_BODY)
        if not declared.isdigit() or len(declared) > 12 or int(declared) > longest:
            await _refuse(guarded, *_TOO_MUCH)
            return

        if "transfer-encoding" in headers:  # the length is not declared: read it here, and hand it on whole
            body = await _body(receive, longest)
            if body is None:
                await _refuse(guarded, *_TOO_MUCH)
                return
            receive = _handed_on(body, receive)
        await self.app(scope, receive, guarded)


async def _body(receive: Receive, longest: int = LONGEST_BODY) -> bytes | None:
    """Return the whole body, or None as soon as it is longer than ``longest`` bytes."""
    read = bytearray()
    while True:
        message = await receive()
        read += message.get("body", b"")
        if len(read) > longest:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(read)


def _handed_on(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return messages.pop() if messages else await receive()

    return next_message


async def _refuse(send: Send, status: int, kind: str, say: str, next_step: str) -> None:
    body = json.dumps({"error": {"kind": kind, "say": say, "next_step": next_step}}).encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body})


class NoQuestions(logging.Filter):
    """Takes the query of an address out of the server's access log: it may hold a question."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and len(record.args) >= 3:
            client, method, address, *rest = record.args
            record.args = (client, method, str(address).partition("?")[0], *rest)
        return True


def keep_questions_out_of_the_access_log() -> None:
    """Put `NoQuestions` on uvicorn's access log, once for the process."""
    log = logging.getLogger("uvicorn.access")
    if not any(isinstance(kept, NoQuestions) for kept in log.filters):
        log.addFilter(NoQuestions())
