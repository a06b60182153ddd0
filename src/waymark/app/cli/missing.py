"""The command that says what people ask and the library lacks."""

from datetime import date, datetime

import click

from waymark.answering.missing import WORDS, MissingReport
from waymark.app.cli.door import Door, json_option, library_option, pass_door
from waymark.library.cancer_types import name_of


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Count from this day on.")
@click.option("--all", "every", is_flag=True, help="Count questions for the care team, and not about health, as well.")
@click.option("--forget", is_flag=True, help="Delete everything that was counted.")
@library_option
@json_option
@pass_door
def missing(door: Door, since: datetime | None, every: bool, forget: bool) -> None:
    """List what people asked and the library does not hold.

    Declined questions are counted by day, cancer and kind of answer. Their text is kept only where WAYMARK_KEEP_MISSING=1,
    and the pages then say so. WAYMARK_COUNT_MISSING=0 turns counting off.
    """
    with door.service() as service:
        if forget:
            service.missing.forget()
            door.note("Everything that was counted is deleted.")
        report = service.missing.report(None if since is None else since.date(), () if every else ("not_in_library",))
    door.show(report.as_json, lambda: _for_people(report, every))


def _for_people(report: MissingReport, every: bool) -> str:
    if not report.total:
        return "Nothing was declined." if report.since is None else f"Nothing was declined since {_day(report.since)}."
    out = [
        f"{report.total} questions had no answer{'' if report.since is None else f' since {_day(report.since)}'}.",
        "",
    ]
    for line in report.lines:
        about = "any cancer" if line.cancer == "general" else name_of(line.cancer)
        why = f", {WORDS[line.reason]}" if every else ""
        out.append(f"{line.count:>5}  {about}: {line.kind.replace('_', ' ')}{why} (last on {_day(line.last)})")
    if report.texts:
        out += ["", "As they were asked:", *(f"{count:>5}  {text}" for text, count in report.texts)]
    return "\n".join(out)


def _day(day: date) -> str:
    return day.isoformat()
