"""A review: the dated judgement of a named person in a stated role that a document may be quoted, and until when."""

from dataclasses import dataclass, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from waymark.errors import LifecycleRefused, UsageError
from waymark.library.document import Card, Document, Status, review_due

LONGEST_NAME = 120  # characters of a name or a role
LONGEST_NOTE = 2_000
_LONGEST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Review:
    """Who judged, in which role, on which day, and the last day on which that holds (None: by the document's own cycle).

    Raises `UsageError` for what cannot be a review.
    """

    by: str
    role: str
    on: date
    until: date | None = None
    note: str = ""

    def __post_init__(self) -> None:
        for what, words in (("name", self.by), ("role", self.role)):
            if not words.strip() or not words.isprintable() or len(words) > LONGEST_NAME:
                raise UsageError(
                    f"A review names the {what} of whoever made it.",
                    f"Write it in one line of at most {LONGEST_NAME} characters: --by “A. Brook” --role “oncology nurse”.",
                )
        if len(self.note) > LONGEST_NOTE:
            raise UsageError(f"The note has {len(self.note):,} characters.", f"At most {LONGEST_NOTE:,} are kept.")
        if self.until is not None and not self.on <= self.until <= self.on + relativedelta(years=_LONGEST_YEARS):
            raise UsageError(
                f"A review of {self.on} cannot hold until {self.until}.",
                f"Name a day after the review and within {_LONGEST_YEARS} years.",
            )

    @property
    def reviewer(self) -> str:
        """The reviewer as the record names them: A. Brook, oncology nurse."""
        return f"{self.by.strip()}, {self.role.strip()}"


def holds_until(review: Review, document: Document) -> date:
    """Return the last day on which a review holds: the one that it names, else one cycle from its day.

    Raises `UsageError` when neither is known: a review without an end would never be due.
    """
    if review.until is not None:
        return review.until
    due = review_due(review.on, str(document.front.get("reviewFrequency") or ""))
    if due is None:
        raise UsageError(
            f"The record of “{document.id}” does not say how long a review holds.",
            "Name the last day: --until 2027-05-31.",
        )
    return due


def reviewed(document: Document, review: Review, today: date) -> Document:
    """Return the document with the review in its record; its text, and so every quotation, is as it was.

    Raises `UsageError` for a review of a day to come or without an end, `LifecycleRefused` for a document that is
    withdrawn or superseded.
    """
    if review.on > today:
        raise UsageError(f"{review.on} is still to come.", "Give the day on which it was reviewed.")
    if document.card.status in (Status.WITHDRAWN, Status.SUPERSEDED):
        raise LifecycleRefused(
            f"“{document.id}” {document.card.version} is {document.card.status.words}, so it is not reviewed.",
            "Review the version that is quoted.",
        )
    due = holds_until(review, document)
    front = {
        **document.front,
        "lastReviewed": review.on.isoformat(),
        "reviewedBy": review.reviewer,
        "reviewDue": due.isoformat(),
    }
    why = f"reviewed by {review.reviewer}, on {review.on}"
    evidence = {**document.evidence, "lastReviewed": (why,)}
    card = replace(document.card, last_reviewed=review.on, review_due=due, reviewed_by=review.reviewer)
    return Document(card, front, document.source, document.body, evidence)


def has_named_reviewer(card: Card) -> bool:
    """Return whether the review on the card is that of a named person, and not a date that a record came with."""
    return bool(card.reviewed_by and card.last_reviewed)
