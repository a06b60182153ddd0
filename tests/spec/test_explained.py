"""A word that a passage explains in passing is found by that word, and a question about it is known as one."""

import pytest

from waymark.answering.cognates import in_english
from waymark.answering.definition import asked_names
from waymark.index.explained import explained, name_key
from waymark.index.gloss import gloss_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("You may have trouble swallowing (dysphagia) for a while.", "dysphagia"),
        ("- Xerostomia (dry mouth).", "xerostomia"),
        ("A dry mouth (also called xerostomia) is common.", "xerostomia"),
        ("Hair loss is called alopecia. It may pass.", "alopecia"),
        ("Drugs that follow an operation (called adjuvant chemotherapy) lower the risk.", "adjuvant chemotherapy"),
        ("Ascites is a build-up of fluid in the belly.", "ascites"),
        ("Tests may be done.\n- Paracentesis: A needle takes out some fluid.", "paracentesis"),
        ("They may be autologous, which means that they are your own.", "autologous"),
        ("It can lead to a rare problem called osteonecrosis of the jaw.", "osteonecrosis of the jaw"),
        ("La dificultad para tragar (disfagia) puede durar.", "disfagia"),
    ],
)
def test_a_word_explained_in_passing_is_noted(text: str, name: str) -> None:
    assert name_key(name) in explained(text, ("Part",), True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The drug was given to few people (see Table 3).", "people"),
        ("Side effects (such as nausea) may occur.", "nausea"),
        ("It helped many of them (n = 28).", "them"),
        ("Fluids are needed (less than two liters).", "liters"),
        ("Ascites is most common in cancers of the belly.", "ascites"),
    ],
)
def test_what_explains_nothing_is_not_noted(text: str, name: str) -> None:
    assert name_key(name) not in explained(text, ("Part",), True)


def test_a_heading_that_asks_what_it_is_explains_its_first_passage() -> None:
    assert "ascit" in explained("Fluid gathers in the belly.", ("Side effects", "What is ascites?"), True)
    assert "ascit" not in explained("A scan may show it.", ("Side effects", "What is ascites?"), False)


@pytest.mark.parametrize(
    ("question", "name", "whole"),
    [
        ("what is dysphagia", "dysphagia", True),
        ("What does xerostomia mean in plain words?", "xerostomia", True),
        ("alopecia meaning", "alopecia", True),
        ("the letter says adjuvant chemo. whats adjuvant", "adjuvant", True),
        ("What does indolent mean in lymphoma?", "indolent", False),
        ("what is the price of a wig", "price", False),
        ("my cancer came back, what are treatments", "treatments", False),
        ("¿Qué significa ascitis?", "ascitis", True),
    ],
)
def test_the_word_asked_about(question: str, name: str, whole: bool) -> None:
    assert (name, whole) in {(asked.name, asked.whole) for asked in asked_names(question)}


def test_a_word_said_before_is_pointed_at() -> None:
    found = list(asked_names("they talked about debulking surgery, what does that mean"))
    assert "debulking" in {asked.name for asked in found} and all(asked.pointed for asked in found)
    story = "my arm has swelled up on the side where they took out the nodes last spring, what is this"
    assert not list(asked_names(story))


@pytest.mark.parametrize("question", ["how long does it last", "why me", "does chemo hurt", ""])
def test_other_questions_ask_for_no_word(question: str) -> None:
    assert not list(asked_names(question))


@pytest.mark.parametrize(
    ("spanish", "english"),
    [
        ("disfagia", "dysphagia"),
        ("refractario", "refractory"),
        ("nefrectomía", "nephrectomy"),
        ("adyuvante", "adjuvant"),
    ],
)
def test_a_spanish_word_of_medicine_is_read_by_its_origin(spanish: str, english: str) -> None:
    gloss = gloss_of("es")
    assert gloss is not None
    assert in_english(f"what is {spanish}", gloss, {english}.__contains__) == f"what is {english}"
    assert in_english(f"what is {spanish}", gloss, lambda word: False) == f"what is {spanish}"
