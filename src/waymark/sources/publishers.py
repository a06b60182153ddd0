"""Publishers: who they are, where they publish, what may be reused and the credit that they ask for.

One small file for each in ``publishers/`` (its README says what a file holds). Only facts that the publisher states: where
its rule is not known for certain, the rule is to ask.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from waymark.errors import WaymarkError
from waymark.library.credit import in_a_sentence

Rule = Literal["credit", "ask"]
"""``credit``: the text may be reused as it stands when the credit is given. ``ask``: not before the publisher has agreed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a publisher's site that has a rule of its own: pages that are licensed from someone else, for example."""

    path: str
    rule: Rule
    license: str
    why: str


@dataclass(frozen=True, slots=True)
class Reuse:
    """What holds for the text of one page: the rule, its licence, and why."""

    rule: Rule
    license: str
    why: str


@dataclass(frozen=True, slots=True)
class Publisher:
    """One publisher.

    ``hosts`` are exact host names, or begin with a dot for every host under them. ``rule`` and ``license`` are those of its
    text, ``parts`` what has others. ``credit`` is the sentence that its reuse notice asks for, with ``{title}`` in it;
    ``conditions`` is what it asks for besides. ``not_reusable`` says what its notice leaves out. ``reuse`` is the address
    of the notice. ``services`` begin the paths of pages that serve rather than inform: search forms, contact pages.
    """

    id: str
    name: str
    short_name: str
    hosts: tuple[str, ...]
    license: str
    credit: str
    rule: Rule = "ask"
    language: str | None = None
    aliases: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    not_reusable: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    reuse: str | None = None
    reuse_note: str = ""

    def has_host(self, host: str) -> bool:
        """Return whether a page at ``host`` is this publisher's."""
        host = host.lower().rstrip(".")
        return any(host == own or (own.startswith(".") and host.endswith(own)) for own in self.hosts)

    def reuse_of(self, address: str | None) -> Reuse:
        """Return what holds for the text of one of its pages."""
        path = _path(address)
        part = next((part for part in self.parts if path.startswith(part.path)), None)
        if part is not None:
            return Reuse(part.rule, part.license, part.why)
        why = self.reuse_note or (
            f"The reuse rule of {in_a_sentence(self.name)} is not known for certain." if self.rule == "ask" else ""
        )
        return Reuse(self.rule, self.license, why)

    def is_service(self, address: str) -> bool:
        """Return whether one of its addresses serves rather than informs: its front page, a search form, a contact page."""
        path = _path(address)
        return path in ("", "/") or any(path == place or path.startswith(f"{place}/") for place in self.services)


_CREDIT = "“{title}” was originally published by {publisher}."
_SITE_SUFFIX = re.compile(r"^(?P<title>.*\S)\s+[-–—|:·]\s+(?P<site>[^-–—|·]+?)\s*$", re.DOTALL)
_SPACE = re.compile(r"\s+")


@cache
def publishers() -> tuple[Publisher, ...]:
    """Return every publisher in the table, by id."""
    folder = files("waymark.sources").joinpath("publishers")
    found = [
        read_publisher(entry.name.removesuffix(".toml"), entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda publisher: publisher.id))


def read_publisher(publisher_id: str, text: str) -> Publisher:
    """Return the publisher of one file. Raises `WaymarkError` with a sentence for a file that breaks the rules."""
    try:
        facts = tomllib.loads(text)
        facts["parts"] = tuple(Part(**part) for part in facts.get("parts", ()))
        for key in ("hosts", "aliases", "not_reusable", "conditions", "services"):
            facts[key] = tuple(facts.get(key, ()))
        publisher = Publisher(id=publisher_id, **facts)
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise WaymarkError(
            f"The publisher's file {publisher_id}.toml cannot be read ({error}).",
            "See the README beside it for what it holds.",
        ) from error
    rules = {publisher.rule, *(part.rule for part in publisher.parts)}
    if not rules <= {"credit", "ask"} or "{title}" not in publisher.credit:
        raise WaymarkError(
            f"The publisher's file {publisher_id}.toml needs a rule (credit or ask) and a credit with {{title}} in it.",
            "See the README beside it.",
        )
    return publisher


def publisher_at(address: str | None) -> Publisher | None:
    """Return the publisher whose page an http(s) address is; None when the table does not know the host."""
    try:
        parts = urlsplit(address or "")
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return next((publisher for publisher in publishers() if publisher.has_host(host)), None)


def publisher_named(name: str | None) -> Publisher | None:
    """Return the publisher of that name, short name or alias, whatever its case; None when the table has none."""
    wanted = _plain(name or "")
    if not wanted:
        return None
    return next((publisher for publisher in publishers() if wanted in _names(publisher)), None)


def without_site(title: str, site: str | None = None, publisher: Publisher | None = None) -> str:
    """Return a page's title without the name of its site at the end ("Fatigue - NCI" becomes "Fatigue").

    ``site`` is the name that the page gives its site. Without it and without a publisher, any known publisher's name
    counts.
    """
    title = _SPACE.sub(" ", title).strip()
    names = {_plain(site)} if site else set()
    for known in (publisher,) if publisher else publishers():
        names |= _names(known)
    while match := _SITE_SUFFIX.match(title):
        if _plain(match["site"]) not in names:
            break
        title = match["title"].strip()
    return title


def attribution_for(front: Mapping[str, Any], original_title: str | None = None) -> str:
    """Return the credit line, ready to print, in the form that the publisher's reuse notice asks for.

    ``original_title`` is the page's own title where it is known better than by ``front["title"]`` (a record's title may
    carry the site's name, or be shorter than the page's heading). A record that already carries an attribution keeps
    it. The empty string when neither title nor publisher is known.
    """
    stated = front.get("attribution")
    if isinstance(stated, str) and stated.strip():
        return stated.strip()
    named = str(front.get("publisher") or front.get("source") or "").strip()
    publisher = publisher_at(str(front.get("url") or "")) or publisher_named(named)
    title = without_site(str(original_title or front.get("title") or ""), publisher=publisher)
    name = publisher.name if publisher else named
    if not title or not name:
        return name and f"Originally published by {in_a_sentence(name)}."
    form = publisher.credit if publisher else _CREDIT
    # Not str.format: a title may hold braces.
    return form.replace("{publisher}", in_a_sentence(name)).replace("{title}", title)


def _path(address: str | None) -> str:
    try:
        return unquote(urlsplit(address or "").path).lower()
    except ValueError:
        return ""


def _plain(name: str | None) -> str:
    words = _SPACE.sub(" ", (name or "")).strip().casefold().removesuffix(".").strip()
    return words.removeprefix("the ").strip()


def _names(publisher: Publisher) -> set[str]:
    return {_plain(name) for name in (publisher.name, publisher.short_name, *publisher.aliases)}
