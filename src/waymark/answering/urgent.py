"""Urgent signs: words that call for a person, not a page. Decided before retrieval, with no index and no connection.

The signs, their words and the advice are one table, ``urgent_signs.yaml``, for a clinician to read and sign. This
module turns a message into notices: which signs it tells of now, said of the asker or of somebody close. A sign that is
denied, past, over, only supposed, or talked about in general gives none. It recognises words; it does not diagnose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Final, Literal

from waymark.answering.urgent_reader import reader
from waymark.answering.urgent_recogniser import NOTHING_READ, recogniser
from waymark.answering.urgent_talk import Talk
from waymark.answering.urgent_words import (
    WINDOW,
    Matcher,
    Pattern,
    Sentence,
    Spans,
    Spelling,
    alternatives,
    readings,
    sentences,
)

Level = Literal["emergency", "same_day", "crisis"]


@dataclass(frozen=True)
class _Bars:
    """How urgent a message has to sound, in log-odds, for a notice."""

    told: float  # where a wording of the table fits: below it, that is a story, an idiom, somebody else's past
    unsaid: float  # where none fits
    denied: float  # where a sign's words are there, but denied, past, supposed or general


# Chosen on messages that were written without sight of the table, their tuning parts (training/URGENT.md has the table).
LINEAR_SHARE: Final = 0.8  # of the linear recogniser's log-odds that is added to the network's
WITH_NETWORK: Final = _Bars(told=0.7, unsaid=1.0, denied=1.0)
ALONE: Final = _Bars(told=-3.89, unsaid=1.386, denied=3.476)  # the linear recogniser's: .02, .8 and .97
SURE: Final = 0.35  # how like one sign's messages it has to be to be told with that sign's advice
UNSURE: Final = "call_now"

_PRESSING: Final = {"emergency": 0, "crisis": 0, "same_day": 1}


@dataclass(frozen=True)
class UrgentNotice:
    """What to do and how soon, and who says so.

    ``say`` is in the asker's language; ``matched`` holds the spans [start, end) of the message, in code points, on
    which the decision rests, in order and without overlap.
    """

    sign: str
    level: Level
    say: str
    source_title: str
    source_url: str
    matched: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class EmergencyNumbers:
    """What to call: an ambulance, and a crisis line (None where none is known for sure).

    ``crisis_es`` says the crisis line in Spanish, where its words are others; "" where they are not known.
    """

    emergency: str
    crisis: str | None
    crisis_es: str = ""

    def said_in(self, language: str) -> "EmergencyNumbers":
        """Return them in the words of a language (any BCP 47 tag): Spanish for "es…", else as the table has them."""
        if not language.lower().startswith("es"):
            return self
        return EmergencyNumbers(self.emergency.replace(" or ", " o "), self.crisis_es or self.crisis, self.crisis_es)


INTERNATIONAL: Final = EmergencyNumbers("your local emergency number", None)
_WORDS_FOR_NUMBERS: Final = {
    "en": ("your local emergency number", "a crisis line in your country (findahelpline.com lists them)"),
    "es": ("número de emergencias de su zona", "una línea de ayuda en crisis de su país (vea findahelpline.com)"),
}


@dataclass(frozen=True)
class _Sign:
    id: str
    level: Level
    say: dict[str, str]
    source_title: str
    source_url: str
    patterns: tuple[Pattern, ...]
    covers: frozenset[str]
    even_if: bool
    stays: bool
    reading: bool
    rank: int


@dataclass(frozen=True)
class _Table:
    signs: tuple[_Sign, ...]
    matcher: Matcher
    spelling: Spelling
    numbers: dict[str, EmergencyNumbers]
    symptoms: tuple[str, ...]
    version: str
    signed_by: str


def read_table() -> dict[str, Any]:
    """Return ``urgent_signs.yaml`` as it is written: what a clinician reads and a reference page is made from."""
    # Loaded late: a program that asks nothing should not pay for reading YAML.
    from importlib.resources import files

    from ruamel.yaml import YAML

    text = files("waymark.answering").joinpath("urgent_signs.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return table


@cache
def _table() -> _Table:
    raw = read_table()
    matcher = Matcher()
    words: dict[str, list[tuple[str, ...]]] = {name: alternatives(text) for name, text in raw["lists"].items()}
    talk = {name: alternatives(text) for name, text in raw["talk"].items()}
    for name, phrases in (*words.items(), *talk.items()):
        matcher.add_list(name, phrases)
    signs = tuple(_sign(entry, matcher, rank) for rank, entry in enumerate(raw["signs"]))

    sign_words = {w for phrases in words.values() for phrase in phrases for w in phrase}
    sign_words |= {w for entry in raw["signs"] for w in _bare_words(entry["words"])}
    kept = set(raw["spelling"]["kept"].split())
    known = sign_words | kept | {w for phrases in talk.values() for phrase in phrases for w in phrase}
    written = dict(line.split(" = ") for line in raw["spelling"]["written"].splitlines() if " = " in line)
    numbers = {
        country: EmergencyNumbers(row["emergency"], row["crisis"], row.get("crisis_es", ""))
        for country, row in raw["numbers"].items()
    }
    numbers |= {country: numbers["EU"] for country in raw["eu"].split() if country not in numbers}
    return _Table(
        signs,
        matcher,
        Spelling(written, raw["spelling"]["mended"].split(), known),
        numbers,
        tuple(raw["symptoms"].split()),
        str(raw["version"]),
        str(raw["signed_by"] or ""),
    )


def table_version() -> tuple[str, str]:
    """Return the version of the table of urgent signs (the day of its last change) and who signed it, "" for nobody yet."""
    return _table().version, _table().signed_by


def _bare_words(lines: str) -> set[str]:
    return {word for word in lines.split() if word.isalpha()}


def _sign(entry: dict[str, Any], matcher: Matcher, rank: int) -> _Sign:
    return _Sign(
        id=entry["id"],
        level=entry["level"],
        say={language: " ".join(text.split()) for language, text in entry["say"].items()},
        source_title=entry["source"]["title"],
        source_url=entry["source"]["url"],
        patterns=tuple(_pattern(line, matcher) for line in entry["words"].splitlines() if line.strip()),
        covers=frozenset(entry.get("covers", ())),
        even_if=entry.get("even_if", False),
        stays=entry.get("stays", False),
        reading=entry.get("reading", False),
        rank=rank,
    )


def _pattern(line: str, matcher: Matcher) -> Pattern:
    wanted, _, absent = line.partition(" ! ")
    together, *anywhere = wanted.split(" & ")
    groups = [matcher.add_group(alternatives(part)) for part in together.split(" + ")]
    around = [matcher.add_group(alternatives(part)) for part in anywhere]
    barred = [matcher.add_group(alternatives(absent))] if absent else []
    return Pattern(tuple(groups), tuple(around), tuple(barred))


def numbers_for(country: str | None) -> EmergencyNumbers:
    """Return the numbers of a country (ISO 3166, two letters, any case); `INTERNATIONAL` for one not in the table."""
    if not country:
        return INTERNATIONAL
    return _table().numbers.get(country.strip().upper(), INTERNATIONAL)


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
    table = _table()
    read = sentences(message, table.spelling)
    sounds, bars = _sounds(message)
    told = _told(read, table)
    if told and sounds < bars.told:
        told = []
    elif not told and sounds >= (bars.denied if _spoken_of(read, table) else bars.unsaid):
        told = [(_heard(message, read, table), _most_telling(message, read))]
    covered = {other for sign, _ in told for other in sign.covers}
    told = [(sign, spans) for sign, spans in told if sign.id not in covered]
    told.sort(key=lambda pair: (_PRESSING[pair[0].level], pair[0].rank))
    return tuple(
        UrgentNotice(sign.id, sign.level, _say(sign, language, numbers), sign.source_title, sign.source_url, spans)
        for sign, spans in told
    )


def _sounds(message: str) -> tuple[float, _Bars]:
    """Return how urgent a message sounds, in log-odds, and the bars for that measure."""
    linear = recogniser().log_odds(message)
    network = reader()
    if network is None or linear <= NOTHING_READ:
        return linear, ALONE
    return network.read(message)[0] + LINEAR_SHARE * linear, WITH_NETWORK


def wording_state(message: str) -> Literal["told", "denied", "unsaid"]:
    """Return what the table alone makes of a message: a sign told, its words there but denied or general, or nothing."""
    table = _table()
    read = sentences(message, table.spelling)
    if _told(read, table):
        return "told"
    return "denied" if _spoken_of(read, table) else "unsaid"


def _heard(message: str, read: list[Sentence], table: _Table) -> _Sign:
    """Return the sign that an urgent message is most like; where that is not sure, the one that says to call at once."""
    by_id = {sign.id: sign for sign in table.signs}
    low = [value for sentence in read for value in readings(sentence)]
    no_fever = bool(low) and max(low) < 37.99
    shares = dict(recogniser().signs_by_likeness(message))
    network = reader()
    if network is not None:
        also = dict(zip(network.signs, network.read(message)[1].tolist(), strict=True))
        shares = {sign: (share + also.get(sign, share)) / 2 for sign, share in shares.items()}
    ordered = sorted(shares.items(), key=lambda pair: -pair[1])
    name, share = next((pair for pair in ordered if not (no_fever and by_id[pair[0]].reading)), (UNSURE, 1.0))
    return by_id[name if share >= SURE else UNSURE]


def _most_telling(message: str, read: list[Sentence]) -> tuple[tuple[int, int], ...]:
    """Return the sentence that sounds most urgent."""
    spans = [(sentence.tokens[0].start, sentence.tokens[-1].end) for sentence in read if sentence.tokens]
    if not spans:
        return ()
    return (max(spans, key=lambda span: recogniser().urgency(message[span[0] : span[1]])),)


def notice_of(sign: str, language: str = "en", numbers: EmergencyNumbers = INTERNATIONAL) -> UrgentNotice:
    """Return the notice of one sign of the table, for what was told otherwise than in a message. Raises KeyError."""
    for one in _table().signs:
        if one.id == sign:
            return UrgentNotice(one.id, one.level, _say(one, language, numbers), one.source_title, one.source_url)
    raise KeyError(sign)


def _say(sign: _Sign, language: str, numbers: EmergencyNumbers) -> str:
    spoken = "es" if language.casefold().startswith("es") else "en"
    emergency, crisis = _WORDS_FOR_NUMBERS[spoken]
    if numbers != INTERNATIONAL:
        own = numbers.said_in(spoken)
        emergency, crisis = own.emergency, own.crisis or crisis
    return sign.say[spoken].format(emergency=emergency, crisis=crisis)


def _told(read: list[Sentence], table: _Table) -> list[tuple[_Sign, tuple[tuple[int, int], ...]]]:
    for sentence in read:
        table.matcher.find(sentence)
    talks: list[Talk] = []
    for sentence in reversed(read):
        talks.append(Talk(sentence, table.symptoms, talks[-1] if talks else None))
    talks.reverse()
    present = {name for sentence in read for name in sentence.hits}
    low = [value for sentence in read for value in readings(sentence)]
    no_fever = bool(low) and max(low) < 37.99
    found = []
    for sign in table.signs:
        if sign.reading and no_fever:
            continue
        for pattern in sign.patterns:
            if not all(name in present for name in (*pattern.together, *pattern.anywhere)):
                continue
            spans = _match(sign, pattern, talks)
            if spans:
                found.append((sign, spans))
                break
    return found


def _spoken_of(read: list[Sentence], table: _Table) -> bool:
    """Return whether all words of some wording stand in one sentence, however they are meant."""
    return any(
        pattern.together
        and all(name in sentence.hits for name in pattern.together)
        and not any(name in sentence.hits for name in pattern.absent)
        for sentence in read
        for sign in table.signs
        for pattern in sign.patterns
    )


def _match(sign: _Sign, pattern: Pattern, talks: list[Talk]) -> tuple[tuple[int, int], ...]:
    for talk in talks:
        hits = talk.sentence.hits
        if not all(name in hits for name in pattern.together) or any(name in hits for name in pattern.absent):
            continue
        for spans in _together(sign, pattern, talk):
            if talk.general(spans):
                continue
            around = [_around(name, talk, talks) for name in pattern.anywhere]
            if all(around):
                places = [_place(talk.sentence, spans), *[place for place in around if place]]
                return _merged([span for place in places for span in place])
    return ()


def _together(sign: _Sign, pattern: Pattern, talk: Talk) -> Iterator[list[tuple[int, int]]]:
    """Yield one told span for each group of the pattern, close enough to each other and not the same words twice."""
    choices = [
        sorted(
            (s for s in talk.sentence.hits[name] if talk.told(*s, even_if=sign.even_if, stays=sign.stays)),
            key=lambda s: (s[0], -s[1]),
        )[:6]
        for name in pattern.together
    ]
    for spans in product(*choices):
        if max(end for _, end in spans) - min(start for start, _ in spans) <= WINDOW and len(set(spans)) == len(spans):
            yield list(spans)


def _around(name: str, home: Talk, talks: list[Talk]) -> list[tuple[int, int]]:
    """Return where a group stands anywhere in the message, not denied and not long past; the sign's sentence first."""
    for talk in (home, *talks):
        spans: Spans = talk.sentence.hits.get(name, set())
        for start, end in sorted(spans):
            if not (talk.denied(start, end) or talk.past(start, "past_treatment")):
                return _place(talk.sentence, [(start, end)])
    return []


def _place(sentence: Sentence, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(sentence.tokens[start].start, sentence.tokens[end - 1].end) for start, end in spans]


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
