"""Bytes to drafts: the form is told from the bytes, one reader takes each form, and nothing is taken out silently."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from waymark.errors import UnreadableSource
from waymark.library import front_matter
from waymark.sources.decoding import decode, refuse_signature
from waymark.sources.folders import LARGEST_FILE, Found, Refused, too_large, walk
from waymark.sources.front import add_evidence, blank_front, short_name

__all__ = ["LARGEST_FILE", "Draft", "Form", "Found", "Refused", "read", "walk"]

Form = Literal["record", "page_text", "html"]

_SNIFFED = 8_192
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,500}\?>\s*)?<(?:!doctype\s+html|html|head|body|main|article|meta|title|link|"
    r"h[1-6]|div|p|ul|ol|table|section|span)\b",
    re.IGNORECASE,
)
_XML = re.compile(r"\s*<(?:\?xml|[A-Za-z])")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<words>\S.*?)[ \t]*#*[ \t]*$", re.MULTILINE)
_UNDERLINED = re.compile(r"\A\s*(?P<words>\S[^\n]{0,200})\n=+[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader made of one source, before the library has judged it.

    ``front`` is the front matter: of a record as it was written, of a page every key with null where nothing is known,
    lists and texts only, and ``evidence`` for each value that was found. ``source`` is the Markdown after it.
    ``origin`` is the path or address that it came from. ``removed`` lists what the reader took out as (kind, text), in
    no fixed order.
    """

    front: Mapping[str, Any]
    source: str
    origin: str
    form: Form
    removed: tuple[tuple[str, str], ...] = ()


def read(data: bytes, origin: str, declared_charset: str | None = None) -> Draft:
    """Return the draft of one file or page.

    ``origin`` is its path or address; ``declared_charset`` what the server said. Raises `UnreadableSource` for bytes
    that no reader understands and `InvalidDocument` for front matter that breaks its rules, each with one sentence.
    """
    name = short_name(origin)
    if len(data) > LARGEST_FILE:
        raise UnreadableSource(*too_large(name, len(data)))
    if not data:
        raise UnreadableSource(f"{name} is empty.")
    if data[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return _pdf(data, origin, name)
    refuse_signature(data, name)
    decoded = decode(data, name, declared_charset)
    text, removed = decoded.text, list(decoded.removed)
    if not text.strip(" \t\n\r\f\v\u00a0\u200b\ufeff\u3000"):
        raise UnreadableSource(f"{name} holds only white space.")
    form = _form(text, origin)
    if form == "record":
        draft = _record(text, origin, name)
    elif form == "html":
        from waymark.sources.html_page import read_html

        html = read_html(text, origin)
        draft = Draft(html.front, html.source, origin, "html", tuple(html.removed))
    else:
        draft = _page_text(text, origin)
    return Draft(draft.front, draft.source, draft.origin, draft.form, (*removed, *draft.removed)) if removed else draft


def _form(text: str, origin: str) -> Form:
    start = text[:_SNIFFED]
    ending = origin.lower().split("?")[0].rsplit(".", 1)[-1]
    if start.lstrip("\ufeff \t\n").startswith("---") and re.match(r"[\ufeff\s]*---[ \t]*(?:\n|\Z)", start):
        return "record"
    if _HTML.match(_without_comments(start)) and ending not in ("md", "markdown"):
        return "html"
    if ending in ("html", "htm", "xhtml") and _XML.match(start):
        return "html"
    if ending in ("md", "markdown") or (_HEADING.search(start) and not _XML.match(start)):
        return "record"
    return "page_text"


def _without_comments(start: str) -> str:
    """Return the start of a file after the comments that stand before its first element."""
    while (stripped := start.lstrip()).startswith("<!--"):
        closed = stripped.find("-->")
        if closed < 0:
            return ""
        start = stripped[closed + 3 :]
    return start


def _record(text: str, origin: str, name: str) -> Draft:
    text = text.removeprefix("\ufeff")
    opened = re.match(r"\s*---[ \t]*(?:\n|\Z)", text)
    if opened:
        yaml, source = front_matter.split(text.lstrip())
        return Draft(front_matter.parse(yaml), source, origin, "record")
    front = blank_front()
    title = _first_heading(text)
    if title:
        front["title"] = title
        add_evidence(front, "title", "the first heading of the file")
    return Draft(front, text, origin, "record")


def _first_heading(text: str) -> str | None:
    """Return the words of a Markdown file's first heading, outside fenced code."""
    underlined = _UNDERLINED.match(text)
    match = _HEADING.search(text)
    fence = _FENCE.search(text)
    while match and fence and fence.start() < match.start():
        closing = _FENCE.search(text, fence.end())
        if closing is None:
            match = None
            break
        fence = _FENCE.search(text, closing.end())
        if match.start() < closing.start():
            match = _HEADING.search(text, closing.end())
    words = underlined["words"] if underlined else match["words"] if match else ""
    while (plain := _LINK.sub(r"\1", words)) != words:
        words = plain
    words = re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", words.replace("**", "").replace("`", ""))
    return " ".join(words.split())[:400] or None


def _page_text(text: str, origin: str) -> Draft:
    from waymark.sources.page_text import read_page_text

    page = read_page_text(text, origin)
    if not page.source:
        raise UnreadableSource(f"{short_name(origin)} holds no text of its own: banners, buttons and dates only.")
    return Draft(page.front, page.source, origin, "page_text", tuple(page.removed))


def _pdf(data: bytes, origin: str, name: str) -> Draft:
    from waymark.sources.pdf import read_pdf

    pdf = read_pdf(data, name)
    draft = _page_text(pdf.text, origin)
    front = dict(draft.front)
    if pdf.title and front["title"] is None:
        front["title"] = pdf.title
        add_evidence(front, "title", "the title in the PDF's own description")
    front["status"] = "draft"  # nobody has seen yet whether the words came out in their order
    add_evidence(front, "text", f"taken from a PDF of {pdf.pages} pages: check the order of the text and its headings")
    return Draft(front, draft.source, origin, "page_text", (*pdf.removed, *draft.removed))
