"""Chooses how urgent a message has to sound, on writers whom neither the network nor the recogniser has learnt from.

    PYTHONPATH=src:. python -m training.urgent_network --base FOLDER --without seventh,fifth --scores SCORES
    PYTHONPATH=src:. python -m training.urgent_network --base FOLDER --without eighth,sixth --scores SCORES
    PYTHONPATH=src:. python -m training.urgent_bars --scores SCORES seventh,fifth eighth,sixth

It tries the bars of ``waymark.answering.urgent`` one after the other, from those that ship, and keeps what gives fewer false alarms at
the recall that is asked for; messages among two general questions count too, and the calm ones of a writer who was asked for stories
that look urgent (the seventh) count half. Then: what leaving the network out loses, how the linear recogniser does alone, and which
advice is shown. The first writer's part is not used: the messages in ``training/urgent`` were written by people who had seen it.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from training.urgent_network import mixed
from training.urgent_recogniser import matrix, taught, tuning

from waymark.answering import urgent
from waymark.answering.urgent import (
    BY_ITSELF,
    IN_LONG,
    IN_SHORT,
    LINEAR_SHARE,
    NAMED,
    REACH,
    SHORT,
    UNSURE,
    by_themselves,
)
from waymark.answering.urgent_recogniser import BITS, SIGN_BITS
from waymark.answering.urgent_table import table, told
from waymark.answering.urgent_words import sentences

STATES: Final = ("told", "unsaid", "denied", "heading")
HALF: Final = "seventh"
AMONG: Final = 0.955  # of urgent messages among general questions: at least
STEPS: Final = np.arange(-6.0, 8.1, 0.25)


@dataclass
class Heard:
    """One message: what the table makes of it, and log-odds (network, linear) of the whole and of each sentence by itself."""

    writer: str
    urgent: bool
    among: bool
    state: str
    short: bool
    whole: tuple[float, float]
    parts: list[tuple[str, float, float]]


@dataclass
class Bars:
    share: float
    short: list[float]
    long: list[float]
    alone: list[float]  # told, unsaid

    @classmethod
    def shipped(cls) -> "Bars":
        rows = ([getattr(bars, state) for state in STATES] for bars in (IN_SHORT, IN_LONG))
        return cls(LINEAR_SHARE, *rows, [BY_ITSELF.told, BY_ITSELF.unsaid])

    def shown(self, one: Heard, reach: float = float("inf")) -> bool:
        bar = (self.short if one.short else self.long)[STATES.index(one.state)]
        judged = [(one.whole, bar), *((part[1:], self.alone[STATES.index(part[0])]) for part in one.parts)]
        return any(min(network, reach) + self.share * linear >= bar for (network, linear), bar in judged)


def heard(writers: Sequence[str], scores: Path) -> tuple[list[Heard], Counter[str]]:
    """Return the messages of writers who were left out together, and which advice comes first for their urgent ones."""
    linear = taught(writers)
    weights, bias = linear["weights"].astype(float) * float(linear["scale"]), float(linear["bias"])
    found, advice = [], Counter()
    for writer in writers:
        said = np.load(scores / f"{writer}.npz")
        texts = said["texts"].tolist()
        alone = dict(zip(texts, (matrix(texts, BITS) @ weights + bias).tolist(), strict=True))
        network = dict(zip(texts, said["scores"].tolist(), strict=True))
        shares = dict(zip(texts, said["shares"], strict=True))
        which = (
            matrix(texts, SIGN_BITS) @ (linear["sign_weights"] * linear["sign_scale"][:, None]).T + linear["sign_bias"]
        )
        which = np.exp(which - which.max(1, keepdims=True))
        likely = dict(zip(texts, which / which.sum(1, keepdims=True), strict=True))
        for text, sign in tuning(writer):
            if sign:
                ours = dict(zip(linear["signs"].tolist(), likely[text].tolist(), strict=True))
                theirs = dict(zip(said["signs"].tolist(), shares[text].tolist(), strict=True))
                advice[first_advice(text, sign, ours, theirs)] += 1
            for one in {text, mixed(text)}:
                read = sentences(one, table().spelling)
                signs = told(read, table())
                parts = [
                    (state, network[part], alone[part]) for state, part, _ in by_themselves(one, read, signs, table())
                ]
                few = sum(len(sentence.tokens) for sentence in read) <= SHORT
                state = urgent.wording_state(one)
                found.append(
                    Heard(writer, sign is not None, one != text, state, few, (network[one], alone[one]), parts)
                )
    return found, advice


def first_advice(message: str, sign: str, linear: dict[str, float], network: dict[str, float]) -> str:
    """Return whether the first advice for an urgent message is its sign's, another's, or "call now"."""
    read = sentences(message, table().spelling)
    signs = told(read, table())
    if not signs or sum(len(sentence.tokens) for sentence in read) > NAMED:
        signs = urgent.sure_signs(signs, urgent.likely_signs(linear, network, signs, read, table()), table())
    first = urgent.in_order(signs)[0][0].id
    return "right" if first == sign else "call now" if first == UNSURE else "another"


def shares_of(bars: Bars, messages: list[Heard]) -> tuple[float, float, float, float]:
    """Return urgent seen, calm alarmed, and both among general questions."""
    groups: dict[tuple[bool, bool], list[tuple[bool, float]]] = {}
    for one in messages:
        weight = 0.5 if one.writer == HALF and not one.urgent else 1.0
        groups.setdefault((one.among, one.urgent), []).append((bars.shown(one), weight))
    order = ((False, True), (False, False), (True, True), (True, False))
    return tuple(sum(s * w for s, w in groups[key]) / sum(w for _, w in groups[key]) for key in order)


def worth(bars: Bars, messages: list[Heard], recall: float) -> float:
    seen, alarmed, among, disturbed = shares_of(bars, messages)
    return alarmed + 0.3 * disturbed + 20 * max(0.0, recall - seen) + 2 * max(0.0, AMONG - among)


def better(bars: Bars, messages: list[Heard], recall: float) -> Bars:
    """Return the bars, moved one at a time while that helps."""
    least = worth(bars, messages, recall)
    for _ in range(3):
        for row in (bars.short, bars.long, bars.alone):
            for at in range(min(len(row), 3)):
                for value in STEPS.tolist():
                    before, row[at] = row[at], value
                    now = worth(bars, messages, recall)
                    if now < least - 1e-4:
                        least = now
                    else:
                        row[at] = before
    return bars


def show(name: str, bars: Bars, messages: list[Heard]) -> None:
    print(name, bars)
    print("  seen {:.3f}, alarmed {:.3f}; among questions {:.3f}, {:.3f}".format(*shares_of(bars, messages)))
    for writer in sorted({one.writer for one in messages}):
        here = [one for one in messages if one.writer == writer and not one.among]
        seen, alarmed = (np.mean([bars.shown(one) for one in here if one.urgent is told]) for told in (True, False))
        print(f"  {writer}: seen {seen:.3f}, alarmed {alarmed:.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="+", metavar="WRITERS", help="writers left out together, with commas between")
    parser.add_argument("--scores", type=Path, required=True)
    given = parser.parse_args()
    read = [heard(group.split(","), given.scores) for group in given.groups]
    messages = [one for part, _ in read for one in part]
    show("as it ships", Bars.shipped(), messages)
    for recall in (0.98, 0.985, 0.99):
        for share in (0.8, 1.0, 1.3):
            start = Bars.shipped()
            start.share = share
            show(f"at {recall}, {share} of the linear one", better(start, messages, recall), messages)
    bars = Bars.shipped()
    for reach in (*(5.0, 4.0, 3.0, 2.5, 2.0, 1.5), REACH):
        lost = sum(one.urgent and bars.shown(one) and not bars.shown(one, reach) for one in messages)
        print(f"not more than {reach} reckoned of the network: {lost} urgent ones lost")
    print("advice first shown for urgent ones, were all seen:", dict(sum((advice for _, advice in read), Counter())))
