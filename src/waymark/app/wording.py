"""What the page says of a document's age, audience and licence, in words for a reader."""

from datetime import date

from waymark.library.document import Card, Status
from waymark.library.lapse import QUOTE_WITH_AGE, LapseRule

# Not the locale's: the page is in English wherever it runs.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
AUDIENCES = {"patient": "For patients", "professional": "For health professionals"}
LANGUAGES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "pt": "Português",
    "zh": "中文",
}
_LICENCES = {
    "public_domain": "Public domain",
    "all_rights_reserved": "All rights reserved",
    "unknown": "Not stated",
    "": "Not stated",
}
STANDING = {
    Status.DRAFT: "This is a draft. Waymark does not quote it.",
    Status.IN_REVIEW: "This is in review. Waymark does not quote it.",
    Status.PUBLISHED: "",
    Status.WITHDRAWN: (
        "This document was withdrawn. It is kept so that older links can be checked. Waymark does not quote it."
    ),
    Status.SUPERSEDED: "A newer version has taken the place of this one. Waymark does not quote it.",
}
"""What to say above a document that may not be quoted."""


def date_words(day: date) -> str:
    """Return a date as it is said: 30 December 2025."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def audience_words(audience: str) -> str:
    return AUDIENCES.get(audience, "Audience not stated")


def language_words(code: str) -> str:
    """Return a language's own name, or its code where the page does not know it."""
    return LANGUAGES.get(code.split("-")[0].lower(), code or "Not stated")


def licence_words(licence: str) -> str:
    return _LICENCES.get(licence, licence)


def topic_words(tag: str) -> str:
    """Return a tag as a reader would write it: ``side-effects`` is Side effects."""
    words = tag.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def is_own_writing(card: Card) -> bool:
    """Return whether the document is of the starter collection, which has no page of its own on the web."""
    return card.url.startswith("waymark:")


def review_words(card: Card, on: date, rule: LapseRule = QUOTE_WITH_AGE) -> str:
    """Return the age of the review in words; what is not known is said as not known.

    ``rule`` says from when a lapsed review is called so; until then the words give its last day.
    """
    if card.last_reviewed is None:
        if is_own_writing(card):
            return "Not yet reviewed by a clinician"
        changed = card.updated or card.posted
        return f"Review date unknown; last changed {date_words(changed)}" if changed else "Review date unknown"
    reviewed = f"Reviewed {date_words(card.last_reviewed)}"
    if card.review_due is None:
        return f"{reviewed}; no date is set for the next review"
    if rule.said(card, on):
        return f"{reviewed}; that review lapsed on {date_words(card.review_due)}"
    if card.lapsed(on):
        return f"{reviewed}; the next review was due by {date_words(card.review_due)}"
    return f"{reviewed}; the next review is due by {date_words(card.review_due)}"
