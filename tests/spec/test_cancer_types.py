"""The vocabulary of cancers: what counts as naming one, and how the types belong together."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from waymark.library.cancer_types import (
    Vocabulary,
    ancestors,
    descendants,
    most_specific,
    name_of,
    related,
    type_named,
    types_in,
    vocabulary,
    with_ancestors,
)


def ids(text: str) -> list[str]:
    return [mention.type_id for mention in types_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "it came back in my liver",
        "spread to the lung, bone and brain",
        "the doctor will deliver the results; I am asking about the skin",
        "liver metastases",
        "the brain. Tumor cells were seen elsewhere",
        "kidney beans and liver pâté",
        "a bladder infection",
        "IS THIS ALL I CAN DO ABOUT IT",
        "is this all there is",
        "men with a cup of tea and a fishing net",
    ],
)
def test_a_bare_organ_or_a_word_within_a_word_is_no_type(text: str) -> None:
    assert ids(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gallbladder cancer", ["gallbladder"]),
        ("cancer of the liver", ["liver"]),
        ("Non‑small-cell lung cancers", ["non-small-cell-lung"]),
        ("small cell lung cancer", ["small-cell-lung"]),
        ("non-Hodgkin’s lymphoma", ["non-hodgkin-lymphoma"]),
        ("Hodgkin's disease", ["hodgkin-lymphoma"]),
        ("my gbm is back", ["glioblastoma"]),
        ("I have ALL and it hurts", ["acute-lymphoblastic-leukemia"]),
        ("bowel cancer, womb cancer and blood cancer", ["colorectal", "uterine", "blood"]),
        ("oesophageal tumours and leukaemia", ["esophageal", "leukemia"]),
        ("cáncer de mama y de ovario", ["breast", "ovarian"]),
        ("cancer de higado", ["liver"]),
        ("tumores cerebrales", ["brain"]),
        ("hepatocellular carcinoma", ["hepatocellular"]),
        ("breast cancer that spread to the liver", ["breast"]),
        ("squamous cell carcinoma of the head and neck", ["head-and-neck"]),
        ("a brain tumor", ["brain"]),
    ],
)
def test_names_of_cancers(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Liver and Bile Duct Cancer", ["liver", "bile-duct"]),
        ("lung, breast, and prostate cancers", ["lung", "breast", "prostate"]),
        ("cancers of the colon, rectum or anus", ["colon", "rectal", "anal"]),
        ("Ovarian, Fallopian Tube, & Primary Peritoneal Cancers", ["ovarian", "fallopian-tube", "primary-peritoneal"]),
    ],
)
def test_the_word_cancer_may_be_said_once_for_several_organs(text: str, expected: list[str]) -> None:
    assert ids(text) == expected
    assert any(mention.shared for mention in types_in(text))


@given(st.text(max_size=300) | st.lists(st.sampled_from(
    ["liver", "cancer", "of", "the", "and", ",", "lung", "Hodgkin's", "ALL", "İ", "\n\n", "small", "cell", "/", "GBM"]
), max_size=30).map(" ".join))  # fmt: skip
@example("İliver cancer")
@example("cancer of the")
def test_every_mention_is_a_slice_of_whole_words_in_order(text: str) -> None:
    end = 0
    for mention in types_in(text):
        assert text[mention.start : mention.end] == mention.written
        assert mention.start >= end
        end = mention.end
        assert not text[mention.start - 1 : mention.start].isalnum()
        assert not text[mention.end : mention.end + 1].isalnum()
        assert mention.type_id in vocabulary().types


def test_a_megabyte_is_read_whole() -> None:
    text = "nothing here. " * 80_000 + "lung cancer"
    assert ids(text) == ["lung"]


def test_wider_and_narrower_types() -> None:
    assert ancestors("glioblastoma") == ("glioma", "brain")
    assert set(ancestors("primary-cns-lymphoma")) == {"non-hodgkin-lymphoma", "brain", "lymphoma", "blood"}
    assert "glioblastoma" in descendants("brain")
    assert with_ancestors(["glioblastoma"]) == ("glioblastoma", "glioma", "brain")
    assert most_specific(["brain", "glioblastoma", "breast"]) == ("glioblastoma", "breast")
    assert related("brain", "glioblastoma") and related("glioblastoma", "brain") and not related("brain", "breast")
    assert ancestors("no-such-type") == () == descendants("no-such-type")


def test_no_type_is_its_own_ancestor_and_every_type_can_be_named() -> None:
    for type_id, kind in vocabulary().types.items():
        assert type_id not in ancestors(type_id)
        assert type_named(type_id) == type_id
        assert name_of(type_id, "en") == kind.name
        assert name_of(type_id, "es-MX") == kind.name_es
        assert ids(kind.name_es), kind.name_es


def test_the_names_that_records_use_are_understood() -> None:
    """The values of ``cancerTypes`` in imported records: words with spaces, organs alone, abbreviations."""
    wanted = {
        "head and neck": "head-and-neck",
        "gi neuroendocrine tumors": "gi-neuroendocrine-tumors",
        "soft tissue sarcoma": "soft-tissue-sarcoma",
        "liver": "liver",
        "Breast": "breast",
        "eye": "eye",
        "GBM": "glioblastoma",
        "cáncer de seno": "breast",
    }
    assert {name: type_named(name) for name in wanted} == wanted
    for none in (
        "aya",
        "metastatic cancer",
        "recurrent cancer",
        "common cancers",
        "immunotherapy",
        "general",
        "",
        "🦀",
    ):
        assert type_named(none) is None


def test_an_unknown_id_is_shown_as_it_is() -> None:
    assert name_of("no-such-type") == "no-such-type"


def test_a_vocabulary_that_contradicts_itself_is_refused() -> None:
    one = {"id": "a", "name": "A", "es": "A"}
    with pytest.raises(ValueError, match="twice"):
        Vocabulary([one, one])
    with pytest.raises(ValueError, match="parent"):
        Vocabulary([{**one, "parents": ["b"]}])
