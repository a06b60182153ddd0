"""Manners and misbehaviour: how a site is treated, and what no site can do to the reader."""

import gzip
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from publisher_site import (
    Asked,
    PublisherSite,
    Send,
    answers,
    article,
    cut_off,
    dripping,
    endless,
    gzip_bomb,
    hangs_up,
    moved,
    nonsense,
    paragraphs,
    publisher_site,
    reply,
    settings,
    whole,
)
from waymark.errors import FetchRefused
from waymark.sources import fetch as fetching
from waymark.sources.drafts import read
from waymark.sources.fetch import Session
from waymark.sources.manners import Manners, retry_after
from waymark.sources.robots import parse_robots

PAGE = article("River paths", paragraphs("river paths")).encode()


@pytest.fixture
def site() -> Iterator[PublisherSite]:
    with publisher_site() as here:
        yield here


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_FIRST_WAIT", 0.001)


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 100.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def refusal(site: PublisherSite, path: str, **how: object) -> FetchRefused:
    with Session(settings(**{"attempts": 1, **how})) as session, pytest.raises(FetchRefused) as error:
        session.fetch(site.address + path)
    assert error.value.sentence.endswith(".")
    return error.value


# -------------------------------------------------------------------------------------------------------------- manners


def test_a_host_is_asked_once_a_second_at_most(site: PublisherSite) -> None:
    """Every request counts, robots.txt and redirects too; the first one does not wait."""
    clock = Clock()
    site.answers["/old"] = moved("/page")
    site.page("/page", PAGE.decode())
    manners = Manners(gap=1.0, now=clock.now, sleep=clock.sleep)
    with Session(settings(), manners) as session:
        session.fetch(site.address + "/old")
        session.fetch(site.address + "/page")
    assert site.paths() == ["/robots.txt", "/old", "/page", "/page"]
    assert clock.slept == [1.0, 1.0, 1.0]


def test_the_gap_is_kept_by_default() -> None:
    from waymark.sources.fetch import FetchSettings

    assert FetchSettings().gap == 1.0
    assert Session(FetchSettings()).manners.gap == 1.0


def test_other_hosts_do_not_wait_for_one_another() -> None:
    clock = Clock()
    manners = Manners(gap=1.0, now=clock.now, sleep=clock.sleep)
    for host in ("a.example", "b.example", "c.example"):
        manners.wait(host)
    assert clock.slept == []
    manners.wait("b.example")
    assert clock.slept == [1.0]


def test_a_longer_gap_is_kept_where_the_site_asks_for_it(site: PublisherSite) -> None:
    clock = Clock()
    site.answers["/robots.txt"] = answers(200, b"User-agent: *\nCrawl-delay: 7\nDisallow: /no\nSitemap: /map.xml\n")
    site.page("/page", PAGE.decode())
    with Session(settings(gap=1.0), Manners(1.0, clock.now, clock.sleep)) as session:
        session.fetch(site.address + "/page")
    assert clock.slept == [7.0]
    rules = parse_robots("User-agent: *\nCrawl-delay: 100000000\nSitemap: https://a.example/map.xml\n", "Waymark")
    assert rules.delay == 0.0 and rules.sitemaps == ("https://a.example/map.xml",)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Wed, 25 Nov 2026 12:02:00 GMT", 120.0),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
        ("1e9", None),
        ("99999999999999999999", 999999999.0),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, datetime(2026, 11, 25, 12, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_says_when_is_asked_then(site: PublisherSite, status: int) -> None:
    clock = Clock()
    given = [reply(status, b"", Retry_After="3"), reply(200, PAGE)]
    site.answers["/page"] = lambda asked, send: send(given.pop(0))
    with Session(settings(), Manners(0.0, clock.now, clock.sleep)) as session:
        assert session.fetch(site.address + "/page").data == PAGE
    assert clock.slept == [3.0]


def test_a_site_that_says_later_is_left_alone_until_then(site: PublisherSite) -> None:
    """An hour is longer than anyone waits: the page is refused, and so are the site's other pages, without asking."""
    clock = Clock()
    site.answers["/one"] = answers(429, b"", Retry_After="3600")
    site.page("/two", PAGE.decode())
    with Session(settings(), Manners(0.0, clock.now, clock.sleep)) as session:
        with pytest.raises(FetchRefused) as first:
            session.fetch(site.address + "/one")
        with pytest.raises(FetchRefused) as second:
            session.fetch(site.address + "/two")
        assert (first.value.reason, first.value.again_in) == ("busy", 3600.0)
        assert "1 hour" in first.value.next_step
        assert second.value.reason == "busy" and "left alone" in second.value.sentence
        assert site.paths() == ["/robots.txt", "/one"]
        clock.time += 3600
        assert session.fetch(site.address + "/two").data == PAGE


def test_cookies_are_not_carried_from_page_to_page(site: PublisherSite) -> None:
    site.answers["/page"] = answers(200, PAGE, Set_Cookie="you=1; Path=/")
    with Session(settings()) as session:
        session.fetch(site.address + "/page")
        session.fetch(site.address + "/page")
    assert all("cookie" not in asked.headers for asked in site.asked)


def test_robots_txt_is_asked_once_for_a_run(site: PublisherSite) -> None:
    site.page("/page", PAGE.decode())
    with Session(settings()) as session:
        for _ in range(3):
            session.fetch(site.address + "/page")
    assert site.paths().count("/robots.txt") == 1


def test_moved_for_good_is_told_from_moved_for_now(site: PublisherSite) -> None:
    site.page("/new", PAGE.decode())
    site.answers["/forever"] = moved("/new", 308)
    site.answers["/today"] = moved("/new", 302)
    site.answers["/mixed"] = moved("/today", 301)
    with Session(settings()) as session:
        assert session.fetch(site.address + "/forever").moved
        assert not session.fetch(site.address + "/today").moved
        assert not session.fetch(site.address + "/mixed").moved
        assert not session.fetch(site.address + "/new").moved


# --------------------------------------------------------------------------------------------------------- misbehaviour


def test_a_redirect_in_a_circle_ends(site: PublisherSite) -> None:
    site.answers["/a"], site.answers["/b"] = moved("/b"), moved("/a")
    assert refusal(site, "/a").reason == "loop"


@pytest.mark.parametrize("head", [False, True])
def test_a_server_that_drips_is_left_at_the_deadline(site: PublisherSite, head: bool) -> None:
    """One byte now and then stays within every timeout, in the body and in the head; the deadline ends both."""
    site.answers["/page"] = dripping(site, head=head)
    began = time.monotonic()
    assert refusal(site, "/page", deadline=0.6).reason == "slow"
    assert time.monotonic() - began < 5  # that it ends at all is what is tested


def test_a_page_without_end_is_refused(site: PublisherSite) -> None:
    site.answers["/page"] = endless
    assert refusal(site, "/page", largest=200_000).reason == "large"


def test_a_gzip_bomb_is_refused(site: PublisherSite) -> None:
    site.answers["/page"] = gzip_bomb()
    assert refusal(site, "/page").reason == "large"


def test_a_gzip_that_ends_early_is_refused(site: PublisherSite) -> None:
    packed = gzip.compress(PAGE)[:-20]
    site.answers["/page"] = answers(200, packed, Content_Encoding="gzip")
    with Session(settings(attempts=1)) as session:
        try:
            data = session.fetch(site.address + "/page").data
        except FetchRefused as error:
            assert error.reason == "damaged"
        else:
            assert PAGE.startswith(data)  # never anything that the page does not hold


@pytest.mark.parametrize("answer", [cut_off, hangs_up, nonsense])
def test_half_an_answer_is_no_page(site: PublisherSite, answer: object) -> None:
    site.answers["/page"] = answer  # type: ignore[assignment]
    assert refusal(site, "/page").reason in ("unreachable", "error")


def test_a_wrong_charset_does_not_garble_the_text(site: PublisherSite) -> None:
    html = article("Café am Fluß", paragraphs("the café")).encode()
    site.answers["/page"] = answers(200, html, Content_Type="text/html; charset=iso-8859-1")
    with Session(settings()) as session:
        capture = session.fetch(site.address + "/page")
    draft = read(capture.data, capture.final_url, capture.charset)
    assert draft.front["title"] == "Café am Fluß"
    site.answers["/page"] = answers(200, html.decode().encode("cp1252"), Content_Type="text/html; charset=nonsense-9")
    with Session(settings()) as session:
        capture = session.fetch(site.address + "/page")
    assert read(capture.data, capture.final_url, capture.charset).front["title"] == "Café am Fluß"


@pytest.mark.parametrize(
    "location", ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]:1/"]
)
def test_a_page_cannot_lead_into_the_private_network(site: PublisherSite, location: str) -> None:
    site.answers["/page"] = moved(location, 302)
    assert refusal(site, "/page").reason == "private"


def test_only_an_address_that_a_person_named_may_be_private(site: PublisherSite) -> None:
    """The setting names hosts whose pages a person may add. A page that leads there, or an address out of a page, may not."""
    site.page("/page", PAGE.decode())
    with Session(settings()) as session:
        assert session.fetch(site.address + "/page").data == PAGE
        with pytest.raises(FetchRefused) as error:
            session.fetch(site.address + "/page", named=False)
        assert error.value.reason == "private"
        port = site.address.rsplit(":", 1)[1]
        # "localhost" was not named by the setting, and leads to the same machine.
        with pytest.raises(FetchRefused) as other:
            session.fetch(f"http://localhost:{port}/page")
        assert other.value.reason == "private"
    assert site.paths() == ["/robots.txt", "/page"]


def test_a_redirect_to_another_private_host_that_the_setting_names_is_refused(site: PublisherSite) -> None:
    with publisher_site() as other:
        other.page("/secret", PAGE.decode())
        port = int(other.address.rsplit(":", 1)[1])
        site.answers["/page"] = moved(f"http://localhost:{port}/secret", 302)
        hosts = ("127.0.0.1", f"localhost:{port}")
        assert refusal(site, "/page", private_hosts=hosts).reason == "private"
        assert other.asked == []
        # Not even when a connection to it is still open.
        with Session(settings(private_hosts=hosts)) as session:
            assert session.fetch(f"http://localhost:{port}/secret").data == PAGE
            with pytest.raises(FetchRefused, match="private network"):
                session.fetch(site.address + "/page")


def test_every_reason_has_its_outcome(site: PublisherSite) -> None:
    from waymark.sources.captures import Outcome, outcome_of

    def answer(status: int) -> object:
        return answers(status, b"<h1>No</h1>")

    site.answers["/robots.txt"] = answers(200, b"User-agent: *\nDisallow: /closed\n")
    for path, given, outcome in (
        ("/missing", answer(404), Outcome.GONE),
        ("/gone", answer(410), Outcome.GONE),
        ("/login", answer(403), Outcome.REFUSED),
        ("/broken", answer(500), Outcome.UNREACHABLE),
        ("/busy", answer(503), Outcome.BUSY),
        ("/closed/x", answer(200), Outcome.REFUSED),
        ("/hangs", hangs_up, Outcome.UNREACHABLE),
        ("/bomb", gzip_bomb(30), Outcome.UNREADABLE),
        ("/loop", moved("/loop"), Outcome.UNREADABLE),
    ):
        site.answers[path] = given  # type: ignore[assignment]
        assert outcome_of(refusal(site, path).reason) is outcome, path
    assert "/closed/x" not in site.paths()


def test_not_modified_is_asked_for_with_both_marks(site: PublisherSite) -> None:
    site.answers["/page"] = whole(PAGE, etag='W/"a1"', modified="Tue, 03 Mar 2026 10:00:00 GMT")

    def fetch(**marks: str) -> int:
        with Session(settings()) as session:
            return session.fetch(site.address + "/page", **marks).status

    assert fetch() == 200
    assert fetch(if_none_match='W/"a1"') == 304
    assert fetch(if_modified_since="Tue, 03 Mar 2026 10:00:00 GMT") == 304
    assert fetch(if_none_match='W/"old"') == 200


def test_an_unknown_kind_of_answer_is_not_followed(site: PublisherSite) -> None:
    def answer(asked: Asked, send: Send) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nxx\r\n")

    site.answers["/page"] = answer
    assert refusal(site, "/page").reason in ("unreachable", "error")
