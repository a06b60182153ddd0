"""What stands under an urgent notice: what plainly answers a question, folded on the page, or nothing but what to do first."""

import pytest

from waymark.answering.response import Answer, Decline, Response
from waymark.answering.several import asks
from waymark.app.wiring import Waymark
from waymark.library.decisions import Person
from waymark.settings import Settings


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Waymark:
    """The starter collection with the vectors that ship."""
    return Waymark.open(Settings(library=tmp_path_factory.mktemp("beside") / "library"))


def parts(response: Response) -> tuple[Response, ...]:
    return response.parts or (response,)


@pytest.mark.parametrize(
    "told",
    [
        "I've been planning how to end my life",
        "I want to go to sleep and never wake up",
        "life is not worth living with this cancer",
        "me quiero morir",
        "How many pills would it take to end it all? I can't go on.",
        "I want to die. What are the side effects of chemotherapy? How do I get a second opinion?",
    ],
)
def test_who_thinks_of_ending_their_life_is_shown_no_pages(service: Waymark, told: str) -> None:
    given = service.ask(told)
    assert given.urgent is not None and given.urgent.level == "crisis"
    assert isinstance(given, Decline) and not given.parts and not given.related
    assert given.nearest is None and given.take is None
    assert given.reason == "needs_your_team"  # and not counted among what the library lacks
    assert "First" in given.say or "first" in given.say or "Primero" in given.say


@pytest.mark.parametrize(
    ("told", "page"),
    [
        ("i keep passing out", "waymark-when-to-call-right-away"),
        ("struggling to breathe", "waymark-when-to-call-right-away"),
        ("Day 12 of AC chemo and temp at 100.5", "waymark-when-to-call-right-away"),
        ("having a bad reaction to the chemo, throat feels like it is closing", "waymark-when-to-call-right-away"),
        ("siento que me aprieta el pecho", "waymark-es-when-to-call-right-away"),
    ],
)
def test_an_emergency_that_asks_nothing_gets_the_page_about_urgent_signs(
    service: Waymark, told: str, page: str
) -> None:
    """Not whatever is near in meaning: relaxing for who faints, feelings for who cannot breathe."""
    given = service.ask(told)
    assert given.urgent is not None and given.urgent.level == "emergency"
    assert isinstance(given, Decline) and not given.related and given.take is None
    assert given.nearest is not None and given.nearest.id == page


def test_a_question_about_an_emergency_is_answered_where_the_library_plainly_does(service: Waymark) -> None:
    given = service.ask("I'm on chemo. Fever 38.5. Do I have to call?")
    assert given.urgent is not None
    assert isinstance(given, Answer)
    assert given.quotations[0].section[-1] == "Fever during or soon after treatment"


def test_what_belongs_to_the_team_is_not_answered_under_an_urgent_notice(service: Waymark) -> None:
    given = service.ask("I took too much morphine and can't stay awake, how much can I take tonight?")
    assert given.urgent is not None
    assert isinstance(given, Decline) and not given.related


def test_of_several_questions_only_the_one_that_tells_the_sign_waits(service: Waymark) -> None:
    given = service.ask(
        "My face droops on one side since an hour ago, is that the tumor? What is the difference between a recurrence and a second cancer?"
    )
    assert given.urgent is not None and len(parts(given)) == 2
    assert any(isinstance(part, Answer) for part in parts(given))
    assert all(part.urgent is None for part in given.parts[1:])


def test_without_the_page_about_urgent_signs_the_words_stand_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    service = Waymark.open(Settings(library=tmp_path_factory.mktemp("without") / "library"))
    for page in ("waymark-when-to-call-right-away", "waymark-es-when-to-call-right-away"):
        service.take_step("withdraw", page, Person("R. Ford"), why="a test")
    given = service.ask("i keep passing out")
    assert isinstance(given, Decline) and given.urgent is not None and given.nearest is None
    service.close()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Do I have to call", True),
        ("I'm on chemo. do i need to call", True),
        ("is this normal?", True),
        ("Me duele. ¿Qué hago?", True),
        ("he is not responding to me", False),
        ("struggling to breathe", False),
        ("", False),
    ],
)
def test_whether_a_message_asks(told: str, expected: bool) -> None:
    assert asks(told) is expected
