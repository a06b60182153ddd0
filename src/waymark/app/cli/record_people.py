"""Commands about people, medicines and things: team, medicine, allergy, hand, about, note."""

from dataclasses import replace

import click

from waymark.app.cli.door import Door, json_option, pass_door
from waymark.app.cli.record_door import (
    about,
    asked,
    by_option,
    one_of,
    own_record,
    plain,
    record_options,
    short,
    when,
)
from waymark.languages.texts import texts
from waymark.record.dates import UNKNOWN, When
from waymark.record.entries import Entry
from waymark.record.payloads import AboutPerson, Aid, Allergy, AtHand, Contact, Medicine, Note


def _kept(door: Door, entry: Entry) -> None:
    door.show(lambda: {"entry": entry.origin}, lambda: f"Kept.  [{short(entry.origin)}]")


@click.group("team")
def team_() -> None:
    """Who to call, for what, and when."""


@team_.command("add")
@click.argument("name")
@click.option("--role", default="", metavar="TEXT", help="What they do.")
@click.option("--phone", default="", metavar="NUMBER", help="Telephone number.")
@click.option("--email", default="", metavar="ADDRESS", help="E-mail address.")
@click.option("--place", default="", metavar="TEXT", help="Where they are.")
@click.option("--for", "call_for", default="", metavar="TEXT", help="What to call them for.")
@click.option("--hours", default="", metavar="TEXT", help="When they answer.")
@click.option("--at-night", is_flag=True, help="Whom to call when everything else is closed.")
@click.option("--family", is_flag=True, help="Family or a friend.")
@click.option("--on-card", is_flag=True, help="Put them on the emergency card.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@record_options
@json_option
@pass_door
def team_add(
    door: Door,
    name: str,
    role: str,
    phone: str,
    email: str,
    place: str,
    call_for: str,
    hours: str,
    at_night: bool,
    family: bool,
    on_card: bool,
    note: str,
) -> None:
    """Add someone to call."""
    payload = Contact(name, role, phone, email, place, note, call_for, hours, at_night, family, on_card)
    with own_record(door) as record:
        [kept] = record.add(payload)
    _kept(door, kept)


@team_.command("show")
@record_options
@json_option
@pass_door
def team_show(door: Door) -> None:
    """Show who to call, at night first."""
    with own_record(door) as record:
        shown = record.team()

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.team(door.terminal, shown, texts(asked().language))

    door.show(lambda: plain(shown), for_people)


@click.group("medicine")
def medicine_() -> None:
    """What you take, as it stands on the box."""


@medicine_.command("add")
@click.argument("name")
@click.option("--as-written", default="", metavar="TEXT", help="The dose as written on the box or the plan.")
@click.option("--for", "reason", default="", metavar="TEXT", help="What it is for.")
@click.option("--start", type=when, default=UNKNOWN, metavar="DATE", help="Since when.")
@click.option("--steroid/--no-steroid", default=None, help="Whether it is a steroid; leave it out if you do not know.")
@click.option("--prescribed-by", default="", metavar="WHO", help="Who prescribed it.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@by_option
@record_options
@json_option
@pass_door
def medicine_add(
    door: Door,
    name: str,
    as_written: str,
    reason: str,
    start: When,
    steroid: bool | None,
    prescribed_by: str,
    note: str,
    by: str,
) -> None:
    """Add a medicine. A changed dose is a new entry: stop the old one first."""
    payload = Medicine(name, as_written, reason, start, UNKNOWN, steroid, prescribed_by, note)
    with own_record(door) as record:
        [kept] = record.add(payload, reported_by=by)
    _kept(door, kept)


@medicine_.command("stop")
@click.argument("medicine", metavar="ID")
@click.argument("end", type=when, required=False, metavar="[DATE]")
@record_options
@json_option
@pass_door
def medicine_stop(door: Door, medicine: str, end: When | None) -> None:
    """Note since when a medicine is not taken any more (default: today). Ask your team before you stop one."""
    with own_record(door) as record:
        held = {item.id: item for item in record.held().of(Medicine)}
        item = held[one_of(medicine, held, "medicine")]
        kept = record.amend(item.id, replace(item.said, end=end or When.on(record.today())))
    _kept(door, kept)


@medicine_.command("list")
@record_options
@json_option
@pass_door
def medicine_list(door: Door) -> None:
    """Show the medicines, those taken now first."""
    words = texts(asked().language)
    with own_record(door) as record:
        shown = record.medicines(words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.medicines(door.terminal, shown, words)

    door.show(lambda: {"medicines": plain(shown)}, for_people)


@click.group("allergy")
def allergy_() -> None:
    """What you must not be given."""


@allergy_.command("add")
@click.argument("name", required=False, default="")
@click.option("--reaction", default="", metavar="TEXT", help="What happened.")
@click.option("--none-known", is_flag=True, help="You know of no allergy.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@record_options
@json_option
@pass_door
def allergy_add(door: Door, name: str, reaction: str, none_known: bool, note: str) -> None:
    """Add an allergy, or that none is known."""
    payload = Allergy(name, reaction, none_known, note)
    with own_record(door) as record:
        [kept] = record.add(payload)
    _kept(door, kept)


@allergy_.command("list")
@record_options
@json_option
@pass_door
def allergy_list(door: Door) -> None:
    """Show the allergies."""
    with own_record(door) as record:
        shown = record.allergies()

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.allergies(shown, texts(asked().language))

    door.show(lambda: {"allergies": plain(shown)}, for_people)


@click.group("hand")
def hand_() -> None:
    """What you want at hand: what helps on a hard day, what to take along, where papers are."""


@hand_.command("add")
@click.argument("text")
@click.option(
    "--for", "aid", type=click.Choice([each.value for each in Aid]), default="other", show_default=True,
    help="What it is for: a hard day, the bag, papers, other.",
)  # fmt: skip
@click.option("--where", default="", metavar="TEXT", help="Where it is.")
@record_options
@json_option
@pass_door
def hand_add(door: Door, text: str, aid: str, where: str) -> None:
    """Add something that you want at hand."""
    payload = AtHand(text, Aid(aid), where)
    with own_record(door) as record:
        [kept] = record.add(payload)
    _kept(door, kept)


@hand_.command("show")
@record_options
@json_option
@pass_door
def hand_show(door: Door) -> None:
    """Show what you want at hand."""
    words = texts(asked().language)
    with own_record(door) as record:
        shown = record.at_hand(words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.at_hand(door.terminal, shown, words)

    door.show(lambda: {"at_hand": plain(shown)}, for_people)


@click.command("about")
@click.option("--name", metavar="TEXT", help="Your name, as it stands on what you hand to others.")
@click.option("--born", type=when, metavar="DATE", help="Your date of birth.")
@click.option("--important", metavar="TEXT", help="What a stranger must know first: a shunt, blood thinners.")
@click.option("--speaks", metavar="TEXT", help="The language you speak.")
@record_options
@json_option
@pass_door
def about_(door: Door, name: str | None, born: When | None, important: str | None, speaks: str | None) -> None:
    """Say who the record is about, for the pages that you hand to others; without options, show it."""
    with own_record(door) as record:
        said = record.about_person()
        told = AboutPerson(
            said.name if name is None else name,
            said.born if born is None else born,
            said.important if important is None else important,
            said.speaks if speaks is None else speaks,
        )
        if told != said:
            record.tell_about_person(told)

    def for_people() -> str:
        words = texts(asked().language)
        born_words = str(told.born) if told.born.known else ""
        lines = [each for each in (told.name, born_words, told.important, told.speaks) if each]
        return "\n".join(lines) or words.gettext("Nothing is noted yet.")

    door.show(lambda: plain(told), for_people)


@click.command("note")
@click.argument("text")
@click.option("--title", default="", metavar="TEXT", help="A title.")
@click.option("--on", "on", type=when, default=UNKNOWN, metavar="DATE", help="What day it is about.")
@by_option
@record_options
@json_option
@pass_door
def note_(door: Door, text: str, title: str, on: When, by: str) -> None:
    """Keep anything else."""
    from waymark.app.cli import show

    with own_record(door) as record:
        [kept] = record.add(Note(text, title), about=about(on), reported_by=by)
        signs = record.signs_now(text, asked().language)
    urgent = [{"sign": one.sign, "level": one.level, "say": one.say} for one in signs]
    door.show(
        lambda: {"entry": kept.origin, "urgent": urgent},
        lambda: "\n\n".join([*(show.urgent(door.terminal, one) for one in signs), f"Kept.  [{short(kept.origin)}]"]),
    )
