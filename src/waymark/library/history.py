"""What changed between two versions of a document: its text word by word, and its record value by value."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from waymark.library.document import Document

_TOKEN = re.compile(r"\s+|[^\s]+")
_MOST = 40_000_000  # cells of the table that words are compared in: some 5 MB of bits, and a quarter of a second
# What the catalogue writes at each version, so that it differs without anyone having changed it.
_NOT_SHOWN = frozenset({"version", "contentHash", "evidence", "status"})


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is in both versions, in the former alone, or in the later alone."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of the record before and after; None where it was not there."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of one document side by side."""

    before: Document
    after: Document
    text: tuple[Piece, ...]
    record: tuple[ValueChange, ...]

    @property
    def words_gone(self) -> int:
        return sum(len(piece.text.split()) for piece in self.text if piece.change is Change.GONE)

    @property
    def words_new(self) -> int:
        return sum(len(piece.text.split()) for piece in self.text if piece.change is Change.NEW)

    @property
    def same_text(self) -> bool:
        return all(piece.change is Change.SAME for piece in self.text)


def compare(before: Document, after: Document) -> Comparison:
    """Return what changed from one version to another, in the text as a reader sees it and in the record."""
    return Comparison(
        before, after, word_diff(before.body.text, after.body.text), record_diff(before.front, after.front)
    )


def record_diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[ValueChange, ...]:
    """Return the values of front matter that differ, in the order of the later one."""
    keys = dict.fromkeys((*after, *before))
    return tuple(
        ValueChange(key, before.get(key), after.get(key))
        for key in keys
        if key not in _NOT_SHOWN and before.get(key) != after.get(key)
    )


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of two texts in order, a piece that is gone before the one that is new in its place.

    The same and the gone pieces joined are ``before``; the same and the new ones are ``after``. Lines are compared first (longest
    common subsequence), then the words within lines that changed. Two texts with many millions of pairs of changed words
    are shown as one piece gone and one new.
    """
    pieces: list[Piece] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for change, first, second in _aligned(old, new):
        if change is Change.SAME:
            pieces.append(Piece(Change.SAME, "".join(first)))
        else:
            pieces.extend(_within("".join(first), "".join(second)))
    return tuple(_joined(pieces))


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Change, Sequence[str], Sequence[str]]]:
    """Yield runs of equal units, and runs in which the one was replaced by the other (either may be empty)."""
    from rapidfuzz.distance import LCSseq

    # What both begin and end with needs no table.
    start = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    tail = 0
    while tail < min(len(old), len(new)) - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if start:
        yield Change.SAME, old[:start], new[:start]
    middle_old, middle_new = old[start : len(old) - tail], new[start : len(new) - tail]
    if len(middle_old) * len(middle_new) > _MOST:
        yield Change.NEW, middle_old, middle_new
    elif middle_old or middle_new:
        gone: list[str] = []
        come: list[str] = []
        for code in LCSseq.opcodes(middle_old, middle_new):
            first, second = middle_old[code.src_start : code.src_end], middle_new[code.dest_start : code.dest_end]
            if code.tag == "equal":
                if gone or come:
                    yield Change.NEW, gone, come
                    gone, come = [], []
                yield Change.SAME, first, second
            else:
                gone, come = [*gone, *first], [*come, *second]
        if gone or come:
            yield Change.NEW, gone, come
    if tail:
        yield Change.SAME, old[len(old) - tail :], new[len(new) - tail :]


def _within(old: str, new: str) -> list[Piece]:
    """Return the pieces of one run of changed lines, word by word."""
    pieces: list[Piece] = []
    for change, first, second in _aligned(_TOKEN.findall(old), _TOKEN.findall(new)):
        if change is Change.SAME:
            pieces.append(Piece(Change.SAME, "".join(first)))
            continue
        if first:
            pieces.append(Piece(Change.GONE, "".join(first)))
        if second:
            pieces.append(Piece(Change.NEW, "".join(second)))
    return _readable(pieces)


def _readable(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces without islands: a few equal characters between two larger changes only hide what was rewritten.

    The rule is that of Fraser's diff-match-patch (semantic cleanup): an equality no longer than the changes on both sides.
    """
    while True:
        groups = _groups(pieces)
        island = next(
            (
                at
                for at in range(1, len(groups) - 1)
                if groups[at][0].change is Change.SAME
                and len(groups[at][0].text) <= _size(groups[at - 1])
                and len(groups[at][0].text) <= _size(groups[at + 1])
            ),
            None,
        )
        if island is None:
            return pieces
        words = groups[island][0].text
        merged = [*groups[island - 1], Piece(Change.GONE, words), Piece(Change.NEW, words), *groups[island + 1]]
        gone = "".join(piece.text for piece in merged if piece.change is Change.GONE)
        new = "".join(piece.text for piece in merged if piece.change is Change.NEW)
        whole = [piece for piece in (Piece(Change.GONE, gone), Piece(Change.NEW, new)) if piece.text]
        groups[island - 1 : island + 2] = [whole]
        pieces = [piece for group in groups for piece in group]


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces in groups: each equal piece alone, the gone and new ones between two of them together."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if piece.change is not Change.SAME and groups and groups[-1][0].change is not Change.SAME:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _size(group: Sequence[Piece]) -> int:
    """Return the length of the longer side of a change."""
    return max(sum(len(p.text) for p in group if p.change is change) for change in (Change.GONE, Change.NEW))


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces with neighbours of one kind joined."""
    held: Piece | None = None
    for piece in pieces:
        if held is not None and held.change is piece.change:
            held = Piece(held.change, held.text + piece.text)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a comparison that is worth showing: pieces around changes, and how many characters were passed over before."""

    pieces: tuple[Piece, ...]
    skipped: int


def around_changes(pieces: Sequence[Piece], context: int = 160) -> tuple[Passage, ...]:
    """Return the changes, each with up to ``context`` characters of what stands around it, cut between words.

    A stretch without change of up to twice as many characters is shown whole. Empty when nothing changed.
    """
    if all(piece.change is Change.SAME for piece in pieces):
        return ()
    passages: list[Passage] = []
    shown: list[Piece] = []
    skipped = 0
    for at, piece in enumerate(pieces):
        if piece.change is not Change.SAME:
            shown.append(piece)
            continue
        is_first, is_last = at == 0, at == len(pieces) - 1
        head = "" if is_first else _cut_after(piece.text, context)
        tail = "" if is_last else _cut_before(piece.text, context)
        if len(head) + len(tail) >= len(piece.text):
            shown.append(piece)
            continue
        if head:
            shown.append(Piece(Change.SAME, head))
        if shown:
            passages.append(Passage(tuple(shown), skipped))
        skipped = len(piece.text) - len(head) - len(tail)
        shown = [Piece(Change.SAME, tail)] if tail else []
    if shown:
        passages.append(Passage(tuple(shown), skipped))
    return tuple(passages)


def _cut_after(text: str, size: int) -> str:
    """Return the start of a text, some ``size`` characters, up to the end of a word."""
    if len(text) <= size:
        return text
    space = re.compile(r"\s").search(text, size)
    return text[: space.start()] if space and space.start() < 2 * size else text[:size]


def _cut_before(text: str, size: int) -> str:
    if len(text) <= size:
        return text
    start = len(text) - size
    spaces = [match.end() for match in re.finditer(r"\s", text[max(0, start - size) : start])]
    return text[max(0, start - size) + spaces[-1] :] if spaces else text[start:]
