"""Taking in a file of others on the terminal: shown first, kept when the person says so."""

import sys

import click

from waymark.app.cli.door import Door
from waymark.app.cli.record_door import asked, plain
from waymark.app.own_import import keep, read_offer
from waymark.app.own_record import OwnRecord
from waymark.errors import UsageError
from waymark.exchange.proposals import Proposal, Reading
from waymark.languages.texts import message, texts

_SHOWN = 60


def take_in(door: Door, record: OwnRecord, content: bytes, yes: bool, only: str | None, by: str) -> None:
    """Show what a file offers, and keep what was chosen: by number, what is ticked with ``yes``, or after asking.

    Raises `ImportRefused` for a file that cannot be read, `UsageError` for a number that is not there.
    """
    words = texts(asked().language)
    found = read_offer(record, content, words.language)
    numbered = dict(enumerate(found.fresh, 1))
    chosen = _by_number(only, numbered) if only is not None else [one for one in numbered.values() if one.offered]
    kept: int | None = None
    if not door.as_json:
        click.echo(_shown(door, found, chosen), color=door.terminal.colour)
    asks = not yes and only is None and sys.stdin.isatty() and not door.as_json and bool(chosen)
    if yes or only is not None or (asks and click.confirm(f"Keep the {len(chosen)} that are ticked?", err=True)):
        kept = keep(record, found, [one.source for one in chosen], by)
    said = "Nothing was kept." if kept is None else f"{kept} entries were taken in."
    if kept is None and not asks and chosen:
        said += " To keep what is ticked: --yes; to choose: --only 1,3."
    door.show(lambda: {**_for_programs(found, chosen), "kept": kept}, lambda: said)


def _by_number(only: str, numbered: dict[int, Proposal]) -> list[Proposal]:
    try:
        wanted = [int(each) for each in only.replace(" ", "").split(",") if each]
        return [numbered[number] for number in dict.fromkeys(wanted)]
    except (ValueError, KeyError):
        raise UsageError(
            message("The file offers no such entry."), message("Give the numbers that are shown: --only 1,3")
        ) from None


def _shown(door: Door, found: Reading, chosen: list[Proposal]) -> str:
    lines = [found.what, *([found.whom] if found.whom else []), *(f"! {one}" for one in found.warnings), ""]
    for number, one in list(enumerate(found.fresh, 1))[:_SHOWN]:
        mark = "x" if one in chosen else " "
        lines.append(f"{number:>4} [{mark}] {one.line}")
        lines += [f"          {doubt}" for doubt in one.doubts]
    if len(found.fresh) > _SHOWN:
        lines.append(f"     and {len(found.fresh) - _SHOWN} more")
    known = len(found.proposals) - len(found.fresh)
    if known:
        lines += ["", f"{known} are in the record already."]
    if found.left_out:
        lines += ["", "Left out:", *(f"  {one}" for one in found.left_out)]
    return "\n".join(lines)


def _for_programs(found: Reading, chosen: list[Proposal]) -> dict[str, object]:
    return {
        "what": found.what,
        "whom": found.whom,
        "warnings": list(found.warnings),
        "offered": [
            {
                "number": number,
                "kind": one.payload.kind.value,
                "line": one.line,
                "about": plain(one.about) if one.about else None,
                "payload": plain(one.payload),
                "doubts": list(one.doubts),
                "ticked": one in chosen,
            }
            for number, one in enumerate(found.fresh, 1)
        ],
        "known": len(found.proposals) - len(found.fresh),
        "left_out": list(found.left_out),
    }
