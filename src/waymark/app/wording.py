"""What the doors say of a document's age, audience and licence, in words for a reader.

Each function takes the language to say it in (BCP 47; English where none is given).
"""

from collections.abc import Mapping
from datetime import date

from waymark.languages.texts import Message, message, name_of_language, texts
from waymark.library.document import Card, Status
from waymark.library.lapse import QUOTE_WITH_AGE, LapseRule

AUDIENCES: Mapping[str, Message] = {
    "patient": message("For patients"),
    "professional": message("For health professionals"),
}
READERS: Mapping[str, Message] = {"patient": message("Patients"), "professional": message("Health professionals")}
URGENT_HEADINGS: Mapping[str, Message] = {
    "emergency": message("Get help now"),
    "crisis": message("You do not have to face this alone"),
    "same_day": message("Call your care team today"),
}
_LICENCES: Mapping[str, Message] = {
    "public_domain": message("Public domain"),
    "all_rights_reserved": message("All rights reserved"),
    "unknown": message("Not stated"),
    "": message("Not stated"),
}
STANDING: Mapping[Status, str] = {
    Status.DRAFT: message("This is a draft. Waymark does not quote it."),
    Status.IN_REVIEW: message("This is in review. Waymark does not quote it."),
    Status.PUBLISHED: "",
    Status.WITHDRAWN: message(
        "This document was withdrawn. It is kept so that older links can be checked. Waymark does not quote it."
    ),
    Status.SUPERSEDED: message("A newer version has taken the place of this one. Waymark does not quote it."),
}
"""What to say above a document that may not be quoted."""
STATUSES: Mapping[Status, Message] = {
    Status.DRAFT: message("draft"),
    Status.IN_REVIEW: message("in review"),
    Status.PUBLISHED: message("published"),
    Status.WITHDRAWN: message("withdrawn"),
    Status.SUPERSEDED: message("superseded"),
}
TOPICS: Mapping[str, Message] = {
    "cancer-type": message("Kinds of cancer"),
    "carers": message("For carers"),
    "coping": message("Coping"),
    "dictionary": message("Dictionary"),
    "follow-up": message("Follow-up"),
    "palliative": message("Palliative care"),
    "pdq": message("Treatment summaries (PDQ)"),
    "questions": message("Questions to ask"),
    "recurrence": message("Cancer that comes back"),
    "second-opinion": message("Second opinions"),
    "side-effects": message("Side effects"),
    "staging": message("Stages"),
    "support": message("Support"),
    "symptoms": message("Symptoms"),
    "tests": message("Tests"),
    "treatment": message("Treatment"),
    "trials": message("Clinical trials"),
    "urgent": message("Urgent signs"),
    "words": message("Words explained"),
}
"""Tags of the starter collection and of common publishers; another tag is shown as it is written."""


def date_words(day: date, language: str | None = None) -> str:
    """Return a date as it is said: 30 December 2025."""
    return texts(language).day(day)


def audience_words(audience: str, language: str | None = None) -> str:
    return texts(language).say(AUDIENCES.get(audience, message("Audience not stated")))


def readers_words(audience: str, language: str | None = None) -> str:
    """Return who a document is for, where "Written for" stands before it."""
    return texts(language).say(READERS.get(audience, message("Not stated")))


def language_words(code: str, language: str | None = None) -> str:
    """Return a language's own name, or its code where nobody knows it."""
    return name_of_language(code.split("-")[0].lower()) if code else texts(language).gettext("Not stated")


def language_named(code: str, language: str | None = None) -> str:
    """Return a language's name within a sentence of another one: "Spanish" in English, "inglés" in Spanish."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").get_language_name(texts(language).locale) or code
    except (UnknownLocaleError, ValueError):
        return code


def licence_words(licence: str, language: str | None = None) -> str:
    return texts(language).say(_LICENCES.get(licence, licence))


def topic_words(tag: str, language: str | None = None) -> str:
    """Return a tag as a reader would write it: ``side-effects`` is Side effects."""
    known = TOPICS.get(tag)
    if known is not None:
        return texts(language).say(known)
    words = tag.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def is_own_writing(card: Card) -> bool:
    """Return whether the document is of the starter collection, which has no page of its own on the web."""
    return card.url.startswith("waymark:")


def review_words(card: Card, on: date, rule: LapseRule = QUOTE_WITH_AGE, language: str | None = None) -> str:
    """Return the age of the review in words; what is not known is said as not known.

    ``rule`` says from when a lapsed review is called so; until then the words give its last day.
    """
    own = texts(language)
    if card.last_reviewed is None:
        if is_own_writing(card):
            return own.gettext("Not yet reviewed by a clinician")
        changed = card.updated or card.posted
        if changed is None:
            return own.gettext("Review date unknown")
        return own.say(message("Review date unknown; last changed %(changed)s", changed=changed))
    reviewed, due = card.last_reviewed, card.review_due
    if due is None:
        return own.say(message("Reviewed %(reviewed)s; no date is set for the next review", reviewed=reviewed))
    if rule.said(card, on):
        return own.say(message("Reviewed %(reviewed)s; that review lapsed on %(due)s", reviewed=reviewed, due=due))
    if card.lapsed(on):
        return own.say(message("Reviewed %(reviewed)s; the next review was due by %(due)s", reviewed=reviewed, due=due))
    return own.say(message("Reviewed %(reviewed)s; the next review is due by %(due)s", reviewed=reviewed, due=due))
