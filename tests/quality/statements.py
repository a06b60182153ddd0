"""Statements turned into questions by rules, so that a test can ask a library for what it says itself.

A statement is a sentence of a passage whose subject stands alone: no pronoun that points to a sentence before, no clause before
the verb. Its question asks for the whole ("Scans can find a tumor." gives "Can scans find a tumor?") or for what is
said of the subject ("A biopsy is a test." gives "What is a biopsy?", "Scans may help." gives "What can scans do?").
"""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from waymark.library.document import Document
from waymark.passages.passages import passages
from waymark.passages.sentences import sentences

SEED = 20261125
SHORTEST, LONGEST = 5, 24  # words of a statement

_SUBJECT = r"(?P<subject>[A-Z][^,;:()\[\]“”\"?!.]{1,70}?)"
_HELPERS = "can|may|might|could|should|must|will|would|is|are|was|were|has been|have been"
_HELPED = re.compile(rf"\A{_SUBJECT} (?P<helper>{_HELPERS}) (?P<rest>[^?!]+)\Z")
_VERBS = {
    "causes": "cause", "helps": "help", "affects": "affect", "includes": "include", "depends": "depend", "increases": "increase",
    "lowers": "lower", "reduces": "reduce", "begins": "begin", "starts": "start", "forms": "form", "spreads": "spread",
    "occurs": "occur", "kills": "kill", "uses": "use", "works": "work", "contains": "contain", "makes": "make",
    "blocks": "block", "means": "mean", "requires": "require", "involves": "involve", "improves": "improve",
}  # fmt: skip
_DOES = re.compile(rf"\A{_SUBJECT} (?P<verb>{'|'.join((*_VERBS, *_VERBS.values()))}) (?P<rest>[^?!]+)\Z")
_POINTS_BACK = re.compile(
    r"\A(?:it|its|they|their|them|this|that|these|those|such|he|she|his|her|we|our|i|you|there|here|both|one|each|others?|another|"
    r"some|many|most|all|several|few|if|when|while|as|after|before|because|although|since|for|in|on|at|by|with|from|during|"
    r"to|but|and|or|so|also|however|note|see|learn|ask|what|which|who|how|where|why|no|not|another|more|about|the (?:two|three|"
    r"first|second|third|following|above|below|same|other|latter|former|rest)|often|sometimes|usually|rarely|generally|below|"
    r"above|only|much|even|nearly|approximately|about|over|under|nor|yet|then|thus|therefore|among|within|between|until|"
    r"whatever|whenever|wherever|whether|depending|according|based|using|although)\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"\b(?:that|which|who|what|how|where|why|when|if|because|while|whether|to|is|are|was|were|be|have|has|had|can|may|do|does)\b"
)
_TWO_CLAUSES = re.compile(
    r"(?:,| and| but| so) (?:and |but |so )?(?:[\w-]+ ){0,8}(?:is|are|was|were|should|may|can|will|has|have|had|must|could|would|they|it)\b"
    r"|, (?:and|but|so) (?=[\w-]+ [\w-]+ed\b)"
)
_OF_THE_PAGE = re.compile(
    r"\b(?:this|these) (?:page|summary|section|table|booklet|video|study|studies|trials?)\b|\btable \d|\bfigure|\bPDQ\b|\bNCI\b|"
    r"\bsee\b|\bclick\b|www|http|\[|\]|©|\d{4}",
    re.IGNORECASE,
)
_KEEPS_ITS_CAPITAL = re.compile(r"\A(?:[A-Z]{2}|[A-Z][a-z]*[A-Z\d]|[A-Z]-)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made from one statement of one document."""

    question: str
    statement: str
    document: str


def question_of(statement: str) -> str | None:
    """Return the question that a statement answers, or None where no rule fits it."""
    said = " ".join(statement.split()).rstrip(".")
    if not SHORTEST <= len(said.split()) <= LONGEST or _POINTS_BACK.match(said) or _OF_THE_PAGE.search(said):
        return None
    if _TWO_CLAUSES.search(said):
        return None
    found = _HELPED.match(said)
    if found is not None and _stands_alone(found["subject"]):
        subject, helper, rest = _lower(found["subject"]), found["helper"], found["rest"]
        if helper in ("is", "are") and re.match(r"an? ", rest):
            return f"What {helper} {subject}?"
        first, *further = helper.split()
        return f"{first.capitalize()} {subject} {' '.join((*further, _asked_of_me(rest)))}?"
    found = _DOES.match(said)
    if found is not None and _stands_alone(found["subject"]):
        subject, verb = _lower(found["subject"]), found["verb"]
        does, plain = ("Does", _VERBS[verb]) if verb in _VERBS else ("Do", verb)
        return f"{does} {subject} {plain} {_asked_of_me(found['rest'])}?"
    return None


def questions(documents: Iterable[Document], count: int, seed: int = SEED) -> list[Asked]:
    """Return questions made from statements drawn at random from all of the documents; the same for the same documents."""
    made = list(_all(documents))
    return random.Random(seed).sample(made, min(len(made), count))


def _all(documents: Iterable[Document]) -> Iterator[Asked]:
    seen: set[str] = set()
    for document in sorted(documents, key=lambda document: document.card.id):
        for passage in passages(document.body):
            text = passage.text(document.body)
            for sentence in sentences(text):
                statement = text[sentence.start : sentence.end]
                question = question_of(statement) if statement.endswith(".") and "\n" not in statement else None
                if question is not None and question not in seen:
                    seen.add(question)
                    yield Asked(question, statement, document.card.id)


def _stands_alone(subject: str) -> bool:
    return _WITHIN.search(subject[1:]) is None and len(subject.split()) <= 8


def _lower(subject: str) -> str:
    """Return a subject as it stands within a sentence: names and abbreviations keep their capital."""
    subject = (
        _asked_of_me(subject[:1].lower() + subject[1:])
        if subject.startswith(("The ", "A ", "An ", "Your "))
        else subject
    )
    first, _, rest = subject.partition(" ")
    name = _KEEPS_ITS_CAPITAL.match(subject) or (rest[:1].isupper() and not rest.isupper())
    return subject if name else f"{first[:1].lower()}{first[1:]} {rest}".strip()


def _asked_of_me(rest: str) -> str:
    """Return what is said to the reader as the reader asks it."""
    rest = re.sub(r"\byou (?:are|were)\b", lambda match: "I am" if match.group().endswith("are") else "I was", rest)
    rest = re.sub(r"\b(if|when|that|what|how|because|whether|unless|as|than|while|until) you\b", r"\1 I", rest)
    changed = {"your": "my", "you": "me", "yourself": "myself", "yours": "mine"}
    return re.sub(r"\b(?:yourself|yours|your|you)\b", lambda match: changed[match.group()], rest)
