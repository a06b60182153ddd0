"""The web door: the pages, and the application that holds pages, API and guard together.

Every page is whole without JavaScript. Nothing is loaded from elsewhere, no cookie is set, and no question is logged.
"""

import os
import re
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from waymark.answering.response import Quotation
from waymark.answering.spoken import sure_language
from waymark.answering.urgent import EmergencyNumbers, table_version
from waymark.answering.wording import decline_words
from waymark.app.lapsed import lapse_rule
from waymark.app.public import Withdrawn, public_document
from waymark.app.web.answers import Asked, going_on, narrowed_words, part_views
from waymark.app.web.api import LONGEST_QUESTION, api_router, error_response, refusal, status_of, validation_refusal
from waymark.app.web.as_text import answer_as_text
from waymark.app.web.feedback import Feedback, add_feedback
from waymark.app.web.feedback_api import feedback_router
from waymark.app.web.guard import SECURITY_HEADERS, Guard, keep_questions_out_of_the_access_log
from waymark.app.web.language import (
    InItsLanguage,
    Templates,
    _,
    day,
    here,
    in_language_of_address,
    same_page,
    say,
    to,
    words,
)
from waymark.app.web.packing import Packing
from waymark.app.web.plain import add_plain, plain_router, plain_view
from waymark.app.web.shelf import Choice, Shelf
from waymark.app.web.statics import read_statics
from waymark.app.web.views import QuotationView, document_view, listed_view, options, quotation_view
from waymark.app.web.words import MeaningView, Words
from waymark.app.web.words_api import words_router
from waymark.app.wording import AUDIENCES, READERS, URGENT_HEADINGS
from waymark.errors import Damaged, NotFound, UsageError, WaymarkError
from waymark.languages.texts import SOURCE, Message, language_of, message, texts

if TYPE_CHECKING:
    from waymark.app.wiring import Health, Waymark

_TEMPLATES = Path(__file__).parent / "templates"
_STATIC = Path(__file__).parent / "static"
_NUMBER = re.compile(r"[0-9][0-9 ]{1,14}[0-9]")
_ESCAPED = re.compile(r"(?:%(?:[89A-Fa-f][0-9A-Fa-f]))+")  # letters beyond ASCII
_MOST_VIEWS = 2048  # quotations whose page form is remembered: the same few answer most questions
_NOTE_SECONDS = 3.0  # how long the ask page's note stands before the parts are asked again
_THREADS = min(4, max(2, os.cpu_count() or 2))
_HELPLINES = "findahelpline.com"

EXAMPLES = (
    message("What is the difference between a recurrence and a second cancer?"),
    message("It came back in my liver. Is it still colon cancer?"),
    message("What does the r in front of my stage mean?"),
    message("How do I get a second opinion?"),
)
"""Questions that the ask page offers; each has its answer in the starter collection, in every language of it."""


def too_long(count: int) -> Message:
    """Return what is said of a question with too many characters."""
    return message("That is %(count)s characters; at most %(most)s can be read.", count=count, most=LONGEST_QUESTION)


def _whole(text: str | None) -> int:
    """Return a whole number of an address, -1 where it is none."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else -1


def with_links(say: str, numbers: EmergencyNumbers) -> list[tuple[str, str | None]]:
    """Return a notice in pieces, each with the address that it leads to, or None.

    The country's numbers are made to be tapped, and only they: a temperature or a count of days is no number to call.
    """
    known = _NUMBER.findall(f"{numbers.emergency}; {numbers.crisis}")
    leads = {number: "tel:" + number.replace(" ", "") for number in known}
    leads[_HELPLINES] = f"https://{_HELPLINES}"
    found = re.compile("|".join(rf"(?<!\w){re.escape(words)}(?!\w)" for words in sorted(leads, key=len, reverse=True)))
    pieces: list[tuple[str, str | None]] = []
    at = 0
    for match in found.finditer(say):
        if match.start() > at:
            pieces.append((say[at : match.start()], None))
        pieces.append((match.group(), leads[match.group()]))
        at = match.end()
    if at < len(say):
        pieces.append((say[at:], None))
    return pieces


def table_words() -> str:
    """Return of which day the table of urgent signs is, and who has signed it."""
    version, signed_by = table_version()
    try:
        of = day(date.fromisoformat(version))
    except ValueError:
        of = version
    if signed_by:
        return say(message("List of urgent signs of %(day)s, signed by %(who)s.", day=of, who=signed_by))
    return say(message("List of urgent signs of %(day)s. No clinician has signed it yet.", day=of))


def readable(address: str) -> str:
    """Return an address as a person reads it: letters of any alphabet as letters, what has a meaning in it as it is."""
    return _ESCAPED.sub(lambda run: _letters(run.group()), address)


def _letters(run: str) -> str:
    try:
        text = unquote(run, errors="strict")
    except UnicodeDecodeError:
        return run
    return "".join(c if c.isprintable() and not c.isspace() else quote(c) for c in text)


def _note_of(health: "Health") -> Message | None:
    broken = next((part for part in health.parts.values() if not part.ok), None)
    if broken is not None:
        return message("Part of Waymark is broken: %(cause)s %(mend)s", cause=broken.say, mend=broken.mend)
    detail = health.parts["encoder"].detail
    encoded, total = int(detail.get("encoded", 0)), int(detail.get("total", 0))
    if encoded >= total:
        return None
    return message("Search is still learning this library: %(share)s%%.", share=100 * encoded // total)


class Pages:
    """The pages over one service. ``today`` is the clock that says whether a review has lapsed."""

    def __init__(
        self,
        service: "Waymark",
        today: Callable[[], date],
        record: Callable[[str], str] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.service = service
        self.today = today
        self.feedback = Feedback(service, clock)
        self.record = record
        self.statics = read_statics(_STATIC)
        self._by_address = {file.address: file for file in self.statics.values()}
        self._templates = Templates(
            _TEMPLATES,
            {
                "static": lambda name: self.statics[name].address,
                "readers": READERS,
                "longest": LONGEST_QUESTION,
                "same_page": same_page,
                "record": record is not None,
                "keeps_questions": service.settings.keep_missing,
                "counts_questions": service.settings.count_missing,
                "plain_server": service.settings.plain.host if service.settings.plain else "",
                "plain_here": bool(service.settings.plain and service.settings.plain.here),
                "options": options,
            },
            remembered={"figure": ("parts", "quoted"), "explained": ("parts", "meaning")},
            shared={
                "question_form": "form",
                "urgent_notice": "parts",
                "feedback_section": "feedback",
                "plain_part": "plain",
            },
        )
        self.words = Words(service)
        self._shelves: dict[str, Shelf] = {}
        self._shelves_of: object = None
        self._note: tuple[float, Message | None] = (-_NOTE_SECONDS, None)
        self._views: dict[Any, QuotationView] = {}

    def warm_up(self) -> None:
        """Make what is made once, before the first person asks. Raises what the pages raise."""
        self.ask()

    # Parts ---------------------------------------------------------------------------------------------------------

    def page(self, name: str, status: int = 200, cache: str = "no-cache", **values: Any) -> HTMLResponse:
        """Return a page from its template."""
        return self.made(name, status, cache, values)

    def made(self, name: str, status: int, cache: str, values: Mapping[str, Any]) -> HTMLResponse:
        return HTMLResponse(self._templates.get(name).render(**values), status, {"Cache-Control": cache})

    @property
    def shelf(self) -> Shelf:
        """Return the present state of the library for readers of the page's language, read anew when it has changed."""
        generation, language = self.service.catalogue.generation, here().language
        if generation != self._shelves_of:
            self._shelves, self._shelves_of = {}, generation
        shelf = self._shelves.get(language)
        if shelf is None:
            names, translations = self.service.cancer_names(language), self.service.translations()
            shelf = self._shelves[language] = Shelf(self.service.cards(), names, language, translations)
        return shelf

    def learning(self) -> str:
        """Return what to say of the search on the ask page: that it is broken or still learning, else nothing."""
        read_at, note = self._note
        if time.monotonic() - read_at > _NOTE_SECONDS:
            note = _note_of(self.service.health())
            self._note = (time.monotonic(), note)
        return "" if note is None else say(note).strip()

    def ask(self, hint: str = "", question: str = "", status: int = 200) -> HTMLResponse:
        page = self.page(
            "ask",
            status,
            examples=[say(example) for example in EXAMPLES],
            cancers=self.shelf.asked_cancers,
            note=self.learning(),
            hint=hint,
            question=question,
            audience="",
            cancer="",
            offer=self._offer(),
        )
        page.headers["Vary"] = "Accept-Language"
        return page

    @staticmethod
    def _offer() -> dict[str, str] | None:
        """Return the language that the browser asks for and the page is not in, with the words that offer it."""
        offered = here().offered
        if offered == here().language:
            return None
        return {"language": offered, "words": texts(offered).gettext("Read this page in English")}

    def answer(self, asked: Asked, chosen: str = "", shape: str = "") -> Response:
        """Return the page of one question; ``shape``: "plain" with plain words, "part" those alone, "text" the answer as text.

        A question in another language that Waymark speaks is answered on the page of that language, unless the page's
        language was ``chosen``.
        """
        text = asked.text
        if not text:
            return RedirectResponse(to("/"), 303)
        if len(text) > LONGEST_QUESTION:
            return self.ask(f"{say(too_long(len(text)))} {_('Ask the one thing that matters most.')}", text, 422)
        language, surely = here().language, sure_language(text)
        if language == SOURCE and language_of(chosen) != chosen:
            spoken = language_of(surely)
            if spoken != language:
                return RedirectResponse(asked.address(spoken), 303, {"Cache-Control": "no-store"})
        today = self.today()
        try:
            response = self.service.ask(
                text,
                audience=asked.audience or None,
                cancer=asked.cancer or None,
                language=None if language == SOURCE and not chosen else language,
                on=today,
                context=asked.context,
            )
            shelf = self.shelf
            meanings: list[MeaningView] = []
            parts = part_views(response, shelf, lambda quotation: self._quoted(quotation, today, meanings))
        except UsageError as error:
            return self.ask(f"{say(error.sentence)} {say(error.next_step)}".strip(), text, 422)
        except Damaged as error:
            return self.broken(error, text)
        if shape == "text":
            said = answer_as_text(asked, response.urgent, parts, today, here().site)
            return Response(said, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
        in_plain = plain_view(self.service, asked, response, chosen, bool(shape))
        if shape == "part":
            return self.page("plain_part", cache="no-store", plain=in_plain)
        next_one = going_on(response.reading)
        return self.page(
            "answer",
            cache="no-store",
            plain=in_plain,
            asked=asked,
            asked_language=surely or language,
            narrowed=narrowed_words(asked, shelf),
            cancers=shelf.asked_cancers,
            urgent=self._urgent(response.urgent),
            parts=parts,
            without_context=asked.address(leaning=False),
            context=next_one.fields(),
            context_words=next_one.words(language),
            meanings=meanings,
            address=(address := here().site + (asked.address() if shape else to(here().address))),
            shown_address=readable(address),
            on=today,
            to_copy="\n\n\n".join(part.to_copy for part in parts),
            as_text=asked.address().replace("/ask?", "/ask/text?", 1),
            feedback=self.feedback.form(asked, response, today),
        )

    def broken(self, error: Damaged, question: str) -> HTMLResponse:
        """Return the page that says that the search is broken. Urgent advice needs no index, and stands there."""
        said = decline_words("search_unavailable", here().language)
        return self.page(
            "broken",
            status_of(error),
            "no-store",
            question=question,
            urgent=self._urgent(self.service.urgent(question, here().language)),
            say=said.say,
            next_step=said.next_step,
            cause=say(error.sentence),
            mend=say(error.next_step),
        )

    def _quoted(self, quotation: Quotation, today: date, meanings: list[MeaningView]) -> Any:
        """Return the view of a quotation. A term is explained where the page first uses it; ``meanings`` gathers them."""
        document = self.service.document(quotation.card.id, quotation.card.version)
        card, span = document.card, (quotation.start, quotation.end)
        explained = self.words.explain(document.body, card.language, card.url, span, [each.id for each in meanings])
        meanings += explained.meanings
        key = quotation, explained.links, here().language, today
        view = self._views.get(key)
        if view is None:
            view = quotation_view(quotation, document, today, lapse_rule(self.service.settings), explained.links)
            if len(self._views) >= _MOST_VIEWS:
                self._views.clear()
            self._views[key] = view
        return view

    def _urgent(self, urgent: Any) -> dict[str, Any] | None:
        if urgent is None:
            return None
        return {
            "level": urgent.level,
            "heading": say(URGENT_HEADINGS[urgent.level]),
            "pieces": with_links(urgent.say.replace(" °", "\u00a0°"), self.service.numbers),
            "source_title": urgent.source_title,
            "source_url": urgent.source_url if urgent.source_url.startswith("https://") else "",
            "table": table_words(),
        }

    def document(self, document_id: str, version: str | None, start: str | None, end: str | None) -> HTMLResponse:
        """Return one version of a document, with a span marked where one is asked for."""
        found = public_document(self.service, document_id, version)
        if isinstance(found, Withdrawn):
            on = day(date.fromisoformat(found.at[:10])) if found.at else ""
            return self.page("withdrawn", 410, "no-store", card=found.card, on=on, why=found.why)
        document = found.document
        quote = None if start is None and end is None else (_whole(start), _whole(end))
        view = document_view(
            document,
            found.versions,
            found.events,
            self.shelf,
            quote,
            found.current or document.card,
            self.today(),
            self.words,
        )
        others = {language_of(other.language): other.href for other in view.translations}
        return self.page("document", document=view, switch=lambda code: others.get(code) or same_page(code))

    def glossary(self, asked: str) -> HTMLResponse:
        """Return the words that are explained, or those that fit what was asked for."""
        return self.page("glossary", **self.words.index(" ".join(asked.split())[:80]))

    def word(self, term_id: str) -> Response:
        """Return the page of one word. A number of the publisher's leads to our own word where there is one."""
        values = self.words.page(term_id)
        if values["word"].id != term_id:
            return RedirectResponse(values["word"].href, 308)
        return self.page("word", **values)

    def library(self, choice: Choice, page: int, part: bool) -> HTMLResponse:
        """Return the library's list; ``part`` for the list alone, which is put in place as a person types."""
        today = self.today()
        shelf = self.shelf
        selection = shelf.select(choice, page)

        def address(at: int) -> str:
            named = {
                "q": choice.words,
                "cancer": choice.cancer,
                "topic": choice.topic,
                "audience": choice.audience,
                "language": choice.language,
                "page": str(at) if at > 1 else "",
            }
            query = urlencode({name: value for name, value in named.items() if value})
            return to(f"/library?{query}" if query else "/library")

        response = self.page(
            "found" if part else "library",
            choice=choice,
            selection=selection,
            in_all=len(shelf.cards),
            listed=[listed_view(card, shelf, today) for card in selection.cards],
            before=address(selection.page - 1) if selection.page > 1 else "",
            after=address(selection.page + 1) if selection.page < selection.pages else "",
        )
        response.headers["Vary"] = "HX-Request-Type"
        return response

    def about(self) -> HTMLResponse:
        publishers: dict[str, int] = {}
        for card in self.shelf.cards:
            publishers[card.publisher] = publishers.get(card.publisher, 0) + 1
        return self.page(
            "about",
            numbers=self.service.numbers.said_in(here().language),
            table=table_words(),
            country=self.service.settings.country,
            publishers=sorted(publishers.items(), key=lambda pair: -pair[1]),
            in_all=len(self.shelf.cards),
        )

    def error(self, status: int, say: str, next_step: str) -> HTMLResponse:
        """Return a page that says what happened and what to do; it needs neither library nor index."""
        titles = {
            404: _("That is not here"),
            422: _("That cannot be asked this way"),
            503: _("Part of Waymark is broken"),
        }
        title = titles.get(status, _("Something went wrong"))
        return self.page(
            "error", status, "no-store", title=title, say=words().say(say), next_step=words().say(next_step)
        )

    def static(self, digest: str, name: str, packed: bool) -> Response:
        file = self._by_address.get(f"/static/{digest}/{name}")
        if file is None:
            raise HTTPException(404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        if packed and file.compressed is not None:
            return Response(file.compressed, media_type=file.kind, headers={**headers, "Content-Encoding": "gzip"})
        return Response(file.content, media_type=file.kind, headers=headers)


@asynccontextmanager
async def _few_threads(app: FastAPI) -> AsyncIterator[None]:
    """Run as many requests at once as there is work for: more threads only wait for one another.

    With eight clients on two cores, two threads answered 98 questions a second and forty answered 73.
    """
    current_default_thread_limiter().total_tokens = _THREADS
    yield


def create_app(
    service: "Waymark",
    *,
    hosts: Collection[str] = (),
    today: Callable[[], date] = date.today,
    record: Callable[[str], str] | None = None,
    librarian: bool = False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FastAPI:
    """Return the application: pages, API and what guards them.

    ``hosts`` are the names that it answers to besides this machine's own (``*``: every name). ``today`` is the clock.
    ``record`` says where the private record is served, as seen from a Host header; these pages only lead there.
    ``librarian`` adds the librarian's pages, whose sessions are reckoned by ``clock`` (aware datetimes).
    """
    keep_questions_out_of_the_access_log()
    app = FastAPI(
        title="Waymark",
        version="1",
        summary="Cited answers from a governed library.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # the usual pages load their scripts from elsewhere
        redoc_url=None,
        lifespan=_few_threads,
    )
    pages = Pages(service, today, record, clock)
    app.state.pages = pages
    app.include_router(api_router(service, today))
    app.include_router(words_router(service))
    app.include_router(plain_router(service, today))
    app.include_router(feedback_router(service, today, clock, pages.feedback.pace))
    _add_pages(app, pages)
    add_feedback(app, pages.feedback, pages)
    add_plain(app, pages)
    longer: dict[str, int] = {}
    if librarian:
        from waymark.app.web.librarian.application import ROOT, add_librarian
        from waymark.app.web.librarian.visit import LONGEST_FORM

        add_librarian(app, service, pages, today, clock)
        longer[ROOT] = LONGEST_FORM
    _add_error_pages(app, pages)
    app.add_middleware(Packing)
    app.add_middleware(InItsLanguage)
    app.add_middleware(Guard, hosts=hosts, longer=longer)
    return app


def _add_pages(app: FastAPI, pages: Pages) -> None:
    def page(path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        return app.api_route(path, methods=["GET", "HEAD"], include_in_schema=False, response_model=None)

    # Plain functions: FastAPI runs them on its threads, so that a long list does not hold up the others.
    @page("/")
    def ask() -> Response:
        return pages.ask()

    # An answer is made on the spot: it waits for nothing but the processor, and Python works on one at a time in any case.
    # Handed to a thread and back, it takes a fifth more.
    @page("/ask")
    async def answer(request: Request) -> Response:
        fields = dict(request.query_params)
        return pages.answer(Asked.of(fields, tuple(AUDIENCES)), fields.get("lang", ""))

    @page("/ask/text")
    def as_text(request: Request) -> Response:
        fields = dict(request.query_params)
        return pages.answer(Asked.of(fields, tuple(AUDIENCES)), fields.get("lang", "") or here().language, shape="text")

    @page("/documents/{document_id}")
    def document(document_id: str, start: str | None = None, end: str | None = None) -> Response:
        return pages.document(document_id, None, start, end)

    @page("/documents/{document_id}/versions/{version}")
    def version(document_id: str, version: str, start: str | None = None, end: str | None = None) -> Response:
        return pages.document(document_id, version, start, end)

    @page("/library")
    def library(
        request: Request,
        q: str = "",
        cancer: str = "",
        topic: str = "",
        audience: str = "",
        language: str = "",
        page: str = "1",
    ) -> Response:
        choice = Choice(q[:200].strip(), cancer, topic, audience, language)
        return pages.library(choice, max(_whole(page), 1), part=request.headers.get("hx-request-type") == "partial")

    @page("/glossary")
    def glossary(q: str = "") -> Response:
        return pages.glossary(q)

    @page("/glossary/{term_id}")
    def word(term_id: str) -> Response:
        return pages.word(term_id)

    @page("/about")
    def about() -> Response:
        return pages.about()

    @page("/record")
    def record(request: Request) -> Response:
        # The record has an address of its own (waymark.app.web.record.sessions says why).
        place = pages.record(request.headers.get("host", "")) if pages.record else ""
        if not place:
            raise HTTPException(404)
        return RedirectResponse(f"{place}{to('/record')}", 307)

    @page("/static/{digest}/{name}")
    async def static(request: Request, digest: str, name: str) -> Response:
        return pages.static(digest, name, "gzip" in request.headers.get("accept-encoding", ""))


def _add_error_pages(app: FastAPI, pages: Pages) -> None:
    def wants_json(request: Request) -> bool:
        return request.url.path.startswith("/api/")

    def of_waymark(request: Request, error: Exception) -> Response:
        assert isinstance(error, WaymarkError)
        if wants_json(request):
            return error_response(error)
        return pages.error(status_of(error), error.sentence, error.next_step)

    def of_request(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if wants_json(request):
            return validation_refusal(list(error.errors()))
        return pages.error(
            422, message("The address of this page cannot be read."), message("Start again from the ask page.")
        )

    def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        say, next_step = {
            400: (message("The request cannot be read."), message("Check how it is written, and send it again.")),
            404: (message("There is no page at this address."), message("Look in the library, or ask a question.")),
            405: (
                message("This address does not take that kind of request."),
                message("/api/v1/openapi.json says what it takes."),
            ),
        }.get(error.status_code, (message("Something went wrong."), message("Go back and try once more.")))
        if wants_json(request):
            kinds = {404: "not_found", 405: "method_not_allowed"}
            response: Response = refusal(kinds.get(error.status_code, "refused"), say, next_step, error.status_code)
        else:
            response = pages.error(error.status_code, say, next_step)
        for name, value in (error.headers or {}).items():
            response.headers[name] = value
        return response

    def of_anything(request: Request, error: Exception) -> Response:
        say = message("Something went wrong inside Waymark. It is not anything that you did.")
        next_step = message("Try once more. If it happens again, tell whoever runs this Waymark.")
        response: Response
        with in_language_of_address(request.scope):  # this one is written outside the application's own layers
            if wants_json(request):
                response = refusal("internal_error", say, next_step, 500)
            else:
                response = pages.error(500, say, next_step)
        response.headers.update(SECURITY_HEADERS)  # and outside the guard
        return response

    app.add_exception_handler(WaymarkError, of_waymark)
    app.add_exception_handler(NotFound, of_waymark)
    app.add_exception_handler(RequestValidationError, of_request)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(Exception, of_anything)
