"""Stages as people copy them: what was written, beside what can be understood of it. Never an error.

The forms: TNM categories with their prefixes (UICC and AJCC, TNM Classification of Malignant Tumours, 8th edition: c
clinical, p pathological, y during or after treatment, r after a recurrence, a at autopsy, m several tumours), stage groups
(0 to V with their letters and numbers, as they stand in NCI's PDQ summaries: IIIC1, IVA1, 0is, 4S), named systems (FIGO,
Ann Arbor, Lugano, Rai, Binet …), grades, Gleason patterns, and words for the extent (limited, extensive, metastatic). Brain
and spine tumours have no TNM: their grade alone is enough. English and Spanish.

What can be read in two ways is listed in ``unclear`` and is not decided here; nothing is derived that was not written: no
group from TNM, no grade group from Gleason patterns.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from waymark.care.words import ENGLISH, listed
from waymark.languages.texts import N_, Texts

LONGEST = 500
"""Characters that are read; a stage is never longer."""

PREFIXES = {
    "c": N_("from examinations and scans, before treatment"),
    "p": N_("from tissue looked at after surgery"),
    "y": N_("during or after treatment"),
    "r": N_("staged again after it came back"),
    "a": N_("found at autopsy"),
    "m": N_("more than one tumor in the same place"),
}
"""What each letter before a stage says, in words for the person; yc and yp are two letters together."""

_TURNS = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V"}
_NUMBERS = {
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "cero": "0",
    "uno": "1",
    "dos": "2",
    "tres": "3",
    "cuatro": "4",
    "cinco": "5",
}
_STAGE_WORDS = ("stage", "stages", "staging", "staged", "restaged", "restaging", "estadio", "etapa", "estadificacion")
_STAGE_SHORT = ("st", "stg", "est")
_COUNTED = (
    "phase",
    "fase",
    "type",
    "tipo",
    "level",
    "nivel",
    "class",
    "clase",
    "part",
    "parte",
    "nerve",
    "factor",
    "cycle",
)
_SMALL_WORDS = frozenset(
    """a al and ahora as at cancer con de del el en es group grupo i in is it la me mi my no now number o of or the to told
    tumor was with y""".split()
)
_NEVER_MEANT = frozenset(
    {"state", "states", "stable", "image", "usage", "stain", "steady", "stayed", "estado", "stagger"}
)


@dataclass(frozen=True, slots=True)
class Category:
    """One of T, N, M (or G, L, V, Pn, R, S): its prefix letters, in the order y r a c p m, and its value."""

    letter: str
    value: str
    prefix: str = ""
    note: str = ""

    def __str__(self) -> str:
        return f"{self.prefix}{self.letter}{self.value}{self.note}"


@dataclass(frozen=True, slots=True)
class Group:
    """A stage group in Roman numerals ("IIIC1", "0is", "IVS"), with its prefix letters."""

    value: str
    prefix: str = ""

    @property
    def number(self) -> int:
        """The stage from 0 to 5, without its subdivisions."""
        roman = re.match(r"0|IV|V|I{1,3}", self.value)
        return {"0": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}[roman.group()] if roman else 0

    def __str__(self) -> str:
        return f"{self.prefix}{self.value}"


@dataclass(frozen=True, slots=True)
class Stage:
    """``written`` as it was given, and what was understood of it.

    ``systems`` are named ones ("FIGO", "Binet B" where a value of its own goes with it); ``grades`` are written out
    ("grade 4", "Grade Group 3"); ``extent`` are words from a fixed list. ``unclear`` are sentences for the person about what
    can be read in two ways; ``left`` the words that were not understood.
    """

    written: str
    groups: tuple[Group, ...] = ()
    categories: tuple[Category, ...] = ()
    systems: tuple[str, ...] = ()
    edition: str = ""
    grades: tuple[str, ...] = ()
    gleason: tuple[int, int] | None = None
    extent: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def group(self) -> Group | None:
        """The group, where exactly one is given."""
        return self.groups[0] if len(self.groups) == 1 else None

    def one(self, letter: str) -> Category | None:
        """Return the T, N, M … where exactly one is given."""
        found = [category for category in self.categories if category.letter == letter]
        return found[0] if len(found) == 1 else None

    @property
    def prefixes(self) -> frozenset[str]:
        """Every prefix letter that stands anywhere in it."""
        letters = [group.prefix for group in self.groups] + [category.prefix for category in self.categories]
        return frozenset("".join(letters))

    @property
    def is_restaging(self) -> bool:
        return "r" in self.prefixes

    @property
    def says_distant(self) -> bool:
        """Whether it says that the cancer is in distant places: M1, or the word metastatic."""
        return any(part.letter == "M" and part.value.startswith("1") for part in self.categories) or (
            "metastatic" in self.extent
        )

    @property
    def understood(self) -> str:
        """What was understood, in English, on one line for the person and the doctor; "" where nothing was."""
        return self.in_words(ENGLISH)

    def in_words(self, words: Texts) -> str:
        """Return what was understood, on one line in a language; the letters and numbers stay as doctors write them."""
        _ = words.gettext
        parts = [_("stage %(group)s") % {"group": group} for group in self.groups]
        if self.categories:
            parts.append(" ".join(map(str, self.categories)))
        parts += self.systems
        if self.edition:
            parts.append(_("edition %(number)s") % {"number": self.edition})
        parts += [_grade_in_words(grade, words) for grade in self.grades]
        if self.gleason:
            parts.append(f"Gleason {self.gleason[0]}+{self.gleason[1]}")
        parts += [_(extent) for extent in self.extent]
        said = [
            _("%(letter)s is %(meaning)s") % {"letter": letter, "meaning": _(PREFIXES[letter])}
            for letter in PREFIXES
            if letter in self.prefixes
        ]
        return ", ".join(parts) + (f" ({'; '.join(said)})" if said else "")


def _grade_in_words(grade: str, words: Texts) -> str:
    system, word, number = grade.rpartition("grade ")
    if not word:
        return words.gettext(grade)
    grade_word = words.gettext("grade")
    return f"{system}{grade_word} {number}"


def parse_stage(written: str, words: Texts = ENGLISH) -> Stage:
    """Return what can be understood of a stage; of an empty or foreign text nothing, and never an error.

    At most `LONGEST` characters are read; the time taken grows with them alone. ``words`` are those of what is unclear.
    """
    reading = _Reading(_plain(written[:LONGEST]), words)
    if len(written) > LONGEST:
        reading.say(N_("Only the first %(number)d characters were read."), number=LONGEST)
    for step in _STEPS:
        step(reading)
    return Stage(
        written=written,
        groups=tuple(dict.fromkeys(reading.groups)),
        categories=tuple(dict.fromkeys(reading.categories)),
        systems=tuple(dict.fromkeys(reading.systems)),
        edition=reading.edition,
        grades=tuple(dict.fromkeys(reading.grades)),
        gleason=reading.gleason,
        extent=tuple(dict.fromkeys(reading.extent)),
        unclear=tuple(dict.fromkeys(reading.unclear)),
        left=tuple(word for word in re.findall(r"[^\W_]+", reading.text) if word.lower() not in _SMALL_WORDS),
    )


@dataclass
class _Reading:
    """The text that is still to be understood: what a step has taken is blanked."""

    text: str
    words: Texts = ENGLISH
    groups: list[Group] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    systems: list[str] = field(default_factory=list)
    edition: str = ""
    grades: list[str] = field(default_factory=list)
    gleason: tuple[int, int] | None = None
    extent: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)

    def say(self, sentence: str, **said: object) -> None:
        """Add a sentence about what can be read in two ways."""
        self.unclear.append(self.words.gettext(sentence) % said if said else self.words.gettext(sentence))

    def take(self, pattern: re.Pattern[str], use: Callable[[re.Match[str]], bool | None]) -> None:
        """Blank each match that ``use`` does not refuse by returning False. The length stays."""

        def blank(found: re.Match[str]) -> str:
            return found.group() if use(found) is False else " " * len(found.group())

        self.text = pattern.sub(blank, self.text)


def _plain(written: str) -> str:
    """Compatible forms of characters (the one sign for III becomes three letters), accents off, one kind of space."""
    text = unicodedata.normalize("NFKD", written)
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text).replace("’", "'")
    return re.sub(r"\s+", " ", text).strip()


# Gleason, grades


_GLEASON = re.compile(
    r"\bgl?eas+[oe]n'?s?\b(?:[ ,:=-]|\b(?:score|sum|grade|pattern|of|is|suma|puntuacion|de)\b){0,6}"
    r"(?:(?P<first>[1-5]) ?\+ ?(?P<second>[1-5])(?:\s?=\s?(?P<sum>10|[2-9]))?|(?P<alone>10|[2-9])(?![0-9+]))",
    re.IGNORECASE,
)


def _read_gleason(reading: _Reading) -> None:
    def use(found: re.Match[str]) -> None:
        if found["alone"]:
            total = int(found["alone"])
            reading.grades.append(f"Gleason {total}")
            if total == 7:
                reading.say(N_("Gleason 7 can be 3+4 or 4+3. Your report says which."))
            return
        first, second = int(found["first"]), int(found["second"])
        if found["sum"] and int(found["sum"]) != first + second:
            reading.say(
                N_("%(first)d+%(second)d is %(sum)d, and %(written)s is written."),
                first=first,
                second=second,
                sum=first + second,
                written=found["sum"],
            )
        if reading.gleason and reading.gleason != (first, second):
            reading.say(N_("Two Gleason scores are written."))
        reading.gleason = (first, second)

    reading.take(_GLEASON, use)


_GRADE_GROUP = re.compile(
    r"\b(?:isup )?(?:grade group|grado grupo|grupo de grado|isup(?: grade)?) ?:? ?(?P<value>[1-5])\b", re.I
)
_GRADE = re.compile(
    r"\b(?P<by>(?:cns )?who|oms|fuhrman|nottingham|isup)? ?(?:cns )?(?:grade|grado|gr) ?:? ?(?P<value>IV|I{1,3}|[1-4])\b"
    r"|\b(?P<level>high|low|intermediate|alto|bajo)[ -](?:grade|grado)\b"
    r"|\bgrado (?P<nivel>alto|bajo|intermedio)\b",
    re.IGNORECASE,
)
_LEVELS = {"alto": "high", "bajo": "low", "intermedio": "intermediate"}
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}


def _read_grades(reading: _Reading) -> None:
    def group(found: re.Match[str]) -> None:
        reading.grades.append(f"Grade Group {found['value']}")

    def grade(found: re.Match[str]) -> None:
        level = (found["level"] or found["nivel"] or "").lower()
        if level:
            reading.grades.append(f"{_LEVELS.get(level, level)} grade")
            return
        value = found["value"].upper()
        by = (found["by"] or "").strip()
        named = {"oms": "WHO", "fuhrman": "Fuhrman", "nottingham": "Nottingham"}.get(by.lower(), by.upper())
        reading.grades.append(f"{named} grade {_ROMAN.get(value, value)}".strip())

    reading.take(_GRADE_GROUP, group)
    reading.take(_GRADE, grade)


# Systems


_SYSTEMS: tuple[tuple[str, str], ...] = (
    ("R-ISS", r"r-?iss"),
    ("ISS", r"iss"),
    ("FIGO", r"figo"),
    ("AJCC", r"ajcc"),
    ("UICC", r"uicc"),
    ("TNM", r"tnm"),
    ("Ann Arbor", r"ann[ -]arbor"),
    ("Lugano", r"lugano"),
    ("Rai", r"rai"),
    ("Masaoka", r"masaoka(?:[ -]koga)?"),
    ("Durie-Salmon", r"durie[ -](?:and )?salmon"),
    ("INSS", r"inss"),
    ("COG", r"cog"),
    ("VALG", r"valg"),
)
_OWN_VALUES: tuple[tuple[str, str, str], ...] = (
    ("Binet", r"binet", r"[ABC]"),
    ("Dukes", r"duke'?s'?", r"[ABCD][12]?"),
    ("BCLC", r"bclc", r"0|[ABCD]"),
    ("INRG", r"inrg(?:ss)?", r"L1|L2|MS|M"),
    ("Clark level", r"clark(?:'s)?(?: level| nivel)?", r"IV|V|I{1,3}|[1-5]"),
)
_EDITION = re.compile(
    r"\b(?:(?P<first>[4-9])(?:th|\.?[ªa])? ?(?:ed(?:ition|icion|\.)?)(?!\w)|(?:version|edition|edicion) ?(?P<second>[4-9])\b"
    r")|(?<=\btnm)[ -]?(?P<third>[4-9])\b",
    re.IGNORECASE,
)
_BETWEEN = r"[ ,:=-]*(?:(?:stage|estadio|etapa)\b[ ,:=-]*)?"


def _read_systems(reading: _Reading) -> None:
    def edition(found: re.Match[str]) -> None:
        reading.edition = found["first"] or found["second"] or found["third"]

    reading.take(_EDITION, edition)
    for name, pattern, values in _OWN_VALUES:

        def own(found: re.Match[str], name: str = name) -> None:
            reading.systems.append(f"{name} {found['value'].upper()}")

        reading.take(re.compile(rf"\b{pattern}{_BETWEEN}(?P<value>{values})\b", re.IGNORECASE), own)
    for name, pattern in _SYSTEMS:

        def named(_: re.Match[str], name: str = name) -> None:
            reading.systems.append(name)

        reading.take(re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE), named)


# TNM


# A letter is an article too, so only some may stand apart from what they belong to ("yp T2").
_PREFIX = r"(?:(?P<prefix>[ryacpm]{1,4})|(?P<apart>yp|yc|rp|rc|p|r|c) )?"
_VALUES = {
    "T": r"is(?: ?\((?:DCIS|LCIS|Paget|LAMN)\))?|[0-4OXl](?:[a-d](?:[1-3]|i{1,3})?|mi|i{1,3})?|a",
    "N": r"[0-3OXl](?:[a-d](?:i[iv]?|iv)?|mi)?|\+",
    "M": r"[01OXl](?:[a-e](?:\([01]\)|[1-3])?)?",
}
_NOTE = r"(?P<note>(?: ?\((?:[0-9m]{1,3}|i[+-]|mol[+-]|sn|mi|f|mol)\))*)"
# After a value: no letter or digit, but for the next category ("T2N1M0", "T1aN0", "pT2pN1"); and no "T1-weighted" image.
_AFTER = r"(?=$|[^A-Za-z0-9]|[ryacpm]{0,4}[TNM][0-4OXla+i])(?!-?weight)"
_CATEGORIES = {
    letter: re.compile(
        rf"{_PREFIX}(?P<letter>{letter})(?P<several> ?\(m\))?(?P<value>{values}){_NOTE}{_AFTER}", re.IGNORECASE
    )
    for letter, values in _VALUES.items()
}
_SPACED = re.compile(r"(?<![A-Za-z0-9])(?P<letter>[TNM]) (?=[0-4X][a-d]?(?![A-Za-z0-9]))")
_OTHER = re.compile(r"(?<![A-Za-z0-9])(?P<letter>Pn|[LVRS])(?P<value>[0-4X])(?![A-Za-z0-9])", re.IGNORECASE)
_CELLS = re.compile(r"(?<![A-Za-z0-9])(?P<letter>G)(?P<value>[1-4X])(?![A-Za-z0-9])")
_BETWEEN_TWO = re.compile(r"(?<=[TNM][0-4X])(?P<of>c)(?=[NM][0-3X])", re.IGNORECASE)
_ORDER = "yramcp"


def _read_tnm(reading: _Reading) -> None:
    def either(found: re.Match[str]) -> None:
        before, after = reading.text[found.start() - 2 : found.start()], reading.text[found.end() : found.end() + 2]
        reading.say(
            N_("The letter c between %(before)s and %(after)s can belong to either."), before=before, after=after
        )

    reading.take(_BETWEEN_TWO, either)
    text = reading.text
    if len(_SPACED.findall(text)) > 1:  # "T 2 N 1": one alone says too little
        text = _SPACED.sub(lambda found: f" {found['letter']}", text)
    found, end, start = [], -1, 0
    while start < len(text):
        match = _category_at(text, start) if start == end or not (start and text[start - 1].isalnum()) else None
        if match:
            found.append(match)
            end = match.end()
        start = max(start + 1, end)
    found = [match for match in found if not _lookalike(match) or len(found) > 1]
    if len(found) == 1 and not found[0]["prefix"] and found[0]["letter"].islower() and found[0].group() != text:
        found = []  # "m1" among other words is too little to go on
    for match in found:
        letter = match["letter"].upper()
        prefix = (match["prefix"] or match["apart"] or "").lower()
        note = ("(m)" if match["several"] else "") + match["note"].replace(" ", "")
        reading.categories.append(Category(letter, _value(letter, match["value"], reading), _ordered(prefix), note))
        text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    reading.text = text

    def other(match: re.Match[str]) -> None:
        letter = "Pn" if match["letter"].lower() == "pn" else match["letter"].upper()
        reading.categories.append(Category(letter, match["value"].upper()))

    if found:
        reading.take(_OTHER, other)
    reading.take(_CELLS, other)
    for letter in _VALUES:
        same = [str(category) for category in dict.fromkeys(reading.categories) if category.letter == letter]
        if len(same) > 1:
            reading.say(
                N_("More than one %(letter)s is written: %(values)s."),
                letter=letter,
                values=listed(same, reading.words),
            )


def _category_at(text: str, start: int) -> re.Match[str] | None:
    for pattern in _CATEGORIES.values():
        match = pattern.match(text, start)
        # Small o and capital L are left to words such as "no" and "To".
        if match and not (_lookalike(match) and match["value"][0] in "oL"):
            return match
    return None


def _lookalike(match: re.Match[str]) -> bool:
    return match["value"][0] in "OoLl"


def _ordered(prefix: str) -> str:
    return "".join(sorted(dict.fromkeys(prefix), key=_ORDER.index))


def _value(letter: str, value: str, reading: _Reading) -> str:
    """Return a value in its usual letters: X upper, the rest lower; O and l read as the digits that they look like."""
    lowered = value.lower().replace(" ", "")
    if lowered == "+":
        reading.say(N_("N+ says that lymph nodes are involved, and not how many."))
    first = {"o": "0", "l": "1", "x": "X"}.get(lowered[0], lowered[0])
    if first != lowered[0] and first != "X":
        zero, one = (
            N_("In %(written)s, the letter O was read as zero."),
            N_("In %(written)s, the letter l was read as one."),
        )
        reading.say(zero if first == "0" else one, written=f"{letter}{value}")
    return first + lowered[1:].replace("(dcis)", "(DCIS)").replace("(lcis)", "(LCIS)")


# Words for the extent


_EXTENT: tuple[tuple[str, str], ...] = (
    (N_("not metastatic"), r"(?:not|non|no|sin)[ -]?(?:metasta(?:tic|sic[ao])|metastas[ie]s)"),
    (N_("metastatic"), r"metasta(?:tic|sic[ao]|tized|sized)|metastas[ie]s|mets"),
    (N_("limited stage"), r"limited[ -](?:stage|disease)|(?:estadio|etapa|enfermedad) limitad[ao]"),
    (
        N_("extensive stage"),
        r"(?:extensive|extended)[ -](?:stage|disease)|(?:estadio|etapa|enfermedad) (?:extens[ao]|extendid[ao])",
    ),
    (N_("locally advanced"), r"local(?:ly|mente)[ -](?:advanced|avanzad[ao])"),
    (N_("in situ"), r"in[ -]situ"),
    (N_("early stage"), r"early[ -]stage|(?:estadio|etapa) (?:temprana?|inicial)"),
    (N_("advanced stage"), r"(?:advanced|late)[ -]stage|(?:estadio|etapa) avanzad[ao]"),
    (N_("localized"), r"locali[sz]ed|localizad[ao]"),
    (N_("regional"), r"regional"),
    (N_("distant"), r"distant|distante"),
    (N_("recurrent"), r"recurrent|recurrente|relapsed"),
    (N_("occult"), r"occult|oculto"),
)


def _read_extent(reading: _Reading) -> None:
    for word, pattern in _EXTENT:

        def use(_: re.Match[str], word: str = word) -> None:
            reading.extent.append(word)

        reading.take(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), use)


# Groups


_GROUP = r"(?P<number>0|I{1,3}|IV|V|[1-5])"
_SUB = r"(?P<sub>(?:is|[A-E](?:[1-3])?|[SN])(?:i{1,3}|[rpa])?)"
_GAP = r"(?P<gap> ?[-.]? ?)"
_NUMERAL = re.compile(
    r"(?<![A-Za-z0-9])(?P<prefix>[ryacp]{1,3}[ -]?)?" + _GROUP + rf"(?:{_GAP}{_SUB})?" + r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_LOOKALIKE = re.compile(
    r"(?<![A-Za-z0-9])(?P<prefix>r)?(?P<text>[Il1|]{1,3}V?|[Il1|]V)(?P<sub>[A-Ea-e][1-3]?)?(?![A-Za-z0-9])"
)
_RANGE = re.compile(r"^ ?(?:-|/|–|to|or|o|a|y|and|,) ?$", re.IGNORECASE)


def _read_groups(reading: _Reading) -> None:
    _spell_out(reading)
    text, spans = reading.text, _stage_words(reading.text)
    alone = not spans and re.fullmatch(r"\W*", _NUMERAL.sub("", text, count=1)) is not None
    previous = None
    for match in _NUMERAL.finditer(text):
        start, end = match.span()
        sub, gap = match["sub"] or "", match["gap"] or ""
        if sub and " " in gap and not _own_letter(sub, text[end:]):
            end, sub = match.start("gap"), ""
        labelled = _labelled(text, start, spans)
        follows = previous is not None and _RANGE.match(text[previous:start]) is not None
        said = labelled or follows or alone
        if not said and not _speaks_for_itself(match, sub, text[:start]):
            continue
        prefix, number = re.sub(r"[ -]", "", match["prefix"] or ""), match["number"].upper()
        if alone and not prefix and not sub and number in _TURNS:
            reading.say(N_("%(number)s alone can be a stage or a grade. Your report says which."), number=number)
        else:
            group = Group(_TURNS.get(number, number) + _sub(sub), _ordered(prefix.lower()))
            if prefix[:1] == "R":
                reading.say(N_("A capital R can also say what surgery left behind. Here it was read as staged again."))
            if not said:
                bare = N_("“%(written)s” stands without the word stage, and was read as one.")
                vein = N_(
                    "“%(written)s” stands without the word stage, and was read as one. It can also mean “into a vein”."
                )
                reading.say(vein if group.value == "IV" else bare, written=text[start:end])
            reading.groups.append(group)
            previous = end
        reading.text = _blank(reading.text, [(start, end)])
    _read_lookalikes(reading, spans)
    if len(set(reading.groups)) > 1:
        stages = [*dict.fromkeys(map(str, reading.groups))]
        reading.say(N_("More than one stage is written: %(stages)s."), stages=listed(stages, reading.words))
    reading.text = _blank(reading.text, spans)
    if spans and not (reading.groups or reading.categories or reading.extent or reading.systems):
        reading.say(N_("It says stage, and no stage was found with it."))


def _spell_out(reading: _Reading) -> None:
    def figure(found: re.Match[str]) -> str:
        return f"{found['word']}{found['space']}{_NUMBERS[found['number'].lower()]}"

    reading.text = re.sub(
        rf"\b(?P<word>stage|estadio|etapa|est|st)(?P<space> )(?P<number>{'|'.join(_NUMBERS)})\b",
        figure,
        reading.text,
        flags=re.IGNORECASE,
    )


def _stage_words(text: str) -> list[tuple[int, int]]:
    """Return where the word for stage stands, misspelt ones included ("stge", "esatdio")."""
    spans = []
    for match in re.finditer(r"[A-Za-z]+\.?", text):
        word = match.group().rstrip(".").lower()
        near = (
            len(word) >= 4
            and word not in _NEVER_MEANT
            and any(OSA.distance(word, known) <= (1 if len(known) < 7 else 2) for known in _STAGE_WORDS)
        )
        if near or word in _STAGE_SHORT:
            spans.append(match.span())
    return spans


def _labelled(text: str, start: int, spans: list[tuple[int, int]]) -> bool:
    """Return whether a word for stage stands just before, with nothing but signs and small words between."""
    return any(
        end <= start
        and re.fullmatch(r"[ :=,.#(-]*(?:(?:group|grupo|is|es|was|of|at|como|as|now|ahora|number|no|clinico|patologico|"
                         r"clinical|pathologic(?:al)?)\b[ :=,.#(-]*){0,3}", text[end:start], re.IGNORECASE) is not None
        for _, end in spans
    )  # fmt: skip


def _own_letter(sub: str, after: str) -> bool:
    """Return whether a letter after a space belongs to the stage: "3 B", "III a)", and not "3 a year ago"."""
    return sub[0].isupper() or re.match(r" ?(?:$|[,.;:()/])", after) is not None


def _speaks_for_itself(match: re.Match[str], sub: str, before: str) -> bool:
    """Return whether a numeral without the word stage is one: capitals with more than one sign, not "phase III"."""
    if re.search(rf"\b(?:{'|'.join(_COUNTED)})[ :#]*$", before, re.IGNORECASE):
        return False
    number, prefix = match["number"], match["prefix"]
    if number.isdigit():
        return bool(prefix and sub)
    return number.isupper() and (len(number) > 1 or bool(prefix) or (bool(sub) and not match["gap"]))


def _sub(sub: str) -> str:
    if not sub:
        return ""
    if sub.lower() == "is":
        return "is" if sub.islower() else "S"
    return sub[0].upper() + sub[1:].lower()


def _read_lookalikes(reading: _Reading, spans: list[tuple[int, int]]) -> None:
    """Read "lll", "1V" and "llB" after the word stage as the numerals that they look like, and say so."""
    for match in list(_LOOKALIKE.finditer(reading.text)):
        text = re.sub(r"[l1|]", "I", match["text"])
        if text not in ("I", "II", "III", "IV") or not _labelled(reading.text, match.start(), spans):
            continue
        group = Group(text + _sub(match["sub"] or ""), match["prefix"] or "")
        reading.groups.append(group)
        reading.say(N_("“%(written)s” was read as %(group)s."), written=match.group(), group=group)
        start, end = match.span()
        reading.text = reading.text[:start] + " " * (end - start) + reading.text[end:]


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


_STEPS: tuple[Callable[[_Reading], None], ...] = (
    _read_gleason,
    _read_grades,
    _read_systems,
    _read_tnm,
    _read_extent,
    _read_groups,
)
