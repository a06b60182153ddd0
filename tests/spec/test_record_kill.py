"""Killed at any moment, a record loses at most the step in hand: `bench/record_kills.py`, in a small run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = Path(__file__).parents[2] / "bench" / "record_kills.py"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_kills_lose_nothing_but_the_step_in_hand() -> None:
    """Steps are entries alone and by the week, corrections, strikes, backups and changes of the passphrase."""
    ran = subprocess.run([sys.executable, str(KILLS), "--kills", "80"], capture_output=True, text=True, timeout=300)
    assert ran.stdout, ran.stderr
    figures = json.loads(ran.stdout)
    assert figures["wrong"] == []
    assert ran.returncode == 0
    assert figures["kills"] == 80
    # The kills fell where they matter: between the beginning of a step and its end.
    assert figures["in_hand_kept"] + figures["in_hand_lost"] > 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_the_making_of_a_record_is_whole_or_is_not(tmp_path: Path) -> None:
    """A record whose making is killed is either there, and opens, or is not there at all."""
    script = """
import os, random, select, signal, sys, time
from pathlib import Path
from waymark.record.keys import KeyCost
from waymark.record.place import records_in
from waymark.record.vault import Vault

folder, rng, opened = Path(sys.argv[1]), random.Random(3), 0
began = time.perf_counter()
Vault.create(folder / "apart" / "record", "seven grey herons", cost=KeyCost(8, 1))[0].lock()
takes = time.perf_counter() - began
for number in range(30):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, b"begins")
        Vault.create(folder / f"record-{number}", "seven grey herons", cost=KeyCost(8, 1))[0].lock()
        os.write(writing, b"made")
        time.sleep(60)
    os.close(writing)
    select.select([reading], [], [], 30)
    time.sleep(rng.random() * takes * 2)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told = os.read(reading, 100)
    os.close(reading)
    there = (folder / f"record-{number}").exists()
    assert there or b"made" not in told
    if there:
        Vault.open(folder / f"record-{number}", "seven grey herons", sleep=lambda _: None).lock()
        opened += 1
    assert len(records_in(folder)) == opened
print(opened)
"""
    ran = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    assert 0 < int(ran.stdout) < 30  # the kills fell before and after the end
