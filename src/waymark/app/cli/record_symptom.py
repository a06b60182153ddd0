"""Commands of the diary: which symptoms, writing them down, looking at them."""

from collections.abc import Mapping
from datetime import date

import click

from waymark.app.cli.door import Door, json_option, pass_door
from waymark.app.cli.record_door import (
    LEVEL,
    about,
    asked,
    by_option,
    day,
    own_record,
    plain,
    record_options,
    when,
)
from waymark.app.own_record import DiaryAnswer, OwnRecord, Written
from waymark.care.diary import Diary, DiaryItem
from waymark.care.severity import Answers
from waymark.care.symptoms import SYMPTOMS, item_key
from waymark.errors import NotFound, UsageError
from waymark.languages.texts import message, texts
from waymark.record.dates import UNKNOWN, When
from waymark.record.payloads import Rhythm, UsualWeeks


@click.group("symptom")
def symptom_() -> None:
    """Write down how you are, and see it against your own usual."""


def key_for(typed: str) -> str:
    """Return the key of an item: the id of the list where it is one, else the person's own words."""
    found = typed.strip().lower().replace(" ", "-")
    return found if found in SYMPTOMS else item_key(None, typed)


def _answers_options(function: click.decorators.FC) -> click.decorators.FC:
    for name, help_ in (
        ("interference", "How much it held you back, 0 (it did not) to 4 (could do nothing)."),
        ("frequency", "On how many days, 0 (no day) to 4 (every day)."),
        ("severity", "How strong, 0 (not there) to 4 (as bad as it can get)."),
    ):
        function = click.option(f"--{name}", type=LEVEL, metavar="0-4", help=help_)(function)
    return function


@symptom_.command("list")
@record_options
@json_option
@pass_door
def list_(door: Door) -> None:
    """Show what you write down, and what else can be added."""
    words = texts(asked().language)
    with own_record(door) as record:
        page = record.diary(language=words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.diary(door.terminal, page, words)

    door.show(lambda: _diary_json(page), for_people)


def _diary_json(page: Diary) -> Mapping[str, object]:
    first, last = page.covers
    return {"covers": [first.isoformat(), last.isoformat()], **plain(page)}


@symptom_.command("choose")
@click.argument("symptoms", nargs=-1, required=True, metavar="SYMPTOM...")
@click.option("--daily/--weekly", default=None, help="How often you mean to write.")
@record_options
@json_option
@pass_door
def choose(door: Door, symptoms: tuple[str, ...], daily: bool | None) -> None:
    """Say which symptoms you want to write down, in this order: ids of the list, or your own words.

    \b
    waymark record symptom choose back-pain numbness "feet feel wrapped"
    """
    keys = [key_for(each) for each in symptoms]
    terms = [key for key in keys if key in SYMPTOMS]
    own = [each for each, key in zip(symptoms, keys, strict=True) if key not in SYMPTOMS]
    rhythm = None if daily is None else (Rhythm.DAILY if daily else Rhythm.WEEKLY)
    with own_record(door) as record:
        record.choose(terms, own, rhythm)
    door.show(
        lambda: {"terms": terms, "own": own},
        lambda: f"{len(keys)} symptoms are on your list.",
    )


@symptom_.command("add")
@click.argument("symptom", required=False)
@_answers_options
@click.option("--note", default="", metavar="TEXT", help="Anything else about it.")
@click.option("--on", "on", type=day, metavar="DATE", help="The day it is about, or the last of the seven days.")
@click.option("--today", "today_only", is_flag=True, help="It is about that day alone, not about the last seven.")
@by_option
@record_options
@json_option
@pass_door
def add(
    door: Door,
    symptom: str | None,
    severity: int | None,
    frequency: int | None,
    interference: int | None,
    note: str,
    on: date | None,
    today_only: bool,
    by: str,
) -> None:
    """Write down a symptom, or without a name go through your whole list. Skip what you like.

    \b
    waymark record symptom add back-pain --severity 2 --note "worse at night"
    """
    words, recall = texts(asked().language), 1 if today_only else None
    with own_record(door) as record:
        if symptom is None:
            if door.as_json:
                raise UsageError(
                    message("To go through the list a person has to answer."),
                    message("Name the symptom, or leave --json out."),
                )
            said = _go_through(record, on, recall, words.language)
        else:
            key = key_for(symptom)
            if key not in SYMPTOMS and all(item.key != key for item in record.diary(on).items):
                raise NotFound(
                    message("There is no such symptom on your list."),
                    message('Add it first: symptom choose … "%(symptom)s"', symptom=symptom),
                )
            said = {key: DiaryAnswer(Answers(frequency, severity, interference), note)}
            if said[key] == DiaryAnswer(Answers()):
                raise UsageError(message("Nothing is said about it."), message("Say at least how strong: --severity 2"))
        done = record.write_diary(said, on, recall_days=recall, reported_by=by, language=words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.written(door.terminal, done, words)

    door.show(lambda: written_json(done), for_people)


def written_json(done: Written) -> Mapping[str, object]:
    """Return what a program is told of a page that was written."""
    return {
        "entries": [entry.origin for entry in done.entries],
        "urgent": [
            {
                "sign": one.notice.sign,
                "level": one.notice.level,
                "before": one.before,
                "say": one.notice.say,
                "source": {"title": one.notice.source_title, "url": one.notice.source_url},
            }
            for one in done.urgent
        ],
        "severe": [plain(one) for one in done.severe],
    }


def _go_through(record: OwnRecord, on: date | None, recall: int | None, language: str) -> dict[str, DiaryAnswer]:
    """Ask about each item of the list on the terminal; an empty answer skips."""
    page = record.diary(on, language, recall)
    said = {}
    for item in page.items:
        answers = {each.attribute.value: _asked(item, each.question, each.answers) for each in item.asks}
        note = click.prompt("  note", default="", show_default=False) if any(answers.values()) else ""
        said[item.key] = DiaryAnswer(Answers(**answers), note)
    return said


def _asked(item: DiaryItem, question: str, answers: tuple[str, ...]) -> int | None:
    click.echo(f"\n{item.name}. {question}", err=True)
    click.echo("  " + ", ".join(f"{value} {words}" for value, words in enumerate(answers)), err=True)
    typed: str = click.prompt("  0-4, or Enter to skip", default="", show_default=False, err=True)
    while typed.strip() not in ("", "0", "1", "2", "3", "4"):
        typed = click.prompt("  A number from 0 to 4, or Enter", default="", show_default=False, err=True)
    return int(typed) if typed.strip() else None


@symptom_.command("show")
@click.argument("symptom", required=False)
@record_options
@json_option
@pass_door
def show(door: Door, symptom: str | None) -> None:
    """Show each symptom against your usual and against the time of your diagnosis.

    A quiet line is not a test: it cannot show that cancer came back, nor that it did not.
    """
    words = texts(asked().language)
    with own_record(door) as record:
        shown = (record.chart(key_for(symptom), words.language),) if symptom else record.charts(words.language)
        on = record.today()
        hint = record.usual_hint(words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        said = record_show.charts(door.terminal, shown, on, words)
        return "\n\n".join([said, *(["\n".join(door.terminal.paragraph(hint))] if hint else [])])

    symptoms = [plain(chart) for chart in shown]
    door.show(lambda: {"on": on.isoformat(), "symptoms": symptoms, "usual_hint": hint}, for_people)


@symptom_.command("weeks")
@click.option("--count", type=click.IntRange(1, 600), default=13, show_default=True, metavar="N", help="How many.")
@record_options
@json_option
@pass_door
def weeks(door: Door, count: int) -> None:
    """Show in which weeks something was written, and by whom."""
    words = texts(asked().language)
    with own_record(door) as record:
        shown = record.weeks(count)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.weeks(door.terminal, shown, words)

    door.show(lambda: {"weeks": [plain(week) for week in shown]}, for_people)


@symptom_.command("usual")
@click.argument("symptom")
@_answers_options
@click.option("--at-diagnosis", is_flag=True, help="How it was at diagnosis, instead of how it usually is now.")
@click.option("--on", "about_when", type=when, default=UNKNOWN, metavar="DATE", help="Since when, or when that was.")
@by_option
@record_options
@json_option
@pass_door
def usual(
    door: Door,
    symptom: str,
    severity: int | None,
    frequency: int | None,
    interference: int | None,
    at_diagnosis: bool,
    about_when: When,
    by: str,
) -> None:
    """Say how a symptom usually is, or how it was at diagnosis: later entries are compared with both."""
    key = key_for(symptom)
    with own_record(door) as record:
        kept = record.mark_usual(
            key,
            Answers(frequency, severity, interference),
            at_diagnosis=at_diagnosis,
            about=about(about_when),
            reported_by=by,
        )
    door.show(lambda: {"entry": kept.origin}, lambda: "Kept. What you write from now on is compared with it.")


@symptom_.command("usual-weeks")
@click.argument("first", type=when)
@click.argument("last", type=when)
@record_options
@json_option
@pass_door
def usual_weeks(door: Door, first: When, last: When) -> None:
    """Say which weeks count as your usual, from the first day to the last.

    Without this the first eight weeks of your diary count.
    """
    with own_record(door) as record:
        [kept] = record.add(UsualWeeks(first, last))
    door.show(lambda: {"entry": kept.origin}, lambda: f"From {first} to {last} is your usual now.")
