"""Showing a report again: what was shown then, word for word; what the library answers today; and what is different."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from waymark.answering.conversation import context_from
from waymark.answering.response import Answer, Decline, Response, response_json
from waymark.app.reports.keeping import Kept, Kind
from waymark.app.reports.shown import Again, Place, made_again
from waymark.app.reports.surroundings import changed, surroundings
from waymark.errors import Damaged, WaymarkError
from waymark.languages.texts import Message, message
from waymark.library.document import Status

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. ``what`` is a fixed word for programs."""

    what: str
    say: Message
    document: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """``today`` is None where the question was not kept, or cannot be asked (``cause`` says why)."""

    kept: Kept
    then: Again
    today: Response | None
    cause: str
    differences: tuple[Difference, ...]
    around: tuple[tuple[str, Any, Any], ...]

    def as_json(self) -> dict[str, Any]:
        report = self.kept.report
        return {
            **report_json(self.kept),
            "shown": None if self.then.response is None else response_json(self.then.response),
            "shown_urgent_table": (report.shown.urgent or {}).get("table"),
            "faults": list(self.then.faults),
            "today": None if self.today is None else response_json(self.today),
            "today_cause": self.cause,
            "differences": [
                {"what": each.what, "say": str(each.say), "document": each.document or None}
                for each in self.differences
            ],
            "surroundings": dict(report.surroundings),
            "changed_since": [{"name": name, "then": old, "now": new} for name, old, new in self.around],
        }


def report_json(kept: Kept) -> dict[str, Any]:
    """Return a report without what was shown: ``waymark reports --json``."""
    report, words = kept.report, kept.report.words
    return {
        "id": report.id,
        "kind": report.kind.value,
        "state": kept.state.value,
        "at": report.at,
        "door": report.door,
        "vouched": report.vouched,
        "language": report.shown.language,
        "question": (words.question or None) if words else None,
        "asked": dict(words.asked) if words and words.question else None,
        "comment": (words.comment or None) if words else None,
        "words_erased": kept.erased,
        "last_step": {"why": kept.why, "by": kept.by, "at": kept.at} if kept.at else None,
        "documents": list(dict.fromkeys(place.document for place in report.shown.places)),
    }


def replay(service: "Waymark", kept: Kept, today: date) -> Replay:
    """Return a report shown again. Damage of the index is no error here: what was shown then needs none."""
    report = kept.report
    question = report.words.question if report.words else ""
    then = made_again(report.shown, service.document, service.catalogue.card, question)
    response, cause = None, ""
    if not question:
        cause = "question not kept"
    else:
        asked: Mapping[str, Any] = report.words.asked if report.words else {}
        try:
            response = service.ask(
                question,
                audience=asked.get("audience") or None,
                cancer=asked.get("cancer") or None,
                language=asked.get("language") or None,
                on=today,
                context=context_from(asked.get("context")),
                count=False,
            )
        except Damaged as error:
            cause = f"{error.sentence} {error.next_step}".strip()
        except WaymarkError as error:
            cause = error.sentence
    differences = [*_of_documents(service, kept)]
    if response is not None:
        differences += _of_answers(kept, then, response)
    around = tuple(changed(report.surroundings, surroundings(service)))
    return Replay(kept, then, response, cause, tuple(differences), around)


def _of_documents(service: "Waymark", kept: Kept) -> list[Difference]:
    """Return what became of the documents that were quoted."""
    found: dict[str, Difference] = {}
    for place in kept.report.shown.places:
        if place.document in found:
            continue
        try:
            now = service.catalogue.document(place.document)
            then = service.catalogue.document(place.document, place.version)
        except WaymarkError as error:
            say = message("“%(document)s” cannot be read now: %(why)s", document=place.document, why=error.sentence)
            found[place.document] = Difference("unreadable", say, place.document)
            continue
        title = now.card.title
        if now.card.status is Status.WITHDRAWN:
            say = message("“%(title)s” has been withdrawn since: it is not quoted any more.", title=title)
            found[place.document] = Difference("withdrawn", say, place.document)
        elif now.card.status is not Status.PUBLISHED:
            say = message("“%(title)s” is not published now.", title=title)
            found[place.document] = Difference("not_published", say, place.document)
        elif now.card.version != place.version:
            same = then.body.text[place.start : place.end] in now.body.text
            fields = {"title": title, "version": now.card.version, "before": place.version}
            if same:
                say = message(
                    "“%(title)s” is at version %(version)s now, was at %(before)s; the words that were quoted stand in it still.",
                    **fields,
                )
            else:
                say = message(
                    "“%(title)s” is at version %(version)s now, was at %(before)s; the words that were quoted do not stand in it any more.",
                    **fields,
                )
            found[place.document] = Difference("version" if same else "words_gone", say, place.document)
    return list(found.values())


def _of_answers(kept: Kept, then: Again, today: Response) -> list[Difference]:
    """Return how the answer of today differs from what was shown."""
    found: list[Difference] = []
    shown = kept.report.shown
    parts = today.parts or (today,)
    if len(parts) != len(shown.parts):
        say = message(
            "The message is read as %(now)s questions now, then as %(then)s.", now=len(parts), then=len(shown.parts)
        )
        found.append(Difference("questions", say))
    for part, old in zip(parts, shown.parts, strict=False):
        if isinstance(part, Answer) and old.decline is not None:
            found.append(Difference("answered_now", message("It was declined then, and is answered now.")))
        elif isinstance(part, Decline) and old.decline is None:
            found.append(Difference("declined_now", message("It was answered then, and is declined now.")))
        elif isinstance(part, Decline) and old.decline is not None and part.reason != old.decline["reason"]:
            found.append(Difference("reason", message("It is declined for another reason now.")))
        quoted = part.quotations if isinstance(part, Answer) else ()
        now = {_key(Place.of(each)): each.card.title for each in (*quoted, *part.related)}
        before = {_key(place): place for place in old.places}
        for key, place in before.items():
            if key not in now:
                say = message("A quotation from “%(document)s” is not shown any more.", document=place.document)
                found.append(Difference("quotation_gone", say, place.document))
        for key, title in now.items():
            if key not in before:
                say = message("A quotation from “%(title)s” is shown now that was not.", title=title)
                found.append(Difference("quotation_new", say, key[0]))
        if list(now) != list(before) and set(now) == set(before):
            found.append(Difference("order", message("The same quotations stand in another order.")))
    old_sign = (shown.urgent or {}).get("sign")
    new_sign = None if today.urgent is None else today.urgent.sign
    if old_sign != new_sign:
        say = message(
            "The urgent notice was %(then)s then and is %(now)s now.",
            then=old_sign or message("none"),
            now=new_sign or message("none"),
        )
        found.append(Difference("urgent", say))
    elif today.urgent is not None and today.urgent.say != (shown.urgent or {}).get("say"):
        found.append(Difference("urgent_words", message("The urgent notice says it in other words now.")))
    return found


def _key(place: Place) -> tuple[str, str]:
    """Return by what two quotations are the same: the document and the words, wherever they stand."""
    return place.document, place.words


OPEN_KINDS = tuple(kind for kind in Kind if kind.is_report)
"""The kinds that somebody has to look at."""
