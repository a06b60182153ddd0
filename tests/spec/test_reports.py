"""Reports: exactly what was shown comes back years later; the question only with consent; nothing is lost, whatever happens."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from catalogue_examples import audit, document

from waymark.answering.response import Answer, Decline, Quotation
from waymark.answering.urgent import UrgentNotice
from waymark.app.reports import keeping
from waymark.app.reports.keeping import Kind, Report, Reports, State, Words
from waymark.app.reports.sealed import HOLDS_FOR, Seal, key_of
from waymark.app.reports.shown import Shown, made_again
from waymark.errors import InputRefused, LifecycleRefused, NotFound, StorageRefused, UsageError
from waymark.library.catalogue import Catalogue
from waymark.library.document import Status
from waymark.library.uses import uses_of

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ON = date(2026, 11, 25)
SCANS = "# Scans\n\nA scan is a picture. It takes some minutes.\n\nAsk for a copy of it.\n"


@pytest.fixture
def catalogue(tmp_path: Path) -> Any:
    Catalogue.create(tmp_path / "library", "waymark test").close()
    with Catalogue.open(tmp_path / "library") as made, made.writing() as writer:
        writer.put(document("scans", source=SCANS), None, audit())
        writer.put(document("rest", source="# Rest\n\nRest helps. So does a walk.\n"), None, audit())
    with Catalogue.open(tmp_path / "library") as opened:
        yield opened


def quoted(catalogue: Catalogue, name: str, text: str) -> Quotation:
    kept = catalogue.document(name)
    start = kept.body.text.index(text)
    return Quotation(kept.card, start, start + len(text), text, ("Part",), ON)


def response(catalogue: Catalogue) -> Answer:
    return Answer(
        "What is a scan?",
        (quoted(catalogue, "scans", "A scan is a picture."),),
        related=(quoted(catalogue, "rest", "Rest helps."),),
        note="Beside.",
    )


def report(catalogue: Catalogue, once: str = "page-1", kind: Kind = Kind.WRONG, words: Words | None = None) -> Report:
    shown = Shown.of(response(catalogue), ON, "en", "2026-11-25")
    return Report(key_of(once, kind.value), kind, NOW.isoformat(), "test", True, shown, {"made_by": "test"}, words)


def again(catalogue: Catalogue, shown: Shown) -> Any:
    return made_again(shown, catalogue.document, catalogue.card)


# What was shown ---------------------------------------------------------------------------------------------------------


def test_what_was_shown_comes_back_word_for_word_after_a_new_version_and_a_withdrawal(catalogue: Catalogue) -> None:
    """The words are those of the version that was quoted, whatever became of the document."""
    reports = Reports(catalogue)
    kept = reports.keep(report(catalogue))
    before = response(catalogue)
    with catalogue.writing() as writer:
        writer.put(document("scans", source="# Scans\n\nA scan is something else now.\n"), None, audit())
        writer.set_status("scans", Status.WITHDRAWN, audit())
    found = again(catalogue, Reports(catalogue).get(kept.id).report.shown)
    assert found.faults == ()
    assert isinstance(found.response, Answer)
    assert [each.text for each in found.response.quotations] == [each.text for each in before.quotations]
    assert [each.section for each in found.response.quotations] == [("Part",)]
    assert [each.text for each in found.response.related] == ["Rest helps."]
    assert found.response.note == "Beside."


def test_a_decline_and_an_urgent_notice_come_back_as_they_were_said(catalogue: Catalogue) -> None:
    urgent = UrgentNotice("fever", "emergency", "Call now.", "A source", "https://source.example/")
    told = Decline("How long?", "needs_your_team", "Only they know.", "Ask them.", urgent, take=catalogue.card("rest"))
    shown = Shown.read(json.loads(json.dumps(Shown.of(told, ON, "en", "2026-11-25").as_json())))
    found = again(catalogue, shown).response
    assert isinstance(found, Decline)
    assert (found.reason, found.say, found.next_step) == ("needs_your_team", "Only they know.", "Ask them.")
    assert found.take is not None and found.take.id == "rest"
    assert found.urgent is not None and found.urgent.say == "Call now."
    assert shown.urgent is not None and shown.urgent["table"] == "2026-11-25"


def test_several_questions_come_back_as_several(catalogue: Catalogue) -> None:
    one = response(catalogue)
    two = Decline("And?", "not_in_library", "It does not.", "Ask.")
    both = Answer(one.question, one.quotations, parts=(one, two))
    found = again(catalogue, Shown.of(both, ON, "en", "1")).response
    assert [type(part) for part in found.parts] == [Answer, Decline]


def test_words_that_a_version_does_not_hold_are_not_shown(catalogue: Catalogue) -> None:
    raw = Shown.of(response(catalogue), ON, "en", "1").as_json()
    raw["parts"][0]["quotations"][0][4] = "0" * 32
    found = again(catalogue, Shown.read(raw))
    assert found.response is None and "does not hold the words" in found.faults[0]
    raw["parts"][0]["quotations"][0][1] = "v99"
    assert "v99" in again(catalogue, Shown.read(raw)).faults[0]


# The seal ---------------------------------------------------------------------------------------------------------------


def sealed(catalogue: Catalogue, seal: Seal) -> str:
    return seal.sealed(Shown.of(response(catalogue), ON, "en", "1"), {"made_by": "test"}, "What is a scan?", NOW)


def test_a_note_is_believed_only_whole_ours_and_in_time(catalogue: Catalogue, tmp_path: Path) -> None:
    seal = Seal(catalogue.folder / "reports")
    note = sealed(catalogue, seal)
    opened = Seal(catalogue.folder / "reports").opened(note, NOW)  # another process of the same library
    assert opened.shown == Shown.of(response(catalogue), ON, "en", "1")
    assert seal.same_question(opened, " What is a scan? ") and not seal.same_question(opened, "What is a scan")
    assert "scan?" not in note
    for wrong in ("", ".", "x" * 50_000, note[:-2], "A" + note[1:], note.replace(".", ""), "ñ." + note, f"{note}x"):
        with pytest.raises(UsageError):
            seal.opened(wrong, NOW)
    with pytest.raises(UsageError):
        seal.opened(note, NOW + HOLDS_FOR + timedelta(seconds=1))
    (tmp_path / "other").mkdir()
    with pytest.raises(UsageError):
        Seal(tmp_path / "other").opened(note, NOW)


def test_two_processes_make_one_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(Seal(tmp_path / "reports").key())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1 and len(keys) == 8
    assert ((tmp_path / "reports" / ".key").stat().st_mode & 0o077) == 0


# Keeping ----------------------------------------------------------------------------------------------------------------


def test_the_question_is_nowhere_without_consent(catalogue: Catalogue) -> None:
    Reports(catalogue).keep(report(catalogue))
    Reports(catalogue).keep(report(catalogue, "page-2", words=Words(comment="It is another cancer.")))
    for path in catalogue.folder.rglob("*"):
        if path.is_file():
            assert b"What is a scan?" not in path.read_bytes(), path


def test_words_are_kept_apart_and_can_be_erased_for_good(catalogue: Catalogue) -> None:
    reports = Reports(catalogue)
    words = Words("What is a scan?", {"language": "en"}, "Maria says no.")
    kept = reports.keep(report(catalogue, words=words))
    assert reports.get(kept.id).report.words == words
    assert b"Maria" not in (catalogue.folder / "reports" / f"{kept.id}.json").read_bytes()
    with pytest.raises(UsageError):
        reports.erase_words(kept.id, "L. Brook", NOW.isoformat(), " ")
    erased = reports.erase_words(kept.id, "L. Brook", NOW.isoformat(), "a name in it")
    assert erased.erased and erased.report.words is None
    assert not any(b"Maria" in path.read_bytes() for path in catalogue.folder.rglob("*") if path.is_file())
    assert again(catalogue, erased.report.shown).response is not None
    assert list(reports.faults()) == []


def test_the_same_page_reports_once(catalogue: Catalogue) -> None:
    reports = Reports(catalogue)
    first = reports.keep(report(catalogue, words=Words(comment="one")))
    second = reports.keep(report(catalogue, words=Words(comment="two")))
    assert first.id == second.id and len(reports.ids()) == 1
    assert reports.get(first.id).report.words == Words(comment="one")


def test_each_report_has_its_audit_event_and_the_search_is_not_stale(catalogue: Catalogue) -> None:
    generation = catalogue.generation
    kept = Reports(catalogue).keep(report(catalogue))
    event = catalogue.events_named("reported")[0]
    assert (event.actor, event.detail["report"], event.detail["kind"]) == ("a reader", kept.id, "wrong")
    assert catalogue.generation == generation


def test_a_report_waits_for_nobody_who_writes_and_its_event_comes_later(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_SOON", 0.05)
    reports = Reports(catalogue)
    with catalogue.writing():
        kept = reports.keep(report(catalogue))
        assert reports.get(kept.id).state is State.NEW
    assert catalogue.events_named("reported") == [] and list(reports.faults()) == []
    reports.keep(report(catalogue, "page-2"))
    assert {event.detail["report"] for event in catalogue.events_named("reported")} == set(reports.ids())


def test_the_course_of_a_report_is_a_table_and_in_the_audit_log(catalogue: Catalogue) -> None:
    reports = Reports(catalogue)
    kept = reports.keep(report(catalogue))
    at = NOW.isoformat()
    assert set(keeping.TRANSITIONS) == set(State)
    with pytest.raises(UsageError):
        reports.step(kept.id, State.SETTLED, "L. Brook", at, "  ")
    assert reports.step(kept.id[:8], State.SEEN, "L. Brook", at).state is State.SEEN
    with pytest.raises(LifecycleRefused):
        reports.step(kept.id, State.SEEN, "L. Brook", at)
    settled = reports.step(kept.id, State.SETTLED, "L. Brook", at, "the page is mended")
    assert (settled.state, settled.why, settled.by) == (State.SETTLED, "the page is mended", "L. Brook")
    assert reports.step(kept.id, State.SEEN, "L. Brook", at).state is State.SEEN
    assert [e.action for e in catalogue.events_named("report seen", "report settled")] == [
        "report seen",
        "report settled",
        "report seen",
    ]
    for wrong in ("", "zzzzzzzz", kept.id[:5], "../../etc"):
        with pytest.raises(NotFound):
            reports.get(wrong)


def test_a_withdrawal_names_the_saved_answers_that_quote_the_document(catalogue: Catalogue) -> None:
    reports = Reports(catalogue)
    kept = reports.keep(report(catalogue))
    (use,) = uses_of([reports], "scans")
    assert (use.kind, use.name, use.where, use.version) == ("saved answer", kept.id, f"waymark replay {kept.id}", "v1")
    start, end = use.spans[0]
    assert catalogue.document("scans").body.text[start:end] == "A scan is a picture."
    assert uses_of([reports], "scans", span=(end, end + 5)) == () and uses_of([reports], "nothing") == ()


def test_what_is_too_long_or_too_many_is_refused(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = Reports(catalogue)
    with pytest.raises(UsageError):
        reports.keep(report(catalogue, words=Words(comment="x" * 2_001)))
    assert reports.ids() == []
    monkeypatch.setattr(keeping, "MOST_OPEN", 2)
    for at in range(2):
        reports.keep(report(catalogue, f"p{at}"))
    with pytest.raises(InputRefused):
        reports.keep(report(catalogue, "p3"))
    for at in range(5):  # however many say that it helped, a report finds room
        reports.keep(report(catalogue, f"v{at}", Kind.HELPED))
    reports.step(reports.all((), (Kind.WRONG,))[0].report.id, State.SETTLED, "L. Brook", NOW.isoformat(), "mended")
    assert reports.keep(report(catalogue, "p4")).id in reports.ids()


# Whatever happens -------------------------------------------------------------------------------------------------------


def test_a_full_disk_keeps_nothing_and_says_so(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    reports = Reports(catalogue)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageRefused):
            reports.keep(report(catalogue, words=Words(comment="one")))
    assert reports.ids() == [] and [p.name for p in (catalogue.folder / "reports").iterdir()] == []
    assert reports.keep(report(catalogue)).id


def test_verify_finds_what_was_changed_or_taken_away(catalogue: Catalogue) -> None:
    reports = Reports(catalogue)
    kept = reports.keep(report(catalogue, words=Words(comment="one")))
    folder = catalogue.folder / "reports"
    path = folder / f"{kept.id}.json"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"wrong"', b'"helped"'))
    assert "not as it was written" in " ".join(Reports(catalogue).faults())
    path.write_bytes(whole[:40])
    assert "not as it was written" in " ".join(Reports(catalogue).faults())
    assert Reports(catalogue).all() == [], "half a file is passed over"
    path.unlink()
    assert "is missing" in " ".join(Reports(catalogue).faults())
    path.write_bytes(whole)
    words = next(folder.glob("*.words.json"))
    words.write_bytes(words.read_bytes().replace(b"one", b"two"))
    assert "not as they were written" in " ".join(Reports(catalogue).faults())
    words.unlink()
    (folder / "stranger.txt").write_text("x")
    found = " ".join(Reports(catalogue).faults())
    assert "are missing" in found and "stranger.txt" in found


CHILD = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
import test_reports as t
from waymark.app.reports.keeping import Reports, Words
from waymark.library.catalogue import Catalogue
with Catalogue.open(Path(sys.argv[1])) as catalogue:
    reports = Reports(catalogue)
    at = 0
    while True:
        kept = reports.keep(t.report(catalogue, f"{sys.argv[3]}-{at}", words=Words(comment="c" * 300)))
        print(kept.id, flush=True)
        at += 1
"""


def test_killed_at_any_moment_no_acknowledged_report_is_lost_and_two_write_at_once(catalogue: Catalogue) -> None:
    told: set[str] = set()
    for turn in range(4):
        children = [
            subprocess.Popen(
                [sys.executable, "-c", CHILD, str(catalogue.folder), str(Path(__file__).parent), f"{turn}-{name}"],
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in "ab"
        ]
        for child in children:  # both have begun
            assert child.stdout is not None
            told.add(child.stdout.readline().strip())
        for at, child in enumerate(children):
            threading.Event().wait(0.07 * (turn + at))
            child.send_signal(signal.SIGKILL)
        for child in children:
            out, _ = child.communicate(timeout=30)
            told |= {line for line in out.split("\n")[:-1] if len(line) == 16}
    assert len(told) >= 8
    with Catalogue.open(catalogue.folder) as opened:
        reports = Reports(opened)
        assert told <= set(reports.ids())
        assert list(reports.faults()) == [] and opened.verify() == []
        for name in told:
            assert reports.get(name).report.words is not None
        reports.keep(report(opened, "after"))
        noted = [event.detail["report"] for event in opened.events_named("reported")]
        assert sorted(noted) == reports.ids(), "each has one event, also those whose writer was killed"
