"""What the figures are held against: each aim with where its figure stands and the limit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim. ``value`` takes the figures of its part; a missing key means that it was not measured."""

    part: str
    what: str
    value: Callable[[Figures], float | None]
    limit: float
    unit: str = ""
    at_least: bool = False  # else: at most
    digits: int = 2

    @property
    def timed(self) -> bool:
        """Whether the figure depends on how quiet the machine was."""
        return self.unit in ("s", "ms")

    def reached(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def by(self, value: float) -> float:
        """Return how far the figure is on the good side of the limit (negative: on the bad side)."""
        return value - self.limit if self.at_least else self.limit - value


def at(*path: str) -> Callable[[Figures], float | None]:
    """Return a reader of the figure at a path of keys."""

    def value(figures: Figures) -> float | None:
        found: Any = figures
        for key in path:
            if not isinstance(found, Mapping) or key not in found:
                return None
            found = found[key]
        return float(found) if isinstance(found, (int, float)) else None

    return value


def _memory(figures: Figures) -> float | None:
    seen = [at("first", key)(figures) for key in ("all_processes_mib", "largest_process_mib")]
    # All processes are looked at five times a second: the largest one's own peak may lie between two looks.
    known = [each for each in seen if each is not None]
    return max(known) / 1024 if known else None


def _failures(figures: Figures) -> float | None:
    doors = [figures[door][load] for door in ("page", "api") if door in figures for load in ("one", "eight")]
    return float(sum(sum(each["failures"].values()) for each in doors)) if doors else None


def _above_words(figures: Figures) -> float | None:
    fused, words = (at("nfcorpus-dev", f"ndcg@10_{name}", "mean")(figures) for name in ("fused", "words"))
    return None if fused is None or words is None else fused - words


def _vectors(name: str) -> Callable[[Figures], float | None]:
    """Return a reader of the seconds until vectors are there: as measured where this run made them all, else as the rate says."""

    def value(figures: Figures) -> float | None:
        measured = at("made_all", name)(figures) if at("made_all", "threads")(figures) == _THREADS else None
        return measured if measured is not None else at(f"threads_{_THREADS}", name)(figures)

    return value


_THREADS = 2
HELD_OUT = "test"  # the half on which nothing was fitted: the verdicts are about this one
_SET = "cancergov-dev"

AIMS: tuple[Aim, ...] = (
    Aim("ingest", "first add of everything", at("first", "wall_s"), 60, "s", digits=1),
    Aim("ingest", "memory of the first add, all its processes", _memory, 2, "GiB"),
    Aim("ingest", "second add of the same", at("second", "wall_s"), 5, "s"),
    Aim("encoding", "every patients' passage has its vector, two threads", _vectors("patients_s"), 150, "s", digits=0),
    Aim("encoding", "every passage has its vector, two threads", _vectors("all_s"), 600, "s", digits=0),
    Aim(
        "encoding",
        "the index on disk, vectors and their cache included",
        at("on_disk", "index_mb"),
        150,
        "MB",
        digits=1,
    ),
    Aim("start", "`waymark ask` as a new process, median", at("wall_s", "median"), 1.0, "s"),
    Aim("served", "served page, eight clients, median", at("page", "eight", "ms", "median"), 40, "ms", digits=1),
    Aim("served", "served page, eight clients, 99th percentile", at("page", "eight", "ms", "p99"), 100, "ms", digits=1),
    Aim("served", "requests that failed", _failures, 0, "", digits=0),
    Aim("typos", "document nDCG@10 lost to one typo", at("loss", "mean"), 0.03, digits=3),
    Aim("evaluation", "document nDCG@10", at(_SET, HELD_OUT, "document_ndcg@10", "mean"), 0.86, "", True, 3),
    Aim("evaluation", "document recall@5", at(_SET, HELD_OUT, "document_recall@5", "mean"), 0.94, "", True, 3),
    Aim("evaluation", "section recall@5", at(_SET, HELD_OUT, "section_recall@5", "mean"), 0.50, "", True, 3),
    Aim(
        "evaluation",
        "coverage at 5% false answers",
        at(_SET, HELD_OUT, "coverage_at_5%_false_answers", "mean"),
        0.35,
        "",
        True,
        3,
    ),
    Aim("evaluation", "NFCorpus: nDCG@10 above BM25 alone, same run", _above_words, 0.0, "", True, 3),
    Aim("evaluation", "not about health: share answered", at("not-health", "answered", "mean"), 0.01, digits=3),
    Aim("slices", "quotations that are not the slice they say", at("wrong"), 0, digits=0),
)
