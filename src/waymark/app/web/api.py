"""The JSON API under ``/api/v1``: the shapes of ``waymark ... --json`` over HTTP.

Answers are given as the service made them; the models below describe them for OpenAPI and check only what comes in.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from waymark import errors
from waymark.answering.conversation import context_from
from waymark.answering.response import response_json
from waymark.answering.spoken import sure_language
from waymark.app.public import Withdrawn, public_document
from waymark.app.shapes import document_show, error_json, error_kind, withdrawn_json
from waymark.app.web.language import callers_words
from waymark.languages.texts import message, texts
from waymark.record import errors as record_errors

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark

LONGEST_QUESTION = 2_000
"""Characters; a longer message is refused with a sentence, never cut."""
MOST_PASSAGES = 200

STATUS_OF: Mapping[type[errors.WaymarkError], int] = {
    errors.WaymarkError: 500,
    errors.UsageError: 422,
    errors.InputRefused: 422,
    errors.UnreadableSource: 422,
    errors.InvalidDocument: 422,
    errors.FetchRefused: 422,
    errors.NotFound: 404,
    errors.LifecycleRefused: 409,
    errors.ChangedMeanwhile: 409,
    errors.NotAllowed: 403,
    errors.LibraryBusy: 503,
    errors.StorageRefused: 503,
    errors.Damaged: 503,
    errors.LibraryDamaged: 503,
    errors.LibraryTooNew: 503,
    errors.IndexMissing: 503,
    errors.IndexStale: 503,
    errors.IndexDamaged: 503,
    errors.EncoderDamaged: 503,
    record_errors.RecordExists: 422,
    record_errors.WeakPassphrase: 422,
    record_errors.WrongPassphrase: 403,
    record_errors.WrongRecoveryKey: 403,
    record_errors.EntryRefused: 422,
    record_errors.ImportRefused: 422,
    record_errors.RecordLocked: 423,
    record_errors.RecordBusy: 423,
    record_errors.NotSaved: 503,
    record_errors.RecordDamaged: 503,
    record_errors.RecordTooNew: 503,
}
"""The one table from kinds of errors to HTTP statuses; every class of ``waymark.errors`` has its row."""


class ErrorBody(BaseModel):
    kind: str = Field(description="A fixed name of what went wrong, for programs.")
    say: str = Field(description="What went wrong, in a sentence for the person.")
    next_step: str = Field(description="What to do about it; may be empty.")


class Source(BaseModel):
    title: str
    url: str


class Urgent(BaseModel):
    """Words in the question that call for a person, not a page."""

    sign: str
    level: Literal["emergency", "same_day", "crisis"]
    say: str
    source: Source


class Error(BaseModel):
    error: ErrorBody
    urgent: Urgent | None = Field(
        default=None, description="Only on /ask: what to do first, where the question holds an urgent sign."
    )


class DocumentPart(BaseModel):
    """The document of a citation."""

    id: str
    version: str
    content_hash: str = Field(description="sha256: and the hex digest of the body in UTF-8.")
    title: str
    publisher: str
    url: str
    audience: str
    language: str
    last_reviewed: date | None
    review_due: date | None
    lapsed: bool
    license: str
    attribution: str
    credit: str = Field(description="What to print with the words: publisher, original title and address.")


class LeadPart(BaseModel):
    """What introduces a quotation and stands too far before it to be part of it: ``body[start:end] == text``."""

    text: str
    start: int
    end: int


class Quoted(BaseModel):
    """Exact characters of one version of one document: ``body[start:end] == text``, counted in Unicode code points."""

    text: str
    start: int
    end: int
    section: list[str]
    document: DocumentPart
    link: str = Field(description="The publisher's page, with a text fragment that leads to the words.")
    fold: int | None = Field(description="Where a long one may be folded: a place in the body, between two sentences.")
    lead: LeadPart | None = Field(description="The sentence that introduces a list of which a later part is quoted.")


class NamedPage(BaseModel):
    """A document by its id: `/api/v1/documents/{id}` reads it."""

    id: str
    title: str
    language: str


class DeclineBody(BaseModel):
    reason: Literal["not_in_library", "not_about_health", "needs_your_team", "search_unavailable"]
    say: str
    next_step: str
    nearest: NamedPage | None = Field(default=None, description="The page that comes nearest to the question.")
    take: NamedPage | None = Field(default=None, description="A list of questions to take along to the care team.")


class SpokenOf(BaseModel):
    """What a question was about, for the next one to lean on. Facts alone: no words of the person are in it."""

    model_config = ConfigDict(extra="forbid")

    cancers: Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=20)] = Field(
        default=[], description="Ids of cancers."
    )
    recurrent: bool = Field(default=False, description="It came back.")
    child: bool = Field(default=False, description="It is a child's.")
    subject: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="The treatment or medicine that was spoken of."
    )


class ReadAs(BaseModel):
    written: str = Field(description="As it stands in the question: misspelled, an everyday name, a brand.")
    read: str = Field(description="What it was taken for.")


class OneAnswer(BaseModel):
    """An answer to one question, which quotes, or a decline, which says why nothing is quoted."""

    question: str
    status: Literal["answered", "declined"]
    urgent: Urgent | None
    decline: DeclineBody | None
    quotations: list[Quoted]
    related: list[Quoted]
    took_ms: float
    note: str = Field(
        default="", description="What has to be said beside the quotations, in our own words; may be empty."
    )
    context: SpokenOf | None = Field(
        default=None, description="Send it back with the next question; nothing is kept here."
    )
    answering_for: str | None = Field(
        default=None, description="What was taken from the context that came with the question."
    )
    read_as: list[ReadAs] = []


class AskAnswer(OneAnswer):
    """An answer, which quotes, or a decline, which says why nothing is quoted."""

    parts: list[OneAnswer] = Field(
        default=[],
        description="The response to each question, where the message holds several; the first of them stands above as well.",
    )


class AskQuestion(BaseModel):
    """One question in the person's own words."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUESTION)]
    audience: Literal["patient", "professional"] | None = Field(
        default=None, description="Who the quoted documents are for."
    )
    cancer: Annotated[str, StringConstraints(max_length=100)] | None = Field(
        default=None, description="A cancer's id or name."
    )
    lang: Annotated[str, StringConstraints(max_length=35)] | None = Field(
        default=None,
        description="BCP 47 code of the language to answer in; documents in it are quoted before others. "
        "Default: the question's own.",
    )
    context: SpokenOf | None = Field(
        default=None, description="The `context` of the answer before, for a question that leans on it."
    )


class FoundPassage(BaseModel):
    text: str
    start: int
    end: int
    section: list[str]
    document: DocumentPart
    score: float = Field(description="Comparable within one search only.")


class SearchAnswer(BaseModel):
    query: str
    passages: list[FoundPassage]
    took_ms: float


class VersionPart(BaseModel):
    version: str
    status: str
    content_hash: str
    last_reviewed: date | None
    review_due: date | None
    updated: date | None
    retrieved: str | None


class EventPart(BaseModel):
    at: str
    actor: str
    action: str
    version: str
    detail: dict[str, Any]


class DocumentAnswer(BaseModel):
    """One version of a document: record, body and history. The same object as ``waymark show ID --json``."""

    id: str
    version: str
    status: str
    title: str
    publisher: str
    url: str
    audience: str
    language: str
    cancer_types: list[str]
    tags: list[str]
    kind: str
    license: str
    citation: str
    attribution: str
    credit: str = Field(description="What to print with the words: publisher, original title and address.")
    last_reviewed: date | None
    review_due: date | None
    reviewed_by: str | None
    updated: date | None
    posted: date | None
    retrieved: str | None
    origin: str | None
    content_hash: str
    record: dict[str, Any] = Field(description="The front matter as it came.")
    evidence: dict[str, list[str]] = Field(description="Why each derived value is what it is.")
    body: str = Field(description="The text that the spans of quotations count in.")
    versions: list[VersionPart]
    history: list[EventPart]


class WithdrawnAnswer(BaseModel):
    """A document that was withdrawn: its text is kept, and given out no more."""

    id: str
    version: str
    status: Literal["withdrawn"]
    title: str
    publisher: str
    url: str
    withdrawn: str | None = Field(description="When, UTC; null when it came in as withdrawn.")
    why: str = Field(description="Empty when no reason was written down.")


class PartHealth(BaseModel):
    ok: bool
    say: str
    mend: str = Field(description="What mends it; empty when nothing is broken.")
    detail: dict[str, Any]


class HealthAnswer(BaseModel):
    """Each part by name. The status is 503 when one of them is broken."""

    ok: bool
    library: PartHealth
    index: PartHealth
    encoder: PartHealth
    plain_words: PartHealth | None = Field(
        default=None,
        description="Only where the operator has turned them on: which server is sent questions and quotations.",
    )


def status_of(error: errors.WaymarkError) -> int:
    """Return the HTTP status of an error: the row of its class, or of the nearest class above it."""
    return next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)


def error_response(
    error: errors.WaymarkError, urgent: dict[str, Any] | None = None, language: str | None = None
) -> JSONResponse:
    """Return an error as JSON with its status, in a language (else the caller's); an urgent notice is told beside it."""
    own = texts(language) if language else callers_words()
    body = error_json(error_kind(error), own.say(error.sentence), own.say(error.next_step))
    if urgent is not None:
        body["urgent"] = urgent
    return JSONResponse(body, status_of(error))


def refusal(kind: str, say: str, next_step: str, status: int) -> JSONResponse:
    """Return an error that no class stands for: a path that is not there, a method that is not taken."""
    own = callers_words()
    return JSONResponse(error_json(kind, own.say(say), own.say(next_step)), status)


_DESCRIBED = message("The fields of each request are listed in /api/v1/openapi.json.")


def validation_refusal(found: list[Any]) -> JSONResponse:
    """Return what is wrong with a request as one sentence."""
    first = found[0] if found else {"loc": (), "type": "", "msg": "it cannot be read"}
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
    kind = first["type"]
    if kind == "string_too_long" and where in ("question", "q"):
        say = message("A question may have at most %(most)s characters.", most=LONGEST_QUESTION)
        next_step = message("Ask the one thing that matters most.")
    elif kind == "string_too_short":
        say = message("“%(name)s” is empty.", name=where)
        next_step = message("Write a question in your own words.")
    elif kind == "missing":
        say, next_step = message("“%(name)s” is missing.", name=where or "body"), _DESCRIBED
    elif kind == "json_invalid":
        say = message("The body is not JSON.")
        next_step = message('Send for example {"question": "What is a recurrence?"}.')
    else:
        why = str(first["msg"])  # the validator's own words, which are English
        say = message("“%(name)s” cannot be taken: %(why)s.", name=where or "body", why=f"{why[:1].lower()}{why[1:]}")
        next_step = _DESCRIBED
    return refusal("usage_error", say, next_step, 422)


ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Error, "description": "The Host header names another server, or the body cannot be read."},
    413: {"model": Error, "description": "The body is too long."},
    422: {"model": Error, "description": "What was asked for cannot be asked that way."},
    500: {"model": Error, "description": "Something went wrong that Waymark has no name for."},
    503: {"model": Error, "description": "The library, the index or the encoder is damaged, or the library is busy."},
}
GONE: dict[int | str, dict[str, Any]] = {410: {"model": WithdrawnAnswer, "description": "It was withdrawn."}}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Error, "description": "No such document or version."}}


def api_router(service: "Waymark", today: Callable[[], date]) -> APIRouter:
    """Return the routes of the API over a service; ``today`` is the clock that says whether a review has lapsed."""
    router = APIRouter(prefix="/api/v1", tags=["api"])

    @router.post("/ask", response_model=AskAnswer, responses=ERRORS, summary="Ask a question")
    async def ask(asked: AskQuestion) -> JSONResponse:  # as the page does: on the spot
        """Quote the library word for word, or decline and say why."""
        try:
            response = service.ask(
                asked.question,
                audience=asked.audience,
                cancer=asked.cancer,
                language=asked.lang,
                on=today(),
                context=context_from(asked.context.model_dump() if asked.context else None),
            )
        except errors.Damaged as error:
            spoken = asked.lang or sure_language(asked.question)
            urgent = service.urgent(asked.question, spoken)
            return error_response(error, urgent_json(urgent), spoken)
        except errors.UsageError as error:
            return error_response(error, language=asked.lang)
        return JSONResponse(response_json(response))

    @router.get("/search", response_model=SearchAnswer, responses=ERRORS, summary="Search for passages")
    def search(
        q: Annotated[str, Query(min_length=1, max_length=LONGEST_QUESTION, description="The query.")],
        k: Annotated[int, Query(ge=1, le=MOST_PASSAGES, description="How many passages.")] = 10,
    ) -> JSONResponse:
        """Return ranked passages."""
        return JSONResponse(service.search(q, k).as_json(today()))

    @router.get(
        "/documents/{document_id}",
        response_model=DocumentAnswer,
        responses={**ERRORS, **NOT_FOUND, **GONE},
        summary="Read one document",
    )
    def document(
        document_id: str,
        version: Annotated[str | None, Query(max_length=100, description="Default: the present version.")] = None,
    ) -> JSONResponse:
        """Return its record, body and history, when it is or was published; of one that was withdrawn, when and why."""
        found = public_document(service, document_id, version)
        if isinstance(found, Withdrawn):
            return JSONResponse(withdrawn_json(found), 410)
        return JSONResponse(document_show(found.document, found.versions, found.events))

    @router.get(
        "/health",
        response_model=HealthAnswer,
        responses={
            400: ERRORS[400],
            503: {"model": HealthAnswer, "description": "A part is broken; `mend` mends it."},
        },
        summary="The state of each part",
    )
    def health() -> JSONResponse:
        """Return library, index and encoder, each with whether it works and what mends it."""
        state = service.health()
        parts = {
            name: {"ok": part.ok, "say": part.say, "mend": part.mend, "detail": dict(part.detail)}
            for name, part in state.parts.items()
        }
        return JSONResponse({"ok": state.ok, **parts}, 200 if state.ok else 503)

    return router


def urgent_json(urgent: Any) -> dict[str, Any] | None:
    """Return an urgent notice in the shape of ``ask --json``."""
    if urgent is None:
        return None
    return {
        "sign": urgent.sign,
        "level": urgent.level,
        "say": urgent.say,
        "source": {"title": urgent.source_title, "url": urgent.source_url},
    }
