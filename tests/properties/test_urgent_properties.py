"""For every message: urgent signs never raise, point into the message, and bound their work."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from waymark.answering.urgent import read_table, urgent_notice, urgent_notices
from waymark.answering.urgent_words import HEAD, TAIL, plain

WORDS = sorted({word for text in read_table()["lists"].values() for word in text.split() if word.isalpha()})
TALK = sorted({word for text in read_table()["talk"].values() for word in text.split() if word.isalpha()})
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(TALK),
    st.sampled_from(
        [".", ",", "?", "¿", "\n", " - ", "'", "’", "38.4", "101", "°C", "2019", "٣٨", "ﷺ", "İ", "ß", "\x00", "\ud800"]
    ),
)
SPEECH = st.lists(PIECES, max_size=40).map(" ".join)


@settings(deadline=None)
@given(st.text())
@example("")
@example("\ud800")
@example("'''’’’")
@example("٣٨.٤ fever")
@example("1" * 500)
@example("²³ ½ fever Ⅷ")
def test_any_text_is_taken(message: str) -> None:
    for notice in urgent_notices(message):
        assert notice.say


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(SPEECH)
def test_any_mixture_of_the_tables_own_words_is_taken_and_its_spans_lie_in_the_message(message: str) -> None:
    for notice in urgent_notices(message):
        last = 0
        assert notice.matched
        for start, end in notice.matched:
            assert last <= start < end <= len(message)
            last = end


@settings(deadline=None)
@given(SPEECH)
def test_the_first_notice_is_the_notice(message: str) -> None:
    notices = urgent_notices(message)
    assert urgent_notice(message) == (notices[0] if notices else None)


@settings(deadline=None)
@given(SPEECH)
def test_case_does_not_matter(message: str) -> None:
    # Letters whose upper case is longer (ß) or whose lower case is (İ) are other words in the other case.
    if len(message.upper()) == len(message) == len(message.lower()) and plain(message.upper()) == plain(message):
        assert [n.sign for n in urgent_notices(message.upper())] == [n.sign for n in urgent_notices(message)]


@given(
    st.sampled_from(
        ["I can't stop the bleeding. ", "my chest hurts and no fever ", "fever, ", "a", "no ", "38.4 ", "\n"]
    )
)
@settings(max_examples=7, deadline=None)
def test_a_message_of_a_million_characters_is_read_at_its_ends(piece: str) -> None:
    message = piece * (1_000_000 // len(piece))
    for notice in urgent_notices(message):
        assert all(end <= HEAD or start >= len(message) - TAIL for start, end in notice.matched)


@pytest.mark.parametrize("place", ["start", "end"])
def test_a_sign_at_either_end_of_a_very_long_message_is_seen(place: str) -> None:
    filler = "We planted beans. " * 20_000
    message = f"I can't breathe. {filler}" if place == "start" else f"{filler} I can't breathe."
    notice = urgent_notice(message)
    assert notice is not None
    assert notice.sign == "breathlessness"
