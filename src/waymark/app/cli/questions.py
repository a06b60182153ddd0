"""Commands that ask: ask, search, show."""

import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from waymark import errors
from waymark.app.cli.door import (
    Door,
    WithUrgent,
    json_option,
    language_option,
    library_option,
    pass_door,
    urgent_beside,
)

if TYPE_CHECKING:
    from waymark.answering.response import Response
    from waymark.app.wiring import Waymark


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--audience", metavar="WHO", help="Quote only documents for: patient, professional.")
@click.option("--cancer", metavar="NAME", help="Quote only documents about this cancer, or about cancer in general.")
@click.option(
    "--plain", is_flag=True, help="Also in plain words, where the operator has turned that on (WAYMARK_PLAIN)."
)
@click.option("--after", metavar="QUESTION", help="The question before this one, which this one goes on from.")
@language_option("Language (en, es) to answer in; documents in it are quoted before others. Default: the question's.")
@library_option
@json_option
@pass_door
def ask(
    door: Door,
    question: tuple[str, ...],
    audience: str | None,
    cancer: str | None,
    plain: bool,
    after: str | None,
    lang: str | None,
) -> None:
    """Ask a question in your own words.

    \b
    waymark ask "What is a local recurrence?"
    waymark ask "and the side effects?" --after "How is ependymoma treated?"
    """
    from waymark.answering.conversation import NOTHING_SAID
    from waymark.answering.response import response_json

    words = " ".join(question)
    today = date.today()
    door.language = lang or spoken_in(words)
    try:
        with door.service() as service:
            before = service.spoken_of(after) if after else NOTHING_SAID
            given = service.ask(words, audience=audience, cancer=cancer, language=lang, on=today, context=before)
            if plain:
                _with_plain_words(door, service, given, today)
                return
    except errors.WaymarkError as error:
        # What to do in an emergency is said even when nothing else works.
        raise WithUrgent(error, urgent_beside(door, words, door.language), door.language) from error

    def for_people() -> str:
        from waymark.app.cli import show
        from waymark.app.lapsed import lapse_rule

        return show.response(door.terminal, given, today, lapse_rule(door.settings))

    door.show(lambda: response_json(given), for_people)


def _with_plain_words(door: Door, service: "Waymark", given: "Response", today: date) -> None:
    """Print the answer at once, and then its plain words: nobody waits for these. A program gets both in one object."""
    from waymark.answering.response import response_json

    if door.as_json:
        door.show(lambda: {**response_json(given), "plain": service.in_plain_words(given).as_json()}, str)
        return
    from waymark.app.cli import show
    from waymark.app.cli.show_plain import plain_words
    from waymark.app.lapsed import lapse_rule

    click.echo(show.response(door.terminal, given, today, lapse_rule(door.settings)), color=door.terminal.colour)
    sys.stdout.flush()
    said = plain_words(door.terminal, service.in_plain_words(given), door.settings.plain)
    click.echo(f"\n{said}", color=door.terminal.colour)


def spoken_in(words: str) -> str:
    """Return the language that a question is asked in, of those that Waymark speaks."""
    from waymark.answering.spoken import sure_language

    return sure_language(words)


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("-k", "count", type=int, default=10, show_default=True, metavar="N", help="How many passages, 1 to 200.")
@language_option("Language (en, es) of what is said beside the passages.")
@library_option
@json_option
@pass_door
def search(door: Door, query: tuple[str, ...], count: int, lang: str | None) -> None:
    """List the passages that fit a query, best first."""
    today = date.today()
    with door.service() as service:
        found = service.search(" ".join(query), count)

    def for_people() -> str:
        from waymark.app.cli import show

        return show.search(door.terminal, found, today)

    door.show(lambda: found.as_json(today), for_people)


@click.command()
@click.argument("document_id", metavar="ID")
@click.option("--of", "version", metavar="VERSION", help="Another version than the present one.")
@language_option("Language (en, es) of what is said beside the document.")
@library_option
@json_option
@pass_door
def show(door: Door, document_id: str, version: str | None, lang: str | None) -> None:
    """Show one document: its record, its text, its history."""
    from waymark.app.shapes import document_show

    with door.service() as service:
        document = service.document(document_id, version)
        events = service.events(document_id)
        versions = service.versions(document_id)

    def for_people() -> str:
        from waymark.app.cli import show

        return show.document(door.terminal, document, events, date.today())

    door.show(lambda: document_show(document, versions, events), for_people)
