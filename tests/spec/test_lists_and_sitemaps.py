"""Lists of addresses and sitemaps: what they name, what is passed over, and what they cannot do."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from publisher_site import PublisherSite, answers, publisher_site, settings
from waymark.errors import UnreadableSource, UsageError
from waymark.sources.address_lists import addresses_in, read_list, ready_lists
from waymark.sources.fetch import Session
from waymark.sources.publishers import publisher_at
from waymark.sources.sitemaps import pages_of, read_sitemap

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@pytest.fixture
def site() -> Iterator[PublisherSite]:
    with publisher_site() as here:
        yield here


def urlset(*addresses: str) -> bytes:
    inside = "".join(f"<url><loc>{address}</loc><lastmod>2026-01-01</lastmod></url>" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACE}>{inside}</urlset>'.encode()


def index(*addresses: str) -> bytes:
    inside = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return f"<sitemapindex {SPACE}>{inside}</sitemapindex>".encode()


# ----------------------------------------------------------------------------------------------------------------- lists


def test_the_ready_list_is_of_public_pages_of_its_publisher() -> None:
    (ready,) = (each for each in ready_lists() if each.name == "cancer-gov-recurrence")
    assert len(ready.addresses) >= 50 and "cancer.gov" in ready.about
    for address in ready.addresses:
        publisher = publisher_at(address)
        assert publisher is not None and publisher.id == "nci" and not publisher.is_service(address)
        assert urlsplit(address).scheme == "https" and not urlsplit(address).query
    assert "https://www.cancer.gov/types/recurrent-cancer" in ready.addresses
    assert addresses_in("cancer-gov-recurrence") == ready.addresses


@pytest.mark.corpus
def test_every_address_of_the_ready_list_is_one_that_the_publisher_has(shared: Path) -> None:
    """Each is a page that was collected, or one that such a page links to."""
    text = "\n".join(
        path.read_text(encoding="utf-8", errors="replace") for path in (shared / "corpus" / "nci").rglob("*.md")
    )
    (ready,) = ready_lists()
    missing = [a for a in ready.addresses if a not in text and f"]({urlsplit(a).path}" not in text]
    assert missing == ["https://www.cancer.gov/types/recurrent-cancer"] or missing == []


def test_a_list_has_comments_and_each_address_once() -> None:
    text = "\ufeff# mine\nhttps://a.example/x\n\n  https://a.example/y   # two\nhttps://a.example/x\n"
    assert read_list(text, "mine.txt") == ("https://a.example/x", "https://a.example/y")


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "not an address\n", "https://a.example/x and y\n", "/etc/passwd\n", "file:///x\n"]
)
def test_a_list_that_is_none_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(UnreadableSource) as error:
        read_list(text, "mine.txt")
    assert "mine.txt" in error.value.sentence


def test_a_list_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cancer-gov-recurrence"):
        addresses_in(str(tmp_path / "none.txt"))


# -------------------------------------------------------------------------------------------------------------- sitemaps


def test_a_sitemap_lists_pages_or_further_sitemaps() -> None:
    assert read_sitemap(urlset("https://a.example/x", "https://a.example/y"), "map").pages == (
        "https://a.example/x", "https://a.example/y",
    )  # fmt: skip
    assert read_sitemap(index("https://a.example/m.xml"), "map").sitemaps == ("https://a.example/m.xml",)
    assert read_sitemap(b"https://a.example/x\nhttps://a.example/y\n", "map").pages[1] == "https://a.example/y"
    assert read_sitemap(gzip.compress(urlset("https://a.example/x")), "map").pages == ("https://a.example/x",)


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>hello</body></html>",
        b"<urlset>",
        b"just words",
        LAUGHS,
        gzip.compress(b"x" * 100, mtime=0)[:-9],
        b"\x1f\x8b",
    ],
)
def test_what_is_no_sitemap_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(UnreadableSource) as error:
        read_sitemap(data, "https://a.example/sitemap.xml")
    assert error.value.sentence.endswith(".")


def test_a_sitemap_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(UnreadableSource, match="unpacks to more than"):
        read_sitemap(gzip.compress(bytes(60 * 1024 * 1024)), "map")


def found(site: PublisherSite, start: str, **how: object) -> list[str]:
    with Session(settings()) as session:
        return [page.removeprefix(site.address) for page in pages_of(session, site.address + start, **how)]  # type: ignore[arg-type]


def test_a_site_is_asked_where_its_sitemap_is(site: PublisherSite) -> None:
    site.answers["/robots.txt"] = answers(200, f"Sitemap: {site.address}/map.xml\n".encode())
    site.answers["/map.xml"] = answers(200, urlset(f"{site.address}/a", f"{site.address}/b#part", f"{site.address}/a"))
    # The sitemap's address came from the site, not from the person: on a private network it is not read.
    with Session(settings()) as session, pytest.raises(Exception, match="private network"):
        list(pages_of(session, site.address + "/"))
    assert found(site, "/map.xml") == ["/a", "/b"]


def test_an_index_is_followed_pages_of_others_are_passed_over_and_the_pattern_kept(site: PublisherSite) -> None:
    site.answers["/map.xml"] = answers(
        200,
        urlset(
            f"{site.address}/coping/a", f"{site.address}/shop/b", "https://elsewhere.example/coping/c", "http://[broken"
        ),
    )
    assert found(site, "/map.xml", matching="/coping/*") == ["/coping/a"]
    assert found(site, "/map.xml", matching="shop") == ["/shop/b"]
    assert found(site, "/map.xml", most=1) == ["/coping/a"]


def test_an_index_in_a_circle_ends(site: PublisherSite, monkeypatch: pytest.MonkeyPatch) -> None:
    from waymark.sources import sitemaps

    site.answers["/map.xml"] = answers(
        200, index(f"{site.address}/map.xml", f"{site.address}/broken.xml", f"{site.address}/more.xml")
    )
    site.answers["/more.xml"] = answers(200, urlset(f"{site.address}/a"))
    site.answers["/broken.xml"] = answers(200, b"<urlset><url>")
    # Sitemaps of an index come from the site; let this one name them as a person would, to follow them at all.
    fetch = Session.fetch
    monkeypatch.setattr(sitemaps, "_DEEPEST", 3)
    monkeypatch.setattr(Session, "fetch", lambda self, url, **how: fetch(self, url))
    assert found(site, "/map.xml") == ["/a"]
