"""What a word means, over HTTP: the shape of ``waymark glossary WORD --json``."""

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from waymark.app.meanings import meaning_of
from waymark.app.web.api import ERRORS, NOT_FOUND

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark

LONGEST_WORD = 80


class DictionaryEntry(BaseModel):
    """An entry of the publisher's dictionary, word for word, with the credit that goes with it."""

    number: int
    name: str
    dictionary: Literal["cancer-terms", "genetics"]
    audience: Literal["patient", "professional"]
    language: str
    text: str
    pronunciation: str | None
    publisher: str
    url: str
    credit: str


class WordAnswer(BaseModel):
    """What a word means: our own words, the publisher's entry where it is kept, or both."""

    id: str
    name: str
    language: str
    text: str | None = Field(description="Our own words; null where only the publisher explains it.")
    also: list[str]
    numbers: list[int] = Field(description="The numbers of the publisher's dictionary entries that mean it.")
    reviewed: None = Field(description="No clinician has reviewed our words yet.")
    license: str
    credit: str
    page: str = Field(description="The address of its page here.")
    publisher: str
    publisher_page: str
    dictionary: DictionaryEntry | None


def words_router(service: "Waymark") -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["api"])

    @router.get(
        "/glossary/{word}",
        response_model=WordAnswer,
        responses={**ERRORS, **NOT_FOUND},
        summary="What a word means",
    )
    def explain(
        word: Annotated[str, Path(max_length=LONGEST_WORD, description="A word, an id, or a publisher's number.")],
        lang: Annotated[str, Query(max_length=20, description="BCP 47 code of the words.")] = "en",
    ) -> JSONResponse:
        """Return our own words first, with the publisher's page, and the publisher's entry where it is kept."""
        return JSONResponse(meaning_of(service.catalogue, word, lang).as_json())

    return router
