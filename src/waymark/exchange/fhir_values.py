"""Reading the values of FHIR resources that others wrote: whatever is not there, or is of another shape, is simply not there."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from waymark.exchange.fhir_bundle import Bundle, Resource
from waymark.record.dates import UNKNOWN, Precision, When
from waymark.record.errors import EntryRefused
from waymark.record.payload import LONGEST_LINE

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(T.*)?\Z", re.ASCII | re.DOTALL)
_OLDEST = 1880


def at(held: Any, *path: str | int) -> Any:
    """Return what stands at a path, None where anything on the way is missing or of another shape."""
    for step in path:
        if isinstance(step, str):
            held = held.get(step) if isinstance(held, Mapping) else None
        else:
            held = held[step] if isinstance(held, list) and len(held) > step else None
    return held


def each(held: Any, name: str) -> Iterator[Any]:
    """Yield the members of a list; of a single object that one (some portals forget the list)."""
    found = at(held, name)
    if isinstance(found, list):
        yield from found
    elif found is not None:
        yield found


def line(held: Any) -> str:
    """Return a text as one line that an entry can hold."""
    if not isinstance(held, str):
        return ""
    kept = "".join(c if c.isprintable() else " " for c in held)
    return " ".join(kept.split())[:LONGEST_LINE].strip()


def words_of(concept: Any) -> str:
    """Return the words of a CodeableConcept: its text, else what its first code is called, else that code."""
    if isinstance(concept, list):
        return words_of(concept[0]) if concept else ""
    said = line(at(concept, "text"))
    for name in ("display", "code"):
        for coding in each(concept, "coding"):
            said = said or line(at(coding, name))
    return said


def codes_of(concept: Any) -> tuple[tuple[str, str], ...]:
    """Return the codes of a CodeableConcept, each as (system, code)."""
    if isinstance(concept, list):
        return tuple(code for one in concept for code in codes_of(one))
    return tuple(
        (system, code)
        for coding in each(concept, "coding")
        if isinstance(system := at(coding, "system"), str) and isinstance(code := at(coding, "code"), str)
    )


def only_codes(concept: Any) -> frozenset[str]:
    """Return the codes of a concept, or of a list of them, without their systems."""
    return frozenset(code for _, code in codes_of(concept))


def concept_or_reference(content: Mapping[str, Any], name: str) -> tuple[Any, str]:
    """Return a choice between a concept and a reference, as R4 (``nameCodeableConcept``) or R5 (``name.concept``) write it."""
    concept = at(content, f"{name}CodeableConcept") or at(content, name, "concept")
    reference = at(content, f"{name}Reference", "reference") or at(content, name, "reference", "reference")
    return concept, reference if isinstance(reference, str) else ""


def resolved(reference: str, resource: Resource, bundle: Bundle) -> Mapping[str, Any] | None:
    """Return what a reference names: inside the resource (``#id``), in the same file, or None."""
    if reference.startswith("#"):
        return resource.contained.get(reference[1:])
    tail = "/".join(reference.split("/")[-2:])
    return bundle.by_reference.get(reference) or bundle.by_reference.get(tail)


def day_of(held: Any, zone: tzinfo) -> When:
    """Return a date, dateTime or instant as the day, month or year that it names; unknown for anything else.

    A time of day is read from the clock that it is written in; only one of Greenwich (``Z``, as programs write whatever the
    place) is told as the clock in ``zone`` tells it. Midnight is a date that a program wrote as a time, and keeps its day.
    """
    if not isinstance(held, str) or not (found := _DATE.match(held.strip())):
        return UNKNOWN
    year, month, day, clock = found.groups()
    if int(year) < _OLDEST:
        return UNKNOWN
    if clock:
        local = _local(held.strip(), zone)
        if local is not None:
            return When.on(local.date())
    try:
        if day:
            return When.on(date(int(year), int(month), int(day)))
        return When(date(int(year), int(month or 1), 1), Precision.MONTH if month else Precision.YEAR)
    except (ValueError, EntryRefused):
        return UNKNOWN


def clock_of(held: Any, zone: tzinfo) -> str:
    """Return the time of day of an instant ("14:30"), by the clock that `day_of` reads; "" where it holds none."""
    local = _local(held.strip(), zone) if isinstance(held, str) else None
    return local.strftime("%H:%M") if local else ""


def _local(held: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(held.replace("Z", "+00:00"))
    except ValueError:
        return None
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0) or "T" not in held:
        return None
    if moment.utcoffset():
        return moment  # the hospital's own clock: that is how the appointment is told
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return None


def in_utc(held: Any) -> bool:
    """Return whether an instant was written in UTC, so that its day and clock were worked out here."""
    return isinstance(held, str) and held.strip().endswith(("Z", "+00:00"))


def period_of(content: Mapping[str, Any], *names: str, zone: tzinfo = UTC) -> tuple[When, When]:
    """Return the start and end of the first of these elements that is there: a Period, or a dateTime (start alone)."""
    for name in names:
        start = day_of(at(content, f"{name}Period", "start"), zone)
        end = day_of(at(content, f"{name}Period", "end"), zone)
        single = day_of(at(content, f"{name}DateTime"), zone)
        if start.known or end.known:
            return start, end
        if single.known:
            return single, UNKNOWN
    return UNKNOWN, UNKNOWN
