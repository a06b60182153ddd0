"""What becomes of a document whose review has lapsed: how soon that is said, and from when it is not quoted any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from waymark.library.document import Card


@dataclass(frozen=True, slots=True)
class LapseRule:
    """The operator's two thresholds, in whole days after the review's last day.

    From ``say_from`` days on, a quotation says that its review has lapsed; the dates themselves are always shown.
    From ``leave_out_from`` days on, the document is not quoted; None quotes it however old its review is. A review that
    is not known has not lapsed: it is unknown, and said to be. Both are at least 1: a review holds through its last day.
    """

    say_from: int = 1
    leave_out_from: int | None = None

    def __post_init__(self) -> None:
        if self.say_from < 1 or (self.leave_out_from is not None and self.leave_out_from < 1):
            raise ValueError("A review holds through its last day: the thresholds are 1 or more days after it.")

    def said(self, card: Card, on: date) -> bool:
        """Return whether a quotation of this document says on that day that its review has lapsed."""
        return _days_past(card, on) >= self.say_from

    def left_out(self, card: Card, on: date) -> bool:
        """Return whether this document is not quoted on that day because of its age."""
        return card.review_due is not None and self.leaves_out(card.review_due, on)

    def leaves_out(self, review_due: date, on: date) -> bool:
        """Return whether what was due for review on one day is not quoted on another because of its age."""
        return self.leave_out_from is not None and (on - review_due).days >= self.leave_out_from

    def ids_left_out(self, cards: Iterable[Card], on: date) -> frozenset[str]:
        """Return the ids of the documents that are not quoted on that day because of their age."""
        if self.leave_out_from is None:
            return frozenset()
        return frozenset(card.id for card in cards if self.left_out(card, on))


QUOTE_WITH_AGE = LapseRule()
"""The rule unless an operator sets another: quoted however old, and said from the first day past the review's last."""


def _days_past(card: Card, on: date) -> int:
    return 0 if card.review_due is None else max((on - card.review_due).days, 0)
