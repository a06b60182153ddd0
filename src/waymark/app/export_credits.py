"""The credit that each publisher asks for, document by document."""

from collections import defaultdict

from waymark.library.credit import credit_of
from waymark.library.document import Card, Status

CREDITS = "CREDITS.md"


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
