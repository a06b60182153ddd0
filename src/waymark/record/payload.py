"""What every shape of entry has in common: its kind, and the checks of its fields.

The shapes themselves stand by subject in `waymark.record.symptoms`, ``disease``, ``plans`` and ``people``, and all
together in `waymark.record.payloads`. Two rules hold for every shape. A fact that is not known is None or empty, never
a guess. And since entries of ten years ago are read by today's code, a check may be loosened but never tightened, and
a default never changes: what equals its default is not written down.

The date of what an entry says (of the diagnosis, the recurrence, the restaging) is the entry's ``about_when``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from waymark.languages.texts import N_, message
from waymark.record.dates import UNKNOWN, When
from waymark.record.errors import EntryRefused

LONGEST_TEXT = 20_000  # characters of a note
LONGEST_LINE = 500  # characters of a name, a place, a stage


class Kind(StrEnum):
    """The kinds of entries. The values are written in the vault and in exports, and never change."""

    SYMPTOM = "symptom"
    BASELINE = "baseline"
    DIAGNOSIS = "diagnosis"
    TREATMENT = "treatment"
    RECURRENCE = "recurrence"
    SECOND_CANCER = "second_cancer"
    RESTAGING = "restaging"
    REPORTED_STATUS = "reported_status"
    FOLLOW_UP = "follow_up"
    QUESTION = "question"
    CONTACT = "contact"
    MEDICINE = "medicine"
    NOTE = "note"
    VISIT_SUMMARY = "visit_summary"
    DIARY_CHOICE = "diary_choice"
    USUAL_WEEKS = "usual_weeks"
    ALLERGY = "allergy"
    ABOUT_PERSON = "about_person"
    AT_HAND = "at_hand"
    GATHERED = "gathered"


KIND_WORDS = {
    Kind.DIAGNOSIS: N_("a diagnosis"),
    Kind.RECURRENCE: N_("a recurrence"),
    Kind.SECOND_CANCER: N_("a second cancer"),
    Kind.FOLLOW_UP: N_("a visit or test"),
}
"""What other entries can belong to, in words."""


@dataclass(frozen=True, slots=True, repr=False)
class Payload:
    """What an entry says. ``refers_to`` names the fields that hold the id of another entry, and its kind."""

    kind: ClassVar[Kind]
    refers_to: ClassVar[dict[str, Kind]] = {}

    @property
    def happened(self) -> When:
        """The date to take for ``about_when`` where the person gives none."""
        return UNKNOWN

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"  # no words of the person: a repr ends up in logs


def check_line(value: str, what: str, needed: bool = False) -> None:
    """Check a short text."""
    check_text(value, what, LONGEST_LINE)
    if needed and not value.strip():
        raise EntryRefused(
            message("%(what)s is missing.", what=message(what)), message("Fill it in, in your own words.")
        )


def check_text(value: str, what: str, longest: int = LONGEST_TEXT) -> None:
    """Check a text of any length up to the longest."""
    if not value and isinstance(value, str):
        return
    if not isinstance(value, str):
        raise EntryRefused(message("%(what)s is not text.", what=message(what)))
    if len(value) > longest:
        raise EntryRefused(
            message("%(what)s is longer than %(longest)s characters.", what=message(what), longest=longest),
            message("Shorten it, or split it into two entries."),
        )
    try:
        value.encode()
    except UnicodeEncodeError:
        raise EntryRefused(
            message("%(what)s holds characters that cannot be kept.", what=message(what)), message("Type it again.")
        ) from None
    if "\0" in value:
        raise EntryRefused(
            message("%(what)s holds characters that cannot be kept.", what=message(what)), message("Type it again.")
        )


def check_whole(value: int | None, what: str, low: int, high: int, empty: bool = True) -> None:
    """Check a whole number, or None where that is allowed."""
    if value is None and empty:
        return
    if type(value) is not int or not low <= value <= high:
        raise EntryRefused(
            message("%(what)s is a whole number from %(low)s to %(high)s.", what=message(what), low=low, high=high),
            message("Leave it empty if you cannot say."),
        )


def check_one_of(value: object, choices: type[StrEnum], what: str) -> None:
    """Check a choice."""
    if not isinstance(value, choices):
        raise EntryRefused(
            message("%(what)s is none of the choices.", what=message(what)),
            message("Choose one of: %(choices)s.", choices=", ".join(choices)),
        )


def check_when(value: object, what: str) -> None:
    """Check a date."""
    if not isinstance(value, When):
        raise EntryRefused(message("%(what)s is not a date.", what=message(what)))


_TERM = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*\Z", re.ASCII)
_ENTRY_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.ASCII)


def check_term(value: str | None, what: str) -> None:
    """Check an id of one of our lists."""
    if value is not None and not (isinstance(value, str) and len(value) <= 80 and _TERM.match(value)):
        raise EntryRefused(
            message("%(what)s is not one of the list.", what=message(what)),
            message("Choose it from the list, or use your own words."),
        )


def check_entry_id(value: str | None, what: str) -> None:
    """Check a reference to another entry."""
    if value is not None and not (isinstance(value, str) and _ENTRY_ID.match(value)):
        raise EntryRefused(
            message("%(what)s does not name an entry of this record.", what=message(what)),
            message("Choose it from your entries."),
        )


def check_flag(value: bool | None, what: str, empty: bool = False) -> None:
    """Check a yes or no."""
    if value is not True and value is not False and not (empty and value is None):
        raise EntryRefused(message("%(what)s is either yes or no.", what=message(what)))


def check_lines(values: tuple[str, ...], what: str) -> None:
    """Check short texts, none of them empty."""
    if not isinstance(values, tuple) or len(values) > 50:
        raise EntryRefused(message("%(what)s: at most 50 lines.", what=message(what)))
    for value in values:
        check_line(value, what, needed=True)


def check_in_order(start: When, end: When, what: str) -> None:
    """Check that an end does not lie before its start."""
    check_when(start, what)
    check_when(end, what)
    if start.first and end.last and end.last < start.first:
        raise EntryRefused(
            message("The end of %(what)s lies before its start.", what=message(what)),
            message("Look at the two dates again."),
        )
