"""How a terminal shows things: plain words, 80 columns, quotations as they stand in their documents."""

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import click

from waymark.answering.response import Answer, Quotation, Response
from waymark.answering.urgent import UrgentNotice
from waymark.app.ingest import AddReport
from waymark.app.wiring import Health, Search
from waymark.app.wording import (
    STATUSES,
    URGENT_HEADINGS,
    audience_words,
    is_own_writing,
    language_named,
    licence_words,
    review_words,
)
from waymark.languages.texts import language_of, message, texts
from waymark.library.audit import AuditEvent
from waymark.library.checks.findings import Finding
from waymark.library.credit import credit_of
from waymark.library.document import Card, Document
from waymark.library.history import Change, Comparison, Piece, around_changes
from waymark.library.lapse import QUOTE_WITH_AGE, LapseRule
from waymark.library.uses import Use

_WIDEST = 80
_SHOWN = 10  # findings of one check
_MARKS = ("- ", "| ")


@dataclass(frozen=True, slots=True)
class Terminal:
    """What is known of the place that the words go to."""

    width: int = _WIDEST
    colour: bool = False
    language: str | None = None  # of what is said beside the documents' words

    @classmethod
    def of(cls, stream: Any, environment: Mapping[str, str], language: str | None = None) -> "Terminal":
        """Return width and colour of a stream. NO_COLOR (https://no-color.org) and dumb terminals turn colour off."""
        try:
            on_screen = bool(stream.isatty())
        except (AttributeError, ValueError):
            on_screen = False
        colour = on_screen and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
        columns = shutil.get_terminal_size((_WIDEST, 24)).columns if on_screen else _WIDEST
        return cls(max(30, min(columns, _WIDEST)), colour, language)

    def say(self, text: str) -> str:
        """Return a message in the terminal's language."""
        return texts(self.language).say(text)

    def bold(self, words: str) -> str:
        return click.style(words, bold=True) if self.colour else words

    def faint(self, words: str) -> str:
        return click.style(words, dim=True) if self.colour else words

    def loud(self, words: str) -> str:
        return click.style(words, bold=True, fg="red") if self.colour else words

    def paragraph(self, words: str, indent: str = "", hanging: str | None = None) -> list[str]:
        """Return words broken into lines; no word is cut, whatever its length."""
        lines = textwrap.wrap(
            words,
            self.width,
            initial_indent=indent,
            subsequent_indent=indent if hanging is None else hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return lines or [indent.rstrip()]


def quoted(terminal: Terminal, text: str, indent: str = "    ") -> Iterator[str]:
    """Yield a slice of a body by lines: paragraphs wrapped, lists as lists, rows as rows, headings without marks."""
    for line in text.split("\n"):
        words = line.strip()
        if not words:
            yield ""
            continue
        depth = " " * (len(line) - len(line.lstrip(" ")))
        mark, rest = _mark(words)
        if mark.startswith("#"):
            yield from (terminal.bold(part) for part in terminal.paragraph(rest, indent))
        else:
            yield from terminal.paragraph(f"{mark}{rest}", indent + depth, indent + depth + " " * len(mark))


def _mark(words: str) -> tuple[str, str]:
    """Return the mark that a block begins with ("- ", "3. ", "## ", "| ") and the words after it."""
    head, space, rest = words.partition(" ")
    is_mark = f"{head} " in _MARKS or (head[:-1].isdecimal() and head.endswith(".")) or (head and not head.strip("#"))
    return (head + space, rest.strip()) if space and is_mark else ("", words)


def urgent(terminal: Terminal, notice: UrgentNotice) -> str:
    """Return an urgent notice, the first thing that is shown."""
    lines = [terminal.loud(terminal.say(URGENT_HEADINGS[notice.level])), ""]
    lines += terminal.paragraph(notice.say)
    lines += ["", *(terminal.faint(line) for line in terminal.paragraph(f"{notice.source_title}: {notice.source_url}"))]
    return "\n".join(lines)


def response(terminal: Terminal, answer: Response, on: date, rule: LapseRule = QUOTE_WITH_AGE) -> str:
    """Return an answer or a decline, for each question of a message; the urgent notice, if there is one, stands first."""
    parts: list[str] = []
    if answer.urgent is not None:
        parts.append(urgent(terminal, answer.urgent))
    for each in answer.parts:
        parts.append("\n".join(terminal.bold(line) for line in terminal.paragraph(each.question)))
        parts += _one(terminal, each, on, rule)
    if not answer.parts:
        parts += _one(terminal, answer, on, rule)
    return "\n\n".join(parts)


def _one(terminal: Terminal, answer: Response, on: date, rule: LapseRule) -> Iterator[str]:
    """Yield the paragraphs of one question's answer or decline."""
    read = list(_read(terminal, answer))
    if read:
        yield "\n".join(read)
    if isinstance(answer, Answer):
        if answer.note:
            yield "\n".join(terminal.paragraph(answer.note))
        yield from (quotation(terminal, each, on, rule) for each in answer.quotations)
        if answer.related:
            yield "\n".join([terminal.bold(terminal.say(message("See also"))), "", *_also(terminal, answer)])
        return
    yield "\n".join(terminal.paragraph(answer.say) + terminal.paragraph(answer.next_step))
    if answer.take is not None:
        title = terminal.say(message("A list of questions to take along: %(title)s", title=answer.take.title))
        yield "\n".join([*terminal.paragraph(title), terminal.faint(f"  waymark show {answer.take.id}")])
    if answer.related:
        yield terminal.bold(terminal.say(message("What the library does say")))
        yield from (quotation(terminal, each, on, rule) for each in answer.related)


def _read(terminal: Terminal, answer: Response) -> Iterator[str]:
    """Yield what a question was answered for, and what its words were taken for."""
    if answer.reading is None:
        return
    leaned_on = answer.reading.used.words(answer.reading.language)
    if leaned_on:
        said = terminal.say(message("Answering for: %(what)s", what=leaned_on))
        yield from (terminal.faint(line) for line in terminal.paragraph(said))
    if answer.reading.taken:
        read = "; ".join(f"{written} → {meant}" for written, meant in answer.reading.taken)
        said = terminal.say(message("Read as: %(read)s", read=read))
        yield from (terminal.faint(line) for line in terminal.paragraph(said))


def quotation(terminal: Terminal, quoted_: Quotation, on: date, rule: LapseRule = QUOTE_WITH_AGE) -> str:
    """Return a quotation, indented; under it where it is from, for whom, its review's age, its credit and address."""
    lines = list(quoted(terminal, quoted_.text))
    lines.append("")
    lines += citation(terminal, quoted_.card, quoted_.section, quoted_.link, on, rule)
    return "\n".join(lines)


def citation(
    terminal: Terminal, card: Card, section: tuple[str, ...], link: str, on: date, rule: LapseRule = QUOTE_WITH_AGE
) -> list[str]:
    """Return the lines under a quotation."""
    place = " › ".join((card.title, *section))
    lines = [terminal.bold(line) for line in terminal.paragraph(place, "  ")]
    lines += terminal.paragraph(_who(terminal, card, on, rule), "  ")
    small = terminal.paragraph(_credit(terminal, card), "  ")
    small += [f"  waymark show {card.id}" if is_own_writing(card) else f"  {link}"]
    return lines + [terminal.faint(line) for line in small]


def _who(terminal: Terminal, card: Card, on: date, rule: LapseRule = QUOTE_WITH_AGE) -> str:
    """Return who published a document, for whom, how old its review is, and its language where that is another."""
    language = terminal.language
    parts = [card.publisher, audience_words(card.audience, language), review_words(card, on, rule, language)]
    if language_of(card.language) != language_of(language):
        parts.insert(1, terminal.say(message("In %(language)s", language=language_named(card.language, language))))
    return ". ".join(parts) + "."


def _credit(terminal: Terminal, card: Card) -> str:
    """Return the credit that the publisher asks for, and the licence where the credit does not name it."""
    credit, licence = credit_of(card).sentence.rstrip("."), licence_words(card.license)
    if licence in credit:
        return f"{credit}."
    said = terminal.say(message("Licence: %(licence)s.", licence=licence_words(card.license, terminal.language)))
    return f"{credit}. {said}"


def _also(terminal: Terminal, answer: Answer) -> Iterator[str]:
    """Yield the places that say more, each document's command once, and none for a document that is quoted above."""
    named = {each.card.id for each in answer.quotations}
    for place in dict.fromkeys((each.card, each.section) for each in answer.related):
        card, section = place
        yield from terminal.paragraph(" › ".join((card.title, *section)), "  ", "    ")
        if card.id not in named:
            named.add(card.id)
            yield terminal.faint(f"    waymark show {card.id}")


def search(terminal: Terminal, found: Search, on: date) -> str:
    """Return ranked passages, each with its document and score."""
    if not found.found:
        return "\n".join(
            terminal.paragraph(terminal.say(message("No passage of the library holds these words or their like.")))
        )
    parts = []
    for rank, hit in enumerate(found.found, start=1):
        place = " › ".join((hit.card.title, *hit.section))
        head = [terminal.bold(line) for line in terminal.paragraph(place, f"{rank}. ", "   ")]
        parts.append(
            "\n".join(
                [
                    *head,
                    *terminal.paragraph(_who(terminal, hit.card, on), "   "),
                    *quoted(terminal, hit.text, "     "),
                    *(terminal.faint(line) for line in terminal.paragraph(credit_of(hit.card).text, "   ")),
                    terminal.faint(
                        terminal.say(
                            message(
                                "   %(id)s %(start)s-%(end)s, score %(score)s",
                                id=hit.card.id,
                                start=str(hit.start),
                                end=str(hit.end),
                                score=f"{hit.score:.3f}",
                            )
                        )
                    ),
                ]
            )
        )
    return "\n\n".join(parts)


def document(terminal: Terminal, shown: Document, events: Iterable[AuditEvent], on: date) -> str:
    """Return one document: its record, its body, its history."""
    card, say, language = shown.card, terminal.say, terminal.language
    rows = [
        ("id", f"{card.id} ({card.version})"),
        (say(message("status")), say(STATUSES[card.status])),
        (say(message("publisher")), card.publisher),
        (say(message("address")), card.url),
        (say(message("for")), audience_words(card.audience, language)),
        (say(message("about")), ", ".join(card.cancer_types) or say(message("cancer in general"))),
        (say(message("review")), review_words(card, on, language=language)),
        (say(message("reviewed by")), card.reviewed_by or say(message("not known"))),
        (say(message("licence")), licence_words(card.license, language)),
        (say(message("credit")), credit_of(card).text),
        (say(message("hash")), card.content_hash),
    ]
    lines = [terminal.bold(line) for line in terminal.paragraph(card.title)]
    for name, words in rows:
        lines += terminal.paragraph(words, f"  {name:<12}", " " * 14)
    because = say(message("because"))
    for name, reasons in shown.evidence.items():
        if reasons:
            grounds = terminal.paragraph(f"{name}: {'; '.join(reasons)}", f"  {because:<12}", " " * 14)
            lines += [terminal.faint(line) for line in grounds]
    lines += ["", *quoted(terminal, shown.body.text, "")]
    lines += ["", terminal.bold(say(message("History")))]
    for event in events:
        why = "; ".join([str(event.detail.get("why") or ""), *map(str, event.detail.get("reasons", ()))]).strip("; ")
        lines += terminal.paragraph(
            f"{event.at}  {event.actor}: {event.action} {event.version}. {why}".rstrip(), "  ", "    "
        )
    return "\n".join(lines)


def history(terminal: Terminal, versions: Iterable[Card], events: Iterable[AuditEvent]) -> str:
    """Return the versions of a document and its audit events, or the library's events, the latest first."""
    lines = []
    for card in versions:
        lines += terminal.paragraph(
            f"{card.version}  {card.status.words}; {review_words(card, date.today())}", "", "    "
        )
    lines += [""] if lines else []
    for event in events:
        lines += terminal.paragraph(event_words(event), "", "    ")
    return "\n".join(lines) or "Nothing has happened yet."


def event_words(event: AuditEvent) -> str:
    """Return one audit event on a line: when, who, what, to which version, and why."""
    reasons = "; ".join(map(str, event.detail.get("reasons", ())))
    why = "; ".join(part for part in (str(event.detail.get("why") or ""), reasons) if part)
    what = f"{event.action} {event.document} {event.version}".strip()
    made = event.detail.get("repair")
    if isinstance(made, dict):  # its number is what takes it back: waymark repair --undo
        what = f"{event.action} {made.get('check')} (event {event.seq}) {event.document} {event.version}"
    return f"{event.at}  {event.actor}: {what}{'. ' + why if why else ''}"


def comparison(terminal: Terminal, compared: Comparison) -> str:
    """Return what changed between two versions: values of the record, then the text around each change.

    What is gone stands in [-…-], what is new in {+…+}, and on a colour terminal also in red and green.
    """
    before, after = compared.before.card, compared.after.card
    lines = [terminal.bold(f"{before.id}: {before.version} to {after.version}"), ""]
    for change in compared.record:
        lines += terminal.paragraph(f"{change.key}: {_value(change.before)} → {_value(change.after)}", "  ", "    ")
    lines += [""] if compared.record else []
    if compared.same_text:
        lines.append("The text is the same.")
        return "\n".join(lines)
    lines += [f"{compared.words_gone} words gone, {compared.words_new} words new.", ""]
    for passage in around_changes(compared.text):
        if passage.skipped:
            lines += [terminal.faint(f"[{passage.skipped:,} characters without change]"), ""]
        lines += ["".join(_marked(terminal, piece) for piece in passage.pieces), ""]
    return "\n".join(lines).rstrip()


def _value(value: Any) -> str:
    if value is None:
        return "not there"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _marked(terminal: Terminal, piece: Piece) -> str:
    if piece.change is Change.SAME:
        return piece.text
    words = f"[-{piece.text}-]" if piece.change is Change.GONE else f"{{+{piece.text}+}}"
    return click.style(words, fg="red" if piece.change is Change.GONE else "green") if terminal.colour else words


def uses(terminal: Terminal, found: Iterable[Use]) -> list[str]:
    """Return who holds words of a document, a line each."""
    listed = [
        line
        for use in found
        for line in terminal.paragraph(
            f"{use.kind} {use.name} of {use.version}, {use.at[:10]}, by {use.by}: {use.where}", "  ", "    "
        )
    ]
    return ["Words of it are in:", *listed] if listed else []


def added(terminal: Terminal, report: AddReport) -> str:
    """Return what became of the inputs: the counts, then each held or rejected one with its reason."""
    counts = (
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{len(report.held)} held, {len(report.rejected)} rejected."
    )
    lines = [counts]
    for word, entries in (("held", report.held), ("rejected", report.rejected)):
        for place, reason in entries:
            lines += ["", *terminal.paragraph(f"{word}: {place}", "", "  "), *terminal.paragraph(reason, "  ")]
    return "\n".join(lines)


def found(terminal: Terminal, findings: Iterable[Finding]) -> str:
    """Return findings by check, each with its document."""
    by_check: dict[str, list[Finding]] = {}
    for finding in findings:
        by_check.setdefault(finding.check, []).append(finding)
    if not by_check:
        return "The checks found nothing."
    parts = []
    for code in sorted(by_check):
        group = by_check[code]
        documents = len({finding.document for finding in group})
        lines = [
            terminal.bold(
                f"{code}: {documents} {'document' if documents == 1 else 'documents'} ({group[0].severity.value})"
            )
        ]
        for finding in group[:_SHOWN]:
            lines += terminal.paragraph(f"{finding.document}: {finding.why}", "  ", "    ")
            if finding.repair:
                lines += terminal.paragraph(f"waymark repair would {finding.repair}.", "    ")
        if len(group) > _SHOWN:
            lines.append(f"  … and {len(group) - _SHOWN:,} more; --json lists them all.")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def health(terminal: Terminal, state: Health) -> str:
    """Return each part by name, whether it works, and what mends it."""
    lines = []
    for name, part in state.parts.items():
        word = "works" if part.ok else "broken"
        lines += terminal.paragraph(f"{part.say} {part.mend}".strip(), f"{name:<8} {word:<7} ", " " * 17)
    return "\n".join(lines)
