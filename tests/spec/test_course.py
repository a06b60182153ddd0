"""The course of the disease: what does not go together is pointed out, and the timeline reads in order."""

import calendar
import inspect
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from waymark.care import contradictions as care_contradictions
from waymark.care.contradictions import RULES, contradictions
from waymark.care.course import (
    UNKNOWN,
    Course,
    Diagnosis,
    PartialDate,
    Reach,
    Recurrence,
    Restaging,
    SecondCancer,
    Treatment,
    when_in_words,
)
from waymark.care.timeline import timeline
from waymark.record.dates import When

TODAY = date(2026, 11, 21)


def on(written: str) -> PartialDate:
    """2024, 2024-03 or 2024-03-05."""
    year, month, day = ([int(part) for part in written.split("-")] + [0, 0])[:3]
    if not month:
        return PartialDate(date(year, 1, 1), date(year, 12, 31))
    if not day:
        return PartialDate(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return PartialDate(date(year, month, day), date(year, month, day))


COLON = Diagnosis("d", "colon", on("2019-05"), "Stage IIA")
LIVER = Recurrence("r1", 1, on("2023-02-07"), frozenset({Reach.DISTANT}), ("liver",))


def rules(**parts: Any) -> dict[str, tuple[tuple[str, str], ...]]:
    parts.setdefault("diagnoses", (COLON,))
    return {one.rule: one.about for one in contradictions(Course(**parts), TODAY)}


def sentence(rule: str, **parts: Any) -> str:
    parts.setdefault("diagnoses", (COLON,))
    return next(one.sentence for one in contradictions(Course(**parts), TODAY) if one.rule == rule)


def test_a_course_that_goes_together_has_none() -> None:
    whole = Course(
        diagnoses=(COLON,),
        recurrences=(LIVER, Recurrence("r2", 2, on("2025"), frozenset({Reach.LOCAL, Reach.DISTANT}))),
        second_cancers=(SecondCancer("s", "melanoma", on("2021"), "Stage IB"),),
        restagings=(Restaging("a", on("2023-03"), "rIVA", "r1"), Restaging("b", on("2025"), "rT2 N0 M1", "r2")),
        treatments=(
            Treatment("t", "Surgery", on("2019-06"), on("2019-06")),
            Treatment("u", "FOLFOX", on("2023"), under="r1"),
        ),
    )
    assert contradictions(whole, TODAY) == ()
    assert contradictions(Course(), TODAY) == ()


@pytest.mark.parametrize("stage", ["rIIIB", "stage 2", "rpT2 N1 M0"])
def test_distant_below_stage_four(stage: str) -> None:
    found = rules(recurrences=(LIVER,), restagings=(Restaging("a", on("2023-03"), stage, "r1"),))
    assert found["distant_below_stage_four"] == (("r1", "reach"), ("a", "stage"))
    said = sentence(
        "distant_below_stage_four", recurrences=(LIVER,), restagings=(Restaging("a", UNKNOWN, stage, "r1"),)
    )
    assert stage in said
    assert "In most cancers spread to distant places is stage IV." in said


@pytest.mark.parametrize("stage", ["rIV", "rIVA", "rIII M1", "grade 4", "not staged again", ""])
def test_what_is_no_contradiction_of_distant(stage: str) -> None:
    """A group with M1 is the business of the stage itself; a brain tumor has a grade and no stage."""
    found = rules(recurrences=(LIVER,), restagings=(Restaging("a", on("2023-03"), stage, "r1"),))
    assert "distant_below_stage_four" not in found


def test_a_stage_that_names_no_recurrence_belongs_to_the_only_one() -> None:
    assert "distant_below_stage_four" in rules(recurrences=(LIVER,), restagings=(Restaging("a", UNKNOWN, "rII"),))
    two = (LIVER, Recurrence("r2", 2, UNKNOWN, frozenset({Reach.LOCAL})))
    assert "distant_below_stage_four" not in rules(recurrences=two, restagings=(Restaging("a", UNKNOWN, "rII"),))


def test_metastatic_without_distant() -> None:
    local = Recurrence("r1", 1, on("2023"), frozenset({Reach.LOCAL, Reach.REGIONAL}))
    assert "metastatic_without_distant" in rules(
        recurrences=(local,), restagings=(Restaging("a", UNKNOWN, "rT1 N0 M1"),)
    )
    assert "metastatic_without_distant" not in rules(
        recurrences=(local,), restagings=(Restaging("a", UNKNOWN, "rIVA"),)
    )


def test_a_stage_against_itself() -> None:
    found = rules(diagnoses=(Diagnosis("d", "colon", stage="Stage II, T2 N0 M1"),))
    assert found == {"stage_against_itself": (("d", "stage"),)}


def test_a_recurrence_before_the_diagnosis() -> None:
    early = Recurrence("r1", 1, on("2019-04"))
    assert rules(recurrences=(early,)) == {"recurrence_before_diagnosis": (("r1", "when"), ("d", "when"))}


@pytest.mark.parametrize("when", [on("2019"), on("2019-05"), UNKNOWN])
def test_what_may_be_in_order_is_not_pointed_out(when: PartialDate) -> None:
    """2019 can lie before May 2019 and after it."""
    assert rules(recurrences=(Recurrence("r1", 1, when),)) == {}


def test_a_recurrence_without_a_diagnosis() -> None:
    assert rules(diagnoses=(), recurrences=(LIVER,)) == {"recurrence_without_diagnosis": (("r1", "of"),)}
    assert "recurrence_without_diagnosis" in rules(recurrences=(Recurrence("r1", of="gone"),))


def test_a_recurrence_of_another_cancer() -> None:
    """Colon cancer in the liver is still colon cancer."""
    other = Recurrence("r1", 1, on("2023"), frozenset({Reach.DISTANT}), ("liver",), cancer="liver cancer")
    assert rules(recurrences=(other,)) == {"recurrence_of_another_cancer": (("r1", "cancer"), ("d", "cancer"))}
    said = sentence("recurrence_of_another_cancer", recurrences=(other,))
    assert "keeps the name of the first one" in said
    assert "is a second cancer" in said


@pytest.mark.parametrize("cancer", ["", "colon", "Colon cancer", "colorectal cancer", "a name that nobody knows"])
def test_one_cancer_has_many_names(cancer: str) -> None:
    assert rules(recurrences=(Recurrence("r1", 1, on("2023"), cancer=cancer),)) == {}


def test_a_second_cancer_of_the_same_kind_or_before_the_first() -> None:
    same = SecondCancer("s", "colon cancer", on("2022"))
    assert rules(second_cancers=(same,)) == {"second_cancer_of_the_same_kind": (("s", "cancer"), ("d", "cancer"))}
    early = SecondCancer("s", "melanoma", on("2018"))
    assert rules(second_cancers=(early,)) == {"second_cancer_before_the_first": (("s", "when"), ("d", "when"))}


def test_a_restaging_has_an_r_and_the_first_stage_has_none() -> None:
    assert rules(restagings=(Restaging("a", on("2023"), "IIIB"),)) == {"restaging_without_r": (("a", "stage"),)}
    assert "for example rIIIB" in sentence("restaging_without_r", restagings=(Restaging("a", on("2023"), "Stage 3B"),))
    for fine in ("rIIIB", "ypT0 N0", "grade 4", "no longer staged"):
        assert rules(restagings=(Restaging("a", on("2023"), fine),)) == {}
    first = Diagnosis("d", "colon", on("2019"), "rIIIB")
    assert rules(diagnoses=(first,)) == {"stage_at_diagnosis_with_r": (("d", "stage"),)}


def test_the_stage_at_diagnosis_does_not_change() -> None:
    altered = Diagnosis("d", "colon", on("2019"), "Stage IV", ("", "Stage II"))
    assert rules(diagnoses=(altered,)) == {"stage_at_diagnosis_altered": (("d", "stage"),)}
    assert sentence("stage_at_diagnosis_altered", diagnoses=(altered,)).startswith(
        "The stage at diagnosis was Stage II and is now Stage IV."
    )
    for fine in (("",), ("stage 4",), ("IV",), ()):
        assert rules(diagnoses=(Diagnosis("d", "colon", on("2019"), "Stage IV", fine),)) == {}


def test_dates_of_stages_recurrences_and_treatments() -> None:
    early = Restaging("a", on("2023-01"), "rIV", "r1")
    assert rules(recurrences=(LIVER,), restagings=(early,)) == {
        "restaging_before_recurrence": (("a", "when"), ("r1", "when"))
    }
    assert "restaging_before_diagnosis" in rules(restagings=(Restaging("a", on("2018"), "rIV"),))
    later = Recurrence("r2", 2, on("2022"))
    assert rules(recurrences=(LIVER, later)) == {"recurrences_out_of_order": (("r1", "when"), ("r2", "when"))}
    again = Recurrence("r2", 1, on("2025"))
    assert rules(recurrences=(LIVER, again)) == {"recurrences_with_one_number": (("r1", "ordinal"), ("r2", "ordinal"))}
    backwards = Treatment("t", "FOLFOX", on("2024"), on("2023-12-30"))
    assert rules(treatments=(backwards,)) == {"treatment_ends_before_it_starts": (("t", "end"), ("t", "start"))}
    before = Treatment("t", "FOLFOX", on("2022"), under="r1")
    assert rules(recurrences=(LIVER,), treatments=(before,)) == {
        "treatment_before_what_it_is_for": (("t", "start"), ("r1", "when"))
    }
    ahead = Recurrence("r1", 1, on("2027"))
    assert rules(recurrences=(ahead,)) == {"in_the_future": (("r1", "when"),)}
    assert rules(recurrences=(Recurrence("r1", 1, on("2026")),)) == {}


def test_two_first_cancers_keep_their_recurrences_apart() -> None:
    breast = Diagnosis("e", "breast", on("2021"))
    back = Recurrence("r1", 1, on("2020"), cancer="breast cancer", of="e")
    found = rules(diagnoses=(COLON, breast), recurrences=(back, Recurrence("r2", 1, on("2022"), of="d")))
    assert found == {"recurrence_before_diagnosis": (("r1", "when"), ("e", "when"))}


@pytest.mark.parametrize(
    ("cancer", "stage", "told"),
    [
        ("ependymoma", "rT2 N0 M0", True),
        ("glioblastoma", "stage IV", True),
        ("ependymoma", "grade 2", False),
        ("meningioma", "WHO grade 1", False),
        ("medulloblastoma", "M1", False),
        ("primary-cns-lymphoma", "stage IE", False),
        ("colon", "rIIIB", False),
        ("a name that nobody knows", "rIIIB", False),
    ],
)
def test_a_brain_tumour_without_tnm(cancer: str, stage: str, told: bool) -> None:
    """Tumours of the brain and spine have a grade and mostly no stage, so a stage there is pointed out and kept."""
    first = Diagnosis("d", cancer, on("2019-05"))
    back = Recurrence("r1", 1, on("2024"), frozenset({Reach.LOCAL}))
    found = rules(diagnoses=(first,), recurrences=(back,), restagings=(Restaging("a", on("2024-03"), stage, "r1"),))
    assert ("stage_of_a_brain_or_spine_tumor" in found) is told


def test_every_rule_can_be_seen() -> None:
    """Each rule has a test here that names what it finds."""
    source = inspect.getsource(inspect.getmodule(test_every_rule_can_be_seen) or care_contradictions)
    for rule in RULES:
        names = [word for word in inspect.getsource(rule).split('"') if "_" in word and word.isidentifier()]
        assert names
        assert all(f'"{name}"' in source for name in names), rule.__name__


WHOLE = Course(
    diagnoses=(Diagnosis("d", "colon", on("2019-05"), "Stage IIA", said_by="Dr. Ode"),),
    recurrences=(
        Recurrence("r1", 1, on("2021-03-02"), frozenset({Reach.LOCAL}), ("colon",)),
        Recurrence("r2", 2, on("2023"), frozenset({Reach.DISTANT, Reach.LOCAL}), ("liver", "lung"), shown_by="CT scan"),
    ),
    second_cancers=(SecondCancer("s", "melanoma", on("2022-07")),),
    restagings=(Restaging("a", on("2023-02"), "rIV", "r2"),),
    treatments=(
        Treatment("t1", "Surgery", on("2019"), on("2019")),
        Treatment("t2", "FOLFOX", on("2023-04"), ongoing=True, under="r2"),
        Treatment("t3", "Excision", on("2022-08-01"), on("2022-09"), under="s"),
        Treatment("t4", "Vitamin", UNKNOWN, under="gone"),
    ),
)


def test_the_timeline_reads_in_order() -> None:
    lines = [("  " * row.depth + row.when, row.what) for row in timeline(WHOLE)]
    assert lines == [
        ("May 2019", "Diagnosis: Colon cancer"),
        ("  2019", "Treatment: Surgery"),
        ("2 March 2021", "First recurrence: local (colon)"),
        ("July 2022", "Second cancer: Melanoma"),
        ("  1 August 2022 to September 2022", "Treatment: Excision"),
        ("2023", "Second recurrence: local and distant (liver, lung)"),
        ("  February 2023", "Staged again"),
        ("  since April 2023", "Treatment: FOLFOX"),
        ("date not known", "Treatment: Vitamin"),
    ]
    details = {row.id: row.details for row in timeline(WHOLE)}
    assert details["d"] == ("Stage as written: Stage IIA", "Understood: stage IIA", "Said by: Dr. Ode")
    assert details["r2"] == ("Shown by: CT scan",)


def test_partial_dates_leave_the_order_of_the_disease() -> None:
    """With nothing but the year, the diagnosis comes first and the recurrences by their number."""
    recurrences = tuple(Recurrence(f"r{number}", number, on("2020")) for number in (1, 2, 3))
    for shuffled in permutations(recurrences):
        whole = Course(diagnoses=(Diagnosis("d", "melanoma", on("2020-06")),), recurrences=shuffled)
        assert [row.id for row in timeline(whole)] == ["d", "r1", "r2", "r3"]
    unknown = Course(
        diagnoses=(Diagnosis("d", "melanoma"),),
        recurrences=(Recurrence("r1", 1, on("2021")), Recurrence("r2", 2)),
        second_cancers=(SecondCancer("s", "lung", on("2020")),),
    )
    assert [row.id for row in timeline(unknown)] == ["d", "s", "r1", "r2"]


def test_contradictory_dates_still_give_a_timeline() -> None:
    circular = Course(
        diagnoses=(Diagnosis("d", "melanoma", on("2020-06")),),
        recurrences=(Recurrence("r1", 1, on("2020")), Recurrence("r2", 2, on("2020-02"))),
    )
    assert {row.id for row in timeline(circular)} == {"d", "r1", "r2"}


def test_the_dates_of_the_record_fit() -> None:
    """The record's own dates can be given as they are."""
    assert when_in_words(When.parse("2024-03-05")) == "5 March 2024"
    assert when_in_words(When.parse("2024-03")) == "March 2024"
    assert when_in_words(When.parse("2024")) == "2024"
    assert when_in_words(When.parse("unknown")) == "date not known"
    early = Recurrence("r1", 1, When.parse("2019-04"))
    assert rules(recurrences=(early,)) == {"recurrence_before_diagnosis": (("r1", "when"), ("d", "when"))}


def test_a_partial_date_has_both_ends() -> None:
    for first, last in ((None, TODAY), (TODAY, None), (TODAY, date(2020, 1, 1))):
        with pytest.raises(ValueError, match="A partial date has"):
            PartialDate(first, last)
