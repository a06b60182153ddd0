"""What can be taken away from a record: papers (PDF), the plan for a calendar, the diary as a table, FHIR.

Everything is made in memory, from the same views that the pages show. What is taken away is readable by anyone who has it;
the doors say so.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from waymark.app.logs import log
from waymark.app.own_record import OwnRecord
from waymark.errors import WaymarkError
from waymark.exchange.pdf import Sheet, sheet_of
from waymark.languages.texts import Texts, message, texts

if TYPE_CHECKING:
    from waymark.exchange.fhir_resources import Told

Make = Callable[[OwnRecord, str, date | None], bytes]
"""Makes a file of an open record, in a language; the date is how far back a visit summary looks, None for its own choice."""

_PATIENTS = uuid.UUID("0d9a7f5e-52a1-4c6b-9b57-6a3a4b1f3d20")  # ours; RFC 9562 asks only that it stays the same
PDF, CALENDAR, TABLE, FHIR = "application/pdf", "text/calendar", "text/csv", "application/fhir+json"


@dataclass(frozen=True, slots=True)
class Paper:
    """Something that can be taken away from a record: the name of its file, its media type, and what makes it."""

    name: str
    kind: str
    make: Make


def summary_pdf(record: OwnRecord, language: str, since: date | None = None, sheet: Sheet | None = None) -> bytes:
    """Return the page for a visit; on A4 or Letter, by the record's country unless said. Raises `RecordLocked`."""
    from waymark.exchange.papers import visit_paper

    words = texts(language)
    paper = visit_paper(record.visit(words.language, since), record.charts(words.language), words)
    return _set(record, paper, words, sheet, one_page=True)


def packet_pdf(record: OwnRecord, language: str, sheet: Sheet | None = None) -> bytes:
    """Return the second-opinion packet. Raises `RecordLocked`."""
    from waymark.exchange.papers import packet_paper

    words = texts(language)
    return _set(record, packet_paper(record.packet(words.language), words), words, sheet)


def card_pdf(record: OwnRecord, language: str, sheet: Sheet | None = None) -> bytes:
    """Return the emergency card, to cut out and fold. Raises `RecordLocked`."""
    from waymark.exchange.papers import card_paper

    words = texts(language)
    return _set(record, card_paper(record.card(words.language), words), words, sheet, one_page=True)


def _set(
    record: OwnRecord, paper: Mapping[str, object], words: Texts, sheet: Sheet | None, *, one_page: bool = False
) -> bytes:
    from waymark.exchange.papers import invented
    from waymark.exchange.pdf import typeset

    marked = invented(dict(paper), words) if record.is_demo else paper
    return typeset(marked, sheet or sheet_of(record.country), record.now(), one_page=one_page)


def plan_ics(record: OwnRecord, language: str, *, names: bool = False, subscribed: bool = False) -> bytes:
    """Return the plan for a calendar: bland titles unless ``names``. Raises `RecordLocked`."""
    from waymark.exchange.ical import plan_calendar

    words = texts(language)
    return plan_calendar(record.calendar(words.language, bland=not names), record.now(), words, subscribed=subscribed)


def diary_csv(record: OwnRecord, language: str) -> bytes:
    """Return the whole diary as a table. Raises `RecordLocked`."""
    from waymark.exchange.diary_csv import diary_table

    return diary_table(record.held(), texts(language))


def summary_fhir(record: OwnRecord, language: str, since: date | None = None) -> bytes:
    """Return the International Patient Summary, as patient-reported FHIR R4 (JSON). Raises `RecordLocked`."""
    from waymark.exchange.fhir_document import patient_summary

    return _json(patient_summary(_told(record, language, since)))


def record_fhir(record: OwnRecord, language: str) -> bytes:
    """Return everything of the record that FHIR R4 has a place for, the whole diary too. Raises `RecordLocked`."""
    from waymark.exchange.fhir_document import whole_record

    return _json(whole_record(_told(record, language, None)))


def _told(record: OwnRecord, language: str, since: date | None) -> "Told":
    from waymark.exchange.fhir_resources import Told

    words = texts(language)
    return Told(
        record.held(),
        record.visit(words.language, since),
        record.plan(words.language),
        record.now(),
        record.today(),
        words,
        str(uuid.uuid5(_PATIENTS, record.vault.handle("fhir|patient"))),
        record.is_demo,
    )


def _json(made: Mapping[str, Any]) -> bytes:
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


EXPORT_FORMATS = ("JSON", "CSV", "FHIR", "PDF", "iCalendar")


def export_files(record: OwnRecord, language: str) -> Mapping[str, bytes]:
    """Return the further files of an export, by their names in it.

    The exact entries must get out whatever happens, so a file that cannot be made is named in ``NOT-MADE.txt`` and stops
    nothing; a record that was locked meanwhile does.
    """
    made: dict[str, bytes] = {}
    missing: list[str] = []
    for name, paper in _EXPORTED.items():
        try:
            made[name] = PAPERS[paper].make(record, language, None)
        except WaymarkError:
            raise
        except (
            Exception
        ) as error:  # of a typesetter or a library; its words may hold the person's, so only its kind is said
            log().error("a file of an export could not be made", part=paper, kind=type(error).__name__)
            missing.append(name)
    if missing:
        said = message(
            "These files could not be made: %(names)s. Everything that they would say stands in entries.json.",
            names=", ".join(missing),
        )
        made["NOT-MADE.txt"] = f"{texts(language).say(said)}\n".encode()
    return made


_EXPORTED: Mapping[str, str] = {
    "pdf/visit.pdf": "summary.pdf",
    "pdf/second-opinion.pdf": "second-opinion.pdf",
    "pdf/card.pdf": "card.pdf",
    "fhir/patient-summary.json": "patient-summary.fhir.json",
    "fhir/record.json": "record.fhir.json",
    "calendar/plan.ics": "plan.ics",
    "diary.csv": "diary.csv",
}


def _on(sheet: Sheet, make: Callable[[OwnRecord, str, date | None, Sheet], bytes]) -> Make:
    return lambda record, language, since: make(record, language, since, sheet)


def _papers() -> Mapping[str, Paper]:
    held = {
        "summary.pdf": Paper("summary.pdf", PDF, summary_pdf),
        "second-opinion.pdf": Paper(
            "second-opinion.pdf", PDF, lambda record, language, _: packet_pdf(record, language)
        ),
        "card.pdf": Paper("card.pdf", PDF, lambda record, language, _: card_pdf(record, language)),
    }
    sized: Mapping[str, Callable[[OwnRecord, str, date | None, Sheet], bytes]] = {
        "summary": summary_pdf,
        "second-opinion": lambda record, language, _, sheet: packet_pdf(record, language, sheet),
        "card": lambda record, language, _, sheet: card_pdf(record, language, sheet),
    }
    for stem, make in sized.items():
        for size, sheet in (("a4", Sheet.A4), ("letter", Sheet.LETTER)):
            name = f"{stem}-{size}.pdf"
            held[name] = Paper(name, PDF, _on(sheet, make))
    calendars: Mapping[str, Callable[[OwnRecord, str], bytes]] = {
        "plan.ics": plan_ics,
        "plan-names.ics": lambda record, language: plan_ics(record, language, names=True),
        "plan-subscription.ics": lambda record, language: plan_ics(record, language, subscribed=True),
    }
    for name, of_plan in calendars.items():
        held[name] = Paper(name, CALENDAR, _without_date(of_plan))
    held["diary.csv"] = Paper("diary.csv", TABLE, _without_date(diary_csv))
    held["patient-summary.fhir.json"] = Paper("patient-summary.fhir.json", FHIR, summary_fhir)
    held["record.fhir.json"] = Paper("record.fhir.json", FHIR, _without_date(record_fhir))
    return held


def _without_date(make: Callable[[OwnRecord, str], bytes]) -> Make:
    return lambda record, language, since: make(record, language)


PAPERS: Mapping[str, Paper] = _papers()
"""Everything that can be taken away, by the name of its file. No name says anything of the person."""
