"""Command for passing the library on: export."""

from datetime import date
from pathlib import Path

import click

from waymark import errors
from waymark.app.cli.door import Door, actor, json_option, library_option, now, pass_door


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--as",
    "form",
    type=click.Choice(["records", "jsonl", "site"]),
    default="records",
    show_default=True,
    help="Markdown records, JSON Lines for others to index, or pages that open from the folder.",
)
@click.option(
    "--keys",
    type=click.Choice(["all", "fourteen"]),
    default="all",
    show_default=True,
    help="Records with every key, or with the fourteen that each record has.",
)
@click.option(
    "--per",
    type=click.Choice(["document", "passage"]),
    default="document",
    show_default=True,
    help="What one line of JSON Lines holds.",
)
@click.option(
    "--lang", default="en", show_default=True, metavar="CODE", help="Language of the pages' own words (en, es)."
)
@library_option
@json_option
@pass_door
def export(door: Door, folder: Path, form: str, keys: str, per: str, lang: str) -> None:
    """Write the library into a new folder, with the credits that the publishers ask for.

    Adding a folder of records to an empty library gives the same documents. Records are of every document, with its
    status; lines and pages are of what may be quoted. Pictures that are not the publisher's own are left out. The library
    remembers what was exported: see waymark uses.
    """
    from waymark.app.export import Form, Keys, Per, Wanted, export_library
    from waymark.app.export_credits import CREDITS
    from waymark.app.exports import remember
    from waymark.app.progress import on_terminal
    from waymark.app.wiring import MADE_BY

    with door.service() as service, on_terminal(not door.as_json) as progress:
        left_out = service.left_out(date.today())
        wanted = Wanted(Form(form), Keys(keys), Per(per), lang, left_out, now(), actor())
        done = export_library(service.catalogue, folder, wanted, MADE_BY, progress)
        try:
            with service.catalogue.writing(10.0, door.note) as writer:
                remember(service.catalogue, writer, done)
        except (errors.UsageError, errors.StorageRefused) as error:
            door.note(f"This export is not remembered: {error}")

    def for_people() -> str:
        what = {"records": "records", "jsonl": "documents", "site": "documents as pages"}[form]
        first = f"{len(done.written)} {what} and {CREDITS} are in {folder}."
        start = f" Open {folder / 'index.html'} in a browser." if form == "site" else ""
        return f"{first}{start} Keep {CREDITS} with what you pass on."

    door.show(done.as_json, for_people)
