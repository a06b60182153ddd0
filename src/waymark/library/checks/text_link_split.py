"""A link that was cut in two by an empty line, so that its target shows as text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from waymark.library.checks.findings import Check, Finding, Repair, Severity
from waymark.library.checks.page import Edit, Page, apply
from waymark.library.deriving.assets import IMAGE

_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_END = re.compile(r"\]\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)?)(?P<title>\s+\"[^\"\n]*\")?\s*\)")
_TOKEN = re.compile(r"\\.|`[^`\n]*`|[\[\]]")
_MARK = re.compile(r"[ \t]*(?:(?:[-*+•]|\d{1,3}[.)]|#{1,6})[ \t]+)?")
_FARTHEST = 3_000  # characters between the two halves


@dataclass(frozen=True, slots=True)
class Split:
    """The end of a cut link, and where its opening bracket stands in an earlier paragraph (None where there is none)."""

    opening: int | None
    start: int
    end: int
    target: str


def _loose(source: str, start: int, end: int) -> tuple[list[int], list[int]]:
    """Return the places of the brackets of a paragraph that close nothing in it, and of those that nothing closes."""
    open_at: list[int] = []
    closing: list[int] = []
    for match in _TOKEN.finditer(source, start, end):
        if match.group() == "[":
            open_at.append(match.start())
        elif match.group() == "]":
            if open_at:
                open_at.pop()
            else:
                closing.append(match.start())
    return closing, open_at


def splits(page: Page) -> list[Split]:
    """Return the cut links of a page, in order."""
    source = page.source
    found: list[Split] = []
    waiting: list[int] = []
    for paragraph in _PARAGRAPH.finditer(source):
        text = paragraph.group()
        if "[" not in text and "]" not in text:
            continue
        if text.count("[") == text.count("]") and "](" not in text.lstrip("[")[:0] and not waiting:
            balance = 0
            for match in re.finditer(r"[\[\]]", text):
                balance += 1 if match.group() == "[" else -1
                if balance < 0:
                    break
            if balance == 0:
                continue
        if page.in_code(paragraph.start()):
            continue
        closing, opening = _loose(source, *paragraph.span())
        for at in closing:
            end = _END.match(source, at)
            if end is None:
                continue
            half = waiting.pop() if waiting and at - waiting[-1] <= _FARTHEST else None
            found.append(Split(half, at, end.end(), end["target"]))
        waiting = [at for at in waiting if paragraph.end() - at <= _FARTHEST] + opening
    return found


def _find(page: Page) -> Iterator[Finding]:
    for split in splits(page):
        start = max(source_line(page.source, split.start), split.start - 60)
        why = f"The target of a link, {split.target}, shows as text: an empty line cut the link in two."
        yield page.in_source("TEXT-LINK-SPLIT", Severity.WARNING, start, split.end, why, "join the link")


def source_line(source: str, at: int) -> int:
    """Return where the line of a place begins."""
    return source.rfind("\n", 0, at) + 1


def _mend(page: Page) -> Repair | None:
    source = page.source
    edits: list[Edit] = []
    words: list[str] = []
    for split in splits(page):
        edits.append(Edit(split.start, split.end, ""))
        if split.opening is None:
            continue
        edits.append(Edit(split.opening, split.opening + 1, ""))
        label = _label(source, split.opening + 1, split.start)
        if label is not None:
            start, end = label
            edits.append(Edit(start, start, "["))
            edits.append(Edit(end, end, f"]({split.target})"))
            words.append(f"“{source[start:end]}” leads to {split.target}")
    if not edits:
        return None
    return Repair(
        source=_made(source, edits), evidence={"text": tuple(words[:40]) or ("a target without a link's words",)}
    )


def _made(source: str, edits: list[Edit]) -> str:
    """Return the source with the edits made, insertions at a place before what is taken out there."""
    return apply(source, sorted(edits, key=lambda edit: (edit.start, edit.end)))


def _label(source: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the first words between the halves of a link that can be its own words: no picture, no other link."""
    for paragraph in _PARAGRAPH.finditer(source, start, end):
        first = paragraph.start() + (_MARK.match(paragraph.group()) or _MARK.match("")).end()  # type: ignore[union-attr]
        last = paragraph.end()
        while (picture := IMAGE.match(source, first)) is not None and picture.end() <= last:
            first = picture.end()
            while first < last and source[first] in " \t\n":
                first += 1
        text = source[first:last]
        stop = text.find("\n")
        text = text if stop < 0 else text[:stop]
        text = text.rstrip()
        if text and "[" not in text and "]" not in text:
            return first, first + len(text)
    return None


CHECK = Check(
    "TEXT-LINK-SPLIT",
    "The target of a link is left visible, since an empty line cut the link in two.",
    (Severity.WARNING,),
    _find,
    _mend,
    "join the link",
)
