"""The hazard log of the record: each hazard names tests that exist, and the kinds of harm that the project knows are there."""

import ast
import re
from pathlib import Path

from waymark.app.cli.main import every_command

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "safety" / "HAZARDS.md"


def rows() -> list[list[str]]:
    """Return the cells of each hazard."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| **H")]


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_hazard_names_tests_that_exist() -> None:
    assert len(rows()) >= 30
    known: dict[str, set[str]] = {}
    for hazard, _, guard, tests, _ in rows():
        assert guard.endswith("."), hazard
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
        assert named, f"{hazard} names no test"
        assert len(named) == tests.count("`") // 2, f"{hazard} names a test that is not written as one"
        for file, test in named:
            assert (ROOT / file).is_file(), f"{hazard}: there is no {file}"
            known.setdefault(file, names_in(ROOT / file))
            assert test in known[file], f"{hazard}: {file} has no {test}"


def test_hazards_are_numbered_in_order_and_judged() -> None:
    numbers = [int(re.match(r"\*\*H(\d+)\*\*", row[0]).group(1)) for row in rows()]  # type: ignore[union-attr]
    assert numbers == list(range(1, len(numbers) + 1))
    for row in rows():
        likely, bad = row[1].split(", ")
        assert likely in ("often", "sometimes", "seldom", "rarely") and bad in ("grave", "serious", "light"), row[0]


def test_the_harms_that_are_known_are_there() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for heading in ("False calm", "False alarm", "Lost data", "Someone else reads it", "Wrong data"):
        assert f"## {heading}\n" in page
    for words in ("wrong unit", "wrong date", "stage is misread", "left open", "passphrase is forgotten"):
        assert words in page.lower()
    assert "no clinician has signed this page yet" in page


def test_stopping_a_medicine_says_to_ask_first() -> None:
    assert "Ask your team before you stop one." in (every_command()["record medicine stop"].help or "")
