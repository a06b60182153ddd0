"""The command for a library's links: how many there are, what the library lacks, its terms, its pairs."""

import click

from waymark.app.cli.door import Door, json_option, library_option, pass_door


@click.command()
@click.option(
    "--missing", "which", flag_value="missing", help="List the pages that documents link to and the library lacks."
)
@click.option("--terms", "which", flag_value="terms", help="List the dictionary terms that documents link to.")
@click.option("--pairs", "which", flag_value="pairs", help="List patient and professional versions of one summary.")
@click.option(
    "-n", "most", type=click.IntRange(1), default=25, show_default=True, metavar="N", help="How many to list."
)
@library_option
@json_option
@pass_door
def links(door: Door, which: str | None, most: int) -> None:
    """Count the links of the library, and say where they lead.

    Without an option the counts are printed; --json always has everything.
    """
    from waymark.app.linking import link_report
    from waymark.app.progress import on_terminal

    with door.service() as service, on_terminal(not door.as_json) as progress:
        report = link_report(service.catalogue, progress)

    def for_people() -> str:
        from waymark.app.cli import show_links

        if which == "missing":
            return show_links.missing(door.terminal, report, most)
        if which == "terms":
            return show_links.terms(door.terminal, report, most)
        if which == "pairs":
            return show_links.pairs(door.terminal, report, most)
        return show_links.counts(door.terminal, report)

    door.show(report.as_json, for_people)
