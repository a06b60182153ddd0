"""The documents say what is: every command is there, every example runs, every link leads somewhere, every word is known."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from waymark.app.cli.main import every_command

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "GLOSSARY.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/COMMANDS.md",
    "docs/DEPENDENCIES.md",
    "docs/safety/HAZARDS.md",
)
AGAIN = "run: python docs/generate.py"
COMMANDS = every_command()


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------------------- commands


def test_the_page_of_commands_is_what_the_program_says(generate: ModuleType) -> None:
    assert text_of("docs/COMMANDS.md") == generate.commands_page(), AGAIN


def test_the_page_of_governance_is_what_the_program_says(generate: ModuleType) -> None:
    assert text_of("docs/GOVERNANCE.md") == generate.governance_page(), AGAIN


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented(name: str) -> None:
    page = text_of("docs/COMMANDS.md")
    assert f"## waymark {name}\n" in page
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts} has no help"
            section = page.partition(f"## waymark {name}\n")[2].partition("\n## ")[0]
            assert parameter.opts[0] in section


def test_every_setting_is_documented(generate: ModuleType) -> None:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    names = {name for source in sources for name in re.findall(r'"(WAYMARK_[A-Z_]+)"', source)}
    assert names, "the settings have moved: look for them elsewhere"
    assert names == {name for name in generate.ENVIRONMENT if name.startswith("WAYMARK_")}


def commands_in(page: str) -> Iterator[str]:
    """Yield each ``waymark …`` in the code blocks of a page, and in its inline code where it is more than a name."""
    for block in re.findall(r"```(?:console|sh)\n(.*?)```", page, re.DOTALL):
        for line in block.splitlines():
            if line.removeprefix("$ ").startswith("waymark "):
                yield line.removeprefix("$ ").partition("  #")[0].strip()
    yield from re.findall(r"`(waymark (?:[a-z]+)(?: [^`]*)?)`", page)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_named_can_be_given(page: str) -> None:
    for line in commands_in(text_of(page)):
        name, *arguments = shlex.split(line)[1:]
        if name.startswith("-"):
            continue
        while arguments and f"{name} {arguments[0]}" in COMMANDS:
            name = f"{name} {arguments.pop(0)}"
        assert name in COMMANDS, f"{page} names “{line}”"
        options = {opt for parameter in COMMANDS[name].params for opt in (*parameter.opts, *parameter.secondary_opts)}
        for argument in arguments:
            assert not argument.startswith("-") or argument in options or argument == "--help", f"{page}: {line}"


# ------------------------------------------------------------------------------------------------------------- examples


def test_the_examples_of_the_readme_run_in_their_order(
    generate: ModuleType, starter_library: Path, tmp_path: Path
) -> None:
    """A reader who follows the page from top to bottom gets what the page says."""
    readme = text_of("README.md")
    library, folder = tmp_path / "library", tmp_path / "work"
    shutil.copytree(starter_library, library)
    (folder / "pages").mkdir(parents=True)
    record = re.search(r"```markdown\n(---\n.*?)```", readme, re.DOTALL)
    assert record is not None, "README.md shows no record"
    (folder / "pages" / "rest.md").write_text(record.group(1), encoding="utf-8")

    ran = []
    for command, shown in generate.examples(readme):
        printed = generate.run_example(command, library, folder)
        ran.append(shlex.split(command)[1])
        if shown:
            assert generate.as_printed(printed, shown) == shown, AGAIN
        if "--json" in command:
            json.loads(printed)
        if command.startswith("waymark due"):
            assert "example-rest" in printed
        if command.startswith("waymark withdraw"):
            assert "withdrawn" in printed
    assert {"ask", "add", "show", "due", "check", "repair", "withdraw", "export", "search"} <= set(ran)
    assert (folder.parent / "library-copy" / "CREDITS.md").is_file()


def test_the_answer_of_the_readme_is_a_quotation_from_the_starter_collection(generate: ModuleType) -> None:
    """What stands there is an answer and not a decline, and its words are in the document that it names."""
    command, shown = next(iter(generate.examples(text_of("README.md"))))
    assert command.startswith("waymark ask")
    quotation, citation, *_ = shown.split("\n\n")
    document = re.search(r"waymark show waymark-([a-z-]+)", citation)
    assert document is not None and quotation.startswith("    "), shown
    source = (ROOT / "src" / "waymark" / "starter" / "en" / f"{document.group(1)}.md").read_text(encoding="utf-8")
    assert " ".join(quotation.split()) in " ".join(source.split())


def test_the_configuration_for_clients_starts_the_server() -> None:
    block = re.search(r"```json\n(.*?)```", text_of("README.md"), re.DOTALL)
    assert block is not None
    server = json.loads(block.group(1))["mcpServers"]["waymark"]
    assert server["command"] == "waymark" and server["args"] == ["mcp"] and "mcp" in COMMANDS


def test_the_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:^|`)make ([a-z]+)", text_of(page), re.MULTILINE))
        assert named <= targets, f"{page} names {named - targets}"


# ---------------------------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if target.startswith(("https://", "#")):
            continue
        assert (ROOT / page).parent.joinpath(target.partition("#")[0]).exists(), f"{page} links to {target}"


def test_every_test_that_the_readme_names_exists() -> None:
    """The table of promises names the tests that keep them; a promise whose test is gone is not kept."""
    table = [line for line in text_of("README.md").splitlines() if line.startswith("| ") and "tests/" in line]
    assert len(table) >= 5
    for line in table:
        for name, path in re.findall(r"`(test_[a-z_]+)` in \[[^\]]+\]\(([^)]+)\)", line):
            assert f"def {name}(" in text_of(path), f"{path} has no {name}"


def test_the_layout_of_the_readme_is_the_layout() -> None:
    block = re.search(r"```text\nsrc/waymark/\n(.*?)```", text_of("README.md"), re.DOTALL)
    assert block is not None
    for line in block.group(1).splitlines():
        assert (ROOT / "src" / "waymark" / line.split()[0]).is_dir(), line


def test_no_door_reaches_what_the_readme_says_is_being_built() -> None:
    said = re.search(r"^The search for trials \(`(\w+)/`\) is being built", text_of("README.md"), re.MULTILINE)
    assert said is not None, "when a door reaches them, the page and this test have to say so"
    imports = re.compile(rf"(?:from|import) waymark\.{said.group(1)}\b")
    doors = (ROOT / "src" / "waymark" / "app").rglob("*.py")
    assert not [path.name for path in doors if imports.search(path.read_text(encoding="utf-8"))]


# ---------------------------------------------------------------------------------------------------- words and wording


def test_the_glossary_says_what_each_word_is_not() -> None:
    rows = [
        line
        for line in text_of("GLOSSARY.md").splitlines()
        if line.startswith("| ") and not line.startswith(("| word", "| ---"))
    ]
    assert len(rows) > 30
    words = []
    for row in rows:
        word, means, is_not = (cell.strip() for cell in row.strip("|").split("|"))
        assert means and is_not, row
        words.append(word)
    assert len(words) == len(set(words)), "one word for one thing"


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_do_not_boast(page: str) -> None:
    words = r"\b(?:powerful|robust|seamless(?:ly)?|state-of-the-art|cutting-edge|blazing|best-in-class|world-class|amazing|revolutionary)\b"
    assert not re.search(words, text_of(page), re.IGNORECASE)


def test_the_licence_is_the_one_that_is_declared() -> None:
    words = text_of("LICENSE")
    assert "Apache License" in words and "Version 2.0, January 2004" in words and "END OF TERMS AND CONDITIONS" in words
    assert 'license = "Apache-2.0"' in text_of("pyproject.toml")


def test_the_changelog_has_the_version_of_the_package() -> None:
    version = re.search(r'^version = "([^"]+)"', text_of("pyproject.toml"), re.MULTILINE)
    assert version is not None
    assert f"## {version.group(1)}" in text_of("CHANGELOG.md")
    from waymark.app.wiring import MADE_BY

    assert f"waymark {version.group(1)}" == MADE_BY


def test_hooks_fetch_nothing() -> None:
    from ruamel.yaml import YAML

    hooks = YAML(typ="safe").load(text_of(".pre-commit-config.yaml"))
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]
    for hook in hooks["repos"][0]["hooks"]:
        assert hook["language"] == "system" and hook["entry"].startswith(".venv/bin/")
