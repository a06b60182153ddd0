"""The encoder's promises: the shipped files are whole, a text has one vector, and broken files say so."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from waymark.errors import EncoderDamaged
from waymark.index.encoder import (
    CARD,
    NETWORK,
    SHIPPED,
    TOKENIZER,
    Encoder,
    passage_input,
    quantise,
    question_input,
    shipped_name,
    similarity,
)

PASSAGES = {
    "tired": "Many people feel worn out after treatment. Rest, short walks and steady meals can help with this.",
    "scan": "A CT scan takes pictures of the inside of the body. A dye may be given first so that organs show up better.",
    "heredity": "Some changes in genes pass from parent to child. A counselor can say whether a gene test makes sense.",
    "bills": "Hospital social workers know of funds that help with rent, travel and the cost of medicine.",
    "spread": "Cells can break away, move through the blood and grow in the liver, the lungs or the bones.",
}
QUESTIONS = {
    "tired": "why am i so exhausted all the time since chemo",
    "scan": "how do doctors look inside me to see the tumor",
    "heredity": "will my daughter get it from me",
    "bills": "i can't pay for all this who helps",
    "spread": "has it gone to other organs",
}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))


def test_the_shipped_files_are_what_their_card_says(encoder: Encoder) -> None:
    card = json.loads((SHIPPED / CARD).read_text("utf-8"))
    assert encoder.revision == card["network_sha256"][:12]
    assert encoder.dimension == 384
    assert shipped_name() == f"{encoder.name}@{encoder.revision}"
    assert card["trained"] is True
    notice = (SHIPPED / card["notice"]).read_text("utf-8")
    assert "Apache License, Version 2.0" in notice
    assert "Creative Commons Attribution 4.0" in notice


def test_the_network_stays_small_enough_to_ship() -> None:
    assert (SHIPPED / NETWORK).stat().st_size < 25_000_000


def test_a_question_is_nearest_to_the_passage_that_answers_it(encoder: Encoder) -> None:
    rows = quantise(encoder.encode([passage_input("Living with cancer", (), text) for text in PASSAGES.values()]))
    names = list(PASSAGES)
    for name, question in QUESTIONS.items():
        scores = similarity(encoder.encode([question_input(question)])[0], rows)
        assert names[int(np.argmax(scores))] == name, dict(zip(names, scores.tolist(), strict=True))


def test_vectors_are_float32_rows_of_length_one_in_the_order_given(encoder: Encoder) -> None:
    texts = list(PASSAGES.values())
    vectors = encoder.encode(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(texts), encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    np.testing.assert_array_equal(encoder.encode(texts[::-1]), vectors[::-1])


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_a_vector_does_not_depend_on_the_texts_beside_it(encoder: Encoder) -> None:
    texts = ["short", *PASSAGES.values(), "long " * 400, "\N{FACE WITH TEARS OF JOY}"]
    together = encoder.encode(texts)
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], row, atol=1e-3)


def test_a_vector_does_not_depend_on_the_number_of_threads(encoder: Encoder) -> None:
    texts = [f"{text} {n}" for n in range(4) for text in PASSAGES.values()]
    np.testing.assert_allclose(Encoder.load(threads=3).encode(texts), encoder.encode(texts), atol=1e-3)


def test_words_past_the_limit_are_not_read_and_words_before_it_are(encoder: Encoder) -> None:
    head = "the scan was clear " * encoder.max_tokens
    np.testing.assert_array_equal(encoder.encode([head])[0], encoder.encode([head + "but the pain is back"])[0])
    inside = "the scan was clear " * (encoder.max_tokens // 8)
    assert not np.allclose(encoder.encode([inside])[0], encoder.encode([inside + "but the pain is back"])[0])


def test_a_passage_is_read_with_its_title_and_section_path() -> None:
    assert passage_input("Fatigue", ("Causes", "Anemia"), "Too few red cells.") == (
        "Fatigue > Causes > Anemia\nToo few red cells."
    )
    assert passage_input("Fatigue", ("fatigue", "", "Causes"), "Text.") == "Fatigue > Causes\nText."
    assert passage_input("", (), "Text.") == "Text."
    assert question_input("  is it \n back? ") == "is it back?"


def test_eight_bits_keep_the_order_of_what_lies_apart(encoder: Encoder) -> None:
    vectors = encoder.encode(list(PASSAGES.values()))
    rows = quantise(vectors)
    assert rows.dtype == np.int8
    scores = similarity(vectors[0], rows)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, vectors @ vectors[0], atol=0.012)


@pytest.mark.parametrize("missing", [CARD, NETWORK, TOKENIZER])
def test_a_missing_file_is_named_with_what_to_do(copy: Path, missing: str) -> None:
    (copy / missing).unlink()
    with pytest.raises(EncoderDamaged) as met:
        Encoder.load(copy)
    assert missing in str(met.value)
    assert "Install Waymark again" in met.value.next_step


@pytest.mark.parametrize("altered", [NETWORK, TOKENIZER])
def test_one_changed_byte_is_noticed(copy: Path, altered: str) -> None:
    content = bytearray((copy / altered).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / altered).write_bytes(content)
    with pytest.raises(EncoderDamaged, match=altered):
        Encoder.load(copy)


@pytest.mark.parametrize("card", ["", "[]", "{}", '{"name": "x"}', "\x00"])
def test_a_card_that_says_too_little_is_refused(copy: Path, card: str) -> None:
    (copy / CARD).write_text(card, "utf-8")
    with pytest.raises(EncoderDamaged, match="card"):
        Encoder.load(copy)


def test_files_that_match_their_card_but_are_no_network_are_refused(copy: Path) -> None:
    import hashlib

    card = json.loads((copy / CARD).read_text("utf-8"))
    (copy / NETWORK).write_bytes(b"not a network")
    card["network_sha256"] = hashlib.sha256(b"not a network").hexdigest()
    (copy / CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(EncoderDamaged, match="could not be opened"):
        Encoder.load(copy)


def test_importing_the_encoder_loads_no_network_library() -> None:
    code = (
        "import sys, waymark.index.encoder;sys.exit(bool({'onnxruntime', 'tokenizers', 'torch'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
