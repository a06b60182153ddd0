"""The glossary: terms in plain words of our own, and where a text uses them.

One file for each group of terms in ``glossary/``, kept to be read and reviewed by people; each group is a document of the
starter collection too, so that a question about a word is answered like any other. No clinician has reviewed them yet.
"""

import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

from waymark.errors import WaymarkError
from waymark.library.body import BlockKind, Body
from waymark.library.links import TermForm, TermLink, term_link

LANGUAGES = ("en", "es")
"""The languages that a term may be explained in; English always is."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a term means in one language: its name, the other forms that stand for it in a text, and the words."""

    name: str
    also: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """One term.

    ``numbers`` are those of the publisher's dictionaries that mean it. An ``everyday`` term is a word that most readers
    know ("blood"): it is explained where a publisher links it, and left alone elsewhere. ``see`` is the page that says more.
    """

    id: str
    group: str
    numbers: tuple[int, ...]
    meanings: Mapping[str, Meaning]
    everyday: bool
    see: str

    def meaning(self, language: str) -> Meaning:
        """Return the meaning in that language, in English where it has none."""
        return self.meanings.get(language.split("-")[0].lower()) or self.meanings["en"]

    def language(self, language: str) -> str:
        """Return the language that `meaning` gives."""
        wanted = language.split("-")[0].lower()
        return wanted if wanted in self.meanings else "en"

    def publisher_page(self, language: str) -> str:
        """Return the address of a publisher's page on the term."""
        if not self.numbers:
            return self.see
        spoken = self.language(language)
        return TermLink(TermForm.PAGE, self.numbers[0], None, "cancer-terms", "patient", spoken).address


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that belong together: one file, and one document of the starter collection in each language."""

    slug: str
    titles: Mapping[str, str]
    openings: Mapping[str, str]
    posted: str
    updated: str
    version: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class TermMark:
    """Where a text uses a term: half-open range of code points of the body. ``term`` is an id, or the number of another's."""

    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class Glossary:
    """Every term, by id, and by the numbers of the publisher's dictionaries."""

    groups: tuple[Group, ...]
    terms: Mapping[str, Term]
    by_number: Mapping[int, Term]

    def named(self, words: str, language: str = "en") -> Term | None:
        """Return the term that goes by these words, whatever their case; None when there is none."""
        known = _forms(language)
        wanted = tuple(word.casefold() for word in _words(words))
        return next((form.term for form in known.get(wanted[0], ()) if form.words == wanted), None) if wanted else None


@cache
def glossary() -> Glossary:
    """Return the glossary that ships. Raises `WaymarkError` for a file that breaks the rules."""
    folder = files("waymark.library").joinpath("glossary")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    groups = tuple(read_group(name.removesuffix(".toml"), folder.joinpath(name).read_text("utf-8")) for name in names)
    terms: dict[str, Term] = {}
    by_number: dict[int, Term] = {}
    for group in groups:
        for term in group.terms:
            if term.id in terms:
                raise WaymarkError(f"The glossary has “{term.id}” twice.", "Keep one of them.")
            terms[term.id] = term
            for number in term.numbers:
                if number in by_number:
                    raise WaymarkError(
                        f"The number {number} stands for “{term.id}” and “{by_number[number].id}” in the glossary.",
                        "A number means one term.",
                    )
                by_number[number] = term
    return Glossary(groups, terms, by_number)


def read_group(name: str, text: str) -> Group:
    """Return the group of one file. Raises `WaymarkError` with a sentence for a file that breaks the rules."""
    try:
        facts = tomllib.loads(text)
        head = facts["document"]
        terms = tuple(_term(name, term_id, term) for term_id, term in facts["term"].items())
        return Group(
            slug=head["slug"],
            titles={code: head[code]["title"] for code in LANGUAGES if code in head},
            openings={code: head[code]["opening"] for code in LANGUAGES if code in head},
            posted=head["posted"],
            updated=head["updated"],
            version=head["version"],
            terms=terms,
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise WaymarkError(
            f"The glossary's file {name}.toml cannot be read ({error}).", "See the README beside it for what it holds."
        ) from error


def _term(group: str, term_id: str, facts: Mapping[str, Any]) -> Term:
    meanings = {
        code: Meaning(facts[code]["name"], tuple(facts[code].get("also", ())), facts[code]["meaning"])
        for code in LANGUAGES
        if code in facts
    }
    see = str(facts.get("see", ""))
    if "en" not in meanings or not (facts["numbers"] or see):
        raise KeyError(f"{term_id}: a term has an English meaning, and a number or a page to see")
    return Term(term_id, group, tuple(facts["numbers"]), meanings, bool(facts.get("everyday", False)), see)


# ----------------------------------------------------------------------------------------------------- finding terms

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_AROUND_WORDS = re.compile(f"({_WORD.pattern})")
# What may stand between two words of one term.
_BETWEEN = re.compile(r"[ \u00a0]|[ \u00a0]?[-‐‑–/.][ \u00a0]?")


@dataclass(frozen=True, slots=True)
class _Form:
    """One way of writing a term: its words folded, and as they are where their capitals tell them apart (ALL, IV)."""

    words: tuple[str, ...]
    exact: tuple[str, ...] | None
    term: Term


def _words(text: str) -> list[str]:
    return [match.group() for match in _WORD.finditer(text)]


@cache
def _forms(language: str) -> dict[str, tuple[_Form, ...]]:
    """Return the forms of all terms in a language by their first word, the longest first."""
    found: dict[str, list[_Form]] = {}
    for term in glossary().terms.values():
        meaning = term.meanings.get(language)
        for form in (meaning.name, *meaning.also) if meaning else ():
            words = tuple(_words(form))
            # A short name in capitals is also a common word: "ALL", "IV", "PET".
            exact = words if form.isupper() and len(form) <= 4 else None
            folded = tuple(word.casefold() for word in words)
            found.setdefault(folded[0], []).append(_Form(folded, exact, term))
    return {first: tuple(sorted(forms, key=lambda form: -len(form.words))) for first, forms in found.items()}


@lru_cache(maxsize=4096)  # the same paragraphs are quoted again and again
def occurrences(text: str, language: str) -> tuple[TermMark, ...]:
    """Return every use of a term in a text, the longest where several begin at the same word; none overlap."""
    return tuple(_occurrences(text, _forms(language.split("-")[0].lower())))


def _occurrences(text: str, known: Mapping[str, tuple[_Form, ...]]) -> Iterator[TermMark]:
    pieces = _AROUND_WORDS.split(text) if known else []  # what stands between words, and the words: by turns
    written, between = pieces[1::2], pieces[::2]
    words = [word.casefold() for word in written]
    ends: list[int] = []  # of the pieces
    past = 0
    for at in [at for at, word in enumerate(words) if word in known]:
        for form in known[words[at]] if at >= past else ():
            stop = at + len(form.words)
            if (
                tuple(words[at:stop]) == form.words
                and (form.exact is None or tuple(written[at:stop]) == form.exact)
                and all(map(_BETWEEN.fullmatch, between[at + 1 : stop]))
            ):
                ends = ends or list(accumulate(map(len, pieces)))
                yield TermMark(ends[2 * at], ends[2 * stop - 1], form.term.id)
                past = stop
                break


def marks(
    body: Body,
    language: str,
    base: str,
    span: tuple[int, int] | None = None,
    seen: Iterable[str] = (),
    others: Container[int] = (),
) -> tuple[TermMark, ...]:
    """Return where a body's terms are explained: the first use of each, never inside a link and never in a heading.

    A link of the publisher's to one of our terms is such a use itself, and its number says which term it is, whatever its
    words. ``span`` looks at a part of the body; ``seen`` names terms that were explained before, on the same page; ``others``
    are the numbers of terms that somebody else explains: a mark names them by their number.
    """
    start, end = span or (0, len(body.text))
    book = glossary()
    linked = [mark for mark in body.annotations_between(start, end) if mark.kind == "link"]
    found: list[TermMark] = []
    for mark in linked:
        link = term_link(mark.value, base)
        if link is None or link.number is None or mark.start < start or mark.end > end:
            continue
        if link.number in book.by_number:
            found.append(TermMark(mark.start, mark.end, book.by_number[link.number].id))
        elif link.number in others:
            found.append(TermMark(mark.start, mark.end, str(link.number)))
    taken = [(mark.start, mark.end) for mark in linked]
    for block in body.blocks_between(start, end):
        if block.kind is BlockKind.HEADING or block.text_start >= end:
            continue
        for use in occurrences(body.text[block.text_start : block.end], language):
            left, right = block.text_start + use.start, block.text_start + use.end
            if book.terms[use.term].everyday or left < start or right > end:
                continue
            if not any(left < before_end and right > before_start for before_start, before_end in taken):
                found.append(TermMark(left, right, use.term))
    explained = set(seen)
    first: list[TermMark] = []
    for use in sorted(found, key=lambda each: each.start):
        if use.term not in explained:
            explained.add(use.term)
            first.append(use)
    return tuple(first)
