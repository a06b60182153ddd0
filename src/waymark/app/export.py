"""The library as files that anyone can read and any Waymark can take in again: Markdown records, and the credits."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waymark.app.progress import Progress, quiet
from waymark.errors import UsageError
from waymark.library.catalogue import Catalogue
from waymark.library.credit import credit_of
from waymark.library.document import Card, Status
from waymark.library.folder import cannot_write, readable

CREDITS = "CREDITS.md"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the folder, and the card of each record."""

    folder: Path
    cards: tuple[Card, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "credits": CREDITS,
            "documents": [
                {
                    "id": c.id,
                    "version": c.version,
                    "status": c.status.value,
                    "content_hash": c.content_hash,
                    "file": f"{c.id}.md",
                }
                for c in self.cards
            ],
        }


def export_library(catalogue: Catalogue, folder: Path, progress: Progress = quiet) -> Exported:
    """Write the current version of every document, whatever its status, and the credits into a new or an empty folder.

    The status is in each record, so that what was withdrawn or held here is not quoted elsewhere either. Taking the
    folder in with `waymark add` gives the same ids and content hashes. Raises `UsageError` for a folder that holds
    something.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(f"The folder {folder} is not empty.", "Name a new or an empty folder for the export.")
        cards = tuple(catalogue.cards(None))
        for done, card in enumerate(cards, start=1):
            words = readable(catalogue.document(card.id, card.version))
            (folder / f"{card.id}.md").write_bytes(words.encode("utf-8", "surrogatepass"))
            progress("exporting", done, len(cards))
        (folder / CREDITS).write_text(credits_page(cards), encoding="utf-8")
    except OSError as error:
        raise cannot_write(error, folder) from error
    return Exported(folder, cards)


def credits_page(cards: tuple[Card, ...]) -> str:
    """Return the credit that each publisher asks for, document by document, with licence and address."""
    by_publisher: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        if card.status is not Status.WITHDRAWN:
            by_publisher[card.publisher or "Publisher not known"].append(card)
    lines = ["# Credits", "", "Where the documents of this folder come from, and what their publishers ask for."]
    for publisher in sorted(by_publisher, key=str.casefold):
        lines += ["", f"## {publisher}", ""]
        for card in sorted(by_publisher[publisher], key=lambda each: each.title.casefold()):
            credit = credit_of(card)
            stop = "" if credit.sentence.endswith(".") else "."
            lines.append(f"- {credit.sentence}{stop} Licence: {card.license}. {credit.address or card.url}".rstrip())
    return "\n".join(lines) + "\n"
