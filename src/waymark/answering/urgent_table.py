"""The table of urgent signs: what it says of a message, word by word, and the numbers to call.

``urgent_signs.yaml`` is read once. A sign is told by a wording of its own that is said of now, of the asker or of somebody
close; a wording that is denied, past, over, only supposed, or general tells nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Final, Literal

from waymark.answering.urgent_talk import Talk
from waymark.answering.urgent_words import (
    FEVER_FROM,
    WINDOW,
    Matcher,
    Pattern,
    Sentence,
    Spans,
    Spelling,
    alternatives,
    readings,
)

Level = Literal["emergency", "same_day", "crisis"]
HEADING_WORDS: Final = 6


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


@dataclass(frozen=True)
class Sign:
    """One entry of the table; ``rank`` is its place there."""

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
class Table:
    """The whole of it, ready to read messages with."""

    signs: tuple[Sign, ...]
    matcher: Matcher
    spelling: Spelling
    numbers: dict[str, EmergencyNumbers]
    symptoms: tuple[str, ...]
    version: str
    signed_by: str
    by_group: dict[str, list[tuple[Sign, Pattern]]]
    """Each wording under the name of its first group: most messages have words of few groups."""

    def opened(self, present: Iterable[str]) -> list[tuple[Sign, Pattern]]:
        """Return the wordings whose first group is among some hits, in no order."""
        return [entry for name in present if name in self.by_group for entry in self.by_group[name]]


def read_table() -> dict[str, Any]:
    """Return ``urgent_signs.yaml`` as it is written: what a clinician reads and a reference page is made from."""
    # Loaded late: a program that asks nothing should not pay for reading YAML.
    from importlib.resources import files

    from ruamel.yaml import YAML

    text = files("waymark.answering").joinpath("urgent_signs.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return table


@cache
def table() -> Table:
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
    by_group: dict[str, list[tuple[Sign, Pattern]]] = {}
    for sign in signs:
        for pattern in sign.patterns:
            by_group.setdefault(pattern.together[0], []).append((sign, pattern))
    return Table(
        signs,
        matcher,
        Spelling(written, raw["spelling"]["mended"].split(), known),
        numbers,
        tuple(raw["symptoms"].split()),
        str(raw["version"]),
        str(raw["signed_by"] or ""),
        by_group,
    )


def table_version() -> tuple[str, str]:
    """Return the version of the table of urgent signs (the day of its last change) and who signed it, "" for nobody yet."""
    return table().version, table().signed_by


def _bare_words(lines: str) -> set[str]:
    return {word for word in lines.split() if word.isalpha()}


def _sign(entry: dict[str, Any], matcher: Matcher, rank: int) -> Sign:
    return Sign(
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
    return table().numbers.get(country.strip().upper(), INTERNATIONAL)


Told = list[tuple[Sign, tuple[tuple[int, int], ...]]]
"""Signs with the spans of the message that tell them."""


def told(read: list[Sentence], table: Table) -> Told:
    """Return the signs that wordings of the table tell, and fill ``hits`` of every sentence."""
    for sentence in read:
        table.matcher.find(sentence)
    present = {name for sentence in read for name in sentence.hits}
    opened = [
        (sign, pattern)
        for sign, pattern in table.opened(present)
        if present.issuperset(pattern.together) and present.issuperset(pattern.anywhere)
    ]
    if not opened:
        return []
    talks: list[Talk] = []
    for sentence in reversed(read):
        talks.append(Talk(sentence, table.symptoms, talks[-1] if talks else None))
    talks.reverse()
    no_fever = fever_ruled_out(read)
    # In the table's order: of a sign's wordings the first that fits says where it is told.
    opened.sort(key=lambda entry: (entry[0].rank, entry[0].patterns.index(entry[1])))
    found: Told = []
    for sign, pattern in opened:
        if (found and found[-1][0] is sign) or (sign.reading and no_fever):
            continue
        spans = _match(sign, pattern, talks)
        if spans:
            found.append((sign, spans))
    return found


def fever_ruled_out(read: list[Sentence]) -> bool:
    """Return whether temperatures are written and all are below a fever's."""
    written = [value for sentence in read for value in readings(sentence)]
    return bool(written) and max(written) < FEVER_FROM


def spoken_of(read: list[Sentence], table: Table) -> bool:
    """Return whether all words of some wording stand in one sentence, however they are meant."""
    return any(
        present.issuperset(pattern.together) and present.isdisjoint(pattern.absent)
        for present in (set(sentence.hits) for sentence in read if sentence.hits)
        for _, pattern in table.opened(present)
    )


def heading(read: list[Sentence], table: Table) -> bool:
    """Return whether a few words speak of nobody, of no time and of no number: a heading, a topic to look up."""
    tokens = [token.text for sentence in read for token in sentence.tokens]
    if len(tokens) > HEADING_WORDS or any(token[0].isdecimal() for token in tokens):
        return False
    talks = (Talk(sentence, table.symptoms, None) for sentence in read)
    return not any(talk.cues(name) for talk in talks for name in ("person", "mine", "recent", "now", "telling"))


def _match(sign: Sign, pattern: Pattern, talks: list[Talk]) -> tuple[tuple[int, int], ...]:
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
                return merged([span for place in places for span in place])
    return ()


def _together(sign: Sign, pattern: Pattern, talk: Talk) -> Iterator[list[tuple[int, int]]]:
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


def merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans in order, those that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)
