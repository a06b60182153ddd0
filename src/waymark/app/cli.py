"""The command line. Its help is the reference; what a command prints for a person is in `waymark.app.show`.

Heavy parts are imported inside the commands that need them: ``waymark ask`` is a new process for each question, and
what it does not import it does not wait for.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from waymark import errors
from waymark.settings import Settings, read_settings

if TYPE_CHECKING:
    from waymark.app.show import Terminal
    from waymark.app.wiring import Waymark

DONE, USAGE, REFUSED, NOT_FOUND, DAMAGED = 0, 2, 3, 4, 5
UNEXPECTED, BUSY, INTERRUPTED = 70, 75, 130  # sysexits.h: EX_SOFTWARE, EX_TEMPFAIL; 128 + SIGINT

EXIT_CODES: Mapping[type[errors.WaymarkError], int] = {
    errors.WaymarkError: UNEXPECTED,
    errors.UsageError: USAGE,
    errors.InputRefused: REFUSED,
    errors.UnreadableSource: REFUSED,
    errors.InvalidDocument: REFUSED,
    errors.FetchRefused: REFUSED,
    errors.NotFound: NOT_FOUND,
    errors.LifecycleRefused: REFUSED,
    errors.LibraryBusy: BUSY,  # not damage: the same command succeeds later
    errors.Damaged: DAMAGED,
    errors.LibraryDamaged: DAMAGED,
    errors.LibraryTooNew: DAMAGED,
    errors.IndexMissing: DAMAGED,
    errors.IndexStale: DAMAGED,
    errors.IndexDamaged: DAMAGED,
    errors.EncoderDamaged: DAMAGED,
}
"""The one table from kinds of errors to exit codes; every class of ``waymark.errors`` has its row."""

EPILOGUE = (
    "Exit codes: 0 done (a decline is an answer too), 2 usage, 3 input refused, 4 not found, 5 the library or the "
    "index is damaged or stale, 70 an error of Waymark's own, 75 another process is writing (try again), 130 stopped "
    "by Ctrl-C."
)


@dataclass(slots=True)
class Door:
    """What a command knows of its call: the settings, and whether it prints for a person or for a program."""

    library: Path | None = None
    as_json: bool = False

    @property
    def settings(self) -> Settings:
        return read_settings(self.library)

    @property
    def terminal(self) -> "Terminal":
        from waymark.app.show import Terminal

        return Terminal.of(sys.stdout, os.environ)

    def note(self, sentence: str) -> None:
        """Say something by the way, on standard error."""
        click.echo(sentence, err=True)

    @contextmanager
    def service(self) -> Iterator["Waymark"]:
        """Open the library for one command; where there is none, it is made from the starter collection."""
        from waymark.app.wiring import Waymark

        service = Waymark.open(self.settings, self.note)
        try:
            yield service
        finally:
            service.close()

    def show(self, for_programs: Callable[[], Mapping[str, Any]], for_people: Callable[[], str]) -> None:
        """Print the result once, in the form that was asked for."""
        if self.as_json:
            click.echo(json.dumps(for_programs(), ensure_ascii=False))
        else:
            terminal_words = for_people()
            click.echo(terminal_words, color=self.terminal.colour)


Command = TypeVar("Command", bound=Callable[..., Any])
pass_door = click.make_pass_decorator(Door, ensure=True)


def _set_library(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(Door).library = value


def _set_json(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    context.ensure_object(Door).as_json = value


library_option = click.option(
    "--library",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the library (else WAYMARK_LIBRARY, else your user data folder).",
    callback=_set_library,
    expose_value=False,
)
json_option = click.option(
    "--json", is_flag=True, help="Print one JSON object and nothing else.", callback=_set_json, expose_value=False
)


def _day(context: click.Context, parameter: click.Parameter, value: datetime | None) -> date:
    return date.today() if value is None else value.date()


on_option = click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    callback=_day,
    help="The day to reckon from (default: today).",
)


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from waymark.app.wiring import MADE_BY

        click.echo(MADE_BY)
        context.exit()


class _ReaderLeft(Exception):
    """Whoever read our words has read enough (`waymark show ID | head`)."""


class _Group(click.Group):
    """Lists the commands in the order of their use, and keeps click from ending the process over a closed pipe."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except BrokenPipeError as error:
            raise _ReaderLeft from error


@click.group(
    cls=_Group, epilog=EPILOGUE, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@library_option
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
def cli() -> None:
    """Cited answers about cancer that may come back, from a library of reviewed documents.

    Waymark quotes its documents word for word, or says that they do not hold the answer.
    """


# ------------------------------------------------------------------------------------------------------------ questions


@cli.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--audience", metavar="WHO", help="Quote only documents for: patient, professional.")
@click.option("--cancer", metavar="NAME", help="Quote only documents about this cancer, or about cancer in general.")
@click.option("--lang", metavar="CODE", help="Quote only documents in this language (en, es).")
@library_option
@json_option
@pass_door
def ask(door: Door, question: tuple[str, ...], audience: str | None, cancer: str | None, lang: str | None) -> None:
    """Ask a question in your own words.

    \b
    waymark ask "What is a local recurrence?"
    """
    from waymark.answering.response import response_json

    words = " ".join(question)
    today = date.today()
    try:
        with door.service() as service:
            given = service.ask(words, audience=audience, cancer=cancer, language=lang, on=today)
    except errors.WaymarkError as error:
        # What to do in an emergency is said even when nothing else works.
        raise _WithUrgent(error, _urgent(door, words, lang)) from error

    def for_people() -> str:
        from waymark.app import show

        return show.response(door.terminal, given, today)

    door.show(lambda: response_json(given), for_people)


class _WithUrgent(Exception):
    """An error, and the urgent notice that goes before it."""

    def __init__(self, error: errors.WaymarkError, notice: Any) -> None:
        super().__init__(str(error))
        self.error = error
        self.notice = notice


def _urgent(door: Door, question: str, language: str | None) -> Any:
    """Return the urgent notice of a question without library or index; None also when the settings cannot be read."""
    from waymark.answering.urgent import INTERNATIONAL, numbers_for, urgent_notice

    try:
        country = door.settings.country
    except errors.UsageError:
        country = None
    return urgent_notice(question, language or "en", numbers_for(country) if country else INTERNATIONAL)


@cli.command()
@click.argument("query", nargs=-1, required=True)
@click.option("-k", "count", type=int, default=10, show_default=True, metavar="N", help="How many passages, 1 to 200.")
@library_option
@json_option
@pass_door
def search(door: Door, query: tuple[str, ...], count: int) -> None:
    """List the passages that fit a query, best first."""
    today = date.today()
    with door.service() as service:
        found = service.search(" ".join(query), count)

    def for_people() -> str:
        from waymark.app import show

        return show.search(door.terminal, found, today)

    door.show(lambda: found.as_json(today), for_people)


@cli.command()
@click.argument("document_id", metavar="ID")
@click.option("--of", "version", metavar="VERSION", help="Another version than the present one.")
@library_option
@json_option
@pass_door
def show(door: Door, document_id: str, version: str | None) -> None:
    """Show one document: its record, its text, its history."""
    from waymark.app.shapes import document_show

    with door.service() as service:
        document = service.document(document_id, version)
        events = service.events(document_id)
        versions = service.versions(document_id)

    def for_people() -> str:
        from waymark.app import show

        return show.document(door.terminal, document, events, date.today())

    door.show(lambda: document_show(document, versions, events), for_people)


# -------------------------------------------------------------------------------------------------------------- library


@cli.command()
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
            pages = add_pages(service.catalogue, urls, _actor(), service.settings, progress)
            service.index(progress=progress, say=door.note)
            report = _together(report, pages)
        if paths:
            report = _together(report, service.add(paths, actor=_actor(), progress=progress, say=door.note))

    def for_people() -> str:
        from waymark.app import show

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


def _actor() -> str:
    return os.environ.get("USER") or os.environ.get("USERNAME") or "unknown"


def _now() -> str:
    from datetime import UTC

    return datetime.now(UTC).isoformat(timespec="seconds")


@cli.command()
@click.argument("document_id", metavar="ID")
@click.option("--why", required=True, metavar="REASON", help="Why it is withdrawn; kept with the document.")
@library_option
@json_option
@pass_door
def withdraw(door: Door, document_id: str, why: str) -> None:
    """Withdraw a document: it is kept, and never quoted again."""
    from waymark.library.document import Status

    if not why.strip():
        raise errors.UsageError("A withdrawal needs its reason.", "Say it: --why “replaced by the publisher”.")
    with door.service() as service:
        service.set_status(document_id, Status.WITHDRAWN, actor=_actor(), why=why)
        card = service.catalogue.card(document_id)
    door.show(
        lambda: {"id": card.id, "version": card.version, "status": card.status.value, "why": why},
        lambda: f"“{card.title}” ({card.id} {card.version}) is withdrawn: it is kept, and no longer quoted.",
    )


@cli.command()
@on_option
@library_option
@json_option
@pass_door
def check(door: Door, on: date) -> None:
    """Look over the documents and say what needs a person."""
    from waymark.app.checking import check_library, findings_json
    from waymark.app.progress import on_terminal

    with door.service() as service, on_terminal(not door.as_json) as progress:
        found = check_library(service.catalogue, on, progress)

    def for_people() -> str:
        from waymark.app import show

        return show.found(door.terminal, found)

    door.show(lambda: findings_json(found), for_people)


@cli.command()
@click.option("--dry-run", is_flag=True, help="Say what would be changed, and change nothing.")
@library_option
@json_option
@pass_door
def repair(door: Door, dry_run: bool) -> None:
    """Mend what the records' own evidence can mend.

    The text is never changed. Each repair is a new version with its reason in the history. What has no repair here
    needs a person: see waymark check.
    """
    from waymark.app.checking import repair_library, repairs_json
    from waymark.app.progress import on_terminal

    with door.service() as service, on_terminal(not door.as_json) as progress:
        if dry_run:
            mended = repair_library(service.catalogue, None, _actor(), _now(), progress)
        else:
            with service.catalogue.writing(10.0, door.note) as writer:
                mended = repair_library(service.catalogue, writer, _actor(), _now(), progress)
            if mended:
                service.index(progress=progress, say=door.note)
    report = repairs_json(mended, dry_run)

    def for_people() -> str:
        lines = [line for each in mended for line in each.diff.splitlines()] if dry_run else []
        verb = "would be mended" if dry_run else "mended"
        counts = [f"{code}: {count} {verb}." for code, count in report["counts"].items()]
        known = "; ".join(f"{each['check']} ({each['rule'].rstrip('.').lower()})" for each in report["repairs_known"])
        return "\n".join([*lines, *(counts or ["There is nothing to mend."]), f"Repairs that exist: {known}."])

    door.show(lambda: report, for_people)


@cli.command()
@on_option
@click.option(
    "--within",
    type=click.IntRange(0, 3660),
    default=30,
    show_default=True,
    metavar="DAYS",
    help="Also those that lapse so soon.",
)
@library_option
@json_option
@pass_door
def due(door: Door, on: date, within: int) -> None:
    """List the reviews that have lapsed, and those that soon will."""
    from waymark.app.checking import reviews

    with door.service() as service:
        found = reviews(service.cards(), on, within)

    def for_people() -> str:
        from waymark.app.wording import date_words

        lines = [f"lapsed  {date_words(card.review_due)}  {card.id}" for card in found.lapsed if card.review_due]
        lines += [f"due     {date_words(card.review_due)}  {card.id}" for card in found.due if card.review_due]
        lines.append(
            f"On {date_words(on)}: {len(found.lapsed)} reviews have lapsed, {len(found.due)} will within {within} "
            f"days, {found.current} hold longer, {len(found.unknown)} are not known."
        )
        return "\n".join(lines)

    door.show(found.as_json, for_people)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@library_option
@json_option
@pass_door
def export(door: Door, folder: Path) -> None:
    """Write the library as Markdown records.

    They go into a new folder, together with the credits that the publishers ask for. Adding the folder to an empty
    library gives the same documents.
    """
    from waymark.app.export import CREDITS, export_library
    from waymark.app.progress import on_terminal

    with door.service() as service, on_terminal(not door.as_json) as progress:
        done = export_library(service.catalogue, folder, progress)
    door.show(
        done.as_json,
        lambda: f"{len(done.cards)} records and {CREDITS} are in {folder}. Keep {CREDITS} with what you pass on.",
    )


# ------------------------------------------------------------------------------------------------- index and integrity


@cli.command()
@click.option("--fresh", is_flag=True, help="From nothing, whatever is there.")
@library_option
@json_option
@pass_door
def index(door: Door, fresh: bool) -> None:
    """Bring the search index up to date with the library."""
    from waymark.app.progress import on_terminal

    with door.service() as service:
        with on_terminal(not door.as_json) as progress:
            service.index(fresh=fresh, progress=progress, say=door.note)
        engine = service.engine
        passages, generation = engine.alive, engine.manifest.generation
    door.show(lambda: {"passages": passages, "generation": generation}, lambda: f"{passages} passages can be searched.")


@cli.command()
@library_option
@json_option
@pass_door
def encode(door: Door) -> None:
    """Make the missing vectors now. It can be stopped, and goes on from there."""
    from waymark.app.progress import on_terminal

    with door.service() as service:
        with on_terminal(not door.as_json) as progress:
            made = service.encode(progress, threads=max(1, (os.cpu_count() or 2) // 2))
        manifest = service.engine.manifest
        encoded, total = manifest.encoded, service.engine.alive
    door.show(
        lambda: {"made": made, "encoded": encoded, "total": total},
        lambda: f"{made} vectors made; {encoded} of {total} passages are encoded.",
    )


@cli.command()
@library_option
@json_option
@pass_door
def status(door: Door) -> None:
    """Say where the library is and whether each part works. Exit code 5 when one does not."""
    with door.service() as service:
        state = service.health()

    def for_programs() -> dict[str, Any]:
        parts = {
            name: {"ok": part.ok, "say": part.say, "mend": part.mend, "detail": dict(part.detail)}
            for name, part in state.parts.items()
        }
        return {"ok": state.ok, "folder": str(door.settings.library), **parts}

    def for_people() -> str:
        from waymark.app import show

        return f"The library is in {door.settings.library}.\n{show.health(door.terminal, state)}"

    door.show(for_programs, for_people)
    if not state.ok:
        raise click.exceptions.Exit(DAMAGED)


@cli.command()
@library_option
@json_option
@pass_door
def verify(door: Door) -> None:
    """Hash everything again and say what is not as it was left. Exit code 5 when something is not."""
    with door.service() as service:
        faults = service.catalogue.verify()
    door.show(
        lambda: {"ok": not faults, "faults": faults}, lambda: "\n".join(faults) or "Everything is as it was left."
    )
    if faults:
        raise click.exceptions.Exit(DAMAGED)


@cli.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SET...")
@library_option
@json_option
@pass_door
def evaluate(door: Door, sets: tuple[Path, ...]) -> None:
    """Measure answers on evaluation sets.

    A set is a folder with topics.jsonl and, if the judgements are not in it, qrels.tsv and corpus.jsonl.
    """
    from waymark.app.evaluate import run_evaluation
    from waymark.app.progress import on_terminal

    with door.service() as service, on_terminal(not door.as_json) as progress:
        figures = run_evaluation(service, list(sets), progress)
    door.show(lambda: figures, lambda: json.dumps(figures, ensure_ascii=False, indent=2))


# ---------------------------------------------------------------------------------------------------------------- doors


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, metavar="N", help="0 takes a free one."
)
@click.option(
    "--name", "names", multiple=True, metavar="NAME", help="A host name that the pages answer to; may be repeated."
)
@library_option
@pass_door
def serve(door: Door, host: str, port: int, names: tuple[str, ...]) -> None:
    """Serve the pages and the API. Vectors that are missing are made in the background meanwhile."""
    from waymark.app.serve import serve as run

    with door.service() as service:
        run(service, host, port, lambda words: click.echo(words), door.note, names)


@cli.command()
@library_option
@pass_door
def mcp(door: Door) -> None:
    """Serve the library over the Model Context Protocol.

    For another program, which starts this command and speaks with it over standard input and output.
    """
    from waymark.app.mcp import serve_stdio

    serve_stdio(door.settings, door.note)


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes the Tab key complete commands.

    \b
    eval "$(waymark completion bash)"     in ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    completer = get_completion_class(shell)
    assert completer is not None
    click.echo(completer(cli, {}, "waymark", "_WAYMARK_COMPLETE").source())


# ------------------------------------------------------------------------------------------------------- from the shell


def _fail(sentence: str, next_step: str, kind: str, code: int, as_json: bool, notice: Any = None) -> int:
    """Say one error, after the urgent notice if there is one, and return the exit code."""
    if as_json:
        body: dict[str, Any] = {"error": {"kind": kind, "say": sentence, "next_step": next_step}}
        if notice is not None:
            source = {"title": notice.source_title, "url": notice.source_url}
            body["urgent"] = {"sign": notice.sign, "level": notice.level, "say": notice.say, "source": source}
        click.echo(json.dumps(body, ensure_ascii=False))
        return code
    if notice is not None:
        from waymark.app.show import Terminal, urgent

        terminal = Terminal.of(sys.stdout, os.environ)
        click.echo(urgent(terminal, notice) + "\n", color=terminal.colour)
        sys.stdout.flush()
    click.echo(f"{sentence} {next_step}".strip(), err=True)
    return code


def exit_code(error: errors.WaymarkError) -> int:
    """Return the exit code of an error: the row of its class, or of the nearest class above it."""
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)


def _said(error: errors.WaymarkError, as_json: bool, notice: Any = None) -> int:
    from waymark.app.shapes import error_kind

    return _fail(error.sentence, error.next_step, error_kind(error), exit_code(error), as_json, notice)


def _one_sentence(error: click.ClickException) -> str:
    """Return click's own message as a sentence."""
    message = " ".join(error.format_message().split())
    return message if message.endswith((".", "?", "!")) else f"{message}."


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; every error is one sentence with a next step."""
    as_json = "--json" in arguments
    try:
        outcome = cli.main(args=list(arguments), prog_name="waymark", standalone_mode=False)
        code = outcome if isinstance(outcome, int) else DONE
        sys.stdout.flush()
        return code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx is not None else "waymark"
        return _fail(_one_sentence(error), f"See: {command} --help", "usage_error", USAGE, as_json)
    except click.ClickException as error:
        return _fail(_one_sentence(error), "", "usage_error", USAGE, as_json)
    except _WithUrgent as both:
        return _said(both.error, as_json, both.notice)
    except errors.WaymarkError as error:
        return _said(error, as_json)
    except (click.Abort, KeyboardInterrupt):
        return _fail("Stopped.", "What was finished is kept.", "stopped", INTERRUPTED, as_json)
    except (_ReaderLeft, BrokenPipeError):
        # Without this Python complains once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if os.environ.get("WAYMARK_DEBUG", "") not in ("", "0"):
            raise
        return _fail(
            f"Something went wrong that Waymark has no name for ({type(error).__name__}).",
            "Run it again with WAYMARK_DEBUG=1 to see where, and report that (CONTRIBUTING.md says how).",
            "unexpected",
            UNEXPECTED,
            as_json,
        )


def main() -> None:
    """Enter from the shell."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # words of the library are more than some terminals' encodings hold
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
