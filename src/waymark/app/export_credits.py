"""The credit that each publisher asks for, document by document."""

from collections import defaultdict

from waymark.library.document import Card, Status

CREDITS = "CREDITS.md"


def credit_words(card: Card) -> str:
    """Return the credit of one document as words: publisher, original title and address."""
    credit = (card.attribution or f"“{card.title}”, {card.publisher}").rstrip(".")
    address = card.url if card.url.startswith(("https://", "http://")) else ""
    return f"{credit}. {address}".strip() if address not in credit else f"{credit}."


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
            credit = (card.attribution or f"“{card.title}”").rstrip(".")
            lines.append(f"- {credit}. Licence: {card.license}. {card.url}".rstrip())
    return "\n".join(lines) + "\n"
