"""A further language is one folder: an invented one is added, and every page is served in it."""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_service import TODAY, scripted
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

sys.path.insert(0, str(Path(__file__).parents[1]))

from messages import gathered
from waymark.app.web import application
from waymark.index import gloss
from waymark.languages import texts as module

HEADER = 'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);\\n"\n'
CACHES: tuple[Any, ...] = (
    module.languages,
    module.texts,
    module.name_of_language,
    module._locale,
    gloss.gloss_of,
)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def catalogue(code: str) -> str:
    """Return a catalogue in which every message stands between brackets."""
    out = [HEADER.format(code=code)]
    done: set[str] = set()
    for each in gathered():
        if each.one in done:
            continue
        done.add(each.one)
        if each.many is None:
            out.append(f"msgid {quoted(each.one)}\nmsgstr {quoted(f'⟦{each.one}⟧')}\n")
        else:
            forms = "\n".join(f"msgstr[{n}] {quoted(f'⟦{n}:{each.many}⟧')}" for n in range(3))
            out.append(f"msgid {quoted(each.one)}\nmsgid_plural {quoted(each.many)}\n{forms}\n")
    return "\n".join(out)


@pytest.fixture(params=["qx", "ar"])
def third(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put a folder of an invented language ("qx", which CLDR does not know) or of Arabic beside the Spanish one."""
    code = str(request.param)
    shutil.copytree(module.FOLDER / "es", tmp_path / "es")
    (tmp_path / code).mkdir()
    (tmp_path / code / "all.po").write_text(catalogue(code), encoding="utf-8")
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(gloss, "FOLDER", tmp_path)
    for cache in CACHES:
        cache.cache_clear()
    yield code
    monkeypatch.undo()
    for cache in CACHES:
        cache.cache_clear()


def test_every_page_is_served_in_it(third: str) -> None:
    client = TestClient(application.create_app(scripted(), today=lambda: TODAY), base_url="http://localhost")
    assert module.languages() == ("en", *sorted(["es", third]))
    for path in ("/", "/ask?q=Which+kinds+are+there%3F", "/library", "/about", "/documents/river-kinds", "/nothing"):
        html = HTMLParser(client.get(f"/{third}{path if path != '/' else ''}").text)
        root = html.css_first("html")
        assert root.attributes["lang"] == third
        assert root.attributes.get("dir") == ("rtl" if third == "ar" else None)
        said = html.css_first("main").text()
        assert "⟦" in said, path
        assert not re.search(r"%\(\w+\)s", said), "fields are filled"
        for other in html.css("nav a"):
            assert other.attributes["href"].startswith(f"/{third}")
    assert f"/{third}/library" in {
        a.attributes["href"] for a in HTMLParser(client.get("/library").text).css(".languages a")
    }


def test_its_plural_forms_are_its_own(third: str) -> None:
    own = module.texts(third)
    one, many = "%(total)s document", "%(total)s documents"
    assert [own.ngettext(one, many, count)[:3] for count in (1, 2, 7)] == ["⟦0:", "⟦1:", "⟦2:"]
    assert own.day(TODAY) and own.number(1234.5)
    assert module.language_of(f"{third}-XX") == third and module.offered_by(f"{third},en;q=0.1") == third
