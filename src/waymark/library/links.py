"""The links of a document: where each leads, and which of them name a term of the publisher's dictionaries.

One publisher wrote its dictionary links in several ways over the years. They are folded to the term's number, which is
the same in every form and every dictionary; the words of a link do not tell, since one word may be linked to several
terms ("stage", "lens").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from waymark.library.body import Body


class TermForm(StrEnum):
    """How a dictionary link is written."""

    POPUP_PADDED = "popup_padded"  # /Common/PopUps/popDefinition.aspx?id=CDR0000045333&version=Patient&language=English
    POPUP = "popup"  # /Common/PopUps/popDefinition.aspx?id=45333&version=…
    PAGE = "page"  # /publications/dictionaries/cancer-terms/def/45333
    NAME = "name"  # /publications/dictionaries/cancer-terms/def/locally-advanced-cancer: no number
    QUERY = "query"  # /publications/dictionaries/cancer-terms?cdrid=45333


@dataclass(frozen=True, slots=True)
class TermLink:
    """A link to a term of a dictionary.

    ``number`` is the term's (45333, without the zeros before it), None where the link gives its name only.
    ``dictionary`` is ``cancer-terms``, ``cancer-drug`` or ``genetics``; ``audience`` ``patient`` or ``professional``;
    ``language`` ``en`` or ``es``. What a link does not say is the dictionary's own default: cancer-terms, patient, en.
    """

    form: TermForm
    number: int | None
    name: str | None
    dictionary: str
    audience: str
    language: str

    @property
    def address(self) -> str:
        """Return the address of the term's page in the form that the publisher uses today."""
        name = self.number if self.number is not None else self.name
        if self.language == "es":
            place = _SPANISH_PLACES.get(self.dictionary, _SPANISH_PLACES["cancer-terms"])
            return f"https://www.cancer.gov/espanol/publicaciones/diccionarios/{place}/def/{name}"
        place = "genetics-dictionary" if self.dictionary == "genetics" else self.dictionary
        return f"https://www.cancer.gov/publications/dictionaries/{place}/def/{name}"


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """One link of a body: its words at ``start`` to ``end``, the target as written, and where that leads.

    ``address`` is absolute, without a fragment; None where the target leads nowhere on the web (a part of the same page,
    a broken address, or a relative one in a document without an address of its own).
    """

    start: int
    end: int
    target: str
    address: str | None
    term: TermLink | None


_SPANISH_PLACES = {
    "cancer-terms": "diccionario-cancer",
    "genetics": "diccionario-genetica",
    "cancer-drug": "diccionario-cancer",
}
_HOSTS = ("", "cancer.gov", "www.cancer.gov")
_POPUP = re.compile(r"(?:^|/)popdefinition\.aspx$", re.IGNORECASE)
_PAGE = re.compile(
    r"/(?:dictionar(?:y|ies)|diccionarios?)/(?P<place>[a-z-]+)(?:/def/(?P<name>[^/]+))?/?$", re.IGNORECASE
)
_NUMBER = re.compile(r"\s*(?P<padded>cdr)?0*(?P<number>[1-9]\d{0,9})\s*$", re.IGNORECASE)
_DICTIONARIES = {
    "genetic": "genetics",
    "genetics": "genetics",
    "genetics-dictionary": "genetics",
    "diccionario-genetica": "genetics",
    "cancer-drug": "cancer-drug",
}
_TRACKING = re.compile(r"^(?:utm_\w+|cid|icid|gclid|fbclid|mc_[ce]id|_ga)$", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")


@lru_cache(maxsize=16384)  # a few hundred targets make up nearly all links
def term_link(target: str, base: str = "") -> TermLink | None:
    """Return the term that a link's target names; None for a link that is no dictionary link, or names no term.

    ``base`` is the address of the page that holds the link: a relative link names a term only on the publisher's pages.
    """
    low = target.lower()
    if "dic" not in low and "popdef" not in low:  # most links, at once
        return None
    try:
        parts = urlsplit(target.strip().replace("&amp;", "&"))
        host = (parts.hostname or urlsplit(base).hostname or "").lower()
    except ValueError:
        return None
    if host not in _HOSTS or parts.scheme not in ("", "http", "https"):
        return None
    query = {key.lower(): value for key, value in parse_qsl(parts.query)}
    if _POPUP.search(parts.path):
        match = _NUMBER.match(query.get("id", ""))
        if match is None:
            return None
        form = TermForm.POPUP_PADDED if match["padded"] else TermForm.POPUP
        dictionary = _DICTIONARIES.get(query.get("dictionary", "").lower(), "cancer-terms")
        return TermLink(form, int(match["number"]), None, dictionary, _audience(query), _language(query))
    page = _PAGE.search(parts.path)
    if page is None:
        return None
    place = page["place"].lower()
    spanish = "/espanol/" in parts.path.lower() or place.startswith("diccionario")
    language = "es" if spanish else _language(query)
    dictionary = _DICTIONARIES.get(place, "cancer-terms")
    audience = "professional" if dictionary == "genetics" else "patient"
    if page["name"]:
        number = _NUMBER.match(page["name"])
        if number:
            return TermLink(TermForm.PAGE, int(number["number"]), None, dictionary, audience, language)
        return TermLink(TermForm.NAME, None, unquote(page["name"]).lower(), dictionary, audience, language)
    number = _NUMBER.match(query.get("cdrid", "") or query.get("id", ""))
    return TermLink(TermForm.QUERY, int(number["number"]), None, dictionary, audience, language) if number else None


def _audience(query: dict[str, str]) -> str:
    return "professional" if "professional" in query.get("version", "").lower() else "patient"


def _language(query: dict[str, str]) -> str:
    return "es" if query.get("language", "").lower() in ("es", "spanish", "español", "espanol") else "en"


def resolve(target: str, base: str) -> str | None:
    """Return the absolute http(s) address that a target leads to from the page at ``base``, without its fragment.

    None for a part of the same page, for other kinds of address (mailto, javascript) and for one that cannot be read.
    Only an address that a reader could have opened from that page is ever made: a relative target without a base is None.
    """
    target = "".join(target.split()) if "\n" in target else target.strip()
    if not target or target.startswith("#"):
        return None
    try:
        absolute = urljoin(base, target) if base.startswith(("http://", "https://")) else target
        parts = urlsplit(absolute)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        parts.port  # noqa: B018 - raises ValueError for a port that is none
    except ValueError:
        return None
    return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))


def page_key(address: str) -> str:
    """Return the form of an address in which two that name the same page are equal.

    Scheme, ``www.``, letter case, a last slash, the fragment, and what only counts visitors do not matter.
    The empty string for what is no web address.
    """
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").lower().rstrip(".").removeprefix("www.")
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    # Letter case is folded too: publishers write one address in several, and no site is known that means two pages by it.
    path = _SLASHES.sub("/", unquote(parts.path)).rstrip("/").lower()
    query = urlencode(
        sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k))
    )
    return f"{host}{path}" + (f"?{query}" if query else "")


def links(body: Body, base: str) -> Iterator[DocumentLink]:
    """Yield the links of a body in their order; ``base`` is the document's own address."""
    for mark in body.annotations:
        if mark.kind == "link":
            yield DocumentLink(mark.start, mark.end, mark.value, resolve(mark.value, base), term_link(mark.value, base))
