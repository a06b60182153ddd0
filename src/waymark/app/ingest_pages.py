"""From addresses to documents: each page is captured (bytes, hash, time, beside what the server said) and then read."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from waymark.app.capture_notes import note_bytes
from waymark.app.ingest import AddReport, _Read, _take, document_of
from waymark.app.progress import Progress, quiet
from waymark.errors import FetchRefused, InputRefused, WaymarkError
from waymark.library.catalogue import Catalogue, Seen
from waymark.library.folder import cannot_write, write_whole
from waymark.settings import Settings
from waymark.sources.drafts import read
from waymark.sources.folders import Found

if TYPE_CHECKING:
    from waymark.sources.fetch import Capture, FetchSettings


def is_address(text: str) -> bool:
    """Return whether an input of `waymark add` is an address, not a path."""
    return urlsplit(text).scheme.lower() in ("http", "https") if "://" in text else False


@dataclass(frozen=True, slots=True)
class Captures:
    """The captures of a library: ``captures/<hash>`` holds the bytes, ``<hash>.json`` where, when and how they came."""

    folder: Path

    def keep(self, capture: "Capture") -> Path:
        """Write a capture and return its place. The same bytes are kept once; what is said of them is the latest."""
        name = capture.hash.removeprefix("sha256:")
        said = {
            "url": capture.url,
            "final_url": capture.final_url,
            "fetched_at": capture.fetched_at,
            "content_type": capture.content_type,
            "charset": capture.charset,
            "hash": capture.hash,
            "etag": capture.etag,
            "last_modified": capture.last_modified,
        }
        try:
            self.folder.mkdir(exist_ok=True)
            place = self.folder / name
            if not place.exists():
                write_whole(place, capture.data, durable=True)
            write_whole(self.folder / f"{name}.json", note_bytes(said))
        except OSError as error:
            raise cannot_write(error, self.folder) from error
        return place

    def said_of(self, seen: Seen | None) -> dict[str, Any]:
        """Return what is known of the last capture of an address; empty when there is none."""
        if seen is None:
            return {}
        try:
            said = json.loads((self.folder / f"{seen.file_hash}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) and said.get("url") == seen.origin else {}


@dataclass(frozen=True, slots=True)
class _Fetched:
    url: str
    before: Seen | None
    capture: "Capture | None"
    refusal: str = ""


def _fetch_all(
    catalogue: Catalogue, captures: Captures, urls: Sequence[str], how: "FetchSettings | None", progress: Progress
) -> Iterator[_Fetched]:
    from waymark.sources.fetch import fetch

    for done, url in enumerate(urls, start=1):
        before = catalogue.seen(url)
        said = captures.said_of(before)
        try:
            got = fetch(url, how, if_none_match=said.get("etag"), if_modified_since=said.get("last_modified"))
            yield _Fetched(url, before, got)
        except FetchRefused as error:
            yield _Fetched(url, before, None, str(error))
        progress("fetching", done, len(urls))


def _read_capture(fetched: _Fetched) -> _Read:
    capture = fetched.capture
    if capture is None:
        return _Read(Seen(fetched.url, 0, 0, "", None, "rejected", fetched.refusal), refused=fetched.refusal)
    if capture.status == 304 and fetched.before is not None:
        return _Read(fetched.before)
    digest = capture.hash.removeprefix("sha256:")
    if fetched.before is not None and fetched.before.file_hash == digest:
        return _Read(fetched.before)

    def seen(document: str | None, outcome: str, reason: str = "") -> Seen:
        return Seen(fetched.url, len(capture.data), 0, digest, document, outcome, reason)

    try:
        draft = read(capture.data, capture.final_url, capture.charset)
        document, reasons = document_of(draft, capture.fetched_at)
    except WaymarkError as error:
        return _Read(seen(None, "rejected", str(error)), refused=str(error))
    except RecursionError:
        refusal = "The page is nested too deeply to be read."
        return _Read(seen(None, "rejected", refusal), refused=refusal)
    return _Read(seen(document.id, "held" if reasons else "taken", "; ".join(reasons)), document, reasons)


def add_pages(
    catalogue: Catalogue,
    urls: Sequence[str],
    actor: str,
    settings: Settings,
    progress: Progress = quiet,
    how: "FetchSettings | None" = None,
) -> AddReport:
    """Read pages by their addresses and take them into the library; the index is the caller's to bring up to date.

    All pages are fetched before the library is locked. A page that has not changed since it was last added is not read
    again. Raises `InputRefused` when fetching is turned off.
    """
    if not settings.online:
        raise InputRefused(
            "Reading pages by their address is turned off here (WAYMARK_ONLINE is 0).",
            "Save the page and add the file, or set WAYMARK_ONLINE=1.",
        )
    report = AddReport()
    captures = Captures(catalogue.folder / "captures")
    fetched = list(_fetch_all(catalogue, captures, urls, how, progress))
    with catalogue.writing() as writer:
        for each in fetched:
            capture = each.capture
            place = captures.keep(capture) if capture is not None and capture.status == 200 else Path(each.url)
            _take(catalogue, writer, report, Found(place, each.url, 0), _read_capture(each), actor)
    return report
