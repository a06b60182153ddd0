"""A Waymark served on this machine, Debian's Chromium to look at it, and axe-core to judge it.

The browser: `WAYMARK_CHROMIUM`, else `/usr/bin/chromium`. axe-core is for these tests alone and no part of the product: the
file that `WAYMARK_AXE` names, else fetched once with `npm pack` into pytest's cache and checked against its hash. A test
that wants what is not here is skipped and says so.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tabs import Visit, serve, visits_to

sys.path.insert(0, str(Path(__file__).parents[1] / "doors"))  # the fake service is shared with the tests of the doors

AXE_VERSION = "4.14.1"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window and without any traffic of its own."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = os.environ.get("WAYMARK_CHROMIUM", "/usr/bin/chromium")
    if not Path(program).exists():
        pytest.skip(f"there is no Chromium at {program}; Debian: apt-get install chromium, or set WAYMARK_CHROMIUM")
    quiet = ("disable-background-networking", "disable-component-update", "disable-sync", "no-first-run")
    switches = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", *(f"--{name}" for name in quiet)]
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=switches)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> str:
    """The source of axe-core."""
    named = os.environ.get("WAYMARK_AXE")
    if named:
        return Path(named).read_text("utf-8")
    kept = request.config.cache.mkdir(f"axe-core-{AXE_VERSION}") / "axe.min.js"
    if not kept.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("axe-core is not here: set WAYMARK_AXE, or install npm so that it can be fetched")
        done = subprocess.run(
            [npm, "pack", f"axe-core@{AXE_VERSION}"], cwd=kept.parent, capture_output=True, timeout=120
        )
        packed = kept.parent / f"axe-core-{AXE_VERSION}.tgz"
        if done.returncode != 0 or not packed.exists():
            pytest.skip("axe-core is not here and npm could not fetch it: set WAYMARK_AXE")
        with tarfile.open(packed) as package:
            source = package.extractfile("package/axe.min.js")
            assert source is not None
            kept.write_bytes(source.read())
        packed.unlink()
    content = kept.read_bytes()
    assert hashlib.sha256(content).hexdigest() == AXE_SHA256, f"{kept} is not axe-core {AXE_VERSION}: delete it"
    return content.decode("utf-8")


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the scripted Waymark."""
    from example_site import TODAY, service

    from waymark.app.web.application import create_app

    yield from serve(create_app(service(), today=lambda: TODAY))


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the record's pages, over the record of the invented person."""
    from own_site import application

    yield from serve(application(tmp_path_factory.mktemp("records")))


@pytest.fixture(scope="session")
def desk_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the librarian's pages, over an invented library; for tests that change nothing of it."""
    from desk_site import filled

    yield from serve(filled(tmp_path_factory.mktemp("desk")).app)


@pytest.fixture
def own_desk_site(tmp_path: Path) -> Iterator[str]:
    """The address of a library of its own for a test that works on it."""
    from desk_site import filled

    yield from serve(filled(tmp_path).app)


@pytest.fixture
def desk_visit(browser: Any, desk_site: str) -> Iterator[Callable[..., Visit]]:
    """Return what opens a tab at the librarian's pages."""
    yield from visits_to(browser, desk_site)


@pytest.fixture
def own_desk_visit(browser: Any, own_desk_site: str) -> Iterator[Callable[..., Visit]]:
    """Return what opens a tab at the librarian's pages of the test's own library."""
    yield from visits_to(browser, own_desk_site)


@pytest.fixture
def visit(browser: Any, site: str) -> Iterator[Callable[..., Visit]]:
    """Return what opens a tab; when the test ends, nothing may have gone wrong in it and nothing been asked of elsewhere."""
    yield from visits_to(browser, site)


@pytest.fixture
def own_visit(browser: Any, own_site: str) -> Iterator[Callable[..., Visit]]:
    """Return what opens a tab at the record's pages."""
    yield from visits_to(browser, own_site)
