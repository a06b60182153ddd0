"""How urgent a message sounds: a linear recogniser over its words, pairs of words and letters, taught on written messages.

The table of signs (``urgent_signs.yaml``) knows wordings; people find others. This recogniser was taught on messages that were
written for it (``training/urgent``), told and calm, English and Spanish, and gives a number from 0 to 1 for how much a
message sounds like the told ones. What is shown and how soon to act stay the table's. It is a table of numbers in one file,
needs no encoder, and takes about a tenth of a millisecond for a short message.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:  # loaded with the first message: a program that asks nothing need not wait for it
    import numpy as np
    from numpy.typing import NDArray

BITS = 17
SIGN_BITS = 14
LETTERS = (2, 3, 4, 5)
READ = 4_000
"""Characters of a message that are read: half from its beginning, half from its end."""

FILE = "urgent_recogniser.npz"
NOTHING_READ = -60.0
"""Log-odds of a message without a word."""

# A feature's bucket begins with the letter of its kind: within a word, a word or two, the same with denials.
_LETTER, _WORD, _SPOKEN = crc32(b"c"), crc32(b"w"), crc32(b"n")

_WORDS = re.compile(r"[\w']+|[?!]")
_PIECES = re.compile(r"[\w']+|[.,;:!?]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_DENIES = re.compile(
    r"no|not|never|without|isn'?t|aren'?t|wasn'?t|didn'?t|doesn'?t|don'?t|haven'?t|hasn'?t|nunca|sin|ningun\w*|ni|ruled|descart\w+"
)
_ENDS_DENIAL = frozenset(".,;:!?") | {"but", "pero", "y", "and"}
_DENIED_WORDS = 4  # that a denial reaches
_NOT_DENIED = frozenset(
    "know recognise recognize answer wake stop respond sabe reconoce contesta despierta para responde".split()
)


def features(message: str, bits: int = BITS) -> dict[int, float]:
    """Return the features of a message: the bucket of each (0 to 2 ** ``bits``) with its weight.

    Three kinds, each of length one: letters within words, words and pairs of them, and the same with what stands after a
    denial marked as denied. A number stands for what it can mean (a fever's temperature, a normal one, a year, few, many).
    """
    found: dict[int, float] = {}
    for values, length in _kinds(message, bits):
        for bucket, value in values.items():
            found[bucket] = found.get(bucket, 0.0) + value / length
    return found


def _kinds(message: str, bits: int) -> Iterator[tuple[dict[int, float], float]]:
    """Yield the features of each kind that the message has, before they are of length one, and their length."""
    text = _NUMBER.sub(_what_it_means, _folded(message))
    spoken = list(_with_denials(text))
    words = [word for word in spoken if _WORDS.fullmatch(word) and not word.startswith("not_")]
    mask = (1 << bits) - 1
    for hashes in (_letters(words), _pairs(_WORD, words), _pairs(_SPOKEN, spoken)):
        counts = Counter([each & mask for each in hashes])
        if not counts:
            continue
        values = {bucket: 1.0 if count == 1 else 1 + math.log(count) for bucket, count in counts.items()}
        yield values, math.sqrt(sum([value * value for value in values.values()]))


def _folded(message: str) -> str:
    read = message if len(message) <= READ else f"{message[: READ // 2]} {message[-READ // 2 :]}"
    if read.isascii():
        return read.lower()
    plain = unicodedata.normalize("NFKD", read.lower().replace("’", "'"))
    return "".join(character for character in plain if not unicodedata.combining(character))


def _what_it_means(match: re.Match[str]) -> str:
    value = float(match.group().replace(",", "."))
    if 38 <= value <= 43 or 100.4 <= value <= 109:
        return " tempfever "
    if 35 <= value < 38 or 95 <= value < 100.4:
        return " tempnormal "
    if 1950 <= value < 2026:
        return " pastyear "
    return " numsmall " if value < 6 else " nummid " if value < 35 else " numbig "


def _letters(words: Iterable[str]) -> list[int]:
    found: list[int] = []
    for word in words:
        padded = f" {word} "
        if padded.isascii():  # a letter is a byte
            read = padded.encode()
            found += [
                crc32(read[start : start + length], _LETTER)
                for length in LETTERS
                for start in range(len(read) - length + 1)
            ]
        else:
            found += [
                crc32(padded[start : start + length].encode(), _LETTER)
                for length in LETTERS
                for start in range(len(padded) - length + 1)
            ]
    return found


def _pairs(kind: int, words: list[str]) -> list[int]:
    read = [word.encode() for word in words]
    return [crc32(word, kind) for word in read] + [
        crc32(second, crc32(b" ", crc32(first, kind))) for first, second in pairwise(read)
    ]


def _with_denials(text: str) -> Iterator[str]:
    left = 0
    for piece in _PIECES.findall(text):
        if piece in _ENDS_DENIAL:
            left = 0
            yield piece
            continue
        if left == _DENIED_WORDS and piece in _NOT_DENIED:  # "doesn't know who I am" denies nothing
            left = 0
        yield f"not_{piece}" if left else piece
        left = _DENIED_WORDS if _DENIES.fullmatch(piece) else max(0, left - 1)


@dataclass(frozen=True, slots=True)
class Recogniser:
    """The numbers that were taught: one weight for each feature, and a row of weights for each sign."""

    weights: "memoryview[int]"  # (2 ** BITS,), in units of ``scale``
    scale: float
    bias: float
    signs: tuple[str, ...]
    sign_weights: "NDArray[np.float32]"  # (signs, 2 ** SIGN_BITS)
    sign_bias: "NDArray[np.float32]"

    def log_odds(self, message: str) -> float:
        """Return the log-odds that a message tells of an urgent sign, -60 to 60. Takes any text; never raises."""
        weights, score, read = self.weights, 0.0, False
        for values, length in _kinds(message, BITS):
            score += sum([weights[bucket] * value for bucket, value in values.items()]) / length
            read = True
        if not read:
            return NOTHING_READ
        score = self.bias + self.scale * score
        return max(NOTHING_READ, min(-NOTHING_READ, score))

    def urgency(self, message: str) -> float:
        """Return the same as a probability, 0 to 1."""
        return 1.0 / (1.0 + math.exp(-self.log_odds(message)))

    def signs_by_likeness(self, message: str) -> list[tuple[str, float]]:
        """Return every sign with its share (0 to 1, together 1), the one whose messages this one is most like first."""
        import numpy as np

        found = features(message, SIGN_BITS)
        scores = self.sign_weights[:, list(found)] @ np.fromiter(found.values(), np.float32) + self.sign_bias
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return [(self.signs[at], float(shares[at])) for at in np.argsort(-shares, kind="stable")]


@cache
def recogniser() -> Recogniser:
    """Return the recogniser that ships."""
    import numpy as np

    with (
        resources.files("waymark.answering").joinpath(FILE).open("rb") as file,
        np.load(file, allow_pickle=False) as kept,
    ):
        return Recogniser(
            memoryview(kept["weights"].astype(np.int8).tobytes()).cast("b"),
            float(kept["scale"]),
            float(kept["bias"]),
            tuple(str(sign) for sign in kept["signs"]),
            kept["sign_weights"].astype(np.float32) * kept["sign_scale"][:, None].astype(np.float32),
            kept["sign_bias"].astype(np.float32),
        )
