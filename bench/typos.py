"""Misspelled questions: one typo in each, and what it costs in finding the right document."""

import random
import string
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.setting import SEED, TOPICS_SET, NotGiven, Setting, Teller
from waymark.answering.evaluation import figure, half_of, ndcg
from waymark.index.analyser import words_of
from waymark.index.engine import Filters

DRAWS = 3
SHORTEST = 5  # letters of a word that is misspelled at random


@dataclass(frozen=True, slots=True)
class Misspelled:
    """A question with one typo, and where the typo is from: ``seen`` (a person wrote it), ``drawn``, or ``none``."""

    question: str
    how: str


def read_pairs(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the misspellings that people wrote, by the right word in lower case; single words only."""
    pairs: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        wrong, right, *_ = [*line.split("\t"), ""]
        if wrong.isalpha() and right.isalpha() and wrong.lower() != right.lower():
            pairs.setdefault(right.lower(), []).append(wrong.lower())
    return {right: tuple(wrong) for right, wrong in pairs.items()}


def misspelled(question: str, pairs: Mapping[str, Sequence[str]], draw: random.Random) -> Misspelled:
    """Return the question with one typo: one that people made where they made it with a word that stands there, else a random one."""
    words = [word for word in words_of(question) if word.isalpha()]
    seen = [word for word in words if word in pairs]
    if seen:
        right = draw.choice(seen)
        return Misspelled(_put(question, right, draw.choice(list(pairs[right]))), "seen")
    long = [word for word in words if len(word) >= SHORTEST]
    if not long:
        return Misspelled(question, "none")
    right = draw.choice(long)
    return Misspelled(_put(question, right, edited(right, draw)), "drawn")


def edited(word: str, draw: random.Random) -> str:
    """Return ``word`` with one letter put in, left out, made another, or changed with its neighbour; never the same word."""
    edits: tuple[Callable[[str, random.Random], str], ...] = (_insert, _delete, _substitute, _transpose)
    while True:
        changed = draw.choice(edits)(word, draw)
        if changed != word:
            return changed


def _insert(word: str, draw: random.Random) -> str:
    place = draw.randrange(len(word) + 1)
    return word[:place] + draw.choice(string.ascii_lowercase) + word[place:]


def _delete(word: str, draw: random.Random) -> str:
    place = draw.randrange(len(word))
    return word[:place] + word[place + 1 :]


def _substitute(word: str, draw: random.Random) -> str:
    place = draw.randrange(len(word))
    return word[:place] + draw.choice(string.ascii_lowercase) + word[place + 1 :]


def _transpose(word: str, draw: random.Random) -> str:
    place = draw.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _put(question: str, right: str, wrong: str) -> str:
    """Put ``wrong`` in the place of the first ``right`` that stands alone, with a capital where it had one."""
    import re

    def changed(match: "re.Match[str]") -> str:
        return wrong.capitalize() if match.group()[0].isupper() else wrong

    return re.sub(rf"(?<!\w){re.escape(right)}(?!\w)", changed, question, count=1, flags=re.IGNORECASE)


def measure(setting: Setting) -> dict[str, Any]:
    """Return document nDCG@10 as asked and misspelled, and the loss with its interval (drawn by disease)."""
    topics = setting.set_named(TOPICS_SET).topics
    if setting.sets is None or not (setting.sets / "typos" / "pairs.tsv").is_file():
        raise NotGiven("there is no typos/pairs.tsv among the evaluation sets (--sets)")
    pairs = read_pairs(setting.sets / "typos" / "pairs.tsv")
    teller = Teller("typos")
    clean: list[tuple[str, float]] = []
    wrong: list[tuple[str, float]] = []
    loss: list[tuple[str, float]] = []
    by_how: dict[str, list[tuple[str, float]]] = {"seen": [], "drawn": []}
    by_draw: list[list[float]] = [[] for _ in range(DRAWS)]
    counts: Counter[str] = Counter()
    with setting.service() as service:
        origins = {card.origin: card.id for card in service.cards() if card.origin}
        answerer = service.answerer

        def found(question: str, gold: Mapping[str, int]) -> float:
            candidates, _ = answerer.ranked(answerer.analysed(question), Filters())
            return ndcg(list(dict.fromkeys(candidate.hit.document for candidate in candidates)), gold)

        for done, topic in enumerate(topics, start=1):
            gold = {origins.get(path, path): grade for path, grade in topic.documents.items()}
            before = found(topic.question, gold)
            clean.append((topic.group, before))
            for number in range(DRAWS):
                # Each topic and draw has its own random numbers, so that leaving topics out changes no other.
                asked = misspelled(topic.question, pairs, random.Random(f"{SEED}/{number}/{topic.id}"))
                counts[asked.how] += 1
                after = found(asked.question, gold)
                wrong.append((topic.group, after))
                loss.append((topic.group, before - after))
                by_draw[number].append(before - after)
                if asked.how in by_how:
                    by_how[asked.how].append((topic.group, before - after))
            teller("asking", done, len(topics))
    return {
        "topics": len(topics),
        "draws": DRAWS,
        "typos": dict(counts),
        "as_asked": figure(clean),
        "misspelled": figure(wrong),
        "loss": figure(loss),
        "loss_by_draw": [round(sum(each) / len(each), 4) for each in by_draw],
        "loss_tune": figure([pair for pair in loss if half_of(pair[0]) == "tune"]),
        "loss_test": figure([pair for pair in loss if half_of(pair[0]) == "test"]),
        "loss_seen": figure(by_how["seen"]),
        "loss_drawn": figure(by_how["drawn"]),
    }
