"""Chooses how urgent a message has to sound, on writers whom neither the network nor the recogniser has learnt from.

    PYTHONPATH=src:. python -m training.urgent_network --base FOLDER --without second --scores second.npz
    PYTHONPATH=src:. python -m training.urgent_network --base FOLDER --without third --scores third.npz
    PYTHONPATH=src:. python -m training.urgent_bars second=second.npz third=third.npz

For each recall it prints the bars of ``waymark.answering.urgent`` with which the fewest calm messages alarm; then what leaving the
network out loses, and which advice is shown. The first writer's part is not used: the messages in ``training/urgent`` were written by
people who had seen it.
"""

import argparse
from collections import Counter

import numpy as np
from training.urgent_recogniser import matrix, taught, tuning

from waymark.answering import urgent
from waymark.answering.urgent import ALONE, IN_LONG, IN_SHORT, LINEAR_SHARE, NAMED, REACH, SHORT, UNSURE, wording_state
from waymark.answering.urgent_recogniser import BITS, SIGN_BITS
from waymark.answering.urgent_table import table, told
from waymark.answering.urgent_words import sentences

STATES = ("unsaid", "denied", "told")


def best(
    scores: np.ndarray, told: np.ndarray, states: np.ndarray, recall: float
) -> tuple[float, float, dict[str, float]]:
    """Return false alarms, recall and the bar for each state of the table: the fewest alarms at this recall or above."""
    options = []
    for state in STATES:
        chosen = (states == state) | ((state == "unsaid") & (states == "heading"))
        here, urgent = scores[chosen], told[chosen]
        bars = np.quantile(here, np.linspace(0, 1, 100))
        seen = (here[None] >= bars[:, None]) & urgent[None]
        alarms = (here[None] >= bars[:, None]) & ~urgent[None]
        options.append((bars, seen.sum(1), alarms.sum(1)))
    seen = options[0][1][:, None, None] + options[1][1][None, :, None] + options[2][1][None, None]
    alarms = options[0][2][:, None, None] + options[1][2][None, :, None] + options[2][2][None, None]
    alarms = np.where(seen >= recall * told.sum(), alarms, len(told))
    at = np.unravel_index(alarms.argmin(), alarms.shape)
    bars = {state: round(float(options[i][0][at[i]]), 2) for i, state in enumerate(STATES)}
    return alarms[at] / (~told).sum(), seen[at] / told.sum(), bars


def shown(message: str, sign: str, linear: dict[str, float], network: dict[str, float]) -> str:
    """Return whether the first advice for an urgent message is its sign's, another's, or "call now"."""
    read = sentences(message, table().spelling)
    signs = told(read, table())
    if not signs or sum(len(sentence.tokens) for sentence in read) > NAMED:
        signs = urgent.sure_signs(signs, urgent.likely_signs(linear, network, signs, read, table()), table())
    first = urgent.in_order(signs)[0][0].id
    return "right" if first == sign else "call now" if first == UNSURE else "another"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scores", nargs="+", metavar="WRITER=FILE")
    kept, advice = [], Counter()
    for writer, _, file in (one.partition("=") for one in parser.parse_args().scores):
        messages = tuning(writer)
        said = np.load(file)
        network = said["scores"]
        linear = taught(writer)
        weights = linear["weights"].astype(float) * float(linear["scale"])
        alone = matrix([text for text, _ in messages], BITS) @ weights + float(linear["bias"])
        is_told = np.array([sign is not None for _, sign in messages])
        states = np.array([wording_state(text) for text, _ in messages])
        short = np.array([len(text.split()) <= SHORT for text, _ in messages])
        which = (
            matrix([text for text, _ in messages], SIGN_BITS)
            @ (linear["sign_weights"] * linear["sign_scale"][:, None]).T
        )
        which = np.exp(which + linear["sign_bias"] - (which + linear["sign_bias"]).max(1, keepdims=True))
        which /= which.sum(1, keepdims=True)
        for (text, sign), ours, theirs in zip(messages, which, said["shares"], strict=True):
            if sign:
                one = dict(zip(linear["signs"].tolist(), ours.tolist(), strict=True))
                two = dict(zip(said["signs"].tolist(), theirs.tolist(), strict=True))
                advice[shown(text, sign, one, two)] += 1
        kept.append((network, alone, is_told, states, short, np.full(len(is_told), writer)))
    network, alone, is_told, states, short, writers = (np.concatenate(part) for part in zip(*kept, strict=True))
    for name, scores, bars in (
        ("the linear recogniser alone", alone, (ALONE, ALONE)),
        ("the network alone", network, None),
        *((f"network + {share} linear", network + share * alone, None) for share in (0.5, 1.0)),
        (f"network + {LINEAR_SHARE} linear", network + LINEAR_SHARE * alone, (IN_SHORT, IN_LONG)),
    ):
        print(name)
        for recall in (0.95, 0.97, 0.98, 0.99):
            alarms, seen, chosen = best(scores, is_told, states, recall)
            print(f"  recall {seen:.3f}, false alarms {alarms:.3f} at {chosen}")
        if bars:
            above = scores >= np.array(
                [getattr(bars[0] if few else bars[1], state) for state, few in zip(states, short, strict=True)]
            )
            for writer in np.unique(writers):
                here = writers == writer
                seen, alarms = above[here & is_told].mean(), above[here & ~is_told].mean()
                print(f"  as it ships, {writer}: recall {seen:.3f}, false alarms {alarms:.3f}")
    bars = np.array([getattr(IN_SHORT if few else IN_LONG, state) for state, few in zip(states, short, strict=True)])
    seen = is_told & (network + LINEAR_SHARE * alone >= bars)
    for reach in (5.0, 4.0, 3.5, 3.0, 2.5, 2.0, REACH):
        lost = (seen & (reach + LINEAR_SHARE * alone < bars)).sum()
        print(f"not more than {reach} reckoned of the network: {lost} of {is_told.sum()} urgent ones lost")
    print("advice first shown for urgent ones, were all seen:", dict(advice))
