"""A process killed at any moment leaves a library that opens, is whole, and lacks at most the document in hand."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from catalogue_examples import audit, document

from waymark.library.catalogue import Catalogue
from waymark.library.document import Status

# Adds, updates and withdraws without end, and says on its standard output what is done.
CHILD = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from catalogue_examples import audit, document
from waymark.library.catalogue import Catalogue, Seen
from waymark.library.document import Status
with Catalogue.open(Path(sys.argv[1])) as catalogue, catalogue.writing(wait=30) as writer:
    print("begun", flush=True)
    number = int(sys.argv[3])
    while True:
        name = f"d{number:05}"
        source = f"# Number {number}\\n\\n" + "Words to fill a page or two. " * (number * 37 % 900)
        writer.put(document(name, source=source), Seen("/f/" + name, 1, 2, "x", name, "added"), audit())
        print("added", name, flush=True)
        if number % 3 == 0:
            writer.put(document(name, source=source + "More."), None, audit())
            print("updated", name, flush=True)
        if number % 4 == 0:
            writer.set_status(name, Status.WITHDRAWN, audit())
            print("withdrawn", name, flush=True)
        number += 1
"""

MAKER = """
import sys
from pathlib import Path
from waymark.library.catalogue import Catalogue
print("begun", flush=True)
Catalogue.create(Path(sys.argv[1]), "waymark test").close()
"""

# Does one change after another in forks of itself, each killed one step later than the one before: a step is a statement of
# SQL, or the opening or renaming of a file. Each leaves its folder behind.
STEPS = """
import os, shutil, signal, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from catalogue_examples import audit, document
from waymark.library.catalogue import Catalogue, Seen
from waymark.library.document import Status
import filelock
root = Path(sys.argv[1])
seen = Seen("/f/scans", 1, 2, "x", "scans", "added")
changes = {
    "add": lambda writer: writer.put(document("new"), seen, audit()),
    "update": lambda writer: writer.put(document("scans", source="New."), seen, audit()),
    "withdraw": lambda writer: writer.set_status("scans", Status.WITHDRAWN, audit()),
}

def work(place, change, moment):
    left = moment
    armed = False
    def step(*_):
        nonlocal left
        if armed:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(lambda event, _: step() if event in ("open", "os.rename") else None)
    with Catalogue.open(place) as catalogue, catalogue.writing() as writer:
        writer._open.set_trace_callback(step)
        armed = True
        changes[change](writer)
        armed = False

for change in changes:
    for moment in range(200):
        place = root / f"{change}-{moment:03}"
        shutil.copytree(root / "library", place)
        child = os.fork()
        if child == 0:
            try:
                work(place, change, moment)
            except BaseException as error:
                print(repr(error), flush=True)
                os._exit(3)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            print(change, moment, os.WEXITSTATUS(status), flush=True)
            break
"""

ROUNDS = 30
LONGEST = 25.0  # seconds for all rounds, on a machine that is busy with other things; what is done by then counts


def killed_after(code: str, seconds: float, *arguments: str) -> list[str]:
    """Run the code, kill it that long after it has begun, and return what it had said."""
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines: list[str] = []
    begun = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.endswith("\n"):
                lines.append(line.strip())
            begun.set()
        begun.set()

    listener = threading.Thread(target=listen)
    listener.start()
    begun.wait(60)
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    listener.join()
    process.stdout.close()
    return lines


def check(place: Path, said: list[str]) -> tuple[int, int]:
    """Hold the library against what was said; return how many documents and how many events it has."""
    with Catalogue.open(place) as catalogue:
        assert catalogue.verify() == []
        cards = {card.id: card for card in catalogue.cards(None)}
        seen = catalogue.seen_all()
        for line in said:
            word, name = line.split()
            assert name in cards and f"/f/{name}" in seen, line
            if word in ("updated", "withdrawn") and int(name[1:]) % 3 == 0:
                assert cards[name].version == "v2", line
            if word == "withdrawn":
                assert cards[name].status is Status.WITHDRAWN, line
        events = len(catalogue.events(limit=1_000_000))
        assert len(said) <= events
        return len(cards), events


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_killed_writer_loses_at_most_the_document_in_hand(tmp_path: Path) -> None:
    """Thirty kills at random moments; what was acknowledged is there, what was not is at most one change."""
    place = tmp_path / "library"
    Catalogue.create(place, "waymark test").close()
    moments = random.Random(20261121)
    said: list[str] = []
    began = time.monotonic()
    unannounced = rounds = 0
    while rounds < ROUNDS and time.monotonic() - began < LONGEST:
        before = 0
        with Catalogue.open(place) as catalogue:
            before = len(catalogue.events(limit=1_000_000))
            number = len(catalogue.cards(None))
        lines = killed_after(CHILD, moments.uniform(0, 0.12), str(place), str(Path(__file__).parent), str(number))
        new = [line for line in lines if line != "begun"]
        said += new
        _, events = check(place, said)
        assert 0 <= events - before - len(new) <= 1  # the change in hand is there whole, or not at all
        unannounced += events - before - len(new)
        rounds += 1
    assert rounds >= 5 and len(said) > rounds
    with Catalogue.open(place) as catalogue, catalogue.writing():
        names = {card.id for card in catalogue.cards(None)}
    assert {path.stem for path in (place / "documents").glob("*.md")} == names
    assert not (place / "documents" / ".being-written").exists() or not catalogue.verify()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_kill_before_each_single_step_leaves_the_change_whole_or_not_at_all(tmp_path: Path) -> None:
    """Every moment of a change, not a random one: before each statement and each touch of a file."""
    with Catalogue.create(tmp_path / "library", "waymark test") as catalogue, catalogue.writing() as writer:
        writer.put(document("scans"), None, audit())
    before = (tmp_path / "library" / "documents" / "scans.md").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", STEPS, str(tmp_path), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    counted = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert set(counted) == {"add", "update", "withdraw"} and all(code == "0" for _, code in counted.values()), (
        done.stdout
    )
    for change, (steps, _) in counted.items():
        assert int(steps) >= 10  # so many moments were tried, and the last one was past the end
        whole = (tmp_path / f"{change}-{int(steps):03}" / "documents").glob("*.md")
        after = {path.name: path.read_bytes() for path in whole}
        outcomes = set()
        for moment in range(int(steps) + 1):
            place = tmp_path / f"{change}-{moment:03}"
            file = place / "documents" / "scans.md"
            with Catalogue.open(place) as catalogue:
                assert catalogue.verify() == [], (change, moment)
                events = len(catalogue.events())
                outcomes.add(events)
                versions = len(catalogue.versions("scans"))
                assert (
                    versions,
                    len(catalogue.cards(None)),
                    catalogue.card("scans").status,
                    len(catalogue.seen_all()),
                ) == (
                    (1, 1, Status.PUBLISHED, 0)
                    if events == 1
                    else {
                        "add": (1, 2, Status.PUBLISHED, 1),
                        "update": (2, 1, Status.PUBLISHED, 1),
                        "withdraw": (1, 1, Status.WITHDRAWN, 0),
                    }[change]
                ), (change, moment)
                assert file.read_bytes() in (before, after["scans.md"])
                with catalogue.writing():
                    assert catalogue.verify() == [], (change, moment)
                if events == 2:
                    assert {p.name: p.read_bytes() for p in (place / "documents").glob("*.md")} == after, (
                        change,
                        moment,
                    )
        assert outcomes == {1, 2}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_killed_making_can_be_done_again(tmp_path: Path) -> None:
    moments = random.Random(1)
    for number in range(6):
        place = tmp_path / f"library-{number}"
        killed_after(MAKER, moments.uniform(0, 0.06), str(place))
        try:
            Catalogue.create(place, "waymark test").close()
        except Exception as error:
            assert "There is a library" in str(error)
        with Catalogue.open(place) as catalogue:
            assert catalogue.verify() == []
            assert catalogue.cards(None) == []
