"""Several questions in one message, told apart so that each is answered by itself.

"What is a local recurrence? And what is restaging?" are two; "Is it back?? Is it cancer?" is one that is asked twice. Two
questions are two only when they ask for different kinds of answer, or about different cancers. What the first ones tell
(the cancer, that it came back) holds for the later ones.
"""

import re

from waymark.answering.phrases import SENTENCE, words_of
from waymark.answering.question import focus_of, kinds_asked, told_in
from waymark.answering.rewording import is_treatment, reworded
from waymark.languages.texts import SOURCE
from waymark.library.cancer_types import types_in

MOST = 4
"""Questions of one message that are answered; further ones are left with the last of them."""

_LEAST = 3  # words of a question
_MARKS = re.compile(r"(?<=[?])\s+|\n+|(?:^|(?<=\s))(?:\d[.)]|[-*•])\s+")
_JOINED = re.compile(
    r",?\s+(?:and|also|y|e|además|ademas)\s+(?=(?:what|how|why|when|where|which|who|do|does|is|are|can|should|will|"
    r"qu[eé]|c[oó]mo|cu[aá]l(?:es)?|cu[aá]ndo|d[oó]nde|por qu[eé]|puedo|debo|hay)\b)",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[.!;:\n]+")
_LEANS = re.compile(r"\b(?:it|them|they|this|that|these|those)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"^(?:and |so |also |but |y |pero )?(?:what|whats|how|why|when|where|which|who|do|does|did|is|are|can|could|should|will|"
    r"qu[eé]|c[oó]mo|cu[aá]l(?:es)?|cu[aá]ndo|d[oó]nde|por qu[eé]|puedo|debo|hay)\b",
    re.IGNORECASE,
)


def several(text: str) -> tuple[str, ...]:
    """Return the questions of a message in order, each with the facts that it needs; one alone is returned as it stands."""
    whole = text.strip()
    parts = _parts(whole)
    asking = [part for part in parts if _is_question(part)] if len(parts) > 1 else parts
    if len(asking) < 2 or len(asking) > 3 * MOST:
        return (whole,)
    told: list[tuple[set[str], frozenset[str]]] = []
    chosen: list[str] = []
    for part in asking:
        kinds = set(kinds_asked(words_of(part))[:2])
        cancers = frozenset(mention.type_id for mention in types_in(part))
        if any(not kinds or (kinds <= known and cancers <= about) for known, about in told):
            continue  # the same thing once more, or nothing that could be told apart
        told.append((kinds, cancers))
        chosen.append(part)
    if len(chosen) < 2 or any(_leans_on_nothing(part, whole) for part in chosen[1:]):
        return (whole,)
    chosen = [*chosen[: MOST - 1], " ".join(chosen[MOST - 1 :])] if len(chosen) > MOST else chosen
    return tuple(_with_facts(part, whole) for part in chosen)


def asks(text: str) -> bool:
    """Return whether a message asks anything: a question mark, or a sentence that opens as a question."""
    return "?" in text or any(_ASKS.match(sentence.strip()) for sentence in _SENTENCES.split(text))


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    for piece in _MARKS.split(text):
        piece = piece.strip()
        if piece:
            joined = _JOINED.split(piece)
            parts += joined if all(_ASKS.match(each.strip()) for each in joined[:1]) else [piece]
    return [part.strip(" ,;") for part in parts if part.strip(" ,;")]


def _is_question(part: str) -> bool:
    words = [word for word in words_of(part) if word != SENTENCE]
    return len(words) >= _LEAST and ("?" in part or bool(_ASKS.match(part))) and bool(focus_of(part).asks)


def _leans_on_nothing(part: str, whole: str) -> bool:
    """Return whether a question speaks of "it", and no cancer and no treatment of the message says what that is."""
    if not _LEANS.search(part) or types_in(part) or types_in(whole):
        return False
    return not any(is_treatment(read) for _, read in reworded(whole, SOURCE).taken) and not any(
        is_treatment(word.strip("?.,!")) for word in whole.split()
    )


def _with_facts(part: str, whole: str) -> str:
    """Return a question with the cancer and its coming back, where the rest of the message told them and it does not."""
    if types_in(part):
        return part
    facts = told_in(whole, part)
    return f"{part} ({', '.join(facts)})" if facts else part
