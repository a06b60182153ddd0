"""The diary as a table: out and in again, lines that cannot be meant, and what a spreadsheet would do to it."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from own_example import empty, example

from waymark.app.own_import import keep, read_offer
from waymark.app.own_papers import PAPERS
from waymark.app.own_record import OwnRecord
from waymark.exchange.diary_csv import COLUMNS
from waymark.exchange.proposals import Reading
from waymark.record.dates import When
from waymark.record.errors import ImportRefused
from waymark.record.payloads import SymptomEntry


@pytest.fixture
def record(tmp_path: Path) -> Iterator[OwnRecord]:
    with empty(tmp_path) as held:
        yield held


def table(record: OwnRecord, language: str = "en") -> bytes:
    return PAPERS["diary.csv"].make(record, language, None)


def read(record: OwnRecord, text: str | bytes) -> Reading:
    return read_offer(record, text.encode() if isinstance(text, str) else text, "en", UTC)


@pytest.mark.parametrize("language", ["en", "es"])
def test_out_and_into_another_record_is_the_same_diary(tmp_path: Path, language: str) -> None:
    with example(tmp_path, language) as held, empty(tmp_path) as fresh:
        found = read(fresh, table(held, language))
        assert found.left_out == () and keep(fresh, found, [each.source for each in found.proposals]) == len(
            found.proposals
        )

        def diary(record: OwnRecord) -> list[tuple[object, ...]]:
            return sorted(
                (
                    str(item.when),
                    item.entry.reported_by,
                    item.said.term or "",
                    item.said.own_words,
                    *_answers(item.said),
                )
                for item in record.held().of(SymptomEntry)
            )

        assert diary(fresh) == diary(held)
        assert read(held, table(held, language)).fresh == ()


def _answers(said: SymptomEntry) -> tuple[object, ...]:
    return str(said.frequency), str(said.severity), str(said.interference), said.recall_days, said.note


def test_a_table_written_by_hand_is_read(record: OwnRecord) -> None:
    found = read(
        record, "Date;Symptom;How strong;Note\n2026-11-02;Back pain;3;after lifting\n2026-11-02;humming in the ear;1;\n"
    )
    assert [each.line for each in found.proposals] == [
        "2026-11-02: Back pain (–, 3, –)",
        "2026-11-02: humming in the ear (–, 1, –)",
    ]
    first = found.proposals[0].payload
    assert isinstance(first, SymptomEntry) and first.term == "back-pain" and first.note == "after lifting"


def test_names_in_spanish_columns_in_spanish_tabs_and_other_encodings(record: OwnRecord) -> None:
    written = "fecha\tsíntoma\tintensidad\n2026-11-02\tdolor de espalda\t2\n"
    for content in (written.encode(), written.encode("utf-16"), b"\xef\xbb\xbf" + written.encode()):
        [one] = read(record, content).proposals
        assert isinstance(one.payload, SymptomEntry) and one.payload.severity == 2
        assert one.payload.term == "back-pain"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("03/04/2026,pain,1", "not written as"),
        ("2026-02-30,pain,1", "not a date"),
        ("2027-06-01,pain,1", "future"),
        ("2026-01-01,,1", "which symptom"),
        ("2026-01-01,pain,5", "0 to 4"),
        ("2026-01-01,pain,2.5", "0 to 4"),
        ("2026-01-01,pain,", "no answer"),
        ("2026-01-01,pain,-1", "0 to 4"),
    ],
)
def test_a_line_that_cannot_be_meant_is_left_out_with_its_number(record: OwnRecord, line: str, says: str) -> None:
    found = read(record, f"day,symptom,how_strong\n2026-11-01,pain,1\n{line}\n")
    assert len(found.proposals) == 1
    assert len(found.left_out) == 1 and found.left_out[0].startswith("Line 3:") and says in found.left_out[0]


def test_another_answer_for_the_same_day_never_takes_the_place_of_the_first(record: OwnRecord) -> None:
    record.add(SymptomEntry("pain", severity=2), about=When.parse("2026-11-01"))
    found = read(record, "day,symptom,how_strong\n2026-11-01,pain,4\n2026-11-02,pain,1\n2026-11-02,pain,3\n")
    assert [each.line for each in found.proposals] == ["2026-11-02: Pain (–, 1, –)"]
    assert [line.split(":")[0] for line in found.left_out] == ["Line 2", "Line 4"]


def test_what_a_spreadsheet_takes_for_a_formula_is_marked_and_unmarked(record: OwnRecord, tmp_path: Path) -> None:
    for number, nasty in enumerate(('=HYPERLINK("http://x")', "+1", "-1", "@sum", "'quoted"), 1):
        record.add(SymptomEntry(None, nasty, severity=1, note=nasty), about=When.parse(f"2026-11-0{number}"))
    content = table(record)
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        assert row["symptom"].startswith("'") and row["note"].startswith("'")
    with empty(tmp_path, "other") as other:
        found = read(other, content)
        names = [each.payload.own_words for each in found.proposals if isinstance(each.payload, SymptomEntry)]
        assert names == ['=HYPERLINK("http://x")', "+1", "-1", "@sum", "'quoted"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b\n1,2\n", "no columns"),
        (b"day,symptom\n", "no line"),
        (b"day,symptom\n\xff\xfe\xfa,1\n", "encoding"),
        (b"day,symptom\n" + b"x" * (17 << 20), "larger than"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(record: OwnRecord, content: bytes, says: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(record, content)
    assert says in refused.value.sentence and refused.value.next_step


def test_the_columns_are_those_that_are_documented(record: OwnRecord) -> None:
    assert table(record).decode("utf-8-sig").strip() == ",".join(COLUMNS)
