"""Front matter, for every text: what is written reads back the same, and nothing but a clear refusal comes of any input."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from waymark.errors import InvalidDocument
from waymark.library import front_matter as fm

KNOWN = {key.name for key in (*fm.REQUIRED, *fm.ADDED)}
TEXTS = ("citation", "license", "source", "title", "version", "id", "attribution", "reviewedBy", "reviewFrequency")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.dates().map(str),
)
keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


fronts = st.tuples(
    st.dictionaries(
        keys.filter(lambda key: key not in KNOWN), values.filter(lambda v: depth(v) < fm.DEEPEST), max_size=4
    ),
    st.dictionaries(st.sampled_from(TEXTS), st.none() | texts, max_size=4),
    st.dictionaries(st.sampled_from(["tags", "cancerTypes"]), st.lists(texts, max_size=4), max_size=2),
).map(lambda parts: {**parts[0], **parts[1], **parts[2]})


@settings(max_examples=150, deadline=None)
@given(fronts, st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@example({"mine": "no"}, "\r\n---\n")
@example({"mine": [[{"a": []}], {"b": {"c": 1e16}}]}, "\n")
@example({"<<": {"=": "="}, "null": None, "1": 1}, "---")
def test_what_is_written_reads_back_the_same(front: dict[str, Any], source: str) -> None:
    again, rest = fm.read(fm.write(front, source))
    assert again == front
    assert repr(sorted(again.items(), key=str)) == repr(sorted(front.items(), key=str))  # True is not 1
    assert rest == source


@settings(max_examples=150, deadline=None)
@given(fronts)
def test_ruamel_reads_what_is_written_as_the_same_values(front: dict[str, Any]) -> None:
    """Another reader of YAML 1.2 agrees, so that the files are everybody's."""
    from ruamel.yaml import YAML

    loader = YAML(typ="safe", pure=True)
    assert (loader.load(fm.dump(front)) or {}) == front


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.text("ab:-?,[]{}&*!|>'\"%@`#\n \t\\~", max_size=60))
@example("{" * 3000)
@example("- " * 3000)
@example("? " * 3000)
@example("a: |9\n x")
@example('"\\U00110000": x')
@example("%YAML 1.1\n--- a")
@example("a: \ud800")
@example("? a: 1")
def test_any_text_is_read_or_refused(yaml: str) -> None:
    """Whatever stands between the fences: a mapping that can be written again, or a sentence."""
    try:
        front = fm.parse(yaml)
    except InvalidDocument as error:
        assert error.sentence.endswith(".") and error.next_step.endswith((".", "…"))
    else:
        assert fm.parse(fm.dump(front)) == front
