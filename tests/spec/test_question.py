"""What is read from a question: its focus, cancer, kinds, audience, language, whether it is about health, whose it is."""

import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from waymark.answering.meaning import Meaning, sharpened
from waymark.answering.phrases import Phrases, words_of
from waymark.answering.question import KINDS, READ, TEAM_REASONS, analyse, language_of, section_kind


def asked(question: str) -> str | None:
    kinds = analyse(question).asked_for
    return kinds[0] if kinds else None


class TestKinds:
    @pytest.mark.parametrize(
        ("question", "kind"),
        [
            ("its back in my liver now what", "recurrence"),
            ("What are the treatments for X cancer ?", "treatment"),
            ("how bad is stage 2 pancreatic cancer", "outlook"),
            ("can it be inherited", "genetics"),
            ("whats hospice", "palliative"),
            ("should I see another doctor before surgery", "second_opinion"),
            ("what should I ask my oncologist", "questions_to_ask"),
            ("will I lose my hair on taxol", "side_effects"),
            ("¿cuáles son los síntomas del linfoma?", "symptoms"),
            ("¿qué significa metástasis?", "words"),
            ("cada cuánto son las revisiones", "follow_up"),
        ],
    )
    def test_lay_words_are_understood(self, question: str, kind: str) -> None:
        assert asked(question) == kind

    def test_nothing_asked_is_no_kind(self) -> None:
        assert analyse("blue").asked_for == ()

    @pytest.mark.parametrize(
        ("headings", "kind"),
        [
            (["Stages of Melanoma", "Treatment of Stage I Melanoma"], "treatment"),
            (["Treatment of Melanoma", "Anything else"], "treatment"),
            (["Recurrent Brain Tumors"], "recurrence"),
            (["Certain factors affect prognosis (chance of recovery) and treatment options."], "outlook"),
            (["Treatment for lung cancer may cause side effects."], "side_effects"),
            (["Follow-up tests may be needed."], "follow_up"),
            (["After lung cancer has been diagnosed, tests are done to find out if it has spread."], "stages"),
            (["Follow-up Care"], "follow_up"),
            (["Guiding Questions"], "questions_to_ask"),
            (["Síntomas"], "symptoms"),
            (["Key Points"], None),
            ([], None),
        ],
    )
    def test_a_section_is_of_the_kind_that_its_innermost_telling_heading_shows(
        self, headings: Sequence[str], kind: str | None
    ) -> None:
        assert section_kind(headings) == kind


class TestCancer:
    @pytest.mark.parametrize(
        ("question", "expected"),
        [
            ("its back in my liver now what", ()),
            ("breast cancer came back in my bones", ("breast",)),
            ("pancriatic cancer survival", ("pancreatic",)),
            ("stage 4 colon what now", ("colon",)),
            ("is a glioblastoma a brain tumor", ("glioblastoma",)),
            ("lukemia in kids", ("leukemia",)),
            ("cancer de higado", ("liver",)),
            ("a haematoma after surgery", ()),
        ],
    )
    def test_from_the_words(self, question: str, expected: tuple[str, ...]) -> None:
        assert analyse(question).cancer_types == expected

    def test_from_the_option(self) -> None:
        assert analyse("what now", cancer="brain").cancer_types == ("brain",)
        assert analyse("my glioblastoma is growing", cancer="brain").cancer_types == ("glioblastoma",)
        assert analyse("what now", cancer="no such cancer").cancer_types == ()


class TestNeedsTeam:
    @pytest.mark.parametrize(
        ("question", "reason"),
        [
            ("do i have a brain tumor", "diagnosis"),
            ("I found a lump in my neck. Is it cancer?", "diagnosis"),
            ("how much dexamethasone should I take", "dose"),
            ("can you read my pathology report", "reading"),
            ("should I have chemo or radiation", "choice"),
            ("how long do I have", "forecast"),
            ("¿cuánto tiempo me queda?", "forecast"),
        ],
    )
    def test_what_only_the_team_can_say(self, question: str, reason: str) -> None:
        assert reason in TEAM_REASONS
        assert analyse(question).needs_team == reason

    @pytest.mark.parametrize(
        "question",
        [
            "What is a malignant tumour?",
            "If I refuse treatment, is palliative care an option?",
            "How often should follow-up scans be done?",
            "What is the usual dose of temozolomide?",
            "how long do people live with glioblastoma",
            "Should I get a second opinion?",
            "how would I know if my lymphoma is back",
            "what should I ask about my scan results",
        ],
    )
    def test_a_general_question_is_never_refused_for_a_word_in_it(self, question: str) -> None:
        assert analyse(question).needs_team is None


class TestAboutHealth:
    @pytest.mark.parametrize(
        "question",
        [
            "what's the dow today",
            "will it rain, weather forecast please",
            "bank account balance",
            "play a song on spotify",
        ],
    )
    def test_plainly_something_else(self, question: str) -> None:
        assert analyse(question).about_health is False

    @pytest.mark.parametrize(
        "question", ["glioma", "chemo", "what does a biopsy cost at the bank of blood", "my scan hurts"]
    )
    def test_about_health(self, question: str) -> None:
        assert analyse(question).about_health is True

    @pytest.mark.parametrize(
        "question",
        ["what now", "can I fly on a plane", "can I go to the movies", "will I lose my job", "how do I tell my boss", "its back", "is it ok to have a dog",
         "can I drive my car home", "I am so scared", ""],
    )  # fmt: skip
    def test_unsure_is_never_refused(self, question: str) -> None:
        assert analyse(question).about_health is not False


class TestAudienceAndLanguage:
    def test_audience(self) -> None:
        assert analyse("treatment of glioma").audience == "patient"
        assert analyse("glioma treatment health professional version").audience == "professional"
        assert analyse("I am an oncologist, what is new in glioma").audience == "professional"
        assert analyse("glioma, for clinicians", audience="patient").audience == "patient"
        assert analyse("glioma", audience="professional").audience == "professional"
        assert analyse("what questions should I ask my doctor").audience == "patient"

    @pytest.mark.parametrize(
        ("question", "language"),
        [
            ("what is glioma", "en"),
            ("¿qué es un glioma?", "es"),
            ("que es un glioma", "es"),
            ("tumor cerebral síntomas", "es"),
            ("glioma", "en"),
            ("", "en"),
        ],
    )
    def test_language(self, question: str, language: str) -> None:
        assert analyse(question).language == language

    def test_the_language_that_was_chosen_wins(self) -> None:
        assert analyse("what is glioma", language="es-MX").language == "es"

    def test_another_language_is_recognised(self) -> None:
        assert analyse("Welche Behandlungen gibt es für einen Hirntumor bei Kindern").language == "de"


class TestFocus:
    STORY = (
        "My father is 71 and he was always healthy. He worked in a shoe factory for forty years and he loved it. "
        "In 2019 they found colon cancer and took it out. We went to the sea every summer after that, it was lovely. "
        "Now the scan shows it came back in his liver. My sister lives far away and cannot help much. "
        "What treatments are there for him? Thank you for reading all this, I know that it is long."
    )

    def test_the_question_and_its_facts_are_found_in_a_story(self) -> None:
        question = analyse(self.STORY)
        assert "What treatments are there for him?" in question.focus
        assert "colon cancer" in question.focus
        assert "shoe factory" not in question.focus
        assert question.asked_for[0] == "treatment"
        assert question.cancer_types == ("colon",)
        assert question.text == self.STORY

    def test_a_short_question_is_its_own_focus(self) -> None:
        assert analyse("  its back,\n now  what ").focus == "its back, now what"

    def test_a_story_without_a_question_has_a_focus(self) -> None:
        assert analyse("and then we went home " * 30).focus

    def test_a_megabyte_is_read_in_part_and_kept_whole(self) -> None:
        text = "my melanoma is back what now " + "x " * 500_000 + "how is it treated?"
        question = analyse(text)
        assert question.text == text
        assert len(question.focus) < READ
        assert question.cancer_types == ("melanoma",)


@given(st.text(max_size=600) | st.lists(st.sampled_from(
    ["what", "is", "my", "cancer", ".", "?", "¿", "should", "I", "take", "tamoxifen", "\n", "liver", "stage", "4", "\x00", "İ"]
), max_size=60).map(" ".join))  # fmt: skip
@example("\x00")
@example("\ud800")
@example("¿?")
@settings(max_examples=200)
def test_no_text_makes_it_raise(text: str) -> None:
    question = analyse(text)
    assert question.text == text
    assert set(question.asked_for) <= set(KINDS)
    assert question.needs_team in (None, *TEAM_REASONS)
    assert question.about_health in (True, False, None)


class TestPhrases:
    """The small language in which ``asked_for.json`` is written."""

    @staticmethod
    def met(phrase: str, text: str) -> bool:
        phrases = Phrases(["*mab", "taxol"])
        phrases.add(phrase, "label")
        return bool(phrases.find(words_of(text)))

    @pytest.mark.parametrize(
        ("phrase", "text", "expected"),
        [
            ("come* back", "it came back", False),
            ("come* back", "it comes back", True),
            ("now what $", "now what?", True),
            ("now what $", "now what is it", False),
            ("^ what is X", "What is lung cancer", True),
            ("^ what is X", "Tell me what is lung cancer", False),
            ("how .2 treat", "how do they treat it", True),
            ("how .2 treat", "how in the world do they treat it", False),
            ("how .2 treat", "how? they treat it", False),
            ("(my mom|my dad) has", "my dad has it", True),
            ("DRUG helps", "cetuximab helps", True),
            ("DRUG helps", "water helps", False),
            ("X is (bad|good)", "glioma is good", True),
            ("whats up", "What's up", True),
            ("que es", "¿Qué es?", True),
        ],
    )
    def test_signs(self, phrase: str, text: str, expected: bool) -> None:
        assert self.met(phrase, text) is expected

    @pytest.mark.parametrize("phrase", ["", "$", ".3 what", "((a|b)|c)", "(a|b", "^"])
    def test_a_phrase_that_says_nothing_is_refused(self, phrase: str) -> None:
        with pytest.raises(ValueError, match="phrase"):
            Phrases().add(phrase, "label")


class OneWord:
    """An encoder whose vectors say only whether a text holds one word."""

    revision = "test"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[1.0, 0.0] if "hospice" in text.lower() else [0.0, 1.0] for text in texts], dtype=np.float32)


def vector(text: str) -> NDArray[np.float32]:
    found: NDArray[np.float32] = OneWord().encode([text])[0]
    return found


class TestMeaning:
    def test_the_nearest_examples_say_what_is_asked(self) -> None:
        kinds = Meaning(OneWord()).kinds(vector("something about a hospice"))
        assert max(kinds, key=lambda kind: kinds[kind]) == "palliative"
        assert sum(kinds.values()) == pytest.approx(1.0)

    def test_wording_and_meaning_together(self) -> None:
        question = analyse("hospice")
        assert sharpened(question, Meaning(OneWord()), vector("hospice")).asked_for[0] == "palliative"
        plain = analyse("What are the symptoms of glioma ?")
        assert "symptoms" in sharpened(plain, Meaning(OneWord()), vector(plain.query)).asked_for

    def test_which_cancer_does_not_matter(self) -> None:
        from waymark.index.encoder import Encoder, question_input

        encoder = Encoder.load()
        meaning = Meaning(encoder)
        one, other = (
            meaning.kinds(encoder.encode([question_input(f"will my {name} come back?")])[0])
            for name in ("glioblastoma", "breast cancer")
        )
        assert max(one, key=lambda kind: one[kind]) == max(other, key=lambda kind: other[kind])


@pytest.mark.parametrize(
    "text",
    [
        "please describe the childhood extracranial germ cell tumors nicely, everyday language",
        "husband w/ bone mets super thirsty peeing nonstop constipated n getting confused",
        "mum took her evening morphine three times by mistake",
        "having trouble breathing since last night, COPD and lung cancer",
    ],
)
def test_everyday_english_needs_no_recogniser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes half a second when it is first asked: too long for somebody who cannot breathe."""
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)  # an import of it fails
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mein Krebs ist in der Leber zurück, was soll ich jetzt tun?", "de"),
        ("Le cancer du sein de ma mère est revenu dans le foie, que faire ?", "fr"),
        ("Il mio tumore è tornato nel fegato, cosa devo fare adesso?", "it"),
        ("Mijn moeder heeft borstkanker en ze heeft veel pijn in haar rug", "nl"),
        ("Jaka jest różnica między nawrotem a drugim rakiem?", "pl"),
    ],
)
def test_other_languages_are_told(text: str, language: str) -> None:
    assert language_of(text) == language
