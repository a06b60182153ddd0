"""An answer as plain text with every credit: to be saved, sent on or read by whatever shows no pages. Needs no JavaScript."""

from collections.abc import Sequence
from datetime import date

from waymark.answering.urgent import UrgentNotice
from waymark.app.web.answers import Asked, PartView
from waymark.app.web.language import _, day, say
from waymark.app.wording import URGENT_HEADINGS
from waymark.languages.texts import message

_LINE = "-" * 40


def answer_as_text(asked: Asked, urgent: UrgentNotice | None, parts: Sequence[PartView], on: date, site: str) -> str:
    """Return the whole answer: the urgent notice first, each question, its quotations with their credits, day and address."""
    blocks: list[str] = []
    if urgent is not None:
        source = f"{urgent.source_title}: {urgent.source_url}"
        blocks += [f"{say(URGENT_HEADINGS[urgent.level])}\n\n{urgent.say}\n{source}", _LINE]
    blocks.append(f"{_('You asked')}: {asked.text}")
    for part in parts:
        if len(parts) > 1:
            blocks += [_LINE, part.question]
        if part.answering_for:
            blocks.append(f"{_('Answering for:')} {part.answering_for}")
        if part.decline is not None:
            blocks.append(f"{part.decline.say}\n{part.decline.next_step}")
        shown = part.quotations
        if part.elsewhere:
            blocks.append(part.elsewhere)
        if part.note:
            blocks.append(part.note)
        blocks += [quotation.to_copy for quotation in shown]
        if part.decline is not None and part.related:
            blocks += [_("What the library does say"), *(quotation.to_copy for quotation in part.related)]
    last = say(
        message("From Waymark, %(day)s. Waymark quotes; it does not diagnose or choose a treatment.", day=day(on))
    )
    blocks += [_LINE, last, f"{site}{asked.address()}"]
    return "\n\n".join(blocks) + "\n"
