"""A sentence in plain words is shown only when one sentence, or one list, of the quotations that it names says the same.

The words here are invented; what matters is which change of them is noticed.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from waymark.answering.plain.said import PlainSentence, PlainWords
from waymark.answering.plain.verifier import Ground, check, fault_of, units_of

COLON = """\
Colon cancer that comes back in the liver is called colon cancer, not liver cancer. Under the microscope its cells look like colon
cells. The name matters, because the drugs for colon cancer are not those for a cancer that starts in the liver.""".replace(
    "\n", " "
)
KINDS = """\
Doctors name a return by where it is found:

- Local recurrence: in the same place as before, or very close.
- Regional recurrence: in lymph nodes or tissue near the first place.
- Distant recurrence: far from the first place."""
CARE = """\
A follow-up scan may be done every 3 to 6 months for the first 2 years. Not all lumps are cancer. Children do not need the scan;
adults need it. Pembrolizumab may help some people whose tumor has recurred. Surgery is better than radiation for small tumors.
Call your team if you have a fever of 38.0 °C or more. At least 5 people in 100 have this.""".replace("\n", " ")
GROUNDS = [Ground(COLON, "en"), Ground(KINDS, "en"), Ground(CARE, "en")]
SPANISH = [
    Ground(
        "La recurrencia local está en el mismo lugar que antes. El ependimoma puede extenderse a la columna. "
        "Llame a su equipo si tiene fiebre de 38 °C o más. No todos los bultos son cáncer.",
        "es",
    )
]

SAID = [
    ("Colon cancer that comes back in the liver is called colon cancer, not liver cancer.", [1]),
    ("Under the microscope, the cells look like colon cells.", [1]),
    ("Doctors name a recurrence by where it is found.", [2]),
    ("A local recurrence is in the same place as before, or very close.", [2]),
    ("Distant recurrence means it is found far from the first place.", [2]),
    ("A regional recurrence is found in lymph nodes or tissue near the first place.", [2]),
    ("A scan may be done every 3 to 6 months for the first 2 years.", [3]),
    ("A scan may be done every three to six months for the first two years.", [3]),
    ("Not all lumps are cancer.", [3]),
    ("Pembrolizumab may help some people whose tumor has come back.", [3]),
    ("If you have a fever of 38 °C or more, call your team.", [3]),
    ("Surgery is better than radiation for small tumors.", [3]),
    ("A local recurrence is in the same place as before, or very close.", [1, 2]),
]
NOT_SAID = [
    ("Colon cancer that comes back in the liver is called liver cancer.", [1], "negation"),
    ("Colon cancer that comes back in the liver is not called colon cancer.", [1], "negation"),
    ("The drugs for colon cancer are those for a cancer that starts in the liver.", [1], "negation"),
    ("All lumps are cancer.", [3], "negation"),
    ("Lumps are cancer.", [3], "negation"),
    ("Children need the scan.", [3], "negation"),
    ("A scan may be done every 4 to 6 months for the first 2 years.", [3], None),
    ("A scan may be done every 3 to 6 weeks for the first 2 years.", [3], "number"),
    ("At most 5 people in 100 have this.", [3], "number"),
    ("5 people in 100 have this.", [3], "number"),
    ("A scan is done every 3 to 6 months for the first 2 years.", [3], "limit"),
    ("Pembrolizumab helps people whose tumor has come back.", [3], "limit"),
    ("Pembrolizumab may help all people whose tumor has come back.", [3], "limit"),
    ("You have a fever of 38 °C or more.", [3], "limit"),
    ("Nivolumab may help some people whose tumor has come back.", [3], "drug"),
    ("Pembrolizumab may help some people whose lung cancer has recurred.", [3], "cancer"),
    ("Radiation is better than surgery for small tumors.", [3], "order"),
    ("A distant recurrence is in the same place as before.", [2], None),
    ("A local recurrence is far from the first place.", [2], None),
    ("Surgery may help some people whose tumor has recurred.", [3], None),
    ("Meditation may help some people whose tumor has recurred.", [3], "unsupported"),
    ("Do not call your team if you have a fever of 38 °C or more.", [3], "advice"),
    ("Take 5 mg of pembrolizumab twice a day.", [3], "dose"),
    ("You have six months to live.", [3], "forecast"),
    ("Surgery is the best choice for you.", [3], "choice"),
    ("Your tumor has recurred, but there is nothing to worry about.", [3], "choice"),
    ("I cannot help with that, but the scan is done.", [3], "addressed"),
    ("Colon cancer <b>comes</b> back.", [1], "markup"),
    ("See www.cure.example for the scan.", [3], "markup"),
    ("Not all lumps\u200b are cancer.", [3], "markup"),
    ("El cáncer de colon que vuelve se llama cáncer de colon.", [1], "language"),
    ("Das ist der Krebs und er kann wieder kommen.", [1], "language"),
    ("Not all lumps are cancer.", [4], "no_such_quotation"),
    ("Not all lumps are cancer.", [], "no_such_quotation"),
    ("Not all lumps are cancer.", [True], "no_such_quotation"),
    ("Not all lumps are cancer.", [1], "unsupported"),
    ("Not all lumps are cancer. Children need it.", [3], "shape"),
    ("Not all lumps are cancer", [3], "shape"),
    ("Cancer.", [3], None),
]


@pytest.mark.parametrize(("text", "numbers"), SAID)
def test_what_a_quotation_says_passes(text: str, numbers: list[int]) -> None:
    assert fault_of(text, numbers, GROUNDS, "en") is None


@pytest.mark.parametrize(("text", "numbers", "fault"), NOT_SAID)
def test_what_it_does_not_say_is_dropped(text: str, numbers: list[int], fault: str | None) -> None:
    found = fault_of(text, numbers, GROUNDS, "en")
    assert found is not None and (fault is None or found == fault)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("La recurrencia local está en el mismo lugar que antes.", True),
        ("El ependimoma puede extenderse a la columna.", True),
        ("Si tiene fiebre de 38 °C o más, llame a su equipo.", True),
        ("No todos los bultos son cáncer.", True),
        ("El ependimoma se extiende a la columna.", False),
        ("Todos los bultos son cáncer.", False),
        ("La recurrencia local no está en el mismo lugar que antes.", False),
        ("El meduloblastoma puede extenderse a la columna.", False),
        ("Llame a su equipo si tiene fiebre de 39 °C o más.", False),
        ("Usted debe tomar 20 mg dos veces por día.", False),
        ("Le quedan 6 meses de vida.", False),
        ("Local recurrence is in the same place as before.", False),
    ],
)
def test_spanish_has_the_same_rules(text: str, passes: bool) -> None:
    assert (fault_of(text, [1], SPANISH, "es") is None) is passes


def test_a_list_is_ground_item_by_item_with_what_introduces_it() -> None:
    units = units_of(KINDS)
    assert len(units) == 5 and all(unit.startswith("Doctors name") for unit in units)
    denied = [Ground("These do not cause cancer:\n\n- Coffee with milk.\n- Mobile phones.", "en")]
    assert fault_of("Mobile phones are a cause of cancer.", [1], denied, "en") == "negation"


def test_nothing_is_believed_of_who_sends_markup_or_speaks_of_itself() -> None:
    good = ("Not all lumps are cancer.", [3])
    assert check([good], GROUNDS, "en").believed
    for bad in (
        "Not all <i>lumps</i> are cancer.",
        "As an AI I say that lumps are cancer.",
        "Krebs ist die Krankheit und kann das.",
    ):
        assert not check([good, good, (bad, [3])], GROUNDS, "en").believed


def test_more_than_half_wrong_and_nothing_is_believed() -> None:
    good, wrong = ("Not all lumps are cancer.", [3]), ("All lumps are cancer.", [3])
    assert check([good, wrong], GROUNDS, "en").believed
    assert not check([good, wrong, wrong], GROUNDS, "en").believed
    assert not check([], GROUNDS, "en").believed


def test_plain_words_without_a_sentence_or_a_quotation_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="withheld"):
        PlainWords((), "en")
    for numbers in ((), (0,)):
        with pytest.raises(ValueError, match="names the quotations"):
            PlainSentence("Words.", numbers)


@given(st.text(max_size=300), st.lists(st.integers(-3, 9), max_size=4), st.sampled_from(["en", "es"]))
@example("\ud800 is not.", [1], "en")
@example("", [], "en")
@example("1" * 300 + ".", [1], "es")
@example("ﬁfteen ½ are not a number of it.", [1], "en")
def test_no_text_is_too_strange(text: str, numbers: list[int], language: str) -> None:
    grounds = GROUNDS if language == "en" else SPANISH
    checked = check([(text, numbers)], grounds, language)
    for sentence in checked.kept:
        assert all(1 <= number <= len(grounds) for number in sentence.quotations)


@given(st.text(max_size=200))
def test_a_sentence_of_other_words_never_passes(words: str) -> None:
    text = f"Zyzzyva {words} quux."
    assert fault_of(text, [1, 2, 3], GROUNDS, "en") is not None
