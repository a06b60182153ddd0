"""Adding entries of every kind, looking at one with its history, correcting it, and taking it back."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from waymark.app.web.record import urgent
from waymark.app.web.record.diary import answers_in_words, read_answers, scale_asks
from waymark.app.web.record.fields import ASKS, UNIT_CHOICES, Asks, Field
from waymark.app.web.record.filling import Values, again, filled, read, texts_of
from waymark.app.web.record.visit import Page, Refused, Visit
from waymark.app.web.record.when import months
from waymark.app.web.record.words import KINDS, N_
from waymark.care.course import when_in_words
from waymark.care.diary import answers_of
from waymark.care.held import Item
from waymark.care.stages import parse_stage
from waymark.care.symptoms import named
from waymark.errors import NotFound
from waymark.library.cancer_types import name_of, vocabulary
from waymark.record.dates import UNKNOWN, When
from waymark.record.entries import SELF, Entry
from waymark.record.payloads import BaselineMark, Interval, Kind, Payload, Recurrence, SymptomEntry


def adds(kind: Kind) -> Page:
    """Return the page that adds an entry of a kind."""
    asks = ASKS[kind]

    def show(visit: Visit) -> Response:
        values = again(asks, visit.form) if visit.form else filled(asks, None, _first_date(visit, asks), visit.handle)
        if kind is Kind.RECURRENCE and not visit.form:
            values["ordinal"] = str(len(visit.held.of(Recurrence)) + 1)
        return form_page(visit, asks, values)

    def save(visit: Visit) -> Response:
        payload, about = _read(visit, asks)
        if visit.typed.flag("look"):
            return show(visit)
        visit.say_who(visit.typed)
        visit.own.add(payload, about=about, reported_by=visit.writer)
        return visit.go(asks.back, visit.say(asks.said), _urgent(visit, asks, payload))

    return Page(asks.address, show, save)


def _first_date(visit: Visit, asks: Asks) -> When:
    return When.on(visit.today) if asks.kind is Kind.NOTE else UNKNOWN


def _read(visit: Visit, asks: Asks, base: Payload | None = None) -> tuple[Payload, When | None]:
    return read(asks, visit.typed, lambda handle: _origin(visit, handle), base)


def _origin(visit: Visit, handle: str) -> str | None:
    try:
        return visit.find(handle).id
    except NotFound:
        return None


def _urgent(visit: Visit, asks: Asks, payload: Payload) -> tuple[Any, ...]:
    return urgent.of_words(visit, *texts_of(payload).values()) if asks.urgent else ()


def form_page(visit: Visit, asks: Asks, values: Values, **more: Any) -> Response:
    """Return the page with a form: its fields, what stands in them, and what explains them."""
    return visit.page(
        "entry_form",
        asks=asks,
        values=values,
        months=months(visit.words),
        options={field.name: _options(visit, field) for field in asks.fields},
        units=[(value, visit.say(words)) for value, words in UNIT_CHOICES],
        explained={field.topic: visit.explain(field.topic) for field in asks.fields if field.topic},
        understood={
            field.name: understood(visit, str(values.get(field.name) or "")) for field in asks.fields if field.stage
        },
        **more,
    )


def understood(visit: Visit, written: str) -> tuple[str, tuple[str, ...]]:
    """Return what was understood of a stage as it was copied, and what can be read in two ways."""
    if not written.strip():
        return "", ()
    stage = parse_stage(written, visit.words)
    return stage.in_words(visit.words), stage.unclear


def _options(visit: Visit, field: Field) -> list[tuple[str, str]]:
    if field.kind == "cancer":
        named_types = ((one.id, name_of(one.id, visit.language)) for one in vocabulary().types.values())
        return sorted(named_types, key=lambda pair: pair[1].casefold())
    if field.kind == "of":
        return [(visit.handle(item.id), in_a_line(visit, item)) for item in visit.held.all(*field.kinds)]
    return [(value, visit.say(words)) for value, words in field.choices]


def in_a_line(visit: Visit, item: Item[Any]) -> str:
    """Return an entry of the course on one line, to choose it from a list."""
    row = next((row for row in visit.own.timeline(visit.language) if row.id == item.id), None)
    if row is None:
        return visit.say(KINDS[item.entry.kind])
    return f"{row.what} ({row.when})" if item.when.known else row.what


# One entry


def look(visit: Visit) -> Response:
    """Show one entry with everything it said before, and the form that corrects it."""
    item = visit.find(visit.part("handle"))
    asks = ASKS.get(item.entry.kind)
    versions = [_version(visit, entry) for entry in visit.own.history(item.id)]
    shared: dict[str, Any] = {
        "item": item,
        "handle": visit.part("handle"),
        "kind": visit.say(KINDS[item.entry.kind]),
        "versions": versions,
        "back": _back(visit, item),
    }
    if isinstance(item.said, SymptomEntry | BaselineMark):
        return visit.page("entry_symptom", asked=scale_asks(visit, item.said, visit.form), **shared)
    if asks is None:
        return visit.page("entry_only", **shared)
    values = again(asks, visit.form) if visit.form else filled(asks, item.said, item.when, visit.handle)
    return form_page(visit, asks, values, correcting=shared)


def correct(visit: Visit) -> Response:
    item = visit.find(visit.part("handle"))
    form, reason = visit.typed, visit.typed.one("why")
    visit.say_who(form)
    if isinstance(item.said, SymptomEntry | BaselineMark):
        payload: Payload = read_answers(form, item.said)
        about = None
    elif (asks := ASKS.get(item.entry.kind)) is not None:
        payload, about = _read(visit, asks, item.said)
        if form.flag("look"):
            return look(visit)
    else:
        raise NotFound("This cannot be corrected here.", "Look at the page that it belongs to.")
    if payload == item.said and about in (None, item.when):
        raise Refused({}, N_("Nothing was changed."))
    visit.own.amend(item.id, payload, reason=reason, about=about, reported_by=visit.writer)
    signs = urgent.of_words(visit, getattr(payload, "note", "")) if isinstance(payload, SymptomEntry) else ()
    return visit.go(
        f"/record/entries/{visit.part('handle')}", visit.say("Corrected. What stood here before is kept below."), signs
    )


def strike(visit: Visit) -> Response:
    item = visit.find(visit.part("handle"))
    if not visit.typed.flag("sure"):
        raise Refused({"sure": N_("Tick the box to take it back.")})
    back = _back(visit, item)
    visit.own.strike(item.id, visit.typed.one("why"), reported_by=visit.writer)
    return visit.go(back, visit.say("It is taken back. It is shown no more; the record keeps that it was there."))


def strike_form(visit: Visit) -> Response:
    item = visit.find(visit.part("handle"))
    return visit.page(
        "strike",
        handle=visit.part("handle"),
        kind=visit.say(KINDS[item.entry.kind]),
        version=_version(visit, item.entry),
    )


def _back(visit: Visit, item: Item[Any]) -> str:
    if isinstance(item.said, SymptomEntry | BaselineMark):
        from waymark.care.symptoms import item_key

        return f"/record/symptoms/{visit.handle(item_key(item.said.term, item.said.own_words))}"
    asks = ASKS.get(item.entry.kind)
    return asks.back if asks else {Kind.QUESTION: "/record/questions"}.get(item.entry.kind, "/record")


def _version(visit: Visit, entry: Entry) -> dict[str, Any]:
    """Return one version of an entry as lines of a name and what stood there."""
    said = entry.payload
    lines: list[tuple[str, str]] = []
    if isinstance(said, SymptomEntry | BaselineMark):
        lines.append((visit.say("Symptom"), named(said.term, said.own_words, visit.words)))
        recall = said.recall_days if isinstance(said, SymptomEntry) else 7
        lines += [
            (ask, f"{value}, {words}") for ask, value, words in answers_in_words(answers_of(said), recall, visit.words)
        ]
        lines += [(visit.say("Note"), said.note)] if said.note else []
    elif said is not None:
        asks = ASKS.get(entry.kind)
        for field in asks.fields if asks else ():
            words = (
                when_in_words(entry.about_when, visit.words) if field.kind == "about" and entry.about_when.known else ""
            )
            words = words or (_in_words(visit, field, getattr(said, field.name)) if field.kind != "about" else "")
            if words:
                lines.append((visit.say(field.label), words))
    return {
        "lines": lines,
        "struck": entry.amends is not None and entry.amends.struck,
        "reason": entry.amends.reason if entry.amends else "",
        "at": entry.recorded_at.astimezone(visit.pages.now().tzinfo),
        "by": "" if entry.reported_by == SELF else entry.reported_by,
        "about": when_in_words(entry.about_when, visit.words) if entry.about_when.known else "",
        "first": entry.amends is None,
    }


def _in_words(visit: Visit, field: Field, held: Any) -> str:
    choices = dict(field.choices)
    if isinstance(held, When):
        return when_in_words(held, visit.words) if held.known else ""
    if isinstance(held, Interval):
        from waymark.care.plan import interval_in_words

        return interval_in_words(held, visit.words)
    if isinstance(held, bool):
        return visit.say("yes") if held else visit.say("no") if field.kind == "maybe" else ""
    if isinstance(held, tuple):
        return ", ".join(visit.say(choices.get(str(each), str(each))) for each in held)
    if field.kind == "cancer" and held:
        return name_of(str(held), visit.language)
    if field.kind == "of" and held:
        found = next((item for item in visit.held.all(*field.kinds) if item.id == held), None)
        return in_a_line(visit, found) if found else ""
    return visit.say(choices[str(held)]) if str(held) in choices else "" if held is None else str(held)


Shown = Callable[[Visit], Response]

PAGES = (
    *(adds(kind) for kind in ASKS if kind is not Kind.ABOUT_PERSON),
    Page("/record/entries/{handle}", look, correct),
    Page("/record/entries/{handle}/strike", strike_form, strike),
)
