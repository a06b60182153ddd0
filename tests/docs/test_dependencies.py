"""docs/DEPENDENCIES.md: every package that is installed has its line, its true licence and a reason."""

import re
from pathlib import Path
from types import ModuleType

PAGE = Path(__file__).resolve().parents[2] / "docs" / "DEPENDENCIES.md"
AGAIN = "run: python docs/generate.py"


def lines() -> dict[str, tuple[str, str]]:
    """Return licence and reason of each package of the page."""
    text = PAGE.read_text(encoding="utf-8").partition("## Why each licence")[0]
    rows = re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \| ([^|]*) \|$", text, re.MULTILINE)
    return {
        name: (licence.strip(), why.strip()) for name, licence, why in rows if name != "package" and name.strip("-")
    }


def test_nothing_is_missing_and_nothing_is_left_over(generate: ModuleType) -> None:
    assert set(lines()) == set(generate.declared()) | set(generate.locked()), AGAIN


def test_every_licence_is_the_one_that_the_package_states(generate: ModuleType) -> None:
    checked = 0
    for name, (licence, _) in lines().items():
        stated = generate.licence_of(name)
        if stated is not None:  # a package of another system is not installed here
            assert licence == stated or name in generate._READ_BY_HAND, f"{name}: {AGAIN}"
            checked += 1
    assert checked > 30


def test_every_licence_may_stand_beside_ours(generate: ModuleType) -> None:
    for name, (licence, _) in lines().items():
        assert generate.allowed(licence), f"{name} is under {licence}"


def test_a_licence_that_is_not_in_the_table_is_not_allowed(generate: ModuleType) -> None:
    assert generate.allowed("MIT OR GPL-3.0-only")
    assert generate.allowed("MPL-2.0 AND MIT")
    assert not generate.allowed("GPL-3.0-only")
    assert not generate.allowed("MIT AND GPL-3.0-only")
    assert not generate.allowed("unknown")


def test_every_choice_has_its_reason(generate: ModuleType) -> None:
    assert all(generate.declared().values()), [name for name, why in generate.declared().items() if not why]
    for name, why in generate.declared().items():
        assert lines()[name][1] == why, AGAIN


def test_every_declared_package_is_locked(generate: ModuleType) -> None:
    assert set(generate.declared()) <= set(generate.locked())
