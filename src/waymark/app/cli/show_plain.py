"""How a terminal shows plain words: below the answer, which is there already, each sentence with its quotations' numbers."""

from waymark.answering.plain.said import Plain, Withheld
from waymark.app.cli.show import Terminal
from waymark.languages.texts import message
from waymark.settings import PlainSettings

_OFF = message("Plain words are turned off (WAYMARK_PLAIN turns them on).")
_NONE_FOR_THIS = message("There are no plain words for this.")
_NOTHING = message(
    "There are no plain words this time: the model gave nothing that can be shown. The quotations say it in full."
)
_UNSUPPORTED = message(
    "There are no plain words this time: what came back could not be matched with the quotations, so it is not shown. "
    "The quotations say it in full."
)
_NOT_ASKED = ("urgent", "declined", "several", "language", "addressed")


def plain_words(terminal: Terminal, told: Plain, settings: PlainSettings | None) -> str:
    """Return plain words, or the sentence that says why there are none."""
    if isinstance(told, Withheld):
        said = {"off": _OFF, "unsupported": _UNSUPPORTED, **dict.fromkeys(_NOT_ASKED, _NONE_FOR_THIS)}.get(
            told.why, _NOTHING
        )
        return "\n".join(terminal.faint(line) for line in terminal.paragraph(terminal.say(said)))
    lines = [terminal.bold(terminal.say(message("In plain words"))), ""]
    for sentence in told.sentences:
        numbers = ", ".join(map(str, sentence.quotations))
        lines += terminal.paragraph(f"{sentence.text} [{numbers}]", "  ")
    server = settings.host if settings else ""
    note = message(
        "A computer model at %(server)s wrote this from the question and the quotations. A program checked each sentence "
        "against the quotations whose numbers stand behind it. No person has. The quotations are what counts.",
        server=server,
    )
    return "\n".join([*lines, "", *(terminal.faint(line) for line in terminal.paragraph(terminal.say(note)))])
