"""The course of the disease as the person noted it, and the words for its dates and numbers.

What in it does not go together is found by `waymark.care.contradictions`; `waymark.care.timeline` puts it in order.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from waymark.care.words import ENGLISH, day_in_words, month_in_words
from waymark.languages.texts import N_, Texts
from waymark.library import cancer_types


class Dated(Protocol):
    """A date with its precision, as a range of days: ``waymark.record.dates.When`` is one, `PartialDate` another."""

    @property
    def first(self) -> date | None: ...

    @property
    def last(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class PartialDate:
    """The days that a date can mean, the first and the last; both None where nothing is known."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if (self.first is None) != (self.last is None) or (self.first and self.last and self.last < self.first):
            raise ValueError("A partial date has a first and a later last day, or neither.")


UNKNOWN = PartialDate()


class Reach(StrEnum):
    """Where a recurrence is, seen from the first cancer; several may hold at once."""

    LOCAL = "local"
    REGIONAL = "regional"
    DISTANT = "distant"


REACH_WORDS = {Reach.LOCAL: N_("local"), Reach.REGIONAL: N_("regional"), Reach.DISTANT: N_("distant")}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The first cancer. ``cancer`` is an id of the library's vocabulary, or the name in the report; ``report`` that name
    and where it is, beside it. ``earlier_stages`` are what the stage at diagnosis was before the person changed it, the
    oldest first.
    """

    id: str
    cancer: str = ""
    when: Dated = UNKNOWN
    stage: str = ""
    earlier_stages: tuple[str, ...] = ()
    said_by: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The same cancer, back: the first, second … time (``ordinal``, from 1). ``of`` is the id of the diagnosis, None where
    there is only one; ``cancer`` is what the person calls it, "" where not said.
    """

    id: str
    ordinal: int = 1
    when: Dated = UNKNOWN
    reach: frozenset[Reach] = frozenset()
    sites: tuple[str, ...] = ()
    cancer: str = ""
    of: str | None = None
    shown_by: str = ""
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class SecondCancer:
    """A new cancer of another kind: a condition of its own."""

    id: str
    cancer: str = ""
    when: Dated = UNKNOWN
    stage: str = ""
    said_by: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class Restaging:
    """A later stage beside the first; ``recurrence`` is the id of the one it belongs to, None where not said."""

    id: str
    when: Dated = UNKNOWN
    stage: str = ""
    recurrence: str | None = None
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Treatment:
    """``under`` is the id of the diagnosis, recurrence or second cancer that it was for; None for the first cancer."""

    id: str
    name: str = ""
    start: Dated = UNKNOWN
    end: Dated = UNKNOWN
    ongoing: bool = False
    under: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedStatus:
    """What the team said of the disease, in the person's words or one of the record's choices."""

    id: str
    said: str
    when: Dated = UNKNOWN
    shown_by: str = ""
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """All that is noted of the course of one person, in any order."""

    diagnoses: tuple[Diagnosis, ...] = ()
    recurrences: tuple[Recurrence, ...] = ()
    second_cancers: tuple[SecondCancer, ...] = ()
    restagings: tuple[Restaging, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    statuses: tuple[ReportedStatus, ...] = ()

    def diagnosis_of(self, recurrence: Recurrence) -> Diagnosis | None:
        """Return the cancer that came back: the one that is named, or the only one there is."""
        if recurrence.of is None:
            return self.diagnoses[0] if len(self.diagnoses) == 1 else None
        return next((one for one in self.diagnoses if one.id == recurrence.of), None)


# Words


def when_in_words(when: Dated, words: Texts = ENGLISH) -> str:
    """Return a date as exactly as it is known: 5 March 2024, March 2024, 2024, date not known."""
    first, last = when.first, when.last
    if first is None or last is None:
        return words.gettext("date not known")
    if first == last:
        return day_in_words(first, words)
    if (first.year, first.month) == (last.year, last.month):
        return month_in_words(first, words)
    if first.year == last.year:
        return str(first.year)
    return words.gettext("%(first)d to %(last)d") % {"first": first.year, "last": last.year}


def dated(when: Dated) -> str:
    """Return a date for a reader in a hurry: 2024-03-05, 2024-03, 2024, or a question mark."""
    first, last = when.first, when.last
    if first is None or last is None:
        return "?"
    if first == last:
        return first.isoformat()
    if (first.year, first.month) == (last.year, last.month):
        return first.isoformat()[:7]
    return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"


_TIMES = (
    N_("first"),
    N_("second"),
    N_("third"),
    N_("fourth"),
    N_("fifth"),
    N_("sixth"),
    N_("seventh"),
    N_("eighth"),
    N_("ninth"),
    N_("tenth"),
)


def nth(ordinal: int, words: Texts = ENGLISH) -> str:
    """Return "first", "second" …, and from the eleventh on "number 11"."""
    if 0 < ordinal <= len(_TIMES):
        return words.gettext(_TIMES[ordinal - 1])
    return words.gettext("number %(ordinal)d") % {"ordinal": ordinal}


def cancer_name(cancer: str, words: Texts = ENGLISH) -> str:
    """Return the name of a cancer: of the vocabulary's id in the person's language, else as it was written."""
    return cancer_types.name_of(cancer, words.language) if cancer else words.gettext("cancer")


def called(recurrence: Recurrence, words: Texts = ENGLISH) -> str:
    """Return what a recurrence is called at the start of a sentence: "The second recurrence (March 2024)"."""
    if recurrence.when.first is None:
        return words.gettext("The %(nth)s recurrence") % {"nth": nth(recurrence.ordinal, words)}
    return words.gettext("The %(nth)s recurrence (%(when)s)") % {
        "nth": nth(recurrence.ordinal, words),
        "when": when_in_words(recurrence.when, words),
    }


def surely_before(one: Dated, other: Dated) -> bool:
    """Return whether one date lies before another under every reading of both."""
    return one.last is not None and other.first is not None and one.last < other.first
