"""How well the types of a page are found: against labels made by hand before the rules were seen at work on them.

``labels.jsonl`` holds four draws of sixty documents (see the README beside it). ``types`` are the narrowest types that the page is about; ``also`` are
types that a careful reader might add, which are neither asked for nor counted as wrong.
"""

import json
from pathlib import Path

import pytest

from waymark.library.body import normalise
from waymark.library.cancer_types import ancestors
from waymark.library.derived import derive

LABELS = Path(__file__).parent / "cancer_types" / "labels.jsonl"


def _derived(path: Path) -> set[str]:
    from ruamel.yaml import YAML

    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    record = YAML(typ="safe").load(front)
    text = normalise(body, record["title"]).text  # what the library itself derives from
    return set(derive(record, text, record["url"], record["title"]).type_ids)


@pytest.mark.corpus
@pytest.mark.parametrize("draw", ["first", "second", "third", "fourth"])
def test_precision_and_recall(draw: str, shared: Path) -> None:
    right = wrong = missed = 0
    for label in map(json.loads, LABELS.read_text(encoding="utf-8").splitlines()):
        if label["draw"] != draw:
            continue
        got, wanted, also = _derived(shared / "corpus" / "nci" / label["path"]), set(label["types"]), set(label["also"])
        # a narrower type that the label allows stands for its wider one
        met = {each for each in wanted if each in got or any(each in ancestors(other) for other in got & also)}
        right += len(met)
        missed += len(wanted - met)
        wrong += len(got - wanted - also)
    assert right > 50, "the labels were not read"
    assert right / (right + wrong) >= 0.95
    assert right / (right + missed) >= 0.95
