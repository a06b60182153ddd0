"""The polite reading of addresses: who reads is said, each site's wishes are kept to, and nothing grows without a limit.

One `Session` reads one address after the other. It asks a host once a second at most, keeps to robots.txt, leaves a site
alone that asks for it, and connects only to addresses that were judged (`waymark.sources.network`).
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import TYPE_CHECKING, Self

from waymark.errors import FetchRefused
from waymark.sources.addresses import Parts, checked, is_public, joined, private
from waymark.sources.front import short_name
from waymark.sources.manners import Manners, retry_after
from waymark.sources.robots import LARGEST as LARGEST_ROBOTS
from waymark.sources.robots import Robots, parse_robots

if TYPE_CHECKING:
    import httpx2

__all__ = ["LARGEST_PAGE", "MOST_REDIRECTS", "Capture", "FetchSettings", "Session", "fetch", "is_public"]

PRODUCT = "Waymark"
MOST_REDIRECTS = 10
LARGEST_PAGE = 20 * 1024 * 1024
"""Bytes of the largest page that is read, after decompression."""

_FIRST_WAIT = 0.25  # seconds before the second attempt; four times as long before each further one
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_RETRIED = frozenset({429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_ACCEPT = "text/html,application/xhtml+xml,text/markdown,text/plain;q=0.9,application/pdf;q=0.8,*/*;q=0.1"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How addresses are read.

    ``contact``: an address or page that a site's keeper can turn to, named in the user agent. ``timeout``: seconds for
    one step (connecting, one read); ``deadline``: seconds for one address, redirects and waiting included. ``attempts``:
    tries when a site is busy or the line breaks. ``gap``: least seconds between two requests to one host.
    ``private_hosts``: hosts ("intranet.example", "127.0.0.1:8080") of the own machine or network that an operator may
    name an address of. A page or a redirect never leads there.
    """

    contact: str = ""
    timeout: float = 15.0
    deadline: float = 90.0
    attempts: int = 3
    largest: int = LARGEST_PAGE
    gap: float = 1.0
    private_hosts: tuple[str, ...] = ()

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
    data. ``fetched_at`` is UTC in ISO 8601. ``moved`` says that the page has a new address for good (every redirect on the
    way said so).
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
    moved: bool = False


class _Busy(Exception):
    """The site asked to come again later, or the line broke: worth another attempt."""

    def __init__(self, refusal: FetchRefused) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    data: bytes
    location: str | None


def fetch(
    url: str,
    settings: FetchSettings | None = None,
    *,
    if_none_match: str | None = None,
    if_modified_since: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Capture:
    """Read one http(s) address and return what it holds; see `Session.fetch`. For several, use one `Session`."""
    with Session(settings, clock=clock) as session:
        return session.fetch(url, if_none_match=if_none_match, if_modified_since=if_modified_since)


class Session:
    """Reads addresses one after the other. Use it as a context manager; it is not shared between threads."""

    def __init__(
        self,
        settings: FetchSettings | None = None,
        manners: Manners | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        import httpx2

        from waymark.sources.network import JudgedBackend, JudgedTransport

        self.settings = settings or FetchSettings()
        self.manners = manners or Manners(gap=self.settings.gap)
        self._clock = clock
        self._backend = JudgedBackend()
        # No proxies from the environment: a proxy would resolve the name again, to an address that nobody has judged.
        self._client = httpx2.Client(
            transport=JudgedTransport(self._backend),
            headers={
                "User-Agent": self.settings.user_agent,
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate",
            },
            timeout=self.settings.timeout,
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def fetch(
        self,
        url: str,
        *,
        if_none_match: str | None = None,
        if_modified_since: str | None = None,
        named: bool = True,
    ) -> Capture:
        """Read one http(s) address and return what it holds.

        ``named`` says that a person at this machine named the address: only then, and only for its own host, do the private
        hosts of the settings count. An address out of a page or from over the network is not named.

        ``if_none_match`` and ``if_modified_since`` are the ``etag`` and ``last_modified`` of an earlier capture; a page
        that has not changed comes back with status 304 and no data. Raises `FetchRefused` with one sentence for an address
        that may not be read or could not be.
        """
        conditions = {"If-None-Match": if_none_match, "If-Modified-Since": if_modified_since}
        headers = {name: value for name, value in conditions.items() if value}
        self._begin(url, named)
        wait = _FIRST_WAIT
        for attempt in range(1, self.settings.attempts + 1):
            try:
                return self._read(url.strip(), headers)
            except _Busy as busy:
                pause = wait if busy.refusal.again_in is None else busy.refusal.again_in
                if attempt == self.settings.attempts or time.monotonic() + pause > self._backend.deadline:
                    raise busy.refusal from None
                self.manners.sleep(pause)
            wait *= 4
        raise FetchRefused(f"{short_name(url)} was not tried.", "Ask for one attempt at least.")

    def robots_of(self, url: str, *, named: bool = True) -> Robots:
        """Return the rules of an address's site. Raises `FetchRefused` when it cannot say."""
        self._begin(url, named)
        try:
            return self._robots_of(checked(url))
        except _Busy as busy:
            raise busy.refusal from None

    def _begin(self, url: str, named: bool) -> None:
        parts = checked(url.strip())
        mine = named and parts.is_one_of(self.settings.private_hosts)
        self._backend.private_hosts = (parts.hostname,) if mine else ()
        self._backend.deadline = time.monotonic() + self.settings.deadline

    def _read(self, url: str, headers: Mapping[str, str]) -> Capture:
        current = url
        for_good = True
        for _ in range(MOST_REDIRECTS + 1):
            parts = checked(current)
            name = short_name(current)
            if not self._robots_of(parts).allows(parts.asked):
                raise FetchRefused(
                    f"{name} asks not to be read by programs (robots.txt).",
                    "Save the page in a browser and add the file, if its owner allows that.",
                    reason="robots",
                )
            answer = self._get(current, headers, self.settings.largest)
            if answer.location is not None:
                for_good = for_good and answer.status in _FOR_GOOD
                current = answer.location
                continue
            return self._capture(url, current, answer, moved=for_good and current != url)
        raise FetchRefused(
            f"{short_name(url)} leads on more than {MOST_REDIRECTS} times.", "Check the address.", reason="loop"
        )

    def _robots_of(self, parts: Parts) -> Robots:
        """Return a site's rules: none when it has no file, everything closed when it cannot say (RFC 9309, 2.3.1)."""
        known = self.manners.robots.get(parts.site)
        if known is not None:
            return known
        current = f"{parts.site}/robots.txt"
        rules = Robots(())
        for _ in range(6):  # the RFC asks for at least five redirects
            answer = self._get(current, {}, LARGEST_ROBOTS, cut=True)
            if answer.location is not None:
                current = answer.location
                continue
            if 200 <= answer.status < 300:
                rules = parse_robots(answer.data.decode("utf-8", "replace"), PRODUCT)
            elif answer.status >= 500:
                raise self._busy(
                    answer,
                    current,
                    f"{short_name(parts.site)} could not say whether it may be read (robots.txt: {answer.status}).",
                )
            break
        self.manners.robots[parts.site] = rules
        self.manners.keep_to(parts.netloc, rules)
        return rules

    def _get(self, url: str, headers: Mapping[str, str], largest: int, *, cut: bool = False) -> _Answer:
        """Return one answer. ``cut`` keeps the first ``largest`` bytes instead of refusing more."""
        import httpx2

        parts = checked(url)
        name = short_name(url)
        if parts.is_one_of(self.settings.private_hosts) and parts.hostname not in self._backend.private_hosts:
            raise private(name)  # also where a connection to it is still open
        self._leave_alone(parts.netloc, name)
        self.manners.wait(parts.netloc)
        self._keep_to_deadline(name)
        self._client.cookies.clear()  # a reader that can be followed from page to page is not a polite one
        try:
            with self._client.stream("GET", url, headers=dict(headers)) as response:
                status = response.status_code
                kept = {key.lower(): value for key, value in response.headers.items()}
                location = kept.get("location")
                if status in _REDIRECTS and location:
                    return _Answer(status, kept, b"", joined(url, location))
                encoding = kept.get("content-encoding", "").strip().lower()
                if encoding not in _ENCODINGS:
                    raise FetchRefused(
                        f"{name} is packed in a way that is not read ({encoding[:40]}).", reason="damaged"
                    )
                if status == 304:
                    return _Answer(status, kept, b"", None)
                data = self._body(response, name, largest, cut) if 200 <= status < 300 else b""
                return _Answer(status, kept, data, None)
        except httpx2.DecodingError as error:
            raise FetchRefused(
                f"{name} is packed in a way that is damaged.", "Try again later.", reason="damaged"
            ) from error
        except httpx2.TimeoutException as error:
            self._keep_to_deadline(name)
            raise _Busy(FetchRefused(f"{name} did not answer in time.", "Try again later.", reason="slow")) from error
        except (httpx2.NetworkError, httpx2.RemoteProtocolError) as error:
            if "certificate" in str(error).lower():
                raise FetchRefused(
                    f"{name} could not prove that it is that site (its certificate).", reason="unreachable"
                ) from error
            raise _Busy(
                FetchRefused(
                    f"{name} could not be reached.", "Check the address and the connection.", reason="unreachable"
                )
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise FetchRefused(f"{name} could not be read ({type(error).__name__}).", "Check the address.") from error

    def _leave_alone(self, host: str, name: str) -> None:
        seconds = self.manners.paused(host)
        if seconds > 0:
            raise FetchRefused(
                f"{name} asked to be left alone for {_span(seconds)} more.",
                "Try again after that.",
                reason="busy",
                again_in=seconds,
            )

    def _keep_to_deadline(self, name: str) -> None:
        if time.monotonic() >= self._backend.deadline:
            raise FetchRefused(
                f"{name} did not come in {self.settings.deadline:g} seconds.", "Try again later.", reason="slow"
            )

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
                    reason="large",
                )
            self._keep_to_deadline(name)
        return b"".join(pieces)[:largest] if cut else b"".join(pieces)

    def _busy(self, answer: _Answer, url: str, sentence: str) -> _Busy:
        """Return what says that a site is busy; how long it asks to be left alone is kept to, also by later pages."""
        seconds = retry_after(answer.headers.get("retry-after"), self._clock())
        host = checked(url).netloc
        if seconds and time.monotonic() + seconds > self._backend.deadline:
            self.manners.pause(host, seconds)
        step = f"Try again in {_span(seconds)}: it asks for that." if seconds else "Try again later."
        return _Busy(FetchRefused(sentence, step, reason="busy", again_in=seconds))

    def _capture(self, url: str, final_url: str, answer: _Answer, moved: bool) -> Capture:
        name = short_name(final_url)
        status = answer.status
        if status in (404, 410):
            raise FetchRefused(
                f"{name} is not there ({status}).",
                "Check the address; the page may have moved.",
                reason="gone" if status == 410 else "missing",
            )
        if status in (401, 403, 451):
            raise FetchRefused(
                f"{name} may not be read ({status}).",
                "Save the page in a browser and add the file.",
                reason="forbidden",
            )
        if status in _RETRIED:
            raise self._busy(answer, final_url, f"{name} is too busy to answer ({status}).")
        if status != 304 and not 200 <= status < 300:
            raise FetchRefused(f"{name} answered with an error ({status}).", "Try again later.")
        if status != 304 and not answer.data:
            raise FetchRefused(f"{name} is empty.", "Check the address.", reason="empty")
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
            fetched_at=self._clock().astimezone(UTC).isoformat(timespec="seconds"),
            hash="sha256:" + hashlib.sha256(answer.data).hexdigest(),
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            moved=moved,
        )


def _span(seconds: float) -> str:
    """Return a length of time in words: 40 seconds, 5 minutes, 2 hours."""
    for size, word in ((3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {word}" + ("" if count == 1 else "s")
    count = max(1, round(seconds))
    return f"{count} second" + ("" if count == 1 else "s")
