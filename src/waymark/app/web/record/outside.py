"""Between the network and the record's pages: who may come in at all, and what a browser may keep. Plain ASGI.

The record is served to this machine. A request is refused when it comes from another machine, names another host (a page
elsewhere could point its own name here), or was passed on by a proxy: then somebody else could be reading. An operator who
insists may put it behind a server that encrypts: then requests come in by that server alone, under its one name.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waymark.app.logs import log
from waymark.app.web.guard import SECURITY_HEADERS, host_name, is_loopback
from waymark.errors import UsageError

LONGEST_FORM = 1 << 20
"""Bytes of a form: every text of the longest kind, in letters that take the most room."""
LONGEST_UPLOAD = 64 << 20
"""Bytes of a form with a file (an export to take in)."""

HEADERS = {
    **SECURITY_HEADERS,
    "Cache-Control": "no-store",
    # With no-referrer a browser sends "Origin: null" with every form, and where it came from could not be checked.
    # Addresses of the record mean nothing, and other sites get none of them.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}

_PASSED_ON = ("forwarded", "via", "x-real-ip", "x-original-host", "x-original-url", "x-rewrite-url", "true-client-ip")


@dataclass(frozen=True, slots=True)
class Behind:
    """The server that encrypts, in front of the record: the name that people open, and the password that it asks for first.

    ``password`` is checked by `waymark.app.web.record.password`, before anything is shown, even the names of records.
    """

    host: str
    password: str

    @property
    def address(self) -> str:
        return f"https://{self.host}"

    @classmethod
    def at(cls, address: str, password: str) -> "Behind":
        """Return it for an address such as https://record.example.org. Raises `UsageError`."""
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise UsageError(
                "The record may be served behind another server only under an https address without a path.",
                "Write it as https://record.example.org, and have that server encrypt.",
            )
        if len(password) < 12:
            raise UsageError(
                "The password in front of the record needs at least 12 characters.", "Choose a longer one."
            )
        return cls(parts.netloc.lower(), password)


class OnlyHere:
    """Lets in what comes from this machine, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, behind: Behind | None = None) -> None:
        self.app = app
        self.behind = behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no other protocol is spoken here
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    if name == "Cache-Control" and scope["path"].startswith("/static/"):
                        continue
                    headers[name] = value
            await send(message)

        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if refused:
            await _refuse(guarded, *refused)
            return
        try:
            await self.app(scope, receive, guarded)
        except (
            Exception
        ) as error:  # its words may be the person's: whoever logs what comes out of here must not see them
            log().error("the record failed", part="record", kind=type(error).__name__)
            await _refuse(guarded, 500, "Something went wrong inside of Waymark.", "Go back and try once more.")

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str, str] | None:
        client = scope.get("client")
        if client is None or not is_loopback(client[0]):
            return 403, "The record is for the machine that it lies on.", "Open it there."
        hosts = headers.getlist("host")
        if len(hosts) != 1:
            return _UNKNOWN
        if self.behind is None:
            if not is_loopback(host_name(hosts[0])):
                return _UNKNOWN
            if any(name in _PASSED_ON or name.startswith("x-forwarded") for name in headers):
                return (
                    403,
                    "This came through another server, which could read along. The record does not answer to that.",
                    "Open it directly, at the address that Waymark printed when it started.",
                )
        elif hosts[0].strip().lower() != self.behind.host or headers.get("x-forwarded-proto") != "https":
            return _UNKNOWN
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "The record does not take that kind of request.", "Use its pages."
        return self._body(headers) or (self._from_elsewhere(headers, hosts[0]) if scope["method"] == "POST" else None)

    def _body(self, headers: Headers) -> tuple[int, str, str] | None:
        declared = headers.get("content-length", "0")
        uploads = headers.get("content-type", "").startswith("multipart/form-data")
        longest = LONGEST_UPLOAD if uploads else LONGEST_FORM
        if "transfer-encoding" in headers or not declared.isdigit():
            return 411, "This does not say how long it is.", "Use the pages of the record."
        if int(declared) > longest:
            return 413, "That is more than the record takes in at once.", "Make it shorter, or split it in two."
        return None

    def _from_elsewhere(self, headers: Headers, host: str) -> tuple[int, str, str] | None:
        """Refuse a form that another page sent; a browser says where it comes from, and a page cannot change that."""
        scheme = "http" if self.behind is None else "https"
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if (origin is not None and origin != f"{scheme}://{host}") or site not in (None, "same-origin"):
            return 403, "This was sent by another page, so nothing was done.", "Use the pages of the record."
        return None


_UNKNOWN = (
    400,
    "This record does not answer to that name.",
    "Open it by the address that Waymark printed when it started.",
)


async def _refuse(send: Send, status: int, say: str, next_step: str) -> None:
    """Answer without a page: whoever is refused learns nothing of the record, not even its look."""
    body = json.dumps({"error": {"say": say, "next_step": next_step}}).encode()
    kind: Sequence[tuple[bytes, bytes]] = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": list(kind)})
    await send({"type": "http.response.body", "body": body})
