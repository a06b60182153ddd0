"""For every text: a body can be made, its blocks are slices of it in order, passages and their gaps join up to it again."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from waymark.library.body import BlockKind, normalise, sections
from waymark.passages.passages import passages
from waymark.passages.sentences import sentences

WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=30)
LINE = st.one_of(
    WORDS,
    st.builds(lambda n, w: "#" * n + " " + w, st.integers(1, 6), WORDS),
    st.builds(lambda d, w: "  " * d + "- " + w, st.integers(0, 3), WORDS),
    st.builds(lambda n, w: f"{n}. {w}", st.integers(0, 20), WORDS),
    st.builds(lambda a, b: f"| {a} | {b} |", WORDS, WORDS),
    st.just("| --- | --- |"),
    st.just("###### References"),
    st.just("### Key Points"),
    st.just("Signs may include:"),
    st.just("[[1](#cit/section_1.1),[2](#cit/section_1.2)]"),
    st.just("Credit: Someone"),
    st.just("##"),
    st.just("<div>shown</div>"),
    st.just("```"),
    st.just("![picture](/a.jpg) [words](https://example.org/x)"),
)
MARKDOWN = st.one_of(
    st.text(max_size=400), st.lists(LINE, max_size=25).map("\n\n".join), st.lists(LINE, max_size=25).map("\n".join)
)


@settings(max_examples=400, deadline=None)
@given(MARKDOWN)
@example("[[1](#cit/section_1.1)]")
@example("- a\n\n  - b\n\n    c\n- d")
@example("\ue000 private use")
@example("A\u00a0. B")
@example("##\n\nWords of the heading\n\ntext")
@example("\ud800 lone surrogate")
def test_blocks_are_slices_in_order(source: str) -> None:
    body = normalise(source, "Title")
    last = 0
    for block in body.blocks:
        assert last <= block.start <= block.text_start <= block.end <= len(body.text)
        assert body.text[last : block.start].strip("\n |") == ""
        assert body.block_text(block).strip() or block.kind is BlockKind.ROW
        last = block.end
    assert body.text[last:].strip("\n |") == ""
    for annotation in body.annotations:
        assert 0 <= annotation.start <= annotation.end <= len(body.text)
    assert all(0 <= removed.at <= len(body.text) for removed in body.removed)


@settings(max_examples=400, deadline=None)
@given(MARKDOWN)
def test_passages_and_gaps_join_up_to_the_body(source: str) -> None:
    body = normalise(source, "Title")
    pieces, last = [], 0
    for passage in passages(body):
        assert passage.span.start >= last and len(passage.span) > 0
        assert passage.text(body).strip()
        pieces += [body.text[last : passage.span.start], passage.text(body)]
        last = passage.span.end
        assert passage.lead is None or passage.lead.end <= passage.span.start
    assert "".join([*pieces, body.text[last:]]) == body.text


@settings(max_examples=300, deadline=None)
@given(MARKDOWN)
def test_every_block_but_headings_is_under_one_section(source: str) -> None:
    body = normalise(source, "Title")
    under = [block for _, blocks in sections(body) for block in blocks]
    assert under == [block for block in body.blocks if block.kind is not BlockKind.HEADING]


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(st.sampled_from(["A. ", "Dr. B", "e.g. ", "x? ", "“Y.” ", "(no. 5) ", "5.5 ", "U.S. "])).map("".join),
    )
)
@example("A\u00a0.")
def test_sentences_join_up_to_the_text(text: str) -> None:
    last = 0
    for span in sentences(text):
        assert text[last : span.start].strip() == ""
        assert text[span.start : span.end] == text[span.start : span.end].strip() != ""
        last = span.end
    assert text[last:].strip() == ""


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["alpha", "beta", "**gamma**", "[delta](https://e.org)", "*eps*", "`zeta`"]),
        min_size=1,
        max_size=12,
    )
)
def test_every_visible_word_stays_and_every_mark_goes(words: list[str]) -> None:
    body = normalise(" ".join(words))
    assert body.text.split() == [re.sub(r"\W|https.*", "", word) for word in words]
