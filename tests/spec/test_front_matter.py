"""Front matter: what a document says of itself comes in without surprises and goes out without loss."""

import json
from datetime import date
from pathlib import Path

import pytest

from waymark.errors import InvalidDocument
from waymark.library import front_matter as fm

FOURTEEN = [
    "audienceLevel",
    "cancerTypes",
    "citation",
    "language",
    "lastReviewed",
    "license",
    "reviewFrequency",
    "source",
    "sourceType",
    "status",
    "tags",
    "title",
    "url",
    "version",
]

RECORD = """---
audienceLevel: patient
cancerTypes:
- breast
citation: Example, 2026
language: en
lastReviewed: '2025-12-30'
license: public_domain
reviewFrequency: quarterly
source: Example
sourceType: 02_example
status: active
tags:
- scans
title: 'Scans: when and why'
url: https://example.org/scans
version: v1
---

# Scans

Words --- and more.

---

After a line of hyphens.
"""


def refused(yaml: str) -> InvalidDocument:
    with pytest.raises(InvalidDocument) as caught:
        fm.read(f"---\n{yaml}\n---\n\nWords.\n")
    return caught.value


def test_a_record_is_read_and_written_byte_for_byte() -> None:
    """A record with the fourteen keys in their usual form comes back as the same bytes."""
    front, source = fm.read(RECORD)
    assert list(front) == FOURTEEN
    assert front["title"] == "Scans: when and why"
    assert source.startswith("# Scans\n") and source.endswith("After a line of hyphens.\n")
    assert fm.write(front, source) == RECORD


def test_nothing_is_turned_into_what_was_not_written() -> None:
    """`no` stays a word, a date its text, a number under a key that holds words stays as written; null is unknown."""
    yaml = "status: draft\nversion: 1.10\nlastReviewed: 2025-12-30\nlicense: no\ntitle: 0x1F\nsource: null\nurl:\ntags: [yes, 2, ~]"
    front, _ = fm.read(f"---\n{yaml}\n---\n")
    assert front == {
        "status": "draft",
        "version": "1.10",
        "lastReviewed": "2025-12-30",
        "license": "no",
        "title": "0x1F",
        "source": None,
        "url": None,
        "tags": ["yes", "2", "~"],
    }


def test_quotes_make_no_difference_to_a_date() -> None:
    for written in ("2025-12-30", "'2025-12-30'", '"2025-12-30"'):
        front, _ = fm.read(f"---\nlastReviewed: {written}\nseen: {written}\n---\n")
        assert front == {"lastReviewed": "2025-12-30", "seen": "2025-12-30"}


def test_unknown_keys_are_kept_with_what_they_hold() -> None:
    yaml = 'mine: {deep: [1, 2.5, true, null, no, 2025-12-30], text: "1"}\nlist:\n- a: 1\n  b: 2\n- - x\n- []\n- {}'
    front, source = fm.read(f"---\n{yaml}\n---\n")
    assert front["mine"] == {"deep": [1, 2.5, True, None, "no", "2025-12-30"], "text": "1"}
    assert front["list"] == [{"a": 1, "b": 2}, ["x"], [], {}]
    again, _ = fm.read(fm.write(front, source))
    assert again == front
    assert isinstance(again["mine"]["deep"][2], bool)


def test_keys_stand_in_one_order() -> None:
    """The fourteen first, then Waymark's own, then the others as they come: two writings of a record can be compared."""
    front = {"zebra": "z", "id": "a", "version": "v1", "contentHash": "sha256:0", "audienceLevel": None, "apple": "a"}
    names = [line.split(":")[0] for line in fm.dump(front).splitlines()]
    assert names == ["audienceLevel", "version", "id", "contentHash", "zebra", "apple"]


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "No",
        "null",
        "~",
        "1",
        "1.5",
        "1_000",
        "0o17",
        "1e5",
        "2025-12-30",
        "12:30:45",
        "2025-12-30T10:00:00Z",
        "02_core",
        "",
        " a ",
        "a: b",
        "a #b",
        "- a",
        "a:",
        "'",
        '"',
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "{",
        "[",
        "? a",
        "|",
        ">",
        "a\nb",
        "a\tb",
        "\xa0",
        "\u2028",
        "\x85",
        "\ufeff",
        "🙂",
        "--- ",
    ],
)
def test_what_looks_like_something_else_is_quoted(text: str) -> None:
    """Every text comes back as that text, and readers of older YAML see a text too."""
    from ruamel.yaml import YAML

    yaml = fm.dump({"mine": [text], text or "empty": "x"})
    assert fm.parse(yaml) == {"mine": [text], text or "empty": "x"}
    older = YAML(typ="safe", pure=True)
    older.version = (1, 1)
    assert older.load(yaml)["mine"] == [text]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(end: str) -> None:
    front, source = fm.read("\ufeff" + RECORD.replace("\n", end))
    assert front["tags"] == ["scans"]
    assert source.splitlines() == fm.read(RECORD)[1].splitlines()


def test_the_source_is_kept_to_the_character() -> None:
    for source in ("", "\n", "\n\nx", "x", "  x  \n\n", "---\nx\n---\n", "\r\nx\r\n"):
        assert fm.read(fm.write({"title": "T"}, source)) == ({"title": "T"}, source)


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        ("a: &x 1", "Line 2 of the front matter refers to another line"),
        ("a: 1\nb: *x", "Line 3 of the front matter refers to another line"),
        ("a: !!python/name:os.system x", "Line 2 of the front matter has a tag"),
        ("a: 1\nb: 2\na: 3", "Line 4 of the front matter has the key “a” a second time"),
        ("a: {b: {c: {d: {e: {f: {g: 1}}}}}}", "nested deeper than 6 levels"),
        ("a:\n" + "".join("  " * n + "- \n" for n in range(1, 9)), "nested deeper than 6 levels"),
        ("<<: {a: 1}", "merges another mapping"),
        ("? [a]\n: 1", "as a key"),
        (": 1", "a value without a key"),
        ("x" * 201 + ": 1", "a key of 201 characters"),
        ("- a", "is not a list of keys"),
        ("just words", "is not a list of keys"),
        ("a: b: c", "needs quotes around it"),
        ("a: 'x", "A quote that opens must close"),
        ("a: \x07", "invisible control character"),
        ("\ta: 1", "not with tabs"),
        ("a: 1\n...\nb: 2", "begins a second one"),
        ("a: .inf", "no finite number"),
        ("a: 1e999", "no finite number"),
        ("a: " + "9" * 200, "a number of 200 digits"),
        ('a: "\\ud800"', "half a character"),
        ("lastReviewed: 2025-02-30", "Line 2: lastReviewed is “2025-02-30”, which is no date"),
        ("lastReviewed: last spring", "which is no date"),
        ("retrieved: 2025-12-30T25", "which is no date"),
        ("status: gone", "which it cannot be. Use one of: active"),
        ("audienceLevel: everyone", "Use one of: patient, professional"),
        ("url: javascript:alert(1)", "which is no web address"),
        ("language: the English one", "which is no language"),
        ("title: [a, b]", "holds more than one value"),
        ("tags: {a: b}", "tags holds keys"),
        ("tags:\n- [a]", "Line 3: tags holds a list in a list"),
        ("x: " + "a" * 65_536, "at most 65,536 are read"),
    ],
)
def test_what_has_no_place_is_refused_with_its_line(yaml: str, words: str) -> None:
    """Each fault has a sentence for the person who wrote the file."""
    error = refused(yaml)
    assert words in str(error)
    assert error.next_step


def test_a_bomb_is_refused_before_it_is_expanded() -> None:
    yaml = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    assert "refers to another line" in str(refused(yaml))


def test_text_without_front_matter_says_so() -> None:
    assert not fm.has_front_matter("# A page\n")
    with pytest.raises(InvalidDocument, match="has no front matter"):
        fm.read("# A page\n")
    with pytest.raises(InvalidDocument, match="begins on line 1 and does not end"):
        fm.read("---\ntitle: A page\n")
    assert fm.read("---\n---\nWords.\n") == ({}, "Words.\n")


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 10**200, "\ud800", b"bytes", object(), {"": 1}, {1: 2}, [[[[[["x"]]]]]], "a" * 70_000],
)
def test_what_could_not_be_read_back_is_not_written(value: object) -> None:
    with pytest.raises(InvalidDocument):
        fm.write({"mine": value}, "")


def test_dates_of_python_are_written_as_their_text() -> None:
    assert fm.parse(fm.dump({"updated": date(2026, 11, 21), "tags": ("a", "b")})) == {
        "updated": "2026-11-21",
        "tags": ["a", "b"],
    }


def test_missing_names_the_required_keys_that_are_absent() -> None:
    assert fm.missing({"title": None, "url": None}) == tuple(k for k in FOURTEEN if k not in ("title", "url"))
    assert fm.missing(fm.read(RECORD)[0]) == ()


def test_as_date_is_none_for_what_names_no_day() -> None:
    assert fm.as_date("2025-12-30") == fm.as_date("2025-12-30T10:00:00Z") == date(2025, 12, 30)
    assert fm.as_date("2025-02-30") is fm.as_date("soon") is fm.as_date(None) is fm.as_date(20251230) is None


def test_the_schema_says_what_the_reader_takes() -> None:
    """The JSON Schema is made of the table that reads: it names the fourteen keys, and its patterns decide alike."""
    import re

    schema = fm.front_matter_schema()
    json.dumps(schema)
    assert schema["required"] == FOURTEEN
    assert set(schema["properties"]) == {*FOURTEEN, *(key.name for key in fm.ADDED)}
    assert all(entry["description"] for entry in schema["properties"].values())
    patterns = {name: entry["pattern"] for name, entry in schema["properties"].items() if "pattern" in entry}
    assert {"lastReviewed", "url", "language", "retrieved"} <= set(patterns)
    front, _ = fm.read(RECORD)
    for name, pattern in patterns.items():
        assert front.get(name) is None or re.search(pattern, front[name])
    assert not re.search(patterns["url"], "javascript:alert(1)")
    assert schema["properties"]["audienceLevel"]["enum"] == ["patient", "professional", None]


def test_the_real_records_round_trip(shared: Path) -> None:
    """Every record of the real collection is read, and comes back with the same values and the same source."""
    paths = [*sorted((shared / "corpus" / "nci").rglob("*.md"))[::7], shared / "seeds" / "recurrent-cancer.md"]
    same = 0
    for path in paths:
        text = path.read_bytes().decode("utf-8")
        front, source = fm.read(text)
        assert not fm.missing(front), path
        written = fm.write(front, source)
        assert fm.read(written) == (front, source), path
        same += written == text
    assert same > 0.9 * len(paths)  # the rest fold long titles over two lines
