"""Kill a process while it writes to a record, many times, and look whether anything but the step in hand was lost.

    python bench/record_kills.py --kills 10000

Each round forks a writer, which opens the record and appends, corrects and strikes entries, makes backups and changes the
passphrase, telling before and after each step over a pipe. It is killed (SIGKILL) after a random time. Then the record is
opened again: every step that was told as done must be there, the step in hand there whole or not at all, nothing else, and
`verify` must find nothing. Prints one JSON object; ends with 1 where anything is wrong. For systems with fork.
"""

import argparse
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from waymark.record.backups import restore
from waymark.record.entries import Record, new_entry
from waymark.record.errors import WrongPassphrase
from waymark.record.keys import KeyCost
from waymark.record.payloads import SymptomEntry
from waymark.record.vault import Vault

CHEAP = KeyCost(memory_kib=8, passes=1)  # the cost of a guess is not what is tried here
ROUNDS_IN_ONE_RECORD = 60
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass
class Told:
    """What the record must hold, as far as was told over the pipe."""

    passphrase: str = "the first passphrase"
    entries: set[str] = field(default_factory=set)


@dataclass
class Figures:
    kills: int = 0
    steps: int = 0
    in_hand_kept: int = 0
    in_hand_lost: int = 0
    killed_before_first_step: int = 0
    wrong: list[str] = field(default_factory=list)


def write(folder: Path, passphrase: str, pipe: int, rng: random.Random) -> None:
    """The writer: works until it is killed."""

    def tell(word: str, step: str, *said: str) -> None:
        os.write(pipe, (" ".join((word, step, *said)) + "\n").encode())

    vault = Vault.open(folder, passphrase, sleep=lambda _: None)
    record = Record(vault)
    tell("did", "open")
    mine = [entry.id for entry in record.entries()]
    for number in range(100_000):
        step = rng.choices(("one", "week", "amend", "strike", "backup", "passphrase"), (8, 4, 3, 1, 1, 1))[0]
        if step in ("one", "week"):
            fresh = [
                new_entry(SymptomEntry(term="fatigue", severity=n % 5), at=NOW)
                for n in range(1 if step == "one" else 8)
            ]
            tell("try", step, *(entry.id for entry in fresh))
            record.append(*fresh)
            mine += [entry.id for entry in fresh]
            tell("did", step, *(entry.id for entry in fresh))
        elif step in ("amend", "strike"):
            current = record.current(rng.choice(mine)) if mine else None
            if current is None:
                continue
            tell("try", step, current.id)
            if step == "strike":
                later = record.strike(current.id, "mistyped", at=NOW)
            else:
                later = record.amend(current.id, SymptomEntry(term="fatigue", severity=4), at=NOW)
            tell("did", step, later.id)
        elif step == "backup":
            to = folder.parent / f"backup-{os.getpid()}-{number}"
            tell("try", step, str(to))
            vault.backup(to)
            tell("did", step, str(to))
        else:
            passphrase, before = f"passphrase {rng.random()}", passphrase
            tell("try", step, passphrase)
            vault.change_passphrase(passphrase, before)
            tell("did", step, passphrase)


def kill_once(folder: Path, told: Told, figures: Figures, rng: random.Random) -> None:
    """Fork a writer, kill it after a random time, and look at what is left."""
    reading, writing = os.pipe()
    seed = rng.random()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            write(folder, told.passphrase, writing, random.Random(seed))
        except BaseException:
            os.write(writing, f"ended {json.dumps(traceback.format_exc())}\n".encode())
        finally:
            os._exit(3)
    os.close(writing)
    if rng.random() < 0.85:
        select.select([reading], [], [], 30)  # the record is open; otherwise the opening itself is cut short
    time.sleep(rng.random() * 0.03)
    os.kill(child, signal.SIGKILL)
    said = b""
    while piece := os.read(reading, 1 << 16):
        said += piece
    os.close(reading)
    _, status = os.waitpid(child, 0)
    figures.kills += 1
    lines = said.decode().splitlines()
    if not os.WIFSIGNALED(status):
        figures.wrong.append(f"the writer ended by itself: {lines[-1] if lines else ''}")
    check(folder, told, [line.split(" ", 2) for line in lines if not line.startswith("ended ")], figures)


def check(folder: Path, told: Told, lines: list[list[str]], figures: Figures) -> None:
    """Compare the record with what was told."""
    done = [line for line in lines if line[0] == "did"]
    in_hand = lines[-1] if lines and lines[-1][0] == "try" else None
    figures.steps += max(len(done) - 1, 0)
    figures.killed_before_first_step += len(done) == 0
    for _, step, *said in done:
        if step in ("one", "week", "amend", "strike"):
            told.entries.update(said[0].split())
        elif step == "passphrase":
            told.passphrase = said[0]
    opens = [told.passphrase] + ([in_hand[2]] if in_hand and in_hand[1] == "passphrase" else [])
    for passphrase in opens:
        with suppress(WrongPassphrase), Vault.open(folder, passphrase, sleep=lambda _: None) as vault:
            told.passphrase = passphrase
            compare(vault, told, in_hand, figures)
            break
    else:
        figures.wrong.append("no passphrase opens the record any more")
    for _, step, *said in done:
        if step == "backup":
            check_backup(Path(said[0]), folder)
    for left in folder.parent.glob("backup-*"):
        left.unlink()


def compare(vault: Vault, told: Told, in_hand: list[str] | None, figures: Figures) -> None:
    held = {entry.id for entry in Record(vault).entries(include_superseded=True)}
    figures.wrong += vault.verify()
    if lost := told.entries - held:
        figures.wrong.append(f"{len(lost)} entries were told as kept and are lost")
    more, step = held - told.entries, in_hand[1] if in_hand else ""
    expected = {"one": 1, "week": 8, "amend": 1, "strike": 1}.get(step, 0)
    if len(more) not in (0, expected):
        figures.wrong.append(f"{len(more)} entries more than were told, with {expected} in hand ({step or 'nothing'})")
    if expected and step in ("one", "week") and more not in (set(), set(in_hand[2].split()) if in_hand else set()):
        figures.wrong.append("other entries than those in hand")
    if expected:
        figures.in_hand_kept += bool(more)
        figures.in_hand_lost += not more
    told.entries |= more


def check_backup(backup: Path, folder: Path) -> None:
    """A backup that was told as made is whole."""
    restored = folder.parent / "restored"
    restore(backup, restored)
    shutil.rmtree(restored)


def run(kills: int, seed: int) -> Figures:
    """Return what was seen over a number of kills; the same seed gives the same steps, though not the same moments."""
    rng, figures = random.Random(seed), Figures()
    with tempfile.TemporaryDirectory() as place:
        folder, told = Path(place) / "record-1", Told()
        while figures.kills < kills:
            if figures.kills % ROUNDS_IN_ONE_RECORD == 0:
                if folder.exists():
                    shutil.rmtree(folder)
                told = Told()
                vault, _ = Vault.create(folder, told.passphrase, cost=CHEAP)
                told.entries = {
                    entry.id
                    for entry in Record(vault).append(new_entry(SymptomEntry(term="fatigue", severity=0), at=NOW))
                }
                vault.lock()
            kill_once(folder, told, figures, rng)
    return figures


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--kills", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    began = time.perf_counter()
    figures = run(given.kills, given.seed)
    print(json.dumps(figures.__dict__ | {"seconds": round(time.perf_counter() - began, 1)}))
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
