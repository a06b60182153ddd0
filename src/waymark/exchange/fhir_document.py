"""A record as FHIR R4 bundles: the International Patient Summary as a document to hand over, and everything as a collection.

The document looks back as far as the page for the visit does; the collection holds the whole diary. Both say that the person
reports, and neither holds a clinician's judgement.
"""

from collections.abc import Iterable, Mapping
from html import escape

from waymark.care.words import day_in_words
from waymark.exchange import codes
from waymark.exchange.codes import SECTIONS, concept, wrong_codes
from waymark.exchange.fhir_profiles import BUNDLE_IPS, bundle_is_ips, profiles_of
from waymark.exchange.fhir_resources import Json, Resources, Told, made_id, reference


def patient_summary(told: Told) -> Json:
    """Return the International Patient Summary as a document bundle (FHIR R4, JSON objects)."""
    made = Resources(told)
    _ = told.words.gettext
    since = told.visit.covers[0]
    problems, allergies = list(made.conditions()), list(made.allergies())
    medications, procedures = list(made.medications()), list(made.procedures())
    results = [*made.results(), *made.stages(), *made.statuses()]
    story = [*made.pages(since), *made.symptoms(since)]
    appointments = list(made.appointments())
    plan = made.care_plan(appointments)
    titles = {
        "problems": _("Diagnosis"),
        "allergies": _("Allergies"),
        "medications": _("Medicines"),
        "procedures": _("Treatments"),
        "results": _("Results and stages"),
        "plan": _("Plan"),
        "story": _("What changed, in the person's words"),
    }
    held: dict[str, list[Json]] = {
        "problems": problems or [_unknown("Condition", told)],
        "allergies": allergies or [_unknown("AllergyIntolerance", told)],
        "medications": medications or [_unknown("MedicationStatement", told)],
        "procedures": procedures,
        "results": results,
        "plan": [plan] if plan else [],
        "story": story,
    }
    lines: Mapping[str, Iterable[str]] = {name: map(_in_words, resources) for name, resources in held.items()}
    sections = []
    for name, resources in held.items():
        told_lines = _story(told) if name == "story" else list(lines[name])
        if name == "plan" and plan:
            told_lines = [f"{time.when_words}: {time.name}" for time in told.plan.coming] or [str(plan["title"])]
        if not resources and name != "story":
            continue
        section: Json = {
            "title": titles[name],
            "code": {"coding": [SECTIONS[name].coding]},
            "text": _narrative(told_lines, told.words.language),
        }
        if resources:
            section["entry"] = [reference(each["id"]) for each in resources]
        sections.append(section)
    composition: Json = {
        "resourceType": "Composition",
        "id": made_id(told.patient, "summary", told.at.isoformat()),
        "language": told.words.language,
        "meta": {"security": [codes.PATIENT_REPORTED.coding]},
        "status": "final",
        "type": {"coding": [codes.PATIENT_SUMMARY.coding]},
        "subject": made.subject,
        "date": _instant(told),
        "author": [made.subject],
        "title": _title(told),
        "section": sections,
    }
    others = [each for name in held for each in held[name]]
    patient = made.patient()
    return _bundle(
        "document", [composition, patient, *others, *appointments, *made.related.values()], told, composition["id"]
    )


def whole_record(told: Told) -> Json:
    """Return everything that FHIR R4 has a place for, as a collection; the whole diary too."""
    made = Resources(told)
    appointments = list(made.appointments())
    plan = made.care_plan(appointments)
    resources = [
        *made.conditions(),
        *made.stages(),
        *made.statuses(),
        *made.procedures(),
        *made.medications(),
        *made.allergies(),
        *made.results(),
        *made.pages(),
        *made.symptoms(),
        *appointments,
        *([plan] if plan else []),
    ]
    return _bundle("collection", [made.patient(), *resources, *made.related.values()], told, None)


def _bundle(kind: str, resources: list[Json], told: Told, document: str | None) -> Json:
    by_address = {f"urn:uuid:{each['id']}": each for each in resources}
    for each in resources:
        claimed = profiles_of(each, by_address)
        if claimed:
            each["meta"] = {"profile": list(claimed), **each.get("meta", {})}
    bundle: Json = {
        "resourceType": "Bundle",
        "id": made_id(told.patient, kind, told.at.isoformat()),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{document or made_id(told.patient, kind)}"},
        "type": kind,
        "timestamp": _instant(told),
        "entry": [{"fullUrl": address, "resource": each} for address, each in by_address.items()],
    }
    if kind == "document" and bundle_is_ips(bundle, by_address):
        bundle["meta"] = {"profile": [BUNDLE_IPS]}
    wrong = next(wrong_codes(bundle), None)
    if wrong is not None:
        raise ValueError(f"a code that no table holds: {wrong}")  # ours to mend; the person's words are no codes
    return bundle


def _title(told: Told) -> str:
    title = told.words.gettext("Patient summary, written by the person")
    return (
        f"{title} – {told.words.gettext('This person is invented, and none of it is advice.')}"
        if told.invented
        else title
    )


def _instant(told: Told) -> str:
    return told.at.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _unknown(kind: str, told: Told) -> Json:
    """Return what says that nothing is known of a kind, which the summary wants said."""
    made = made_id(told.patient, "unknown", kind)
    subject = reference(told.patient)
    shared: Json = {
        "resourceType": kind,
        "id": made,
        "meta": {"security": [codes.PATIENT_REPORTED.coding]},
    }
    if kind == "Condition":
        return shared | {"code": concept(codes.NO_PROBLEM_INFO), "subject": subject}
    if kind == "AllergyIntolerance":
        return shared | {
            "clinicalStatus": {"coding": [codes.ALLERGY_ACTIVE.coding]},
            "code": concept(codes.NO_ALLERGY_INFO),
            "patient": subject,
        }
    absent = {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
    }
    return shared | {
        "status": "unknown",
        "medicationCodeableConcept": concept(codes.NO_MEDICATION_INFO),
        "subject": subject,
        "_effectiveDateTime": absent,
    }


def _in_words(resource: Json) -> str:
    """Return a resource on one line of the narrative."""
    name = resource.get("code") or resource.get("medicationCodeableConcept") or {}
    period = resource.get("performedPeriod") or resource.get("effectivePeriod") or {}
    when = (
        resource.get("onsetDateTime")
        or resource.get("effectiveDateTime")
        or " – ".join(filter(None, (period.get("start"), period.get("end"))))
    )
    value = resource.get("valueString") or resource.get("valueCodeableConcept", {}).get("text", "")
    dose = "; ".join(each["text"] for each in resource.get("dosage", ()))
    felt = "; ".join(each["text"] for one in resource.get("reaction", ()) for each in one["manifestation"])
    said = ": ".join(filter(None, (str(name.get("text", "")), "; ".join(filter(None, (value, dose, felt))))))
    return f"{said} ({when})" if when else said


def _story(told: Told) -> list[str]:
    """Return what changed, the questions, and who reported, in sentences."""
    page, _ = told.visit, told.words.gettext
    covers = _("%(first)s to %(last)s") % {
        "first": day_in_words(page.covers[0], told.words),
        "last": day_in_words(page.covers[1], told.words),
    }
    lines = [f"{covers}. {page.reported_by}"]
    lines += [" ".join(one.sentences) for one in page.changed] or [
        _("Nothing in the diary stands out against the usual.")
    ]
    lines += [*page.better, page.quiet]
    lines += [f"{_('Question')}: {one.text}" for one in page.questions]
    return lines


def _narrative(lines: Iterable[str], language: str) -> Json:
    listed = "".join(f"<li>{escape(_xml(each))}</li>" for each in lines if each.strip())
    body = f"<ul>{listed}</ul>" if listed else "<p>–</p>"
    div = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}">{body}</div>'
    return {"status": "generated", "div": div}


def _xml(text: str) -> str:
    return "".join(c if c.isprintable() or c in " \n\t" else " " for c in text)
