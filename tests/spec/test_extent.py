"""A quotation begins and ends between whole sentences and lists, folds between them, and keeps what introduces it."""

import re
from datetime import date
from typing import cast

import pytest

from waymark.answering.extent import (
    FOLD,
    REST,
    best_run,
    count,
    fold_of,
    with_introduction,
    without_loose_end,
    words_in,
)
from waymark.answering.response import Quotation
from waymark.library.body import Body, normalise
from waymark.library.document import Card
from waymark.passages.passages import Span, passages

PARAGRAPH = "The wind turned cold again today. " * 40
LIST = "These are the things to pack:\n\n" + "\n".join(
    f"- Thing number {n} is worth its place, since it weighs little and helps a lot" for n in range(40)
)


def whole(body: Body) -> Span:
    return Span(0, len(body.text))


def nothing_said(text: str) -> bool:
    return False


class TestFold:
    """At most about 120 words stand before "more", and the cut is between sentences, items or rows."""

    def test_a_short_one_is_not_folded(self) -> None:
        body = normalise("A short paragraph. It has two sentences.")
        assert fold_of(body, whole(body)) is None

    def test_a_paragraph_folds_behind_a_sentence(self) -> None:
        body = normalise(PARAGRAPH)
        fold = fold_of(body, whole(body))
        assert fold is not None and body.text[:fold].endswith("today.")
        assert FOLD - 10 <= count(body.text[:fold]) <= FOLD

    def test_a_list_folds_behind_an_item(self) -> None:
        body = normalise(LIST)
        fold = fold_of(body, whole(body))
        assert fold is not None and body.text[fold:].lstrip().startswith("- Thing")
        assert count(body.text[:fold]) <= FOLD

    def test_an_item_stays_with_the_items_below_it(self) -> None:
        words = "word " * 30
        body = normalise(f"- {words}\n- {words}\n- {words}\n    - {words}\n    - {words}\n- {words}")
        fold = fold_of(body, whole(body))
        assert fold is not None
        assert count(body.text[:fold]) == 60  # behind the second item: the third would be cut from those below it

    def test_nothing_folds_right_behind_what_introduces(self) -> None:
        body = normalise("word " * 110 + "as follows:\n\n- " + "more " * 80)
        fold = fold_of(body, whole(body))
        assert fold is None or not body.text[:fold].rstrip().endswith(":")

    def test_too_little_is_not_folded_away(self) -> None:
        body = normalise("One two three four five. " * 25)
        fold = fold_of(body, whole(body))
        assert fold is None or count(body.text[fold:]) >= REST

    def test_a_fold_outside_its_quotation_cannot_be_built(self) -> None:
        with pytest.raises(ValueError, match="folded within itself"):
            Quotation(cast(Card, None), 0, 5, "words", (), date(2026, 11, 21), fold=5)


class TestIntroduction:
    """A later part of a long list is never shown without the sentence that introduces it."""

    def test_it_is_part_of_the_quotation_where_that_stays_short(self) -> None:
        body = normalise("Bring these:\n\n- a hat\n- a coat")
        start = body.text.index("- a coat")
        span, lead = with_introduction(body, Span(start, len(body.text)))
        assert body.text[span.start :].startswith("Bring these:") and lead is None

    def test_it_stands_beside_the_quotation_where_the_list_is_long(self) -> None:
        body = normalise(f"Some words first. {LIST}")
        later = [passage for passage in passages(body) if passage.span.start > 1000]
        span, lead = with_introduction(body, later[-1].span)
        assert span == later[-1].span and lead is not None
        assert body.text[lead.start : lead.end] == "These are the things to pack:"

    def test_an_item_brings_the_item_that_it_stands_below(self) -> None:
        """Many pages lose the depth of their lists: an item in lower case goes on from the last one that ends with a colon."""
        body = normalise(
            "Uses:\n\n- Rope. It is used:\n- for climbing\n- for sailing\n- Tape. It is used:\n- for boxes"
        )
        part = Span(body.text.index("- for sailing"), len(body.text))
        span, lead = with_introduction(body, part)
        assert body.text[span.start :].startswith("Uses:") and lead is None
        long = normalise("Uses:\n\n" + LIST.split("\n\n")[1] + "\n- Tape. It is used:\n- for boxes\n- for books")
        span, lead = with_introduction(long, Span(long.text.index("- for books"), len(long.text)))
        assert long.text[span.start :].startswith("- Tape. It is used:") and lead is not None

    def test_what_is_introduced_elsewhere_ends_no_quotation(self) -> None:
        body = normalise("Uses:\n\n- Rope ties things.\n- Tape. It is used:\n- for boxes")
        span, _ = with_introduction(body, Span(0, body.text.index("\n- for boxes")))
        assert body.text[span.start : span.end].endswith("- Rope ties things.")

    def test_words_that_are_no_sentence_end_no_quotation(self) -> None:
        body = normalise("A rope ties things together.\n\nEnlarge Image")
        assert without_loose_end(body, whole(body)).end == body.text.index("\n\nEnlarge")
        alone = normalise("A rope ties things. Some examples are")
        assert without_loose_end(alone, whole(alone)).end == alone.text.index(" Some")
        only = normalise("Some examples are")
        assert without_loose_end(only, whole(only)) == whole(only)

    def test_a_list_without_a_colon_before_it_keeps_the_sentence_before_it(self) -> None:
        body = normalise(
            "## Packing\n\nA bag is filled from below. These tips may help.\n\n- Heavy things first.\n- Shoes last."
        )
        span, lead = with_introduction(body, Span(body.text.index("- Heavy"), len(body.text)))
        assert body.text[span.start :].startswith("These tips may help.") and lead is None

    def test_a_paragraph_between_items_does_not_hide_what_introduces_them(self) -> None:
        items = "- A long item about one of the things that may be packed into a bag.\n" * 20
        body = normalise(f"Take these:\n\n{items}\nThis one goes on in a paragraph.\n\n- A hat.\n- A coat.")
        _, lead = with_introduction(body, Span(body.text.index("- A hat"), len(body.text)))
        assert lead is not None and body.text[lead.start : lead.end] == "Take these:"

    def test_a_part_of_a_table_has_its_head(self) -> None:
        rows = "\n".join(f"| name {n} | {'value ' * 20} |" for n in range(40))
        body = normalise(f"| Name | Value |\n| --- | --- |\n{rows}")
        later = [passage for passage in passages(body) if passage.span.start > 1000]
        _, lead = with_introduction(body, later[-1].span)
        assert lead is not None and "Name" in body.text[lead.start : lead.end]


@pytest.mark.parametrize(
    "text", ["", " ", "It's 5-fold: a_b, (c).\n", "\x1c\x85x\u00a0y", "Qué “cosa” ¿sí?", "naïve—yes", "ⅷ ² x"]
)
def test_words_are_runs_of_letters_digits_and_low_lines(text: str) -> None:
    assert words_in(text) == re.findall(r"\w+", text)


def test_plain_letters_are_cut_as_all_others_are() -> None:
    for code in range(128):
        text = f"a{chr(code)}b {chr(code)}"
        assert words_in(text) == re.findall(r"\w+", text), code


def test_of_a_long_passage_the_part_that_answers_is_chosen_whole() -> None:
    body = normalise(PARAGRAPH + "A lantern helps at night. " + PARAGRAPH)
    span = best_run(body, whole(body), {"lantern": 5.0}, "en", nothing_said)
    assert span is not None
    text = body.text[span.start : span.end]
    assert "A lantern helps at night." in text and text[0] == "T" and text.endswith(".")


def test_a_sentence_that_was_quoted_is_not_quoted_again() -> None:
    body = normalise("The kettle is in the kitchen of the hut. A lantern helps whoever walks at night.")
    said = "The kettle is in the kitchen of the hut."
    span = best_run(body, whole(body), {"lantern": 5.0}, "en", said.__eq__)
    assert span is not None and body.text[span.start : span.end] == "A lantern helps whoever walks at night."
    assert best_run(body, whole(body), {}, "en", lambda text: True) is None
