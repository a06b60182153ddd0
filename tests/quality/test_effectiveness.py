"""Figures with a floor. ``bench/RESULTS.md`` has them with intervals; here they may not fall below what was promised."""

from pathlib import Path
from typing import Any

import pytest

from waymark.app.evaluate import run_evaluation
from waymark.app.wiring import Waymark


@pytest.fixture(scope="module")
def figures(real_library: Waymark, shared: Path) -> dict[str, Any]:
    return run_evaluation(real_library, [shared / "eval" / "cancergov-dev"])["cancergov-dev"]


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("document_ndcg@10", 0.86),
        ("document_recall@5", 0.94),
        ("section_recall@5", 0.50),
        ("coverage_at_5%_false_answers", 0.35),
    ],
)
def test_floor(figures: dict[str, Any], name: str, floor: float) -> None:
    """By words alone, on the half of the diseases that no weight was fitted on."""
    assert figures["test"][name]["mean"] >= floor, figures["test"][name]


@pytest.mark.corpus
def test_every_gold_document_is_in_the_library(figures: dict[str, Any]) -> None:
    assert figures["gold_not_in_library"] == []
    assert figures["quotations_checked"] > 300


@pytest.mark.corpus
def test_requests_that_are_not_about_health_are_declined(real_library: Waymark, shared: Path) -> None:
    report = run_evaluation(real_library, [shared / "eval" / "not-health"])["not-health"]
    assert report["answered"]["mean"] <= 0.01, report["answered_ids"]
