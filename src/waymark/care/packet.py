"""The second-opinion packet: which records to gather, with what is here filled in, and the emergency card.

What a centre asks for differs; the list holds what NCI's page on finding care and our own starter pages name: reports and
pictures, tissue, treatment summaries, medicines. The person ticks what they have, and adds what they are asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from waymark.care.course import Course
from waymark.care.held import Held
from waymark.care.plan import Plan, Standing
from waymark.care.questions import Asked, Questions
from waymark.care.team import KnownAllergy, Person, Taken, about, allergies, medicines, team
from waymark.care.timeline import Row, timeline
from waymark.care.visit import diagnosis_line
from waymark.care.words import ENGLISH
from waymark.languages.texts import N_, Texts
from waymark.record.payloads import Appointment, Gathered, Modality, Treatment


@dataclass(frozen=True, slots=True)
class ToGather:
    """One kind of record. ``why`` says what it is for; ids are kept in records and never change."""

    id: str
    name: str
    why: str


LIST: tuple[ToGather, ...] = (
    ToGather("pathology-report", N_("Pathology reports"), N_("what the tissue is, of each biopsy and operation")),
    ToGather(
        "tissue",
        N_("Tissue samples (slides or blocks)"),
        N_("so that another pathologist can look; the hospital sends them"),
    ),
    ToGather("molecular", N_("Results of tests on the tumor's genes"), N_("if any were done")),
    ToGather("imaging-reports", N_("Reports of scans"), N_("the first, the last, and those around each recurrence")),
    ToGather("imaging-pictures", N_("The pictures of scans"), N_("on a disc or by transfer, not the report alone")),
    ToGather("operation-reports", N_("Reports of operations"), N_("what was taken out and what was left")),
    ToGather(
        "radiation-summary", N_("Radiation summary"), N_("where, how much and when: it limits what can be given again")
    ),
    ToGather("drug-summary", N_("Summary of drug treatments"), N_("which drugs, how many cycles, and what they did")),
    ToGather("lab", N_("Laboratory results"), N_("the last ones, and tumor markers over time")),
    ToGather("letters", N_("Letters from your doctors"), N_("the last one, and the one that speaks of the recurrence")),
    ToGather("medicine-list", N_("List of medicines and allergies"), N_("with doses as written on the box")),
    ToGather("insurance", N_("Insurance papers and referral"), N_("ask what the centre needs before you go")),
)


@dataclass(frozen=True, slots=True, repr=False)
class Gathering:
    """One line of the packet: whether the person has it, where, and what the record itself can fill in."""

    item: str | None
    entry: str | None
    name: str
    why: str
    have: bool
    where: str
    note: str
    here: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Packet:
    """The list to gather, and the pages of the record that go with it."""

    on: date
    person: str
    diagnosis_line: str
    gather: tuple[Gathering, ...]
    course: tuple[Row, ...]
    medicines: tuple[Taken, ...]
    allergies: tuple[KnownAllergy, ...]
    team: tuple[Person, ...]
    questions: tuple[Asked, ...]

    @property
    def missing(self) -> int:
        return sum(not each.have for each in self.gather)


def packet(held: Held, on: date, course: Course, plan: Plan, asked: Questions, words: Texts = ENGLISH) -> Packet:
    """Return the packet as it stands."""
    _ = words.gettext
    said = {item.said.item: item for item in held.of(Gathered) if item.said.item}
    here = _here(held, on, plan, words)
    lines = []
    for each in LIST:
        item = said.get(each.id)
        lines.append(
            Gathering(
                each.id,
                item.id if item else None,
                _(each.name),
                _(each.why),
                item.said.have if item else False,
                item.said.where if item else "",
                item.said.note if item else "",
                here.get(each.id, ()),
            )
        )
    lines += [
        Gathering(None, item.id, item.said.own_words, "", item.said.have, item.said.where, item.said.note, ())
        for item in held.of(Gathered)
        if not item.said.item
    ]
    return Packet(
        on,
        about(held).name,
        diagnosis_line(held, course, words),
        tuple(lines),
        timeline(course, words),
        tuple(taken for taken in medicines(held, on, words) if taken.now),
        allergies(held),
        team(held).team,
        asked.open,
    )


def _here(held: Held, on: date, plan: Plan, words: Texts) -> dict[str, tuple[str, ...]]:
    """Return what the record itself says of each kind of record, in lines."""
    treatments = held.of(Treatment)

    def named(*modalities: Modality) -> tuple[str, ...]:
        return tuple(
            f"{item.said.start} {item.said.name}".strip() for item in treatments if item.said.modality in modalities
        )

    def done(*kinds: Appointment) -> tuple[str, ...]:
        times = (time for time in reversed(plan.over) if time.standing is Standing.DONE and time.kind in kinds)
        return tuple(f"{time.when} {time.name}{f': {time.result}' if time.result else ''}" for time in times)

    scans = done(Appointment.IMAGING)
    known = [each.name or words.gettext("no allergy known") for each in allergies(held)]
    taken = [each.line for each in medicines(held, on, words) if each.now]
    return {
        "operation-reports": named(Modality.SURGERY),
        "radiation-summary": named(Modality.RADIATION),
        "drug-summary": named(Modality.SYSTEMIC),
        "imaging-reports": scans,
        "imaging-pictures": scans,
        "lab": done(Appointment.LAB),
        "medicine-list": (*taken, *known),
    }


# The emergency card


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """One page for a wallet: who, what, what was done, what is taken and must not be given, whom to call.

    ``speak`` is what to say first. ``number`` is the emergency number of the country, as the door knows it.
    """

    person: str
    born: str
    speaks: str
    important: str
    speak: str
    diagnosis_line: str
    treatments: tuple[str, ...]
    medicines: tuple[str, ...]
    allergies: tuple[str, ...]
    contacts: tuple[Person, ...]
    number: str
    on: date


def card(held: Held, on: date, course: Course, number: str, words: Texts = ENGLISH) -> Card:
    """Return the card as of a day. Contacts are those marked for it, else those called at night, else the first two."""
    _ = words.gettext
    person, people = about(held), team(held)
    contacts = [each for each in people.everyone if each.on_card] or list(people.at_night) or list(people.everyone[:2])
    rows = [row for row in timeline(course, words) if row.kind == "treatment"]
    named = [
        f"{each.name}: {each.reaction}" if each.reaction else each.name or _("no allergy known")
        for each in allergies(held)
    ]
    return Card(
        person=person.name,
        born=person.born.first.isoformat() if person.born.first and person.born.first == person.born.last else "",
        speaks=person.speaks,
        important=person.important,
        speak=_("I have or had cancer. Please call my team."),
        diagnosis_line=diagnosis_line(held, course, words),
        treatments=tuple(f"{row.dated} {_bare(row, held)}" for row in rows),
        medicines=tuple(each.line for each in medicines(held, on, words) if each.now),
        allergies=tuple(named),
        contacts=tuple(contacts),
        number=number,
        on=on,
    )


def _bare(row: Row, held: Held) -> str:
    return next((item.said.name for item in held.of(Treatment) if item.id == row.id), row.what)


def lines(card_: Card) -> Iterable[str]:
    """Yield every line of words on the card, to see whether it fits."""
    yield from (card_.person, card_.important, card_.diagnosis_line)
    yield from (*card_.treatments, *card_.medicines, *card_.allergies)
    yield from (person.called for person in card_.contacts)
