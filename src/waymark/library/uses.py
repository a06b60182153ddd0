"""Who passed a document on: the exports and the saved answers that hold words of it, so that a withdrawal reaches them.

Whatever keeps quotations for later is a store that can say which ones it holds (`Quotes`). The library's own exports are one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that holds words of a version of a document.

    ``kind`` is what it is ("export", "saved answer"), ``name`` how its store calls it, ``where`` a place that a person can go
    to or tell others of, ``at`` when it was made (ISO 8601) and ``by`` whom. ``spans`` are the half-open ranges of code points
    of the version's body that it holds; empty when it holds the whole text.
    """

    kind: str
    name: str
    where: str
    at: str
    by: str
    document: str
    version: str
    spans: tuple[tuple[int, int], ...] = ()

    def holds(self, version: str | None, span: tuple[int, int] | None) -> bool:
        """Return whether this holds words of that version (None: of any), and of that span of it (None: of any)."""
        if version is not None and version != self.version:
            return False
        if span is None or not self.spans:
            return True
        return any(start < span[1] and span[0] < end for start, end in self.spans)


class Quotes(Protocol):
    """A store of quotations that can say which documents it quotes."""

    def uses_of(self, document_id: str) -> Iterable[Use]:
        """Yield everything in this store that holds words of any version of a document, in any order.

        A document that it does not quote, or does not know, has none. Never raises for what is in the store.
        """
        ...


def uses_of(
    stores: Sequence[Quotes], document_id: str, version: str | None = None, span: tuple[int, int] | None = None
) -> tuple[Use, ...]:
    """Return what holds words of a document, or of one version or span of it, in any of the stores; the latest first."""
    found = (use for store in stores for use in store.uses_of(document_id) if use.holds(version, span))
    return tuple(sorted(found, key=lambda use: (use.at, use.kind, use.name), reverse=True))
