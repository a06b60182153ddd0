"""Coming in and going out: login, logout, and what a person may change about themselves."""

import math
from urllib.parse import urlsplit

from starlette.responses import Response

from waymark.app.librarian.permissions import MEANINGS, PERMISSIONS, ROLES, Role
from waymark.app.librarian.sessions import COOKIE
from waymark.app.web.language import language_step, say, to
from waymark.app.web.librarian.application import ROOT, Route, redirect
from waymark.app.web.librarian.visit import Visit, set_cookie
from waymark.errors import InputRefused
from waymark.languages.texts import Message, message


def _inside(address: str) -> str:
    """Return an address of these pages, or their root for any other: a login leads nowhere else."""
    parts = urlsplit(address)
    path = language_step(parts.path)[1]
    if parts.scheme or parts.netloc or not (path == ROOT or path.startswith(f"{ROOT}/")) or ".." in path:
        return ROOT
    if path in (f"{ROOT}/login", f"{ROOT}/logout"):
        return ROOT
    return f"{path}?{parts.query}" if parts.query else path


def login_page(
    visit: Visit,
    wanted: str = ROOT,
    typed: list[tuple[str, str]] | None = None,
    ended: bool = False,
    fault: Message | None = None,
    name: str = "",
    status: int = 200,
) -> Response:
    """Return the login. ``typed`` is what a form sent that met an ended session: it is handed back after the login."""
    visit.faults = {"password": say(fault)} if fault else {}
    return visit.page(
        "login",
        status if not ended else 401,
        wanted=_inside(wanted),
        typed=typed or [],
        ended=ended,
        name=name,
        private=visit.desk.is_private(visit.request),
        anybody=bool(visit.desk.people.all()),
    )


def show_login(visit: Visit) -> Response:
    if visit.session.member is not None:
        return redirect(ROOT)
    return login_page(visit, visit.asked("next", ROOT))


def log_in(visit: Visit) -> Response:
    """Take a name and a password. What was typed before the session ended is shown again, to be sent by a click."""
    desk = visit.desk
    wanted, name = _inside(visit.one("next", ROOT)), visit.one("name")
    typed = [(key.removeprefix("typed-"), value) for key, value in visit.fields if key.startswith("typed-")]
    if not desk.is_private(visit.request):
        return login_page(visit, wanted, typed, status=403)
    place = visit.request.client.host if visit.request.client else ""
    wait = desk.tries.wait(name, place)
    if wait > 0:
        minutes = math.ceil(wait / 60)
        fault = message("Too many wrong tries. The next one is looked at in %(minutes)s minutes.", minutes=minutes)
        return login_page(visit, wanted, typed, fault=fault, name=name, status=429)
    desk.tries.wrong(name, place)  # counted before it is looked at, so that many at once do not get around the wait
    member = desk.people.let_in(name, visit.one("password"))
    if member is None:
        fault = message("That name and password do not belong together.")
        return login_page(visit, wanted, typed, fault=fault, name=name, status=403)
    desk.tries.right(name, place)
    cookie, session = desk.sessions.enter(visit.session, member)
    inside = Visit(desk, visit.request, session, (), cookie)
    response: Response
    if typed:
        response = inside.page("resume", address=to(wanted), typed=typed)
    else:
        response = redirect(wanted)
    set_cookie(response, visit.request, cookie)
    visit.cookie = None
    return response


def log_out(visit: Visit) -> Response:
    visit.desk.sessions.leave(visit.session)
    response = redirect(f"{ROOT}/login")
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache"'  # a page that the back button would show again
    return response


def show_account(visit: Visit) -> Response:
    table = [(say(MEANINGS[act]), [role in roles for role in Role]) for act, roles in PERMISSIONS.items()]
    return visit.page("account", roles=[say(ROLES[role]) for role in Role], permissions=table, calendar="")


def change_password(visit: Visit) -> Response:
    """Take a new password from whoever knows the present one; every other session of theirs ends."""
    desk, member = visit.desk, visit.member
    place = visit.request.client.host if visit.request.client else ""
    if desk.tries.wait(member.name, place) > 0:
        raise InputRefused(message("Too many wrong tries."), message("Wait a quarter of an hour."))
    desk.tries.wrong(member.name, place)
    if desk.people.let_in(member.name, visit.one("password_now")) is None:
        raise InputRefused(message("That is not your present password."), message("Type it once more."))
    desk.tries.right(member.name, place)
    if visit.one("password") != visit.one("password_again"):
        raise InputRefused(message("The two new passwords differ."), message("Type the new one twice."))
    desk.people.change_password(member.name, visit.one("password"), member.name, desk.now(), member.role.value)
    cookie, session = desk.sessions.enter(None, member)
    inside = Visit(desk, visit.request, session, (), cookie)
    response = inside.go(
        f"{ROOT}/account", message("Your password is changed, and every other session of yours has ended.")
    )
    set_cookie(response, visit.request, cookie)
    return response


def set_shortcuts(visit: Visit) -> Response:
    visit.desk.people.set_shortcuts(visit.member.name, visit.one("shortcuts") == "on")
    return visit.go(f"{ROOT}/account", message("That is kept."))


ROUTES = (
    Route(f"{ROOT}/login", show_login, log_in, outside=True),
    Route(f"{ROOT}/logout", take=log_out),
    Route(f"{ROOT}/account", show_account),
    Route(f"{ROOT}/account/password", take=change_password),
    Route(f"{ROOT}/account/shortcuts", take=set_shortcuts),
)
