"""A publisher's site of the tests' own, on loopback: pages of the shape that public health sites have, and every misbehaviour.

It speaks HTTP by hand, since a well-behaved server cannot send half a header, a wrong length, or one byte a second.
"""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

LOOPBACK = ("127.0.0.1",)

Send = Callable[[bytes], None]
Answer = Callable[["Asked", Send], None]


@dataclass(frozen=True)
class Asked:
    """One request as the site saw it."""

    path: str
    headers: dict[str, str]
    at: float


@dataclass
class PublisherSite:
    """What the site answers for each path, and what it was asked. An unknown path is a 404."""

    address: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def page(self, path: str, html: str, etag: str | None = None, modified: str | None = None) -> None:
        """Serve a page, and say that it has not changed to whoever asks with its mark."""
        self.answers[path] = whole(html.encode(), etag=etag, modified=modified)


def reply(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a whole answer; a header is named with underscores (Content_Type)."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **given}
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return head.encode() + b"Connection: close\r\n\r\n" + body


def answers(status: int, body: bytes = b"", **headers: str) -> Answer:
    return lambda asked, send: send(reply(status, body, **headers))


def whole(body: bytes, etag: str | None = None, modified: str | None = None) -> Answer:
    def answer(asked: Asked, send: Send) -> None:
        marks: dict[str, str] = {}
        if etag:
            marks["ETag"] = etag
        if modified:
            marks["Last_Modified"] = modified
        same = (etag and asked.headers.get("if-none-match") == etag) or (
            modified and asked.headers.get("if-modified-since") == modified
        )
        send(reply(304, b"", **marks) if same else reply(200, body, **marks))

    return answer


def moved(to: str, status: int = 301) -> Answer:
    return answers(status, b"", Location=to)


def dripping(site: PublisherSite, piece: bytes = b"x", every: float = 0.05, head: bool = False) -> Answer:
    """Send for ever, one piece at a time: in the head or in the body."""

    def answer(asked: Asked, send: Send) -> None:
        send(b"HTTP/1.1 200 OK\r\n" if head else b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>")
        while not site.stopping.is_set():
            send(b"X-Filler: y\r\n" if head else piece)
            time.sleep(every)

    return answer


def endless(asked: Asked, send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><p>")
    with suppress(OSError):
        for _ in range(4096):
            send(b"word " * 4096)


def cut_off(asked: Asked, send: Send) -> None:
    """Announce more than is sent, and hang up."""
    send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<html><body><p>Half a page")


def hangs_up(asked: Asked, send: Send) -> None:
    """Hang up without a word."""


def nonsense(asked: Asked, send: Send) -> None:
    send(b"\x00\x01\x02 this is no HTTP \xff\r\n\r\n")


def gzip_bomb(megabytes: int = 64) -> Answer:
    packed = gzip.compress(bytes(megabytes * 1024 * 1024))
    return answers(200, packed, Content_Encoding="gzip")


def article(
    title: str,
    paragraphs: list[str],
    updated: str = "March 3, 2026",
    main: str = "",
    address: str = "",
    language: str = "en",
) -> str:
    """Return a page of the shape that the sites of public health institutes have: banner, menu, article, notice."""
    words = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    canonical = f'<link rel="canonical" href="{address}">' if address else ""
    return (
        f'<!doctype html><html lang="{language}"><head><title>{title} - River Institute</title>{canonical}'
        f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="River Institute"></head><body>'
        '<a href="#main" class="skip">Skip to main content</a>'
        "<section class=banner><p>An official website of the River Institute</p></section>"
        '<header><nav><ul><li><a href="/">Home</a></li><li><a href="/types">Types</a></li></ul></nav></header>'
        f'<main id="main"><article><h1>{title}</h1>{words}{main}'
        f"<footer><ul><li>Updated: {updated}</li></ul></footer></article></main>"
        "<footer><p>If you would like to reproduce some or all of this content, please credit the River Institute as the "
        "source and link to the original page using its original title.</p></footer></body></html>"
    )


def paragraphs(subject: str, count: int = 4) -> list[str]:
    """Return some paragraphs of the tests' own about a subject, long enough that no check takes them for a stub."""
    return [
        f"This is paragraph {number} about {subject}. It was written for a test of the tests and says nothing that anyone "
        f"should act on. The river runs past the mill, and the miller counts sack number {number}."
        for number in range(1, count + 1)
    ]


@contextmanager
def publisher_site() -> Iterator[PublisherSite]:
    """Run a site until the block ends."""
    site = PublisherSite()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    site.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5.0)
            data = b""
            with suppress(OSError):
                while b"\r\n\r\n" not in data:
                    more = connection.recv(65536)
                    if not more:
                        return
                    data += more
                head = data.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")
                headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
                asked = Asked(head[0].split(" ")[1], headers, time.monotonic())
                site.asked.append(asked)
                site.answers.get(asked.path, answers(404, b"<h1>Not here</h1>"))(asked, connection.sendall)

    def accept() -> None:
        while not site.stopping.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                thread = threading.Thread(target=serve, args=(connection,))
                thread.start()
                threads.append(thread)

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield site
    finally:
        site.stopping.set()
        acceptor.join()
        for thread in threads:
            thread.join(10)
        listener.close()


def settings(**more: Any) -> Any:
    """Return how a test reads its own site: at once, without the second between two requests."""
    from waymark.sources.fetch import FetchSettings

    return FetchSettings(**{"private_hosts": LOOPBACK, "gap": 0.0, "timeout": 5.0, "deadline": 20.0, **more})
