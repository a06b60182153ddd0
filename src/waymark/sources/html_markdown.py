"""The main part of an HTML page as Markdown: headings, nested lists, tables, definitions, images with their credits.

Written as events in document order, without recursion. What a page shows stays; what it hides, and what belongs to its
site, is taken out and named.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from selectolax.lexbor import LexborNode

from waymark.sources.chrome import chrome_kind, credit_in, opens_contents
from waymark.sources.front import DateLine, dates_in_line, shortened
from waymark.sources.html_tree import BLOCKS, HEADINGS, Measure, attribute, events, furniture
from waymark.sources.inline import Break, Close, Image, Open, Piece, Words, visible, write_inline
from waymark.sources.markdown import collapse, has_words, heading_words, subscript, superscript
from waymark.sources.reuse import is_reuse_notice

_DEEPEST_LIST = 8
_MOST_COLUMNS = 100
_MOST_SPANNED_ROWS = 1_000
_MOST_ASSETS = 100  # the front matter has room for these; further ones are named among what was taken out
_CAPTION_CREDIT = re.compile(
    r"\s*[(\[]?(?:(?:Photo|Image|Illustration|Picture)\s+)?Credits?:\s*(?P<credit>[^)\]]{1,160})[)\]]?\s*$", re.I
)
_ANCHOR_SIGNS = frozenset({"#", "¶", "§", "🔗", ""})
_MARKS = {"a": "link", "strong": "strong", "b": "strong", "em": "emphasis", "i": "emphasis", "abbr": "abbreviation",
          "acronym": "abbreviation"}  # fmt: skip
_CITATION_CLASS = re.compile(r"(?:^|[-_\s])(?:cite|citation|reference|footnote|ref)s?(?:$|[-_\s])", re.IGNORECASE)


@dataclass(slots=True)
class Written:
    """What was written of a page's main part."""

    blocks: list[str] = field(default_factory=list)
    plain: list[tuple[str, str]] = field(default_factory=list)  # (kind, words) of each block, as a reader sees it
    assets: list[dict[str, Any]] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    dates: list[DateLine] = field(default_factory=list)
    first_title: str | None = None

    def source(self) -> str:
        """Return the Markdown, one empty line between blocks, none between the items of a list."""
        return "".join(self.blocks).strip("\n") + "\n" if self.blocks else ""


@dataclass(slots=True)
class _List:
    """An open list. ``width`` is that of the current item's mark once it is written, 0 before."""

    kind: str  # "ul" | "ol" | "dl"
    number: int = 1
    sign: str = "-"
    pending: bool = False
    width: int = 0
    items: int = 0
    implied: bool = False  # made for an item that stands outside any list


@dataclass(slots=True)
class _Cell:
    text: str
    columns: int
    rows: int
    head: bool


@dataclass(slots=True)
class _Table:
    depth: int = 1  # with the tables inside it, which are written into its cells
    rows: list[list[_Cell]] = field(default_factory=list)
    heads: list[bool] = field(default_factory=list)
    row: list[_Cell] | None = None
    lines: list[str] | None = None  # the open cell
    plain: list[str] = field(default_factory=list)
    in_head: bool = False


def address_of(href: str, base: str | None) -> str | None:
    """Return a link's target in full and safe to write in Markdown; None for one that leads nowhere or is a script."""
    href = re.sub(r"[\t\n\r\x00-\x1f]", "", href).strip()
    if not href:
        return None
    if not href.startswith("#cit/"):  # the body knows the reference marks of some publishers by these
        try:
            href = urljoin(base, href) if base else href
            scheme = urlsplit(href).scheme.lower()
        except ValueError:
            return None
        if scheme not in ("http", "https", "mailto", "tel", ""):
            return None
    # What is already encoded stays; what would end a Markdown target is encoded.
    return quote(href, safe="%/:?#@!$&'*+,;=~[]-._").replace("[", "%5B").replace("]", "%5D") or None


class PageWriter:
    """Writes one part of one page. ``base`` resolves links; ``measures`` are those of `html_tree.measure`."""

    def __init__(self, base: str | None, measures: dict[int, Measure], whole: int) -> None:
        self._base = base
        self._measures = measures
        self._whole = whole
        self.out = Written()
        self._pieces: list[Piece] = []
        self._marks: list[Open] = []
        self._lists: list[_List] = []
        self._heading: int | None = None
        self._table: _Table | None = None
        self._layout_tables = 0
        self._figure: list[dict[str, Any]] | None = None
        self._caption = False
        self._preformatted: list[str] | None = None
        self._raised: list[tuple[str, int]] = []  # open sup and sub, and where their words begin
        self._strong_block = False
        self._term = False  # inside the term of a definition
        self._quiet_since_image = 99  # blocks since the last image, to which a credit line belongs
        self._last_was_item = False
        self._last_list: tuple[int, str, str] | None = None
        self._flattened = 0

    def write(self, root: LexborNode) -> Written:
        """Write everything under ``root`` and return it."""
        skipping: int | None = None
        for entering, node in events(root):
            identity = node.mem_id
            if skipping is not None:
                if not entering and identity == skipping:
                    skipping = None
                continue
            tag = node.tag or ""
            if tag == "-text":
                if entering:
                    self._text(node.text_content or "")
                continue
            if tag.startswith("-") or tag == "!doctype":
                continue
            if entering and identity != root.mem_id:
                kind = furniture(node, self._measures, self._whole) or self._lists_contents(tag, node)
                if kind:
                    self._take_out(kind, node)
                    skipping = identity
                    if tag in BLOCKS:
                        self._end_block()
                    continue
            if entering:
                self._enter(tag, node)
            else:
                self._leave(tag, node)
        self._end_block()
        if self._table:
            self._end_table()
        if self._flattened:
            self.out.removed.append(("flattened", f"{self._flattened} lists nested deeper than {_DEEPEST_LIST}"))
        return self.out

    def _lists_contents(self, tag: str, node: LexborNode) -> str | None:
        """Tell a list of links to the page's own sections, which repeats its headings."""
        if tag not in ("ul", "ol") or self._lists:
            return None
        size = self._measures.get(node.mem_id)
        if size is None or size.linked < size.length or not size.length:
            return None
        targets = [attribute(link, "href") for link in node.css("a")]
        own = [
            target
            for target in targets
            if target.startswith("#") and len(target) > 1 and not target.startswith("#cit/")
        ]
        return "contents" if len(own) == len(targets) and len(own) > 1 else None

    # ------------------------------------------------------------------------------------------------------- elements

    def _text(self, text: str) -> None:
        if self._preformatted is not None:
            self._preformatted.append(text)
        elif text:
            self._pieces.append(Words(text))

    def _enter(self, tag: str, node: LexborNode) -> None:
        if tag == "br":
            self._line_break()
        elif tag == "img":
            self._image(node)
        elif tag in _MARKS:
            self._open_mark(tag, node)
        elif tag in ("sup", "sub"):
            self._raised.append((tag, len(self._pieces)))
        elif tag == "q":
            self._text("“")
        elif tag == "math" and node.attributes.get("alttext"):
            self._text(attribute(node, "alttext"))
        elif tag in BLOCKS:
            self._end_block()
            self._open_block(tag, node)

    def _leave(self, tag: str, node: LexborNode) -> None:
        if tag in _MARKS:
            self._close_mark(_MARKS[tag])
        elif tag in ("sup", "sub"):
            self._lower(node)
        elif tag == "q":
            self._text("”")
        elif tag in BLOCKS:
            self._end_block()
            self._close_block(tag)

    def _open_block(self, tag: str, node: LexborNode) -> None:
        if (
            self._table
            and self._table.lines is not None
            and tag not in ("table", "tr", "td", "th", "thead", "tbody", "tfoot")
        ):
            if tag == "li":
                self._pieces.append(Words("• "))
            return
        if tag in HEADINGS:
            self._heading = int(tag[1])
        elif tag in ("ul", "ol", "menu", "dl"):
            self._open_list(tag, node)
        elif tag in ("li", "dt"):
            self._open_item(tag, node)
        elif tag == "summary":
            self._strong_block = True
        elif tag == "pre":
            self._write_preformatted()  # one inside another ends the outer one
            self._preformatted = []
        elif tag == "figure":
            self._figure = []
        elif tag == "figcaption":
            self._caption = True
        elif tag == "table":
            self._open_table(node)
        elif tag in ("thead", "tr", "td", "th") and self._table:
            self._open_table_part(tag, node)

    def _close_block(self, tag: str) -> None:
        table = self._table
        if tag in HEADINGS:
            self._heading = None
        elif tag == "table":
            self._close_table()
        elif table and table.depth == 1 and tag in ("thead", "tr", "td", "th"):
            self._close_table_part(tag)
        elif table and table.lines is not None:
            return
        elif tag in ("ul", "ol", "menu", "dl"):
            if self._lists:
                closed = self._lists.pop()
                self._last_list = (len(self._lists), closed.kind, closed.sign) if closed.items else None
        elif tag == "dt":
            self._term = False
        elif tag == "li" and self._lists:
            self._lists[-1].pending = False
            if self._lists[-1].implied:
                self._lists.pop()
        elif tag == "summary":
            self._strong_block = False
        elif tag == "pre":
            self._write_preformatted()
        elif tag == "figure":
            self._figure = None
        elif tag == "figcaption":
            self._caption = False

    def _line_break(self) -> None:
        if self._preformatted is not None:
            self._preformatted.append("\n")
        elif self._pieces and isinstance(self._last_seen(), Break) and not self._heading:
            self._end_block()  # two breaks in a row are how old pages end a paragraph
        else:
            self._pieces.append(Break())

    def _last_seen(self) -> Piece | None:
        for piece in reversed(self._pieces):
            if not (isinstance(piece, Words) and not has_words(piece.text)):
                return piece
        return None

    # ---------------------------------------------------------------------------------------------------------- marks

    def _open_mark(self, tag: str, node: LexborNode) -> None:
        kind = _MARKS[tag]
        value = ""
        if kind == "link":
            value = address_of(attribute(node, "href"), self._base) or ""
        elif kind == "abbreviation":
            value = collapse(attribute(node, "title")).strip()[:300]
        if kind in ("link", "abbreviation") and not value:
            kind = f"no {kind}"
        mark = Open(kind, value)
        self._marks.append(mark)
        self._pieces.append(mark)

    def _close_mark(self, kind: str) -> None:
        for index in range(len(self._marks) - 1, -1, -1):
            mark = self._marks[index]
            if mark.kind == kind or mark.kind == f"no {kind}":
                del self._marks[index]
                self._pieces.append(Close(mark.kind))
                if kind == "link":
                    self._drop_anchor_sign()
                return

    def _drop_anchor_sign(self) -> None:
        """Take out a link that is only the sign of an anchor beside a heading."""
        if self._heading is None:
            return
        for start in range(len(self._pieces) - 1, -1, -1):
            piece = self._pieces[start]
            if isinstance(piece, Image):
                return
            if isinstance(piece, Open) and piece.kind.endswith("link"):
                sign = visible(self._pieces[start:])
                if sign in _ANCHOR_SIGNS:
                    del self._pieces[start:]
                    if sign:
                        self.out.removed.append(("junk", sign))
                return

    def _lower(self, node: LexborNode) -> None:
        """Turn the words of a closed sup or sub into raised or lowered characters, or take out a reference mark."""
        if not self._raised:
            return
        tag, start = self._raised.pop()
        if start > len(self._pieces) or self._preformatted is not None:
            return
        words = visible(self._pieces[start:])
        if not words:
            return
        if tag == "sup" and self._is_reference(node, start):
            self.out.removed.append(("reference_mark", words))
            closing = [
                piece
                for piece in self._pieces[start:]
                if isinstance(piece, Close) and not self._opened_after(start, piece)
            ]
            self._pieces[start:] = closing
            return
        change: Callable[[str], str] = superscript if tag == "sup" else subscript
        if change(words) != words:
            self._pieces[start:] = [
                Words(change(collapse(piece.text))) if isinstance(piece, Words) and has_words(piece.text) else piece
                for piece in self._pieces[start:]
            ]

    def _opened_after(self, start: int, close: Close) -> bool:
        return any(isinstance(piece, Open) and piece.kind == close.kind for piece in self._pieces[start:])

    def _is_reference(self, node: LexborNode, start: int) -> bool:
        if _CITATION_CLASS.search(f"{attribute(node, 'class')} {attribute(node, 'id')}"):
            return True
        links = node.css("a")[:20]
        inside = [attribute(link, "href") for link in links]
        return bool(inside) and all(href.startswith("#") and not href.startswith("#cit/") for href in inside)

    def _image(self, node: LexborNode) -> None:
        attributes = node.attributes
        source = next(
            (
                value
                for name in ("data-src", "src", "data-lazy-src")
                if (value := attributes.get(name)) and not value.startswith("data:")
            ),
            "",
        )
        alt = collapse(attributes.get("alt") or "").strip()
        url = address_of(source, self._base)
        if not url or attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1"):
            self.out.removed.append(("image", alt or "an image without an address, or of one pixel"))
            return
        self._pieces.append(Image(url, alt))
        if len(self.out.assets) >= _MOST_ASSETS:
            self.out.removed.append(("asset", url))
            return
        asset: dict[str, Any] = {"kind": "image", "url": url, "alt": alt[:300] or None, "credit": None}
        asset |= {"license": "unknown", "reusable": None}
        self.out.assets.append(asset)
        self._quiet_since_image = 0
        if self._figure is not None:
            self._figure.append(asset)

    # ---------------------------------------------------------------------------------------------------------- lists

    def _open_list(self, tag: str, node: LexborNode) -> None:
        kind = "ul" if tag == "menu" else tag
        number = 1
        if kind == "ol" and re.fullmatch(r"\d{1,8}", attribute(node, "start")):
            number = int(attribute(node, "start"))
        sign = "." if kind == "ol" else "-"
        if (
            self._last_list
            and self._last_list[0] == len(self._lists)
            and (self._last_list[1] == "ol") == (kind == "ol")
        ):
            # Two lists beside each other would be read as one: the second takes the other sign.
            sign = {"-": "*", "*": "-", ".": ")", ")": "."}[self._last_list[2]]
        if len(self._lists) == _DEEPEST_LIST:
            self._flattened += 1
        self._lists.append(_List(kind, number, sign))

    def _open_item(self, tag: str, node: LexborNode) -> None:
        if not self._lists:
            self._lists.append(_List("ul", implied=True))
        frame = self._lists[-1]
        if frame.kind == "ol" and re.fullmatch(r"\d{1,8}", attribute(node, "value")):
            frame.number = int(attribute(node, "value"))
        frame.pending = True
        frame.width = 0
        self._term = tag == "dt"

    def _prefix(self) -> tuple[str, str, bool]:
        """Return what stands before a block's first line, before its further lines, and whether it begins an item."""
        shown = self._lists[:_DEEPEST_LIST]
        frame = self._lists[-1] if self._lists else None
        if frame is None:
            return "", "", False
        indent = " " * sum(each.width for each in shown[:-1])
        if not frame.pending:
            return indent + " " * frame.width, indent + " " * frame.width, False
        mark = f"{frame.number}{frame.sign} " if frame.kind == "ol" else f"{frame.sign} "
        frame.pending = False
        frame.width = len(mark)
        frame.number += 1
        frame.items += 1
        return indent + mark, indent + " " * len(mark), True

    # --------------------------------------------------------------------------------------------------------- blocks

    def _end_block(self) -> None:
        """Write the words gathered so far as one block; marks that are still open go on in the next."""
        pieces = self._pieces
        if self._preformatted is not None:
            self._preformatted.append("\n")
            return
        self._pieces = list(self._marks)
        self._raised = []
        words = visible(pieces)
        images = [piece for piece in pieces if isinstance(piece, Image)]
        if not words and not images:
            if self._heading is not None and pieces and any(isinstance(piece, Break) for piece in pieces):
                self.out.removed.append(("empty_heading", f"h{self._heading}"))
            return
        pieces = [piece for piece in pieces if not (isinstance(piece, (Open, Close)) and piece.kind.startswith("no "))]
        # Words of a table outside its cells are its caption, which is written before the table.
        if self._table is not None and self._table.lines is not None:
            if words != "•" or images:
                self._table.lines.append(write_inline(pieces, breaks=False))
                self._table.plain.append(words)
            return
        if words and self._is_set_apart(words, bool(images)):
            if images:
                self._block(write_inline(images), "image", "")
            return
        if self._caption and words and (match := _CAPTION_CREDIT.search(words)):
            self._credit(match["credit"])
            self.out.removed.append(("credit", words[match.start() :].strip()))
            words = words[: match.start()].rstrip()
            pieces = [*images, Words((" " if images else "") + words)]
            if not words and not images:
                return
        if self._heading is not None and words:
            self._write_heading(pieces, words)
            return
        if self._strong_block or self._term:
            pieces = [
                Open("strong"),
                *(piece for piece in pieces if getattr(piece, "kind", "") != "strong"),
                Close("strong"),
            ]
        self._block(write_inline(pieces), "paragraph", words)

    def _is_set_apart(self, words: str, has_image: bool) -> bool:
        """Take out a block that is furniture, a date, a credit or a reuse notice; return whether it was."""
        if opens_contents(words):
            self.out.removed.append(("contents", words))
            return True
        if self._heading is not None:
            return False
        if credit := credit_in(words):
            self._credit(credit)
            self.out.removed.append(("credit", words))
            return True
        kind = chrome_kind(words)
        if kind:
            self.out.removed.append((kind, words))
            return True
        if len(words) <= 200 and (dates := dates_in_line(words)):
            self.out.dates += dates
            self.out.removed.append(("date_line", words))
            return True
        if len(words) <= 2_500 and is_reuse_notice(words):
            self.out.removed.append(("reuse_notice", words))
            return True
        return False

    def _credit(self, credit: str) -> None:
        credit = credit.strip().rstrip(".") if credit.count(".") == 1 else credit.strip()
        if self._figure:
            targets = self._figure
        elif self.out.assets and self._quiet_since_image <= 2 and self.out.assets[-1]["credit"] is None:
            targets = self.out.assets[-1:]
        elif len(self.out.assets) < _MOST_ASSETS:
            self.out.assets.append({"kind": "image", "url": None, "alt": None, "credit": None, "license": "unknown"})
            targets = self.out.assets[-1:]
        else:
            return
        for asset in targets:
            asset["credit"] = credit
            asset["reusable"] = False

    def _write_heading(self, pieces: list[Piece], words: str) -> None:
        level = self._heading or 2
        if level == 1 and self.out.first_title is None:
            self.out.first_title = words
        if any(frame.width for frame in self._lists):
            # Inside an item after its first words: a heading there would cut the list.
            self._block(write_inline([Open("strong"), *pieces, Close("strong")]), "paragraph", words)
            return
        for frame in self._lists:
            frame.pending = False
        line = heading_words(write_inline(pieces, breaks=False))
        self._block(f"{'#' * level} {line}", "heading", words)

    def _block(self, text: str, kind: str, words: str) -> None:
        if not text:
            return
        if kind != "image":
            self._quiet_since_image += 1
        if kind == "heading":
            first = rest = ""
            item = False
        else:
            first, rest, item = self._prefix()
        lines = text.split("\n")
        written = first + lines[0] + "".join(f"\n{rest}{line}" if line else "\n" for line in lines[1:])
        tight = item and self._last_was_item and not (self._lists[-1].items == 1 and self._lists[-1].kind == "ol")
        self.out.blocks.append(("\n" if tight else "\n\n") + written)
        self.out.plain.append((kind, words))
        self._last_was_item = item
        self._last_list = None

    def _write_preformatted(self) -> None:
        if self._preformatted is None:
            return
        text = "".join(self._preformatted).strip("\n")
        self._preformatted = None
        self._pieces = list(self._marks)
        if not has_words(text):
            return
        longest = max((len(run) for run in re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        self._block(f"{fence}\n{text}\n{fence}", "preformatted", collapse(text))

    # --------------------------------------------------------------------------------------------------------- tables

    def _open_table(self, node: LexborNode) -> None:
        if self._table:
            self._table.depth += 1
        elif _is_layout(node, self._measures):
            self._layout_tables += 1
        else:
            self._table = _Table()

    def _open_table_part(self, tag: str, node: LexborNode) -> None:
        table = self._table
        if table is None or table.depth > 1:
            return
        if tag == "thead":
            table.in_head = True
        elif tag == "tr":
            table.row = []
        else:
            if table.row is None:
                table.row = []
            table.lines = []
            table.plain = []
            table.row.append(
                _Cell(
                    "", _span(node, "colspan", _MOST_COLUMNS), _span(node, "rowspan", _MOST_SPANNED_ROWS), tag == "th"
                )
            )

    def _close_table_part(self, tag: str) -> None:
        table = self._table
        if table is None:
            return
        if tag == "thead":
            table.in_head = False
        elif tag == "tr":
            if table.row:
                table.rows.append(table.row)
                table.heads.append(table.in_head or all(cell.head for cell in table.row))
            table.row = None
        elif table.lines is not None and table.row:
            table.row[-1].text = "<br>".join(table.lines).replace("|", "\\|")
            table.lines = None

    def _close_table(self) -> None:
        if self._table is None:
            self._layout_tables = max(0, self._layout_tables - 1)
        elif self._table.depth > 1:
            self._table.depth -= 1
        else:
            self._end_table()

    def _end_table(self) -> None:
        table = self._table
        self._table = None
        if table is None:
            return
        rows, cut = _grid(table.rows)
        if cut:
            self.out.removed.append(("cells", f"{cut} cells beyond the {_MOST_COLUMNS}th column of a table"))
        heads = table.heads
        columns = max((len(row) for row in rows), default=0)
        if not columns or not any(any(row) for row in rows):
            return
        count = 0
        while count < len(rows) - 1 and heads[count]:
            count += 1
        header = _merged(rows[: max(count, 1)], columns)
        if count == 0:
            self.out.removed.append(("note", "a table without header cells: its first row is written as the header"))
        lines = [header, ["---"] * columns, *(row + [""] * (columns - len(row)) for row in rows[max(count, 1) :])]
        text = "\n".join("| " + " | ".join(row) + " |" for row in lines)
        self._block(text, "table", "")

    # ------------------------------------------------------------------------------------------------------- taken out

    def _take_out(self, kind: str, node: LexborNode) -> None:
        text = collapse(node.text(separator=" ")).strip()
        if kind == "embed":
            text = " ".join(part for part in (text, attribute(node, "title"), attribute(node, "src")) if part)
        if has_words(text[:5000]):
            self.out.removed.append((kind, shortened(text) if kind in ("script", "style") else text))


def _span(node: LexborNode, name: str, most: int) -> int:
    value = attribute(node, name).strip()
    return min(max(int(value), 1), most) if re.fullmatch(r"\d{1,6}", value) else 1


_LONGEST_CELL = 3_000


def _is_layout(table: LexborNode, measures: dict[int, Measure]) -> bool:
    """Return whether a table only places things on the page: by its role, or by what its cells hold."""
    if attribute(table, "role").lower() in ("presentation", "none"):
        return True
    size = measures.get(table.mem_id)
    if size and size.has_title:
        return True
    rows = wide = 0
    in_table = 0
    for entering, node in events(table):
        tag = node.tag
        if tag == "table":
            in_table += 1 if entering else -1
            if in_table > 1:
                return True
        elif entering and tag == "tr":
            rows += 1
            cells = 0
            child = node.child
            while child is not None:
                if child.tag in ("td", "th"):
                    cells += 1
                    held = measures.get(child.mem_id)
                    if held and held.length > _LONGEST_CELL:
                        return True
                child = child.next
            wide += cells > 1
        elif entering and tag in ("h2", "h3"):
            return True
    return rows < 2 or wide == 0


def _grid(rows: list[list[_Cell]]) -> tuple[list[list[str]], int]:
    """Return the rows with merged cells spread out, and how many cells were cut off.

    A cell over several rows stands in each of them, so that each row can be read alone.
    """
    cut = 0
    grid: list[list[str]] = []
    carried: dict[int, tuple[int, str]] = {}  # column -> rows still covered, text
    for row in rows:
        line: list[str] = []
        waiting = list(reversed(row))
        below: dict[int, tuple[int, str]] = {}
        while waiting or any(column >= len(line) for column in carried):
            column = len(line)
            if column >= _MOST_COLUMNS:
                cut += len(waiting)
                break
            if column in carried:
                left, text = carried[column]
                line.append(text)
                if left > 1:
                    below[column] = (left - 1, text)
                continue
            if not waiting:
                line.append("")
                continue
            cell = waiting.pop()
            for offset in range(min(cell.columns, _MOST_COLUMNS - column)):
                text = cell.text if offset == 0 or cell.head else ""
                line.append(text)
                if cell.rows > 1:
                    below[column + offset] = (cell.rows - 1, text)
        carried = below
        grid.append(line)
    return grid, cut


def _merged(rows: list[list[str]], columns: int) -> list[str]:
    """Return one header row of several: each column's different words, from the top down."""
    header = []
    for column in range(columns):
        words: list[str] = []
        for row in rows:
            if column < len(row) and row[column] and row[column] not in words:
                words.append(row[column])
        header.append(" ".join(words))
    return header
