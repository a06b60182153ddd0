"""Urgent signs as the pages show them: above everything, with what to do, whom of the own team to call, and the source."""

import re
from dataclasses import dataclass

from waymark.answering.urgent import EmergencyNumbers, UrgentNotice
from waymark.app.own_record import SignNow
from waymark.app.web.record.visit import Visit
from waymark.app.web.record.words import N_

_HEADINGS = {
    "emergency": N_("Get help now"),
    "crisis": N_("You do not have to face this alone"),
    "same_day": N_("Call your care team today"),
}
TEAM_FIRST = frozenset(("spinal_cord_compression", "fever_on_treatment", "line_infection"))
"""Emergencies whose advice begins with the team's own line: for these the person's number for the night stands with it. For
the others the country's number comes first, and nothing stands beside it.
"""
_NUMBER = re.compile(r"[0-9][0-9 ]{1,14}[0-9]")
_DIALLED = re.compile(r"[^0-9+]")
_HELPLINES = "findahelpline.com"


@dataclass(frozen=True, slots=True, repr=False)
class Sign:
    """One urgent notice, ready to show. ``call`` are the person's own contacts for the night: name, number, address."""

    heading: str
    level: str
    before: str
    pieces: tuple[tuple[str, str | None], ...]
    call: tuple[tuple[str, str, str], ...]
    source_title: str
    source_url: str
    item: str


def dial(number: str) -> str:
    """Return the address that a telephone dials, "" for what holds no number."""
    digits = _DIALLED.sub("", number)
    return f"tel:{digits}" if len(digits) > 1 else ""


def of_entries(visit: Visit, signs: tuple[SignNow, ...]) -> tuple[Sign, ...]:
    """Return the signs that a page of the diary called up."""
    return tuple(_sign(visit, one.notice, one.before, one.item) for one in signs)


def of_words(visit: Visit, *texts: str) -> tuple[Sign, ...]:
    """Return the signs that words call up, of a note or a question."""
    said = "\n".join(text for text in texts if text.strip())
    return tuple(_sign(visit, notice) for notice in visit.own.signs_now(said, visit.language)) if said else ()


def _sign(visit: Visit, notice: UrgentNotice, before: str = "", item: str = "") -> Sign:
    people = visit.own.team()
    night = tuple((person.called, person.phone, dial(person.phone)) for person in people.at_night if dial(person.phone))
    return Sign(
        heading=visit.say(_HEADINGS[notice.level]),
        level=notice.level,
        before=before,
        pieces=tuple(pieces(notice.say, visit.own.numbers)),
        call=night if notice.level == "same_day" or notice.sign in TEAM_FIRST else (),
        source_title=notice.source_title,
        source_url=notice.source_url if notice.source_url.startswith("https://") else "",
        item=item,
    )


def pieces(say: str, numbers: EmergencyNumbers) -> list[tuple[str, str | None]]:
    """Return advice in pieces, each with the address it leads to, or None: the country's numbers, and only they, are made
    to be tapped, since a temperature is no number to call.
    """
    known = _NUMBER.findall(f"{numbers.emergency}; {numbers.crisis}")
    leads = {number: dial(number) for number in known} | {_HELPLINES: f"https://{_HELPLINES}"}
    found = re.compile("|".join(rf"(?<!\w){re.escape(words)}(?!\w)" for words in sorted(leads, key=len, reverse=True)))
    parts: list[tuple[str, str | None]] = []
    at = 0
    for match in found.finditer(say):
        if match.start() > at:
            parts.append((say[at : match.start()], None))
        parts.append((match.group(), leads[match.group()]))
        at = match.end()
    return [*parts, (say[at:], None)] if at < len(say) else parts
