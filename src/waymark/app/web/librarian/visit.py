"""One request at the librarian's pages: who it is, what was typed, and the ways to answer it."""

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from waymark.app.librarian.people import Member
from waymark.app.librarian.permissions import Act, may, require
from waymark.app.librarian.sessions import COOKIE, Session
from waymark.app.public import PUBLIC
from waymark.app.web.language import say, to
from waymark.library.decisions import Person
from waymark.library.document import Status

if TYPE_CHECKING:
    from waymark.app.web.librarian.application import Desk

LONGEST_FORM = 8 * 1024 * 1024
"""Bytes of a form: a document's text may be long."""
MOST_FIELDS = 2_000
TOKEN = "token"  # the field of every form that shows that it was made here for this session
_NOT_KEPT = frozenset({TOKEN, "password", "password_again", "password_now"})

Fields = Sequence[tuple[str, str]]


def masked(token: str) -> str:
    """Return a session's token as a page shows it: another text each time, so that a compressed page gives nothing away."""
    plain = token.encode("ascii")
    pad = secrets.token_bytes(len(plain))
    return urlsafe_b64encode(pad + bytes(a ^ b for a, b in zip(pad, plain, strict=True))).decode("ascii")


def unmasked(shown: str) -> str:
    """Return the token that a page showed; "" for what is none."""
    try:
        whole = urlsafe_b64decode(shown.encode("ascii"))
    except (ValueError, UnicodeEncodeError):
        return ""
    half = len(whole) // 2
    return bytes(a ^ b for a, b in zip(whole[:half], whole[half:], strict=False)).decode("ascii", "replace")


def is_own_page(request: Request) -> bool | None:
    """Return whether a request was sent by one of our own pages; None where the browser does not say."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is None or origin == "null":
        return None
    return origin == f"{request.url.scheme}://{request.headers.get('host', '')}"


@dataclass(slots=True)
class Visit:
    """``fields`` is what was typed; empty for a page that is only looked at."""

    desk: "Desk"
    request: Request
    session: Session
    fields: Fields = ()
    cookie: str | None = None  # a cookie to set with the answer
    faults: dict[str, str] = field(default_factory=dict)

    # Who ------------------------------------------------------------------------------------------------------------

    @property
    def member(self) -> Member:
        assert self.session.member is not None  # every page but the login asks first
        return self.session.member

    @property
    def person(self) -> Person:
        """Who is at work, as audit events name them."""
        return Person(self.member.name, self.member.role.value)

    def may(self, act: Act) -> bool:
        return self.session.member is not None and may(self.session.member.role, act)

    def sees(self, status: Status) -> bool:
        """Return whether this person may read a version in that status."""
        return status in PUBLIC or self.may(Act.SEE_DRAFTS)

    def require_sight(self, status: Status) -> None:
        """Raise `NotAllowed` for a version that is not for this person's role."""
        if not self.sees(status):
            self.require(Act.SEE_DRAFTS)

    def require(self, act: Act) -> None:
        """Raise `NotAllowed` unless this person's role includes it."""
        require(self.member.role, act)

    @property
    def sent_by_us(self) -> bool:
        """Return whether the form carries this session's token and no other site sent it."""
        given = unmasked(self.one(TOKEN))
        right = hmac.compare_digest(given.encode(), self.session.token.encode())
        return right and is_own_page(self.request) is not False

    # What was typed --------------------------------------------------------------------------------------------------

    def one(self, name: str, default: str = "") -> str:
        """Return a field of the form, line ends made plain."""
        value = next((value for key, value in self.fields if key == name), default)
        return value.replace("\r\n", "\n")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]

    def asked(self, name: str, default: str = "") -> str:
        """Return a value of the address."""
        return self.request.query_params.get(name, default)

    def part(self, name: str) -> str:
        """Return a part of the address."""
        return str(self.request.path_params.get(name, ""))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was typed that may be shown again: no password and no token."""
        return [(name, value) for name, value in self.fields if name not in _NOT_KEPT]

    # Answers ---------------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.desk.today()

    def page(self, template: str, status_code: int = 200, /, **values: Any) -> HTMLResponse:
        """Return a page from its template in ``templates/librarian``."""
        return self.desk.page(self, template, status_code, values)

    def go(self, address: str, told: str = "", undo: int | None = None, **fields: Any) -> RedirectResponse:
        """Lead on to another page, which says ``told`` once; ``undo`` is the number of the event that can be taken back there."""
        if told:
            self.desk.sessions.tell(self.session, json.dumps({"words": say(told), "undo": undo}))
        return RedirectResponse(to(address), 303)

    def told(self) -> Mapping[str, Any] | None:
        """Return what the last action has to say, once."""
        if not self.session.told:
            return None
        self.desk.sessions.tell(self.session, "")
        try:
            said = json.loads(self.session.told)
        except ValueError:
            return None
        return said if isinstance(said, dict) else None


def set_cookie(response: Any, request: Request, cookie: str) -> None:
    """Give the browser a session's cookie: for this site alone, out of reach of scripts, gone with the browser."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="strict", secure=secure)
