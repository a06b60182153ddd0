"""The librarian sees what readers reported, shows it again, and settles it with a reason; a reader may look and not decide."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from librarian_site import TODAY, Site, made
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from waymark.app.librarian.permissions import Role
from waymark.app.reports.keeping import Kind, Report, State
from waymark.app.reports.making import from_answer

QUESTION = "How do I get a second opinion?"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = made(tmp_path)
    yield site
    site.service.close()


def reported(site: Site, **more: str) -> Report:
    given = site.service.ask(QUESTION, count=False, on=TODAY)
    made = from_answer(site.service, given, Kind.HARMFUL, "test", TODAY, "en", site.clock(), **more)
    return site.service.reports.keep(made)


def words(page: str) -> str:
    return " ".join(HTMLParser(page).css_first("main").text().split())


def test_an_open_report_stands_on_the_overview_until_it_is_settled(site: Site) -> None:
    visitor = site.member(Role.EDITOR)
    visitor.get("/librarian")
    assert "What readers reported" not in words(visitor.page), "nothing is reported, and nothing is said"
    kept = reported(site, question=QUESTION, comment="It worried <b>me</b>.")
    visitor.get("/librarian")
    assert "What readers reported" in words(visitor.page) and "It worried <b>me</b>." in words(visitor.page)
    address = f"/librarian/reports/{kept.id}"
    assert address in visitor.page

    visitor.get(address)
    shown = words(visitor.page)
    assert QUESTION in shown and "It could harm somebody" in shown
    html = HTMLParser(visitor.page)
    given = site.service.ask(QUESTION, count=False, on=TODAY)
    assert " ".join(html.css_first("blockquote").text().split())[:60] in " ".join(given.quotations[0].text.split())
    assert html.css("main b") == [], "what a reader typed is text"

    assert visitor.send(f"{address}/step", {"state": "settled", "why": " "}).status_code == 422
    visitor.get(address)
    assert visitor.send(f"{address}/step", {"state": "seen"}).status_code == 303
    visitor.follow()
    assert "is seen now" in words(visitor.page)
    assert visitor.send(f"{address}/step", {"state": "settled", "why": "The page was mended."}).status_code == 303
    visitor.follow()
    assert "The page was mended." in words(visitor.page)
    visitor.get("/librarian")
    assert "What readers reported" not in words(visitor.page)
    visitor.get("/librarian/reports")
    assert "No report is open." in words(visitor.page)
    visitor.get("/librarian/reports?all=1")
    assert address in visitor.page
    visitor.get("/librarian/log")
    log = words(visitor.page)
    assert "Ed Editor" in log and "settled a report" in log and "reported an answer" in log and kept.id in log
    event = site.service.catalogue.events_named("report settled")[0]
    assert (event.actor, event.detail["why"]) == ("Ed Editor", "The page was mended.")


def test_a_reader_may_look_and_not_decide(site: Site) -> None:
    kept = reported(site)
    visitor = site.member(Role.READER)
    address = f"/librarian/reports/{kept.id}"
    visitor.get(address)
    assert "It could harm somebody" in words(visitor.page) and f"{address}/step" not in visitor.page
    assert "could not be asked again" in words(visitor.page), "its question was not kept"
    assert visitor.send(f"{address}/step", {"state": "settled", "why": "x"}).status_code == 403
    assert site.service.reports.get(kept.id).state is State.NEW


def test_nobody_else_sees_a_report(site: Site) -> None:
    kept = reported(site, comment="secret words")
    visitor = site.visitor()
    for address in ("/librarian/reports", f"/librarian/reports/{kept.id}"):
        assert "secret words" not in visitor.get(address).text
    page = visitor.get(f"/feedback/{kept.id}")
    assert page.status_code == 200 and "secret words" not in page.text


def test_a_form_without_its_token_settles_nothing(site: Site) -> None:
    kept = reported(site)
    visitor = site.member(Role.EDITOR)
    visitor.get(f"/librarian/reports/{kept.id}")
    sent = visitor.send(f"/librarian/reports/{kept.id}/step", {"state": "seen"}, token="x")
    assert sent.status_code == 403 and site.service.reports.get(kept.id).state is State.NEW


@pytest.mark.parametrize("name", ["nothing", "0" * 16, "..%2f.."])
def test_what_is_not_there(site: Site, name: str) -> None:
    assert site.member(Role.EDITOR).get(f"/librarian/reports/{name}").status_code == 404


def test_in_spanish(site: Site) -> None:
    kept = reported(site, comment="Mal.")
    visitor = site.member(Role.EDITOR)
    visitor.get(f"/es/librarian/reports/{kept.id}")
    assert "Podría hacerle daño a alguien" in words(visitor.page) and "Qué es distinto hoy" in words(visitor.page)


def test_a_withdrawal_names_the_report(site: Site) -> None:
    kept = reported(site)
    document = kept.shown.places[0].document
    visitor = site.member(Role.REVIEWER)
    visitor.get(f"/librarian/documents/{document}/step/withdraw")
    assert kept.id in visitor.page
