"""From a body to HTML: its blocks and annotations, or a slice of them. No word is added, left out or moved."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from waymark.library.body import Annotation, Block, BlockKind, Body

_NUMBER = re.compile(r"(\d{1,9})\.")
_PLAIN_TAGS = {"strong": "strong", "emphasis": "em", "code": "code"}
_CELL_BREAK = " | "


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link of the text leads; ``held`` when it stays in this Waymark; ``term`` names the term that it explains."""

    href: str
    held: bool
    term: str | None = None


Resolve = Callable[[str], Link | None]
"""From a link's target, as written, to where it leads; None for one that is not followed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents list."""

    anchor: str
    words: str
    level: int  # 1 is outermost


@dataclass(frozen=True, slots=True)
class Rendered:
    """The HTML of a body, and its headings below the title in order.

    ``starts_with_title``: the body's first block is its own title, rendered as ``h1``.
    """

    html: Markup
    contents: tuple[Entry, ...]
    starts_with_title: bool


@dataclass(frozen=True, slots=True)
class TermLink:
    """Words of the body that lead to the meaning of a term."""

    start: int
    end: int
    href: str
    term: str


def no_links(target: str) -> Link | None:
    """Follow no link: for quotations, which are plain words."""
    return None


def starts_with_title(body: Body) -> bool:
    """Return whether the body opens with a first-level heading."""
    return bool(body.blocks) and body.blocks[0].kind is BlockKind.HEADING and body.blocks[0].level == 1


def render(
    body: Body, resolve: Resolve = no_links, quote: tuple[int, int] | None = None, terms: Sequence[TermLink] = ()
) -> Rendered:
    """Return the whole body as HTML.

    ``quote`` is a half-open range of code points to mark: each run of it is a ``<mark>``, the first named ``quote``. ``terms``
    are the words that lead to their meaning.
    """
    writer = _Writer(body, resolve, (0, len(body.text)), quote, anchors=True, terms=terms)
    writer.write(body.blocks)
    return Rendered(Markup("".join(writer.out)), tuple(writer.contents), starts_with_title(body))


def render_slice(body: Body, start: int, end: int, terms: Sequence[TermLink] = ()) -> Markup:
    """Return ``body.text[start:end]`` as HTML: lists as lists, rows as tables, without marks and without links but those of
    ``terms`` to their meaning.

    Headings inside a slice are paragraphs, since the page's own outline goes on around it.
    """
    writer = _Writer(body, no_links, (start, end), None, anchors=False, terms=terms)
    writer.write(body.blocks_between(start, end))
    return Markup("".join(writer.out))


class _Writer:
    """Writes blocks in order. What is outside ``span`` is cut off; an annotation is cut with its words."""

    def __init__(
        self,
        body: Body,
        resolve: Resolve,
        span: tuple[int, int],
        quote: tuple[int, int] | None,
        anchors: bool,
        terms: Sequence[TermLink] = (),
    ) -> None:
        self.out: list[str] = []
        self.contents: list[Entry] = []
        self._body = body
        self._resolve = resolve
        self._start, self._end = span
        self._quote = quote
        self._quote_named = False
        self._anchors = anchors
        self._terms = sorted(terms, key=lambda term: term.start)
        self._headings = 0
        self._heading_level = 0
        self._tables = 0

    def write(self, blocks: Sequence[Block]) -> None:
        at = 0
        while at < len(blocks):
            kind = blocks[at].kind
            stop = at + 1
            if kind in (BlockKind.ITEM, BlockKind.ROW):
                while (
                    stop < len(blocks) and blocks[stop].kind is kind and not self._apart(blocks[stop - 1], blocks[stop])
                ):
                    stop += 1
            if kind is BlockKind.ITEM:
                self._list(blocks[at:stop])
            elif kind is BlockKind.ROW:
                self._table(blocks[at:stop])
            elif kind is BlockKind.HEADING and self._anchors:
                self._heading(blocks[at], opening=blocks[at] is self._body.blocks[0])
            else:
                self._element("p", blocks[at])
            at = stop

    def _apart(self, before: Block, after: Block) -> bool:
        """Return whether an empty line stands between two blocks, so that they are two lists or two tables."""
        return "\n\n" in self._body.text[before.end : after.start]

    # Blocks --------------------------------------------------------------------------------------------------------

    def _element(self, tag: str, block: Block) -> None:
        self.out.append(f"<{tag}>")
        self._words(block)
        self.out.append(f"</{tag}>\n")

    def _heading(self, block: Block, opening: bool) -> None:
        """Write a heading; no level is skipped and only the body's own title is ``h1``: the outline is whole."""
        if opening and block.level == 1:
            level = 1
        else:
            level = min(max(block.level, 2), max(self._heading_level, 1) + 1)
        self._heading_level = level
        if level == 1:
            self._element("h1", block)
            return
        self._headings += 1
        anchor = f"part-{self._headings}"
        self.contents.append(Entry(anchor, self._body.block_text(block), level - 1))
        self.out.append(f'<h{level} id="{anchor}">')
        self._words(block)
        self.out.append(f"</h{level}>\n")

    def _list(self, items: Sequence[Block]) -> None:
        """Write items with their nesting. A further paragraph of an item stays inside it."""
        base = min(item.level for item in items)
        open_lists: list[str] = []
        for item in items:
            mark = self._body.text[item.start : item.text_start].strip()
            depth = item.level - base + 1
            if not mark and len(open_lists) >= depth:  # a further paragraph of the item at this depth
                self._close(open_lists, depth)
                self._element("p", item)
                continue
            number = _NUMBER.fullmatch(mark)
            tag = "ol" if number else "ul"
            self._close(open_lists, depth)
            if len(open_lists) == depth and open_lists[-1] != tag:
                self._close(open_lists, depth - 1)
            if len(open_lists) == depth:
                self.out.append("</li>\n")
            while len(open_lists) < depth:
                inner = len(open_lists) < depth - 1  # the items between were without words of their own
                opening = tag if not inner else "ul"
                first = int(number.group(1)) if number and not inner else 1
                self.out.append(f'<{opening} start="{first}">' if first != 1 else f"<{opening}>")
                open_lists.append(opening)
                if inner:
                    self.out.append('<li class="bare">')
            self.out.append("<li>")
            self._words(item)
        self._close(open_lists, 0)

    def _close(self, open_lists: list[str], depth: int) -> None:
        while len(open_lists) > depth:
            self.out.append(f"</li></{open_lists.pop()}>\n")

    def _table(self, rows: Sequence[Block]) -> None:
        self._tables += 1
        self.out.append(f'<div class="table" role="group" aria-label="Table {self._tables}" tabindex="0"><table>\n')
        section = ""
        for row in rows:
            wanted = "thead" if row.level == 0 else "tbody"
            if wanted != section:
                self.out.append(f"</{section}><{wanted}>" if section else f"<{wanted}>")
                section = wanted
            self.out.append("<tr>")
            at = row.text_start
            for cell in self._body.text[row.text_start : row.end].split(_CELL_BREAK):
                end = at + len(cell)
                heading = wanted == "thead" and cell.strip()
                self.out.append('<th scope="col">' if heading else "<td>")
                self._words(row, at, end)
                self.out.append("</th>" if heading else "</td>")
                at = end + len(_CELL_BREAK)
            self.out.append("</tr>\n")
        self.out.append(f"</{section}></table></div>\n")

    # Words ---------------------------------------------------------------------------------------------------------

    def _annotations(self, start: int, end: int) -> list[tuple[Annotation, Link | None]]:
        """Return the annotations of the words from ``start`` to ``end``, each with where it leads if anywhere.

        A term stands before the publisher's own link on the same words.
        """
        found: list[tuple[Annotation, Link | None]]
        found = [
            (Annotation(term.start, term.end, "term", term.href, term.term), Link(term.href, held=True, term=term.term))
            for term in self._terms
            if term.start < end and term.end > start
        ]
        for each in self._body.annotations_between(start, end):
            if each.kind != "image":
                found.append((each, self._resolve(each.value) if each.kind == "link" else None))
        return found

    def _words(self, block: Block, start: int | None = None, end: int | None = None) -> None:
        """Write the words of a block, or of one cell of it."""
        start = max(block.text_start if start is None else start, self._start)
        end = min(block.end if end is None else end, self._end)
        if start >= end:
            return
        annotations = self._annotations(start, end)
        quote = self._quote if self._quote and self._quote[0] < end and self._quote[1] > start else None
        if quote is None and not any(each.kind in _PLAIN_TAGS for each, _ in annotations):
            # A link that is not followed shows nowhere but where it parts words that stand out or are quoted.
            annotations = [pair for pair in annotations if pair[1] is not None]
        if not annotations and quote is None:
            self.out.append(escape(self._body.text[start:end]))
            return
        cuts = {start, end}
        for each, _ in annotations:
            cuts.update((max(each.start, start), min(each.end, end)))
        if quote:
            cuts.update((max(quote[0], start), min(quote[1], end)))
        opened: tuple[Annotation, Link | None] | None = None
        for left, right in pairwise(sorted(cuts)):
            here = [pair for pair in annotations if pair[0].start <= left and pair[0].end >= right]
            leads = next((pair for pair in here if pair[1] is not None), None)
            if leads is not opened:
                if opened is not None:
                    self.out.append("</a>")
                if leads is not None:
                    self.out.append(_open_link(leads[1]))
                opened = leads
            tags = list(dict.fromkeys(_PLAIN_TAGS[each.kind] for each, _ in here if each.kind in _PLAIN_TAGS))
            quoted = quote is not None and quote[0] <= left and right <= quote[1]
            if quoted:
                self.out.append("<mark>" if self._quote_named else '<mark id="quote">')
                self._quote_named = True
            self.out.extend(f"<{tag}>" for tag in tags)
            self.out.append(escape(self._body.text[left:right]))
            self.out.extend(f"</{tag}>" for tag in reversed(tags))
            if quoted:
                self.out.append("</mark>")
        if opened is not None:
            self.out.append("</a>")


def _open_link(link: Link | None) -> str:
    assert link is not None  # only followed links are opened
    if link.term is not None:
        return f'<a class="term" href="{escape(link.href)}" data-meaning="meaning-{escape(link.term)}">'
    if link.held:
        return f'<a href="{escape(link.href)}">'
    return f'<a class="out" rel="noopener noreferrer external" href="{escape(link.href)}">'
