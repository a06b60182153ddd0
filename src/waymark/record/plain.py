"""Between the shapes of entries and JSON: the form in the vault and in exports.

A field that equals its default is left out. What is written is canonical (sorted keys, no spaces), so that
the same payload always has the same hash.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from waymark.languages.texts import message
from waymark.record.dates import When
from waymark.record.errors import EntryRefused
from waymark.record.payloads import SHAPES, Interval, Kind, Payload

Reader = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What reading and writing one class needs to know, found once."""

    defaults: Mapping[str, Any]  # MISSING for a field without one
    readers: Mapping[str, Reader]  # only for fields whose JSON is not their value


_known: dict[type, _Shape] = {}


def _shape(of: type) -> _Shape:
    if of in _known:
        return _known[of]
    hints = get_type_hints(of)
    readers = {field.name: _reader(hints[field.name]) for field in fields(of)}
    _known[of] = _Shape(
        defaults={field.name: field.default for field in fields(of)},
        readers={name: reader for name, reader in readers.items() if reader is not None},
    )
    return _known[of]


def _reader(hint: Any) -> Reader | None:
    if get_origin(hint) is tuple:
        each = _reader(get_args(hint)[0])
        return lambda values: tuple(_list(values) if each is None else map(each, _list(values)))
    if isinstance(hint, UnionType):
        [inner] = [arg for arg in get_args(hint) if arg is not type(None)]
        reader = _reader(inner)
        return None if reader is None else lambda value: None if value is None else reader(value)
    if hint is When:
        return lambda value: When.parse(_string(value))
    if hint is Interval:
        return lambda value: from_plain(Interval, value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    return None


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise EntryRefused(message("A list was expected here."))
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise EntryRefused(message("A date was expected here."))
    return value


def to_plain(value: Any) -> dict[str, Any]:
    """Return a payload as JSON objects, without the fields that equal their defaults."""
    kept = {}
    for name, default in _shape(type(value)).defaults.items():
        held = getattr(value, name)
        if default is MISSING or held != default:
            kept[name] = _plain(held)
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, When):
        return str(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Interval):
        return to_plain(value)
    return value


def from_plain(shape: type, content: Any) -> Any:
    """Return the shape made from JSON objects. Raises `EntryRefused` for what does not fit it."""
    if not isinstance(content, dict):
        raise EntryRefused(message("An entry that cannot be read is in this file."))
    readers = _shape(shape).readers
    try:
        if readers:
            content = {name: readers[name](held) if name in readers else held for name, held in content.items()}
        return shape(**content)
    except (TypeError, ValueError):
        raise EntryRefused(message("An entry that cannot be read is in this file.")) from None


def written(payload: Payload) -> str:
    """Return the canonical JSON of a payload."""
    return json.dumps(to_plain(payload), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def payload(kind: Kind, content: Any) -> Payload:
    """Return the payload of a kind from its JSON objects. Raises `EntryRefused`."""
    made = from_plain(SHAPES[kind], content)
    assert isinstance(made, Payload)
    return made
