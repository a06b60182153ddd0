"""For every text and every file: papers show text as text, and what cannot be read is refused with a sentence."""

import io
import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from waymark.care.held import Held
from waymark.exchange.diary_csv import read_diary
from waymark.exchange.fhir_bundle import read_bundle
from waymark.exchange.fhir_proposals import read_fhir
from waymark.exchange.pdf import Sheet, plain, typeset
from waymark.languages.texts import texts
from waymark.record.errors import ImportRefused

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
WORDS = texts("en")
MARKUP = "#$*_@<>[]{}()\\/\"'`~=-+^&%|.,:;!?01ab \n"


def card(text: str) -> dict[str, Any]:
    return {
        "paper_kind": "card",
        "title": "Card",
        "lang": "en",
        "foot": "foot",
        "sides": [{"head": "", "lines": [{"text": text, "label": "", "strong": False, "small": False, "phone": ""}]}]
        * 4,
        "contacts": [{"name": text, "phone": "", "what": ""}],
        "words": {"cut": "", "more": "more", "at_home": "home"},
    }


def shown(content: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c != "\u200b")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(MARKUP, min_size=1, max_size=60))
@example('#panic("x")')
@example('#read("/etc/passwd")')
@example('#import "@preview/cetz:0.2.0"')
@example("https://example.org/a")
@example("= heading\n- item\n+ one\n/ term: x")
@example('\\u{1f600} \\ #"')
def test_what_is_written_is_what_is_shown(text: str) -> None:
    wanted = "".join(c for c in unicodedata.normalize("NFKC", plain(text)) if not c.isspace() and c != "\u200b")
    assert wanted in shown(typeset(card(text), Sheet.A4, NOW))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=80))
@example("\x00\x01\x1b[31m")
@example("\u202e\u2066 right to left")
@example("\u0301" * 40)
@example("한국어 العربية עברית हिन्दी")
def test_every_text_can_be_set(text: str) -> None:
    assert typeset(card(text), Sheet.LETTER, NOW).startswith(b"%PDF")


# Files of others

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | st.text(max_size=12) | st.sampled_from(["2024", "2024-13-40"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(
        ["code", "coding", "text", "display", "system", "subject", "patient", "reference", "status", "medication", "concept",
         "medicationCodeableConcept", "medicationReference", "dosage", "effectivePeriod", "start", "end", "onsetDateTime", "name",
         "given", "family", "birthDate", "participant", "actor", "description", "reaction", "manifestation", "note", "contained",
         "id", "category", "performedDateTime", "extension", "url", "stage", "summary", "bodySite", "clinicalStatus", "entry",
         "resource", "verificationStatus", "requestedPeriod", "doseAndRate", "doseQuantity", "value", "unit"]), inside, max_size=5),
    max_leaves=14,
)  # fmt: skip
KINDS = (
    "Patient",
    "Condition",
    "MedicationStatement",
    "MedicationRequest",
    "Procedure",
    "Appointment",
    "AllergyIntolerance",
    "Bundle",
    "X",
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.dictionaries(st.text(max_size=3), JSON, max_size=2) | JSON), max_size=4
    ),
    st.booleans(),
)
def test_no_resource_breaks_the_reader(drawn: list[tuple[str, Any]], listed: bool) -> None:
    resources = [{**(held if isinstance(held, dict) else {"code": held}), "resourceType": kind} for kind, held in drawn]
    whole: Any = resources if listed else {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}
    try:
        found = read_fhir(json.dumps(whole).encode(), Held(()), date(2026, 11, 25), UTC, WORDS)
    except ImportRefused as refused:
        assert refused.sentence and refused.next_step
        return
    for one in found.proposals:
        assert one.line and one.source
    assert len({one.source for one in found.proposals}) == len(found.proposals)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@example(b"[" * 100_000)
@example(b'{"resourceType":' * 5000)
@example(b"\xff\xfe{\x00")
@example(b'{"resourceType": "Bundle", "entry": [{"resource": null}]}')
@example(b'{"a": NaN, "resourceType": 3}')
@example(b"9" * 5000)
def test_no_file_breaks_the_reader(content: bytes) -> None:
    try:
        read_bundle(content)
    except ImportRefused as refused:
        assert refused.sentence and refused.next_step


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: b"day,symptom,how_strong\n" + text.encode()))
@example(b"day,symptom\n\x00,a")
@example(b'day,symptom\n"2026-01-01,a\n')
@example(b"day;symptom;days\n2026-01-01;pain;" + b"9" * 400)
def test_no_table_breaks_the_reader(content: bytes) -> None:
    try:
        found = read_diary(content, Held(()), date(2026, 11, 25), WORDS)
    except ImportRefused as refused:
        assert refused.sentence and refused.next_step
        return
    assert found.proposals or found.left_out
