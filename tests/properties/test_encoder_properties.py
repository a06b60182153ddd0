"""For every text: a vector of length one, the same each time; for every vector: eight bits that stay near it."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from waymark.index.encoder import Encoder, passage_input, quantise, question_input, similarity

ENCODER = Encoder.load()
# Any code point at all, lone surrogates and control characters included.
ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
@example("")
@example(" \t\n\u2028")
@example("\x00\x01\x7f\x85")
@example("\ud800")
@example("before \udcff after")
@example("\ufffd")
@example("\N{FAMILY}\u200d\N{FACE WITH TEARS OF JOY}\N{VARIATION SELECTOR-16}")
@example("e" + "\N{COMBINING ACUTE ACCENT}" * 3000)
@example("a" * 1_000_000)
@example("it is back " * 100_000)
@example("\N{HIRAGANA LETTER A}\N{ARABIC LETTER BEH}\N{RIGHT-TO-LEFT OVERRIDE}")
@example("[CLS] [MASK] [SEP] [PAD] [UNK]")
def test_every_text_has_one_vector_of_length_one(text: str) -> None:
    first, second = ENCODER.encode([text, text])
    assert np.isfinite(first).all()
    assert abs(float(np.linalg.norm(first)) - 1.0) < 1e-4
    np.testing.assert_array_equal(first, second)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=5))
def test_company_does_not_change_a_vector(texts: list[str]) -> None:
    together = ENCODER.encode(texts)
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_allclose(ENCODER.encode([text])[0], row, atol=1e-3)


@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=4), ANY_TEXT)
def test_the_input_of_a_passage_ends_with_its_text(title: str, section: list[str], text: str) -> None:
    read = passage_input(title, tuple(section), text)
    assert read.endswith(text)
    assert read.removesuffix(text).count("\n") <= 1


@given(ANY_TEXT)
def test_white_space_does_not_change_a_question(question: str) -> None:
    assert question_input(f" {question}\n\t") == question_input(question)
    assert question_input(question_input(question)) == question_input(question)


@settings(deadline=None)
@given(arrays.arrays(np.float32, (4, 384), elements=st.floats(-1, 1, width=32)))
def test_eight_bits_stay_within_half_a_step(raw: np.ndarray) -> None:
    raw[:, 0] += np.float32(2)  # no row may be all zero
    vectors = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    rows = quantise(vectors)
    assert np.abs(rows.astype(np.float64) / 127 - vectors).max() <= 0.5 / 127 + 1e-6
    # By Cauchy-Schwarz the dot product moves by no more than the length of the rounding.
    most = np.linalg.norm(rows / 127.0 - vectors, axis=1) + 1e-4
    assert (np.abs(similarity(vectors[0], rows) - vectors @ vectors[0]) <= most).all()


def test_the_scores_of_many_rows_are_those_of_each_row() -> None:
    chance = np.random.default_rng(1)
    rows = chance.integers(-127, 128, (5000, 384), dtype=np.int8)
    question = chance.standard_normal(384).astype(np.float32)
    np.testing.assert_allclose(similarity(question, rows), rows.astype(np.float64) @ question / 127, atol=1e-3)
