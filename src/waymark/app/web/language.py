"""The language of a request: the first step of its address (``/es/library``), English without one.

No cookie and no guess: an address always shows the same page, so that it can be shared. While a request is answered, `here`
says its language and `to` makes the addresses of further pages in it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes
from jinja2.visitor import NodeTransformer
from starlette.types import ASGIApp, Receive, Scope, Send

from waymark.languages.texts import SOURCE, Texts, language_of, languages, name_of_language, offered_by, texts

REMEMBERED = 2048  # pieces of pages of each kind and language


@dataclass(frozen=True, slots=True)
class Here:
    """Where a request stands: its language, its address without the language's step, the language to offer, and the site's
    own address as the browser knows it ("http://localhost:8765").
    """

    language: str = SOURCE
    address: str = "/"
    offered: str = SOURCE
    site: str = ""


_NOWHERE = Here()
_here: ContextVar[Here] = ContextVar("here", default=_NOWHERE)


def here() -> Here:
    return _here.get()


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Make pages in a language without a request, as an export does; one that Waymark does not speak is English."""
    token = _here.set(Here(language_of(language)))
    try:
        yield
    finally:
        _here.reset(token)


def to(address: str, language: str | None = None) -> str:
    """Return an address of this Waymark ("/library") in a language, else in the request's."""
    language = language or here().language
    if language == SOURCE:
        return address
    return f"/{language}" if address == "/" else f"/{language}{address}"


def words() -> Texts:
    """Return our own words in the request's language."""
    return texts(here().language)


def callers_words() -> Texts:
    """Return our own words for a program: in the language of its address, else the one that it asks for (Accept-Language)."""
    return texts(here().offered if here().language == SOURCE else here().language)


def _(message: str) -> str:
    return words().gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    return words().ngettext(one, many, count)


def say(text: str) -> str:
    """Return a message in the request's language; any other text as it is."""
    return words().say(text)


def day(day: date) -> str:
    return words().day(day)


def number(number: float) -> str:
    return words().number(number)


def language_step(path: str) -> tuple[str, str]:
    """Return the language that an address begins with, and the address without that step."""
    first, slash, rest = path[1:].partition("/")
    if first != SOURCE and first in languages():
        return first, slash + rest or "/"
    return SOURCE, path


@contextmanager
def in_language_of_address(scope: Scope) -> Iterator[None]:
    """Let `here` say the language of a request's address."""
    language, path = language_step(scope["path"])
    query = scope.get("query_string", b"").decode("latin-1")
    headers = {
        name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"accept-language", b"host")
    }
    offered = offered_by(headers.get(b"accept-language", ""))
    site = f"{scope.get('scheme', 'http')}://{headers.get(b'host', '')}"
    token = _here.set(Here(language, f"{quote(path)}?{query}" if query else quote(path), offered, site))
    try:
        yield
    finally:
        _here.reset(token)


class InItsLanguage:
    """Takes the language's step off the address before a route is looked for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        language, path = language_step(scope["path"])
        with in_language_of_address(scope):
            if language != SOURCE:
                scope = {**scope, "path": path, "raw_path": quote(path).encode()}
            await self.app(scope, receive, send)


class _SaidAtOnce(NodeTransformer):
    """Puts our own words, and addresses that are always the same, into a template while it is compiled, in place of a look-up
    each time that the page is made.
    """

    def __init__(self, own: Texts, addresses: Mapping[str, Callable[[str], str]]) -> None:
        self._own = own
        self._addresses = addresses

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        plain = len(node.args) == 1 and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if plain and isinstance(node.node, nodes.Name) and isinstance(node.args[0], nodes.Const):
            named, value = node.node.name, node.args[0].value
            if named in ("_", "gettext"):
                # As a look-up gives them: our words are markup, and a per cent sign is written twice.
                said = nodes.Const(self._own.gettext(value) % {}, lineno=node.lineno)
                return nodes.MarkSafe(said, lineno=node.lineno)
            if named in self._addresses:
                return nodes.Const(self._addresses[named](value), lineno=node.lineno)
        return node


class _Environment(Environment):
    """Templates of one language. ``addresses`` are the functions that give the same address for the same words."""

    own: Texts
    addresses: dict[str, Callable[[str], str]]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        _SaidAtOnce(self.own, self.addresses).visit(parsed)
        return parsed


class Templates:
    """The templates of a folder, compiled once for each language.

    In a template ``_``, ``ngettext`` and ``{% trans %}`` give our own words (fields are written ``%(name)s``), ``to`` makes an
    address in the page's language, ``static`` (of ``values``) that of a file, ``language`` is the language's code, ``day`` and
    ``number`` write dates and numbers as it does.
    ``remembered`` names macros (template, macro) of one value that can be hashed: what they make is kept and used again.
    ``shared`` names macros with their template that need no import: an import takes 15 µs of each page.
    """

    def __init__(
        self,
        folder: Path,
        values: Mapping[str, Any],
        remembered: Mapping[str, tuple[str, str]] = MappingProxyType({}),
        shared: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._environments: dict[str, Environment] = {}
        for code in languages():
            own = texts(code)
            environment = _Environment(
                loader=FileSystemLoader(folder),
                extensions=["jinja2.ext.i18n"],
                autoescape=True,
                auto_reload=False,
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
            )
            environment.own = own
            environment.addresses = {"to": partial(to, language=code)}
            if "static" in values:
                environment.addresses["static"] = values["static"]
            environment.install_gettext_callables(own.gettext, own.ngettext, newstyle=True)  # type: ignore[attr-defined]
            environment.globals.update(values)
            environment.globals.update(
                language=code, languages=[(each, name_of_language(each)) for each in languages()], to=to
            )
            environment.globals.update(day=own.day, number=own.number, direction=direction(code))
            for name in environment.list_templates(["html"]):
                environment.get_template(name)  # compiled now: a request finds it ready
            for name, (template, macro) in remembered.items():
                made = getattr(environment.get_template(f"{template}.html").module, macro)
                environment.globals[name] = lru_cache(maxsize=REMEMBERED)(made)
            for macro, template in shared.items():
                environment.globals[macro] = getattr(environment.get_template(f"{template}.html").module, macro)
            self._environments[code] = environment

    def get(self, name: str) -> Template:
        """Return a template (its file name without ``.html``) in the request's language."""
        return self._environments[here().language].get_template(f"{name}.html")


def direction(language: str) -> str:
    """Return which way a language is written: ltr or rtl."""
    if language == SOURCE:
        return "ltr"
    from babel import Locale

    return str(Locale.parse(texts(language).locale).text_direction)


def same_page(language: str) -> str:
    """Return the address of the page that is shown, in another language.

    An answer in the source language names it, since a question in Spanish would lead to the Spanish page again.
    """
    path, _, query = here().address.partition("?")
    if path != "/ask":
        return to(here().address, language)
    pairs = [(name, value) for name, value in parse_qsl(query) if name != "lang"]
    if language == SOURCE:
        pairs.append(("lang", SOURCE))
    return to(f"{path}?{urlencode(pairs)}", language)
