"""How many urgent messages are seen, and how many others alarm.

``urgent/messages.jsonl`` was written before the table of signs. It is split by a hash of the id: the table was tuned on
the "tuning" half; of the "unseen" half only the counts were looked at. At first sight the unseen half gave recall .956 and
false alarms .034.

``urgent/wordings.jsonl`` holds further wordings, sought to be unlike the first, in batches while tuning. At first sight of
each batch 305 of 382 urgent ones were seen (.80; between .55 and .90 by batch), and 22 of 349 calm ones, chosen to be hard,
alarmed (.06). That is the better guess at what strangers' words will meet. Tuned on since, the set guards against going
back and proves nothing beyond that.

``urgent/blind.jsonl`` was written by somebody who had the list of signs and had seen neither table nor messages: told and
calm in halves, a third Spanish, most of the calm ones made to look urgent. The recogniser was taught on its tuning half.
The table alone saw .66 of the urgent ones and alarmed at .17 of the calm ones; the figures now are printed below.

``urgent/further.jsonl`` was written in the same way by two more, 700 messages each: ``training/urgent_split.py`` drew sixty of a
hundred for tuning within each sign or kind and language; the rest was read by nobody who tuned, and is what we know best about
strangers' words.

``urgent/fourth.jsonl`` was written when everything was finished, in more ordinary words, by a fourth who had the list of signs
alone. Nothing was taught, tuned or mended by it: its first figures are those that are written down. It stays so.

``urgent/later.jsonl`` was written afterwards by a fifth and a sixth, 450 messages each, in the same way; half of each is unseen.

``urgent/more.jsonl`` was written by a seventh, an eighth and a ninth, 450 messages each, all of them for teaching: the seventh was asked
to bury the sign in talk about something else and to tell long stories in which nothing is urgent.

``urgent/tenth.jsonl``, 450 messages by a tenth, is for judging alone, like the fourth: nothing was taught, tuned or mended by it.
"""

import gzip
import hashlib
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import pytest

from waymark.answering import urgent
from waymark.answering.urgent import read_table, urgent_notices

HERE = Path(__file__).parent / "urgent"

# What was reached when the table was last changed; lower it only with a reason.
FLOORS = {"unseen": (0.98, 0.03), "tuning": (0.99, 0.01), "wordings": (0.99, 0.01)}
BLIND_FLOORS = {
    ("blind", "unseen"): (0.95, 0.06),
    ("blind", "tuning"): (0.99, 0.01),
    ("further", "unseen"): (0.95, 0.05),
    ("further", "tuning"): (0.98, 0.01),
    ("later", "unseen"): (0.95, 0.03),
    ("later", "tuning"): (0.95, 0.03),
    ("more", "tuning"): (0.98, 0.03),
    ("fourth", "unseen"): (0.98, 0.04),
    ("tenth", "unseen"): (0.95, 0.04),
}
UNSURE = "call_now"  # shown where a message sounds urgent and it is not sure of what; no message is written for it


# The names of the blind messages' signs where they differ from the table's.
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


def rows(name: str) -> list[dict[str, Any]]:
    with (HERE / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


MESSAGES: Final = rows("messages.jsonl")
BLIND: Final = rows("blind.jsonl")
FURTHER: Final = rows("further.jsonl")
FOURTH: Final = rows("fourth.jsonl")
LATER: Final = rows("later.jsonl")
MORE: Final = rows("more.jsonl")
TENTH: Final = rows("tenth.jsonl")
BY_STRANGERS: Final = {
    "blind": BLIND,
    "further": FURTHER,
    "fourth": FOURTH,
    "later": LATER,
    "more": MORE,
    "tenth": TENTH,
}


def half(ident: str) -> str:
    return "tuning" if hashlib.sha256(ident.encode()).digest()[0] % 2 else "unseen"


def interval(hits: int, total: int) -> tuple[float, float]:
    """Return the Wilson score interval at 95%."""
    z, share = 1.96, hits / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = z * ((share * (1 - share) + z * z / (4 * total)) / total) ** 0.5 / (1 + z * z / total)
    return centre - spread, centre + spread


def test_the_halves_are_cut_by_the_hash_and_hold_what_they_should() -> None:
    assert all(row["half"] == half(row["id"]) for row in (*MESSAGES, *BLIND))
    assert len(MESSAGES) >= 300
    unseen = [row for row in MESSAGES if row["half"] == "unseen"]
    assert len(unseen) * 2 >= len(MESSAGES)
    urgent = sum(row["sign"] is not None for row in MESSAGES)
    assert 0.45 <= urgent / len(MESSAGES) <= 0.55
    assert sum(row["language"] == "es" for row in MESSAGES) * 5 >= len(MESSAGES)


def test_every_sign_of_the_table_has_messages() -> None:
    counts: dict[str, int] = defaultdict(int)
    for row in (*MESSAGES, *BLIND):
        counts[BLIND_SIGNS.get(row["sign"], row["sign"])] += 1
    assert {entry["id"] for entry in read_table()["signs"]} - {UNSURE} == {sign for sign in counts if sign}


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


@pytest.mark.parametrize(("read", "unseen", "count", "urgent"), [(FURTHER, 0.4, 1400, 702), (LATER, 0.5, 900, 450)])
def test_the_strangers_messages_are_split_as_they_should_be(
    read: list[dict[str, Any]], unseen: float, count: int, urgent: int
) -> None:
    shares: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    for row in read:
        shares[row["writer"], row["sign"] or row["kind"], row["language"]].append(row["half"] == "unseen")
        shares[row["writer"],].append(row["half"] == "unseen")
    assert all(abs(sum(group) - unseen * len(group)) <= 1 for group in shares.values())
    assert len(read) == len({row["id"] for row in read}) == len({row["message"] for row in read}) == count
    assert sum(row["sign"] is not None for row in read) == urgent


@pytest.mark.parametrize(("file", "part"), BLIND_FLOORS)
def test_messages_written_without_sight_of_the_table(file: str, part: str) -> None:
    """Whether anything is shown: in all, by writer, by language, for each sign and each kind of calm message."""
    chosen = [row for row in BY_STRANGERS[file] if row["half"] == part]
    shown: dict[str, list[bool]] = defaultdict(list)
    named = 0
    for row in chosen:
        found = [notice.sign for notice in urgent_notices(row["message"], row["language"])]
        named += BLIND_SIGNS.get(row["sign"], row["sign"]) in found
        about = "recall" if row["sign"] else "false alarms"
        for name in (
            about,
            f"{about}, writer {row.get('writer', 'first')}",
            f"{about}, {row['language']}",
            row["sign"] or f"calm: {row['kind']}",
        ):
            shown[name].append(bool(found))
    print(f"\n{file} {part}: with that sign's own advice {named} of {len(shown['recall'])}")
    for name, group in sorted(shown.items()):
        low, high = interval(sum(group), len(group))
        figure = f"{sum(group)}/{len(group)} = {sum(group) / len(group):.3f} (95% {low:.3f} to {high:.3f})"
        print(f"  {name:34} shown {figure}")
    recall_floor, alarm_ceiling = BLIND_FLOORS[file, part]
    assert sum(shown["recall"]) / len(shown["recall"]) >= recall_floor
    assert sum(shown["false alarms"]) / len(shown["false alarms"]) <= alarm_ceiling


def among_questions(message: str, chance: random.Random) -> str:
    """Return a message with two general questions of patients before it, after it or around it."""
    with (HERE.parent / "patients" / "answerable" / "topics.jsonl").open(encoding="utf-8") as lines:
        asked = [row["question"] for row in map(json.loads, lines) if row["half"] == "test"]
    questions = [question for question in asked if "?" in question]
    others = [one for one in chance.sample(questions, 12) if not urgent_notices(one)][:2]
    at = chance.randint(0, 2)
    ended = message if message.rstrip()[-1] in ".!?" else f"{message}."
    return " ".join([*others[:at], ended, *others[at:]])


def test_what_is_urgent_is_seen_among_general_questions() -> None:
    """Messages of up to 25 words that nobody tuned on, each with two questions that have nothing to do with it."""
    chance = random.Random(20261125)
    shown: dict[str, list[bool]] = defaultdict(list)
    for name, read in {"messages": MESSAGES, **BY_STRANGERS}.items():
        for row in read:
            if row["half"] == "unseen" and len(row["message"].split()) <= 25:
                seen = bool(urgent_notices(among_questions(row["message"], chance)))
                shown["urgent" if row["sign"] else "calm"].append(seen)
                shown[f"{name}, {'urgent' if row['sign'] else 'calm'}"].append(seen)
    for part, group in sorted(shown.items()):
        print(f"\n  {part:20} shown {sum(group)}/{len(group)} = {sum(group) / len(group):.3f}", end="")
    assert sum(shown["urgent"]) >= 0.90 * len(shown["urgent"])
    assert sum(shown["calm"]) <= 0.04 * len(shown["calm"])


def test_leaving_the_network_out_loses_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is run only where it could change the outcome: what is lost by that, of every part."""
    lost: dict[str, list[bool]] = defaultdict(list)
    for name, read in {"messages": MESSAGES, **BY_STRANGERS}.items():
        for row in read:
            shown = bool(urgent_notices(row["message"]))
            with monkeypatch.context() as always:
                always.setattr(urgent, "REACH", float("inf"))
                without = bool(urgent_notices(row["message"]))
            lost[f"{name} {row['half']} {'urgent' if row['sign'] else 'calm'}"].append(without and not shown)
    for name, group in sorted(lost.items()):
        print(f"\n  {name:26} not shown for want of the network {sum(group)}/{len(group)}", end="")
    urgent_ones = [one for name, group in lost.items() if name.endswith("urgent") for one in group]
    assert sum(urgent_ones) * 500 <= len(urgent_ones)


def test_patients_questions_seldom_alarm() -> None:
    """Everyday questions, of the half that nothing was taught on: some of them tell of what a nurse would want to know the same day."""
    alarmed: dict[str, list[str]] = defaultdict(list)
    asked: dict[str, int] = defaultdict(int)
    for name in ("answerable", "further", "team", "general", "unanswerable", "further_unanswerable"):
        with (HERE.parent / "patients" / name / "topics.jsonl").open(encoding="utf-8") as lines:
            questions = [row["question"] for row in map(json.loads, lines) if row.get("half", "test") == "test"]
        asked[name] = len(questions)
        alarmed[name] = [question for question in questions if urgent_notices(question)]
        print(f"\n  {name:20} alarmed {len(alarmed[name])}/{asked[name]}: {alarmed[name]}", end="")
    assert sum(map(len, alarmed.values())) <= 0.04 * sum(asked.values())


@pytest.mark.corpus
def test_general_questions_are_not_read_by_the_network(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sets = {name: shared / "eval" / name for name in ("cancergov-dev", "not-health")}
    sets |= {name: HERE.parent / "patients" / name for name in ("answerable", "unanswerable", "team", "general")}
    left_out = asked = 0
    monkeypatch.setattr(urgent, "heard_by_network", lambda message: read.append(message))
    for name, folder in sets.items():
        read: list[str] = []
        questions = [json.loads(line)["question"] for line in (folder / "topics.jsonl").open(encoding="utf-8")]
        for question in questions:
            urgent_notices(question)
        skipped = len(questions) - len(set(read))
        print(f"\n  {name:14} without the network {skipped}/{len(questions)} = {skipped / len(questions):.3f}", end="")
        left_out, asked = left_out + skipped, asked + len(questions)
    assert left_out >= 0.8 * asked


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
