"""Effectiveness: the product's own evaluation over every set, as `waymark evaluate` runs it."""

import json
import shutil
from pathlib import Path
from typing import Any

from bench.setting import Setting, Teller
from waymark.app.evaluate import run_evaluation


def measure(setting: Setting) -> dict[str, Any]:
    """Return the figures of each set by its name; lists of topics and documents are counted, not kept."""
    folders = setting.set_folders()
    if setting.topics is not None:
        folders = [_cut(folder, setting.temporary / "sets" / folder.name, setting.topics) for folder in folders]
    with setting.service() as service:
        report = run_evaluation(service, folders, Teller("evaluation"))
    return {name: {key: _counted(value) for key, value in figures.items()} for name, figures in report.items()}


def _counted(value: Any) -> Any:
    return len(value) if isinstance(value, list) else value


def _cut(folder: Path, target: Path, topics: int) -> Path:
    """Copy a set with at most ``topics`` topics, spread over the whole of it."""
    shutil.copytree(folder, target)
    target.chmod(0o755)
    rows = [line for line in (folder / "topics.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
    step = max(1.0, len(rows) / topics)
    kept = [rows[int(number * step)] for number in range(min(topics, len(rows)))]
    assert all(json.loads(row) for row in kept)
    (target / "topics.jsonl").unlink()
    (target / "topics.jsonl").write_text("\n".join(kept) + "\n", encoding="utf-8")
    return target
