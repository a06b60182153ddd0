"""What the templates show: each view holds ready words and addresses, so that a template decides nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import Markup

from waymark.answering.response import Quotation
from waymark.app.web.language import _, day, here, say, to
from waymark.app.web.markup import Entry, TermLink, render, render_slice
from waymark.app.web.shelf import Shelf
from waymark.app.wording import (
    STANDING,
    STATUSES,
    audience_words,
    is_own_writing,
    language_named,
    language_words,
    licence_words,
    readers_words,
    review_words,
)
from waymark.errors import LibraryDamaged
from waymark.languages.texts import Message, language_of, message, texts
from waymark.library.audit import AuditEvent
from waymark.library.credit import Credit, credit_of
from waymark.library.document import Card, Document
from waymark.library.lapse import QUOTE_WITH_AGE, LapseRule

if TYPE_CHECKING:
    from waymark.app.web.words import MeaningView, Words

CONTENTS_FROM = 4  # headings; a shorter document is seen at once


def document_address(document_id: str, version: str | None = None) -> str:
    return to(f"/documents/{document_id}/versions/{version}" if version else f"/documents/{document_id}")


def web_address(url: str) -> str | None:
    """Return the address when it is a page on the web, else None: nothing else is ever a link."""
    return url if url.startswith(("https://", "http://")) else None


def _other(card: Card, said: Callable[..., Message]) -> str:
    """Return what is said of a document in another language than the page's, and nothing of one in the page's.

    ``said`` makes the sentence out of the language's name: on most pages nobody needs it.
    """
    if card.language.split("-")[0].lower() == here().language:
        return ""
    return say(said(language_named(card.language, here().language)))


@lru_cache(maxsize=256)  # the same hundred and more stand on every page that has an answer
def options(choices: tuple[tuple[str, str], ...], chosen: str) -> Markup:
    """Return the options of a list to choose from: (value, words) of each, with the chosen value marked."""
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(value, Markup(" selected") if value == chosen else "", words)
        for value, words in choices
    )


@dataclass(frozen=True, slots=True)
class QuotationView:
    """One quotation as it is read: the words first, then where they are from and how old that is."""

    lead: Markup | None  # what introduces a list of which a later part is quoted
    words: Markup
    rest: Markup | None  # what is folded away of a long quotation, from the end of a sentence or an item on
    language: str
    in_language: str  # which language that is, where it is not the page's
    section: tuple[str, ...]
    title: str
    publisher: str
    audience: str
    review: str
    credit: Credit
    in_place: str  # address of the document's page with these words marked
    publisher_page: str | None
    to_copy: str


def quotation_view(
    quotation: Quotation,
    document: Document,
    on: date,
    rule: LapseRule = QUOTE_WITH_AGE,
    terms: Sequence[TermLink] = (),
) -> QuotationView:
    """Return the view of a quotation out of the version that it quotes.

    Raises `LibraryDamaged` when that version does not hold the words at that place: then they are not shown.
    """
    card, body = quotation.card, document.body
    if body.text[quotation.start : quotation.end] != quotation.text:
        raise LibraryDamaged(
            message(
                "The library's copy of “%(title)s” does not hold the words that the index points at.", title=card.title
            ),
            message("Run: waymark index --fresh"),
        )
    fold = quotation.end if quotation.fold is None else quotation.fold
    lead = quotation.lead
    place = urlencode({"start": quotation.start, "end": quotation.end})
    page = web_address(quotation.link)
    credit, review = credit_of(card), review_words(card, on, rule, here().language)
    return QuotationView(
        lead=None if lead is None else render_slice(body, lead.start, lead.end, terms),
        words=render_slice(body, quotation.start, fold, terms),
        rest=render_slice(body, fold, quotation.end, terms) if fold < quotation.end else None,
        language=card.language,
        in_language=_other(card, lambda named: message("This quotation is in %(language)s.", language=named)),
        section=quotation.section,
        title=card.title,
        publisher=card.publisher,
        audience=audience_words(card.audience, here().language),
        review=review,
        credit=credit,
        in_place=f"{document_address(card.id, card.version)}?{place}#quote",
        publisher_page=page,
        to_copy="\n\n".join((quotation.text, f"{review}.", credit.text)),
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the record: its name and what it holds, as a link where it leads somewhere."""

    name: str
    words: str
    href: str | None = None
    language: str | None = None  # of the words, where it is known


@dataclass(frozen=True, slots=True)
class Translation:
    """The same document in another language, with the words that offer it, in that language."""

    language: str
    words: str
    href: str


def _translation(card: Card) -> Translation:
    """Return the link to a translation; it leads to the page in that language, where Waymark speaks it."""
    spoken = language_of(card.language)
    words = texts(spoken).gettext("Read this document in English")
    if spoken != card.language.split("-")[0].lower():
        words = f"{card.title} ({language_words(card.language)})"
    return Translation(card.language, words, to(f"/documents/{card.id}", spoken))


@dataclass(frozen=True, slots=True)
class HistoryLine:
    when: str
    what: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: str
    words: str
    href: str
    shown: bool


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One version of a document with its record and its body."""

    title: str
    title_in_body: bool
    publisher: str
    audience: str
    review: str
    standing: str
    language: str
    in_language: str
    translations: tuple[Translation, ...]
    body: Markup
    contents: tuple[Entry, ...]
    facts: tuple[Fact, ...]
    sources: tuple[Fact, ...]
    versions: tuple[VersionLine, ...]
    history: tuple[HistoryLine, ...]
    marked: bool
    missed: bool  # a place was asked for that this version does not have
    newer: str | None  # address of the present version, when an older one is shown
    other: "Fact | None"  # the version of this summary for the other readers
    meanings: "tuple[MeaningView, ...]"
    publisher_page: str | None


def document_view(
    document: Document,
    versions: list[Card],
    events: list[AuditEvent],
    shelf: Shelf,
    quote: tuple[int, int] | None,
    current: Card,
    on: date,
    words: "Words | None" = None,
) -> DocumentView:
    """Return the view of one version; ``quote`` is the span to mark, when it lies in the body; ``words`` explains its terms."""
    card, body = document.card, document.body
    inside = quote is not None and 0 <= quote[0] < quote[1] <= len(body.text)
    explained = words.explain(body, card.language, card.url) if words else None
    others = words.others if words else None
    rendered = render(
        body, shelf.resolver(card.url, others), quote if inside else None, explained.links if explained else ()
    )
    other = shelf.other_version(document)
    contents = tuple(entry for entry in rendered.contents if entry.level <= 2)
    return DocumentView(
        title=card.title,
        title_in_body=rendered.starts_with_title,
        publisher=card.publisher,
        audience=audience_words(card.audience, here().language),
        review=review_words(card, on, language=here().language),
        standing=say(STANDING[card.status]),
        language=card.language,
        in_language=_other(card, lambda named: message("This document is in %(language)s.", language=named)),
        translations=tuple(map(_translation, shelf.translations(card.id))),
        body=rendered.html,
        contents=contents if len(contents) >= CONTENTS_FROM else (),
        facts=tuple(_facts(card, shelf, on)),
        sources=tuple(_sources(document, shelf)),
        versions=tuple(
            VersionLine(
                version.version,
                f"{say(STATUSES[version.status])}; {review_words(version, on, language=here().language)}",
                document_address(version.id, version.version),
                version.version == card.version,
            )
            for version in versions
        ),
        history=tuple(HistoryLine(_moment(event.at), _event_words(event)) for event in events),
        marked=inside,
        missed=quote is not None and not inside,
        newer=document_address(card.id) if current.version != card.version else None,
        other=Fact(audience_words(other.audience), other.title, document_address(other.id)) if other else None,
        meanings=explained.meanings if explained else (),
        publisher_page=web_address(card.url),
    )


def _facts(card: Card, shelf: Shelf, on: date) -> list[Fact]:
    pictures = web_address(card.url)
    facts = [
        Fact(_("Publisher"), card.publisher),
        Fact(_("Written for"), readers_words(card.audience, here().language)),
        Fact(_("Review"), review_words(card, on, language=here().language)),
    ]
    if card.reviewed_by:
        facts.append(Fact(_("Reviewed by"), card.reviewed_by))
    if card.updated:
        facts.append(Fact(_("Last changed"), day(card.updated)))
    facts += [
        Fact(_("About"), ", ".join(shelf.cancer_words(kind) for kind in card.cancer_types or ("general",))),
        Fact(_("Language"), language_words(card.language, here().language)),
        Fact(_("Licence"), licence_words(card.license, here().language)),
        Fact(_("Credit"), credit_of(card).text, language=card.language),
    ]
    if pictures:
        facts.append(Fact(_("First published at"), pictures, pictures))
    elif is_own_writing(card):
        facts.append(Fact(_("First published in"), _("The starter collection that comes with Waymark")))
    facts += [
        Fact(_("Version"), card.version),
        Fact(_("Fingerprint of the text"), card.content_hash.removeprefix("sha256:")[:16]),
    ]
    return facts


def _sources(document: Document, shelf: Shelf) -> list[Fact]:
    """Return the pages that the document's facts come from, as its record lists them."""
    listed = document.front.get("sources")
    found = []
    for source in listed if isinstance(listed, list | tuple) else ():
        if not isinstance(source, dict) or not source.get("title"):
            continue
        url = str(source.get("url") or "")
        publisher = str(source.get("publisher") or "")
        spoken = str(source["language"]) if source.get("language") else document.card.language
        found.append(Fact(publisher, str(source["title"]), web_address(url), spoken))
    return found


def _moment(at: str) -> str:
    try:
        return day(date.fromisoformat(at[:10]))
    except ValueError:
        return at


_ACTIONS: dict[str, Message] = {
    "add": message("Added"),
    "update": message("Changed"),
    "set draft": message("Made a draft"),
    "set in_review": message("Put in review"),
    "set published": message("Published"),
    "set withdrawn": message("Withdrawn"),
    "set superseded": message("Superseded"),
    "repair": message("Repaired"),
}


def _event_words(event: AuditEvent) -> str:
    done = _ACTIONS.get(event.action, event.action[:1].upper() + event.action[1:])
    words = say(
        message("%(done)s (version %(version)s), by %(actor)s", done=done, version=event.version, actor=event.actor)
    )
    why = event.detail.get("why") if event.detail else None
    return f"{words}{': ' + str(why) if why else ''}"


@dataclass(frozen=True, slots=True)
class ListedView:
    """One document in the library's list."""

    title: str
    href: str
    language: str
    in_language: str
    publisher: str
    audience: str
    about: str
    review: str


def listed_view(card: Card, shelf: Shelf, on: date) -> ListedView:
    return ListedView(
        title=card.title,
        href=document_address(card.id),
        language=card.language,
        in_language=_other(card, lambda named: message("In %(language)s", language=named)),
        publisher=card.publisher,
        audience=audience_words(card.audience, here().language),
        about=", ".join(shelf.cancer_words(kind) for kind in card.cancer_types if kind != "general"),
        review=review_words(card, on, language=here().language),
    )
