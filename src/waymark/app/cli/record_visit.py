"""Commands for what is taken along: the visit summary, the second-opinion packet, the emergency card."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from waymark.app.cli.door import Door, json_option, pass_door
from waymark.app.cli.record_door import asked, by_option, day, one_of, own_record, plain, record_options
from waymark.app.own_record import OwnRecord
from waymark.care.packet import LIST
from waymark.errors import NotFound
from waymark.languages.texts import texts
from waymark.record.payloads import Gathered

Function = TypeVar("Function", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)


def pdf_options(function: Function) -> Function:
    """Add the options that write a paper as PDF instead of showing it."""
    function = click.option(
        "--paper",
        type=click.Choice(["a4", "letter"]),
        help="The paper of the PDF (default: what printers of your country hold).",
    )(function)
    return click.option(
        "--pdf", type=FILE, metavar="FILE", help="Write it to this file as a PDF, to print or to hand over."
    )(function)


def _write(door: Door, record: OwnRecord, stem: str, file: Path, paper: str | None, since: date | None = None) -> None:
    """Write a paper to a file, and say where it is."""
    from waymark.app.own_papers import PAPERS

    name = f"{stem}-{paper}.pdf" if paper else f"{stem}.pdf"
    record.save(PAPERS[name].make(record, texts(asked().language).language, since), file)
    door.show(
        lambda: {"file": str(file)},
        lambda: f"It is in {file}. Anyone who has this file can read it.",
    )


@click.command("summary")
@click.option("--since", type=day, metavar="DATE", help="Look back to this day (default: the last visit or summary).")
@pdf_options
@record_options
@json_option
@pass_door
def summary_(door: Door, since: date | None, pdf: Path | None, paper: str | None) -> None:
    """The page for your visit: what changed, your questions, medicines, treatments, next dates."""
    words = texts(asked().language)
    with own_record(door) as record:
        if pdf is not None:
            return _write(door, record, "summary", pdf, paper, since)
        page = record.visit(words.language, since)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.summary(door.terminal, page, words)

    door.show(lambda: plain(page), for_people)
    return None


@click.group("packet", invoke_without_command=True)
@pdf_options
@record_options
@json_option
@pass_door
@click.pass_context
def packet_(context: click.Context, door: Door, pdf: Path | None, paper: str | None) -> None:
    """What to gather for a second opinion, with what is here filled in."""
    if context.invoked_subcommand is not None:
        return None
    words = texts(asked().language)
    with own_record(door) as record:
        if pdf is not None:
            return _write(door, record, "second-opinion", pdf, paper)
        page = record.packet(words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.packet(door.terminal, page, words)

    door.show(lambda: plain(page), for_people)
    return None


@packet_.command("have")
@click.argument("item", metavar="ITEM")
@click.option("--where", default="", metavar="TEXT", help="Where it is.")
@click.option("--not", "missing", is_flag=True, help="You do not have it after all.")
@by_option
@record_options
@json_option
@pass_door
def have(door: Door, item: str, where: str, missing: bool, by: str) -> None:
    """Tick something as gathered: an item of the list, or something else in your own words."""
    known = item if item in {each.id for each in LIST} else None
    with own_record(door) as record:
        held = record.held().of(Gathered)
        before = next((one for one in held if known and one.said.item == known), None)
        if known is None:
            try:
                found = one_of(item, [one.id for one in held], "item")
                before = next(one for one in held if one.id == found)
            except NotFound:
                before = None
        own_words = before.said.own_words if before else ("" if known else item)
        payload = Gathered(known or (before.said.item if before else None), own_words, not missing, where)
        kept = record.amend(before.id, payload, reported_by=by) if before else record.add(payload, reported_by=by)[0]
    door.show(lambda: {"entry": kept.origin, "have": not missing}, lambda: "Kept.")


@click.command("card")
@pdf_options
@record_options
@json_option
@pass_door
def card_(door: Door, pdf: Path | None, paper: str | None) -> None:
    """The emergency card: one page for a wallet."""
    words = texts(asked().language)
    with own_record(door) as record:
        if pdf is not None:
            return _write(door, record, "card", pdf, paper)
        page = record.card(words.language)

    def for_people() -> str:
        from waymark.app.cli import record_show

        return record_show.card(door.terminal, page, words)

    door.show(lambda: plain(page), for_people)
    return None
