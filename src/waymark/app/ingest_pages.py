"""From addresses to documents: each page is captured (bytes, hash, time, beside what the server said) and then read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from waymark.app.ingest import AddReport, _Read, _take, document_of
from waymark.app.progress import Progress, quiet
from waymark.errors import FetchRefused, InputRefused, WaymarkError
from waymark.library.catalogue import Catalogue, Seen
from waymark.settings import Settings
from waymark.sources.captures import Captures, Outcome, Reading, outcome_of
from waymark.sources.drafts import Draft, read
from waymark.sources.folders import Found
from waymark.sources.front import short_name

if TYPE_CHECKING:
    from waymark.sources.fetch import Capture, FetchSettings, Session


def is_address(text: str) -> bool:
    """Return whether an input of `waymark add` is an address, not a path."""
    return urlsplit(text).scheme.lower() in ("http", "https") if "://" in text else False


def captures_of(catalogue: Catalogue) -> Captures:
    return Captures(catalogue.folder / "captures")


def fetch_settings(settings: Settings) -> "FetchSettings":
    """Return how addresses are read, as the operator chose. Raises `InputRefused` when reading them is turned off."""
    from waymark.sources.fetch import FetchSettings

    if not settings.online:
        raise InputRefused(
            "Reading pages by their address is turned off here (WAYMARK_ONLINE is 0).",
            "Save the page and add the file, or set WAYMARK_ONLINE=1.",
        )
    return FetchSettings(contact=settings.contact, private_hosts=settings.private_hosts)


@dataclass(frozen=True, slots=True)
class Page:
    """One address that was read: what became of it, its bytes and its draft where there are any.

    ``refusal`` is the sentence for the person where the page could not be read. ``reading`` says nothing yet of whether the
    text is another than before: whoever holds the former text says that.
    """

    reading: Reading
    capture: "Capture | None" = None
    draft: Draft | None = None
    refusal: str = ""


def read_pages(
    session: "Session",
    urls: Sequence[str],
    before: Mapping[str, Reading],
    progress: Progress = quiet,
    *,
    named: bool = False,
) -> Iterator[Page]:
    """Yield what each address holds now, one after the other.

    ``before`` gives the last reading of an address that has its bytes: the site is asked whether the page has changed since.
    Nothing is written. ``named``: see `add_pages`.
    """
    for done, url in enumerate(urls, start=1):
        yield _read_page(session, url, before.get(url), named)
        progress("fetching", done, len(urls))


def _read_page(session: "Session", url: str, before: Reading | None, named: bool) -> Page:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        capture = session.fetch(
            url,
            if_none_match=before.etag if before else None,
            if_modified_since=before.last_modified if before else None,
            named=named,
        )
        _refuse_front_page(url, capture)
    except FetchRefused as error:
        return Page(
            Reading(url, now, outcome_of(error.reason), why=str(error), not_before=_later(now, error.again_in)),
            refusal=str(error),
        )
    reading = Reading(
        url,
        capture.fetched_at,
        Outcome.MOVED if capture.moved else Outcome.NEW if before is None else Outcome.CHANGED,
        final_url=capture.final_url,
        hash=capture.hash,
        content_type=capture.content_type,
        charset=capture.charset,
        etag=capture.etag,
        last_modified=capture.last_modified,
    )
    if before is not None and (capture.status == 304 or capture.hash == before.hash):
        # What the server says of the page may be newer; what it leaves out of a 304 still holds.
        outcome = Outcome.MOVED if capture.moved else Outcome.UNCHANGED
        return Page(
            replace(
                reading,
                outcome=outcome,
                hash=before.hash,
                content_type=capture.content_type or before.content_type,
                charset=capture.charset or before.charset,
                etag=capture.etag or before.etag,
                last_modified=capture.last_modified or before.last_modified,
            ),
            capture if capture.status == 200 else None,
        )
    try:
        draft = read(capture.data, capture.final_url, capture.charset)
    except InputRefused as error:
        return Page(replace(reading, outcome=outcome_of(error.reason), why=str(error)), capture, refusal=str(error))
    except (RecursionError, MemoryError):
        refusal = "The page is nested too deeply, or too large, to be read on this machine."
        return Page(replace(reading, outcome=Outcome.UNREADABLE, why=refusal), capture, refusal=refusal)
    return Page(reading, capture, draft)


def _refuse_front_page(url: str, capture: "Capture") -> None:
    """Raise `FetchRefused` for a page that now only leads to its site's front page: that is how many sites say "gone"."""
    asked, came = urlsplit(url), urlsplit(capture.final_url)
    if asked.path.strip("/") and not came.path.strip("/") and not came.query:
        raise FetchRefused(
            f"{short_name(url)} leads to the front page of its site, so the page itself is not there any more.",
            "Check the address; the page may have moved.",
            reason="missing",
        )


def _later(now: str, seconds: float | None) -> str | None:
    if not seconds:
        return None
    return (datetime.fromisoformat(now) + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def _as_read(page: Page, seen_before: Seen | None) -> _Read:
    """Return the page as the library takes it in."""
    reading = page.reading
    if page.refusal:
        return _Read(Seen(reading.url, 0, 0, "", None, "rejected", page.refusal), refused=page.refusal)
    digest = (reading.hash or "").removeprefix("sha256:")
    if page.draft is None and seen_before is not None:
        return _Read(seen_before)
    size = len(page.capture.data) if page.capture else 0

    def seen(document: str | None, outcome: str, reason: str = "") -> Seen:
        return Seen(reading.url, size, 0, digest, document, outcome, reason)

    assert page.draft is not None  # without a former reading the page was not asked for changes only
    try:
        document, reasons = document_of(page.draft, reading.at)
    except WaymarkError as error:
        return _Read(seen(None, "rejected", str(error)), refused=str(error))
    return _Read(seen(document.id, "held" if reasons else "taken", "; ".join(reasons)), document, reasons)


def _still_here(catalogue: Catalogue, captures: Captures) -> dict[str, Reading]:
    """Return the last readings whose documents the library still has as they were read; others are read as if new."""
    known = catalogue.seen_all()
    found = {}
    for url, reading in captures.last_read().items():
        seen = known.get(url)
        if seen and seen.outcome != "rejected" and reading.hash and seen.file_hash == reading.hash[len("sha256:") :]:
            found[url] = reading
    return found


def add_pages(
    catalogue: Catalogue,
    urls: Sequence[str],
    actor: str,
    settings: Settings,
    progress: Progress = quiet,
    how: "FetchSettings | None" = None,
    *,
    named: bool = False,
) -> AddReport:
    """Read pages by their addresses and take them into the library; the index is the caller's to bring up to date.

    All pages are fetched before the library is locked, and each reading is kept whatever becomes of it. A page that has not
    changed since it was last added is not read again. ``named`` is True only for addresses that a person at this machine
    typed: whatever a page, a form or a program over the network gives never leads into a private network. Raises
    `InputRefused` when fetching is turned off.
    """
    from waymark.sources.fetch import Session

    how = how or fetch_settings(settings)
    report = AddReport()
    captures = captures_of(catalogue)
    with Session(how) as session:
        pages = list(read_pages(session, urls, _still_here(catalogue, captures), progress, named=named))
    with catalogue.writing() as writer:
        for page in pages:
            url = page.reading.url
            if page.capture is not None and page.capture.status == 200:
                captures.keep(page.capture)
            captures.note(page.reading)
            read_as = _as_read(page, catalogue.seen(url))
            _take(catalogue, writer, report, Found(Path(url), url, 0), read_as, actor)
    return report


@dataclass(frozen=True, slots=True)
class Listed:
    """Addresses out of lists: those that a person keeps in a file or chose by name, and those that a site lists itself."""

    typed: tuple[str, ...]
    of_sites: tuple[str, ...]


def listed_addresses(
    lists: Sequence[str], sitemaps: Sequence[str], settings: Settings, matching: str = "", most: int = 500
) -> Listed:
    """Return the addresses of lists (files, or ready ones by name) and of sites' sitemaps.

    Raises `UsageError` for a list that is not there, and `FetchRefused` or `UnreadableSource` for a sitemap that cannot be
    read.
    """
    from waymark.sources.address_lists import addresses_in

    typed = tuple(address for name in lists for address in addresses_in(name))
    if not sitemaps:
        return Listed(typed, ())
    from waymark.sources.fetch import Session
    from waymark.sources.sitemaps import LARGEST, pages_of

    how = replace(fetch_settings(settings), largest=LARGEST)
    with Session(how) as session:
        of_sites = [page for sitemap in sitemaps for page in pages_of(session, sitemap, matching, most)]
    return Listed(typed, tuple(of_sites))


def distinct(urls: Iterable[str]) -> list[str]:
    """Return the addresses without fragments, each once, in their order."""
    return list(dict.fromkeys(url.strip().split("#", 1)[0] for url in urls if url.strip()))
