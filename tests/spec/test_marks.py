"""What ranking knows of sections is the same in whatever order and company they are asked for."""

from typing import cast

import numpy as np

from waymark.answering.marks import Marks, heading_terms
from waymark.answering.question import KINDS, section_kind
from waymark.index.engine import Places
from waymark.library.document import Card

PATHS = [
    (),
    ("Scans",),
    ("Scans", "Side effects of a scan"),
    ("Treatment of the liver", "Scans", "After treatment"),
    ("Cosas", "Tratamiento"),
]


def no_card(document: str, version: str) -> Card:
    raise AssertionError("No card is needed of a section.")


def marks() -> Marks:
    none = np.zeros(0, dtype=np.int32)
    return Marks(Places(none, none, none, none, [], PATHS, none), no_card)


def told(made: Marks, section: int, key: str) -> tuple[set[str], set[str], bool, str | None, float]:
    """Return the terms of a section's own heading and of those above, whether it has one, its kind and its depth."""
    found = made.sections(np.array([section]), key)
    name = {number: term for term, number in made.term_numbers.items()}
    own = {name[code // 2] for code in found.terms.tolist() if code % 2}
    above = {name[code // 2] for code in found.terms.tolist() if not code % 2}
    kind = int(found.kind[0])
    return own, above, bool(found.headed[0]), None if kind < 0 else KINDS[kind], float(found.depth[0])


def test_each_section_has_the_terms_the_kind_and_the_depth_of_its_headings() -> None:
    made = marks()
    for key in ("en", "es"):
        for section in (3, 0, 4, 1, 2):
            path = PATHS[section]
            assert told(made, section, key) == (
                set(heading_terms(path[-1], key) if path else ()),
                set(heading_terms(" ".join(path[:-1]), key)),
                bool(path),
                section_kind(path) if path else "definition",
                len(path) / 3.0,
            )


def test_together_they_say_what_they_say_alone() -> None:
    made = marks()
    made.sections(np.array([2]), "en")  # one of them is known already
    together = made.sections(np.array([1, 2, 3]), "en")
    for place, section in enumerate((1, 2, 3)):
        alone = made.sections(np.array([section]), "en")
        assert together.terms[together.of == place].tolist() == alone.terms.tolist()
        assert together.kind[place] == alone.kind[0]
    assert cast(int, together.of.max()) == 2
