"""Commands on single entries of any kind: their history, a correction, taking one back."""

import json
from typing import Any

import click

from waymark.app.cli.door import Door, json_option, pass_door
from waymark.app.cli.record_door import by_option, entry_of, own_record, record_options, short, when
from waymark.errors import UsageError
from waymark.languages.texts import message
from waymark.record.dates import When
from waymark.record.entries import Entry
from waymark.record.plain import payload, to_plain


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.origin,
        "version": entry.id,
        "kind": entry.kind.value,
        "about": str(entry.about_when) if entry.about_when.known else None,
        "recorded_at": entry.recorded_at.isoformat(),
        "reported_by": entry.reported_by,
        "reason": entry.amends.reason if entry.amends else "",
        "says": None if entry.payload is None else to_plain(entry.payload),
    }


@click.command("history")
@click.argument("entry", metavar="ID")
@record_options
@json_option
@pass_door
def history_(door: Door, entry: str) -> None:
    """Show an entry with everything that it said before it was corrected."""
    with own_record(door) as record:
        versions = record.history(entry_of(record, entry).origin)

    def for_people() -> str:
        lines = []
        for one in versions:
            said = "taken back" if one.payload is None else json.dumps(to_plain(one.payload), ensure_ascii=False)
            why = f" ({one.amends.reason})" if one.amends and one.amends.reason else ""
            lines.append(f"{one.recorded_at:%Y-%m-%d %H:%M} UTC, {one.reported_by}{why}: {said}")
        return "\n".join(lines)

    door.show(lambda: {"versions": [_entry_json(one) for one in versions]}, for_people)


@click.command("correct")
@click.argument("entry", metavar="ID")
@click.argument("changes", nargs=-1, metavar="FIELD=VALUE...")
@click.option("--on", "on", type=when, metavar="DATE", help="Another date that it is about.")
@click.option("--why", default="", metavar="TEXT", help="Why it is corrected.")
@by_option
@record_options
@json_option
@pass_door
def correct_(door: Door, entry: str, changes: tuple[str, ...], on: When | None, why: str, by: str) -> None:
    """Correct an entry: what it said before stays in its history. FIELD= empties a field.

    \b
    waymark record correct 3f2a91bc severity=2 note="worse at night"
    """
    with own_record(door) as record:
        held = entry_of(record, entry)
        assert held.payload is not None
        if not changes and on is None:
            fields = ", ".join(type(held.payload).__dataclass_fields__)
            raise UsageError(
                message("Nothing is changed."),
                message("Name a field and its value. It has: %(fields)s.", fields=fields),
            )
        content = to_plain(held.payload)
        for change in changes:
            name, equals, value = change.partition("=")
            if not equals or name not in type(held.payload).__dataclass_fields__:
                fields = ", ".join(type(held.payload).__dataclass_fields__)
                raise UsageError(
                    message("“%(change)s” names no field of this entry.", change=change),
                    message("It has: %(fields)s.", fields=fields),
                )
            if value == "":
                content.pop(name, None)
            else:
                content[name] = _value(value, content.get(name), type(held.payload).__dataclass_fields__[name].type)
        kept = record.amend(held.id, payload(held.kind, content), reason=why, about=on, reported_by=by)
    door.show(lambda: _entry_json(kept), lambda: f"Corrected.  [{short(kept.origin)}]")


def _value(typed: str, before: Any, hint: Any) -> Any:
    """Return a typed value as JSON holds it: numbers, yes and no, lists by commas, else text."""
    kinds = str(hint)
    if "int" in kinds and "Interval" not in kinds and typed.lstrip("-").isdecimal():
        return int(typed)
    if "bool" in kinds and typed.lower() in ("yes", "no", "true", "false"):
        return typed.lower() in ("yes", "true")
    if isinstance(before, list) or "tuple" in kinds:
        return [each.strip() for each in typed.split(",") if each.strip()]
    return typed


@click.command("strike")
@click.argument("entry", metavar="ID")
@click.option("--why", default="", metavar="TEXT", help="Why it is taken back.")
@by_option
@record_options
@json_option
@pass_door
def strike_(door: Door, entry: str, why: str, by: str) -> None:
    """Take an entry back: it is shown no more, and stays in its history."""
    with own_record(door) as record:
        kept = record.strike(entry_of(record, entry).origin, why, reported_by=by)
    door.show(lambda: _entry_json(kept), lambda: "Taken back. It stays in its history.")
