"""Teaches the recogniser of urgent messages and writes the file that ships.

    python -m training.urgent_recogniser            # teach, write, report
    python -m training.urgent_recogniser --report   # report on what ships

What it learns from: ``training/urgent/*.tsv``, ``tests/quality/urgent/wordings.jsonl``, and the tuning parts of
``messages.jsonl``, ``blind.jsonl``, ``further.jsonl``, ``later.jsonl`` and ``more.jsonl``, each message as it is and most of them once
more with slips of the finger; four draws, averaged. What is reported: the tuning parts, which it has learnt; the unseen parts are reported by
``tests/quality/test_urgent_effectiveness.py`` and by nothing else. Needs scikit-learn, which the product does not.
"""

import argparse
import gzip
import json
import random
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from waymark.answering.urgent import urgent_notices, wording_state
from waymark.answering.urgent_recogniser import BITS, FILE, SIGN_BITS, features, recogniser

ROOT = Path(__file__).parents[1]
SETS = ROOT / "tests" / "quality" / "urgent"
OUT = ROOT / "src" / "waymark" / "answering" / FILE
SEED = 0
OLDER_WEIGHT = 1.0  # of messages that were written with the table of signs in sight, which is why they sound like it
NEWER_WEIGHT = 3.0
STRENGTH = 10.0
SIGN_STRENGTH = 30.0
DRAWS = 4
# Who wrote with only the list of signs in hand, and the file of each. The fourth is left out: nothing is learnt from that one.
# The tenth likewise.
WRITERS = {
    "first": "blind",
    "second": "further",
    "third": "further",
    "fifth": "later",
    "sixth": "later",
    "seventh": "more",
    "eighth": "more",
    "ninth": "more",
}
MIXED = (
    0.2  # share of the messages that are also learned among general questions: those must not outvote what is urgent
)
SHORT_QUESTION = 16  # words
SLIPS = 0.6  # share of the messages that are also learned with slips of the finger

# The signs of the blind messages in the table's names.
BLIND_SIGNS = {
    "suicide_crisis": "suicide",
    "raised_pressure_in_head": "raised_pressure_head",
    "severe_allergic_reaction": "allergic_reaction",
    "sepsis_signs": "sepsis",
    "coughing_or_vomiting_blood": "coughing_blood",
    "black_or_bloody_stool": "black_stools",
    "confusion_or_unconscious": "sudden_confusion",
    "severe_uncontrolled_pain": "severe_pain",
    "cannot_keep_fluids_down": "dehydration",
    "bowel_obstruction": "bowel_blockage",
    "urine_retention": "no_urine",
    "blood_clot": "leg_clot",
    "low_sugar_or_collapse": "unresponsive",
    "burns_or_extravasation": "extravasation",
    "overdose_of_medicine": "overdose",
    "neutropenic_no_fever": "neutropenic_unwell",
}


def rows(name: str, half: str | None = None, writer: str | None = None) -> list[tuple[str, str | None]]:
    read = [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [
        (row["message"], row["sign"])
        for row in read
        if (half is None or row["half"] == half) and (writer is None or row.get("writer", "first") == writer)
    ]


def named(sign: str | None) -> str | None:
    """Return a sign by the table's name."""
    return BLIND_SIGNS.get(sign, sign) if sign else None


def tuning(writer: str) -> list[tuple[str, str | None]]:
    """Return what a writer who had not seen the table wrote, the part for tuning."""
    return [(text, named(sign)) for text, sign in rows(WRITERS[writer], "tuning", writer)]


def written() -> list[tuple[str, str | None]]:
    """Return our own messages."""
    found = []
    for file in sorted((ROOT / "training" / "urgent").glob("*.tsv")):
        for line in file.read_text("utf-8").splitlines():
            sign, _, message = line.split("\t")
            found.append((message, sign if file.name.startswith("told") else None))
    return found


def general() -> list[tuple[str, str | None]]:
    """Return four fifths of the questions of MedQuAD (CC BY 4.0), where they are: general ones, none of them urgent.

    The fifth that is left out is what ``tests/quality`` counts false alarms on.
    """
    place = ROOT.parent / "shared" / "eval" / "training" / "medquad-pairs.jsonl.gz"
    if not place.exists():
        print("MedQuAD is not here: taught without it.")
        return []
    with gzip.open(place, "rt", encoding="utf-8") as lines:
        questions = sorted({json.loads(line)["question"] for line in lines})
    left_out = set(questions[::5])
    kept = [question for question in questions if question not in left_out]
    return [(question, None) for question in random.Random(SEED).sample(kept, min(len(kept), 1500))]


def slipped(text: str, chance: random.Random) -> str:
    """Return the text in lower case with a slip of the finger in about every forty letters."""
    letters = list(text.lower())
    for _ in range(max(1, len(letters) // 40)):
        at = chance.randrange(len(letters))
        if not letters[at].isalpha():
            continue
        kind = chance.random()
        if kind < 0.4:
            letters[at] = ""
        elif kind < 0.7 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at] *= 2
    return "".join(letters)


def questions_to_mix(learnt: Sequence[tuple[str, str | None, float]]) -> list[str]:
    """Return the short questions among calm messages, to stand around others."""
    return [text for text, sign, _ in learnt if sign is None and "?" in text and len(text.split()) <= SHORT_QUESTION]


def patients_questions() -> list[str]:
    """Return questions of patients to measure among: of the half that is never taught, those that sound calm by themselves."""
    lines = (SETS.parent / "patients" / "answerable" / "topics.jsonl").read_text("utf-8").splitlines()
    asked = [row["question"] for row in map(json.loads, lines) if row["half"] == "test"]
    return [question for question in asked if "?" in question and wording_state(question) != "told"]


def among_questions(text: str, questions: Sequence[str], chance: random.Random, count: int = 0) -> str:
    """Return the text with so many general questions (0: one to three) before it, after it or around it."""
    others = chance.sample(questions, count or chance.randint(1, 3))
    at = chance.randint(0, len(others))
    text = text if text.rstrip()[-1:] in ".!?" else f"{text.rstrip()}."
    return " ".join([*others[:at], text, *others[at:]])


def matrix(messages, bits):
    from scipy.sparse import csr_matrix

    at, buckets, values = [], [], []
    for number, message in enumerate(messages):
        for bucket, value in features(message, bits).items():
            at.append(number)
            buckets.append(bucket)
            values.append(value)
    return csr_matrix((values, (at, buckets)), shape=(len(messages), 1 << bits))


def varied(base: list[tuple[str, str | None, float]], draw: int) -> list[tuple[str, str | None, float]]:
    chance = random.Random(SEED + draw)
    questions = questions_to_mix(base)
    found = base + [(slipped(text, chance), sign, weight) for text, sign, weight in base if chance.random() < SLIPS]
    found += [
        (among_questions(text, questions, chance), sign, weight)
        for text, sign, weight in base
        if chance.random() < MIXED
    ]
    return found


def taught(without: Collection[str] = ()) -> dict[str, np.ndarray]:
    """Return what the file holds, taught on all messages but those of the writers who are left out."""
    from sklearn.linear_model import LogisticRegression

    older = rows("wordings") + rows("messages", "tuning") + general()
    newer = written() + [pair for writer in WRITERS if writer not in without for pair in tuning(writer)]
    base = [(text, sign, OLDER_WEIGHT) for text, sign in older] + [(text, sign, NEWER_WEIGHT) for text, sign in newer]
    weights, bias = np.zeros(1 << BITS), 0.0
    for draw in range(DRAWS):  # each with other slips; linear, so that their mean is one row of weights again
        learnt = varied(base, draw)
        told = LogisticRegression(C=STRENGTH, max_iter=3000).fit(
            matrix([text for text, _, _ in learnt], BITS),
            [sign is not None for _, sign, _ in learnt],
            sample_weight=[weight for _, _, weight in learnt],
        )
        weights += told.coef_[0] / DRAWS
        bias += float(told.intercept_[0]) / DRAWS
    urgent = [(text, sign, weight) for text, sign, weight in varied(base, DRAWS - 1) if sign]
    which = LogisticRegression(C=SIGN_STRENGTH, max_iter=2000).fit(
        matrix([text for text, _, _ in urgent], SIGN_BITS),
        [sign for _, sign, _ in urgent],
        sample_weight=[weight for _, _, weight in urgent],
    )
    scale = float(np.abs(weights).max()) / 127
    scales = np.abs(which.coef_).max(axis=1) / 127
    print(f"Taught on {len(base)} messages and their slips: {Counter(sign for _, sign, _ in urgent).most_common()}")
    return {
        "weights": np.rint(weights / scale).astype(np.int8),
        "scale": np.float32(scale),
        "bias": np.float32(bias),
        "signs": np.array(which.classes_, dtype=str),
        "sign_weights": np.rint(which.coef_ / scales[:, None]).astype(np.int8),
        "sign_scale": scales.astype(np.float32),
        "sign_bias": which.intercept_.astype(np.float32),
    }


def report() -> None:
    recogniser.cache_clear()
    model = recogniser()
    for name, half in (
        ("messages", "tuning"),
        ("blind", "tuning"),
        ("further", "tuning"),
        ("later", "tuning"),
        ("more", "tuning"),
    ):
        kept = rows(name, half)
        told = np.array([sign is not None for _, sign in kept])
        heard = np.array([model.urgency(text) for text, _ in kept])
        noticed = np.array([bool(urgent_notices(text)) for text, _ in kept])
        figures = " ".join(
            f"@{at}: {(heard[told] >= at).mean():.3f}/{(heard[~told] >= at).mean():.3f}"
            for at in (0.2, 0.3, 0.4, 0.5, 0.6)
        )
        print(f"{name} {half}: {told.sum()} told, {(~told).sum()} calm; recogniser recall/false {figures}")
        print(f"    as notices: {noticed[told].mean():.3f}/{noticed[~told].mean():.3f}")


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--report", action="store_true")
    if not asked.parse_args().report:
        np.savez_compressed(OUT, **taught())
    report()
