"""Words on the pages: where a term is explained, its meaning beside the text, and the pages of the glossary."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from waymark.app.meanings import WordMeaning, nearest, not_explained, word
from waymark.app.web.language import here, to
from waymark.app.web.markup import TermLink
from waymark.app.web.shelf import folded
from waymark.library.body import Body
from waymark.library.glossary import Term, glossary, marks
from waymark.sources.dictionary import Dictionary

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark

SHOWN_IN_FULL = 12  # words that a search of the glossary shows with their meaning


def term_address(term_id: str) -> str:
    return to(f"/glossary/{term_id}")


@dataclass(frozen=True, slots=True)
class MeaningView:
    """The meaning of a term as it opens beside the text, or on its own page.

    ``own`` says that the words are ours; else they are the publisher's, whose ``credit`` goes with them. ``language`` is that of
    the words, which may not be the page's.
    """

    id: str
    name: str
    text: str
    language: str
    own: bool
    href: str
    publisher_page: str
    credit: str


@dataclass(frozen=True, slots=True)
class Explained:
    """The terms of one text: where each leads, and their meanings in the order of the text."""

    links: tuple[TermLink, ...]
    meanings: tuple[MeaningView, ...]


class Words:
    """The glossary over one service, with the publisher's entries that its library keeps."""

    def __init__(self, service: "Waymark") -> None:
        self._service = service
        self._others: frozenset[int] = frozenset()
        self._stamp: tuple[int, int] | None = None

    @property
    def others(self) -> frozenset[int]:
        """Return the numbers of the publisher's entries that are kept, read anew when they have changed."""
        try:
            status = (self._service.catalogue.folder / "dictionary.sqlite").stat()
        except OSError:
            return frozenset()
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            self._others, self._stamp = Dictionary(self._service.catalogue.folder).numbers(), stamp
        return self._others

    def explain(
        self, body: Body, language: str, base: str, span: tuple[int, int] | None = None, seen: Iterable[str] = ()
    ) -> Explained:
        """Return the terms of a text, each where it is first used; ``seen`` were explained before on the same page."""
        links, meanings = [], []
        for mark in marks(body, language, base, span, seen, self.others):
            found = self.meaning(mark.term, language)
            if found is not None:
                links.append(TermLink(mark.start, mark.end, found.href, mark.term))
                meanings.append(found)
        return Explained(tuple(links), tuple(meanings))

    def meaning(self, term_id: str, language: str) -> MeaningView | None:
        """Return a meaning in the reader's language where there is one, else in that of the text."""
        spoken = here().language
        term = glossary().terms.get(term_id)
        if term is not None:
            wanted = spoken if spoken in term.meanings or not term.numbers else language
            return _own_view(term_id, term.language(wanted), spoken)
        found = word(self._service.catalogue, term_id, language)
        return None if found is None else _view(found)

    # Pages ---------------------------------------------------------------------------------------------------------

    def index(self, asked: str) -> dict[str, Any]:
        """Return what the glossary's page shows: every word by its letter, or those that fit what was asked for."""
        language = here().language
        terms = [term for term in glossary().terms.values() if language in term.meanings]
        named = sorted(((term.meaning(language).name, term) for term in terms), key=lambda pair: folded(pair[0]))
        wanted = folded(asked).split()
        if not wanted:
            letters = [
                (letter, [(name, term_address(term.id)) for name, term in group])
                for letter, group in groupby(named, key=lambda pair: _letter(pair[0]))
            ]
            return {"asked": "", "letters": letters, "found": [], "more": [], "near": [], "in_all": len(named)}
        fitting = [term for _, term in named if _fits(term, language, wanted)]
        fitting.sort(key=lambda term: not folded(term.meaning(language).name).startswith(" ".join(wanted)))
        return {
            "asked": asked,
            "letters": [],
            "found": [_view(WordMeaning(term, None, language)) for term in fitting[:SHOWN_IN_FULL]],
            "more": [(t.meaning(language).name, term_address(t.id)) for t in fitting[SHOWN_IN_FULL:]],
            "near": [] if fitting else _near(asked, language),
            "in_all": len(named),
        }

    def page(self, term_id: str) -> dict[str, Any]:
        """Return what the page of one term shows. Raises `NotFound`."""
        language = here().language
        found = word(self._service.catalogue, term_id, language)
        if found is None:
            raise not_explained(term_id.replace("-", " "), language)
        term = found.term
        beside: Sequence[Term] = ()
        if term is not None:
            group = next(group for group in glossary().groups if term in group.terms)
            at = group.terms.index(term)
            ring = [*group.terms[at + 1 :], *group.terms[:at]]
            beside = [each for each in ring if found.language in each.meanings][:6]
        return {
            "word": _view(found),
            "also": [form for form in term.meaning(found.language).also if folded(form) != folded(found.name)]
            if term
            else [],
            "entry": found.entry,
            "entry_credit": found.entry.credit if found.entry else "",
            "beside": [(each.meaning(found.language).name, term_address(each.id)) for each in beside],
            "other_language": bool(term) and found.language != language,
            "ask": to("/ask?" + urlencode({"q": _question(found.name, language)})),
        }


def _question(name: str, language: str) -> str:
    return f"¿Qué significa {name}?" if language == "es" else f"What does {name} mean?"


@lru_cache(maxsize=1024)
def _own_view(term_id: str, language: str, spoken: str) -> MeaningView:
    """Return the meaning of a term of ours in ``language``, on a page in ``spoken``."""
    return _view(WordMeaning(glossary().terms[term_id], None, language))


def _view(found: WordMeaning) -> MeaningView:
    own = found.term is not None
    return MeaningView(
        id=found.id,
        name=found.name,
        text=found.text if own else found.entry.text if found.entry else "",
        language=found.language,
        own=own,
        href=term_address(found.id),
        publisher_page=found.publisher_page,
        credit=found.credit,
    )


def _letter(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name[:1]).upper()
    return plain[:1] if plain[:1].isalpha() else "#"


def _fits(term: Term, language: str, wanted: list[str]) -> bool:
    meaning = term.meaning(language)
    return any(all(part in folded(form) for part in wanted) for form in (meaning.name, *meaning.also))


def _near(asked: str, language: str) -> list[tuple[str, str]]:
    found = []
    for name in nearest(asked, language):
        term = glossary().named(name, language)
        if term is not None:
            found.append((name, term_address(term.id)))
    return found
