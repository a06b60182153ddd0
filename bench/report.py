"""From `results.json` to `RESULTS.md`: tables in plain words, each with its command, its day and how quiet the machine was.

python -m bench.report        # write RESULTS.md anew from the figures that are there
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.aims import AIMS, HELD_OUT

FORMAT = 1
_QUIET = 1.15  # a loop that takes this much longer than its CPU time shares its core with somebody

Figures = Mapping[str, Any]


def read(path: Path) -> dict[str, Any]:
    """Return the collected results; an empty collection where there is no file yet or one of another format."""
    if path.is_file():
        results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if results.get("format") == FORMAT:
            return results
    return {"format": FORMAT, "parts": {}}


def keep(path: Path, name: str, kept: Mapping[str, Any]) -> None:
    """Put one part's results into the file, the others left as they are."""
    results = read(path)
    results["parts"][name] = kept
    ordered = {part: results["parts"][part] for part in SECTIONS if part in results["parts"]}
    text = json.dumps({**results, "parts": ordered}, ensure_ascii=False, indent=1)
    temporary = path.with_suffix(".new")
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(path)


def write(results: Path) -> Path:
    """Write `RESULTS.md` beside the results; returns its place."""
    target = results.with_name("RESULTS.md")
    target.write_text(markdown(read(results)), encoding="utf-8")
    return target


def markdown(results: Mapping[str, Any]) -> str:
    """Return the whole page."""
    parts = results["parts"]
    lines = [
        "# Results",
        "",
        "Made by `python -m bench.run`; [README.md](README.md) says what each figure is and what not to conclude from it.",
        "`CORPUS`, `SEEDS`, `SETS` and `LIBRARY` stand for folders that are not in this repository.",
        "",
    ]
    trial = [name for name, part in parts.items() if part.get("trial")]
    if trial:
        lines += [f"**A trial on few questions, not a measurement: {', '.join(trial)}.**", ""]
    lines += ["## Aims", "", *_aims(parts), ""]
    for name, (title, section) in SECTIONS.items():
        lines += [f"## {title}", ""]
        part = parts.get(name)
        if part is None:
            lines += ["Not measured yet.", ""]
            continue
        if "figures" in part:
            lines += [*section(part["figures"]), ""]
        else:
            lines += [f"Not measured: {part.get('not_given') or part.get('failed')}.".replace("..", "."), ""]
        lines += [*_how(part), ""]
    return "\n".join(lines).rstrip() + "\n"


# Small parts -------------------------------------------------------------------------------------------------------


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Return a table: first column words, the others figures."""
    marks = ["---"] + ["---:"] * (len(head) - 1)
    return [_line(head), _line(marks), *(_line(row) for row in rows)]


def _line(cells: Sequence[Any]) -> str:
    return "| " + " | ".join(_cell(cell).replace("|", "\\|") for cell in cells) + " |"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def _n(value: float | None, digits: int = 2, unit: str = "") -> str:
    if value is None:
        return "–"
    written = f"{value:,.{digits}f}"
    return f"{written} {unit}".strip()


def _share(figure: Figures | None) -> str:
    """Write a figure with its interval: .812 [.780, .840]."""
    if not figure or not figure.get("n"):
        return "–"
    low, high = figure["interval"]
    return f"{_dot(figure['mean'])} [{_dot(low)}, {_dot(high)}]"


def _dot(value: float) -> str:
    written = f"{value:.3f}"
    return written.replace("0.", ".", 1) if abs(value) < 1 else written


def _how(part: Mapping[str, Any]) -> list[str]:
    """Say with what command, when, on what machine, and how quiet it was."""
    machine, before, after = part["machine"], part["before"], part["after"]
    memory = f"{machine['memory_gib']} GiB of memory, " if machine.get("memory_gib") else ""
    missing = part.get("passages_without_vectors")
    lack = f" **{missing:,} passages had no vector: the figures are not to be relied on.**" if missing else ""
    word = "quiet" if _quiet(part) else "**not quiet: times are not to be relied on**"
    return [
        f"`{part['command']}`",
        "",
        f"{part['date']}, {part['took_s']:,.0f} s. {machine['cores']} cores, {memory}{machine['system']}, "
        f"Python {machine['python']}. Load average (1, 5, 15 min) {_load(before)} before, {_load(after)} after; a fixed loop took "
        f"{before['wall_over_cpu']:.2f} and {after['wall_over_cpu']:.2f} times its CPU time (1.00: alone): {word}.{lack}",
    ]


def _quiet(part: Mapping[str, Any]) -> bool:
    return all(part[when]["wall_over_cpu"] <= _QUIET for when in ("before", "after"))


def _load(quietness: Figures) -> str:
    return ", ".join(f"{value:.1f}" for value in quietness["load"]) if quietness.get("load") else "unknown"


# Sections ----------------------------------------------------------------------------------------------------------


def _aims(parts: Mapping[str, Any]) -> list[str]:
    rows = []
    for aim in AIMS:
        part = parts.get(aim.part) or {}
        value = aim.value(part["figures"]) if "figures" in part else None
        limit = f"{'at least' if aim.at_least else 'at most'} {_n(aim.limit, aim.digits, aim.unit)}"
        if value is None:
            rows.append((aim.what, limit, "–", part.get("not_given") or part.get("failed") or "not measured"))
            continue
        by = _n(abs(aim.by(value)), aim.digits, aim.unit)
        verdict = f"reached, {by} to spare" if aim.reached(value) else f"**missed by {by}**"
        if part.get("trial"):
            verdict = "a trial: no verdict"
        elif aim.timed and not _quiet(part):
            verdict += "; the machine was not quiet"
        rows.append((aim.what, limit, _n(value, aim.digits, aim.unit), verdict))
    return [
        f"Effectiveness on the half of the diseases that nothing was fitted on (`{HELD_OUT}`).",
        "",
        *_table(("aim", "limit", "measured", "verdict"), rows),
    ]


def _ingest(figures: Figures) -> list[str]:
    rows = []
    for name, what in (
        ("first", "first add"),
        ("second", "second add of the same"),
        ("index_alone", "index alone, made anew"),
    ):
        one = figures[name]
        rows.append(
            (
                what,
                _n(one["wall_s"], 1),
                _n(one["cpu_s"], 1),
                _n(one["all_processes_mib"], 0),
                _n(one["largest_process_mib"], 0),
            )
        )
    first = figures["first"]
    return [
        f"{first['added']:,} added, {first['held']:,} held, {first['rejected']:,} rejected, out of {_n(figures['source_mb'], 1)} MB; with the "
        f"starter collection {figures['documents']:,} published documents in {figures['passages']:,} passages. Each line is a new process; "
        "the first one also makes the library.",
        "",
        *_table(("", "wall s", "CPU s", "memory of all processes, MiB", "of the largest, MiB"), rows),
    ]


def _encoding(figures: Figures) -> list[str]:
    passages, sample = figures["passages"], figures["sample"]
    rows = []
    for threads in (1, 2):
        one = figures[f"threads_{threads}"]
        for whose, rate in one["rates"].items():
            rows.append(
                (
                    f"{threads} thread{'s' if threads > 1 else ''}, for {whose}", passages[whose], sample[whose],
                    _n(rate["per_second"], 1), _n(rate["cpu_ms_each"], 1),
                )
            )  # fmt: skip
    text = [
        "A random sample was encoded; the time for all follows from its rate.",
        "",
        *_table(("", "passages", "in the sample", "a second", "CPU ms each"), rows),
        "",
        *_table(
            ("time", "patients' passages, s", "all passages, s"),
            [
                *(
                    (
                        f"from the sample's rate, {threads} thread{'s' if threads > 1 else ''}",
                        _n(one["patients_s"], 0),
                        _n(one["all_s"], 0),
                    )
                    for threads, one in ((number, figures[f"threads_{number}"]) for number in (1, 2))
                ),
                *(
                    [
                        (
                            f"all made in this run, {made['threads']} threads",
                            _n(made["patients_s"], 0),
                            _n(made["all_s"], 0),
                        )
                    ]
                    if (made := figures.get("made_all"))
                    else []
                ),
            ],
        ),
        "",
    ]
    names = {
        "library_mb": "the library as a whole",
        "catalogue_mb": "catalogue (text, records, history)",
        "readable_documents_mb": "the readable copies of the documents",
        "index_mb": "index, with all its states and the cache of vectors",
        "index_current_state_mb": "index, current state",
        "index_words_mb": "of which words",
        "index_vectors_mb": "of which vectors",
        "vector_cache_mb": "cache of vectors",
        "encoder_mb": "encoder (ships with the program)",
    }
    disk = figures["on_disk"]
    return [*text, *_table(("on disk", "MB"), [(what, _n(disk.get(key), 1)) for key, what in names.items()])]


def _start(figures: Figures) -> list[str]:
    wall, cpu = figures["wall_s"], figures["cpu_s"]
    imports = figures["imports_ms"]
    slow = [(name, _n(took, 0)) for name, took in imports.items() if name != "all"]
    return [
        f"`waymark ask QUESTION` as a new process, {figures['runs']} times after one that fetches the files from the disk; "
        f"{_n(figures['largest_process_mib'], 0)} MiB at most.",
        "",
        *_table(
            ("", "least", "median", "greatest"),
            [
                ("wall, s", *(_n(wall[key]) for key in ("min", "median", "max"))),
                ("CPU, s", *(_n(cpu[key]) for key in ("min", "median", "max"))),
            ],
        ),
        "",
        f"Python alone starts in {_n(figures['python_alone_s'])} s, `waymark --version` in {_n(figures['version_s'])} s. Imports of one "
        f"question take {_n(imports['all'], 0)} ms together (each package's own modules, with the clock of every import on):",
        "",
        *_table(("package", "ms"), slow),
    ]


def _queries(figures: Figures) -> list[str]:
    rows = [
        (
            stage["what"],
            *(_n(stage["one"][key]) for key in ("median", "p95", "p99")),
            *(_n(stage["eight"][key]) for key in ("median", "p95", "p99")),
            _n(stage["eight"]["per_second"], 0),
        )
        for stage in figures["stages"].values()
    ]
    return [
        f"{figures['questions']:,} questions, {figures['passages']:,} passages, {figures['encoded']:,} of them with vectors; in one process, which "
        f"holds {_n(figures['process_mib'], 0)} MiB. Milliseconds.",
        "",
        *_table(("", "one: median", "p95", "p99", "eight at once: median", "p95", "p99", "a second"), rows),
    ]


def _served(figures: Figures) -> list[str]:
    rows = []
    doors = (
        ("page", "`GET /ask?q=`, the page"),
        ("api", "`POST /api/v1/ask`"),
        ("fresh", "the page, each question for the first time"),
    )
    for door, what in doors:
        for load in ("one", "eight"):
            if load not in figures.get(door, {}):
                continue
            one = figures[door][load]
            times = one["ms"]
            failed = ", ".join(f"{count} × {status}" for status, count in one["failures"].items()) or "none"
            rows.append(
                (
                    f"{what}, {one['clients']} client{'s' if one['clients'] > 1 else ''}", times["n"],
                    *(_n(times.get(key), 1) for key in ("median", "p95", "p99", "max")), _n(one["per_second"], 0), failed,
                )
            )  # fmt: skip
    return [
        f"{figures['questions']:,} different questions, each several times, over loopback, each client waiting for its answer before it asks again. The background "
        f"encoder is off. The server holds {_n(figures['server_mib'], 0)} MiB. Milliseconds.",
        "",
        *_table(("", "requests", "median", "p95", "p99", "greatest", "a second", "failed"), rows),
    ]


def _others(figures: Figures) -> list[str]:
    rows, reasons, notes = [], [], []
    for engine in figures["engines"]:
        if "failed" in engine:
            reasons.append(f"- **{engine['name']}** could not be measured. {engine['failed']}")
            continue
        one, eight, found = engine["one"], engine["eight"], engine["effectiveness"]
        rows.append(
            (
                engine["name"], _n(engine["build_s"], 1), _n(engine["size_mb"], 1),
                _n(one["median"]), _n(one["p95"]), _n(eight["median"]), _n(eight["p95"]), _n(eight["per_second"], 0),
                *(_share(found[key]) for key in ("document_ndcg@10", "document_recall@5", "section_recall@5")),
            )
        )  # fmt: skip
        nothing = f" {engine['found_nothing']:,} questions found nothing." if engine["found_nothing"] else ""
        fewer = f" Eight at once on {eight['n']:,} of the questions." if eight["n"] != one["n"] else ""
        notes.append(f"- **{engine['name']}**: {engine['what']}.{nothing}{fewer}")
    head = ("", "build s", "MB", "one: median ms", "p95", "eight: median ms", "p95", "a second", "document nDCG@10", "document recall@5", "section recall@5")  # fmt: skip
    return [
        f"{figures['passages']:,} passages of {figures['documents']:,} documents ({figures['encoded']:,} with vectors), {figures['questions']:,} questions, "
        f"of which {figures['questions_with_sections']:,} name sections; each engine gives its best {figures['depth']} passages, and a document stands "
        "where its best passage stands. Intervals are 95%, drawn by disease. The questions of both halves.",
        "",
        *_table(head, rows),
        "",
        *notes,
        *(["", *reasons] if reasons else []),
    ]


def _typos(figures: Figures) -> list[str]:
    typos = figures["typos"]
    draws = ", ".join(_dot(each) for each in figures["loss_by_draw"])
    return [
        f"One typo in each of {figures['topics']:,} questions, {figures['draws']} draws: {typos.get('seen', 0):,} misspellings that people wrote, "
        f"{typos.get('drawn', 0):,} drawn at random, {typos.get('none', 0):,} questions without a word to misspell.",
        "",
        *_table(
            ("document nDCG@10", "mean [95%]"),
            [
                ("as asked", _share(figures["as_asked"])),
                ("misspelled", _share(figures["misspelled"])),
                ("lost", _share(figures["loss"])),
                ("lost, half that was tuned on", _share(figures["loss_tune"])),
                ("lost, half that was not", _share(figures["loss_test"])),
                ("lost to misspellings that people wrote", _share(figures["loss_seen"])),
                ("lost to random ones", _share(figures["loss_drawn"])),
            ],
        ),
        "",
        f"Loss of each draw: {draws}.",
    ]


def _evaluation(figures: Figures) -> list[str]:
    lines: list[str] = []
    for name, one in figures.items():
        lines += [f"### {name}", ""]
        if HELD_OUT in one:
            halves = ("tune", HELD_OUT, "all")
            keys = [key for key, value in one["all"].items() if isinstance(value, Mapping)]
            rows: list[tuple[Any, ...]] = [
                (_words(key), *(_share(one[half].get(key)) for half in halves)) for key in keys
            ]
            plain = [key for key, value in one["all"].items() if isinstance(value, (int, float))]
            rows += [(_words(key), *(_dot(one[half].get(key, 0.0)) for half in halves)) for key in plain]
            counts = [str(one[half]["document_ndcg@10"]["n"]) for half in halves]
            lines += _table(
                ("", *(f"{half} ({count} topics)" for half, count in zip(halves, counts, strict=True))), rows
            )
            lines += [
                "",
                f"{one['quotations_checked']:,} quotations were compared with their documents meanwhile. "
                f"{one['gold_not_in_library']:,} documents of the judgements are not in the library.",
            ]
        else:
            rows = [(_words(key), _share(value)) for key, value in one.items() if isinstance(value, Mapping)]
            lines += [
                f"{one['topics']:,} topics" + (f", {one['documents']:,} documents." if "documents" in one else "."),
                "",
                *_table(("", "mean [95%]"), rows),
            ]
        lines.append("")
    return lines[:-1]


def _words(key: str) -> str:
    return key.replace("_", " ").replace("ndcg", "nDCG").replace("auroc", "AUROC")


def _slices(figures: Figures) -> list[str]:
    keys = ("questions", "answered", "quotations", "related", "errors", "wrong")
    rows: list[tuple[Any, ...]] = [(name, *(counts[key] for key in keys)) for name, counts in figures["sets"].items()]
    rows.append(("all", *(sum(counts[key] for counts in figures["sets"].values()) for key in keys)))
    text = "Every quotation, and every related one, against the body that is shown of the same version: `body[start:end] == text`."
    first = [f"The first wrong one: {figures['first_wrong']}.", ""] if figures["wrong"] else []
    return [text, "", *first, *_table(("questions from", *keys), rows)]


def _large(figures: Figures) -> list[str]:
    words = {
        "first_check": "first check of everything",
        "unchanged_check": "check, nothing changed",
        "one_changed_check": "check, one document changed",
        "due": "reviews that are due",
    }
    rows = [(said, _n(figures[key]["clock_s"]), _n(figures[key]["cpu_s"])) for key, said in words.items()]
    sizes = f"Catalogue {figures['catalogue_mib']:,} MiB, findings {figures['checks_mib']:,} MiB."
    text = (
        f"{figures['documents']:,} made-up documents. Each line is a whole command, started anew; the middle one of three, but for "
        f"the first check. A change of one document is to be dealt with in under 2 s. {sizes}"
    )
    return [text, "", *_table(("", "clock, s", "CPU, s"), rows)]


SECTIONS: Mapping[str, tuple[str, Callable[[Figures], list[str]]]] = {
    "ingest": ("Taking documents in", _ingest),
    "encoding": ("Making vectors, and sizes on disk", _encoding),
    "start": ("Cold start", _start),
    "queries": ("Questions in one process", _queries),
    "served": ("Served", _served),
    "others": ("Beside other engines", _others),
    "typos": ("Typos", _typos),
    "evaluation": ("Effectiveness", _evaluation),
    "slices": ("Word for word", _slices),
    "large": ("A large library", _large),
}


if __name__ == "__main__":
    results = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("results.json")
    print(f"Written: {write(results).name}")
