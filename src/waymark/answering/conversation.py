"""A conversation without a memory: what an answer was about travels with the next question, and nothing stays here.

A context holds facts alone (a cancer, that it came back, a treatment), never a person's words. It is used for a question
that leans on what was said ("and the side effects?") or that names no cancer; that it was used is always shown, and a tap
leaves it out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from waymark.answering.question import Question
from waymark.answering.rewording import is_treatment
from waymark.languages.texts import SOURCE, message, texts
from waymark.library.cancer_types import most_specific, name_of, vocabulary

ABOUT, BACK, CHILD, SUBJECT = "about", "back", "child", "treatment"
"""Fields of a form or an address: the cancers' ids with commas between, whether they came back, whether in a child, a treatment."""
MOST_CANCERS = 3
LONGEST_SUBJECT = 60
"""Characters of the treatment that was spoken of."""

_LEANS = re.compile(
    r"^(?:and|what about|how about|also|but|so|then|y|qu[eé] hay de|qu[eé] pasa con|tambi[eé]n)\b|"
    r"\b(?:it|its|it's|this|that|these|those|them|they|the side effects|the same|eso|esto|ese|esa|ellos|ellas)\b",
    re.IGNORECASE,
)
_SHORT = 5  # words of a question that cannot stand alone, "side effects?", "and in children?"
_ABOUT_A_TREATMENT = frozenset(("side_effects", "drug_info", "treatment", "trials"))


@dataclass(frozen=True, slots=True)
class Context:
    """What was spoken of: cancers (ids of the vocabulary), whether they came back, whether in a child, a treatment's name."""

    cancers: tuple[str, ...] = ()
    recurrent: bool = False
    child: bool = False
    subject: str = ""

    def __bool__(self) -> bool:
        return bool(self.cancers or self.subject)

    def as_json(self) -> dict[str, Any]:
        return {
            "cancers": list(self.cancers),
            "recurrent": self.recurrent,
            "child": self.child,
            "subject": self.subject or None,
        }

    def fields(self) -> dict[str, str]:
        """Return it as the fields of a form or an address, which `context_from_fields` reads; no field where nothing is said."""
        told = {
            ABOUT: ",".join(self.cancers),
            BACK: "1" if self.recurrent else "",
            CHILD: "1" if self.child else "",
            SUBJECT: self.subject,
        }
        return {name: value for name, value in told.items() if value}

    def words(self, language: str = SOURCE) -> str:
        """Return what was spoken of as it is said: "recurrent ependymoma", "pembrolizumab"; empty where nothing was."""
        own = texts(language)
        names = ", ".join(_low(name_of(type_id, language)) for type_id in self.cancers)
        if names and self.recurrent:
            names = own.say(message("%(cancer)s that came back", cancer=names))
        return " · ".join(part for part in (names, self.subject) if part)


NOTHING_SAID = Context()


def context_from(raw: Mapping[str, Any] | None) -> Context:
    """Return a context that came with a request. What cannot be meant is left out: it is a help, and never an error."""
    if not isinstance(raw, Mapping):
        return NOTHING_SAID
    listed = raw.get("cancers")
    known = vocabulary().types
    cancers = (
        tuple(each for each in listed if isinstance(each, str) and each in known) if isinstance(listed, list) else ()
    )
    subject = raw.get("subject")
    subject = " ".join(subject.split())[:LONGEST_SUBJECT] if isinstance(subject, str) else ""
    return Context(
        most_specific(cancers)[:MOST_CANCERS],
        raw.get("recurrent") is True and bool(cancers),
        raw.get("child") is True and bool(cancers),
        subject if is_treatment(subject) else "",
    )


def context_from_fields(fields: Mapping[str, str]) -> Context:
    """Return the context that a form or an address holds; whatever is not one there is left out."""
    return context_from(
        {
            "cancers": fields.get(ABOUT, "").split(","),
            "recurrent": fields.get(BACK) == "1",
            "child": fields.get(CHILD) == "1",
            "subject": fields.get(SUBJECT, ""),
        }
    )


def context_of(asked: Question) -> Context:
    """Return what a question was about, for the next one to lean on."""
    recurrent = "recurrence" in asked.asked_for[:2] or "recurrence" in asked.added
    subject = next((read for _, read in asked.taken if is_treatment(read)), "") or next(
        (word for word in asked.query.replace("(", " ").replace(")", " ").split() if is_treatment(word.strip("?.,!"))),
        "",
    )
    cancers = asked.cancer_types[:MOST_CANCERS]
    return Context(cancers, bool(cancers) and recurrent, bool(cancers) and asked.child, subject.strip("?.,!"))


def continued(asked: Question, context: Context) -> tuple[Question, Context]:
    """Return the question with what it takes from the context, and the part of the context that it took (empty: none).

    A question that names its own cancer takes nothing; one that leans on what was said takes all; another takes the cancer
    alone, which lets its pages come first and shuts no general page out.
    """
    if not context or asked.cancer_types:
        return asked, NOTHING_SAID
    own = context_of(asked)
    leans = bool(_LEANS.search(asked.asks)) or len(asked.asks.split()) <= _SHORT
    if own.subject and not leans:
        return asked, NOTHING_SAID
    takes_subject = leans and not own.subject and bool(_ABOUT_A_TREATMENT.intersection(asked.asked_for[:2]))
    used = Context(
        context.cancers,
        context.recurrent and leans,
        context.child,
        context.subject if takes_subject else "",
    )
    if not used:
        return asked, NOTHING_SAID
    said = used.words() if leans else ", ".join(name_of(each) for each in used.cancers)
    read = f"{asked.query} ({said})" if leans and said else asked.query
    return (
        replace(asked, cancer_types=used.cancers, query=read, child=asked.child or used.child, about_health=True),
        used,
    )


def _low(name: str) -> str:
    """Return a cancer's name as it stands in a sentence; a person's name in it keeps its capital ("Hodgkin lymphoma")."""
    first, _, rest = name.partition(" ")
    plain = not any(c.isupper() for c in first[1:]) and first not in _NAMED_AFTER
    return f"{first.lower() if plain else first} {rest}".strip()


_NAMED_AFTER = frozenset(
    "Hodgkin Ewing Wilms Merkel Kaposi Langerhans Burkitt Waldenström Sézary Paget Barrett".split()
)
