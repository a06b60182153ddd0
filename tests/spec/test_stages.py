"""Stages as people copy them: the forms, and what is left open."""

import pytest

from waymark.care.stages import LONGEST, PREFIXES, Category, Group, parse_stage


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("rIIIB", "stage rIIIB"),
        ("r IIIB", "stage rIIIB"),
        ("stage rIV", "stage rIV"),
        ("stage 4", "stage IV"),
        ("Stage IV (metastatic)", "stage IV, metastatic"),
        ("Stage: 2B", "stage IIB"),
        ("Stage III-B", "stage IIIB"),
        ("stage III A", "stage IIIA"),
        ("stage 3 a year ago", "stage III"),
        ("STAGE 0is", "stage 0is"),
        ("stage 0a", "stage 0A"),
        ("stage IVA1", "stage IVA1"),
        ("stage IIIC1p", "stage IIIC1p"),
        ("Stage IIE", "stage IIE"),
        ("INSS 4S", "stage IVS, INSS"),
        ("I was told stage two", "stage II"),
        ("restaged as IIIB", "stage IIIB"),
        ("stage Ⅲ", "stage III"),
        ("rpT2 N1 M0", "rpT2 N1 M0"),
        ("ypT0N0", "ypT0 N0"),
        ("YPT0N0", "ypT0 N0"),
        ("yp T2 N0", "ypT2 N0"),
        ("cT3 N1c M0", "cT3 N1c M0"),
        ("T2N1M0", "T2 N1 M0"),
        ("T 2 N 1 M 0", "T2 N1 M0"),
        ("pT2pN1", "pT2 pN1"),
        ("pT2(m) N1mi(sn) M0(i+)", "pT2(m) N1mi(sn) M0(i+)"),
        ("tis n0 m0", "Tis N0 M0"),
        ("cTx NX Mx", "cTX NX MX"),
        ("pT4b N3c M1c(1)", "pT4b N3c M1c(1)"),
        ("G3 pT1 L0 V0 R0 pN0", "pT1 pN0 L0 V0 R0 G3"),
        ("TNM8 T1a", "T1a, TNM, edition 8"),
        ("AJCC 8th edition stage IIA", "stage IIA, AJCC, edition 8"),
        ("FIGO IIIC1", "stage IIIC1, FIGO"),
        ("Ann Arbor stage IIB", "stage IIB, Ann Arbor"),
        ("R-ISS II", "stage II, R-ISS"),
        ("Rai stage II", "stage II, Rai"),
        ("Binet B", "Binet B"),
        ("Dukes’ C2", "Dukes C2"),
        ("INRG MS", "INRG MS"),
        ("Gleason 4+3", "Gleason 4+3"),
        ("Gleason score: 3 + 4 = 7", "Gleason 3+4"),
        ("Gleason 9", "Gleason 9"),
        ("Grade Group 3", "Grade Group 3"),
        ("grade 4", "grade 4"),
        ("WHO grade IV", "WHO grade 4"),
        ("CNS WHO grade 2", "CNS WHO grade 2"),
        ("high-grade", "high grade"),
        ("limited stage", "limited stage"),
        ("extensive-stage", "extensive stage"),
        ("locally advanced", "locally advanced"),
        ("non-metastatic", "not metastatic"),
        ("estadio IIIB", "stage IIIB"),
        ("Estadío IV con metástasis", "stage IV, metastatic"),
        ("etapa cuatro", "stage IV"),
        ("grado 3", "grade 3"),
        ("estadio limitado", "limited stage"),
        ("carcinoma localmente avanzado", "locally advanced"),
        ("Stge 3b", "stage IIIB"),
        ("satge II", "stage II"),
        ("esatdio II", "stage II"),
        ("staeg IV", "stage IV"),
        ("", ""),
        ("my sister's recipe", ""),
    ],
)
def test_the_forms_that_people_copy(written: str, understood: str) -> None:
    found = parse_stage(written)
    assert found.understood.split(" (r is")[0].split(" (y is")[0].split(" (p is")[0].split(" (c is")[0] == understood
    assert found.written == written
    assert found.unclear == ()


@pytest.mark.parametrize(
    ("written", "unclear"),
    [
        ("4", "4 alone can be a stage or a grade."),
        ("Gleason 7", "Gleason 7 can be 3+4 or 4+3."),
        ("Gleason 3+4=8", "3+4 is 7, and 8 is written."),
        ("RIIIB", "A capital R can also say what surgery left behind."),
        ("T3cN1M0", "The letter c between T3 and N1 can belong to either."),
        ("T2 NO MO", "In NO, the letter O was read as zero."),
        ("stage lll", "“lll” was read as III."),
        ("stage 1V", "“1V” was read as IV."),
        ("stage II-III", "More than one stage is written: II and III."),
        ("stage 2 or 3", "More than one stage is written: II and III."),
        ("estadio II o III", "More than one stage is written: II and III."),
        ("was II, now rIII", "More than one stage is written: II and rIII."),
        ("cT2 pT3", "More than one T is written: cT2 and pT3."),
        ("N+", "N+ says that lymph nodes are involved, and not how many."),
        ("IV chemo", "It can also mean “into a vein”."),
        ("stage", "It says stage, and no stage was found with it."),
        ("x" * LONGEST + " stage IV", f"Only the first {LONGEST} characters were read."),
    ],
)
def test_what_can_be_read_in_two_ways_is_listed(written: str, unclear: str) -> None:
    assert any(unclear in sentence for sentence in parse_stage(written).unclear), parse_stage(written)


@pytest.mark.parametrize(
    "written", ["phase III trial", "T1-weighted image", "T12 vertebra", "ECOG 1", "I feel well", "no M", "tumor", "ATM"]
)
def test_what_is_no_stage_is_not_made_one(written: str) -> None:
    found = parse_stage(written)
    assert (found.groups, found.categories) == ((), ())


def test_a_number_alone_is_not_decided() -> None:
    assert parse_stage("4").groups == ()


def test_nothing_is_derived() -> None:
    """No group from TNM, and no grade group from Gleason patterns: that is the report's to say."""
    assert parse_stage("T4 N2 M1").groups == ()
    assert parse_stage("Gleason 4+3").grades == ()


def test_the_parts_can_be_asked_for() -> None:
    found = parse_stage("rpT2 N1 M1 stage rIVB, FIGO, metastatic")
    assert found.group == Group("IVB", "r")
    assert found.group is not None
    assert found.group.number == 4
    assert found.one("T") == Category("T", "2", "rp")
    assert found.is_restaging
    assert found.says_distant
    assert found.prefixes == {"r", "p"}
    assert parse_stage("cT2 pT3").one("T") is None
    assert parse_stage("II or III").group is None
    assert not parse_stage("not metastatic").says_distant
    assert not parse_stage("T2 N0 M0").says_distant


def test_every_prefix_is_explained_where_it_stands() -> None:
    assert set(PREFIXES) == {"c", "p", "y", "r", "a", "m"}
    said = parse_stage("rIIIB").understood
    assert said == "stage rIIIB (r is staged again after it came back)"
    both = parse_stage("ypT0").understood
    assert PREFIXES["y"] in both
    assert PREFIXES["p"] in both


def test_what_was_not_understood_is_given_back() -> None:
    assert parse_stage("stage IV, Tuesday at Ode's").left == ("Tuesday", "Ode", "s")
