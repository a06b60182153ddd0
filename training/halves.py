"""Which half of the development topics a disease is in, and which documents the training must not see."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

TUNE, TEST = "tune", "test"


def half_of(focus: str) -> str:
    """ "tune" when the first byte of SHA-256 of the lower-cased disease is even, otherwise "test"."""
    return TUNE if hashlib.sha256(focus.lower().encode()).digest()[0] % 2 == 0 else TEST


def topics(folder: Path) -> Iterator[dict[str, Any]]:
    """The topics of an evaluation set in its normal form."""
    for line in (folder / "topics.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def gold_documents(folder: Path, halves: Iterable[str] = (TUNE, TEST)) -> set[str]:
    """The paths of documents that hold an answer to a topic of these halves."""
    wanted = set(halves)
    return {
        gold["document"] for topic in topics(folder) if half_of(topic["focus"]) in wanted for gold in topic["documents"]
    }
