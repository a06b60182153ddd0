"""What was taught on everyday questions: it belongs to one encoder, changes questions alone, and is done without for another."""

from pathlib import Path

import numpy as np
import pytest

from waymark.answering import asking
from waymark.answering.asking import MOST, Asking, keep_asking, kept_asking
from waymark.answering.mending import mended
from waymark.answering.question import analyse
from waymark.index.encoder import Encoder, question_input, written_words


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture(scope="module")
def taught(encoder: Encoder) -> Asking:
    """Red after a change of the encoder: run `training/asking.py`, and fit the evidence anew."""
    kept = kept_asking(encoder.revision)
    assert kept is not None
    return kept


def test_a_turned_vector_has_length_one_and_stays_near(encoder: Encoder, taught: Asking) -> None:
    for text in ("up six times a night to pee", "What is a recurrence?", ""):
        vector = encoder.encode([question_input(text)])[0]
        turned = taught.turned(vector)
        assert turned.shape == vector.shape and abs(float(np.linalg.norm(turned)) - 1.0) < 1e-5
        assert float(turned @ vector) > 0.5


def test_a_library_about_cancer_is_told_from_other_matters(encoder: Encoder, taught: Asking) -> None:
    def ours(text: str) -> float:
        return taught.ours(encoder.encode([question_input(text)])[0])

    assert min(ours("my mum is tired of the chemo"), ours("scared it has spread")) > 0.0
    assert max(ours("who painted the mona lisa"), ours("my parcel has not come")) < 0.0
    assert all(-MOST <= ours(text) <= MOST for text in ("cancer " * 300, "bus", ""))


def test_another_encoder_and_a_damaged_file_do_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept_asking("another") is None
    monkeypatch.setattr(asking, "FILE", tmp_path / "asking.npz")
    assert kept_asking("one") is None
    keep_asking(asking.FILE, "one", np.ones((3, 1)), np.zeros((1, 3)), np.array([1, 2, 3, -20], dtype=np.float32))
    kept = kept_asking("one")
    assert kept is not None and kept.ours(np.array([1, 0, 0], dtype=np.float32)) == -MOST
    asking.FILE.write_bytes(asking.FILE.read_bytes()[:40])
    assert kept_asking("one") is None


def test_a_word_that_is_spelt_as_it_should_be_is_left_alone() -> None:
    held = {"gaining", "radiation", "color"}

    def read(text: str) -> str:
        return mended(text, "en", held.__contains__, lambda word: sorted(held)).text

    assert {"gasping", "blown", "offended"} <= written_words() and "radation" not in written_words()
    assert read("gasping") == "gasping"
    assert read("radation") == "radiation"
    assert read("colour") == "color"


def test_what_came_back_in_an_organ_is_sought_as_a_distant_recurrence() -> None:
    for text in ("its back in my liver now what", "it came back in my bones"):
        assert "distant recurrence" in analyse(text).query
    for text in ("my liver cancer is back", "it is back"):
        assert "distant" not in analyse(text).query
