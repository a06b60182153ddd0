"""How a terminal shows a private record: plain words, 80 columns, nothing that only a colour says."""

from collections.abc import Iterable
from datetime import date

from waymark.app.cli.record_door import short
from waymark.app.cli.show import Terminal, urgent
from waymark.app.own_record import Written
from waymark.care.charts import Chart
from waymark.care.contradictions import Contradiction
from waymark.care.diary import Diary, DiaryWeek
from waymark.care.packet import Card, Packet
from waymark.care.plan import Plan, Time
from waymark.care.questions import Questions
from waymark.care.team import AtHandList, KnownAllergy, Taken, Team
from waymark.care.timeline import Row
from waymark.care.visit import VisitSummary, title
from waymark.care.words import day_in_words
from waymark.languages.texts import Texts

_SHOWN_WEEKS = 26
_BLOCKS = " ▁▃▅█"  # 0 to 4; a week without an entry is a dot


def written(terminal: Terminal, done: Written, words: Texts) -> str:
    """Return what writing a page of the diary said: urgent signs first, then what is severe."""
    _ = words.gettext
    parts = []
    for sign in done.urgent:
        before = f"{sign.item}. {sign.before}" if sign.before else sign.item
        parts.append("\n".join([*terminal.paragraph(before), urgent(terminal, sign.notice)]))
    parts += [terminal.bold("\n".join(terminal.paragraph(one.sentence))) for one in done.severe]
    count = len(done.entries)
    parts.append(words.ngettext("%(count)d entry written.", "%(count)d entries written.", count) % {"count": count})
    return "\n\n".join(parts)


def diary(terminal: Terminal, page: Diary, words: Texts) -> str:
    """Return the list of the diary: what is asked, and what was said last."""
    _ = words.gettext
    first, last = page.covers
    span = _("%(first)s to %(last)s") % {"first": day_in_words(first, words), "last": day_in_words(last, words)}
    lines = [terminal.bold(span if first != last else day_in_words(last, words)), ""]
    for item in page.items:
        name = item.term or item.own_words
        lines.append(f"  {name}" + (f"  ({item.name})" if item.name != name else ""))
    offered = [offer for offer in page.offers if offer.suggested]
    if offered:
        lines += ["", _("Can be added:"), *terminal.paragraph(", ".join(offer.term for offer in offered), "  ")]
    return "\n".join(lines)


def charts(terminal: Terminal, shown: Iterable[Chart], on: date, words: Texts) -> str:
    """Return each symptom: its last weeks as blocks, one sentence for each comparison, and what a quiet one cannot tell."""
    _ = words.gettext
    parts, quiet = [], ""
    for chart in shown:
        lines = [terminal.bold(f"{chart.name}  [{chart.term or chart.key}]")]
        lines.append(f"  {blocks(chart, on)}")
        lines += terminal.paragraph(chart.usual.sentence, "  ")
        if chart.at_diagnosis:
            lines += terminal.paragraph(chart.at_diagnosis.sentence, "  ")
        if chart.severe:
            lines += terminal.paragraph(chart.severe.sentence, "  ")
        for mark in dict.fromkeys(mark.sentence(words) for mark in chart.usual.marks):
            lines += terminal.paragraph(mark, "  ")
        parts.append("\n".join(lines))
        quiet = quiet or chart.quiet or ""
    if not parts:
        return _("Nothing is written down yet.")
    scale = _(
        "One sign is one week, up to today: from nothing to as bad as it can get; a dot is a week without an entry."
    )
    parts += ["\n".join(terminal.paragraph(scale))]
    parts += ["\n".join(terminal.paragraph(quiet))] if quiet else []
    return "\n\n".join(parts)


def blocks(chart: Chart, on: date) -> str:
    """Return the last half year as one block a week, the highest value of each; a dot where nothing was written."""
    held: dict[int, int] = {}
    for point in chart.points:
        week = (on - point.day).days // 7
        if 0 <= week < _SHOWN_WEEKS and point.value is not None:
            held[week] = max(held.get(week, 0), point.value)
    return "".join(_BLOCKS[held[week]] if week in held else "·" for week in range(_SHOWN_WEEKS - 1, -1, -1))


def weeks(terminal: Terminal, shown: Iterable[DiaryWeek], words: Texts) -> str:
    """Return the calendar of weeks, one line each."""
    _ = words.gettext
    lines = []
    for week in shown:
        said = words.ngettext("%(count)d entry", "%(count)d entries", week.entries) % {"count": week.entries}
        by = ", ".join(_("you") if each == "self" else each for each in week.reported_by)
        lines.append(f"{week.first} – {week.last}  " + (f"{said}, {by}" if week.entries else _("nothing written")))
    return "\n".join(lines)


def course(terminal: Terminal, rows: Iterable[Row], found: Iterable[Contradiction], words: Texts) -> str:
    """Return the timeline, and what in it does not go together."""
    _ = words.gettext
    lines = []
    for row in rows:
        indent = "    " * row.depth
        lines.append(terminal.bold(f"{indent}{row.when}: {row.what}") + f"  [{short(row.id)}]")
        for detail in row.details:
            lines += terminal.paragraph(detail, f"{indent}    ")
    if not lines:
        return _("Nothing is noted yet. Begin with: course add diagnosis")
    for one in found:
        lines += ["", *terminal.paragraph(_("Does not go together: %(what)s") % {"what": one.sentence})]
    return "\n".join(lines)


def time(terminal: Terminal, one: Time) -> list[str]:
    """Return the lines of one time of the plan."""
    place = f", {one.place}" if one.place else ""
    name = one.name if one.name == one.kind_words else f"{one.kind_words}, {one.name}"
    lines = [f"  {one.when_words}: {name}{place} ({one.standing_words})  [{short(one.slot)}]"]
    for said in (one.result, one.said, one.note):
        if said:
            lines += terminal.paragraph(said, "      ")
    return lines


def plan(terminal: Terminal, page: Plan, words: Texts, everything: bool = False) -> str:
    """Return what is overdue and what comes next; with ``everything`` also what is over and what repeats."""
    _ = words.gettext
    groups = [(_("Overdue"), page.overdue), (_("Next"), page.coming), (_("No date yet"), page.no_date)]
    if everything:
        groups.append((_("Over"), page.over))
    parts = []
    for name, times in groups:
        if times:
            parts.append("\n".join([terminal.bold(name), *(line for one in times for line in time(terminal, one))]))
    if everything and page.repeating:
        lines = [terminal.bold(_("Repeats"))]
        lines += [f"  {one.name}: {one.interval_words}  [{short(one.entry)}]" for one in page.repeating]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) or _("Nothing is planned. Ask your team what should be, and add it: plan add")


def questions(terminal: Terminal, page: Questions, words: Texts) -> str:
    """Return the open questions in their order and the answered ones."""
    _ = words.gettext
    lines = []
    for one in page.open:
        lines += terminal.paragraph(f"{one.text}  [{short(one.entry)}]", f"{one.place}. ", "   ")
    if page.open:
        lines += ["", page.please]
    for one in page.answered:
        by = f" ({one.answered_by})" if one.answered_by else ""
        lines += [
            "",
            *terminal.paragraph(f"{one.text}  [{short(one.entry)}]"),
            *terminal.paragraph(f"{one.answer}{by}", "    "),
        ]
    return "\n".join(lines).strip() or _("No question is on your list. Pick some: question guide")


def guides(terminal: Terminal, page: Questions, situation: str | None) -> str:
    """Return the guiding questions, of one situation or of all."""
    parts = []
    for one in page.offered:
        if situation in (None, one.situation.value):
            lines = [terminal.bold(f"{one.name}  [{one.situation.value}]")]
            for each in one.questions:
                mark = "x" if each.picked else " "
                lines += terminal.paragraph(f"{each.text}  [{each.guide}]", f"  {mark} ", "    ")
            parts.append("\n".join(lines))
    return "\n\n".join(parts)


def team(terminal: Terminal, shown: Team, words: Texts) -> str:
    """Return who to call, at night first."""
    _ = words.gettext
    parts = []
    for name, people in (
        (_("At night"), shown.at_night),
        (_("Team"), shown.team),
        (_("Family and friends"), shown.family),
    ):
        if people:
            lines = [terminal.bold(name)]
            for one in people:
                said = [one.phone, one.hours, one.email, one.place]
                lines.append(f"  {one.called}: {', '.join(filter(None, said))}  [{short(one.entry)}]")
                if one.call_for:
                    lines += terminal.paragraph(_("Call for: %(what)s") % {"what": one.call_for}, "      ")
            parts.append("\n".join(lines))
    return "\n\n".join(parts) or _("Nobody is noted yet. Begin with whom to call at night: team add")


def medicines(terminal: Terminal, shown: Iterable[Taken], words: Texts) -> str:
    """Return the medicines, those taken now first."""
    _ = words.gettext
    lines = []
    for one in shown:
        since = _("since %(start)s") % {"start": one.since_words} if one.since_words else ""
        over = "" if one.now else _("not taken now")
        lines.append(", ".join(filter(None, (one.line, one.reason, since, over))) + f"  [{short(one.entry)}]")
    return "\n".join(lines) or _("No medicine is noted.")


def allergies(shown: Iterable[KnownAllergy], words: Texts) -> str:
    """Return the allergies, or that none is known, or that nobody asked."""
    _ = words.gettext
    lines = [
        f"{one.name or _('no allergy known')}{f': {one.reaction}' if one.reaction else ''}  [{short(one.entry)}]"
        for one in shown
    ]
    return "\n".join(lines) or _("Nothing is noted about allergies.")


def at_hand(terminal: Terminal, shown: Iterable[AtHandList], words: Texts) -> str:
    """Return what is at hand, by what it is for."""
    parts = []
    for one in shown:
        if one.things:
            lines = [terminal.bold(one.name)]
            lines += [
                f"  {kept.text}{f' ({kept.where})' if kept.where else ''}  [{short(kept.entry)}]" for kept in one.things
            ]
            parts.append("\n".join(lines))
    return "\n\n".join(parts) or words.gettext("Nothing is noted yet.")


def summary(terminal: Terminal, page: VisitSummary, words: Texts) -> str:
    """Return the visit summary as a terminal shows it."""
    _ = words.gettext
    begin, end = page.covers
    head = [terminal.bold(title(page, words))]
    head += [", ".join(filter(None, (page.person, page.born)))] if page.person else []
    head += terminal.paragraph(page.diagnosis_line) if page.diagnosis_line else []
    span = {"first": day_in_words(begin, words), "last": day_in_words(end, words), "who": page.reported_by}
    head += terminal.paragraph(_("From %(first)s to %(last)s. %(who)s") % span)
    parts = ["\n".join(head)]
    lines = [terminal.bold(_("What changed"))]
    for one in page.changed:
        for said in (*one.sentences, *one.marks, *(f"{day}: “{note}”" for day, note in one.quotes)):
            lines += terminal.paragraph(said, "  ")
        lines.append("")
    lines += [] if page.changed else [_("  Nothing that stands out in what was written down."), ""]
    lines += terminal.paragraph(page.quiet, "  ")
    parts.append("\n".join(lines))
    if page.questions:
        asked = [terminal.bold(_("My questions"))]
        for number, question in enumerate(page.questions, 1):
            asked += terminal.paragraph(question.text, f"  {number}. ", "     ")
        parts.append("\n".join([*asked, f"  {page.please}"]))
    if page.medicines or page.allergies:
        taken = [f"  {one.line}" for one in page.medicines]
        allergy = _("Allergy: %(name)s")
        allergic = ["  " + allergy % {"name": one.name or _("no allergy known")} for one in page.allergies]
        parts.append("\n".join([terminal.bold(_("Medicines")), *taken, *allergic]))
    if page.course:
        rows = [f"  {row.dated}  {row.what}" for row in page.course if row.kind == "treatment"]
        if rows:
            parts.append("\n".join([terminal.bold(_("Treatments so far")), *rows]))
    if page.overdue or page.coming:
        dates = [line for one in (*page.overdue, *page.coming) for line in time(terminal, one)]
        parts.append("\n".join([terminal.bold(_("Next dates")), *dates]))
    return "\n\n".join(parts)


def packet(terminal: Terminal, page: Packet, words: Texts) -> str:
    """Return the list to gather, with what is here filled in."""
    _ = words.gettext
    lines = [terminal.bold(_("For a second opinion")), *terminal.paragraph(page.diagnosis_line), ""]
    for one in page.gather:
        where = f" ({one.where})" if one.where else ""
        lines += terminal.paragraph(
            f"{one.name}{where}  [{one.item or one.entry}]", f"  {'x' if one.have else ' '} ", "    "
        )
        lines += terminal.paragraph(one.why, "      ") if one.why else []
        for said in one.here:
            lines += terminal.paragraph(_("In this record: %(what)s") % {"what": said}, "      ")
    return "\n".join(lines)


def card(terminal: Terminal, page: Card, words: Texts) -> str:
    """Return the emergency card."""
    _ = words.gettext
    lines = [terminal.bold(page.speak), "", *filter(None, (page.person, page.born, page.speaks))]
    for name, said in (
        (_("Know first"), [page.important] if page.important else []),
        (_("Diagnosis"), [page.diagnosis_line] if page.diagnosis_line else []),
        (_("Treatments"), page.treatments),
        (_("Medicines"), page.medicines),
        (_("Allergies"), page.allergies),
        (_("Call"), [f"{one.called}: {one.phone}" for one in page.contacts]),
    ):
        if said:
            lines += ["", terminal.bold(name)]
            for each in said:
                lines += terminal.paragraph(each, "  ")
    lines += ["", _("In an emergency: %(number)s") % {"number": page.number}]
    return "\n".join(lines)
