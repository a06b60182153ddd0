"""Whether a sentence in plain words says what the quotations that it names say, and nothing that Waymark never says.

A sentence has to rest on one sentence of a quotation, or on one list with what introduces it: all its content words are there (or
plain words that may stand for them), in the same order, with the same negations, numbers, units, drugs, cancers and limits. A
model that puts two sentences, two clauses or two items together into a third claim is therefore found out.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from waymark.answering.plain.claims import Claims, claims_of, folded, stem, tokens
from waymark.answering.plain.said import PlainSentence
from waymark.answering.plain.vocabulary import OTHER_LANGUAGES, VOCABULARIES
from waymark.answering.rewording import is_treatment
from waymark.library.cancer_types import types_in, with_ancestors
from waymark.passages.sentences import sentences

Fault = Literal[
    "no_such_quotation",
    "shape",
    "markup",
    "language",
    "addressed",
    "dose",
    "forecast",
    "choice",
    "advice",
    "number",
    "negation",
    "drug",
    "cancer",
    "limit",
    "order",
    "unsupported",
]
"""What is wrong with a sentence."""

GRAVE: frozenset[Fault] = frozenset({"markup", "language", "addressed"})
"""Faults after which nothing of the same answer is believed."""

LONGEST_SENTENCE = 320  # characters
FEWEST_WORDS, MOST_WORDS = 3, 45
MOST_SENTENCES = 8


@dataclass(frozen=True, slots=True)
class Ground:
    """One quotation as the verifier sees it. Titles and headings are no ground: what they name need not be what a sentence is about."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The sentences that passed, and the fault of each that did not, in the order in which they came."""

    kept: tuple[PlainSentence, ...]
    faults: tuple[Fault, ...]

    @property
    def believed(self) -> bool:
        """Whether what is left may be shown: something is, no fault was grave, and no more than half had to be dropped."""
        return bool(self.kept) and not GRAVE.intersection(self.faults) and len(self.faults) <= len(self.kept)


def check(told: Sequence[tuple[str, Sequence[int]]], grounds: Sequence[Ground], language: str) -> Checked:
    """Check what a model told: (sentence, numbers of quotations from 1). ``grounds`` are the quotations in their order.

    Takes any text and never raises for one. ``language`` is en or es.
    """
    kept: list[PlainSentence] = []
    faults: list[Fault] = []
    for text, numbers in told[:MOST_SENTENCES]:
        words = " ".join(text.split())
        fault = fault_of(words, numbers, grounds, language)
        if fault is not None:
            faults.append(fault)
        elif all(folded(words) != folded(each.text) for each in kept):
            kept.append(PlainSentence(words, tuple(dict.fromkeys(numbers))))
    faults += ["shape"] * max(0, len(told) - MOST_SENTENCES)
    return Checked(tuple(kept), tuple(faults))


def fault_of(text: str, numbers: Sequence[int], grounds: Sequence[Ground], language: str) -> Fault | None:
    """Return the first fault of one sentence, None when it passes."""
    fault = _of_form(text, language)
    if fault is not None:
        return fault
    if not numbers or any(type(each) is not int or not 1 <= each <= len(grounds) for each in numbers):
        return "no_such_quotation"
    named = [grounds[each - 1] for each in dict.fromkeys(numbers)]
    fault = _never_said(text, language) or _names(text, named, language)
    if fault is not None:
        return fault
    found: list[Fault] = []
    passed = contested = False
    for ground in named:
        for unit in units_of(ground.text):
            wrong = _against(claims_of(text, language), claims_of(unit, language), language, (text, unit))
            if wrong is None:
                passed = True
            else:
                # The same words, denied elsewhere: whichever of the two is meant, it is not for us to choose.
                contested = contested or (wrong == "negation" and unit.count("\n") < 2)
                found.append(wrong)
    if passed:
        return "negation" if contested else None
    # The fault of the unit that came nearest: a wrong number tells more than a word that another sentence lacks.
    return min(found, key=_NEARNESS.index, default="unsupported")


_NEARNESS: tuple[Fault, ...] = ("advice", "number", "negation", "limit", "order", "unsupported")


# ---------------------------------------------------------------------------------------------------------- the form

_MARKUP = re.compile(
    r"[<>{}\[\]|\\`*_#^~=@]|https?:|www\.|://|&\w+;|\b[\w-]+\.(?:com|org|net|info|gov|io)\b", re.IGNORECASE
)
_PHONE = re.compile(r"(?:\+?\d[\s().-]?){7,}")
_ADDRESSED = re.compile(
    r"\b(?:as an ai|ai model|language model|chat ?bot|assistant|system prompt|my instructions|your instructions|instructions?|"
    r"prompts?|json|i am|i'm|i can|i cannot|i will|i have|i think|inteligencia artificial|modelo de lenguaje|asistente|"
    r"instrucciones|soy un)\b"
)


def _of_form(text: str, language: str) -> Fault | None:
    if any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Cn") for c in text):
        return "markup"
    if _MARKUP.search(text) or _PHONE.search(text):
        return "markup"
    plain = folded(text)
    if _ADDRESSED.search(plain):
        return "addressed"
    if not _is_in(text, language):
        return "language"
    count = len([token for token in tokens(text) if token[0].isalnum()])
    if not FEWEST_WORDS <= count <= MOST_WORDS or len(text) > LONGEST_SENTENCE or not text[0].isalnum():
        return "shape"
    if text[-1] not in ".?!" or re.search(r"[.!?]\s+\S", text):
        return "shape"
    return None


def _is_in(text: str, language: str) -> bool:
    """Return whether a sentence is in the language: in Latin letters, with its small words and not another language's."""
    if any(c.isalpha() and "LATIN" not in unicodedata.name(c, "") and c not in "ªºµ" for c in text):
        return False
    words = [token for token in tokens(text) if token[0].isalpha()]
    if not words:
        return False
    own = VOCABULARIES[language]
    small = own.function | own.negators | frozenset().union(*own.both.values())

    def share(members: frozenset[str]) -> float:
        return sum(word in members for word in words) / len(words)

    others = [members - small for members in OTHER_LANGUAGES.values()]
    others += [each.function - small for code, each in VOCABULARIES.items() if code != language]
    return share(small) >= 0.15 and share(small) > max(map(share, others))


# --------------------------------------------------------------------------------------------------- never said at all

_DOSE = re.compile(
    r"\b\d[\d.,]*\s*(?:mg|mcg|µg|g|ml|cc|iu|units?|gy|gray)\b|\b(?:dose|doses|dosage|dosis)\b|"
    r"\b(?:tablets?|pills?|capsules?|tabletas?|pastillas?|capsulas?)\b|"
    r"\b(?:once|twice|\w+ times|una vez|\w+ veces) (?:a|per|each|al|por) (?:day|week|dia|semana)\b"
)
_FORECAST = re.compile(
    r"\b(?:survival|survive[sd]?|surviving|life expectancy|prognosis|outlook|to live|lives? (?:for|longer)|time left|"
    r"(?:months|years|weeks) left|odds|chances? (?:of|that|are|is)|your chances?|you will (?:be|get|live|die|recover|have|not)|"
    r"will (?:die|live|be cured|be fine|come back|not come back)|"
    r"sobrevida|supervivencia|sobrevivir|pronostico|esperanza de vida|de vida|le queda|vivira|morira|se curara|probabilidad(?:es)? de)\b"
)
_CHOICE = re.compile(
    r"\b(?:i|we) (?:recommend|suggest|advise)|\brecommend(?:ed|s|ation)?\b|\bsuggest(?:s|ed)?\b|\badvi[sc]es?\b|"
    r"\b(?:best|right|better|wrong) (?:\w+ )?(?:for you|choice|option|treatment)\b|\byou should\b|\byou must\b|\byou ought\b|"
    r"\b(?:choose|pick|refuse|skip|avoid)\b|\byou (?:do not|don't) need\b|\bno need to\b|\byou have cancer\b|"
    r"\brecomiend\w+|\brecomendam\w+|\baconsej\w+|\bdebe(?:ria)? (?:usted )?(?:elegir|tomar|dejar|evitar)|\busted (?:debe|deberia)\b|"
    r"\b(?:elija|escoja|evite|rechace)\b|\bmejor (?:opcion|tratamiento)\b|\bno necesita\b"
)
_COMMAND = re.compile(
    r"^(?:please )?(?:take|stop|start|use|try|drink|eat|increase|reduce|double|cut|ignore|wait|do|don't|never|always|keep|get|go|see|visit|buy|"
    r"call|ask|tell|talk|contact|tome|deje|empiece|use|pruebe|beba|coma|aumente|reduzca|duplique|espere|haga|nunca|siempre|vaya|compre|"
    r"llame|pregunte|diga|hable)\b"
)
_REASSURES = re.compile(
    r"\b(?:nothing to worry|do not worry|don't worry|no reason to worry|harmless|guarantee\w*|definitely|certainly|no se preocupe|"
    r"garantiza\w*)\b"
)


def _never_said(text: str, language: str) -> Fault | None:
    plain = folded(text)
    if _DOSE.search(plain):
        return "dose"
    if _FORECAST.search(plain):
        return "forecast"
    if _CHOICE.search(plain) or _REASSURES.search(plain):
        return "choice"
    return None


# ---------------------------------------------------------------------------------------------------------- the names


@lru_cache(maxsize=1_000)
def _cancers(text: str) -> frozenset[str]:
    return frozenset(mention.type_id for mention in types_in(text))


def _drugs(text: str) -> set[str]:
    return {token for token in tokens(text) if is_treatment(token)}


def _names(text: str, named: Sequence[Ground], language: str) -> Fault | None:
    """Return a fault where a drug, a treatment or a cancer is named that the quotations do not name."""
    quoted = " \n".join(ground.text for ground in named)
    if not _drugs(text) <= _drugs(quoted):
        return "drug"
    if not _cancers(text) <= set(with_ancestors(_cancers(quoted))):
        return "cancer"
    return None


# --------------------------------------------------------------------------------------------------------- the ground


@lru_cache(maxsize=500)
def units_of(text: str) -> tuple[str, ...]:
    """Return what a sentence may rest on: each sentence, each list with what introduces it, each item with that."""
    units: list[str] = []
    intro, items = "", list[str]()

    def close() -> None:
        if items:
            units.append("\n".join([intro, *items]) if intro else "\n".join(items))
            units.extend(f"{intro}\n{item}" if intro else item for item in items)
            items.clear()

    for line in text.split("\n"):
        words = line.strip()
        if not words:
            continue
        mark = re.match(r"(?:[-•*]|\d+\.)\s+", words)
        if mark:
            items.append(words[mark.end() :])
            continue
        close()
        words = words.lstrip("#| ").strip()
        found = [words[span.start : span.end] for span in sentences(words)]
        units.extend(found)
        intro = found[-1] if found and found[-1].endswith(":") else ""
    close()
    return tuple(units)


def _against(said: Claims, ground: Claims, language: str, texts: tuple[str, str]) -> Fault | None:
    """Return why a sentence does not rest on this ground, None when it does."""
    own = VOCABULARIES[language]
    supported = list(_supported(said, ground, language))
    places = [place for place in supported if place is not None and place >= 0]
    if None in supported or not places:
        return "unsupported"
    command = _COMMAND.match(folded(texts[0]))
    if command and command.group().split()[-1] not in tokens(texts[1]):
        return "advice"
    if Counter(said.numbers) - Counter(ground.numbers) or (said.numbers and said.bounds != ground.bounds):
        return "number"
    if _negation(said, ground, supported):
        return "negation"
    if any((name in said.classes) != (name in ground.classes) for name in own.both):
        return "limit"
    if any(name in said.classes and name not in ground.classes for name in own.strong):
        return "limit"
    told = [place for place in places if place >= ground.intro]
    if not _in_order(told, "condition" in said.classes and "condition" in ground.classes):
        return "order"
    if not _whole_clauses(told, ground):
        return "unsupported"
    return None


def _supported(said: Claims, ground: Claims, language: str) -> Iterator[int | None]:
    """Yield, for each content word, its place in the ground; -1 where it is compared by its class; None where nothing has it."""
    own = VOCABULARIES[language]
    places: dict[str, list[int]] = {}
    for at, (root, _, _) in enumerate(ground.words):
        places.setdefault(root, []).append(at)
    limits = frozenset().union(*own.both.values(), *own.strong.values(), *own.bounds.values())
    last = -1
    for root, word, _ in said.words:
        roots = [root, *(stem(each, language) for each in own.same.get(word, ()))]
        found = sorted(at for each in roots for at in places.get(each, ()))
        own_words = [at for at in found if at >= ground.intro]
        if own_words:
            last = next((at for at in own_words if at > last), own_words[0])
            yield last
        elif found:
            yield found[0]
        elif word in limits or word in own.units:
            yield -1
        else:
            yield None


def _whole_clauses(places: Sequence[int], ground: Claims) -> bool:
    """Return whether words of several clauses or items are all the words of each: half of one and half of another is a new claim."""
    touched = {ground.clauses[place] for place in places}
    if len(touched) < 2:
        return True
    held = {ground.words[place][0] for place in places}
    return all(
        root in held for (root, _, _), clause in zip(ground.words, ground.clauses, strict=True) if clause in touched
    )


def _negation(said: Claims, ground: Claims, places: Sequence[int | None]) -> bool:
    """Return whether a word is negated in the one and not in the other, or more is denied than in the ground."""
    if said.negations > ground.negations or (said.negations == 0) != (ground.negations == 0):
        return True
    if said.negations != ground.negations and len(said.words) > 0.6 * len(ground.words):
        return True
    for (root, _, negated), place in zip(said.words, places, strict=True):
        if place is None or place < 0:
            continue
        there = ground.words[place]
        if negated != there[2]:
            return True
        if (there[0] in ground.heads) != (root in said.heads) and there[0] == root:
            return True
    return False


def _in_order(places: Sequence[int], may_turn: bool) -> bool:
    """Return whether the places rise; with a condition, its clause may stand first in the one and last in the other."""
    drops = [at for at in range(1, len(places)) if places[at] < places[at - 1]]
    if not drops:
        return True
    return may_turn and len(drops) == 1 and max(places[drops[0] :]) <= min(places[: drops[0]])
