"""Between the fields of a form and what an entry says: filling a form from an entry, and reading one back."""

from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of
from dataclasses import replace
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from waymark.app.web.record.fields import DEFAULTS, Asks, Field
from waymark.app.web.record.typed import Form
from waymark.app.web.record.visit import Refused
from waymark.app.web.record.when import NotADate, clock_time, parts_of, read_when, typed_parts
from waymark.app.web.record.words import N_
from waymark.record.dates import UNKNOWN, Precision, When
from waymark.record.payloads import Interval, Payload, Unit

Values = dict[str, Any]


def filled(asks: Asks, payload: Payload | None, about: When, handle: Callable[[str], str]) -> Values:
    """Return what a form shows for an entry (or for a new one): texts, parts of dates, chosen values."""
    values: Values = {}
    for field in asks.fields:
        if field.kind == "about":
            values[field.name] = parts_of(about)
            continue
        held = getattr(payload, field.name) if payload is not None else DEFAULTS.get((asks.kind, field.name))
        values[field.name] = _shown(field, held, handle)
    return values


def _shown(field: Field, held: Any, handle: Callable[[str], str]) -> Any:
    if field.kind == "when":
        return parts_of(held or UNKNOWN)
    if field.kind == "interval":
        return _interval_shown(held)
    if field.kind == "ticks":
        return tuple(each.value for each in held) if isinstance(held, tuple) else (held,) if held else ()
    if field.kind == "lines":
        return "\n".join(held or ())
    if field.kind == "tick":
        return bool(held)
    if field.kind == "maybe":
        return "" if held is None else "yes" if held else "no"
    if field.kind == "of":
        return handle(held) if held else ""
    return "" if held is None else str(held.value if isinstance(held, StrEnum) else held)


def _interval_shown(held: Interval | None) -> Values:
    if held is None:
        return {
            "on": False,
            "every": "",
            "unit": Unit.MONTHS.value,
            "anchor": parts_of(UNKNOWN),
            "anchor_name": "",
            "times": "",
            "on_anchor": False,
        }
    return {
        "on": True,
        "every": str(held.every),
        "unit": held.unit.value,
        "anchor": parts_of(held.anchor),
        "anchor_name": held.anchor_name,
        "times": str(held.times or ""),
        "on_anchor": held.on_anchor,
    }


def again(asks: Asks, form: Form) -> Values:
    """Return what a form shows of what was typed, as it was typed."""
    values: Values = {}
    for field in asks.fields:
        name = field.name
        if field.kind in ("when", "about"):
            values[name] = typed_parts(form, name)
        elif field.kind == "ticks":
            values[name] = form.all(name)
        elif field.kind == "tick":
            values[name] = form.flag(name)
        elif field.kind == "interval":
            values[name] = {
                "on": form.flag("repeats"),
                "every": form.one("every"),
                "unit": form.one("unit"),
                "anchor": typed_parts(form, "anchor"),
                "anchor_name": form.one("anchor_name"),
                "times": form.one("times"),
                "on_anchor": form.flag("on_anchor"),
            }
        else:
            values[name] = form.one(name)
    return values


def read(
    asks: Asks, form: Form, origin_of: Callable[[str], str | None], base: Payload | None = None
) -> tuple[Payload, When | None]:
    """Return what the form says, and the date that it is about (None: the payload's own).

    ``origin_of`` gives the id behind a handle of another entry; ``base`` is what is corrected: what the form does not ask for
    stays. Raises `Refused` with a sentence beside each field that cannot be meant, and `EntryRefused`.
    """
    faults: dict[str, str] = {}
    held: Values = {}
    about: When | None = None
    for field in asks.fields:
        try:
            value = _read(asks, field, form, origin_of)
        except NotADate as error:
            faults[field.name] = str(error.args[0])
            continue
        if field.kind == "about":
            about = value
        else:
            held[field.name] = value
    if faults:
        raise Refused(faults)
    if base is not None:
        return replace(base, **held), about
    return asks.shape(**held), about


def _read(asks: Asks, field: Field, form: Form, origin_of: Callable[[str], str | None]) -> Any:
    name = field.name
    if field.kind in ("when", "about"):
        return read_when(form, name)
    if field.kind == "interval":
        return _interval(form) if form.flag("repeats") else None
    if field.kind == "lines":
        return tuple(" ".join(line.split()) for line in form.one(name).split("\n") if line.strip())
    if field.kind == "tick":
        return form.flag(name)
    if field.kind == "maybe":
        return {"yes": True, "no": False}.get(form.one(name))
    if field.kind == "of":
        return origin_of(form.one(name)) if form.one(name) else None
    if field.kind == "cancer":
        return form.one(name) or None
    if field.kind == "whole":
        return _whole(form.one(name))
    if field.kind == "time":
        return clock_time(form.one(name))
    if field.kind in ("radios", "ticks"):
        kind = _choice_of(asks, name)
        chosen = tuple(kind(each) for each in form.all(name) if each in set(kind))
        if field.kind == "ticks":
            return _only_said(chosen)
        if not chosen:
            raise NotADate(N_("Choose one of these."))
        return chosen[-1]
    return form.one(name)


def _only_said(chosen: tuple[StrEnum, ...]) -> tuple[StrEnum, ...]:
    """Leave out “not said” where something was said; a person who ticks a place forgets to untick it."""
    from waymark.record.payloads import Spread

    said = tuple(each for each in dict.fromkeys(chosen) if each is not Spread.NOT_SAID)
    return said or (Spread.NOT_SAID,)


def _interval(form: Form) -> Interval:
    every = form.one("every")
    if not every.isascii() or not every.isdigit() or not 1 <= int(every) <= 3660:
        raise NotADate(N_("How often? Write a whole number, for example 3 with “months”."))
    anchor = read_when(form, "anchor")
    if anchor.precision is not Precision.DAY:
        raise NotADate(N_("From which day does it count? Give day, month and year."))
    times = form.one("times")
    return Interval(
        int(every),
        Unit(form.one("unit")) if form.one("unit") in set(Unit) else Unit.MONTHS,
        anchor,
        _whole(times) if times else None,
        form.flag("on_anchor"),
        form.one("anchor_name"),
    )


def _whole(said: str) -> int:
    if not said.isascii() or not said.isdigit() or len(said) > 4:
        raise NotADate(N_("Write a whole number."))
    return int(said)


def _choice_of(asks: Asks, name: str) -> type[StrEnum]:
    hint = get_type_hints(asks.shape)[name]
    kind = next((each for each in get_args(hint) if isinstance(each, type)), hint)
    assert issubclass(kind, StrEnum)
    return kind


def texts_of(payload: Payload) -> Mapping[str, str]:
    """Return every text of an entry, by its field."""
    held = {each.name: getattr(payload, each.name) for each in fields_of(payload)}
    return {name: value for name, value in held.items() if isinstance(value, str) and not isinstance(value, StrEnum)}
