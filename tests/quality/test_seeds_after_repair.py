"""The two documents that describe the whole, taken in, checked and repaired: what a librarian has in the end."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from waymark.app.cli.main import run
from waymark.library.catalogue import Catalogue
from waymark.library.links import links

Call = Callable[..., Any]
GOVERNED = "nci-types-recurrent-cancer"
RAW = "nci-when-your-rare-brain-or-spine-tumor-recurs"


@pytest.fixture
def library(tmp_path: Path, seeds: Path) -> Path:
    place = tmp_path / "library"
    Catalogue.create(place, "a test").close()
    return place


@pytest.fixture
def call(library: Path, seeds: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.setenv("WAYMARK_LIBRARY", str(library))

    def called(*arguments: str, code: int = 0) -> Any:
        got = run(arguments)
        said = capsys.readouterr()
        assert got == code, (said.out, said.err)
        return json.loads(said.out) if "--json" in arguments else said.out

    called("add", str(seeds / "recurrent-cancer.md"), str(seeds / "when-your-rare-brain-or-spine-tumor-recurs.txt"))
    return called


@pytest.mark.corpus
def test_the_governed_seed_after_repair(call: Call, library: Path) -> None:
    before = call("show", GOVERNED, "--json")
    call("repair")
    shown = call("show", GOVERNED, "--json")
    record = shown["record"]
    assert "liver" not in record["cancerTypes"] and shown["cancer_types"] == []
    assert "liver" in str(shown["evidence"]["cancerTypes.liver"]) and "taken out" in str(
        shown["evidence"]["cancerTypes.liver"]
    )
    assert record["citation"] == (
        "“Recurrent Cancer: When Cancer Comes Back” was originally published by the National Cancer Institute. "
        "https://www.cancer.gov/types/recurrent-cancer"
    )
    assert (record["lastReviewed"], shown["review_due"]) == ("2025-12-30", "2026-03-30")
    document = Catalogue.open(library).document(GOVERNED)
    found = list(links(document.body, document.card.url))
    assert found and all(link.target.startswith("https://") for link in found), "links are resolved"
    terms = {link.term.number for link in found if link.term is not None}
    assert len(terms) == 25 and None not in terms and 45333 in terms
    assert "## You're in Control" in document.source and "\n##\n" not in document.source
    assert document.source.count("\n# ") + document.source.startswith("# ") == 1
    (picture,) = record["assets"]
    assert picture["kind"] == "image" and picture["credit"] == "iStock" and picture["reusable"] is False
    assert shown["body"] == before["body"], "joined headings and resolved links change no word that is quoted"
    assert call("repair", "--json")["counts"] == {}


@pytest.mark.corpus
def test_the_lapsed_review_is_said_wherever_it_is_quoted(call: Call) -> None:
    call("repair")
    assert {each["id"] for each in call("due", "--on", "2026-03-31", "--json")["lapsed"]} == {GOVERNED}
    assert call("due", "--on", "2026-03-30", "--json")["lapsed"] == []
    said = call("ask", "What is a local recurrence?", "--json")
    assert said["quotations"], said
    for quotation in said["quotations"]:
        assert quotation["document"]["review_due"] == "2026-03-30" and quotation["document"]["lapsed"] is True
    assert "lapsed on 30 March 2026" in call("ask", "What is a local recurrence?")
    assert "lapsed on 30 March 2026" in call("show", GOVERNED)


@pytest.mark.corpus
def test_the_raw_seed_becomes_a_record_that_says_what_it_lacks(call: Call) -> None:
    call("repair")
    shown = call("show", RAW, "--json")
    assert shown["title"] == "When Your Rare Brain or Spine Tumor Recurs"
    assert shown["publisher"] == "National Cancer Institute"
    assert shown["attribution"].startswith(
        "“When Your Rare Brain or Spine Tumor Recurs” was originally published by the National Cancer"
    )
    assert [shown[key] for key in ("last_reviewed", "review_due", "updated", "posted")] == [None] * 4, (
        "unknown is said as unknown"
    )
    assert shown["cancer_types"] == ["brain"]
    assert all(asset["reusable"] is False for asset in shown["record"]["assets"])
    empty = {each["heading"] for each in call("links", "--json")["empty_sections"] if each["document"] == RAW}
    assert {"Treatment Resources", "Coping and Support Resources"} <= empty
    found = {each["check"] for each in call("check", "--document", RAW, "--json")["findings"]}
    assert {"META-REQUIRED", "TEXT-EMPTY-HEADING"} <= found
