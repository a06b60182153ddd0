"""Publishers: who they are, where they publish, what may be reused and the credit that they ask for.

One small file for each in ``publishers/``. Only facts that the publisher states; a licence that is not stated is
``unknown``.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Publisher:
    """One publisher.

    ``hosts`` are exact host names, or begin with a dot for every host under them. ``license`` is that of its text.
    ``credit`` is the sentence that its reuse notice asks for, with ``{title}`` in it. ``not_reusable`` says what its
    notice leaves out. ``reuse`` is the address of the notice.
    """

    id: str
    name: str
    short_name: str
    hosts: tuple[str, ...]
    license: str
    credit: str
    language: str | None = None
    aliases: tuple[str, ...] = ()
    not_reusable: tuple[str, ...] = ()
    reuse: str | None = None
    reuse_note: str = ""

    def has_host(self, host: str) -> bool:
        """Return whether a page at ``host`` is this publisher's."""
        host = host.lower().rstrip(".")
        return any(host == own or (own.startswith(".") and host.endswith(own)) for own in self.hosts)


_CREDIT = "“{title}” was originally published by {publisher}."
_SITE_SUFFIX = re.compile(r"^(?P<title>.*\S)\s+[-–—|:·]\s+(?P<site>[^-–—|·]+?)\s*$", re.DOTALL)
_SPACE = re.compile(r"\s+")


@cache
def publishers() -> tuple[Publisher, ...]:
    """Return every publisher in the table, by id."""
    folder = files("waymark.sources").joinpath("publishers")
    found = []
    for entry in folder.iterdir():
        if entry.name.endswith(".toml"):
            facts = tomllib.loads(entry.read_text("utf-8"))
            for key in ("hosts", "aliases", "not_reusable"):
                facts[key] = tuple(facts.get(key, ()))
            found.append(Publisher(id=entry.name.removesuffix(".toml"), **facts))
    return tuple(sorted(found, key=lambda publisher: publisher.id))


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


def in_a_sentence(name: str) -> str:
    """Return a publisher's name with the article that it has inside a sentence."""
    starts = ("National", "American", "Centers", "Department", "World", "University", "Royal", "European")
    return f"the {name}" if name.startswith(starts) else name


def _plain(name: str | None) -> str:
    words = _SPACE.sub(" ", (name or "")).strip().casefold().removesuffix(".").strip()
    return words.removeprefix("the ").strip()


def _names(publisher: Publisher) -> set[str]:
    return {_plain(name) for name in (publisher.name, publisher.short_name, *publisher.aliases)}
