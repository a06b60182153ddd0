"""Gathers the messages of the code and the templates, as a catalogue must hold them, through Babel's extraction."""

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_from_dir

import waymark

SOURCE = Path(waymark.__file__).parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "message": None}
METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"trimmed": "false", "silent": "false", "newstyle_gettext": "true"}}


@dataclass(frozen=True)
class Gathered:
    """One message: its words, those of its plural (or None), and where it stands."""

    one: str
    many: str | None
    where: str


def gathered(folder: Path = SOURCE) -> Iterator[Gathered]:
    """Yield every message under a folder."""
    found = extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS)
    for name, line, words, *_ in found:
        where = f"{name}:{line}"
        if isinstance(words, tuple | list):
            one, many = (*words, None)[:2]
            if one:
                yield Gathered(one, many, where)
        elif words:
            yield Gathered(words, None, where)


def literals(folder: Path = SOURCE) -> str:
    """Return every piece of text that stands in the code and the templates, messages or not, one a line."""
    pieces = [re.sub(r"\s+", " ", path.read_text("utf-8")) for path in sorted(folder.rglob("templates/**/*.html"))]
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        pieces.extend(
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
    return "\n".join(pieces)


def fields(text: str) -> list[str]:
    """Return the fields of a message, in order of their names."""
    return sorted(re.findall(r"%\((\w+)\)s|(%(?!\())", text))


def as_entries(messages: list[Gathered]) -> str:
    """Return messages as entries of a .po file, to be filled in."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    catalogue = Catalog()
    for each in messages:
        catalogue.add((each.one, each.many) if each.many else each.one, locations=[(each.where, 1)])
    out = io.BytesIO()
    write_po(out, catalogue, omit_header=True, width=0)
    return out.getvalue().decode("utf-8")
