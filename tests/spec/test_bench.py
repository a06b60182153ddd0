"""The benchmark's own instruments: what they measure with must be right before what they measure can be."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bench import run, typos
from bench.aims import AIMS
from bench.clock import ProcessFailed, run_process, size_of, spread, timed
from bench.material import Asked, effectiveness
from bench.report import markdown, read
from bench.slices import Checker
from hypothesis import given
from hypothesis import strategies as st

from waymark.answering.evaluation import Topic
from waymark.answering.response import Answer, Quotation

PAIRS = {"symptoms": ("symtoms",), "diagnosis": ("diagnosys", "dignosis")}


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=20), st.integers())
def test_an_edit_is_one_step_from_the_word(word: str, seed: int) -> None:
    """A random typo changes the word, by one letter more or less, one other letter, or two neighbours exchanged."""
    wrong = typos.edited(word, random.Random(seed))
    assert wrong != word
    assert abs(len(wrong) - len(word)) <= 1
    if len(wrong) == len(word):
        places = [place for place, (one, other) in enumerate(zip(word, wrong, strict=True)) if one != other]
        exchanged = len(places) == 2 and wrong[places[0]] == word[places[1]] and wrong[places[1]] == word[places[0]]
        assert len(places) == 1 or (exchanged and places[1] == places[0] + 1)
    else:
        long, short = sorted((word, wrong), key=len, reverse=True)
        assert any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def test_a_misspelling_that_people_wrote_goes_before_a_random_one() -> None:
    """Only the one word is changed, with its capital kept; the same seed gives the same typo."""
    asked = typos.misspelled("Symptoms of melanoma?", PAIRS, random.Random(1))
    assert (asked.question, asked.how) == ("Symtoms of melanoma?", "seen")
    drawn = [typos.misspelled("Is melanoma back?", PAIRS, random.Random(7)) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert drawn[0].how == "drawn"
    assert drawn[0].question.startswith("Is ") and drawn[0].question.endswith(" back?")
    assert drawn[0].question != "Is melanoma back?"


def test_a_question_without_a_long_word_stays_as_it_is() -> None:
    assert typos.misspelled("is it back", {}, random.Random(1)) == typos.Misspelled("is it back", "none")


def test_spread_by_nearest_rank() -> None:
    found = spread(range(1, 101))
    assert (found["min"], found["median"], found["p95"], found["p99"], found["max"]) == (1, 50.5, 95, 99, 100)
    assert spread([3.0])["p99"] == 3.0
    assert spread([]) == {"n": 0}


@pytest.mark.parametrize("at_once", [1, 4])
def test_every_item_is_timed_once(at_once: int) -> None:
    seen: list[int] = []
    assert timed(range(20), seen.append, at_once)["n"] == 20
    assert sorted(seen) == list(range(20))


def test_a_process_is_measured_and_its_failure_is_not_hidden() -> None:
    """The peak counts what the process held; one that fails raises instead of giving figures.

    Asked in a process of its own: the system counts the memory of whoever starts a process into that process's peak, and
    a test run holds a great deal.
    """
    asked = (
        "import sys; from bench.clock import run_process;"
        "ran = run_process([sys.executable, '-c', 'print(len(bytearray(80_000_000)))'], look=False);"
        "print(ran.out.strip(), ran.largest_mib)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=True)
    out, largest = done.stdout.split()
    assert out == "80000000"
    assert 76 < float(largest) < 400
    with pytest.raises(ProcessFailed, match="no such thing"):
        run_process([sys.executable, "-c", "raise SystemExit('no such thing')"], look=False)


def test_links_to_one_file_count_once(tmp_path: Path) -> None:
    """States of the index share files by hard links: their bytes are on the disk once."""
    (tmp_path / "one").write_bytes(b"x" * 1000)
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    assert size_of(tmp_path) == 1000


def test_passages_are_folded_by_the_best_one() -> None:
    """A document found twice counts once, at its better place; topics without sections do not count for sections."""
    topic = Topic("t", "?", "group", {"b": 1})
    asked = Asked(topic, (), np.zeros(1, np.float32), {"b": 1}, {})
    found = effectiveness([asked], [[("a", "x"), ("a", "y"), ("b", "z"), ("b", "x")]])
    assert found["document_ndcg@10"]["mean"] == pytest.approx(0.6309, abs=1e-4)  # second place: 1 / log2(3)
    assert found["document_recall@5"]["mean"] == 1.0
    assert found["section_recall@5"]["n"] == 0


class _Service:
    """Answers with one quotation that is ``shift`` characters away from where it says it is."""

    body = "One sentence here. Another one there."

    def __init__(self, shift: int) -> None:
        from waymark.library.document import Card, Status, content_hash

        values = dict.fromkeys(Card.__dataclass_fields__) | {
            "id": "d",
            "version": "v1",
            "status": Status.PUBLISHED,
        }
        values |= dict.fromkeys(("title", "publisher", "url", "audience", "language", "license", "attribution"), "")
        self.card = Card(**(values | {"content_hash": content_hash(self.body)}))  # type: ignore[arg-type]
        self.shift = shift

    @property
    def catalogue(self) -> "_Service":
        return self

    def document(self, document: str, version: str) -> object:
        from types import SimpleNamespace

        return SimpleNamespace(body=SimpleNamespace(text=self.body))

    def ask(self, question: str, on: object) -> Answer:
        start, end = 19 + self.shift, 37 + self.shift
        return Answer(question, (Quotation(self.card, start, end, self.body[19:37], (), on),))  # type: ignore[arg-type]


@pytest.mark.parametrize(("shift", "wrong"), [(0, 0), (-1, 1)])
def test_a_quotation_beside_its_place_is_counted(shift: int, wrong: int) -> None:
    checker = Checker(_Service(shift))  # type: ignore[arg-type]
    checker.check("set", "anything?")
    assert checker.counts["set"]["quotations"] == 1
    assert checker.wrong == wrong


def test_no_place_of_this_machine_is_written_down() -> None:
    """Folders are taken out of every sentence; addresses of pages and ordinary words stay."""
    said = {
        "failed": [
            "could not open /home/somebody/lib/python/x.so: tmp is /t/two words/abc",
            "see https://example.org/a/b",
        ]
    }
    kept = run.without_places(said, ["/t/two words/abc"])
    assert kept == {"failed": ["could not open …: tmp is …", "see https://example.org/a/b"]}


def test_a_part_is_put_beside_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measuring one part leaves the figures of the others as they were; a part that fails is written down and reported."""

    def works(setting: object) -> dict[str, object]:
        return {"sets": {}, "wrong": 0, "first_wrong": ""}

    def fails(setting: object) -> dict[str, object]:
        raise RuntimeError(f"{tmp_path} was eaten")

    results = tmp_path / "results.json"
    monkeypatch.setattr("bench.setting.Setting.ready", lambda setting: tmp_path)
    monkeypatch.setitem(run.PARTS, "slices", works)
    monkeypatch.setitem(run.PARTS, "typos", fails)
    common = [str(tmp_path), "--results", str(results), "--date", "2026-11-21"]
    assert run.main([*common, "--only", "slices"]) == 0
    assert run.main([*common, "--only", "typos"]) == 1
    parts = json.loads(results.read_text(encoding="utf-8"))["parts"]
    assert parts["slices"]["figures"]["wrong"] == 0
    assert parts["typos"]["failed"].startswith("RuntimeError: ")
    page = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "was eaten" in page
    assert str(tmp_path) not in page + results.read_text(encoding="utf-8")


def test_a_verdict_follows_the_figure() -> None:
    """The same aim is reached below its limit, missed above it, and has no verdict in a trial or without a figure."""
    aim = next(aim for aim in AIMS if aim.part == "slices")
    machine = {"cores": 2, "memory_gib": 4, "system": "x", "python": "3"}
    quiet = {"load": [0.1, 0.1, 0.1], "wall_over_cpu": 1.0}
    part = {"machine": machine, "before": quiet, "after": quiet, "date": "2026-11-21", "took_s": 1.0, "command": "c"}

    def line(**more: object) -> str:
        page = markdown({"parts": {"slices": {**part, **more}}})
        return next(line for line in page.splitlines() if aim.what in line)

    def figures(wrong: int) -> dict[str, object]:
        return {"sets": {}, "wrong": wrong, "first_wrong": "d"}

    assert "reached" in line(figures=figures(0))
    assert "missed by 2" in line(figures=figures(2))
    assert "no verdict" in line(figures=figures(2), trial=True)
    assert "because" in line(failed="because")


def test_a_file_of_another_format_is_not_mixed_in(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text('{"format": 0, "parts": {"slices": {}}}', encoding="utf-8")
    assert read(tmp_path / "results.json")["parts"] == {}
