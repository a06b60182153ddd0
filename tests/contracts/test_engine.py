"""The contract of the search seam: every engine passes all of it, ties, limits and filters included. A new engine is one line."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from waymark.errors import IndexDamaged, IndexMissing, IndexStale
from waymark.index.embedded import EmbeddedEngine, EmbeddedWriter
from waymark.index.encoder import quantise
from waymark.index.engine import DocumentEntry, Filters, PassageEntry, Words
from waymark.index.vectors import vector_key

ENCODER = "test@1"


class Embedded:
    """The embedded engine, opened anew after each change, as the wiring does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writer = EmbeddedWriter(folder, ENCODER)

    def open(self) -> EmbeddedEngine:
        return EmbeddedEngine.open(self.folder, ENCODER)


ENGINES: list[Callable[[Path], Any]] = [Embedded]


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.__name__)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return request.param(tmp_path / "index")


def words(*these: str) -> Words:
    return Words(tuple((word, 1.0) for word in these))


def entry(name: str, *texts: str, section: str = "Part", vectors: bool = False, **values: Any) -> DocumentEntry:
    start, passages = 0, []
    for text in texts:
        key = vector_key(text) if vectors else b""
        passages.append(PassageEntry(start, start + len(text), (section,), text, text, key))
        start += len(text) + 2
    given = {
        "audience": "patient",
        "language": "en",
        "cancer_types": ("general",),
        "kind": "summary",
        "title": name,
        **values,
    }
    return DocumentEntry(name, "v1", passages=tuple(passages), **given)


def names(hits: Iterable[Any]) -> list[str]:
    return [hit.document for hit in hits]


def vector_of(*values: float) -> np.ndarray:
    made = np.zeros(384, dtype=np.float32)
    made[: len(values)] = values
    return made / np.linalg.norm(made)


def give_vectors(place: Any, texts: dict[str, np.ndarray]) -> None:
    cache = place.writer.cache()
    cache.put([vector_key(text) for text in texts], np.stack([quantise(vector) for vector in texts.values()]))
    cache.close()


def test_a_word_is_found_in_text_title_and_headings(place: Any) -> None:
    place.writer.update([entry("text", "ependymoma returned"), entry("none", "nothing here")], (), 1, fresh=True)
    assert names(place.open().lexical(words("ependymoma"), Filters(), 10)) == ["text"]
    place.writer.update([entry("ependymoma page", "grows")], (), 2)
    place.writer.update([entry("headed", "grows", section="About ependymoma")], (), 3)
    assert set(names(place.open().lexical(words("ependymoma"), Filters(), 10))) == {"text", "ependymoma page", "headed"}


def test_forms_of_a_word_and_accents_are_one(place: Any) -> None:
    place.writer.update(
        [entry("one", "recurrences were treated"), entry("dos", "cáncer de próstata", language="es")], (), 1, fresh=True
    )
    engine = place.open()
    assert names(engine.lexical(words("recurrence", "treatment"), Filters(), 5)) == ["one"]
    assert names(engine.lexical(words("prostata"), Filters(), 5)) == ["dos"]


def test_equal_passages_come_in_the_order_of_their_names_however_many(place: Any) -> None:
    many = [entry(f"d{number:03d}", "the same words exactly", title="same") for number in range(120)]
    place.writer.update(reversed(many), (), 1, fresh=True)
    engine = place.open()
    assert names(engine.lexical(words("words"), Filters(), 10)) == [f"d{number:03d}" for number in range(10)]
    assert names(engine.documents(words("words"), Filters(), 10)) == [f"d{number:03d}" for number in range(10)]


def test_a_limit_is_kept_and_none_gives_nothing(place: Any) -> None:
    place.writer.update([entry("a", "scan"), entry("b", "scan"), entry("c", "scan")], (), 1, fresh=True)
    engine = place.open()
    assert len(engine.lexical(words("scan"), Filters(), 2)) == 2
    assert engine.lexical(words("scan"), Filters(), 0) == ()
    assert engine.dense(vector_of(1), Filters(), 0) == ()
    assert engine.lexical(words("unknown"), Filters(), 5) == ()
    assert engine.lexical(Words(()), Filters(), 5) == ()


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(audience=frozenset({"professional"})), {"pro"}),
        (Filters(language=frozenset({"es"})), {"es"}),
        (Filters(cancer_types=frozenset({"brain"})), {"brain"}),
        (Filters(kind=frozenset({"drug"})), {"drug"}),
        (Filters(within=frozenset({"pro", "drug"})), {"pro", "drug"}),
        (Filters(without=frozenset({"pro", "drug"})), {"es", "brain"}),
        (Filters(audience=frozenset({"patient"}), kind=frozenset({"drug"})), {"drug"}),
        (Filters(cancer_types=frozenset({"nothing"})), set()),
    ],
)
def test_filters_hold_before_ranking(place: Any, filters: Filters, left: set[str]) -> None:
    texts = {"pro": "scan one", "es": "scan two", "brain": "scan three", "drug": "scan four"}
    give_vectors(place, {text: vector_of(1, 0.1 * number) for number, text in enumerate(texts.values())})
    place.writer.update(
        [
            entry("pro", texts["pro"], audience="professional", vectors=True),
            entry("es", texts["es"], language="es", vectors=True),
            entry("brain", texts["brain"], cancer_types=("brain", "glioma"), vectors=True),
            entry("drug", texts["drug"], kind="drug", vectors=True),
        ],
        (),
        1,
        fresh=True,
    )
    engine = place.open()
    assert set(names(engine.lexical(words("scan"), filters, 10))) == left
    assert set(names(engine.documents(words("scan"), filters, 10))) == left
    assert set(names(engine.dense(vector_of(1), filters, 10))) == left
    assert len(engine.dense(vector_of(1), filters, 1)) == min(1, len(left))


@pytest.mark.parametrize("share", [1, 2, 3, 7, 50])
def test_a_filter_leaves_the_order_and_the_scores_of_the_rest(place: Any, share: int) -> None:
    """However many documents pass: half of them, a seventh, three of all; ties with the last one included."""
    draw = np.random.default_rng(3)
    made = [
        entry(
            f"d{number:03d}",
            " ".join(["scan"] * int(draw.integers(1, 4)) + ["other"] * int(draw.integers(0, 6))),
            audience="patient" if number % share == 0 else "professional",
        )
        for number in range(400)
    ]
    place.writer.update(made, (), 1, fresh=True)
    engine = place.open()
    passing = {each.id for each in made if each.audience == "patient"}
    patients = Filters(audience=frozenset({"patient"}))
    for k in (1, 5, 60, 400):
        for asked in (engine.lexical, engine.documents):
            every = [
                (hit.document, hit.score) for hit in asked(words("scan"), Filters(), 400) if hit.document in passing
            ]
            found = [(hit.document, hit.score) for hit in asked(words("scan"), patients, k)]
            assert [name for name, _ in found] == [name for name, _ in every[:k]]
            assert [score for _, score in found] == pytest.approx([score for _, score in every[:k]])


@pytest.mark.parametrize("share", [1, 2, 3, 7, 50])
def test_a_filter_leaves_the_order_of_the_other_vectors(place: Any, share: int) -> None:
    """However many documents pass, with ties, and where some passages have no vector yet, not even one that is far off."""
    vectors = {n: vector_of(1.0 if n % 4 == 1 else -1.0, float(n % 11)) for n in range(400) if n % 5}
    give_vectors(place, {f"passage {n}": vector for n, vector in vectors.items()})
    made = [
        entry(f"d{n:03d}", f"passage {n}", vectors=True, audience="professional" if n % share else "patient")
        for n in range(400)
    ]
    place.writer.update(made, (), 1, fresh=True)
    engine = place.open()
    order = sorted(vectors, key=lambda n: (-int(quantise(vectors[n])[0]), n))
    for passing, filters in (
        (order, Filters()),
        ([n for n in order if n % share == 0], Filters(audience=frozenset({"patient"}))),
    ):
        for k in (1, 5, 60, 110, 400):
            assert names(engine.dense(vector_of(1.0), filters, k)) == [f"d{n:03d}" for n in passing[:k]]


@pytest.mark.parametrize("count", [40, 3_000])
def test_the_best_vectors_come_with_all_ties_in_their_order(place: Any, count: int) -> None:
    texts = {f"passage {number}": vector_of(1.0, float(number % 7)) for number in range(count)}
    give_vectors(place, texts)
    place.writer.update([entry("d", *texts, vectors=True)], (), 1, fresh=True)
    hits = place.open().dense(vector_of(1.0), Filters(), 30)
    starts = [passage.start for passage in entry("d", *texts).passages]
    best = [starts[number] for number in range(count) if number % 7 == 0][:30]
    assert [hit.start for hit in hits][: len(best)] == best


def test_the_nearest_vectors_are_exact(place: Any) -> None:
    draw = np.random.default_rng(7)
    made = draw.normal(size=(300, 384)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    texts = [f"passage {number}" for number in range(300)]
    give_vectors(place, dict(zip(texts, made, strict=True)))
    place.writer.update([entry(f"d{n:03d}", text, vectors=True) for n, text in enumerate(texts)], (), 1, fresh=True)
    engine = place.open()
    question = made[17] * 0.8 + made[40] * 0.2
    question /= np.linalg.norm(question)
    kept = quantise(made).astype(np.int32) @ quantise(question).astype(np.int32)
    expected = sorted(range(300), key=lambda n: (-kept[n], n))[:10]
    found = engine.dense(question, Filters(), 10)
    assert names(found) == [f"d{n:03d}" for n in expected]
    near = engine.similarity(question, np.array([found[0].row, found[9].row]))
    assert abs(near[0] - float(made[17] @ question)) < 0.01
    assert engine.manifest.encoded == 300


def test_a_passage_without_a_vector_is_found_by_words_alone(place: Any) -> None:
    give_vectors(place, {"with": vector_of(1)})
    place.writer.update([entry("a", "with", vectors=True), entry("b", "without", vectors=True)], (), 1, fresh=True)
    engine = place.open()
    assert names(engine.dense(vector_of(1), Filters(), 5)) == ["a"]
    assert names(engine.lexical(words("without"), Filters(), 5)) == ["b"]
    assert engine.pending() == [("b", "v1")]
    give_vectors(place, {"without": vector_of(0, 1)})
    place.writer.refresh_vectors()
    assert set(names(place.open().dense(vector_of(1), Filters(), 5))) == {"a", "b"}


def test_adding_changing_and_taking_out_need_no_fresh_start(place: Any) -> None:
    place.writer.update([entry("a", "first wording"), entry("b", "second wording")], (), 1, fresh=True)
    place.writer.update([entry("a", "altered text"), entry("c", "third wording")], ("b",), 2)
    engine = place.open()
    assert engine.lexical(words("first"), Filters(), 5) == ()
    assert names(engine.lexical(words("altered"), Filters(), 5)) == ["a"]
    assert names(engine.lexical(words("wording"), Filters(), 5)) == ["c"]
    assert engine.passages_of("b") == ()
    assert [hit.end for hit in engine.passages_of("c")] == [len("third wording")]
    assert (engine.manifest.documents, engine.manifest.generation) == (2, 2)


def test_a_reader_keeps_the_state_that_it_opened(place: Any) -> None:
    place.writer.update([entry("a", "old words")], (), 1, fresh=True)
    before = place.open()
    place.writer.update([entry("a", "new words")], (), 2)
    assert names(before.lexical(words("old"), Filters(), 5)) == ["a"]
    assert before.lexical(words("new"), Filters(), 5) == ()
    assert names(place.open().lexical(words("new"), Filters(), 5)) == ["a"]


def test_a_misspelt_word_has_near_ones(place: Any) -> None:
    place.writer.update([entry("a", "glioblastoma and edema and recurrence")], (), 1, fresh=True)
    engine = place.open()
    assert engine.nearest_words("glioblastma")[0] == "glioblastoma"
    assert engine.nearest_words("adema")[0] == "edema"
    assert engine.nearest_words("recurence")[0] == "recurrence"
    assert engine.nearest_words("zzzzzz") == ()
    assert engine.holds("Glioblastoma") and not engine.holds("glioblastma")
    assert engine.frequency("glioblastoma") == 1
    assert engine.frequency("glioblastma") == 0


def test_an_empty_index_answers_nothing(place: Any) -> None:
    place.writer.update([], (), 1, fresh=True)
    engine = place.open()
    assert engine.lexical(words("any"), Filters(), 5) == ()
    assert engine.dense(vector_of(1), Filters(), 5) == ()
    assert engine.documents(words("any"), Filters(), 5) == ()


class TestBrokenIsNotEmpty:
    """An index that is missing, stale or damaged refuses to open and says which command mends it."""

    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(IndexMissing, match="waymark index"):
            EmbeddedEngine.open(tmp_path / "nowhere", ENCODER)

    def test_made_with_another_encoder(self, tmp_path: Path) -> None:
        EmbeddedWriter(tmp_path, ENCODER).update([entry("a", "words")], (), 1, fresh=True)
        with pytest.raises(IndexStale, match="waymark index --fresh"):
            EmbeddedEngine.open(tmp_path, "test@2")

    def test_every_single_file(self, tmp_path: Path) -> None:
        """Each file of the snapshot is altered by one byte, cut in half, and removed, in turn: each is noticed."""
        give_vectors(Embedded(tmp_path), {"some words": vector_of(1)})
        EmbeddedWriter(tmp_path, ENCODER).update([entry("a", "some words", vectors=True)], (), 1, fresh=True)
        state = tmp_path / (tmp_path / "CURRENT").read_text()
        files = [path for path in sorted(state.rglob("*")) if path.is_file() and not path.name.endswith(".lock")]
        assert len(files) > 10
        for path in files:
            whole = path.read_bytes()
            flipped = bytes([whole[len(whole) // 2] ^ 0xFF]) if whole else b"x"
            altered = whole[: len(whole) // 2] + flipped + whole[len(whole) // 2 + 1 :]
            for damage in (altered, whole[: len(whole) // 2] if whole else b"xx", None):
                if damage is None:
                    path.unlink()
                else:
                    path.write_bytes(damage)
                with pytest.raises((IndexDamaged, IndexStale), match="waymark index"):
                    EmbeddedEngine.open(tmp_path, ENCODER)
                path.write_bytes(whole)
        EmbeddedEngine.open(tmp_path, ENCODER)

    def test_a_damaged_index_is_made_anew_not_built_upon(self, tmp_path: Path) -> None:
        writer = EmbeddedWriter(tmp_path, ENCODER)
        writer.update([entry("a", "words")], (), 1, fresh=True)
        state = tmp_path / (tmp_path / "CURRENT").read_text()
        (state / "rows.npy").write_bytes(b"junk")
        writer.update([entry("b", "words")], (), 2)
        assert names(EmbeddedEngine.open(tmp_path, ENCODER).lexical(words("words"), Filters(), 5)) == ["b"]


def test_words_explained_in_passing_follow_every_change(place: Any) -> None:
    dry, hair = "It may leave a dry mouth (xerostomia).", "Hair loss is called alopecia."
    place.writer.update([entry("one", dry), entry("two", hair, audience="professional")], (), 1)
    engine = place.open()

    def explaining(name: str, filters: Filters = Filters()) -> list[str]:
        run = engine.explained_run(name, filters)
        return [engine.hit(row, 0.0).document for row in run.rows.tolist()]

    assert explaining("xerostomia") == ["one"] and explaining("alopecia") == ["two"]
    assert explaining("alopecia", Filters(audience=frozenset({"patient"}))) == [] == explaining("unheard")
    place.writer.update([entry("three", dry)], ("one",), 2)
    engine = place.open()
    assert explaining("xerostomia") == ["three"] and explaining("alopecia") == ["two"]
