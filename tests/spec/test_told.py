"""A question whether something is so is answered by the sentence that says so, and by no sentence that only shares words."""

import pytest

from waymark.answering.told import names, told

WEIGHTS = {"lantern": 5.0, "help": 2.0, "walk": 4.0, "night": 3.0}
SAYS = "The kettle is in the hut. A lantern helps whoever walks at night."


def test_a_sentence_with_all_of_the_words_says_it() -> None:
    assert told(WEIGHTS, SAYS, "en", whether=True) == 1.0


def test_words_that_stand_in_two_sentences_do_not_say_it() -> None:
    assert told(WEIGHTS, "A lantern helps. Whoever walks sleeps at night.", "en", whether=True) == 0.0


def test_most_of_the_weight_says_a_part_of_it() -> None:
    share = told({**WEIGHTS, "moon": 2.0}, SAYS, "en", whether=True)
    assert 0.0 < share < 1.0


def test_few_words_want_a_sentence_that_says_hardly_anything_else() -> None:
    few = {"lantern": 5.0, "help": 2.0}
    assert told(few, "Lanterns help.", "en", whether=True) == 1.0
    assert told(few, SAYS, "en", whether=True) == 0.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A lantern is a lamp that is carried.", True),
        ("The lantern (a lamp) is carried at night.", True),
        ("Lanterns are carried.", True),
        ("Lantern, a lamp that is carried, was shown to help.", True),
        ("Light at night: Lantern, a lamp of brass, helps.", True),
        ("Kettles and a brass lantern, a heavy one, are there.", False),
        ("A kettle is no lantern.", False),
        ("A good lantern of old brass is heavy.", False),
        ("We carried a lantern.", False),
    ],
)
def test_what_a_word_is_says_a_sentence_that_opens_with_it(text: str, says: bool) -> None:
    assert bool(told({"lantern": 5.0}, text, "en", whether=False)) is says


def test_a_heading_names_what_is_asked_and_nothing_more() -> None:
    assert names({"lantern": 5.0}, "Lanterns", "en") and names({"lantern": 5.0}, "Old lanterns", "en")
    assert not names({"lantern": 5.0}, "Old brass lanterns", "en") and not names({"lantern": 5.0}, "Kettles", "en")


def test_nothing_is_told_without_words() -> None:
    assert told({}, SAYS, "en", whether=True) == 0.0
    assert told(WEIGHTS, "", "en", whether=True) == 0.0
