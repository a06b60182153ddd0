"""What a change would make or has made, as a page shows it: values before and after, and the text word by word."""

from collections.abc import Sequence
from dataclasses import dataclass

from waymark.app.web.librarian.words import key_words, value_words
from waymark.library.document import Document
from waymark.library.history import Comparison, around_changes, compare

MOST_PASSAGES = 12  # of one comparison shown on a page that is about something else
_OF_ITSELF = frozenset({"contentHash", "decided", "undecided", "retrieved", "assets"})


@dataclass(frozen=True, slots=True)
class Value:
    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words: "same", "gone" or "new"."""

    change: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """Words around one change or several near each other, after so many characters without change."""

    runs: tuple[Run, ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class Changes:
    """``more`` is how many further parts there are."""

    values: tuple[Value, ...]
    parts: tuple[Part, ...]
    more: int
    words_gone: int
    words_new: int
    written: bool  # what a reader sees is the same; shown is the text as it is written

    @property
    def nothing(self) -> bool:
        return not self.values and not self.parts


def changes(before: Document, after: Document, most: int = MOST_PASSAGES) -> Changes:
    """Return what changed between two versions. Where a reader sees no difference, the text as it is written is compared."""
    from waymark.library.history import word_diff

    compared = compare(before, after)
    pieces, written = compared.text, False
    if compared.same_text and before.source != after.source:
        pieces, written = word_diff(before.source, after.source), True
        compared = Comparison(before, after, pieces, compared.record)
    passages = around_changes(pieces, 120)
    parts = tuple(
        Part(tuple(Run(piece.change.value, piece.text) for piece in passage.pieces), passage.skipped)
        for passage in passages[:most]
    )
    values: Sequence[Value] = [
        Value(key_words(each.key), value_words(each.before), value_words(each.after))
        for each in compared.record
        if each.key not in _OF_ITSELF
    ]
    return Changes(tuple(values), parts, len(passages) - len(parts), compared.words_gone, compared.words_new, written)
