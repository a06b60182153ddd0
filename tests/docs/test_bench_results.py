"""The page of results says what the collected figures say, and the benchmark's README names every part."""

import json
from pathlib import Path

import pytest
from bench.report import SECTIONS, markdown, read
from bench.run import PARTS

BENCH = Path(__file__).parents[2] / "bench"


def test_the_page_is_what_the_figures_give() -> None:
    """`RESULTS.md` is generated: a figure changed by hand, or a forgotten run of `python -m bench.report`, shows here."""
    if not (BENCH / "results.json").is_file():
        pytest.skip("nothing was measured yet: make bench CORPUS=...")
    assert (BENCH / "RESULTS.md").read_text(encoding="utf-8") == markdown(read(BENCH / "results.json"))


def test_every_part_has_a_section_and_stands_in_the_readme() -> None:
    assert set(SECTIONS) == {*PARTS, "large"}  # that one has a command of its own: bench.many_documents
    words = (BENCH / "README.md").read_text(encoding="utf-8")
    assert [part for part in SECTIONS if f"`{part}`" not in words] == []


def test_the_figures_name_no_machine() -> None:
    """Results are published: no home folder, no temporary folder, no host stands in them."""
    import platform

    path = BENCH / "results.json"
    if not path.is_file():
        pytest.skip("nothing was measured yet: make bench CORPUS=...")
    text = json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False)
    places = ("/home/", "/root/", "/tmp/", "/mnt/", "/Users/", platform.node() or "/home/")
    assert [place for place in places if place in text] == []
