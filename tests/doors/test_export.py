"""What leaves: records that any Waymark takes in again, lines for others to index, pages that open from a folder."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from waymark.app.export import Exported, Form, Keys, Per, Wanted, export_library
from waymark.app.export_records import record, without_pictures
from waymark.app.exports import Exports, faults, remember
from waymark.app.wiring import Waymark
from waymark.errors import InvalidDocument, UsageError
from waymark.library import front_matter
from waymark.library.body import normalise
from waymark.library.catalogue import Catalogue
from waymark.library.decisions import Person, record_review, take_step
from waymark.library.document import Document, Status, content_hash
from waymark.library.review import Review
from waymark.library.uses import Use, uses_of
from waymark.passages.passages import passages
from waymark.settings import Settings

AT = "2026-11-21T10:00:00+00:00"
TODAY = date(2026, 11, 21)
ANA, BEN = Person("Ana"), Person("Ben")
PICTURES = """# A page with pictures

![A nurse (smiling) at a desk](https://agency.example/nurse_(1).jpg "A nurse")

The first picture belongs to an agency. This paragraph is long enough for a page of its own, since a page with few
words would be held back; it says that a picture can be taken out without a single word of the text being moved, and
that the words which describe it may stay where they are for whoever cannot see it.

- ![Ours](https://publisher.example/ours.png)
- [![Linked](data:image/png;base64,AAAA)](https://publisher.example/page) A word after it.

<img src="https://agency.example/second.jpg" alt="x">

![by name][there] and the end.

[there]: https://agency.example/third.jpg
"""


def wanted(form: Form = Form.RECORDS, **more: Any) -> Wanted:
    return Wanted(form, at=AT, by="Ana", **more)


def exported(catalogue: Catalogue, folder: Path, asked: Wanted | None = None) -> Exported:
    return export_library(catalogue, folder, asked or wanted(), "waymark test")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def taken_in(records: Path, place: Path) -> Catalogue:
    """Return a library that was made of an export alone."""
    Catalogue.create(place, "waymark test").close()
    service = Waymark(Settings(library=place), Catalogue.open(place))
    report = service.add([records], actor="import")
    assert not report.rejected
    return service.catalogue


def core(document: Document) -> tuple[Any, ...]:
    """Return what must be the same after a way through files: all but where it was read from, and when."""
    return (replace(document.card, origin=None, retrieved=None), document.source, document.body, document.evidence)


def in_every_state(service: Waymark) -> None:
    """Make of some documents of the starter collection what a library has after a year."""
    catalogue = service.catalogue
    with catalogue.writing() as writer:
        take_step(catalogue, writer, "withdraw", "waymark-fatigue", ANA, AT, why="an error in it")
        take_step(catalogue, writer, "reopen", "waymark-pain", ANA, AT, why="to be read again")
        record_review(
            catalogue, writer, "waymark-surgery", Review("A. Brook", "nurse", TODAY, date(2027, 1, 1)), ANA, AT, TODAY
        )


RECORD = """---
assets:
- kind: image
  url: https://publisher.example/ours.png
  license: CC0-1.0
  reusable: true
- kind: image
  url: https://agency.example/nurse_(1).jpg
  credit: Agency
  license: unknown
  reusable: false
audienceLevel: patient
cancerTypes: [breast]
citation: Publisher, 2026
id: pictures
language: en
lastReviewed: '2026-01-31'
license: CC0-1.0
reviewFrequency: yearly
source: Publisher
sourceType: test
status: active
tags: [tests]
title: A page with pictures
url: https://publisher.example/p
version: v1
---

"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Waymark]:
    made = Waymark.open(Settings(library=tmp_path / "library"))
    (tmp_path / "pictures.md").write_text(RECORD + PICTURES, encoding="utf-8")
    made.add([tmp_path / "pictures.md"], actor="test")
    in_every_state(made)
    made.index()
    yield made
    made.close()


# -------------------------------------------------------------------------------------------------------------- records


def test_an_import_of_an_export_is_the_same_library(service: Waymark, tmp_path: Path) -> None:
    """Every document with its text, its record, its status and its evidence; and its own export is the same bytes."""
    here = service.catalogue
    exported(here, tmp_path / "out")
    there = taken_in(tmp_path / "out", tmp_path / "other")
    assert {c.id: c.status for c in there.cards(None)} == {c.id: c.status for c in here.cards(None)}
    for card in here.cards(None):
        before, after = here.document(card.id), there.document(card.id)
        assert after.body.text == before.body.text
        if card.id != "pictures":
            assert core(after) == core(before)
    exported(there, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(tmp_path / "out")
    assert there.card("waymark-fatigue").status is Status.WITHDRAWN
    assert there.card("waymark-pain").status is Status.IN_REVIEW
    assert there.card("waymark-surgery").reviewed_by == "A. Brook, nurse"
    assert there.verify() == []
    there.close()


def test_the_fourteen_keys_and_no_other(service: Waymark, tmp_path: Path) -> None:
    exported(service.catalogue, tmp_path / "out", wanted(keys=Keys.FOURTEEN))
    names = [key.name for key in front_matter.REQUIRED]
    for path in (tmp_path / "out").glob("waymark-*.md"):
        front, _ = front_matter.read(path.read_text("utf-8"))
        assert list(front) == names
    front, _ = front_matter.read((tmp_path / "out" / "waymark-surgery.md").read_text("utf-8"))
    assert (front["status"], front["lastReviewed"]) == ("active", "2026-11-21")
    front, _ = front_matter.read((tmp_path / "out" / "waymark-fatigue.md").read_text("utf-8"))
    assert front["status"] == "withdrawn", "what is not quoted here is not quoted elsewhere"


def test_a_file_does_not_end_what_was_published_here(service: Waymark, tmp_path: Path) -> None:
    """A record that says it is withdrawn, for a document that is published: a draft, for a person to decide."""
    exported(service.catalogue, tmp_path / "out")
    file = tmp_path / "out" / "waymark-chemotherapy.md"
    words = re.sub(r"^status: .*$", "status: withdrawn", file.read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / "one.md").write_text(words + "\nOne more sentence.\n", encoding="utf-8")
    service.add([tmp_path / "one.md"], actor="test")
    assert service.catalogue.card("waymark-chemotherapy").status is Status.DRAFT


# -------------------------------------------------------------------------------------------------------------- pictures


def test_pictures_that_are_not_the_publishers_never_leave(service: Waymark, tmp_path: Path) -> None:
    document = service.catalogue.document("pictures")
    words = record(document, Keys.ALL)
    body = words.partition("\n---\n")[2]
    for gone in ("nurse_(1).jpg", "second.jpg", "base64", "<img"):
        assert gone not in body
    assert "![A nurse (smiling) at a desk]()" in body
    assert "![by name]()" in body
    assert "![Ours](https://publisher.example/ours.png)" in body
    told = without_pictures(document)
    assert told.body.text == document.body.text
    assert told.card == document.card
    exported(service.catalogue, tmp_path / "site", wanted(Form.SITE))
    page = (tmp_path / "site" / "documents" / "pictures.html").read_text("utf-8")
    assert "<img" not in page and ".jpg" not in page


@pytest.mark.parametrize(
    "picture",
    [
        "![a [b] c](https://agency.example/x.jpg)",
        "![a](<https://agency.example/x y.jpg>)",
        "![a](\n  https://agency.example/x.jpg\n 'x')",
        "![](//agency.example/x.jpg)",
        "![a][n]\n\n[n]: <https://agency.example/x.jpg> 'a'",
        "![n][]\n\n[N]: https://agency.example/x.jpg",
        "[![a](https://agency.example/x.jpg)](https://publisher.example/p)",
        '![a](https://agency.example/x.jpg "a (b)")',
        "![a\\]b](https://agency.example/x.jpg)",
        "<picture><source srcset='https://agency.example/x.jpg'><img src='https://agency.example/x.jpg'></picture>",
        "![a](https://agency.example/x_(y(z)).jpg)",
    ],
)
def test_a_picture_in_any_form_is_left_out_or_the_export_stops(service: Waymark, picture: str) -> None:
    """Whatever way of writing a picture the reader understands, its address does not leave."""
    document = service.catalogue.document("pictures")
    source = f"# A page with pictures\n\nWords before it.\n\n{picture}\n\nWords after it."
    body = normalise(source, document.card.title)
    odd = replace(document, source=source, body=body).with_card(content_hash=content_hash(body.text))
    try:
        told = without_pictures(odd)
    except InvalidDocument:
        return
    assert told.body.text == body.text
    assert all(not each.value for each in told.body.annotations if each.kind == "image")
    assert "<img" not in told.source


# ----------------------------------------------------------------------------------------------------------------- lines


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def test_a_line_for_each_published_document(service: Waymark, tmp_path: Path) -> None:
    done = exported(service.catalogue, tmp_path / "out", wanted(Form.LINES))
    lines = lines_of(tmp_path / "out" / "documents.jsonl")
    assert [line["id"] for line in lines] == [card.id for card in service.cards()] == [card.id for card in done.cards]
    for line in lines:
        document = service.catalogue.document(line["id"])
        assert line["text"] == document.body.text
        assert line["content_hash"] == content_hash(line["text"])
        assert document.card.title in line["credit"] or document.card.attribution.rstrip(".") in line["credit"]
        assert line["license"] == document.card.license
    assert {"waymark-fatigue", "waymark-pain"}.isdisjoint({line["id"] for line in lines})


def test_a_line_for_each_passage(service: Waymark, tmp_path: Path) -> None:
    exported(service.catalogue, tmp_path / "out", wanted(Form.LINES, per=Per.PASSAGE))
    lines = lines_of(tmp_path / "out" / "passages.jsonl")
    bodies = {card.id: service.catalogue.document(card.id).body for card in service.cards()}
    assert len(lines) == sum(len(list(passages(body))) for body in bodies.values())
    for line in lines:
        assert bodies[line["id"]].text[line["start"] : line["end"]] == line["text"]
        assert line["credit"] and line["license"] and line["version"]


def test_what_is_too_old_to_be_quoted_is_not_passed_on_to_be_quoted(service: Waymark, tmp_path: Path) -> None:
    asked = wanted(Form.LINES, left_out=frozenset({"waymark-chemotherapy"}))
    done = exported(service.catalogue, tmp_path / "out", asked)
    assert "waymark-chemotherapy" not in {card.id for card in done.cards}
    assert "waymark-chemotherapy" in {card.id for card in exported(service.catalogue, tmp_path / "all").cards}


# ------------------------------------------------------------------------------------------------------------------ site


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        for name in ("href", "src"):
            if told.get(name):
                self.found.append((tag, str(told[name])))
        if told.get("id"):
            self.ids.add(str(told["id"]))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_site_works_from_a_folder(service: Waymark, tmp_path: Path, language: str) -> None:
    """Every link inside it is relative and leads to a file that is there; nothing is loaded from elsewhere."""
    done = exported(service.catalogue, tmp_path / "site", wanted(Form.SITE, language=language))
    pages = sorted((tmp_path / "site").rglob("*.html"))
    assert len(pages) > len(done.written) == len(service.cards())
    for page in pages:
        links = _Links()
        words = page.read_text("utf-8")
        links.feed(words)
        assert f'<html lang="{language}">' in words
        for tag, link in links.found:
            if link.startswith(("https://", "http://")):
                assert tag == "a", f"{page} loads {link}"
                continue
            place, _, anchor = link.partition("#")
            assert not place.startswith("/") and ":" not in place, f"{page}: {link}"
            target = (page.parent / place).resolve() if place else page
            assert target.is_file(), f"{page}: {link}"
            assert target.is_relative_to((tmp_path / "site").resolve())
            if anchor and not place:
                assert anchor in links.ids, f"{page}: {link}"
    style = (tmp_path / "site" / "static" / "waymark.css").read_text("utf-8")
    for named in re.findall(r'url\("([^"]+)"\)', style):
        assert named.startswith("data:image/svg+xml,") or (tmp_path / "site" / "static" / named).is_file()
    document = (tmp_path / "site" / "documents" / "waymark-surgery.html").read_text("utf-8")
    assert "A. Brook, nurse" in document
    for card in service.cards():
        assert (tmp_path / "site" / "documents" / f"{card.id}.html").is_file()
    assert not (tmp_path / "site" / "documents" / "waymark-fatigue.html").exists(), "it was withdrawn"


def test_the_words_of_the_site_are_the_documents_own(service: Waymark, tmp_path: Path) -> None:
    exported(service.catalogue, tmp_path / "site", wanted(Form.SITE))
    document = service.catalogue.document("waymark-what-a-recurrence-is")
    page = (tmp_path / "site" / "documents" / f"{document.id}.html").read_text("utf-8")
    article = page.partition('<article class="body"')[2].partition(">")[2].partition("</article>")[0]
    from html import unescape

    shown = re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", article)))
    told = "".join(document.body.block_text(block) for block in document.body.blocks)
    assert shown == re.sub(r"\s+", "", told)


# ----------------------------------------------------------------------------------------------- manifests and who has it


@pytest.mark.parametrize("form", list(Form), ids=lambda form: form.value)
def test_the_manifest_names_every_file_by_its_digest(service: Waymark, tmp_path: Path, form: Form) -> None:
    done = exported(service.catalogue, tmp_path / "out", wanted(form))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("ascii"))
    assert manifest == done.manifest
    files = contents(tmp_path / "out")
    del files["manifest.json"]
    assert manifest["files"] == {n: "sha256:" + hashlib.sha256(d).hexdigest() for n, d in sorted(files.items())}
    assert {each["file"] for each in manifest["documents"]} <= set(files)
    assert str(tmp_path) not in (tmp_path / "out" / "manifest.json").read_text("ascii"), (
        "no place of this machine leaves"
    )
    assert "CREDITS.md" in files


def test_an_export_goes_into_an_empty_folder(service: Waymark, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        exported(service.catalogue, tmp_path / "out")
    assert contents(tmp_path / "out") == {"mine.txt": b"mine"}


def test_a_withdrawal_says_which_exports_hold_the_text(service: Waymark, tmp_path: Path) -> None:
    """Each with its form, the version that it holds, where it went, when and by whom; nothing else is named."""
    catalogue = service.catalogue
    for form in (Form.RECORDS, Form.SITE):
        done = exported(catalogue, tmp_path / form.value, wanted(form))
        with catalogue.writing() as writer:
            remember(catalogue, writer, done)
    with catalogue.writing() as writer:
        record_review(
            catalogue, writer, "waymark-chemotherapy", Review("B", "nurse", TODAY, date(2027, 1, 1)), ANA, AT, TODAY
        )
    done = exported(catalogue, tmp_path / "later", replace(wanted(Form.LINES), at="2026-11-22T10:00:00+00:00"))
    with catalogue.writing() as writer:
        remember(catalogue, writer, done)
    first = str(catalogue.versions("waymark-chemotherapy")[0].version)
    second = catalogue.card("waymark-chemotherapy").version
    found = service.uses_of("waymark-chemotherapy")
    assert [(use.kind, use.name.split()[0], use.version) for use in found] == [
        ("export", "jsonl", second),
        ("export", "site", first),
        ("export", "records", first),
    ]
    assert found[0].where == str(tmp_path / "later")
    assert (found[0].at, found[0].by) == ("2026-11-22T10:00:00+00:00", "Ana")
    assert [use.name.split()[0] for use in service.uses_of("waymark-chemotherapy", second)] == ["jsonl"]
    assert len(service.uses_of("waymark-chemotherapy", first, (0, 5))) == 2, "an export holds the whole text"
    assert [use.name.split()[0] for use in service.uses_of("waymark-fatigue")] == ["records"], (
        "not where only quotable text goes"
    )
    assert service.uses_of("nothing") == ()
    assert service.verify() == []
    events = [event for event in catalogue.events("", 10) if event.action == "exported"]
    assert [(event.actor, event.detail["as"]) for event in events] == [
        ("Ana", "jsonl"),
        ("Ana", "site"),
        ("Ana", "records"),
    ]


def test_stores_of_quotations_say_what_they_hold() -> None:
    """Whatever keeps quotations is asked in the same way; a span is asked by overlap."""

    class Answers:
        def uses_of(self, document_id: str) -> Iterator[Use]:
            if document_id == "a":
                yield Use("saved answer", "7", "page 7", "2026-11-20", "", "a", "v1", ((10, 20), (40, 50)))

    class Folders:
        def uses_of(self, document_id: str) -> Iterator[Use]:
            yield Use("export", "x", "/x", "2026-11-21", "Ana", document_id, "v2")

    stores = [Answers(), Folders()]
    assert [use.kind for use in uses_of(stores, "a")] == ["export", "saved answer"]
    assert [use.kind for use in uses_of(stores, "a", "v1", (19, 30))] == ["saved answer"]
    for span, held in (((0, 10), False), ((20, 40), False), ((45, 46), True), ((0, 100), True)):
        assert bool(uses_of(stores, "a", "v1", span)) is held
    assert uses_of([], "a") == ()


def test_what_is_in_the_store_never_stops_a_withdrawal(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.json").write_text("not json")
    (folder / "b.json").write_text('["a list"]')
    (folder / "c.json").write_text('{"documents": [7, {"id": "x"}]}')
    assert [use.version for use in Exports(tmp_path).uses_of("x")] == [""]
    assert list(Exports(tmp_path / "nowhere").uses_of("x")) == []


def test_verify_sees_a_manifest_that_was_altered_removed_or_added(service: Waymark, tmp_path: Path) -> None:
    catalogue = service.catalogue
    done = exported(catalogue, tmp_path / "out")
    with catalogue.writing() as writer:
        remember(catalogue, writer, done)
    (kept,) = (catalogue.folder / "exports").iterdir()
    data = kept.read_bytes()
    kept.write_bytes(data.replace(b"Ana", b"Ben", 1))
    assert len(list(faults(catalogue))) == 1
    kept.unlink()
    assert any("is missing" in fault for fault in faults(catalogue))
    kept.write_bytes(data)
    (kept.parent / "more.json").write_text("{}")
    assert any("more.json is no export" in fault for fault in faults(catalogue))
    (kept.parent / "more.json").unlink()
    assert list(faults(catalogue)) == []
