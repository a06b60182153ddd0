"""What the librarian's pages have in common: who may come in, what a form must carry, and that nothing typed is lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from waymark.app.librarian.people import People
from waymark.app.librarian.permissions import ROLES, Act
from waymark.app.librarian.sessions import COOKIE, Session, Sessions
from waymark.app.librarian.store import Store
from waymark.app.librarian.tries import Tries
from waymark.app.web.guard import host_name, is_loopback
from waymark.app.web.language import here, say, to
from waymark.app.web.librarian.visit import (
    LONGEST_FORM,
    MOST_FIELDS,
    Fields,
    Visit,
    is_own_page,
    masked,
    set_cookie,
)
from waymark.errors import NotAllowed, WaymarkError
from waymark.languages.texts import message

if TYPE_CHECKING:
    from waymark.app.web.application import Pages
    from waymark.app.wiring import Waymark

ROOT = "/librarian"
Answer = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One address: what answers when it is looked at, what when a form is sent there, and what a person needs for it.

    ``act`` is asked before either; ``doing`` before a form is taken. ``outside`` is open to whoever is not logged in.
    """

    path: str
    show: Answer | None = None
    take: Answer | None = None
    act: Act = Act.SEE
    doing: Act | None = None
    outside: bool = False


class Desk:
    """The librarian's pages over one service. ``clock`` gives the time as an aware datetime, ``today`` the day."""

    def __init__(
        self, service: "Waymark", pages: "Pages", today: Callable[[], date], clock: Callable[[], datetime]
    ) -> None:
        from waymark.app.librarian.batch import Batch
        from waymark.app.librarian.work import Work

        self.service = service
        self.pages = pages
        self.today = today
        self.clock = clock
        store = Store(service.catalogue.folder)
        self.people = People(service.catalogue, store)
        self.sessions = Sessions(store, clock)
        self.tries = Tries(store, clock)
        self.work = Work(service, today, self.now)
        self.batch = Batch(store)

    def now(self) -> str:
        """Return the present moment, UTC, as the audit events write it."""
        return self.clock().astimezone(UTC).isoformat(timespec="seconds")

    def page(self, visit: Visit, template: str, status: int, values: Mapping[str, Any]) -> HTMLResponse:
        member = visit.session.member
        return self.pages.made(
            f"librarian/{template}",
            status,
            "no-store",
            {
                "member": member,
                "role": say(ROLES[member.role]) if member else "",
                "may": lambda name: visit.may(Act(name)),
                "token": lambda: masked(visit.session.token),
                "told": visit.told() if member else None,
                "on": visit.today,
                "faults": visit.faults,
                **values,
            },
        )

    # Answering -------------------------------------------------------------------------------------------------------

    def answer(self, request: Request, route: Route, fields: Fields | None) -> Response:
        """Answer one request. ``fields`` is what a form sent, None for a page that is only looked at."""
        session = self.sessions.of(request.cookies.get(COOKIE))
        if session is None or (session.member is None and not route.outside):
            return self._outside(request, route, fields, session)
        visit = Visit(self, request, session, fields or ())
        return self._guarded(visit, route, sent=fields is not None)

    def _outside(self, request: Request, route: Route, fields: Fields | None, session: Session | None) -> Response:
        """Answer who is not logged in: with the login, which hands back afterwards what was typed."""
        from waymark.app.web.librarian.entering import login_page

        cookie = None
        if session is None:
            cookie, session = self.sessions.begin()
        visit = Visit(self, request, session, fields or (), cookie)
        if route.outside:
            return self._with_cookie(visit, self._guarded(visit, route, sent=fields is not None))
        address = here().address
        if fields is None:
            return self._with_cookie(visit, login_page(visit, wanted=address))
        # Another site may send a form here as well; what it sent is not carried through a login.
        typed = visit.kept if is_own_page(request) else []
        return self._with_cookie(visit, login_page(visit, wanted=address, typed=typed, ended=True))

    def _guarded(self, visit: Visit, route: Route, sent: bool) -> Response:
        try:
            if not route.outside:
                visit.require(route.act)
            if not sent:
                assert route.show is not None
                return route.show(visit)
            if not visit.sent_by_us:
                return self._not_sent_by_us(visit)
            if route.doing is not None:
                visit.require(route.doing)
            assert route.take is not None
            return route.take(visit)
        except WaymarkError as error:
            return self.failed(visit, error, sent)

    def _not_sent_by_us(self, visit: Visit) -> Response:
        """Refuse a form that this session did not make. A form of our own that is only too old is shown to be sent again."""
        own = is_own_page(visit.request) is True and visit.session.member is not None
        return visit.page(
            "again" if own else "refused",
            403,
            address=to(here().address),
            typed=visit.kept if own else [],
            say=say(message("This page was opened before you last logged in, so nothing was done.")),
        )

    def failed(self, visit: Visit, error: WaymarkError, sent: bool) -> Response:
        """Return the page of an error; what was typed is on it, to be sent again."""
        from waymark.app.web.api import status_of

        if visit.session.member is None:
            return self.pages.error(status_of(error), error.sentence, error.next_step)
        return visit.page(
            "failed",
            status_of(error),
            say=say(error.sentence),
            next_step=say(error.next_step),
            address=to(here().address),
            typed=visit.kept if sent and not isinstance(error, NotAllowed) else [],
        )

    @staticmethod
    def _with_cookie(visit: Visit, response: Response) -> Response:
        if visit.cookie is not None:
            set_cookie(response, visit.request, visit.cookie)
        return response

    def is_private(self, request: Request) -> bool:
        """Return whether a password can be sent to this address without others on the way reading it."""
        return request.url.scheme == "https" or is_loopback(host_name(request.headers.get("host", "")))


async def _form(request: Request) -> Fields:
    async with request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=LONGEST_FORM) as form:
        return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


def add_librarian(
    app: FastAPI,
    service: "Waymark",
    pages: "Pages",
    today: Callable[[], date],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Desk:
    """Add the librarian's pages to an application, and return what answers them."""
    desk = Desk(service, pages, today, clock)
    for route in routes():
        _add(app, desk, route)
    return desk


def _add(app: FastAPI, desk: Desk, route: Route) -> None:
    async def endpoint(request: Request) -> Response:
        fields = await _form(request) if request.method == "POST" else None
        return await run_in_threadpool(desk.answer, request, route, fields)

    methods = [*(["GET", "HEAD"] if route.show else []), *(["POST"] if route.take else [])]
    app.router.add_route(route.path, endpoint, methods=methods, include_in_schema=False)


def routes() -> tuple[Route, ...]:
    """Return every address of the librarian's pages."""
    from waymark.app.web.librarian import (
        documents,
        entering,
        log,
        many,
        overview,
        people,
        queue,
        reports,
        reviews,
        steps,
        synced,
        wanted,
        writing,
    )

    found: list[Route] = []
    parts = (overview, queue, many, documents, writing, steps, reviews, reports, wanted, synced, people, log, entering)
    for module in parts:
        found.extend(module.ROUTES)
    return tuple(found)


def redirect(address: str) -> RedirectResponse:
    return RedirectResponse(to(address), 303)
