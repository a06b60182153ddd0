"""Taking a file in: it is read, shown, and kept only when the person says so, entry by entry where it is from others."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.responses import Response

from waymark.app.own_import import is_own_export, keep, read_offer
from waymark.app.own_record import OwnRecord
from waymark.app.web.record.visit import Page, Refused, Visit
from waymark.app.web.record.words import KINDS, N_
from waymark.exchange.proposals import Proposal, Reading
from waymark.languages.texts import texts
from waymark.record.errors import ImportRefused
from waymark.record.transfer import held_in, import_

_KEPT = "to take in"
MOST_SHOWN = 300
"""Proposals that are shown one by one; a table of a diary with more is taken or left as a whole."""


@dataclass(frozen=True, slots=True, repr=False)
class ToTakeIn:
    """What a file holds, shown before any of it is kept.

    ``lines`` say what is in it where it is taken as a whole; ``choices`` are taken one by one. ``keep`` gets the sources of
    those that were ticked and who takes them in, and returns a sentence that says what was kept.
    """

    what: str
    lines: tuple[str, ...]
    keep: Callable[[OwnRecord, Iterable[str], str], str]
    choices: tuple[Proposal, ...] = ()
    known: tuple[Proposal, ...] = ()
    left_out: tuple[str, ...] = ()
    whom: str = ""
    warnings: tuple[str, ...] = ()


Importer = Callable[[OwnRecord, bytes, str], ToTakeIn]
"""Reads a file for an open record, in a language. Raises `ImportRefused` for one that it does not understand."""


def own_export(own: OwnRecord, content: bytes, language: str) -> ToTakeIn:
    """Read an export of Waymark: all of it or none, since its entries belong together."""
    words = texts(language)
    counted = held_in(io.BytesIO(content))
    lines = tuple(f"{words.gettext(KINDS[kind])}: {count}" for kind, count in counted.items())

    def taken(record: OwnRecord, sources: Iterable[str], writer: str) -> str:
        done = import_(record.record, io.BytesIO(content))
        said = words.ngettext("%(num)s entry was taken in.", "%(num)s entries were taken in.", done.added)
        return said % {"num": done.added}

    return ToTakeIn(words.gettext("An export of a Waymark record"), lines, taken)


def of_others(own: OwnRecord, content: bytes, language: str) -> ToTakeIn:
    """Read a hospital's file (FHIR), or a table of a diary (CSV)."""
    words, found = texts(language), read_offer(own, content, language)

    def taken(record: OwnRecord, sources: Iterable[str], writer: str) -> str:
        count = keep(record, found, sources, writer)
        said = words.ngettext("%(num)s entry was taken in.", "%(num)s entries were taken in.", count)
        return said % {"num": count}

    known = tuple(one for one in found.proposals if one.known)
    whole = len(found.fresh) > MOST_SHOWN
    return ToTakeIn(
        found.what,
        _counts(found, words.gettext) if whole else (),
        _as_a_whole(found, taken) if whole else taken,
        () if whole else found.fresh,
        known,
        found.left_out,
        found.whom,
        found.warnings,
    )


def _as_a_whole(
    found: Reading, taken: Callable[[OwnRecord, Iterable[str], str], str]
) -> Callable[[OwnRecord, Iterable[str], str], str]:
    def all_of_it(record: OwnRecord, sources: Iterable[str], writer: str) -> str:
        return taken(record, [one.source for one in found.fresh if one.offered], writer)

    return all_of_it


def _counts(found: Reading, say: Callable[[str], str]) -> tuple[str, ...]:
    counted: dict[str, int] = {}
    for one in found.fresh:
        if one.offered:
            name = say(KINDS[one.payload.kind])
            counted[name] = counted.get(name, 0) + 1
    return tuple(f"{name}: {count}" for name, count in counted.items())


IMPORTERS: tuple[Importer, ...] = (of_others,)


def take_in(visit: Visit) -> Response:
    found: ToTakeIn | None = visit.session.kept.get(_KEPT)
    ticked = set(visit.typed.all("take")) if visit.typed.flag("keep") else None
    choices = [
        (number, one, one.offered if ticked is None else str(number) in ticked)
        for number, one in enumerate(found.choices if found else ())
    ]
    return visit.page("import", found=found, choices=choices)


def take_in_now(visit: Visit) -> Response:
    """Read a file and show what it holds; or keep what was shown and ticked."""
    if visit.typed.flag("keep"):
        found: ToTakeIn | None = visit.session.kept.get(_KEPT)
        if found is None:
            raise Refused({"file": N_("The file is not in memory any more. Choose it again.")})
        ticked = set(visit.typed.all("take"))
        sources = [one.source for number, one in enumerate(found.choices) if str(number) in ticked]
        if found.choices and not sources:
            raise Refused({"take": N_("Tick what you want to take in, or leave the file.")})
        visit.say_who(visit.typed)
        said = found.keep(visit.own, sources, visit.writer)
        visit.session.kept.pop(_KEPT, None)
        return visit.go("/record/data", said)
    if visit.typed.flag("leave"):
        visit.session.kept.pop(_KEPT, None)
        return visit.go("/record/data")
    content = visit.typed.files.get("file")
    if not content:
        raise Refused({"file": N_("Choose a file.")})
    readers: tuple[Importer, ...] = (own_export,) if is_own_export(content) else visit.pages.imports
    refused: ImportRefused | None = None
    for read in readers:
        try:
            visit.session.kept[_KEPT] = read(visit.own, content, visit.language)
            return visit.go("/record/import")
        except ImportRefused as error:
            refused = refused or error
    assert refused is not None
    raise Refused({"file": f"{visit.words.say(refused.sentence)} {visit.words.say(refused.next_step)}"})


PAGES = (Page("/record/import", take_in, take_in_now),)
