"""A heading mark without words: they stand in the next paragraph, or nowhere. And a heading with nothing under it."""

import re
from collections.abc import Iterator

from waymark.library.body import CREDIT, HEADING_LENGTH, JUNK
from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Edit, Page, apply
from waymark.library.deriving.parts import plain
from waymark.library.ledger import empty_sections

_BARE = re.compile(r"^ {0,3}(?P<mark>#{1,6})[ \t]*$", re.MULTILINE)
_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_OTHER_BLOCK = re.compile(
    r" {0,3}(?:#{1,6}(?:\s|$)|[-*+]\s|\d{1,9}[.)]\s|>|```|~~~|\||<|(?:[-*_][ \t]*){3,}$)|(?: {4}|\t)"
)
_PICTURES = re.compile(r"(?:\s*!\[[^\[\]]*\]\([^()\s]*(?:\s+\"[^\"]*\")?\)\s*)+\Z")
_SETEXT = re.compile(r"^ {0,3}(?:=+|-+)[ \t]*$", re.MULTILINE)


def _words_after(source: str, at: int) -> re.Match[str] | None:
    """Return the paragraph that holds the words of a bare mark that ends at ``at``; None where there is none.

    Pictures and their credits may stand between, since a page shows them under its heading.
    """
    while (paragraph := _PARAGRAPH.search(source, at)) is not None:
        text = paragraph.group()
        if _OTHER_BLOCK.match(text) or _SETEXT.search(text):
            return None
        words = " ".join(plain(text).split())
        if not (_PICTURES.match(text) or JUNK.match(words) or CREDIT.match(words)):
            reads_like_one = len(words) <= HEADING_LENGTH and not words.endswith((".", ":", ";", ","))
            return paragraph if reads_like_one else None
        at = paragraph.end()
    return None


def _find(page: Page) -> Iterator[Finding]:
    for match in _BARE.finditer(page.source):
        if page.in_code(match.start()):
            continue
        words = _words_after(page.source, match.end())
        end = words.end() if words and words.end() - match.start() < 200 else match.end()
        if words:
            why = f"The heading's words, “{' '.join(plain(words.group()).split())}”, stand in the paragraph after its mark."
            repair = "join the mark and its words"
        else:
            why, repair = "The mark of a heading has neither words nor anything under it.", "take the mark out"
        yield page.in_source("TEXT-EMPTY-HEADING", Severity.ERROR, match.start(), end, why, repair)
    for section in empty_sections(page.body):
        start = page.body.text.find(section.heading, section.at)
        why = "The heading has nothing under it: what stood there was not captured."
        yield page.in_body("TEXT-EMPTY-HEADING", Severity.ERROR, start, start + len(section.heading), why)


def _mend(page: Page) -> Repair | None:
    edits: list[Edit] = []
    joined: list[str] = []
    for match in _BARE.finditer(page.source):
        if page.in_code(match.start()):
            continue
        words = _words_after(page.source, match.end())
        stop = min(match.end() + 1, len(page.source))
        while stop < len(page.source) and page.source[stop] == "\n":
            stop += 1
        if words is None:
            edits.append(Edit(match.start(), stop, ""))
            joined.append("a mark without words")
            continue
        edits.append(Edit(match.start(), stop if stop <= words.start() else match.end(), ""))
        edits.append(Edit(words.start(), words.end(), f"{match['mark']} {' '.join(words.group().split())}"))
        joined.append(" ".join(plain(words.group()).split()))
    if not edits:
        return None
    return Repair(
        source=apply(page.source, edits), evidence={"text": tuple(f"heading: {words}" for words in joined[:40])}
    )


CHECK = Check(
    "TEXT-EMPTY-HEADING",
    "A heading mark has its words in the next paragraph, or a heading has nothing under it.",
    (Severity.ERROR,),
    _find,
    _mend,
    "join the mark and its words, and take out marks without any",
)
