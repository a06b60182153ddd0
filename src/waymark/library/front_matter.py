"""The front matter: the YAML between two lines of three hyphens that says who, what and when of a Markdown
document.

YAML 1.2, read without surprises: `no` stays a word, a date stays the text that was written, a number under a
key that holds words stays as written. What has no place in a record (anchors, aliases, tags, duplicate keys,
deep nesting, more than 64 kB) is refused with its line.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from waymark.errors import InvalidDocument

LARGEST = 64 * 1024
"""Bytes of UTF-8 that the YAML of one document may have."""
DEEPEST = 6
"""Mappings and lists inside one another, the outermost counted as 1."""
LONGEST_KEY = 200
_LONGEST_NUMBER = 100


class Form(StrEnum):
    """What a key holds. Every key may also be null, which says that the value is not known."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"  # a date, or a date with a time
    ADDRESS = "address"
    LANGUAGE = "language"
    WORD = "word"  # one of a few
    WORDS = "words"  # a list of texts
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the front matter: what it holds, what it means, and the words that it may have."""

    name: str
    form: Form
    meaning: str
    words: tuple[str, ...] = ()


_STATUSES = ("active", "draft", "in_review", "published", "superseded", "withdrawn")

REQUIRED: tuple[Key, ...] = (
    Key("audienceLevel", Form.WORD, "Who it is written for.", ("patient", "professional")),
    Key("cancerTypes", Form.WORDS, "The cancers that it is about."),
    Key("citation", Form.TEXT, "How to cite it."),
    Key("language", Form.LANGUAGE, "The language it is in (BCP 47)."),
    Key("lastReviewed", Form.DATE, "The day of the publisher's own last review."),
    Key("license", Form.TEXT, "What may be done with the text."),
    Key("reviewFrequency", Form.TEXT, "How long a review holds."),
    Key("source", Form.TEXT, "The publisher."),
    Key("sourceType", Form.TEXT, "The collection that it was taken from."),
    Key("status", Form.WORD, "Where it stands in its life; active means published by its source.", _STATUSES),
    Key("tags", Form.WORDS, "What sort of page it is."),
    Key("title", Form.TEXT, "Its title."),
    Key("url", Form.ADDRESS, "The publisher's address of it."),
    Key("version", Form.TEXT, "The name of this version."),
)
"""The keys that every governed document has, in the order in which they are written."""

ADDED: tuple[Key, ...] = (
    Key("id", Form.TEXT, "The name of the document in the library."),
    Key("contentHash", Form.TEXT, "sha256: and the digest of the body in UTF-8."),
    Key("retrieved", Form.MOMENT, "When the source was read."),
    Key("updated", Form.DATE, "The day of the publisher's last change."),
    Key("posted", Form.DATE, "The day on which the publisher first put it out."),
    Key("reviewDue", Form.DATE, "The last day on which the review holds."),
    Key("reviewedBy", Form.TEXT, "The person or board that reviewed it."),
    Key("assets", Form.ANY, "Images and tables, each with its own credit and licence."),
    Key("attribution", Form.TEXT, "The credit that the publisher asks for, ready to print."),
    Key("supersedes", Form.ANY, "The document that this one takes the place of."),
    Key("translationOf", Form.TEXT, "The document of the library that this one is a translation of."),
    Key("translatedVersion", Form.TEXT, "The version of that document that was translated."),
    Key("topics", Form.WORDS, "What it is about besides the cancer."),
    Key("readingGrade", Form.ANY, "The school grade that the text reads at."),
    Key("otherVersion", Form.ANY, "The page's version for the other audience, and its address."),
    Key("decided", Form.ANY, "What an editor decided: value, who, when and why."),
    Key("undecided", Form.ANY, "What only a person can decide, and what speaks for it."),
    Key("evidence", Form.ANY, "Why each derived value is what it is."),
    Key("sources", Form.ANY, "The pages that its facts come from."),
)
"""The keys that Waymark adds, in the order in which they are written."""

_KEYS: Mapping[str, Key] = {key.name: key for key in (*REQUIRED, *ADDED)}
_ORDER = tuple(_KEYS)

_FENCE = re.compile(r"---[ \t]*(?:\r\n|\n|\r|\Z)")
_CLOSING_FENCE = re.compile(r"^---[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r")
_ONE_LINE_END = re.compile(r"\r\n|\n|\r")
# The core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/, section 10.3.2).
_NULL = re.compile(r"(?:null|Null|NULL|~|)\Z")
_TRUE = re.compile(r"(?:true|True|TRUE)\Z")
_FALSE = re.compile(r"(?:false|False|FALSE)\Z")
_WHOLE = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+\Z")
_FRACTION = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
# Words that some reader of YAML takes for something else than a word.
_LOOK_ALIKES = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_NO_NUMBER = re.compile(r"[g-np-wyzG-NP-WYZ]")
_LIKE_A_DATE = re.compile(r"[0-9]{4}-[0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[-+][0-9]{2}:?[0-9]{2})?)?\Z"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z")
_ADDRESS = re.compile(r"(?:https?://[^\s/]|waymark:)[^\s]*\Z")


@dataclass(frozen=True, slots=True)
class _Scalar:
    text: str
    plain: bool  # without quotes, so that it may be a number or null
    line: int


@dataclass(frozen=True, slots=True)
class _List:
    items: "list[_Node]"
    line: int


@dataclass(frozen=True, slots=True)
class _Mapping:
    entries: "dict[str, _Node]"
    line: int


_Node = _Scalar | _List | _Mapping


def has_front_matter(text: str) -> bool:
    """Return whether the text begins with a line of three hyphens and has a second one."""
    return _cut(text) is not None


def _cut(text: str) -> tuple[str, str] | None:
    text = text.removeprefix("\ufeff")
    first = _FENCE.match(text)
    if first is None:
        return None
    # The pattern's ^ knows \n alone, so line ends of other systems are made plain in a copy of the head only.
    last = _CLOSING_FENCE.search(text, first.end())
    if last is None and "\r" in text:
        plain = _LINE_END.sub("\n", text)
        return None if plain == text else _cut(plain)
    if last is None:
        return None
    yaml, rest = text[first.end() : last.start()], text[last.end() :]
    blank = _ONE_LINE_END.match(rest)
    return _LINE_END.sub("\n", yaml), rest[blank.end() :] if blank else rest


def split(text: str) -> tuple[str, str]:
    """Return the YAML and the source (what follows, less one blank line) of a document's file.

    Raises `InvalidDocument` when the text does not begin with front matter.
    """
    parts = _cut(text)
    if parts is not None:
        return parts
    if _FENCE.match(text.removeprefix("\ufeff")):
        raise InvalidDocument(
            "The front matter begins on line 1 and does not end.",
            "Close it with a line of three hyphens (---).",
        )
    raise InvalidDocument(
        "This text has no front matter.",
        "Begin it with a line of three hyphens (---), the keys, and such a line again.",
    )


def read(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter as a mapping, and the source, of a document's file.

    The known keys hold texts, lists of texts, or None; unknown keys are kept with what they hold. Required
    keys may be missing (see `missing`): a record that lacks one is kept back by the checks, not lost here. Raises
    `InvalidDocument` with the line for everything that is no front matter.
    """
    yaml, source = split(text)
    return parse(yaml), source


def parse(yaml: str) -> dict[str, Any]:
    """Return what the YAML between the fences says; errors count the opening fence as line 1."""
    size = len(yaml.encode("utf-8", "replace"))
    if size > LARGEST:
        raise InvalidDocument(
            f"The front matter has {size:,} bytes; at most {LARGEST:,} are read.",
            "Move long text below the front matter.",
        )
    root = _nodes(yaml)
    if isinstance(root, _Scalar) and root.plain and _NULL.match(root.text):
        return {}
    if not isinstance(root, _Mapping):
        raise InvalidDocument(
            f"Line {root.line} of the front matter is not a list of keys.", "Write each as “key: value”."
        )
    return {name: _value(name, node) for name, node in root.entries.items()}


def missing(front: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the required keys that are absent, in order."""
    return tuple(key.name for key in REQUIRED if key.name not in front)


def as_date(value: object) -> date | None:
    """Return the day that a value names (a time after it is left out); None when it names none."""
    if not isinstance(value, str) or not _DATE.match(value[:10]):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


# ----------------------------------------------------------------------------------------------- reading YAML


def _nodes(yaml: str) -> _Node:
    """Return the tree of the YAML, each value with its line.

    Built from the parser's events instead of by its constructor: so nothing is expanded before it is judged,
    and no value is turned into something that was not written.
    """
    try:
        return _compose(yaml)
    except InvalidDocument:
        raise
    except Exception as error:  # the parser keeps its promise for ordinary text; ours is for all text
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> InvalidDocument:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or "")
    where = f"Line {mark.line + 2} of the front matter" if mark is not None else "The front matter"
    if "mapping values are not allowed" in problem:
        hint = "A text that holds a colon and a space needs quotes around it."
    elif "special characters are not allowed" in str(error):
        hint = "It holds an invisible control character: take it out."
    elif "\\t" in problem:
        hint = "Indent with spaces, not with tabs."
    elif "quoted scalar" in str(error):
        hint = "A quote that opens must close."
    else:
        hint = f"The reader says: {problem}." if problem else "Write each line as “key: value”."
    return InvalidDocument(f"{where} cannot be read as YAML.", hint)


def _compose(yaml: str) -> _Node:
    from ruamel.yaml import YAML
    from ruamel.yaml.events import (
        AliasEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )

    root: _Node | None = None
    open_nodes: list[_List | _Mapping] = []
    keys: list[str | None] = []  # for each open mapping, the key that waits for its value
    documents = 0

    def place(node: _Node) -> None:
        nonlocal root
        if not open_nodes:
            root = node
            return
        parent = open_nodes[-1]
        if isinstance(parent, _List):
            parent.items.append(node)
        elif keys[-1] is None:
            keys[-1] = _key(node, parent)
        else:
            parent.entries[keys[-1]] = node
            keys[-1] = None

    for event in YAML(typ="safe", pure=True).parse(yaml):
        line = event.start_mark.line + 2
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1 or event.explicit:
                raise InvalidDocument(
                    f"Line {line} of the front matter begins a second one.", "Keep one block of keys."
                )
            continue
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise InvalidDocument(
                f"Line {line} of the front matter refers to another line (& or *).",
                "Write the value itself, or quote it.",
            )
        if getattr(event, "tag", None):
            raise InvalidDocument(
                f"Line {line} of the front matter has a tag (!).", "Write the value itself, or quote it."
            )
        if isinstance(event, ScalarEvent):
            place(_Scalar(event.value, bool(event.implicit[0]) and event.style is None, line))
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            if len(open_nodes) >= DEEPEST:
                raise InvalidDocument(
                    f"Line {line} of the front matter is nested deeper than {DEEPEST} levels.",
                    "Make the value flatter.",
                )
            node: _List | _Mapping
            node = _Mapping({}, line) if isinstance(event, MappingStartEvent) else _List([], line)
            place(node)
            open_nodes.append(node)
            keys.append(None)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            open_nodes.pop()
            keys.pop()
    return root if root is not None else _Scalar("", True, 2)


def _key(node: _Node, parent: _Mapping) -> str:
    if not isinstance(node, _Scalar):
        raise InvalidDocument(
            f"Line {node.line} of the front matter has a list or mapping as a key.", "A key is a word."
        )
    if node.plain and node.text == "<<":
        raise InvalidDocument(
            f"Line {node.line} of the front matter merges another mapping (<<).", "Write its keys here."
        )
    if not node.text:
        raise InvalidDocument(f"Line {node.line} of the front matter has a value without a key.", "Name the key.")
    if len(node.text) > LONGEST_KEY:
        raise InvalidDocument(
            f"Line {node.line} of the front matter has a key of {len(node.text)} characters.",
            f"A key has at most {LONGEST_KEY}.",
        )
    _refuse_half_characters(node.text, f"Line {node.line} of the front matter")
    if node.text in parent.entries:
        raise InvalidDocument(
            f"Line {node.line} of the front matter has the key “{_short(node.text)}” a second time.",
            "Keep one of them.",
        )
    return node.text


def _refuse_half_characters(text: str, where: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidDocument(f"{where} holds half a character (a lone surrogate).", "Write the whole character.")


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _plain(node: _Node) -> Any:
    """Return the value by the core schema of YAML 1.2; a date is a text."""
    if isinstance(node, _List):
        return [_plain(item) for item in node.items]
    if isinstance(node, _Mapping):
        return {name: _plain(value) for name, value in node.entries.items()}
    text = node.text
    _refuse_half_characters(text, f"Line {node.line} of the front matter")
    if not node.plain:
        return text
    if _NULL.match(text):
        return None
    if _TRUE.match(text):
        return True
    if _FALSE.match(text):
        return False
    base = 10 if _WHOLE.match(text) else 8 if _OCTAL.match(text) else 16 if _HEXADECIMAL.match(text) else 0
    is_number = bool(base or _FRACTION.match(text))
    if not is_number and not _NOT_FINITE.match(text):
        return text
    where, mend = f"Line {node.line} of the front matter", "Quote it to keep it as a text."
    if is_number and len(text) > _LONGEST_NUMBER:
        raise InvalidDocument(f"{where} has a number of {len(text)} digits.", mend)
    number = (int(text, 0 if base != 10 else 10) if base else float(text)) if is_number else math.inf
    if not math.isfinite(number):
        raise InvalidDocument(f"{where} has “{_short(text)}”, which is no finite number.", mend)
    return number


def _value(name: str, node: _Node) -> Any:
    key = _KEYS.get(name)
    if key is None or key.form is Form.ANY:
        return _plain(node)
    if isinstance(node, _Scalar) and node.plain and _NULL.match(node.text):
        return None
    if key.form is Form.WORDS:
        return _words(key, node)
    if not isinstance(node, _Scalar):
        raise InvalidDocument(f"Line {node.line}: {name} holds more than one value.", "Write one text, or null.")
    _refuse_half_characters(node.text, f"Line {node.line} of the front matter")
    fault = _fault(key, node.text)
    if fault:
        raise InvalidDocument(f"Line {node.line}: {name} is “{_short(node.text)}”, {fault[0]}.", fault[1])
    return node.text


def _words(key: Key, node: _Node) -> list[str]:
    if isinstance(node, _Scalar):
        node = _List([node], node.line)
    if isinstance(node, _Mapping):
        raise InvalidDocument(
            f"Line {node.line}: {key.name} holds keys.", "Write a list: one value a line, each after “- ”."
        )
    words = []
    for item in node.items:
        if not isinstance(item, _Scalar):
            raise InvalidDocument(f"Line {item.line}: {key.name} holds a list in a list.", "Write one value a line.")
        _refuse_half_characters(item.text, f"Line {item.line} of the front matter")
        words.append(item.text)
    return words


def _fault(key: Key, text: str) -> tuple[str, str] | None:
    """Return what is wrong with a text under a known key, and what to do; None when nothing is."""
    if key.form is Form.WORD and text not in key.words:
        return "which it cannot be", f"Use one of: {', '.join(key.words)}."
    if key.form in (Form.DATE, Form.MOMENT):
        pattern = _DATE if key.form is Form.DATE else _MOMENT
        if not pattern.match(text) or as_date(text) is None:
            return "which is no date", "Write it as 2025-12-30, or null when it is not known."
    if key.form is Form.ADDRESS and not _ADDRESS.match(text):
        return "which is no web address", "Write it in full, from https:// on, or null when there is none."
    if key.form is Form.LANGUAGE and not _LANGUAGE.match(text):
        return "which is no language", "Use its code: en, es, pt-BR."
    return None


# ----------------------------------------------------------------------------------------------- writing YAML


def write(front: Mapping[str, Any], source: str) -> str:
    """Return the text of a file that `read` reads back to the same front matter and the same source.

    Keys stand in a fixed order (the required ones, Waymark's own, then the others as they come). Tuples are
    written as lists and dates as their text. Raises `InvalidDocument` for what front matter cannot hold.
    """
    return f"---\n{dump(front)}---\n\n{source}"


def dump(front: Mapping[str, Any]) -> str:
    """Return the YAML between the fences, each line ended."""
    names = [name for name in _ORDER if name in front] + [name for name in front if name not in _KEYS]
    lines: list[str] = []
    for name in names:
        _write_entry(lines, name, front[name], "", 1)
    yaml = "".join(f"{line}\n" for line in lines)
    if len(yaml.encode("utf-8")) > LARGEST:
        raise InvalidDocument(f"The front matter would have more than {LARGEST:,} bytes.", "Shorten its longest value.")
    return yaml


def _write_entry(lines: list[str], name: object, value: object, indent: str, depth: int) -> None:
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_KEY:
        raise InvalidDocument(
            f"A key of the front matter is {name!r:.80}.",
            f"A key is a text of 1 to {LONGEST_KEY} characters.",
        )
    _write_after(lines, f"{indent}{_scalar(name)}:", value, indent, depth)


def _write_after(lines: list[str], head: str, value: object, indent: str, depth: int) -> None:
    """Add ``value`` after ``head``, which is a key or the hyphen of an item, on its line or on the lines
    below.
    """
    is_list = isinstance(value, Sequence) and not isinstance(value, (str, bytes))
    if not is_list and not isinstance(value, Mapping):
        lines.append(f"{head} {_scalar(value)}")
        return
    if depth >= DEEPEST:
        raise InvalidDocument(f"The front matter is nested deeper than {DEEPEST} levels.", "Make the value flatter.")
    if not value:
        lines.append(f"{head} {'[]' if is_list else '{}'}")
        return
    first = len(lines)
    hyphen = head.endswith("-")
    below = indent + "  " if hyphen or not is_list else indent
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _write_entry(lines, name, inner, below, depth + 1)
    elif isinstance(value, Sequence):
        for item in value:
            _write_after(lines, f"{below}-", item, below, depth + 1)
    if hyphen:
        lines[first] = f"{head} {lines[first][len(below) :]}"
    else:
        lines.insert(first, head)


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return _text(value.isoformat())
    if isinstance(value, str):
        return _text(str(value))
    if isinstance(value, (int, float)):
        number = repr(value)
        if not math.isfinite(value) or len(number) > _LONGEST_NUMBER:
            raise InvalidDocument(f"Front matter cannot hold the number {_short(number)}.", "Write it as a text.")
        return number
    raise InvalidDocument(
        f"Front matter cannot hold a value of the type {type(value).__name__}.", "Write it as a text."
    )


def _text(text: str) -> str:
    """Return the text as a YAML scalar on one line: plain where nobody can mistake it, else quoted."""
    _refuse_half_characters(text, "The front matter")
    if not text.isprintable():
        return '"' + "".join(_escaped(character) for character in text) + '"'
    if not _needs_quotes(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _needs_quotes(text: str) -> bool:
    first = text[:1]
    if first.isdecimal():
        # 02_core can be nothing but a word; 1_000, 0x1F, 1e5, 2025-12-30 and 12:30:45 are numbers or dates to
        # some reader.
        may_be_word = first.isascii() and _NO_NUMBER.search(text) and not _LIKE_A_DATE.match(text)
    else:
        may_be_word = first.isalpha() and text.lower() not in _LOOK_ALIKES
    return not may_be_word or ": " in text or " #" in text or text[-1] in ": "


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "\n":
        return "\\n"
    if character == "\t":
        return "\\t"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


# ------------------------------------------------------------------------------------------------ JSON Schema


def front_matter_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a governed document's front matter, made of the same table that
    reads it.
    """
    keys: Iterable[Key] = (*REQUIRED, *ADDED)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a governed document",
        "type": "object",
        "properties": {key.name: {"description": key.meaning, **_schema_of(key)} for key in keys},
        "required": [key.name for key in REQUIRED],
        "additionalProperties": True,
    }


def _schema_of(key: Key) -> dict[str, Any]:
    if key.form is Form.WORDS:
        return {"type": ["array", "null"], "items": {"type": "string"}}
    if key.form is Form.WORD:
        return {"enum": [*key.words, None]}
    if key.form is Form.ANY:
        return {}
    patterns = {Form.DATE: _DATE, Form.MOMENT: _MOMENT, Form.ADDRESS: _ADDRESS, Form.LANGUAGE: _LANGUAGE}
    schema: dict[str, Any] = {"type": ["string", "null"]}
    if key.form in patterns:
        schema["pattern"] = "^" + patterns[key.form].pattern.removesuffix(r"\Z") + "$"
    return schema
