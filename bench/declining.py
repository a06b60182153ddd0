"""What the one number of declining trades: the share of questions answered against the share of false answers.

    python -m bench.declining --library LIBRARY --sets SETS

Writes `bench/DECLINING.md` and `bench/declining.svg`. The questions about a cancer are asked with their pages and with
these hidden (up to 30% of an answer may stand elsewhere, so that nobody reaches the corner); for questions that name no
cancer, those of patients stand beside what no document answers and what is not about health. Each curve is drawn from
grouped cross-validation: the weights of the evidence are fitted anew on nine tenths of the diseases and tried on the rest.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.setting import TOPICS_SET, Teller, page_of, say
from bench.wordings import PATIENT, PATIENTS, REWORDED, TEMPLATES, asked
from waymark.answering import answer
from waymark.answering.evaluation import FALSE_ANSWERS, auroc, coverage, half_of, interval, read_set
from waymark.answering.ranking import DECLINE_BELOW, Grounds
from waymark.app.wiring import Waymark
from waymark.index.engine import Filters

LIMITS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
NO_CANCER = "questions that name no cancer"
CURVES = (TEMPLATES, REWORDED, NO_CANCER)
FOLDS = 10
BY_HAND = ("defines", "told")  # weights that are set by hand: too few questions have them
WIDTH, HEIGHT, MARGIN = 720, 440, 60
INKS = ("#1b5e7a", "#8a4b1f", "#4a6b2a")


@dataclass(frozen=True, slots=True)
class Point:
    """One question: ``evidence`` as the product weighs it, ``grounds`` from which weights can be fitted anew."""

    curve: str
    group: str
    answerable: bool
    evidence: float
    grounds: Grounds


def points(service: Waymark, sets: Path) -> Iterator[Point]:
    """Yield the evidence of every question in English; those that belong to the person's own team are left out."""
    origins = {card.origin: card.id for card in service.cards() if card.origin}
    answerer = service.answerer
    teller = Teller("declining")

    def look(question: str, without: frozenset[str] = frozenset()) -> tuple[float, Grounds, bool, bool | None] | None:
        read = answerer.analysed(question)
        if read.needs_team is not None or read.language != "en":
            return None
        candidates, weights = answerer.ranked(read, Filters(without=without, language=frozenset({"en"})))
        if not candidates:
            return None
        kept: list[Grounds] = []
        weigh = answer.evidence
        answer.evidence = lambda grounds, *how: (kept.append(grounds), weigh(grounds, *how))[1]  # type: ignore[attr-defined]
        try:
            strength = answerer.strength(candidates, weights, read)
        finally:
            answer.evidence = weigh  # type: ignore[attr-defined]
        return strength, kept[0], bool(read.cancer_types), read.about_health

    questions = list(asked(sets / TOPICS_SET))
    for done, each in enumerate(questions, start=1):
        topic = each.topic
        found = look(topic.question)
        teller("asking", done, len(questions))
        if found is None:
            continue
        if each.set == PATIENT:
            if not found[2]:
                yield Point(NO_CANCER, topic.group, True, found[0], found[1])
        elif topic.hidden is not None:
            hidden = frozenset(origins.get(path, path) for path in (*topic.hidden, *topic.documents))
            again = look(topic.question, hidden)
            if again is not None and found[2]:
                yield Point(each.set, topic.group, True, found[0], found[1])
                yield Point(each.set, topic.group, False, again[0], again[1])
    for topic in read_set(PATIENTS / "general").topics:
        found = look(topic.question)
        if found is not None and not found[2]:
            yield Point(NO_CANCER, topic.id, True, found[0], found[1])
    for topic in (*read_set(PATIENTS / "unanswerable").topics, *read_set(sets / "not-health").topics):
        found = look(topic.question)
        if found is not None and not found[2]:
            # What is plainly about something else is turned away before any search.
            turned_away = found[3] is False and found[0] < answer.PLAINLY
            yield Point(NO_CANCER, topic.id, False, 0.0 if turned_away else found[0], found[1])


def fitted(rows: NDArray[np.float64], labels: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights of a logistic regression with an intercept in the last place, by Newton's method with a small ridge."""
    design = np.column_stack((rows, np.ones(len(rows))))
    found = np.zeros(design.shape[1])
    ridge = np.diag([1.0] * rows.shape[1] + [1e-6])
    for _ in range(30):
        share = 1.0 / (1.0 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (weights * (labels - share)) - ridge @ found
        curve = (design * (weights * share * (1 - share))[:, None]).T @ design + ridge
        step = np.linalg.solve(curve, slope)
        found = found + step
        if float(np.abs(step).max()) < 1e-6:
            break
    return found


def out_of_fold(chosen: Sequence[Point]) -> list[float]:
    """Return the evidence of each point (0 to 1) by weights that were fitted without its disease."""
    free = [name for name in Grounds._fields if name not in BY_HAND]
    rows = np.array([[getattr(point.grounds, name) for name in free] for point in chosen])
    by_hand = np.array([4.0 * point.grounds.defines + 8.0 * point.grounds.told for point in chosen])
    spread = rows.std(axis=0)
    rows = (rows - rows.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    labels = np.array([float(point.answerable) for point in chosen])
    # Answerable and unanswerable questions count as much: there are five hundred that are not about health.
    weights = np.where(labels == 1, 0.5 / labels.sum(), 0.5 / (1 - labels).sum()) * len(labels)
    folds = np.array([hashlib.sha256(point.group.lower().encode()).digest()[1] % FOLDS for point in chosen])
    values = np.zeros(len(chosen))
    for fold in range(FOLDS):
        inside, outside = folds == fold, folds != fold
        if not inside.any():
            continue
        found = fitted(rows[outside], labels[outside], weights[outside])
        values[inside] = rows[inside] @ found[:-1] + found[-1] + by_hand[inside]
    return (1.0 / (1.0 + np.exp(-np.clip(values, -60, 60)))).tolist()


def grouped(
    chosen: Sequence[Point], values: Sequence[float], figure: Callable[..., float]
) -> tuple[float, list[float]]:
    """Return a figure of answerable and unanswerable questions, with its 95% interval that draws whole diseases."""
    pairs = [(point.group, (point.answerable, value)) for point, value in zip(chosen, values, strict=True)]

    def of(sample: Sequence[tuple[bool, float]]) -> float:
        return figure([v for good, v in sample if good], [v for good, v in sample if not good])

    return of([pair for _, pair in pairs]), interval(pairs, of)  # type: ignore[arg-type]


def share_above(values: Sequence[float], limit: float) -> float:
    return sum(value >= limit for value in values) / len(values) if values else 0.0


def split(chosen: Sequence[Point], values: Sequence[float]) -> tuple[list[float], list[float]]:
    pairs = list(zip(chosen, values, strict=True))
    return [v for point, v in pairs if point.answerable], [v for point, v in pairs if not point.answerable]


Measured = dict[str, tuple[list[Point], list[float]]]
"""For each curve its points, and the evidence that the product gives each."""


def svg(measured: Measured) -> str:
    """Return the curves as a picture: false answers to the right, answered upwards, the default marked on each."""
    right, top = WIDTH - MARGIN, MARGIN // 2
    wide, high = right - MARGIN, HEIGHT - MARGIN - top

    def at(false: float, answered: float) -> tuple[float, float]:
        return MARGIN + wide * min(false, 0.5) / 0.5, top + high * (1 - answered)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        '<title id="t">Questions answered against false answers</title>',
        '<desc id="d">One curve for each kind of question; a dot shows where the default setting stands.</desc>',
        "<style>text{font:14px sans-serif;fill:#222}.axis{stroke:#888;fill:none}.grid{stroke:#ddd}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for step in range(6):
        x, y = at(step / 10, step / 5)
        out.append(f'<path class="grid" d="M{x:.0f} {top}V{top + high}M{MARGIN} {y:.0f}H{right}"/>')
        out.append(f'<text x="{x:.0f}" y="{top + high + 20}" text-anchor="middle">{step * 10}%</text>')
        out.append(f'<text x="{MARGIN - 8}" y="{y + 5:.0f}" text-anchor="end">{step * 20}%</text>')
    middle = top + high // 2
    out.append(f'<path class="axis" d="M{MARGIN} {top}V{top + high}H{right}"/>')
    out.append(f'<text x="{(MARGIN + right) // 2}" y="{HEIGHT - 8}" text-anchor="middle">false answers</text>')
    out.append(f'<text x="16" y="{middle}" transform="rotate(-90 16 {middle})" text-anchor="middle">answered</text>')
    for number, (curve, (chosen, values)) in enumerate(measured.items()):
        good, bad = split(chosen, values)
        limits = sorted({*good, *bad, 1.01}, reverse=True)
        line = " ".join("{:.1f},{:.1f}".format(*at(share_above(bad, each), share_above(good, each))) for each in limits)
        x, y = at(share_above(bad, DECLINE_BELOW), share_above(good, DECLINE_BELOW))
        label = top + high - 16 - 22 * (len(measured) - 1 - number)
        out.append(f'<polyline points="{line}" fill="none" stroke="{INKS[number]}" stroke-width="2.5"/>')
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{INKS[number]}"/>')
        out.append(f'<path d="M{right - 270} {label - 5}h24" stroke="{INKS[number]}" stroke-width="2.5"/>')
        out.append(f'<text x="{right - 238}" y="{label}">{escape(curve)}</text>')
    return "\n".join((*out, "</svg>", ""))


def page(measured: Measured) -> str:
    """Return the tables."""
    lines = ["# Declining", "", "Made by `python -m bench.declining`; its docstring says what is counted.", ""]
    lines.append(
        f"`WAYMARK_DECLINE_BELOW` is {DECLINE_BELOW:g} unless the operator sets it. Higher declines more and answers fewer falsely; "
        "lower answers more, some of it from pages that do not hold the answer."
    )
    lines += ["", "![Questions answered against false answers](declining.svg)", ""]
    lines.append("| setting | " + " | ".join(f"{curve}: answered | false" for curve in measured) + " |")
    lines.append("|---:|" + "---:|" * (2 * len(measured)))
    for limit in sorted({*LIMITS, DECLINE_BELOW}):
        shares = [share_above(values, limit) for both in measured.values() for values in split(*both)]
        mark = "**" if limit == DECLINE_BELOW else ""
        lines.append(f"| {mark}{limit:g}{mark} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    lines += [
        "",
        "How well the evidence tells the two apart, whatever the setting, with 95% intervals that draw whole diseases. ",
    ]
    lines[-1] += f"“Anew” fits the weights {FOLDS} times without the diseases that they are tried on."
    lines += ["", "| questions | weights | n | not answerable | AUROC | answered at 5% false answers |"]
    lines.append("|---|---|---:|---:|---|---|")
    for curve, (chosen, values) in measured.items():
        test = [place for place, point in enumerate(chosen) if half_of(point.group) == "test"]
        kinds = {
            "of the product, test half": ([chosen[i] for i in test], [values[i] for i in test]),
            "anew, cross-validated": (chosen, out_of_fold(chosen)),
        }
        for kind, (some, theirs) in kinds.items():
            good, bad = split(some, theirs)
            area, about = grouped(some, theirs, auroc)
            share, near = grouped(some, theirs, lambda one, two: coverage(one, two, FALSE_ANSWERS)[0])
            lines.append(
                f"| {curve} | {kind} | {len(good)} | {len(bad)} | {area:.3f} ({about[0]:.3f} to {about[1]:.3f}) | "
                f"{share:.3f} ({near[0]:.3f} to {near[1]:.3f}) |"
            )
    return "\n".join((*lines, ""))


def main(given: Sequence[str]) -> None:
    with page_of("bench.declining", __doc__ or "", given) as (service, sets, to):
        found = list(points(service, sets))
        measured: Measured = {}
        for curve in CURVES:
            of_curve = [point for point in found if point.curve == curve]
            measured[curve] = (of_curve, [point.evidence for point in of_curve])
        (to / "DECLINING.md").write_text(page(measured), encoding="utf-8")
        (to / "declining.svg").write_text(svg(measured), encoding="utf-8")
    say("Written: DECLINING.md and declining.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
