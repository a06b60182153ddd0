"""Making a report at a door: out of the note that a page carried, or out of an answer that was just given."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from waymark.answering.response import Response
from waymark.answering.urgent import table_version
from waymark.app.reports.keeping import Kind, Report, Words
from waymark.app.reports.sealed import Note, key_of, not_ours
from waymark.app.reports.shown import Shown

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark


def sealed_note(service: "Waymark", response: Response, on: date, language: str, now: datetime) -> str:
    """Return the note that a page carries with an answer, "" where the library's folder takes none."""
    from waymark.errors import StorageRefused

    shown = Shown.of(response, on, language, table_version()[0])
    try:
        return service.reports.seal.sealed(shown, service.surroundings(), response.question, now)
    except StorageRefused:
        return ""


def from_note(
    service: "Waymark",
    note: Note,
    kind: Kind,
    door: str,
    now: datetime,
    question: str = "",
    asked: Mapping[str, Any] | None = None,
    comment: str = "",
) -> Report:
    """Return the report of a page's form. ``question`` is only given where the person agreed to its being kept.

    Raises `UsageError` when the question is not the one that was asked there.
    """
    question = question.strip()
    if question and not service.reports.seal.same_question(note, question):
        raise not_ours()
    words = _words(question, asked or {}, comment)
    # The kinds that report are one report: who says "wrong", and then "harmful", has said it twice.
    name = key_of(note.once, kind.value)
    return Report(name, kind, _moment(now), door, True, note.shown, note.surroundings, words)


def from_answer(
    service: "Waymark",
    response: Response,
    kind: Kind,
    door: str,
    on: date,
    language: str,
    now: datetime,
    question: str = "",
    asked: Mapping[str, Any] | None = None,
    comment: str = "",
) -> Report:
    """Return the report of an answer that this Waymark has just given."""
    shown = Shown.of(response, on, language, table_version()[0])
    words = _words(question.strip(), asked or {}, comment)
    name = key_of(secrets.token_hex(16), kind.value)
    return Report(name, kind, _moment(now), door, True, shown, service.surroundings(), words)


def _words(question: str, asked: Mapping[str, Any], comment: str) -> Words | None:
    comment = comment.replace("\r\n", "\n").strip()
    words = Words(question, {name: value for name, value in asked.items() if value} if question else {}, comment)
    return words or None


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
