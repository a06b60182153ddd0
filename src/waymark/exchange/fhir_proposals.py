"""Resources of a hospital's file to proposals: conditions, medicines, allergies, procedures and appointments.

Nothing is worked out that the file does not say. A dose is copied as it is written; a medicine that was stopped without a
date is left out, since it would look as if it were taken today; a spread is no recurrence until a team says so, and is offered
as a note. What is left out is said, each kind in a sentence.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from typing import Any

from waymark.care.course import when_in_words
from waymark.care.held import Held
from waymark.care.team import about
from waymark.exchange.codes import ICD10, PRIMARY, RELAPSE, SECONDARY, SECONDARY_SITES, SNOMED
from waymark.exchange.fhir_bundle import Bundle, Resource, read_bundle
from waymark.exchange.fhir_values import (
    at,
    clock_of,
    codes_of,
    concept_or_reference,
    day_of,
    each,
    in_utc,
    line,
    only_codes,
    period_of,
    resolved,
    words_of,
)
from waymark.exchange.proposals import Proposal, Reading, checked, norm
from waymark.languages.texts import N_, Texts, message
from waymark.library.cancer_types import name_of, types_in
from waymark.record.dates import UNKNOWN, When, after
from waymark.record.errors import EntryRefused, ImportRefused
from waymark.record.payloads import (
    PAST,
    Allergy,
    Appointment,
    Diagnosis,
    FollowUpItem,
    Medicine,
    Modality,
    Note,
    Payload,
    Progress,
    Recurrence,
    ReportedStatus,
    Spread,
    Status,
    Treatment,
)

_ICD_CANCER = re.compile(r"(?:C[0-9]|D0[0-9]|D3[7-9]|D4[0-8])", re.ASCII)
_ICD_SECONDARY = re.compile(r"C7[7-9]", re.ASCII)
_ICD_TYPES: Mapping[str, str] = {
    "C15": "esophageal",
    "C16": "stomach",
    "C18": "colon",
    "C20": "rectal",
    "C22": "liver",
    "C25": "pancreatic",
    "C34": "lung",
    "C43": "melanoma",
    "C50": "breast",
    "C53": "cervical",
    "C54": "uterine",
    "C56": "ovarian",
    "C61": "prostate",
    "C62": "testicular",
    "C64": "kidney",
    "C67": "bladder",
    "C71": "brain",
    "C73": "thyroid",
    "C81": "hodgkin-lymphoma",
    "C90": "myeloma",
}  # ICD-10 (WHO), chapter II; only where a category is one type of our vocabulary
_SECONDARY_WORDS = re.compile(r"\b(?:secondary|metasta\w*|mets|metást\w*|secundari[oa])\b", re.IGNORECASE)
_NOT_ONES_OWN = re.compile(
    r"\b(?:family history|history of|screening|risk of|at risk|encounter for|suspicion|suspected|rule out|fear of|"
    r"antecedentes?|riesgo de|cribado|sospecha)\b",
    re.IGNORECASE,
)
_RADIATION = re.compile(r"radiat|radioth|brachyth|stereotactic|proton|gamma knife|radioter|radiocirug", re.IGNORECASE)
_SYSTEMIC = re.compile(r"chemoth|immunoth|quimioter|inmunoter|antineoplas", re.IGNORECASE)
_SURGERY = re.compile(r"ectomy|surger|surgical|resection|transplant|cirug|resecci|ectom[ií]a|operaci", re.IGNORECASE)
_SCAN = re.compile(
    r"\b(?:mri|ct|pet|scan|x-?ray|ultrasound|mammogra\w*|imaging|radiolog\w*|tac|resonancia|ecogra\w*|mamogra\w*)\b",
    re.IGNORECASE,
)
_LAB = re.compile(r"\b(?:lab|laboratory|blood|phlebotom\w*|laboratorio|sangre|an[aá]lisis)\b", re.IGNORECASE)

KIND_WORDS: Mapping[type[Payload], str] = {
    Diagnosis: N_("Diagnosis"),
    Recurrence: N_("Recurrence"),
    ReportedStatus: N_("What the team said"),
    Medicine: N_("Medicine"),
    Allergy: N_("Allergy"),
    Treatment: N_("Treatment"),
    FollowUpItem: N_("Visit, scan or test"),
    Note: N_("Note"),
}


def read_fhir(content: bytes, held: Held, on: date, zone: tzinfo, words: Texts) -> Reading:
    """Return what a hospital's file offers, compared with the record.

    ``on`` is today, ``zone`` that of this machine. Raises `ImportRefused` for what is no such file, for one about several
    people, and for one that holds nothing a record keeps.
    """
    bundle = read_bundle(content)
    reader = _Reader(bundle, _person(bundle), on, zone, words, len(held.of(Recurrence)))
    found = tuple(reader.proposals())
    whom, warnings, stranger = _whose(reader.person, held, words)
    if not found and not reader.left:
        raise ImportRefused(
            message("There is nothing in this file that a record keeps."),
            message("A record takes in diagnoses, medicines, allergies, treatments and appointments."),
        )
    return Reading(
        words.gettext("A file from a hospital (FHIR)"),
        checked(found, held, words, stranger),
        reader.left_out(),
        whom,
        warnings,
        stranger,
    )


# Whose file it is


@dataclass(frozen=True, slots=True, repr=False)
class _Person:
    """Whom a file is about: the references that name them (empty where it does not say), their name and birth date."""

    references: frozenset[str]
    name: str
    born: When


def _person(bundle: Bundle) -> _Person:
    people = {id(each.content): each for each in bundle.of("Patient")}
    subjects = {
        reference.partition("/_history")[0]
        for resource in bundle.resources
        if (reference := _subject(resource)) and not reference.startswith("#")
    }
    several = ImportRefused(
        message("This file is about more than one person."), message("Ask the portal for a file about one person.")
    )
    distinct = {(line(at(each.content, "id")), _name(each.content)) for each in people.values()}
    if len(distinct) > 1:
        raise several
    if not people:
        if len({reference.split("/")[-1] for reference in subjects}) > 1:
            raise several
        return _Person(frozenset(), "", UNKNOWN)
    [patient] = list(people.values())[:1]
    named = {name for name, held in bundle.by_reference.items() if held is patient.content}
    for held in people.values():
        named |= {name for name, other in bundle.by_reference.items() if other is held.content}
    birth = at(patient.content, "birthDate")
    return _Person(frozenset(named), _name(patient.content), day_of(birth, UTC))


def _name(patient: Mapping[str, Any]) -> str:
    for name in each(patient, "name"):
        given = " ".join(line(one) for one in each(name, "given"))
        said = line(at(name, "text")) or f"{given} {line(at(name, 'family'))}".strip()
        if said:
            return said
    return ""


def _subject(resource: Resource) -> str:
    for name in ("subject", "patient"):
        reference = at(resource.content, name, "reference")
        if isinstance(reference, str):
            return reference
    for participant in each(resource.content, "participant"):  # of an appointment
        reference = at(participant, "actor", "reference")
        if isinstance(reference, str) and "Patient/" in reference:
            return reference
    return ""


def _whose(person: _Person, held: Held, words: Texts) -> tuple[str, tuple[str, ...], bool]:
    """Return whom the file is about in words, and warnings where that seems to be somebody else."""
    _ = words.gettext
    born = when_in_words(person.born, words) if person.born.known else ""
    whom = f"{person.name}, {_('born %(day)s') % {'day': born}}" if person.name and born else person.name
    if not person.name and not born:
        return "", (_("The file does not say whom it is about. Look whether it is yours."),), False
    own = about(held)
    if own.born.known and person.born.known and not _fits(own.born, person.born):
        return (
            whom,
            (_("The birth date in this file is not the one in your record. It may be about somebody else."),),
            True,
        )
    theirs, ours = set(norm(person.name).split()), set(norm(own.name).split())
    if ours and theirs and not (ours & theirs):
        return whom, (_("The name in this file is not the one in your record. It may be about somebody else."),), True
    return whom, (), False


def _fits(one: When, other: When) -> bool:
    from waymark.exchange.proposals import compatible

    return compatible(one, other)


# Each kind of resource


@dataclass(slots=True, repr=False)
class _Reader:
    bundle: Bundle
    person: _Person
    on: date
    zone: tzinfo
    words: Texts
    there: int = 0  # recurrences in the record
    recurrences: int = 0
    left: Counter[str] = field(default_factory=Counter)
    others: list[str] = field(default_factory=list)
    not_read: Counter[str] = field(default_factory=Counter)

    def proposals(self) -> Iterator[Proposal]:
        reads: Mapping[str, Callable[[Resource], Iterator[Proposal]]] = {
            "Condition": self._condition,
            "MedicationStatement": self._medicine,
            "MedicationRequest": self._medicine,
            "MedicationUsage": self._medicine,
            "AllergyIntolerance": self._allergy,
            "Procedure": self._procedure,
            "Appointment": self._appointment,
        }
        for resource in self.bundle.resources:
            if not self._about_the_person(resource):
                self.left[N_("About somebody else: %(num)s.")] += 1
                continue
            read = reads.get(resource.kind)
            if read is None:
                self.not_read[resource.kind] += 1
                continue
            try:
                yield from read(resource)
            except EntryRefused:
                self.left[N_("A date or a text in it makes no sense: %(num)s.")] += 1
        if self.others:
            yield from self._other_conditions()

    def left_out(self) -> tuple[str, ...]:
        """Return in sentences what was left out."""
        said = [self.words.gettext(sentence) % {"num": count} for sentence, count in self.left.items()]
        quiet = {"Patient", "Bundle", "Composition", "Organization", "Practitioner", "PractitionerRole", "Medication"}
        kinds = [f"{kind} ({count})" for kind, count in sorted(self.not_read.items()) if kind not in quiet]
        if kinds:
            said.append(self.words.gettext("Not read: %(kinds)s.") % {"kinds": ", ".join(kinds)})
        return tuple(said)

    def _about_the_person(self, resource: Resource) -> bool:
        reference = _subject(resource)
        if not self.person.references or not reference or reference.startswith("#"):
            return True
        tail = "/".join(reference.partition("/_history")[0].split("/")[-2:])
        return reference in self.person.references or tail in self.person.references

    def _proposal(
        self,
        resource: Resource,
        payload: Payload,
        said: str,
        about: When | None = None,
        doubts: tuple[str, ...] = (),
        offered: bool = True,
    ) -> Iterator[Proposal]:
        when = about if about is not None else payload.happened
        if payload.kind in PAST and after(when, self.on):
            self.left[N_("Dated in the future, so it cannot have happened: %(num)s.")] += 1
            return
        kind = self.words.gettext(KIND_WORDS[type(payload)])
        dated = f" ({when_in_words(when, self.words)})" if when.known else ""
        yield Proposal(resource.source, payload, about, f"{kind}: {said}{dated}", doubts, offered=offered)

    def _note(self, resource: Resource) -> str:
        """Return what the record keeps of where an entry is from, with the notes of the hospital."""
        said = [line(at(one, "text")) for one in each(resource.content, "note")]
        origin = self.words.gettext("Taken in from a hospital's file (%(source)s).") % {"source": resource.source}
        return "\n".join([*filter(None, said), origin])

    def _who(self, resource: Resource, *names: str) -> str:
        """Return who said or ordered it, by the name that the file gives them."""
        for name in names:
            for held in each(resource.content, name):
                held = at(held, "actor") or held
                said = line(at(held, "display"))
                reference = at(held, "reference")
                if not said and isinstance(reference, str):
                    found = resolved(reference, resource, self.bundle)
                    said = _name(found) if found and found.get("resourceType") == "Practitioner" else ""
                if said:
                    return said
        return ""

    # Conditions

    def _condition(self, resource: Resource) -> Iterator[Proposal]:
        content, _ = resource.content, self.words.gettext
        said, codes = words_of(at(content, "code")), codes_of(at(content, "code"))
        verified = only_codes(at(content, "verificationStatus"))
        if verified & {"entered-in-error", "refuted"}:
            self.left[N_("Entered by mistake, or ruled out: %(num)s.")] += 1
            return
        if not said or any("absent-unknown" in system for system, _code in codes):
            return
        kind, cancer = _cancer_of(codes, said)
        onset, _end = period_of(content, "onset", zone=self.zone)
        if kind == "":
            self.others.append(f"{said} ({when_in_words(onset, self.words)})" if onset.known else said)
            return
        doubts = []
        confirmed = not verified & {"unconfirmed", "provisional", "differential"}
        if not confirmed:
            doubts.append(_("The hospital's record does not call this confirmed."))
        if kind == "secondary":
            text = _("In the hospital's record: %(words)s.") % {"words": said}
            doubts.append(
                _("This is a spread. Whether it is a recurrence is for your team to say; it is offered as a note.")
            )
            yield from self._proposal(
                resource, Note(f"{text}\n{self._note(resource)}"), said, onset, tuple(doubts), offered=False
            )
            return
        if (spread := _relapse(content)) is not None:
            yield from self._recurrence(resource, spread, cancer, said, onset)
            return
        written = day_of(at(content, "recordedDate"), self.zone)
        if not onset.known and written.known:
            doubts.append(
                _("The file has no date of the diagnosis. It was written down on %(day)s.")
                % {"day": when_in_words(written, self.words)}
            )
        stage = line(at(content, "stage", 0, "summary", "text")) or words_of(at(content, "stage", 0, "summary"))
        by = self._who(resource, "asserter", "recorder", "participant")
        payload = Diagnosis(cancer, said, stage, words_of(at(content, "bodySite")), by, self._note(resource))
        called = f"{name_of(cancer, self.words.language)}, {said}" if cancer else said
        staged = _("%(cancer)s, stage at diagnosis %(stage)s") % {"cancer": called, "stage": stage}
        shown = staged if stage else called
        yield from self._proposal(resource, payload, shown, onset, tuple(doubts), offered=confirmed)
        if only_codes(at(content, "clinicalStatus")) & {"recurrence", "relapse"}:
            when = written if written.known else UNKNOWN
            status = ReportedStatus(
                Status.CAME_BACK, _("In the hospital's record: it came back."), by, note=self._note(resource)
            )
            yield from self._proposal(
                resource, status, _("%(cancer)s: it came back") % {"cancer": said}, when,
                (_("Where it came back does not stand in the file. Add the recurrence with what you were told."),),
            )  # fmt: skip

    def _recurrence(
        self, resource: Resource, spread: tuple[Spread, ...], cancer: str | None, said: str, onset: When
    ) -> Iterator[Proposal]:
        """Offer a recurrence where the file itself calls it one and says of which kind (PCSP, ``condition-relapseType``)."""
        self.recurrences += 1
        sites = tuple(dict.fromkeys(filter(None, (words_of(one) for one in each(resource.content, "bodySite")))))
        ordinal = self.there + self.recurrences
        by = self._who(resource, "asserter", "recorder", "participant")
        payload = Recurrence(ordinal, spread, sites, "", by, cancer, note=self._note(resource))
        doubt = self.words.gettext("Which recurrence it is was counted here: look at the number.")
        yield from self._proposal(resource, payload, said, onset, (doubt,))

    def _other_conditions(self) -> Iterator[Proposal]:
        _ = self.words.gettext
        listed = "; ".join(dict.fromkeys(self.others))
        text = _("Other conditions in the hospital's record: %(names)s.") % {"names": listed}
        first = next(iter(self.bundle.of("Condition")))
        yield from self._proposal(
            Resource("Condition", "Condition/*", first.content), Note(text), text[:300], When.on(self.on), offered=False
        )

    # Medicines and allergies

    def _medicine(self, resource: Resource) -> Iterator[Proposal]:
        content, _ = resource.content, self.words.gettext
        status = at(content, "status")
        if status in ("entered-in-error", "draft", "intended", "not-taken", "recorded-in-error"):
            self.left[N_("Medicines never taken, or entered by mistake: %(num)s.")] += 1
            return
        if (
            status == "cancelled"
            or at(content, "doNotPerform") is True
            or at(content, "intent") in ("proposal", "option")
        ):
            self.left[N_("Medicines only proposed, or called off: %(num)s.")] += 1
            return
        concept, reference = concept_or_reference(content, "medication")
        found = resolved(reference, resource, self.bundle) if reference else None
        shown = at(content, "medicationReference", "display") or at(content, "medication", "reference", "display")
        name = words_of(concept) or words_of(at(found, "code")) or line(shown)
        if not name:
            self.left[N_("Medicines without a name in the file: %(num)s.")] += 1
            return
        if any("absent-unknown" in system for system, _code in codes_of(concept)):
            return
        start, end = period_of(content, "effective", zone=self.zone)
        if resource.kind == "MedicationRequest":
            start = day_of(at(content, "dispenseRequest", "validityPeriod", "start"), self.zone)
            end = day_of(at(content, "dispenseRequest", "validityPeriod", "end"), self.zone)
            start = start if start.known else day_of(at(content, "authoredOn"), self.zone)
            if status == "active":
                end = UNKNOWN  # a prescription runs out before a medicine ends
        if status in ("stopped", "completed", "ended", "on-hold") and not end.known:
            self.left[N_("Medicines no longer taken, without a date in the file: %(num)s.")] += 1
            return
        if start.last and end.first and end.first < start.last and not _overlap(start, end):
            raise EntryRefused(message("It ends before it begins."))
        dose = _dose(content)
        reason = words_of(at(content, "reasonCode")) or words_of(at(content, "reason", 0, "concept"))
        payload = Medicine(
            name, dose, reason, start, end, None,
            self._who(resource, "requester", "informationSource"), self._note(resource),
        )  # fmt: skip
        doubts = () if dose else (_("The file holds no dose that can be copied."),)
        yield from self._proposal(resource, payload, ", ".join(filter(None, (name, dose))), start, doubts)

    def _allergy(self, resource: Resource) -> Iterator[Proposal]:
        content = resource.content
        codes = codes_of(at(content, "code"))
        if only_codes(at(content, "verificationStatus")) & {"entered-in-error", "refuted"}:
            self.left[N_("Entered by mistake, or ruled out: %(num)s.")] += 1
            return
        if only_codes(at(content, "clinicalStatus")) & {"inactive", "resolved"}:
            self.left[N_("Allergies that are called over: %(num)s.")] += 1
            return
        none = {code for _, code in codes} & {"no-known-allergies", "716186003"}
        if not none and any("absent-unknown" in system for system, _code in codes):
            return
        if none:
            payload, said = Allergy(none_known=True), self.words.gettext("none known")
        else:
            name = words_of(at(content, "code"))
            felt = [
                words_of(at(one, "concept") or one)
                for reaction in each(content, "reaction")
                for one in each(reaction, "manifestation")
            ]
            payload = Allergy(name, ", ".join(filter(None, felt))[:500], note=self._note(resource))
            said = f"{name}: {payload.reaction}" if payload.reaction else name
        yield from self._proposal(resource, payload, said, UNKNOWN)

    # Treatments and appointments

    def _procedure(self, resource: Resource) -> Iterator[Proposal]:
        content, _ = resource.content, self.words.gettext
        status, name = at(content, "status"), words_of(at(content, "code"))
        if status in ("not-done", "entered-in-error"):
            self.left[N_("Treatments not done, or entered by mistake: %(num)s.")] += 1
            return
        if not name or any("absent-unknown" in system for system, _code in codes_of(at(content, "code"))):
            return
        start, end = period_of(content, "performed", "occurrence", zone=self.zone)
        modality = _modality(only_codes(at(content, "category")) | only_codes(at(content, "code")), name)
        single = not end.known and at(content, "performedPeriod") is None and at(content, "occurrencePeriod") is None
        ongoing = status == "in-progress" and not end.known
        payload = Treatment(
            modality, name, start, start if single and status == "completed" else end, ongoing,
            place=line(at(content, "location", "display")), note=self._note(resource),
        )  # fmt: skip
        doubts = () if start.known else (_("The file holds no date for this."),)
        yield from self._proposal(resource, payload, name, start, doubts, offered=modality is not Modality.OTHER)

    def _appointment(self, resource: Resource) -> Iterator[Proposal]:
        content, _ = resource.content, self.words.gettext
        status = at(content, "status")
        if status in ("cancelled", "entered-in-error"):
            self.left[N_("Appointments called off: %(num)s.")] += 1
            return
        start = at(content, "start")
        when = day_of(start, self.zone)
        if not when.known:
            when = day_of(at(content, "requestedPeriod", 0, "start"), self.zone)
        name = next(
            filter(
                None,
                (
                    line(at(content, "description")),
                    words_of(at(content, "serviceType", 0, "concept")),  # R5
                    words_of(at(content, "serviceType")),
                    words_of(at(content, "appointmentType")),
                ),
            ),
            _("Appointment"),
        )
        place = next(
            (line(at(one, "actor", "display")) for one in each(content, "participant") if "Location/" in str(at(one, "actor", "reference"))),
            "",
        )  # fmt: skip
        clock = clock_of(start, self.zone)
        became = {"fulfilled": Progress.DONE, "noshow": Progress.MISSED}.get(str(status), Progress.PLANNED)
        if became is Progress.DONE and after(when, self.on):
            became = Progress.PLANNED
        kind = (
            Appointment.IMAGING if _SCAN.search(name) else Appointment.LAB if _LAB.search(name) else Appointment.VISIT
        )
        by = next((line(at(one, "actor", "display")) for one in each(content, "participant") if "Practitioner" in str(at(one, "actor", "reference"))), "")  # noqa: E501  # fmt: skip
        payload = FollowUpItem(
            kind, name, when, progress=became, done_on=when if became is Progress.DONE else UNKNOWN,
            place=place, time=clock, planned_by=by, note=self._note(resource),
        )  # fmt: skip
        doubts = []
        if not when.known:
            doubts.append(_("The file holds no date for this."))
        elif in_utc(start) and clock:
            doubts.append(
                _("The file gives the time of Greenwich; it is shown as this computer's clock tells it. Look at it.")
            )
        said = ", ".join(filter(None, (name, clock, place)))
        # A date that was only worked out is looked at, and taken all the same: it is what the phone would show.
        yield from self._proposal(resource, payload, said, when, tuple(doubts), offered=when.known)


_KINDS_OF_RELAPSE: Mapping[str, tuple[Spread, ...]] = {
    RELAPSE["local"].code: (Spread.LOCAL,),
    RELAPSE["distant"].code: (Spread.DISTANT,),
    RELAPSE["both"].code: (Spread.LOCAL, Spread.DISTANT),
}


def _relapse(content: Mapping[str, Any]) -> tuple[Spread, ...] | None:
    """Return the kind of a recurrence where the file says it; None where it calls the condition none."""
    for extension in each(content, "extension"):
        if str(at(extension, "url")).endswith("/condition-relapseType"):
            said = only_codes(at(extension, "valueCodeableConcept"))
            return next((kind for code, kind in _KINDS_OF_RELAPSE.items() if code in said), (Spread.NOT_SAID,))
    return None


def _cancer_of(codes: tuple[tuple[str, str], ...], said: str) -> tuple[str, str | None]:
    """Return what kind of condition this is ("cancer", "secondary" or ""), and its type where that is certain."""
    if _NOT_ONES_OWN.search(said):
        return "", None
    snomed = {code for system, code in codes if system == SNOMED}
    icd = [code.upper() for system, code in codes if system in ICD10 or "icd-10" in system.lower()]
    mentions = types_in(said)
    longest = max(mentions, key=lambda one: one.end - one.start).type_id if mentions else None
    if (
        snomed & {SECONDARY.code, *(code.code for code in SECONDARY_SITES.values())}
        or any(_ICD_SECONDARY.match(code) for code in icd)
        or _SECONDARY_WORDS.search(said)
    ):
        return "secondary", longest
    by_code = next((cancer for cancer, code in PRIMARY.items() if code.code in snomed), None)
    by_code = by_code or next((_ICD_TYPES[code[:3]] for code in icd if code[:3] in _ICD_TYPES), None)
    if by_code or longest or "363346000" in snomed or any(_ICD_CANCER.match(code) for code in icd):
        return "cancer", longest or by_code
    return "", None


def _modality(codes: frozenset[str], name: str) -> Modality:
    if "108290001" in codes or _RADIATION.search(name):
        return Modality.RADIATION
    if _SYSTEMIC.search(name):
        return Modality.SYSTEMIC
    if _SURGERY.search(name):
        return Modality.SURGERY
    return Modality.OTHER  # also where a hospital calls a biopsy or a puncture surgical


def _dose(content: Mapping[str, Any]) -> str:
    """Return the dose as it is written: the instruction's words, else its number and unit, never anything worked out."""
    for name in ("dosage", "dosageInstruction"):
        for one in each(content, name):
            said = line(at(one, "text")) or line(at(one, "patientInstruction"))
            if said:
                return said
            quantity = at(one, "doseAndRate", 0, "doseQuantity")
            value, unit = line(at(quantity, "value")), line(at(quantity, "unit")) or line(at(quantity, "code"))
            timing = words_of(at(one, "timing", "code"))
            if value and unit:
                return ", ".join(filter(None, (f"{value} {unit}", timing)))
    return line(at(content, "renderedDosageInstruction"))  # R5


def _overlap(one: When, other: When) -> bool:
    return bool(
        one.first and one.last and other.first and other.last and one.first <= other.last and other.first <= one.last
    )
