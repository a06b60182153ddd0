"""Pages by address: what is kept of each reading, what becomes of a page that changes, moves or goes, and who decides.

Everything is read from a site of the tests' own on loopback.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from catalogue_examples import document as example

from publisher_site import (
    PublisherSite,
    answers,
    article,
    cut_off,
    gzip_bomb,
    hangs_up,
    moved,
    paragraphs,
    publisher_site,
    settings,
)
from waymark.app.ingest import AddReport, add_files
from waymark.app.ingest_pages import add_pages, captures_of
from waymark.app.sync import SyncReport, Watched, is_due, sync_library, troubled, watched
from waymark.errors import InputRefused, NotFound
from waymark.library.catalogue import Catalogue
from waymark.library.document import Status
from waymark.library.history import Change
from waymark.settings import Settings
from waymark.sources import fetch as fetching
from waymark.sources.captures import Captures, Outcome, Reading

MILL = paragraphs("the mill")


@pytest.fixture
def site() -> Iterator[PublisherSite]:
    with publisher_site() as here:
        yield here


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_FIRST_WAIT", 0.001)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.create(tmp_path / "library", "a test") as made:
        yield made


@pytest.fixture
def add(catalogue: Catalogue, site: PublisherSite) -> Callable[..., AddReport]:
    def add(*paths: str, **how: Any) -> AddReport:
        urls = [site.address + path for path in paths]
        how = {"named": True, **how}
        return add_pages(catalogue, urls, "a librarian", Settings(catalogue.folder), how=settings(attempts=1), **how)

    return add


@pytest.fixture
def sync(catalogue: Catalogue) -> Callable[..., SyncReport]:
    def sync(**how: Any) -> SyncReport:
        given = {"everything": True, "how": settings(attempts=1)} | how
        return sync_library(catalogue, "the sync", Settings(catalogue.folder), **given)

    return sync


def only(report: SyncReport) -> Any:
    (item,) = report.items
    return item


# --------------------------------------------------------------------------------------------------------------- adding


def test_a_page_becomes_a_document_and_its_bytes_are_kept(
    site: PublisherSite, add: Callable[..., AddReport], catalogue: Catalogue
) -> None:
    html = article("The mill", MILL)
    site.page("/mill", html, etag='"1"', modified="Tue, 03 Mar 2026 10:00:00 GMT")
    report = add("/mill")
    assert (report.added, report.held, report.rejected) == (1, [], [])
    document = catalogue.document(report.documents[0])
    assert document.card.title == "The mill" and document.card.status is Status.PUBLISHED
    assert MILL[0] in document.body.text and "Skip to main content" not in document.body.text
    assert document.card.updated is not None and document.card.updated.isoformat() == "2026-03-03"
    captures = captures_of(catalogue)
    (reading,) = captures.history(site.address + "/mill")
    assert reading.outcome is Outcome.NEW and reading.final_url == site.address + "/mill"
    assert reading.hash == "sha256:" + hashlib.sha256(html.encode()).hexdigest()
    assert captures.bytes_of(str(reading.hash)) == html.encode()
    assert (reading.etag, reading.last_modified) == ('"1"', "Tue, 03 Mar 2026 10:00:00 GMT")
    assert document.card.retrieved == reading.at
    datetime.fromisoformat(reading.at)


def test_adding_again_asks_whether_the_page_has_changed(
    site: PublisherSite, add: Callable[..., AddReport], catalogue: Catalogue
) -> None:
    site.page("/mill", article("The mill", MILL), etag='"1"')
    add("/mill")
    again = add("/mill")
    assert (again.added, again.unchanged) == (0, 1)
    assert site.asked[-1].headers["if-none-match"] == '"1"'
    outcomes = [reading.outcome for reading in captures_of(catalogue).history(site.address + "/mill")]
    assert outcomes == [Outcome.UNCHANGED, Outcome.NEW]


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (answers(404), Outcome.GONE, "is not there"),
        (answers(410), Outcome.GONE, "is not there"),
        (moved("/"), Outcome.GONE, "front page"),
        (
            answers(200, article("Page not found", ["We could not find that page."]).encode()),
            Outcome.GONE,
            "error page",
        ),
        (
            answers(200, b"<html><head><script src=a.js></script></head><body><div id=root></div><noscript>You need to "
                         b"enable JavaScript to run this app.</noscript></body></html>"),
            Outcome.SHELL,
            "JavaScript",
        ),
        (answers(403), Outcome.REFUSED, "may not be read"),
        (answers(503, Retry_After="86400"), Outcome.BUSY, "Try again in 24 hours"),
        (hangs_up, Outcome.UNREACHABLE, "could not be reached"),
        (cut_off, Outcome.UNREACHABLE, "could not be reached"),
        (gzip_bomb(), Outcome.UNREADABLE, "more than"),
        (answers(200, b"\x89PNG\r\n\x1a\n" + bytes(500), Content_Type="image/png"), Outcome.UNREADABLE, "PNG"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_rejected_with_its_reason_and_kept_as_a_reading(
    site: PublisherSite, add: Callable[..., AddReport], catalogue: Catalogue, answer: Any, outcome: Outcome, words: str
) -> None:
    site.answers["/page"] = answer
    site.page("/", article("Home", ["Welcome."]))
    site.page("/good", article("A good page", paragraphs("good things")))
    report = add("/good", "/page")
    assert report.added == 1, "the others go on"
    ((place, reason),) = report.rejected
    assert place == site.address + "/page" and words in reason
    (reading,) = captures_of(catalogue).history(place)
    assert reading.outcome is outcome and words in reading.why
    if outcome is Outcome.BUSY:
        wait = datetime.fromisoformat(str(reading.not_before)) - datetime.fromisoformat(reading.at)
        assert wait == timedelta(seconds=86400)


def test_adding_is_refused_when_it_is_turned_off(catalogue: Catalogue) -> None:
    with pytest.raises(InputRefused, match="WAYMARK_ONLINE"):
        add_pages(catalogue, ["https://publisher.example/x"], "a", Settings(catalogue.folder, online=False))


def test_the_setting_says_which_private_hosts_may_be_named(site: PublisherSite, catalogue: Catalogue) -> None:
    """Without it, not even the operator's own machine is read; an address that came over the network never is."""
    site.page("/mill", article("The mill", MILL))
    url = site.address + "/mill"
    refused = add_pages(catalogue, [url], "a", Settings(catalogue.folder), named=True)
    assert "private network" in refused.rejected[0][1] and site.asked == []
    allowed = Settings(catalogue.folder, private_hosts=("127.0.0.1",))
    over_the_network = add_pages(catalogue, [url], "a", allowed, named=False)
    assert "private network" in over_the_network.rejected[0][1] and site.asked == []
    assert add_pages(catalogue, [url], "a", allowed).rejected, "an address is nobody's unless the caller says otherwise"
    assert site.asked == []
    assert add_pages(catalogue, [url], "a", allowed, named=True).added == 1


def test_no_page_form_or_program_over_the_network_names_an_address() -> None:
    """Only the command line passes on what a person at this machine typed; every other door leaves `named` as it is."""
    import ast

    from waymark.app import ingest_pages

    doors = Path(ingest_pages.__file__).parent
    for path in sorted(doors.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in ("add_pages", "read_pages"):
                continue
            says = next((word.value for word in call.keywords if word.arg == "named"), None)
            over_the_network = {"web", "librarian"} & set(path.relative_to(doors).parts) or path.name == "mcp.py"
            assert not (over_the_network and says is not None), f"{path}:{call.lineno}"


def test_a_page_whose_publisher_wants_to_be_asked_is_held() -> None:
    from waymark.app.ingest import document_of
    from waymark.sources.drafts import read

    html = article("Living with it", paragraphs("living"), address="https://www.macmillan.org.uk/living").encode()
    document, reasons = document_of(read(html, "https://www.macmillan.org.uk/living"))
    assert document.card.status is Status.DRAFT
    assert any(reason.startswith("LICENCE-ASK: Macmillan Cancer Support has to agree") for reason in reasons)
    document, reasons = document_of(
        read(html.replace(b"macmillan.org.uk", b"cancer.gov"), "https://www.cancer.gov/living")
    )
    assert document.card.status is Status.PUBLISHED and reasons == ()


# -------------------------------------------------------------------------------------------------------------- syncing


def test_an_unchanged_page_stays_as_it_is(
    site: PublisherSite, add: Callable[..., AddReport], sync: Callable[..., SyncReport], catalogue: Catalogue
) -> None:
    site.page("/mill", article("The mill", MILL), etag='"1"')
    add("/mill")
    before = catalogue.generation
    assert only(sync()).outcome is Outcome.UNCHANGED
    assert site.asked[-1].headers["if-none-match"] == '"1"'
    assert catalogue.generation == before and catalogue.proposals() == []


def test_bytes_that_differ_without_another_word_are_unchanged(
    site: PublisherSite, add: Callable[..., AddReport], sync: Callable[..., SyncReport], catalogue: Catalogue
) -> None:
    site.page("/mill", article("The mill", MILL))
    add("/mill")
    site.page("/mill", article("The mill", MILL).replace("<body>", "<body><!-- built 17:42:07 -->"))
    assert only(sync()).outcome is Outcome.UNCHANGED
    assert catalogue.proposals() == []
    assert len(captures_of(catalogue).history(site.address + "/mill")) == 2


def test_a_changed_page_is_proposed_and_what_is_quoted_stays(
    site: PublisherSite, add: Callable[..., AddReport], sync: Callable[..., SyncReport], catalogue: Catalogue
) -> None:
    """The promise: what a publisher writes anew is not quoted before a person has read it."""
    site.page("/mill", article("The mill", MILL))
    (name,) = add("/mill").documents
    generation, quoted = catalogue.generation, catalogue.document(name)
    changed = [
        MILL[0].replace("runs past the mill", "runs under the mill"),
        *MILL[1:],
        "One more paragraph at the end.",
    ]
    site.page("/mill", article("The mill", changed, updated="June 7, 2026"))
    item = only(sync())
    assert item.outcome is Outcome.CHANGED and item.version == "v2"
    gone = [piece.text.strip() for piece in item.comparison.text if piece.change is Change.GONE]
    new = "".join(piece.text for piece in item.comparison.text if piece.change is Change.NEW)
    assert gone == ["past"] and "under" in new and "One more paragraph at the end." in new
    assert [value.key for value in item.comparison.record] == ["updated"]
    # What is quoted, and the index with it, stays.
    assert catalogue.document(name).body.text == quoted.body.text
    assert catalogue.card(name).status is Status.PUBLISHED and catalogue.generation == generation
    (proposal,) = catalogue.proposals()
    assert proposal.card.id == name and proposal.card.status is Status.DRAFT and proposal.base == "v1"
    assert "runs under the mill" in catalogue.document(name, "v2").body.text
    event = catalogue.events(name, 1)[0]
    assert (event.actor, event.action) == ("the sync", "sync") and event.detail["address"] == site.address + "/mill"


def test_the_same_change_is_proposed_once(
    site: PublisherSite, add: Callable[..., AddReport], sync: Callable[..., SyncReport], catalogue: Catalogue
) -> None:
    site.page("/mill", article("The mill", MILL))
    (name,) = add("/mill").documents
    site.page("/mill", article("The mill", [*MILL, "A new end."]))
    sync()
    assert only(sync()).outcome is Outcome.UNCHANGED
    assert len(catalogue.versions(name)) == 2


def test_a_killed_run_finds_the_change_again_and_proposes_it_once(
    site: PublisherSite,
    add: Callable[..., AddReport],
    sync: Callable[..., SyncReport],
    catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site.page("/mill", article("The mill", MILL))
    (name,) = add("/mill").documents
    site.page("/mill", article("The mill", [*MILL, "A new end."]))
    with monkeypatch.context() as killed:
        killed.setattr(Captures, "note", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            sync()
    assert len(catalogue.proposals()) == 1
    item = only(sync())
    assert item.outcome is Outcome.CHANGED and item.version is None, "it waits for review already"
    assert len(catalogue.versions(name)) == 2


def test_a_dry_run_shows_the_change_and_writes_nothing(
    site: PublisherSite, add: Callable[..., AddReport], sync: Callable[..., SyncReport], catalogue: Catalogue
) -> None:
    site.page("/mill", article("The mill", MILL))
    add("/mill")
    site.page("/mill", article("The mill", [*MILL, "A new end."]))
    before = {
        path: path.read_bytes()
        for path in sorted(catalogue.folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith(("-wal", "-shm"))
    }
    item = only(sync(dry_run=True))
    assert item.outcome is Outcome.CHANGED and item.comparison.words_new == 3 and item.version is None
    assert catalogue.proposals() == []
    after = {path: path.read_bytes() for path in before}
    assert after == before
    assert len(captures_of(catalogue).history(site.address + "/mill")) == 1


def test_a_page_that_has_moved_is_proposed_with_its_new_address(
    site: PublisherSite, add: Callable[..., AddReport], sync: Callable[..., SyncReport], catalogue: Catalogue
) -> None:
    site.page("/mill", article("The mill", MILL))
    (name,) = add("/mill").documents
    site.page("/river/mill", article("The mill", MILL))
    site.answers["/mill"] = moved("/river/mill", 301)
    item = only(sync())
    assert item.outcome is Outcome.MOVED and item.reading.final_url == site.address + "/river/mill"
    assert catalogue.card(name).url == site.address + "/mill"
    assert catalogue.document(name, item.version).card.url == site.address + "/river/mill"
    site.answers["/mill"] = moved("/river/mill", 302)
    assert only(sync()).outcome is Outcome.UNCHANGED, "moved for a while is not moved"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (answers(410), Outcome.GONE),
        (answers(404), Outcome.GONE),
        (answers(200, article("Page not found", ["Try the search."]).encode()), Outcome.GONE),
        (moved("/", 302), Outcome.GONE),
        (answers(200, b"<html><body><script>1</script><p>Please enable JavaScript.</p></body></html>"), Outcome.SHELL),
        (answers(401), Outcome.REFUSED),
        (answers(429, Retry_After="600"), Outcome.BUSY),
        (answers(500), Outcome.UNREACHABLE),
        (cut_off, Outcome.UNREACHABLE),
    ],
)
def test_a_page_that_cannot_be_read_any_more_changes_nothing_and_is_listed(
    site: PublisherSite,
    add: Callable[..., AddReport],
    sync: Callable[..., SyncReport],
    catalogue: Catalogue,
    answer: Any,
    outcome: Outcome,
) -> None:
    site.page("/mill", article("The mill", MILL))
    site.page("/", article("Home", ["Welcome."]))
    (name,) = add("/mill").documents
    generation = catalogue.generation
    site.answers["/mill"] = answer
    item = only(sync())
    assert item.outcome is outcome and item.reading.why
    assert catalogue.card(name).status is Status.PUBLISHED and catalogue.generation == generation
    assert troubled(catalogue)[name].outcome is outcome
    site.page("/mill", article("The mill", MILL))
    assert only(sync(now=datetime.now(UTC) + timedelta(days=1))).outcome is Outcome.UNCHANGED, (
        "it is compared with what was read last"
    )
    assert troubled(catalogue) == {}


def test_what_an_editor_decided_is_not_taken_back(
    site: PublisherSite, add: Callable[..., AddReport], sync: Callable[..., SyncReport], catalogue: Catalogue
) -> None:
    """An editor's word beats the page's: a title that was edited stays, a date that was not is renewed."""
    from waymark.library.catalogue import Audit

    site.page("/mill", article("The mill", MILL))
    (name,) = add("/mill").documents
    kept = catalogue.document(name)
    edited = kept.with_card(title="The old mill")
    from dataclasses import replace

    edited = replace(edited, front={**kept.front, "title": "The old mill", "tags": ["coping"]})
    with catalogue.writing() as writer:
        writer.put(edited, None, Audit("an editor", "edit", "clearer", "2026-11-25T08:00:00+00:00"))
    site.page("/mill", article("The mill of the town", [*MILL, "A new end."], updated="June 7, 2026"))
    item = only(sync())
    proposed = catalogue.document(name, item.version)
    assert proposed.front["title"] == "The old mill" and proposed.front["tags"] == ["coping"]
    assert proposed.front["updated"] == "2026-06-07"
    assert "A new end." in proposed.body.text


def test_documents_from_files_are_read_again_only_when_asked_for(
    site: PublisherSite, sync: Callable[..., SyncReport], catalogue: Catalogue, tmp_path: Path
) -> None:
    """And their addresses came out of a file: the private hosts of the setting do not count for them."""
    record = {
        "id": "from-a-file", "title": "The mill", "url": site.address + "/mill", "source": "River Institute",
        "audienceLevel": "patient", "language": "en", "license": "CC-BY-4.0", "status": "active", "version": "v1",
    }  # fmt: skip
    text = (
        "---\n"
        + "\n".join(f"{k}: {json.dumps(v)}" for k, v in record.items())
        + "\n---\n\n# The mill\n\n"
        + "\n\n".join(MILL)
    )
    (tmp_path / "mill.md").write_text(text, encoding="utf-8")
    with catalogue.writing() as writer:
        add_files(catalogue, writer, [tmp_path / "mill.md"], "a librarian")
    assert sync().items == () and sync().from_files == 1
    item = only(sync(from_files=True))
    assert item.outcome is Outcome.REFUSED and "private network" in item.reading.why and site.asked == []


def test_a_document_can_be_named_and_one_without_a_page_cannot(
    site: PublisherSite, add: Callable[..., AddReport], sync: Callable[..., SyncReport], catalogue: Catalogue
) -> None:
    site.page("/one", article("One", paragraphs("one")))
    site.page("/two", article("Two", paragraphs("two")))
    one, _ = add("/one", "/two").documents
    assert [item.card.id for item in sync(documents=[one], everything=False).items] == [one]
    with pytest.raises(NotFound):
        sync(documents=["nothing"])


def test_a_run_that_is_cut_short_goes_on_where_it_stopped(
    site: PublisherSite, add: Callable[..., AddReport], sync: Callable[..., SyncReport]
) -> None:
    for number in range(4):
        site.page(f"/{number}", article(f"Page {number}", paragraphs(f"page {number}")))
    names = add("/0", "/1", "/2", "/3").documents
    first = sync(most=2)
    assert len(first.items) == 2 and first.left_for_later == 2
    # Times are kept to the second, so the order within one second falls back to the id; each is read in the end.
    read = {item.card.id for item in first.items} | {item.card.id for item in sync(most=4).items}
    assert read == set(names)


# ------------------------------------------------------------------------------------------------------------ what is due

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def read_days_ago(days: float, outcome: Outcome = Outcome.UNCHANGED, not_before: str | None = None) -> Reading:
    at = (NOW - timedelta(days=days)).isoformat(timespec="seconds")
    return Reading("https://a.example/", at, outcome, not_before=not_before)


@pytest.mark.parametrize(
    ("last", "frequency", "due"),
    [
        (None, "", True),
        (read_days_ago(1), "", False),
        (read_days_ago(29.9), "", False),
        (read_days_ago(30), "", True),
        (read_days_ago(8), "weekly", True),
        (read_days_ago(6), "weekly", False),
        (read_days_ago(31), "yearly", True),
        (read_days_ago(0.01, Outcome.BUSY), "", True),
        (read_days_ago(0.01, Outcome.UNREACHABLE), "", True),
        (read_days_ago(0.01, Outcome.GONE), "", False),
        (read_days_ago(40, Outcome.BUSY, "2026-11-25T12:00:01+00:00"), "", False),
        (read_days_ago(40, Outcome.BUSY, "2026-11-25T11:59:59+00:00"), "", True),
    ],
)
def test_when_a_page_is_due(catalogue: Catalogue, last: Reading | None, frequency: str, due: bool) -> None:
    assert is_due(Watched(example("a").card, "https://a.example/", True, last), NOW, frequency=frequency) is due


def test_no_page_of_a_site_is_asked_for_while_it_wants_to_be_left_alone(
    site: PublisherSite, add: Callable[..., AddReport], sync: Callable[..., SyncReport]
) -> None:
    for name in ("one", "two"):
        site.page(f"/{name}", article(name, paragraphs(name)))
    one, two = add("/one", "/two").documents
    site.answers["/one"] = site.answers["/two"] = answers(503, Retry_After="7200")
    sync(documents=[one])
    asked = len(site.asked)
    later = datetime.now(UTC) + timedelta(hours=1)
    report = sync(everything=False, every=1, now=later + timedelta(days=40 / 24 / 60))
    assert report.items == () and len(site.asked) == asked
    assert {item.card.id for item in sync(everything=False, every=1, now=later + timedelta(days=2)).items} == {one, two}


def test_a_page_is_due_when_its_review_has_lapsed_since_it_was_read(catalogue: Catalogue) -> None:
    from dataclasses import replace
    from datetime import date

    card = example("a").card
    lapsed = replace(card, review_due=date(2026, 11, 24))
    holds = replace(card, review_due=date(2026, 11, 25))
    assert is_due(Watched(lapsed, "https://a.example/", True, read_days_ago(2)), NOW)
    assert not is_due(Watched(holds, "https://a.example/", True, read_days_ago(2)), NOW)


# ----------------------------------------------------------------------------------------------------- what is kept


def test_readings_are_never_edited_or_taken_out(tmp_path: Path) -> None:
    captures = Captures(tmp_path / "captures")
    captures.note(read_days_ago(1))
    with sqlite3.connect(tmp_path / "captures" / "readings.sqlite") as connection:
        for statement in ("UPDATE readings SET why = 'x'", "DELETE FROM readings"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    assert captures.history("https://a.example/") == [read_days_ago(1)]
    assert captures.history("https://never.example/") == [] and Captures(tmp_path / "none").last() == {}


def test_a_capture_that_was_altered_is_told(
    site: PublisherSite, add: Callable[..., AddReport], catalogue: Catalogue
) -> None:
    site.page("/mill", article("The mill", MILL))
    add("/mill")
    captures = captures_of(catalogue)
    assert captures.faults() == []
    (reading,) = captures.history(site.address + "/mill")
    (captures.folder / str(reading.hash).removeprefix("sha256:")).write_bytes(b"something else")
    assert len(captures.faults()) == 1 and "not as it was left" in captures.faults()[0]


def test_a_reading_that_was_altered_is_told(tmp_path: Path) -> None:
    captures = Captures(tmp_path / "captures")
    for days in (3, 2, 1):
        captures.note(read_days_ago(days))
    assert captures.faults() == []
    with sqlite3.connect(tmp_path / "captures" / "readings.sqlite") as connection:
        connection.execute("DROP TRIGGER readings_are_not_edited")
        connection.execute("UPDATE readings SET outcome = 'gone' WHERE number = 2")
    (fault,) = captures.faults()
    assert "not as it was written" in fault


def test_withdrawn_documents_are_not_watched(
    site: PublisherSite, add: Callable[..., AddReport], catalogue: Catalogue
) -> None:
    from waymark.library.catalogue import Audit

    site.page("/mill", article("The mill", MILL))
    (name,) = add("/mill").documents
    with catalogue.writing() as writer:
        writer.set_status(name, Status.WITHDRAWN, Audit("a", "withdraw", "old", "2026-11-25T08:00:00+00:00"))
    assert watched(catalogue, captures_of(catalogue)) == []
