"""How a body is kept: its text, and beside it its marks, as one block of whole numbers and short texts.

Offsets are kept as differences, which are small and alike, so that they pack well and a document of a million
characters is read back in a few milliseconds.
"""

import hashlib
import json
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate
from operator import add

from waymark.library.body import Annotation, Block, BlockKind, Body, Removed

_FORMAT = 1
_HEAD = struct.Struct("<BIII")
_LEVEL = 3  # of zlib: twice the speed of the default for a tenth more bytes
_KINDS = {kind.value: kind for kind in BlockKind}


def squeeze(data: bytes) -> bytes:
    """Return the bytes as they are kept."""
    return zlib.compress(data, _LEVEL)


def text_bytes(text: str) -> bytes:
    """Return the text in UTF-8; a half character is kept as it is, so that every text comes back."""
    return text.encode("utf-8", "surrogatepass")


def digest(data: bytes) -> str:
    """Return ``sha256:`` and the hex digest."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _differences(values: Iterable[int]) -> Iterator[int]:
    last = 0
    for value in values:
        yield value - last
        last = value


def marks_bytes(body: Body) -> bytes:
    """Return blocks, annotations and removed matter of a body as bytes: the same body gives the same
    bytes.
    """
    names: dict[str, int] = {}

    def number(name: str) -> int:
        return names.setdefault(name, len(names))

    blocks, notes, removed = body.blocks, body.annotations, body.removed
    numbers = array("i")
    for column in (
        (number(block.kind.value) for block in blocks),
        _differences(block.start for block in blocks),
        (block.text_start - block.start for block in blocks),
        (block.end - block.text_start for block in blocks),
        (block.level for block in blocks),
        _differences(note.start for note in notes),
        (note.end - note.start for note in notes),
        (number(note.kind) for note in notes),
        (number(note.value) for note in notes),
        (number(note.note) for note in notes),
        _differences(piece.at for piece in removed),
        (number(piece.kind) for piece in removed),
        (number(piece.text) for piece in removed),
    ):
        numbers.extend(column)
    if sys.byteorder == "big":
        numbers.byteswap()
    words = json.dumps(list(names), separators=(",", ":")).encode("ascii")
    return _HEAD.pack(_FORMAT, len(blocks), len(notes), len(removed)) + numbers.tobytes() + words


def body_from(text: str, marks: bytes) -> Body:
    """Return the body that `marks_bytes` was made of. Raises ValueError for bytes that it did not make."""
    try:
        return _body_from(text, marks)
    except (struct.error, LookupError) as error:
        raise ValueError(f"its marks cannot be read ({error})") from error


def unsqueeze(data: bytes) -> bytes:
    """Return what `squeeze` was given. Raises ValueError for bytes that it did not make."""
    try:
        return zlib.decompress(data)
    except (zlib.error, TypeError) as error:
        raise ValueError(f"it cannot be unpacked ({error})") from error


def text_from(data: bytes) -> str:
    """Return the text that `text_bytes` was given."""
    return data.decode("utf-8", "surrogatepass")


def _body_from(text: str, marks: bytes) -> Body:
    form, blocks, notes, removed = _HEAD.unpack_from(marks)
    if form != _FORMAT:
        raise ValueError(f"marks of format {form}")
    length = (5 * blocks + 5 * notes + 3 * removed) * 4
    numbers = array("i")
    numbers.frombytes(marks[_HEAD.size : _HEAD.size + length])
    if sys.byteorder == "big":
        numbers.byteswap()
    names: list[str] = json.loads(marks[_HEAD.size + length :])
    position = 0

    def column(size: int) -> "array[int]":
        nonlocal position
        position += size
        return numbers[position - size : position]

    name = names.__getitem__
    kinds = [_KINDS[names[index]] for index in column(blocks)]
    starts = list(accumulate(column(blocks)))
    text_starts = list(map(add, starts, column(blocks)))
    ends = list(map(add, text_starts, column(blocks)))
    made_blocks = tuple(map(Block, kinds, starts, text_starts, ends, column(blocks)))
    note_starts = list(accumulate(column(notes)))
    note_ends = list(map(add, note_starts, column(notes)))
    note_words = [map(name, column(notes)) for _ in ("kind", "value", "note")]
    made_notes = tuple(map(Annotation, note_starts, note_ends, *note_words))
    places = list(accumulate(column(removed)))
    made_removed = tuple(map(Removed, places, map(name, column(removed)), map(name, column(removed))))
    return Body(text, made_blocks, made_notes, made_removed)
