"""How long a record of ten years takes to open, to show its charts, and how large it is.

    nice python bench/record_years.py                 # ten years, 20 items, every week: prints one JSON object

The record is made from a fixed seed: 520 weeks, 20 items, each with two answers, a note in one week of five, one correction
in fifty; treatments, scans every three months, questions. It is closed, and a new process opens it: with its passphrase, at
the cost of a guess that ships (Argon2id, 64 MiB, three passes). Times are the median of several processes, in milliseconds;
`aims` holds what they should not exceed.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from waymark.app.own_record import DiaryAnswer, OwnRecord
from waymark.care.severity import Answers
from waymark.care.symptoms import SYMPTOMS
from waymark.record.dates import When
from waymark.record.entries import new_entry
from waymark.record.payloads import (
    Appointment,
    Diagnosis,
    FollowUpItem,
    Interval,
    Modality,
    SymptomEntry,
    Treatment,
    Unit,
)
from waymark.record.place import Place
from waymark.record.vault import Vault

PASSPHRASE = "seven grey herons wading"
LAST = date(2026, 1, 5)
AIMS = {"open_ms": 300, "charts_ms": 200, "megabytes": 20}

OPENING = """
import json, sys, time
from datetime import date
from pathlib import Path
import waymark.app.own_record as own
from waymark.answering.urgent import warm_up
from waymark.record.vault import Vault
warm_up()
def now():
    return time.perf_counter(), time.process_time()
began = now()
vault = Vault.open(Path(sys.argv[1]), sys.argv[2])
key = now()
record = own.OwnRecord(vault, today=lambda: date(2026, 1, 5))
page = record.diary()
opened = now()
shown = record.charts()
charts = now()
again = record.charts()
second = now()
summary = record.visit()
visit = now()
assert sum(len(chart.points) for chart in shown) == int(sys.argv[3]), sum(len(chart.points) for chart in shown)
spans = {"key": (began, key), "open": (began, opened), "charts": (opened, charts), "charts_again": (charts, second),
         "visit": (second, visit)}
print(json.dumps({f"{name}_{what}ms": end[at] - start[at] for name, (start, end) in spans.items()
                  for at, what in enumerate(("", "cpu_"))}))
"""


def make(folder: Path, weeks: int, items: int) -> int:
    """Make the record; return how many entries its charts show."""
    vault, _ = Vault.create(folder, PASSPHRASE, "ten years")
    record = OwnRecord(vault, today=lambda: LAST)
    rng = random.Random(5)
    terms = list(SYMPTOMS)[:items]
    at = datetime.combine(LAST, datetime.min.time(), UTC)
    record.add(Diagnosis(cancer_type="ependymoma"), about=When.parse("2015-11"))
    record.choose(terms)
    for year in range(2016, 2026):
        day = When.parse(f"{year}-03-02")
        record.add(Treatment(Modality.RADIATION, f"treatment {year}", day, day))
    scan = Interval(3, Unit.MONTHS, When.parse("2016-01-31"))
    record.add(FollowUpItem(Appointment.IMAGING, "MRI", interval=scan))
    for week in range(weeks):
        day = LAST - timedelta(weeks=weeks - 1 - week)
        note = "slept badly, walked to the lake and back, a little worse in the evening" if week % 5 == 0 else ""
        record.record.append(
            *(
                new_entry(
                    SymptomEntry(term, "", None, rng.choice((0, 0, 1, 1, 2)), rng.choice((0, 1)), note=note),
                    at=at,
                    about_when=When.on(day),
                )
                for term in terms
            )
        )
        if week % 2 == 0:
            record.write_diary({terms[week % items]: DiaryAnswer(Answers(None, 2, 1), "mistyped before")}, day)
    vault.lock()
    return weeks * items


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--weeks", type=int, default=520)
    asked.add_argument("--items", type=int, default=20)
    asked.add_argument("--times", type=int, default=7)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "record-1"
        entries = make(folder, given.weeks, given.items)
        size = sum(path.stat().st_size for path in Place(folder).files() if path.exists())
        found: dict[str, list[float]] = {}
        for _ in range(given.times):
            command = [sys.executable, "-c", OPENING, str(folder), PASSPHRASE, str(entries)]
            ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            for name, seconds in json.loads(ran.stdout).items():
                found.setdefault(name, []).append(seconds * 1000)
    figures = {name: round(statistics.median(times), 1) for name, times in found.items()}
    figures |= {"megabytes": round(size / 1e6, 2), "entries": entries, "load": round(os.getloadavg()[0], 1)}
    kept = {name: figures[name] <= aim for name, aim in AIMS.items()}
    kept |= {
        name.replace("_ms", "_cpu_ms"): figures[name.replace("_ms", "_cpu_ms")] <= AIMS[name]
        for name in ("open_ms", "charts_ms")
    }
    print(json.dumps({"figures": figures, "aims": AIMS, "kept": kept}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
