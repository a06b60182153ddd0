"""How a symptom was, and what it is compared with."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from waymark.languages.texts import N_, message
from waymark.record.dates import UNKNOWN, Precision, When
from waymark.record.errors import EntryRefused
from waymark.record.payload import (
    Kind,
    Payload,
    check_in_order,
    check_line,
    check_lines,
    check_one_of,
    check_term,
    check_text,
    check_whole,
)


@dataclass(frozen=True, slots=True, repr=False)
class SymptomEntry(Payload):
    """How one symptom was, over the last ``recall_days`` days (0: at that moment).

    ``term`` is an id of the list of symptoms, or None where ``own_words`` name it; both may stand. Each
    attribute is 0 (none at all) to 4 (as much as can be), or None where it was not asked or not said.
    """

    kind: ClassVar[Kind] = Kind.SYMPTOM
    term: str | None = None
    own_words: str = ""
    frequency: int | None = None
    severity: int | None = None
    interference: int | None = None
    recall_days: int = 7
    note: str = ""

    def __post_init__(self) -> None:
        _symptom(self.term, self.own_words, self.frequency, self.severity, self.interference)
        check_whole(self.recall_days, N_("The number of days looked back on"), 0, 366, empty=False)
        check_text(self.note, N_("The note"))


def _symptom(
    term: str | None, own_words: str, frequency: int | None, severity: int | None, interference: int | None
) -> None:
    check_term(term, N_("The symptom"))
    check_line(own_words, N_("The symptom in your words"))
    if term is None and not own_words.strip():
        raise EntryRefused(
            message("This does not say which symptom it is about."),
            message("Choose one from the list, or use your own words."),
        )
    check_whole(frequency, N_("How often it came"), 0, 4)
    check_whole(severity, N_("How strong it was"), 0, 4)
    check_whole(interference, N_("How much it got in the way"), 0, 4)


class Baseline(StrEnum):
    """What a symptom is compared with, and never mixed: how it normally is now; how it was with the first tumour."""

    USUAL = "usual"
    AT_DIAGNOSIS = "at_diagnosis"


@dataclass(frozen=True, slots=True, repr=False)
class BaselineMark(Payload):
    """How one symptom is usually, from ``about_when`` on, or how it was at diagnosis. A later mark takes the
    place of an earlier one for comparisons after it; both stay. At least one attribute is given; 0 says that
    it is not there.
    """

    kind: ClassVar[Kind] = Kind.BASELINE
    baseline: Baseline = Baseline.USUAL
    term: str | None = None
    own_words: str = ""
    frequency: int | None = None
    severity: int | None = None
    interference: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        check_one_of(self.baseline, Baseline, N_("What to compare with"))
        _symptom(self.term, self.own_words, self.frequency, self.severity, self.interference)
        if self.frequency is None and self.severity is None and self.interference is None:
            raise EntryRefused(
                message("This does not say how the symptom is usually."),
                message("Say at least how often or how strong."),
            )
        check_text(self.note, N_("The note"))


class Rhythm(StrEnum):
    """How often the person means to write."""

    WEEKLY = "weekly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, repr=False)
class DiaryChoice(Payload):
    """What the person wants to write down, in this order: ``terms`` are ids of the list of symptoms, ``own`` the
    person's own words. The newest choice holds; what was written under an earlier one stays.
    """

    kind: ClassVar[Kind] = Kind.DIARY_CHOICE
    terms: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    rhythm: Rhythm = Rhythm.WEEKLY

    def __post_init__(self) -> None:
        check_lines(self.terms, N_("The symptoms"))
        for term in self.terms:
            check_term(term, N_("The symptom"))
        check_lines(self.own, N_("The symptoms in your words"))
        if len(set(self.terms)) != len(self.terms) or len({own.casefold() for own in self.own}) != len(self.own):
            raise EntryRefused(message("A symptom stands twice in this list."), message("Take one of the two out."))
        check_one_of(self.rhythm, Rhythm, N_("How often you want to write"))


@dataclass(frozen=True, slots=True, repr=False)
class UsualWeeks(Payload):
    """Which weeks count as usual, for every symptom: both days count. A later one takes the place of an earlier one."""

    kind: ClassVar[Kind] = Kind.USUAL_WEEKS
    first: When = UNKNOWN
    last: When = UNKNOWN
    note: str = ""

    def __post_init__(self) -> None:
        check_in_order(self.first, self.last, N_("your usual weeks"))
        if self.first.precision is not Precision.DAY or self.last.precision is not Precision.DAY:
            raise EntryRefused(
                message("Your usual weeks begin and end on a day."), message("Give day, month and year of both.")
            )
        check_text(self.note, N_("The note"))

    @property
    def happened(self) -> When:
        return self.last
