"""What a question asks: its focus within a longer story, the cancer, the kind of answer, for whom, and whether only a
person's own team can answer it. The wordings are in ``asked_for.json``, written as `waymark.answering.phrases` says.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from waymark.answering.phrases import CANCER, SENTENCE, Phrases, words_of
from waymark.answering.rewording import everyday_words, reworded
from waymark.answering.spoken import sure_language
from waymark.languages.texts import SOURCE
from waymark.library.cancer_types import most_specific, places_in, type_named, types_in, vocabulary

KINDS: tuple[str, ...] = (
    "definition",
    "causes",
    "risk",
    "prevention",
    "screening",
    "symptoms",
    "tests",
    "stages",
    "outlook",
    "treatment",
    "recurrence",
    "follow_up",
    "trials",
    "side_effects",
    "coping",
    "support",
    "palliative",
    "second_opinion",
    "questions_to_ask",
    "genetics",
    "drug_info",
    "words",
)
"""The kinds of answer that can be asked for."""

TEAM_REASONS: tuple[str, ...] = ("dose", "reading", "choice", "forecast", "diagnosis")
"""What only a person's own team can say, in the order in which it is looked for."""

_FOREIGN = re.compile(
    "[àèìòùâêîôûãõçäöåæøœßëüąćęłńśźż]", re.IGNORECASE
)  # letters that neither English nor Spanish lives on
READ = 4_000
ENGLISH_FROM = 0.22  # share of everyday English words from which a text is English
"""Characters of a message that are read: half from its beginning, half from its end."""

_LONG = 30  # words from which a message is a story with a question in it
_FOCUS = 60  # words that a focus may hold
_FOCUS_CHARACTERS = 1_000
_MOST_FACTS = 6  # told in the rest of a message
_BACK = "recurrence"  # among the added words: something is said to have come back
_HEARD = 300  # words of a whole message in which a wording is looked for
_MENDED = 30  # different words that may be put right


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what is asked in it. Every field but ``text`` is derived, and empty or None where nothing shows.

    ``asked_for`` holds kinds from `KINDS`, the most likely first. ``needs_team`` is one of `TEAM_REASONS` or None.
    ``about_health`` is False only where the message is plainly about something else, and None where nothing tells.
    """

    text: str
    focus: str  # what is asked, with the facts that were told in the rest of the message
    cancer_types: tuple[str, ...]
    asked_for: tuple[str, ...]
    audience: str  # "patient" | "professional"
    language: str  # "en", "es", or the code of another language that was recognised
    about_health: bool | None
    needs_team: str | None
    asks: str = ""  # the part of the message that asks
    query: str = ""  # the focus in the documents' words: what is searched
    added: str = ""  # words that stand beside the query
    taken: tuple[tuple[str, str], ...] = ()  # (as written, as read)
    child: bool = False  # the patient is a child, or the cancer is one of childhood
    refusing: bool = False  # it is about having no treatment, or no more


@dataclass(frozen=True, slots=True)
class _Tables:
    asked: Phrases
    headings: Phrases
    team: Phrases
    professional: Phrases
    subject: Phrases
    asking: frozenset[str]
    spanish: frozenset[str]
    english: frozenset[str]


def _read(name: str) -> Mapping[str, Any]:
    raw: Mapping[str, Any] = json.loads(resources.files("waymark.answering").joinpath(name).read_text(encoding="utf-8"))
    return raw


@cache
def _tables() -> _Tables:
    raw, of_team = _read("asked_for.json"), _read("team.json")
    drugs = raw["drugs"]
    weights = {"sure": 9, "strong": 4, "plain": 2, "weak": 1}
    asked, headings, team = Phrases(drugs), Phrases(drugs), Phrases(drugs)
    professional, subject = Phrases(), Phrases()
    for kind in KINDS:
        entry = raw["kinds"][kind]
        for table, target in (("ask", asked), ("ask_es", asked), ("headings", headings)):
            for group, phrases in entry[table].items():
                for phrase in phrases:
                    target.add(phrase, kind, weights[group])
        for phrase in entry["headings_es"]:
            headings.add(phrase, kind, weights["strong"])
    for reason, phrases in of_team.items():
        for phrase in phrases:
            team.add(phrase, reason)
    for phrase in raw["professional"]:
        professional.add(phrase, "professional")
    for table in ("health", "everyday"):
        for group, phrases in raw[table].items():
            for phrase in phrases:
                subject.add(phrase, f"{table} {group}")
    for phrase in raw["own_life"]:
        subject.add(phrase, "own life")
    lists = (frozenset(raw[key]) for key in ("asking", "spanish", "english"))
    return _Tables(asked, headings, team, professional, subject, *lists)


def analyse(
    question: str, audience: str | None = None, cancer: str | None = None, language: str | None = None
) -> Question:
    """Return what a question asks. ``audience``, ``cancer`` and ``language`` are what the person chose, and win.

    Never raises for any text; time is bounded, since no more than `READ` characters are read.
    """
    read = question if len(question) <= READ else f"{question[: READ // 2]}\n{question[-READ // 2 :]}"
    spoken = language_of(read, language)
    focus = focus_of(read)
    said = reworded(focus.text, spoken)
    # Most messages are one short question in the documents' own words: then all three are the same text.
    words = words_of(focus.asks)
    all_words = words if focus.asks == read else words_of(read)
    said_words = words if focus.asks == said.text else words_of(said.text)
    asked_for = kinds_asked(words) or kinds_asked(said_words) or kinds_asked(all_words[:_HEARD])
    refusing = bool(_REFUSING.search(read))
    if refusing:
        said = replace(said, added=f"{said.added} {_GOES_ON}".strip())
    types = _types(read, f"{said.text} ({said.added})", cancer)
    if _BACK in said.added and not types and places_in(read):
        said = replace(said, added=said.added.replace(_CAME_BACK, _CAME_BACK_ELSEWHERE))
    return Question(
        text=question,
        focus=focus.text,
        asks=focus.asks,
        cancer_types=types,
        asked_for=asked_for,
        audience=_audience(all_words, audience),
        language=spoken,
        about_health=True if said.taken or _BACK in said.added else _about_health(all_words, said_words),
        needs_team=_needs_team(words, said_words, all_words, focus.asks),
        query=f"{said.text} ({said.added})" if said.added else said.text,
        added=said.added,
        taken=said.taken if spoken == SOURCE else (),
        refusing=refusing,
        child=bool(_OF_A_CHILD.search(read)) or any(vocabulary().types[each].childhood for each in types),
    )


# ------------------------------------------------------------------------------------------------------- what is asked


def kinds_asked(words: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of answer that a list of words asks for, the most likely first."""
    return in_order(kind_scores(words))


def kind_scores(words: Sequence[str]) -> dict[str, float]:
    """Return how plainly a list of words asks for each kind: about 4 for a plain wording, 1 for a bare hint."""
    return dict(_kinds_of(tuple(words)))


def wording_scores(question: Question) -> dict[str, float]:
    """Return how plainly a question asks for each kind, as it was said or as it is searched, whichever says it plainer."""
    scores = kind_scores(words_of(question.asks))
    if question.query != question.asks:
        for kind, score in kind_scores(words_of(reworded(question.asks, question.language).text)).items():
            scores[kind] = max(score, scores.get(kind, 0.0))
    return scores


@lru_cache(maxsize=512)  # asked once for the wording alone and once more beside the meaning
def _kinds_of(words: tuple[str, ...]) -> Mapping[str, float]:
    return _scores(_tables().asked, words)


def in_order(scores: Mapping[str, float]) -> tuple[str, ...]:
    """Return the kinds by score, the highest first; of two as high, the one that `KINDS` names first."""
    order = {kind: at for at, kind in enumerate(KINDS)}
    return tuple(sorted(scores, key=lambda kind: (-scores[kind], order[kind])))


def section_kind(headings: Sequence[str]) -> str | None:
    """Return the kind of answer that a section holds, from its headings, outermost first; None where none shows.

    The innermost heading that shows a kind decides: "Treatment of stage I" under "Stages" is about treatment.
    """
    for heading in reversed(headings):
        kinds = section_kinds(heading)
        if kinds:
            return kinds[0]
    return None


@lru_cache(maxsize=20_000)
def section_kinds(heading: str) -> tuple[str, ...]:
    """Return every kind that one heading shows, the most likely first."""
    return in_order(_scores(_tables().headings, words_of(heading[:300])))


def _scores(table: Phrases, words: Sequence[str]) -> dict[str, float]:
    """Return each label met: the weight of its heaviest phrase, and half of each further one that stands elsewhere."""
    scores: dict[str, float] = {}
    taken: dict[str, list[tuple[int, int]]] = {}
    for found in sorted(table.find(words), key=lambda f: (-f.weight, -(f.end - f.start), f.start)):
        spans = taken.setdefault(found.label, [])
        if any(found.start < end and start < found.end for start, end in spans):
            continue
        length = min(found.end - found.start, 6) / 10  # of two phrases as heavy, the longer says more
        scores[found.label] = scores.get(found.label, 0) + (found.weight + length) / (2 if spans else 1)
        spans.append((found.start, found.end))
    return scores


# ----------------------------------------------------------------------------------------------------------- the focus


_SENTENCES = re.compile(r"[^.!?…\n]+[.!?…]*|[.!?…]+")
_CLAUSES = re.compile(r"[^,;]+[,;]?")
_JOINTS = re.compile(  # where a sentence without commas may be cut
    r"\s+(?=(?:and|but|so|because|then|now|y|pero|entonces|porque)\s)|\s+(?=(?:i|we) (?:dont|don't|just|only)? ?(?:want|need|understand)\b)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\b(?:wonder\w*|(?:want|need|like|trying) to (?:know|understand|learn|find out|ask)|dont understand|don['’]t understand|tell me|explain|"
    r"please|help me|now what|my question|(?:quiero|quisiera|necesito|me gustar[ií]a) (?:saber|entender|preguntar)|d[ií]game|no entiendo)\b",
    re.IGNORECASE,
)
_FACTS = re.compile(
    r"\b(?:(?:came|comes?|has come|is|its|it's) back(?: in (?:my|the|his|her) \w+| in \w+)?|"
    r"(?:has )?spread(?:ing)? to (?:the |my |his |her )?\w+|recurr\w+|relaps\w+|has returned|metasta\w+|mets|"
    r"stage [\divx]+[a-d]?\b|grade \d|pregnant|(?:volvi[oó]|regres[oó])(?: en (?:el|la|los|las) \w+)?|etapa [\divx]+|"
    r"(?:my|our) (?:son|daughter|child|kid|boy|girl|toddler|baby)(?= ?(?:\(?\d|has|had|was|finished|relapsed))|"
    r"mi (?:hijo|hija|ni[nñ]o|ni[nñ]a)(?= (?:de \d|tiene|tuvo|est[aá]|fue)))",
    re.IGNORECASE,
)
_CHILD = re.compile(r"\A(?:my|our|mi) \S+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Focus:
    """What a message asks, and the facts told in the rest of it that an answer hangs on, as they were written."""

    asks: str
    told: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.asks} ({', '.join(self.told)})" if self.told else self.asks


def focus_of(text: str) -> Focus:
    """Return the question in a text: a short text whole, of a story the sentences that ask and the facts they need."""
    whole = " ".join(text.split())
    if len(whole.split(" ")) <= _LONG:
        return Focus(whole[:_FOCUS_CHARACTERS])
    parts = _parts(text)
    scores = [_asks(part) for part in parts]
    if not any(scores):  # nothing asks in so many words: the last thing said is what is on the person's mind
        scores[-1:] = [1.0] * len(scores[-1:])
    chosen: list[int] = []
    room = _FOCUS
    best = max(scores, default=0.0)
    for index in sorted((i for i, score in enumerate(scores) if score), key=lambda i: (-scores[i], -i))[:3]:
        length = len(parts[index].split())
        if length <= room and scores[index] > best / 2:
            chosen.append(index)
            room -= length
    asks = " ".join(parts[i] for i in sorted(chosen)) or " ".join(whole.split(" ")[:_FOCUS])
    return Focus(asks[:_FOCUS_CHARACTERS], told_in(text, asks))


def _parts(text: str) -> list[str]:
    """Cut a text into its sentences, and a long sentence into clauses, so that no part is longer than a focus."""
    parts: list[str] = []
    for sentence in _SENTENCES.findall(text):
        sentence = sentence.strip()
        if len(sentence.split()) <= _LONG:
            parts += [sentence] if sentence else []
            continue
        for clause in _CLAUSES.findall(sentence):
            for piece in _JOINTS.split(clause) if len(clause.split()) > _LONG // 2 else (clause,):
                words = piece.split()
                parts.extend(" ".join(words[i : i + _LONG]) for i in range(0, len(words), _LONG))
    return parts


_AUXILIARIES = frozenset("can could should does do is are will would did has am may puedo debo hay es".split())


def _asks(sentence: str) -> float:
    """Return how much a sentence asks: a question mark, a question's first word, a known wording; 0 for none."""
    words = words_of(sentence)
    score = 0.0
    if "?" in sentence:
        score += 2
    asking = [word in _tables().asking for word in words[:3]]
    # "I am 71" asks nothing; "am I", "and is it" do.
    if asking[:1] == [True] or any(ask and word not in _AUXILIARIES for ask, word in zip(asking, words, strict=False)):
        score += 1
    if _REQUEST.search(sentence):
        score += 2
    if score:
        score += 1.0 if kinds_asked(words) else 0.0
    return score


def told_in(text: str, asks: str) -> tuple[str, ...]:
    """Return the cancers, their stage, their coming back and spread, and that it is a child, where ``asks`` does not say so."""
    said = asks.lower()
    named = [mention.written for mention in types_in(text)]
    facts = [_CHILD.sub("child", " ".join(match.group().split())) for match in _FACTS.finditer(text)]
    told = dict.fromkeys(fact for fact in (*named, *facts) if fact.lower() not in said)
    return tuple(told)[:_MOST_FACTS]


# ---------------------------------------------------------------------------------------------------------- the cancer


_STAGE = re.compile(
    r"\b(?:stage|etapa|estadio)\s+(?:\d|[iv]{1,3})[a-d]?\s+(?:of\s+|de\s+)?([a-z]+(?:\s+[a-z]+)?)", re.IGNORECASE
)
_LONG_WORD = re.compile(r"[^\W\d_]{6,}")


def _types(text: str, query: str, chosen: str | None) -> tuple[str, ...]:
    found = [mention.type_id for mention in (*types_in(text), *types_in(query))]
    if not found:
        found = [type_id for match in _STAGE.finditer(text) for type_id in _staged(match.group(1))]
    if not found:
        mended = _mended(text)
        if mended != text:
            found = [mention.type_id for mention in types_in(mended)]
    option = type_named(chosen[:200]) if chosen else None
    return most_specific((*found, option) if option else found)


_CAME_BACK = "recurrent recurrence"  # as the table of everyday words adds it
_CAME_BACK_ELSEWHERE = "distant recurrence metastasis"  # "its back in my liver"
_GOES_ON = "choosing no further treatment palliative care"  # what documents call it
_REFUSING = re.compile(
    r"\b(?:refus\w+|declin(?:e|es|ing) (?:the |more |further |any )?(?:treatment|chemo\w*|surgery|radiation)|say(?:ing)? no to|"
    r"(?:stop|stops|stopping|stopped|quit|quits|no more|(?:doesn|don)'?t want more|without|not have|had enough of) "
    r"(?:the |all |any |my |having )?(?:treatments?|chemo\w*|radiation|rads)|"
    r"rechaz\w+|dejar (?:el|la) (?:tratamiento|quimio\w*)|no (?:quiero|quiere) m[aá]s (?:quimio\w*|tratamiento))",
    re.IGNORECASE,
)
_OF_A_CHILD = re.compile(
    r"\b(?:child|children|childhood|pa?ediatric|kids?|toddler|baby|infant|newborn|(?:my|our) (?:little )?(?:son|daughter|boy|girl)|teen\w*|"
    r"\d+[- ]?(?:year|yr|month)s?[- ]?olds?|ni[nñ][oa]s?|hij[oa]s?|beb[eé]|infantil)\b",
    re.IGNORECASE,
)


def _staged(words: str) -> tuple[str, ...]:
    """Return the type of "stage 4 colon", where the word cancer is left out."""
    for name in (words, words.split()[0]):
        found = types_in(f"{name} cancer")
        if found and found[0].start == 0:
            return (found[0].type_id,)
    return ()


def _mended(text: str) -> str:
    """Return the text with misspelt words of cancers' names put right ("pancriatic"): one slip, two in a long word."""
    from rapidfuzz import process  # only a question that names no cancer pays for these
    from rapidfuzz.distance import OSA

    held = vocabulary()

    tried: set[str] = set()

    def mend(match: re.Match[str]) -> str:
        word = match.group().lower()
        if held.known(word) or len(tried) >= _MENDED:
            return match.group()
        tried.add(word)
        allowed = 1 if len(word) < 10 else 2
        near = process.extractOne(word, _mendable(word[0]), scorer=OSA.distance, score_cutoff=allowed)
        return near[0] if near else match.group()

    return _LONG_WORD.sub(mend, text[:2_000])


@cache
def _mendable(letter: str) -> tuple[str, ...]:
    return tuple(word for word in vocabulary().words if len(word) >= 6 and word.startswith(letter))


# -------------------------------------------------------------------------------- audience, language, health, the team


def _audience(words: Sequence[str], chosen: str | None) -> str:
    if chosen:
        option = chosen.strip().lower()
        return "professional" if option.startswith(("prof", "hp", "health", "clin", "doc")) else "patient"
    return "professional" if _tables().professional.find(words) else "patient"


def primary(code: str) -> str:
    """Return the first part of a language code: "es" of "es-US"."""
    return re.split(r"[-_]", code.strip().lower())[0][:8]


def language_of(text: str, chosen: str | None = None) -> str:
    """Return the language of a text: one that its words leave no doubt of, else what the person chose or seems to write."""
    sure = sure_language(text)
    if sure != SOURCE:
        return sure
    if chosen and chosen.strip():
        return primary(chosen)
    tables = _tables()
    words = re.findall(r"[^\W\d_]+", text[:2_000].lower())
    spanish = sum(word in tables.spanish for word in words)
    english = sum(word in tables.english for word in words)
    # a few words in plain letters without "the" or "el" are telegram English more often than anything else
    telegram = len(words) < 5 or (len(words) < 9 and all(word.isascii() for word in words))
    foreign = _FOREIGN.search(text[:2_000])
    if not foreign and (telegram or max(spanish, english) >= 0.15 * len(words)):
        accents = any(c in "áéíóúñ" for c in text[:2_000].lower())
        return "es" if spanish > english or (spanish == english and accents) else "en"
    # Words of everyday English are .27 and more of English questions without "the" or "is", and .17 and less of those in ten other
    # languages; a recogniser takes half a second and 70 MB when it is first asked.
    if sum(word in everyday_words() for word in words) >= ENGLISH_FROM * len(words):
        return SOURCE
    from py3langid.langid import classify

    return str(classify(text[:2_000])[0])  # type: ignore[no-untyped-call]


_MAY_BE_ABOUT_CANCER = frozenset(
    ("coping", "drug_info", "palliative", "recurrence", "second_opinion", "support", "follow_up")
)


def _about_health(words: Sequence[str], read: Sequence[str] = ()) -> bool | None:
    """Return True with a word about health, False where an everyday matter shows and nothing about health, else None.

    ``read`` are the words of the question as it is searched. Words that can be either ("back", "hair"; "job", "plane") count
    only two together, and a question about one's own life ("can I fly", "will I lose my job") may be about life with cancer.
    """
    if not words:
        return None
    seen: dict[str, set[int]] = {}
    for found in _tables().subject.find(words):
        seen.setdefault(found.label, set()).add(found.start)
    maybe = len(seen.get("health maybe", ()))
    told = CANCER in words or any(found.label == "health sure" for found in _tables().subject.find(read))
    if told or "health sure" in seen or maybe > 1:
        return True
    if "own life" in seen or _MAY_BE_ABOUT_CANCER.intersection(kinds_asked(words[:_HEARD])[:1]):
        return None
    sure, either = len(seen.get("everyday sure", ())), len(seen.get("everyday maybe", ()))
    spoken = sum(word != SENTENCE for word in words)
    # a long message that mentions the bank once is not about the bank
    everyday = sure * 40 >= spoken if sure else either > 1 and either * 20 >= spoken
    return False if everyday and (not maybe or sure > 1) else None


# A value of one's own: "psa went from 0.2 to 0.5", "Gleason 4+3", "a 2 cm nodule", "BI-RADS 4".
_OUTRIGHT = re.compile(r"[^.!?¿\n]+(?=\?)")
_OWN_VALUE = re.compile(
    r"\b(?:psa|cea|ca[ -]?125|ca[ -]?19|afp|hcg|ldh|gleason|oncotype|thyroglobulin|m[ -]protein|bi-?rads|suv|markers?)\b[^.?!\n]{0,40}?"
    r"\d|\d(?:[.,]\d+)?\s?(?:cm|mm)\b|\b(?:my|mi) (?:\w+ ){0,2}(?:scan|mri|ct|pet|report|biopsy|results?|bloods|labs|resultado|informe)\b"
    r"|\b(?:scan|mri|ct|report|biopsy|pathology|x-?ray)(?: report)?(?: says| said| shows| showed|:)",
    re.IGNORECASE,
)


def _needs_team(asks: Sequence[str], read: Sequence[str], all_words: Sequence[str], text: str) -> str | None:
    """Return which of `TEAM_REASONS` a question belongs to, None for one that the library may answer.

    ``asks`` are the words of what is asked, ``read`` the same as it is searched, ``all_words`` those of the whole message.
    """
    table = _tables().team
    found = {each.label for each in table.find(asks)}
    if read != asks:
        found.update(each.label for each in table.find(read))
    if all_words != asks:
        found.update(each.label for each in table.find(all_words[:_HEARD]) if each.label.startswith("own "))
    outright = words_of("\n".join(_OUTRIGHT.findall(text)))  # "tengo cáncer" tells, "¿tengo cáncer?" asks
    if outright and any(each.label == "outright" for each in table.find(outright)):
        found.add("diagnosis")
    if "waiting" in found:  # "how long do I have to wait"
        found.discard("forecast")
    finding = {"own finding", "is it"} <= found  # "I found a lump. Is it cancer?", in two sentences
    if "in general" in found:  # "how long do people live with it": the library may answer that
        return "diagnosis" if finding else None
    if finding:
        found.add("diagnosis")
    if ({"own result", "is it"} <= found) or (
        "evaluate" in found and ("own result" in found or _OWN_VALUE.search(text))
    ):
        found.add("reading")
    return next((reason for reason in TEAM_REASONS if reason in found), None)
