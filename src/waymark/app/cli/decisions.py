"""Commands for what people decide about documents: submit, send-back, publish, reopen, review, withdraw, due."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from waymark import errors
from waymark.app.cli.door import Command, Door, actor, json_option, library_option, now, on_option, pass_door
from waymark.library.document import Card

_ID = click.argument("document_id", metavar="ID")
_OF = click.option(
    "--of", "version", metavar="VERSION", help="The version that you read; refused if it is another by now."
)


def _why(required: bool, words: str) -> Callable[[Command], Command]:
    return click.option("--why", required=required, default="", metavar="REASON", help=words)


def _take(door: Door, name: str, document_id: str, why: str, version: str | None) -> None:
    from waymark.library.decisions import Person

    with door.service() as service:
        card = service.take_step(name, document_id, Person(actor()), why=why, version=version)
        uses = service.uses_of(document_id) if name == "withdraw" else ()

    def for_programs() -> dict[str, Any]:
        told: dict[str, Any] = {"id": card.id, "version": card.version, "status": card.status.value, "why": why}
        if name == "withdraw":
            told["uses"] = [use_json(use) for use in uses]
        return told

    def for_people() -> str:
        from waymark.app.cli import show

        return "\n".join([_outcome(name, card), *show.uses(door.terminal, uses)])

    door.show(for_programs, for_people)


def _outcome(name: str, card: Card) -> str:
    is_now = {
        "submit": "is in review: somebody has to read it and publish it, or send it back.",
        "send back": "is a draft again.",
        "publish": "is published: it can be quoted.",
        "reopen": "is in review, and not quoted until it is published again.",
        "withdraw": "is withdrawn: it is kept, and no longer quoted.",
    }[name]
    return f"“{card.title}” ({card.id} {card.version}) {is_now}"


def use_json(use: Any) -> dict[str, Any]:
    """Return one use of a document as JSON."""
    return {
        "kind": use.kind,
        "name": use.name,
        "where": use.where,
        "at": use.at,
        "by": use.by,
        "version": use.version,
        "spans": [list(span) for span in use.spans],
    }


@click.command()
@_ID
@_why(False, "What the reader should know.")
@_OF
@library_option
@json_option
@pass_door
def submit(door: Door, document_id: str, why: str, version: str | None) -> None:
    """Submit a draft for review: a held document, or a new version beside a published one."""
    _take(door, "submit", document_id, why, version)


@click.command()
@_ID
@_why(True, "What has to be changed.")
@_OF
@library_option
@json_option
@pass_door
def send_back(door: Door, document_id: str, why: str, version: str | None) -> None:
    """Send a document in review back to its draft."""
    _take(door, "send back", document_id, why, version)


@click.command()
@_ID
@_why(False, "The ground on which it is published.")
@_OF
@library_option
@json_option
@pass_door
def publish(door: Door, document_id: str, why: str, version: str | None) -> None:
    """Publish a document that is in review. From then on it can be quoted.

    A new version takes the place of the published one in the same step. Under the two-person rule (WAYMARK_TWO_PERSONS)
    whoever submitted it cannot publish it.
    """
    _take(door, "publish", document_id, why, version)


@click.command()
@_ID
@_why(True, "Why it has to be looked at again.")
@_OF
@library_option
@json_option
@pass_door
def reopen(door: Door, document_id: str, why: str, version: str | None) -> None:
    """Take a published document back into review. It is not quoted meanwhile."""
    _take(door, "reopen", document_id, why, version)


@click.command()
@_ID
@_why(True, "Why it is withdrawn; kept with the document.")
@_OF
@library_option
@json_option
@pass_door
def withdraw(door: Door, document_id: str, why: str, version: str | None) -> None:
    """Withdraw a document: it is kept, and never quoted again.

    Also says which exports and saved answers hold words of it, so that they can be told.
    """
    if not why.strip():
        raise errors.UsageError("A withdrawal needs its reason.", "Say it: --why “replaced by the publisher”.")
    _take(door, "withdraw", document_id, why, version)


def _a_day(context: click.Context, parameter: click.Parameter, value: datetime | None) -> date | None:
    return None if value is None else value.date()


@click.command()
@_ID
@click.option("--by", required=True, metavar="NAME", help="Who reviewed it.")
@click.option("--role", required=True, metavar="ROLE", help="In which role: oncology nurse, medical editor.")
@on_option
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_a_day,
    metavar="DATE",
    help="The last day on which it holds (default: one cycle of the record).",
)
@click.option("--note", default="", metavar="WORDS", help="What the review found; kept with the document.")
@_OF
@library_option
@json_option
@pass_door
def review(
    door: Door, document_id: str, by: str, role: str, on: date, until: date | None, note: str, version: str | None
) -> None:
    """Record that a named person reviewed a document, in which role, and until when that holds.

    \b
    waymark review fatigue --by "A. Brook" --role "oncology nurse"
    """
    from waymark.library.decisions import Person
    from waymark.library.review import Review

    with door.service() as service:
        given = Review(by, role, on, until, note)
        card = service.record_review(document_id, given, Person(actor()), version=version)

    def for_people() -> str:
        from waymark.app.wording import date_words

        due = date_words(card.review_due) if card.review_due else "a day that is not known"
        return f"“{card.title}” ({card.id} {card.version}) was reviewed by {card.reviewed_by}; that holds until {due}."

    door.show(
        lambda: {
            "id": card.id,
            "version": card.version,
            "status": card.status.value,
            "reviewed_by": card.reviewed_by,
            "last_reviewed": card.last_reviewed.isoformat() if card.last_reviewed else None,
            "review_due": card.review_due.isoformat() if card.review_due else None,
        },
        for_people,
    )


@click.command()
@on_option
@click.option(
    "--within",
    type=click.IntRange(0, 3660),
    default=30,
    show_default=True,
    metavar="DAYS",
    help="Also those that lapse so soon.",
)
@click.option(
    "--calendar",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write every review's last day as a calendar (.ics).",
)
@click.option(
    "--each",
    type=click.Choice(["day", "document"]),
    default="day",
    show_default=True,
    help="One event in the calendar for each.",
)
@library_option
@json_option
@pass_door
def due(door: Door, on: date, within: int, calendar: Path | None, each: Any) -> None:
    """List the reviews that have lapsed, and those that soon will."""
    from waymark.app.checking import reviews
    from waymark.app.lapsed import lapse_rule

    with door.service() as service:
        cards = service.cards()
        found = reviews(cards, on, within)
        left_out = lapse_rule(door.settings).ids_left_out(cards, on)
        if calendar is not None:
            from waymark.app.review_calendar import calendar as made
            from waymark.library.folder import cannot_write

            data = made(cards, service.catalogue.identity, datetime.fromisoformat(now()).astimezone(UTC), each)
            try:
                calendar.write_bytes(data)
            except OSError as error:
                raise cannot_write(error, calendar) from error

    def for_programs() -> dict[str, Any]:
        return {**found.as_json(), "left_out": sorted(left_out)}

    def for_people() -> str:
        from waymark.app.wording import date_words

        lines = [f"lapsed  {date_words(card.review_due)}  {card.id}" for card in found.lapsed if card.review_due]
        lines += [f"due     {date_words(card.review_due)}  {card.id}" for card in found.due if card.review_due]
        lines.append(
            f"On {date_words(on)}: {len(found.lapsed)} reviews have lapsed, {len(found.due)} will within {within} "
            f"days, {found.current} hold longer, {len(found.unknown)} are not known."
        )
        if left_out:
            lines.append(f"{len(left_out)} of the lapsed ones are not quoted (WAYMARK_LAPSED_LEAVE_OUT_FROM).")
        if calendar is not None:
            lines.append(f"The calendar is in {calendar}.")
        return "\n".join(lines)

    door.show(for_programs, for_people)
