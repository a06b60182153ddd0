"""Records: each document as Markdown with front matter, which any Waymark takes in again with the same content."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from waymark.app.export import Folder, Keys, Wanted, Written
from waymark.errors import InvalidDocument
from waymark.library.body import Body, normalise
from waymark.library.document import Card, Document, Status
from waymark.library.folder import readable, readable_front
from waymark.library.front_matter import REQUIRED, write

# A link text may hold one pair of brackets, an address one pair of parentheses, as CommonMark has them balanced.
_TEXT = r"(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*\])*"
_TITLE = r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?"
_IMAGE = re.compile(
    rf"(?P<words>(?<!\\)!\[{_TEXT}\])\(\s*(?P<address><[^<>\n]*>|(?:[^\s()\\]|\\.|\([^\s()]*\))*){_TITLE}\s*\)"
)
_REFERRED_IMAGE = re.compile(rf"(?<!\\)!\[(?P<words>{_TEXT})\](?:\[(?P<name>[^\[\]]*)\])?(?!\()")
_HTML_IMAGE = re.compile(r"<(?:img|image|source|/?picture|/?svg)\b[^>]*>", re.IGNORECASE)


def write_records(
    documents: Iterator[Document], cards: tuple[Card, ...], place: Folder, wanted: Wanted
) -> tuple[Written, ...]:
    """Write one file for each document, whatever its status."""
    written = []
    for document in documents:
        name = f"{document.id}.md"
        place.write_text(name, record(document, wanted.keys))
        written.append(Written(document.card, name))
    return tuple(written)


def record(document: Document, keys: Keys) -> str:
    """Return one document as a file: its text without pictures that may not be passed on, its body as it is."""
    told = without_pictures(document)
    return readable(told) if keys is Keys.ALL else write(fourteen(told), told.source)


def fourteen(document: Document) -> dict[str, Any]:
    """Return the fourteen keys that every governed record has, in their order: what others can read.

    What a record came with and nobody changed comes back as it came; ``status`` says active for what is published.
    """
    front = readable_front(document)
    told: dict[str, Any] = {key.name: front.get(key.name) for key in REQUIRED}
    if document.card.status is Status.PUBLISHED:
        told["status"] = "active"
    return told


def without_pictures(document: Document) -> Document:
    """Return the document without the addresses of pictures that are not known to be the publisher's own.

    A picture stays only where the record says of it, under ``assets``, that it may be reused; of any other its description
    stays and the picture does not. The body, which shows no pictures, is the same to the character, and with it every
    quotation. Raises `InvalidDocument` for a picture that cannot be told from the text.
    """
    allowed = {
        str(asset.get("url"))
        for asset in document.front.get("assets") or ()
        if isinstance(asset, dict) and asset.get("reusable") is True and asset.get("url")
    } | {""}
    if _shows_none_but(allowed, document.body) and not ("<" in document.source and _HTML_IMAGE.search(document.source)):
        return document

    def emptied(match: re.Match[str]) -> str:
        return match.group() if match["address"].strip("<>") in allowed else f"{match['words']}()"

    source = _HTML_IMAGE.sub("", _IMAGE.sub(emptied, document.source))
    for further in (lambda text: text, lambda text: _by_reference(text, allowed)):
        source = further(source)
        body = normalise(source, document.card.title)
        if body.text == document.body.text and _shows_none_but(allowed, body):
            return replace(document, source=source, body=body)
    raise InvalidDocument(
        f"A picture of “{document.id}” that may not be passed on cannot be told from its text.",
        "Write it as ![words](address) on a line of its own, or take it out.",
    )


def _shows_none_but(allowed: set[str], body: Body) -> bool:
    return all(each.value in allowed for each in body.annotations if each.kind == "image")


def _by_reference(source: str, allowed: set[str]) -> str:
    """Return the source without the addresses of pictures that stand elsewhere (``![words][name]``)."""
    addresses = dict(re.findall(r"^ {0,3}\[([^\[\]]+)\]:[ \t]*<?([^\s<>]+)", source, re.MULTILINE))
    known = {name.casefold(): address for name, address in addresses.items()}

    def emptied(match: re.Match[str]) -> str:
        address = known.get((match["name"] or match["words"]).casefold())
        return match.group() if address is None or address in allowed else f"![{match['words']}]()"

    return _REFERRED_IMAGE.sub(emptied, source)
