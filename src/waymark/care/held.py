"""The entries of a record as care reads them: the current ones, by kind, read once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from waymark.record.dates import When
from waymark.record.entries import Entry
from waymark.record.payloads import Kind, Payload

P = TypeVar("P", bound=Payload)


@dataclass(frozen=True, slots=True, repr=False)
class Item(Generic[P]):
    """One current entry with what it says, typed by its kind."""

    entry: Entry
    said: P
    day: date | None
    """The day it is about; the first day that it can mean where only a month or year is known."""

    @property
    def id(self) -> str:
        """The id that stays when the entry is corrected."""
        return self.entry.origin

    @property
    def when(self) -> When:
        return self.entry.about_when


class Held:
    """All current entries of a record. The order is that of `Record.entries`: by the date they are about."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_kind: dict[Kind, list[Item[Any]]] = {}
        for entry in entries:
            if entry.payload is not None and not entry.superseded:
                self._by_kind.setdefault(entry.kind, []).append(Item(entry, entry.payload, entry.about_when.first))

    def of(self, shape: type[P]) -> tuple[Item[P], ...]:
        """Return the entries of one shape, by date, unknown dates last."""
        return tuple(self._by_kind.get(shape.kind, ()))

    def newest(self, shape: type[P]) -> Item[P] | None:
        """Return the entry of one shape that was begun last, however it was corrected since; None where there is none."""
        return max(self.of(shape), key=lambda item: item.entry.sequence, default=None)

    def by_id(self, shape: type[P], origin: str | None) -> Item[P] | None:
        """Return the entry of one shape with that origin, None where there is none."""
        return next((item for item in self.of(shape) if item.id == origin), None)

    def all(self, *kinds: Kind) -> tuple[Item[Any], ...]:
        """Return the entries of these kinds, or of every kind where none is named."""
        return tuple(item for kind in kinds or self._by_kind for item in self._by_kind.get(kind, ()))
