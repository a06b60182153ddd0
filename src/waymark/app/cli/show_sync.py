"""How a terminal shows what became of the publishers' pages: counts, then what needs a person, each with what changed."""

from collections.abc import Iterator

from waymark.app.cli.show import Terminal
from waymark.app.sync import Synced, SyncReport
from waymark.library.document import Status
from waymark.library.history import Change, around_changes
from waymark.sources.captures import Outcome

_WORDS = {
    Outcome.NEW: "read for the first time",
    Outcome.UNCHANGED: "unchanged",
    Outcome.CHANGED: "changed",
    Outcome.MOVED: "moved",
    Outcome.GONE: "gone",
    Outcome.SHELL: "need JavaScript",
    Outcome.REFUSED: "may not be read",
    Outcome.BUSY: "busy, to be tried again",
    Outcome.UNREACHABLE: "not reached, to be tried again",
    Outcome.UNREADABLE: "not understood",
}
_PASSAGES = 6  # changes of one document that are shown; --json has them all


def report(terminal: Terminal, found: SyncReport) -> str:
    """Return the whole report."""
    counts = [f"{count:,} {_WORDS[Outcome(name)]}" for name, count in found.counts().items() if count]
    lines = terminal.paragraph("; ".join(counts) + "." if counts else "No page was due.")
    if found.dry_run and found.items:
        lines += terminal.paragraph("Nothing was written: this was a dry run.")
    for item in found.items:
        if item.outcome is not Outcome.UNCHANGED:
            lines += ["", *_item(terminal, item, found.dry_run)]
    rest = []
    if found.not_due:
        rest.append(f"Not due yet: {found.not_due:,} (--all reads them too).")
    if found.left_for_later:
        rest.append(f"Due, and left for the next run: {found.left_for_later:,}.")
    if found.from_files:
        rest.append(
            f"{found.from_files:,} documents came from files and are not read again (--from-files reads them too)."
        )
    if rest:
        lines += ["", *(line for text in rest for line in terminal.paragraph(text))]
    return "\n".join(lines)


def _item(terminal: Terminal, item: Synced, dry_run: bool) -> Iterator[str]:
    yield from (
        terminal.bold(line)
        for line in terminal.paragraph(f"{_WORDS[item.outcome]}: {item.card.title} ({item.card.id})")
    )
    if item.outcome is Outcome.MOVED:
        yield from terminal.paragraph(f"It is at {item.reading.final_url} now.", "  ")
    if item.why or item.reading.why:
        yield from terminal.paragraph(item.why or item.reading.why, "  ")
    changed = item.comparison
    if changed is None:
        return
    for value in changed.record:
        yield from terminal.paragraph(
            f"{value.key}: {value.before or 'not known'} → {value.after or 'not known'}", "  ", "    "
        )
    passages = around_changes(changed.text, 60)
    for passage in passages[:_PASSAGES]:
        words, last = "", Change.SAME
        for piece in passage.pieces:
            # What was taken out and what came in its place stand apart, as words do.
            words += " " if (last, piece.change) == (Change.GONE, Change.NEW) else ""
            words += _marked(terminal, piece.change, piece.text)
            last = piece.change
        yield from terminal.paragraph("… " + " ".join(words.split()) + " …", "    ", "    ")
    if len(passages) > _PASSAGES:
        yield f"    and {len(passages) - _PASSAGES} more changes; --json has them all."
    if item.version:
        quoted = f"; {item.card.version} is quoted until then" if item.card.status is Status.PUBLISHED else ""
        yield from terminal.paragraph(f"Draft {item.version} waits for review{quoted}.", "  ")
    elif not dry_run:
        yield from terminal.paragraph("A draft that says this is waiting for review already.", "  ")


def _marked(terminal: Terminal, change: Change, text: str) -> str:
    """Return a piece with its mark: [-gone-] {+new+}, as word diffs are written where there is no colour."""
    if change is Change.SAME or not text.strip():
        return text
    mark = "[-{}-]" if change is Change.GONE else "{{+{}+}}"
    inner = text.strip()
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{terminal.bold(mark.format(inner))}{after}"
