"""What every test may use: the real documents where they are, and a small library of the tests' own."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("WAYMARK_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents and evaluation sets; the test is skipped where it is absent."""
    if not (SHARED / "corpus" / "nci").is_dir():
        pytest.skip("the real documents (../shared) are not here")
    return SHARED


@pytest.fixture(scope="session")
def seeds(shared: Path) -> Path:
    return shared / "seeds"
