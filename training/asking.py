"""Teach what `waymark.answering.asking` knows of everyday questions, from vectors as the product makes them.

    PYTHONPATH=src python training/asking.py --library LIBRARY --sets SETS

LIBRARY is an encoded library of the documents that the questions name; SETS holds `cancergov-dev` and `not-health`. The other
questions are `training/asking` and the sets of patients' questions in `tests/quality/patients` that were given to tuning; of a
set with halves the tuning half is taken. Writes `src/waymark/answering/asking.npz`.

- The map that turns a question's vector: of all passages for patients those of the question's sections should stand first (a
  softmax over every passage, so that each wrong one is a negative).
- Whether a library about cancer is asked: a logistic regression on the vectors, those questions, and titles and headings of the
  pages for patients (which name what patients rarely do), against `elsewhere.txt` (not about health), `otherwise.txt` (about
  other diseases, prices, places) and the sets of what no document answers.

With `--folds DIRECTORY` it also writes, for each of `FOLDS` parts of the questions, what is taught without it: what weighs the
evidence must be fitted on vectors that were not taught on the same question.
"""

import argparse
import hashlib
import json
import random
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from waymark.answering.asking import FILE, keep_asking
from waymark.answering.evaluation import half_of, heading_key, is_gold_place, read_set
from waymark.app.wiring import Waymark
from waymark.index.encoder import question_input
from waymark.settings import Settings

RANK = 64
STEPS = 100
BATCH = 256
RATE = 1e-3
TEMPERATURE = 0.05
SMALL = 0.03  # weight of the map's squared size
SEEDS = (0, 1)  # their maps' mean is kept
FOLDS = 4
RIDGE = 100.0
HEADING = 0.2  # what a heading counts beside a question
HEADINGS = 2  # of each document
HERE = Path(__file__).parent / "asking"
PATIENTS = Path(__file__).parents[1] / "tests" / "quality" / "patients"
ANSWERED = (HERE, *(PATIENTS / name for name in ("everyday", "answerable", "further", "general")))
NOT_ANSWERED = tuple(PATIENTS / name for name in ("everyday_unanswerable", "unanswerable", "further_unanswerable"))
WHOLE_SETS = (
    "asking",
    "everyday",
    "general",
    "everyday_unanswerable",
    "unanswerable",
)  # the other sets give their tuning half

Floats = NDArray[np.float32]


class Pairs(NamedTuple):
    """``questions`` (n, d); ``right`` (n, m) says which of the ``passages`` (m, d) answer each; ``texts`` are the questions.

    ``others`` (k, d) are questions that the library is not for, ``other_texts`` what they say; ``headings`` are vectors too.
    """

    questions: Floats
    right: NDArray[np.bool_]
    passages: Floats
    texts: list[str]
    others: Floats
    other_texts: list[str]
    headings: Floats


def tuning(folder: Path) -> set[str]:
    """Return the ids of a set's questions that may be learnt from."""
    rows = [json.loads(line) for line in (folder / "topics.jsonl").read_text(encoding="utf-8").splitlines()]
    if folder.name in WHOLE_SETS:
        return {str(row["id"]) for row in rows}
    return {str(row["id"]) for row in rows if row.get("half", half_of(str(row.get("focus") or row["id"]))) == "tune"}


def pairs(service: Waymark, sets: Path) -> Pairs:
    """Read the questions, and the passages for patients, in English, with their vectors."""
    answerer, engine = service.answerer, service.engine

    def vector_of(question: str) -> Floats:
        return service.encoder.encode([question_input(answerer.analysed(question).query)])[0]

    cards = {card.id: card for card in service.cards()}
    origins = {card.origin: card.id for card in cards.values() if card.origin}
    rows: list[int] = []
    places: list[tuple[str, str]] = []
    of_document: dict[str, list[int]] = {}
    headings: dict[str, dict[str, None]] = {}
    for row in range(engine.manifest.rows):
        hit = engine.hit(row, 0.0)
        card = cards[hit.document]
        if card.audience == "patient" and card.language.startswith("en"):
            of_document.setdefault(hit.document, []).append(len(rows))
            rows.append(row)
            headings.setdefault(card.title.split(" - ")[0], {}).update(dict.fromkeys(hit.section[-1:]))
            places.append((hit.document, heading_key(hit.section[-1] if hit.section else "")))
    # The product of a passage with each unit vector is the passage: the engine gives away no vectors.
    wanted = np.array(rows)
    dimension = service.encoder.encode(["x"]).shape[1]
    passages = np.stack([engine.similarity(unit, wanted) for unit in np.eye(dimension, dtype=np.float32)], axis=1)
    questions, right, texts = [], [], []
    for folder in (*ANSWERED, sets / "cancergov-dev"):
        learnt = tuning(folder)
        for topic in read_set(folder).topics:
            if topic.id not in learnt:
                continue
            gold = {(origins.get(path, path), heading): grade for (path, heading), grade in topic.sections.items()}
            documents = {name for name, _ in gold} or {origins.get(path, path) for path in topic.documents}
            lines = [line for name in documents for line in of_document.get(name, ())]
            answering = [line for line in lines if not gold or is_gold_place(places[line], gold)]
            if answering:
                at = np.zeros(len(rows), dtype=bool)
                at[answering] = True
                questions.append(vector_of(topic.question))
                right.append(at)
                texts.append(topic.question)
    others = [
        line for name in ("elsewhere.txt", "otherwise.txt") for line in (HERE / name).read_text("utf-8").splitlines()
    ]
    for folder in (*NOT_ANSWERED, sets / "not-health"):
        learnt = tuning(folder)
        others += [topic.question for topic in read_set(folder).topics if topic.id in learnt]
    chance = random.Random(SEEDS[0])
    named = sorted(headings) + [
        each
        for title in sorted(headings)
        for each in chance.sample(sorted(headings[title]), min(HEADINGS, len(headings[title])))
    ]
    written = service.encoder.encode(
        [question_input(text if at % 2 else text.lower()) for at, text in enumerate(named)]
    )
    apart = np.array([vector_of(text) for text in others], dtype=np.float32)
    return Pairs(np.array(questions, dtype=np.float32), np.array(right), _unit(passages), texts, apart, others, written)


def _unit(vectors: Floats) -> Floats:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def taught(given: Pairs, chosen: NDArray[np.int64], seed: int) -> tuple[Floats, Floats]:
    """Return ``down`` and ``up`` after `STEPS` steps of Adam (Kingma and Ba 2015) on the chosen questions."""
    chance = np.random.default_rng(seed)
    dimension = given.questions.shape[1]
    parts = [
        chance.normal(size=(dimension, RANK)).astype(np.float32) / dimension**0.5,
        np.zeros((RANK, dimension), np.float32),
    ]
    means = [np.zeros_like(part) for part in parts]
    squares = [np.zeros_like(part) for part in parts]
    for step in range(1, STEPS + 1):
        batch = chance.permutation(chosen)[:BATCH]
        vectors, right = given.questions[batch], given.right[batch]
        down, up = parts
        inner = vectors @ down
        turned = vectors + inner @ up
        length = np.linalg.norm(turned, axis=1, keepdims=True)
        unit = turned / length
        scores = unit @ given.passages.T / TEMPERATURE
        slope = (_softmax(scores) - _softmax(np.where(right, scores, -1e4))) @ given.passages / TEMPERATURE / len(batch)
        slope = (slope - unit * (unit * slope).sum(axis=1, keepdims=True)) / length
        product = 2.0 * SMALL * (down @ up)
        slopes = [vectors.T @ (slope @ up.T) + product @ up.T, inner.T @ slope + down.T @ product]
        for part, mean, square, each in zip(parts, means, squares, slopes, strict=True):
            mean += 0.1 * (each - mean)
            square += 0.001 * (each * each - square)
            part -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return parts[0], parts[1]


def mean_map(given: Pairs, chosen: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the mean of the maps of all seeds, cut to `RANK` again."""
    whole = sum(down @ up for down, up in (taught(given, chosen, seed) for seed in SEEDS)) / len(SEEDS)
    left, size, across = np.linalg.svd(whole)
    return (left[:, :RANK] * size[:RANK]).astype(np.float32), across[:RANK].astype(np.float32)


def told_apart(ours: Floats, others: Floats, headings: Floats) -> Floats:
    """Return the weights and the offset of a logistic regression, both sides counting as much, by Newton's method."""
    both = np.concatenate((ours, headings, others)).astype(np.float64)
    labels = np.repeat([1.0, 1.0, 0.0], [len(ours), len(headings), len(others)])
    half = len(ours) + HEADING * len(headings)
    weights = np.repeat([0.5 / half, HEADING * 0.5 / half, 0.5 / len(others)], [len(ours), len(headings), len(others)])
    weights *= len(ours) + len(others)
    mean, spread = both.mean(axis=0), both.std(axis=0)
    design = np.column_stack(((both - mean) / spread, np.ones(len(both))))
    found = np.zeros(design.shape[1])
    ridge = np.diag([RIDGE] * both.shape[1] + [1e-6])
    for _ in range(25):
        share = 1.0 / (1.0 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (weights * (labels - share)) - ridge @ found
        curve = (design * (weights * share * (1 - share))[:, None]).T @ design + ridge
        found += np.linalg.solve(curve, slope)
    scaled = found[:-1] / spread
    return np.append(scaled, found[-1] - float(scaled @ mean)).astype(np.float32)


def fold_of(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[0] % FOLDS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--folds", type=Path)
    given = parser.parse_args()
    service = Waymark.open(Settings(library=given.library), create=False)
    found = pairs(service, given.sets)
    revision = service.encoder.revision
    service.close()
    sys.stderr.write(f"{len(found.texts)} questions, {len(found.others)} others, {len(found.passages)} passages\n")
    folds, other_folds = (np.array([fold_of(text) for text in texts]) for texts in (found.texts, found.other_texts))
    for fold in range(FOLDS if given.folds else 0):
        inside = folds != fold
        ours = told_apart(found.questions[inside], found.others[other_folds != fold], found.headings)
        keep_asking(given.folds / f"{fold}.npz", revision, *mean_map(found, np.flatnonzero(inside)), ours)
    ours = told_apart(found.questions, found.others, found.headings)
    keep_asking(FILE, revision, *mean_map(found, np.arange(len(found.texts))), ours)


if __name__ == "__main__":
    main()
