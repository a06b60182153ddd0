"""The diary: a page of it written in a minute, the list of what is asked, and what the weeks held."""

from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from starlette.responses import Response

from waymark.app.own_record import DiaryAnswer
from waymark.app.web.language import here
from waymark.app.web.record import urgent
from waymark.app.web.record.chart import draw_small
from waymark.app.web.record.typed import Form
from waymark.app.web.record.visit import Page, Refused, Visit
from waymark.app.web.record.when import months, typed_parts, typed_when
from waymark.app.web.record.words import N_, RHYTHMS
from waymark.care.diary import WEEK, DiaryItem, Name, asked
from waymark.care.severity import Answers, Attribute
from waymark.care.symptoms import answer_words, named, question_words
from waymark.errors import NotFound
from waymark.languages.texts import Texts
from waymark.record.payloads import BaselineMark, DiaryChoice, Rhythm, SymptomEntry

LOOKED_BACK = 366 * 12
"""Days that a page of the diary can be about, counted back from today."""


# Writing


def write(visit: Visit) -> Response:
    return _page(visit, visit.today, None)


def write_day(visit: Visit) -> Response:
    return _page(visit, *_day_of_address(visit))


def _page(visit: Visit, day: date, recall: int | None) -> Response:
    diary = visit.own.diary(day, visit.language, recall)
    return visit.page(
        "diary",
        diary=diary,
        items=[_asked(visit, item, visit.form) for item in diary.items],
        today_page=day == visit.today,
        covers=diary.covers,
        action=here().address,
    )


def _asked(visit: Visit, item: DiaryItem, form: Form | None) -> dict[str, object]:
    """Return an item as the form shows it: what was written on this day, or what was typed just now."""
    handle = visit.handle(item.key)
    values: dict[str, str] = {}
    for ask in item.asks:
        written = item.written.of(ask.attribute) if item.written else None
        name = f"{ask.attribute.value}-{handle}"
        values[ask.attribute.value] = form.one(name) if form else ("" if written is None else str(written))
    note = form.one(f"note-{handle}") if form else item.note
    last = None
    if item.last is not None:
        value = item.last[1].of(item.asks[0].attribute)
        if value is not None:
            last = (value, item.asks[0].answers[value], item.last[0])
    return {
        "item": item,
        "handle": handle,
        "values": values,
        "note": note,
        "last": last,
        "more": bool(note) or any(values[ask.attribute.value] for ask in item.asks[1:]),
    }


def keep(visit: Visit) -> Response:
    return _keep(visit, visit.today, None)


def keep_day(visit: Visit) -> Response:
    return _keep(visit, *_day_of_address(visit))


def _keep(visit: Visit, day: date, recall: int | None) -> Response:
    form, diary = visit.typed, visit.own.diary(day, visit.language, recall)
    answers = {}
    for item in diary.items:
        handle = visit.handle(item.key)
        said = Answers(**{each.value: _answer(form, f"{each.value}-{handle}") for each in Attribute})
        answers[item.key] = DiaryAnswer(said, form.one(f"note-{handle}"))
    if not any(said.answers != Answers() or said.note for said in answers.values()) and not diary.written:
        raise Refused({}, N_("There is nothing on this page yet. Tap one answer, or leave it for another day."))
    visit.say_who(form)
    written = visit.own.write_diary(answers, day, recall_days=recall, reported_by=visit.writer, language=visit.language)
    visit.session.kept["written"] = (day, written.severe, len([one for one in written.entries if one.payload]))
    return visit.go("/record/diary/written", "", urgent.of_entries(visit, written.urgent))


def _answer(form: Form, name: str) -> int | None:
    said = form.one(name)
    return int(said) if said in ("0", "1", "2", "3", "4") else None


def written(visit: Visit) -> Response:
    """Say what was kept, what is severe, and what has changed: each apart."""
    day, severe, count = visit.session.kept.get("written", (None, (), 0))
    if day is None:
        return visit.go("/record/diary")
    charts = visit.own.charts(visit.language)
    return visit.page(
        "written",
        day=day,
        count=count,
        severe=severe,
        telling=[chart for chart in charts if chart.tells],
        quiet=next((chart.quiet for chart in charts if chart.quiet), None),
        handle=visit.handle,
    )


# Another day


def choose_day(visit: Visit) -> Response:
    recall = visit.form.one("recall") if visit.form else "day"
    return visit.page("diary_day", when=typed_parts(visit.typed, "day"), months=months(visit.words), recall=recall)


def other_day(visit: Visit) -> Response:
    """Open the page of another day; its address holds what only this record can read back into a day."""
    when = typed_when(visit.typed, "day")
    first = when.first
    if first is None or first != when.last:
        raise Refused({"day": N_("Give the day, the month and the year.")})
    if first > visit.today or (visit.today - first).days > LOOKED_BACK:
        raise Refused({"day": N_("The diary is about days that have been. Look at the date again.")})
    recall = WEEK if visit.typed.one("recall") == "week" else 1
    return visit.go(f"/record/diary/day/{visit.handle(_day_key(first, recall))}")


def _day_key(day: date, recall: int) -> str:
    return f"diary day|{day.isoformat()}|{recall}"


def _day_of_address(visit: Visit) -> tuple[date, int]:
    handle = visit.part("handle")
    found = visit.session.kept.get(f"day {handle}")
    if found is None:
        for back in range(LOOKED_BACK + 1):
            day = visit.today - timedelta(days=back)
            for recall in (WEEK, 1):
                if visit.handle(_day_key(day, recall)) == handle:
                    found = (day, recall)
                    break
            if found:
                break
        else:
            raise NotFound("This page of the diary is not here.", "Choose the day again.")
        visit.session.kept[f"day {handle}"] = found
    day, recall = found
    return day, recall


# The list


def choose(visit: Visit) -> Response:
    diary, choice = visit.own.diary(language=visit.language), visit.held.newest(DiaryChoice)
    form = visit.form
    own = list(choice.said.own) if choice else []
    items = [(item.key, item.name, item.hint) for item in diary.items if item.term]
    on_list = form.all("term") if form else tuple(visit.handle(key) for key, _, _ in items)
    return visit.page(
        "diary_list",
        diary=diary,
        on_list=[(visit.handle(key), name, hint) for key, name, hint in items],
        ticked=on_list,
        suggested=[(visit.handle(each.key), each.name, each.hint) for each in diary.offers if each.suggested],
        others=[(visit.handle(each.key), each.name, each.hint) for each in diary.offers if not each.suggested],
        own=form.one("own") if form else "\n".join(own),
        rhythm=(form.one("rhythm") if form else diary.rhythm.value),
        rhythms=[(each.value, visit.say(words)) for each, words in RHYTHMS.items()],
    )


def keep_list(visit: Visit) -> Response:
    form, diary = visit.typed, visit.own.diary(language=visit.language)
    known = {visit.handle(item.key): item.key for item in diary.items if item.term}
    known |= {visit.handle(offer.key): offer.key for offer in diary.offers}
    wanted = [known[handle] for handle in dict.fromkeys(form.all("term")) if handle in known]
    first = [handle for handle in form.all("first") if handle in known]
    if first:
        wanted = [known[first[-1]], *(term for term in wanted if term != known[first[-1]])]
    own = [line for line in form.one("own").split("\n") if line.strip()]
    if len({" ".join(line.split()).casefold() for line in own}) != len(own):
        raise Refused({"own": N_("One of these stands there twice. Take one of the two out.")})
    rhythm = Rhythm(form.one("rhythm")) if form.one("rhythm") in set(Rhythm) else None
    visit.own.choose(wanted, own, rhythm)
    if first:
        return visit.go("/record/diary/list")
    return visit.go("/record/diary", visit.say("Your list is kept."))


# Looking back


def look_back(visit: Visit) -> Response:
    charts = visit.own.charts(visit.language)
    return visit.page(
        "look_back",
        telling=[(chart, visit.handle(chart.key), draw_small(chart, visit.today)) for chart in charts if chart.tells],
        rest=[(chart, visit.handle(chart.key), draw_small(chart, visit.today)) for chart in charts if not chart.tells],
        usual_hint=visit.own.usual_hint(visit.language) if charts else None,
        quiet=next((chart.quiet for chart in charts if chart.quiet), None),
    )


def weeks(visit: Visit) -> Response:
    """Show the weeks of the last half year: in which something was written. An empty week is one of which nothing is known."""
    held = visit.own.weeks(26, visit.language)
    months: list[tuple[date, list[object]]] = []
    for week in held:
        if not months or (months[-1][0].year, months[-1][0].month) != (week.first.year, week.first.month):
            months.append((week.first, []))
        link = ""
        if week.days:
            link = f"/record/diary/week/{visit.handle(f'diary week|{week.first.isoformat()}')}"
        months[-1][1].append((week, link))
    return visit.page(
        "weeks", months=list(reversed(months)), written=sum(1 for week in held if week.entries), of=len(held)
    )


def week(visit: Visit) -> Response:
    """Show everything that was written in one week."""
    handle = visit.part("handle")
    for one in visit.own.weeks(26 * 24, visit.language):
        if one.days and visit.handle(f"diary week|{one.first.isoformat()}") == handle:
            break
    else:
        raise NotFound("This week is not here.", "Choose one from the calendar.")
    points = []
    for chart in visit.own.charts(visit.language):
        for point in chart.points:
            if one.first <= point.day <= one.last:
                points.append((point, chart, visit.handle(point.entry), visit.handle(chart.key)))
    points.sort(key=lambda each: (each[0].day, each[1].name))
    return visit.page(
        "week",
        week=one,
        points=points,
        said=lambda point: answers_in_words(point.answers, point.recall_days, visit.words),
    )


def answers_in_words(answers: Answers, recall: int, words: Texts) -> list[tuple[str, int, str]]:
    """Return what was answered: the question, the number, and the words of the number."""
    found = []
    for attribute in (Attribute.SEVERITY, Attribute.FREQUENCY, Attribute.INTERFERENCE):
        value = answers.of(attribute)
        if value is not None:
            found.append(
                (question_words(attribute, recall, words), value, answer_words(attribute, recall, words)[value])
            )
    return found


def scale_asks(visit: Visit, said: SymptomEntry | BaselineMark | Name, form: Form | None) -> dict[str, object]:
    """Return the scales of one symptom outside of the diary's page: when an entry is corrected, or a baseline is said."""
    recall = said.recall_days if isinstance(said, SymptomEntry) else 7
    values: dict[str, str] = {}
    asks = asked(said.term, recall, visit.words)
    for ask in asks:
        held = getattr(said, ask.attribute.value, None)
        values[ask.attribute.value] = form.one(ask.attribute.value) if form else "" if held is None else str(held)
    note = form.one("note") if form else getattr(said, "note", "")
    name = named(said.term, said.own_words, visit.words)
    return {"name": name, "asks": asks, "values": values, "note": note}


Noted = TypeVar("Noted", bound=SymptomEntry | BaselineMark)


def typed_answers(form: Form) -> Answers:
    """Return what was answered on the scales of one symptom."""
    return Answers(**{each.value: _answer(form, each.value) for each in Attribute})


def read_answers(form: Form, said: Noted) -> Noted:
    """Return an entry about a symptom with the answers and the note that were typed."""
    answers = typed_answers(form)
    return replace(
        said,
        frequency=answers.frequency,
        severity=answers.severity,
        interference=answers.interference,
        note=form.one("note"),
    )


PAGES = (
    Page("/record/diary", write, keep),
    Page("/record/diary/written", written),
    Page("/record/diary/day", choose_day, other_day),
    Page("/record/diary/day/{handle}", write_day, keep_day),
    Page("/record/diary/list", choose, keep_list),
    Page("/record/diary/back", look_back),
    Page("/record/diary/weeks", weeks),
    Page("/record/diary/week/{handle}", week),
)
