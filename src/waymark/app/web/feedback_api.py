"""Feedback over HTTP for programs: ``POST /api/v1/feedback``."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from waymark.answering.conversation import context_from
from waymark.answering.spoken import sure_language
from waymark.app.reports.keeping import LONGEST_WORDS, Kind
from waymark.app.reports.making import from_answer, from_shown
from waymark.app.reports.shown import MOST_PLACES
from waymark.app.web.api import ERRORS, AskQuestion, Error, refusal
from waymark.app.web.feedback import LATER, TOO_OFTEN
from waymark.app.web.pace import Pace

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark

_Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ShownQuotation(BaseModel):
    """One quotation that was shown, as ``ask`` gave it; what else it gave beside these may be sent along and is not read."""

    document: _Id = Field(description="The document's id.")
    version: _Id
    start: Annotated[int, Field(ge=0, lt=2**31)]
    end: Annotated[int, Field(ge=1, lt=2**31)]

    model_config = ConfigDict(extra="forbid")


class FeedbackSent(AskQuestion):
    """What a person says of an answer. Without ``shown`` the question is asked again, and what it now gives is kept."""

    kind: Literal["helped", "did_not_help", "wrong", "harmful", "urgent_sign"]
    comment: Annotated[str, StringConstraints(max_length=LONGEST_WORDS)] = ""
    keep_question: bool = Field(default=False, description="Only where the person agreed to it.")
    shown: Annotated[list[ShownQuotation], Field(max_length=MOST_PLACES)] | None = Field(
        default=None, description="The quotations that were shown, where it was an answer of another moment."
    )


class FeedbackKept(BaseModel):
    id: str = Field(description="`waymark replay` shows it again.")
    kind: str
    question_kept: bool
    vouched: bool = Field(description="False where what was shown is as the caller told it.")


def feedback_router(
    service: "Waymark", today: Callable[[], date], clock: Callable[[], datetime], pace: Pace
) -> APIRouter:
    """Return the route; ``today`` and ``clock`` are the clocks, ``pace`` is shared with the pages' forms."""
    router = APIRouter(prefix="/api/v1", tags=["api"])
    responses: dict[int | str, dict[str, Any]] = {
        **ERRORS,
        404: {"model": Error, "description": "No such document or version."},
        429: {"model": Error, "description": "Too much was sent from one place in the last minutes."},
    }

    @router.post("/feedback", response_model=FeedbackKept, responses=responses, summary="Say how an answer was")
    def feedback(sent: FeedbackSent, request: Request) -> JSONResponse:
        """Keep what was shown, and what a person says of it: it helped or not, is wrong, could harm, or its urgent notice is."""
        if not pace.take(request.client.host if request.client else ""):
            return refusal("too_often", TOO_OFTEN, LATER, 429)
        kind, spoken = Kind(sent.kind), sent.lang or sure_language(sent.question)
        context = sent.context.model_dump() if sent.context else None
        question = sent.question if sent.keep_question else ""
        asked = {"audience": sent.audience, "cancer": sent.cancer, "language": sent.lang, "context": context}
        if sent.shown is None:
            given = service.ask(
                sent.question,
                audience=sent.audience,
                cancer=sent.cancer,
                language=sent.lang,
                on=today(),
                context=context_from(context),
                count=False,
            )
            made = from_answer(service, given, kind, "api", today(), spoken, clock(), question, asked, sent.comment)
        else:
            spans = [(each.document, each.version, each.start, each.end) for each in sent.shown]
            made = from_shown(service, spans, kind, "api", today(), spoken, clock(), question, asked, sent.comment)
        kept = service.reports.keep(made)
        body = {"id": kept.id, "kind": kept.kind.value, "question_kept": bool(question), "vouched": kept.vouched}
        return JSONResponse(body)

    return router
