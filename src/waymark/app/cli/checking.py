"""Commands that look over the library: check, and the findings that were accepted as they are."""

import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from waymark import errors
from waymark.app.cli.door import FOUND, Door, actor, json_option, library_option, now, on_option, pass_door

if TYPE_CHECKING:
    from waymark.app.checking import Checked

_SHOWN = 5  # findings of one check that the terminal shows
_SEVERITIES = ("blocking", "error", "warning", "information")


def _only_option(words: str) -> Callable[[Any], Any]:
    return click.option("--only", "codes", multiple=True, metavar="CHECK", help=words)


_document_option = click.option(
    "--document", "documents", multiple=True, metavar="ID", help="Only this document; may be repeated."
)


@click.command()
@on_option
@_only_option("Only this check; may be repeated.")
@_document_option
@click.option("--baseline", is_flag=True, help="Leave out the findings that were accepted (see waymark accept).")
@click.option(
    "--fail-on", type=click.Choice(_SEVERITIES), help="Exit code 1 when something at least so grave is found."
)
@click.option(
    "--sarif",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the findings as SARIF 2.1.0.",
)
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write them as a page."
)
@click.option("--list", "list_checks", is_flag=True, help="List the checks with their rules, and look at nothing.")
@library_option
@json_option
@pass_door
def check(
    door: Door,
    on: date,
    codes: tuple[str, ...],
    documents: tuple[str, ...],
    baseline: bool,
    fail_on: str | None,
    sarif: Path | None,
    report: Path | None,
    list_checks: bool,
) -> None:
    """Look over the documents and say what needs a person.

    Only what changed since the last look is read again. Exit code 1 with --fail-on, for use where things are built.

    \b
    waymark check --baseline --fail-on error --sarif findings.sarif
    """
    from waymark.app.checking import checked
    from waymark.app.progress import on_terminal

    if list_checks:
        _list(door)
        return
    with door.service() as service, on_terminal(not door.as_json) as progress:
        asked = checked(
            service.catalogue, on, codes=codes, documents=documents, baseline_only=baseline, progress=progress
        )
        with asked as found:
            if sarif is not None:
                from waymark.app.checks_sarif import write_sarif

                write_sarif(sarif, service.catalogue, found)
            if report is not None:
                from waymark.app.checks_report import write_report

                write_report(report, service.catalogue, found)
            if door.as_json:
                for piece in found.json_pieces():
                    click.echo(piece, nl=False)
                click.echo()
            else:
                click.echo(
                    _for_people(door, found, [each for each in (sarif, report) if each]), color=door.terminal.colour
                )
            worst = found.worst()
    if fail_on is not None and worst is not None and worst.rank <= _SEVERITIES.index(fail_on):
        sys.stdout.flush()
        raise click.exceptions.Exit(FOUND)


def _list(door: Door) -> None:
    from waymark.library.checks.findings import every_check

    checks = [
        {
            "check": each.code,
            "severities": [severity.value for severity in each.severities],
            "rule": each.rule,
            "repair": each.does,
            "asks": each.asks,
        }
        for each in every_check()
    ]

    def for_people() -> str:
        terminal = door.terminal
        lines = []
        for each in every_check():
            lines.append(terminal.bold(f"{each.code} ({', '.join(severity.value for severity in each.severities)})"))
            lines += terminal.paragraph(each.rule, "  ")
            if each.does:
                asked = " only when it is named" if each.asks else ""
                lines += terminal.paragraph(f"waymark repair would{asked} {each.does}.", "  ")
        return "\n".join(lines)

    door.show(lambda: {"checks": checks}, for_people)


def _for_people(door: Door, found: "Checked", written: Sequence[Path]) -> str:
    """Return the findings by check, the gravest first, each check with its first few."""
    terminal = door.terminal
    counts = sorted(found.counts(), key=lambda count: (count.severity.rank, count.code))
    files = [f"Written: {path}." for path in written]
    accepted = len(found.accepted)
    if not counts:
        return "\n".join(["The checks found nothing.", *files])
    parts = []
    shown: set[str] = set()
    for count in counts:
        many = "document" if count.documents == 1 else "documents"
        times = f", {count.occurrences:,} times" if count.occurrences != count.documents else ""
        lines = [terminal.bold(f"{count.code}: {count.documents:,} {many} ({count.severity.value}){times}")]
        if count.code not in shown:
            shown.add(count.code)
            for finding in found.of(count.code, _SHOWN):
                lines += terminal.paragraph(f"{finding.document}: {finding.why}", "  ", "    ")
                if finding.repair:
                    lines += terminal.paragraph(f"waymark repair would {finding.repair}.", "    ")
            if count.occurrences > _SHOWN:
                lines.append(f"  … all of them: waymark check --only {count.code} --json")
        parts.append("\n".join(lines))
    told = f"{accepted:,} findings were accepted and are left out." if found.chosen.without else ""
    told = told or (f"{accepted:,} findings were accepted; --baseline leaves them out." if accepted else "")
    return "\n\n".join([*parts, *([told] if told else []), *files])


# ------------------------------------------------------------------------------------------------------ the baseline


_all_option = click.option("--all", "everywhere", is_flag=True, help="In every document.")
_found_option = click.option("--found", metavar="WORDS", help="Only where these characters were found.")


def _chosen(documents: tuple[str, ...], everywhere: bool) -> None:
    if bool(documents) == everywhere:
        raise errors.UsageError("Say which documents are meant.", "Name them with --document ID, or say --all.")


@click.command()
@click.argument("code", metavar="CHECK")
@_document_option
@_all_option
@_found_option
@click.option("--why", required=True, metavar="REASON", help="Why it may stay; kept with your name and the day.")
@on_option
@library_option
@json_option
@pass_door
def accept(
    door: Door, code: str, documents: tuple[str, ...], everywhere: bool, found: str | None, why: str, on: date
) -> None:
    """Accept what a check found as it is.

    It stays found, and waymark check --baseline leaves it out. When the characters change, it is open again.

    \b
    waymark accept LICENCE-ADAPTED --document nci-example --why "the publisher agreed by letter"
    """
    from waymark.app.checking import checked
    from waymark.library.accepted import accept as accept_findings

    _chosen(documents, everywhere)
    with door.service() as service:
        with checked(service.catalogue, on, codes=(code,), documents=documents) as seen:
            findings = [each for each in seen.findings() if found is None or found in each.found]
            known = seen.accepted
        with service.catalogue.writing(10.0, door.note) as writer:
            count = accept_findings(writer, findings, actor(), now(), why, known)
    there = len(findings)
    if not there:
        raise errors.NotFound(
            f"{code.upper()} found nothing there.", "See what it finds: waymark check --only " + code.upper()
        )
    door.show(
        lambda: {"accepted": count, "were_accepted": there - count},
        lambda: f"{count:,} findings are accepted now; {there - count:,} were before.",
    )


@click.command()
@click.argument("code", metavar="CHECK")
@_document_option
@_all_option
@_found_option
@click.option("--why", default="", metavar="REASON", help="Why it is open again.")
@library_option
@json_option
@pass_door
def unaccept(door: Door, code: str, documents: tuple[str, ...], everywhere: bool, found: str | None, why: str) -> None:
    """Open findings again that were accepted."""
    from waymark.app.checking import code_of
    from waymark.library.accepted import baseline, reopen

    _chosen(documents, everywhere)
    named = code_of(code)
    with door.service() as service, service.catalogue.writing(10.0, door.note) as writer:
        chosen = [
            each
            for each in baseline(service.catalogue).values()
            if each.check == named
            and (everywhere or each.document in documents)
            and (found is None or found in each.found)
        ]
        count = reopen(writer, chosen, actor(), now(), why)
    if not count:
        raise errors.NotFound(f"No finding of {named} was accepted there.", "See: waymark accepted")
    door.show(lambda: {"reopened": count}, lambda: f"{count:,} findings are open again.")


@click.command()
@library_option
@json_option
@pass_door
def accepted(door: Door) -> None:
    """List the findings that were accepted: what, by whom, when and why."""
    from waymark.library.accepted import baseline

    with door.service() as service:
        kept = sorted(baseline(service.catalogue).values(), key=lambda each: (each.check, each.document, each.mark))

    def for_people() -> str:
        lines = []
        for each in kept:
            lines.append(door.terminal.bold(f"{each.check} in {each.document}"))
            lines += door.terminal.paragraph(f"“{' '.join(each.found.split())}”", "  ") if each.found.strip() else []
            lines += door.terminal.paragraph(f"{each.by}, {each.at[:10]}: {each.why}", "  ")
        return "\n".join(lines) or "No finding was accepted."

    door.show(lambda: {"accepted": [each.as_json() for each in kept]}, for_people)
