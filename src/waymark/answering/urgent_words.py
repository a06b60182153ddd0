"""Words as lay people write them: tokens that remember their place, misspellings, and the table's pattern language."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final


def word_set(words: str) -> frozenset[str]:
    """Return the words of a space-separated list."""
    return frozenset(words.split())


GAP: Final = 4
"""Most words that "..." stands for."""
_NOT_SKIPPED: Final = word_set("no not without but sin pero nor ni")
"""Words that "..." does not reach over: "a cough but no blood"."""
WINDOW: Final = 18
"""Most words between the first and the last word of one sign in one sentence."""

# A reader of a very long text answers for its beginning and its end; the work stays bounded.
HEAD: Final = 6_000
TAIL: Final = 2_000
LONGEST_WORD: Final = 40

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:['’ʼ`´][^\W\d_]+)*", re.UNICODE)
_SENTENCE_END = re.compile(r"[.!?¿¡;\n\r…]|:\s")
_PAUSE = re.compile(r"[,()\[\]—–/]|\s-+\s|:")
_APOSTROPHES = str.maketrans("", "", "'’ʼ`´")

Spans = set[tuple[int, int]]


def plain(word: str) -> str:
    """Return the word without case, accents and apostrophes. "Sí" (yes) stays apart from "si" (if)."""
    lowered = word.casefold()
    if lowered.isascii():
        return lowered.translate(_APOSTROPHES)
    if lowered == "sí":
        return "yes"
    decomposed = unicodedata.normalize("NFKD", lowered)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_APOSTROPHES)


@dataclass(slots=True)
class Token:
    """One word: as read, and where it stands in the message (code points)."""

    text: str
    start: int
    end: int
    pause_before: bool = False


@dataclass(slots=True)
class Sentence:
    """Words up to a full stop or the like; ``asks`` is true when it ends with a question mark."""

    tokens: list[Token]
    asks: bool = False
    hits: dict[str, Spans] = field(default_factory=dict)

    def words(self) -> list[str]:
        return [token.text for token in self.tokens]


def _pieces(message: str) -> list[tuple[str, int]]:
    if len(message) <= HEAD + TAIL:
        return [(message, 0)]
    return [(message[:HEAD], 0), (message[-TAIL:], len(message) - TAIL)]


def sentences(message: str, spelling: "Spelling") -> list[Sentence]:
    """Return the sentences of a message with each word normalised and mended. Never raises."""
    found: list[Sentence] = []
    for piece, offset in _pieces(message):
        tokens: list[Token] = []
        last = 0
        for match in _TOKEN.finditer(piece):
            between = piece[last : match.start()]
            if tokens and _SENTENCE_END.search(between):
                found.append(Sentence(tokens, asks="?" in between))
                tokens = []
            pause = bool(_PAUSE.search(between))
            last = match.end()
            if match.end() - match.start() > LONGEST_WORD:
                continue
            word = match.group()
            read = word if word[0].isdecimal() else spelling.read(plain(word))
            for number, part in enumerate(read.split()):
                tokens.append(Token(part, match.start() + offset, match.end() + offset, pause and number == 0))
        if tokens:
            found.append(Sentence(tokens, asks="?" in piece[last:]))
    return found


class Spelling:
    """Mends a misspelt word to the nearest word of the table, when it is near enough and is no other known word.

    Near enough: one edit (insert, drop, change, swap) for words of 5 to 8 letters, two from 9; the first letter must
    agree.
    """

    def __init__(self, written: dict[str, str], targets: Iterable[str], known: Iterable[str]) -> None:
        self._written = written
        self._known = frozenset(known)
        self._near: dict[str, list[str]] = {}
        for word in sorted(set(targets)):
            if len(word) >= 5 and word.isalpha():
                self._near.setdefault(word[0], []).append(word)

    def read(self, word: str) -> str:
        if word in self._written:
            return self._written[word]
        if len(word) < 5 or word in self._known:
            return word
        near = self._near.get(word[0])
        if not near:
            return word
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extractOne

        best = extractOne(word, near, scorer=OSA.distance, score_cutoff=1 if len(word) < 9 else 2)
        if best is None:
            return word
        target: str = best[0]
        # A short target does not take a second edit, however long the word that was written.
        return target if best[1] <= (1 if len(target) < 9 else 2) else word


# ---------------------------------------------------------------------------------------------------------------------
# The pattern language: see the head of urgent_signs.yaml.

Alternative = tuple[str, ...]


def alternatives(text: str) -> list[Alternative]:
    """Return the phrases of a "/"-separated list as tuples of words."""
    return [tuple(part.split()) for line in text.splitlines() for part in line.split(" / ") if part.strip(" /")]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a sign: groups that stand in one sentence, groups anywhere, groups that must be absent.

    A group is a name under which the matcher files its hits.
    """

    together: tuple[str, ...]
    anywhere: tuple[str, ...]
    absent: tuple[str, ...]


class _Node:
    __slots__ = ("after", "ends", "gap", "starts")

    def __init__(self) -> None:
        self.after: dict[str, _Node] = {}
        self.starts: list[tuple[str, _Node]] = []
        self.gap: _Node | None = None
        self.ends: list[str] = []


class Matcher:
    """All phrases of the table in one tree, so that one pass over a sentence finds every one of them."""

    def __init__(self) -> None:
        self._lists = _Node()
        self._groups = _Node()
        self._names: dict[tuple[Alternative, ...], str] = {}

    def add_list(self, name: str, phrases: Iterable[Alternative]) -> None:
        for phrase in phrases:
            _insert(self._lists, phrase, "{" + name + "}")

    def add_group(self, phrases: list[Alternative]) -> str:
        """File a group of phrases and return the name of its hits; the same group has the same name."""
        key = tuple(phrases)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"g{len(self._names)}"
            for phrase in phrases:
                _insert(self._groups, phrase, name)
        return name

    def find(self, sentence: Sentence) -> None:
        """Fill ``sentence.hits``: list names ("{fever}") and group names to spans of token positions [start, end)."""
        marked = _marks(sentence.tokens)
        hits = sentence.hits
        # Lists may use lists that stand before them: two passes settle a list inside a list.
        for _ in range(2):
            for name, start, end in _found(self._lists, sentence.tokens, marked):
                hits.setdefault(name, set()).add((start, end))
            for name, spans in hits.items():
                for start, end in spans:
                    marked[start].setdefault(name, set()).add(end)
        for name, start, end in _found(self._groups, sentence.tokens, marked):
            hits.setdefault(name, set()).add((start, end))


def _insert(root: _Node, phrase: Alternative, name: str) -> None:
    node = root
    for element in phrase:
        if element == "...":
            if node.gap is None:
                node.gap = _Node()
            node = node.gap
        elif element.endswith("*"):
            prefix = element[:-1]
            found = next((child for known, child in node.starts if known == prefix), None)
            if found is None:
                found = _Node()
                node.starts.append((prefix, found))
            node = found
        else:
            node = node.after.setdefault(element, _Node())
    node.ends.append(name)


def _found(root: _Node, tokens: list[Token], marked: list[dict[str, set[int]]]) -> list[tuple[str, int, int]]:
    """Return every phrase of a tree in the tokens: its name, and the positions [start, end)."""
    found: list[tuple[str, int, int]] = []
    anywhere = bool(root.starts or root.gap)
    for position, token in enumerate(tokens):
        if anywhere or marked[position] or token.text in root.after:
            ends: list[tuple[str, int]] = []
            _walk(root, position, tokens, marked, ends)
            found += [(name, position, end) for name, end in ends]
    return found


def _walk(
    node: _Node, at: int, tokens: list[Token], marked: list[dict[str, set[int]]], found: list[tuple[str, int]]
) -> None:
    """Add to ``found`` the name and the end of each phrase that goes on from a node at a position."""
    for name in node.ends:
        found.append((name, at))
    if at >= len(tokens):
        return
    word = tokens[at].text
    child = node.after.get(word)
    if child is not None:
        _walk(child, at + 1, tokens, marked, found)
    for prefix, child in node.starts:
        if word.startswith(prefix):
            _walk(child, at + 1, tokens, marked, found)
    for mark, ends in marked[at].items():
        child = node.after.get(mark)
        if child is not None:
            for end in ends:
                _walk(child, end, tokens, marked, found)
    if node.gap is not None:
        for skipped in range(GAP + 1):
            if at + skipped >= len(tokens):
                break
            _walk(node.gap, at + skipped, tokens, marked, found)
            if tokens[at + skipped].text in _NOT_SKIPPED:
                break


# ---------------------------------------------------------------------------------------------------------------------
# Numbers

_NUMBERS: Final = {
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15,
    "twenty": 20, "dozen": 12,
    "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "quince": 15, "veinte": 20,
}  # fmt: skip
_TIMES: Final = word_set("times time trips trip bowel stools visits runs veces viajes deposiciones evacuaciones x")
_DEGREES: Final = word_set("degrees degree grados grado deg")
_CELSIUS: Final = word_set("c celsius centigrade centigrados")
_FAHRENHEIT: Final = word_set("f fahrenheit farenheit")
_WARM: Final = word_set(
    "temp temps temperature temperatures fever fevers feverish thermometer running fiebre calentura "
    "temperatura termometro grados degrees febril"
)
_READS: Final = word_set("tiene tengo marca says reads hit at con with showed shows")
_LABORATORY: Final = word_set(
    "ca psa cea afp hcg ldh marker markers level levels hemoglobin hematocrit albumin creatinine glucose platelets "
    "wbc anc weight weigh bmi kg pounds size cm mm score result results marcador hemoglobina plaquetas peso"
)
_NOT_DEGREES: Final = word_set(
    "year years yr yrs y yo old mg ml lb lbs pounds kg kilos percent pct mcg day days week weeks month months "
    "hour hours hrs minutes am pm times mile miles dollars anos ano dias semanas meses horas veces cm mm of "
    "out de bpm beats per"
)


def celsius(tokens: list[Token], position: int) -> float | None:
    """Return the body temperature that is written at a token, in °C, or None when the number is no body temperature.

    Without a unit, 34 to 43 is read as °C and 93 to 109 as °F, and only when the sentence speaks of a temperature.
    """
    word = tokens[position].text
    if not word[0].isdecimal():
        return None
    try:
        value = float(word.replace(",", "."))
    except ValueError:
        return None
    following = [token.text for token in tokens[position + 1 : position + 4]]
    if following and following[0] in _DEGREES:
        following = following[1:]
        degrees = True
    else:
        degrees = False
    unit = following[0] if following else ""
    if unit in _CELSIUS:
        return value if 30 <= value <= 45 else None
    if unit in _FAHRENHEIT:
        return (value - 32) / 1.8 if 86 <= value <= 113 else None
    if not degrees:
        if unit in _NOT_DEGREES and not (
            unit in ("of", "de") and following[1:2] in (["fever"], ["fiebre"], ["temperatura"])
        ):
            return None
        # "38.2 this evening": a sentence that opens with such a number is somebody reading a thermometer.
        read_out = position == 0 or tokens[position].pause_before or tokens[position - 1].text in _READS
        laboratory = any(token.text in _LABORATORY for token in tokens)
        body_heat = 38 <= value <= 42 or 100.3 < value <= 106
        opens = read_out and body_heat and not laboratory and not word.isdecimal()
        if not opens and not any(token.text in _WARM for token in tokens[max(0, position - 8) : position + 9]):
            return None
    if 34 <= value <= 43:
        return value
    if 93 <= value <= 109:
        return (value - 32) / 1.8
    return None


FEVER_FROM: Final = 38.0 - 0.01
"""°C. 100.4 °F is 38.0 °C; the margin is for the conversion."""


def readings(sentence: Sentence) -> list[float]:
    """Return the body temperatures written in a sentence, in °C."""
    found = (celsius(sentence.tokens, i) for i in range(len(sentence.tokens)))
    return [value for value in found if value is not None]


def _marks(tokens: list[Token]) -> list[dict[str, set[int]]]:
    """Return, for each token, the computed marks that begin there (<temp>, <times>, <year>) and where each ends."""
    marked: list[dict[str, set[int]]] = [{} for _ in tokens]
    for position, token in enumerate(tokens):
        word = token.text
        following = tokens[position + 1].text if position + 1 < len(tokens) else ""
        count = _NUMBERS.get(word)
        if word[0].isdecimal():
            warm = celsius(tokens, position)
            if warm is not None and warm >= FEVER_FROM:
                marked[position]["<temp>"] = {position + 1}
            if word.isdecimal() and len(word) <= 4:
                number = int(word)
                count = number if number < 100 else None
                if len(word) == 4 and 1900 <= number <= 2099:
                    marked[position]["<year>"] = {position + 1}
        if count is not None and count >= 6:
            marked[position]["<six>"] = {position + 1}
            if following in _TIMES:
                marked[position]["<times>"] = {position + 2}
    return marked
