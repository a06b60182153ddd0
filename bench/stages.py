"""What each stage of an answer costs: milliseconds of processor time for one question, in one process.

    python -m bench.stages --library LIBRARY --sets SETS

Writes `bench/STAGES.md`. The questions are those of patients and the natural rewordings, each asked before in slightly
other words, so that documents are in memory and the vector of a question is made anew. A stage holds what it calls, less what
another line of the table counts. Processor time is what the machine has to give; a busy machine does not make it longer.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.setting import TOPICS_SET, page_of, say
from bench.wordings import PATIENT, REWORDED, asked
from waymark.answering import answer, retrieval
from waymark.app.evaluate import DAY
from waymark.app.wiring import Waymark

COUNT = 240


class Clock:
    """Adds up the processor time of the functions that it is put around, the time of inner ones taken off the outer ones'."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._open: list[list[float]] = []

    def around(self, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            self._open.append([0.0])
            begun = time.process_time()
            try:
                return do(*given, **named)
            finally:
                took = time.process_time() - begun
                inner = self._open.pop()[0]
                self.spent[name] += took - inner
                if self._open:
                    self._open[-1][0] += took

        return timed


PLACES: Sequence[tuple[Any, str, str]] = (
    (answer, "urgent_notice", "urgent signs"),
    (answer, "language_of", "language of the question"),
    (answer, "several", "several questions in one message"),
    (answer, "mended", "misspellings"),
    (answer, "analyse", "cancer, kind of answer, what is the team's"),
    (answer, "continued", "what was spoken of before"),
    (answer, "sharpened", "kind of answer by meaning"),
    (answer, "ranked", "weighing and order"),
    (answer.Answerer, "strength", "evidence: does the library hold it"),
    (answer.Answerer, "_quotations", "quotations: extent, repetitions, introductions"),
    (retrieval.Retriever, "read", "the question's vector"),
    (retrieval.Retriever, "evidence", "words, documents and meaning searched"),
    (retrieval.Retriever, "_saying", "a sentence that says what is asked"),
    (retrieval, "features_of", "features of the candidates"),
    (answer.Answerer, "respond", "all else"),
)


def measure(service: Waymark, sets: Path) -> tuple[dict[str, float], int]:
    """Return milliseconds of processor time for one question by stage, and how many questions were asked."""
    chosen = [each.topic.question for each in asked(sets / TOPICS_SET) if each.set in (PATIENT, REWORDED)]
    questions = chosen[:: max(1, len(chosen) // COUNT)][:COUNT]
    for question in questions:
        service.ask(f"{question} please", on=DAY, count=False)  # the same documents, and another vector
    clock = Clock()
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in PLACES]
    for owner, name, stage in PLACES:
        setattr(owner, name, clock.around(stage, getattr(owner, name)))
    try:
        for question in questions:
            service.ask(question, on=DAY, count=False)
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)
    return {stage: clock.spent[stage] * 1000 / len(questions) for _, _, stage in PLACES}, len(questions)


def page(spent: dict[str, float], count: int) -> str:
    total = sum(spent.values())
    lines = ["# What each stage costs", "", "Made by `python -m bench.stages`; its docstring says what is counted.", ""]
    lines += [
        f"{count} questions, {total:.1f} ms of processor time each.",
        "",
        "| stage | ms | share |",
        "|---|---:|---:|",
    ]
    for stage, took in sorted(spent.items(), key=lambda pair: -pair[1]):
        lines.append(f"| {stage} | {took:.2f} | {took / total:.0%} |")
    return "\n".join((*lines, ""))


def main(given: Sequence[str]) -> None:
    with page_of("bench.stages", __doc__ or "", given) as (service, sets, to):
        service.answerer.warm_up()
        (to / "STAGES.md").write_text(page(*measure(service, sets)), encoding="utf-8")
    say("Written: STAGES.md")


if __name__ == "__main__":
    main(sys.argv[1:])
