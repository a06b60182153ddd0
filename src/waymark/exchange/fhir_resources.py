"""Entries of a record as FHIR R4 (4.0.1) resources, each marked as reported by the person or by whoever helps them.

An id of a resource is the id of its entry, which stays when the entry is corrected, so that a program which gets a second
export knows what it has. Dates keep their precision. What no element of R4 holds stands in words or is left out, and never
bent: the archive's ``entries.json`` is the whole record, FHIR is what others can read of it.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from waymark.care.course import cancer_name, nth
from waymark.care.diary import asked
from waymark.care.held import Held, Item
from waymark.care.noted import STATUS_WORDS
from waymark.care.plan import APPOINTMENT_WORDS, Plan, Repeating, Standing, Time
from waymark.care.severity import Attribute
from waymark.care.symptoms import named
from waymark.care.team import about
from waymark.care.visit import VisitSummary
from waymark.exchange import codes
from waymark.exchange.codes import Code, concept
from waymark.languages.texts import Texts
from waymark.record.dates import When
from waymark.record.entries import SELF
from waymark.record.payloads import (
    Allergy,
    Appointment,
    Contact,
    Diagnosis,
    Medicine,
    Modality,
    Recurrence,
    ReportedStatus,
    Restaging,
    SecondCancer,
    Spread,
    Status,
    SymptomEntry,
    Treatment,
    Unit,
)

Json = dict[str, Any]
ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
RELATED = "http://hl7.org/fhir/StructureDefinition/condition-related"
RELAPSE = "http://hl7.eu/fhir/ig/pcsp/StructureDefinition/condition-relapseType"
_CATEGORIES: Mapping[Appointment, Code] = {
    Appointment.IMAGING: codes.IMAGING,
    Appointment.LAB: codes.LABORATORY,
    Appointment.EXAM: codes.EXAM,
    Appointment.VISIT: codes.EXAM,
}
_UNITS: Mapping[Unit, str] = {Unit.DAYS: "d", Unit.WEEKS: "wk", Unit.MONTHS: "mo", Unit.YEARS: "a"}


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What an export is made from. ``at`` is the moment (aware), ``on`` the day; ``patient`` the id of the person's resource;
    ``invented`` says that the record is the invented example.
    """

    held: Held
    visit: VisitSummary
    plan: Plan
    at: datetime
    on: date
    words: Texts
    patient: str
    invented: bool = False


def made_id(*parts: str) -> str:
    """Return the id of a resource that stands beside that of an entry: the same whenever it is made."""
    return str(uuid.uuid5(uuid.UUID(parts[0]), "|".join(parts[1:])))


def reference(made: str) -> Json:
    return {"reference": f"urn:uuid:{made}"}


def date_of(when: When) -> str:
    """Return a known date as FHIR writes it: 2024-03-05, 2024-03, 2024."""
    return str(when)


class Resources:
    """Makes the resources of one record, each once. ``related`` are the people who reported entries besides the person."""

    def __init__(self, told: Told) -> None:
        self.told, self.held, self.words = told, told.held, told.words
        self.related: dict[str, Json] = {}
        self.subject = reference(told.patient)
        self._ = told.words.gettext

    # Who

    def patient(self) -> Json:
        person = about(self.held)
        made = self._resource("Patient", self.told.patient)
        made["identifier"] = [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{self.told.patient}"}]
        name: Json = {"text": person.name.strip()} if person.name.strip() else {}
        made["name"] = [name or {"extension": [_absent("unknown")]}]
        if name:  # US Core asks for a family name or a given one; which word is which was never asked
            name["_family"] = {"extension": [_absent("unknown")]}
        made["gender"] = "unknown"  # the record does not ask
        if person.born.known:
            made["birthDate"] = date_of(person.born)
        else:
            made["_birthDate"] = {"extension": [_absent("unknown")]}
        if person.speaks.strip():
            made["communication"] = [{"language": {"text": person.speaks.strip()}}]
        family = [item.said for item in self.held.of(Contact) if item.said.family]
        if family:
            made["contact"] = [_contact(one) for one in family]
        return made

    def reporter(self, reported_by: str) -> Json:
        """Return a reference to who reported an entry: the person, or a helper by name."""
        if reported_by == SELF:
            return self.subject
        made = made_id(self.told.patient, "related", reported_by)
        if made not in self.related:
            self.related[made] = {
                **self._resource("RelatedPerson", made),
                "patient": self.subject,
                "name": [{"text": reported_by}],
            }
        return reference(made)

    def _resource(self, kind: str, made: str, reported_by: str | None = None) -> Json:
        resource: Json = {"resourceType": kind, "id": made}
        if reported_by is not None:
            code = codes.PATIENT_REPORTED if reported_by == SELF else codes.HELPER_REPORTED
            resource["meta"] = {"security": [code.coding]}
        return resource

    # Conditions

    def conditions(self) -> Iterator[Json]:
        """Yield the cancers, then each recurrence and, where it is distant, each place it spread to."""
        for item in self.held.of(Diagnosis):
            yield self._cancer(item, self._clinical(item))
        for second in self.held.of(SecondCancer):
            yield self._cancer(second, None)
        for recurrence in self.held.of(Recurrence):
            yield self._recurrence(recurrence)
            yield from self._spread(recurrence)

    def _cancer(self, item: Item[Any], status: str | None) -> Json:
        said = item.said
        made = self._condition(item, item.id, status)
        called = cancer_name(said.cancer_type or said.histology, self.words)
        named_in_report = said.histology.strip()
        made["code"] = concept(
            codes.PRIMARY.get(said.cancer_type or ""), named_in_report or called if said.cancer_type else called
        )
        if said.site.strip():
            made["bodySite"] = [{"text": said.site.strip()}]
        if said.stage_at_diagnosis.strip():
            made["stage"] = [{"summary": {"text": said.stage_at_diagnosis.strip()}}]
        return made

    def _recurrence(self, item: Item[Recurrence]) -> Json:
        said = item.said
        made = self._condition(item, item.id, "recurrence" if self._newest(item) and not self._remission() else None)
        first = self._came_back(said)
        cancer = said.cancer_type or (first.said.cancer_type if first else None)
        name = cancer_name(cancer or (first.said.histology if first else ""), self.words)
        called = self._("%(cancer)s, %(nth)s recurrence") % {"cancer": name, "nth": nth(said.ordinal, self.words)}
        made["code"] = {"text": called}  # the code of a first cancer, a second time, would count as a second cancer
        spread = {each for each in said.spread if each in (Spread.LOCAL, Spread.DISTANT)}
        kind = "both" if len(spread) == 2 else "distant" if Spread.DISTANT in spread else "local" if spread else ""
        extensions = made.setdefault("extension", [])
        if kind:
            extensions.append({"url": RELAPSE, "valueCodeableConcept": concept(codes.RELAPSE[kind])})
        if first:
            extensions.append({"url": RELATED, "valueReference": reference(first.id)})
        if said.sites:
            made["bodySite"] = [{"text": site} for site in said.sites]
        shown = self._("Shown by: %(what)s") % {"what": said.shown_by} if said.shown_by.strip() else ""
        regional = self._("regional") if Spread.REGIONAL in said.spread else ""  # no code says so: it stands in words
        _add_notes(made, regional, shown)
        if not extensions:
            del made["extension"]
        return made

    def _spread(self, item: Item[Recurrence]) -> Iterator[Json]:
        """Yield a secondary cancer for each place of a distant recurrence: it keeps the name of the first cancer."""
        said = item.said
        if Spread.DISTANT not in said.spread or len(said.spread) > 1:
            return  # where several kinds are named, which place is which was not asked
        first = self._came_back(said)
        for site in said.sites:
            made = self._condition(item, made_id(item.id, "spread", site), None)
            code = _secondary(site)
            made["code"] = concept(code, self._("Spread to: %(site)s") % {"site": site})
            if code is codes.SECONDARY:
                made["bodySite"] = [{"text": site}]
            if first:
                made["extension"] = [{"url": RELATED, "valueReference": reference(first.id)}]
            yield made

    def _condition(self, item: Item[Any], made: str, status: str | None) -> Json:
        condition = self._resource("Condition", made, item.entry.reported_by)
        if status:
            condition["clinicalStatus"] = {"coding": [codes.CLINICAL_STATUS[status].coding]}
            condition["category"] = [{"coding": [codes.PROBLEM.coding]}]
        condition["subject"] = self.subject
        if item.when.known:
            condition["onsetDateTime"] = date_of(item.when)
        condition["recordedDate"] = _moment(item.entry.recorded_at)
        condition["asserter"] = self.reporter(item.entry.reported_by)
        said_by = item.said.said_by.strip()
        _add_notes(condition, self._("Said by: %(who)s") % {"who": said_by} if said_by else "", item.said.note)
        return condition

    def _clinical(self, item: Item[Diagnosis]) -> str | None:
        """Return the clinical status that the person's own entries say; None where they say nothing: none is guessed."""
        back = [one for one in self.held.of(Recurrence) if (first := self._came_back(one.said)) and first.id == item.id]
        if len(self.held.of(Diagnosis)) > 1 and not back:
            return None
        if self._remission():
            return "remission"
        if back:
            return "recurrence"
        newest = self._newest_status()
        if newest is None:
            return None
        return {Status.STABLE: "active", Status.GROWING: "active", Status.PARTIAL_REMISSION: "active"}.get(newest)

    def _newest_status(self) -> Status | None:
        statuses = [item for item in self.held.of(ReportedStatus) if item.when.known]
        return (
            max(statuses, key=lambda one: (one.when.first or date.min, one.entry.sequence)).said.status
            if statuses
            else None
        )

    def _remission(self) -> bool:
        """Return whether the last that the team said is a remission, after the last recurrence."""
        statuses = [item for item in self.held.of(ReportedStatus) if item.when.first]
        if not statuses:
            return False
        newest = max(statuses, key=lambda one: (one.when.first or date.min, one.entry.sequence))
        back = [item.when.last for item in self.held.of(Recurrence) if item.when.last]
        after = all(newest.when.first and newest.when.first >= day for day in back)
        undated = any(not item.when.known for item in self.held.of(Recurrence))
        return newest.said.status in (Status.NO_SIGN, Status.COMPLETE_REMISSION) and after and not undated

    def _newest(self, item: Item[Recurrence]) -> bool:
        return item.said.ordinal == max(one.said.ordinal for one in self.held.of(Recurrence))

    def _came_back(self, said: Recurrence) -> Item[Diagnosis] | None:
        diagnoses = self.held.of(Diagnosis)
        if said.diagnosis:
            return self.held.by_id(Diagnosis, said.diagnosis)
        return diagnoses[0] if len(diagnoses) == 1 else None

    # Stages and what the team said

    def stages(self) -> Iterator[Json]:
        """Yield each stage as it is written, in an observation that claims no profile: r-prefixed values have no code."""
        cancers: list[Item[Any]] = [*self.held.of(Diagnosis), *self.held.of(SecondCancer)]
        for cancer in cancers:
            written = cancer.said.stage_at_diagnosis
            if written.strip():
                made = made_id(cancer.id, "stage")
                yield self._stage(cancer, made, written, self._("Stage at diagnosis"), cancer.id)
        for item in self.held.of(Restaging):
            written = item.said.as_written.strip() or item.said.understood
            yield self._stage(item, item.id, written, self._("Staged again"), item.said.recurrence)

    def _stage(self, item: Item[Any], made: str, written: str, called: str, focus: str | None) -> Json:
        stage = self._observation(item, made, concept(_stage_code(written), called))
        if focus:
            stage["focus"] = [reference(focus)]
        stage["valueCodeableConcept"] = {"text": written.strip()}
        _add_notes(stage, getattr(item.said, "understood", ""), *self._said_by(item.said))
        return stage

    def _said_by(self, said: Any) -> tuple[str, ...]:
        by = getattr(said, "said_by", "").strip()
        return (self._("Said by: %(who)s") % {"who": by},) if by else ()

    def statuses(self) -> Iterator[Json]:
        """Yield what the team said of the disease, as words in an observation. It is never mCODE's disease status, which is
        a clinician's to write.
        """
        for item in self.held.of(ReportedStatus):
            said = item.said
            words = said.in_words.strip() or self._(STATUS_WORDS[said.status])
            made = self._observation(item, item.id, {"text": self._("What the team said, as the person reports it")})
            made["valueString"] = words
            shown = self._("Shown by: %(what)s") % {"what": said.shown_by} if said.shown_by.strip() else ""
            _add_notes(made, shown, *self._said_by(said), said.note)
            yield made

    def _observation(self, item: Item[Any], made: str, code: Json, category: Code | None = None) -> Json:
        observation = self._resource("Observation", made, item.entry.reported_by)
        observation["status"] = "amended" if item.entry.amends else "final"
        if category:
            observation["category"] = [{"coding": [category.coding]}]
        observation |= {"code": code, "subject": self.subject}
        if item.when.known:
            observation["effectiveDateTime"] = date_of(item.when)
        observation["issued"] = _moment(item.entry.recorded_at)
        observation["performer"] = [self.reporter(item.entry.reported_by)]
        return observation

    # The diary

    def symptoms(self, since: date | None = None) -> Iterator[Json]:
        """Yield each symptom entry as an observation: its answers, 0 to 4, as components."""
        for item in self.held.of(SymptomEntry):
            if item.day is None or (since and item.day < since):
                continue
            said = item.said
            made = self._observation(
                item, item.id, {"text": named(said.term, said.own_words, self.words)}, codes.SURVEY
            )
            made.pop("effectiveDateTime", None)
            made["effectivePeriod"] = self._covered(item)
            components = [
                {"code": {"text": ask.question}, "valueInteger": value}
                for ask in asked(said.term, said.recall_days, self.words)
                if (value := _answer(said, ask.attribute)) is not None
            ]
            if components:
                made["component"] = components
            else:
                made["dataAbsentReason"] = {"text": self._("A note without an answer")}
            _add_notes(made, said.note)
            yield made

    def pages(self, since: date | None = None) -> Iterator[Json]:
        """Yield each page of the diary (one day, one person, one span) as a questionnaire response of our own questions."""
        by_page: dict[tuple[date, str, int], list[Item[SymptomEntry]]] = {}
        for item in self.held.of(SymptomEntry):
            if item.day is not None and (since is None or item.day >= since):
                by_page.setdefault((item.day, item.entry.reported_by, item.said.recall_days), []).append(item)
        for (day, reporter, recall), items in by_page.items():
            page = self._resource(
                "QuestionnaireResponse",
                made_id(self.told.patient, "page", day.isoformat(), reporter, str(recall)),
                reporter,
            )
            page["status"] = "completed"
            page["subject"] = self.subject
            page["authored"] = _moment(max(item.entry.recorded_at for item in items))
            page["author"] = page["source"] = self.reporter(reporter)
            page["item"] = [self._page_item(item, number) for number, item in enumerate(items, 1)]
            yield page

    def _page_item(self, item: Item[SymptomEntry], number: int) -> Json:
        said = item.said
        link = said.term or f"own-{number}"
        answers = [
            {"linkId": f"{link}.{ask.attribute.value}", "text": ask.question, "answer": [{"valueInteger": value}]}
            for ask in asked(said.term, said.recall_days, self.words)
            if (value := _answer(said, ask.attribute)) is not None
        ]
        if said.note:
            answers.append({"linkId": f"{link}.note", "text": self._("Note"), "answer": [{"valueString": said.note}]})
        made: Json = {"linkId": link, "text": named(said.term, said.own_words, self.words)}
        return made | ({"item": answers} if answers else {})

    def _covered(self, item: Item[SymptomEntry]) -> Json:
        assert item.day is not None
        first = item.day - timedelta(days=max(item.said.recall_days - 1, 0))
        return {"start": first.isoformat(), "end": (item.when.last or item.day).isoformat()}

    # Treatments, medicines, allergies

    def procedures(self) -> Iterator[Json]:
        """Yield surgery, radiation and other treatments; what is given as a medicine is a medication statement."""
        for item in self.held.of(Treatment):
            said = item.said
            if said.modality is Modality.SYSTEMIC:
                continue
            made = self._resource("Procedure", item.id, item.entry.reported_by)
            made["status"] = _procedure_status(said, self.told.on)
            category = {Modality.SURGERY: codes.SURGICAL, Modality.RADIATION: codes.RADIOTHERAPY}.get(said.modality)
            if category:
                made["category"] = concept(category)
            made |= {
                "code": {"text": said.name},
                "subject": self.subject,
                **self._when("performed", said.start, said.end),
            }
            made["recorder"] = made["asserter"] = self.reporter(item.entry.reported_by)
            self._for(made, item)
            _add_notes(made, said.place, said.note)
            yield made

    def medications(self) -> Iterator[Json]:
        """Yield the medicines, and the treatments that reach the whole body."""
        for item in self.held.of(Medicine):
            said = item.said
            made = self._medication(item, said.name, said.start, said.end, False)
            if said.as_written.strip():
                made["dosage"] = [{"text": said.as_written}]  # copied: nothing is taken apart or worked out
            if said.reason.strip():
                made["reasonCode"] = [{"text": said.reason}]
            by = self._("Prescribed by: %(who)s") % {"who": said.prescribed_by} if said.prescribed_by.strip() else ""
            _add_notes(made, by, said.note)
            yield made
        for treatment in self.held.of(Treatment):
            if treatment.said.modality is Modality.SYSTEMIC:
                said_of = treatment.said
                made = self._medication(treatment, said_of.name, said_of.start, said_of.end, said_of.ongoing)
                self._for(made, treatment)
                _add_notes(made, said_of.place, said_of.note)
                yield made

    def _medication(self, item: Item[Any], name: str, start: When, end: When, ongoing: bool) -> Json:
        made = self._resource("MedicationStatement", item.id, item.entry.reported_by)
        on = self.told.on
        if start.first and start.first > on:
            status = "intended"
        elif end.last and end.last < on:
            status = "completed"
        elif ongoing or isinstance(item.said, Medicine):
            status = "active"
        else:
            status = "unknown"
        made |= {
            "status": status,
            "medicationCodeableConcept": {"text": name},
            "subject": self.subject,
            **self._when("effective", start, end),
            "dateAsserted": _moment(item.entry.recorded_at),
            "informationSource": self.reporter(item.entry.reported_by),
        }
        return made

    def allergies(self) -> Iterator[Json]:
        named_ones = [item for item in self.held.of(Allergy) if not item.said.none_known]
        for item in named_ones or self.held.of(Allergy)[-1:]:
            said = item.said
            made = self._resource("AllergyIntolerance", item.id, item.entry.reported_by)
            made["clinicalStatus"] = {"coding": [codes.ALLERGY_ACTIVE.coding]}
            made["code"] = concept(codes.NO_KNOWN_ALLERGIES) if said.none_known else {"text": said.name}
            made["patient"] = self.subject
            made["recordedDate"] = _moment(item.entry.recorded_at)
            made["asserter"] = self.reporter(item.entry.reported_by)
            if said.reaction.strip():
                made["reaction"] = [{"manifestation": [{"text": said.reaction}]}]
            _add_notes(made, said.note)
            yield made

    def _when(self, name: str, start: When, end: When) -> Json:
        if end.known:
            return {f"{name}Period": {**({"start": date_of(start)} if start.known else {}), "end": date_of(end)}}
        if start.known:
            return {f"{name}Period": {"start": date_of(start)}}
        return {f"_{name}DateTime": {"extension": [_absent("unknown")]}}

    def _for(self, made: Json, item: Item[Treatment]) -> None:
        """Name what a treatment was for, where the record says it or there is one cancer alone."""
        said, diagnoses = item.said, self.held.of(Diagnosis)
        target = said.recurrence or said.second_cancer or (diagnoses[0].id if len(diagnoses) == 1 else None)
        if target and not self._there(target):
            return
        if target:
            made["reasonReference"] = [reference(target)]

    def _there(self, entry: str) -> bool:
        return any(self.held.by_id(shape, entry) for shape in (Diagnosis, Recurrence, SecondCancer))

    # The plan

    def appointments(self) -> Iterator[Json]:
        """Yield what is planned on a date. FHIR wants the minute of the end of what is booked, which nobody knows: so each is
        a proposal with the day that was asked for, and the time of day in words.
        """
        for time in (*self.told.plan.overdue, *self.told.plan.coming, *self.told.plan.no_date):
            if not time.when.known and time.standing is not Standing.NO_DATE:
                continue
            made = self._resource("Appointment", _slot_id(time), time.reported_by)
            made |= {"status": "proposed", "description": time.name, "appointmentType": {"text": time.kind_words}}
            if time.when.first and time.when.last:
                made["requestedPeriod"] = [{"start": date_of(time.when), "end": date_of(time.when)}]
            told = (time.when_words if time.time else "", time.place, time.note)
            if any(told):
                made["comment"] = "; ".join(filter(None, told))
            made["participant"] = [{"actor": self.subject, "status": "needs-action"}]
            yield made

    def care_plan(self, appointments: Iterable[Json]) -> Json | None:
        """Return the plan: what is ahead by reference, what repeats with its interval, what is over with what became of it."""
        plan = self.told.plan
        activities: list[Json] = [{"reference": reference(each["id"])} for each in appointments]
        activities += [self._repeating(one) for one in plan.repeating]
        activities += [self._over(time) for time in plan.over]
        if not activities:
            return None
        made = self._resource("CarePlan", made_id(self.told.patient, "plan"), SELF)
        return made | {
            "status": "active",
            "intent": "plan",
            "title": self._("Your follow-up plan"),
            "subject": self.subject,
            "created": _moment(self.told.at),
            "author": self.subject,
            "activity": activities,
        }

    def _repeating(self, one: Repeating) -> Json:
        interval = one.interval
        repeat: Json = {
            "boundsPeriod": {"start": date_of(interval.anchor)},
            "frequency": 1,
            "period": interval.every,
            "periodUnit": _UNITS[interval.unit],
        }
        if interval.times:
            repeat["count"] = interval.times
        detail: Json = {
            "kind": "Appointment",
            "code": {"text": one.name},
            "status": "cancelled" if one.cancelled else "scheduled",
            "scheduledTiming": {"repeat": repeat, "code": {"text": one.interval_words}},
        }
        described = "; ".join(filter(None, (one.planned_by, one.place, one.note)))
        return {"detail": detail | ({"description": described} if described else {})}

    def _over(self, time: Time) -> Json:
        status = {Standing.DONE: "completed", Standing.CANCELLED: "cancelled"}.get(time.standing, "not-started")
        detail: Json = {"kind": "Appointment", "code": {"text": time.name}, "status": status}
        if time.standing is Standing.MISSED:
            detail["statusReason"] = {"text": time.standing_words}
        if time.when.known:
            detail["scheduledString"] = time.when_words
        told = "; ".join(filter(None, (time.place, time.result, time.said)))
        return {"detail": detail | ({"description": told} if told else {})}

    def results(self) -> Iterator[Json]:
        """Yield what came of tests and visits, in the person's words."""
        for time in self.told.plan.over:
            if time.standing is not Standing.DONE or not (time.result.strip() or time.said.strip()):
                continue
            made = self._resource("Observation", made_id(_slot_id(time), "result"), time.reported_by)
            made |= {
                "status": "final",
                "category": [{"coding": [_CATEGORIES[time.kind].coding]}],
                "code": {"text": f"{self._(APPOINTMENT_WORDS[time.kind])}: {time.name}"},
                "subject": self.subject,
            }
            if time.when.known:
                made["effectiveDateTime"] = date_of(time.when)
            made["performer"] = [self.reporter(time.reported_by)]
            made["valueString"] = time.result.strip() or time.said.strip()
            said = f"{time.said_by}: {time.said}" if time.said_by else time.said
            _add_notes(made, said if time.result.strip() else "")
            yield made


def _answer(said: SymptomEntry, attribute: Attribute) -> int | None:
    value: int | None = getattr(said, attribute.value)
    return value


def _slot_id(time: Time) -> str:
    if time.entry:
        return time.entry
    plan, _, day = time.slot.partition("@")
    return made_id(plan, day)


def _procedure_status(said: Treatment, on: date) -> str:
    if said.ongoing:
        return "in-progress"
    if said.start.first and said.start.first > on:
        return "preparation"
    if said.end.last and said.end.last <= on:
        return "completed"
    surgery = said.modality is Modality.SURGERY
    return "completed" if surgery and said.start.last and said.start.last <= on else "unknown"


def _stage_code(written: str) -> Code | None:
    """Return the code of the kind of staging, by the prefix that was written; None where none was."""
    from waymark.care.stages import parse_stage

    prefixes = parse_stage(written).prefixes
    if prefixes & {"r", "a", "y"}:
        return codes.STAGE_OTHER
    return codes.STAGE_PATHOLOGICAL if "p" in prefixes else codes.STAGE_CLINICAL if "c" in prefixes else None


def _secondary(site: str) -> Code:
    wanted = site.casefold().strip()
    found = next((name for name, words in codes.SITE_WORDS.items() if wanted in words), None)
    return codes.SECONDARY_SITES[found] if found else codes.SECONDARY


def _contact(said: Contact) -> Json:
    made: Json = {}
    if said.role.strip():
        made["relationship"] = [{"text": said.role}]
    if said.name.strip():
        made["name"] = {"text": said.name}
    telecom = [{"system": "phone", "value": said.phone}] if said.phone.strip() else []
    telecom += [{"system": "email", "value": said.email}] if said.email.strip() else []
    return made | ({"telecom": telecom} if telecom else {})


def _absent(reason: str) -> Json:
    return {"url": ABSENT_REASON, "valueCode": reason}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _add_notes(made: Json, *texts: str) -> None:
    notes = [{"text": text.strip()} for text in texts if text.strip()]
    if notes:
        made["note"] = [*made.get("note", []), *notes]
