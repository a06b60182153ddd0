"""The polite reading of one address: who reads is said, robots.txt is kept to, and nothing grows without a limit.

The address that is connected to is the one that was judged: a name is resolved once, the result is checked, and the
connection is made to that result. A private address is never read for someone else's page (server-side request
forgery).
"""

import hashlib
import ipaddress
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from waymark.errors import FetchRefused
from waymark.sources.front import short_name
from waymark.sources.robots import LARGEST as LARGEST_ROBOTS
from waymark.sources.robots import Robots, parse_robots

if TYPE_CHECKING:
    import httpx2

PRODUCT = "Waymark"
MOST_REDIRECTS = 10
LARGEST_PAGE = 20 * 1024 * 1024
"""Bytes of the largest page that is read, after decompression."""

_FIRST_WAIT = 0.25  # seconds before the second attempt; four times as long before each further one
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_RETRIED = frozenset({429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "text/html,application/xhtml+xml,text/markdown,text/plain;q=0.9,application/pdf;q=0.8,*/*;q=0.1"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How addresses are read.

    ``contact``: an address or page that a site's keeper can turn to, named in the user agent. ``timeout``: seconds for
    one step (connecting, one read); ``deadline``: seconds for the whole reading, redirects included. ``attempts``:
    tries when a site is busy or the line breaks. ``allow_private``: also read addresses of the own machine and network
    (for tests).
    """

    contact: str = ""
    timeout: float = 15.0
    deadline: float = 90.0
    attempts: int = 3
    largest: int = LARGEST_PAGE
    allow_private: bool = False

    @property
    def user_agent(self) -> str:
        """Return who reads: name, version and contact."""
        contact = "".join(character for character in self.contact if 32 <= ord(character) < 127).strip()
        return f"{PRODUCT}/{_version()}" + (f" (+{contact})" if contact else "")


def _version() -> str:
    try:
        return version("waymark")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"


@dataclass(frozen=True, slots=True)
class Capture:
    """What was read: the bytes as they came (decompressed), when, from where, and how to ask whether they have changed.

    ``status`` is 200, or 304 with no data when the page has not changed. ``hash`` is ``sha256:`` and the digest of the
    data. ``fetched_at`` is UTC in ISO 8601.
    """

    url: str
    final_url: str
    status: int
    data: bytes
    content_type: str
    charset: str | None
    fetched_at: str
    hash: str
    etag: str | None = None
    last_modified: str | None = None


class _Busy(Exception):
    """The site asked to come again later, or the line broke: worth another attempt."""

    def __init__(self, refusal: FetchRefused) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


def fetch(
    url: str,
    settings: FetchSettings | None = None,
    *,
    if_none_match: str | None = None,
    if_modified_since: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Capture:
    """Read one http(s) address and return what it holds.

    ``if_none_match`` and ``if_modified_since`` are the ``etag`` and ``last_modified`` of an earlier capture; a page
    that has not changed comes back with status 304 and no data. Raises `FetchRefused` with one sentence for an address
    that may not be read or could not be.
    """
    how = settings or FetchSettings()
    conditions = {"If-None-Match": if_none_match, "If-Modified-Since": if_modified_since}
    headers = {name: value for name, value in conditions.items() if value}
    deadline = time.monotonic() + how.deadline
    reader = _Reader(how, deadline)
    wait = _FIRST_WAIT
    for attempt in range(1, how.attempts + 1):
        try:
            return reader.read(url.strip(), headers, clock)
        except _Busy as busy:
            if attempt == how.attempts or time.monotonic() + wait > deadline:
                raise busy.refusal from None
        time.sleep(wait)
        wait *= 4
    raise FetchRefused(f"{short_name(url)} was not tried.", "Ask for one attempt at least.")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    data: bytes
    location: str | None


class _Reader:
    """Reads one address with its redirects, and each site's robots.txt once."""

    def __init__(self, settings: FetchSettings, deadline: float) -> None:
        self._settings = settings
        self._deadline = deadline
        self._robots: dict[str, Robots] = {}

    def read(self, url: str, headers: Mapping[str, str], clock: Callable[[], datetime]) -> Capture:
        with _client(self._settings) as client:
            current = url
            for _ in range(MOST_REDIRECTS + 1):
                parts = _checked(current)
                name = short_name(current)
                if not self._robots_of(client, parts.scheme, parts.netloc).allows(
                    (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                ):
                    raise FetchRefused(
                        f"{name} asks not to be read by programs (robots.txt).",
                        "Save the page in a browser and add the file, if its owner allows that.",
                    )
                answer = self._get(client, current, headers, self._settings.largest)
                if answer.location is not None:
                    current = answer.location
                    continue
                return _capture(url, current, answer, clock)
        raise FetchRefused(f"{short_name(url)} leads on more than {MOST_REDIRECTS} times.", "Check the address.")

    def _robots_of(self, client: "httpx2.Client", scheme: str, site: str) -> Robots:
        """Return a site's rules: none when it has no file, everything closed when it cannot say (RFC 9309, 2.3.1)."""
        key = f"{scheme}://{site}"
        if key in self._robots:
            return self._robots[key]
        current = f"{key}/robots.txt"
        rules = Robots(())
        for _ in range(6):  # the RFC asks for at least five redirects
            answer = self._get(client, current, {}, LARGEST_ROBOTS, cut=True)
            if answer.location is not None:
                current = answer.location
                continue
            if 200 <= answer.status < 300:
                rules = parse_robots(answer.data.decode("utf-8", "replace"), PRODUCT)
            elif answer.status >= 500:
                raise _Busy(
                    FetchRefused(
                        f"{short_name(key)} could not say whether it may be read (robots.txt: {answer.status}).",
                        "Try again later.",
                    )
                )
            break
        self._robots[key] = rules
        return rules

    def _get(
        self, client: "httpx2.Client", url: str, headers: Mapping[str, str], largest: int, *, cut: bool = False
    ) -> _Answer:
        """Return one answer. ``cut`` keeps the first ``largest`` bytes instead of refusing more."""
        import httpx2

        parts = _checked(url)
        name = short_name(url)
        host = str(parts.hostname)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._keep_to_deadline(name)
        address = _resolved(host, port, name, self._settings.allow_private)
        # Connect to the address that was judged; the name goes along for the site and for its certificate.
        try:
            named = httpx2.URL(url)
            target = named.copy_with(host=address)
            sent = {**headers, "Host": named.netloc.decode("ascii")}
            with client.stream(
                "GET", target, headers=sent, extensions={"sni_hostname": named.raw_host.decode("ascii")}
            ) as response:
                status = response.status_code
                kept = {key.lower(): value for key, value in response.headers.items()}
                location = kept.get("location")
                if status in _REDIRECTS and location:
                    return _Answer(status, kept, b"", _joined(url, location, name))
                encoding = kept.get("content-encoding", "").strip().lower()
                if encoding not in _ENCODINGS:
                    raise FetchRefused(f"{name} is packed in a way that is not read ({encoding[:40]}).")
                if status == 304:
                    return _Answer(status, kept, b"", None)
                data = self._body(response, name, largest, cut) if 200 <= status < 300 else b""
                return _Answer(status, kept, data, None)
        except httpx2.DecodingError as error:
            raise FetchRefused(f"{name} is packed in a way that is damaged.", "Try again later.") from error
        except httpx2.TimeoutException as error:
            raise _Busy(FetchRefused(f"{name} did not answer in time.", "Try again later.")) from error
        except (httpx2.NetworkError, httpx2.RemoteProtocolError) as error:
            if "certificate" in str(error).lower():
                raise FetchRefused(f"{name} could not prove that it is that site (its certificate).") from error
            raise _Busy(
                FetchRefused(f"{name} could not be reached.", "Check the address and the connection.")
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise FetchRefused(f"{name} could not be read ({type(error).__name__}).", "Check the address.") from error

    def _keep_to_deadline(self, name: str) -> None:
        if time.monotonic() > self._deadline:
            raise FetchRefused(f"{name} did not come in {self._settings.deadline:g} seconds.", "Try again later.")

    def _body(self, response: "httpx2.Response", name: str, largest: int, cut: bool) -> bytes:
        """Return the decompressed bytes, counted as they come: a small packed page may unpack to any size."""
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_bytes():
            size += len(piece)
            pieces.append(piece)
            if size > largest:
                if cut:
                    break
                raise FetchRefused(
                    f"{name} has more than {largest / 1024 / 1024:,.0f} MB.",
                    "Save the part that matters and add the file.",
                )
            self._keep_to_deadline(name)
        return b"".join(pieces)[:largest] if cut else b"".join(pieces)


@contextmanager
def _client(settings: FetchSettings) -> Iterator["httpx2.Client"]:
    import httpx2

    # No proxies from the environment: a proxy would resolve the name again, to an address that nobody has judged.
    with httpx2.Client(
        headers={"User-Agent": settings.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
        timeout=settings.timeout,
        follow_redirects=False,
        trust_env=False,
        verify=httpx2.create_ssl_context(),
    ) as client:
        yield client


def _checked(url: str) -> "_Parts":
    name = short_name(url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchRefused(f"{name} is not a web address.", "Write it in full, from https:// on.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchRefused(f"{name} is not a web address.", "Write it in full, from https:// on.")
    if parts.username is not None or parts.password is not None:
        raise FetchRefused("An address with a name or password in it is not read.", "Leave them out.")
    return _Parts(parts.scheme, parts.netloc, host, port, parts.path, parts.query)


@dataclass(frozen=True, slots=True)
class _Parts:
    scheme: str
    netloc: str
    hostname: str
    port: int | None
    path: str
    query: str


def _joined(url: str, location: str, name: str) -> str:
    try:
        return urljoin(url, location.strip()).split("#")[0]
    except ValueError as error:
        raise FetchRefused(f"{name} leads on to something that is not a web address.") from error


def _resolved(host: str, port: int, name: str, allow_private: bool) -> str:
    """Return the address to connect to; raise `FetchRefused` when any address of the name is not public."""
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
        found = socket.getaddrinfo(ascii_host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _Busy(
            FetchRefused(f"{name} could not be found: no machine has that name.", "Check the address.")
        ) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise FetchRefused(f"{name} could not be found: no machine has that name.", "Check the address.")
    if not allow_private and not all(is_public(address) for address in addresses):
        raise FetchRefused(
            f"{name} is on this machine or a private network, and only public pages are read.",
            "Save the page and add the file.",
        )
    # Version 4 first: many networks have no route for version 6, and one judged address is enough.
    return next((address for address in addresses if ":" not in address), addresses[0])


def is_public(address: str) -> bool:
    """Return whether an IP address is on the public internet, whatever form wraps it (mapped, 6to4, NAT64)."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    inner: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = [ip]
    if isinstance(ip, ipaddress.IPv6Address):
        inner += [wrapped for wrapped in (ip.ipv4_mapped, ip.sixtofour) if wrapped]
        inner += list(ip.teredo or ())
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    return all(
        each.is_global and not (each.is_multicast or each.is_reserved or each.is_unspecified or each.is_loopback)
        for each in inner
    )


def _capture(url: str, final_url: str, answer: _Answer, clock: Callable[[], datetime]) -> Capture:
    name = short_name(final_url)
    status = answer.status
    if status in (404, 410):
        raise FetchRefused(f"{name} is not there ({status}).", "Check the address; the page may have moved.")
    if status in (401, 403, 451):
        raise FetchRefused(f"{name} may not be read ({status}).", "Save the page in a browser and add the file.")
    if status in _RETRIED:
        raise _Busy(FetchRefused(f"{name} is too busy to answer ({status}).", "Try again later."))
    if status != 304 and not 200 <= status < 300:
        raise FetchRefused(f"{name} answered with an error ({status}).", "Try again later.")
    if status != 304 and not answer.data:
        raise FetchRefused(f"{name} is empty.", "Check the address.")
    content_type, _, parameters = answer.headers.get("content-type", "").partition(";")
    charset = next(
        (
            value.strip(" \"'")
            for key, _, value in (p.partition("=") for p in parameters.split(";"))
            if key.strip().lower() == "charset"
        ),
        None,
    )
    return Capture(
        url=url,
        final_url=final_url,
        status=304 if status == 304 else 200,
        data=answer.data,
        content_type=content_type.strip().lower(),
        charset=charset or None,
        fetched_at=clock().astimezone(UTC).isoformat(timespec="seconds"),
        hash="sha256:" + hashlib.sha256(answer.data).hexdigest(),
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
    )
