"""Two processes and one library: readers never wait, a second writer waits its turn and is then told."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from catalogue_examples import audit, document

from waymark.errors import LibraryBusy
from waymark.library.catalogue import Catalogue

# Holds the lock inside an open transaction until a line comes in, then commits.
WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from catalogue_examples import audit, document
from waymark.library.catalogue import Catalogue
with Catalogue.open(Path(sys.argv[1])) as catalogue, catalogue.writing() as writer:
    with writer._transaction() as connection:
        connection.execute("INSERT INTO seen VALUES (x'00', 0, 0, '', NULL, '', '')")
        print("writing", flush=True)
        sys.stdin.readline()
    writer.put(document("theirs"), None, audit())
print("done", flush=True)
"""

MAKER = """
import sys
from pathlib import Path
from waymark.errors import UsageError
from waymark.library.catalogue import Catalogue
print("ready", flush=True)
sys.stdin.readline()
try:
    Catalogue.create(Path(sys.argv[1]), "waymark test").close()
except UsageError as error:
    assert "There is a library" in str(error), error
Catalogue.open(Path(sys.argv[1])).close()
print("opened", flush=True)
"""


@contextmanager
def child(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.create(tmp_path / "library", "waymark test") as made:
        with made.writing() as writer:
            writer.put(document("ours"), None, audit())
        yield made


def test_readers_are_never_kept_waiting(catalogue: Catalogue) -> None:
    """While another process is in the middle of a change, the last whole state is read at once."""
    with child(WRITER, str(catalogue.folder), str(Path(__file__).parent)) as other:
        assert says(other) == "writing"
        assert [card.id for card in catalogue.cards()] == ["ours"]
        assert catalogue.document("ours") == document("ours")
        assert catalogue.generation == 1
        assert catalogue.verify() == []
        with Catalogue.open(catalogue.folder) as opened_meanwhile:
            assert opened_meanwhile.statuses(["ours"])
        with catalogue._connection() as reading:
            reading.execute("BEGIN")
            assert reading.execute("SELECT count(*) FROM documents").fetchone() == (1,)
            tell(other)
            assert says(other) == "done"  # nor does a reader keep the writer waiting
            assert reading.execute("SELECT count(*) FROM documents").fetchone() == (1,)  # one state, to the end
    assert [card.id for card in catalogue.cards()] == ["ours", "theirs"]
    assert catalogue.changes_since(1)[0][0] == "theirs"


def test_a_second_writer_waits_and_is_then_told(catalogue: Catalogue) -> None:
    """It is told that it waits and for whom, gets the lock when the other ends, and else hears that it is busy."""
    notes: list[str] = []
    with child(WRITER, str(catalogue.folder), str(Path(__file__).parent)) as other:
        assert says(other) == "writing"
        with pytest.raises(LibraryBusy, match="Another process is writing"), catalogue.writing(wait=0):
            pass
        with pytest.raises(LibraryBusy), catalogue.writing(wait=0.2, note=notes.append):
            pass
        assert len(notes) == 1 and "Another process is writing" in notes[0] and "0.2 seconds" in notes[0]

        def let_go(sentence: str) -> None:
            notes.append(sentence)
            tell(other)  # the other ends only once this one waits

        with catalogue.writing(wait=60, note=let_go) as writer:
            assert len(notes) == 2
            assert writer.put(document("later"), None, audit()) == "added"
    assert [card.id for card in catalogue.cards()] == ["later", "ours", "theirs"]


def test_a_second_thread_waits_like_a_second_process(catalogue: Catalogue) -> None:
    waiting, done = threading.Event(), []

    def write() -> None:
        with catalogue.writing(wait=60, note=lambda _: waiting.set()) as writer:
            done.append(writer.put(document("theirs"), None, audit()))

    thread = threading.Thread(target=write)
    with catalogue.writing():
        thread.start()
        assert waiting.wait(60)
        assert done == []
    thread.join(60)
    assert done == ["added"]


def test_writing_inside_writing_is_told_instead_of_waiting_for_itself(catalogue: Catalogue) -> None:
    with catalogue.writing(), pytest.raises(LibraryBusy), catalogue.writing(wait=0.1):
        pass


def test_a_lock_of_a_killed_process_holds_nobody_up(catalogue: Catalogue) -> None:
    with child(WRITER, str(catalogue.folder), str(Path(__file__).parent)) as other:
        assert says(other) == "writing"
        other.kill()
        other.wait()
        with catalogue.writing(wait=10) as writer:
            assert writer.put(document("later"), None, audit()) == "added"
    assert catalogue.seen_all() == {}  # the other's open transaction never was
    assert catalogue.verify() == []


def test_two_that_make_the_same_library_at_once_both_open_it(tmp_path: Path) -> None:
    place = str(tmp_path / "library")
    with child(MAKER, place) as first, child(MAKER, place) as second:
        for process in (first, second):
            assert says(process) == "ready"
        for process in (first, second):
            tell(process)
        assert [says(first), says(second)] == ["opened", "opened"]
