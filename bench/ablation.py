"""What each weight of the ranking is worth: the loss on the test half where it is taken away, and no other is fitted anew.

    python -m bench.ablation --library LIBRARY --sets SETS

Writes `bench/ABLATION.md`. Figures are document nDCG@10 and section recall@5 of the templates, of their rewordings in natural
words, and of patients' questions: a weight that helps on templates alone is worth nothing.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.setting import TOPICS_SET, Teller, page_of, say
from bench.wordings import PATIENT, REWORDED, TEMPLATES, asked
from waymark.answering import ranking
from waymark.answering.evaluation import heading_key, interval, is_gold_place, ndcg, recall
from waymark.answering.features import FEATURES
from waymark.answering.preference import ways
from waymark.answering.retrieval import Evidence
from waymark.app.wiring import Waymark
from waymark.index.engine import Filters

SETS = (TEMPLATES, REWORDED, PATIENT)
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One question of the test half: its evidence, and where each candidate stands."""

    set: str
    group: str
    found: Evidence
    places: tuple[Place, ...]
    documents: Mapping[str, int]
    sections: Mapping[Place, int]


def cases(service: Waymark, sets: Path) -> list[Case]:
    """Return the English questions of the test half with the evidence for every candidate."""
    origins = {card.origin: card.id for card in service.cards() if card.origin}
    answerer, places = service.answerer, service.engine.places
    found = []
    questions = [each for each in asked(sets / TOPICS_SET) if each.half == "test" and each.topic.language == "en"]
    teller = Teller("ablation")
    for done, each in enumerate(questions, start=1):
        topic = each.topic
        read = answerer.analysed(topic.question)
        way = ways(read, service.engine.languages)[0]
        evidence = answerer.evidence(way.question, Filters(language=way.languages))
        stand = []
        for row in evidence.rows.tolist():
            name, path = places.documents[places.document[row]], places.sections[places.section[row]]
            stand.append(((name or ("", ""))[0], heading_key(path[-1] if path else "")))
        gold = {origins.get(path, path): grade for path, grade in topic.documents.items()}
        sections = {(origins.get(path, path), heading): grade for (path, heading), grade in topic.sections.items()}
        found.append(Case(each.set, topic.group, evidence, tuple(stand), gold, sections))
        teller("asking", done, len(questions))
    return found


def figures(case: Case, columns: NDArray[np.float64], lift: bool = True) -> tuple[float, float | None]:
    """Return document nDCG@10 and section recall@5 (None without judged sections) by these weights."""
    scores = case.found.features @ columns
    if lift:
        scores = ranking.lifted(case.found, scores, None)
    order = np.argsort(-scores, kind="stable").tolist()
    documents = list(dict.fromkeys(case.places[at][0] for at in order))
    of_documents = ndcg(documents, case.documents)
    if not case.sections:
        return of_documents, None
    if any(heading.endswith("…") for _, heading in case.sections):  # only beginnings are given: found or not
        first = list(dict.fromkeys(case.places[at] for at in order))[:5]
        return of_documents, float(any(is_gold_place(place, case.sections) for place in first))
    return of_documents, recall(list(dict.fromkeys(case.places[at] for at in order)), case.sections)


def page(all_cases: Sequence[Case], share: float) -> str:
    """Return the table: what each set loses without each weight."""
    weights = np.array([ranking.WEIGHTS[name] for name in FEATURES]) @ (share, 1.0 - share)
    kept = [figures(case, weights) for case in all_cases]

    def cells(other: Sequence[tuple[float, float | None]]) -> list[str]:
        out = []
        for name in SETS:
            chosen = [at for at, case in enumerate(all_cases) if case.set == name]
            for which in (0, 1):
                pairs = [
                    (all_cases[at].group, now - before)
                    for at in chosen
                    if (now := other[at][which]) is not None and (before := kept[at][which]) is not None
                ]
                mean = sum(value for _, value in pairs) / max(1, len(pairs))
                low, high = interval(pairs)
                out.append(f"{mean:+.3f}{'*' if low > 0 or high < 0 else ''}")
        return out

    lines = [
        "# What each weight is worth",
        "",
        "Made by `python -m bench.ablation`; its docstring says what is counted.",
        "",
    ]
    lines.append(
        "Change on the test half where one weight is 0. A star: its 95% interval, drawn by disease, leaves out zero."
    )
    head = " | ".join(f"{name}: documents | sections" for name in SETS)
    lines += ["", f"| without | weight | {head} |", "|---|---:|" + "---:|" * (2 * len(SETS))]
    now = []
    for name in SETS:
        for which in (0, 1):
            values = [v for at, case in enumerate(all_cases) if case.set == name and (v := kept[at][which]) is not None]
            now.append(f"{sum(values) / max(1, len(values)):.3f}")
    lines.append(f"| nothing (as it is) | | {' | '.join(now)} |")
    for at, name in enumerate(FEATURES):
        if name == "told":
            continue
        without = weights.copy()
        without[at] = 0.0
        changed = cells([figures(case, without) for case in all_cases])
        lines.append(f"| {name} | {weights[at]:.2f} | {' | '.join(changed)} |")
    changed = cells([figures(case, weights, lift=False) for case in all_cases])
    lines.append(f"| told (lifts one passage) | | {' | '.join(changed)} |")
    return "\n".join((*lines, ""))


def main(given: Sequence[str]) -> None:
    with page_of("bench.ablation", __doc__ or "", given) as (service, sets, to):
        found = cases(service, sets)
        share = min(1.0, service.engine.manifest.encoded / max(1, service.engine.manifest.rows))
        (to / "ABLATION.md").write_text(page(found, share), encoding="utf-8")
    say("Written: ABLATION.md")


if __name__ == "__main__":
    main(sys.argv[1:])
