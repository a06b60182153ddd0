"""What the tests of the documents share: the program that writes them, and the library that everybody begins with."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from waymark.app.wiring import Waymark
from waymark.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def generate() -> ModuleType:
    """The program ``docs/generate.py``."""
    spec = importlib.util.spec_from_file_location("waymark_docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def starter_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library made from the starter collection; a test that writes to it works on its own copy."""
    folder = tmp_path_factory.mktemp("starter") / "library"
    Waymark.open(Settings(library=folder)).close()
    return folder
