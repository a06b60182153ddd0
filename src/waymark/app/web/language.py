"""The language of a request: the first step of its address (``/es/library``), English without one.

No cookie and no guess: an address always shows the same page, so that it can be shared. While a request is answered, `here`
says its language and `to` makes the addresses of further pages in it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.types import ASGIApp, Receive, Scope, Send

from waymark.languages.texts import NAMES, SOURCE, language_of, languages, offered_by, texts


@dataclass(frozen=True, slots=True)
class Here:
    """Where a request stands: its language, its address without the language's step, and the language to offer."""

    language: str = SOURCE
    address: str = "/"
    offered: str = SOURCE


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


class InItsLanguage:
    """Takes the language's step off the address before a route is looked for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        first, slash, rest = path[1:].partition("/")
        language = first if first != SOURCE and first in languages() else SOURCE
        if language != SOURCE:
            path = slash + rest or "/"
            scope = {**scope, "path": path, "raw_path": quote(path).encode()}
        query = scope.get("query_string", b"").decode("latin-1")
        asked_for = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        token = _here.set(Here(language, f"{quote(path)}?{query}" if query else quote(path), offered_by(asked_for)))
        try:
            await self.app(scope, receive, send)
        finally:
            _here.reset(token)


class Templates:
    """The templates of a folder, compiled once for each language.

    In a template ``_``, ``ngettext`` and ``{% trans %}`` give our own words (fields are written ``%(name)s``), ``to`` makes an
    address in the page's language, ``language`` is its code, ``day`` and ``number`` write dates and numbers as it does.
    """

    def __init__(self, folder: Path, values: Mapping[str, Any]) -> None:
        self._environments: dict[str, Environment] = {}
        for code in languages():
            words = texts(code)
            environment = Environment(
                loader=FileSystemLoader(folder),
                extensions=["jinja2.ext.i18n"],
                autoescape=True,
                auto_reload=False,
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
            )
            environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
            environment.globals.update(values)
            environment.globals.update(
                language=code, languages=[(each, NAMES.get(each, each)) for each in languages()], to=to
            )
            environment.globals.update(day=words.day, number=words.number)
            for name in environment.list_templates(["html"]):
                environment.get_template(name)  # compiled now: a request finds it ready
            self._environments[code] = environment

    def get(self, name: str) -> Template:
        """Return a template (its file name without ``.html``) in the request's language."""
        return self._environments[here().language].get_template(f"{name}.html")


def same_page(language: str) -> str:
    """Return the address of the page that is shown, in another language."""
    return to(here().address, language)
