"""The diary: what is asked, what is kept, which weeks are usual, and the three outputs that are never mixed."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest

from waymark.answering.urgent import notice_of, read_table
from waymark.app.own_record import DiaryAnswer, OwnRecord
from waymark.care import at_entry
from waymark.care.change import QUIET_NOTE, ChangeKind
from waymark.care.diary import USUAL_WEEKS, usual_span
from waymark.care.severity import Answers, Attribute
from waymark.care.symptoms import ANSWERS, GENERAL, QUESTIONS, SHORT_LISTS, SYMPTOMS, TODAY_FREQUENCY, offered
from waymark.errors import NotFound
from waymark.library.cancer_types import vocabulary
from waymark.record.dates import When
from waymark.record.errors import EntryRefused
from waymark.record.keys import KeyCost
from waymark.record.payloads import Diagnosis, Medicine, Modality, Rhythm, SymptomEntry, Treatment, UsualWeeks
from waymark.record.vault import Vault

START = date(2026, 1, 5)
D = When.parse


class Now:
    def __init__(self) -> None:
        self.day = START + timedelta(weeks=30)

    def clock(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def record(tmp_path: Path, now: Now) -> Iterator[OwnRecord]:
    vault, _ = Vault.create(tmp_path / "record-1", "seven grey herons", cost=KeyCost(8, 1), clock=now.clock)
    record = OwnRecord(vault, "US", today=lambda: now.day)
    yield record
    record.lock()


def level(severity: int | None, note: str = "") -> DiaryAnswer:
    return DiaryAnswer(Answers(severity=severity), note)


def weekly(record: OwnRecord, key: str, values: list[int | None], first: date = START) -> None:
    for week, value in enumerate(values):
        if value is not None:
            record.write_diary({key: level(value)}, first + timedelta(weeks=week))


# The list of symptoms


def test_every_item_has_words_of_ours_and_asks_something() -> None:
    for term, item in SYMPTOMS.items():
        assert term == item.id and re.fullmatch(r"[a-z]+(-[a-z]+)*", term)
        assert item.name and item.asks and len(set(item.asks)) == len(item.asks)
    assert set(GENERAL) <= set(SYMPTOMS)
    assert len({item.name for item in SYMPTOMS.values()}) == len(SYMPTOMS)
    for words in (*ANSWERS.values(), TODAY_FREQUENCY):
        assert len(words) == 5 == len(set(words))
    assert set(QUESTIONS) == set(Attribute)


def test_no_wording_of_the_questionnaires_that_may_not_be_passed_on() -> None:
    """The answer scales of PRO-CTCAE, EORTC QLQ and MDASI, and the frames of their questions, stand nowhere."""
    said = " | ".join(
        [
            *(word.lower() for words in (*ANSWERS.values(), TODAY_FREQUENCY) for word in words),
            *(question.lower() for question in QUESTIONS.values()),
            *(item.name.lower() for item in SYMPTOMS.values()),
        ]
    )
    for theirs in (
        *("rarely", "occasionally", "frequently", "almost constantly", "very severe", "a little bit", "somewhat"),
        *("quite a bit", "very much", "at its worst", "how often did you have", "interfere with", "not at all"),
        *("as bad as you can imagine", "not present", "usual or daily activities", "during the past week"),
    ):
        assert theirs not in said


def test_every_short_list_names_known_items_a_known_cancer_and_its_sources() -> None:
    types = vocabulary().types
    for one in SHORT_LISTS:
        assert one.cancer in types and set(one.items) <= set(SYMPTOMS)
        assert one.sources and all(source.startswith("https://") for source in one.sources)
    assert len({one.cancer for one in SHORT_LISTS}) == len(SHORT_LISTS)


STEMS = {
    "arm-leg-weakness": "weak", "sight": "vision|sight|see", "speech": "speech|speak", "balance": "balance|walk", "seizures": "seizure",
    "personality": "personality|mood|behavior", "sleepiness": "sleep", "numbness": "numb", "urinating": "urin", "bowel-change": "bowel",
    "breast-change": "nipple|breast", "lump": "lump|mass|swelling|sore", "nodes": "lymph node|lump", "limb-swelling": "swell",
    "bone-pain": "bone", "breathless": "breath", "coughing-blood": "blood", "chest-pain": "chest", "wheezing": "wheez", "hoarse": "hoarse|voice",
    "swallowing": "swallow", "face-swelling": "swelling", "blood-stool": "blood", "belly-pain": "abdom|stomach|belly|back or side|side", "bloating": "bloat|swell|fluid|full",
    "urine-often": "often|frequent|urinat", "blood-urine": "blood", "back-pain": "back", "pelvic-pain": "pelvi|abdom|groin|scrotum", "full-soon": "full",
    "vaginal-bleeding": "bleeding", "vaginal-discharge": "discharge", "pain-sex": "intercourse|sex", "skin-change": "mole|skin", "night-sweats": "sweat",
    "itching": "itch", "bruising": "bruis|bleed", "infections": "infection", "weakness": "weak|tired|fatigue", "jaundice": "jaundice|yellow",
    "heartburn": "heartburn|indigestion", "testicle": "testic", "mouth": "mouth|throat", "ear-pain": "ear", "nose": "nose|sinus", "appetite": "appetite",
    "weight-loss": "weight", "joint-pain": "joint|stiff|movement",
}  # fmt: skip


@pytest.mark.corpus
def test_the_pages_that_a_short_list_names_speak_of_its_items(shared: Path) -> None:
    """Each item stands, by a word of its own, on one of the pages that its list was made from."""
    pages: dict[str, str] = {}
    for path in (shared / "corpus" / "nci" / "cancer-types").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        address = re.search(r"^url: (\S+)", text, re.MULTILINE)
        if address:
            pages[address.group(1).strip("'\"")] = text.lower()
    checked = 0
    for one in SHORT_LISTS:
        texts = [pages[source] for source in one.sources if source in pages]
        assert texts, f"{one.cancer}: none of its pages is in the corpus"
        for item in one.items:
            pattern = STEMS.get(item, item.replace("-", "|"))
            assert any(re.search(pattern, text) for text in texts), f"{one.cancer}: {item}"
            checked += 1
    assert checked > 100


@pytest.mark.parametrize(
    ("cancer", "first"),
    [("ependymoma", "headache"), ("spinal-cord", "back-pain"), ("colon", "bowel-change"), ("glioblastoma", "headache"),
     ("non-small-cell-lung", "cough"), ("melanoma", "skin-change"), ("hodgkin-lymphoma", "nodes")],
)  # fmt: skip
def test_a_kind_of_cancer_takes_the_list_of_the_kinds_above_it(cancer: str, first: str) -> None:
    assert offered([cancer])[0] == first
    assert set(GENERAL) <= set(offered([cancer]))


def test_an_unknown_cancer_gets_what_is_common_to_all() -> None:
    assert offered(["nobody-knows"]) == GENERAL == offered([])


# A page of the diary


def test_before_anything_is_chosen_a_minutes_worth_is_offered(record: OwnRecord) -> None:
    record.add(Diagnosis(cancer_type="colon"), about=D("2019-05"))
    page = record.diary()
    assert not page.chosen and len(page.items) <= 9 and page.items[0].term == "bowel-change"
    assert page.rhythm is Rhythm.WEEKLY and page.recall_days == 7
    assert page.covers == (page.day - timedelta(days=6), page.day)
    assert {offer.term for offer in page.offers} | {item.term for item in page.items} == set(SYMPTOMS)


def test_the_person_chooses_orders_and_adds_their_own_words(record: OwnRecord) -> None:
    record.choose(["numbness", "pain"], ["  feet feel   wrapped "])
    page = record.diary()
    assert [item.name for item in page.items] == ["Numbness or tingling", "Pain", "feet feel wrapped"]
    asked = [each.attribute for each in page.items[2].asks]
    assert asked == [Attribute.SEVERITY, Attribute.FREQUENCY, Attribute.INTERFERENCE]
    record.choose(["pain"], rhythm=Rhythm.DAILY)
    assert [item.term for item in record.diary().items] == ["pain"]
    assert record.diary().recall_days == 1
    assert len(record.history(record.choose(["pain"]).origin)) == 2  # the same choice again adds nothing
    with pytest.raises(EntryRefused, match="twice"):
        record.choose(["pain", "pain"])


def test_whatever_was_skipped_makes_no_entry(record: OwnRecord) -> None:
    done = record.write_diary(
        {"pain": level(2), "sleep": DiaryAnswer(Answers()), "tiredness": level(None, "hard to say")}
    )
    assert len(done.entries) == 2
    assert record.write_diary({"sleep": DiaryAnswer(Answers(), "  ")}).entries == ()


def test_a_page_written_again_is_corrected_and_not_doubled(record: OwnRecord) -> None:
    first = record.write_diary({"pain": level(2), "sleep": level(1)}).entries
    again = record.write_diary({"pain": level(3), "sleep": level(1)}).entries
    assert [entry.origin for entry in again] == [first[0].origin]
    assert len(record.held().of(SymptomEntry)) == 2
    record.write_diary({"pain": level(None)})  # everything taken out: the entry is taken back
    assert [item.said.term for item in record.held().of(SymptomEntry)] == ["sleep"]


def test_a_week_is_kept_whole_or_not_at_all(record: OwnRecord) -> None:
    with pytest.raises(NotFound):
        record.write_diary({"pain": level(2), "own:never heard of": level(1)})
    with pytest.raises(EntryRefused):
        record.write_diary({"pain": level(2), "sleep": level(1, "x" * 30_000)})
    assert record.held().of(SymptomEntry) == ()
    assert record.vault.verify() == []


def test_a_day_and_a_week_that_end_on_it_stand_beside_each_other(record: OwnRecord) -> None:
    record.write_diary({"pain": level(2)}, recall_days=7)
    record.write_diary({"pain": level(4)}, recall_days=1)
    assert sorted(item.said.recall_days for item in record.held().of(SymptomEntry)) == [1, 7]
    page = record.diary(recall_days=1)
    item = next(item for item in page.items if item.term == "pain")
    assert item.written == Answers(severity=4)
    frequency = next(each for each in record.diary(recall_days=1).items[0].asks if each.attribute is Attribute.SEVERITY)
    assert "today" in frequency.question.lower()


def test_who_reported_it_is_kept(record: OwnRecord) -> None:
    record.write_diary({"pain": level(2)}, reported_by="Inge")
    [chart] = record.charts()
    assert [point.reported_by for point in chart.points] == ["Inge"]
    assert record.weeks(1)[0].reported_by == ("Inge",)


def test_nothing_lies_in_the_future(record: OwnRecord, now: Now) -> None:
    with pytest.raises(EntryRefused, match="future"):
        record.write_diary({"pain": level(2)}, now.day + timedelta(days=3))


def test_handles_say_nothing_and_find_the_item_again(record: OwnRecord) -> None:
    record.choose(["seizures"], ["feet feel wrapped"])
    for item in record.diary().items:
        handle = record.handle(item.key)
        assert re.fullmatch(r"[0-9a-f]{16}", handle) and record.key_of(handle) == item.key
    assert record.key_of(record.handle("night-sweats")) == "night-sweats"  # can still be added
    with pytest.raises(NotFound):
        record.key_of("0" * 16)


def test_handles_of_two_records_are_not_alike(record: OwnRecord, tmp_path: Path) -> None:
    other, _ = Vault.create(tmp_path / "record-2", "seven grey herons", cost=KeyCost(8, 1))
    assert other.handle("seizures") != record.handle("seizures")
    other.lock()


# Which weeks are usual


def test_the_first_eight_weeks_with_an_entry_are_usual(record: OwnRecord) -> None:
    weekly(record, "pain", [1, None, 1, 1, 1, 1, 1, 1, 1, 1])
    span = usual_span(record.held(), START + timedelta(weeks=20))
    assert span is not None and (span.marked, span.complete) == (False, True)
    assert (span.first, span.last) == (START, START + timedelta(weeks=9) - timedelta(days=1))
    early = usual_span(record.held(), START + timedelta(weeks=3))
    assert early is not None and not early.complete
    assert early.last == START + timedelta(weeks=USUAL_WEEKS + 1) - timedelta(days=1)


def test_a_long_pause_begins_the_usual_weeks_anew(record: OwnRecord) -> None:
    weekly(record, "pain", [1, 1, 1] + [None] * 10 + [2] * 9)
    span = usual_span(record.held(), START + timedelta(weeks=29))
    assert span is not None and span.first == START + timedelta(weeks=13)


def test_weeks_that_the_person_marks_take_the_place(record: OwnRecord, now: Now) -> None:
    now.day = START + timedelta(weeks=20)
    weekly(record, "pain", [1] * 8 + [3] * 12)
    assert record.chart("pain").usual.kind is ChangeKind.WORSE_THAN_USUAL
    record.add(UsualWeeks(When.on(START + timedelta(weeks=9)), When.on(START + timedelta(weeks=16))))
    assert record.chart("pain").usual.kind is ChangeKind.NO_CHANGE
    assert len(record.held().of(SymptomEntry)) == 20  # and nothing is lost


def test_usual_weeks_before_a_treatment_that_is_over_are_pointed_out_and_stay(record: OwnRecord, now: Now) -> None:
    weekly(record, "pain", [1] * 20)
    assert record.usual_hint() is None
    record.add(Treatment(Modality.RADIATION, "radiation", D("2026-04-01"), D("2026-04-20")))
    now.day = date(2026, 5, 10)
    assert record.usual_hint() is None  # it ended less than four weeks ago
    now.day = date(2026, 6, 1)
    hint = record.usual_hint()
    assert hint is not None and "lie before radiation" in hint and "5 January 2026" in hint
    before = usual_span(record.held(), now.day)
    assert before is not None and not before.marked
    record.add(UsualWeeks(D("2026-04-21"), D("2026-05-25")))
    assert record.usual_hint() is None


def test_the_persons_own_word_stands_in_until_there_are_weeks(record: OwnRecord, now: Now) -> None:
    now.day = START
    record.mark_usual("pain", Answers(severity=1))
    weekly(record, "pain", [1], START)
    now.day = START + timedelta(weeks=5)
    weekly(record, "pain", [3, 4, 4, 4], START + timedelta(weeks=2))
    chart = record.chart("pain")
    assert chart.usual_declared and chart.usual.kind is ChangeKind.WORSE_THAN_USUAL


def test_a_word_on_the_time_of_diagnosis_is_corrected_and_a_new_usual_is_added(record: OwnRecord) -> None:
    first = record.mark_usual("pain", Answers(severity=3), at_diagnosis=True, about=D("2019-04"))
    again = record.mark_usual("pain", Answers(severity=4), at_diagnosis=True)
    assert again.origin == first.origin and str(again.about_when) == "2019-04"
    assert record.chart("pain").diagnosis_level == 4
    with pytest.raises(NotFound):
        record.mark_usual("own:nothing of mine", Answers(severity=1))


# The seeds' words: the old symptoms back and stronger; a new symptom


def test_the_old_symptom_back_and_stronger(record: OwnRecord) -> None:
    record.add(Diagnosis(cancer_type="ependymoma"), about=D("2019-05"))
    record.mark_usual("back-pain", Answers(severity=3), at_diagnosis=True, about=D("2019-04"))
    weekly(record, "back-pain", [0, 1, 0, 1, 1, 0, 1, 0] + [1] * 16 + [2, 3, 4, 4, 4, 4, 4])
    chart = record.chart("back-pain")
    assert chart.usual.kind is ChangeKind.WORSE_THAN_USUAL
    assert chart.at_diagnosis is not None and chart.at_diagnosis.kind is ChangeKind.LIKE_AT_DIAGNOSIS
    assert chart.severe is not None and chart.quiet is None
    assert record.charts()[0] == chart


def test_a_new_symptom(record: OwnRecord) -> None:
    for week in range(28):
        record.write_diary(
            {"tiredness": level(1), **({"numbness": level(2)} if week > 20 else {})}, START + timedelta(weeks=week)
        )
    record._today = lambda: START + timedelta(weeks=28)  # type: ignore[method-assign]
    chart = record.chart("numbness")
    assert chart.usual.kind is ChangeKind.NEW
    assert "not in your usual weeks" in chart.usual.sentence
    assert record.chart("tiredness").quiet == QUIET_NOTE


def test_no_sentence_names_a_recurrence_and_every_quiet_chart_says_what_it_cannot_tell(record: OwnRecord) -> None:
    record.mark_usual("pain", Answers(severity=3), at_diagnosis=True)
    weekly(record, "pain", [0] * 8 + [4] * 8)
    weekly(record, "sleep", [1] * 30)
    weekly(record, "nausea", [1, 1])
    for language in ("en", "es"):
        for chart in record.charts(language):
            said = [chart.usual.sentence, chart.at_diagnosis.sentence if chart.at_diagnosis else ""]
            said += [chart.severe.sentence if chart.severe else ""]
            assert not re.search(r"recurren|relaps|recaíd|metast", " ".join(said), re.IGNORECASE)
            assert (chart.quiet is None) == chart.tells
            if chart.quiet is not None:
                assert "scan" in chart.quiet.lower() or "estudios" in chart.quiet.lower()


def test_what_may_explain_a_change_is_marked_and_silences_nothing(record: OwnRecord) -> None:
    weekly(record, "pain", [0] * 8 + [1] * 12 + [3] * 8)
    record.add(Treatment(Modality.RADIATION, "radiation", D("2026-05-01"), D("2026-05-20")))
    record.add(Medicine("dexamethasone", start=D("2026-06-01"), steroid=True))
    record.add(Medicine("aspirin", start=D("2026-06-01"), steroid=False))
    record._today = lambda: START + timedelta(weeks=28)  # type: ignore[method-assign]
    chart = record.chart("pain")
    assert chart.usual.kind is ChangeKind.NEW
    assert {mark.name for mark in chart.usual.marks} == {"radiation", "dexamethasone"}


# Urgent signs at entry: offline, unconditional, apart


def test_every_sign_that_an_answer_calls_up_is_in_the_table_of_signs() -> None:
    known = {entry["id"] for entry in read_table()["signs"]}
    for call in at_entry.CALLS:
        assert call.sign in known and call.term in SYMPTOMS and 1 <= call.at_least <= 4
        assert call.attribute in SYMPTOMS[call.term].asks, f"{call.term} is never asked about {call.attribute}"
        assert notice_of(call.sign, "es").say


def test_words_call_up_a_sign_at_once_and_an_answer_with_a_condition(record: OwnRecord) -> None:
    done = record.write_diary({"numbness": level(1, "since this morning I cannot move my legs")})
    assert [(one.notice.sign, one.before) for one in done.urgent] == [("spinal_cord_compression", "")]
    done = record.write_diary({"seizures": DiaryAnswer(Answers(frequency=1))})
    assert [one.notice.sign for one in done.urgent] == ["seizure"]
    assert done.urgent[0].before.startswith("If this is new")


def test_signs_need_no_usual_weeks_and_come_every_time(record: OwnRecord) -> None:
    for week in range(12):
        done = record.write_diary({"chest-pain": level(3)}, START + timedelta(weeks=week))
        assert [one.notice.sign for one in done.urgent] == ["chest_pain"]


def test_a_fever_during_treatment_is_an_emergency(record: OwnRecord, now: Now) -> None:
    fever = {"fever": DiaryAnswer(Answers(frequency=1, severity=2))}
    assert [one.notice.level for one in record.write_diary(fever).urgent] == ["same_day"]
    record.add(Treatment(Modality.SYSTEMIC, "chemotherapy", When.on(now.day - timedelta(days=30)), ongoing=True))
    record.write_diary({"fever": DiaryAnswer(Answers())})
    assert [one.notice.sign for one in record.write_diary(fever).urgent] == ["fever_on_treatment"]


@pytest.mark.parametrize(
    ("start", "end", "ongoing", "counts"),
    [(40, None, True, True), (100, 30, False, True), (100, 50, False, False), (20, None, False, True), (-5, None, True, False)],
)  # fmt: skip
def test_which_treatment_counts_for_a_fever(
    record: OwnRecord, now: Now, start: int, end: int | None, ongoing: bool, counts: bool
) -> None:
    def ago(days: int | None) -> When:
        return When() if days is None else When.on(now.day - timedelta(days=days))

    record.add(Treatment(Modality.SYSTEMIC, "drug", ago(start), ago(end), ongoing))
    assert at_entry.on_treatment(record.held(), now.day) is counts
    other = OwnRecord(record.vault, today=record.today)
    assert at_entry.on_treatment(other.held(), now.day) is counts


def test_nothing_urgent_is_said_of_what_is_not_there(record: OwnRecord) -> None:
    record.choose([], ["sudden chest pain"])
    key = record.diary().items[0].key
    assert record.write_diary({key: level(0)}).urgent == ()
    assert [one.notice.sign for one in record.write_diary({key: level(3)}).urgent] == ["chest_pain"]


def test_the_three_outputs_are_never_mixed(record: OwnRecord) -> None:
    """A severe first entry: a sign and the threshold speak, and the comparison says that it cannot."""
    done = record.write_diary({"headache": level(4)})
    assert done.urgent and done.severe
    chart = record.chart("headache")
    assert chart.severe is not None and chart.usual.kind is ChangeKind.NOT_ENOUGH_ENTRIES
    assert "severe" not in chart.usual.sentence and "usual" not in chart.severe.sentence


def test_the_numbers_are_those_of_the_country(record: OwnRecord) -> None:
    done = record.write_diary({"breathless": level(4)})
    assert "911" in done.urgent[0].notice.say
    other = OwnRecord(record.vault, "GB", today=record.today)
    other.write_diary({"breathless": DiaryAnswer(Answers())})
    assert "999" in other.write_diary({"breathless": level(4)}).urgent[0].notice.say


# The calendar of weeks


def test_the_calendar_shows_which_weeks_have_entries(record: OwnRecord, now: Now) -> None:
    now.day = date(2026, 3, 4)  # a Wednesday
    record.write_diary({"pain": level(1, "a note")}, date(2026, 3, 2))
    record.write_diary({"pain": level(1)}, date(2026, 2, 22))
    weeks = record.weeks(3)
    assert [str(week.first) for week in weeks] == ["2026-02-16", "2026-02-23", "2026-03-02"]
    assert [week.entries for week in weeks] == [1, 0, 1]
    assert [week.with_note for week in weeks] == [False, False, True]
    assert weeks[0].days == (date(2026, 2, 22),) and weeks[0].last == date(2026, 2, 22)


def test_an_item_from_a_later_version_is_shown_by_its_id(record: OwnRecord) -> None:
    record.add(SymptomEntry("a-later-item", severity=2), about=When.on(START))
    assert [chart.name for chart in record.charts()] == ["a later item"]


def test_the_catalogue_of_the_starter_collection_has_the_pages_that_coping_names() -> None:
    from waymark.care.team import COPING

    folder = resources.files("waymark.starter").joinpath("en")
    for _, page in COPING:
        assert folder.joinpath(f"{page}.md").is_file(), page
    assert json.dumps(COPING)
