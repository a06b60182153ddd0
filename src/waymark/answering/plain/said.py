"""Plain words as they are shown: sentences that each name their quotations, or why there are none."""

from dataclasses import dataclass
from typing import Any, Literal

Why = Literal[
    "off",
    "urgent",
    "declined",
    "several",
    "language",
    "addressed",
    "busy",
    "paused",
    "slow",
    "unreachable",
    "refused",
    "redirect",
    "kind",
    "too_long",
    "unreadable",
    "unsupported",
]
"""Why there are no plain words: turned off; an urgent notice or a decline stands there; several questions; quotations in a language
that cannot be checked; a quotation that speaks to machines; too many ask at once; the server failed and is left alone; it did not
answer in time, could not be reached, refused, led elsewhere, sent something else than JSON, too much of it, or what cannot be read;
what it said is not in the quotations."""


@dataclass(frozen=True, slots=True)
class PlainSentence:
    """One sentence, with the numbers (from 1) of the quotations that it rests on."""

    text: str
    quotations: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.text.strip() or not self.quotations or min(self.quotations) < 1:
            raise ValueError("A sentence in plain words names the quotations that it rests on.")


@dataclass(frozen=True, slots=True)
class PlainWords:
    """The sentences that passed, in order; ``dropped`` counts those that did not. ``model`` is the name that the operator gave."""

    sentences: tuple[PlainSentence, ...]
    language: str
    dropped: int = 0
    model: str = ""

    def __post_init__(self) -> None:
        if not self.sentences:
            raise ValueError("Plain words have a sentence; otherwise they are withheld.")

    def as_json(self) -> dict[str, Any]:
        return {
            "status": "given",
            "why": None,
            "sentences": [{"text": each.text, "quotations": list(each.quotations)} for each in self.sentences],
            "language": self.language,
            "dropped": self.dropped,
            "model": self.model,
        }


@dataclass(frozen=True, slots=True)
class Withheld:
    """No plain words, and why."""

    why: Why

    def as_json(self) -> dict[str, Any]:
        return {"status": "withheld", "why": self.why, "sentences": [], "language": None, "dropped": 0, "model": ""}


Plain = PlainWords | Withheld
