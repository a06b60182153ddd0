"""The commands of the private record: a whole life of one, what programs get, what goes wrong, and that nothing leaks."""

import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from waymark.app.cli import record_door
from waymark.app.cli.main import every_command, run
from waymark.app.cli.record import COMMANDS
from waymark.record.keys import KeyCost
from waymark.record.place import Place
from waymark.record.vault import Vault

PASSPHRASE = "seven grey herons wading"
CHEAP = KeyCost(memory_kib=8, passes=1)


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAYMARK_RECORDS", str(tmp_path / "records"))
    monkeypatch.setenv("WAYMARK_COUNTRY", "GB")
    return tmp_path / "records"


@pytest.fixture
def record(folder: Path) -> Path:
    """A record that opens at no cost."""
    vault, _ = Vault.create(folder / "record-1", PASSPHRASE, "Garden", cost=CHEAP)
    vault.lock()
    return folder / "record-1"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Return a file descriptor that holds the given lines."""
    opened: list[int] = []

    def lines(*words: str) -> int:
        reading, writing = os.pipe()
        os.write(writing, "".join(f"{word}\n" for word in words).encode())
        os.close(writing)
        opened.append(reading)
        record_door._lines.pop(reading, None)
        return reading

    yield lines
    for fd in opened:
        os.close(fd)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], typed: Callable[..., int]) -> Call:
    """Call ``waymark record …`` with the passphrase on a file descriptor."""

    def called(*arguments: str, words: tuple[str, ...] = (PASSPHRASE,), fd: bool = True) -> Said:
        capsys.readouterr()
        given = ["--passphrase-fd", str(typed(*words))] if fd else []
        code = run(["record", *arguments, *given])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return called


def ok(said: Said) -> Any:
    assert said.code == 0, said.err
    return said.json if said.out.startswith("{") else said.out


def test_every_command_that_is_named_in_the_design_is_there() -> None:
    there = every_command()
    for name in (
        *("new", "list", "open", "lock", "symptom add", "symptom show", "course show", "plan add", "plan next"),
        *("plan done", "question add", "question list", "team add", "team show", "summary", "export", "import"),
        *("verify", "erase", "passphrase", "recovery-key", "demo", "course add recurrence", "card", "packet"),
    ):
        assert f"record {name}" in there
    assert {name.split()[1] for name in there if name.startswith("record ")} == set(COMMANDS)


def test_no_command_takes_a_passphrase_as_an_argument() -> None:
    for name, command in every_command().items():
        if name.startswith("record"):
            for parameter in command.params:
                spelled = " ".join((parameter.name or "", *parameter.opts)).lower()
                assert "passphrase" not in spelled or parameter.opts[0] in ("--passphrase-fd", "--without-passphrase")
                assert "key" not in spelled.split("_") or "--with-recovery-key" in parameter.opts


# The seeds' own words, through the commands


def test_colon_cancer_that_came_back_in_the_liver_stays_colon_cancer(record: Path, call: Call) -> None:
    ok(call("course", "add", "diagnosis", "colon cancer", "--stage", "Stage IIA", "--on", "2019-05"))
    ok(call("course", "add", "recurrence", "--where", "distant", "--site", "liver", "--on", "2023-02-07"))
    kept = ok(call("course", "add", "stage", "rIVA", "--on", "2023-03", "--json"))
    assert kept["contradictions"][:2] == [
        "Stage as written: rIVA",
        "Understood: stage rIVA (r is staged again after it came back)",
    ]
    shown = ok(call("course", "show"))
    assert "May 2019: Diagnosis: Colon cancer" in shown
    assert "First recurrence: distant (liver)" in shown
    assert "liver cancer" not in shown.lower()
    assert shown.index("Understood: stage IIA") < shown.index("Understood: stage rIVA")
    assert "Does not go together" not in shown


def test_a_second_cancer_is_a_condition_of_its_own(record: Path, call: Call) -> None:
    ok(call("course", "add", "diagnosis", "breast", "--on", "2015"))
    ok(call("course", "add", "second-cancer", "melanoma", "--on", "2022", "--stage", "IB"))
    timeline = ok(call("course", "show", "--json"))["timeline"]
    assert [row["kind"] for row in timeline] == ["diagnosis", "second_cancer"]


def test_a_brain_tumour_has_a_grade_and_no_stage(record: Path, call: Call) -> None:
    ok(call("course", "add", "diagnosis", "ependymoma", "--histology", "ependymoma, WHO grade 2", "--on", "2019-05"))
    ok(call("course", "add", "recurrence", "--where", "local", "--site", "spine", "--on", "2024"))
    said = ok(call("course", "add", "stage", "rT2 N0 M0", "--json"))
    assert any("no TNM stage" in sentence for sentence in said["contradictions"])
    assert "Ependymoma" in ok(call("course", "show"))


# A life


def test_a_record_from_its_beginning_to_its_end(folder: Path, call: Call, tmp_path: Path) -> None:
    made = ok(call("new", "--name", "Garden", "--json"))
    assert made["record"] == "Garden" and len(made["recovery_key"]) == 41
    assert ok(call("list", "--json", fd=False))["records"][0]["name"] == "Garden"

    ok(call("course", "add", "diagnosis", "ependymoma", "--on", "2019-05", "--said-by", "Dr. Okafor"))
    ok(call("course", "add", "treatment", "operation", "--kind", "surgery", "--start", "2019-06-11"))
    ok(call("symptom", "choose", "back-pain", "numbness", "feet feel wrapped"))
    ok(call("symptom", "usual", "back-pain", "--severity", "1"))
    ok(call("symptom", "usual", "back-pain", "--severity", "3", "--at-diagnosis", "--on", "2019-04"))
    written = ok(call("symptom", "add", "feet feel wrapped", "--severity", "2", "--by", "Inge", "--json"))
    assert written["urgent"] == [] and len(written["entries"]) == 1
    shown = ok(call("symptom", "show", "--json"))["symptoms"]
    assert {one["name"] for one in shown} == {"Back pain", "feet feel wrapped"}
    assert any("0 of 4" not in one["usual"]["sentence"] for one in shown)

    plan = ok(call("plan", "add", "MRI", "--kind", "imaging", "--every", "3 months", "--from", "2020-01-31", "--json"))
    coming = ok(call("plan", "next", "--json"))["coming"]
    assert [one["name"] for one in coming] == ["MRI"] and coming[0]["slot"].startswith(plan["entry"])
    ok(call("plan", "done", coming[0]["slot"][:8], "--on", "2020-05-02", "--result", "no new spots"))
    over = ok(call("plan", "show", "--json"))["over"]
    assert [(one["when"], one["result"]) for one in over] == [("2020-05-02", "no new spots")]

    ok(call("question", "pick", "came-back.where", "trial.fit"))
    ok(call("question", "add", "Is the numbness from the radiation?"))
    ok(call("question", "order", "3"))
    assert ok(call("question", "list")).startswith("1. Is the numbness from the radiation?")
    ok(call("question", "answer", "1", "Most likely.", "--answered-by", "Dr. Okafor"))
    assert [one["answer"] for one in ok(call("question", "list", "--json"))["answered"]] == ["Most likely."]

    ok(
        call(
            "team", "add", "Ms. Lindqvist", "--role", "nurse", "--phone", "+1 555 0100", "--at-night", "--for", "fever"
        )
    )
    ok(call("medicine", "add", "dexamethasone", "--as-written", "4 mg", "--start", "2026-01-02", "--steroid"))
    ok(call("allergy", "add", "penicillin", "--reaction", "rash"))
    ok(call("hand", "add", "Walk to the lake", "--for", "hard_day"))
    ok(call("about", "--name", "Mrs. Adeyemi", "--born", "1961-04-09"))
    ok(call("packet", "have", "pathology-report", "--where", "blue folder"))
    card = ok(call("card"))
    for word in ("Mrs. Adeyemi", "Ependymoma", "penicillin", "dexamethasone, 4 mg", "Ms. Lindqvist", "999"):
        assert word in card
    summary = ok(call("summary"))
    for word in (
        "My questions",
        "Please go through this list with me.",
        "dexamethasone",
        "A quiet chart is not a test.",
    ):
        assert word in summary
    assert "x Pathology reports (blue folder)" in ok(call("packet"))

    before = ok(call("course", "show", "--json"))
    ok(call("export", str(tmp_path / "out.zip")))
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {"README.txt", "entries.json", "csv/symptom.csv"} <= set(archive.namelist())
    assert ok(call("verify", "--json"))["findings"] == []
    erased = ok(call("erase", "--yes", "Garden", "--json"))
    assert erased["left"] == [str(tmp_path / "out.zip")]
    assert not folder.exists() or list(folder.iterdir()) == []

    ok(call("new", "--name", "Again"))
    ok(call("import", str(tmp_path / "out.zip")))
    assert ok(call("course", "show", "--json")) == before
    assert ok(call("verify", "--json"))["ok"] is True


def test_the_demo_record_is_marked_and_answers_every_command(folder: Path, call: Call) -> None:
    made = ok(call("demo", "--json", fd=False))
    words = (made["passphrase"],)
    for command in ("summary", "symptom show", "symptom list", "symptom weeks", "course show", "plan show", "plan next",
                    "question list", "question guide", "team show", "medicine list", "allergy list", "hand show",
                    "packet", "card", "about", "verify"):  # fmt: skip
        for more in ((), ("--json",)):
            said = call(*command.split(), *more, words=words)
            assert said.code == 0, f"{command}: {said.err}"
            assert said.out.strip()
            if more:
                json.loads(said.out)
    summary = call("summary", words=words).out
    assert "invented" in summary.lower()
    assert "worse than your usual since" in summary and "about as it was at your diagnosis" in summary
    assert "recurrence" not in summary.split("What changed")[1].split("My questions")[0].lower()


# Ids, corrections


def test_an_entry_is_corrected_and_taken_back_by_the_start_of_its_id(record: Path, call: Call) -> None:
    [made] = ok(call("symptom", "add", "pain", "--severity", "4", "--json"))["entries"]
    ok(call("correct", made[:8], "severity=2", "note=worse at night", "--why", "mistyped"))
    versions = ok(call("history", made[:6], "--json"))["versions"]
    assert [one["says"].get("severity") for one in versions] == [4, 2]
    assert versions[1]["reason"] == "mistyped"
    ok(call("strike", made[:8]))
    assert ok(call("symptom", "show", "--json"))["symptoms"] == []
    assert call("correct", made[:8], "severity=1").code == 4


def test_the_same_day_written_twice_is_one_entry(record: Path, call: Call) -> None:
    ok(call("symptom", "add", "pain", "--severity", "4"))
    ok(call("symptom", "add", "pain", "--severity", "1"))
    [chart] = ok(call("symptom", "show", "--json"))["symptoms"]
    assert [(point["value"], point["corrected"]) for point in chart["points"]] == [(1, True)]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("symptom", "add", "feet feel wrapped", "--severity", "2"), 4, "no such symptom on your list"),
        (("symptom", "add", "pain"), 2, "Nothing is said about it."),
        (("symptom", "add", "pain", "--severity", "9"), 2, "0<=x<=4"),
        (("symptom", "add", "pain", "--severity", "2", "--on", "2999-01-01"), 3, "lies in the future"),
        (("symptom", "add", "pain", "--severity", "2", "--on", "yesterday"), 3, "not a day"),
        (("plan", "add", "MRI", "--every", "often", "--from", "2026-01-31"), 2, "not an interval"),
        (("plan", "add", "MRI", "--every", "3 months"), 2, "counts from one day"),
        (("plan", "done", "abcdef12"), 4, "no visit or test"),
        (("plan", "add", "MRI", "--time", "25:99"), 3, "not a time of day"),
        (("question", "answer", "7", "yes"), 4, "no question"),
        (("question", "add", "   "), 3, "no question here"),
        (("history", "zzzz"), 4, "no entry"),
        (
            ("course", "add", "treatment", "drug", "--kind", "systemic", "--start", "2024", "--end", "2023"),
            3,
            "before its start",
        ),
        (("export", "/"), 2, "directory"),
        (("import", "nothing-here.zip"), 4, "no such file"),
        (("restore", "nothing-here"), 4, "no such backup"),
        (("medicine", "stop", "abcdef12"), 4, "no medicine"),
        (("erase", "--yes", "Other"), 2, "Nothing was erased"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    record: Path, call: Call, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    said = call(*arguments, fd=arguments[0] != "restore")
    assert (said.code, said.out) == (code, "")
    assert sentence in said.err and "Traceback" not in said.err
    as_json = call(*arguments, "--json", fd=arguments[0] != "restore")
    assert as_json.code == code and sentence in as_json.json["error"]["say"]


# Opening


def test_a_wrong_passphrase_says_so_and_the_next_try_waits(
    record: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = call("symptom", "show", words=("not the passphrase",))
    assert said.code == 3 and "not the passphrase of this record" in said.err and "will wait 1 second" in said.err
    assert json.loads(Place(record).tries.read_text()) == {"failed": 1}


def test_the_passphrase_changes_and_the_recovery_key_opens(folder: Path, call: Call) -> None:
    key = ok(call("new", "--json"))["recovery_key"]
    ok(call("passphrase", words=(PASSPHRASE, "other herons wading")))
    assert call("verify").code == 3
    ok(call("passphrase", "--with-recovery-key", words=(key, "third herons wading")))
    fresh = ok(call("recovery-key", "--json", words=("third herons wading",)))["recovery_key"]
    assert fresh != key
    assert call("passphrase", "--with-recovery-key", words=(key, PASSPHRASE)).code == 3


def test_a_carer_keeps_two_records(folder: Path, call: Call) -> None:
    for name in ("Mine", "Hers"):
        Vault.create(folder / name.lower(), PASSPHRASE, name, cost=CHEAP)[0].lock()
    said = call("note", "walked to the lake")
    assert said.code == 2 and "More than one record fits" in said.err
    ok(call("note", "walked to the lake", "--record", "hers"))
    exported = folder.parent / "hers.zip"
    ok(call("export", str(exported), "--record", "Hers"))
    ok(call("export", str(folder.parent / "mine.zip"), "--record", "Mine"))
    with zipfile.ZipFile(exported) as hers, zipfile.ZipFile(folder.parent / "mine.zip") as mine:
        assert b"lake" in hers.read("entries.json") and b"lake" not in mine.read("entries.json")


def test_without_a_terminal_the_passphrase_is_asked_for_another_way(record: Path, call: Call) -> None:
    said = call("verify", fd=False)
    assert said.code == 2 and "--passphrase-fd" in said.err


def test_an_open_record_locks_when_another_window_asks(record: Path, call: Call) -> None:
    from datetime import timedelta

    from waymark.record.idle import Watch

    vault = Vault.open(record, PASSPHRASE)
    busy = call("verify")
    assert busy.code == 75 and "open in another window" in busy.err
    watch = Watch(vault, look_every=timedelta(milliseconds=10))
    assert ok(call("lock", "--json", fd=False))["asked"] == ["Garden"]
    assert watch.wait(20)
    ok(call("verify"))
    assert ok(call("lock", "--json", fd=False))["asked"] == []


def test_a_session_takes_commands_without_asking_again(
    record: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(
        [
            "symptom add pain --severity 2",
            "symptom show",
            "",
            'note "an open quote',
            "plan next",
            "nonsense",
            "symptom add pain --severity 7",
            "open",
            "erase --yes Garden",
            "lock",
        ]
    )
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
    said = call("open")
    assert said.code == 0
    assert "1 entry written." in said.out and "Pain" in said.out and "Nothing is planned" in said.out
    for sentence in ("quotation mark is open", "No such command", "0<=x<=4", "open here", "The record is locked."):
        assert sentence in said.err
    ok(call("verify"))


def test_a_session_ends_when_the_record_locks_itself(record: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from waymark.record.vault import ask_to_lock

    locked = threading.Event()

    def typing(prompt: str) -> str:
        assert ask_to_lock(record)
        for _ in range(400):
            if not Place(record).please_lock.exists():
                locked.set()
                break
            threading.Event().wait(0.05)
        return "symptom show"

    monkeypatch.setattr("builtins.input", typing)
    said = call("open")
    assert locked.is_set() and said.code == 0
    assert said.err.strip().endswith("The record is locked.") and said.out == ""


# Nothing leaks


def test_what_is_asked_goes_to_standard_error_and_json_stays_one_object(record: Path) -> None:
    """A real process, with no terminal and the passphrase on a descriptor."""
    script = f"""
import os, sys
reading, writing = os.pipe()
os.write(writing, b"{PASSPHRASE}\\n")
os.close(writing)
from waymark.app.cli.main import run
sys.exit(run(["record", "note", "quittenkern am abend", "--json", "--passphrase-fd", str(reading)]))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert set(json.loads(ran.stdout)) == {"entry", "urgent"}
    assert "quittenkern" not in ran.stderr + ran.stdout
    for path in record.parent.rglob("*"):
        if path.is_file():
            assert b"quittenkern" not in path.read_bytes(), path


def test_no_command_of_the_record_imports_what_reaches_the_network() -> None:
    script = """
import sys
from waymark.app.cli.main import every_command
every_command()
before = {"ssl", "http.client", "urllib.request", "httpx", "httpx2", "requests", "ftplib", "smtplib", "uvicorn"}
import waymark.app.own_record, waymark.app.demo_record, waymark.app.cli.record_show
print(sorted(before & sys.modules.keys()))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert ran.stdout.strip() == "[]", ran.stdout


def test_colour_is_left_out_where_nobody_wants_it(record: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    ok(call("symptom", "add", "pain", "--severity", "2"))
    assert "\x1b" not in ok(call("symptom", "show"))


# Out and in


def test_papers_calendars_and_tables_are_files_for_their_owner_alone(record: Path, call: Call, tmp_path: Path) -> None:
    ok(call("plan", "add", "MRI of the spine", "--on", "2099-01-05"))
    ok(call("symptom", "add", "pain", "--severity", "2"))
    for command, name in (
        (("summary", "--pdf"), "visit.pdf"),
        (("packet", "--paper", "letter", "--pdf"), "packet.pdf"),
        (("card", "--lang", "es", "--pdf"), "card.pdf"),
        (("plan", "calendar"), "plan.ics"),
        (("export", "--as", "diary"), "diary.csv"),
        (("export", "--as", "fhir"), "record.json"),
        (("export", "--as", "fhir-summary"), "summary.json"),
    ):
        path = tmp_path / name
        said = ok(call(*command, str(path)))
        assert str(path) in said and path.stat().st_size > 100
        if os.name == "posix":
            assert path.stat().st_mode & 0o077 == 0, name
        if name != "plan.ics":
            again = call(*command, str(path))
            assert again.code == 2 and again.err
    assert (tmp_path / "visit.pdf").read_bytes().startswith(b"%PDF")
    assert json.loads((tmp_path / "record.json").read_text())["resourceType"] == "Bundle"
    assert not list(tmp_path.glob(".*")), "nothing half done is left beside them"


def test_the_calendar_is_bland_and_is_replaced_but_nothing_else_is(record: Path, call: Call, tmp_path: Path) -> None:
    ok(call("plan", "add", "MRI of the spine", "--on", "2026-12-05", "--place", "hospital"))
    path = tmp_path / "plan.ics"
    ok(call("plan", "calendar", str(path)))
    assert b"MRI" not in path.read_bytes()
    assert call("plan", "calendar", str(path), "--names", "--subscribe", "--json").json["names"] is True
    assert b"REFRESH-INTERVAL" in path.read_bytes()
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear doctor")
    said = call("plan", "calendar", str(letter))
    assert said.code == 2 and "no calendar" in said.err and letter.read_text() == "Dear doctor"


def test_a_hospitals_file_is_shown_and_kept_only_when_the_person_says_so(
    record: Path, call: Call, tmp_path: Path
) -> None:
    from portal_file import bundle

    path = tmp_path / "portal.json"
    path.write_bytes(bundle())
    shown = ok(call("import", str(path)))
    assert (
        "Letrozole" in shown and "[x]" in shown and "[ ]" in shown and "Nothing was kept." in shown and "--yes" in shown
    )
    assert "Left out:" in shown
    told = call("import", str(path), "--json").json
    assert told["kept"] is None and told["whom"].startswith("Robin A. Quill")
    assert {"diagnosis", "medicine", "allergy", "treatment", "follow_up"} <= {each["kind"] for each in told["offered"]}
    number = next(each["number"] for each in told["offered"] if "Letrozole" in each["line"])
    assert call("import", str(path), "--only", str(number), "--json").json["kept"] == 1
    assert (
        call("import", str(path), "--yes", "--json").json["kept"] == sum(each["ticked"] for each in told["offered"]) - 1
    )
    assert call("import", str(path), "--yes", "--json").json["kept"] is not None
    wrong = call("import", str(path), "--only", "99")
    assert wrong.code == 2 and "--only 1,3" in wrong.err
    assert "Letrozole" in ok(call("summary"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<html>", "web page"),
        (b"{]", "not whole"),
        (b"day,symptom\n", "no line of a diary"),
        (b"PK\x03\x04half", "not an export"),
    ],
)
def test_a_file_that_cannot_be_taken_in_is_refused(
    record: Path, call: Call, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    said = call("import", str(path))
    assert said.code == 3 and says in said.err and said.out == ""


def test_the_diary_goes_through_a_table(record: Path, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "diary.csv"
    path.write_text("day,symptom,how_strong,note\n2026-01-05,pain,3,after lifting\n05/01/2026,pain,1,\n")
    said = call("import", str(path), "--yes", "--by", "Ines", "--json").json
    assert said["kept"] == 1 and said["left_out"][0].startswith("Line 3:")
    ok(call("export", "--as", "diary", str(tmp_path / "out.csv")))
    assert "2026-01-05,Pain,,3,,7,after lifting,Ines,pain" in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_erasing_names_the_papers_that_stay(record: Path, call: Call, tmp_path: Path) -> None:
    ok(call("card", "--pdf", str(tmp_path / "card.pdf")))
    said = call("erase", "--yes", "Garden", "--json").json
    assert str(tmp_path / "card.pdf") in said["left"]
