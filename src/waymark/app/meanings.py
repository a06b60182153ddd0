"""What a word means: our own words first, with the publisher's page as the link, and the publisher's entry where it is kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waymark.errors import NotFound
from waymark.languages.texts import message
from waymark.library.catalogue import Catalogue
from waymark.library.glossary import Term, glossary
from waymark.library.link_counts import terms_used
from waymark.library.link_table import link_table
from waymark.settings import Settings
from waymark.sources.dictionary import PUBLISHER, SERVICE, Asked, Dictionary, Entry, ask_service

if TYPE_CHECKING:
    from waymark.sources.fetch import FetchSettings

OURS = "Waymark glossary, Apache-2.0. Not yet reviewed by a clinician."


@dataclass(frozen=True, slots=True)
class WordMeaning:
    """What is known of one word: our term, the publisher's entry, or both; ``language`` is that of the words."""

    term: Term | None
    entry: Entry | None
    language: str

    @property
    def id(self) -> str:
        return self.term.id if self.term else str(self.entry.number if self.entry else "")

    @property
    def name(self) -> str:
        return self.term.meaning(self.language).name if self.term else self.entry.name if self.entry else ""

    @property
    def text(self) -> str:
        """Return our own words; empty where only the publisher explains it."""
        return self.term.meaning(self.language).text if self.term else ""

    @property
    def credit(self) -> str:
        return OURS if self.term else self.entry.credit if self.entry else ""

    @property
    def publisher_page(self) -> str:
        return self.term.publisher_page(self.language) if self.term else self.entry.address if self.entry else ""

    def as_json(self) -> dict[str, Any]:
        term = self.term
        return {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "text": self.text or None,
            "also": list(term.meaning(self.language).also) if term else [],
            "numbers": list(term.numbers) if term else [self.entry.number] if self.entry else [],
            "reviewed": None,
            "license": "Apache-2.0" if term else "public_domain",
            "credit": self.credit,
            "page": f"/glossary/{self.id}",
            "publisher": PUBLISHER,
            "publisher_page": self.publisher_page,
            "dictionary": self.entry.as_json() if self.entry else None,
        }


def word(catalogue: Catalogue, term_id: str, language: str) -> WordMeaning | None:
    """Return what is known under an id of the glossary, or a number of the publisher's; None for nothing."""
    kept = Dictionary(catalogue.folder)
    term = glossary().terms.get(term_id)
    if term is None and term_id.isascii() and term_id.isdigit() and len(term_id) < 12:
        term = glossary().by_number.get(int(term_id))
        entry = kept.entry(int(term_id), language)
        if term is None:
            return WordMeaning(None, entry, entry.language) if entry else None
        return WordMeaning(term, entry, term.language(language))
    if term is None:
        return None
    entries = (kept.entry(number, language) for number in term.numbers)
    return WordMeaning(term, next((entry for entry in entries if entry), None), term.language(language))


def meaning_of(catalogue: Catalogue, words: str, language: str) -> WordMeaning:
    """Return what words mean. Raises `NotFound` with the nearest words that are explained."""
    found = word(catalogue, words.strip().lower().replace(" ", "-"), language)
    term = glossary().named(words, language) or glossary().named(words)
    if found is None and term is not None:
        found = word(catalogue, term.id, language)
    if found is None:
        entry = Dictionary(catalogue.folder).named(words, language)
        found = word(catalogue, str(entry.number), language) if entry else None
    if found is None:
        raise not_explained(words, language)
    return found


def not_explained(words: str, language: str) -> NotFound:
    """Return the error for a word that is not explained, with the nearest ones that are."""
    near = nearest(words, language)
    return NotFound(
        message("The glossary does not explain “%(word)s”.", word=words[:80]),
        message("The closest: %(words)s.", words=", ".join(f"“{name}”" for name in near))
        if near
        else message("Ask a question instead."),
    )


def nearest(words: str, language: str) -> list[str]:
    """Return up to three names of terms that are written much like these words."""
    from rapidfuzz import process

    names = [term.meaning(language).name for term in glossary().terms.values()]
    return [name for name, *_ in process.extract(words[:80], names, limit=3, score_cutoff=70)]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the dictionary terms that a library links to are explained in our own words."""

    terms: int
    explained: int
    links: int
    links_explained: int
    most: int
    of_the_most_linked: int
    kept_entries: int

    def as_json(self) -> dict[str, Any]:
        book = glossary()
        return {
            "words": len(book.terms),
            "in_spanish": sum("es" in term.meanings for term in book.terms.values()),
            "terms_linked": self.terms,
            "terms_explained": self.explained,
            "links": self.links,
            "links_explained": self.links_explained,
            "of_the_most_linked": {"most": self.most, "explained": self.of_the_most_linked},
            "publisher_entries": self.kept_entries,
        }


def coverage(catalogue: Catalogue, most: int = 150) -> Coverage:
    """Return how much of what a library links to is explained; names of drugs, which have a dictionary of their own, apart."""
    with link_table(catalogue) as table:
        used = [use for use in terms_used(table) if use.dictionaries != ("cancer-drug",)]
    known = glossary().by_number
    explained = [use for use in used if use.number in known]
    return Coverage(
        terms=len(used),
        explained=len(explained),
        links=sum(use.links for use in used),
        links_explained=sum(use.links for use in explained),
        most=min(most, len(used)),
        of_the_most_linked=sum(use.number in known for use in used[:most]),
        kept_entries=len(Dictionary(catalogue.folder).numbers()),
    )


def fetch_entries(
    catalogue: Catalogue,
    settings: Settings,
    most: int,
    language: str,
    audience: str,
    how: "FetchSettings | None" = None,
    service: str = SERVICE,
) -> Asked:
    """Read the publisher's entries of the terms that the library links to most, what is kept already left out."""
    from waymark.app.ingest_pages import fetch_settings
    from waymark.sources.fetch import Session

    how = how or fetch_settings(settings)
    with link_table(catalogue) as table:
        used = [use.number for use in terms_used(table, audience) if "cancer-terms" in use.dictionaries]
    kept = Dictionary(catalogue.folder)
    with Session(how) as session:
        return ask_service(
            session,
            kept,
            _first_unknown(kept, used, audience, language, most),
            audience=audience,
            language=language,
            service=service,
        )


def _first_unknown(kept: Dictionary, numbers: list[int], audience: str, language: str, most: int) -> list[int]:
    from datetime import UTC, datetime

    known = kept.known("cancer-terms", audience, language, datetime.now(UTC))
    return [number for number in numbers if number not in known][:most]
