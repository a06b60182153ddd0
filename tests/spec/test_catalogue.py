"""The catalogue: what is taken in comes back to the character, every change has its audit event, and damage is said."""

import errno
import json
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from catalogue_examples import AT, WORDS, audit, document

from waymark.errors import (
    IndexDamaged,
    InvalidDocument,
    LibraryDamaged,
    LibraryTooNew,
    LifecycleRefused,
    NotFound,
    StorageRefused,
    UsageError,
    WaymarkError,
)
from waymark.library import folder as library_folder
from waymark.library import front_matter, packed
from waymark.library.body import Annotation, Block, BlockKind, Body, Removed, normalise
from waymark.library.catalogue import Audit, Catalogue, Seen
from waymark.library.document import Status, content_hash


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def catalogue(place: Path) -> Iterator[Catalogue]:
    with Catalogue.create(place, "waymark test") as made:
        yield made


def put(catalogue: Catalogue, *documents: Any, seen: Seen | None = None) -> list[str]:
    with catalogue.writing() as writer:
        return [writer.put(each, seen, audit()) for each in documents]


def test_a_document_comes_back_as_it_was_taken_in(catalogue: Catalogue) -> None:
    """Card, front matter, source, body with every mark, and evidence: nothing is lost on the way."""
    taken = document(front={"mine": {"deep": [1, None, "no"]}})
    assert put(catalogue, taken) == ["added"]
    kept = catalogue.document("scans")
    assert kept == taken
    assert kept.body.annotations and kept.body.blocks
    assert catalogue.card("scans") == catalogue.card("scans", "v1") == taken.card
    assert list(kept.front) == list(taken.front)


@pytest.mark.parametrize(
    "body",
    [
        Body("", (), (), ()),
        Body("a\ud800🙂", (), (), (Removed(2, "markup", "\x00\ud801"),)),
        Body(
            "abc",
            (Block(BlockKind.ROW, 0, 2, 3, 1), Block(BlockKind.ITEM, 0, 0, 3, 99)),
            (Annotation(2, 3, "link", "https://x", "n"), Annotation(0, 1, "link", "https://x", "")),
            (),
        ),
    ],
)
def test_every_body_is_kept(body: Body) -> None:
    assert packed.body_from(body.text, packed.marks_bytes(body)) == body


def test_marks_that_are_not_ours_are_refused() -> None:
    marks = packed.marks_bytes(normalise(WORDS))
    for broken in (b"", marks[:7], marks[:30], b"\x09" + marks[1:], marks[:-3]):
        with pytest.raises(ValueError):
            packed.body_from("x", broken)


def test_a_second_reading_of_the_same_changes_nothing(catalogue: Catalogue) -> None:
    """Unchanged is no event and no version; when it was read and where it lay do not count as changes."""
    put(catalogue, document())
    again = document(retrieved="2026-11-21T09:00:00Z", origin="/elsewhere/scans.md")
    assert put(catalogue, again) == ["unchanged"]
    assert len(catalogue.events()) == len(catalogue.versions("scans")) == 1


@pytest.mark.parametrize(
    "other",
    [
        document(source=WORDS + "\nOne more sentence.\n"),
        document(source=WORDS.replace("https://example.org/help", "https://example.org/talk")),
        document(front={"license": "CC-BY-4.0"}),
        document(front={"mine": "new"}),
        document(kind="drug"),
    ],
    ids=["words", "a link's target", "a known key", "an unknown key", "a derived value"],
)
def test_another_content_is_another_version(catalogue: Catalogue, other: Any) -> None:
    """Whatever differs makes a version; the former one stays, superseded, and can still be quoted."""
    first = document()
    assert put(catalogue, first, other) == ["added", "updated"]
    assert catalogue.card("scans").version == "v2"
    assert catalogue.document("scans") == other.with_card(version="v2")
    former = catalogue.document("scans", "v1")
    assert former == first.with_card(status=Status.SUPERSEDED)
    assert [card.version for card in catalogue.versions("scans")] == ["v1", "v2"]
    assert put(catalogue, other) == ["unchanged"]


@pytest.mark.parametrize(
    ("taken", "wanted", "kept"),
    [
        (["v1"], "v1", "v2"),
        (["v1", "v2"], "v1", "v3"),
        (["v1"], "v7", "v7"),
        (["2026-09"], "2026-09", "2026-10"),
        (["first"], "first", "first-2"),
        (["first", "first"], "first", "first-3"),
        (["v1"], "", "v2"),
    ],
)
def test_a_version_name_is_kept_if_it_is_free(catalogue: Catalogue, taken: list[str], wanted: str, kept: str) -> None:
    for number, name in enumerate(taken):
        put(catalogue, document(source=f"Text {number}.", version=name))
    put(catalogue, document(source="The last text.", version=wanted))
    assert catalogue.card("scans").version == kept


def test_each_change_has_its_event(catalogue: Catalogue) -> None:
    """Who, what, why, when, and what it was before; the latest first."""
    put(catalogue, document())
    with catalogue.writing() as writer:
        writer.put(
            document(source="New.", status=Status.DRAFT),
            None,
            Audit("ana", "add", "new text", AT),
            ["TEXT-THIN: short"],
        )
        writer.set_status("scans", Status.PUBLISHED, Audit("ben", "publish", "read it", AT))
    latest, second, first = catalogue.events("scans")
    assert [e.seq for e in (first, second, latest)] == [1, 2, 3]
    assert (second.actor, second.action, second.at, second.version) == ("ana", "add", AT, "v2")
    assert second.content_hash == content_hash("New.")
    assert second.detail == {
        "outcome": "updated",
        "status": "draft",
        "version_before": "v1",
        "status_before": "published",
        "why": "new text",
        "reasons": ["TEXT-THIN: short"],
    }
    assert latest.detail == {"outcome": "status", "status": "published", "status_before": "draft", "why": "read it"}
    assert [e.seq for e in catalogue.events(limit=2)] == [3, 2]
    assert catalogue.events("nothing") == []


def test_no_event_no_change(catalogue: Catalogue, place: Path) -> None:
    """When the event cannot be written, the change is not there either."""
    put(catalogue, document())
    with sqlite3.connect(place / "catalogue.sqlite") as other:
        other.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON events WHEN NEW.actor = 'test' BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    other.close()
    with pytest.raises(sqlite3.IntegrityError):
        put(catalogue, document(source="New."))
    with pytest.raises(sqlite3.IntegrityError), catalogue.writing() as writer:
        writer.set_status("scans", Status.WITHDRAWN, audit())
    assert catalogue.versions("scans") == [document().card]
    assert catalogue.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'nobody'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "UPDATE versions SET content_hash = 'sha256:0'",
        "DELETE FROM versions",
        "UPDATE texts SET front = '{}'",
        "DELETE FROM texts",
    ],
)
def test_what_is_kept_cannot_be_edited(catalogue: Catalogue, place: Path, statement: str) -> None:
    """The database itself refuses to change an audit event or a version."""
    put(catalogue, document())
    connection = sqlite3.connect(place / "catalogue.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match=r"never|follows"):
        connection.execute(statement)
    connection.close()


def test_an_audit_says_who_what_and_when() -> None:
    for wrong in (("", "add", "", AT), ("ana", " ", "", AT), ("ana", "add", "", ""), ("ana", "add", "", "today")):
        with pytest.raises(ValueError):
            Audit(*wrong)


def test_generation_counts_what_may_be_quoted(catalogue: Catalogue) -> None:
    """A draft changes nothing that may be quoted; publishing, updating and withdrawing do."""
    assert catalogue.generation == 0
    put(catalogue, document("draft", status=Status.DRAFT))
    assert catalogue.generation == 0
    put(catalogue, document("scans"))
    assert catalogue.generation == 2
    put(catalogue, document("scans", source="Held.", status=Status.DRAFT))
    assert catalogue.generation == 3
    with catalogue.writing() as writer:
        writer.set_status("draft", Status.IN_REVIEW, audit("review"))
        assert catalogue.generation == 3
        writer.set_status("draft", Status.PUBLISHED, audit("publish"))
    assert catalogue.generation == 5
    assert catalogue.changes_since(0) == [("draft", "v1", Status.PUBLISHED), ("scans", "v2", Status.DRAFT)]
    assert catalogue.changes_since(3) == [("draft", "v1", Status.PUBLISHED)]
    assert catalogue.changes_since(5) == []


def test_cards_and_statuses(catalogue: Catalogue) -> None:
    put(catalogue, document("b"), document("a"), document("c", status=Status.DRAFT))
    assert [card.id for card in catalogue.cards()] == ["a", "b"]
    assert [card.id for card in catalogue.cards(None)] == ["a", "b", "c"]
    assert [card.id for card in catalogue.cards(Status.DRAFT)] == ["c"]
    assert catalogue.statuses(["c", "a", "nothing"]) == {"a": ("v1", Status.PUBLISHED), "c": ("v1", Status.DRAFT)}
    assert catalogue.statuses([]) == {}
    assert catalogue.statuses([f"x{n}" for n in range(40_000)] + ["a"]) == {"a": ("v1", Status.PUBLISHED)}


def test_what_is_not_there_names_the_closest(catalogue: Catalogue) -> None:
    put(catalogue, document("breast-cancer"), document("lung-cancer"))
    with pytest.raises(NotFound, match=r"“brest-cancer”.*“breast-cancer”"):
        catalogue.document("brest-cancer")
    with pytest.raises(NotFound, match=r"no version v9\. It has v1"):
        catalogue.card("lung-cancer", "v9")
    for ask in (catalogue.card, catalogue.versions, catalogue.document):
        with pytest.raises(NotFound):
            ask("\ud800'; DROP TABLE documents; --")
    with pytest.raises(NotFound), catalogue.writing() as writer:
        writer.set_status("nothing", Status.WITHDRAWN, audit())


def test_what_was_seen_is_remembered(catalogue: Catalogue) -> None:
    """Also for a name that is no UTF-8, and for a file that was turned away."""
    odd = Seen("/files/caf\udce9.md", 5, 7, "abc", None, "rejected", "No title.\ud800")
    first = Seen("/files/a.md", 10, 2**62, "def", "scans", "held", "TEXT-THIN")
    with catalogue.writing() as writer:
        writer.note_seen(odd)
        writer.put(document(), first, audit())
        writer.put(document(), replace(first, mtime_ns=3), audit())
    assert catalogue.seen("/files/nothing.md") is None
    assert catalogue.seen(odd.origin) == replace(odd, reason="No title.\\ud800")
    assert catalogue.seen_all()["/files/a.md"] == replace(first, mtime_ns=3)
    assert set(catalogue.seen_all()) == {odd.origin, first.origin}


@pytest.mark.parametrize("name", ["", "..", "../up", "A", "a b", "é", "a/b", "a\n", "con.md", "a" * 200])
def test_a_name_that_could_leave_the_folder_is_refused(catalogue: Catalogue, place: Path, name: str) -> None:
    with pytest.raises(InvalidDocument, match="cannot name a document"):
        put(catalogue, document(name))
    assert list(place.rglob("*.md")) == []


def test_a_hash_that_is_not_the_bodys_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(InvalidDocument, match="is not that of its body"):
        put(catalogue, document(content_hash="sha256:0"))


# Readable files -----------------------------------------------------------------------------------------------------


def test_each_current_version_is_a_readable_file(catalogue: Catalogue, place: Path) -> None:
    """The file has what came and what Waymark knows of it; adding it again changes nothing."""
    put(catalogue, document(), document(source=WORDS + "\nMore.\n", front={"mine": "kept"}))
    text = (place / "documents" / "scans.md").read_bytes().decode("utf-8")
    front, source = front_matter.read(text)
    assert source == WORDS + "\nMore.\n"
    kept = catalogue.document("scans")
    assert {k: v for k, v in front.items() if k in kept.front} == {**kept.front, "version": "v2"}
    assert front["contentHash"] == kept.card.content_hash
    assert (front["id"], front["updated"], front["posted"], front["reviewDue"]) == (
        "scans",
        "2026-01-15",
        None,
        "2027-01-31",
    )
    assert front["evidence"] == {"audience": ["the address says patient"]}
    read_again = replace(kept, front=front)
    assert put(catalogue, read_again) == ["unchanged"]


def test_the_readable_file_follows_the_status(catalogue: Catalogue, place: Path) -> None:
    put(catalogue, document())
    path = place / "documents" / "scans.md"
    assert front_matter.read(path.read_text())[0]["status"] == "active"  # the source's own word
    with catalogue.writing() as writer:
        writer.set_status("scans", Status.WITHDRAWN, audit("withdraw"))
    assert front_matter.read(path.read_text())[0]["status"] == "withdrawn"
    assert catalogue.verify() == []


def test_evidence_too_long_for_front_matter_stays_in_the_catalogue(catalogue: Catalogue, place: Path) -> None:
    long = replace(document(), evidence={"cancerTypes.breast": ("x" * 1000,) * 100})
    put(catalogue, long)
    assert catalogue.document("scans").evidence == long.evidence
    assert "evidence" not in front_matter.read((place / "documents" / "scans.md").read_text())[0]


def test_altered_and_missing_files_are_written_again(catalogue: Catalogue, place: Path) -> None:
    put(catalogue, document("a"), document("b"), document("c"))
    (place / "documents" / "a.md").write_text("something else")
    (place / "documents" / "b.md").unlink()
    found = catalogue.verify()
    assert len(found) == 2 and "a.md is not as Waymark wrote it" in found[0] and "b.md is missing" in found[1]
    with catalogue.writing() as writer:
        assert writer.restore_files() == ["a", "b"]
    assert catalogue.verify() == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "no room left"), (errno.EACCES, "may not be written"), (errno.EIO, "cannot be used")],
)
def test_a_file_that_cannot_be_written_is_made_up_for(
    catalogue: Catalogue, place: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """The change is kept; the readable file comes when the library is next written to."""

    def fails(path: Path, data: bytes, durable: bool = False) -> None:
        raise OSError(number, "it is so")

    with monkeypatch.context() as patch:
        patch.setattr(library_folder, "write_whole", fails)
        with pytest.raises(WaymarkError, match=words):
            put(catalogue, document())
    assert catalogue.document("scans") == document()
    assert catalogue.verify() == []  # the file is known to be missing
    with catalogue.writing():
        pass
    assert (place / "documents" / "scans.md").exists()
    assert catalogue.verify() == []


def test_a_readable_file_is_replaced_in_one_step(
    catalogue: Catalogue, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the new file is whole, the former one stands there whole."""
    put(catalogue, document())
    path = place / "documents" / "scans.md"
    former = path.read_bytes()

    def fails(beside: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "it is so")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fails)
        with pytest.raises(StorageRefused, match="no room left"):
            put(catalogue, document(source="New."))
    assert path.read_bytes() == former
    with catalogue.writing():
        assert front_matter.read(path.read_text())[1] == "New."
    assert catalogue.verify() == []


@pytest.mark.parametrize(
    "raised",
    [
        ValueError("disk"),
        OSError("1 requested and 0 written"),
        sqlite3.OperationalError("disk I/O error"),
        IndexDamaged("x"),
    ],
)
def test_whatever_a_full_disk_raises_is_said_as_a_full_disk(
    place: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception
) -> None:
    """Each library that writes has its own way of failing on a full disk; with room left the error keeps its own kind."""
    place.mkdir(exist_ok=True)
    room = shutil.disk_usage(place)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: room._replace(free=1000))
    with pytest.raises(StorageRefused, match="no room left"), library_folder.kept_on(place):
        raise raised
    monkeypatch.setattr(shutil, "disk_usage", lambda path: room._replace(free=10**9))
    kind = StorageRefused if isinstance(raised, OSError) else type(raised)
    with pytest.raises(kind) as caught, library_folder.kept_on(place):
        raise raised
    assert "no room left" not in str(caught.value)


def test_a_full_disk_leaves_the_last_whole_state(catalogue: Catalogue) -> None:
    put(catalogue, document("a"))
    with pytest.raises(StorageRefused, match="no room left on the disk"), catalogue.writing() as writer:
        connection = writer._open
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        for number in range(50):
            writer.put(
                document(f"b{number}", source=f"{number} " + "".join(map(chr, range(0x4E00, 0x9000)))), None, audit()
            )
    kept = [card.id for card in catalogue.cards()]
    assert kept[0] == "a" and len(kept) < 50
    assert catalogue.verify() == []
    assert put(catalogue, document("z")) == ["added"]


# Opening ------------------------------------------------------------------------------------------------------------


def test_no_library_is_not_found(place: Path, tmp_path: Path) -> None:
    for nowhere in (place, tmp_path):
        with pytest.raises(NotFound, match="There is no library in"):
            Catalogue.open(nowhere)
    assert not place.exists()


def test_a_library_is_made_once(catalogue: Catalogue, place: Path) -> None:
    assert json.loads((place / "library.json").read_text()) == {"format": 1, "made_by": "waymark test"}
    with pytest.raises(UsageError, match="There is a library in"):
        Catalogue.create(place, "waymark test")


def test_a_library_is_not_made_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(UsageError, match=r"holds other files \(letter.txt\)"):
        Catalogue.create(tmp_path, "waymark test")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["letter.txt"]


def test_a_making_that_was_cut_short_is_taken_up(place: Path) -> None:
    """Without library.json there is no library yet; an empty catalogue beside it is what a killed making left."""
    Catalogue.create(place, "waymark test").close()
    (place / "library.json").unlink()
    with pytest.raises(NotFound):
        Catalogue.open(place)
    with Catalogue.create(place, "waymark test") as made:
        assert put(made, document()) == ["added"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageRefused, match="cannot be used"):
        Catalogue.create(tmp_path / "file" / "library", "waymark test")


def test_a_newer_library_is_refused(catalogue: Catalogue, place: Path) -> None:
    catalogue.close()
    (place / "library.json").write_text('{"format": 2, "made_by": "waymark 9"}')
    with pytest.raises(LibraryTooNew, match=r"newer Waymark \(waymark 9\)"):
        Catalogue.open(place)
    (place / "library.json").write_text('{"format": 1, "made_by": "waymark 9"}')
    connection = sqlite3.connect(place / "catalogue.sqlite")
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(LibraryTooNew):
        Catalogue.open(place)


def _no_database(file: Path) -> None:
    file.write_bytes(b"not a database at all" * 500)


def _half_a_file(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])


def _nothing(file: Path) -> None:
    file.unlink()


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _no_table(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE seen")
    connection.close()


def _another_program(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()


def _noise(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096 : 4096 + 40_000] = b"\xff" * 40_000
    file.write_bytes(bytes(data))


@pytest.mark.parametrize("harm", [_no_database, _half_a_file, _nothing, _empty, _no_table, _another_program, _noise])
def test_a_damaged_catalogue_says_so(catalogue: Catalogue, place: Path, harm: Any) -> None:
    """Broken is not empty: no kind of damage reads as a library without documents."""
    put(catalogue, *(document(f"d{n}", source=f"{WORDS} {n}") for n in range(40)))
    catalogue.close()
    harm(place / "catalogue.sqlite")
    with pytest.raises(LibraryDamaged) as caught:
        Catalogue.open(place).cards()
    assert caught.value.next_step


@pytest.mark.parametrize("words", ["", "{", "[]", '{"format": "x"}', "{}", "\x00"])
def test_a_damaged_marker_says_so(catalogue: Catalogue, place: Path, words: str) -> None:
    catalogue.close()
    (place / "library.json").write_text(words)
    with pytest.raises(LibraryDamaged, match=r"library\.json"):
        Catalogue.open(place)


def test_a_library_without_its_marker_is_not_written_over(catalogue: Catalogue, place: Path) -> None:
    put(catalogue, document())
    catalogue.close()
    (place / "library.json").unlink()
    with pytest.raises(LibraryDamaged, match=r"library\.json is missing"):
        Catalogue.open(place)
    shutil.rmtree(place / "documents")
    with pytest.raises(LibraryDamaged, match=r"library\.json is missing"):
        Catalogue.create(place, "waymark test")


def test_a_closed_library_says_so(catalogue: Catalogue) -> None:
    catalogue.close()
    with pytest.raises(UsageError, match="is closed"):
        catalogue.cards()


def test_a_writer_ends_with_its_lock(catalogue: Catalogue) -> None:
    with catalogue.writing() as writer:
        pass
    with pytest.raises(UsageError, match="has ended"):
        writer.put(document(), None, audit())


def test_several_threads_read_while_one_writes(catalogue: Catalogue) -> None:
    put(catalogue, document("d000"))
    faults: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                for card in catalogue.cards():
                    assert catalogue.document(card.id).card == card
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    with catalogue.writing() as writer:
        for number in range(1, 60):
            writer.put(document(f"d{number:03}"), None, audit())
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(catalogue.cards()) == 60


# Integrity ----------------------------------------------------------------------------------------------------------

_UNLOCK = """
DROP TRIGGER events_are_not_edited; DROP TRIGGER events_are_not_taken_out; DROP TRIGGER versions_keep_their_words;
DROP TRIGGER versions_are_not_taken_out; DROP TRIGGER texts_are_not_edited; DROP TRIGGER texts_are_not_taken_out;
"""


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE events SET actor = 'nobody' WHERE seq = 2", "from number 2 on"),
        ("UPDATE events SET detail = '{}' WHERE seq = 1", "from number 1 on"),
        ("DELETE FROM events WHERE seq = 2", "from number 3 on"),
        ("DELETE FROM events WHERE seq = 3", "without the audit event"),
        ("UPDATE versions SET title = 'Another' WHERE document = 'a'", "“a” v1"),
        ("UPDATE versions SET last_reviewed = '2026-10-01' WHERE document = 'a'", "“a” v1"),
        ("UPDATE versions SET status = 'draft' WHERE document = 'a'", "The status of “a” v1"),
        ("UPDATE versions SET content_hash = 'sha256:0' WHERE document = 'a'", "The body of “a” v1"),
        ("UPDATE versions SET file_hash = 'sha256:0' WHERE document = 'a'", "“a” v1"),
        ("UPDATE texts SET front = '{}' WHERE row = 1", "was altered"),
        ("UPDATE texts SET evidence = '{}' WHERE row = 1", "was altered"),
        ("UPDATE texts SET normalisation = 9 WHERE row = 1", "was altered"),
        ("UPDATE texts SET body = (SELECT body FROM texts WHERE row = 2) WHERE row = 1", "The body of “a” v1"),
        ("UPDATE texts SET source = (SELECT source FROM texts WHERE row = 2) WHERE row = 1", "The source of “a” v1"),
        ("UPDATE texts SET marks = (SELECT marks FROM texts WHERE row = 2) WHERE row = 1", "was altered"),
        ("UPDATE texts SET marks = x'00' WHERE row = 1", "cannot be read"),
        ("DELETE FROM texts WHERE row = 1", "The text of “a” v1 is missing"),
        ("DELETE FROM versions WHERE row = 1", "not in the catalogue"),
        ("DELETE FROM documents WHERE id = 'a'", "no longer in the catalogue"),
        ("UPDATE documents SET current = 3 WHERE id = 'b'", "The current version of “b”"),
        ("UPDATE documents SET file_hash = 'x' WHERE id = 'a'", "documents/a.md is not as Waymark wrote it"),
    ],
)
def test_verify_finds_every_altered_byte(catalogue: Catalogue, place: Path, statement: str, words: str) -> None:
    """Body, source, marks, front matter, card, status, audit events, readable files: each is held against its digest."""
    put(catalogue, document("a"), document("b", source="B."), document("c", source="C.", front={"title": "C"}))
    assert catalogue.verify() == []
    connection = sqlite3.connect(place / "catalogue.sqlite")
    connection.executescript(_UNLOCK + statement)
    connection.commit()
    connection.close()
    found = catalogue.verify()
    assert any(words in sentence for sentence in found), found
    assert all(sentence.endswith(".") for sentence in found)


def test_altered_text_is_never_quoted(catalogue: Catalogue, place: Path) -> None:
    put(catalogue, document("a"), document("b", source="B."))
    connection = sqlite3.connect(place / "catalogue.sqlite")
    connection.executescript(_UNLOCK + "UPDATE texts SET body = (SELECT body FROM texts WHERE row = 2) WHERE row = 1")
    connection.close()
    with pytest.raises(LibraryDamaged, match="“a” v1 is damaged"):
        catalogue.document("a")
    assert catalogue.document("b").body.text == "B."


def test_a_stranger_among_the_readable_files_is_named(catalogue: Catalogue, place: Path) -> None:
    (place / "documents" / "mine.md").write_text("Mine.")
    assert catalogue.verify() == ["documents/mine.md is no document of this library."]


def test_verify_says_when_the_file_is_damaged(catalogue: Catalogue, place: Path) -> None:
    put(catalogue, *(document(f"d{n}", source=f"{WORDS} {n}") for n in range(40)))
    catalogue.close()
    file = place / "catalogue.sqlite"
    data = bytearray(file.read_bytes())
    for page in range(len(data) // 4096 // 2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    file.write_bytes(bytes(data))
    try:
        with Catalogue.open(place) as damaged:
            found = damaged.verify()
    except LibraryDamaged as error:
        found = [str(error)]
    assert found and "damaged" in found[0]


def test_withdrawn_stays_withdrawn(catalogue: Catalogue) -> None:
    put(catalogue, document())
    with catalogue.writing() as writer:
        writer.set_status("scans", Status.WITHDRAWN, audit("withdraw"))
    assert put(catalogue, document()) == ["unchanged"]
    with pytest.raises(LifecycleRefused, match="“scans” is withdrawn"):
        put(catalogue, document(source="New."))
    assert catalogue.card("scans").status is Status.WITHDRAWN


def test_the_catalogue_is_read_without_the_parts_that_only_writing_needs() -> None:
    """A question pays for none of these at its start."""
    code = "import sys, waymark.library.catalogue; print(sorted({'pydantic','ruamel','filelock','rapidfuzz','waymark.library.front_matter'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_real_documents_come_back(catalogue: Catalogue, shared: Path) -> None:
    """Bodies of the real collection, the largest among them, are the same after the catalogue."""
    paths = sorted((shared / "corpus" / "nci").rglob("*.md"), key=lambda path: path.stat().st_size)
    taken = []
    for path in [*paths[:: len(paths) // 25], paths[-1]]:
        front, source = front_matter.read(path.read_bytes().decode("utf-8"))
        taken.append(document(path.stem, source=source, front=front))
    put(catalogue, *taken)
    for each in taken:
        assert catalogue.document(each.id) == each
    assert catalogue.verify() == []
