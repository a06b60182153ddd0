"""What a person does in their record, page by page, in a browser without JavaScript."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from own_pages import Clock, Person, begun, door, filled_in, words
from test_record_door import crawl

from waymark.app.web.record.every_page import EVERY_PAGE
from waymark.app.web.record.fields import ASKS
from waymark.care.change import QUIET_NOTE
from waymark.record.payloads import Kind, Question, SymptomEntry

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{ 7*7 }} %(x)s 100% ‮"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def person(tmp_path: Path, clock: Clock) -> Person:
    """A person with an empty record, open."""
    begun(tmp_path, clock)
    return Person(door(tmp_path, clock)).open()


@pytest.fixture
def known(tmp_path: Path, clock: Clock) -> Person:
    """The invented person, open."""
    begun(tmp_path, clock, filled=True)
    return Person(door(tmp_path, clock)).open()


def scale(person: Person, symptom: str, attribute: str = "severity") -> str:
    """Return the name of the answers about a symptom on the diary's page."""
    for item in person.html.css("fieldset.ask-item"):
        if words(item.css_first(".item-name")) == symptom:
            named = item.css_first(f"input[name^={attribute}-]")
            assert named is not None
            return str(named.attributes["name"])
    raise AssertionError(f"the diary does not ask about {symptom}")


# The diary -------------------------------------------------------------------------------------------------------------


def test_a_page_of_the_diary_is_one_tap_and_a_button(person: Person) -> None:
    person.go("/record/diary")
    assert words(person.html.css_first("h1")) == "How were the last seven days?"
    asked = [words(item.css_first(".item-name")) for item in person.html.css("fieldset.ask-item")]
    assert 5 <= len(asked) <= 9 and asked[0] == "Tiredness"
    checked = person.html.css("fieldset.ask-item input:checked") or [
        box for box in person.html.css("fieldset.ask-item input[type=radio]") if "checked" in box.attributes
    ]
    assert all(not box.attributes.get("value") for box in checked), "everything is skipped until it is said"
    person.send({scale(person, "Tiredness"): "2"}, button="Keep this page")
    assert person.address == "/record/diary/written" and "Kept: 1 symptom." in person.words
    [entry] = person.own.held().of(SymptomEntry)
    assert (entry.said.term, entry.said.severity, entry.said.recall_days) == ("tiredness", 2, 7)


def test_what_is_skipped_is_not_written(person: Person) -> None:
    person.go("/record/diary").send(button="Keep this page")
    assert person.status == 422 and "nothing on this page yet" in person.hint
    assert person.own.held().all() == ()


def test_writing_the_same_day_again_corrects_and_does_not_double(person: Person) -> None:
    person.go("/record/diary").send({scale(person, "Pain"): "3"}, button="Keep this page")
    person.go("/record/diary")
    name = scale(person, "Pain")
    assert (name, "3") in filled_in(person.form("Keep this page"))
    person.send({name: "1"}, button="Keep this page")
    [entry] = person.own.held().of(SymptomEntry)
    assert entry.said.severity == 1 and len(person.own.history(entry.id)) == 2


def test_an_urgent_answer_is_met_at_once_and_above_everything(known: Person) -> None:
    known.go("/record/diary").send({scale(known, "Weak arm or leg"): "3"}, button="Keep this page")
    main = known.html.css_first("main")
    assert main is not None
    first = next(node for node in main.iter() if node.tag != "-text")
    assert first.attributes["role"] == "alert" and "urgent" in str(first.attributes["class"])
    assert "If this is new" in words(first) and "911" in words(first)
    assert first.css_first("a[href='tel:911']") is not None
    assert first.css_first("a[href='tel:+15550199']") is not None, "the person's own number for the night"
    assert "NICE" in words(first), "with its source"
    known.go("/record/diary/written")
    assert known.html.css(".urgent"), "a page that is loaded again says it again"
    assert not known.go("/record").html.css(".urgent")


@pytest.mark.parametrize(
    ("address", "field", "button"),
    [
        ("/record/notes/add", "text", "Keep"),
        ("/record/questions/add", "text", "Put it on the list"),
        ("/record/medicines/add", "note", "Keep"),
    ],
)
def test_urgent_words_in_a_note_are_met_at_once(person: Person, address: str, field: str, button: str) -> None:
    person.go(address).send(
        {field: "I have a fever of 39 C since the chemotherapy on Monday", "name": "x"}, button=button
    )
    notice = person.html.css_first(".urgent")
    assert notice is not None and "24-hour line" in words(notice)


def test_what_happened_in_the_past_is_noted_without_alarm(person: Person) -> None:
    person.go("/record/course/add/diagnosis").send(histology="glioma", note="It began with a seizure.", button="Keep")
    assert person.address == "/record/course" and person.html.css(".urgent") == []


def test_a_page_for_another_day_is_that_day_alone_or_the_week_before_it(person: Person) -> None:
    person.go("/record/diary/day").send(
        {"day-day": "3", "day-month": "11", "day-year": "2026", "recall": "day"}, button="Open"
    )
    assert words(person.html.css_first("h1")) == "How was that day?" and "3 November 2026" in person.words
    person.send({scale(person, "Pain"): "2"}, button="Keep this page")
    [entry] = person.own.held().of(SymptomEntry)
    assert (str(entry.when), entry.said.recall_days) == ("2026-11-03", 1)
    person.go("/record/diary/day").send({"day-day": "31", "day-month": "11", "day-year": "2026"}, button="Open")
    assert person.status == 422 and "There is no such day" in person.words
    person.go("/record/diary/day").send({"day-day": "1", "day-month": "12", "day-year": "2026"}, button="Open")
    assert person.status == 422 and "days that have been" in person.words


def test_the_list_is_the_persons_own(person: Person) -> None:
    person.go("/record/diary/list")
    assert "a first list" in person.words.lower()
    boxes = {
        words(box.parent).split("anywhere")[0]: str(box.attributes["value"])
        for box in person.html.css("input[name=term]")
    }
    person.send(
        term=[boxes["Pain"], boxes["Headache"]], own="My left hip\n\nhumming in the ear ", button="Keep this list"
    )
    asked = [words(item.css_first(".item-name")) for item in person.html.css("fieldset.ask-item")]
    assert asked == ["Pain", "Headache", "My left hip", "humming in the ear"]
    person.go("/record/diary/list").send(own="hip\nHIP", button="Keep this list")
    assert person.status == 422 and "stands there twice" in person.words


def test_the_list_can_be_put_in_order(person: Person) -> None:
    person.go("/record/diary/list")
    names = [words(row.css_first("label span")) for row in person.html.css(".list-row")]
    last = person.html.css(".list-row button")[-1]
    fields = [*filled_in(person.form("Keep this list")), ("first", str(last.attributes["value"]))]
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    person._arrived(person.client.post("/record/diary/list", data=data))
    now = [words(row.css_first("label span")) for row in person.html.css(".list-row")]
    assert now[0].startswith(names[-1].split(" tired")[0]) and len(now) == len(names)


# Charts ----------------------------------------------------------------------------------------------------------------


def test_every_quiet_chart_says_what_it_cannot_tell(known: Person) -> None:
    known.go("/record/diary/back")
    quiet = 0
    for link in known.html.css(".spark-link"):
        page = known.go(str(link.attributes["href"]))
        told = " ".join(words(each) for each in page.html.css(".sentence"))
        if "Tell your health care team" not in told and "Call your health care team" not in told:
            assert QUIET_NOTE in page.words
            quiet += 1
    assert quiet >= 3
    assert QUIET_NOTE in known.go("/record/diary/back").words


def test_no_page_speaks_of_a_recurrence_because_of_symptoms(known: Person) -> None:
    for address in ("/record", "/record/diary/back", "/record/diary/written"):
        changed = known.go(address).html.css_first("main")
        assert "recurrence" not in words(changed).lower(), address


def test_a_chart_shows_both_baselines_and_the_same_as_a_table(known: Person) -> None:
    known.go("/record/diary/back").click("Back pain")
    svg = known.html.css("svg.chart")
    assert len(svg) == 2, "one for a phone, one for a desk"
    for drawing in svg:
        assert drawing.attributes["role"] == "img" and "worse than your usual" in str(drawing.attributes["aria-label"])
        assert drawing.css(".c-usual") and drawing.css(".c-diagnosis") and drawing.css(".c-line")
        assert "style" not in {name for node in drawing.traverse() for name in node.attributes}
    rows = known.html.css(".numbers tbody tr")
    points = [point for chart in known.own.charts() if chart.name == "Back pain" for point in chart.points]
    shown = [point for point in points if point.day >= date(2026, 5, 27)]
    assert len(rows) == len(shown) > 20
    known.click("All")
    assert len(known.html.css(".numbers tbody tr")) == len(points)
    assert "compared" in str(known.html.css_first("dl.compared")) or known.html.css("dl.compared")


def test_treatment_and_steroids_are_marked_on_the_chart(person: Person) -> None:
    from datetime import timedelta

    from waymark.app.own_record import DiaryAnswer
    from waymark.care.severity import Answers

    for week in range(4):
        person.own.write_diary(
            {"pain": DiaryAnswer(Answers(None, week, None))}, date(2026, 11, 25) - timedelta(weeks=week)
        )
    person.go("/record/course/add/treatment").send(
        {
            "modality": "radiation",
            "name": "Radiation of the hip",
            "start-day": "2",
            "start-month": "11",
            "start-year": "2026",
            "end-day": "6",
            "end-month": "11",
            "end-year": "2026",
        },
        button="Keep",
    )
    person.go("/record/medicines/add").send(
        {"name": "dexamethasone", "start-month": "11", "start-year": "2026", "steroid": "yes"}, button="Keep"
    )
    person.go("/record/diary/back").click("Pain")
    assert len(person.html.css("svg.chart-desk .c-mark")) == 2
    keys = words(person.html.css_first(".keys"))
    assert "Radiation of the hip, 2 November 2026 to 6 November 2026" in keys and "dexamethasone" in keys


def test_both_baselines_are_said_by_the_person(person: Person) -> None:
    person.go("/record/diary").send({scale(person, "Pain"): "2"}, button="Keep this page")
    person.go("/record/diary/back").click("Pain").click("Say how it was at diagnosis")
    person.send({"severity": "3", "about-year": "2021"}, button="Keep")
    assert "3 of 4 at your diagnosis" in person.words or "hard to bear" in person.words
    person.click("Say how it usually is").send({"severity": "1"}, button="Keep")
    assert "in your own word" in words(person.html.css_first(".keys"))
    person.click("Say how it usually is").send({}, button="Keep")
    assert person.status == 422 and "Say at least one" in person.hint


def test_usual_weeks_can_be_marked(known: Person) -> None:
    known.go("/record/usual-weeks").send(
        {
            "first-day": "1",
            "first-month": "6",
            "first-year": "2026",
            "last-day": "31",
            "last-month": "7",
            "last-year": "2026",
        },
        button="Keep",
    )
    known.click("Back pain")
    assert "As in the weeks that you marked: 1 June 2026 to 31 July 2026." in known.words
    known.go("/record/usual-weeks").send({"first-year": "2026", "first-day": "", "first-month": ""}, button="Keep")
    assert known.status == 422 and "Give the day, the month and the year" in known.words


def test_an_empty_week_is_said_to_be_unknown(known: Person) -> None:
    known.go("/record/diary/weeks")
    assert "Of an empty week nothing is known" in known.words
    assert known.html.css(".week-none") and known.html.css(".weeks a .said")
    known.go(str(known.html.css(".weeks a")[0].attributes["href"]))
    assert known.html.css(".entries h3")


# Entries ---------------------------------------------------------------------------------------------------------------


def test_a_correction_shows_what_it_replaces(known: Person) -> None:
    known.go("/record/diary/back").click("Back pain").click("correct")
    known.send(severity="0", note="I had mixed up the days.", why="wrong day", button="Keep")
    assert "Corrected. What stood here before is kept below." in known.told
    versions = known.html.css(".version")
    assert len(versions) == 2
    assert "0, not there" in words(versions[0]) and "wrong day" in words(versions[0])
    assert "hard to bear" in words(versions[1])
    known.send(button="Keep")
    assert known.status == 422 and "Nothing was changed." in known.hint


def test_what_is_taken_back_is_gone_from_the_pages_and_stays_in_the_record(known: Person) -> None:
    before = len(known.own.held().of(SymptomEntry))
    known.go("/record/diary/back").click("Back pain").click("correct").click("Take it back")
    known.send(button="Take it back")
    assert known.status == 422 and "Tick the box" in known.words
    known.send(sure="yes", why="not mine", button="Take it back")
    assert len(known.own.held().of(SymptomEntry)) == before - 1
    assert len(known.own.record.entries(include_superseded=True)) > before


@pytest.mark.parametrize("kind", [kind for kind in ASKS if kind is not Kind.ABOUT_PERSON])
def test_every_kind_can_be_added_looked_at_and_corrected(person: Person, kind: Kind) -> None:
    asks = ASKS[kind]
    text = next(
        (
            field.name
            for field in asks.fields
            if field.kind in ("line", "text")
            and field.name in ("name", "text", "histology", "as_written", "in_words", "shown_by")
        ),
        "note",
    )
    person.go(asks.address).send({text: "Zaunkönig"}, button="Keep")
    assert person.address == asks.back, (person.address, person.hint, person.words[:200])
    [item] = person.own.held().all(kind)
    handle = person.own.handle(item.id)
    person.go(f"/record/entries/{handle}")
    assert "Zaunkönig" in words(person.html.css_first(".version"))
    person.send({text: "Goldammer", "writer": "Inge"}, button="Keep")
    assert "Goldammer" in words(person.html.css(".version")[0]) and "Zaunkönig" in words(person.html.css(".version")[1])
    assert "Reported by Inge." in person.words


def test_who_writes_stands_beside_what_is_written_and_is_remembered(person: Person) -> None:
    person.go("/record/notes/add").send(text="She slept badly.", writer="Inge", button="Keep")
    assert "Inge" in person.words
    person.go("/record/diary")
    assert ("writer", "Inge") in filled_in(person.form("Keep this page"))
    person.send({scale(person, "Pain"): "2", "writer": ""}, button="Keep this page")
    assert [item.entry.reported_by for item in person.own.held().of(SymptomEntry)] == ["self"]


# The course ------------------------------------------------------------------------------------------------------------


def test_a_stage_is_kept_as_copied_with_what_was_understood_beside_it(person: Person) -> None:
    person.go("/record/course/add/diagnosis").send(
        {"cancer_type": "colon", "stage_at_diagnosis": "pT3 N1 M0", "about-year": "2020"},
        button="See what is understood",
    )
    assert person.own.held().all() == (), "looking keeps nothing"
    assert "p is from tissue looked at after surgery" in words(person.html.css_first(".stage-read"))
    person.send(button="Keep")
    assert "Stage as written: pT3 N1 M0" in person.words and "Understood:" in person.words
    person.go("/record/course/add/restaging").send(as_written="rIIIB", button="Keep")
    row = words(person.html.css_first(".course"))
    assert "rIIIB" in row and "staged again after it came back" in row and "pT3 N1 M0" in row


def test_colon_cancer_in_the_liver_stays_colon_cancer(person: Person) -> None:
    person.go("/record/course/add/diagnosis").send({"cancer_type": "colon", "about-year": "2020"}, button="Keep")
    person.go("/record/course/add/recurrence")
    assert "colon cancer in the liver is colon cancer" in person.words
    person.send({"spread": "distant", "sites": "liver", "cancer_type": "liver", "about-year": "2024"}, button="Keep")
    assert "Something does not go together" in person.words
    assert "keeps the name of the first one" in person.words
    assert "Nothing was changed. It stays as you wrote it." in person.words
    person.click("Look at entry 1")
    assert person.address.startswith("/record/entries/")


def test_a_brain_tumour_has_a_grade_and_needs_no_stage(person: Person) -> None:
    person.go("/record/course/add/diagnosis").send(
        {"cancer_type": "ependymoma", "stage_at_diagnosis": "grade 2", "about-year": "2019"}, button="Keep"
    )
    assert "Understood: grade 2" in person.words and person.html.css(".hint") == []
    assert "does not go together" not in person.words


def test_the_course_is_short_for_a_doctor(known: Person) -> None:
    known.go("/record/course")
    rows = [words(row) for row in known.html.css(".short-form tr")]
    assert any(re.match(r"2019-09\s*Diagnosis: Ependymoma", row) for row in rows), rows
    assert len(rows) == len(known.html.css(".course > li"))


# The plan --------------------------------------------------------------------------------------------------------------


def test_no_interval_is_ever_offered(person: Person) -> None:
    person.go("/record/plan/add")
    sent = dict(filled_in(person.form("Keep")))
    assert sent["every"] == "" and sent["times"] == "" and "repeats" not in sent
    person.send(name="MRI", button="Keep")
    [item] = person.own.held().all(Kind.FOLLOW_UP)
    assert item.said.interval is None and not item.said.due.known


def test_what_repeats_counts_from_the_day_that_the_team_named(person: Person) -> None:
    fields = {"name": "MRI", "appointment": "imaging", "repeats": "yes", "every": "3", "unit": "months", "anchor-day": "31",
              "anchor-month": "8", "anchor-year": "2026", "anchor_name": "end of radiation"}  # fmt: skip
    person.go("/record/plan/add").send({**fields, "every": ""}, button="Keep")
    assert person.status == 422 and "How often?" in person.words
    person.send({**fields, "anchor-day": ""}, button="Keep")
    assert person.status == 422 and "From which day does it count?" in person.words
    person.send(fields, button="Keep")
    assert (
        "30 November 2026" in person.words
        and "every 3 months, counted from 31 August 2026 (end of radiation)" in person.words
    )


def test_what_became_of_a_visit_is_noted(known: Person) -> None:
    known.go("/record/plan").click("Blood test")
    known.send(button="Keep")
    assert known.status == 422 and "Choose one of these" in known.words
    known.send(
        became="done", result="all fine, they said", said="See you in March.", said_by="Dr. Okafor", button="Keep"
    )
    assert "Noted as done." in known.told and "all fine, they said" in known.words
    known.click("Dr. Okafor").send(
        {"became": "moved", "moved_to-day": "9", "moved_to-month": "12", "moved_to-year": "2026", "at": "9:15"},
        button="Keep",
    )
    assert "9 December 2026" in known.words and "moved" in known.words
    known.click("MRI of the spine").send(became="missed", button="Keep")
    assert "Your team can give you a new date" in known.told


# Questions and the visit -----------------------------------------------------------------------------------------------


def test_questions_are_picked_put_in_order_answered(person: Person) -> None:
    person.go("/record/questions/for/came-back")
    boxes = [str(box.attributes["value"]) for box in person.html.css("input[name=guide]")]
    person.send(button="Put them on my list")
    assert person.status == 422
    person.send(guide=boxes[:2], button="Put them on my list")
    assert "2 questions are on your list." in person.told
    person.click("Write a question").send(text="May I swim?", button="Put it on the list")
    texts = [words(one.css_first(".ask-text")) for one in person.html.css(".ask-list li")]
    assert texts[2] == "May I swim?"
    down = person.html.css(".ask-list li")[2].css_first("button[name=up]")
    assert down is not None
    person._arrived(person.post("/record/questions", {"token": person.token, "up": str(down.attributes["value"])}))
    assert [words(one.css_first(".ask-text")) for one in person.html.css(".ask-list li")][1] == "May I swim?"
    person.click("May I swim?").send(answer="Yes, slowly.", answered_by="the nurse", button="Keep")
    assert "Yes, slowly." in person.words
    assert [item.said.answered_by for item in person.own.held().of(Question) if item.said.answer] == ["the nurse"]


def test_the_page_for_the_visit_holds_what_counts(known: Person) -> None:
    known.go("/record/visit/page")
    paper = words(known.html.css_first(".paper"))
    assert "Worse than your usual since 28 October 2026" in paper and "About as it was at your diagnosis" in paper
    assert paper.count("Is the numbness from the radiation") == 1 and "1 more on my list" in paper
    assert "gabapentin, 300 mg, three times a day" in paper and "penicillin (rash)" in paper
    assert "Written down by you and Inge." in paper
    assert "Please go through this list with me." in paper
    assert QUIET_NOTE in paper
    known.send({"since-day": "1", "since-month": "11", "since-year": "2026"}, button="Show it from then on")
    assert "1 November 2026 to 25 November 2026" in words(known.html.css_first(".paper"))
    known.send(button="I took this page along")
    assert known.own.held().all(Kind.VISIT_SUMMARY)


def test_what_to_gather_is_ticked_and_filled_in(known: Person) -> None:
    known.go("/record/visit/packet")
    assert "radiation to the spine" in words(known.html.css_first(".gather"))
    have = next(
        str(box.attributes["name"]) for box in known.html.css("input[name^=have-]") if "Pathology" in words(box.parent)
    )
    where = have.replace("have-", "where-")
    known.send({have: "yes", where: "at home, green folder", "own": "Photos of the scar"}, button="Keep")
    assert "at home, green folder" in str(known.html.html) and "Photos of the scar" in known.words


def test_the_card_and_the_numbers_to_call(known: Person) -> None:
    card = words(known.go("/record/card").html.css_first(".wallet"))
    for said in ("An invented person", "Ependymoma", "penicillin", "+1 555 0199", "gabapentin", "A shunt"):
        assert said in card
    known.go("/record/team")
    assert known.html.css("a[href='tel:+15550199']") and known.html.css("a[href='tel:911']")
    known.click("Emergency card").click("Who it is about").send(important="Port on the left", button="Keep")
    assert "Port on the left" in words(known.html.css_first(".wallet"))
    assert len(known.own.held().all(Kind.ABOUT_PERSON)) == 1


# The record itself -----------------------------------------------------------------------------------------------------


def test_everything_out_erased_and_in_again_is_the_same_record(known: Person, clock: Clock) -> None:
    folder = known.pages.records
    before = known.own.record.entries(include_superseded=True)
    known.go("/record/data").send(button="Save everything")
    assert known.status == 422 and "whoever has this file can read it" in known.words
    known.send(readable="yes", button="Save everything")
    assert known.headers["content-type"] == "application/zip" and "attachment" in known.headers["content-disposition"]
    content = known.content
    known.go("/record/data/erase").send(name="garden", button="Erase it for good")
    assert known.status == 422 and "Nothing was erased" in known.words
    known.send(name="Garden book", button="Erase it for good")
    assert known.address == "/record/erased" and list(folder.iterdir()) == []
    known.go("/record/new").send(
        name="", passphrase="another one", again="another one", understood="yes", button="Begin"
    )
    known.send(button="I have it").go("/record/import")
    known.send(file=("x.zip", b"no export"), button="Show what is in it")
    assert known.status == 422 and "not an export" in known.words
    known.send(file=("waymark-record.zip", content), button="Show what is in it")
    assert "Diary entry: " in known.words and known.own.held().all() == (), "shown before anything is kept"
    known.send(button="Keep all of this")
    assert f"{len(before)} entries were taken in." in known.told
    assert known.own.record.entries(include_superseded=True) == before


def test_backups_are_made_tried_saved_elsewhere_and_put_back(known: Person) -> None:
    known.go("/record/data").send(button="Make a backup now")
    assert "found whole" in known.told
    known.send(button="Check the record")
    assert "is as it was written" in known.told
    known.send(button="Save the last one elsewhere")
    content = known.content
    assert b"Okafor" not in content, "it is encrypted"
    known.go("/record/restore").send(file=("x", b"nothing"), button="Put it back")
    assert known.status == 422 and "not a backup" in known.words
    known.send(file=("b.waymark-backup", content), button="Put it back")
    assert len(list(known.pages.records.glob("record-*/keys.json"))) == 2


def test_the_passphrase_is_changed_with_the_one_before(person: Person) -> None:
    person.go("/record/data/passphrase")
    person.send(current="wrong", new="new passphrase", again="new passphrase", button="Change it")
    assert person.status == 422 and "not right" in words(person.html.css_first("#fault-current"))
    person.send(current="quiet garden gate", new="new passphrase", again="new passphrase", button="Change it")
    assert "new passphrase holds" in person.told
    person.go("/record/data/recovery-key").send(button="Make a new one")
    assert person.address == "/record/recovery-key"


def test_looking_around_in_the_invented_record_leaves_nothing_behind(tmp_path: Path, clock: Clock) -> None:
    person = Person(door(tmp_path, clock)).go("/record/start")
    person.send(button="Look around first")
    assert person.address == "/record" and "This person is invented" in person.words
    place = person.own.vault.place.folder.parent
    assert place.exists() and tmp_path not in place.parents
    for address in ("/record/course", "/record/diary", "/record/card"):
        assert "This person is invented" in person.go(address).words
    person._arrived(person.post("/record/lock", {"token": person.token}))
    assert not place.exists() and list(tmp_path.iterdir()) == []


# Every page ------------------------------------------------------------------------------------------------------------


def test_nothing_that_is_typed_becomes_part_of_a_page(person: Person) -> None:
    """Hostile words in every text field of every form; then every page is read for anything that would run."""
    person.own.vault.rename("Garden <b>book</b>")
    forms = [page.path for page in EVERY_PAGE if page.save and page.needs_open and "{" not in page.path]
    skipped = {
        "/record/lock",
        "/record/here",
        "/record/keep",
        "/record/data/erase",
        "/record/data/passphrase",
        "/record/recovery-key",
    }
    kept = 0
    for address in sorted(set(forms) - skipped):
        person.go(address)
        for form in person.forms():
            values: dict[str, Any] = {}
            for name, value in filled_in(form):
                values.setdefault(name, []).append(value)
            for field in form.css("textarea, input:not([type]), input[type=text], input[type=tel]"):
                named = str(field.attributes["name"])
                if not re.search(r"-(?:day|month|year)$|^(?:every|times|ordinal|time|at)$", named):
                    values[named] = [HOSTILE]
            answer = person.client.post(str(form.attributes["action"]), data=values)
            kept += answer.status_code == 303
            assert_harmless(answer.text if answer.headers.get("content-type", "").startswith("text/html") else "")
    assert kept > 12, kept
    diary = person.go("/record/diary")
    notes = {str(box.attributes["name"]): HOSTILE for box in diary.html.css("textarea")}
    diary.send({**notes, scale(diary, "Pain"): "2"}, button="Keep this page")
    seen = crawl(person)
    for address in seen:
        assert_harmless(person.go(address).html.html or "")
    assert sum("alert(1)" in person.go(address).words for address in seen) > 15, "the words themselves are shown"


def assert_harmless(page: str) -> None:
    from selectolax.lexbor import LexborHTMLParser

    html = LexborHTMLParser(page)
    for script in html.css("script"):
        assert str(script.attributes.get("src")).startswith("/static/")
    for node in html.css("*"):
        assert not [name for name in node.attributes if name.startswith("on")], node.html
        assert node.tag not in ("b", "iframe", "object") or (
            node.tag == "b" and "letter" in str(node.attributes.get("class"))
        ), node.html
    for image in html.css("img"):
        raise AssertionError(image.html)
    assert "49" not in re.findall(r"onerror=alert\(1\)[^<]{0,8}(49)", page)


def test_every_page_is_whole(known: Person) -> None:
    """A title, one first heading, labels for every field, ids once: what a screen reader goes by."""
    for address in crawl(known):
        html = known.go(address).html
        assert len(html.css("h1")) == 1, address
        assert words(html.css_first("title")).endswith(" – My record")
        ids = [str(node.attributes["id"]) for node in html.css("[id]")]
        assert len(ids) == len(set(ids)), (address, sorted({one for one in ids if ids.count(one) > 1}))
        for field in html.css("main input:not([type=hidden]), main select, main textarea"):
            named = field.attributes.get("aria-label") or html.css(f"label[for='{field.attributes.get('id')}']")
            inside = any(parent.tag == "label" for parent in _above(field))
            assert named or inside, (address, field.html)
        for described in html.css("[aria-describedby]"):
            for one in str(described.attributes["aria-describedby"]).split():
                assert one in ids, (address, one)


def _above(node: Any) -> list[Any]:
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found
