"""The record stays on the machine, and cannot be read there without its passphrase.

Each test runs the whole journey of a record in a process of its own: made, written, corrected, locked, opened by passphrase
and by recovery key, backed up, restored, exported, imported, refused, verified.
"""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

# Words that stand in no program and no table of ours, so that finding one on the disk means that it leaked.
WORDS = ("zaubernuss", "quittenkern", "Ottoline", "nachtschwalbe", "wrenfield", "pfefferminzpfad")

JOURNEY = """
import logging
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from waymark.errors import WaymarkError
from waymark.record.backups import restore
from waymark.record.dates import When
from waymark.record.entries import Record, new_entry
from waymark.record.keys import KeyCost
from waymark.record.payloads import Contact, Note, Question, SymptomEntry
from waymark.record.place import records_in
from waymark.record.transfer import export, import_
from waymark.record.vault import Vault

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
CHEAP = KeyCost(memory_kib=8, passes=1)


def refused(attempt):
    try:
        attempt()
    except WaymarkError as error:
        logging.getLogger("door").exception("refused: %s", error)
    else:
        raise AssertionError("this should have been refused")


def journey(folder, stop=lambda vault: None):
    place = folder / "records" / "record-1"
    vault, recovery = Vault.create(place, "wrenfield pfefferminzpfad", "Garden book", cost=CHEAP)
    record = Record(vault)
    [first] = record.append(new_entry(Note("zaubernuss " * 1500), at=NOW))
    for number in range(300):
        record.append(new_entry(SymptomEntry(None, f"quittenkern {number}", severity=number % 5), at=NOW, reported_by="Ottoline"))
    record.amend(first.id, Note("nachtschwalbe"), at=NOW, reason="zaubernuss was wrong")
    record.append(new_entry(Contact("Ottoline", phone="nachtschwalbe"), at=NOW))
    with vault.reading() as connection:  # a sort that is too large for the cache, and a table that is set aside
        connection.execute("CREATE TEMP TABLE aside AS SELECT payload || hex(randomblob(3000)) AS p FROM entries")
        connection.execute("SELECT p FROM aside ORDER BY p DESC").fetchall()
    record.entries(between=(date(2026, 1, 1), None), include_superseded=True)
    refused(lambda: SymptomEntry(term="zaubernuss quittenkern", severity=9))
    refused(lambda: record.append(new_entry(Question("nachtschwalbe?", visit=first.id), at=NOW)))
    refused(lambda: vault.change_passphrase("new wrenfield", "not wrenfield"))
    vault.backup(folder / "backup")
    stop(vault)
    assert vault.verify() == []
    vault.lock()
    refused(lambda: Vault.open(place, "wrong wrenfield", sleep=lambda _: None))
    refused(lambda: Vault.open_with_recovery_key(place, "wrenfield"))
    with Vault.open_with_recovery_key(place, recovery, sleep=lambda _: None) as again:
        again.change_passphrase("other wrenfield")
    restore(folder / "backup", folder / "records" / "record-2")
    with Vault.open(folder / "records" / "record-2", "wrenfield pfefferminzpfad") as again:
        assert len(Record(again).entries()) == 302
        assert Record(again).current(first.id).payload.text == "nachtschwalbe"
        logging.getLogger("door").info("shown: %r %s", Record(again).entries(include_superseded=True), Record(again).history(first.id))
    assert [found.name for found in records_in(folder / "records")] == ["Garden book", "Garden book"]
    return place


def out_and_in(folder, place):
    with Vault.open(place, "other wrenfield") as vault:
        export(Record(vault), folder / "export.zip", at=NOW)
        new, _ = Vault.create(folder / "records" / "record-3", "wrenfield pfefferminzpfad", cost=CHEAP)
        assert import_(Record(new), folder / "export.zip").added == 303
        new.lock()
        refused(lambda: import_(Record(vault), folder / "backup"))
"""


def run(script: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-c", JOURNEY + textwrap.dedent(script), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, timeout=300)


def test_no_socket_is_opened_on_the_whole_journey(tmp_path: Path) -> None:
    """An audit hook cannot be taken out again, so it lives in a process of its own; it also refuses to start a program."""
    script = """
        seen = []

        def hook(event, arguments):
            if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "subprocess.", "os.system", "webbrowser.")):
                seen.append(event)

        sys.addaudithook(hook)
        folder = Path(sys.argv[1])
        out_and_in(folder, journey(folder))
        print(seen)
        import socket
        socket.socket().close()
        print(seen)
    """
    ran = run(script, tmp_path / "there")
    assert ran.returncode == 0, ran.stderr
    during, after = ran.stdout.splitlines()
    assert during == "[]"
    assert after == "['socket.__new__']"  # the hook does see a socket


def test_the_record_runs_where_sockets_cannot_be_made(tmp_path: Path) -> None:
    script = """
        import socket
        import _socket

        def none(*arguments, **named):
            raise AssertionError("a socket was asked for")

        socket.socket.__init__ = none
        socket.create_connection = socket.getaddrinfo = none
        folder = Path(sys.argv[1])
        out_and_in(folder, journey(folder))
        print("done")
    """
    ran = run(script, tmp_path / "there")
    assert ran.stdout == "done\n", ran.stderr


def found_in(folder: Path) -> list[tuple[str, str]]:
    """Return each word that stands in a file, or in the name of one, under a folder, in any of three encodings."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for word in WORDS:
            if (
                any(word.encode(encoding) in content for encoding in ("utf-8", "utf-16-le", "utf-32-le"))
                or word in path.name
            ):
                found.append((word, path.name))
    return found


@pytest.mark.parametrize("end", ["locked", "killed"])
def test_no_word_of_the_person_can_be_read_on_the_disk(tmp_path: Path, end: str) -> None:
    """Every byte under the record's folder and under the folder for temporary files is read, after an orderly end and after
    a kill in the middle, when the log beside the database is full."""
    script = """
        import os, signal
        folder = Path(sys.argv[1])
        journey(folder, stop=lambda vault: os.kill(os.getpid(), signal.SIGKILL) if sys.argv[1].endswith("killed") else None)
    """
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    places = {name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR")}
    ran = run(script, tmp_path / end, **places)
    assert ran.returncode == (0 if end == "locked" else -9), ran.stderr
    database = tmp_path / end / "records" / "record-1" / "record.db"
    assert database.stat().st_size > 20_000
    if end == "killed":
        assert database.with_name("record.db-wal").stat().st_size > 100_000
    assert found_in(tmp_path) == []
    (temporary / "leak").write_text(f"… {WORDS[1]} …")
    assert found_in(tmp_path) == [(WORDS[1], "leak")]  # the search does find a leak


def test_logs_and_what_is_printed_hold_no_word_of_the_person(tmp_path: Path) -> None:
    """Each refusal is logged with its traceback, at the finest level, as a careless door would."""
    script = """
        import warnings
        warnings.simplefilter("always")
        folder = Path(sys.argv[1])
        logging.basicConfig(level=logging.DEBUG, filename=folder / "log.txt")
        logging.raiseExceptions = True
        out_and_in(folder, journey(folder))
        print("done")
    """
    ran = run(script, tmp_path / "there")
    assert ran.returncode == 0, ran.stderr
    log = (tmp_path / "there" / "log.txt").read_text()
    assert log.count("refused:") == 6 and log.count("<Entry 302 note>") == 2
    # The lines of code in a traceback are the test's own; what counts is what the errors and loggers said.
    said = [line for line in log.splitlines() if not line.startswith(("  File", "    "))]
    for word in WORDS:
        assert not [line for line in said if word in line]
        assert word not in ran.stdout + ran.stderr
    assert ran.stdout == "done\n"


def test_the_record_imports_nothing_that_reaches_the_network() -> None:
    """What import-linter checks for direct imports, checked here for what is loaded when the record is used."""
    script = """
        import sys
        import waymark.record.transfer, waymark.record.vault, waymark.record.entries, waymark.record.backups
        import typst, waymark.exchange.pdf, waymark.exchange.papers, waymark.exchange.fhir_document
        import waymark.exchange.fhir_proposals, waymark.exchange.diary_csv, waymark.exchange.ical
        reached = {"ssl", "http.client", "urllib.request", "httpx", "httpx2", "requests", "ftplib", "smtplib"}
        print(sorted(reached & sys.modules.keys()), sorted(name for name in sys.modules if name.startswith("waymark.")))
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    reached, ours = ran.stdout.strip().split("] [")
    assert reached == "["
    parts = {name.strip(" '[]").split(".")[1] for name in ours.split(",")}
    assert parts <= {"record", "library", "passages", "settings", "languages", "errors", "care", "exchange"}


WHOLE = """
import io
import json
import sys
import zipfile
from pathlib import Path
from waymark.app.own_import import keep, read_offer
from waymark.app.own_papers import PAPERS
from waymark.errors import WaymarkError
from waymark.app.demo_record import fill
from waymark.app.own_record import DiaryAnswer, OwnRecord
from waymark.care.severity import Answers
from waymark.languages.texts import texts
from waymark.record.keys import KeyCost
from waymark.record.payloads import AboutPerson, Contact, Note
from waymark.record.vault import Vault
texts("es").day(__import__("datetime").date(2026, 1, 5))  # what Babel reads for itself is read before
import icalendar, typst  # and what these two look for when they are loaded: fonts, zones

seen = []

def hook(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "subprocess.", "os.system", "webbrowser.")):
        seen.append(event)

sys.addaudithook(hook)
folder = Path(sys.argv[1])
vault, _ = Vault.create(folder / "records" / "record-1", "wrenfield pfefferminzpfad", cost=KeyCost(8, 1))
record = OwnRecord(vault, "US")
fill(record)
record.choose(["pain"], ["quittenkern"])
record.write_diary({"own:quittenkern": DiaryAnswer(Answers(None, 3, None), "zaubernuss since the morning")}, reported_by="Ottoline")
record.tell_about_person(AboutPerson("Ottoline"))
record.add(Contact("nachtschwalbe"), Note("zaubernuss"))
record.ask("nachtschwalbe?")
for language in ("en", "es"):
    for paper in PAPERS.values():
        assert len(paper.make(record, language, None)) > 100, paper.name
    assert "NOT-MADE.txt" not in zipfile.ZipFile(io.BytesIO(record.packed(language))).namelist()
    for view in (record.diary, record.charts, record.course, record.timeline, record.contradictions, record.plan, record.calendar,
                 record.questions, record.visit, record.packet, record.medicines, record.card, record.at_hand):
        view(language=language)
medicine = {"resourceType": "MedicationStatement", "id": "1", "status": "active", "medicationCodeableConcept": {"text": "quittenkern"},
            "note": [{"text": "zaubernuss"}]}
for file in (json.dumps(medicine).encode(), b"day,symptom,how_strong,note\\n2026-01-02,nachtschwalbe,2,zaubernuss\\n"):
    offered = read_offer(record, file, "en")
    assert keep(record, offered, [one.source for one in offered.proposals], "Ottoline") == 1
for refused in (b"", b"<html>Ottoline", b"{\\"a\\": \\"quittenkern\\"}", b"%PDF zaubernuss"):
    try:
        read_offer(record, refused, "en")
    except WaymarkError as error:
        print(error, repr(error), file=sys.stderr)
record.keep_backup()
assert vault.verify() == []
record.lock()
print(seen)
"""


def test_the_whole_record_with_every_view_opens_no_socket_and_leaves_no_word_on_the_disk(tmp_path: Path) -> None:
    """The facade that every door uses: each view and each paper (PDF, FHIR, iCalendar, CSV) in both languages, an export, files
    taken in and refused, urgent signs, a backup that is tried."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    places = {name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR", "HOME", "XDG_DATA_HOME")}
    ran = subprocess.run(
        [sys.executable, "-c", WHOLE, str(tmp_path)],
        capture_output=True,
        text=True,
        env=os.environ | places,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "[]\n"
    assert not [word for word in WORDS if word in ran.stderr], "no refusal repeats what stands in the file"
    assert list((tmp_path / "records" / "record-1.backups").iterdir())
    assert found_in(tmp_path) == []
