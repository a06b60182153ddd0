"""Measure checks and reviews on a large library: does a change of one document cost what one document costs?

    python -m bench.many_documents --documents 100000
    python -m bench.many_documents --library ../large     (made there when it is not there yet, and kept)

The documents are made up: a few sentences each of words drawn with a fixed seed, a fifth of them past their review, each
with links to others. Times are those of whole commands, started anew, as a person or a nightly job starts them.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench import report
from bench.clock import machine, quietness
from waymark.app.ingest import document_of
from waymark.library.catalogue import Audit, Catalogue
from waymark.library.document import Document
from waymark.sources.drafts import Draft

AT = "2026-11-21T10:00:00+00:00"
ON = date(2026, 11, 21)
_WORDS = (
    "care team visit scan result question answer plan week month rest walk family friend letter call nurse doctor clinic home "
    "treatment sign change list note page word help talk time day night food water sleep work travel money form right next "
    "early late slow quick quiet open ready better worse often seldom always never before after during between near far"
).split()


def text_of(number: int, total: int, seed: str = "") -> str:
    """Return the Markdown of one made-up document."""
    chance = random.Random(f"{seed}{number}")
    lines = [f"# Page {number} about {chance.choice(_WORDS)} and {chance.choice(_WORDS)}"]
    for part in range(3):
        lines.append(f"## {chance.choice(_WORDS).capitalize()} {chance.choice(_WORDS)} {part}")
        sentences = (" ".join(chance.choices(_WORDS, k=chance.randint(8, 16))).capitalize() + "." for _ in range(4))
        lines.append(" ".join(sentences))
    lines.append(f"See [another page](https://large.example/page/{chance.randrange(total)}) for more.")
    return "\n\n".join(lines) + "\n"


def front_of(number: int) -> dict[str, Any]:
    """Return the record of one made-up document."""
    reviewed = ON - timedelta(days=random.Random(number).randrange(460))
    return {
        "id": f"large-{number}",
        "audienceLevel": "patient",
        "cancerTypes": ["general"],
        "citation": f"“Page {number}”. Large Example. https://large.example/page/{number}",
        "language": "en",
        "lastReviewed": reviewed.isoformat(),
        "license": "CC0-1.0",
        "reviewFrequency": "yearly",
        "source": "Large Example",
        "sourceType": "made_up",
        "status": "active",
        "tags": ["made-up"],
        "title": f"Page {number}",
        "url": f"https://large.example/page/{number}",
        "version": "v1",
    }


def documents(total: int) -> Iterator[Document]:
    """Yield the documents; the first is made as any is, the others of it, since only their number matters here."""
    for number in range(total):
        made, _ = document_of(Draft(front_of(number), text_of(number, total), f"large/{number}.md", "record"))
        yield replace(made, front={**made.front, "contentHash": made.card.content_hash})


def make(place: Path, total: int) -> float:
    """Make the library; return how many seconds that took."""
    started = time.perf_counter()
    with Catalogue.create(place, "bench") as catalogue, catalogue.writing() as writer:
        for done, document in enumerate(documents(total), start=1):
            writer.put(document, None, Audit("bench", "add", "", AT))
            if done % 5_000 == 0:
                print(f"{done:,} documents, {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return time.perf_counter() - started


def change_one(place: Path, number: int, total: int) -> None:
    """Give one document another text, as an editor would."""
    with Catalogue.open(place) as catalogue, catalogue.writing() as writer:
        draft = Draft(front_of(number), text_of(number, total, str(time.time_ns())), f"large/{number}.md", "record")
        made, _ = document_of(draft)
        writer.put(made, None, Audit("bench", "change", "", AT))


@dataclass(frozen=True, slots=True)
class Took:
    """How long a command took: by the clock, and of the processor, which does not depend on what else runs."""

    clock_s: float
    cpu_s: float


def took(place: Path, *arguments: str) -> Took:
    """Return how long a command takes, from its start to its end."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "waymark.app.cli.main",
        *arguments,
        "--library",
        str(place),
        "--on",
        ON.isoformat(),
    ]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr[-400:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(round(time.perf_counter() - started, 2), round(cpu, 2))


def median(times: Sequence[Took]) -> dict[str, float]:
    """Return the middle one of several by the clock."""
    return asdict(sorted(times, key=lambda each: each.clock_s)[len(times) // 2])


def measure(place: Path, total: int) -> dict[str, Any]:
    """Return the figures, in seconds."""
    made = None if (place / "library.json").exists() else make(place, total)
    first = took(place, "check")
    again = [took(place, "check") for _ in range(3)]
    changed = []
    for number in range(3):
        change_one(place, number * 7 + 1, total)
        changed.append(took(place, "check"))
    dues = [took(place, "due") for _ in range(3)]
    return {
        "documents": total,
        "made_s": made,
        "first_check": asdict(first),
        "unchanged_check": median(again),
        "one_changed_check": median(changed),
        "due": median(dues),
        "catalogue_mib": round((place / "catalogue.sqlite").stat().st_size / 2**20),
        "checks_mib": round((place / "checks.sqlite").stat().st_size / 2**20),
        "load": os.getloadavg()[0],
        "machine": machine(),
    }


def main() -> None:
    """Measure, and print the figures as one JSON object."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.many_documents", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--results", type=Path, help="where the figures are collected as well (bench/results.json)")
    chosen = parser.parse_args()
    begun, before = time.perf_counter(), quietness()
    with tempfile.TemporaryDirectory() as temporary:
        place = chosen.library or Path(temporary) / "library"
        figures = measure(place, chosen.documents)
    print(json.dumps(figures, default=str, indent=1))
    if chosen.results:
        kept = {
            "date": date.today().isoformat(),
            "command": f"python -m bench.many_documents --documents {chosen.documents}",
            "machine": machine(),
            "before": before,
            "figures": figures,
            "took_s": round(time.perf_counter() - begun, 1),
            "after": quietness(),
        }
        report.keep(chosen.results, "large", kept)
        report.write(chosen.results)


if __name__ == "__main__":
    main()
