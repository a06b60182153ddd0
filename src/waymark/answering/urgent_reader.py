"""How urgent a message sounds to a small network: the first layers of a multilingual encoder, taught on written messages.

It stands beside the linear recogniser, whose features see words and letters and no more; the network sees what a sentence
says of whom. Both were taught on the same messages (``training/URGENT.md``). The network needs no index and no other model.
Its files may be missing or damaged: then ``reader()`` is None, and the table and the linear recogniser go on without it.
"""

import hashlib
import json
import logging
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from waymark.answering.urgent_recogniser import READ

if TYPE_CHECKING:  # both are loaded with the first message, as numpy is
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession  # type: ignore[attr-defined]
    from tokenizers import Tokenizer

SHIPPED: Final = Path(__file__).parent / "urgent_network"
NETWORK, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "model.json"
BEGINNING, END = 0, 2  # tokens that stand around every text

# A number says nothing to the network that words do not say: what a temperature means is written out for it.
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_WARM = re.compile(r"temp|fever|thermom|degree|fiebre|calentura|grados|term[oó]m|\d\s*°|hot|chill|shiver")
_MEASURED = re.compile(
    r"\b(?:ca ?\d|psa|cea|afp|ldh|ferritin|marker|marcador|level|nivel|result|weigh|peso|pounds|kilos|kg|cm|mm)"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LOG = logging.getLogger(__name__)


def network_input(message: str) -> str:
    """Return what the network reads of a message: small letters, one space between words, temperatures with their meaning."""
    short = message if len(message) <= READ else f"{message[: READ // 2]} {message[-READ // 2 :]}"
    text = " ".join(_LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", short).lower().split())
    warm = _WARM.search(text) is not None
    if not warm and _MEASURED.search(text):  # "my CA 125 is 38.4" is no temperature
        return text
    return _NUMBER.sub(lambda match: _with_meaning(match.group(), warm), text)


def _with_meaning(number: str, warm: bool) -> str:
    """A number with a decimal may be a temperature anywhere; a whole one only where warmth is spoken of."""
    value = float(number.replace(",", "."))
    if not warm and number.isdecimal():
        return number
    if 38 <= value < 43 or 100.4 <= value < 107:
        return f"{number} (fever)"
    if 35 <= value < 38 or 95 <= value < 100.4:
        return f"{number} (no fever)"
    return number


@dataclass(frozen=True, eq=False)
class Reader:
    """The network with what it needs to read. It may be used from several threads at once."""

    signs: tuple[str, ...]
    max_tokens: int
    _tokenizer: "Tokenizer"
    _network: "InferenceSession"

    @classmethod
    def load(cls, folder: Path) -> "Reader":
        """Return the network in a folder. Raises an exception of any kind when a file is missing or not the card's own."""
        card: dict[str, Any] = json.loads((folder / CARD).read_bytes())
        content = {}
        for name in (NETWORK, TOKENIZER):
            content[name] = (folder / name).read_bytes()
            if hashlib.sha256(content[name]).hexdigest() != card["sha256"][name]:
                raise ValueError(f"{folder / name} is not the file that its card names")

        from onnxruntime import InferenceSession, SessionOptions  # type: ignore[attr-defined]
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return cls(
            tuple(card["signs"]),
            int(card["max_tokens"]),
            Tokenizer.from_str(content[TOKENIZER].decode("utf-8")),
            InferenceSession(content[NETWORK], options, providers=["CPUExecutionProvider"]),
        )

    def read(self, message: str) -> tuple[float, "NDArray[np.float32]"]:
        """Return the log-odds that a message tells of an urgent sign, and each sign's share (0 to 1, together 1).

        Takes any text. Of a long one the beginning and the end are read: ``max_tokens`` tokens in all.
        """
        import numpy as np

        tokens = self._tokenizer.encode(network_input(message), add_special_tokens=False).ids
        half = self.max_tokens // 2 - 1
        if len(tokens) > 2 * half:
            tokens = tokens[:half] + tokens[-half:]
        batch = np.array([[BEGINNING, *tokens, END]], dtype=np.int64)
        (scores,) = self._network.run(["scores"], {"tokens": batch})
        row = np.asarray(scores, dtype=np.float32)[0]
        shares = np.exp(row[1:] - row[1:].max())
        return float(row[0]), shares / shares.sum()


@cache
def reader() -> Reader | None:
    """Return the network that ships; None where its files cannot be used, which is logged once."""
    try:
        return Reader.load(SHIPPED)
    except Exception as error:  # whatever is wrong with it, a message has to be read all the same
        _LOG.warning("Urgent messages are read without the network (%s). Install Waymark again to put it back.", error)
        return None


def heard_by_network(message: str) -> tuple[float, dict[str, float]] | None:
    """Return the log-odds that a message tells of an urgent sign and each sign's share; None without the network."""
    network = reader()
    if network is None:
        return None
    try:
        score, shares = network.read(message)
    except Exception as error:  # no memory left, say: a message has to be read all the same
        _LOG.warning("An urgent message was read without the network (%s).", error)
        return None
    return score, dict(zip(network.signs, shares.tolist(), strict=True))
