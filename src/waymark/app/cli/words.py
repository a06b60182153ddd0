"""Commands for words: the glossary, and the publisher's dictionary beside it."""

from pathlib import Path
from typing import Any

import click

from waymark import errors
from waymark.app.cli.door import Door, json_option, library_option, pass_door


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD...]")
@click.option("--lang", default="en", show_default=True, metavar="CODE", help="Language of the words (en, es).")
@library_option
@json_option
@pass_door
def glossary(door: Door, words: tuple[str, ...], lang: str) -> None:
    """Explain a word, or say what the glossary holds and how much of the library's words it explains.

    \b
    waymark glossary biopsy
    """
    from waymark.app.meanings import coverage, meaning_of
    from waymark.library.glossary import glossary as the_glossary

    with door.service() as service:
        if words:
            found = meaning_of(service.catalogue, " ".join(words), lang)
        else:
            known = coverage(service.catalogue)
    if words:
        door.show(found.as_json, lambda: _said(door, found))
        return
    book = the_glossary()

    def for_people() -> str:
        languages = {code: sum(code in term.meanings for term in book.terms.values()) for code in ("en", "es")}
        return "\n".join(
            [
                f"{len(book.terms):,} words in English, {languages['es']:,} of them in Spanish too.",
                "They are our own and no clinician has reviewed them yet.",
                f"Of the {known.terms:,} dictionary terms that this library links to, {known.explained:,} are explained: "
                f"{known.links_explained:,} of {known.links:,} links, and {known.of_the_most_linked} of the "
                f"{known.most} most linked.",
            ]
        )

    door.show(known.as_json, for_people)


def _said(door: Door, found: Any) -> str:
    terminal = door.terminal
    lines = [terminal.bold(found.name)]
    if found.text:
        lines += [
            *terminal.paragraph(found.text, "    "),
            "",
            *(terminal.faint(line) for line in terminal.paragraph(found.credit, "  ")),
            *(terminal.faint(line) for line in terminal.paragraph(f"More: {found.publisher_page}", "  ")),
        ]
    if found.entry is not None:
        lines += [
            "",
            *terminal.paragraph(found.entry.text, "    "),
            "",
            *(terminal.faint(line) for line in terminal.paragraph(found.entry.credit, "  ")),
        ]
    return "\n".join(lines)


@click.group()
def dictionary() -> None:
    """The publisher's own dictionary: read its entries and keep them beside our words."""


@dictionary.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE...")
@library_option
@json_option
@pass_door
def import_(door: Door, files: tuple[Path, ...]) -> None:
    """Take in entries out of files: what the dictionary service answered, one entry or many."""
    from datetime import UTC, datetime

    from waymark.sources.dictionary import LARGEST, Dictionary, read_entries

    read = changed = 0
    with door.service() as service:
        kept = Dictionary(service.catalogue.folder)
        for path in files:
            try:
                data = path.read_bytes()[: LARGEST + 1]
            except OSError as error:
                raise errors.UnreadableSource(f"{path} could not be read ({error.strerror or error}).") from error
            if len(data) > LARGEST:
                raise errors.UnreadableSource(f"{path} is too large.", "Give it in parts.")
            entries = read_entries(data, path.name)
            read += len(entries)
            changed += kept.put(entries, path.name, datetime.now(UTC))
    door.show(
        lambda: {"entries": read, "changed": changed},
        lambda: f"{read:,} entries read; {changed:,} are new or say something else than before.",
    )


@dictionary.command()
@click.option(
    "--most", type=click.IntRange(1, 10_000), default=200, show_default=True, metavar="N", help="Entries at most."
)
@click.option(
    "--lang", type=click.Choice(["en", "es"]), default="en", show_default=True, help="Language of the entries."
)
@click.option(
    "--audience",
    type=click.Choice(["patient", "professional"]),
    default="patient",
    show_default=True,
    help="For whom the entries are written.",
)
@library_option
@json_option
@pass_door
def fetch(door: Door, most: int, lang: str, audience: str) -> None:
    """Read the entries of the terms that the library links to most, from the publisher's service.

    The service is asked once a second at most, and only for what is not kept yet.
    """
    from waymark.app.meanings import fetch_entries

    with door.service() as service:
        asked = fetch_entries(service.catalogue, service.settings, most, lang, audience)
    lines = [f"{asked.read:,} entries read, {asked.missing:,} are not in the publisher's dictionary."]
    lines += [f"{number}: {reason}" for number, reason in asked.failed]
    door.show(asked.as_json, lambda: "\n".join(lines))
