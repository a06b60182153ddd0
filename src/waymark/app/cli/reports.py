"""Commands about reports of readers: report, reports, replay."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import click

from waymark.app.cli.door import (
    Door,
    actor,
    json_option,
    language_option,
    library_option,
    now,
    on_option,
    pass_door,
)
from waymark.app.reports.keeping import KIND_WORDS, STATE_WORDS, Kept, Kind, State


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    default=Kind.WRONG.value,
    show_default=True,
    help="What you say of the answer.",
)
@click.option("--say", "comment", default="", metavar="WORDS", help="What is wrong, or what helped, in your words.")
@click.option("--keep-question", is_flag=True, help="Keep the question too, so that it can be asked again.")
@click.option("--audience", metavar="WHO", help="As with ask.")
@click.option("--cancer", metavar="NAME", help="As with ask.")
@language_option("As with ask.")
@library_option
@json_option
@pass_door
def report(
    door: Door,
    question: tuple[str, ...],
    kind: str,
    comment: str,
    keep_question: bool,
    audience: str | None,
    cancer: str | None,
    lang: str | None,
) -> None:
    """Ask a question, and report what is shown as wrong or harmful.

    Kept are the quotations with their versions, the index, the table of urgent signs and the settings, so that it can be
    shown again years later (waymark replay). The question is kept only with --keep-question.

    \b
    waymark report "Is it still colon cancer?" --kind wrong --say "This is about another cancer."
    """
    from waymark.answering.spoken import sure_language
    from waymark.app.reports.making import from_answer

    words, today = " ".join(question), date.today()
    door.language = lang or sure_language(words)
    with door.service() as service:
        given = service.ask(words, audience=audience, cancer=cancer, language=lang, on=today, count=False)
        made = from_answer(
            service,
            given,
            Kind(kind),
            "command line",
            today,
            door.language,
            datetime.now(UTC),
            words if keep_question else "",
            {"audience": audience, "cancer": cancer, "language": lang},
            comment,
        )
        kept = service.reports.keep(made)

    def for_people() -> str:
        asked = "" if keep_question else " The question is not kept (--keep-question keeps it)."
        return f"Kept as {kept.id}.{asked}\nwaymark replay {kept.id} shows it again."

    door.show(lambda: {"id": kept.id, "kind": kept.kind.value, "question_kept": keep_question}, for_people)


@click.group(invoke_without_command=True)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="Only these; may be repeated. Default: new and seen.",
)
@click.option("--all", "every", is_flag=True, help="Settled ones, and those that only say whether it helped, as well.")
@library_option
@json_option
@pass_door
@click.pass_context
def reports(context: click.Context, door: Door, states: tuple[str, ...], every: bool) -> None:
    """List what readers reported of answers; see, settle, erase.

    A report is new until somebody has seen it, and settled with a reason. Each step is an audit event.
    """
    if context.invoked_subcommand is not None:
        return
    from waymark.app.reports.replay import OPEN_KINDS, report_json

    wanted = [State(state) for state in states] or ([] if every else [State.NEW, State.SEEN])
    with door.service() as service:
        found = service.reports.all(wanted, () if every else OPEN_KINDS)
        votes = [kind for kind in service.reports.kinds().values() if not kind.is_report]
    helped, not_helped = votes.count(Kind.HELPED), votes.count(Kind.NOT_HELPED)

    def for_people() -> str:
        lines = [_line(kept) for kept in found] or ["Nothing is reported." if every else "No report is open."]
        if votes:
            lines += ["", f"Of those who said whether it helped: {helped} yes, {not_helped} no."]
        return "\n".join(lines)

    def for_programs() -> dict[str, Any]:
        return {"reports": [report_json(kept) for kept in found], "helped": helped, "did_not_help": not_helped}

    door.show(for_programs, for_people)


def _line(kept: Kept) -> str:
    report = kept.report
    lines = [f"{report.id}  {report.at[:10]}  {STATE_WORDS[kept.state]:<8} {KIND_WORDS[report.kind]}"]
    if report.words and report.words.question:
        lines.append(f"    asked: {_short(report.words.question)}")
    if report.words and report.words.comment:
        lines.append(f"    said: {_short(report.words.comment)}")
    if kept.why:
        lines.append(f"    {kept.by}: {kept.why}")
    return "\n".join(lines)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:199]}…"


def _stepped(door: Door, kept: Kept) -> None:
    from waymark.app.reports.replay import report_json

    door.show(lambda: report_json(kept), lambda: f"The report {kept.report.id} is {STATE_WORDS[kept.state]} now.")


@reports.command()
@click.argument("report_id", metavar="ID")
@library_option
@json_option
@pass_door
def seen(door: Door, report_id: str) -> None:
    """Say that a report was seen. A settled one is taken up again."""
    with door.service() as service:
        kept = service.reports.step(report_id, State.SEEN, actor(), now())
    _stepped(door, kept)


@reports.command()
@click.argument("report_id", metavar="ID")
@click.option("--why", required=True, metavar="REASON", help="What was done about it, or why nothing is.")
@library_option
@json_option
@pass_door
def settle(door: Door, report_id: str, why: str) -> None:
    """Settle a report, with the reason."""
    with door.service() as service:
        kept = service.reports.step(report_id, State.SETTLED, actor(), now(), why)
    _stepped(door, kept)


@reports.command()
@click.argument("report_id", metavar="ID")
@click.option("--why", required=True, metavar="REASON", help="Why; without repeating the words.")
@library_option
@json_option
@pass_door
def erase(door: Door, report_id: str, why: str) -> None:
    """Erase the question and the words of a report for good. What was shown stays."""
    from waymark.app.reports.replay import report_json

    with door.service() as service:
        kept = service.reports.erase_words(report_id, actor(), now(), why)
    door.show(lambda: report_json(kept), lambda: f"The words of the report {kept.report.id} are erased.")


@click.command()
@click.argument("report_id", metavar="ID")
@on_option
@library_option
@json_option
@pass_door
def replay(door: Door, report_id: str, on: date) -> None:
    """Show a reported answer again: what was shown then, and what differs today.

    The words come from the versions that were quoted, which are kept for good. Where the question was kept, it is asked
    again.
    """
    from waymark.app.reports.replay import Replay
    from waymark.app.reports.replay import replay as shown_again

    with door.service() as service:
        found: Replay = shown_again(service, service.reports.get(report_id), on)

    door.show(found.as_json, lambda: "\n".join(_replayed(door, found)))


def _replayed(door: Door, found: Any) -> Sequence[str]:
    from waymark.app.cli import show
    from waymark.library.lapse import LapseRule

    terminal = door.terminal
    kept = found.kept
    shown = kept.report.shown
    settings = kept.report.surroundings.get("settings") or {}
    rule = LapseRule(settings.get("lapsed_say_from") or 1, settings.get("lapsed_leave_out_from"))
    lines = [_line(kept), ""]
    if not kept.report.vouched:
        lines += ["What was shown is as the caller told it.", ""]
    lines += [terminal.bold(f"Shown on {shown.on}:"), ""]
    if found.then.response is not None:
        lines += [show.response(terminal, found.then.response, shown.on, rule), ""]
    lines += [f"Cannot be shown: {fault}" for fault in found.then.faults]
    lines += [terminal.bold("What differs today:"), ""]
    lines += [f"  - {terminal.say(each.say)}" for each in found.differences]
    lines += [f"  - {name}: {old} then, {new} now" for name, old, new in found.around]
    if not found.differences and not found.around:
        lines.append(
            "  Nothing." if found.today is not None else "  Nothing of the documents, the index or the settings."
        )
    if found.today is None:
        why = "its question was not kept" if found.cause == "question not kept" else found.cause
        lines += ["", f"It was not asked again: {why}"]
    return lines
