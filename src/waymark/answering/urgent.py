"""Urgent signs: words that call for a person, not a page. Decided before retrieval, with no index and no connection.

The signs, their words and the advice are one table, ``urgent_signs.yaml``, for a clinician to read and sign. This
module turns a message into notices: which signs it tells of now, said of the asker or of somebody close. A sign that is
denied, past, over, only supposed, or talked about in general gives none. It recognises words; it does not diagnose.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from waymark.answering.urgent_reader import heard_by_network
from waymark.answering.urgent_recogniser import NOTHING_READ, recogniser
from waymark.answering.urgent_table import INTERNATIONAL as INTERNATIONAL
from waymark.answering.urgent_table import EmergencyNumbers as EmergencyNumbers
from waymark.answering.urgent_table import Level, Sign, Table, Told, fever_ruled_out, heading, merged, spoken_of, table
from waymark.answering.urgent_table import numbers_for as numbers_for
from waymark.answering.urgent_table import read_table as read_table
from waymark.answering.urgent_table import table_version as table_version
from waymark.answering.urgent_table import told as told_by
from waymark.answering.urgent_words import Sentence, sentences


@dataclass(frozen=True)
class _Bars:
    """How urgent a message has to sound, in log-odds, for a notice."""

    told: float  # where a wording of the table fits: below it, that is a story, an idiom, somebody else's past
    unsaid: float  # where none fits
    denied: float  # where a sign's words are there, but denied, past, supposed or general
    heading: float  # where none fits and a few words speak of nobody and no time: "tongue cancer"


# Chosen on messages that were not learnt from, of all writers but the fourth and tenth, who judge (training/URGENT.md).
LINEAR_SHARE: Final = 0.6  # of the linear recogniser's log-odds that is added to the network's
LONG: Final = 120  # words; the network reads little more than these
SHORT: Final = 12  # words; so few leave the network little to judge by, and the table's grammar is at its best
IN_SHORT: Final = _Bars(told=-6.0, unsaid=2.5, denied=2.5, heading=6.0)
IN_LONG: Final = _Bars(told=-1.5, unsaid=0.75, denied=0.5, heading=6.0)
ALONE: Final = _Bars(told=-1.0, unsaid=1.0, denied=1.0, heading=5.5)  # the linear recogniser's own
# What one sentence tells is not to be outvoted by the rest ("I want to die. What are the side effects of chemotherapy?"), so each is
# judged by itself too. It has to sound more urgent then: a story's one bad sentence is not yet an alarm.
BY_ITSELF: Final = _Bars(told=0.5, unsaid=5.0, denied=math.inf, heading=math.inf)
FEW: Final = 2  # words; fewer are no sentence
# The network takes nine tenths of the time that recognising takes, and nearly every question is calm: it is run only where its word
# could count. Chosen on the tuning parts too: of the urgent messages there, one in a thousand is lost by it.
REACH: Final = 2.8  # the network's log-odds that are reckoned with at most, where the linear recogniser's are low
UNSURE: Final = "call_now"

# Which sign it is: another one's advice is worse than "call now". Chosen on the tuning parts of writers who were left out of teaching.
LINEAR_LIKENESS: Final = 1.2  # weight of the log of the linear recogniser's share of a sign
NETWORK_LIKENESS: Final = 0.4  # and of the network's
TOLD_LIKENESS: Final = 3.3  # what a wording of the sign adds
NAMED: Final = 14  # words; in so few the table's wording names the sign rightly nine times in ten
SURE: Final = 0.7  # share of the signs shown, together, below which "call now" is shown in their stead
BESIDE: Final = 0.3  # share from which a sign that a wording tells is shown beside the likeliest

_INNER_END: Final = re.compile(r"[.!?\n;]\s*\S")  # a sentence ends and another begins
_PRESSING: Final = {"emergency": 0, "crisis": 0, "same_day": 1}


@dataclass(frozen=True)
class UrgentNotice:
    """What to do and how soon, and who says so.

    ``say`` is in the asker's language; ``matched`` holds the spans [start, end) of the message, in code points, on
    which the decision rests, in order and without overlap. ``worded``: whether a wording of the table tells the sign; else it was
    heard by what was taught on messages alone.
    """

    sign: str
    level: Level
    say: str
    source_title: str
    source_url: str
    matched: tuple[tuple[int, int], ...] = ()
    worded: bool = True


_WORDS_FOR_NUMBERS: Final = {
    "en": ("your local emergency number", "a crisis line in your country (findahelpline.com lists them)"),
    "es": ("número de emergencias de su zona", "una línea de ayuda en crisis de su país (vea findahelpline.com)"),
}


def urgent_notice(message: str, language: str = "en", numbers: EmergencyNumbers = INTERNATIONAL) -> UrgentNotice | None:
    """Return the most pressing notice for a message, or None. Takes any string and never raises for one.

    ``language``: of the advice, a BCP 47 tag; Spanish for "es…", else English. Recognition reads both languages always.
    """
    found = urgent_notices(message, language, numbers)
    return found[0] if found else None


def urgent_notices(
    message: str, language: str = "en", numbers: EmergencyNumbers = INTERNATIONAL
) -> tuple[UrgentNotice, ...]:
    """Return all notices for a message, the most pressing first.

    Emergencies and crises come in the table's order, then what can wait for the same day.
    """
    linear = recogniser().log_odds(message)
    hopeless = _out_of_reach(linear, min(IN_SHORT.told, IN_LONG.told))  # whatever the table says
    if hopeless and len(message) < 2 * LONG and not _INNER_END.search(message):
        return ()
    whole = table()
    read = sentences(message, whole.spelling)
    told = told_by(read, whole)
    state = _state(told, read, whole)
    judged, (sounds, bars, shares) = (message, read), _sounds(message, linear, read, state)
    quiet = sounds < getattr(bars, state)
    alone = _by_itself(message, read, told, whole) if quiet or _words(read) > LONG else None
    if alone is not None:
        judged, shares = alone
    elif quiet:
        return ()
    if not told or _words(judged[1]) > NAMED:
        linear_shares = dict(recogniser().signs_by_likeness(judged[0]))
        told = sure_signs(told, likely_signs(linear_shares, shares, told, read, whole), whole)
    return tuple(
        UrgentNotice(
            sign.id,
            sign.level,
            _say(sign, language, numbers),
            sign.source_title,
            sign.source_url,
            spans or _most_telling(message, read),
            bool(spans),
        )
        for sign, spans in in_order(told)
    )


def warm_up() -> None:
    """Read what is read once: the table, what was taught, the network."""
    table()
    recogniser()
    heard_by_network("")


def _sounds(message: str, linear: float, read: list[Sentence], state: "State") -> tuple[float, _Bars, dict[str, float]]:
    """Return how urgent a message sounds, in log-odds, the bars for that measure, and the network's share of each sign.

    ``linear``: the linear recogniser's log-odds. Where the network could not lift them over the bar, it is not asked.
    """
    bars = IN_SHORT if _words(read) <= SHORT else IN_LONG
    if _out_of_reach(linear, getattr(bars, state)):
        return NOTHING_READ, bars, {}
    network = heard_by_network(message)
    if network is None:
        return linear, ALONE, {}
    return network[0] + LINEAR_SHARE * linear, bars, network[1]


def _out_of_reach(linear: float, bar: float) -> bool:
    return REACH + LINEAR_SHARE * linear < bar


def _words(read: list[Sentence]) -> int:
    return sum(len(sentence.tokens) for sentence in read)


def _by_itself(
    message: str, read: list[Sentence], told: Told, whole: Table
) -> tuple[tuple[str, list[Sentence]], dict[str, float]] | None:
    """Return the sentence that sounds most urgent by itself, with the network's shares, where that is urgent enough; else None.

    In pages of more than `LONG` words a sentence with a wording has the same bar as a message of its own.
    """
    pages = _words(read) > LONG
    best, found = 0.0, None
    for state, text, part in by_themselves(message, read, told, whole):
        linear = recogniser().log_odds(text)
        own = IN_SHORT if _words(part) <= SHORT else IN_LONG
        bar = own.told if pages and state == "told" else getattr(BY_ITSELF, state)
        if _out_of_reach(linear, bar):
            continue
        network = heard_by_network(text)
        sounds, shares = (linear, {}) if network is None else (network[0] + LINEAR_SHARE * linear, network[1])
        if sounds - bar >= best:
            best, found = sounds - bar, ((text, part), shares)
    return found


def by_themselves(
    message: str, read: list[Sentence], told: Told, whole: Table
) -> list[tuple["State", str, list[Sentence]]]:
    """Return the sentences that may be judged by themselves: those with a told wording; where nothing is told, those in which
    nothing is denied or general either. None of a message of one sentence.
    """
    found: list[tuple[State, str, list[Sentence]]] = []
    for sentence in read if len(read) > 1 else ():
        if len(sentence.tokens) < FEW:
            continue
        start, end = sentence.tokens[0].start, sentence.tokens[-1].end
        if any(start <= a < end for _, spans in told for a, _ in spans):
            found.append(("told", message[start:end], [sentence]))
        elif not told and not spoken_of([sentence], whole):
            found.append(("unsaid", message[start:end], [sentence]))
    return found


State = Literal["told", "denied", "unsaid", "heading"]


def wording_state(message: str) -> State:
    """Return what the table alone makes of a message: a sign told, its words there but denied or general, or nothing."""
    whole = table()
    read = sentences(message, whole.spelling)
    return _state(told_by(read, whole), read, whole)


def _state(told: Told, read: list[Sentence], whole: Table) -> State:
    if told:
        return "told"
    if spoken_of(read, whole):
        return "denied"
    return "heading" if heading(read, whole) else "unsaid"


def likely_signs(
    linear: Mapping[str, float], network: Mapping[str, float], told: Told, read: list[Sentence], whole: Table
) -> dict[str, float]:
    """Return how likely each sign is for an urgent message, together 1: by the shares of both recognisers and the wordings."""
    worded = {sign.id for sign, _ in told}
    no_fever = fever_ruled_out(read)
    ruled_out = {sign.id for sign in whole.signs if no_fever and sign.reading}
    weights = {
        sign: share**LINEAR_LIKENESS
        * network.get(sign, share) ** NETWORK_LIKENESS
        * (math.exp(TOLD_LIKENESS) if sign in worded else 1.0)
        for sign, share in linear.items()
        if sign not in ruled_out
    }
    total = sum(weights.values())
    return {sign: weight / total for sign, weight in weights.items()}


def sure_signs(told: Told, likely: dict[str, float], whole: Table) -> Told:
    """Return the likeliest sign and the told ones that are likely too; where that is not sure, "call now" in their stead.

    Words of ending one's life are always answered as such.
    """
    spans = {sign.id: places for sign, places in told}
    for sign, _ in told:  # what another told sign covers counts for that one: its advice holds theirs
        for other in sign.covers & spans.keys():
            likely[sign.id] = likely.get(sign.id, 0.0) + likely.pop(other, 0.0)
    crisis = {sign.id for sign, _ in told if sign.level == "crisis"}
    shown = crisis or {max(likely, key=likely.__getitem__)}
    shown = shown | {sign for sign in spans if likely.get(sign, 0.0) >= BESIDE}
    pressing = {sign.id for sign in whole.signs if not _PRESSING[sign.level]}
    unsure = not crisis and sum(likely.get(sign, 0.0) for sign in shown) < SURE
    # However likely another sign is: what a wording tells as an emergency is never put off to the same day.
    if unsure or (not pressing.isdisjoint(spans) and pressing.isdisjoint(shown)):
        shown = {UNSURE}
        spans[UNSURE] = merged([span for places in spans.values() for span in places])
    return [(sign, spans.get(sign.id, ())) for sign in whole.signs if sign.id in shown]


def in_order(told: Told) -> Told:
    """Return the signs that no other one covers, the most pressing first."""
    covered = {other for sign, _ in told for other in sign.covers}
    return sorted(
        ((sign, spans) for sign, spans in told if sign.id not in covered),
        key=lambda pair: (_PRESSING[pair[0].level], pair[0].rank),
    )


def _most_telling(message: str, read: list[Sentence]) -> tuple[tuple[int, int], ...]:
    """Return the sentence that sounds most urgent."""
    spans = [(sentence.tokens[0].start, sentence.tokens[-1].end) for sentence in read if sentence.tokens]
    if not spans:
        return ()
    return (max(spans, key=lambda span: recogniser().urgency(message[span[0] : span[1]])),)


def notice_of(sign: str, language: str = "en", numbers: EmergencyNumbers = INTERNATIONAL) -> UrgentNotice:
    """Return the notice of one sign of the table, for what was told otherwise than in a message. Raises KeyError."""
    for one in table().signs:
        if one.id == sign:
            return UrgentNotice(one.id, one.level, _say(one, language, numbers), one.source_title, one.source_url)
    raise KeyError(sign)


def _say(sign: Sign, language: str, numbers: EmergencyNumbers) -> str:
    spoken = "es" if language.casefold().startswith("es") else "en"
    emergency, crisis = _WORDS_FOR_NUMBERS[spoken]
    if numbers != INTERNATIONAL:
        own = numbers.said_in(spoken)
        emergency, crisis = own.emergency, own.crisis or crisis
    return sign.say[spoken].format(emergency=emergency, crisis=crisis)
