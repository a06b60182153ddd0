"""Making a report at a door: out of the note that a page carried, or out of an answer that was just given."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from waymark.answering.response import Response
from waymark.answering.urgent import table_version
from waymark.app.public import public_document
from waymark.app.reports.keeping import Kind, Report, Words
from waymark.app.reports.sealed import Note, key_of, not_ours
from waymark.app.reports.shown import Place, Shown, ShownPart, digest
from waymark.errors import UsageError
from waymark.languages.texts import message

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


def from_shown(
    service: "Waymark",
    spans: Sequence[tuple[str, str, int, int]],
    kind: Kind,
    door: str,
    on: date,
    language: str,
    now: datetime,
    question: str = "",
    asked: Mapping[str, Any] | None = None,
    comment: str = "",
) -> Report:
    """Return the report of what a caller says that it showed: (document, version, start, end) of each quotation.

    It is marked as not vouched for. Raises `NotFound` for a version that was never published (nobody learns of a draft here),
    and `UsageError` for a span that is not in it.
    """
    places = []
    for document, version, start, end in spans:
        public_document(service, document, version)
        text = service.document(document, version).body.text[start:end]
        if len(text) != end - start or not text.strip():
            raise UsageError(
                message(
                    "“%(document)s” has no words from %(start)s to %(end)s.", document=document, start=start, end=end
                ),
                message("Send the places of the quotations as they were given."),
            )
        places.append(Place(document, version, start, end, digest(text)))
    shown = Shown(on, language, (ShownPart(tuple(places)),))
    words = _words(question.strip(), asked or {}, comment)
    name = key_of(secrets.token_hex(16), kind.value)
    return Report(name, kind, _moment(now), door, False, shown, service.surroundings(), words)


def _words(question: str, asked: Mapping[str, Any], comment: str) -> Words | None:
    comment = comment.replace("\r\n", "\n").strip()
    words = Words(question, {name: value for name, value in asked.items() if value} if question else {}, comment)
    return words or None


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
