"""What stands on the record's papers: plain data for ``papers.typ``, with every word in the person's language.

The same views as on the pages (`waymark.care`), so that paper and screen never say different things.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from waymark.care.change import ChangeKind
from waymark.care.charts import Chart
from waymark.care.packet import Card, Packet
from waymark.care.team import KnownAllergy, Person
from waymark.care.timeline import Row
from waymark.care.visit import Changed, VisitSummary
from waymark.care.words import day_in_words
from waymark.languages.texts import Texts

_HALF_YEAR = timedelta(weeks=26)
_BROKEN_AFTER = timedelta(days=21)  # a line over a gap would say what nobody wrote
_QUOTES = 2
_LONGEST_QUOTE = 220


def visit_paper(page: VisitSummary, charts: Iterable[Chart], words: Texts) -> dict[str, Any]:
    """Return the page for a visit: `VisitSummary` as it stands, with the small lines of ``charts``."""
    _ = words.gettext
    quiet = [chart for chart in charts if not chart.tells]
    steady = [chart.name for chart in quiet if chart.usual.kind is ChangeKind.NO_CHANGE]
    unknown = [chart.name for chart in quiet if chart.usual.kind is ChangeKind.NOT_ENOUGH_ENTRIES]
    title = _("For my visit")
    if page.visit:
        title += f": {page.visit.name}, {page.visit.when_words}"
    covers = _("%(first)s to %(last)s") % {
        "first": day_in_words(page.covers[0], words),
        "last": day_in_words(page.covers[1], words),
    }
    weeks = _("Something is written in %(written)s of %(of)s weeks.") % {
        "written": page.weeks[0],
        "of": page.weeks[1],
    }
    more = words.ngettext("%(num)s more on my list.", "%(num)s more on my list.", page.more_questions)
    overdue = [f"{time.name}, {time.when_words} ({_('not marked')})" for time in page.overdue]
    return {
        **_shared("visit", title, page.on, words),
        **_who(page.person, page.born, page.diagnosis_line, page.important, words),
        "covers": f"{covers}. {page.reported_by} {weeks}",
        "questions": [one.text for one in page.questions],
        "more_questions": more % {"num": page.more_questions} if page.more_questions else "",
        "changed": [_changed(one, page.on, words) for one in page.changed],
        "other": [
            *([" ".join(page.better)] if page.better else []),
            *([_("No clear change from the usual: %(names)s.") % {"names": ", ".join(steady)}] if steady else []),
            *([_("Too few entries to say: %(names)s.") % {"names": ", ".join(unknown)}] if unknown else []),
            page.quiet,
        ],
        "medicines": [one.line for one in page.medicines],
        "allergies": _allergies(page.allergies, words),
        "coming": [*overdue, *(f"{time.when_words}: {time.name}" for time in page.coming)],
        "results": [f"{time.name}, {time.when_words}: {time.result or time.said}" for time in page.results],
        "course": _course(page.course),
        "please": page.please,
        "words": {
            "important": _("Important"),
            "questions": _("My questions"),
            "no_question": _("No question is noted."),
            "changed": _("What changed"),
            "nothing_changed": _("Nothing in the diary stands out against the usual."),
            "medicines": _("Medicines"),
            "no_medicine": _("None is noted."),
            "allergies": _("Allergies"),
            "dates": _("Next dates"),
            "no_date": _("None is planned."),
            "results": _("Results since then"),
            "course": _("So far"),
        },
    }


def packet_paper(packet: Packet, words: Texts) -> dict[str, Any]:
    """Return the second-opinion packet."""
    _ = words.gettext
    return {
        **_shared("second-opinion", _("For a second opinion"), packet.on, words),
        **_who(packet.person, "", packet.diagnosis_line, "", words),
        "course": _course(packet.course),
        "medicines": [one.line for one in packet.medicines],
        "allergies": _allergies(packet.allergies, words),
        "team": [" ".join(filter(None, (one.called, one.phone))) for one in packet.team],
        "questions": [one.text for one in packet.questions],
        "gather": [
            {
                "name": one.name,
                "why": one.why,
                "have": one.have,
                "where": one.where,
                "here": [*one.here, *([one.note] if one.note else [])],
            }
            for one in packet.gather
        ],
        "words": {
            "important": _("Important"),
            "course": _("So far"),
            "no_course": _("No diagnosis is noted."),
            "medicines": _("Medicines"),
            "no_medicine": _("None is noted."),
            "allergies": _("Allergies"),
            "team": _("My team"),
            "no_team": _("None is noted."),
            "questions": _("My questions"),
            "no_question": _("No question is noted."),
            "gather": _("What to gather"),
            "ask_them": _("What another center usually wants to see. Ask them for their own list."),
            "have": _("have it"),
        },
    }


def card_paper(card: Card, words: Texts) -> dict[str, Any]:
    """Return the emergency card: four sides to fold, and whom to call in large letters to keep at home."""
    _ = words.gettext
    born = f"{_('Born')} {card.born}" if card.born else ""
    speaks = f"{_('Speaks')}: {card.speaks}" if card.speaks else ""
    first = [
        _line(card.person or f"{_('Name')}: ______________", strong=True),
        _line(". ".join(filter(None, (born, speaks)))),
        _line(card.speak, strong=True),
        _line(card.diagnosis_line),
        _line(card.important, _("Important")),
        _line("; ".join(card.allergies) or _("not noted"), _("Allergies")),
    ]
    calls: list[dict[str, Any]] = []
    for one in card.contacts:
        calls += [_line(one.called, strong=True, phone=one.phone), _line(_when(one), small=True)]
    calls.append(_line(_("Emergency"), phone=card.number))
    sides = [
        (_("Emergency card"), first),
        (_("Please call"), calls or [_line("______________")]),
        (_("Medicines"), [_line(each) for each in card.medicines] or [_line(_("None is noted."))]),
        (_("Treatments"), [_line(each) for each in card.treatments] or [_line(_("None is noted."))]),
    ]
    sides[3][1].append(
        _line(_("As of %(day)s. Written by the person.") % {"day": day_in_words(card.on, words)}, small=True)
    )
    return {
        **_shared("card", _("Emergency card"), card.on, words),
        "sides": [{"head": head, "lines": [each for each in lines if each["text"]]} for head, lines in sides],
        "contacts": [{"name": one.called, "phone": one.phone, "what": _when(one)} for one in card.contacts],
        "words": {
            "cut": _("Cut along the outer line and fold along the inner ones. Anyone who finds it can read it."),
            "more": _("More stands in the record."),
            "at_home": _("To keep at home: whom to call"),
        },
    }


def invented(paper: dict[str, Any], words: Texts) -> dict[str, Any]:
    """Return a paper of the invented example: its foot says so on every page."""
    said = words.gettext("This person is invented, and none of it is advice.")
    return paper | {"foot": f"{said} {paper['foot']}"}


def _shared(kind: str, title: str, on: date, words: Texts) -> dict[str, Any]:
    foot = words.gettext("Written down by the person or a helper, %(day)s. It is no diagnosis. Made with Waymark.")
    return {
        "paper_kind": kind,
        "title": title,
        "lang": words.language,
        "foot": foot % {"day": day_in_words(on, words)},
    }


def _who(person: str, born: str, diagnosis: str, important: str, words: Texts) -> dict[str, str]:
    return {
        "person": person,
        "born": words.gettext("born %(day)s") % {"day": born} if born else "",
        "diagnosis": diagnosis or words.gettext("No diagnosis is noted."),
        "important": important,
    }


def _line(text: str, label: str = "", *, strong: bool = False, small: bool = False, phone: str = "") -> dict[str, Any]:
    return {"text": text, "label": label, "strong": strong, "small": small, "phone": phone}


def _when(person: Person) -> str:
    return ". ".join(filter(None, (person.call_for, person.hours)))


def _allergies(known: Iterable[KnownAllergy], words: Texts) -> str:
    named = [
        f"{one.name} ({one.reaction})" if one.reaction else one.name or words.gettext("none known") for one in known
    ]
    return ", ".join(named) or words.gettext("not noted")


def _course(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [
        {"dated": row.dated, "what": row.what, "details": ". ".join(row.details[:2]), "depth": row.depth}
        for row in rows
    ]


def _changed(one: Changed, on: date, words: Texts) -> dict[str, Any]:
    near = list(
        dict.fromkeys(mark.name for told in (one.chart.usual, one.chart.at_diagnosis) if told for mark in told.marks)
    )
    notes = list(one.marks) if len(one.marks) == 1 else []
    if len(one.marks) > 1:
        said = words.gettext("In this time: %(names)s. Each of these can change how one feels.")
        notes.append(said % {"names": "; ".join(near)})
    for day, quote in one.quotes[:_QUOTES]:
        short = quote if len(quote) <= _LONGEST_QUOTE else f"{quote[: _LONGEST_QUOTE - 1].rsplit(' ', 1)[0]} …"
        notes.append(f"{day_in_words(day, words)}: “{short}”")
    return {
        "name": one.chart.name,
        "sentences": [_without_name(sentence, one.chart.name) for sentence in one.sentences],
        "notes": notes,
        "spark": _spark(one.chart, on),
    }


def _without_name(sentence: str, name: str) -> str:
    rest = sentence.removeprefix(f"{name}:").strip()
    return rest[:1].upper() + rest[1:]


def _spark(chart: Chart, on: date) -> dict[str, Any] | None:
    """Return the last half year as runs of points without a gap, each from 0 to 1."""
    first = on - _HALF_YEAR
    told = [(point.day, point.value) for point in chart.points if point.value is not None and first <= point.day <= on]
    runs: list[list[tuple[float, float]]] = []
    before: date | None = None
    for day, value in told:
        if before is None or day - before > _BROKEN_AFTER:
            runs.append([])
        runs[-1].append(((day - first) / _HALF_YEAR, value / chart.highest))
        before = day
    if not runs:
        return None
    usual = None if chart.usual_level is None else chart.usual_level / chart.highest
    return {"runs": runs, "usual": usual}
