"""A document as the checks read it: its text in the parts that several of them need, each made once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from waymark.library.body import REFERENCE_LIST, Body
from waymark.library.checks.findings import Finding, Severity
from waymark.library.claims import GENERAL, Claim, claims
from waymark.library.derived import Derived, derive
from waymark.library.deriving.audience import glossary_audience
from waymark.library.document import Card, Document

_FENCED = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
LONGEST_FOUND = 200  # characters of evidence that a finding shows


class Page:
    """One document under the eyes of the checks."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.front = document.front
        self.source = document.source
        self.body: Body = document.body
        self.card: Card = document.card

    def text_of(self, key: str) -> str:
        """Return a value of the front matter as text, "" where there is none."""
        value = self.front.get(key)
        return "" if value is None else str(value).strip()

    def words_of(self, key: str) -> tuple[str, ...]:
        """Return a list of the front matter; a single text is a list of one."""
        value = self.front.get(key)
        if isinstance(value, str):
            return (value,)
        return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()

    def decided(self, key: str) -> bool:
        """Return whether an editor has decided on a key: then no check has anything to say of it."""
        return key in (self.front.get("decided") or {})

    @cached_property
    def derived(self) -> Derived:
        """What the page says of itself."""
        url = self.text_of("url")
        return derive(self.front, self.body.text, url, self.text_of("title"), glossary_audience(self.body, url))

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What each cancer type that the record claims rests on."""
        claimed = tuple(written for written in self.words_of("cancerTypes") if written != GENERAL)
        derived = {found.type_id: found.evidence for found in self.derived.cancer_types}
        references = "\n".join(piece.text for piece in self.body.removed if piece.kind == "references")
        return claims(claimed, derived, self.text_of("url"), self.body.text, references) if claimed else ()

    @cached_property
    def low(self) -> str:
        """The source in small letters, each at its place."""
        return self.source.replace("\u0130", "I").lower()

    @cached_property
    def reference_lists(self) -> tuple[tuple[int, int], ...]:
        """Where lists of references stand in the source."""
        return (
            tuple(match.span() for match in REFERENCE_LIST.finditer(self.source)) if "eferences" in self.source else ()
        )

    @cached_property
    def publisher_names(self) -> tuple[str, ...]:
        """The names that the record gives its publisher."""
        names = (self.card.publisher, self.text_of("source"), self.text_of("publisher"))
        return tuple(dict.fromkeys(name for name in names if name and name != "unknown"))

    @cached_property
    def _code(self) -> tuple[tuple[int, int], ...]:
        if "```" not in self.source and "~~~" not in self.source:
            return ()
        return tuple(match.span() for match in _FENCED.finditer(self.source))

    def in_code(self, at: int) -> bool:
        """Return whether a place of the source is in fenced code, whose characters are no marks."""
        return any(start <= at < end for start, end in self._code)

    def in_references(self, at: int) -> bool:
        """Return whether a place of the source is in a list of references."""
        return any(start <= at < end for start, end in self.reference_lists)

    def lines_with(self, *words: str) -> Iterator[tuple[int, str]]:
        """Yield each line of the source that holds one of the words (in small letters), and its place, once and in order."""
        starts: dict[int, int] = {}
        for word in words:
            at = self.low.find(word)
            while at >= 0:
                start = self.source.rfind("\n", 0, at) + 1
                end = self.source.find("\n", at)
                end = len(self.source) if end < 0 else end
                starts[start] = end
                at = self.low.find(word, max(end, at + 1))
        for start in sorted(starts):
            yield start, self.source[start : starts[start]]

    # Findings ------------------------------------------------------------------------------------------------------

    def record(
        self, check: str, severity: Severity, key: str, why: str, repair: str = "", found: str | None = None
    ) -> Finding:
        """Return a finding about a key of the front matter; its value is the evidence unless other words are."""
        value = self.front.get(key)
        shown = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else "" if value is None else str(value)
        return Finding(check, severity, self.document.id, key, cut(shown if found is None else found), why, repair)

    def in_source(
        self, check: str, severity: Severity, start: int, end: int, why: str, repair: str = "", times: int = 1
    ) -> Finding:
        """Return a finding about a place of the source; at most `LONGEST_FOUND` characters are shown."""
        return self._at(check, severity, "source", self.source, start, end, why, repair, times)

    def in_body(
        self, check: str, severity: Severity, start: int, end: int, why: str, repair: str = "", times: int = 1
    ) -> Finding:
        """Return a finding about a place of the body, the text that is quoted."""
        return self._at(check, severity, "body", self.body.text, start, end, why, repair, times)

    def _at(
        self,
        check: str,
        severity: Severity,
        part: str,
        text: str,
        start: int,
        end: int,
        why: str,
        repair: str,
        times: int,
    ) -> Finding:
        end = min(end, start + LONGEST_FOUND)
        return Finding(check, severity, self.document.id, f"{part}[{start}:{end}]", text[start:end], why, repair, times)


def cut(text: str) -> str:
    """Return evidence short enough to be shown."""
    return text if len(text) <= LONGEST_FOUND else text[: LONGEST_FOUND - 1] + "…"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a source: the characters from ``start`` to ``end`` become ``new``."""

    start: int
    end: int
    new: str


def apply(source: str, edits: list[Edit]) -> str:
    """Return the source with the edits made. They must not overlap; their order does not matter."""
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        if edit.start < at:
            continue  # one that overlaps the former waits for the next round
        pieces += (source[at : edit.start], edit.new)
        at = edit.end
    return "".join((*pieces, source[at:]))


_BLANK = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


def without_lines(source: str, spans: list[tuple[int, int]]) -> str:
    """Return the source without the lines at these places, and without the blank lines that they leave doubled."""
    kept = apply(source, [Edit(start, min(end + 1, len(source)), "") for start, end in spans])
    return _BLANK.sub("\n\n", kept) if spans else source


def as_date(value: Any) -> date | None:
    """Return the day of a value of the front matter; None where it is none."""
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
