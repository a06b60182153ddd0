"""The record's own application: its pages, its sessions, and what stands between them and the world.

It is a second door beside the public one, with an address (and so an origin) of its own: see `sessions`. What it shows
of the library is handed to it as plain data (`Library`); it asks with fixed words of ours, never with the person's.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from anyio.to_thread import current_default_thread_limiter, run_sync
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from waymark.app.logs import log
from waymark.app.own_papers import PAPERS, Paper
from waymark.app.own_record import records as records_kept
from waymark.app.web.language import InItsLanguage, Templates, here, same_page, to
from waymark.app.web.record import password
from waymark.app.web.record.chart import short_month
from waymark.app.web.record.library import Library
from waymark.app.web.record.outside import Behind, OnlyHere
from waymark.app.web.record.sessions import COOKIE, KEPT, Session, Sessions, Typed
from waymark.app.web.record.taking_in import IMPORTERS, Importer
from waymark.app.web.record.typed import Form, read_form
from waymark.app.web.record.visit import Page, Refused, Visit
from waymark.app.web.record.words import PARTS, error_words
from waymark.app.web.statics import StaticFile, read_statics
from waymark.care.course import when_in_words
from waymark.errors import Damaged, NotFound, WaymarkError
from waymark.exchange.pdf import Sheet, sheet_of
from waymark.languages.texts import languages, texts
from waymark.record.errors import RecordLocked
from waymark.record.vault import IDLE

_HERE = Path(__file__).parent
_STATIC = _HERE.parent / "static"
_THREADS = 8  # a try that has to wait must not hold up the pages


@cache
def _statics() -> Mapping[str, StaticFile]:
    return read_statics(_STATIC)


@cache
def _templates() -> Templates:
    """Return the templates, compiled once for the process."""
    return Templates(
        _HERE / "templates",
        {
            "static": lambda name: _statics()[name].address,
            "same_page": same_page,
            "month_name": short_month,
            "without_name": without_name,
            "when_words": lambda when: when_in_words(when, texts(here().language)),
        },
    )


@dataclass(slots=True)
class RecordPages:
    """What every page shares. ``records`` is the folder of this user's records; ``now`` the clock, with its zone.

    ``papers`` can be taken away, ``imports`` read files of others: both are made by `waymark.exchange`.
    """

    records: Path
    now: Callable[[], datetime]
    country: str | None = None
    library: Library = field(default_factory=Library)
    papers: Mapping[str, Paper] = field(default_factory=lambda: PAPERS)
    imports: tuple[Importer, ...] = IMPORTERS
    behind: Behind | None = None
    idle: timedelta = IDLE
    sleep: Callable[[float], None] = time.sleep
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.now)

    def today(self) -> date:
        return self.now().date()

    def page(self, visit: Visit, name: str, **values: Any) -> HTMLResponse:
        """Return a page from its template, with what every page of the record knows."""
        session, address = visit.session, here().address
        told, session.told = session.told, None
        if told is not None and told.address != address:
            told = None
        if told is not None and told.urgent:
            session.told = replace(told, sentence="")  # a page that is loaded again shows the advice again
        shared = {
            "visit": visit,
            "token": session.token,
            "open": session.open,
            "record_name": session.own.name if session.own is not None and session.open else "",
            "demo": _demo(session),
            "told": told.sentence if told else "",
            "urgent": told.urgent if told else (),
            "hint": visit.hint,
            "fault": lambda name: visit.faults.get(name, ""),
            "typed": visit.typed,
            "today": visit.today,
            "public": self.library.address(visit.request.headers.get("host", "")),
            "papers": self.papers,
            "letter": sheet_of(self.country) is Sheet.LETTER,
            "parts": [(at, visit.say(words), part) for at, words, part in PARTS],
            "here_address": address,
            "idle_seconds": int(self.idle.total_seconds()),
            "minutes": int(self.idle.total_seconds() // 60),
        }
        return HTMLResponse(_templates().get(name).render(**{**shared, **values}), visit.status)

    # One request

    async def answer(self, page: Page, request: Request) -> Response:
        """Answer one request: know the browser, read what was sent, and let nothing typed be lost."""
        cookie = request.cookies.get(COOKIE)
        session = self.sessions.of(cookie)
        fresh = None
        if session is None:
            fresh, session = self.sessions.begin()
        form = None
        if request.method == "POST":
            form = await read_form(request)
        response: Response = await run_sync(self._answered, page, request, session, form)
        if session.to_renew:
            fresh = self.sessions.renew(session)
        if fresh is not None:
            self._set_cookie(response, fresh)
        return response

    def _answered(self, page: Page, request: Request, session: Session, form: Form | None) -> Response:
        visit = Visit(self, request, session, form)
        try:
            if self.behind is not None and not session.let_in and page.path != password.PATH:
                return RedirectResponse(to(password.PATH), 303)
            return self._of_page(page, visit)
        except RecordLocked:
            return self._locked(visit)
        except WaymarkError as error:
            return self._error(visit, error)
        except Exception as error:  # whatever it is, its words may be the person's: they go into no log and no page
            log().error("a page of the record failed", part="record", kind=type(error).__name__)
            session.told = None
            visit.status = 500
            return self.page(visit, "broken", sentence="", next_step="")

    def _of_page(self, page: Page, visit: Visit) -> Response:
        if page.needs_open and not visit.session.open:
            return self._locked(visit)
        if visit.session.open:
            visit.own.vault.touch()
        if visit.request.method != "POST":
            self._bring_back(visit)
            return page.show(visit)
        if page.save is None:
            visit.status = 405
            return self.page(visit, "missing")
        if visit.form is None:
            visit.status = 400
            return self.page(visit, "missing")
        if page.needs_token and visit.form.one("token") != visit.session.token:
            return self._older(page, visit)
        try:
            return page.save(visit)
        except Refused as refused:
            visit.faults = {name: visit.say(sentence) for name, sentence in refused.faults.items()}
            visit.hint = visit.say(refused.sentence) if refused.sentence else ""
            visit.status = 422
            return page.show(visit)
        except RecordLocked:
            raise
        except (NotFound, Damaged):
            raise
        except WaymarkError as error:
            visit.hint = error_words(error, visit.words)
            visit.status = 422
            return page.show(visit)

    def _older(self, page: Page, visit: Visit) -> Response:
        """Show the form again with what was typed: it is from before the record was last opened, or from elsewhere."""
        visit.status = 403
        visit.hint = visit.say(
            "This page was older than your session, so nothing was kept yet. Look it over and send it again."
        )
        shown = page.show(visit)
        return shown if shown.status_code == 403 else self.page(visit, "broken", sentence=visit.hint, next_step=" ")

    def _bring_back(self, visit: Visit) -> None:
        """Put what was typed before the record locked itself back into its form."""
        typed = visit.session.typed
        if typed is not None and typed.address == here().address and visit.session.open:
            visit.session.typed = None
            visit.form = Form(typed.fields)
            visit.hint = visit.say(
                "This is what you typed before the record locked. It is not kept yet: look it over and send it."
            )

    def _locked(self, visit: Visit) -> Response:
        """Lead to the page that opens a record, and keep in mind what was wanted, and what was typed."""
        session, address = visit.session, here().address
        if visit.form is not None:
            fields = visit.form.without("token")
            if any(value.strip() for _, value in fields):
                session.typed = Typed(address, fields)
        session.wanted = address
        return RedirectResponse(to("/record/open" if records_kept(self.records) else "/record/start"), 303)

    def _error(self, visit: Visit, error: WaymarkError) -> Response:
        visit.status = 404 if isinstance(error, NotFound) else 503 if isinstance(error, Damaged) else 422
        sentence = visit.say(error.sentence)
        return self.page(visit, "broken", sentence=sentence, next_step=visit.say(error.next_step))

    def _set_cookie(self, response: Response, cookie: str) -> None:
        # Once for each language, since a page's language is the first step of its address.
        for language in languages():
            response.set_cookie(
                COOKIE,
                cookie,
                path=to("/record", language),
                httponly=True,
                samesite="strict",
                secure=self.behind is not None,
            )


def _demo(session: Session) -> str:
    """Return whether an invented example is open, and what becomes of what is tried in it: "vanishes", "stays", or ""."""
    if session.own is None or not session.open:
        return ""
    return "vanishes" if session.demo else "stays" if session.own.is_demo else ""


def without_name(sentence: str, name: str) -> str:
    """Return what is said of a symptom without its name, for a place where the name stands already."""
    rest = sentence.removeprefix(f"{name}:").strip()
    return rest[:1].upper() + rest[1:]


def routes_of(pages: RecordPages, every: Iterable[Page]) -> list[Route]:
    """Return the routes of the pages."""

    def endpoint(page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await pages.answer(page, request)

        return answer

    return [Route(page.path, endpoint(page), methods=["GET", "HEAD", "POST"]) for page in every]


def create_record_app(pages: RecordPages) -> Any:
    """Return the application that serves the record. One process runs it, on a socket of its own."""
    from waymark.app.web.record.every_page import EVERY_PAGE

    by_address = {file.address: file for file in _statics().values()}

    async def static(request: Request) -> Response:
        file = by_address.get(request.url.path)
        if file is None:
            return Response(status_code=404)
        packed = "gzip" in request.headers.get("accept-encoding", "") and file.compressed is not None
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        if packed:
            headers["Content-Encoding"] = "gzip"
        return Response(file.compressed if packed else file.content, media_type=file.kind, headers=headers)

    async def front(request: Request) -> Response:
        return RedirectResponse(to("/record"), 307)

    missing = Page("/record/{rest:path}", _missing, _missing, needs_open=False)
    routes = [
        Route("/", front),
        Route("/static/{digest}/{name}", static),
        *routes_of(pages, (*EVERY_PAGE, missing)),
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> Any:
        """Lock every record at the end."""
        current_default_thread_limiter().total_tokens = _THREADS
        yield
        pages.sessions.close_all()

    return Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(OnlyHere, behind=pages.behind), Middleware(InItsLanguage)],
    )


def _missing(visit: Visit) -> Response:
    visit.status = 404
    return visit.page("missing")


__all__ = ["KEPT", "RecordPages", "create_record_app"]
