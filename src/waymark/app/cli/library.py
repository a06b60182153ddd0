"""Taking documents in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from waymark import errors
from waymark.app.cli.door import REFUSED, Door, actor, json_option, library_option, pass_door


@click.command()
@click.argument("inputs", nargs=-1, metavar="PATH_OR_URL...")
@click.option(
    "--list",
    "lists",
    multiple=True,
    metavar="NAME",
    help="Also the addresses of a list: a file, or one that comes with Waymark (cancer-gov-recurrence). May be repeated.",
)
@click.option(
    "--sitemap",
    "sitemaps",
    multiple=True,
    metavar="URL",
    help="Also the pages that a site lists: the address of its sitemap or of its front page. May be repeated.",
)
@click.option(
    "--matching", default="", metavar="PATTERN", help="Of a sitemap only pages whose path fits, such as /coping/*."
)
@click.option(
    "--most",
    type=click.IntRange(1, 50_000),
    default=500,
    show_default=True,
    metavar="N",
    help="Pages of a sitemap at most.",
)
@library_option
@json_option
@pass_door
def add(
    door: Door, inputs: tuple[str, ...], lists: tuple[str, ...], sitemaps: tuple[str, ...], matching: str, most: int
) -> None:
    """Take in files, folders and pages.

    A document that a check holds back is kept as a draft, with the reason, and not quoted. An input that cannot be read
    is rejected, with the reason, and the others go on. Nothing changed is taken in twice.

    Pages are read politely: robots.txt is kept to, a site is asked once a second at most, and it is told who reads. What
    was read is kept byte for byte. A page that is added again is taken in as it is now; waymark sync has what changed
    reviewed first.
    """
    from waymark.app.ingest import AddReport
    from waymark.app.ingest_pages import add_pages, distinct, is_address, listed_addresses
    from waymark.app.progress import on_terminal

    if not all(each.strip() for each in inputs):  # else an unset variable of the shell would mean this very folder
        raise errors.UsageError("One of the inputs is empty.", "Name a file, a folder or an address.")
    if not (inputs or lists or sitemaps):
        raise errors.UsageError(
            "There is nothing to add.", "Name a file, a folder or an address, or use --list or --sitemap."
        )
    typed = [each for each in inputs if is_address(each)]
    paths = [Path(each) for each in inputs if not is_address(each)]
    report = AddReport()
    with door.service() as service, on_terminal(not door.as_json) as progress:
        listed = listed_addresses(lists, sitemaps, service.settings, matching, most)
        urls = distinct([*typed, *listed.typed])
        for addresses, named in ((urls, True), (distinct(listed.of_sites), False)):
            if addresses:
                if len(addresses) > 5:
                    door.note(f"{len(addresses):,} pages are read, one a second at most.")
                pages = add_pages(service.catalogue, addresses, actor(), service.settings, progress, named=named)
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
    named_inputs = {*distinct(typed), *map(str, paths), *(path.name for path in paths if not path.is_dir())}
    if rejected & named_inputs or (report.rejected and not report.documents):
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
