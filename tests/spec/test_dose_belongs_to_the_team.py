"""A dose of one's own is the team's to say, in however few words it is asked; what doses are in general is the library's."""

import pytest

from waymark.answering.question import analyse

OWN = (
    "double my dose of keppra?",
    "double my keppra dose?",
    "can I double my dose",
    "should I take two",
    "should I take two pills tonight",
    "can i take 2 keppra instead of one",
    "skip my dex tonight?",
    "stop my tamoxifen?",
    "half my dose of dex?",
    "two keppra ok?",
    "should i up my steroids",
    "more of my pain pills?",
    "doblo mi dosis de keppra?",
    "me salto la dosis de hoy?",
    "me tomo dos pastillas?",
)
GENERAL = (
    "how is the dose of chemotherapy decided",
    "what is a dose",
    "what does high-dose chemotherapy mean",
    "what happens if you double the dose of a medicine",
    "can the dose be lowered if side effects are bad",
    "what is dose-dense chemotherapy",
    "is there a lifetime limit to radiation dose",
    "why did my doctor lower my dose",
    "can doctors stop chemotherapy early",
    "can my doctor lower the dose if I feel sick",
    "what does double-hit lymphoma mean",
    "double mastectomy recovery",
    "half of my hair fell out",
    "more of my hair fell out",
    "stop smoking",
    "qué es una dosis",
)


@pytest.mark.parametrize("question", OWN)
def test_an_own_dose_is_for_the_team(question: str) -> None:
    assert analyse(question).needs_team == "dose"


@pytest.mark.parametrize("question", GENERAL)
def test_doses_in_general_are_for_the_library(question: str) -> None:
    assert analyse(question).needs_team is None


@pytest.mark.parametrize(
    "question",
    [
        "Can my doctor help me find an exercise program that is right for me?",
        "can the nurse tell me what I may eat",
        "will my oncologist explain what my options are",
    ],
)
def test_what_the_team_can_help_with_is_a_general_question(question: str) -> None:
    assert analyse(question).needs_team is None
