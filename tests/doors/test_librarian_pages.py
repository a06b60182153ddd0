"""The librarian's pages: what each shows, and that what is decided there is done, kept with a name, and can be taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from librarian_site import NAMES, TODAY, Site, made

from waymark.app.librarian.permissions import Role
from waymark.library.document import Status

PAGES = (
    *("/librarian", "/librarian/queue", "/librarian/queue?check=META-TITLE", "/librarian/queue?severity=blocking"),
    *("/librarian/documents", "/librarian/documents?q=thin&status=draft", "/librarian/documents?status=proposed"),
    *(
        "/librarian/documents/example-thin",
        "/librarian/documents/example-hostile",
        "/librarian/documents/waymark-fatigue",
    ),
    *("/librarian/documents/waymark-fatigue?start=5&end=20", "/librarian/documents/waymark-fatigue/text"),
    *("/librarian/documents/waymark-fatigue/value/title", "/librarian/documents/waymark-fatigue/review"),
    *("/librarian/documents/waymark-fatigue/step/withdraw", "/librarian/documents/example-thin/step/submit"),
    *("/librarian/reviews", "/librarian/people", "/librarian/log", "/librarian/log?who=test&document=example-thin"),
    *("/librarian/account", "/librarian/many/META-TITLE"),
)


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = made(tmp_path_factory.mktemp("site"))
    yield site
    site.service.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = made(tmp_path)
    yield site
    site.service.close()


@pytest.mark.parametrize("language", ["", "/es"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_there(shared_site: Site, address: str, language: str) -> None:
    visitor = shared_site.member(Role.ADMINISTRATOR)
    answer = visitor.get(language + address)
    assert answer.status_code == 200, answer.text[:2_000]
    assert "<h1" in visitor.page and f'<html lang="{language[1:] or "en"}"' in visitor.page
    assert answer.headers["cache-control"] == "no-store"


def test_off_unless_switched_on(shared_site: Site) -> None:
    from fastapi.testclient import TestClient

    from waymark.app.web.application import create_app

    client = TestClient(create_app(shared_site.service), "http://localhost")
    for address in ("/librarian", "/librarian/login", "/librarian/queue"):
        assert client.get(address, follow_redirects=False).status_code == 404


def test_the_queue_is_worked_through(site: Site) -> None:
    """Accept the repair, take it back, reject with a reason, set a value by hand: each leads on, with its event."""
    visitor = site.member(Role.EDITOR)
    visitor.get("/librarian/queue?check=META-TITLE&at=META-TITLE:example-thin")
    at = visitor.form("/librarian/queue/mend")["at"]
    name = at.partition(":")[2]
    title = site.service.catalogue.card(name).version
    answer = visitor.send("/librarian/queue/mend", visitor.form("/librarian/queue/mend"))
    assert answer.status_code == 303, answer.text
    event = site.service.catalogue.events(name)[0]
    assert (event.actor, event.action) == (NAMES[Role.EDITOR], "repair")
    assert site.service.catalogue.card(name).version != title

    visitor.follow()
    assert "Accepted:" in visitor.page
    undo = visitor.form("/librarian/undo")
    assert undo["event"] == str(event.seq)
    assert visitor.send("/librarian/undo", undo).status_code == 303
    assert site.service.catalogue.events(name)[0].action == "undo repair"

    visitor.get("/librarian/queue?severity=blocking")
    leave = visitor.form("/librarian/queue/leave")
    before = len(site.service.catalogue.events(limit=1000))
    assert visitor.send("/librarian/queue/leave", {**leave, "why": ""}).status_code == 422
    assert len(site.service.catalogue.events(limit=1000)) == before
    visitor.get("/librarian/queue?severity=blocking")
    leave = visitor.form("/librarian/queue/leave")
    assert visitor.send("/librarian/queue/leave", {**leave, "why": "it is so in the original"}).status_code == 303
    event = site.service.catalogue.events(limit=1)[0]
    assert (event.action, event.detail["why"]) == ("accepted a finding", "it is so in the original")
    visitor.follow()
    assert visitor.send("/librarian/undo", visitor.form("/librarian/undo")).status_code == 303
    assert site.service.catalogue.events(limit=1)[0].action == "reopened a finding"
    assert site.service.verify() == []


def test_many_repairs_are_shown_before_they_are_made(site: Site) -> None:
    visitor = site.member(Role.EDITOR)
    visitor.get("/librarian/many/META-TITLE")
    import re

    shown = re.findall(r'name="document" value="([^"]+)"', visitor.page)
    assert shown and "<ins>" in visitor.page
    events = len(site.service.catalogue.events(limit=10_000))
    assert visitor.get("/librarian/many/META-TITLE") and len(site.service.catalogue.events(limit=10_000)) == events
    answer = visitor.send("/librarian/many/META-TITLE", {"document": shown[:1]})
    assert answer.status_code == 303
    name = shown[0].partition(" ")[0]
    assert site.service.catalogue.events(name)[0].action == "repair"
    visitor.get("/librarian/many/META-TITLE")
    token = visitor.token() if 'name="token"' in visitor.page else None
    stale = visitor.send("/librarian/many/META-TITLE", {"document": shown[:1]}, token)
    assert stale.status_code == 409, "what was shown is another by now"


def test_a_value_set_by_hand_is_marked_and_stays(site: Site) -> None:
    visitor = site.member(Role.EDITOR)
    visitor.get("/librarian/documents/example-thin/value/cancerTypes")
    form = visitor.form("/librarian/documents/example-thin/value/cancerTypes")
    answer = visitor.send(
        "/librarian/documents/example-thin/value/cancerTypes", {**form, "value": "lung", "why": "the page says so"}
    )
    assert answer.status_code == 303, answer.text
    assert site.service.catalogue.card("example-thin").cancer_types == ("lung",)
    visitor.follow()
    assert "Set by Ed Editor" in visitor.page
    visitor.get("/librarian/documents/example-thin/value/cancerTypes")
    form = visitor.form("/librarian/documents/example-thin/value/cancerTypes")
    wrong = visitor.send(
        "/librarian/documents/example-thin/value/cancerTypes", {**form, "value": "no such thing", "why": "my reason"}
    )
    assert wrong.status_code == 422
    assert "no such thing" in visitor.page and "my reason" in visitor.page, "what was typed is still there"


TEXT = "/librarian/documents/waymark-fatigue/text"


def test_a_text_goes_from_draft_to_published_through_two_people(site: Site) -> None:
    """The published text is quoted all the while; the editor cannot publish, the reviewer can."""
    catalogue = site.service.catalogue
    editor = site.member(Role.EDITOR)
    editor.get(TEXT)
    form = editor.form(TEXT)
    source = catalogue.document("waymark-fatigue").source + "\nOne more sentence about rest.\n"
    assert editor.send(TEXT, {**form, "source": source, "why": "rest was missing"}).status_code == 303
    proposal = catalogue.proposal("waymark-fatigue")
    assert proposal is not None and proposal.card.status is Status.DRAFT
    assert catalogue.card("waymark-fatigue").status is Status.PUBLISHED
    editor.follow()
    assert "One more sentence" in editor.page and "<ins>" in editor.page
    step = "/librarian/documents/waymark-fatigue/step/submit"
    editor.get(step)
    assert editor.send(step, editor.form(step)).status_code == 303
    publish = "/librarian/documents/waymark-fatigue/step/publish"
    assert editor.get(publish).status_code == 403
    reviewer = site.member(Role.REVIEWER)
    reviewer.get("/librarian/documents/waymark-fatigue/review")
    review = reviewer.form("/librarian/documents/waymark-fatigue/review")
    answer = reviewer.send(
        "/librarian/documents/waymark-fatigue/review",
        {**review, "by": "A. Brook", "as_role": "oncology nurse", "on": str(TODAY), "until": "2027-11-20"},
    )
    assert answer.status_code == 303, answer.text
    reviewer.get(publish)
    assert reviewer.send(publish, reviewer.form(publish)).status_code == 303
    card = catalogue.card("waymark-fatigue")
    assert (card.status, card.reviewed_by) == (Status.PUBLISHED, "A. Brook, oncology nurse")
    assert "One more sentence" in catalogue.document("waymark-fatigue").body.text
    assert catalogue.events("waymark-fatigue")[0].actor == NAMES[Role.REVIEWER]
    assert site.service.verify() == []


def test_two_editors_at_once(site: Site) -> None:
    """Both opened the same version. The second is told, sees what changed, and finds their own text in the form."""
    first, second = site.member(Role.EDITOR), site.member(Role.REVIEWER)
    source = site.service.catalogue.document("waymark-fatigue").source
    first.get(TEXT)
    second.get(TEXT)
    form_of_first, form_of_second = first.form(TEXT), second.form(TEXT)
    assert first.send(TEXT, {**form_of_first, "source": source + "\nFirst.\n", "why": "a"}).status_code == 303
    answer = second.send(TEXT, {**form_of_second, "source": source + "\nSecond.\n", "why": "my why"})
    assert answer.status_code == 409
    assert "Second." in second.page and "my why" in second.page and "First." in second.page
    again = second.form(TEXT)
    assert again["version"] != form_of_second["version"]
    assert second.send(TEXT, {**again, "source": source + "\nFirst.\n\nSecond.\n", "why": "both"}).status_code == 303
    proposal = site.service.catalogue.proposal("waymark-fatigue")
    assert proposal is not None
    assert "Second." in site.service.catalogue.document("waymark-fatigue", proposal.card.version).body.text


def test_a_withdrawal_is_out_of_answers_at_once_and_names_the_exports(site: Site, tmp_path: Path) -> None:
    from waymark.app.export import Wanted, export_library
    from waymark.app.exports import remember

    done = export_library(
        site.service.catalogue, tmp_path / "out", Wanted(at="2026-11-20T10:00:00+00:00", by="Ana"), "t"
    )
    with site.service.catalogue.writing() as writer:
        remember(site.service.catalogue, writer, done)
    visitor = site.member(Role.REVIEWER)
    step = "/librarian/documents/waymark-fatigue/step/withdraw"
    visitor.get(step)
    assert str(tmp_path / "out") in visitor.page
    assert visitor.send(step, {**visitor.form(step), "why": ""}).status_code == 409
    assert visitor.send(step, {**visitor.form(step), "why": "an error in it"}).status_code == 303
    assert site.service.catalogue.card("waymark-fatigue").status is Status.WITHDRAWN
    found = site.service.search("fatigue tired", 50)
    assert "waymark-fatigue" not in {each.card.id for each in found.found}


def test_the_calendar_is_one(shared_site: Site) -> None:
    visitor = shared_site.member(Role.READER)
    answer = visitor.get("/librarian/reviews.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")


def test_people_are_added_changed_and_suspended(site: Site) -> None:
    visitor = site.member(Role.ADMINISTRATOR)
    visitor.get("/librarian/people")
    new = {"name": "Nia Neu", "role": "editor", "password": "five plain words for her", "password_again": "x"}
    assert visitor.send("/librarian/people", new).status_code == 422
    assert "Nia Neu" in visitor.page
    new["password_again"] = new["password"]
    assert visitor.send("/librarian/people", new).status_code == 303
    assert site.visitor().log_in("nia neu", new["password"]).status_code == 303
    visitor.get("/librarian/people")
    change = {"person": "Nia Neu", "what": "suspend"}
    nia = site.visitor()
    nia.log_in("Nia Neu", new["password"])
    assert visitor.send("/librarian/people/change", change).status_code == 303
    assert nia.get("/librarian").status_code in (303, 200) and "Log in" in nia.page + nia.last.text
    visitor.get("/librarian/people")
    last = {"person": NAMES[Role.ADMINISTRATOR], "what": "role", "role": "reader"}
    assert visitor.send("/librarian/people/change", last).status_code == 422, "one administrator stays"
    assert site.service.verify() == []
    actions = [event.action for event in site.service.catalogue.events("", 3)]
    assert actions[:2] == ["person changed", "person added"]


def test_a_run_is_seen_from_every_process_and_one_that_was_stopped_says_so(site: Site) -> None:
    """The pages are served by several processes: whoever is asked knows of the run, and none is begun beside it."""
    import subprocess
    import sys
    import threading

    from waymark.app.librarian.batch import Batch, Run
    from waymark.app.librarian.store import Store
    from waymark.app.librarian.work import ManyDone
    from waymark.app.progress import Progress
    from waymark.errors import LibraryBusy

    store = Store(site.service.catalogue.folder)
    one, other, going_on = Batch(store), Batch(store), threading.Event()

    def doing(tell: Progress) -> ManyDone:
        tell("repairing", 3, 9)
        assert going_on.wait(20)
        return ManyDone("CITE-FORM", 9, 0, 1, 9)

    one.begin("CITE-FORM", "Ana Ruiz", 9, doing)
    for _ in range(200):
        seen = other.run
        if seen is not None and seen.at == 3:
            break
        threading.Event().wait(0.02)
    assert seen is not None and (seen.at, seen.total, seen.ended) == (3, 9, False)
    with pytest.raises(LibraryBusy, match="Ana Ruiz"):
        other.begin("CITE-FORM", "Ed Editor", 1, doing)
    going_on.set()
    for _ in range(200):
        seen = other.run
        if seen is not None and seen.ended:
            break
        threading.Event().wait(0.02)
    assert seen is not None and seen.result is not None and seen.result.done == 9
    other.forget("Ed Editor")
    assert other.run is not None, "only whoever began it lets go of it"
    other.forget("Ana Ruiz")
    assert one.run is None
    stopped = subprocess.Popen([sys.executable, "-c", ""])
    stopped.wait()
    one._keep(Run("CITE-FORM", "Ana Ruiz", 9, stopped.pid, at=3))
    assert other.run is not None and other.run.failed == "The program was stopped."
