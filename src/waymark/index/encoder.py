"""The encoder: text to vectors of length one, on the CPU, offline.

The network is a six-layer sentence transformer in eight bits, trained by the project (`training/README.md`) and
shipped in the folder `model` beside this module. Questions and passages go through the same network; only the
form of the text differs (`question_input`, `passage_input`), and it is the form that the training used.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from waymark.errors import EncoderDamaged
from waymark.languages.texts import message

if TYPE_CHECKING:  # both cost a quarter of a second, which a command that does not search must not pay
    from onnxruntime import InferenceSession  # type: ignore[attr-defined]
    from tokenizers import Tokenizer

SHIPPED = Path(__file__).parent / "model"
NETWORK, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "model.json"
NEXT_STEP = message("Install Waymark again to put the encoder's files back.")

SCALE = 127.0
ROWS_AT_A_TIME = 2048  # float copies of this many rows stay in a laptop's cache
CHARACTERS_PER_TOKEN = 40  # no ordinary text has tokens this long, so cutting here loses nothing that is read

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def passage_input(title: str, section: tuple[str, ...], text: str) -> str:
    """What the encoder reads of a passage: `title > section > path` on the first line, then the passage.

    A section whose words repeat the one before it (a page's own title as its first heading) is left out.
    """
    path: list[str] = []
    for step in (title, *section):
        step = " ".join(step.split())
        if step and (not path or step.casefold() != path[-1].casefold()):
            path.append(step)
    return f"{' > '.join(path)}\n{text}" if path else text


def question_input(question: str) -> str:
    """What the encoder reads of a question: its words, with runs of white space made one space."""
    return " ".join(question.split())


def quantise(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Vectors of length one as int8 of the same shape: 127 times each component, rounded.

    Against float32, a dot product moves by about 0.002 (the standard deviation of the rounding).
    """
    rounded: NDArray[np.int8] = np.clip(np.rint(vectors * SCALE), -127, 127).astype(np.int8)
    return rounded


def similarity(question: NDArray[np.float32], rows: NDArray[np.int8]) -> NDArray[np.float32]:
    """The dot product of one float32 vector, shape (d,), with each row of `rows`, int8, shape (n, d).

    Exact over all rows; float32, shape (n,), between -1 and 1 but for rounding.
    """
    scores = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), ROWS_AT_A_TIME):
        part = rows[start : start + ROWS_AT_A_TIME]
        np.dot(part.astype(np.float32), question, out=scores[start : start + len(part)])
    scores /= SCALE
    return scores


@cache
def written_words() -> frozenset[str]:
    """Words of four letters and more that the shipped vocabulary holds whole: common in English, and spelt as they should be."""
    try:
        held = json.loads((SHIPPED / TOKENIZER).read_text("utf-8"))["model"]["vocab"]
    except (OSError, ValueError, KeyError):  # damage is told where the encoder is opened
        return frozenset()
    return frozenset(word for word in held if len(word) >= 4 and word.isalpha())


def shipped_name() -> str:
    """Name and revision of the shipped encoder, as `name@revision`, read from its card alone.

    Raises `EncoderDamaged` when the card is missing or cannot be read.
    """
    card = _read_card(SHIPPED)
    return f"{card['name']}@{card['revision']}"


@dataclass(frozen=True, eq=False)
class Encoder:
    """Text to vectors: float32, `dimension` components, length one; the same for every text and every batch.

    `name` and `revision` (a short hash of the weights) belong in an index's manifest: vectors of two revisions
    do not compare. No text makes it raise: an empty one, a lone surrogate or a megabyte has a vector too. Words
    after the first `max_tokens` tokens are not read. It may be used from several threads at once.
    """

    name: str
    revision: str
    dimension: int
    max_tokens: int
    threads: int
    _tokenizer: "Tokenizer" = field(repr=False)
    _network: "InferenceSession" = field(repr=False)

    @classmethod
    def load(cls, path: Path | None = None, threads: int = 1) -> "Encoder":
        """The encoder in folder `path`, or the one shipped; `threads` texts are encoded at the same time.

        Raises `EncoderDamaged` when a file is missing or is not, byte for byte, what its card says.
        """
        folder = path or SHIPPED
        card = _read_card(folder)
        _verified(folder / NETWORK, card["network_sha256"])
        vocabulary = _verified(folder / TOKENIZER, card["tokenizer_sha256"])

        from onnxruntime import InferenceSession, SessionOptions  # type: ignore[attr-defined]
        from tokenizers import Tokenizer

        options = SessionOptions()
        # One thread inside each text and one text on each thread: no thread waits for another.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            max_tokens = int(card["max_tokens"])
            tokenizer = Tokenizer.from_str(vocabulary.decode("utf-8"))
            tokenizer.no_padding()
            tokenizer.enable_truncation(max_tokens)
            # Out of the file: a session that is made of bytes keeps them, 22 MB beside its own.
            session = InferenceSession(str(folder / NETWORK), options, providers=["CPUExecutionProvider"])
            return cls(
                name=str(card["name"]),
                revision=str(card["revision"]),
                dimension=int(card["dimension"]),
                max_tokens=max_tokens,
                threads=max(1, threads),
                _tokenizer=tokenizer,
                _network=session,
            )
        except Exception as error:  # both libraries raise kinds of their own, some of them bare Exception
            raise EncoderDamaged(
                message("The encoder in %(folder)s could not be opened (%(why)s).", folder=str(folder), why=str(error)),
                NEXT_STEP,
            ) from error

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text, in order: float32, shape (n, `dimension`), each of length one.

        Texts go through the network one by one. Activations are quantised by the largest value present, so in
        a batch a text's vector would depend on its neighbours; and without padding it is no slower.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if self.threads == 1 or len(texts) == 1:
            rows = map(self._encode_one, texts)
            for i, row in enumerate(rows):
                vectors[i] = row
            return vectors
        with ThreadPoolExecutor(self.threads) as pool:
            for i, row in enumerate(pool.map(self._encode_one, texts)):
                vectors[i] = row
        return vectors

    def _encode_one(self, text: str) -> NDArray[np.float32]:
        readable = " ".join(_LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text).split())
        tokens = self._tokenizer.encode(readable[: self.max_tokens * CHARACTERS_PER_TOKEN]).ids
        (vectors,) = self._network.run(["vector"], {"tokens": np.array([tokens], dtype=np.int64)})
        vector: NDArray[np.float32] = np.asarray(vectors, dtype=np.float32)[0]
        return vector


def _read_card(folder: Path) -> dict[str, str | int]:
    needed = {"name", "revision", "dimension", "max_tokens", "network_sha256", "tokenizer_sha256"}
    file = folder / CARD
    try:
        card = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise EncoderDamaged(
            message("The encoder's card %(file)s is missing or cannot be read.", file=str(file)), NEXT_STEP
        ) from error
    if not isinstance(card, dict) or not needed <= card.keys():
        raise EncoderDamaged(
            message(
                "The encoder's card %(file)s lacks some of: %(needed)s.",
                file=str(file),
                needed=", ".join(sorted(needed)),
            ),
            NEXT_STEP,
        )
    return card


def _verified(file: Path, sha256: str | int) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise EncoderDamaged(
            message("The encoder's file %(file)s is missing or cannot be read.", file=str(file)), NEXT_STEP
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EncoderDamaged(
            message("The encoder's file %(file)s is not the one that its card names.", file=str(file)), NEXT_STEP
        )
    return content
