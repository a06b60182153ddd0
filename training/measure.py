"""What the training changed: nDCG@10 of encoders alone, by exact cosine, on both halves and on NFCorpus.

    PYTHONPATH=src python training/measure.py --corpus CORPUS --eval EVAL FOLDER...

Each FOLDER is an exported encoder; the first is what the others are compared with. Sections are ranked by their best
passage. Relevant are the sections named in a topic's gold, with their grades. Every topic is asked twice over: as it
stands in the set (a template), and in the UNSEEN wordings, which no training pair has. Intervals are 95%,
bootstrapped by disease.
"""

import argparse
import math
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from corpus import Passage, passages
from halves import gold_documents, half_of, topics
from wordings import UNSEEN

from waymark.index.encoder import Encoder, passage_input, quantise, question_input, similarity

DRAWS = 1000
SEED = 7

Scores = dict[str, list[tuple[str, float]]]  # measure -> (disease or topic, nDCG@10) of each question


def ndcg(ranked: Sequence[object], grades: Mapping[object, int]) -> float:
    """nDCG@10 with gain 2^grade - 1; the ideal ranks every judged item, found or not."""

    def gain(items: Sequence[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(items[:10]))

    ideal = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(item, 0) for item in ranked]) / ideal if ideal else 0.0


def best_first(scores: np.ndarray, names: Sequence[object], most: int = 10) -> list[object]:
    """Names by their best score, each once."""
    ranked: dict[object, None] = {}
    for i in np.argsort(-scores, kind="stable"):
        ranked.setdefault(names[i])
        if len(ranked) == most:
            break
    return list(ranked)


def heading_key(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", heading.lower()).strip()


def pool(corpus: Path, evaluation: Path, pages: int) -> list[Passage]:
    """All passages of the gold pages and of `pages` others drawn with a fixed seed; of every page when 0."""
    every = list(passages(corpus))
    if not pages:
        return every
    gold = gold_documents(evaluation / "cancergov-dev")
    others = sorted({passage.document for passage in every} - gold)
    kept = gold | set(random.Random(SEED).sample(others, min(pages, len(others))))
    return [passage for passage in every if passage.document in kept]


def measure_topics(encoder: Encoder, found: list[Passage], evaluation: Path, scores: Scores) -> None:
    rows = quantise(encoder.encode([passage_input(p.title, p.section, p.text) for p in found]))
    sections = [(p.document, heading_key(p.section[-1] if p.section else p.title)) for p in found]
    documents = [p.document for p in found]

    def ask(question: str, topic: dict, wording: str) -> None:
        half, disease = half_of(topic["focus"]), topic["focus"]
        seen = similarity(encoder.encode([question_input(question)])[0], rows)
        grades = {item["document"]: item["grade"] for item in topic["documents"]}
        scores[f"{half}, documents, {wording}"].append((disease, ndcg(best_first(seen, documents), grades)))
        if topic["sections"]:
            places = {(item["document"], heading_key(item["heading"])): item["grade"] for item in topic["sections"]}
            scores[f"{half}, sections, {wording}"].append((disease, ndcg(best_first(seen, sections), places)))

    for topic in topics(evaluation / "cancergov-dev"):
        ask(topic["question"], topic, "template")
        for wording in UNSEEN[topic["kind"]]:
            ask(wording.replace("{x}", topic["focus"].lower()), topic, "unseen words")


def measure_nfcorpus(encoder: Encoder, folder: Path, scores: Scores) -> None:
    import json

    abstracts = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    names = [abstract["id"] for abstract in abstracts]
    rows = quantise(encoder.encode([passage_input(a["title"], (), a["text"]) for a in abstracts]))
    qrels: dict[str, dict[object, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        topic, name, grade = line.split("\t")
        qrels[topic][name] = int(grade)
    for topic in topics(folder):
        seen = similarity(encoder.encode([question_input(topic["question"])])[0], rows)
        scores["NFCorpus, documents"].append((topic["id"], ndcg(best_first(seen, names), qrels[topic["id"]])))


def interval(values: list[tuple[str, float]]) -> tuple[float, float, float]:
    """The mean, and its 95% interval when diseases are drawn anew."""
    groups: dict[str, list[float]] = defaultdict(list)
    for group, value in values:
        groups[group].append(value)
    sums = np.array([[sum(g), len(g)] for g in groups.values()])
    drawn = np.random.default_rng(SEED).integers(0, len(sums), (DRAWS, len(sums)))
    totals = sums[drawn].sum(axis=1)
    low, high = np.quantile(totals[:, 0] / totals[:, 1], [0.025, 0.975])
    return float(sums[:, 0].sum() / sums[:, 1].sum()), float(low), float(high)


def main(given: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    found = pool(given.corpus, given.eval, given.pages)
    say(f"{len(found)} passages of {len({p.document for p in found})} pages")
    results: dict[str, Scores] = {}
    for folder in given.encoders:
        encoder = Encoder.load(folder, threads=given.threads)
        scores: Scores = defaultdict(list)
        started = time.monotonic()
        measure_topics(encoder, found, given.eval, scores)
        measure_nfcorpus(encoder, given.eval / "nfcorpus-dev", scores)
        say(f"{folder.name}: revision {encoder.revision}, {time.monotonic() - started:.0f} s")
        results[folder.name] = scores
    first = given.encoders[0].name
    for measure, base in results[first].items():
        say(f"\n{measure} ({len(base)} questions)")
        for name, scores in results.items():
            mean, low, high = interval(scores[measure])
            line = f"  {name:<14} {mean:.3f} [{low:.3f}, {high:.3f}]"
            if name != first:
                change = [(a[0], b[1] - a[1]) for a, b in zip(base, scores[measure], strict=True)]
                line += "  change {:+.3f} [{:+.3f}, {:+.3f}]".format(*interval(change))
            say(line)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--eval", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=200, help="distracting pages beside the gold ones; 0: all")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("encoders", type=Path, nargs="+")
    main(parser.parse_args())
