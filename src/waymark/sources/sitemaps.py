"""Sitemaps: the list of its pages that a site offers to readers (https://www.sitemaps.org/protocol.html)."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree

from waymark.errors import FetchRefused, UnreadableSource
from waymark.sources.front import short_name

if TYPE_CHECKING:
    from waymark.sources.fetch import Session

LARGEST = 50 * 1024 * 1024
"""Bytes of the largest sitemap, unpacked: the protocol's own limit."""
MOST_PAGES = 50_000
_MOST_SITEMAPS = 200
_DEEPEST = 3  # an index of sitemaps within an index


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one sitemap file lists: pages, or further sitemaps."""

    pages: tuple[str, ...]
    sitemaps: tuple[str, ...]


def read_sitemap(data: bytes, address: str) -> Sitemap:
    """Return what a sitemap lists, in XML or as one address a line, packed or not.

    Raises `UnreadableSource`. A file that defines entities is refused: no sitemap needs them, and they can be made to grow.
    """
    name = short_name(address)
    data = _unpacked(data, name)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
        pages = tuple(line for line in lines if line.startswith(("http://", "https://")))
        if not pages:
            raise UnreadableSource(f"{name} is no sitemap: it lists no addresses.", "Check the address.")
        return Sitemap(pages[:MOST_PAGES], ())
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UnreadableSource(f"{name} is no sitemap: it is a page, or defines things of its own.")
    pages_found: list[str] = []
    sitemaps_found: list[str] = []
    inside = ""
    try:
        for event, element in ElementTree.iterparse(BytesIO(data), events=("start", "end")):
            tag = str(element.tag).rsplit("}", 1)[-1]
            if event == "start":
                inside = tag if tag in ("url", "sitemap") else inside
            elif tag == "loc" and element.text:
                found = pages_found if inside == "url" else sitemaps_found
                if len(found) < MOST_PAGES:
                    found.append(element.text.strip())
            elif tag in ("url", "sitemap"):
                element.clear()
    except ElementTree.ParseError as error:
        raise UnreadableSource(f"{name} is no whole sitemap ({error}).", "Try again later.") from error
    if not pages_found and not sitemaps_found:
        raise UnreadableSource(f"{name} is no sitemap: it lists no addresses.", "Check the address.")
    return Sitemap(tuple(pages_found), tuple(sitemaps_found[:_MOST_SITEMAPS]))


def _unpacked(data: bytes, name: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.open(BytesIO(data)) as packed:
            whole = packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableSource(f"{name} is packed in a way that is damaged.", "Try again later.") from error
    if len(whole) > LARGEST:
        raise UnreadableSource(f"{name} unpacks to more than {LARGEST // 1024 // 1024} MB.")
    return whole


def pages_of(session: "Session", address: str, matching: str = "", most: int = MOST_PAGES) -> Iterator[str]:
    """Yield the pages that a site's sitemap lists, following an index of sitemaps.

    ``address`` is the sitemap's, or a site's front page: then its robots.txt says where the sitemap is. Only pages of the same
    host are listed, as the protocol has it. ``matching`` keeps pages whose path fits the pattern (``*`` is any run).
    Raises `FetchRefused` and `UnreadableSource` for the sitemap that was named; one in an index that cannot be read is
    passed over.
    """
    host = (urlsplit(address).hostname or "").lower().removeprefix("www.")
    waiting = [(place, 0) for place in _sitemaps_at(session, address)]
    seen: set[str] = set()
    given: set[str] = set()
    while waiting and len(seen) < _MOST_SITEMAPS:
        place, depth = waiting.pop(0)
        if place in seen or not _same_host(place, host):
            continue
        seen.add(place)
        try:
            sitemap = read_sitemap(session.fetch(place, named=place == address).data, place)
        except (FetchRefused, UnreadableSource):
            if depth == 0:
                raise
            continue
        if depth < _DEEPEST:
            waiting += [(further, depth + 1) for further in sitemap.sitemaps]
        for page in sitemap.pages:
            page = page.split("#", 1)[0]
            if page not in given and _same_host(page, host) and _fits(page, matching):
                given.add(page)
                yield page
                if len(given) >= most:
                    return


def _sitemaps_at(session: "Session", address: str) -> list[str]:
    parts = urlsplit(address)
    if parts.path.strip("/"):
        return [address]
    site = f"{parts.scheme}://{parts.netloc}"
    return list(session.robots_of(address).sitemaps) or [f"{site}/sitemap.xml"]


def _same_host(address: str, host: str) -> bool:
    try:
        return (urlsplit(address).hostname or "").lower().removeprefix("www.") == host
    except ValueError:
        return False


def _fits(address: str, pattern: str) -> bool:
    if not pattern:
        return True
    path = urlsplit(address).path.lower()
    return fnmatchcase(path, pattern.lower() if "*" in pattern else f"*{pattern.lower()}*")
