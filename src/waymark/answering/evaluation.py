"""Effectiveness: how well answers, places and declines agree with human judgement, with intervals.

A set in the normal form is a folder with ``topics.jsonl`` and gold inside each topic, or ``qrels.tsv`` with ``corpus.jsonl``;
``hidden.jsonl`` beside it names, for each topic, the documents to hide so that it can no longer be answered.

Figures: nDCG@10 with gains 2^grade - 1 (Järvelin and Kekäläinen 2002; Burges 2005), recall@5, and coverage at 5% false
answers: the share of answerable topics answered when the threshold lets 5% of the same topics through with their pages
hidden. Intervals are 95% percentile bootstraps that draw whole diseases, since the topics of one disease are not independent.
"""

import hashlib
import json
import math
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waymark.errors import InputRefused

FALSE_ANSWERS = 0.05
RESAMPLES = 1_000
BEGINS = "…"  # ends a heading of which only the beginning is given


@dataclass(frozen=True, slots=True)
class Topic:
    """A question kept for evaluation. ``documents`` and ``sections`` hold grades; ``group`` is what is drawn in a bootstrap.

    A section's heading that ends with "…" stands for every heading of its document that begins so. ``expected`` is what should
    come back where that is not an answer: the reason of a decline.
    """

    id: str
    question: str
    group: str
    documents: Mapping[str, int] = field(default_factory=dict)
    sections: Mapping[tuple[str, str], int] = field(default_factory=dict)
    answer: str = ""
    hidden: tuple[str, ...] | None = None
    expected: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """A set in the normal form; ``corpus`` is there when the set brings its own documents."""

    name: str
    topics: tuple[Topic, ...]
    corpus: Path | None = None


def _lines(path: Path) -> Iterable[Any]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    try:
                        yield json.loads(line)
                    except ValueError as error:
                        raise InputRefused(
                            f"Line {number} of {path.name} is not JSON ({error}).", "Mend it or leave it out."
                        ) from error
    except OSError as error:
        raise InputRefused(
            f"{path} cannot be read ({error.strerror or error}).", "Give the folder of a set in the normal form."
        ) from error


def read_set(folder: Path) -> EvaluationSet:
    """Read a set; raises `InputRefused` when the folder does not hold one."""
    if not (folder / "topics.jsonl").is_file():
        raise InputRefused(f"{folder} holds no topics.jsonl.", "Give the folder of a set in the normal form.")
    judged: dict[str, dict[str, int]] = {}
    if (folder / "qrels.tsv").is_file():
        for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
            parts = line.split("\t")
            if len(parts) == 3 and parts[2].strip().isdigit():
                judged.setdefault(parts[0], {})[parts[1]] = int(parts[2])
    hidden: dict[str, tuple[str, ...]] = {}
    if (folder / "hidden.jsonl").is_file():
        hidden = {str(row["id"]): tuple(row["hidden"]) for row in _lines(folder / "hidden.jsonl")}
    topics = []
    for row in _lines(folder / "topics.jsonl"):
        topic_id = str(row["id"])
        sections: dict[tuple[str, str], int] = {}
        for place in row.get("sections") or ():
            heading = str(place["heading"])
            key = (str(place["document"]), heading_key(heading) + (BEGINS if heading.endswith(BEGINS) else ""))
            sections[key] = max(int(place.get("grade", 1)), sections.get(key, 0))
        documents = {str(d["document"]): int(d.get("grade", 1)) for d in row.get("documents") or ()} or judged.get(
            topic_id, {}
        )
        topics.append(
            Topic(
                topic_id, str(row["question"]), str(row.get("focus") or topic_id), documents, sections,
                str(row.get("answer") or ""), hidden.get(topic_id),
                str(row.get("expected") or ""), str(row.get("language") or "en"),
            )
        )  # fmt: skip
    corpus = folder / "corpus.jsonl"
    return EvaluationSet(folder.name, tuple(topics), corpus if corpus.is_file() else None)


def heading_key(heading: str) -> str:
    """Return a heading as it is compared: words and digits in lower case."""
    return " ".join(re.findall(r"\w+", heading.lower()))


def is_gold_place(place: tuple[str, str], gold: Mapping[tuple[str, str], int]) -> bool:
    """Return whether a (document, heading key) is one of the gold places, or begins as one of them does."""
    if place in gold:
        return True
    document, heading = place
    return any(
        document == other and begins.endswith(BEGINS) and heading.startswith(begins[: -len(BEGINS)])
        for other, begins in gold
    )


def half_of(group: str) -> str:
    """Return the half that a disease belongs to: weights are fitted on ``tune`` alone and reported on ``test``."""
    return "tune" if hashlib.sha256(group.lower().encode("utf-8")).digest()[0] % 2 == 0 else "test"


def ndcg(ranking: Sequence[Any], gold: Mapping[Any, int], k: int = 10) -> float:
    """Return nDCG@k of a ranking without repetitions against graded gold; 0 when there is no gold."""
    gain = sum((2.0 ** gold.get(item, 0) - 1) / math.log2(place + 2) for place, item in enumerate(ranking[:k]))
    best = sum(
        (2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(sorted(gold.values(), reverse=True)[:k])
    )
    return gain / best if best else 0.0


def recall(ranking: Sequence[Any], gold: Mapping[Any, int], k: int = 5) -> float:
    """Return the share of the gold that is among the first ``k``."""
    wanted = {item for item, grade in gold.items() if grade > 0}
    return len(wanted & set(ranking[:k])) / len(wanted) if wanted else 0.0


def interval(
    values: Sequence[tuple[str, float]], statistic: Callable[[Sequence[float]], float] | None = None
) -> list[float]:
    """Return the 95% interval of the mean of (group, value) pairs, drawing whole groups; seeded, so that it does not move."""
    groups: dict[str, list[float]] = {}
    for group, value in values:
        groups.setdefault(group, []).append(value)
    names = sorted(groups)
    if not names:
        return [0.0, 0.0]
    draw = random.Random(20261121)
    take = statistic or (lambda sample: sum(sample) / len(sample))
    means = sorted(
        take([value for name in draw.choices(names, k=len(names)) for value in groups[name]]) for _ in range(RESAMPLES)
    )
    return [round(means[int(0.025 * RESAMPLES)], 4), round(means[int(0.975 * RESAMPLES) - 1], 4)]


def figure(values: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """Return mean, interval and number of (group, value) pairs."""
    count = len(values)
    mean = sum(value for _, value in values) / count if count else 0.0
    return {"mean": round(mean, 4), "interval": interval(values), "n": count}


def auroc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """Return the probability that an answerable topic has more evidence than an unanswerable one (ties count half)."""
    if not answerable or not unanswerable:
        return 0.0
    pairs = [(value, 1) for value in answerable] + [(value, 0) for value in unanswerable]
    pairs.sort(key=lambda pair: pair[0])
    rank_sum = 0.0
    place = 0
    while place < len(pairs):
        end = place
        while end < len(pairs) and pairs[end][0] == pairs[place][0]:
            end += 1
        middle = (place + end + 1) / 2
        rank_sum += middle * sum(label for _, label in pairs[place:end])
        place = end
    n, m = len(answerable), len(unanswerable)
    return (rank_sum - n * (n + 1) / 2) / (n * m)


def coverage(
    answerable: Sequence[float], unanswerable: Sequence[float], false_answers: float = FALSE_ANSWERS
) -> tuple[float, float]:
    """Return (coverage, threshold): the share of answerable topics above the threshold that lets ``false_answers`` through."""
    if not answerable or not unanswerable:
        return 0.0, 1.0
    allowed = math.floor(false_answers * len(unanswerable) + 1e-9)
    ordered = sorted(unanswerable, reverse=True)
    threshold = ordered[allowed] if allowed < len(ordered) else ordered[-1]
    return sum(value > threshold for value in answerable) / len(answerable), threshold


def contains_gold(quotations: Iterable[str], answer: str, share: float = 0.6) -> bool:
    """Return whether a quotation lies in the gold answer or holds it: ``share`` of the shorter one's 3-word runs are in the other.

    The gold is an older version of the page, so a comparison letter by letter would count edits of the publisher.
    """
    gold = _runs(answer)
    for text in quotations:
        runs = _runs(text)
        if runs and gold and len(runs & gold) >= share * min(len(runs), len(gold)):
            return True
    return False


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)} or ({tuple(words)} if words else set())
