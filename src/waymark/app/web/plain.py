"""Plain words on the pages: offered above the quotations, which are there already, and put in place when they have come.

With JavaScript they come by themselves where the model server is on Waymark's own machine, else after a tap; without, a link
leads to the same page with them. They are waited for on threads of their own, so that no other page waits with them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import anyio
from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from waymark.answering.conversation import context_from
from waymark.answering.plain.said import Plain, PlainWords
from waymark.answering.response import Answer
from waymark.answering.response import Response as Given
from waymark.app.logs import log
from waymark.app.web.answers import Asked
from waymark.app.web.api import ERRORS, AskQuestion, Quoted, error_response
from waymark.app.web.language import to
from waymark.app.wording import AUDIENCES
from waymark.errors import WaymarkError

if TYPE_CHECKING:
    from waymark.app.web.application import Pages
    from waymark.app.wiring import Waymark

ROOT = "/plain"
_AT_ONCE = 6  # that wait for a server; further ones wait for these, and no page waits for any


@dataclass(frozen=True, slots=True)
class PlainView:
    """What stands above the quotations: the offer, or the words (``told``), or that there are none."""

    href: str
    server: str
    here: bool
    told: Plain | None = None

    @property
    def given(self) -> PlainWords | None:
        return self.told if isinstance(self.told, PlainWords) else None

    @property
    def why(self) -> str:
        return "" if self.told is None or isinstance(self.told, PlainWords) else self.told.why


def plain_view(service: "Waymark", asked: Asked, response: Given, chosen: str, ask: bool) -> PlainView | None:
    """Return the offer of plain words for an answer, with the words where they are asked for (``ask``); None where there are none
    to be had: nothing is sent before a person sees that it would be.
    """
    teller = service.teller
    if teller is None:
        return None
    from waymark.answering.plain.said import Withheld
    from waymark.app.plain.telling import chosen_for

    if isinstance(chosen_for(response), Withheld):
        return None
    fields = {"q": asked.text, "audience": asked.audience, "cancer": asked.cancer, **asked.context.fields()}
    fields["lang"] = chosen
    href = to(f"{ROOT}?{urlencode({name: value for name, value in fields.items() if value})}")
    told = _told(service, response) if ask else None
    return PlainView(href, teller.settings.host, teller.settings.here, told)


def _told(service: "Waymark", response: Given) -> Plain:
    """Return plain words, with a line in the log that says how it went and how long it took, and nothing of what was asked."""
    started = time.monotonic()
    told = service.in_plain_words(response)
    why = "given" if isinstance(told, PlainWords) else told.why
    log().info("plain words", part="plain words", reason=why, took_ms=round((time.monotonic() - started) * 1000))
    return told


@cache
def _limiter() -> CapacityLimiter:
    return CapacityLimiter(_AT_ONCE)


async def _aside(work: Callable[[], Response]) -> Response:
    """Run what waits for another server on a thread that no page needs."""
    return await anyio.to_thread.run_sync(work, limiter=_limiter())


def add_plain(app: FastAPI, pages: "Pages") -> None:
    """Add the address of plain words: a part of a page for htmx, else the whole page."""

    async def plain(request: Request) -> Response:
        fields = dict(request.query_params)
        asked = Asked.of(fields, tuple(AUDIENCES))
        part = request.headers.get("hx-request-type") == "partial"
        response = await _aside(lambda: pages.answer(asked, fields.get("lang", ""), shape="part" if part else "plain"))
        response.headers["Vary"] = "HX-Request-Type"
        return response

    app.router.add_route(ROOT, plain, methods=["GET", "HEAD"], include_in_schema=False)


class PlainSentenceBody(BaseModel):
    text: str
    quotations: list[int] = Field(description="The numbers, from 1, of the quotations that the sentence rests on.")


class PlainBody(BaseModel):
    status: str = Field(description="given or withheld.")
    why: str | None = Field(description="Why there are none: off, urgent, declined, slow, unsupported and others.")
    sentences: list[PlainSentenceBody]
    language: str | None
    dropped: int = Field(description="Sentences that were left out because their quotations do not support them.")
    model: str


class PlainAnswer(BaseModel):
    """An answer's quotations, and a short version of them in plain words."""

    question: str
    quotations: list[Quoted]
    plain: PlainBody


def plain_router(service: "Waymark", today: Callable[[], Any]) -> APIRouter:
    """Return the route of the API."""
    router = APIRouter(prefix="/api/v1", tags=["api"])

    @router.post("/plain", response_model=PlainAnswer, responses=ERRORS, summary="An answer in plain words")
    async def plain(asked: AskQuestion) -> Response:
        """Ask the model server that the operator turned on, and give back only what the quotations support."""

        def work() -> Response:
            try:
                given = service.ask(
                    asked.question,
                    audience=asked.audience,
                    cancer=asked.cancer,
                    language=asked.lang,
                    on=today(),
                    context=context_from(asked.context.model_dump() if asked.context else None),
                    count=False,
                )
            except WaymarkError as error:
                return error_response(error, language=asked.lang)
            quoted = given.quotations if isinstance(given, Answer) else ()
            told = _told(service, given)
            return JSONResponse(
                {
                    "question": given.question,
                    "quotations": [each.as_json() for each in quoted],
                    "plain": told.as_json(),
                }
            )

        return await _aside(work)

    return router
