"""Several questions are answered one by one, and a question that leans on what was said takes the cancer along, visibly."""

from pathlib import Path

import pytest

from waymark.answering.conversation import (
    NOTHING_SAID,
    Context,
    context_from,
    context_from_fields,
    context_of,
    continued,
)
from waymark.answering.question import analyse
from waymark.answering.several import MOST, several

EPENDYMOMA = Context(("ependymoma",), recurrent=True)


class TestAnsweringFor:
    """The chip "answering for": what a follow-up question takes, and how it is said."""

    @pytest.mark.parametrize("question", ["and the side effects?", "what about the tests for it", "does it hurt?"])
    def test_a_question_that_leans_takes_the_cancer(self, question: str) -> None:
        asked, used = continued(analyse(question), EPENDYMOMA)
        assert used.cancers == asked.cancer_types == ("ependymoma",)
        assert "ependymoma" in asked.query
        assert used.words() == "ependymoma that came back"

    def test_a_question_that_names_its_own_cancer_takes_nothing(self) -> None:
        asked, used = continued(analyse("and the side effects in breast cancer?"), EPENDYMOMA)
        assert used == NOTHING_SAID and asked.cancer_types == ("breast",)

    def test_nothing_said_is_nothing_taken(self) -> None:
        asked = analyse("and the side effects?")
        assert continued(asked, NOTHING_SAID) == (asked, NOTHING_SAID)

    def test_it_is_said_in_the_asker_s_language(self) -> None:
        assert EPENDYMOMA.words("es") and EPENDYMOMA.words("es") != EPENDYMOMA.words()

    def test_a_treatment_is_taken_where_its_effects_are_asked(self) -> None:
        _, used = continued(analyse("and the side effects?"), Context(subject="pembrolizumab"))
        assert used.subject == "pembrolizumab" and used.words() == "pembrolizumab"

    def test_what_was_asked_is_what_the_next_one_leans_on(self) -> None:
        spoken_of = context_of(analyse("My ependymoma came back. What can be done?"))
        assert spoken_of.cancers == ("ependymoma",) and spoken_of.recurrent

    def test_it_goes_through_a_form_and_back(self) -> None:
        assert context_from_fields(EPENDYMOMA.fields()) == EPENDYMOMA
        assert context_from(EPENDYMOMA.as_json()) == EPENDYMOMA
        assert NOTHING_SAID.fields() == {}

    @pytest.mark.parametrize(
        "raw",
        [
            None,
            {"cancers": "ependymoma"},
            {"cancers": ["no such"]},
            {"subject": "<script>"},
            {"recurrent": True},
            {"subject": 7},
        ],
    )
    def test_what_cannot_be_meant_is_left_out(self, raw: object) -> None:
        assert context_from(raw) == NOTHING_SAID  # type: ignore[arg-type]


class TestSeveral:
    def test_two_questions_are_two(self) -> None:
        assert len(several("What is a local recurrence? And what are the side effects of chemotherapy?")) == 2

    def test_one_asked_twice_is_one(self) -> None:
        assert len(several("Is it back?? Is it cancer?")) == 1

    def test_what_the_message_tells_holds_for_each(self) -> None:
        parts = several("My ependymoma came back. What are the symptoms? What are the treatments?")
        assert len(parts) == 2 and all("ependymoma" in part for part in parts)

    def test_one_question_stands_as_it_is(self) -> None:
        text = "  what are the side effects of chemo?  "
        assert several(text) == (text.strip(),)

    def test_more_than_can_be_answered_are_left_with_the_last(self) -> None:
        text = "What is ependymoma? What are the symptoms of breast cancer? How is colon cancer treated? What causes melanoma? How is lung cancer staged?"
        assert len(several(text)) == MOST

    @pytest.mark.parametrize("text", ["", "?", "? ? ?", "a" * 2_000, "\n\n\n", "1. 2. 3."])
    def test_no_text_makes_it_raise(self, text: str) -> None:
        assert len(several(text)) == 1


class TestMissing:
    """What the library lacks is counted; a question's text only where the operator said so, and never the team's."""

    @staticmethod
    def counts(folder: Path, keep: bool):  # type: ignore[no-untyped-def]
        from waymark.answering.missing import MissingCounts

        return MissingCounts(folder, keep_texts=keep)

    @pytest.mark.parametrize("keep", [True, False])
    def test_a_decline_is_counted_and_its_text_kept_only_if_wanted(self, tmp_path: Path, keep: bool) -> None:
        from datetime import date

        from waymark.answering.response import Decline

        held = self.counts(tmp_path, keep)
        for reason in ("not_in_library", "needs_your_team"):
            held.note(
                Decline("about lanterns", reason, "It is not held.", "Ask your team.", None, ()), date(2026, 11, 25)
            )  # type: ignore[arg-type]
        held.close()
        report = self.counts(tmp_path, keep).report()
        told = json_text(report.as_json())
        assert told.count("not_in_library") >= 1
        assert ("about lanterns" in told) is keep
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert (b"about lanterns" in stored) is keep
        assert told.count("about lanterns") <= 1, "what is the team's is never kept"


def json_text(value: object) -> str:
    import json

    return json.dumps(value, default=str)
