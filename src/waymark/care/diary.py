"""The diary: which symptoms the person writes down, what a page of it asks, and which weeks count as usual.

One entry of the record is one symptom on one day, looking back over seven days or over that day alone. Nothing must be
answered: what was skipped makes no entry, and a day without entries is a day of which nothing is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from waymark.care.held import Held, Item
from waymark.care.severity import Answers, Attribute
from waymark.care.symptoms import (
    OWN_ASKS,
    SYMPTOMS,
    answer_words,
    asks,
    item_key,
    named,
    offered,
    question_words,
)
from waymark.care.words import ENGLISH
from waymark.languages.texts import Texts
from waymark.record.payloads import (
    BaselineMark,
    Diagnosis,
    DiaryChoice,
    Rhythm,
    SecondCancer,
    SymptomEntry,
    UsualWeeks,
)

WEEK = 7
USUAL_WEEKS = 8
"""Weeks that count as usual where the person has marked none: the first of the diary that have an entry."""
LONGEST_PAUSE = timedelta(weeks=8)
"""A longer pause among the first weeks begins the usual ones anew."""
FIRST_LIST = 9
"""Symptoms on the first list, before the person has chosen: a minute's work."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of an item: the attribute, the question and its five answers, 0 to 4, in the person's language."""

    attribute: Attribute
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class DiaryItem:
    """One symptom on the diary's list. ``written`` is what the person said on the page's day, None where nothing;
    ``entry`` the id of that entry; ``last`` is the newest answer before that day, with its day.
    """

    key: str
    term: str | None
    own_words: str
    name: str
    hint: str
    asks: tuple[Ask, ...]
    written: Answers | None
    note: str
    entry: str | None
    last: tuple[date, Answers] | None


@dataclass(frozen=True, slots=True, repr=False)
class Offer:
    """A symptom of the list that can be added."""

    key: str
    term: str
    name: str
    hint: str
    suggested: bool


@dataclass(frozen=True, slots=True, repr=False)
class Diary:
    """One page of the diary: the day it is about, how far it looks back, and what it asks.

    ``chosen`` is False where the list is only a first offer. ``written`` counts the items that have an answer on this
    day. ``offers`` are what can be added, those suggested for the person's cancer first.
    """

    day: date
    recall_days: int
    rhythm: Rhythm
    chosen: bool
    items: tuple[DiaryItem, ...]
    offers: tuple[Offer, ...]
    written: int
    last_written: date | None

    @property
    def covers(self) -> tuple[date, date]:
        """The days that the answers look back over, both included."""
        return self.day - timedelta(days=max(self.recall_days - 1, 0)), self.day


@dataclass(frozen=True, slots=True)
class Name:
    """What makes an item: an id of the list, the person's own words, or both."""

    term: str | None
    own_words: str

    @property
    def key(self) -> str:
        return item_key(self.term, self.own_words)


def cancers_of(held: Held) -> tuple[str, ...]:
    """Return the types of cancer that the record names, as ids of the vocabulary."""
    said = [item.said.cancer_type for item in held.of(Diagnosis)]
    said += [item.said.cancer_type for item in held.of(SecondCancer)]
    return tuple(dict.fromkeys(cancer for cancer in said if cancer))


def chosen(held: Held) -> tuple[Name, ...]:
    """Return the items on the person's list, in their order; where they have not chosen, a short first offer."""
    choice = held.newest(DiaryChoice)
    if choice:
        names = [Name(term, "") for term in choice.said.terms] + [Name(None, own) for own in choice.said.own]
    else:
        names = [Name(term, "") for term in offered(cancers_of(held))[:FIRST_LIST]]
    return tuple(names)


def known(held: Held) -> tuple[Name, ...]:
    """Return every item that has an entry or a baseline, and those on the list: the list's own order first."""
    names = {name.key: name for name in chosen(held)} if held.newest(DiaryChoice) else {}
    found = [Name(item.said.term, item.said.own_words) for item in held.of(SymptomEntry)]
    found += [Name(item.said.term, item.said.own_words) for item in held.of(BaselineMark)]
    for name in found:
        names.setdefault(name.key, name)
    return tuple(names.values())


def diary(held: Held, day: date, words: Texts = ENGLISH, recall_days: int | None = None) -> Diary:
    """Return the page of the diary for a day; what was written on that day stands in it and can be corrected.

    ``recall_days`` is 7 (the last week) or 1 (that day); None follows the person's rhythm.
    """
    choice = held.newest(DiaryChoice)
    rhythm = choice.said.rhythm if choice else Rhythm.WEEKLY
    recall = recall_days if recall_days is not None else (WEEK if rhythm is Rhythm.WEEKLY else 1)
    by_item: dict[str, list[Item[SymptomEntry]]] = {}
    for entry in held.of(SymptomEntry):
        by_item.setdefault(item_key(entry.said.term, entry.said.own_words), []).append(entry)
    names = list(chosen(held))
    on_list = {name.key for name in names}
    for entry in held.of(SymptomEntry):  # what was written on this day stays on its page
        name = Name(entry.said.term, entry.said.own_words)
        if _on(entry, day, recall) and name.key not in on_list:
            names.append(name)
            on_list.add(name.key)
    items = tuple(_diary_item(name, by_item.get(name.key, []), day, recall, words) for name in names)
    days = [entry.day for entry in held.of(SymptomEntry) if entry.day]
    return Diary(
        day=day,
        recall_days=recall,
        rhythm=rhythm,
        chosen=choice is not None,
        items=items,
        offers=_offers(held, on_list, words),
        written=sum(item.written is not None for item in items),
        last_written=max(days, default=None),
    )


def _on(entry: Item[SymptomEntry], day: date, recall: int) -> bool:
    return entry.day == day and entry.when.last == day and (entry.said.recall_days > 1) == (recall > 1)


def _diary_item(name: Name, entries: list[Item[SymptomEntry]], day: date, recall: int, words: Texts) -> DiaryItem:
    here = [entry for entry in entries if _on(entry, day, recall)]
    before = [entry for entry in entries if entry.day and entry.day < day]
    known_one = SYMPTOMS.get(name.term or "")
    return DiaryItem(
        key=name.key,
        term=name.term,
        own_words=name.own_words,
        name=named(name.term, name.own_words, words),
        hint=words.gettext(known_one.hint) if known_one and known_one.hint else "",
        asks=asked(name.term, recall, words),
        written=answers_of(here[-1].said) if here else None,
        note=here[-1].said.note if here else "",
        entry=here[-1].id if here else None,
        last=(before[-1].day or day, answers_of(before[-1].said)) if before else None,
    )


def asked(term: str | None, recall_days: int, words: Texts = ENGLISH) -> tuple[Ask, ...]:
    """Return the questions about one symptom with their answers, in the person's language."""
    return tuple(
        Ask(each, question_words(each, recall_days, words), answer_words(each, recall_days, words))
        for each in (asks(term) if term else OWN_ASKS)
    )


def _offers(held: Held, on_list: Iterable[str], words: Texts) -> tuple[Offer, ...]:
    suggested = offered(cancers_of(held))
    there = set(on_list)
    rest = sorted((term for term in SYMPTOMS if term not in suggested), key=lambda term: named(term, "", words))
    return tuple(
        Offer(
            term,
            term,
            named(term, "", words),
            words.gettext(SYMPTOMS[term].hint) if SYMPTOMS[term].hint else "",
            term in suggested,
        )
        for term in (*suggested, *rest)
        if term not in there
    )


def answers_of(said: SymptomEntry | BaselineMark) -> Answers:
    """Return the three answers of an entry."""
    return _answers(said.frequency, said.severity, said.interference)


@cache  # 216 combinations, and ten years of diary have tens of thousands of entries
def _answers(frequency: int | None, severity: int | None, interference: int | None) -> Answers:
    return Answers(frequency, severity, interference)


# Usual weeks


@dataclass(frozen=True, slots=True)
class UsualSpan:
    """The weeks that count as usual, both days included. ``marked`` says that the person chose them; ``complete`` that
    they are over, so that later weeks are compared with them.
    """

    first: date
    last: date
    marked: bool
    complete: bool


def usual_span(held: Held, on: date) -> UsualSpan | None:
    """Return which weeks count as usual on a day: those that the person marked last, else the first eight weeks of the
    diary that have an entry; None before the first entry. A pause of more than eight weeks among the first ones begins
    them anew.
    """
    marks = [item for item in held.of(UsualWeeks) if item.said.last.last and item.said.last.last < on]
    if marks:
        newest = max(marks, key=lambda item: item.entry.sequence).said
        assert newest.first.first and newest.last.last
        return UsualSpan(newest.first.first, newest.last.last, marked=True, complete=True)
    days = sorted({item.day for item in held.of(SymptomEntry) if item.day and item.day <= on})
    if not days:
        return None
    first, weeks, before = days[0], {0}, days[0]
    for day in days:
        if day - before > LONGEST_PAUSE:
            first, weeks = day, {0}
        before = day
        weeks.add((day - first).days // WEEK)
        if len(weeks) == USUAL_WEEKS:
            break
    number = max(weeks) if len(weeks) == USUAL_WEEKS else max(weeks) + USUAL_WEEKS - len(weeks)
    last = first + timedelta(days=WEEK * (number + 1) - 1)
    return UsualSpan(first, last, marked=False, complete=last < on)


# A calendar of weeks


@dataclass(frozen=True, slots=True)
class DiaryWeek:
    """One week, Monday to Sunday: how many entries it has, on which days, and by whom. A week without is not a good week:
    nothing is known of it.
    """

    first: date
    entries: int
    days: tuple[date, ...]
    reported_by: tuple[str, ...]
    with_note: bool

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)


def weeks(held: Held, on: date, count: int = 26) -> tuple[DiaryWeek, ...]:
    """Return the last ``count`` weeks up to the one of ``on``, the oldest first."""
    monday = on - timedelta(days=on.weekday())
    begins = [monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    by_week: Mapping[date, list[Item[SymptomEntry]]] = {first: [] for first in begins}
    for entry in held.of(SymptomEntry):
        if entry.day and entry.day <= on:
            first = entry.day - timedelta(days=entry.day.weekday())
            if first in by_week:
                by_week[first].append(entry)
    return tuple(
        DiaryWeek(
            first,
            len(entries),
            tuple(sorted({entry.day for entry in entries if entry.day})),
            tuple(sorted({entry.entry.reported_by for entry in entries})),
            any(entry.said.note for entry in entries),
        )
        for first, entries in by_week.items()
    )
