"""PDF files: their text as page text. A PDF says nothing of headings; a scanned one has no text and is refused.

What comes out is a draft for a person to check: the order of columns and the words cut at line ends are guesses of the
file's own making.
"""

import io
import re
from collections import Counter
from dataclasses import dataclass

from waymark.errors import UnreadableSource

MOST_PAGES = 500
_MOST_CHARACTERS = 20_000_000
_SCANNED = 20  # visible characters a page, on average, below which a PDF is pictures of pages
_PAGE_NUMBER = re.compile(r"^(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?$", re.IGNORECASE)
_FINAL = (".", ":", "?", "!", "”", ".)")


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text of a PDF with an empty line between paragraphs, its title where it names one, and what was taken out."""

    text: str
    title: str | None
    pages: int
    removed: tuple[tuple[str, str], ...]


def read_pdf(data: bytes, name: str) -> PdfText:
    """Return the text of a PDF.

    Raises `UnreadableSource` for one that is locked, damaged, too long, or that holds pictures of pages.
    """
    # pypdf meets files of every kind with errors of every kind; each is a file that cannot be read.
    try:
        from pypdf import PdfReader

        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableSource(f"{name} is a PDF that is locked with a password.", "Save it without the password.")
        count = len(reader.pages)
        if count > MOST_PAGES:
            raise UnreadableSource(
                f"{name} is a PDF of {count} pages; at most {MOST_PAGES} are read.", "Add it in parts."
            )
        pages: list[list[str]] = []
        size = 0
        for page in reader.pages:
            text = page.extract_text() or ""
            size += len(text)
            if size > _MOST_CHARACTERS:
                raise UnreadableSource(f"{name} is a PDF with more text than is read at once.", "Add it in parts.")
            pages.append([line.strip() for line in text.split("\n")])
        title = reader.metadata.title if reader.metadata else None
    except UnreadableSource:
        raise
    except Exception as error:
        raise UnreadableSource(
            f"{name} is a PDF that is damaged or cut short ({type(error).__name__}).", "Download or save it again."
        ) from error
    visible = sum(len(line) for lines in pages for line in lines)
    if visible < _SCANNED * max(count, 1):
        raise UnreadableSource(
            f"{name} is a PDF of scanned pages: pictures, with {visible} characters of text on {count} pages.",
            "Run text recognition on it first, or add the page that it was printed from.",
        )
    removed: list[tuple[str, str]] = []
    pages = _without_furniture(pages, removed)
    return PdfText("\n\n".join(_paragraphs(pages)), _title(title), count, tuple(removed))


def _title(title: object) -> str | None:
    words = " ".join(str(title or "").split())
    # What office programs write there when nobody gave a title.
    if not words or re.search(
        r"^(?:microsoft word|untitled|document\d*$|powerpoint)|\.(?:docx?|pdf|indd|pptx?)$", words, re.I
    ):
        return None
    return words[:400]


def _without_furniture(pages: list[list[str]], removed: list[tuple[str, str]]) -> list[list[str]]:
    """Take out page numbers and the lines that stand at the head or foot of most pages."""
    edges = Counter(line for lines in pages for line in {*_ends([x for x in lines if x])} if line)
    repeated = {line for line, times in edges.items() if times >= 3 and times * 2 >= len(pages)}
    kept_pages = []
    for lines in pages:
        ends = set(_ends([line for line in lines if line]))
        kept = []
        for line in lines:
            if line in ends and (line in repeated or _PAGE_NUMBER.match(line)):
                removed.append(("page_furniture", line))
            else:
                kept.append(line)
        kept_pages.append(kept)
    return kept_pages


def _ends(lines: list[str]) -> list[str]:
    return lines[:2] + lines[-2:]


def _paragraphs(pages: list[list[str]]) -> list[str]:
    """Join wrapped lines: a paragraph ends at an empty line, or at a line that is short and ends a sentence or a
    heading.
    """
    lines = [line for page in pages for line in page]
    full = sorted(len(line) for line in lines if line)
    width = full[len(full) * 9 // 10] if full else 0
    paragraphs: list[str] = []
    current = ""
    previous = ""
    for line in lines:
        starts_item = bool(re.match(r"[•‣▪◦●○]|\d{1,2}[.)]\s", line))
        short = len(previous) < 0.75 * width
        ends = previous.endswith(_FINAL) and short
        heading = short and not previous.endswith((",", ";", "-")) and line[:1].isupper() and len(line) > 0.6 * width
        ended = starts_item or ends or heading or (not line and (previous.endswith(_FINAL) or short))
        if current and ended:
            paragraphs.append(current)
            current = ""
        if line:
            current = f"{current} {line}" if current else line
            previous = line
    if current:
        paragraphs.append(current)
    return paragraphs
