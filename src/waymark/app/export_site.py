"""A site in a folder: pages of the published documents that open from a disk, without a server and without scripts."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from waymark.app.export import Folder, Wanted, Written
from waymark.app.web.language import Templates, in_language
from waymark.app.web.markup import Link, Rendered, Resolve, render
from waymark.app.web.shelf import Shelf, folded
from waymark.app.web.views import CONTENTS_FROM, web_address
from waymark.app.wording import audience_words, licence_words
from waymark.languages.texts import language_of, texts
from waymark.library.cancer_types import name_of
from waymark.library.credit import credit_of
from waymark.library.document import Card, Document

_WEB = Path(__file__).parent / "web"
_STATICS = ("atkinson.woff2", "literata.woff2", "icon.svg", "site.js")
_NOTICES = ("atkinson.LICENSE.txt", "literata.LICENSE.txt")  # the fonts are passed on with their licences
_PICTURE_IN_STYLE = re.compile(r'url\("([^":/]+\.svg)"\)')


@dataclass(frozen=True, slots=True)
class Entry:
    """One document in a list of the site."""

    card: Card
    href: str
    audience: str
    about: str


@dataclass(frozen=True, slots=True)
class Shelved:
    """One list of documents: its words, where it lies, and how many it holds."""

    words: str
    href: str
    count: int


def write_site(
    documents: Iterator[Document], cards: tuple[Card, ...], place: Folder, wanted: Wanted
) -> tuple[Written, ...]:
    """Write ``index.html``, a page for each document, lists by cancer and by title, the credits and what they need.

    Every link between them is relative, so that the folder can lie anywhere. No picture is shown.
    """
    with in_language(wanted.language):
        return _Site(cards, place, wanted).write(documents)


class _Site:
    def __init__(self, cards: tuple[Card, ...], place: Folder, wanted: Wanted) -> None:
        self._language = language_of(wanted.language)
        self._shelf = Shelf(
            cards, ((t, name_of(t, self._language)) for t in {t for c in cards for t in c.cancer_types})
        )
        self._place = place
        self._made_on = date.fromisoformat(wanted.at[:10])
        self._templates = Templates(_WEB / "templates", {})
        self._words = texts(self._language)

    def write(self, documents: Iterator[Document]) -> tuple[Written, ...]:
        written = []
        found: list[list[str]] = []
        for document in documents:
            name = f"documents/{document.id}.html"
            rendered = self._document(document, name)
            headings = " ".join(entry.words for entry in rendered.contents)
            found.append([document.id, document.card.title, self._about_line(document.card), headings])
            written.append(Written(document.card, name))
        self._lists()
        self._credits()
        self._statics(found)
        return tuple(written)

    def _page(self, template: str, name: str, **values: Any) -> None:
        root = "../" * name.count("/")
        page = self._templates.get(f"site/{template}").render(root=root, made_on=self._made_on, **values)
        self._place.write_text(name, page)

    # Documents -----------------------------------------------------------------------------------------------------

    def _document(self, document: Document, name: str) -> Rendered:
        card = document.card
        rendered = render(document.body, self._beside(self._shelf.resolver(card.url)))
        contents = tuple(entry for entry in rendered.contents if entry.level <= 2)
        self._page(
            "document",
            name,
            card=card,
            audience=self._audience(card),
            title_in_body=rendered.starts_with_title,
            page=web_address(card.url),
            contents=contents if len(contents) >= CONTENTS_FROM else (),
            body=rendered.html,
            credit=credit_of(card).text,
            licence=self._words.gettext(licence_words(card.license)),
            about=", ".join(self._shelf.cancer_words(kind) for kind in card.cancer_types if kind != "general"),
        )
        return rendered

    @staticmethod
    def _beside(resolve: Resolve) -> Resolve:
        """Return what follows links as the pages do, but from page to page of the folder."""

        def follow(target: str) -> Link | None:
            link = resolve(target)
            if link is None or not link.held:
                return link
            return Link(f"{quote(link.href.rpartition('/')[2])}.html", held=True)

        return follow

    def _audience(self, card: Card) -> str:
        return self._words.gettext(audience_words(card.audience))

    def _about_line(self, card: Card) -> str:
        return f"{card.publisher}. {self._audience(card)}."

    # Lists ---------------------------------------------------------------------------------------------------------

    def _lists(self) -> None:
        cancers: dict[str, list[Card]] = defaultdict(list)
        letters: dict[str, list[Card]] = defaultdict(list)
        for card in self._shelf.cards:
            for kind in card.cancer_types:
                cancers[kind].append(card)
            first = next((c for c in folded(card.title) if c.isalnum()), "#").upper()
            letters[first if "A" <= first <= "Z" else "#"].append(card)
        named = {kind: self._shelf.cancer_words(kind) for kind in cancers if kind != "general"}
        by_cancer = tuple(
            self._list(f"cancers/{kind}.html", named[kind], cancers[kind])
            for kind in sorted(named, key=lambda each: folded(named[each]))
        )
        by_letter = tuple(
            self._list(f"titles/{letter.lower() if letter != '#' else 'other'}.html", letter, letters[letter])
            for letter in sorted(letters)
        )
        self._page("index", "index.html", in_all=len(self._shelf.cards), cancers=by_cancer, letters=by_letter)

    def _list(self, name: str, heading: str, cards: Iterable[Card]) -> Shelved:
        entries = [
            Entry(
                card,
                f"../documents/{card.id}.html",
                self._audience(card),
                ", ".join(self._shelf.cancer_words(kind) for kind in card.cancer_types if kind != "general"),
            )
            for card in cards
        ]
        self._page("list", name, heading=heading, entries=entries)
        return Shelved(heading, name, len(entries))

    # What stands around them ---------------------------------------------------------------------------------------

    def _credits(self) -> None:
        by_publisher: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        for card in self._shelf.cards:
            licence = self._words.gettext(licence_words(card.license))
            by_publisher[card.publisher].append({"credit": credit_of(card).text, "licence": licence})
        publishers = [{"name": name, "lines": lines} for name, lines in sorted(by_publisher.items())]
        self._page("credits", "credits.html", publishers=publishers)

    def _statics(self, found: list[list[str]]) -> None:
        static = _WEB / "static"
        for name in (*_STATICS, *_NOTICES):
            self._place.write(f"static/{name}", (static / name).read_bytes())
        style = (static / "waymark.css").read_text("utf-8") + (static / "site.css").read_text("utf-8")
        # A browser does not let a style use a picture from a disk as a mask, so the two small ones go into it.
        style = _PICTURE_IN_STYLE.sub(lambda match: f'url("{_data(static / match[1])}")', style)
        self._place.write_text("static/waymark.css", style)
        words = json.dumps(found, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
        self._place.write_text("static/search-index.js", f"window.WAYMARK_INDEX = {words};\n")


def _data(picture: Path) -> str:
    return "data:image/svg+xml," + quote(picture.read_text("utf-8").strip(), safe="")
