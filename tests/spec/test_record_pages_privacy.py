"""Nothing that a person writes on the record's pages leaves the process but as the page that they see.

Each test runs a whole session in a process of its own: begun, written, uploaded, exported, locked by itself, opened again.
"""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Words that stand in no program and no table of ours, so that finding one on the disk means that it leaked.
WORDS = ("zaubernuss", "quittenkern", "Ottoline", "nachtschwalbe", "wrenfield", "pfefferminzpfad")

SESSION = """
import json
import sys
from pathlib import Path

from waymark.app.own_papers import PAPERS

sys.path.insert(0, {doors!r})
from own_pages import Clock, Person, door

folder = Path(sys.argv[1])
clock = Clock()


def session(stop=lambda person: None):
    person = Person(door(folder / "records", clock))
    person.go("/record/new").send(
        name="", passphrase="wrenfield pfefferminzpfad", again="wrenfield pfefferminzpfad", understood="yes", button="Begin"
    )
    person.send(button="I have it")
    person.go("/record/diary/list").send(own="zaubernuss", button="Keep this list")
    diary = person.go("/record/diary")
    fields = {{str(box.attributes["name"]): "quittenkern " * 900 for box in diary.html.css("textarea")}}
    diary.send({{**fields, "writer": "Ottoline"}}, button="Keep this page")
    person.go("/record/notes/add").send(text="nachtschwalbe I have a fever after chemotherapy", button="Keep")
    person.go("/record/course/add/diagnosis").send(histology="quittenkern", stage_at_diagnosis="rIIIB", button="Keep")
    person.go("/record/team/add").send(name="Ottoline", phone="nachtschwalbe", at_night="yes", button="Keep")
    person.go("/record/questions/add").send(text="nachtschwalbe?", button="Put it on the list")
    for address in ("/record", "/record/diary/back", "/record/visit/page", "/record/card", "/record/diary/weeks"):
        person.go(address)
        assert person.status == 200
    export = person.go("/record/data").send(readable="yes", button="Save everything").content
    assert b"PK" in export[:4]
    # An upload of more than a megabyte, which the usual reader of forms would put into a temporary file.
    large = b"quittenkern " * 200_000
    person.go("/record/import").send(file=("zaubernuss.zip", large), button="Show what is in it")
    assert person.status == 422
    person.go("/record/import").send(file=("export.zip", export), button="Show what is in it")
    person.send(button="Keep all of this")
    for name in PAPERS:
        person.go(f"/record/papers/{{name}}")
        assert person.status == 200 and person.headers["cache-control"] == "no-store", name
    portal = json.dumps({{"resourceType": "AllergyIntolerance", "id": "1", "code": {{"text": "nachtschwalbe"}}}}).encode()
    person.go("/record/import").send(file=("Ottoline.json", portal), button="Show what is in it")
    assert "nachtschwalbe" in person.words
    person.send(button="Keep what is ticked")
    person.go("/record/import").send(file=("quittenkern.html", b"<html>quittenkern"), button="Show what is in it")
    assert person.status == 422
    person.go("/record/calendar")
    person.go("/record/data").send(button="Make a backup now")
    person.go("/record/nothing/zaubernuss")
    person.go("/record/notes/add")
    own = person.own
    stop(person)
    clock.on(minutes=11)
    assert own.vault.lock_if_idle(clock.now)
    person.send(text="zaubernuss, typed and not kept", button="Keep")
    person.send(passphrase="not pfefferminzpfad", button="Open")
    person.send(passphrase="wrenfield pfefferminzpfad", button="Open")
    assert "zaubernuss, typed and not kept" in person.words
    person._arrived(person.post("/record/lock", {{}}))
    return person
""".format(doors=str(ROOT / "tests" / "doors"))


def run(script: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-c", SESSION + textwrap.dedent(script), str(folder)]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | environment, timeout=300, cwd=folder
    )


def test_a_session_reaches_for_no_network_and_no_other_program(tmp_path: Path) -> None:
    """The server is called in the process itself, so not even this machine's own network is needed. What wakes an event
    loop is a pair of connected sockets of the system's own kind, which lead nowhere else: they alone are allowed.
    """
    script = """
        import socket

        seen = []

        def hook(event, arguments):
            if event == "socket.__new__" and arguments[1] == socket.AF_UNIX:
                return
            if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "subprocess.", "os.system", "webbrowser.")):
                seen.append(event)

        sys.addaudithook(hook)
        session()
        print(seen)
        socket.socket().close()
        print(seen)
    """
    ran = run(script, tmp_path / "there")
    assert ran.returncode == 0, ran.stderr[-2000:]
    during, after = [line for line in ran.stdout.splitlines() if line.startswith("[")][-2:]
    assert during == "[]"
    assert after == "['socket.__new__']"  # the hook does see a socket


def found_in(folder: Path) -> list[tuple[str, str]]:
    """Return each word that stands in a file, or in the name of one, under a folder, in any of three encodings."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for word in WORDS:
            if any(word.encode(way) in content for way in ("utf-8", "utf-16-le", "utf-32-le")) or word in path.name:
                found.append((word, path.name))
    return found


@pytest.mark.parametrize("end", ["locked", "killed"])
def test_no_word_of_the_person_can_be_read_on_the_disk(tmp_path: Path, end: str) -> None:
    script = """
        import os, signal
        killed = sys.argv[1].endswith("killed")
        session(stop=lambda person: os.kill(os.getpid(), signal.SIGKILL) if killed else None)
    """
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    places = {name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR", "HOME", "XDG_CACHE_HOME")}
    ran = run(script, tmp_path / end, **places)
    assert ran.returncode == (0 if end == "locked" else -signal.SIGKILL), ran.stderr[-2000:]
    assert (tmp_path / end / "records" / "record-1" / "record.db").stat().st_size > 20_000
    assert found_in(tmp_path) == []
    (temporary / "leak").write_text(f"… {WORDS[1]} …")
    assert found_in(tmp_path) == [(WORDS[1], "leak")]  # the search does find a leak


def test_nothing_that_is_printed_or_logged_holds_a_word_of_the_person(tmp_path: Path) -> None:
    script = """
        import logging
        import warnings
        warnings.simplefilter("always")
        logging.basicConfig(level=logging.DEBUG, filename=folder / "log.txt")
        person = session()
        # A page that fails in a way nobody thought of, with the person's words in its error.
        import waymark.app.web.record.today as today
        def fails(*_):
            raise RuntimeError("quittenkern")
        person.open("wrenfield pfefferminzpfad")
        today.diary_due = fails
        person.go("/record")
        assert person.status == 500 and "nothing that you did" in person.words
        print("done")
    """
    ran = run(script, tmp_path / "there", PYTEST_VERSION="")
    assert ran.returncode == 0, ran.stderr[-2000:]
    log = (tmp_path / "there" / "log.txt").read_text()
    said = ran.stdout + ran.stderr
    assert "a page of the record failed" in said and "RuntimeError" in said
    for word in WORDS:
        assert word not in said
        # The test's own client logs the addresses that it asks for; one of them is a page that is not there.
        assert [line for line in log.splitlines() if word in line and "/record/nothing/" not in line] == []


def test_the_pages_are_served_by_one_process_beside_several(tmp_path: Path) -> None:
    """`waymark serve` answers with several processes; the record has one, at an address of its own, and every process leads
    there. Nothing of a session with it is printed.
    """
    environment = os.environ | {
        "WAYMARK_LIBRARY": str(tmp_path / "library"),
        "WAYMARK_RECORDS": str(tmp_path / "records"),
        "WAYMARK_PROCESSES": "2",
        "WAYMARK_ENCODE": "0",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "waymark.app.cli.main", "serve", "--port", "0"]
    served = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None
        line = served.stdout.readline()
        public = line.split(" at ")[1].split("/ ")[0]
        import httpx2

        with httpx2.Client(base_url=public, timeout=20) as client:
            page = _when_it_answers(client)
            assert 'href="/record"' in page
            places = {client.get("/record").headers["location"] for _ in range(12)}
            assert len(places) == 1
            [place] = places
            assert place.endswith("/record") and place != f"{public}/record"
            assert client.get("/es/record").headers["location"] == place.replace("/record", "/es/record")
            assert client.get("/record/diary").status_code == 404, "the public pages hold no page of the record"
            own = httpx2.Client(base_url=place.removesuffix("/record"), timeout=20, follow_redirects=True)
            start = own.get("/record")
            assert start.url.path == "/record/start" and public in start.text
            assert own.get("/ask").status_code in (404, 405), "and the record holds none of theirs"
            own.close()
    finally:
        served.send_signal(signal.SIGINT)
        out, err = served.communicate(timeout=30)
    assert "/record/start" not in out + err, "which pages of the record were opened is nobody's business"
    assert served.returncode == 0, err[-2000:]


def _when_it_answers(client: object) -> str:
    import httpx2

    assert isinstance(client, httpx2.Client)
    for _ in range(200):
        try:
            return client.get("/").text
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
