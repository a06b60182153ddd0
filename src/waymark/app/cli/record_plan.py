"""Commands of the follow-up plan: what the team said should be, and what became of it."""

import re
from pathlib import Path

import click

from waymark.app.cli.door import Door, json_option, pass_door
from waymark.app.cli.record_door import (
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
from waymark.care.plan import Plan
from waymark.errors import UsageError
from waymark.languages.texts import message, texts
from waymark.record.dates import UNKNOWN, When
from waymark.record.entries import Entry
from waymark.record.payloads import Appointment, FollowUpItem, Interval, Progress, Unit


@click.group("plan")
def plan_() -> None:
    """What the team said should be done, and when. Nothing is planned that you do not enter."""


_INTERVAL = re.compile(r"\s*(\d+)?\s*(day|week|month|year|día|dia|semana|mes|año|ano)(?:e?s)?\s*\Z", re.IGNORECASE)
_UNITS = {
    "day": Unit.DAYS,
    "dia": Unit.DAYS,
    "día": Unit.DAYS,
    "week": Unit.WEEKS,
    "semana": Unit.WEEKS,
    "month": Unit.MONTHS,
    "mes": Unit.MONTHS,
    "year": Unit.YEARS,
    "ano": Unit.YEARS,
    "año": Unit.YEARS,
}


def interval_of(every: str, counted_from: When, first: When, times: int | None, anchor_name: str) -> Interval:
    """Return an interval as it was typed ("3 months"). Raises `UsageError` where it cannot be meant."""
    found = _INTERVAL.match(every)
    if not found:
        raise UsageError(
            message("“%(every)s” is not an interval.", every=every), message("Write it as: --every “3 months”")
        )
    if counted_from.known == first.known:
        raise UsageError(
            message("An interval counts from one day."),
            message("Give the day it counts from (--from), or that of the first time (--first)."),
        )
    unit = _UNITS[found.group(2).lower()]
    return Interval(
        int(found.group(1) or 1), unit, first if first.known else counted_from, times, first.known, anchor_name
    )


@plan_.command("add")
@click.argument("name")
@click.option(
    "--kind", type=click.Choice([each.value for each in Appointment]), default="visit", show_default=True,
    help="A visit, an examination, a scan, a laboratory test.",
)  # fmt: skip
@click.option("--on", "due", type=when, default=UNKNOWN, metavar="DATE", help="When it is: a day, a month, a year.")
@click.option("--time", "clock", default="", metavar="HH:MM", help="The time of day.")
@click.option("--every", metavar="INTERVAL", help="How often, as the team said: “3 months”.")
@click.option("--from", "counted_from", type=when, default=UNKNOWN, metavar="DATE", help="The day it counts from.")
@click.option("--first", type=when, default=UNKNOWN, metavar="DATE", help="The day of the first time.")
@click.option("--anchor", "anchor_name", default="", metavar="TEXT", help="What it counts from: “end of radiation”.")
@click.option("--times", type=click.IntRange(1, 1000), metavar="N", help="How many times.")
@click.option("--place", default="", metavar="TEXT", help="Where.")
@click.option("--planned-by", default="", metavar="WHO", help="Who said that it should be.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@by_option
@record_options
@json_option
@pass_door
def add(
    door: Door,
    name: str,
    kind: str,
    due: When,
    clock: str,
    every: str | None,
    counted_from: When,
    first: When,
    anchor_name: str,
    times: int | None,
    place: str,
    planned_by: str,
    note: str,
    by: str,
) -> None:
    """Add a visit, scan or test: on a date, or at the interval that the team gave.

    \b
    waymark record plan add "MRI of the spine" --kind imaging --every "3 months" --from 2026-01-31
    """
    interval = interval_of(every, counted_from, first, times, anchor_name) if every else None
    payload = FollowUpItem(
        Appointment(kind),
        name,
        due,
        interval,
        place=place,
        note=note,
        time=clock,
        planned_by=planned_by,
    )
    with own_record(door) as record:
        [kept] = record.add(payload, reported_by=by)
    _kept(door, kept)


def _kept(door: Door, entry: Entry) -> None:
    door.show(lambda: {"entry": entry.origin}, lambda: f"Kept.  [{short(entry.origin)}]")


@plan_.command("next")
@record_options
@json_option
@pass_door
def next_(door: Door) -> None:
    """Show what is overdue and what comes next."""
    _show(door, everything=False)


@plan_.command("show")
@record_options
@json_option
@pass_door
def show(door: Door) -> None:
    """Show the whole plan: also what is over, with its results, and what repeats."""
    _show(door, everything=True)


def _show(door: Door, everything: bool) -> None:
    words = texts(asked().language)
    with own_record(door) as record:
        page = record.plan(words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.plan(door.terminal, page, words, everything)

    door.show(lambda: plain(page), for_people)


def slot_of(page: Plan, typed: str) -> str:
    """Return the slot that was typed; of a repeating plan without a day its nearest time: overdue first."""
    slots = [time.slot for time in (*page.overdue, *page.coming, *page.no_date, *page.over)]
    repeating = [one.entry for one in page.repeating]
    if "@" not in typed:
        whole = one_of(typed, (*repeating, *(slot.partition("@")[0] for slot in slots)), "visit or test")
        if whole in repeating:
            return next((slot for slot in slots if slot.startswith(f"{whole}@")), whole)
    return one_of(typed, slots, "visit or test")


def _became(
    door: Door,
    typed: str,
    progress: Progress,
    by: str,
    *,
    done_on: When = UNKNOWN,
    moved_to: When = UNKNOWN,
    at: str = "",
    result: str = "",
    said: str = "",
    said_by: str = "",
    note: str = "",
) -> None:
    with own_record(door) as record:
        kept = record.plan_became(
            slot_of(record.plan(), typed),
            progress,
            done_on=done_on,
            moved_to=moved_to,
            at=at,
            result=result,
            said=said,
            said_by=said_by,
            note=note,
            reported_by=by,
        )
    _kept(door, kept)


note_option = click.option("--note", default="", metavar="TEXT", help="Anything else.")


@plan_.command("calendar")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--names", is_flag=True, help="With the real names and places; without it each is called “Appointment”.")
@click.option("--subscribe", is_flag=True, help="For a calendar that reads the file again by itself.")
@record_options
@json_option
@pass_door
def calendar(door: Door, file: Path, names: bool, subscribe: bool) -> None:
    """Write your plan for the phone's calendar (iCalendar). What is there is replaced: the same dates keep their identity,
    so a calendar that takes the file in again moves them and doubles none.
    """
    from waymark.app.own_papers import plan_ics

    if file.exists() and not file.read_bytes()[:256].startswith(b"BEGIN:VCALENDAR"):
        raise UsageError(
            message("A file is there already that is no calendar."), message("Choose another name, such as plan.ics.")
        )
    with own_record(door) as record:
        made = plan_ics(record, texts(asked().language).language, names=names, subscribed=subscribe)
        record.save(made, file, replace=True)
    count = made.count(b"BEGIN:VEVENT")
    door.show(
        lambda: {"file": str(file), "events": count, "names": names},
        lambda: f"{count} dates are in {file}. Anyone who has this file can read it.",
    )


@plan_.command("done")
@click.argument("item", metavar="ID")
@click.option("--on", "done_on", type=when, default=UNKNOWN, metavar="DATE", help="When it was (default: as planned).")
@click.option("--result", default="", metavar="TEXT", help="What came of it.")
@click.option("--said", default="", metavar="TEXT", help="What was said about it.")
@click.option("--said-by", default="", metavar="WHO", help="Who said so.")
@note_option
@by_option
@record_options
@json_option
@pass_door
def done(door: Door, item: str, done_on: When, result: str, said: str, said_by: str, note: str, by: str) -> None:
    """Say that something was done, and note its result and who said what."""
    _became(door, item, Progress.DONE, by, done_on=done_on, result=result, said=said, said_by=said_by, note=note)


@plan_.command("move")
@click.argument("item", metavar="ID")
@click.argument("to", type=when, required=False, default=UNKNOWN, metavar="[DATE]")
@click.option("--time", "clock", default="", metavar="HH:MM", help="The new time of day.")
@note_option
@by_option
@record_options
@json_option
@pass_door
def move(door: Door, item: str, to: When, clock: str, note: str, by: str) -> None:
    """Say that something was moved: to a new date, or to one that is not known yet."""
    _became(door, item, Progress.MOVED, by, moved_to=to, at=clock, note=note)


@plan_.command("missed")
@click.argument("item", metavar="ID")
@note_option
@by_option
@record_options
@json_option
@pass_door
def missed(door: Door, item: str, note: str, by: str) -> None:
    """Say that something was missed. Ask your team whether it should be made up."""
    _became(door, item, Progress.MISSED, by, note=note)


@plan_.command("cancel")
@click.argument("item", metavar="ID")
@note_option
@by_option
@record_options
@json_option
@pass_door
def cancel(door: Door, item: str, note: str, by: str) -> None:
    """Say that something will not be; of a repeating plan without a day, that all of it ends."""
    with own_record(door) as record:
        held = _repeating(record, item)
        if held is not None:
            kept = record.amend(held[0], held[1], reason=note, reported_by=by)
        else:
            kept = record.plan_became(slot_of(record.plan(), item), Progress.CANCELLED, note=note, reported_by=by)
    _kept(door, kept)


def _repeating(record: OwnRecord, typed: str) -> tuple[str, FollowUpItem] | None:
    from dataclasses import replace

    if "@" in typed:
        return None
    for item in record.held().of(FollowUpItem):
        if item.said.interval and item.id.startswith(typed.strip().lower()):
            return item.id, replace(item.said, progress=Progress.CANCELLED)
    return None
