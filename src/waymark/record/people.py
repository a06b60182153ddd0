"""The team, medicines, and anything else."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from waymark.languages.texts import N_, message
from waymark.record.dates import UNKNOWN, When
from waymark.record.errors import EntryRefused
from waymark.record.payload import (
    Kind,
    Payload,
    check_flag,
    check_in_order,
    check_line,
    check_one_of,
    check_text,
    check_when,
)


@dataclass(frozen=True, slots=True, repr=False)
class Contact(Payload):
    """Someone of the team, or someone to call. ``call_for`` says for what ("fever, new pain"), ``hours`` when they answer;
    ``at_night`` marks who is called when everything else is closed, ``family`` who is no part of the team. ``on_card``
    puts them on the emergency card.
    """

    kind: ClassVar[Kind] = Kind.CONTACT
    name: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    place: str = ""
    note: str = ""
    call_for: str = ""
    hours: str = ""
    at_night: bool = False
    family: bool = False
    on_card: bool = False

    def __post_init__(self) -> None:
        check_line(self.name, N_("The name"))
        check_line(self.role, N_("What they do"))
        if not self.name.strip() and not self.role.strip():
            raise EntryRefused(message("This does not say who it is."), message("Give a name, or what they do."))
        check_line(self.phone, N_("The telephone number"))
        check_line(self.email, N_("The e-mail address"))
        check_line(self.place, N_("The place"))
        check_text(self.note, N_("The note"))
        check_line(self.call_for, N_("What to call them for"))
        check_line(self.hours, N_("When they answer"))
        check_flag(self.at_night, N_("Whether to call them at night"))
        check_flag(self.family, N_("Whether they are family or a friend"))
        check_flag(self.on_card, N_("Whether they are on the emergency card"))


@dataclass(frozen=True, slots=True, repr=False)
class Medicine(Payload):
    """A medicine from ``start`` on, with the dose as it stands on the box or the plan; a changed dose is a
    new entry, and the old one gets its end. ``steroid`` marks what explains a change of symptoms; None where
    the person does not know.
    """

    kind: ClassVar[Kind] = Kind.MEDICINE
    name: str = ""
    as_written: str = ""
    reason: str = ""
    start: When = UNKNOWN
    end: When = UNKNOWN
    steroid: bool | None = None
    prescribed_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        check_line(self.name, N_("The name of the medicine"), needed=True)
        check_line(self.as_written, N_("The dose as written"))
        check_line(self.reason, N_("What it is for"))
        check_in_order(self.start, self.end, N_("the medicine"))
        check_flag(self.steroid, N_("Whether it is a steroid"), empty=True)
        check_line(self.prescribed_by, N_("Who prescribed it"))
        check_text(self.note, N_("The note"))

    @property
    def happened(self) -> When:
        return self.start


@dataclass(frozen=True, slots=True, repr=False)
class Note(Payload):
    """Anything else."""

    kind: ClassVar[Kind] = Kind.NOTE
    text: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        check_text(self.text, N_("The note"))
        check_line(self.title, N_("The title"))
        if not self.text.strip():
            raise EntryRefused(message("This note is empty."), message("Write something, or leave it out."))


@dataclass(frozen=True, slots=True, repr=False)
class Allergy(Payload):
    """Something the person must not be given, or reacts to, with what happened. ``none_known`` says that the person was
    asked and knows of none; then nothing else stands here.
    """

    kind: ClassVar[Kind] = Kind.ALLERGY
    name: str = ""
    reaction: str = ""
    none_known: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        check_line(self.name, N_("What it is"))
        check_line(self.reaction, N_("What happened"))
        check_flag(self.none_known, N_("Whether no allergy is known"))
        if self.none_known == bool(self.name.strip()):
            raise EntryRefused(
                message("This does not say which allergy it is."), message("Name it, or say that none is known.")
            )
        check_text(self.note, N_("The note"))


@dataclass(frozen=True, slots=True, repr=False)
class AboutPerson(Payload):
    """Who the record is about, for the pages that are handed to others. ``important`` is what a stranger must know first
    (a port, a shunt, blood thinners, hard of hearing). Everything may stay empty.
    """

    kind: ClassVar[Kind] = Kind.ABOUT_PERSON
    name: str = ""
    born: When = UNKNOWN
    important: str = ""
    speaks: str = ""

    def __post_init__(self) -> None:
        check_line(self.name, N_("The name"))
        check_when(self.born, N_("The date of birth"))
        check_text(self.important, N_("What others must know"), 1000)
        check_line(self.speaks, N_("The language"))


class Aid(StrEnum):
    """What the person wants at hand, by when it is looked for."""

    HARD_DAY = "hard_day"  # what helps on a hard day
    BAG = "bag"  # what to take along
    PAPERS = "papers"  # where the papers are
    OTHER = "other"


@dataclass(frozen=True, slots=True, repr=False)
class AtHand(Payload):
    """Something that the person wants at hand: what helps, what to take along, where a paper is."""

    kind: ClassVar[Kind] = Kind.AT_HAND
    text: str = ""
    aid: Aid = Aid.OTHER
    where: str = ""

    def __post_init__(self) -> None:
        check_line(self.text, N_("What you want at hand"), needed=True)
        check_one_of(self.aid, Aid, N_("What it is for"))
        check_line(self.where, N_("Where it is"))
