"""The questions that ranking and declining are measured on: templates, the same in natural words, and those of patients."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from waymark.answering.evaluation import Topic, half_of, read_set

ROOT = Path(__file__).parents[1]
PATIENTS = ROOT / "tests" / "quality" / "patients"
TEMPLATES, REWORDED, PATIENT = "templates", "natural rewordings", "patients' questions"


@dataclass(frozen=True, slots=True)
class Asked:
    """A topic of one of the sets; its half is that of its disease, or of its main document for a patient's question."""

    set: str
    topic: Topic

    @property
    def half(self) -> str:
        return half_of(self.topic.group)


def asked(folder: Path) -> Iterator[Asked]:
    """Yield the topics of a set in the normal form, two rewordings of each, and the questions of patients.

    The rewordings are those that `training/wordings.py` keeps for measuring: nothing was trained on them.
    """
    sys.path.insert(0, str(ROOT / "training"))
    from wordings import UNSEEN  # type: ignore[import-not-found]

    kinds = {}
    for line in (folder / "topics.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        kinds[str(row["id"])] = (str(row.get("kind", "")), str(row.get("focus", "")))
    for topic in read_set(folder).topics:
        yield Asked(TEMPLATES, topic)
        kind, focus = kinds[topic.id]
        for wording in UNSEEN.get(kind, ()):
            yield Asked(REWORDED, replace(topic, question=wording.replace("{x}", focus)))
    for topic in read_set(PATIENTS / "answerable").topics:
        yield Asked(PATIENT, topic)
