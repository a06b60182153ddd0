"""The inline part of an HTML block as Markdown: words, links, emphasis, images.

Markdown's rules for ``*`` depend on the characters around it, so each block is read back: where a mark would show as a
character, the block is written with fewer marks. The words win over the marks.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt

from waymark.sources.markdown import collapse, escape, escape_block, has_words

_LONGEST_WITH_MARKS = 50_000
_DELIMITERS = {"strong": "**", "emphasis": "*"}
_BREAK = "\\\n"


@dataclass(frozen=True, slots=True)
class Words:
    """Words as the page has them."""

    text: str


@dataclass(frozen=True, slots=True)
class Open:
    """The start of a mark: link, strong, emphasis or abbreviation; ``value`` is the link's target or the long form."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """The end of the mark of that kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line break inside a block."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image: its address and alternative text."""

    url: str
    alt: str


Piece = Words | Open | Close | Break | Image


def visible(pieces: Sequence[Piece]) -> str:
    """Return the words of a block as a reader sees them, on one line."""
    parts = [piece.text if isinstance(piece, Words) else " " if isinstance(piece, Break) else "" for piece in pieces]
    return collapse("".join(parts)).strip()


def write_inline(pieces: Sequence[Piece], *, breaks: bool = True) -> str:
    """Return a block's pieces as one Markdown paragraph whose visible words are exactly theirs.

    Without ``breaks`` a line break is a space (headings, table cells).
    """
    words = visible(pieces)
    if all(isinstance(piece, Words) for piece in pieces):
        return escape_block(escape(words))
    if len(words) <= _LONGEST_WITH_MARKS:
        seen = _squeezed(words)
        for kinds in (("link", "strong", "emphasis", "abbreviation"), ("link", "abbreviation"), ()):
            written = _render(pieces, kinds, breaks)
            if _squeezed(_shown(written)) == seen:
                return written
    images = "".join(_image(piece) for piece in pieces if isinstance(piece, Image))
    return " ".join(part for part in (escape_block(escape(words)), images) if part)


def _render(pieces: Sequence[Piece], kinds: Sequence[str], breaks: bool) -> str:
    stack: list[tuple[Open | None, list[str]]] = [(None, [])]
    spaced = True  # whether a space stands before what comes next, so that another would be one too many
    for piece in pieces:
        out = stack[-1][1]
        if isinstance(piece, Words):
            text = collapse(piece.text)
            if spaced:
                text = text.lstrip(" ")
            if text:
                out.append(escape(text))
                spaced = text.endswith(" ")
        elif isinstance(piece, Break):
            if not breaks:
                if not spaced:
                    out.append(" ")
            else:
                out.append(_BREAK)
            spaced = True
        elif isinstance(piece, Image):
            out.append(_image(piece))
            spaced = False
        elif isinstance(piece, Open):
            if piece.kind in kinds and not any(opened and opened.kind == piece.kind for opened, _ in stack):
                stack.append((piece, []))
        elif piece.kind == (opened.kind if (opened := stack[-1][0]) else None):
            _close(stack)
        elif any(opened and opened.kind == piece.kind for opened, _ in stack):
            while (opened := stack[-1][0]) and opened.kind != piece.kind:
                _close(stack)
            _close(stack)
    while len(stack) > 1:
        _close(stack)
    written = "".join(stack[0][1]).strip(" ")
    written = re.sub(r" *\\\n[ \\\n]*", lambda _: _BREAK, written)
    while written.startswith(_BREAK):
        written = written[len(_BREAK) :]
    while written.endswith(_BREAK):
        written = written[: -len(_BREAK)]
    return escape_block(written)


def _close(stack: list[tuple[Open | None, list[str]]]) -> None:
    opened, parts = stack.pop()
    inner = "".join(parts)
    core = inner.strip(" \n")
    if opened is None or not has_words(core[:200]):
        stack[-1][1].append(inner)
        return
    before = inner[: len(inner) - len(inner.lstrip(" \n"))]
    after = inner[len(inner.rstrip(" \n")) :]
    if opened.kind == "link":
        core = f"[{core}]({opened.value})"
    elif opened.kind == "abbreviation":
        core = f'<abbr title="{html.escape(collapse(opened.value))}">{core}</abbr>'
    else:
        delimiter = _DELIMITERS[opened.kind]
        core = f"{delimiter}{core}{delimiter}"
    stack[-1][1].append(before + core + after)


def _image(image: Image) -> str:
    alt = escape(collapse(image.alt).strip())
    return f"![{alt}]({image.url})"


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True})


def _shown(written: str) -> str:
    """Return the words that a Markdown reader shows of one paragraph; NUL for anything but one paragraph."""
    tokens = _parser().parse(written)
    if [token.type for token in tokens] not in (["paragraph_open", "inline", "paragraph_close"], []):
        return "\x00"
    parts: list[str] = []
    for token in tokens[1].children or () if tokens else ():
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")


def _squeezed(text: str) -> str:
    # Images and breaks may leave a space more or less; the words must be the same.
    return _INVISIBLE.sub("", "".join(text.split()))
