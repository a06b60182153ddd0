"""What an HTML page says of itself: title, address, language, publisher, dates. Each value with where it was found."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from waymark.sources.front import DateLine, dates_in_line, day_of
from waymark.sources.html_tree import attribute
from waymark.sources.markdown import collapse
from waymark.sources.reuse import license_in_address

_LARGEST_JSON = 1_000_000
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://\S{3,2000}?)\s*-->")
_LONGEST_TITLE = 400


@dataclass(slots=True)
class PageFacts:
    """Facts of a page's head. ``titles`` in the order of trust; ``dates`` with the tag that gave each."""

    base: str | None = None
    address: str | None = None
    address_from: str = ""
    titles: list[tuple[str, str]] = field(default_factory=list)
    site: str | None = None
    language: str | None = None
    language_from: str = ""
    publisher: str | None = None
    description: str | None = None
    license: str | None = None
    license_from: str = ""
    dates: list[DateLine] = field(default_factory=list)


def page_facts(tree: LexborHTMLParser, html: str, origin: str) -> PageFacts:
    """Return what the head of a page says; ``origin`` is its address when it was fetched."""
    meta = _meta(tree)
    linked = _linked_data(tree)
    facts = PageFacts()
    _addresses(facts, tree, html, origin, meta)
    facts.site = meta.get("og:site_name") or _text_of(linked, "isPartOf", "name")
    _titles(facts, tree, meta, linked)
    _language(facts, tree, meta, linked)
    facts.publisher = (
        _text_of(linked, "publisher", "name") or meta.get("dcterms.publisher") or meta.get("dc.publisher") or facts.site
    )
    facts.description = meta.get("description") or meta.get("og:description") or meta.get("dcterms.description")
    _license(facts, tree, linked)
    facts.dates = list(_dates(meta, linked))
    return facts


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta"):
        name = (attribute(node, "property") or attribute(node, "name") or attribute(node, "itemprop")).strip().lower()
        content = collapse(attribute(node, "content")).strip()
        if not name and attribute(node, "http-equiv").lower() == "content-language":
            name = "content-language"
        if name and content:
            found.setdefault(name, content[:2_000])
    return found


def _linked_data(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """Return the objects of the page's JSON-LD, outermost first, articles and pages before what they refer to."""
    found: list[dict[str, Any]] = []
    for node in tree.css('script[type="application/ld+json"]'):
        text = node.text() or ""
        if len(text) > _LARGEST_JSON:
            continue
        try:
            waiting: list[Any] = [json.loads(text)]
        except (ValueError, RecursionError):
            continue
        while waiting and len(found) < 500:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting = value[:500] + waiting
            elif isinstance(value, dict):
                found.append(value)
                waiting += [inner for key, inner in value.items() if key == "@graph"]
    return sorted(found, key=lambda entry: not _is_page(entry))


def _is_page(entry: dict[str, Any]) -> bool:
    kinds = entry.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and name.endswith(("Page", "Article")) for name in names)


def _text_of(entries: Iterable[dict[str, Any]], *keys: str) -> str | None:
    for entry in entries:
        value: Any = entry
        for key in keys:
            value = value[0] if isinstance(value, list) and value else value
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str) and value.strip():
            return collapse(value).strip()[:2_000]
    return None


# -------------------------------------------------------------------------------------------------------------
# addresses


def _web(address: str, base: str | None = None) -> str | None:
    """Return an http(s) address in full, without its fragment; None for anything else."""
    address = address.strip()
    if not address:
        return None
    try:
        whole = urljoin(base, address) if base else address
        parts = urlsplit(whole)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
        whole = parts._replace(fragment="").geturl()
    except ValueError:
        return None
    return quote(whole, safe="%/:?@!$&'()*+,;=~[]-._")[:4_000]


def _same_site(one: str, other: str) -> bool:
    first, second = (str(urlsplit(address).hostname).removeprefix("www.") for address in (one, other))
    return first == second or first.endswith("." + second) or second.endswith("." + first)


def _addresses(facts: PageFacts, tree: LexborHTMLParser, html: str, origin: str, meta: dict[str, str]) -> None:
    read_from = _web(origin) if origin.lower().startswith(("http://", "https://")) else None
    saved = _SAVED_FROM.search(html[:4_096])
    saved_from = _web(saved[1]) if saved else None
    link = tree.css_first('link[rel~="canonical"]')
    canonical = _web(attribute(link, "href"), read_from or saved_from) if link is not None else None
    canonical = canonical or _web(meta.get("og:url", ""), read_from or saved_from)
    # A page that was fetched is its own host's, whatever it claims; a file is believed, since a person chose it.
    if read_from and canonical and not _same_site(canonical, read_from):
        canonical = None
    for address, how in (
        (canonical, "the page's canonical address"),
        (read_from, "the address that it was read from"),
        (saved_from, "the address that the browser noted when the page was saved"),
    ):
        if address:
            facts.address, facts.address_from = address, how
            break
    page = read_from or saved_from or canonical
    base = tree.css_first("base[href]")
    facts.base = (_web(attribute(base, "href"), page) if base is not None else None) or page


# -----------------------------------------------------------------------------------------------------------------
# words


def _titles(facts: PageFacts, tree: LexborHTMLParser, meta: dict[str, str], linked: list[dict[str, Any]]) -> None:
    if title := meta.get("og:title"):
        facts.titles.append((title[:_LONGEST_TITLE], "og:title"))
    heading = _first_heading(tree)
    if heading:
        facts.titles.append((heading[:_LONGEST_TITLE], "the page's first heading"))
    node = tree.css_first("head > title") or tree.css_first("title")
    title = collapse(node.text()).strip() if node is not None else ""
    if title:
        facts.titles.append((title[:_LONGEST_TITLE], "the page's title element"))
    for name in ("headline", "name"):
        if headline := _text_of([entry for entry in linked if _is_page(entry)], name):
            facts.titles.append((headline[:_LONGEST_TITLE], f"JSON-LD {name}"))


def _first_heading(tree: LexborHTMLParser) -> str:
    body = tree.body
    if body is None:
        return ""
    main = body.css_first("main h1, [role=main] h1, article h1")
    node: LexborNode | None = main or body.css_first("h1")
    return collapse(node.text()).strip() if node is not None else ""


def _language(facts: PageFacts, tree: LexborHTMLParser, meta: dict[str, str], linked: list[dict[str, Any]]) -> None:
    root = tree.css_first("html")
    main = tree.css_first("main[lang], article[lang], body[lang]")
    for value, how in (
        (attribute(main, "lang") if main is not None else "", "lang of its main part"),
        (attribute(root, "lang") or attribute(root, "xml:lang") if root is not None else "", "lang"),
        (meta.get("content-language", ""), "content-language"),
        (meta.get("dcterms.language", "") or meta.get("dc.language", ""), "dcterms.language"),
        (_text_of(linked, "inLanguage") or "", "JSON-LD inLanguage"),
        (meta.get("og:locale", ""), "og:locale"),
    ):
        match = re.match(r"([A-Za-z]{2,3})(?:$|[-_,; ])", value.strip())
        if match:
            facts.language, facts.language_from = match[1].lower(), f"{how} is “{value.strip()[:40]}”"
            return


def _license(facts: PageFacts, tree: LexborHTMLParser, linked: list[dict[str, Any]]) -> None:
    for node in tree.css('link[rel~="license"], a[rel~="license"]'):
        if named := license_in_address(attribute(node, "href")):
            facts.license, facts.license_from = named, f"the page links to its licence: {attribute(node, 'href')[:200]}"
            return
    address = _text_of([entry for entry in linked if _is_page(entry)], "license")
    if address and (named := license_in_address(address)):
        facts.license, facts.license_from = named, f"JSON-LD license: {address[:200]}"


# -----------------------------------------------------------------------------------------------------------------
# dates

_META_DATES = (
    ("updated", ("article:modified_time", "dcterms.modified", "dc.date.modified", "og:updated_time", "last-modified")),
    ("posted", ("article:published_time", "dcterms.issued", "dcterms.created", "dc.date.issued", "dc.date")),
    ("lastReviewed", ("dcterms.datereviewed", "cdc:last_reviewed", "lastreviewed")),
    ("reviewDue", ("dcterms.valid",)),
)
_LINKED_DATES = (("updated", "dateModified"), ("posted", "datePublished"), ("lastReviewed", "lastReviewed"))


def _dates(meta: dict[str, str], linked: list[dict[str, Any]]) -> Iterator[DateLine]:
    for key, names in _META_DATES:
        for name in names:
            if name in meta and (day := day_of(meta[name])):
                yield DateLine(key, day, f"{name}: {meta[name][:40]}")
    pages = [entry for entry in linked if _is_page(entry)]
    for key, name in _LINKED_DATES:
        value = _text_of(pages, name)
        if value and (day := day_of(value)):
            yield DateLine(key, day, f"JSON-LD {name}: {value[:40]}")


_LONGEST_DATED = 300


def dates_on_page(lines: Iterable[str]) -> Iterator[DateLine]:
    """Yield the labelled dates in the visible lines of a page; a label and its date may stand in two blocks."""
    label = ""
    for line in lines:
        if len(line) > _LONGEST_DATED:
            label = ""
            continue
        if label and len(line) <= 40 and day_of(line):
            joined = dates_in_line(f"{label.rstrip(': ')}: {line}")
            if joined:
                yield from joined
                label = ""
                continue
        alone = dates_in_line(line)
        if alone:
            yield from (found for found in alone if found.on or ":" not in found.words or len(alone) > 1)
            label = line if len(alone) == 1 and alone[0].on is None else ""
            continue
        yield from dates_in_line(line, within=True) if len(line) <= 120 else ()
        label = line if len(line) <= 40 else ""
