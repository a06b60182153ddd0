"""Passages: quotable slices of a body, each with its section path, cut where a careful reader would cut.

A list stays with the sentence that introduces it. A heading without text of its own, a "Key Points" repetition of the
headings below it and the summaries' standing notices are gaps, not passages. Passages and gaps join up to the body.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from waymark.library.body import Block, BlockKind, Body, sections

PASSAGES = 1
"""Raise when the same body would be cut another way; an index of another cut is stale."""

TARGET = 750  # characters; a passage of about 120 words fits the encoder and a phone's screen
LONGEST = 1500  # a list is kept whole with its introduction up to here


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points in one body."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a body under one section path. ``lead`` is the sentence that introduces a list cut into several passages."""

    span: Span
    section: tuple[str, ...]
    lead: Span | None = None

    def text(self, body: Body) -> str:
        return body.text[self.span.start : self.span.end]


_KEY_POINTS = re.compile(r"^key points\b", re.IGNORECASE)
_STANDING_NOTICE = re.compile(
    r"^(?:about this pdq summary|about pdq|purpose of this summary|reviewers and updates|permission to use this summary|"
    r"disclaimer|contact us|(?:latest updates|changes) to this summary\b.*|clinical trial information|levels of evidence|"
    r"current clinical trials|get more information from nci|related resources|research results and related resources|"
    r"clinical trials accepting patients|more about [^.?!]{1,80}|to learn more about [^.?!]{1,80})$",
    re.IGNORECASE,
)


def is_standing_notice(section: Sequence[str]) -> bool:
    """Return whether the section is one that every page of its kind repeats, so that it says nothing about the page's subject."""
    return any(_STANDING_NOTICE.match(heading.strip()) for heading in section)


def _introduces(body: Body, block: Block) -> bool:
    return body.text[block.start : block.end].rstrip().endswith(":")


def _units(body: Body, blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield runs of blocks that stay together: a paragraph, or a list or table with the paragraph that introduces it."""
    unit: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH:
            if unit and not (len(unit) == 1 and unit[0].kind is BlockKind.PARAGRAPH and _introduces(body, unit[0])):
                yield unit
                unit = []
            unit.append(block)
        else:
            if unit and unit[-1].kind not in (block.kind, BlockKind.PARAGRAPH):
                yield unit
                unit = []
            if unit and unit[-1].kind is BlockKind.PARAGRAPH and not _introduces(body, unit[-1]):
                yield unit
                unit = []
            unit.append(block)
    if unit:
        yield unit


def _cut_long(unit: list[Block]) -> Iterator[tuple[list[Block], Block | None]]:
    """Cut a unit that is too long at its outermost items or rows; later pieces keep the introduction as their lead."""
    lead = unit[0] if len(unit) > 1 and unit[0].kind is BlockKind.PARAGRAPH else None
    piece: list[Block] = []
    for block in unit:
        outermost = block.kind is not BlockKind.ITEM or block.level == 0
        if piece and outermost and block.end - piece[0].start > LONGEST and piece != [lead]:
            yield piece, (lead if piece[0] is not lead else None)
            piece = []
        piece.append(block)
    yield piece, (lead if piece[0] is not lead else None)


def passages(body: Body) -> Iterator[Passage]:
    """Yield the body's passages in order; they do not overlap, and none is empty."""
    for section, blocks in sections(body):
        if section and (_KEY_POINTS.match(section[-1]) or is_standing_notice(section)):
            continue
        yield from _section_passages(body, section, blocks)


def _section_passages(body: Body, section: tuple[str, ...], blocks: Sequence[Block]) -> Iterator[Passage]:
    held: list[Block] = []

    def release() -> Iterator[Passage]:
        if held:
            yield Passage(Span(held[0].start, held[-1].end), section)
            held.clear()

    for unit in _units(body, blocks):
        size = unit[-1].end - unit[0].start
        if held and unit[-1].end - held[0].start > TARGET:
            yield from release()
        if size > LONGEST:
            yield from release()
            for piece, lead in _cut_long(unit):
                yield Passage(
                    Span(piece[0].start, piece[-1].end),
                    section,
                    Span(lead.start, lead.end) if lead is not None else None,
                )
            continue
        held.extend(unit)
    yield from release()
