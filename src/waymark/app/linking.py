"""The questions about a library's links that the doors ask: counts, what is lacking, terms, versions that belong together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from waymark.app.progress import Progress, quiet
from waymark.library.catalogue import Catalogue
from waymark.library.document import Card, Status
from waymark.library.ledger import LostSection, Wanted, lost_sections, wanted
from waymark.library.link_counts import LinkCounts, TermUse, count_links, pairs_of, terms_used
from waymark.library.link_table import link_table
from waymark.library.links import page_key
from waymark.library.pairs import Pair
from waymark.sources.publishers import publisher_at


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What the links of a library come to."""

    counts: LinkCounts
    missing: list[Wanted] = field(default_factory=list)
    sections: list[LostSection] = field(default_factory=list)
    terms: list[TermUse] = field(default_factory=list)
    pairs: tuple[Pair, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": {
                **self.counts.as_json(),
                "missing": len(self.missing),
                "empty_sections": len(self.sections),
                "pairs": len(self.pairs),
            },
            "missing": [entry.as_json() for entry in self.missing],
            "empty_sections": [section.as_json() for section in self.sections],
            "terms": [term.as_json() for term in self.terms],
            "pairs": [
                {"patient": pair.patient, "professional": pair.professional, "evidence": list(pair.evidence)}
                for pair in self.pairs
            ],
        }


def link_report(catalogue: Catalogue, progress: Progress = quiet) -> LinkReport:
    """Return everything that is known of a library's links, brought up to date first."""
    cards = [card for card in catalogue.cards(None) if card.status is not Status.WITHDRAWN]
    with link_table(catalogue, progress) as table:
        return LinkReport(
            counts=count_links(table),
            missing=wanted(table, belongs(cards)),
            sections=lost_sections(table),
            terms=terms_used(table),
            pairs=pairs_of(table, cards),
        )


def belongs(cards: Iterable[Card]) -> Callable[[str], bool]:
    """Return what says of an address whether it is a page to read of a publisher that these documents are from."""
    return belongs_beside(card.url for card in cards)


def belongs_beside(addresses: Iterable[str]) -> Callable[[str], bool]:
    """Return what says of an address whether it is a page to read of a publisher that these addresses are from.

    A publisher that the table does not know is known by the host of its pages.
    """
    own = [(address, publisher_at(address)) for address in addresses]
    known = {publisher.id for _, publisher in own if publisher is not None}
    hosts = {page_key(address).split("/", 1)[0] for address, publisher in own if address and publisher is None}

    def is_wanted(address: str) -> bool:
        publisher = publisher_at(address)
        if publisher is not None:
            return publisher.id in known and not publisher.is_service(address)
        host, slash, path = page_key(address).partition("/")
        return host in hosts and bool(slash and path)

    return is_wanted
