"""Urgent signs: what calls for a person and not for a page, and what does not."""

import subprocess
import sys

import pytest

from waymark.answering.urgent import (
    INTERNATIONAL,
    EmergencyNumbers,
    UrgentNotice,
    in_order,
    numbers_for,
    read_table,
    sure_signs,
    urgent_notice,
    urgent_notices,
)
from waymark.answering.urgent_table import table


def signs(message: str) -> list[str]:
    return [notice.sign for notice in urgent_notices(message)]


# -- the table, as a clinician signs it


TABLE = read_table()
SIGNS = {entry["id"]: entry for entry in TABLE["signs"]}


def test_the_table_holds_at_least_twenty_signs_each_once() -> None:
    assert len(SIGNS) == len(TABLE["signs"]) >= 20


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS.keys())
def test_every_sign_says_what_to_do_in_both_languages_and_who_says_so(sign: dict[str, object]) -> None:
    """A sign without advice, without a source, or unchecked without a note for the clinician cannot ship."""
    assert sign["level"] in ("emergency", "same_day", "crisis")
    assert set(sign["name"]) == set(sign["say"]) == {"en", "es"}
    assert sign["source"]["title"]
    assert sign["source"]["url"].startswith("https://")
    assert sign["checked"] is True or sign["note"]
    assert all("{emergency}" in said for said in sign["say"].values())
    assert set(sign.get("covers", ())) <= SIGNS.keys()


def test_the_crisis_words_are_their_own_and_name_a_crisis_line() -> None:
    assert all("{crisis}" in said for said in SIGNS["suicide"]["say"].values())
    assert SIGNS["suicide"]["level"] == "crisis"


# -- levels


@pytest.mark.parametrize(
    ("message", "sign", "level"),
    [
        ("My husband is having a seizure right now", "seizure", "emergency"),
        ("seizure", "seizure", "emergency"),
        ("chest pain cant breathe", "breathlessness", "emergency"),
        ("I want to kill myself", "suicide", "crisis"),
        ("My legs have gone weak and I can't walk", "spinal_cord_compression", "emergency"),
        ("New pain in my upper back, worse lying down, I have breast cancer", "back_pain", "same_day"),
        ("I'm on chemo and my temp is 38.4", "fever_on_treatment", "emergency"),
        ("fever of 102", "fever", "same_day"),
        ("my left calf is swollen and painful", "leg_clot", "same_day"),
        ("very thirsty, confused and constipated", "high_calcium", "same_day"),
        ("No siento las piernas desde esta mañana", "spinal_cord_compression", "emergency"),
    ],
)
def test_a_sign_that_is_there_now_is_shown_with_its_level(message: str, sign: str, level: str) -> None:
    notice = urgent_notice(message)
    assert notice is not None
    assert (notice.sign, notice.level) == (sign, level)


def test_what_presses_most_comes_first() -> None:
    """Emergencies and crises stand before what can wait for the same day."""
    levels = [notice.level for notice in urgent_notices("my calf is swollen and sore and I'm coughing up blood")]
    assert levels == ["emergency", "same_day"]


def test_a_sign_that_another_one_covers_is_not_said_twice() -> None:
    assert signs("my port is red, I have a fever of 38.9 and I am on chemo") == ["line_infection"]


def shown_for(told: tuple[str, ...], shares: dict[str, float]) -> list[str]:
    """Return the signs shown for a message whose wordings tell some and whose likeness to each is given."""
    whole = table()
    wordings = [(sign, ((0, 1),)) for sign in whole.signs if sign.id in told]
    return [sign.id for sign, _ in in_order(sure_signs(wordings, shares, whole))]


def test_where_it_is_not_sure_of_the_sign_it_says_to_call_now() -> None:
    """The advice of another sign is worse than that."""
    assert shown_for((), {"stroke": 0.9, "seizure": 0.1}) == ["stroke"]
    assert shown_for((), {"stroke": 0.5, "seizure": 0.3, "fever": 0.2}) == ["call_now"]
    assert shown_for(("leg_clot",), {"stroke": 0.5, "seizure": 0.4, "leg_clot": 0.1}) == ["call_now"]
    assert shown_for(("leg_clot", "stroke"), {"leg_clot": 0.5, "stroke": 0.45}) == ["stroke", "leg_clot"]


def test_what_a_sign_covers_counts_for_it() -> None:
    told = ("line_infection", "fever_on_treatment", "fever")
    assert shown_for(told, {"fever": 0.5, "fever_on_treatment": 0.4, "line_infection": 0.1}) == ["line_infection"]


def test_words_of_ending_ones_life_are_never_answered_as_something_else() -> None:
    assert shown_for(("suicide",), {"overdose": 0.8, "suicide": 0.2}) == ["suicide"]
    assert shown_for(("suicide",), {"severe_pain": 0.5, "suicide": 0.2, "fever": 0.3}) == ["suicide"]


# -- body temperature


@pytest.mark.parametrize(
    ("reading", "shown"),
    [
        ("temp 38.4", True),
        ("temp 38,4", True),
        ("my temperature is 38.0", True),
        ("my temperature is 37.9", False),
        ("temperature 37.2", False),
        ("temp 100.4 F", True),
        ("temp 100.3 F", False),
        ("101 F", True),
        ("39.1 °C", True),
        ("temperature of 39 degrees", True),
        ("fever of 102", True),
        ("a fever, but the thermometer says 36.9", False),
        ("I am 39", False),
        ("I weigh 101 lb", False),
        ("my CA 125 is 38.4", False),
        ("room 102", False),
    ],
)
def test_fever_begins_at_38_degrees_celsius_with_or_without_a_unit(reading: str, shown: bool) -> None:
    """38.0 °C is 100.4 °F (CDC). A lower reading rules the word "fever" out; other numbers are no temperature."""
    assert ("fever" in signs(reading)) is shown


def test_treatment_long_past_is_no_treatment_now() -> None:
    assert signs("I finished chemo four years ago and I have a fever") == ["fever"]
    assert signs("I finished chemo two weeks ago and I have a fever") == ["fever_on_treatment"]


# -- denied, past, over, supposed, general: none

NOT_URGENT = {
    "denied": ["no fever today", "I have no chest pain, fever or chills", "she hasn't had a seizure", "sin fiebre"],
    "past": [
        "I had a seizure in 2019",
        "I had a seizure five years ago",
        "I coughed up blood last year when I was diagnosed",
        "my grandmother died of a stroke",
        "tuve una convulsión hace dos años",
    ],
    "over": ["my fever is gone", "I had a fever. It went away.", "the chest pain went away"],
    "supposed": [
        "what if I get a fever",
        "The nurse told me to call if I have a fever",
        "I am afraid of having a seizure",
    ],
    "general": [
        "what are the signs of spinal cord compression?",
        "is a seizure a sign it came back?",
        "can chemo cause fever",
        "what should family do when someone has a seizure",
        "¿cuáles son los síntomas de la compresión medular?",
    ],
    "another noun": ["seizure medicine", "suicide prevention", "I need a blood test for my cough"],
    "a figure of speech": [
        "the wait is killing me",
        "I can't breathe a word of this to my family",
        "tumor did not respond, it was unresponsive to chemo",
        "breast stroke swimming",
        "I feel numb since the news",
    ],
}


@pytest.mark.parametrize(("why", "message"), [(why, m) for why, messages in NOT_URGENT.items() for m in messages])
def test_what_is_not_there_now_gives_no_notice(why: str, message: str) -> None:
    """Denied, past, over, only supposed, said in general, another noun, a figure of speech."""
    assert urgent_notices(message) == ()


@pytest.mark.parametrize(
    "message",
    [
        "I have a fever, is that a sign it's back?",  # a statement before a general question
        "Why am I having seizures again?",  # the question takes it as given
        "I have no cough but I do have a fever",  # another thing is denied
        "my fever is not getting better",  # a "not" that denies nothing
        "I don't know why I have a fever",
        "I had breast cancer in 2019 and my fever is 39 today",  # the past is the cancer's
        "I can't stop the bleeding",  # a "not" that belongs to the sign
        "should I go to the ER if my chest hurts and I'm sweating",  # an "if" about what is there
        "My wife's face drooped for ten minutes but it is fine now",  # over, and still needs a look
        "if it comes back I will kill myself",  # never set aside as only supposed
    ],
)
def test_in_doubt_a_personal_statement_is_shown(message: str) -> None:
    assert urgent_notices(message)


@pytest.mark.parametrize(
    ("message", "sign"),
    [
        ("I just had a siezure", "seizure"),
        ("my wife has a feever", "fever"),
        ("couging up blod", "coughing_blood"),
        ("my leggs are week", "spinal_cord_compression"),
        ("really bad shortness of breathe", "breathlessness"),
        ("suicidal thougts", "suicide"),
        ("TENGO ESCALOFRIOS Y ESTOY EN QUIMIOTERAPIA", "fever_on_treatment"),
        ("I can’t breathe", "breathlessness"),
    ],
)
def test_misspellings_case_accents_and_apostrophes_do_not_hide_a_sign(message: str, sign: str) -> None:
    assert sign in signs(message)


@pytest.mark.parametrize("message", ["fewer visits please", "the cooking blog", "my battle is long", "I never give up"])
def test_a_word_that_only_looks_like_a_sign_is_left_alone(message: str) -> None:
    assert urgent_notices(message) == ()


# -- what is said


def test_the_advice_is_in_the_askers_language_whatever_the_message_is_in() -> None:
    english, spanish = urgent_notice("convulsión", "en"), urgent_notice("seizure", "es-MX")
    assert english is not None and english.say.startswith("Call your local emergency number")
    assert spanish is not None and spanish.say.startswith("Llame ahora al número de emergencias de su zona")


@pytest.mark.parametrize(
    ("country", "emergency", "crisis"),
    [
        ("US", "911", "988"),
        ("gb", "999", "116 123"),
        ("AU", "000", "13 11 14"),
        ("ES", "112", "024"),
        ("DE", "112", None),
    ],
)
def test_the_numbers_are_the_countrys_own(country: str, emergency: str, crisis: str | None) -> None:
    notice = urgent_notice("I want to die", numbers=numbers_for(country))
    assert notice is not None
    assert emergency in notice.say
    assert (crisis or "a crisis line in your country") in notice.say


def test_an_unknown_country_gets_words_and_no_invented_number() -> None:
    assert numbers_for("ZZ") is numbers_for(None) is INTERNATIONAL
    notice = urgent_notice("I want to die", numbers=numbers_for("ZZ"))
    assert notice is not None and not any(character.isdigit() for character in notice.say)


def test_numbers_may_be_given_by_the_operator() -> None:
    notice = urgent_notice("I can't breathe", numbers=EmergencyNumbers("5555", None))
    assert notice is not None and "Call 5555 now" in notice.say


def test_every_sign_and_country_fills_its_advice() -> None:
    for country in (None, *TABLE["numbers"]):
        for message in ("I want to die", "seizure", "my calf is swollen and sore"):
            for language in ("en", "es"):
                notice = urgent_notice(message, language, numbers_for(country))
                assert isinstance(notice, UrgentNotice)
                assert "{" not in notice.say and "None" not in notice.say


def test_the_spans_are_the_words_that_the_decision_rests_on() -> None:
    message = "Hi, I am Ana. I’ve got a féver — and I'm on chemo since May."
    notice = urgent_notice(message)
    assert notice is not None
    assert [message[start:end] for start, end in notice.matched] == ["féver", "chemo"]


# -- no index, no connection, and nothing is loaded before it is needed


def test_importing_it_loads_neither_yaml_nor_the_speller() -> None:
    """What an asker pays for at import is the standard library alone; the table is read at the first question."""
    code = (
        "import sys, waymark.answering.urgent; late = ('ruamel', 'rapidfuzz', 'numpy', 'tantivy', 'socket', 'pydantic', "
        "'onnxruntime', 'tokenizers'); print([m for m in late if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_what_a_wording_tells_as_an_emergency_is_never_put_off_to_the_same_day() -> None:
    by_id = {sign.id: sign for sign in table().signs}
    told = [(by_id["stroke"], ((0, 5),))]
    likely = {"fever_on_treatment": 0.9, "line_redness": 0.05, "stroke": 0.05}
    for other in ("line_redness", "fever"):
        assert by_id[other].level == "same_day"
        shown = in_order(sure_signs(told, {**likely, other: 9.0}, table()))
        assert [sign.id for sign, _ in shown] == ["call_now"]
        assert shown[0][1] == ((0, 5),)
