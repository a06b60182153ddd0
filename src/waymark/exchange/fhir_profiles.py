"""Which profiles a resource may claim: each rule of the profile that an instance of ours could break, looked at one by one.

A profile is claimed where its rules hold for this very instance, and nowhere else. Sources: the International Patient Summary
(``http://hl7.org/fhir/uv/ips``, version 2.0) for the document, and mCODE STU4 over US Core for cancers. Where Java and HL7's
validator are at hand, they say the same of what is claimed; `tests/spec/test_fhir.py` runs them where they are.
"""

from collections.abc import Callable, Mapping
from typing import Any

from waymark.exchange import codes
from waymark.exchange.codes import LOINC, PRIMARY, SECONDARY, SECONDARY_SITES, SNOMED

IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"
Json = Mapping[str, Any]


def profiles_of(resource: Json, by_address: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the profiles whose rules hold for a resource; ``by_address`` finds what it refers to."""
    rules = _RULES.get(str(resource.get("resourceType")), {})
    return tuple(profile for profile, holds in rules.items() if holds(resource, by_address))


def _patient_ips(patient: Json, _: Mapping[str, Json]) -> bool:
    named = any(name.get("text") or name.get("family") or name.get("given") for name in patient.get("name", ()))
    return named and ("birthDate" in patient or "_birthDate" in patient)  # ips-pat-1; birthDate 1..1


def _patient_mcode(patient: Json, _: Mapping[str, Json]) -> bool:
    """US Core Patient: an identifier with its system, a name with a family or given name (or why there is none), a gender."""
    identified = all(one.get("system") and one.get("value") for one in patient.get("identifier", ())) and bool(
        patient.get("identifier")
    )
    named = all(
        name.get("family") or name.get("given") or name.get("_family") or name.get("extension")
        for name in patient.get("name", ())
    )
    return identified and bool(patient.get("name")) and named and "gender" in patient


def _subject(resource: Json, by_address: Mapping[str, Json], name: str = "subject") -> Json | None:
    return by_address.get(str(resource.get(name, {}).get("reference")))


def _is_coded(resource: Json, allowed: frozenset[str]) -> bool:
    return any(
        coding.get("system") == SNOMED and coding.get("code") in allowed
        for coding in resource.get("code", {}).get("coding", ())
    )


def _condition_ips(condition: Json, by_address: Mapping[str, Json]) -> bool:
    patient = _subject(condition, by_address)
    return "code" in condition and patient is not None and _patient_ips(patient, by_address)


def _us_core_condition(condition: Json, by_address: Mapping[str, Json]) -> bool:
    """US Core Condition: a category of its own value set, a code, and a patient of its own profile."""
    patient = _subject(condition, by_address)
    categories = [coding for one in condition.get("category", ()) for coding in one.get("coding", ())]
    listed = any(
        coding.get("system") == codes.CONDITION_CATEGORY and coding.get("code") == "problem-list-item"
        for coding in categories
    )
    return listed and "clinicalStatus" in condition and patient is not None and _patient_mcode(patient, by_address)


def _primary(condition: Json, by_address: Mapping[str, Json]) -> bool:
    allowed = frozenset({code.code for code in PRIMARY.values()})
    # An assessment of a stage must be of mCODE's own profile; ours are words, so none may be named.
    staged = all("assessment" not in stage and "type" not in stage for stage in condition.get("stage", ()))
    first = not condition.get("extension")  # a recurrence is no primary cancer
    return _us_core_condition(condition, by_address) and _is_coded(condition, allowed) and staged and first


def _secondary(condition: Json, by_address: Mapping[str, Json]) -> bool:
    allowed = frozenset({SECONDARY.code, *(code.code for code in SECONDARY_SITES.values())})
    related = [
        by_address.get(str(extension.get("valueReference", {}).get("reference")))
        for extension in condition.get("extension", ())
        if extension["url"].endswith("condition-related")
    ]
    to_primary = all(one is not None and _primary(one, by_address) for one in related)
    return (
        _us_core_condition(condition, by_address)
        and _is_coded(condition, allowed)
        and "stage" not in condition
        and to_primary
    )


def _medication_ips(statement: Json, by_address: Mapping[str, Json]) -> bool:
    patient = _subject(statement, by_address)
    dated = {"effectiveDateTime", "effectivePeriod", "_effectiveDateTime"} & statement.keys()
    named = "medicationCodeableConcept" in statement
    return bool(dated) and named and patient is not None and _patient_ips(patient, by_address)


def _allergy_ips(allergy: Json, by_address: Mapping[str, Json]) -> bool:
    patient = _subject(allergy, by_address, "patient")
    return "code" in allergy and patient is not None and _patient_ips(patient, by_address)


def _procedure_ips(procedure: Json, by_address: Mapping[str, Json]) -> bool:
    patient = _subject(procedure, by_address)
    dated = {"performedDateTime", "performedPeriod", "_performedDateTime"} & procedure.keys()
    return bool(dated) and "code" in procedure and patient is not None and _patient_ips(patient, by_address)


_ENTRIES: Mapping[str, tuple[str, Callable[[Json, Mapping[str, Json]], bool]]] = {
    "11450-4": ("Condition", _condition_ips),
    "48765-2": ("AllergyIntolerance", _allergy_ips),
    "10160-0": ("MedicationStatement", _medication_ips),
    "47519-4": ("Procedure", _procedure_ips),
    "18776-5": ("CarePlan", lambda resource, by_address: True),
}


def _composition_ips(composition: Json, by_address: Mapping[str, Json]) -> bool:
    """The three required sections once each, with an entry or the reason for none (ips-comp-1); text and title in every
    section; entries of the kind that the section may hold.
    """
    sections = composition.get("section", ())
    found: list[str] = []
    for section in sections:
        coded = [coding["code"] for coding in section.get("code", {}).get("coding", ()) if coding["system"] == LOINC]
        if not (section.get("title") and section.get("text", {}).get("div") and coded) or "section" in section:
            return False
        found += coded
        held = [by_address.get(entry["reference"]) for entry in section.get("entry", ())]
        if coded[0] in ("11450-4", "48765-2", "10160-0") and not held and "emptyReason" not in section:
            return False
        kind, holds = _ENTRIES.get(coded[0], ("", lambda resource, by: True))
        if any(one is None or (kind and one["resourceType"] != kind) or not holds(one, by_address) for one in held):
            return False
    patient = _subject(composition, by_address)
    typed = any(coding["code"] == "60591-5" for coding in composition.get("type", {}).get("coding", ()))
    return (
        all(found.count(code) == 1 for code in ("11450-4", "48765-2", "10160-0"))
        and len(found) == len(set(found))
        and typed
        and patient is not None
        and _patient_ips(patient, by_address)
    )


def bundle_is_ips(bundle: Json, by_address: Mapping[str, Json]) -> bool:
    """Return whether a document is one of the International Patient Summary: an identifier, a time, the composition first and
    once, one patient, a full address for every entry, and nothing of a search or a request in it.
    """
    entries = bundle.get("entry", ())
    kinds = [entry.get("resource", {}).get("resourceType") for entry in entries]
    return bool(
        bundle.get("type") == "document"
        and bundle.get("identifier")
        and bundle.get("timestamp")
        and kinds[:1] == ["Composition"]
        and kinds.count("Composition") == 1
        and kinds.count("Patient") == 1
        and all(entry.get("fullUrl") and not {"search", "request", "response"} & entry.keys() for entry in entries)
        and _composition_ips(entries[0]["resource"], by_address)
        and all(_ips_where_it_counts(entry["resource"], by_address) for entry in entries)
    )


def _ips_where_it_counts(resource: Json, by_address: Mapping[str, Json]) -> bool:
    """Return whether a resource of a kind that the summary binds to its own profile keeps that profile's rules."""
    rules = _RULES.get(str(resource.get("resourceType")), {})
    return all(holds(resource, by_address) for profile, holds in rules.items() if profile.startswith(IPS))


_RULES: Mapping[str, Mapping[str, Callable[[Json, Mapping[str, Json]], bool]]] = {
    "Patient": {f"{IPS}Patient-uv-ips": _patient_ips, f"{MCODE}mcode-cancer-patient": _patient_mcode},
    "Condition": {
        f"{IPS}Condition-uv-ips": _condition_ips,
        f"{MCODE}mcode-primary-cancer-condition": _primary,
        f"{MCODE}mcode-secondary-cancer-condition": _secondary,
    },
    "MedicationStatement": {f"{IPS}MedicationStatement-uv-ips": _medication_ips},
    "AllergyIntolerance": {f"{IPS}AllergyIntolerance-uv-ips": _allergy_ips},
    "Procedure": {f"{IPS}Procedure-uv-ips": _procedure_ips},
    "Composition": {f"{IPS}Composition-uv-ips": _composition_ips},
}
BUNDLE_IPS = f"{IPS}Bundle-uv-ips"
