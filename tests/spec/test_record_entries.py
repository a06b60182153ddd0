"""Entries: dated statements that are kept for good, corrected by later ones, and chained so that an edit is found."""

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import apsw
import pytest

from waymark.errors import NotFound, UsageError
from waymark.record.dates import UNKNOWN, Precision, When
from waymark.record.entries import Amendment, Entry, Record, new_entry
from waymark.record.errors import EntryRefused, ImportRefused, NotSaved, RecordDamaged
from waymark.record.keys import KeyCost
from waymark.record.payloads import (
    SHAPES,
    AboutPerson,
    Aid,
    Allergy,
    Appointment,
    AtHand,
    Baseline,
    BaselineMark,
    Contact,
    Diagnosis,
    DiaryChoice,
    FollowUpItem,
    Gathered,
    Interval,
    Kind,
    Medicine,
    Modality,
    Note,
    Payload,
    Progress,
    Question,
    Recurrence,
    ReportedStatus,
    Restaging,
    Rhythm,
    SecondCancer,
    Spread,
    Status,
    SymptomEntry,
    Treatment,
    Unit,
    UsualWeeks,
    VisitSummaryMade,
)
from waymark.record.place import Place
from waymark.record.transfer import export, import_
from waymark.record.vault import Vault

NOW = datetime(2026, 3, 2, 8, 30, 15, 123456, tzinfo=UTC)
DAY = When.on(date(2026, 3, 1))


def made(folder: Path) -> Record:
    vault, _ = Vault.create(folder, "seven grey herons wading", cost=KeyCost(memory_kib=8, passes=1))
    return Record(vault)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    made_here = made(tmp_path / "record-1")
    yield made_here
    made_here.vault.lock()


def add(record: Record, payload: Payload, about: When | None = None, reported_by: str = "self") -> Entry:
    [entry] = record.append(new_entry(payload, at=NOW, about_when=about, reported_by=reported_by))
    return entry


def course(record: Record) -> dict[str, Entry]:
    """A whole course of disease and follow-up, one entry of every kind."""
    said: dict[str, Entry] = {}
    said["diagnosis"] = add(
        record,
        Diagnosis(cancer_type="ependymoma", histology="ependymoma, grade 2", site="spine", said_by="Dr. Okafor"),
        When.parse("2019-05"),
    )
    said["surgery"] = add(
        record,
        Treatment(Modality.SURGERY, "operation on the spine", When.parse("2019-06-11"), When.parse("2019-06-11")),
    )
    said["recurrence"] = add(
        record,
        Recurrence(
            ordinal=1,
            spread=(Spread.LOCAL, Spread.DISTANT),
            sites=("lower spine", "brain stem"),
            shown_by="MRI",
            said_by="Dr. Okafor",
            cancer_type="ependymoma",
            diagnosis=said["diagnosis"].id,
        ),
        When.parse("2024"),
    )
    said["radiation"] = add(
        record,
        Treatment(
            Modality.RADIATION, "radiation to the spine", When.parse("2024-03"), recurrence=said["recurrence"].id
        ),
    )
    said["second"] = add(record, SecondCancer(histology="a skin cancer, basal cell"), When.parse("2025-01-10"))
    said["restaging"] = add(
        record, Restaging(as_written="rIIIB", understood="it has spread nearby"), When.parse("2024-02")
    )
    said["status"] = add(
        record, ReportedStatus(Status.STABLE, "no change since the last one", "Dr. Okafor", "MRI"), DAY
    )
    said["plan"] = add(
        record, FollowUpItem(Appointment.IMAGING, "MRI", interval=Interval(3, Unit.MONTHS, When.parse("2026-01-31")))
    )
    said["scan"] = add(
        record,
        FollowUpItem(
            Appointment.IMAGING, "MRI", When.parse("2026-01-31"), progress=Progress.DONE, done_on=When.parse("2026-02-01"),
            plan=said["plan"].id, result="no new spots", said="come back in three months", said_by="Dr. Okafor",
        ),
    )  # fmt: skip
    said["question"] = add(record, Question("Is the numbness from the radiation?", said["plan"].id, 1))
    said["contact"] = add(record, Contact("Ms. Lindqvist", "nurse", "+1 555 0100"))
    said["medicine"] = add(
        record, Medicine("dexamethasone", "4 mg in the morning", start=When.parse("2026-02-01"), steroid=True)
    )
    said["note"] = add(record, Note("A good week. “Quoted”, naïve, 日本語, 🌿\nsecond line"), DAY)
    said["baseline"] = add(record, BaselineMark(Baseline.AT_DIAGNOSIS, "numbness", severity=3), When.parse("2019-04"))
    said["symptom"] = add(
        record, SymptomEntry("numbness", "feet feel wrapped", 2, 3, 1, note="worse at night"), DAY, reported_by="Inge"
    )
    said["summary"] = add(
        record,
        VisitSummaryMade(said["plan"].id, When.parse("2026-01-01"), When.parse("2026-03-01"), digest="ab" * 32),
        DAY,
    )
    said["choice"] = add(record, DiaryChoice(("fatigue", "numbness"), ("feet feel wrapped",), Rhythm.DAILY), DAY)
    said["weeks"] = add(record, UsualWeeks(When.parse("2026-01-05"), When.parse("2026-03-01"), "after the operation"))
    said["allergy"] = add(record, Allergy("penicillin", "a rash"))
    said["about"] = add(record, AboutPerson("Mrs. Adeyemi", When.parse("1961-04-09"), "a shunt", "Yoruba, English"))
    said["at hand"] = add(record, AtHand("The letter from the operation", Aid.PAPERS, "blue folder"))
    said["gathered"] = add(record, Gathered("pathology-report", have=True, where="blue folder"))
    return said


def test_every_kind_of_entry_comes_back_as_it_was_written(record: Record, tmp_path: Path) -> None:
    said = course(record)
    assert {entry.kind for entry in said.values()} == set(Kind) == set(SHAPES)
    record.vault.lock()
    with Vault.open(tmp_path / "record-1", "seven grey herons wading") as vault:
        again = Record(vault)
        assert [again.entry(entry.id) for entry in said.values()] == list(said.values())
        assert vault.verify() == []


def test_entries_come_by_the_date_they_are_about_unknown_last_then_as_written(record: Record) -> None:
    for text, about in [
        ("c", "2024"),
        ("e", "unknown"),
        ("a", "2023-12-31"),
        ("d", "2024-05"),
        ("b", "2024"),
        ("f", "unknown"),
    ]:
        add(record, Note(text), When.parse(about))
    assert [entry.payload.text for entry in record.entries() if isinstance(entry.payload, Note)] == list("acbdef")


def test_between_keeps_what_may_lie_in_the_days_and_never_an_unknown_date(record: Record) -> None:
    for about in ("2024", "2024-05", "2024-05-20", "2024-06-01", "unknown"):
        add(record, Note(about), When.parse(about))

    def found(start: date | None, end: date | None) -> list[str]:
        return [str(entry.about_when) for entry in record.entries(between=(start, end))]

    assert found(date(2024, 5, 20), date(2024, 5, 20)) == ["2024", "2024-05", "2024-05-20"]
    assert found(date(2024, 5, 21), date(2024, 5, 31)) == ["2024", "2024-05"]
    assert found(date(2024, 6, 1), None) == ["2024", "2024-06-01"]
    assert found(None, date(2024, 1, 1)) == ["2024"]
    assert found(date(2025, 1, 1), None) == []
    assert record.entries(Kind.CONTACT, (None, None)) == ()


# Corrections


def test_a_correction_takes_the_place_of_an_entry_and_keeps_it(record: Record) -> None:
    first = add(record, SymptomEntry("fatigue", severity=4), DAY)
    second = record.amend(first.id, SymptomEntry("fatigue", severity=2), at=NOW, reason="looked at the wrong week")
    third = record.amend(first.id, SymptomEntry("fatigue", severity=3), at=NOW, reported_by="Inge")
    assert (second.amends, third.amends) == (Amendment(first.id, "looked at the wrong week"), Amendment(second.id))
    assert {first.origin, second.origin, third.origin} == {first.id}
    assert record.entries() == (third,) and third.about_when == DAY
    assert record.current(second.id) == third
    history = record.history(third.id)
    assert [entry.id for entry in history] == [first.id, second.id, third.id]
    assert [entry.superseded for entry in history] == [True, True, False]
    assert record.entry(first.id).payload == SymptomEntry("fatigue", severity=4)
    assert len(record.entries(include_superseded=True)) == 3


def test_striking_takes_an_entry_back_and_the_history_keeps_it(record: Record) -> None:
    first = add(record, Note("told them everything"))
    struck = record.strike(first.id, "belongs to somebody else", at=NOW)
    assert struck.payload is None and struck.amends == Amendment(first.id, "belongs to somebody else", struck=True)
    assert record.entries() == () and record.current(first.id) is None
    assert [entry.payload for entry in record.history(first.id)] == [Note("told them everything"), None]
    assert len(record.entries(Kind.NOTE, include_superseded=True)) == 2
    with pytest.raises(EntryRefused, match="struck"):
        record.amend(first.id, Note("more"), at=NOW)
    with pytest.raises(EntryRefused, match="struck already"):
        record.strike(struck.id, "again", at=NOW)


def test_the_date_of_a_correction_follows_the_payload_where_it_did_before(record: Record) -> None:
    treatment = add(record, Treatment(Modality.SURGERY, "operation", When.parse("2024-03")))
    assert str(treatment.about_when) == "2024-03"
    moved = record.amend(treatment.id, Treatment(Modality.SURGERY, "operation", When.parse("2024-04-02")), at=NOW)
    assert str(moved.about_when) == "2024-04-02"
    note = add(record, Note("x"), DAY)
    assert record.amend(note.id, Note("y"), at=NOW).about_when == DAY
    assert record.amend(note.id, Note("y"), at=NOW, about_when=UNKNOWN).about_when == UNKNOWN


def test_a_correction_is_of_the_same_kind_and_of_an_entry_that_is_there(record: Record) -> None:
    note = add(record, Note("x"))
    with pytest.raises(EntryRefused, match="same kind"):
        record.amend(note.id, Question("Why?"), at=NOW)
    for unknown in ("0" * 8, "12345678-1234-1234-1234-123456789012", "' OR 1=1 --"):
        with pytest.raises(NotFound, match="no such entry"):
            record.amend(unknown, Note("y"), at=NOW)
        with pytest.raises(NotFound):
            record.history(unknown)
        assert record.current(unknown) is None
    assert len(record.entries(include_superseded=True)) == 1


def test_an_entry_is_kept_once_and_many_are_kept_all_or_none(record: Record) -> None:
    entry = new_entry(Note("x"), at=NOW)
    record.append(entry)
    with pytest.raises(EntryRefused, match="already"):
        record.append(new_entry(Note("y"), at=NOW), entry)
    with pytest.raises(EntryRefused):
        record.append(new_entry(Note("z"), at=NOW), new_entry(Question("Why?", visit=entry.id), at=NOW))
    assert [entry.payload for entry in record.entries()] == [Note("x")]
    assert record.vault.verify() == []


def test_entries_may_refer_to_others_of_the_same_page_and_to_corrected_ones(record: Record) -> None:
    visit = new_entry(FollowUpItem(Appointment.VISIT, "clinic", When.parse("2026-04-01")), at=NOW)
    record.append(visit, new_entry(Question("Why?", visit=visit.id), at=NOW))
    record.amend(visit.id, FollowUpItem(Appointment.VISIT, "clinic", When.parse("2026-04-08")), at=NOW)
    add(record, Question("How long?", visit=visit.id))
    record.strike(visit.id, "cancelled", at=NOW)
    with pytest.raises(EntryRefused, match="not in the record: a visit or test"):
        add(record, Question("And now?", visit=visit.id))


def test_a_type_of_cancer_is_one_of_the_librarys(record: Record) -> None:
    with pytest.raises(EntryRefused, match="not in the list"):
        add(record, Diagnosis(cancer_type="recurrent-cancer-of-everything"))
    add(record, Diagnosis(cancer_type="glioblastoma"))


def test_ids_are_random_and_times_are_kept_in_utc(record: Record) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=-7)))
    [one, other] = record.append(new_entry(Note("x"), at=there), new_entry(Note("x"), at=there))
    assert one.id != other.id
    kept = record.entry(one.id).recorded_at
    assert kept == NOW and kept.tzinfo is UTC


# What cannot be meant


@pytest.mark.parametrize(
    ("shape", "fields", "sentence"),
    [
        (SymptomEntry, {}, "which symptom"),
        (SymptomEntry, {"own_words": "   "}, "which symptom"),
        (SymptomEntry, {"term": "fatigue", "severity": 5}, "whole number from 0 to 4"),
        (SymptomEntry, {"term": "fatigue", "severity": -1}, "whole number from 0 to 4"),
        (SymptomEntry, {"term": "fatigue", "frequency": True}, "How often"),
        (SymptomEntry, {"term": "fatigue", "interference": 1.0}, "got in the way"),
        (SymptomEntry, {"term": "fatigue", "recall_days": 367}, "days looked back"),
        (SymptomEntry, {"term": "No such form!"}, "own words"),
        (SymptomEntry, {"term": "fatigue", "note": "x" * 20_001}, "longer than 20,000"),
        (SymptomEntry, {"term": "fatigue", "note": "half \ud83d"}, "cannot be kept"),
        (SymptomEntry, {"term": "fatigue", "note": "a\0b"}, "cannot be kept"),
        (BaselineMark, {"term": "fatigue"}, "how the symptom is usually"),
        (Diagnosis, {}, "which cancer"),
        (SecondCancer, {"stage_at_diagnosis": "II"}, "which cancer"),
        (Treatment, {}, "name of the treatment is missing"),
        (Treatment, {"name": "x", "start": When.parse("2024-05"), "end": When.parse("2024-04")}, "before its start"),
        (Treatment, {"name": "x", "ongoing": True, "end": When.parse("2024-04")}, "no end yet"),
        (Treatment, {"name": "x", "recurrence": "the second"}, "does not name an entry"),
        (Recurrence, {"ordinal": 0}, "whole number from 1"),
        (Recurrence, {"spread": ()}, "where the cancer came back"),
        (Recurrence, {"spread": (Spread.LOCAL, Spread.LOCAL)}, "where the cancer came back"),
        (Recurrence, {"spread": (Spread.LOCAL, Spread.NOT_SAID)}, "cannot stand beside"),
        (Restaging, {}, "what the new stage is"),
        (FollowUpItem, {"name": "MRI", "done_on": DAY}, "Say that it was done"),
        (FollowUpItem, {"name": "MRI", "moved_to": DAY}, "Say that it was moved"),
        (FollowUpItem, {"name": "MRI", "due": DAY, "interval": Interval(3, Unit.MONTHS, DAY)}, "a date and an interval"),
        (
            FollowUpItem,
            {"name": "MRI", "interval": Interval(3, Unit.MONTHS, DAY), "progress": Progress.DONE},
            "for the one time",
        ),
        (Interval, {"every": 0, "unit": Unit.DAYS, "anchor": DAY}, "The interval"),
        (Interval, {"every": 3, "unit": Unit.MONTHS, "anchor": When.parse("2026-01")}, "counts from one day"),
        (Question, {"text": " \n"}, "no question"),
        (Contact, {"phone": "555 0100"}, "who it is"),
        (Medicine, {}, "name of the medicine is missing"),
        (Note, {"title": "empty"}, "note is empty"),
        (VisitSummaryMade, {"digest": "abc"}, "64 hexadecimal digits"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_a_sentence(shape: type, fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(EntryRefused, match=sentence) as refused:
        shape(**fields)
    assert refused.value.sentence.endswith(".")


def test_what_lies_in_the_future_cannot_have_happened(record: Record) -> None:
    tomorrow, later = When.on(NOW.date() + timedelta(days=1)), When.on(NOW.date() + timedelta(days=2))
    add(record, SymptomEntry("fatigue", severity=1), tomorrow)  # the person may be a time zone ahead
    with pytest.raises(EntryRefused, match="future"):
        add(record, SymptomEntry("fatigue", severity=1), later)
    add(record, SymptomEntry("fatigue", severity=1), When.parse("2026"))  # a year that has begun
    add(record, FollowUpItem(Appointment.VISIT, "clinic", later))
    with pytest.raises(EntryRefused, match="mistyped"):
        add(record, Diagnosis(histology="x"), When.parse("0219-05"))


@pytest.mark.parametrize("who", ["", "  ", "In\nge", "x" * 201])
def test_who_reported_it_is_a_name(who: str) -> None:
    with pytest.raises(EntryRefused, match="who reported"):
        new_entry(Note("x"), at=NOW, reported_by=who)


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(EntryRefused, match="time zone"):
        new_entry(Note("x"), at=NOW.replace(tzinfo=None))


def test_an_entry_that_says_nothing_only_strikes() -> None:
    entry = new_entry(Note("x"), at=NOW)
    for broken in ({"payload": None}, {"amends": Amendment(entry.id, struck=True)}, {"kind": Kind.QUESTION}):
        fields = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
        with pytest.raises(EntryRefused):
            Entry(**(fields | broken))


@pytest.mark.parametrize(
    "written", ["2024-13", "2024-02-30", "24-01-01", "2024-1-1", "yesterday", "٢٠٢٤", "2024-01-01T00:00"]
)
def test_a_date_is_one_of_four_forms(written: str) -> None:
    with pytest.raises(EntryRefused, match="not a date"):
        When.parse(written)


def test_a_date_knows_the_days_it_can_mean() -> None:
    assert (When.parse("2024-02").first, When.parse("2024-02").last) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (When.parse("2024").first, When.parse("2024").last) == (date(2024, 1, 1), date(2024, 12, 31))
    assert When.parse("").precision is Precision.UNKNOWN and UNKNOWN.last is None
    for first, precision in (
        (date(2024, 2, 2), Precision.MONTH),
        (date(2024, 2, 1), Precision.YEAR),
        (None, Precision.DAY),
    ):
        with pytest.raises(EntryRefused):
            When(first, precision)


# The chain


def altered(folder: Path, change: str) -> list[str]:
    """Change the table from outside, with the key and without the triggers, and return what `verify` says."""
    with Vault.open(folder, "seven grey herons wading") as vault:
        with vault.writing() as connection:
            connection.execute("PRAGMA defer_foreign_keys = ON; DROP TRIGGER entries_stay; DROP TRIGGER entries_remain")
            connection.execute(change)
        return vault.verify()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET payload = json_set(payload, '$.text', 'four') WHERE sequence = 3",
        "UPDATE entries SET recorded_at = recorded_at + 1 WHERE sequence = 3",
        "UPDATE entries SET about = '2026-03-02' WHERE sequence = 3",
        "UPDATE entries SET about = 'soon' WHERE sequence = 3",
        "DELETE FROM head",
        "UPDATE entries SET about_first = about_first + 1 WHERE sequence = 3",
        "UPDATE entries SET reported_by = 'Inge' WHERE sequence = 3",
        "UPDATE entries SET reason = 'none' WHERE sequence = 5",
        "UPDATE entries SET amends = (SELECT id FROM entries WHERE sequence = 1) WHERE sequence = 5",
        "UPDATE entries SET origin = (SELECT id FROM entries WHERE sequence = 1) WHERE sequence = 3",
        "UPDATE entries SET kind = 'question' WHERE sequence = 3",
        "UPDATE entries SET hash = zeroblob(32) WHERE sequence = 3",
        "DELETE FROM entries WHERE sequence = 3",
        "DELETE FROM entries WHERE sequence = 5",
        "UPDATE entries SET sequence = CASE sequence WHEN 1 THEN -1 ELSE sequence END; "
        "UPDATE entries SET sequence = 1 WHERE sequence = 2; UPDATE entries SET sequence = 2 WHERE sequence = -1",
        "UPDATE head SET rows = 4, hash = (SELECT hash FROM entries WHERE sequence = 4)",
    ],
)
def test_an_edit_of_the_table_is_found(tmp_path: Path, change: str) -> None:
    record = made(tmp_path / "record-1")
    said = [add(record, Note(f"line {number}"), DAY) for number in range(4)]
    record.amend(said[1].id, Note("two"), at=NOW)
    assert record.vault.verify() == []
    record.vault.lock()
    shutil.copytree(tmp_path / "record-1", tmp_path / "record-2")
    assert altered(tmp_path / "record-1", "SELECT 1") == []
    assert altered(tmp_path / "record-2", change)


def test_the_table_itself_refuses_to_change_or_delete(record: Record) -> None:
    add(record, Note("x"))
    for change in ("UPDATE entries SET payload = '{}'", "DELETE FROM entries"):
        with pytest.raises(apsw.ConstraintError, match="entries are never"), record.vault.writing() as connection:
            connection.execute(change)
    assert [entry.payload for entry in record.entries()] == [Note("x")]


def test_an_entry_that_cannot_be_read_is_damage_and_not_left_out(tmp_path: Path) -> None:
    record = made(tmp_path / "record-1")
    add(record, Note("x"))
    record.vault.lock()
    assert altered(tmp_path / "record-1", """UPDATE entries SET payload = '{"unheard":1}'""")
    with Vault.open(tmp_path / "record-1", "seven grey herons wading") as vault, pytest.raises(RecordDamaged):
        Record(vault).entries()


# Size


def test_ten_years_of_a_weekly_diary_of_twenty_symptoms_stay_under_20_megabytes(record: Record) -> None:
    """10,440 symptom entries, 31,320 ratings, with a line of note on one in ten, and a course of disease."""
    began = datetime(2016, 1, 3, 9, tzinfo=UTC)
    for week in range(522):
        at = began + timedelta(weeks=week)
        record.append(
            *(
                new_entry(
                    SymptomEntry(
                        f"symptom-{n}",
                        "",
                        (week + n) % 5,
                        n % 5,
                        week % 5,
                        note="felt much like last week" * (n % 10 == 0),
                    ),
                    at=at,
                    about_when=When.on(at.date()),
                )
                for n in range(20)
            )
        )
    place = Place(record.vault._place.folder)
    assert sum(path.stat().st_size for path in place.folder.iterdir()) < 20_000_000
    assert len(record.entries(Kind.SYMPTOM)) == 10_440
    assert len(record.entries(Kind.SYMPTOM, (date(2025, 1, 1), date(2025, 12, 31)))) == 52 * 20
    assert record.vault.verify() == []


# Out and in


def test_an_export_comes_back_into_a_new_record_entry_for_entry(record: Record, tmp_path: Path) -> None:
    said = course(record)
    record.amend(said["note"].id, Note("A fair week."), at=NOW, reason="too rosy")
    record.strike(said["contact"].id, "moved away", at=NOW)
    export(record, tmp_path / "export.zip", at=NOW)
    new = made(tmp_path / "record-2")
    assert import_(new, tmp_path / "export.zip").added == len(said) + 2
    assert new.entries(include_superseded=True) == record.entries(include_superseded=True)
    assert new.vault.verify() == []
    again = import_(new, tmp_path / "export.zip")
    assert (again.added, again.known) == (0, len(said) + 2)
    add(new, Note("written later"), DAY)
    import_(new, tmp_path / "export.zip")
    export(new, tmp_path / "second.zip", at=NOW)
    assert import_(record, tmp_path / "second.zip").added == 1
    new.vault.lock()


def test_an_export_holds_json_tables_and_what_layers_above_add(record: Record, tmp_path: Path) -> None:
    course(record)
    add(record, Note("=HYPERLINK(1)"), DAY)
    export(record, tmp_path / "export.zip", at=NOW, extra_files=lambda held: {"fhir/bundle.json": b"{}"})
    with zipfile.ZipFile(tmp_path / "export.zip") as archive:
        names = set(archive.namelist())
        assert names == {"README.txt", "entries.json", "fhir/bundle.json", *(f"csv/{kind.value}.csv" for kind in Kind)}
        whole = json.loads(archive.read("entries.json"))
        assert whole["count"] == len(whole["entries"]) == len(record.entries(include_superseded=True))
        assert whole["entries"][0]["payload"]["histology"] == "ependymoma, grade 2"
        notes = list(csv.DictReader(io.StringIO(archive.read("csv/note.csv").decode("utf-8-sig"), newline="")))
        assert [row["text"] for row in notes] == [
            "A good week. “Quoted”, naïve, 日本語, 🌿\nsecond line",
            "'=HYPERLINK(1)",
        ]
        [plan, scan] = csv.DictReader(io.StringIO(archive.read("csv/follow_up.csv").decode("utf-8-sig"), newline=""))
        assert {plan["interval"], scan["interval"]} == {"every 3 months from 2026-01-31", ""}
    for name in ("entries.json", "../escape", "/etc/passwd", "a\\b"):
        with pytest.raises(UsageError, match="further file"):
            export(record, tmp_path / "other.zip", at=NOW, extra_files=lambda held, name=name: {name: b""})
    with pytest.raises(UsageError, match="another name"):
        export(record, tmp_path / "export.zip", at=NOW)
    with pytest.raises(NotSaved):
        export(record, tmp_path / "nowhere" / "export.zip", at=NOW)
    assert (tmp_path / "export.zip").stat().st_mode & 0o077 == 0
    assert record.vault.erase().left == (tmp_path / "export.zip",)


def rewritten(export_: Path, to: Path, change: Any) -> Path:
    with zipfile.ZipFile(export_) as archive:
        whole = json.loads(archive.read("entries.json"))
    whole = change(whole) or whole
    with zipfile.ZipFile(to, "w") as archive:
        archive.writestr("entries.json", json.dumps(whole))
    return to


def test_an_export_that_was_changed_or_is_none_adds_nothing(record: Record, tmp_path: Path) -> None:
    first = add(record, Note("x"), DAY)
    record.amend(first.id, Note("y"), at=NOW)
    export(record, tmp_path / "export.zip", at=NOW)
    new = made(tmp_path / "record-2")

    def first_payload(whole: Any) -> None:
        whole["entries"][0]["payload"]["text"] = "z"

    changes = [
        first_payload,
        lambda whole: whole["entries"].remove(whole["entries"][-1]),
        lambda whole: whole["entries"].reverse(),
        lambda whole: whole["entries"][0].update(hash="00" * 32),
        lambda whole: whole.update(count=3),
        lambda whole: whole.update(version=2),
        lambda whole: whole.update(format="something"),
        lambda whole: whole.update(entries=[7]),
        lambda whole: whole["entries"][0].update(payload={"text": 7}),
        lambda whole: whole["entries"][0].update(id="7"),
        lambda whole: whole["entries"][0].update(recorded_at="noon"),
        lambda whole: whole["entries"][0].update(reported_by=["Inge"]),
        lambda whole: [whole],
    ]
    for change in changes:
        with pytest.raises(ImportRefused):
            import_(new, rewritten(tmp_path / "export.zip", tmp_path / "changed.zip", change))
    (tmp_path / "text").write_text("no zip")
    with pytest.raises(ImportRefused):
        import_(new, tmp_path / "text")
    with pytest.raises(NotFound):
        import_(new, tmp_path / "nothing.zip")
    assert new.entries(include_superseded=True) == ()
    assert import_(new, rewritten(tmp_path / "export.zip", tmp_path / "same.zip", lambda whole: None)).added == 2
    new.vault.lock()


def test_an_entry_corrected_in_two_records_in_two_ways_is_not_merged(record: Record, tmp_path: Path) -> None:
    first = add(record, Note("x"), DAY)
    export(record, tmp_path / "export.zip", at=NOW)
    new = made(tmp_path / "record-2")
    import_(new, tmp_path / "export.zip")
    record.amend(first.id, Note("here"), at=NOW)
    new.amend(first.id, Note("there"), at=NOW)
    export(new, tmp_path / "second.zip", at=NOW)
    with pytest.raises(ImportRefused, match="two ways"):
        import_(record, tmp_path / "second.zip")
    assert [entry.payload for entry in record.entries()] == [Note("here")]
    new.vault.lock()
