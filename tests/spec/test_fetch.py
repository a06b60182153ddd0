"""The polite reading of one address, against a server of the test's own on 127.0.0.1. No test reaches the network."""

import gzip
import hashlib
import http.server
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from waymark.errors import FetchRefused
from waymark.sources import fetch as fetching
from waymark.sources.fetch import MOST_REDIRECTS, Capture, FetchSettings, fetch, is_public
from waymark.sources.robots import parse_robots

LOOPBACK = ("127.0.0.1", "name.example")
PAGE = b"<html><body><h1>Sore hands</h1></body></html>"
Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """A small site: what it answers for each path, and what it was asked."""

    address: str = ""
    replies: dict[str, Reply | Callable[[], Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
            reply = here.replies.get(self.path, (404, {}, b"nothing here"))
            status, headers, body = reply() if callable(reply) else reply
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            if "content-length" not in {key.lower() for key in headers}:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                pass  # the reader had enough

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield here
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_FIRST_WAIT", 0.001)


def get(site: Site, path: str = "/page", **settings: object) -> Capture:
    return fetch(site.address + path, FetchSettings(**{"private_hosts": LOOPBACK, "timeout": 5, "gap": 0, **settings}))  # type: ignore[arg-type]


def refused(site: Site, path: str = "/page", **settings: object) -> str:
    with pytest.raises(FetchRefused) as error:
        get(site, path, **settings)
    assert error.value.sentence.endswith(".")
    return str(error.value)


def test_a_capture_holds_the_bytes_and_where_they_came_from(site: Site):
    headers = {
        "Content-Type": 'Text/HTML; charset="windows-1252"',
        "ETag": '"v1"',
        "Last-Modified": "Mon, 03 Mar 2025 10:00:00 GMT",
    }
    site.replies["/page"] = (200, headers, PAGE)
    capture = fetch(
        site.address + "/page",
        FetchSettings(private_hosts=LOOPBACK, gap=0),
        clock=lambda: datetime(2026, 11, 21, 9, 30, 15, 123, tzinfo=UTC),
    )
    assert capture == Capture(
        url=site.address + "/page",
        final_url=site.address + "/page",
        status=200,
        data=PAGE,
        content_type="text/html",
        charset="windows-1252",
        fetched_at="2026-11-21T09:30:15+00:00",
        hash="sha256:" + hashlib.sha256(PAGE).hexdigest(),
        etag='"v1"',
        last_modified="Mon, 03 Mar 2025 10:00:00 GMT",
    )


def test_the_reader_says_who_it_is(site: Site):
    """Name, version and somebody to turn to; and nothing that came from an environment, such as a line break."""
    site.replies["/page"] = (200, {}, PAGE)
    get(site, contact="https://example.org/bot\r\nX-Bad: 1")
    agents = {headers["user-agent"] for _, headers in site.asked}
    assert len(agents) == 1
    (agent,) = agents
    assert agent.startswith("Waymark/") and agent.endswith(" (+https://example.org/botX-Bad: 1)")
    assert all("x-bad" not in headers for _, headers in site.asked)
    assert all(headers["host"] == site.address.removeprefix("http://") for _, headers in site.asked)


def test_robots_txt_is_asked_first_and_kept_to(site: Site):
    site.replies["/robots.txt"] = (
        200,
        {},
        b"User-agent: *\nDisallow: /\n\nUser-agent: waymark\nDisallow: /private/*/x\nAllow: /\n",
    )
    site.replies["/page"] = (200, {}, PAGE)
    site.replies["/private/a/x"] = (200, {}, PAGE)
    assert get(site).data == PAGE
    assert site.paths() == ["/robots.txt", "/page"]
    assert "robots.txt" in refused(site, "/private/a/x")
    assert "/private/a/x" not in site.paths()


def test_a_site_without_robots_txt_may_be_read_and_one_that_cannot_say_may_not(site: Site):
    """RFC 9309, 2.3.1: not found means no rules; an error of the server means that nothing may be read."""
    site.replies["/page"] = (200, {}, PAGE)
    for status in (404, 403, 410):
        site.replies["/robots.txt"] = (status, {}, b"")
        assert get(site).data == PAGE
    site.asked.clear()
    site.replies["/robots.txt"] = (503, {}, b"")
    assert "could not say whether it may be read" in refused(site)
    assert "/page" not in site.paths()


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /a", "/ab", False),
        ("User-agent: *\nDisallow: /a\nAllow: /ab", "/ab", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /*?q=", "/x?q=1", False),
        ("User-agent: *\nDisallow:", "/x", True),
        ("User-agent: other\nDisallow: /", "/x", True),
        ("User-agent: Waymark/2.0\nUser-agent: other\nDisallow: /x", "/x", False),
        ("user-agent: a\nuser-agent: waymark\ndisallow: /x\nuser-agent: b\ndisallow: /y", "/y", True),
        ("User-agent: *\nDisallow: /%7Eme", "/~me", False),
        ("User-agent: *\nDisallow: /caf\u00e9", "/caf%C3%A9", False),
        ("Disallow: /x", "/x", True),
        ("\ufeffUser-agent: * # all\nDisallow: /x # this", "/x", False),
        ("User-agent: *\nDisallow: /" + "*a" * 5_000 + "$", "/" + "a" * 5_000 + "b", True),
    ],
)
def test_the_rules_of_robots_txt(rules: str, path: str, allowed: bool):
    assert parse_robots(rules, "Waymark").allows(path) is allowed


def test_redirects_are_followed_with_their_own_permission(site: Site):
    site.replies["/page"] = (301, {"Location": "/next"}, b"")
    site.replies["/next"] = (302, {"Location": site.address + "/last#part"}, b"")
    site.replies["/last"] = (200, {}, PAGE)
    assert get(site).final_url == site.address + "/last"
    site.replies["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /last\n")
    assert "robots.txt" in refused(site)


def test_redirects_end(site: Site):
    for step in range(MOST_REDIRECTS + 2):
        site.replies[f"/{step}"] = (302, {"Location": f"/{step + 1}"}, b"")
    site.replies[f"/{MOST_REDIRECTS + 2}"] = (200, {}, PAGE)
    assert get(site, "/2").data == PAGE  # ten steps
    assert "more than 10 times" in refused(site, "/1")


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:1", "http://[broken", "http://user:secret@127.0.0.1/"],
)
def test_a_redirect_to_anything_but_a_page_is_refused(site: Site, location: str):
    site.replies["/page"] = (302, {"Location": location}, b"")
    assert "secret" not in refused(site)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "not an address",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "http://",
        "https:///x",
        "http://[::1",
        "http://a:99999/",
        "mailto:a@b.c",
        "//example.org/x",
        "http://me:secret@example.org/",
    ],
)
def test_only_web_addresses_are_read(address: str):
    with pytest.raises(FetchRefused) as error:
        fetch(address)
    assert error.value.sentence.endswith(".")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "[fe80::1]",
        "[fd00::1]",
        "100.64.0.1",
    ],
)
def test_private_addresses_are_refused_however_they_are_written(host: str):
    """A page that redirects to a router or a cloud's metadata service must not be read for whoever wrote it."""
    with pytest.raises(FetchRefused, match=r"private network|could not be found"):
        fetch(f"http://{host}/", FetchSettings(attempts=1))


def test_a_private_server_is_not_even_connected_to(site: Site):
    with pytest.raises(FetchRefused, match="private network"):
        fetch(site.address + "/page")
    assert site.asked == []


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(FetchRefused, match="private network"):
        fetch("http://rebinding.example/")


def test_the_address_that_was_judged_is_the_one_connected_to(site: Site, monkeypatch: pytest.MonkeyPatch):
    """A name that resolves to a public address first and to a private one next must not get past the check."""
    resolved: list[str] = []
    real = socket.getaddrinfo

    def once(host: str, port: int, *rest: object, **more: object) -> object:
        resolved.append(host)
        return real("127.0.0.1", port, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", once)
    site.replies["/page"] = (200, {}, PAGE)
    port = site.address.rsplit(":", 1)[1]
    capture = fetch(f"http://name.example:{port}/page", FetchSettings(private_hosts=LOOPBACK, gap=0))
    assert capture.data == PAGE
    assert set(resolved) - {"127.0.0.1"} == {"name.example"}
    assert all(headers["host"] == f"name.example:{port}" for _, headers in site.asked)
    # The connection itself resolved nothing but the address that had been judged.
    assert resolved.count("name.example") == 2  # robots.txt and the page


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("8.8.8.8", True),
        ("127.0.0.1", False), ("::1", False), ("::", False), ("0.0.0.0", False), ("10.0.0.1", False), ("172.16.0.1", False),
        ("192.168.1.1", False), ("169.254.169.254", False), ("fe80::1%eth0", False), ("fc00::1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("64:ff9b::808:808", True), ("2002:0a00:0001::1", False),
        ("224.0.0.1", False), ("255.255.255.255", False), ("100.64.0.1", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_what_is_a_public_address(address: str, public: bool):
    assert is_public(address) is public


def test_a_page_that_grows_without_end_is_refused(site: Site):
    site.replies["/page"] = (200, {}, b"x" * 3_000)
    assert "has more than" in refused(site, largest=2_999)
    assert len(get(site, largest=3_000).data) == 3_000


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(site: Site):
    """50 MB of nothing travel as 50 kB; what counts is what comes out, and it is counted while it comes."""
    packed = gzip.compress(bytes(50 * 1024 * 1024))
    assert len(packed) < 60_000
    site.replies["/page"] = (200, {"Content-Encoding": "gzip"}, packed)
    assert "has more than 20 MB" in refused(site)


def test_packed_pages_are_unpacked(site: Site):
    for encoding, data in (("gzip", gzip.compress(PAGE)), ("deflate", zlib.compress(PAGE)), ("identity", PAGE)):
        site.replies["/page"] = (200, {"Content-Encoding": encoding}, data)
        assert get(site).data == PAGE
    for encoding in ("br", "gzip, gzip", "zstd"):
        site.replies["/page"] = (200, {"Content-Encoding": encoding}, b"xxxx")
        assert "packed in a way that is not read" in refused(site)
    site.replies["/page"] = (200, {"Content-Encoding": "gzip"}, b"this is not gzip")
    assert "damaged" in refused(site)


def test_an_unchanged_page_comes_without_its_bytes(site: Site):
    def reply() -> Reply:
        asked = site.asked[-1][1]
        same = asked.get("if-none-match") == '"v1"' or asked.get("if-modified-since")
        return (304, {"ETag": '"v1"'}, b"") if same else (200, {"ETag": '"v1"'}, PAGE)

    site.replies["/page"] = reply
    first = get(site)
    again = fetch(first.url, FetchSettings(private_hosts=LOOPBACK, gap=0), if_none_match=first.etag)
    assert (again.status, again.data, again.etag) == (304, b"", '"v1"')
    later = fetch(
        first.url, FetchSettings(private_hosts=LOOPBACK, gap=0), if_modified_since="Mon, 03 Mar 2025 10:00:00 GMT"
    )
    assert later.status == 304
    assert "if-none-match" not in site.asked[0][1]


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (404, "is not there (404)"),
        (410, "is not there"),
        (403, "may not be read (403)"),
        (500, "error (500)"),
        (503, "too busy"),
        (429, "too busy"),
    ],
)
def test_each_refusal_of_a_site_is_a_sentence(site: Site, status: int, says: str):
    site.replies["/page"] = (status, {}, b"<h1>Error</h1>")
    assert says in refused(site)


def test_an_empty_page_is_refused(site: Site):
    site.replies["/page"] = (200, {}, b"")
    assert "is empty" in refused(site)


def test_a_busy_site_is_asked_again_and_not_for_ever(site: Site):
    answers = [(503, {}, b""), (503, {}, b""), (200, {}, PAGE)]
    site.replies["/page"] = lambda: answers.pop(0)
    assert get(site).data == PAGE
    assert site.paths().count("/page") == 3
    site.asked.clear()
    site.replies["/page"] = (503, {}, b"")
    refused(site, attempts=2)
    assert site.paths().count("/page") == 2
    site.asked.clear()
    site.replies["/page"] = (404, {}, b"")
    refused(site)
    assert site.paths().count("/page") == 1  # what is not there is not asked for again


def test_a_server_that_is_not_there_is_a_sentence():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchRefused, match="could not be reached"):
        fetch(f"http://127.0.0.1:{port}/", FetchSettings(private_hosts=LOOPBACK, gap=0, attempts=1))
    with pytest.raises(FetchRefused, match="no machine has that name"):
        fetch("http://no-such-host.invalid/", FetchSettings(attempts=1))


def test_a_server_that_says_nothing_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(FetchRefused, match="did not answer in time"):
            fetch(address, FetchSettings(private_hosts=LOOPBACK, gap=0, attempts=1, timeout=0.2))


def test_a_page_that_ends_too_early_is_refused(site: Site):
    """Half a page must not be taken for the whole: the length that was announced has to come."""
    site.replies["/page"] = (200, {"Content-Length": "1000", "Connection": "close"}, PAGE)
    assert "could not be reached" in refused(site, attempts=1)


def test_a_server_that_drips_is_left_at_the_deadline(site: Site, monkeypatch: pytest.MonkeyPatch):
    hours = [0.0]
    monkeypatch.setattr(fetching.time, "monotonic", lambda: hours[0])

    def late() -> Reply:
        hours[0] = 100.0
        return 200, {}, PAGE

    site.replies["/page"] = late
    site.replies["/robots.txt"] = (404, {}, b"")
    assert "did not come in 90 seconds" in refused(site)


def test_reading_documents_loads_nothing_that_reaches_the_network():
    """`ask` and the readers must not even load the code that fetches."""
    code = (
        "import sys; from waymark.sources.drafts import read; read(b'A Title\\n\\nA whole sentence about it.\\n', 'a.txt');"
        "read(b'<html><body><h1>T</h1><p>A whole sentence about it.</p></body></html>', 'a.html');"
        "bad = {'httpx2', 'httpcore2', 'trafilatura', 'pypdf', 'ssl', 'waymark.sources.fetch'} & set(sys.modules); print(sorted(bad))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
