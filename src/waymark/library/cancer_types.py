"""The vocabulary of cancers: finding their names in text, and how one kind of cancer belongs to another.

The words are in ``cancer_types.json``, one type per line (JSON, since a YAML file of this size takes most of a second
to read). ``names`` are written forms; ``organs`` are words that name a cancer only together with such a word as
"cancer" or "tumour", so that a bare organ, which may be where a cancer spread to, is never a type. ``abbreviations``
are matched in any case, ``exact`` ones only as written. ``address`` lists the path segments that publishers use.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class CancerType:
    """One type of the vocabulary. ``group`` marks a family ("sarcoma") rather than a disease."""

    id: str
    name: str
    name_es: str
    parents: tuple[str, ...]
    address: tuple[str, ...]
    childhood: bool  # met mostly in children
    group: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of a cancer in a text: ``text[start:end] == written``, code points.

    ``shared`` marks an organ that borrows the word cancer from its neighbour: "liver" in "liver and lung cancer".
    """

    type_id: str
    start: int
    end: int
    written: str
    shared: bool = False


_WORD = re.compile(r"[^\W_]+(?:['’]s\b)?")
# What may stand between two words of one name: never a full stop, a comma, a colon or an empty line.
_INSIDE = re.compile(r"(?:[ \t\u00a0]*\n)?[ \t\u00a0\-\u2010-\u2015/()*’']{0,4}\Z")
_JOINED = re.compile(r"[\s,/&()*]{0,5}\Z")  # between the members of "colon, lip & mouth cancer"
_TALK = frozenset(("and", "or", "y", "o", "u", "e"))
_ARTICLES = frozenset(("the", "a", "el", "la", "los", "las"))
_HEADS = frozenset(("cancer", "tumor", "carcinoma", "adenocarcinoma", "malignancy", "neoplasm", "neoplasia"))
_OF = frozenset(("of", "de", "del"))
_BETWEEN = _TALK | _ARTICLES | _OF
_STEMS = (
    ("tumor", "tumour"),
    ("leukem", "leukaem"),
    ("esophag", "oesophag"),
    ("gynec", "gynaec"),
    ("pediatr", "paediatr"),
)
_PLURALS = ("cancer", "tumor", "oma", "emia", "asm", "sia", "syndrome", "disorder", "disease", "carcinoid", "mole")
_HEAD_PLURALS = {"malignancies": "malignancy", "cánceres": "cancer", "canceres": "cancer", "tumores": "tumor"}

_Trie = dict[str, Any]
_END = ""  # the key that holds the type of a name that ends there; no word is empty


def _words(text: str) -> list[str]:
    return [_bare(word) for word in _WORD.findall(text.lower())]


def _bare(word: str) -> str:
    """Return the word without a possessive s: "Hodgkin's lymphoma" is Hodgkin lymphoma."""
    return word[:-2] if word[-2:-1] in ("'", "’") else word


def _plain(word: str) -> str:
    """Return the word without accents: "cáncer" is often typed "cancer"."""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


class Vocabulary:
    """The types, and the tables that find them. Built once by `vocabulary`."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self.types: dict[str, CancerType] = {}
        self.by_address: dict[str, str] = {}
        self._names: _Trie = {}
        self._organs: _Trie = {}
        self._exact: _Trie = {}
        self._fold: dict[str, str] = dict(_HEAD_PLURALS)
        for word in (*_HEADS, *_OF, *_TALK, *_ARTICLES, "squamous", "cell"):
            self._learn(word)
        for row in rows:
            self._add(row)
        for kind in self.types.values():
            for parent in kind.parents:
                if parent not in self.types:
                    raise ValueError(f"{kind.id} names the parent {parent}, which the vocabulary does not hold.")

    def _add(self, row: Mapping[str, Any]) -> None:
        type_id = row["id"]
        if type_id in self.types:
            raise ValueError(f"The vocabulary holds {type_id} twice.")
        address = tuple(row.get("address", ()))
        self.types[type_id] = CancerType(
            type_id,
            row["name"],
            row["es"],
            tuple(row.get("parents", ())),
            address,
            bool(row.get("childhood", False)),
            bool(row.get("group", False)),
        )
        for segment in address:
            self.by_address[segment] = type_id
        for name in (*row.get("names", ()), *row.get("names_es", ()), *row.get("abbreviations", ())):
            self._plant(self._names, [self._learn(word) for word in _words(name)], type_id)
        self._plant(self._names, [self._learn(word) for word in _words(row["es"])], type_id)
        for organ in (*row.get("organs", ()), *row.get("organs_es", ())):
            self._plant(self._organs, [self._learn(word) for word in _words(organ)], type_id)
        for name in row.get("exact", ()):
            written = _WORD.findall(name)
            for word in written:
                self._learn(word.lower())
            self._plant(self._exact, written, type_id)

    def _plant(self, trie: _Trie, words: list[str], type_id: str) -> None:
        for word in words:
            trie = trie.setdefault(word, {})
        trie.setdefault(_END, type_id)

    def _learn(self, word: str) -> str:
        """Remember how the word may be written (plural, British, without accents) and return its one form."""
        one = _plain(word)
        forms = {word, one}
        for ours, theirs in _STEMS:
            forms.update(form.replace(ours, theirs) for form in tuple(forms) if ours in form)
        if one.endswith(_PLURALS):
            forms.update(form + "s" for form in tuple(forms))
        if one.endswith(("oma",)):
            forms.update(form + "ta" for form in tuple(forms) if form.endswith("oma"))
        for form in forms:
            self._fold.setdefault(form, one)
        return self._fold[word]

    def known(self, word: str) -> bool:
        """Return whether a lower-case word is part of any name."""
        return word in self._fold

    @property
    def words(self) -> Iterable[str]:
        """Every written form of every word of a name."""
        return self._fold.keys()

    def mentions(self, text: str) -> Iterator[Mention]:
        """Yield the names of cancers in the text from left to right: the longest that fits, none overlapping."""
        fold = self._fold
        found: list[tuple[str, int, int, str]] = []  # one form, start, end, as written; "" where no name has the word
        busy = False
        for match in _WORD.finditer(text):
            written = match.group()
            one = fold.get(_bare(written.lower()), "")
            if one:
                found.append((one, match.start(), match.end(), written))
                busy = True
            elif busy:
                yield from self._in_stretch(text, found)
                found, busy = [], False
        if busy:
            yield from self._in_stretch(text, found)

    def organs(self, text: str) -> Iterator[tuple[str, int]]:
        """Yield (type, place) of each organ word, whether or not it names a cancer where it stands."""
        words = [
            (form, match.start(), match.end(), match.group())
            for match in _WORD.finditer(text)
            if (form := self._fold.get(_bare(match.group().lower()), ""))
        ]
        for at in range(len(words)):
            end, type_id = self._walk(self._organs, text, words, at)
            if end:
                yield type_id, words[at][1]

    def _in_stretch(self, text: str, words: list[tuple[str, int, int, str]]) -> Iterator[Mention]:
        """Yield the mentions in a run of words that all belong to some name."""
        at, free = 0, 0
        while at < len(words):
            end, type_id = self._longest(text, words, at)
            if not end:
                at += 1
                continue
            start = at
            # "liver and bile duct cancer", "cancer of the colon or rectum": the word cancer is said once for all
            if words[end - 1][0] in _HEADS:
                yield from self._before(text, words, at, free)
            yield Mention(type_id, words[start][1], words[end - 1][2], text[words[start][1] : words[end - 1][2]])
            if words[start][0] in _HEADS:
                for mention, stop in self._after(text, words, end):
                    yield mention
                    end = stop
            at = free = end

    def _longest(self, text: str, words: list[tuple[str, int, int, str]], at: int) -> tuple[int, str]:
        """Return the index past the longest name that begins at a word, and its type; (0, "") where none does."""
        best, type_id = self._walk(self._names, text, words, at)
        end, exact = self._walk(self._exact, text, words, at, written=True)
        if end > best and not _shouted(text, words[at][1], words[end - 1][2]):
            best, type_id = end, exact
        end, organ = self._walk(self._organs, text, words, at)
        if end:
            head = self._head(text, words, end)
            if head > best:
                best, type_id = head, organ
        head = self._head_of(text, words, at)
        if head:
            end, organ = self._walk(self._organs, text, words, head)
            if end > best:
                best, type_id = end, organ
        return best, type_id

    def _walk(
        self, trie: _Trie, text: str, words: list[tuple[str, int, int, str]], at: int, written: bool = False
    ) -> tuple[int, str]:
        best, type_id = 0, ""
        index = at
        while index < len(words):
            if index > at and not _INSIDE.match(text, words[index - 1][2], words[index][1]):
                break
            step = trie.get(words[index][3] if written else words[index][0])
            if step is None:
                break
            trie = step
            index += 1
            if _END in trie:
                best, type_id = index, trie[_END]
        return best, type_id

    def _head(self, text: str, words: list[tuple[str, int, int, str]], at: int) -> int:
        """Return the index past "cancer", "tumour" or "squamous cell carcinoma" that begins at a word, else 0."""
        if [word[0] for word in words[at : at + 2]] == ["squamous", "cell"]:
            at += 2
        if at < len(words) and words[at][0] in _HEADS and _INSIDE.match(text, words[at - 1][2], words[at][1]):
            return at + 1
        return 0

    def _head_of(self, text: str, words: list[tuple[str, int, int, str]], at: int) -> int:
        """Return the index past "cancer of the", "cáncer de" that begins at a word, else 0."""
        if words[at][0] not in _HEADS:
            return 0
        at += 1
        if at < len(words) and words[at][0] in _OF:
            at += 1
            if at < len(words) and words[at][0] in _ARTICLES:
                at += 1
            return at if at < len(words) else 0
        return 0

    def _before(self, text: str, words: list[tuple[str, int, int, str]], at: int, free: int) -> Iterator[Mention]:
        """Yield the organs that share the word cancer with the mention that begins at a word, from the left."""
        mentions: list[Mention] = []
        while at > free:
            last = at
            if words[last - 1][0] in _TALK:
                last -= 1
            if last <= free or not _joined(text, words, last, at):
                break
            for first in range(max(free, last - 5), last):
                end, organ = self._walk(self._organs, text, words, first)
                if end == last:
                    start, stop = words[first][1], words[last - 1][2]
                    mentions.append(Mention(organ, start, stop, text[start:stop], shared=True))
                    at = first
                    break
            else:
                break
        yield from reversed(mentions)

    def _after(self, text: str, words: list[tuple[str, int, int, str]], at: int) -> Iterator[tuple[Mention, int]]:
        """Yield the further organs of "cancer of the colon, rectum or anus" and the index past each."""
        while at < len(words):
            first = at
            while first < len(words) and words[first][0] in _BETWEEN:
                first += 1
            if first >= len(words) or not _joined(text, words, at, first):
                return
            end, organ = self._walk(self._organs, text, words, first)
            if not end or self._head(text, words, end):
                return
            start, stop = words[first][1], words[end - 1][2]
            yield Mention(organ, start, stop, text[start:stop], shared=True), end
            at = end


def _joined(text: str, words: list[tuple[str, int, int, str]], left: int, right: int) -> bool:
    """Return whether a word, or at least a comma, slash or bracket, joins what stands left to what stands right."""
    gaps = [text[words[i - 1][2] : words[i][1]] for i in range(left, right + 1)]
    if not all(_JOINED.match(gap) for gap in gaps):
        return False
    return right > left or any(mark in gaps[0] for mark in ",/&()")


def _shouted(text: str, start: int, end: int) -> bool:
    """Return whether the words around are in capitals too: then capitals make no abbreviation ("IS THIS ALL")."""
    around = [c for c in text[max(0, start - 40) : start] + text[end : end + 40] if c.isalpha()]
    return len(around) > 3 and sum(c.isupper() for c in around) > 0.7 * len(around)


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once."""
    text = resources.files("waymark.library").joinpath("cancer_types.json").read_text(encoding="utf-8")
    return Vocabulary(json.loads(text))


def types_in(text: str) -> tuple[Mention, ...]:
    """Return the names of cancers in a text, in reading order: whole words, the longest name that fits, no overlap.

    A bare organ is never a mention. Time grows with the length of the text alone.
    """
    return tuple(vocabulary().mentions(text))


@lru_cache(maxsize=4096)  # headings, over and over, and what is asked, each once
def places_in(text: str) -> tuple[str, ...]:
    """Return the types whose organ is named in a text where no cancer is: "back in my liver" gives liver, "liver cancer" none.

    Such an organ is a place that a cancer may have spread to. It does not make it that organ's cancer.
    """
    named = [(mention.start, mention.end) for mention in types_in(text)]
    return tuple(
        dict.fromkeys(
            type_id for type_id, at in vocabulary().organs(text) if not any(start <= at < end for start, end in named)
        )
    )


@lru_cache(maxsize=4096)
def ancestors(type_id: str) -> tuple[str, ...]:
    """Return every wider type of a type, nearest first; empty for an unknown id."""
    types = vocabulary().types
    seen: dict[str, None] = {}
    level = list(types[type_id].parents) if type_id in types else []
    while level:
        fresh = [parent for parent in level if parent not in seen]
        seen.update(dict.fromkeys(fresh))
        level = [parent for each in fresh for parent in types[each].parents]
    return tuple(seen)


@cache
def descendants(type_id: str) -> tuple[str, ...]:
    """Return every narrower type of a type, in the order of the vocabulary; empty for an unknown id."""
    return tuple(other for other in vocabulary().types if type_id in ancestors(other))


def with_ancestors(type_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the types and all their wider types, each once, in order: what a filter matches against."""
    closed: dict[str, None] = {}
    for type_id in type_ids:
        closed.update(dict.fromkeys((type_id, *ancestors(type_id))))
    return tuple(closed)


def most_specific(type_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the types of which no narrower type is given, in order."""
    given = tuple(dict.fromkeys(type_ids))
    wider = {parent for type_id in given for parent in ancestors(type_id)}
    return tuple(type_id for type_id in given if type_id not in wider)


def related(one: str, other: str) -> bool:
    """Return whether two types are the same, or one is a kind of the other."""
    return one == other or one in ancestors(other) or other in ancestors(one)


def name_of(type_id: str, language: str = "en") -> str:
    """Return the name to show for a type ("en" or "es"); the id itself for an id that the vocabulary does not hold."""
    kind = vocabulary().types.get(type_id)
    if kind is None:
        return type_id
    return kind.name_es if language.lower().startswith("es") else kind.name


def type_named(words: str) -> str | None:
    """Return the type that an id or a name ("head and neck", "GBM", "Liver cancer") stands for, or None."""
    held = vocabulary()
    slug = "-".join(_words(words))
    if slug in held.types:
        return slug
    if slug in held.by_address:
        return held.by_address[slug]
    for text in (words, f"{words} cancer"):
        found = types_in(text)
        if found and found[0].start == 0:
            return found[0].type_id
    return None
