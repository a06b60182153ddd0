"""How many urgent messages are seen, and how many others alarm.

``urgent/messages.jsonl`` was written before the table of signs. It is split by a hash of the id: the table was tuned on
the "tuning" half; of the "unseen" half only the counts were looked at. At first sight the unseen half gave recall .956 and
false alarms .034.

``urgent/wordings.jsonl`` holds further wordings, sought to be unlike the first, in batches while tuning. At first sight of
each batch 305 of 382 urgent ones were seen (.80; between .55 and .90 by batch), and 22 of 349 calm ones, chosen to be hard,
alarmed (.06). That is the better guess at what strangers' words will meet. Tuned on since, the set guards against going
back and proves nothing beyond that.
"""

import gzip
import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from waymark.answering.urgent import read_table, urgent_notices

HERE = Path(__file__).parent / "urgent"

# What was reached when the table was last changed; lower it only with a reason.
FLOORS = {"unseen": (0.98, 0.03), "tuning": (0.99, 0.01), "wordings": (0.99, 0.01)}


def rows(name: str) -> list[dict[str, Any]]:
    with (HERE / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


MESSAGES = rows("messages.jsonl")


def half(ident: str) -> str:
    return "tuning" if hashlib.sha256(ident.encode()).digest()[0] % 2 else "unseen"


def interval(hits: int, total: int) -> tuple[float, float]:
    """Return the Wilson score interval at 95%."""
    z, share = 1.96, hits / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = z * ((share * (1 - share) + z * z / (4 * total)) / total) ** 0.5 / (1 + z * z / total)
    return centre - spread, centre + spread


def test_the_halves_are_cut_by_the_hash_and_hold_what_they_should() -> None:
    assert all(row["half"] == half(row["id"]) for row in MESSAGES)
    assert len(MESSAGES) >= 300
    unseen = [row for row in MESSAGES if row["half"] == "unseen"]
    assert len(unseen) * 2 >= len(MESSAGES)
    urgent = sum(row["sign"] is not None for row in MESSAGES)
    assert 0.45 <= urgent / len(MESSAGES) <= 0.55
    assert sum(row["language"] == "es" for row in MESSAGES) * 5 >= len(MESSAGES)


def test_every_sign_of_the_table_has_messages() -> None:
    counts: dict[str, int] = defaultdict(int)
    for row in MESSAGES:
        counts[row["sign"]] += 1
    assert {entry["id"] for entry in read_table()["signs"]} == {sign for sign in counts if sign}


@pytest.mark.parametrize("part", ["unseen", "tuning", "wordings"])
def test_urgent_messages_are_seen_and_others_do_not_alarm(part: str) -> None:
    chosen = rows("wordings.jsonl") if part == "wordings" else [row for row in MESSAGES if row["half"] == part]
    seen: dict[str, list[bool]] = defaultdict(list)
    alarms: dict[str, int] = defaultdict(int)
    calm = alarmed = 0
    for row in chosen:
        found = [notice.sign for notice in urgent_notices(row["message"], row["language"])]
        if row["sign"] is None:
            calm += 1
            alarmed += bool(found)
            for sign in found:
                alarms[sign] += 1
        else:
            seen[row["sign"]].append(row["sign"] in found)
    hits, total = sum(map(sum, seen.values())), sum(map(len, seen.values()))
    low, high = interval(hits, total)
    print(f"\n{part}: recall {hits}/{total} = {hits / total:.3f} (95% {low:.3f} to {high:.3f})", end=", ")
    low, high = interval(alarmed, calm)
    print(f"false alarms {alarmed}/{calm} = {alarmed / calm:.3f} (95% {low:.3f} to {high:.3f})")
    for sign in sorted(seen.keys() | alarms.keys()):
        print(f"  {sign:26} recall {sum(seen[sign])}/{len(seen[sign])}  false alarms {alarms[sign]}")
    recall_floor, alarm_ceiling = FLOORS[part]
    assert hits / total >= recall_floor
    assert alarmed / calm <= alarm_ceiling


@pytest.mark.corpus
def test_real_questions_about_health_and_others_do_not_alarm(shared: Path) -> None:
    """Questions that others wrote, none of them urgent: general ones about health, and requests about anything else."""
    questions: set[str] = set()
    for name in ("cancergov-dev", "nfcorpus-dev", "not-health"):
        with (shared / "eval" / name / "topics.jsonl").open(encoding="utf-8") as lines:
            questions.update(json.loads(line)["question"] for line in lines)
    with gzip.open(shared / "eval" / "training" / "medquad-pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        questions.update(sorted({json.loads(line)["question"] for line in lines})[::5])
    # "stroke", alone, is a topic there and could be a cry for help: it is meant to be shown.
    alarmed = {question for question in questions if urgent_notices(question)} - {"stroke"}
    print(f"\nfalse alarms {len(alarmed)}/{len(questions)}: {sorted(alarmed)[:5]}")
    assert len(alarmed) <= len(questions) / 1000
