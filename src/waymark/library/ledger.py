"""The ledger: what the library points to and lacks, most wanted first, and where a section has lost its text.

A page is wanted when a document links to it, it belongs to a publisher that the library has documents of, and the library
does not hold it. A page that serves rather than informs (a search form, a contact page) is never wanted.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from waymark.library.body import BlockKind, Body

_SHOWN = 5  # documents named with an entry
_NOT_A_PAGE = frozenset(
    "jpg jpeg png gif svg webp ico bmp tif tiff mp3 mp4 m4v mov avi wmv webm ppt pptx xls xlsx csv zip gz epub mobi "
    "azw css js json xml ics vcf".split()
)


@dataclass(frozen=True, slots=True)
class EmptySection:
    """A heading with nothing under it: what stood there was not captured. ``at`` is its place in the body."""

    heading: str
    at: int


@dataclass(frozen=True, slots=True)
class LostSection:
    """An empty section and the document that has it."""

    document: str
    heading: str

    def as_json(self) -> dict[str, Any]:
        return {"document": self.document, "heading": self.heading}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that documents link to and the library lacks.

    ``documents`` is how many link to it, ``links`` how often, ``words`` what most links call it, ``by`` the first few.
    """

    address: str
    documents: int
    links: int
    words: str
    by: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "address": self.address,
            "documents": self.documents,
            "links": self.links,
            "words": self.words,
            "by": list(self.by),
        }


def empty_sections(body: Body) -> Iterator[EmptySection]:
    """Yield the headings with nothing under them.

    A heading that is a whole sentence is not empty: it says what it has to say ("The cause is not known.").
    """
    blocks = body.blocks
    for place, block in enumerate(blocks):
        if block.kind is not BlockKind.HEADING:
            continue
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        ends = after is None or (after.kind is BlockKind.HEADING and after.level <= block.level)
        words = body.block_text(block).strip()
        # The first heading of a page that has no other block is its title.
        if ends and not words.endswith((".", "!", "?")) and len(blocks) > 1:
            yield EmptySection(words, block.start)


def is_page(address: str) -> bool:
    """Return whether an address leads to something to read, by its ending: no picture, film or program."""
    path = address.split("?", 1)[0].rsplit("/", 1)[-1]
    ending = path.rsplit(".", 1)[-1].lower() if "." in path else ""
    return ending not in _NOT_A_PAGE


def wanted(table: sqlite3.Connection, belongs: Callable[[str], bool]) -> list[Wanted]:
    """Return the pages that the library's documents link to and it lacks, most wanted first.

    ``belongs`` says of an address whether it is a page of a publisher that the library has.
    """
    rows = table.execute(
        "SELECT key, address, words, document, count FROM pages "
        "WHERE key != '' AND key NOT IN (SELECT key FROM documents) ORDER BY document, rowid"
    )
    addresses: dict[str, str] = {}
    documents: dict[str, dict[str, None]] = defaultdict(dict)
    times: dict[str, int] = defaultdict(int)
    called: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, address, words, document, count in rows:
        if key not in addresses:
            # An empty address marks what is not wanted, so that each is judged once.
            addresses[key] = address if is_page(address) and belongs(address) else ""
        if addresses[key]:
            documents[key][document] = None
            times[key] += count
            called[key][words] += count
    found = [
        Wanted(
            address=addresses[key],
            documents=len(by),
            links=times[key],
            words=max(called[key].items(), key=lambda pair: pair[1])[0],
            by=tuple(by)[:_SHOWN],
        )
        for key, by in documents.items()
    ]
    return sorted(found, key=lambda entry: (-entry.documents, -entry.links, entry.address))


def most_wanted(table: sqlite3.Connection, belongs: Callable[[str], bool], most: int) -> list[Wanted]:
    """Return the ``most`` pages that most documents link to, from the checks' own table of links (`waymark.library.checks`).

    It is kept up to date with every change, so a page of a large library need not read all its links again; what the links
    are called is not in it.
    """
    rows = table.execute(
        "SELECT key, min(address), count(*), sum(times) FROM wanted_links l "
        "WHERE NOT EXISTS (SELECT 1 FROM wanted_own o WHERE o.key = l.key) GROUP BY key ORDER BY 3 DESC, 4 DESC, 2"
    )
    found: list[Wanted] = []
    for key, address, documents, links in rows:
        if len(found) >= most:
            break
        if belongs(address):
            by = table.execute(
                "SELECT d.id FROM wanted_links l JOIN documents d ON d.n = l.n WHERE l.key = ? ORDER BY d.n LIMIT ?",
                (key, _SHOWN),
            )
            found.append(Wanted(address, documents, links, "", tuple(name for (name,) in by)))
    return found


def lost_sections(table: sqlite3.Connection) -> list[LostSection]:
    """Return the empty sections of all documents, by document."""
    rows = table.execute("SELECT document, heading FROM empty_sections ORDER BY document, at")
    return [LostSection(document, heading) for document, heading in rows]
