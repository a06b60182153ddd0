"""Work in further processes: in order, without touching the caller's script, and finished here when a process dies."""

import os
import subprocess
import sys
from pathlib import Path

from waymark.app.readers import in_processes
from waymark.library.identity import short_hash, slug


def test_results_come_in_order() -> None:
    items = [f"Item Number {number}" for number in range(200)]
    assert list(in_processes(slug, items, 3)) == [slug(item) for item in items]


def test_a_process_that_dies_leaves_its_share_to_the_caller() -> None:
    """`os.kill` of the parent's choosing cannot be sent by a plain function, so the items themselves end the process."""
    items = ["a", "b", _Deadly(), "d", "e", "f"]
    assert list(in_processes(short_hash_of, items, 2)) == [short_hash_of(item) for item in items]


class _Deadly:
    """Ends any process but the one that made it."""

    def __init__(self) -> None:
        self.home = os.getpid()

    def __str__(self) -> str:
        if os.getpid() != self.home:
            os._exit(9)
        return "deadly"


def short_hash_of(item: object) -> str:
    return short_hash(str(item))


def test_a_script_without_a_main_guard_is_run_once(tmp_path: Path) -> None:
    script = tmp_path / "embeds.py"
    script.write_text(
        "from pathlib import Path\n"
        "from waymark.app.wiring import Waymark\n"
        "from waymark.settings import Settings\n"
        f"service = Waymark.open(Settings(library=Path({str(tmp_path / 'library')!r})))\n"
        "print('ran', len(service.cards()))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("ran") == 1 and done.stderr == ""
