"""Taking documents in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from waymark import errors
from waymark.app.cli.door import REFUSED, Door, actor, json_option, library_option, pass_door


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="PATH_OR_URL...")
@library_option
@json_option
@pass_door
def add(door: Door, inputs: tuple[str, ...]) -> None:
    """Take in files, folders and pages.

    A document that a check holds back is kept as a draft, with the reason, and not quoted. An input that cannot be read
    is rejected, with the reason, and the others go on. Nothing changed is taken in twice.
    """
    from waymark.app.ingest import AddReport
    from waymark.app.ingest_pages import add_pages, is_address
    from waymark.app.progress import on_terminal

    if not all(each.strip() for each in inputs):  # else an unset variable of the shell would mean this very folder
        raise errors.UsageError("One of the inputs is empty.", "Name a file, a folder or an address.")
    urls = [each for each in inputs if is_address(each)]
    paths = [Path(each) for each in inputs if not is_address(each)]
    report = AddReport()
    with door.service() as service, on_terminal(not door.as_json) as progress:
        if urls:
            pages = add_pages(service.catalogue, urls, actor(), service.settings, progress)
            service.index(progress=progress, say=door.note)
            report = _together(report, pages)
        if paths:
            report = _together(report, service.add(paths, actor=actor(), progress=progress, say=door.note))

    def for_people() -> str:
        from waymark.app.cli import show

        return show.added(door.terminal, report)

    door.show(report.as_json, for_people)
    # A bad file somewhere in a folder is reported; an input that was named itself and is refused fails the command.
    rejected = {place for place, _ in report.rejected}
    named = {*urls, *map(str, paths), *(path.name for path in paths if not path.is_dir())}
    if rejected & named or (report.rejected and not report.documents):
        raise click.exceptions.Exit(REFUSED)


def _together(one: Any, other: Any) -> Any:
    return replace(
        one,
        added=one.added + other.added,
        updated=one.updated + other.updated,
        unchanged=one.unchanged + other.unchanged,
        held=one.held + other.held,
        rejected=one.rejected + other.rejected,
        documents=one.documents + other.documents,
    )
