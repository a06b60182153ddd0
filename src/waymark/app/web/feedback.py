"""Below an answer: whether it helped, and the report of a wrong or harmful one. Whole without JavaScript, without a cookie.

The page carries a sealed note of what it shows (`waymark.app.reports.sealed`), which comes back with the form. A form that a
page of another site sends is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from waymark.answering.conversation import context_from_fields
from waymark.answering.response import Response as Given
from waymark.app.reports.keeping import KIND_WORDS, LONGEST_WORDS, Kind
from waymark.app.reports.making import from_note, sealed_note
from waymark.app.reports.replay import OPEN_KINDS
from waymark.app.web.answers import Asked
from waymark.app.web.language import here, say, to
from waymark.app.web.pace import Pace
from waymark.errors import InputRefused, UsageError, WaymarkError
from waymark.languages.texts import message

if TYPE_CHECKING:
    from waymark.app.web.application import Pages
    from waymark.app.wiring import Waymark

ROOT = "/feedback"
_MOST_FIELDS = 40
_ASKED = ("q", "audience", "cancer", "about", "back", "child", "treatment")
TOO_OFTEN = message("A lot has been sent from here in the last minutes.")
LATER = message("Nothing is lost: wait some minutes, then send it again.")


@dataclass(frozen=True, slots=True)
class FeedbackForm:
    """What the forms carry and show: the sealed note, the question with what it was asked with, and what was typed before."""

    note: str
    fields: Mapping[str, str]
    question: str
    kinds: tuple[tuple[str, str], ...]
    longest: int = LONGEST_WORDS
    kind: str = ""
    comment: str = ""
    keep: bool = False
    hint: str = ""


def _kinds() -> tuple[tuple[str, str], ...]:
    return tuple((kind.value, say(KIND_WORDS[kind])) for kind in OPEN_KINDS)


class Feedback:
    """The forms and what takes them. ``clock`` gives the time as an aware datetime."""

    def __init__(self, service: "Waymark", clock: Callable[[], datetime], pace: Pace | None = None) -> None:
        self.service = service
        self.clock = clock
        self.pace = pace or Pace()

    def form(self, asked: Asked, response: Given, today: date) -> FeedbackForm | None:
        """Return the forms below an answer; None where the library's folder takes nothing."""
        note = sealed_note(self.service, response, today, here().language, self.clock())
        fields = {"q": asked.text, "audience": asked.audience, "cancer": asked.cancer, **asked.context.fields()}
        return FeedbackForm(note, {n: v for n, v in fields.items() if v}, asked.text, _kinds()) if note else None

    def take(self, pages: "Pages", fields: Mapping[str, str], place: str, own: bool) -> Response:
        """Keep what a form sent, and lead to the page that says so; else show the form again with what was typed."""
        try:
            if not own:
                raise UsageError(
                    message("This was sent by a page of another site, so nothing was kept."),
                    message("Ask your question here, and send the form below its answer."),
                )
            kind = _kind(fields.get("kind", ""))
            note = self.service.reports.seal.opened(fields.get("note", ""), self.clock())
            if not self.pace.take(place):
                return self._again(pages, fields, 429, TOO_OFTEN, LATER)
            keep = fields.get("keep") == "1" and kind.is_report
            asked = {name: fields.get(name, "") for name in ("audience", "cancer")}
            context = context_from_fields(fields)
            report = from_note(
                self.service,
                note,
                kind,
                "page",
                self.clock(),
                fields.get("q", "") if keep else "",
                {**asked, "language": here().language, "context": context.as_json() if context else None},
                fields.get("comment", ""),
            )
            kept = self.service.reports.keep(report)
        except WaymarkError as error:
            from waymark.app.web.api import status_of

            status = 403 if not own else status_of(error)
            return self._again(pages, fields, status, error.sentence, error.next_step)
        return RedirectResponse(to(f"{ROOT}/{kept.id}"), 303, {"Cache-Control": "no-store"})

    def _again(self, pages: "Pages", fields: Mapping[str, str], status: int, sentence: str, next_step: str) -> Response:
        """Return the form with a sentence and with what was typed. What another site sent is not shown."""
        typed = fields if status != 403 else {}
        form = FeedbackForm(
            typed.get("note", ""),
            {name: typed[name] for name in _ASKED if typed.get(name)},
            typed.get("q", ""),
            _kinds(),
            kind=typed.get("kind", ""),
            comment=typed.get("comment", ""),
            keep=typed.get("keep") == "1",
            hint=f"{say(sentence)} {say(next_step)}".strip(),
        )
        return pages.page("feedback_again", status, "no-store", feedback=form)

    def kept(self, pages: "Pages", report_id: str) -> Response:
        """Return the page that says what was kept. Raises `NotFound`."""
        found = self.service.reports.get(report_id if len(report_id) == 16 else "")
        report = found.report
        return pages.page(
            "feedback_kept",
            200,
            "no-store",
            report=report,
            kind=say(KIND_WORDS[report.kind]),
            question_kept=bool(report.words and report.words.question),
            comment_kept=bool(report.words and report.words.comment),
        )


def _kind(value: str) -> Kind:
    try:
        return Kind(value)
    except ValueError:
        raise InputRefused(
            message("It is not said what is wrong with the answer."), message("Choose one of the lines, then send it.")
        ) from None


def add_feedback(app: FastAPI, feedback: Feedback, pages: "Pages") -> None:
    """Add the addresses of the forms."""
    from waymark.app.web.librarian.visit import is_own_page

    async def take(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
            fields = {name: value.replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}
        place = request.client.host if request.client else ""
        return await run_in_threadpool(feedback.take, pages, fields, place, is_own_page(request) is not False)

    async def kept(request: Request) -> Response:
        return await run_in_threadpool(feedback.kept, pages, request.path_params["report"])

    app.router.add_route(ROOT, take, methods=["POST"], include_in_schema=False)
    app.router.add_route(f"{ROOT}/{{report}}", kept, methods=["GET", "HEAD"], include_in_schema=False)
