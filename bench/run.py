"""Measure Waymark on real documents and write the figures down.

    python -m bench.run ../corpus --sets ../eval --seeds ../seeds
    python -m bench.run ../corpus --only ingest,queries
    python -m bench.run --library ../library --sets ../eval --only others,evaluation

What each part measures, and what not to conclude, stands in `bench/README.md`.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is first imported

import argparse
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bench import evaluation, ingest, others, queries, report, served, slices, start, typos
from bench.clock import machine, quietness
from bench.setting import NotGiven, Setting, copy_library, say

PARTS: dict[str, Callable[[Setting], dict[str, Any]]] = {
    "ingest": ingest.measure,
    "encoding": ingest.measure_encoding,
    "start": start.measure,
    "queries": queries.measure,
    "served": served.measure,
    "others": others.measure,
    "typos": typos.measure,
    "evaluation": evaluation.measure,
    "slices": slices.measure,
}
RESULTS = Path(__file__).with_name("results.json")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpus", nargs="?", type=Path, help="folder of documents to add")
    parser.add_argument("--seeds", type=Path, help="further documents (default: a folder `seeds` near the corpus)")
    parser.add_argument(
        "--sets", type=Path, help="folder of evaluation sets (default: a folder `eval` near the corpus)"
    )
    parser.add_argument("--library", type=Path, help="a library that has its vectors; it is copied, never changed")
    parser.add_argument("--keep", type=Path, help="keep the library of this run in a new folder, for a later --library")
    parser.add_argument("--only", default="", help="parts to measure: " + ",".join(PARTS))
    parser.add_argument("--topics", type=int, help="at most so many questions of each set: a trial, and marked as one")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are collected")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), help="the day to write down")
    chosen = parser.parse_args(given)
    chosen.parts = [name.strip() for name in chosen.only.split(",") if name.strip()] or list(PARTS)
    unknown = [name for name in chosen.parts if name not in PARTS]
    if unknown:
        parser.error(f"There is no part {', '.join(unknown)}. The parts: {', '.join(PARTS)}.")
    for name in ("corpus", "seeds", "sets", "library"):
        folder = getattr(chosen, name)
        if folder is not None and not folder.exists():
            parser.error(f"{folder} is not there ({name}).")
    if chosen.keep is not None and chosen.keep.exists():
        parser.error(f"{chosen.keep} is there already; --keep makes a new folder.")
    if chosen.topics is not None and chosen.topics < 1:
        parser.error("--topics is at least 1.")
    if chosen.corpus is None and chosen.library is None:
        parser.error("Give a folder of documents (make bench CORPUS=...), or a library with --library.")
    chosen.seeds = chosen.seeds or _near(chosen.corpus, "seeds")
    chosen.sets = chosen.sets or _near(chosen.corpus, "eval")
    return chosen


def _near(corpus: Path | None, name: str) -> Path | None:
    """Return the folder ``name`` beside the corpus or beside the folder that holds it."""
    if corpus is None:
        return None
    above = corpus.absolute().parents
    return next((parent / name for parent in above[:2] if (parent / name).is_dir()), None)


def command_of(chosen: argparse.Namespace, part: str) -> str:
    """Return the command that measures a part again, with words in the place of this machine's folders."""
    words = ["python -m bench.run"]
    words += ["CORPUS"] if chosen.corpus is not None else []
    for name in ("seeds", "sets", "library"):
        if getattr(chosen, name) is not None:
            words.append(f"--{name} {name.upper()}")
    if chosen.topics is not None:
        words.append(f"--topics {chosen.topics}")
    return " ".join([*words, f"--only {part}"])


def without_places(value: Any, places: Sequence[str]) -> Any:
    """Return the figures with this machine's folders taken out of every sentence in them."""
    if isinstance(value, dict):
        return {key: without_places(each, places) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_places(each, places) for each in value]
    if not isinstance(value, str):
        return value
    for place in places:
        value = value.replace(place, "…")
    return re.sub(r"(?<![\w.<:/])/(?:[\w.+~-]+/)+[\w.+~-]*", "…", value)


def main(given: Sequence[str] | None = None) -> int:
    """Measure the chosen parts, one after the other; each is kept as soon as it is done. Returns 1 when one failed."""
    chosen = arguments(sys.argv[1:] if given is None else given)
    failed = False
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as temporary:
        setting = Setting(Path(temporary), chosen.corpus, chosen.seeds, chosen.sets, chosen.library, chosen.topics)
        places = sorted({temporary, str(Path.home()), sys.prefix, str(Path.cwd())} - {"/"}, key=len, reverse=True)
        if set(chosen.parts) - {"ingest"} and "ingest" not in chosen.parts:
            setting.ready()  # so that no part's own figures hold the making of the library
        for name in chosen.parts:
            if name != "ingest":
                setting.ready()
            say(f"{name}:")
            kept = _measured(name, setting, chosen, places)
            failed |= "failed" in kept
            report.keep(chosen.results, name, kept)
            say(f"  {name}: {kept.get('failed') or kept.get('not_given') or 'done'} ({kept['took_s']:.0f} s)")
        if chosen.keep is not None:
            copy_library(setting.ready(), chosen.keep)
        shutil.rmtree(temporary, ignore_errors=True)
    say(f"Written: {chosen.results.name} and {report.write(chosen.results).name}")
    return 1 if failed else 0


def _measured(name: str, setting: Setting, chosen: argparse.Namespace, places: Sequence[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "date": chosen.date.isoformat(),
        "command": command_of(chosen, name),
        "machine": machine(),
        "before": quietness(),
    }
    if chosen.topics is not None:
        kept["trial"] = True
    begun = time.perf_counter()
    try:
        kept["figures"] = without_places(PARTS[name](setting), places)
    except NotGiven as error:
        kept["not_given"] = str(error)
    except Exception as error:  # a part that fails is written down as failed, and the others go on
        kept["failed"] = without_places(f"{type(error).__name__}: {error}", places)
    if name != "ingest" and setting.without_vectors:
        kept["passages_without_vectors"] = setting.without_vectors
    kept["took_s"] = round(time.perf_counter() - begun, 1)
    kept["after"] = quietness()
    return kept


if __name__ == "__main__":
    sys.exit(main())
