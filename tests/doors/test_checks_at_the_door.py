"""Checks, repairs, acceptances and decisions through the command line, on a small library of the test's own."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from waymark.app.cli.main import run
from waymark.library.catalogue import Catalogue

LONG = "This paragraph was written for a test of the repairs and says nothing about anybody. " * 6
SOURCE = f"""# Scans after treatment - Example

# Scans after treatment: what to expect

![A waiting room](/images/room.jpg)

Credit: A Picture Agency

##

What helps

[Enlarge](/images/room.jpg)

Ask about [scans](/scans). They deliver results; the count was less than 100 × 109/L.

{LONG}
"""

Call = Callable[..., Any]


def record(name: str, body: str, **front: Any) -> str:
    keys = {
        "audienceLevel": "patient",
        "cancerTypes": ["liver", "recurrent cancer"],
        "citation": "Example, 2026",
        "language": "en",
        "lastReviewed": "2026-01-31",
        "license": "CC0-1.0",
        "reviewFrequency": "yearly",
        "source": "Example",
        "sourceType": "test",
        "status": "active",
        "tags": ["scans"],
        "title": "Scans after treatment - Example",
        "url": f"https://example.org/hp/{name}",
        "version": "v1",
        "id": name,
        **front,
    }
    return "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items()) + f"---\n\n{body}"


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    library = tmp_path / "library"
    Catalogue.create(library, "a test").close()
    monkeypatch.setenv("WAYMARK_LIBRARY", str(library))
    monkeypatch.setenv("USER", "librarian")

    def called(*arguments: str, code: int = 0) -> Any:
        got = run(arguments)
        said = capsys.readouterr()
        assert got == code, (said.out, said.err)
        return json.loads(said.out) if "--json" in arguments else said.out

    (tmp_path / "scans.md").write_text(record("scans", SOURCE), encoding="utf-8")
    called("add", str(tmp_path / "scans.md"))
    return called


def codes(report: dict[str, Any]) -> set[str]:
    return {each["check"] for each in report["findings"]}


def test_repairs_mend_text_and_record_and_a_second_run_changes_nothing(call: Call) -> None:
    before = call("show", "scans", "--json")
    diff = call("repair", "--dry-run")
    assert "-less than" not in diff and "109/L" in diff and "10⁹/L" in diff
    assert call("show", "scans", "--json") == before, "a dry run changes nothing"
    made = call("repair", "--json")
    assert {"TEXT-H1", "TEXT-EMPTY-HEADING", "TEXT-JUNK", "TEXT-SUPERSCRIPT", "LINK-RELATIVE"} <= made["counts"].keys()
    assert {"AUDIENCE", "META-TITLE", "TYPE-SUBSTRING", "TYPE-NOT-A-TYPE", "LICENCE-CREDIT"} <= made["counts"].keys()
    after = call("show", "scans", "--json")
    assert "10⁹/L" in after["body"] and "## What helps" in after["body"]
    assert after["record"]["audienceLevel"] == "professional" and after["record"]["cancerTypes"] == ["general"]
    assert after["record"]["contentHash"] == after["content_hash"] != before["content_hash"]
    assert after["record"]["assets"][0]["reusable"] is False
    assert "deliver" in str(after["evidence"]["cancerTypes.liver"]), "the reason is kept"
    assert call("repair", "--json")["counts"] == {}
    old = call("show", "scans", "--of", before["version"], "--json")
    assert old["body"] == before["body"], "what was quoted stays quotable"
    assert "Everything is as it was left" in call("verify")


def test_one_repair_is_taken_back_and_is_not_made_again_by_itself(call: Call) -> None:
    call("repair")
    events = Catalogue.open(Path(__import__("os").environ["WAYMARK_LIBRARY"])).events("scans", 100)
    number = {each.detail["repair"]["check"]: each.seq for each in events if "repair" in each.detail}
    done = call("repair", "--undo", str(number["TEXT-SUPERSCRIPT"]), "--why", "the page means 109", "--json")
    shown = call("show", "scans", "--json")
    assert done["check"] == "TEXT-SUPERSCRIPT" and "109/L" in shown["body"] and "## What helps" in shown["body"]
    assert shown["record"]["contentHash"] == shown["content_hash"]
    call("repair", "--undo", str(number["AUDIENCE"]))
    assert call("show", "scans", "--json")["record"]["audienceLevel"] == "patient"
    assert call("repair", "--json")["counts"] == {}, "a person took them back"
    assert call("repair", "--only", "TEXT-SUPERSCRIPT", "--json")["counts"] == {"TEXT-SUPERSCRIPT": 1}
    assert "was undone before" in str(call("repair", "--undo", str(number["AUDIENCE"]), "--json", code=2))
    assert "no repair" in str(call("repair", "--undo", "1", "--json", code=2))
    assert "Everything is as it was left" in call("verify")


def test_a_repair_that_was_changed_since_is_not_taken_back_over_it(call: Call) -> None:
    call("repair")
    catalogue = Catalogue.open(Path(__import__("os").environ["WAYMARK_LIBRARY"]))
    number = next(
        e.seq for e in catalogue.events("scans", 100) if e.detail.get("repair", {}).get("check") == "AUDIENCE"
    )
    call("decide", "scans", "audienceLevel", "patient", "--why", "rewritten")
    assert "changed after" in str(call("repair", "--undo", str(number), "--json", code=3))


def test_an_editors_word_beats_what_is_derived_and_outlives_a_further_reading(call: Call, tmp_path: Path) -> None:
    call("decide", "scans", "audienceLevel", "patient", "--why", "our own patients read it")
    call("decide", "scans", "cancerTypes", "liver", "GBM", "--why", "the clinic's page")
    (tmp_path / "scans.md").write_text(record("scans", SOURCE + "\nOne more line.\n"), encoding="utf-8")
    call("add", str(tmp_path / "scans.md"))
    shown = call("show", "scans", "--json")
    assert "One more line." in shown["body"]
    assert shown["audience"] == "patient" and set(shown["cancer_types"]) == {"liver", "glioblastoma"}
    assert "decided by librarian" in str(shown["evidence"]["audienceLevel"])
    found = codes(call("check", "--json"))
    assert not found & {"AUDIENCE", "TYPE-SUBSTRING", "TYPE-MENTION"}
    call("decide", "scans", "audienceLevel", "--clear")
    assert call("show", "scans", "--json")["audience"] == "professional"
    assert "no cancer that the vocabulary knows" in str(
        call("decide", "scans", "cancerTypes", "heartache", "--why", "x", "--json", code=3)
    )
    call("decide", "scans", "contentHash", "x", "--why", "x", "--json", code=3)


def test_only_what_changed_is_looked_at_again(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.md").write_text(record("other", SOURCE), encoding="utf-8")
    call("add", str(tmp_path / "other.md"))
    first = call("check", "--json")
    assert any("nearly that of" in each["why"] for each in first["findings"] if each["check"] == "TEXT-DUPLICATE")
    from waymark.library.checks import table

    looked: list[str] = []
    real = table.look_at
    monkeypatch.setattr(
        "waymark.app.checking.look_at", lambda document, codes: looked.append(document.id) or real(document, codes)
    )
    assert call("check", "--json") == first and looked == []
    (tmp_path / "other.md").write_text(
        record("other", f"# Something else\n\n{LONG.replace('repairs', 'other thing')}"), encoding="utf-8"
    )
    call("add", str(tmp_path / "other.md"))
    again = call("check", "--json")
    assert looked == ["other"]
    assert not [each for each in again["findings"] if each["check"] == "TEXT-DUPLICATE"], (
        "the other side is settled too"
    )
    place = Path(__import__("os").environ["WAYMARK_LIBRARY"]) / "checks.sqlite"
    place.write_bytes(b"no database")
    assert call("check", "--json")["counts"] == again["counts"], "a damaged table is made again"


def test_accepted_findings_are_left_out_of_the_baseline_until_they_change(call: Call) -> None:
    assert call("check", "--baseline", "--fail-on", "error", "--json", code=1)
    assert "reason" in str(call("accept", "CITE-FORM", "--all", "--why", " ", "--json", code=2))
    assert call("accept", "cite-form", "--document", "scans", "--why", "agreed by letter", "--json") == {
        "accepted": 1,
        "were_accepted": 0,
    }
    assert "CITE-FORM" in codes(call("check", "--json")) and "CITE-FORM" not in codes(
        call("check", "--baseline", "--json")
    )
    kept = call("accepted", "--json")["accepted"]
    assert [(each["check"], each["by"], each["why"]) for each in kept] == [
        ("CITE-FORM", "librarian", "agreed by letter")
    ]
    call("unaccept", "CITE-FORM", "--all")
    assert "CITE-FORM" in codes(call("check", "--baseline", "--json"))
    assert call("check", "--only", "DATE-DEFAULT", "--fail-on", "information", "--json")["findings"] == []
    assert "closest" in str(call("check", "--only", "CITE-FROM", "--json", code=2))


def test_sarif_and_the_page_say_what_the_terminal_says(call: Call, tmp_path: Path) -> None:
    call("accept", "CITE-FORM", "--all", "--why", "agreed by letter")
    report = call("check", "--sarif", str(tmp_path / "f.sarif"), "--report", str(tmp_path / "f.html"), "--json")
    sarif = json.loads((tmp_path / "f.sarif").read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0" and sarif["$schema"].endswith("sarif-schema-2.1.0.json")
    (made,) = sarif["runs"]
    rules = [rule["id"] for rule in made["tool"]["driver"]["rules"]]
    assert len(made["results"]) == len(report["findings"])
    text = (tmp_path / "library" / "documents" / "scans.md").read_text(encoding="utf-8").split("\n")
    for result in made["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"] and result["level"] in ("error", "warning", "note")
        assert result["message"]["text"] and result["partialFingerprints"]["waymark/v1"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "documents/scans.md", "uriBaseId": "LIBRARY"}
        region = place.get("region")
        if region and region["startLine"] == region["endLine"]:
            line = text[region["startLine"] - 1]
            assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == region["snippet"]["text"]
    suppressed = [each for each in made["results"] if "suppressions" in each]
    assert [each["ruleId"] for each in suppressed] == ["CITE-FORM"]
    page = (tmp_path / "f.html").read_text(encoding="utf-8")
    assert "CITE-FORM" in page and "Accepted by librarian" in page
    assert "http" not in page.split("<style>")[1].split("</style>")[0].replace("http://www.w3.org", ""), (
        "nothing is loaded"
    )
    assert "<script" not in page


def test_the_list_of_checks_needs_no_library(call: Call, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "library")
    listed = call("check", "--list", "--json")["checks"]
    assert {"TEXT-DUPLICATE", "DATE-DEFAULT"} <= {each["check"] for each in listed}
    assert next(each for each in listed if each["check"] == "DATE-DEFAULT")["asks"] is True
