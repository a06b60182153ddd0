"""Takes messages of further writers into a file of ``tests/quality/urgent``, once, and says which part each is in.

    python -m training.urgent_split --to further --share .6 second=FILE third=FILE [--shown 1,2,3]
    python -m training.urgent_split --to later --share .5 fifth=FILE sixth=FILE
    python -m training.urgent_split --to more --share 1 seventh=FILE eighth=FILE ninth=FILE
    python -m training.urgent_split --to tenth --share 0 tenth=FILE

Each writer had the list of signs and had seen neither the table nor any message. Within a writer, a sign (a kind, for calm
messages) and a language, the messages are drawn with a fixed seed: a share for tuning, the rest unseen. The unseen part is for
reporting alone. ``--shown``: numbers of lines that whoever tunes had seen before the draw; those are in the tuning part.
"""

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

SEED = 20261125
OUT = Path(__file__).parents[1] / "tests" / "quality" / "urgent"


def drawn(messages: list[dict], writer: str, share: float, shown: set[int]) -> list[dict]:
    groups = defaultdict(list)
    for number, row in enumerate(messages, 1):
        groups[row["sign"] or "", "" if row["sign"] else row["kind"], row["language"]].append(number)
    chance = random.Random(f"{SEED} {writer}")
    tuning, owed = set(), 0.0
    for key in sorted(groups):
        numbers = groups[key]
        chance.shuffle(numbers)
        numbers.sort(key=lambda number: number not in shown)
        owed += share * len(
            numbers
        )  # what rounding leaves over goes to the next group, so that the whole has the share
        taken = round(owed)
        owed -= taken
        tuning.update(numbers[:taken])
    assert shown <= tuning
    return [
        {
            "id": f"{writer}-{number:03d}",
            "writer": writer,
            **{name: row[name] for name in ("message", "language", "sign", "kind", "note")},
            "half": "tuning" if number in tuning else "unseen",
        }
        for number, row in enumerate(messages, 1)
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", nargs="+", metavar="WRITER=FILE")
    parser.add_argument("--to", choices=("further", "later", "more", "tenth"), required=True)
    parser.add_argument("--share", type=float, required=True)
    parser.add_argument("--shown", default="", help="numbers of lines of the first file")
    given = parser.parse_args()
    lines = []
    shown = {int(number) for number in given.shown.split(",") if number}
    for source in given.sources:
        writer, _, file = source.partition("=")
        read = [json.loads(line) for line in Path(file).read_text("utf-8").splitlines() if line.strip()]
        lines += drawn(read, writer, given.share, shown)
        shown = set()
    (OUT / f"{given.to}.jsonl").write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8"
    )
