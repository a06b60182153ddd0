"""How strong a symptom is: one grade from up to three answers, and the line above which it is severe.

The grade follows the composite grading of the patient-reported CTCAE (Basch et al., Clinical Trials
2021;18:104-114, doi 10.1177/1740774520975120): up to three answers, each 0 to 4, give one grade, 0 to 3. The rows
for one answer and for two are those of the paper. The rows for all three answers, and for interference alone, are
those of the authors' public scoring programme (ProAE, the SAS macro PROCTCAE_scores 1.0.0); that version came
before the last refinement of the paper (it still graded frequency alone 0 1 1 2 3), so they are to be compared with
the paper's own table before anyone relies on them. Only the numbers are theirs: the words of our questions are our
own.

A severity threshold is the second of three outputs that are never mixed: urgent signs (`waymark.answering`, at
entry, no statistics), a severity threshold (here), and a change from one's own usual (`waymark.care.change`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from waymark.care.words import ENGLISH, day_in_words
from waymark.languages.texts import Texts

HIGHEST_ANSWER = 4
HIGHEST_GRADE = 3
SEVERE_GRADE = 3
"""From this grade on an answer is told to the team whatever is usual, as in the plain rule of the trial PRO-TECT."""

RECENT = timedelta(days=7)
"""Answers look back over seven days, so an older one says nothing of now."""


class Attribute(StrEnum):
    """What an answer is about."""

    SEVERITY = "severity"
    FREQUENCY = "frequency"
    INTERFERENCE = "interference"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers about one symptom over the last seven days, each 0 (none at all) to 4, None where not asked or
    not said."""

    frequency: int | None = None
    severity: int | None = None
    interference: int | None = None

    def __post_init__(self) -> None:
        for attribute in Attribute:
            value = self.of(attribute)
            if value is not None and not (type(value) is int and 0 <= value <= HIGHEST_ANSWER):
                raise ValueError(f"{attribute.value} is a whole number from 0 to {HIGHEST_ANSWER}, or None.")

    def of(self, attribute: Attribute) -> int | None:
        if attribute is Attribute.SEVERITY:
            return self.severity
        return self.frequency if attribute is Attribute.FREQUENCY else self.interference


Row = tuple[int, int, int, int, int]

# The last answer of each key's name runs along the row, 0 to 4.
FREQUENCY_ALONE: Row = (0, 1, 1, 1, 1)
SEVERITY_ALONE: Row = (0, 1, 2, 3, 3)
INTERFERENCE_ALONE: Row = (0, 1, 1, 2, 2)

NONE_AT_ALL: Row = (0, 0, 0, 0, 0)

FREQUENCY_BY_INTERFERENCE: tuple[Row, ...] = (
    NONE_AT_ALL,
    (1, 1, 1, 2, 2),
    (1, 1, 1, 2, 2),
    (1, 1, 2, 3, 3),
    (1, 1, 2, 3, 3),
)
FREQUENCY_BY_SEVERITY: tuple[Row, ...] = (
    NONE_AT_ALL,
    (1, 1, 1, 2, 2),
    (1, 1, 2, 2, 2),
    (1, 1, 2, 3, 3),
    (1, 1, 2, 3, 3),
)
SEVERITY_BY_INTERFERENCE: tuple[Row, ...] = (
    NONE_AT_ALL,
    (1, 1, 1, 2, 2),
    (1, 1, 2, 2, 3),
    (1, 2, 2, 3, 3),
    (2, 2, 2, 3, 3),
)
FREQUENCY_BY_SEVERITY_BY_INTERFERENCE: tuple[tuple[Row, ...], ...] = (
    (NONE_AT_ALL,) * 5,
    ((0, 1, 1, 2, 2), (1, 1, 1, 2, 2), (1, 2, 2, 2, 3), (2, 2, 2, 3, 3), (2, 2, 3, 3, 3)),
    ((0, 1, 1, 2, 2), (1, 1, 1, 2, 2), (2, 2, 2, 3, 3), (2, 2, 2, 3, 3), (2, 2, 3, 3, 3)),
    ((1, 1, 1, 2, 2), (1, 1, 1, 2, 2), (2, 2, 2, 3, 3), (2, 2, 3, 3, 3), (2, 2, 3, 3, 3)),
    ((1, 1, 1, 2, 2), (1, 1, 2, 2, 3), (2, 2, 2, 3, 3), (2, 2, 3, 3, 3), (2, 2, 3, 3, 3)),
)


def _all_grades() -> dict[tuple[int | None, int | None, int | None], int]:
    steps = range(HIGHEST_ANSWER + 1)
    grades: dict[tuple[int | None, int | None, int | None], int] = {}
    for first in steps:
        grades[first, None, None] = FREQUENCY_ALONE[first]
        grades[None, first, None] = SEVERITY_ALONE[first]
        grades[None, None, first] = INTERFERENCE_ALONE[first]
        for second in steps:
            grades[first, None, second] = FREQUENCY_BY_INTERFERENCE[first][second]
            grades[first, second, None] = FREQUENCY_BY_SEVERITY[first][second]
            grades[None, first, second] = SEVERITY_BY_INTERFERENCE[first][second]
            for third in steps:
                grades[first, second, third] = FREQUENCY_BY_SEVERITY_BY_INTERFERENCE[first][second][third]
    return grades


GRADES = _all_grades()
"""Every combination (frequency, severity, interference) that says anything, with its grade; code, tests and pages
share it."""


def composite_grade(answers: Answers) -> int | None:
    """Return the grade, 0 to 3, or None where nothing was answered.

    The same symptom answered by other attributes gives another grade, so grades compare only where the same ones were
    asked; for comparisons over time see `attribute_to_compare`.
    """
    return GRADES.get((answers.frequency, answers.severity, answers.interference))


def attribute_to_compare(usual_weeks: Iterable[Answers]) -> Attribute | None:
    """Return the one attribute by which weeks are compared: the one answered most often in the usual weeks, severity
    before frequency before interference where they tie; None where nothing was answered.

    One attribute throughout, since a week with a missing answer would otherwise look like a change.
    """
    counts = dict.fromkeys(Attribute, 0)
    for answers in usual_weeks:
        for attribute in Attribute:
            counts[attribute] += answers.of(attribute) is not None
    best = max(counts.values())
    return next((attribute for attribute in Attribute if counts[attribute] == best), None) if best else None


@dataclass(frozen=True, slots=True)
class Severe:
    """A symptom that is severe now, whatever is usual for the person. ``sentence`` is for the person."""

    item: str
    on: date
    sentence: str


def severe_now(item: str, entries: Iterable[tuple[date, Answers]], on: date, words: Texts = ENGLISH) -> Severe | None:
    """Return the latest severe entry of the seven days up to ``on``, or None where there is none. No entry is needed
    before: this is a threshold, not a comparison. The order of the entries does not matter.
    """
    recent = [day for day, answers in entries if on - RECENT < day <= on and composite_grade(answers) == SEVERE_GRADE]
    if not recent:
        return None
    day = max(recent)
    sentence = words.gettext("%(item)s: severe on %(day)s. Call your health care team about it.")
    return Severe(item, day, sentence % {"item": item, "day": day_in_words(day, words)})
