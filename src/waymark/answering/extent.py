"""Where a quotation begins, ends and folds: between whole sentences, items and rows, with what introduces them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from waymark.index.analyser import held_terms
from waymark.library.body import BLOCK_END, BLOCK_START, Block, BlockKind, Body
from waymark.passages.passages import Span
from waymark.passages.sentences import sentences_of

WORDS = 130  # a quotation's usual length; a page of a phone
LONGEST_LIST = 230  # words; a list that answers is not cut below this
FOLD = 120  # words that are shown before "more"
REST = 25  # fewer words than this are not worth a fold
_WORD = re.compile(r"\w+")
_FEW = 3  # words; fewer without a colon introduce nothing
_ENDS = re.compile(r"[.!?…][^\w]*\d{0,2}[^\w]*\Z")
_FIRST_LETTER = re.compile(r"[^\W\d_]")


_BESIDE_WORDS = {code: " " for code in range(128) if not _WORD.match(chr(code))}


def words_in(text: str) -> list[str]:
    """Return the words of a text: runs of letters, digits and low lines. A text in ASCII is cut without the pattern, in a
    fifth of the time.
    """
    return text.translate(_BESIDE_WORDS).split() if text.isascii() else _WORD.findall(text)


@lru_cache(maxsize=8192)
def count(text: str) -> int:
    """Return how many words a text has."""
    return len(words_in(text))


def _places_in(body: Body, span: Span) -> tuple[int, int]:
    """Return the first block that reaches into the span and the one past the last; blocks stand in order."""
    first = bisect_right(body.blocks, span.start, key=BLOCK_END)
    return first, bisect_left(body.blocks, span.end, lo=first, key=BLOCK_START)


def _blocks_in(body: Body, span: Span) -> Sequence[Block]:
    return body.blocks_between(span.start, span.end)


def _introduces(body: Body, block: Block) -> bool:
    return body.text[block.start : block.end].rstrip().endswith(":")


def _begins_low(body: Body, block: Block) -> bool:
    """Return whether an item's words begin in lower case, as those do that go on from what introduces them."""
    first = _FIRST_LETTER.search(body.text, block.start, block.end)
    return first is not None and first.group().islower()


def _above(body: Body, place: int) -> int | None:
    """Return the place of the item that the one at ``place`` stands below, or None.

    Many pages lose the depth of their lists on the way, so an item that begins in lower case stands below the last item that
    ends with a colon, as long as only items of its kind lie between.
    """
    item = body.blocks[place]
    for at in range(place - 1, -1, -1):
        block = body.blocks[at]
        if block.kind is not BlockKind.ITEM:
            return None
        if block.level < item.level:
            return at
        if block.level == item.level and _introduces(body, block):
            return at if _begins_low(body, item) else None
        if block.level == item.level and not _begins_low(body, block):
            return None
    return None


def without_loose_end(body: Body, span: Span) -> Span:
    """Return the span without a last line that says nothing by itself, where anything else is left.

    That is what introduces what the span no longer holds ("It is used:"), and words that are no sentence ("Enlarge Image").
    """
    place, past = _places_in(body, span)
    while past - place > 1:
        last = body.blocks[past - 1]
        whole = last.kind is BlockKind.ROW or (last.kind is BlockKind.ITEM and not _introduces(body, last))
        if span.end < last.end or whole or _ENDS.search(body.text, last.start, last.end):
            break
        past -= 1
        span = Span(span.start, body.blocks[past - 1].end)
    if past - place == 1 and body.blocks[place].kind is BlockKind.PARAGRAPH:
        *before, _ = sentences_of(body.text[span.start : span.end])
        if before and not _ENDS.search(body.text[span.start : span.end]):
            span = Span(span.start, span.start + before[-1].end)
    return span


def with_introduction(body: Body, span: Span) -> tuple[Span, Span | None]:
    """Return the span with what introduces its list or table, where that began in an earlier passage.

    Where all from the introduction on would be too long, the span stays and the introduction is given beside it: the sentence
    that ends with a colon, or the head of the table. An item brings the item that it stands below; the first list of a
    section brings the last sentence before it.
    """
    span = without_loose_end(body, span)
    place, past = _places_in(body, span)
    if place >= past or body.blocks[place].kind is BlockKind.PARAGRAPH:
        return span, None
    of_items = body.blocks[place].kind is BlockKind.ITEM
    if of_items:
        above = _above(body, place)
        while above is not None:
            place = above
            above = _above(body, place)
        span = Span(min(span.start, body.blocks[place].start), span.end)
    lead = _lead(body, place, of_items)
    if lead is not None and count(body.text[lead.start : span.end]) <= LONGEST_LIST:
        return Span(lead.start, span.end), None
    return span, lead


def _lead(body: Body, place: int, of_items: bool) -> Span | None:
    """Return what introduces the list or table that the block at ``place`` is part of: a sentence, or the head of the table."""
    for at in range(place - 1, -1, -1):
        block = body.blocks[at]
        if block.kind is BlockKind.HEADING:
            return None
        if block.kind is BlockKind.ROW and block.level == 0 and not of_items:
            return Span(block.start, block.end)
        if block.kind is BlockKind.PARAGRAPH:
            *_, last = sentences_of(body.text[block.start : block.end])
            sentence = Span(block.start + last.start, block.start + last.end)
            if _introduces(body, block):
                return sentence
            if at == place - 1 and not _ENDS.search(body.text, block.start, block.end):  # "Some examples are"
                return sentence if count(body.text[sentence.start : sentence.end]) >= _FEW else None
            if body.blocks[at - 1].kind is BlockKind.ITEM and of_items:
                continue  # it goes on with what the item before it says
            first = at == place - 1 and count(body.text[sentence.start : sentence.end]) <= REST
            return sentence if first else None
    return None


def units_of(body: Body, span: Span) -> list[Span]:
    """Return what is never cut of a span, in order: each sentence of a paragraph, each list or table with the sentence that
    introduces it.
    """
    units: list[Span] = []
    pending: Span | None = None  # a paragraph that ends with a colon waits for its list
    listed: Span | None = None

    for block in _blocks_in(body, span):
        if block.kind is BlockKind.PARAGRAPH:
            units += [waiting for waiting in (listed, pending) if waiting is not None]
            listed = pending = None
            pieces = [
                Span(block.start + s.start, block.start + s.end)
                for s in sentences_of(body.text[block.start : block.end])
            ]
            units += pieces[:-1]
            if pieces and body.text[pieces[-1].start : pieces[-1].end].endswith(":"):
                pending = pieces[-1]
            elif pieces:
                units.append(pieces[-1])
        elif listed is None:
            listed = Span(pending.start if pending else block.start, block.end)
            pending = None
        else:
            listed = Span(listed.start, block.end)
    units += [waiting for waiting in (listed, pending) if waiting is not None]
    return units


def best_run(
    body: Body, span: Span, weights: Mapping[str, float], key: str, said: Callable[[str], bool]
) -> Span | None:
    """Return the part of a span that answers: the whole of a short one, else the neighbouring units with most of the question.

    ``weights`` gives each analysed term of the question its weight. Units that were ``said`` before are left out; None where
    nothing else is left. Of parts as good the earlier one wins: a page says the main thing first.
    """
    units = units_of(body, span)
    if not units:
        return span
    texts = [body.text[unit.start : unit.end] for unit in units]
    told = [said(text) for text in texts]
    if not any(told) and count(body.text[span.start : span.end]) <= WORDS:
        return span
    scores = [_score(text, weights, key) for text in texts]
    lengths = [count(text) for text in texts]
    best: tuple[float, int, int] | None = None
    for first in range(len(units)):
        words, total = 0, 0.0
        for last in range(first, len(units)):
            words += lengths[last]
            if told[last] or (words > WORDS and last > first):
                break
            total += scores[last]
            rank = total - 0.02 * first
            if best is None or rank > best[0] + 1e-9 or (rank > best[0] - 1e-9 and best[1] == first):
                best = (rank, first, last)
    if best is None:
        return None
    _, first, last = best
    return Span(units[first].start, units[last].end)


def _score(text: str, weights: Mapping[str, float], key: str) -> float:
    present = held_terms(text, key)
    return sum(weight for term, weight in weights.items() if term in present)


def fold_of(body: Body, span: Span) -> int | None:
    """Return where a long quotation may be folded within `FOLD` words: behind a paragraph, an item or a row, else a sentence.

    An item stays with the items below it, and nothing is folded right after what introduces something. None for a quotation
    that is short enough, or of which too little would be left.
    """
    if count(body.text[span.start : span.end]) <= FOLD + REST:
        return None
    behind_block = behind_any = None
    for whole, end in _ends(body, span):
        shown = count(body.text[span.start : end])
        if behind_any is not None and shown > FOLD:
            break
        if count(body.text[end : span.end]) >= REST:
            behind_any = end
            if whole and shown >= FOLD // 2:
                behind_block = end
    return behind_any if behind_block is None else behind_block


def _ends(body: Body, span: Span) -> Iterator[tuple[bool, int]]:
    """Yield the places in a span where a reader may stop, in order, and whether a whole block ends there."""
    blocks = _blocks_in(body, span)
    outermost = min((block.level for block in blocks if block.kind is BlockKind.ITEM), default=0)
    for number, block in enumerate(blocks):
        follows = blocks[number + 1] if number + 1 < len(blocks) else None
        ends = [block.end]
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM):
            ends = [block.start + sentence.end for sentence in sentences_of(body.text[block.start : block.end])]
        below = follows is not None and follows.kind is BlockKind.ITEM and follows.level > outermost
        heads = block.kind is BlockKind.ROW and block.level == 0
        for end in ends:
            if span.start < end < span.end and not (
                below or heads or body.text[block.start : end].rstrip().endswith(":")
            ):
                yield end >= block.end, end
