"""Commands of the course of the disease: what the person was told, and the timeline."""

from collections.abc import Mapping

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
from waymark.app.own_record import OwnRecord
from waymark.errors import UsageError
from waymark.languages.texts import message, texts
from waymark.library.cancer_types import type_named
from waymark.record.dates import UNKNOWN, When
from waymark.record.entries import Entry
from waymark.record.payloads import (
    Diagnosis,
    Modality,
    Payload,
    Recurrence,
    ReportedStatus,
    Restaging,
    SecondCancer,
    Spread,
    Status,
    Treatment,
)


@click.group("course")
def course_() -> None:
    """The course of the disease, as you were told."""


@course_.command("show")
@record_options
@json_option
@pass_door
def show(door: Door) -> None:
    """Show the timeline, and what in it does not go together."""
    words = texts(asked().language)
    with own_record(door) as record:
        rows = record.timeline(words.language)
        found = record.contradictions(words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.course(door.terminal, rows, found, words)

    door.show(lambda: {"timeline": plain(rows), "contradictions": plain(found)}, for_people)


@course_.group("add")
def add() -> None:
    """Add what you were told: a diagnosis, treatment, recurrence, stage, status, second cancer."""


on_option = click.option(
    "--on", "on", type=when, default=UNKNOWN, metavar="DATE", help="When: 2024-03-05, 2024-03, 2024, or leave it out."
)
said_option = click.option("--said-by", default="", metavar="WHO", help="Who said so.")
note_option = click.option("--note", default="", metavar="TEXT", help="Anything else.")


def _keep(door: Door, record: OwnRecord, payload: Payload, on: When, by: str) -> Entry:
    [kept] = record.add(payload, about=about(on), reported_by=by)
    return kept


def _kept(door: Door, entry: Entry, record_says: tuple[str, ...]) -> None:
    door.show(
        lambda: {"entry": entry.origin, "contradictions": list(record_says)},
        lambda: "\n".join([f"Kept.  [{short(entry.origin)}]", *record_says]),
    )


def _cancer(name: str | None) -> tuple[str | None, str]:
    """Return a name as the vocabulary's id where it knows it, else as words."""
    if not name:
        return None, ""
    found = type_named(name)
    return (found, "") if found else (None, name)


def _new_contradictions(record: OwnRecord, before: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one.sentence for one in record.contradictions(asked().language) if one.sentence not in before)


def _before(record: OwnRecord) -> dict[str, str]:
    return {one.sentence: one.rule for one in record.contradictions(asked().language)}


@add.command("diagnosis")
@click.argument("cancer")
@click.option("--histology", default="", metavar="TEXT", help="The name as it stands in the report.")
@click.option("--stage", default="", metavar="TEXT", help="The stage at diagnosis, as written. It never changes.")
@click.option("--site", default="", metavar="TEXT", help="Where in the body.")
@on_option
@said_option
@note_option
@by_option
@record_options
@json_option
@pass_door
def diagnosis(
    door: Door, cancer: str, histology: str, stage: str, site: str, on: When, said_by: str, note: str, by: str
) -> None:
    """Add the first diagnosis."""
    known, words = _cancer(cancer)
    with own_record(door) as record:
        before = _before(record)
        kept = _keep(door, record, Diagnosis(known, histology or words, stage, site, said_by, note), on, by)
        found = _new_contradictions(record, before)
    _kept(door, kept, found)


@add.command("second-cancer")
@click.argument("cancer")
@click.option("--histology", default="", metavar="TEXT", help="The name as it stands in the report.")
@click.option("--stage", default="", metavar="TEXT", help="The stage at its diagnosis, as written.")
@click.option("--site", default="", metavar="TEXT", help="Where in the body.")
@on_option
@said_option
@note_option
@by_option
@record_options
@json_option
@pass_door
def second_cancer(
    door: Door, cancer: str, histology: str, stage: str, site: str, on: When, said_by: str, note: str, by: str
) -> None:
    """Add a new cancer of another kind: it is never a recurrence of the first."""
    known, words = _cancer(cancer)
    with own_record(door) as record:
        before = _before(record)
        kept = _keep(door, record, SecondCancer(known, histology or words, stage, site, said_by, note), on, by)
        found = _new_contradictions(record, before)
    _kept(door, kept, found)


@add.command("recurrence")
@click.option(
    "--where",
    "where",
    type=click.Choice([each.value for each in Spread]),
    multiple=True,
    help="Local, regional, distant; several may hold at once.",
)
@click.option("--site", "sites", multiple=True, metavar="TEXT", help="Where in the body; may be repeated.")
@click.option("--shown-by", default="", metavar="TEXT", help="What showed it: a scan, a biopsy.")
@click.option("--number", type=click.IntRange(1, 50), metavar="N", help="The first, second … time (default: the next).")
@on_option
@said_option
@note_option
@by_option
@record_options
@json_option
@pass_door
def recurrence(
    door: Door,
    where: tuple[str, ...],
    sites: tuple[str, ...],
    shown_by: str,
    number: int | None,
    on: When,
    said_by: str,
    note: str,
    by: str,
) -> None:
    """Add that the same cancer came back. It keeps the name of the first one, wherever it is now."""
    with own_record(door) as record:
        before = _before(record)
        held = record.held()
        first = held.of(Diagnosis)
        payload = Recurrence(
            ordinal=number or len(held.of(Recurrence)) + 1,
            spread=tuple(Spread(each) for each in dict.fromkeys(where)) or (Spread.NOT_SAID,),
            sites=sites,
            shown_by=shown_by,
            said_by=said_by,
            diagnosis=first[0].id if len(first) == 1 else None,
            note=note,
        )
        kept = _keep(door, record, payload, on, by)
        found = _new_contradictions(record, before)
    _kept(door, kept, found)


@add.command("stage")
@click.argument("written")
@click.option("--understood", default="", metavar="TEXT", help="What you took from it.")
@click.option("--for", "of", metavar="ID", help="The recurrence it belongs to (default: the only or last one).")
@on_option
@said_option
@note_option
@by_option
@record_options
@json_option
@pass_door
def stage(
    door: Door, written: str, understood: str, of: str | None, on: When, said_by: str, note: str, by: str
) -> None:
    """Add a later stage, as it is written in the report ("rIIIB"). The first stage stays."""
    with own_record(door) as record:
        before = _before(record)
        recurrence_id = _recurrence(record, of)
        kept = _keep(door, record, Restaging(written, understood, recurrence_id, said_by, note), on, by)
        found = _new_contradictions(record, before)
        row = next(row for row in record.timeline(asked().language) if row.id == kept.origin)
    _kept(door, kept, (*row.details, *found))


def _recurrence(record: OwnRecord, typed: str | None) -> str | None:
    ids = [item.id for item in sorted(record.held().of(Recurrence), key=lambda item: item.said.ordinal)]
    if typed:
        return one_of(typed, ids, "recurrence")
    return ids[-1] if ids else None


@add.command("treatment")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice([each.value for each in Modality]),
    required=True,
    help="Surgery, radiation, systemic (drugs that reach the whole body), other.",
)
@click.option("--start", type=when, default=UNKNOWN, metavar="DATE", help="When it began.")
@click.option("--end", type=when, default=UNKNOWN, metavar="DATE", help="When it ended.")
@click.option("--ongoing", is_flag=True, help="It goes on.")
@click.option(
    "--for", "of", metavar="ID", help="The recurrence or second cancer it was for (default: the first cancer)."
)
@click.option("--place", default="", metavar="TEXT", help="Where it was given.")
@note_option
@by_option
@record_options
@json_option
@pass_door
def treatment(
    door: Door,
    name: str,
    kind: str,
    start: When,
    end: When,
    ongoing: bool,
    of: str | None,
    place: str,
    note: str,
    by: str,
) -> None:
    """Add a treatment, with its dates as precise as you know them."""
    with own_record(door) as record:
        before, held = _before(record), record.held()
        came_back, seconds = [item.id for item in held.of(Recurrence)], [item.id for item in held.of(SecondCancer)]
        under = one_of(of, (*came_back, *seconds), "recurrence or second cancer") if of else None
        payload = Treatment(
            Modality(kind),
            name,
            start,
            end,
            ongoing,
            under if under in came_back else None,
            under if under in seconds else None,
            place,
            note,
        )
        kept = _keep(door, record, payload, UNKNOWN, by)
        found = _new_contradictions(record, before)
    _kept(door, kept, found)


@add.command("status")
@click.argument("status", type=click.Choice([each.value for each in Status]), required=False)
@click.option("--words", "in_words", default="", metavar="TEXT", help="What was said, in words.")
@click.option("--shown-by", default="", metavar="TEXT", help="What showed it.")
@on_option
@said_option
@note_option
@by_option
@record_options
@json_option
@pass_door
def status(
    door: Door, status: str | None, in_words: str, shown_by: str, on: When, said_by: str, note: str, by: str
) -> None:
    """Add what the team said of the disease, as you heard it."""
    if status is None and not in_words.strip():
        raise UsageError(
            message("This does not say what was said."), message("Choose one, or give it in words: --words TEXT")
        )
    payload = ReportedStatus(Status(status) if status else Status.NOT_SURE, in_words, said_by, shown_by, note)
    with own_record(door) as record:
        kept = _keep(door, record, payload, on, by)
    _kept(door, kept, ())
