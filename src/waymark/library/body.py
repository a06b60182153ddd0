"""The body: the text as a reader sees it, derived from the Markdown source by a fixed, versioned normalisation.

Block marks stay (headings, bullets, numbers, table rows). Inline marks do not: emphasis, links and images are annotations on
spans of the body. Everything that was taken out is listed in ``Body.removed`` with the place where it stood.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # a question needs bodies that were made before, not the parser that makes them
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

NORMALISATION = 1
"""Raise when the same source would give another body; an index of an older normalisation is stale."""


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


class Block(NamedTuple):
    """One block of the body: a named tuple, since a long document has thousands.

    ``start`` counts its mark in (``## ``, ``- ``, ``| ``); ``text_start`` is past the mark.

    ``level`` is the heading's level (1 to 6), the item's depth (0 is outermost) or, for a row, 0 for the header and 1 below.
    """

    kind: BlockKind
    start: int
    text_start: int
    end: int
    level: int


class Annotation(NamedTuple):
    """An inline mark that the body does not show: ``kind`` is link, strong, emphasis, code or image.

    ``value`` is the link's target, or for an image its address; ``note`` a link's title or an image's alternative text.
    """

    start: int
    end: int
    kind: str
    value: str = ""
    note: str = ""


BLOCK_START: Callable[[Block], int] = attrgetter("start")
BLOCK_END: Callable[[Block], int] = attrgetter("end")
_ANNOTATION_END: Callable[[Annotation], int] = attrgetter("end")


class Removed(NamedTuple):
    """Something of the source that is not in the body, and the place in the body where it stood."""

    at: int
    kind: str  # reference_mark, references, junk, credit, repeated_title, empty_heading, markup
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """``text`` with its blocks in order; offsets count Unicode code points."""

    text: str
    blocks: tuple[Block, ...]
    annotations: tuple[Annotation, ...]
    removed: tuple[Removed, ...]

    def block_text(self, block: Block) -> str:
        """Return the block's words without its mark."""
        return self.text[block.text_start : block.end]

    def blocks_between(self, start: int, end: int) -> tuple[Block, ...]:
        """Return the blocks that reach into a half-open range of the text, in order."""
        first = bisect_right(self.blocks, start, key=BLOCK_END)
        return self.blocks[first : bisect_left(self.blocks, end, lo=first, key=BLOCK_START)]

    def annotations_between(self, start: int, end: int) -> list[Annotation]:
        """Return the annotations that reach into a half-open range of the text, in their order."""
        blocks = self.blocks_between(start, end)
        if not blocks:
            return []
        # They stand block by block, within a block by their ends: an inner one before the one around it.
        kept, found, past = self.annotations, [], blocks[-1].end
        for at in range(bisect_right(kept, start, key=_ANNOTATION_END), len(kept)):
            annotation = kept[at]
            if annotation.start >= past:
                break
            if annotation.start < end:
                found.append(annotation)
        return found


# One private-use character stands in the source for each reference mark, so that the mark's place in the body is known.
_PLACEHOLDER = "\ue000"
_LIST_PLACEHOLDER = "\ue001"  # and one for each list of references with its heading
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_CITATION = r"\[\\?\[?\d+[a-z]?\\?\]?\]\(#cit/[^)\s]*\)"
_REFERENCE_MARK = re.compile(rf"\\?\[\s*{_CITATION}(?:\s*[,;\-–—]?\s*{_CITATION})*\s*\\?\]|{_CITATION}")
_SPLIT_LINK = re.compile(r"\[([^\[\]\n]{1,300})\n{2,}\]\(")
_STRAY_LINK_END = re.compile(r"\]\((?:https?://|/|#)[^)\s]*(?:\s\"[^\"]*\")?\)")
_SPACES = re.compile(r"[ \t\r\n\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
# Characters that are not seen are dropped; every kind of space is one space.
_VISIBLE: dict[int, str | None] = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 173, 8203, 8204, 8205))
_VISIBLE |= {0x2060: None, 0xFEFF: None}
_VISIBLE |= dict.fromkeys((9, 10, 13, 160, *range(8192, 8203), 8239, 8287, 12288), " ")
_TAG = re.compile(r"<[^<>]{0,500}>")
CREDIT = re.compile(r"^(?:Photo |Image )?Credit:\s*\S.{0,160}$", re.IGNORECASE)
JUNK = re.compile(
    r"^(?:enlarge|placeholder slot|skip to main content|back to top|print|email|share|play video|"
    r"an official website of the united states government|"
    r"go to (?:the )?(?:patient|health professional) version|view larger|close|•?\s*updated:)$",
    re.IGNORECASE,
)
REFERENCE_LIST = re.compile(
    r"^#{1,6}[ \t]*\n*[ \t]*(?:selected )?references[ \t]*#*[ \t]*$.*?(?=^#{1,6}(?:[ \t]|$)|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_SITE_SUFFIX = re.compile(r"\s+[-–|]\s+(?:NCI|National Cancer Institute)$")
_DEEPEST = 100  # levels of lists and quotes; what is nested deeper is read at the outermost level
_TOO_DEEP = re.compile(rf"^(?:[ \t]*>){{{_DEEPEST // 2},}}[ \t]*|^[ \t]{{{_DEEPEST - 20},}}", re.MULTILINE)
HEADING_LENGTH = 200  # an empty heading takes the next paragraph as its words only if it reads like a heading


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST}).enable("table")
    # A link's target is kept as it is written: it is a fact about the source, and nothing here follows it.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


def _seen(text: str) -> str:
    """Return the text as it is seen: no invisible characters, one space for each run of white space."""
    if not text.isprintable():
        text = text.translate(_VISIBLE)
    return _SPACES.sub(" ", text) if "  " in text else text


class _Writer:
    """Collects the body piece by piece and knows the offset of each."""

    def __init__(self, marks: Sequence[str], lists: Sequence[str]) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.blocks: list[Block] = []
        self.annotations: list[Annotation] = []
        self.removed: list[Removed] = []
        self._marks = iter(marks)
        self._lists = iter(lists)

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def take_out(self, kind: str, text: str) -> None:
        self.removed.append(Removed(self.length, kind, text))

    def next_mark(self) -> str:
        return next(self._marks, "")

    def account_for_the_rest(self) -> None:
        """Account for marks that stood where no text is, such as in a link's address."""
        for mark in self._marks:
            self.take_out("reference_mark", mark)

    def without_placeholders(self, raw: str) -> str:
        """Return text that is no inline text without its placeholders, and account for what they stand for."""
        for _ in range(raw.count(_PLACEHOLDER)):
            self.take_out("reference_mark", self.next_mark())
        for _ in range(raw.count(_LIST_PLACEHOLDER)):
            for line in next(self._lists).splitlines():
                if line.strip():
                    self.take_out("references", line.strip())
        return raw.replace(_PLACEHOLDER, "").replace(_LIST_PLACEHOLDER, "")


@dataclass(slots=True)
class _Inline:
    """The visible words of one inline token, with annotations and removals at offsets within it."""

    text: str
    annotations: list[tuple[int, int, str, str, str]]
    removed: list[tuple[int, str, str]]


def _inline(token: "Token", writer: _Writer) -> _Inline:
    writer.without_placeholders(_LIST_PLACEHOLDER * token.content.count(_LIST_PLACEHOLDER))
    out: list[str] = []
    length = 0
    annotations: list[tuple[int, int, str, str, str]] = []
    removed: list[tuple[int, str, str]] = []
    open_marks: list[tuple[int, str, str, str]] = []

    def put(raw: str) -> None:
        nonlocal length
        for index, part in enumerate(raw.replace(_LIST_PLACEHOLDER, "").split(_PLACEHOLDER)):
            if index:
                removed.append((length, "reference_mark", writer.next_mark()))
            if not part:
                continue
            stray = _STRAY_LINK_END.search(part) if "](" in part else None
            if stray:
                removed.append((length, "markup", stray.group()))
                part = _STRAY_LINK_END.sub("", part)
            part = _seen(part)
            if part.startswith(" ") and (not out or out[-1].endswith((" ", "\n"))):
                part = part[1:]
            if part:
                out.append(part)
                length += len(part)

    for child in token.children or ():
        if child.type == "text":
            put(child.content)
        elif child.type == "softbreak" or child.type == "hardbreak":
            put(" ")
        elif child.type == "code_inline":
            start = length
            put(child.content)
            annotations.append((start, length, "code", "", ""))
        elif child.type == "image":
            for _ in range(child.content.count(_PLACEHOLDER)):
                writer.next_mark()
            annotations.append(
                (length, length, "image", str(child.attrs.get("src", "")), child.content.replace(_PLACEHOLDER, ""))
            )
        elif child.type == "html_inline":
            removed.append((length, "markup", child.content))
            if child.content.lower().startswith("<br"):
                put(" ")
        elif child.type.endswith("_open"):
            kind = {"link_open": "link", "strong_open": "strong", "em_open": "emphasis"}.get(child.type, child.tag)
            open_marks.append((length, kind, str(child.attrs.get("href", "")), str(child.attrs.get("title", ""))))
        elif child.type.endswith("_close") and open_marks:
            start, kind, value, note = open_marks.pop()
            if kind == "link" and "".join(out)[start:].strip().lower() == "enlarge":
                removed.append((start, "junk", "Enlarge"))
                while length > start and out:
                    piece = out.pop()
                    length -= len(piece)
                continue
            annotations.append((start, length, kind, value, note))
    text = "".join(out)
    trimmed = text.rstrip()
    lead = len(trimmed) - len(trimmed.lstrip())
    text = trimmed[lead:]
    if lead:
        annotations = [(max(0, a - lead), max(0, b - lead), k, v, n) for a, b, k, v, n in annotations]
        removed = [(max(0, at - lead), k, v) for at, k, v in removed]
    size = len(text)
    annotations = [(min(a, size), min(b, size), k, v, n) for a, b, k, v, n in annotations]
    return _Inline(text, annotations, [(min(at, size), k, v) for at, k, v in removed])


def _annotate(writer: _Writer, inline: _Inline) -> None:
    base = writer.length
    for start, end, kind, value, note in inline.annotations:
        if kind == "image" or end > start:
            writer.annotations.append(Annotation(base + start, base + end, kind, value, note))
    for at, kind, text in inline.removed:
        writer.removed.append(Removed(base + at, kind, text))


def _block(writer: _Writer, kind: BlockKind, mark: str, inline: _Inline, level: int, after: str) -> None:
    start = writer.length
    writer.write(mark)
    text_start = writer.length
    _annotate(writer, inline)
    writer.write(inline.text)
    writer.blocks.append(Block(kind, start, text_start, writer.length, level))
    writer.write(after)


def _prepare(source: str) -> tuple[str, list[str], list[str]]:
    """Return the source with a placeholder for each reference mark and list of references, and both in order."""
    text = unicodedata.normalize("NFC", source.replace("\r\n", "\n").replace("\r", "\n"))
    text = _TOO_DEEP.sub("\n", _PRIVATE_USE.sub("", text))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a character, from a file that was cut
        text = text.encode("utf-8", "replace").decode("utf-8")
    marks: list[str] = []
    lists: list[str] = []

    def note(match: re.Match[str]) -> str:
        marks.append(match.group())
        return _PLACEHOLDER

    def note_list(match: re.Match[str]) -> str:
        lists.append(match.group())
        return f"\n\n{_LIST_PLACEHOLDER}\n\n"

    text = _REFERENCE_MARK.sub(note, REFERENCE_LIST.sub(note_list, text))
    return _SPLIT_LINK.sub(r"[\1](", text), marks, lists


@lru_cache(maxsize=4)
def _parsed(source: str) -> "tuple[list[Token], tuple[str, ...], tuple[str, ...]]":
    """Return the tokens of a source, its reference marks and its lists of references.

    Reading Markdown is most of what a body costs, and a repair looks at one text several times under several titles.
    """
    text, marks, lists = _prepare(source)
    return _parser().parse(text), tuple(marks), tuple(lists)


@lru_cache(maxsize=4)
def normalise(source: str, title: str = "") -> Body:
    """Return the body of a Markdown source (the text after the front matter).

    ``title`` is the record's title: a first heading that only repeats it before the page's own first heading is removed.
    Never raises: text that is no Markdown is paragraphs.
    """
    tokens, marks, lists = _parsed(source)
    writer = _Writer(marks, lists)
    _write_blocks(tokens, writer, title)
    writer.account_for_the_rest()
    body = "".join(writer.pieces).rstrip("\n")
    size = len(body)
    return Body(
        text=body,
        blocks=tuple(writer.blocks),
        annotations=tuple(a for a in writer.annotations if a.end <= size),
        removed=tuple(Removed(min(r.at, size), r.kind, r.text) for r in writer.removed),
    )


def _only_repeats(heading: str, title: str) -> bool:
    return bool(title) and (
        heading == title or heading == _SITE_SUFFIX.sub("", title) or bool(_SITE_SUFFIX.search(heading))
    )


def _second_first_level(tokens: "list[Token]", after: int) -> bool:
    return any(token.type == "heading_open" and token.tag == "h1" for token in tokens[after:])


def _html_text(content: str) -> str:
    return _SPACES.sub(" ", _TAG.sub(" ", content)).strip()


def _write_blocks(tokens: "list[Token]", writer: _Writer, title: str) -> None:
    depth = -1  # of lists
    ordered: list[int | None] = []
    item_open = False  # the next paragraph is the item's first and carries its mark
    pending_heading: int | None = None  # level of a heading without words
    first_heading = True
    row: list[_Inline] | None = None
    header = False
    position = 0
    while position < len(tokens):
        token = tokens[position]
        kind = token.type
        if kind == "heading_open":
            inline = _inline(tokens[position + 1], writer)
            level = int(token.tag[1])
            if pending_heading is not None:
                writer.take_out("empty_heading", "#" * pending_heading)
                pending_heading = None
            position += 3
            if not inline.text:
                pending_heading = level
                continue
            if (
                first_heading
                and level == 1
                and _only_repeats(inline.text, title)
                and _second_first_level(tokens, position)
            ):
                writer.take_out("repeated_title", inline.text)
                first_heading = False
                continue
            first_heading = False
            _block(writer, BlockKind.HEADING, "#" * level + " ", inline, level, "\n\n")
            continue
        if kind in ("bullet_list_open", "ordered_list_open"):
            depth += 1
            ordered.append(int(token.attrs.get("start", 1)) if kind == "ordered_list_open" else None)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            ordered.pop()
            if depth < 0 and writer.pieces:
                writer.write("\n")
        elif kind == "list_item_open":
            item_open = True
        elif kind == "list_item_close":
            if item_open and ordered and ordered[-1] is not None:
                ordered[-1] += 1
            item_open = False
        elif kind == "tr_open":
            row = []
        elif kind == "thead_open":
            header = True
        elif kind == "thead_close":
            header = False
        elif kind == "tr_close" and row is not None:
            _write_row(writer, row, header)
            row = None
        elif kind == "table_close":
            writer.write("\n")
        elif kind == "inline":
            inline = _inline(token, writer)
            if row is not None:
                row.append(inline)
            else:
                pending_heading = _write_words(writer, inline, pending_heading, item_open, depth, ordered)
                if depth >= 0:
                    item_open = False
        elif kind in ("fence", "code_block", "html_block"):
            content = writer.without_placeholders(token.content)
            visible = _html_text(content) if kind == "html_block" else content.translate(_VISIBLE).strip()
            if kind == "html_block":
                writer.take_out("markup", content.strip())
            if visible:
                _block(writer, BlockKind.PARAGRAPH, "", _Inline(visible, [], []), 0, "\n\n")
        position += 1
    if pending_heading is not None:
        writer.take_out("empty_heading", "#" * pending_heading)


def _write_row(writer: _Writer, row: list[_Inline], header: bool) -> None:
    if not any(cell.text for cell in row):
        writer.take_out("markup", "|" + "  |" * len(row))
        return
    start = writer.length
    writer.write("| ")
    text_start = writer.length
    for index, cell in enumerate(row):
        if index:
            writer.write(" | ")
        _annotate(writer, cell)
        writer.write(cell.text)
    end = writer.length
    writer.write(" |")
    writer.blocks.append(Block(BlockKind.ROW, start, text_start, end, 0 if header else 1))
    writer.write("\n")


def _write_words(
    writer: _Writer,
    inline: _Inline,
    pending_heading: int | None,
    item_open: bool,
    depth: int,
    ordered: list[int | None],
) -> int | None:
    """Write a paragraph or an item's words; return the level of a heading that still waits for its words."""
    text = inline.text
    if not text:
        _annotate(writer, inline)
        return pending_heading
    if JUNK.match(text):
        _annotate(writer, _Inline("", [], inline.removed))
        writer.take_out("junk", text)
        return pending_heading
    if CREDIT.match(text):
        writer.take_out("credit", text)
        return pending_heading
    if depth >= 0:
        indent = "  " * depth
        number = ordered[-1]
        if item_open:
            mark = f"{indent}- " if number is None else f"{indent}{number}. "
            if number is not None:
                ordered[-1] = number + 1
        else:
            mark = indent + "  "  # a further paragraph of the same item
        _block(writer, BlockKind.ITEM, mark, inline, depth, "\n")
        return None
    if pending_heading is not None:
        if len(text) <= HEADING_LENGTH and not text.endswith((".", ":", ";", ",")):
            _block(writer, BlockKind.HEADING, "#" * pending_heading + " ", inline, pending_heading, "\n\n")
            return None
        writer.take_out("empty_heading", "#" * pending_heading)
    _block(writer, BlockKind.PARAGRAPH, "", inline, 0, "\n\n")
    return None


def sections(body: Body) -> Iterator[tuple[tuple[str, ...], tuple[Block, ...]]]:
    """Yield each run of blocks under one heading with its section path (the document's first heading is its title, not a section)."""
    path: list[tuple[int, str]] = []
    run: list[Block] = []
    seen_title = False
    for block in body.blocks:
        if block.kind is not BlockKind.HEADING:
            run.append(block)
            continue
        if run:
            yield tuple(words for _, words in path), tuple(run)
            run = []
        if block.level == 1 and not seen_title:
            seen_title = True
            path = []
            continue
        seen_title = True
        path = [entry for entry in path if entry[0] < block.level]
        path.append((block.level, body.block_text(block)))
    if run:
        yield tuple(words for _, words in path), tuple(run)
