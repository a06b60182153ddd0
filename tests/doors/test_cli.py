"""The command line: what each command prints and returns, that programs get one JSON object, that nobody gets a traceback.

Most tests call the commands in this process; those about processes (pipes, signals, what is imported) start a real one.
"""

import inspect
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from publisher_site import PublisherSite, answers, article, publisher_site
from waymark import errors
from waymark.app import background, logs
from waymark.app.cli import show
from waymark.app.cli.main import EXIT_CODES, every_command, run
from waymark.app.wiring import Waymark
from waymark.library.document import Status, content_hash
from waymark.record import errors as record_errors
from waymark.settings import Settings

ANSWER = "Tiredness that comes with treatment does not go away with sleep."


def record(name: str, title: str, body: str, **front: Any) -> str:
    """Return a small governed record as a file's text; ``front`` adds to or changes its keys."""
    keys = {
        "id": name,
        "title": title,
        "url": f"https://publisher.example/{name}",
        "source": "Example Institute",
        "sourceType": "test",
        "audienceLevel": "patient",
        "cancerTypes": ["general"],
        "tags": ["test"],
        "language": "en",
        "license": "CC-BY-4.0",
        "citation": f"Example Institute: {title}",
        "lastReviewed": "2025-12-30",
        "reviewFrequency": "quarterly",
        "status": "active",
        "version": "v1",
    } | front
    return f"---\n{json.dumps(keys)[1:-1]}\n---\n\n".replace(', "', '\n"') + body


FILLER = (
    "This page was written for the tests of the command line. It says a little about being tired, so that there is something "
    "to find, and it is long enough that no check takes it for a stub. Nothing in it is advice for anybody, and nobody has "
    "reviewed it. It goes on for one more sentence, which says nothing at all.\n"
)
TIRED = f"# Tiredness after treatment\n\n{ANSWER}\n\n## What helps\n\nThree things help with tiredness:\n\n- short walks\n- a nap\n- asking for help\n\n{FILLER}"


@dataclass
class Said:
    """What a command said and returned."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Said]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library with one lapsed document of an example publisher."""
    source = tmp_path / "tired.md"
    source.write_text(
        record("example-tiredness", "Tiredness after treatment - Example Institute", TIRED), encoding="utf-8"
    )
    folder = tmp_path / "library"
    from waymark.library.catalogue import Catalogue

    Catalogue.create(folder, "a test").close()
    service = Waymark.open(Settings(library=folder))
    report = service.add([source], actor="a test")
    assert report.added == 1, report
    service.close()
    return folder


@pytest.fixture
def call(library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call a command on the library, as the shell would."""
    monkeypatch.setenv("WAYMARK_LIBRARY", str(library))
    capsys.readouterr()

    def called(*arguments: str) -> Said:
        code = run(arguments)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return called


def plain(text: str) -> str:
    return " ".join(text.split())


# --------------------------------------------------------------------------------------------------------------- errors


def every_error() -> list[type[errors.WaymarkError]]:
    found = {
        each: None
        for module in (errors, record_errors)
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, errors.WaymarkError)
    }
    return list(found)


def test_every_kind_of_error_has_its_exit_code() -> None:
    assert set(EXIT_CODES) == set(every_error())


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_is_one_sentence_with_a_next_step(
    kind: type[errors.WaymarkError], as_json: bool, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise kind("It did not work.", "Do this.")

    monkeypatch.setattr(Waymark, "search", refuse)
    said = call("search", "tired", *(["--json"] if as_json else []))
    assert said.code == EXIT_CODES[kind]
    if as_json:
        assert said.json["error"]["say"] == "It did not work."
        assert said.json["error"]["next_step"] == "Do this."
        assert said.json["error"]["kind"].replace("_", "") == kind.__name__.lower()
        assert said.err == ""
    else:
        assert (said.out, said.err) == ("", "It did not work. Do this.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "kind"),
    [
        (["ask", "?!"], 2, "usage_error"),
        (["ask", "tired", "--audience", "everybody"], 2, "usage_error"),
        (["ask"], 2, "usage_error"),
        (["nonsense"], 2, "usage_error"),
        (["search", "tired", "-k", "many"], 2, "usage_error"),
        (["search", "tired", "-k", "0"], 2, "usage_error"),
        (["show", "nothing-like-it"], 4, "not_found"),
        (["show", "example-tiredness", "--of", "v9"], 4, "not_found"),
        (["withdraw", "nothing-like-it", "--why", "gone"], 4, "not_found"),
        (["withdraw", "example-tiredness", "--why", " "], 2, "usage_error"),
        (["due", "--on", "yesterday"], 2, "usage_error"),
        (["evaluate", "no-such-set"], 3, "input_refused"),
        (["add", ""], 2, "usage_error"),
    ],
)
def test_what_cannot_be_done_is_said_to_programs_too(arguments: list[str], code: int, kind: str, call: Call) -> None:
    said = call(*arguments, "--json")
    assert said.code == code
    assert said.json["error"]["kind"] == kind
    assert said.json["error"]["say"].endswith((".", "?", "!"))
    assert "Traceback" not in said.err


def test_what_has_no_name_is_one_sentence_and_never_a_traceback(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("my secret question")

    monkeypatch.setattr(Waymark, "search", fail)
    said = call("search", "tired")
    assert said.code == 70
    assert "ZeroDivisionError" in said.err and "WAYMARK_DEBUG=1" in said.err
    assert "Traceback" not in said.err and "secret" not in said.err
    assert call("search", "tired", "--json").json["error"]["kind"] == "unexpected"
    monkeypatch.setenv("WAYMARK_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run(["search", "tired"])


def test_ctrl_c_is_one_line(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(Waymark, "search", stop)
    said = call("search", "tired")
    assert said.code == 130
    assert len(said.err.strip().splitlines()) == 1


def test_another_writer_is_busy_and_not_damage(library: Path, call: Call, tmp_path: Path) -> None:
    source = tmp_path / "more.md"
    source.write_text(record("more", "More", TIRED), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Waymark.add, "__kwdefaults__", {**(Waymark.add.__kwdefaults__ or {}), "wait": 0.0})
        service = Waymark.open(Settings(library=library))
        with service.catalogue.writing():
            said = call("add", str(source), "--json")
        service.close()
    assert said.code == 75
    assert said.json["error"]["kind"] == "library_busy"


# ------------------------------------------------------------------------------------------------------------------ ask


def test_ask_prints_the_quotation_with_its_citation(call: Call, library: Path) -> None:
    said = call("ask", "Does tiredness after treatment go away with sleep?", "--json")
    assert said.code == 0
    response = said.json
    assert list(response) == ["question", "status", "urgent", "decline", "quotations", "related", "took_ms"]
    shown = call("show", "example-tiredness", "--json").json
    quoted = [*response["quotations"], *response["related"]]
    assert quoted, response
    for each in quoted:
        assert shown["body"][each["start"] : each["end"]] == each["text"]
        assert each["document"]["content_hash"] == content_hash(shown["body"])
        assert each["document"]["lapsed"] is True


def test_a_person_sees_the_words_their_source_and_the_age_of_the_review(call: Call) -> None:
    words = call("ask", "Does tiredness after treatment go away with sleep?").out
    assert ANSWER in plain(words)
    assert "that review lapsed on 30 March 2026" in plain(words)
    assert "For patients" in words
    assert "https://publisher.example/example-tiredness#:~:text=" in words
    assert "CC-BY-4.0" in words
    wide = [line for line in words.splitlines() if len(line) > 80 and "#:~:text=" not in line]
    assert wide == []


def test_a_decline_is_a_success(call: Call) -> None:
    said = call("ask", "Who won the football match on Saturday?", "--json")
    assert said.code == 0
    assert said.json["status"] == "declined"
    assert said.json["decline"]["say"] and said.json["quotations"] == []


def test_an_urgent_notice_stands_first(call: Call) -> None:
    words = call("ask", "I have chest pain and cannot breathe").out
    assert words.startswith("Get help now\n")
    assert call("ask", "I have chest pain and cannot breathe", "--json").json["urgent"]["level"] == "emergency"


@pytest.mark.parametrize("damage", ["index", "library"])
def test_an_urgent_notice_is_given_when_nothing_else_works(damage: str, call: Call, library: Path) -> None:
    if damage == "index":
        (library / "index" / "CURRENT").write_text("state-99999999", encoding="ascii")
    else:
        (library / "library.json").write_text("{", encoding="utf-8")
    said = call("ask", "I have chest pain and cannot breathe")
    assert said.code == 5
    assert said.out.startswith("Get help now\n")
    assert said.err.strip() and "Traceback" not in said.err
    both = call("ask", "I have chest pain and cannot breathe", "--json")
    assert both.code == 5
    assert both.json["urgent"]["level"] == "emergency" and both.json["error"]["say"]
    calm = call("ask", "What helps with tiredness?", "--json")
    assert "urgent" not in calm.json and calm.json["error"]["say"]


def test_a_damaged_index_is_never_an_empty_answer(call: Call, library: Path) -> None:
    pointer = library / "index" / "CURRENT"
    kept = pointer.read_text(encoding="ascii")
    pointer.unlink()
    for command in (["ask", "What helps with tiredness?"], ["search", "tiredness"]):
        said = call(*command, "--json")
        assert said.code == 5
        assert said.json["error"]["kind"] == "index_missing"
        assert "waymark index" in said.json["error"]["next_step"]
    assert call("status").code == 5
    pointer.write_text(kept, encoding="ascii")
    assert call("status").code == 0


def test_index_mends_it(call: Call, library: Path) -> None:
    (library / "index" / "CURRENT").unlink()
    said = call("index", "--json")
    assert said.code == 0 and said.json["passages"] > 0
    assert call("search", "tiredness").code == 0
    assert call("index", "--fresh").code == 0


# ----------------------------------------------------------------------------------------------------- reading documents


def test_search_prints_passages_with_their_places(call: Call) -> None:
    said = call("search", "tiredness", "walks", "--json")
    body = call("show", "example-tiredness", "--json").json["body"]
    assert said.json["passages"]
    for hit in said.json["passages"]:
        assert body[hit["start"] : hit["end"]] == hit["text"]
    listed = call("search", "tiredness", "walks").out
    assert "- short walks" in listed and "example-tiredness" in listed


def test_show_prints_record_body_and_history(call: Call) -> None:
    words = call("show", "example-tiredness").out
    assert ANSWER in plain(words)
    assert "Example Institute" in words and "History" in words and "a test: add v1" in plain(words)
    assert "\n- short walks\n" in words, "a list stays a list"


BODY = """# A title

A paragraph that is long enough to be broken over several lines of a narrow terminal, with a well-known hyphen.

- first point of the list, which is also long enough that it has to go on in the next line
  - a point under it
- second point

1. step
2. step

| Name | What it is |
| Scan | a picture of the inside of the body |
"""


@pytest.mark.parametrize("width", [30, 40, 80])
def test_wrapping_changes_nothing_but_white_space(width: int) -> None:
    lines = list(show.quoted(show.Terminal(width), BODY))
    assert plain(" ".join(lines)) == plain(BODY.replace("# ", ""))
    assert all(len(line) <= width for line in lines)
    text = "\n".join(lines)
    assert "\n    - first point" in text and "\n      - a point under it" in text and "\n    1. step" in text


def test_colour_is_for_terminals_and_can_be_turned_off() -> None:
    class Screen:
        def isatty(self) -> bool:
            return True

    assert show.Terminal.of(Screen(), {}).colour
    assert not show.Terminal.of(Screen(), {"NO_COLOR": "1"}).colour
    assert not show.Terminal.of(Screen(), {"TERM": "dumb"}).colour
    assert not show.Terminal.of(object(), {}).colour
    assert "\x1b" not in show.Terminal().bold("words") and "\x1b" in show.Terminal(colour=True).bold("words")


def test_the_library_can_be_named_before_and_after_the_command(call: Call, library: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert call("--library", str(other), "status", "--json").json["folder"] == str(other)
    assert call("status", "--library", str(other), "--json").json["folder"] == str(other)
    assert call("status", "--json").json["folder"] == str(library)


# -------------------------------------------------------------------------------------------------------------- writing


def test_add_counts_and_gives_reasons(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "good.md").write_text(record("good", "A good page", TIRED), encoding="utf-8")
    (folder / "thin.md").write_text(record("thin", "A thin page", "Too short."), encoding="utf-8")
    (folder / "bad.md").write_text("---\ntitle: [\n---\n\nwords", encoding="utf-8")
    first = call("add", str(folder), "--json")
    assert first.code == 0, "a bad file in a folder is reported, and the command is done"
    assert first.json["added"] == 2
    (held,), (rejected,) = first.json["held"], first.json["rejected"]
    assert held["input"].endswith("thin.md") and "TEXT-THIN" in held["reason"]
    assert rejected["input"].endswith("bad.md") and rejected["reason"].endswith(".")
    again = call("add", str(folder), "--json")
    assert (again.json["added"], again.json["updated"], again.json["unchanged"]) == (0, 0, 2)
    words = plain(call("add", str(folder)).out)
    assert words.startswith("0 added, 0 updated, 2 unchanged, 1 held, 1 rejected.") and "TEXT-THIN" in words


def test_a_named_input_that_is_refused_fails_the_command(call: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("---\ntitle: [\n---\n\nwords", encoding="utf-8")
    (tmp_path / "good.md").write_text(record("good", "A good page", TIRED), encoding="utf-8")
    assert call("add", str(tmp_path / "bad.md")).code == 3
    assert call("add", str(tmp_path / "not-there.md")).code == 3
    both = call("add", str(tmp_path / "good.md"), str(tmp_path / "not-there.md"), "--json")
    assert both.code == 3 and both.json["added"] == 1


def test_withdrawn_is_kept_and_never_quoted(call: Call) -> None:
    assert call("withdraw", "example-tiredness", "--why", "the publisher took it back").code == 0
    response = call("ask", "Does tiredness after treatment go away with sleep?", "--json").json
    assert response["quotations"] == [] and response["related"] == []
    shown = call("show", "example-tiredness", "--json").json
    assert shown["status"] == "withdrawn" and ANSWER in shown["body"]
    assert shown["history"][0]["detail"]["why"] == "the publisher took it back"
    assert (
        call("withdraw", "example-tiredness", "--why", "again", "--json").json["error"]["kind"] == "lifecycle_refused"
    )


def test_due_counts_from_the_day_that_is_asked_about(call: Call) -> None:
    def counts(day: str, *more: str) -> dict[str, int]:
        found: dict[str, int] = call("due", "--on", day, *more, "--json").json["counts"]
        return found

    assert counts("2026-03-30") == {"lapsed": 0, "due": 1, "unknown": 0, "current": 0}, "its last day still holds"
    assert counts("2026-03-31") == {"lapsed": 1, "due": 0, "unknown": 0, "current": 0}
    assert counts("2026-02-27")["current"] == 1, "31 days before"
    assert counts("2026-02-27", "--within", "31")["due"] == 1
    assert "lapsed  30 March 2026  example-tiredness" in call("due", "--on", "2026-04-01").out
    assert call("due", "--on", "2026-04-01", "--json").json["lapsed"][0]["days"] == -2


def test_check_finds_what_is_there(call: Call, tmp_path: Path) -> None:
    (tmp_path / "odd.md").write_text(
        record("odd", "For doctors - a guide", TIRED, url="https://publisher.example/hp/odd", contentHash="sha256:0"),
        encoding="utf-8",
    )
    (tmp_path / "thin.md").write_text(record("thin", "A thin page", "Too short."), encoding="utf-8")
    call("add", str(tmp_path / "odd.md"), str(tmp_path / "thin.md"))
    report = call("check", "--on", "2026-04-01", "--json").json
    found = {(each["check"], each["document"]) for each in report["findings"]}
    assert found >= {
        ("DATE-LAPSED", "example-tiredness"),
        ("DATE-LAPSED", "odd"),
        ("DATE-LAPSED", "thin"),
        ("AUDIENCE", "odd"),
        ("META-TITLE", "example-tiredness"),
        ("TEXT-THIN", "thin"),
        ("VERSION-HASH", "odd"),
    }
    assert ("AUDIENCE", "thin") not in found and ("TEXT-THIN", "odd") not in found
    assert report["counts"]["DATE-LAPSED"] == {"documents": 3, "occurrences": 3}
    for each in report["findings"]:
        assert list(each) == ["check", "severity", "document", "where", "found", "why", "repair"]
        assert each["why"].endswith(".")
    words = call("check", "--on", "2026-04-01").out
    assert "TEXT-THIN: 1 document (blocking)" in words
    assert "DATE-LAPSED" not in call("check", "--on", "2026-03-30").out


def test_repair_shows_its_diff_first_and_then_mends_for_good(call: Call, tmp_path: Path) -> None:
    (tmp_path / "odd.md").write_text(record("odd", "Odd", TIRED, contentHash="sha256:0"), encoding="utf-8")
    call("add", str(tmp_path / "odd.md"))
    before = call("show", "example-tiredness", "--json").json
    words = call("repair", "--dry-run").out
    assert "-title: Tiredness after treatment - Example Institute" in words
    assert "+title: Tiredness after treatment\n" in words
    assert call("show", "example-tiredness", "--json").json == before, "a dry run changes nothing"

    report = call("repair", "--json").json
    assert report["counts"]["META-TITLE"] == 1 and report["counts"]["VERSION-HASH"] == 2
    after = call("show", "example-tiredness", "--json").json
    assert after["record"]["title"] == "Tiredness after treatment"
    assert (after["body"], after["content_hash"]) == (before["body"], before["content_hash"])
    assert (after["version"], after["record"]["version"]) == ("v2", "v2")
    repairs = {each["detail"]["repair"]["check"] for each in after["history"] if each["action"] == "repair"}
    assert {"META-TITLE", "VERSION-HASH", "CITE-FORM"} <= repairs, "each repair is an event of its own"
    assert call("show", "odd", "--json").json["record"]["contentHash"] == content_hash(
        call("show", "odd", "--json").json["body"]
    )
    assert call("repair", "--json").json["counts"] == {}, "what is mended stays mended"
    checks = {each["check"] for each in call("check", "--json").json["findings"]}
    assert not checks & {"META-TITLE", "VERSION-HASH"}
    assert call("search", "tiredness").code == 0, "the index follows"
    assert call("verify").code == 0


def test_export_round_trips(call: Call, library: Path, tmp_path: Path) -> None:
    (tmp_path / "thin.md").write_text(record("thin", "A thin page", "Too short."), encoding="utf-8")
    call("add", str(tmp_path / "thin.md"))
    out = tmp_path / "out"
    said = call("export", str(out), "--json").json
    assert sorted(path.name for path in out.iterdir()) == [
        *("CREDITS.md", "example-tiredness.md"),
        *("manifest.json", "thin.md"),
    ]
    credits = (out / "CREDITS.md").read_text(encoding="utf-8")
    assert "## Example Institute" in credits and "CC-BY-4.0" in credits

    from waymark.library.catalogue import Catalogue

    other = Catalogue.create(tmp_path / "other", "a test")
    other.close()
    again = Waymark.open(Settings(library=tmp_path / "other"))
    again.add([out / f"{each['id']}.md" for each in said["documents"]], actor="a test")
    hashes = {card.id: (card.content_hash, card.status) for card in again.catalogue.cards(None)}
    again.close()
    here = Waymark.open(Settings(library=library))
    assert hashes == {card.id: (card.content_hash, card.status) for card in here.catalogue.cards(None)}
    assert hashes["thin"][1] is Status.DRAFT
    here.close()
    assert call("export", str(out)).code == 2, "a folder that holds something is not written over"


def test_verify_sees_a_changed_file(call: Call, library: Path) -> None:
    assert call("verify").out == "Everything is as it was left.\n"
    file = library / "documents" / "example-tiredness.md"
    file.write_text(file.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    said = call("verify", "--json")
    assert said.code == 5 and "example-tiredness" in said.json["faults"][0]


# ---------------------------------------------------------------------------------------------------------------- pages


def test_addresses_are_refused_when_turned_off(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_ONLINE", "0")
    said = call("add", "https://publisher.example/page", "--json")
    assert said.code == 3
    assert "WAYMARK_ONLINE" in said.json["error"]["next_step"]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[PublisherSite]:
    """A publisher's site on loopback, which the setting lets a person name, and no second between two requests."""
    from waymark.sources import fetch as fetching

    monkeypatch.setenv("WAYMARK_PRIVATE_HOSTS", "127.0.0.1")
    monkeypatch.setattr(fetching.Session, "__init__", _without_waiting(fetching.Session.__init__))
    with publisher_site() as here:
        yield here


def _without_waiting(begin: Callable[..., None]) -> Callable[..., None]:
    def hurried(self: Any, *given: Any, **more: Any) -> None:
        begin(self, *given, **more)
        self.manners.gap = 0.0

    return hurried


def test_a_page_is_captured_and_read_once(call: Call, library: Path, site: PublisherSite) -> None:
    import hashlib

    html = article("Sleep and tiredness", [ANSWER, FILLER])
    site.page("/sleep", html, etag='"1"')
    first = call("add", f"{site.address}/sleep", f"{site.address}/gone", "--json")
    assert first.code == 3 and first.json["added"] == 1
    (rejected,) = first.json["rejected"]
    assert rejected["input"] == f"{site.address}/gone" and "is not there (404)" in rejected["reason"]
    (name,) = first.json["documents"]
    shown = call("show", name, "--json").json
    assert ANSWER in shown["body"] and shown["retrieved"]
    assert (library / "captures" / hashlib.sha256(html.encode()).hexdigest()).read_bytes() == html.encode()
    assert all(asked.headers["user-agent"].startswith("Waymark/") for asked in site.asked)

    again = call("add", f"{site.address}/sleep", "--json")
    assert site.asked[-1].headers["if-none-match"] == '"1"', "the site is asked whether the page has changed"
    assert (again.code, again.json["unchanged"], again.json["added"]) == (0, 1, 0)
    assert call("verify").code == 0


def test_lists_and_sitemaps_are_added(call: Call, site: PublisherSite, tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        site.page(f"/coping/{name}", article(f"Coping, part {name}", [ANSWER, FILLER, name]))
    listed = tmp_path / "pages.txt"
    listed.write_text(f"# ours\n{site.address}/coping/one\n\n{site.address}/coping/two  # twice\n", encoding="utf-8")
    added = call("add", "--list", str(listed), "--json")
    assert added.code == 0 and added.json["added"] == 2
    locations = "".join(
        f"<url><loc>{site.address}{path}</loc></url>" for path in ("/coping/one", "/coping/three", "/shop")
    )
    site.answers["/sitemap.xml"] = answers(
        200, f"<urlset>{locations}</urlset>".encode(), Content_Type="application/xml"
    )
    refused = call("add", "--sitemap", f"{site.address}/sitemap.xml", "--matching", "/coping/*", "--json")
    # What a site lists was not named by a person: on a private network it is not read.
    assert {each["input"] for each in refused.json["rejected"]} == {
        f"{site.address}/coping/{n}" for n in ("one", "three")
    }
    assert all("private network" in each["reason"] for each in refused.json["rejected"])
    assert call("add").code == 2
    unknown = call("add", "--list", "nowhere", "--json")
    assert unknown.code == 2 and "cancer-gov-recurrence" in unknown.json["error"]["next_step"]


def test_sync_shows_the_change_and_changes_no_answer(call: Call, site: PublisherSite) -> None:
    words = "A nap before noon helps the miller through the day."
    site.page("/miller", article("The tired miller", [words, FILLER]))
    (name,) = call("add", f"{site.address}/miller", "--json").json["documents"]
    site.page("/miller", article("The tired miller", [words.replace("before noon", "after lunch"), FILLER]))
    dry = call("sync", "--dry-run", "--all", "--json").json
    assert dry["dry_run"] and dry["counts"]["changed"] == 1 and dry["pages"][0]["draft"] is None
    said = call("sync", "--all")
    assert said.code == 0
    assert "[-before noon-] {+after lunch+}" in " ".join(said.out.split())
    assert "Draft v2 waits for review; v1 is quoted until then." in " ".join(said.out.split())
    assert "before noon" in call("show", name, "--json").json["body"]
    found = [each["text"] for each in call("search", "miller nap before noon", "--json").json["passages"]]
    assert any("before noon" in text for text in found) and not any("after lunch" in text for text in found)
    site.answers["/miller"] = answers(410)
    gone = call("sync", name, "--json")
    assert gone.code == 3 and gone.json["counts"]["gone"] == 1
    assert call("sync", "nothing-of-the-kind").code == 4


# ------------------------------------------------------------------------------------------------------------ processes


def process(library: Path, *arguments: str, **how: Any) -> "subprocess.Popen[str]":
    environment = {**os.environ, "WAYMARK_LIBRARY": str(library), "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "waymark.app.cli.main", *arguments]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **how
    )


def test_the_first_command_makes_the_library_and_says_so(tmp_path: Path) -> None:
    ran = process(tmp_path / "new", "status", "--json")
    out, err = ran.communicate(timeout=120)
    assert ran.returncode == 0
    assert json.loads(out)["library"]["ok"], "one JSON object and nothing else"
    assert "making one from the starter collection" in err


def test_ask_imports_no_more_than_it_needs(library: Path) -> None:
    """A person who asks waits for every import: the parts of the other doors and of the readers stay away."""
    script = (
        "import sys; from waymark.app.cli.main import run; run(['ask', 'What helps with tiredness?']);"
        "heavy = {'fastapi', 'pydantic', 'rich', 'trafilatura', 'httpx2', 'lxml', 'pypdf', 'structlog', 'uvicorn', 'py3langid'};"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    environment = {**os.environ, "WAYMARK_LIBRARY": str(library)}
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120)
    assert ran.stderr.strip().splitlines()[-1] == "[]", ran.stderr


def test_a_closed_pipe_is_no_error(library: Path) -> None:
    ran = process(library, "show", "example-tiredness")
    assert ran.stdout is not None and ran.stderr is not None
    ran.stdout.close()
    err = ran.stderr.read()
    assert ran.wait(timeout=120) == 0
    assert err == ""


def test_progress_and_colour_stay_out_of_pipes(library: Path, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(record("good", "A good page", TIRED), encoding="utf-8")
    ran = process(library, "add", str(tmp_path / "good.md"))
    out, err = ran.communicate(timeout=120)
    assert err == "" and "\x1b" not in out and out.startswith("1 added")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_the_commands(shell: str, call: Call) -> None:
    script = call("completion", shell)
    assert script.code == 0 and "_WAYMARK_COMPLETE" in script.out


def test_completion_completes(library: Path) -> None:
    environment = {
        **os.environ,
        "_WAYMARK_COMPLETE": "bash_complete",
        "COMP_WORDS": "waymark wi",
        "COMP_CWORD": "1",
    }
    script = "from waymark.app.cli.main import cli; cli(prog_name='waymark')"
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120)
    assert "withdraw" in ran.stdout


# ---------------------------------------------------------------------------------------------------------------- serve


@pytest.fixture
def served(library: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    monkeypatch.setenv("WAYMARK_ENCODE", "0")
    ran = process(library, "serve", "--port", "0")
    assert ran.stdout is not None
    line = ran.stdout.readline()
    address = re.search(r"http://127\.0\.0\.1:\d+/", line)
    assert address, (line, ran.stderr.read() if ran.poll() is not None and ran.stderr else "")
    yield address.group(), ran
    if ran.poll() is None:
        ran.kill()
    ran.communicate(timeout=60)


def test_serve_says_where_it_is_and_logs_no_question(served: tuple[str, "subprocess.Popen[str]"]) -> None:
    address, ran = served
    secret = "xylophone"
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{address}api/v1/search?q=tiredness+{secret}&k=1", timeout=30) as answer:
                assert json.loads(answer.read())["passages"]
            break
        except urllib.error.URLError as error:  # the socket is bound before the server listens
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.1)
    else:
        pytest.fail("the server never answered")
    urllib.request.urlopen(f"{address}api/v1/documents/example-tiredness", timeout=30).close()
    ran.send_signal(signal.SIGINT)
    out, err = ran.communicate(timeout=60)
    assert ran.returncode == 0, err
    assert secret not in out + err
    assert "route='/api/v1/search'" in err and "status=200" in err and "{document_id}" in err
    assert "Traceback" not in err


def test_a_port_in_use_is_one_sentence(library: Path, call: Call) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = call("serve", "--port", str(port))
    assert said.code == 2
    assert f"Port {port} is in use" in said.err and f"--port {port + 1}" in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_serving_to_others_is_warned_of(monkeypatch: pytest.MonkeyPatch, library: Path) -> None:
    import uvicorn

    from waymark.app.web import serve as serving

    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: None)
    service = Waymark.open(Settings(library=library, encode=False))
    for host, warned in (("0.0.0.0", 1), ("127.0.0.1", 0)):
        said: list[str] = []
        serving.serve(service, host, 0, lambda words: None, said.append)
        assert len(said) == warned
    service.close()


def test_the_background_encoder_makes_the_vectors(library: Path) -> None:
    service = Waymark.open(Settings(library=library))
    assert service.engine.manifest.encoded == 0
    ends: list[tuple[str | None, int]] = []
    encoder = background.BackgroundEncoder(service, lambda kind, code: ends.append((kind, code)), look_every=0.1)
    encoder.start()
    deadline = time.monotonic() + 120
    while not ends and time.monotonic() < deadline:
        time.sleep(0.1)
    assert ends == [(None, 0)], "the process ends by itself, and well"
    assert service.engine.manifest.encoded == service.engine.alive > 0
    encoder.stop()
    assert ends == [(None, 0)], "there is nothing more to do, so no other process was started"
    service.close()


def test_the_background_encoder_is_stopped_with_the_pages(library: Path) -> None:
    service = Waymark.open(Settings(library=library))
    encoder = background.BackgroundEncoder(service, lambda kind, code: None)
    encoder.look()
    process = encoder._process
    assert process is not None
    encoder.stop()
    assert process.poll() == 0
    service.close()


def test_a_failing_background_encoder_is_told_once_and_leaves_the_rest_alone(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(place: Path) -> "subprocess.Popen[bytes]":
        script = "import sys; print('EncoderDamaged: the file is gone', file=sys.stderr); sys.exit(3)"
        return subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stderr=subprocess.PIPE)

    monkeypatch.setattr(background, "_start", start)
    service = Waymark.open(Settings(library=library))
    failures: list[tuple[str | None, int]] = []
    encoder = background.BackgroundEncoder(service, lambda kind, code: failures.append((kind, code)))
    for _ in range(200):
        encoder.look()
        time.sleep(0.02)
        if failures:
            break
    encoder.look()
    encoder.look()
    assert failures == [("EncoderDamaged", 3)], "the same state of the library is not tried over and over"
    encoder.stop()
    service.close()


# ----------------------------------------------------------------------------------------------------------------- logs


def test_a_log_line_cannot_hold_a_person(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Fields come from a list: another is refused here, where somebody sees it, and dropped where people are."""
    logs.configure(sys.stderr)
    with pytest.raises(logs.RefusedField, match="question"):
        logs.log().info("asked", question="Is it back?")
    logs.log().info("asked", took_ms=3)
    monkeypatch.delenv("PYTEST_VERSION")
    logs.log().info("asked", question="Is it back?", took_ms=4)
    said = capsys.readouterr().err
    assert "Is it back?" not in said and "took_ms=4" in said


# ------------------------------------------------------------------------------------------------------ real documents


@pytest.mark.corpus
def test_the_seed_is_repaired_without_touching_its_text(seeds: Path, call: Call) -> None:
    added = call("add", str(seeds / "recurrent-cancer.md"), "--json").json
    (name,) = added["documents"]
    before = call("show", name, "--json").json
    assert before["record"]["title"].endswith(" - NCI")
    call("repair")
    after = call("show", name, "--json").json
    assert after["record"]["title"] == before["record"]["title"].removesuffix(" - NCI")
    assert after["content_hash"] == before["content_hash"]


def test_every_command_explains_itself(call: Call) -> None:
    for name, command in every_command().items():
        assert command.help, name
        said = call(*name.split(), "--help")
        assert said.code == 0 and said.out.startswith(f"Usage: waymark {name}")


def test_a_log_that_cannot_be_written_stops_nothing() -> None:
    closed = io.StringIO()
    closed.close()
    logs.configure(closed)
    try:
        logs.log().error("a page was not made", part="pages")
    finally:
        logs.configure()
