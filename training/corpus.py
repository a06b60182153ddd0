"""Pages of a Markdown collection as sections and passages, for training and for measuring the encoder alone.

It is a rougher reading than the product's own, and need not equal it: links, images and citations go, headings
become a path, and paragraphs are put together up to a length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PASSAGE_CHARACTERS = 700
SHORTEST = 80

# Sections that every page repeats, which answer nothing about its subject.
REPEATED = re.compile(
    r"about (this )?pdq|reviewers and updates|purpose of this summary|permission to use|disclaimer|contact us|^references$"
    r"|levels of evidence|clinical trials? (information|accepting|for)|current clinical trials|latest updates"
    r"|related resources|more information|pdq treatment information|to learn more|general cam information"
    r"|clinical trials?$|use of this summary",
    re.IGNORECASE,
)
_TITLE_TAIL = re.compile(
    r"\s*(- NCI|\(PDQ®?\)|[–—|-]\s*(Patient|Health Professional) Version|\(Updated\)|®)\s*", re.IGNORECASE
)
_IMAGE = re.compile(r"!\[[^\]]*\]\((?:[^()]|\([^()]*\))*\)")
_CITATION = re.compile(r"\[(?:\[\d+\]\([^)]*\)[,\-–\s]*|\d+[,\-–\s]*)+\]")
_LINK = re.compile(r"\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_MARKS = re.compile(r"\*\*|__|\\(?=[\W_])|^>\s?", re.MULTILINE)
_ENLARGE = re.compile(r"\bEnlarge\b")
_HEADING = re.compile(r"(#{1,6})(?:\s+(.*))?$")


@dataclass(frozen=True)
class Passage:
    """Some paragraphs of one section; `document` is the path inside the collection."""

    document: str
    title: str
    section: tuple[str, ...]
    text: str


def plain(markdown: str) -> str:
    """The words of a piece of Markdown as a reader sees them."""
    text = _CITATION.sub("", _IMAGE.sub("", markdown))
    text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))
    return _ENLARGE.sub("", _MARKS.sub("", text)).strip()


def subject(title: str) -> str:
    """What a page is about, from its title, without the publisher's tail."""
    previous = None
    while previous != title:
        previous, title = title, _TITLE_TAIL.sub(" ", title).strip()
    return title


def passages(folder: Path) -> Iterator[Passage]:
    """Every passage of every page under `folder`, in the order of paths and of the pages."""
    for file in sorted(folder.rglob("*.md")):
        yield from _page(file.relative_to(folder).as_posix(), file.read_text("utf-8"))


def _page(document: str, content: str) -> Iterator[Passage]:
    _, front, body = content.split("---\n", 2)
    named = re.search(r"^title: (.*)$", front, re.MULTILINE)
    title = subject(named[1].strip("'\"")) if named else ""
    path: list[tuple[int, str]] = []
    held: list[str] = []
    for block in re.split(r"\n\s*\n", body):
        for line_group in _split_heading(block):
            heading = _HEADING.match(line_group)
            if heading is None:
                text = plain(line_group)
                if text:
                    held.append(text)
                continue
            yield from _cut(document, title, path, held)
            held = []
            depth, name = len(heading[1]), plain(heading[2] or "")
            path = [step for step in path if step[0] < depth]
            if name and depth > 1:
                path.append((depth, name))
    yield from _cut(document, title, path, held)


def _split_heading(block: str) -> Iterator[str]:
    block = block.strip()
    first, _, rest = block.partition("\n")
    if _HEADING.match(first):
        yield first
        if rest.strip():
            yield rest.strip()
    elif block:
        yield block


def _cut(document: str, title: str, path: list[tuple[int, str]], held: list[str]) -> Iterator[Passage]:
    section = tuple(name for _, name in path)
    if any(REPEATED.search(name) for name in section):
        return
    text = ""
    for paragraph in held:
        if text and len(text) + len(paragraph) > PASSAGE_CHARACTERS:
            yield Passage(document, title, section, text)
            text = ""
        text = f"{text}\n{paragraph}" if text else paragraph
    if len(text) >= SHORTEST:
        yield Passage(document, title, section, text)
