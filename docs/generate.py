"""Writes what is made from the program itself: the commands, the dependencies, the documents of the glossary, and the
examples of README.md.

``python docs/generate.py`` writes them; the tests in ``tests/docs`` compare what it would write with what is there.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ROOT / "docs" / "COMMANDS.md"
DEPENDENCIES = ROOT / "docs" / "DEPENDENCIES.md"
GOVERNANCE = ROOT / "docs" / "GOVERNANCE.md"
README = ROOT / "README.md"
CUT = "[…]"  # stands in an example for the rest of what is printed


# ------------------------------------------------------------------------------------------------------------- commands

ENVIRONMENT: Mapping[str, str] = {
    "WAYMARK_LIBRARY": "Folder of the library.",
    "WAYMARK_RECORDS": "Folder of your private records.",
    "WAYMARK_RECORD": "0: the pages of your own record are not served. They are served to this machine alone.",
    "WAYMARK_RECORD_IDLE": "Minutes without you, 1 to 120, after which an open record locks; 10 unless said.",
    "WAYMARK_RECORD_AT": "The https address of a server of yours in front of the record's pages, if you insist.",
    "WAYMARK_RECORD_PASSWORD_FILE": "With it: the file whose first line is asked for before anything of the record.",
    "WAYMARK_COUNTRY": "Two letters of a country (US, GB): its emergency and crisis numbers stand in urgent notices.",
    "WAYMARK_DECLINE_BELOW": (
        "How sure the library must be to hold an answer, from 0 to 1: below it the question is declined. Higher answers fewer "
        "questions and fewer falsely. Unset: 0.6; `bench/DECLINING.md` shows what each setting trades, as a curve."
    ),
    "WAYMARK_ENCODE": "0: no vectors are made in the background while serving.",
    "WAYMARK_ONLINE": "0: no page is read by its address.",
    "WAYMARK_CONTACT": "An address or page that the keeper of a site can turn to; every site that is read is told it.",
    "WAYMARK_PRIVATE_HOSTS": "Hosts of your own network whose pages may be added by address, with commas between.",
    "WAYMARK_PROCESSES": "Processes that serve the pages; the number of cores, at most 4, unless said.",
    "WAYMARK_THREADS": "Threads for the encoder of one question.",
    "WAYMARK_LAPSED_SAY_FROM": "Days after a review's last day from which quotations say that it has lapsed; 1 unless said.",
    "WAYMARK_LAPSED_LEAVE_OUT_FROM": "Days after a review's last day from which a document is not quoted. Unset: it is quoted.",
    "WAYMARK_TWO_PERSONS": "1: whoever submitted a document may not publish it.",
    "WAYMARK_LIBRARIAN": "1: the librarian's pages are served, as with `waymark serve --librarian`.",
    "WAYMARK_COUNT_MISSING": "0: what was asked and the library lacks is not counted.",
    "WAYMARK_KEEP_MISSING": "1: the words of such questions are kept for the librarian, and the pages say so.",
    "WAYMARK_PLAIN": "1: answers can be shown in plain words, which the model server below writes; the pages say so. Off unless said.",
    "WAYMARK_PLAIN_ADDRESS": "Where a server with the OpenAI chat protocol stands: http://127.0.0.1:8080/v1, https://models.example/v1.",
    "WAYMARK_PLAIN_MODEL": "The name of the model there.",
    "WAYMARK_PLAIN_KEY_FILE": "The file whose first line is the server's key, where it wants one.",
    "WAYMARK_PLAIN_SECONDS": "Seconds that the server may take, 1 to 60; 12 unless said. The quotations never wait for it.",
    "WAYMARK_DEBUG": "1: an error without a name shows where it happened.",
    "NO_COLOR": "Set to anything: no colour on the terminal.",
}


def commands_page() -> str:
    """Return docs/COMMANDS.md: the help of every command, the settings, and the exit codes."""
    from waymark.app.cli.main import EXIT_CODES, cli, every_command

    lines = [
        "# Commands",
        "",
        "Made from `waymark --help` and its kin by `docs/generate.py`; do not edit.",
        "",
        *_fenced(_help(cli)),
    ]
    for name, command in every_command().items():
        lines += ["", f"## waymark {name}", "", *_fenced(_help(cli, name, command))]
    lines += ["", "## Settings", "", "| variable of the environment | means |", "| --- | --- |"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in ENVIRONMENT.items()]
    lines += ["", "## Exit codes", "", "0 is done; a decline is an answer too. Each kind of error has its code:", ""]
    lines += ["| error | means | code |", "| --- | --- | --- |"]
    for kind, code in EXIT_CODES.items():
        lines.append(f"| `{kind.__name__}` | {(kind.__doc__ or '').splitlines()[0]} | {code} |")
    lines += ["", "70 is also the code of an error without a name, and 130 that of Ctrl-C.", ""]
    return "\n".join(lines)


def governance_page() -> str:
    """Return docs/GOVERNANCE.md: the lifecycle's diagram and steps, and what each role may do."""
    from waymark.app.librarian.permissions import MEANINGS, PERMISSIONS, Role
    from waymark.library.lifecycle import STEPS, diagram

    lines = ["# Governance", "", "Made from the program's own tables by `docs/generate.py`; do not edit.", ""]
    lines += ["## The lifecycle of a document", "", "```mermaid", *diagram().splitlines(), "```", ""]
    lines += ["| step | from | to | taken by | means | needs a reason |", "| --- | --- | --- | --- | --- | --- |"]
    for step in STEPS:
        before = ", ".join(status.words for status in step.before)
        why = "yes" if step.why_needed else ""
        lines.append(f"| {step.name} | {before} | {step.after.words} | {step.taken_by} | {step.meaning} | {why} |")
    lines += ["", "## What each role may do on the librarian's pages", ""]
    lines += [f"| | {' | '.join(role.value for role in Role)} |", "| --- |" + " --- |" * len(Role)]
    for act, roles in PERMISSIONS.items():
        lines.append(f"| {MEANINGS[act]} | {' | '.join('yes' if role in roles else '' for role in Role)} |")
    return "\n".join([*lines, ""])


def _help(group: click.Group, name: str = "", command: click.Command | None = None) -> str:
    """Return what ``waymark --help``, or ``waymark NAME --help``, prints on a terminal of 80 columns."""
    settings = {**group.context_settings, "terminal_width": 80, "max_content_width": 80}
    whole = click.Context(group, info_name="waymark", **settings)
    if command is None:
        return group.get_help(whole)
    return command.get_help(click.Context(command, info_name=name, parent=whole))


def _fenced(text: str) -> list[str]:
    return ["```text", *(line.rstrip() for line in text.rstrip().splitlines()), "```"]


# --------------------------------------------------------------------------------------------------------- dependencies

# Why each licence may stand beside Apache-2.0 in an installation. A licence that is not here stops the tests.
COMPATIBLE: Mapping[str, str] = {
    "0BSD": "permissive, asks for nothing",
    "Apache-2.0": "the project's own",
    "BSD-2-Clause": "permissive, asks for its notice",
    "BSD-3-Clause": "permissive, asks for its notice",
    "CC0-1.0": "given to the public",
    "CNRI-Python": "permissive, asks for its notice",
    "MIT": "permissive, asks for its notice",
    "MIT-0": "permissive, asks for nothing",
    "MPL-1.1": "file by file: changed files would have to be published; used unchanged",
    "MPL-2.0": "file by file: changed files would have to be published; used unchanged",
    "PSF-2.0": "permissive, asks for its notice",
    "Zlib": "permissive, asks for nothing in a program",
}
_SAID_OTHERWISE = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
    "The BSD 2-Clause License": "BSD-2-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# Written here because it cannot be read from the metadata: the first three are not installed on every system, the last
# says only “OSI Approved” (its licence file: Zlib's words, or any licence of that list).
_READ_BY_HAND = {
    "colorama": "BSD-3-Clause",
    "httpx2-jsfetch": "BSD-3-Clause",
    "lxml-html-clean": "BSD-3-Clause",
    "apsw-sqlite3mc": "Zlib",
}


def plain_name(name: str) -> str:
    """Return a package's name in its one form: lower case, hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> dict[str, str]:
    """Return each dependency of pyproject.toml with the reason that stands beside it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    names = [re.split(r"[<>=!~;\[ ]", each)[0] for each in tomllib.loads(text)["project"]["dependencies"]]
    reasons = {}
    for name in names:
        line = re.search(rf'^\s*"{re.escape(name)}[^"]*",\s*#\s*(.+)$', text, re.MULTILINE)
        reasons[plain_name(name)] = line.group(1).strip() if line else ""
    return reasons


def locked() -> dict[str, tuple[str, ...]]:
    """Return each package of requirements/run.lock with the names of those that ask for it."""
    wanted: dict[str, set[str]] = {}
    current = ""
    for line in (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8").splitlines():
        start = re.match(r"([A-Za-z0-9._-]+)==", line)
        if start:
            current = plain_name(start.group(1))
            wanted.setdefault(current, set())
        elif current and (via := re.match(r"\s+#\s+(?:via\s+)?(\S.*)$", line)) and via.group(1) != "via":
            wanted[current].add(via.group(1))
    return {name: tuple(sorted(by)) for name, by in sorted(wanted.items())}


def licence_of(name: str) -> str | None:
    """Return a package's licence as an SPDX expression from its installed metadata; None where it is not installed."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    said = about.get("License-Expression") or about.get("License") or ""
    if not said or len(said) > 80:
        kinds = [
            each.rpartition("::")[2].strip()
            for each in about.get_all("Classifier") or ()
            if each.startswith("License ::")
        ]
        said = " OR ".join(_SAID_OTHERWISE.get(each, each) for each in kinds)
    return _SAID_OTHERWISE.get(said, said) or "unknown"


def allowed(licence: str) -> bool:
    """Return whether a licence expression can be met beside Apache-2.0: one side of each OR, every side of each AND."""
    return any(all(part.strip(" ()") in COMPATIBLE for part in side.split(" AND ")) for side in licence.split(" OR "))


def dependencies_page() -> str:
    """Return docs/DEPENDENCIES.md: every package that is installed to run or to build Waymark, its licence, and why."""
    reasons, wanted = declared(), locked()
    lines = [
        "# Dependencies",
        "",
        "Made from the metadata of the installed packages by `docs/generate.py`; do not edit. Versions and hashes are",
        "in `requirements/run.lock`. Waymark is under Apache-2.0.",
        "",
        "## Chosen",
        "",
        "| package | licence | why |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {name} | {_licence(name)} | {reasons[name]} |" for name in sorted(reasons)]
    lines += ["", "## Brought along", "", "| package | licence | asked for by |", "| --- | --- | --- |"]
    for name, by in wanted.items():
        if name not in reasons:
            asked = ", ".join(sorted({"building Waymark" if "pyproject.toml" in each else each for each in by}))
            lines.append(f"| {name} | {_licence(name)} | {asked} |")
    lines += ["", "## Why each licence may stand beside Apache-2.0", "", "| licence | why |", "| --- | --- |"]
    lines += [f"| {name} | {why} |" for name, why in COMPATIBLE.items()]
    lines += [
        "",
        "Where a package offers a choice (OR), one that is in this table is taken. No package is changed. What is",
        "vendored for the pages is listed in `src/waymark/app/web/static/VENDORED.md`, and what the encoder was made",
        "from in `src/waymark/index/model/NOTICE`.",
        "",
    ]
    return "\n".join(lines)


def _licence(name: str) -> str:
    return _READ_BY_HAND.get(name) or licence_of(name) or "unknown"


# ------------------------------------------------------------------------------------------------------------- examples

_EXAMPLE = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)


def examples(text: str) -> Iterator[tuple[str, str]]:
    """Yield each example of a page: the command, and what it prints (empty where the page does not show it)."""
    for match in _EXAMPLE.finditer(text):
        yield match["command"], match["output"]


def run_example(command: str, library: Path, folder: Path) -> str:
    """Run ``waymark …`` as a person would and return what it prints on standard output."""
    arguments = shlex.split(command)
    if arguments[0] != "waymark":
        raise ValueError(f"An example is a waymark command, not {arguments[0]}.")
    environment = {**os.environ, "WAYMARK_LIBRARY": str(library), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    for name in ENVIRONMENT:
        if name not in ("WAYMARK_LIBRARY", "NO_COLOR"):
            environment.pop(name, None)
    run = subprocess.run(
        [sys.executable, "-m", "waymark.app.cli.main", *arguments[1:]],
        env=environment, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    if run.returncode:
        raise RuntimeError(f"{command} ended with {run.returncode}: {run.stderr}")
    return run.stdout


def as_printed(output: str, shown: str) -> str:
    """Return the output as an example shows it: whole, or as many paragraphs as before and then the mark of a cut."""
    if CUT not in shown:
        return output
    paragraphs = output.rstrip("\n").split("\n\n")
    count = len(shown.partition(CUT)[0].strip("\n").split("\n\n"))
    return output if count >= len(paragraphs) else "\n\n".join(paragraphs[:count]) + f"\n\n{CUT}\n"


def readme_with_examples(text: str, library: Path, folder: Path) -> str:
    """Return README.md with what its `waymark ask` examples print now."""

    def again(match: re.Match[str]) -> str:
        command, shown = match["command"], match["output"]
        if not command.startswith("waymark ask") or not shown:
            return match.group()
        return f"```console\n$ {command}\n{as_printed(run_example(command, library, folder), shown)}```"

    return _EXAMPLE.sub(again, text)


# ------------------------------------------------------------------------------------------------------------- glossary

STARTER = ROOT / "src" / "waymark" / "starter"


def write_glossary_documents() -> None:
    """Write the glossary's documents of the starter collection, and take out those that have no group any more."""
    from waymark.library.glossary_documents import documents

    made = dict(documents())
    for language in {place.split("/")[0] for place in made}:
        for old in (STARTER / language).glob("words-*.md"):
            if f"{language}/{old.name}" not in made:
                old.unlink()
    for place, text in made.items():
        (STARTER / place).parent.mkdir(exist_ok=True)
        (STARTER / place).write_text(text, encoding="utf-8")


def main() -> None:
    """Write all of them."""
    write_glossary_documents()
    COMMANDS.write_text(commands_page(), encoding="utf-8")
    DEPENDENCIES.write_text(dependencies_page(), encoding="utf-8")
    GOVERNANCE.write_text(governance_page(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        made = readme_with_examples(README.read_text(encoding="utf-8"), Path(temporary) / "library", Path(temporary))
        README.write_text(made, encoding="utf-8")
    sys.stderr.write(json.dumps([path.name for path in (COMMANDS, DEPENDENCIES, README)]) + " written.\n")


if __name__ == "__main__":
    main()
