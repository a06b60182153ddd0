"""The difference of two texts: no character is lost, and the same text has none."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from waymark.library.history import Change, Piece, around_changes, record_diff, word_diff

WORDS = st.lists(
    st.sampled_from(["a", "scan", "scan.", "the", "nurse", "\n", "\n\n", "- ", "  ", "ñ", "🙂"]), max_size=40
)
TEXTS = st.one_of(st.text(max_size=200), WORDS.map(" ".join), WORDS.map("".join))


def side(pieces: tuple[Piece, ...], left_out: Change) -> str:
    return "".join(piece.text for piece in pieces if piece.change is not left_out)


@given(TEXTS, TEXTS)
@example("a\u2028b", "a\u2028c")
@example("", "x")
@example("one two", "two one")
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert side(pieces, Change.NEW) == before
    assert side(pieces, Change.GONE) == after
    assert all(piece.text for piece in pieces)
    kinds = [piece.change for piece in pieces]
    assert all(one is not other for one, other in pairwise(kinds)), "neighbours of one kind are joined"


@given(TEXTS)
def test_the_same_text_has_no_difference(text: str) -> None:
    pieces = word_diff(text, text)
    assert pieces == ((Piece(Change.SAME, text),) if text else ())
    assert around_changes(pieces) == ()


@given(TEXTS, TEXTS, st.integers(1, 60))
def test_what_is_shown_around_changes_is_in_the_texts(before: str, after: str, context: int) -> None:
    """Every change is shown once, in order; what is passed over is counted to the character."""
    pieces = word_diff(before, after)
    shown = around_changes(pieces, context)
    if before == after:
        assert shown == ()
        return
    changes = [piece for piece in pieces if piece.change is not Change.SAME]
    assert [piece for passage in shown for piece in passage.pieces if piece.change is not Change.SAME] == changes
    told = sum(len(piece.text) for passage in shown for piece in passage.pieces if piece.change is Change.SAME)
    same = sum(len(piece.text) for piece in pieces if piece.change is Change.SAME)
    skipped = sum(passage.skipped for passage in shown)
    assert told + skipped <= same
    assert told + skipped >= same - len(pieces[-1].text)


def test_a_word_that_changed_is_one_word() -> None:
    assert word_diff("Ask your nurse today.\n", "Ask your doctor today.\n") == (
        Piece(Change.SAME, "Ask your "),
        Piece(Change.GONE, "nurse"),
        Piece(Change.NEW, "doctor"),
        Piece(Change.SAME, " today.\n"),
    )


def test_a_sentence_that_was_written_anew_is_not_confetti() -> None:
    """Short words that both happen to hold do not break a rewritten sentence into crumbs."""
    pieces = word_diff("The scan of the chest was read by a friend.", "In spring we go to the lake with a new boat.")
    assert [piece.change for piece in pieces] == [Change.GONE, Change.NEW]


def test_a_long_document_is_shown_by_its_changes() -> None:
    lines = [f"Line {number} says what line {number} says." for number in range(400)]
    changed = [*lines]
    changed[100] = changed[100].replace("what", "all that")
    changed[300] += " And more."
    shown = around_changes(word_diff("\n".join(lines), "\n".join(changed)), 100)
    assert len(shown) == 2
    assert shown[0].skipped > 2_000
    assert sum(len(piece.text) for passage in shown for piece in passage.pieces) < 900
    assert all(not piece.text.startswith("ine ") for passage in shown for piece in passage.pieces), "cut between words"


def test_values_of_the_record() -> None:
    before = {"title": "A", "tags": ["x"], "version": "v1", "old": None, "license": "CC0"}
    after = {"title": "B", "tags": ["x"], "version": "v2", "reviewedBy": "Ana", "license": "CC0"}
    assert [(c.key, c.before, c.after) for c in record_diff(before, after)] == [
        ("title", "A", "B"),
        ("reviewedBy", None, "Ana"),
    ]
