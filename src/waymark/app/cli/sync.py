"""The command that reads the library's pages again."""

import click

from waymark.app.cli.door import REFUSED, Door, actor, json_option, library_option, pass_door


@click.command()
@click.argument("documents", nargs=-1, metavar="[ID...]")
@click.option("--dry-run", is_flag=True, help="Read the pages and say what has changed, and write nothing.")
@click.option("--all", "everything", is_flag=True, help="Also pages that are not due yet.")
@click.option("--from-files", is_flag=True, help="Also documents that came from files, at the address in their record.")
@click.option(
    "--every",
    type=click.IntRange(1, 3660),
    default=30,
    show_default=True,
    metavar="DAYS",
    help="When a page is due again.",
)
@click.option(
    "--most", type=click.IntRange(1, 100_000), default=1000, show_default=True, metavar="N", help="Pages at most."
)
@library_option
@json_option
@pass_door
def sync(
    door: Door, documents: tuple[str, ...], dry_run: bool, everything: bool, from_files: bool, every: int, most: int
) -> None:
    """Read the publishers' pages again and show what has changed.

    A changed page becomes a draft beside the version that is quoted, for a person to review: nothing new is quoted before
    that. Pages that have moved, are gone or cannot be read are listed with the reason. Naming documents reads only those.
    """
    from waymark.app.progress import on_terminal
    from waymark.app.sync import sync_library

    with door.service() as service, on_terminal(not door.as_json) as progress:
        report = sync_library(
            service.catalogue,
            actor(),
            service.settings,
            progress,
            documents=documents,
            dry_run=dry_run,
            everything=everything,
            from_files=from_files,
            every=every,
            most=most,
        )

    def for_people() -> str:
        from waymark.app.cli import show_sync

        return show_sync.report(door.terminal, report)

    door.show(report.as_json, for_people)
    if documents and not any(item.outcome.read for item in report.items):
        raise click.exceptions.Exit(REFUSED)
