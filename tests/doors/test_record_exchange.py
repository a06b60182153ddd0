"""What goes out of a record and comes in, at its doors: on the pages without a script, and on the command line."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from icalendar import Calendar
from own_pages import Clock, Person, begun, door
from pypdf import PdfReader

from portal_file import ALLERGY, PATIENT, TABLET, bundle
from waymark.app.own_papers import EXPORT_FORMATS, PAPERS
from waymark.record.dates import When
from waymark.record.payloads import Allergy, Medicine, SymptomEntry, Treatment


@pytest.fixture
def known(tmp_path: Path) -> Person:
    """A person whose record holds the entries of the invented example, open."""
    clock = Clock()
    begun(tmp_path, clock, filled=True)
    return Person(door(tmp_path, clock)).open()


def test_every_paper_is_handed_over_as_a_file_that_nobody_keeps(known: Person) -> None:
    for name, paper in PAPERS.items():
        known.go(f"/record/papers/{name}")
        assert known.status == 200 and known.headers["content-type"].startswith(paper.kind), name
        assert known.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert known.headers["cache-control"] == "no-store"
        start = {"pdf": b"%PDF", "ics": b"BEGIN:VCALENDAR", "csv": b"\xef\xbb\xbfday", "json": b"{"}[
            name.rsplit(".", 1)[1]
        ]
        assert known.content.startswith(start), name
    known.go("/record/papers/nothing.pdf")
    assert known.status == 404


def test_the_pages_lead_to_their_papers_on_both_sheets(known: Person) -> None:
    for page, stem in (
        ("/record/visit/page", "summary"),
        ("/record/visit/packet", "second-opinion"),
        ("/record/card", "card"),
    ):
        known.go(page)
        for name in (f"{stem}.pdf", f"{stem}-a4.pdf"):  # the country is US, so Letter is the first
            assert any(link.endswith(f"/record/papers/{name}") for link in known.links()), (page, name)
            known.go(f"/record/papers/{name}")
            height = float(PdfReader(io.BytesIO(known.content)).pages[0].mediabox.height)
            assert round(height) == (842 if "a4" in name else 792)
            known.go(page)


def test_the_paper_looks_back_as_far_as_the_page(known: Person) -> None:
    known.go("/record/visit/page").send(
        {"since-day": "1", "since-month": "10", "since-year": "2026"}, button="Show it from then on"
    )
    assert "1 October 2026" in known.words
    known.go("/record/papers/summary.pdf")
    said = " ".join(PdfReader(io.BytesIO(known.content)).pages[0].extract_text().split())
    assert "1 October 2026 to" in said


def test_the_plan_leads_to_its_calendar_file_and_says_what_it_shows(known: Person) -> None:
    known.go("/record/plan").click("calendar")
    assert known.status == 200 and known.address == "/record/calendar"
    assert "called “Appointment” and nothing else" in known.words
    known.click("Save the calendar file")
    assert b"MRI" not in known.content and Calendar.from_ical(known.content).walk("VEVENT")
    known.go("/record/calendar").click("real names")
    assert b"MRI" in known.content


def test_an_empty_plan_has_no_calendar_to_offer(tmp_path: Path) -> None:
    clock = Clock()
    begun(tmp_path, clock)
    person = Person(door(tmp_path, clock)).open().go("/record/calendar")
    assert "no date with a day" in person.words and not [link for link in person.links() if ".ics" in link]


def test_an_export_holds_every_format_and_entries_json_is_the_carrier(known: Person) -> None:
    known.go("/record/data")
    assert all(name in known.words for name in EXPORT_FORMATS)
    known.send(readable="yes", button="Save everything")
    with zipfile.ZipFile(io.BytesIO(known.content)) as archive:
        names = set(archive.namelist())
        assert {"README.txt", "entries.json", "diary.csv", "csv/symptom.csv", "calendar/plan.ics"} <= names
        assert {
            "fhir/patient-summary.json",
            "fhir/record.json",
            "pdf/visit.pdf",
            "pdf/second-opinion.pdf",
            "pdf/card.pdf",
        } <= names
        assert "NOT-MADE.txt" not in names
        assert json.loads(archive.read("fhir/patient-summary.json"))["type"] == "document"
        assert archive.read("pdf/visit.pdf").startswith(b"%PDF")
        assert "which alone is taken in again whole" in archive.read("README.txt").decode().replace("\n", " ")


def test_entries_get_out_even_where_a_paper_cannot_be_made(known: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    import waymark.exchange.pdf as pdf

    def fails(*_: object, **__: object) -> bytes:
        raise RuntimeError("quittenkern")

    monkeypatch.setattr(pdf, "typeset", fails)
    known.go("/record/data").send(readable="yes", button="Save everything")
    with zipfile.ZipFile(io.BytesIO(known.content)) as archive:
        assert "pdf/visit.pdf" in archive.read("NOT-MADE.txt").decode()
        assert "quittenkern" not in archive.read("NOT-MADE.txt").decode()
        assert json.loads(archive.read("entries.json"))["count"] > 100
        assert "fhir/record.json" in archive.namelist()


# In


def send(person: Person, content: bytes, name: str = "file.json") -> Person:
    return person.go("/record/import").send(file=(name, content), button="Show what is in it")


def test_a_hospitals_file_is_shown_entry_by_entry_and_only_what_is_ticked_is_kept(known: Person) -> None:
    before = len(known.own.held().all())
    send(known, bundle())
    assert known.address == "/record/import" and "A file from a hospital (FHIR)" in known.words
    assert "It may be about somebody else" in known.words, "the example's person has another name"
    assert not known.html.css("input[name=take][checked]"), "so nothing is ticked"
    assert len(known.own.held().all()) == before
    known.send(button="Keep what is ticked")
    assert known.status == 422 and "Tick what you want to take in" in known.words
    boxes = {
        box.parent.text().strip(): str(box.attributes["value"])
        for box in known.html.css("input[name=take]")
        if box.parent
    }
    letrozole = next(value for words, value in boxes.items() if "Letrozole" in words)
    known.send(take=[letrozole], button="Keep what is ticked")
    assert known.address == "/record/data" and known.told == "1 entry was taken in."
    assert len(known.own.held().all()) == before + 1
    send(known, bundle(PATIENT, TABLET))
    assert "is in your record already" in known.words and "nothing in it that is not in your record" in known.words
    known.send(button="Leave it")
    assert known.address == "/record/data" and len(known.own.held().all()) == before + 1


def test_what_is_taken_in_says_who_took_it_in_and_where_it_is_from(known: Person) -> None:
    send(known, bundle({**ALLERGY, "code": {"text": "Latex"}})).send(writer="Inge", button="Keep what is ticked")
    newest = max(known.own.held().of(Allergy), key=lambda item: item.entry.sequence)
    assert newest.said.name == "Latex"
    assert newest.entry.reported_by == "Inge" and "hospital's file" in newest.said.note


def test_words_of_a_file_become_no_part_of_the_page(known: Person) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}"
    send(
        known,
        bundle(
            {**PATIENT, "name": [{"text": nasty}]},
            {**TABLET, "contained": [], "medicationReference": None, "medicationCodeableConcept": {"text": nasty}},
        ),
    )
    assert not known.html.css("main script, main img") and "{{7*7}}" in known.words


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!doctype html><p>Sign in", "This is a web page"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"PK\x03\x04 something", "not an export"),
        (b'{"resourceType":"Library"}', "nothing in this file that a record keeps"),
        (b"\x80\x81\x82", "encoding"),
        (b'{"a":' * 40_000, "nested deeper"),
    ],
)
@pytest.mark.parametrize("language", ["", "es"])
def test_a_file_that_cannot_be_read_comes_back_with_a_sentence(
    tmp_path: Path, content: bytes, says: str, language: str
) -> None:
    clock = Clock()
    begun(tmp_path, clock)
    person = Person(door(tmp_path, clock), language).open()
    person.go("/record/import")
    answer = person.client.post(
        f"{person.prefix}/record/import", data={"token": person.token}, files={"file": ("x", content)}
    )
    assert answer.status_code == 422
    assert (says in answer.text) == (language == "")
    assert person.own.held().all() == ()


def test_the_diary_goes_out_to_a_spreadsheet_and_comes_in_again(known: Person, tmp_path: Path) -> None:
    known.go("/record/papers/diary.csv")
    content = known.content
    clock = Clock()
    folder = tmp_path / "other"
    begun(folder, clock)
    other = Person(door(folder, clock)).open()
    send(other, content, "diary.csv")
    assert "A table of a diary (CSV)" in other.words
    other.send(button="Keep what is ticked")
    assert len(other.own.held().of(SymptomEntry)) == len(known.own.held().of(SymptomEntry))


def test_a_long_diary_is_taken_or_left_as_a_whole(known: Person) -> None:
    lines = [
        f"20{10 + day // 336:02d}-{day // 28 % 12 + 1:02d}-{day % 28 + 1:02d},pain,{day % 5}" for day in range(2000)
    ]
    send(known, ("day,symptom,how_strong\n" + "\n".join(lines)).encode(), "diary.csv")
    assert "Diary entry: 2000" in known.words and not known.html.css("input[name=take]")
    known.send(button="Keep all of this")
    assert known.told == "2000 entries were taken in."


def test_out_erased_and_in_again_is_the_same_record_with_all_formats_in_the_archive(known: Person) -> None:
    entries = known.own.record.entries(include_superseded=True)
    export = known.go("/record/data").send(readable="yes", button="Save everything").content
    known.go("/record/data/erase").send(name="Garden book", button="Erase")
    known.go("/record/new").send(
        name="", passphrase="another one", again="another one", understood="yes", button="Begin"
    )
    known.send(button="I have it")
    send(known, export, "export.zip").send(button="Keep all of this")
    again = known.own.record.entries(include_superseded=True)
    assert [(e.id, e.payload, e.about_when, e.reported_by, e.recorded_at, e.amends) for e in again] == [
        (e.id, e.payload, e.about_when, e.reported_by, e.recorded_at, e.amends) for e in entries
    ]


def test_usual_weeks_before_a_treatment_that_is_over_are_pointed_out_beside_the_chart(known: Person) -> None:
    known.own.add(Treatment(name="a course of tablets", start=When.parse("2026-06-20"), end=When.parse("2026-08-01")))
    known.go("/record/diary/back")
    assert "lie before a course of tablets" in known.words
    known.go(next(link for link in known.links() if "/record/symptoms/" in link))
    assert "lie before a course of tablets" in known.words and "Mark usual weeks" in known.words


def test_medicines_of_a_file_stand_on_the_next_page_for_the_visit(known: Person) -> None:
    send(known, bundle(TABLET)).send(button="Keep what is ticked")
    assert "Letrozole" in {item.said.name for item in known.own.held().of(Medicine)}
    assert "Letrozole, 2.5 mg once a day" in known.go("/record/visit/page").words
