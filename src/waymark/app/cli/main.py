"""The command line. Its help is the reference; what a command prints for a person is in `waymark.app.cli.show`.

Commands stand in modules of their own, and heavy parts are imported inside the commands that need them: ``waymark ask`` is
a new process for each question, and what it does not import it does not wait for.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from waymark import errors
from waymark.app.cli.door import DONE, EXIT_CODES, INTERRUPTED, UNEXPECTED, USAGE, WithUrgent, library_option
from waymark.languages.texts import texts

COMMANDS: Mapping[str, str] = {
    "ask": "questions",
    "search": "questions",
    "show": "questions",
    "add": "library",
    "check": "checking",
    "accept": "checking",
    "unaccept": "checking",
    "accepted": "checking",
    "repair": "repairing",
    "decide": "repairing",
    "missing": "missing",
    "report": "reports",
    "reports": "reports",
    "replay": "reports",
    "submit": "decisions",
    "send-back": "decisions",
    "publish": "decisions",
    "reopen": "decisions",
    "review": "decisions",
    "withdraw": "decisions",
    "due": "decisions",
    "history": "history",
    "uses": "history",
    "export": "exporting",
    "sync": "sync",
    "links": "links",
    "glossary": "words",
    "dictionary": "words",
    "index": "index",
    "encode": "index",
    "status": "index",
    "verify": "index",
    "evaluate": "index",
    "librarian": "librarian",
    "serve": "serving",
    "mcp": "serving",
    "record": "record",
    "completion": "serving",
}
"""Every command in the order of its use, with the module of this folder that holds it under the same name."""

EPILOGUE = (
    "Exit codes: 0 done (a decline is an answer too), 1 what --fail-on names was found, 2 usage, 3 input refused, 4 not "
    "found, 5 the library or the index is damaged or stale, 70 an error of Waymark's own, 74 the disk is full or may not "
    "be written to, 75 another process is writing (try again), 130 stopped by Ctrl-C."
)


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from waymark.app.wiring import MADE_BY

        click.echo(MADE_BY)
        context.exit()


class _ReaderLeft(Exception):
    """Whoever read our words has read enough (`waymark show ID | head`)."""


class _Group(click.Group):
    """Imports a command when it is called, and keeps click from ending the process over a closed pipe."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        module = COMMANDS.get(name)
        if module is None:
            return None
        command = getattr(import_module(f"waymark.app.cli.{module}"), name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

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


def every_command() -> dict[str, click.Command]:
    """Return every command by its full name ("ask", "record symptom add"), a group before its own, in the order of use."""
    found: dict[str, click.Command] = {}

    def gather(group: click.Group, before: str) -> None:
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            found[before + name] = command
            if isinstance(command, click.Group):
                gather(command, f"{before}{name} ")

    gather(cli, "")
    return found


def _fail(
    sentence: str, next_step: str, kind: str, code: int, as_json: bool, notice: Any = None, language: str | None = None
) -> int:
    """Say one error, after the urgent notice if there is one, and return the exit code."""
    own = texts(language)
    sentence, next_step = own.say(sentence), own.say(next_step)
    if as_json:
        body: dict[str, Any] = {"error": {"kind": kind, "say": sentence, "next_step": next_step}}
        if notice is not None:
            source = {"title": notice.source_title, "url": notice.source_url}
            body["urgent"] = {"sign": notice.sign, "level": notice.level, "say": notice.say, "source": source}
        click.echo(json.dumps(body, ensure_ascii=False))
        return code
    if notice is not None:
        from waymark.app.cli.show import Terminal, urgent

        terminal = Terminal.of(sys.stdout, os.environ, language)
        click.echo(urgent(terminal, notice) + "\n", color=terminal.colour)
        sys.stdout.flush()
    click.echo(f"{sentence} {next_step}".strip(), err=True)
    return code


def exit_code(error: errors.WaymarkError) -> int:
    """Return the exit code of an error: the row of its class, or of the nearest class above it."""
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)


def _said(error: errors.WaymarkError, as_json: bool, notice: Any = None, language: str | None = None) -> int:
    from waymark.app.shapes import error_kind

    return _fail(error.sentence, error.next_step, error_kind(error), exit_code(error), as_json, notice, language)


def _language(arguments: Sequence[str]) -> str | None:
    """Return what ``--lang`` says, for errors that are met before or outside its command."""
    for at, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if argument == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
    return None


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
    except WithUrgent as both:
        return _said(both.error, as_json, both.notice, both.language)
    except errors.WaymarkError as error:
        return _said(error, as_json, language=_language(arguments))
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
