"""A file from a hospital's portal, as bytes, to resources: what cannot be one is refused with a sentence.

FHIR JSON in any form that portals hand out: a bundle (also one inside another), a single resource, a list, or one resource a
line (NDJSON). R4 is meant; R4B and R5 are read where they agree or where it is plain what they mean.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from waymark.languages.texts import message
from waymark.record.errors import ImportRefused

LARGEST = 32 << 20
"""Bytes of a file that is read."""
MOST = 20_000
"""Resources that are looked at in one file."""
_BUNDLES_INSIDE = 3


@dataclass(frozen=True, slots=True, repr=False)
class Resource:
    """One resource of a file: its kind, where it stands ("Condition/12"), its content, and the resources inside it by id."""

    kind: str
    source: str
    content: Mapping[str, Any]
    contained: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Bundle:
    """All resources of a file. ``by_reference`` finds one as others name it: "Medication/3", or its full address."""

    resources: tuple[Resource, ...]
    by_reference: Mapping[str, Mapping[str, Any]]

    def of(self, kind: str) -> tuple[Resource, ...]:
        return tuple(each for each in self.resources if each.kind == kind)


def read_bundle(content: bytes) -> Bundle:
    """Return the resources of a file. Raises `ImportRefused` with a sentence for whatever cannot be read."""
    resources: list[Resource] = []
    by_reference: dict[str, Mapping[str, Any]] = {}
    for number, (address, each) in enumerate(_unpacked(_parsed(_text(content)), 0), 1):
        if number > MOST:
            raise ImportRefused(
                message("This file holds more than %(most)s items.", most=MOST),
                message("Ask the portal for a part of it: one year, or one kind."),
            )
        kind, made = each["resourceType"], _string(each.get("id"))
        inside = each.get("contained")
        contained = {
            str(one.get("id")): one for one in (inside if isinstance(inside, list) else []) if isinstance(one, dict)
        }
        resources.append(Resource(kind, f"{kind}/{made or number}", each, contained))
        for name in (address, f"{kind}/{made}" if made else ""):
            if name:
                by_reference.setdefault(name, each)
    if not resources:
        raise ImportRefused(
            message("There is nothing in this file that Waymark can read."),
            message("Ask the portal for your record as FHIR (JSON)."),
        )
    if all(each.kind == "OperationOutcome" for each in resources):
        raise ImportRefused(
            message("The portal put an error message into this file instead of your record."),
            message("Ask for the file again."),
        )
    return Bundle(tuple(resources), by_reference)


def _text(content: bytes) -> str:
    """Return the file's text, or say what the file is instead."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content.strip():
        raise ImportRefused(message("This file is empty."), message("Ask for it again, or choose another file."))
    if len(content) > LARGEST:
        raise ImportRefused(
            message("This file is larger than %(most)s megabytes.", most=LARGEST >> 20),
            message("Ask the portal for a part of it: one year, or one kind."),
        )
    if start.startswith((b"<!doctype html", b"<html")):
        raise ImportRefused(
            message("This is a web page, not the file behind it."),
            message("Use the portal's own button for downloading your record."),
        )
    if start.startswith(b"<"):
        raise ImportRefused(
            message("This file is written in XML."), message("Ask the portal for your record as FHIR in JSON.")
        )
    if start.startswith(b"%pdf"):
        raise ImportRefused(
            message("This is a PDF: it is for reading, and nothing can be taken in from it by itself."),
            message("Copy what you want to keep from it, or ask the portal for FHIR in JSON."),
        )
    if start.startswith(b"pk\x03\x04"):
        raise ImportRefused(
            message("This is a packed file (zip), and no export of Waymark."),
            message("Unpack it and choose the file inside that ends in .json."),
        )
    encoding = "utf-8-sig"
    for mark, name in (
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            encoding = name
            break
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise ImportRefused(
            message("The letters of this file cannot be read (its encoding is not UTF-8)."),
            message("Ask the portal for it again as FHIR in JSON."),
        ) from None


def _parsed(text: str) -> Any:
    try:
        return _json(text)
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines):
            try:
                return [_json(line) for line in lines]  # NDJSON: one resource a line
            except (ValueError, RecursionError):
                pass
        raise ImportRefused(
            message("This is not an export of Waymark and no hospital's file (FHIR, JSON), or it is not whole."),
            message("Download it again, and choose the file as it was saved."),
        ) from None


def _json(text: str) -> Any:
    # A number stays as it is written: "2.50" of a dose is not 2.5.
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def _too_deep() -> ImportRefused:
    return ImportRefused(
        message("This file is nested deeper than any medical record."), message("Choose another file.")
    )


def _unpacked(held: Any, depth: int, address: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each resource with the address that a bundle gives it."""
    if depth > _BUNDLES_INSIDE:
        raise _too_deep()
    if isinstance(held, list):
        for each in held:
            yield from _unpacked(each, depth + 1)
        return
    if not isinstance(held, dict) or not isinstance(held.get("resourceType"), str):
        if depth == 0:
            raise ImportRefused(
                message("This file is no FHIR file: it does not say what it holds."),
                message("Ask the portal for your record as FHIR (JSON)."),
            )
        return
    if held["resourceType"] != "Bundle":
        yield address, held
        return
    entries = held.get("entry")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            yield from _unpacked(entry.get("resource"), depth + 1, _string(entry.get("fullUrl")))


def _string(held: Any) -> str:
    return held if isinstance(held, str) else ""
