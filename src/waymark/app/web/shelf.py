"""The library as the pages browse it: a snapshot of the published cards with what lists, filters and links need."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from waymark.app.web.language import to
from waymark.app.web.markup import Link, Resolve
from waymark.app.wording import audience_words, language_words, topic_words
from waymark.languages.texts import SOURCE, texts
from waymark.library.document import Card, Document
from waymark.library.glossary import glossary
from waymark.library.links import page_key, term_link
from waymark.library.links import resolve as resolve_link
from waymark.library.pairs import other_version, pairs

PER_PAGE = 50
_GENERAL = "general"


def folded(text: str) -> str:
    """Return the text in lower case and without accents, as a filter compares it."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the library is wanted; an empty value leaves that open."""

    words: str = ""
    cancer: str = ""
    topic: str = ""
    audience: str = ""
    language: str = ""

    @property
    def narrows(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter, with how many documents it would leave."""

    value: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents on one page of a choice, how many there are in all, and what each filter could be set to."""

    cards: tuple[Card, ...]
    total: int
    page: int
    pages: int
    cancers: tuple[Option, ...]
    topics: tuple[Option, ...]
    audiences: tuple[Option, ...]
    languages: tuple[Option, ...]


class Shelf:
    """One state of the library's published documents for the readers of one language: those in it first, then by title.

    ``cancer_names`` are (id, name in that language); ``translation_of`` names, for a document, the one that it is a translation of.
    """

    def __init__(
        self,
        cards: Sequence[Card],
        cancer_names: Iterable[tuple[str, str]],
        language: str = SOURCE,
        translation_of: Mapping[str, str] | None = None,
    ) -> None:
        self.language = language
        self.cards = tuple(sorted(cards, key=lambda card: (not self.reads(card), folded(card.title), card.id)))
        self.cancer_names = {**dict(cancer_names), _GENERAL: texts(language).gettext("Any cancer")}
        self._translations = _families(self.cards, translation_of or {})
        self._folded = {card.id: folded(f"{card.title} {card.publisher}") for card in self.cards}
        self._by_address = {page_key(card.url): card.id for card in self.cards if page_key(card.url)}
        self._by_id = {card.id: card for card in self.cards}
        self._pairs: dict[str, str] | None = None
        # (id, name) of the cancers that a question can be about, by name.
        named = ((type_id, name) for type_id, name in self.cancer_names.items() if type_id != _GENERAL)
        self.asked_cancers = tuple(sorted(named, key=lambda pair: folded(pair[1])))
        # Lists of questions to take along; one that the reader's language has is not offered in another.
        asking = (card for card in self.cards if "questions" in card.tags and card.audience == "patient")
        self.questions = tuple(
            sorted(
                (card for card in asking if self.reads(card) or not any(map(self.reads, self.translations(card.id)))),
                key=lambda card: (not self.reads(card), _how_general(card)),
            )
        )

    def reads(self, card: Card) -> bool:
        """Return whether a document is in the language of this shelf's readers."""
        return card.language.split("-")[0].lower() == self.language

    def translations(self, document_id: str) -> tuple[Card, ...]:
        """Return the same document in other languages."""
        return tuple(card for card in self._translations.get(document_id, ()) if card.id != document_id)

    def cancer_words(self, type_id: str) -> str:
        return self.cancer_names.get(type_id, topic_words(type_id, self.language))

    def other_version(self, document: Document) -> Card | None:
        """Return the version of a document's summary for the other readers, where the library has it."""
        if self._pairs is None:
            self._pairs = {}
            for pair in pairs((card, None) for card in self.cards):
                self._pairs[pair.patient], self._pairs[pair.professional] = pair.professional, pair.patient
        other = other_version(document)
        name = self._by_address.get(page_key(other.address)) if other else None
        found = self._by_id.get(name or self._pairs.get(document.id, ""))
        return found if found is not None and found.audience != document.card.audience else None

    def resolver(self, base: str, others: Container[int] | None = None) -> Resolve:
        """Return what follows the links of a document whose own address is ``base``.

        A link to a term of a dictionary leads to the publisher's page. Where the page explains words itself, ``others`` are the
        numbers of the terms that it explains besides those of the glossary, and links to explained terms are not followed.
        """

        def resolve(target: str) -> Link | None:
            if target.startswith(("mailto:", "tel:")):
                return Link(target, held=False)
            term = term_link(target, base)
            if term is not None:
                # Terms that are explained here are marked where they are first used, and only there.
                number = term.number
                explained = others is not None and (number in glossary().by_number or number in others)
                return None if explained else Link(term.address, held=False)
            # Only these two are ever written as a link: an address that runs a script is left as words.
            address = resolve_link(target, base)
            if address is None:
                return None
            held = self._by_address.get(page_key(address))
            if held is not None:
                return Link(to(f"/documents/{held}"), held=True)
            part = target.partition("#")[2].strip()
            return Link(f"{address}#{part}" if part else address, held=False)

        return resolve

    def select(self, choice: Choice, page: int = 1) -> Selection:
        """Return one page of the documents that fit the choice, with what each filter would leave given the others."""
        words = folded(choice.words).split()
        tests: dict[str, Callable[[Card], bool]] = {
            "words": lambda card: all(word in self._folded[card.id] for word in words),
            "cancer": lambda card: not choice.cancer or choice.cancer in (card.cancer_types or (_GENERAL,)),
            "topic": lambda card: not choice.topic or choice.topic in card.tags,
            "audience": lambda card: not choice.audience or card.audience == choice.audience,
            "language": lambda card: not choice.language or card.language == choice.language,
        }
        counts: dict[str, Counter[str]] = {name: Counter() for name in ("cancer", "topic", "audience", "language")}
        fitting: list[Card] = []
        for card in self.cards:
            failed = [name for name, test in tests.items() if not test(card)]
            if not failed:
                fitting.append(card)
            if len(failed) > 1:
                continue
            for name, counter in counts.items():
                if not failed or failed == [name]:
                    counter.update(set(_values(card, name)))
        pages = max(1, -(-len(fitting) // PER_PAGE))
        page = min(max(page, 1), pages)
        return Selection(
            cards=tuple(fitting[(page - 1) * PER_PAGE : page * PER_PAGE]),
            total=len(fitting),
            page=page,
            pages=pages,
            cancers=_options(counts["cancer"], self.cancer_words, choice.cancer),
            topics=_options(counts["topic"], lambda tag: topic_words(tag, self.language), choice.topic),
            audiences=_options(counts["audience"], lambda who: audience_words(who, self.language), choice.audience),
            languages=_options(counts["language"], lambda code: language_words(code, self.language), choice.language),
        )


def _families(cards: Sequence[Card], translation_of: Mapping[str, str]) -> dict[str, tuple[Card, ...]]:
    """Return, for each document that has a translation or is one, all languages of it; those not published are left out."""
    by_original: dict[str, list[Card]] = {}
    for card in cards:
        by_original.setdefault(translation_of.get(card.id, card.id), []).append(card)
    return {card.id: tuple(family) for family in by_original.values() if len(family) > 1 for card in family}


def _how_general(card: Card) -> tuple[bool, int, bool, str]:
    """Sort lists of questions: for every cancer first, about nothing but questions first, about recurrence first."""
    specific = bool(set(card.cancer_types) - {_GENERAL})
    return specific, card.tags.index("questions"), "recurrence" not in card.tags, card.id


def _values(card: Card, name: str) -> tuple[str, ...]:
    if name == "cancer":
        return card.cancer_types or (_GENERAL,)
    if name == "topic":
        return card.tags
    return (card.audience,) if name == "audience" else (card.language,)


def _options(counts: Counter[str], words: Callable[[str], str], chosen: str) -> tuple[Option, ...]:
    if chosen and chosen not in counts:  # what is set stays in sight, even where it leaves nothing
        counts[chosen] = 0
    options = (Option(value, words(value), count) for value, count in counts.items())
    return tuple(sorted(options, key=lambda option: (option.value != _GENERAL, folded(option.words))))
