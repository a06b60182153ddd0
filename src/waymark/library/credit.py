"""The credit that goes with every quotation, wherever it goes: who published it, under which title, and where.

Publishers' reuse notices ask for these three (the National Cancer Institute's: name it as the source, and link to the
original under its original title). What a record says of its credit is kept; what it leaves out is added.
"""

import re
from dataclasses import dataclass

from waymark.library.document import Card

_QUOTED = re.compile(r"[“«\"](?P<title>[^“”«»\"]+)[”»\"]")
_ARTICLE = (
    *("National", "American", "Centers", "Department", "World", "University", "Royal", "European", "Canadian"),
    *("U.S.", "United"),
)


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit, ready to print: the words before the original title, the title, the words after it, and its address.

    ``address`` is None for a document that has no page on the web (the starter collection).
    """

    before: str
    title: str
    after: str
    address: str | None

    @property
    def sentence(self) -> str:
        """Return the credit as words, for where the title can be a link."""
        return f"{self.before}{self.title}{self.after}"

    @property
    def text(self) -> str:
        """Return the credit with its address, for where words are all there is."""
        if self.address is None or self.address in self.sentence:
            return self.sentence
        stop = "" if self.sentence.rstrip("”»\"'").endswith((".", "!", "?")) else "."
        return f"{self.sentence}{stop} {self.address}"


def in_a_sentence(name: str) -> str:
    """Return a publisher's name with the article that it has inside a sentence."""
    return f"the {name}" if name.startswith(_ARTICLE) else name


def credit_of(card: Card) -> Credit:
    """Return the credit of a document. It always names the publisher and a title, and the page where there is one."""
    address = card.url if card.url.startswith(("https://", "http://")) else None
    stated = " ".join(card.attribution.split())
    quoted = _QUOTED.search(stated)
    if quoted is None:
        # The record's own words name no title, or none that can be told from the rest: they follow ours.
        before, title, after = "“", card.title or card.id, "”"
        if stated and card.title and card.title in stated:
            at = stated.index(card.title)
            before, after = stated[:at], stated[at + len(card.title) :]
        elif stated:
            after = f"”. {stated}"
    else:
        before, title, after = stated[: quoted.start("title")], quoted["title"], stated[quoted.end("title") :]
    whole = f"{before}{title}{after}"
    if card.publisher and card.publisher != "unknown" and card.publisher.lower() not in whole.lower():
        if stated:
            stop = "" if after.rstrip("”»\"'").endswith((".", "!", "?")) else "."
            after = f"{after}{stop} {card.publisher}."
        else:
            after = f"{after} was originally published by {in_a_sentence(card.publisher)}."
    return Credit(before, title, after, address)
