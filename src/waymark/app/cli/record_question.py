"""Commands of the person's questions."""

import click

from waymark.app.cli.door import Door, json_option, pass_door
from waymark.app.cli.record_door import asked, by_option, one_of, own_record, plain, record_options, short
from waymark.app.own_record import OwnRecord
from waymark.care.guides import Situation
from waymark.languages.texts import texts
from waymark.record.payloads import Question


@click.group("question")
def question_() -> None:
    """Your questions for the team: pick, add, put in order, note the answers."""


@question_.command("list")
@record_options
@json_option
@pass_door
def list_(door: Door) -> None:
    """Show your questions, the open ones in their order."""
    words = texts(asked().language)
    with own_record(door) as record:
        page = record.questions(words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.questions(door.terminal, page, words)

    door.show(lambda: {"open": plain(page.open), "answered": plain(page.answered)}, for_people)


@question_.command("guide")
@click.argument("situation", required=False, type=click.Choice([each.value for each in Situation]))
@record_options
@json_option
@pass_door
def guide(door: Door, situation: str | None) -> None:
    """Show questions that others found helpful, by situation, to pick from."""
    words = texts(asked().language)
    with own_record(door) as record:
        page = record.questions(words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.guides(door.terminal, page, situation)

    chosen = [one for one in page.offered if situation in (None, one.situation.value)]
    door.show(lambda: {"offered": plain(chosen)}, for_people)


@question_.command("pick")
@click.argument("guides", nargs=-1, required=True, metavar="ID...")
@record_options
@json_option
@pass_door
def pick(door: Door, guides: tuple[str, ...]) -> None:
    """Put guiding questions onto your list."""
    with own_record(door) as record:
        kept = record.pick_questions(guides, asked().language)
    door.show(lambda: {"entries": [one.origin for one in kept]}, lambda: f"{len(kept)} added.")


@question_.command("add")
@click.argument("text")
@by_option
@record_options
@json_option
@pass_door
def add(door: Door, text: str, by: str) -> None:
    """Add a question in your own words."""
    from waymark.app.cli import show

    language = asked().language
    with own_record(door) as record:
        kept = record.ask(text, reported_by=by)
        signs = record.signs_now(text, language)
    urgent = [{"sign": one.sign, "level": one.level, "say": one.say} for one in signs]
    door.show(
        lambda: {"entry": kept.origin, "urgent": urgent},
        lambda: "\n\n".join([*(show.urgent(door.terminal, one) for one in signs), f"Kept.  [{short(kept.origin)}]"]),
    )


def _id(record: OwnRecord, typed: str) -> str:
    """Return a question's id from what was typed: its place in the list, or the start of its id."""
    open_now = record.questions().open
    if typed.isdecimal() and 1 <= int(typed) <= len(open_now):
        return open_now[int(typed) - 1].entry
    return one_of(typed, [item.id for item in record.held().of(Question)], "question")


@question_.command("order")
@click.argument("questions", nargs=-1, required=True, metavar="ID...")
@record_options
@json_option
@pass_door
def order(door: Door, questions: tuple[str, ...]) -> None:
    """Put questions first, in this order; by their places or ids. The three first go onto the visit summary."""
    with own_record(door) as record:
        record.order_questions([_id(record, each) for each in questions])
        page = record.questions(asked().language)
    door.show(
        lambda: {"open": [one.entry for one in page.open]},
        lambda: "\n".join(f"{one.place}. {one.text}" for one in page.open),
    )


@question_.command("answer")
@click.argument("question", metavar="ID")
@click.argument("answer")
@click.option("--answered-by", default="", metavar="WHO", help="Who answered.")
@record_options
@json_option
@pass_door
def answer(door: Door, question: str, answer: str, answered_by: str) -> None:
    """Note what you were told. An empty answer opens the question again."""
    with own_record(door) as record:
        kept = record.answer(_id(record, question), answer, answered_by)
    door.show(lambda: {"entry": kept.origin}, lambda: "Kept.")
