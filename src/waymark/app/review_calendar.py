"""Reviews as a calendar (iCalendar, RFC 5545): the last day of each review as a whole day, for the librarian's own calendar.

Plain on purpose: a day says how many reviews end on it, and which is for whoever opens it.
"""

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Literal

from waymark.languages.texts import Texts, texts
from waymark.library.document import Card

By = Literal["day", "document"]
_NAMESPACE = uuid.UUID("5f0a6b0e-8f0c-4d53-9a3b-0d6a4a4f7c11")  # ours; RFC 9562 asks only that it stays the same
_LISTED = 40  # titles in one day's description


def calendar(cards: Iterable[Card], library: str, at: datetime, by: By = "day", language: str = "en") -> bytes:
    """Return the reviews of these documents as one calendar: CRLF line ends, lines folded at 75 octets.

    ``library`` is what tells this library from others (`Catalogue.identity`); an event keeps its identity (UID) for as long as
    its day, or with ``by="document"`` its document, is there, so that a calendar that reads this again moves events instead of
    doubling them. No name of a machine or a person is in it. Documents whose review has no known end have no event.
    """
    from icalendar import Calendar, Event

    words = texts(language)
    made = Calendar()
    made.add("prodid", "-//Waymark//Reviews//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", words.gettext("Reviews due"))
    dated = sorted((c for c in cards if c.review_due is not None), key=lambda c: (str(c.review_due), c.id))
    days = groupby(dated, key=_day)
    groups = (
        [(day.isoformat(), day, list(cards_of_day)) for day, cards_of_day in days]
        if by == "day"
        else [(card.id, _day(card), [card]) for card in dated]
    )
    for name, day, due in groups:
        event = Event()
        event.add("uid", str(uuid.uuid5(_NAMESPACE, f"{library}\n{by}\n{name}")))
        event.add("dtstamp", at.astimezone(UTC))
        event.add("dtstart", day)
        event.add("summary", _summary(due, by, words))
        if by == "day":
            event.add("description", _description(due, words))
        event.add("transp", "TRANSPARENT")  # it takes up no time of the day
        made.add_component(event)
    return bytes(made.to_ical())


def _day(card: Card) -> date:
    assert card.review_due is not None  # only dated reviews have events
    return card.review_due


def _summary(due: list[Card], by: By, words: Texts) -> str:
    if by == "document":
        return words.gettext("Review due: %(title)s") % {"title": _plain(due[0].title or due[0].id)}
    count = len(due)
    return words.ngettext("%(count)s review due", "%(count)s reviews due", count) % {"count": words.number(count)}


def _description(due: list[Card], words: Texts) -> str:
    lines = [_plain(f"{card.title or card.id} ({card.id})") for card in due[:_LISTED]]
    if len(due) > _LISTED:
        more = words.gettext("and %(count)s more") % {"count": words.number(len(due) - _LISTED)}
        lines.append(more)
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return a title without control characters and half characters, which a calendar cannot hold."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(character for character in whole if character.isprintable())
