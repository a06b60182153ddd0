"""The people, the medicines, what the person must not be given, the emergency card, and what they want at hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from waymark.care.course import when_in_words
from waymark.care.held import Held, Item
from waymark.care.words import ENGLISH
from waymark.languages.texts import N_, Texts
from waymark.record.dates import When
from waymark.record.payloads import AboutPerson, Aid, Allergy, AtHand, Contact, Medicine


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Someone of the team or close to the person: what to call them for and when."""

    entry: str
    name: str
    role: str
    phone: str
    email: str
    place: str
    call_for: str
    hours: str
    at_night: bool
    family: bool
    on_card: bool
    note: str

    @property
    def called(self) -> str:
        """The name, with what they do where both are known."""
        return f"{self.name} ({self.role})" if self.name.strip() and self.role.strip() else self.name or self.role


@dataclass(frozen=True, slots=True, repr=False)
class Taken:
    """One medicine: as written on the box, since when, and whether it is taken on the day asked about."""

    entry: str
    name: str
    as_written: str
    reason: str
    start: When
    end: When
    since_words: str
    steroid: bool | None
    prescribed_by: str
    note: str
    now: bool

    @property
    def line(self) -> str:
        """The medicine on one line: name and dose as written."""
        return f"{self.name}, {self.as_written}" if self.as_written.strip() else self.name


@dataclass(frozen=True, slots=True, repr=False)
class KnownAllergy:
    """One allergy; with an empty name the person was asked and knows of none."""

    entry: str
    name: str
    reaction: str
    note: str


@dataclass(frozen=True, slots=True, repr=False)
class Team:
    """Who to call: at night, of the team, and family. Somebody called at night stands among the others too."""

    at_night: tuple[Person, ...]
    team: tuple[Person, ...]
    family: tuple[Person, ...]

    @property
    def everyone(self) -> tuple[Person, ...]:
        return (*self.team, *self.family)


def team(held: Held) -> Team:
    """Return the contacts, in the order in which they were written down."""
    people = [_person(item) for item in sorted(held.of(Contact), key=lambda item: item.entry.sequence)]
    return Team(
        tuple(person for person in people if person.at_night),
        tuple(person for person in people if not person.family),
        tuple(person for person in people if person.family),
    )


def _person(item: Item[Contact]) -> Person:
    said = item.said
    return Person(
        item.id,
        said.name,
        said.role,
        said.phone,
        said.email,
        said.place,
        said.call_for,
        said.hours,
        said.at_night,
        said.family,
        said.on_card,
        said.note,
    )


def medicines(held: Held, on: date, words: Texts = ENGLISH) -> tuple[Taken, ...]:
    """Return the medicines, those taken on the day first, by name. An unknown start or end does not end them."""
    taken = []
    for item in held.of(Medicine):
        said = item.said
        over = said.end.last is not None and said.end.last < on
        begun = said.start.first is None or said.start.first <= on
        taken.append(
            Taken(
                item.id,
                said.name,
                said.as_written,
                said.reason,
                said.start,
                said.end,
                when_in_words(said.start, words) if said.start.known else "",
                said.steroid,
                said.prescribed_by,
                said.note,
                begun and not over,
            )
        )
    return tuple(sorted(taken, key=lambda one: (not one.now, one.name.casefold(), one.entry)))


def allergies(held: Held) -> tuple[KnownAllergy, ...]:
    """Return the allergies; one without a name says that none is known, and stands only where it is alone."""
    said = [
        KnownAllergy(item.id, item.said.name, item.said.reaction, item.said.note)
        for item in sorted(held.of(Allergy), key=lambda item: item.entry.sequence)
    ]
    named = tuple(one for one in said if one.name.strip())
    return named or tuple(said[-1:])


def about(held: Held) -> AboutPerson:
    """Return what the record says of the person, empty where nothing was said."""
    newest = held.newest(AboutPerson)
    return newest.said if newest else AboutPerson()


# What is at hand


AID_WORDS: Mapping[Aid, str] = {
    Aid.HARD_DAY: N_("What helps on a hard day"),
    Aid.BAG: N_("What to take along"),
    Aid.PAPERS: N_("Where the papers are"),
    Aid.OTHER: N_("Also good to have at hand"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """One thing that the person wants at hand."""

    entry: str
    text: str
    where: str


@dataclass(frozen=True, slots=True, repr=False)
class AtHandList:
    """What is at hand for one purpose, in the order in which it was written down."""

    aid: Aid
    name: str
    things: tuple[Kept, ...]


def at_hand(held: Held, words: Texts = ENGLISH) -> tuple[AtHandList, ...]:
    """Return every list, also the empty ones: a page offers to fill them."""
    there = sorted(held.of(AtHand), key=lambda item: item.entry.sequence)
    return tuple(
        AtHandList(
            aid,
            words.gettext(AID_WORDS[aid]),
            tuple(Kept(item.id, item.said.text, item.said.where) for item in there if item.said.aid is aid),
        )
        for aid in Aid
    )


COPING: tuple[tuple[str, str], ...] = (
    (N_("When fear of it coming back takes over"), "fear-of-it-coming-back"),
    (N_("What people feel when it comes back"), "feelings-after-a-recurrence"),
    (N_("Groups and counselling"), "support-groups-and-counselling"),
    (N_("Talking with family and children"), "talking-with-family-and-children"),
    (N_("For those who help"), "for-carers"),
    (N_("Tiredness"), "fatigue"),
    (N_("Pain"), "pain"),
)
"""Pages of the starter collection about living with it: a title, and the name of the page's file. A door opens them from
the library; the record itself looks nothing up."""
