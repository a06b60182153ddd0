"""The network that reads urgent messages: it takes any text, gives the same each time, and can be missing or damaged."""

import json
import logging
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import isfinite
from pathlib import Path

import pytest

from waymark.answering import urgent, urgent_reader
from waymark.answering.urgent import ALONE, IN_LONG, IN_SHORT, LINEAR_SHARE, REACH, read_table, urgent_notices, warm_up
from waymark.answering.urgent_reader import CARD, NETWORK, SHIPPED, TOKENIZER, Reader, reader

WORDED = "I can't breathe"
STRANGE = [
    "",
    "\ud800",
    "\x00",
    "?",
    "🙂" * 300,
    "ﷺ İ ß ٣٨",
    "fever " * 40_000,
    "a" * 100_000,
    "\n\n\t",
    "<s> </s> <unk> <pad>",
]


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "network"
    shutil.copytree(SHIPPED, folder)
    monkeypatch.setattr(urgent_reader, "SHIPPED", folder)
    reader.cache_clear()
    yield folder
    reader.cache_clear()


def test_it_ships_whole_and_knows_the_tables_signs() -> None:
    shipped = reader()
    assert shipped is not None
    assert set(shipped.signs) <= {entry["id"] for entry in read_table()["signs"]}
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 16_000_000
    assert "MIT License" in (SHIPPED / "NOTICE").read_text("utf-8")


@pytest.mark.parametrize("message", STRANGE)
def test_any_text_is_read(message: str) -> None:
    shipped = reader()
    assert shipped is not None
    score, shares = shipped.read(message)
    assert isfinite(score)
    assert shares.sum() == pytest.approx(1, abs=1e-4)


def test_it_says_the_same_each_time_and_from_several_threads() -> None:
    shipped = reader()
    assert shipped is not None
    messages = [WORDED, "Mi padre no despierta", "When does the shop open?"] * 8
    once = [shipped.read(message)[0] for message in messages]
    with ThreadPoolExecutor(4) as pool:
        assert [score for score, _ in pool.map(shipped.read, messages)] == once


def test_case_and_runs_of_white_space_do_not_matter() -> None:
    shipped = reader()
    assert shipped is not None
    assert shipped.read("Dad  CAN'T\nBreathe")[0] == shipped.read("dad can't breathe")[0]


def test_before_the_first_person_asks_it_is_there() -> None:
    reader.cache_clear()
    warm_up()
    assert reader.cache_info().currsize == 1


def test_it_is_run_only_where_it_could_change_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(urgent, "heard_by_network", lambda message: asked.append(message))
    for message in ("What are the treatments for breast cancer?", "How often are scans done after surgery?", ""):
        assert not urgent_notices(message)
    assert not asked
    for message in (WORDED, "Gran woke up and her words come out scrambled, right hand drops everything"):
        assert urgent_notices(message)  # by the table and the linear recogniser, since this network says nothing
    assert len(asked) == 2


@pytest.mark.parametrize("bars", [IN_SHORT, IN_LONG])
@pytest.mark.parametrize("state", ["told", "unsaid", "denied", "heading"])
def test_where_it_is_not_run_the_linear_recogniser_alone_shows_nothing_either(bars: object, state: str) -> None:
    assert (getattr(bars, state) - REACH) / LINEAR_SHARE <= getattr(ALONE, state)


@pytest.mark.parametrize("name", [NETWORK, TOKENIZER, CARD])
@pytest.mark.parametrize("harm", ["missing", "half", "empty", "one byte"])
def test_damaged_it_is_left_out_and_urgent_messages_are_seen_all_the_same(
    name: str, harm: str, damaged: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = damaged / name
    content = file.read_bytes()
    if harm == "missing":
        file.unlink()
    elif harm == "half":
        file.write_bytes(content[: len(content) // 2])
    elif harm == "empty":
        file.write_bytes(b"")
    elif name == CARD:
        card = json.loads(content)
        card["sha256"][NETWORK] = "0" * 64
        file.write_text(json.dumps(card))
    else:
        file.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    with caplog.at_level(logging.WARNING):
        assert [notice.sign for notice in urgent_notices(WORDED)] == ["breathlessness"]  # the table's wording
        # No wording of the table: the linear recogniser's own.
        assert urgent_notices("Gran woke up and her words come out scrambled, right hand drops everything")
        assert not urgent_notices("When does the wig shop open?")
    assert reader() is None
    assert len([record for record in caplog.records if "Install Waymark again" in record.message]) == 1


def test_a_network_whose_card_lies_is_not_loaded(damaged: Path) -> None:
    (damaged / NETWORK).write_bytes(b"not a network")
    with pytest.raises(ValueError, match="not the file that its card names"):
        Reader.load(damaged)
