"""The pairs that the encoder learns from: a question, and a passage that answers it, in batches of hard neighbours."""

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus import Passage
from wordings import WORDINGS, ask, kind_of, typed

from waymark.index.encoder import passage_input, question_input

BATCH = 64
FROM_ONE_DOCUMENT = 38  # 60% of a batch: the hard negatives are the neighbouring sections
HEADING_SHARE = 0.42  # of those, questions that are the bare heading (.25 of all pairs; templates are .35)
PATIENT_SHARE = 0.7  # of batches, those from a page for patients rather than for professionals
_PAGE_KIND = re.compile(
    r"\b(treatment( summaries| option.*)?|prevention|screening|research.*|side effects|genetics of|during)\b.*$", re.IGNORECASE
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """`same` names the place in the collection: two pairs of one place are no negatives of each other."""

    question: str
    passage: str
    same: str


def matter(title: str) -> str:
    """The disease, drug or matter in a page's title: "Anal Cancer" of "Anal Cancer Treatment"."""
    short = re.sub(r"^(Genetics of|Advances in|Drugs Approved for) ", "", title.split("|")[0].strip())
    short = _PAGE_KIND.sub("", short).strip(" -–—:,") or title
    return re.sub(r"\s*\([^)]*\)", "", short).strip() or title


class Sampler:
    """Batches without end, the same ones for the same seed."""

    def __init__(self, passages: list[Passage], medquad: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self._pages: dict[str, list[Passage]] = defaultdict(list)
        for passage in passages:
            self._pages[passage.document].append(passage)
        self._order = sorted(self._pages)
        self._for_professionals = [i for i, path in enumerate(self._order) if "hp" in re.split(r"\W", path)]
        professionals = set(self._for_professionals)
        self._for_patients = [i for i in range(len(self._order)) if i not in professionals]
        with gzip.open(medquad, "rt", encoding="utf-8") as lines:
            self._medquad = [pair for pair in map(json.loads, lines) if len(pair["answer"]) >= 40]

    def batches(self) -> Iterator[list[Pair]]:
        """Lists of BATCH pairs: 60% from one page (or pages beside it, where it is short), the rest MedQuAD."""
        while True:
            near = self._neighbours()
            far = [self._from_medquad(pair) for pair in self._chance.sample(self._medquad, BATCH - len(near))]
            yield near + far

    def _neighbours(self) -> list[Pair]:
        chance = self._chance
        starts = self._for_patients if chance.random() < PATIENT_SHARE else self._for_professionals
        # Longer pages come up more often, as they hold more to tell apart.
        at = max(chance.sample(starts, 2), key=lambda i: len(self._pages[self._order[i]]))
        pairs: list[Pair] = []
        while len(pairs) < FROM_ONE_DOCUMENT:
            sections: dict[tuple[str, ...], list[Passage]] = defaultdict(list)
            for passage in self._pages[self._order[at]]:
                sections[passage.section].append(passage)
            for section in chance.sample(sorted(sections), len(sections)):
                pairs.append(self._from_page(chance.choice(sections[section])))
                if len(pairs) == FROM_ONE_DOCUMENT:
                    break
            at = (at + 1) % len(self._order)
        return pairs

    def _from_page(self, passage: Passage) -> Pair:
        chance = self._chance
        x = matter(passage.title)
        heading = passage.section[-1] if passage.section else ""
        if not heading:
            question = passage.title if chance.random() < HEADING_SHARE else ask("information", x, "", chance)
        elif chance.random() < HEADING_SHARE:
            question = heading if chance.random() < 0.5 else f"{heading} {x}"
        else:
            # A short heading ("Surgery") takes its sense from the one above.
            kind = kind_of(heading) or (kind_of(passage.section[-2]) if len(passage.section) > 1 else None)
            if kind in WORDINGS and (len(heading.split()) > 3 or kind_of(heading) is None) and chance.random() < 0.3:
                kind = None
            question = ask(kind, x, heading, chance)
        return Pair(
            question=question_input(typed(question, chance)),
            passage=self._dropped(passage.title, passage.section, passage.text),
            same="\t".join((passage.document, *passage.section)),
        )

    def _from_medquad(self, pair: dict[str, str]) -> Pair:
        chance = self._chance
        question = pair["question"]
        nameable = 3 <= len(pair["focus"]) <= 60 and "?" not in pair["focus"]
        if nameable and pair["kind"] in WORDINGS and chance.random() < 0.6:
            question = ask(pair["kind"], pair["focus"], "", chance)
        title = pair["focus"] if chance.random() < 0.7 else ""
        return Pair(
            question=question_input(typed(question, chance)),
            passage=self._dropped(title, (), _start(pair["answer"], chance)),
            same=pair["id"],
        )

    def _dropped(self, title: str, section: tuple[str, ...], text: str) -> str:
        """The passage, at times without its title or headings, so that the text itself must be understood."""
        chance = self._chance
        if chance.random() < 0.3:
            title = ""
        if chance.random() < 0.4:
            section = ()
        elif section and chance.random() < 0.2:
            section = section[-1:]
        return passage_input(title, section, text)


def _start(answer: str, chance: random.Random) -> str:
    """Some seven hundred characters of a long answer, most often its start."""
    if len(answer) <= 900 or chance.random() < 0.7:
        return answer[:900]
    at = answer.find(". ", chance.randrange(len(answer) - 700))
    return answer[at + 2 : at + 802] if 0 <= at < len(answer) - 200 else answer[:900]
