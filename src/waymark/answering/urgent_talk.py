"""Whether a sign in a sentence is told of now: not denied, not over, not past, not supposed, not said in general.

The ideas are those of NegEx and ConText (Chapman 2001; Harkema 2009): a cue, a direction and a scope that stops at the
next clause. The cues are in ``urgent_signs.yaml`` under ``talk``; this module only knows their scopes.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Final

from waymark.answering.urgent_words import Sentence, Spans, word_set

_BREAK: Final = word_set(
    "but because so since although though however except while then pero porque aunque sino pues mientras plus"
)
_AND: Final = word_set("and y e then")
_OR: Final = word_set("or nor ni o")
_NOT: Final = word_set("not no isnt hasnt havent never wont")
_ONLY_WHEN: Final = word_set("when if while than with cuando si con que")
_IF: Final = word_set("if si")
_MY: Final = word_set("my mi his her our")
_SUBJECTS: Final = word_set("i he she they we yo")
_LEADS: Final = word_set("when cuando before after back in en during antes years")
_IS_THERE: Final = word_set("im am cant hes shes cannot wont is are ive estoy esta")
_MAY_ASK: Final = word_set("should do debo is")
_ASKS_ALWAYS: Final = word_set("is are any que como puede")
_ASKS_WITH_MARK: Final = word_set("es son hay el la los las was were has have am cuando") | _ASKS_ALWAYS
_WHEN_ASKS: Final = word_set("should do does is are can will to")
_DENIAL_REACH: Final = 6
_POSSESSIVE_REACH: Final = 2
_RESIDUE: Final = 2
_GREETINGS: Final = word_set("hi hello hey so and please ok okay well um hola buenos dias doctor dr nurse y pero but")
_BRIDGES: Final = word_set("it its they that this which hes shes theyre ya se")
_OWN: Final = word_set(
    "my myself his her himself herself i me mi mis quitarme matarme morirme suicidarme hacerme cortarme quiero siento"
)
_SINCE: Final = word_set("after since following finished finish ended despues desde tras termine termino")
_RISES: Final = word_set(
    "goes go reaches reach gets get rises rise hits climbs above over exceeds passes sube pasa llega"
)


class Talk:
    """One sentence, read for how its signs are spoken of. Spans are token positions [start, end)."""

    def __init__(self, sentence: Sentence, symptoms: Iterable[str], following: "Talk | None" = None) -> None:
        self.sentence = sentence
        self.words = sentence.words()
        self.following = following
        self._symptoms = tuple(symptoms)
        self._cover: dict[str, set[int]] = {}

    # -- the cues and the shape of the sentence

    def cues(self, name: str) -> Spans:
        return self.sentence.hits.get("{" + name + "}", set())

    def _covered(self, name: str) -> set[int]:
        covered = self._cover.get(name)
        if covered is None:
            covered = self._cover[name] = {i for start, end in self.cues(name) for i in range(start, end)}
        return covered

    @cached_property
    def _part(self) -> list[int]:
        """The part of the sentence, cut at pauses and at words such as "but" and "because", that each word is in."""
        parts, part = [], 0
        for position, token in enumerate(self.sentence.tokens):
            if position and (token.pause_before or token.text in _BREAK):
                part += 1
            parts.append(part)
        return parts

    @cached_property
    def _clause(self) -> list[int]:
        """As `_part`, cut at "and" too."""
        clauses, clause = [], 0
        for position, token in enumerate(self.sentence.tokens):
            if position and (token.pause_before or token.text in _BREAK or token.text in _AND):
                clause += 1
            clauses.append(clause)
        return clauses

    def _positions(self, clause: int) -> list[int]:
        return [i for i, number in enumerate(self._clause) if number == clause]

    @cached_property
    def _in_signs(self) -> set[int]:
        """Words inside a phrase of two or more words of some sign: "not breathing" does not deny what follows."""
        return {
            i
            for name, spans in self.sentence.hits.items()
            if name[0] == "g"
            for start, end in spans
            if end - start > 1
            for i in range(start, end)
        }

    @cached_property
    def _symptom_words(self) -> set[int]:
        return {i for name in self._symptoms for i in self._covered(name)}

    # -- denied, over, past, supposed, part of another noun

    @cached_property
    def _denials(self) -> list[tuple[int, int]]:
        idle = self._covered("not_denial")
        return sorted(
            (start, end)
            for start, end in self.cues("denial")
            if not any(i in idle or i in self._in_signs for i in range(start, end))
        )

    def denied(self, start: int, end: int) -> bool:
        for _, cue_end in self._denials:
            # "breathing is not good": the word denies what follows it, never what it follows.
            if cue_end > start or start - cue_end > _DENIAL_REACH * 2:
                continue
            between = range(cue_end, start)
            if self._clause[cue_end - 1] == self._clause[start] and len(between) <= _DENIAL_REACH:
                return True
            # "no fever, chills or cough", "no fever or chills": a list goes on while its items stay short.
            if any(word in _OR for word in self.words[cue_end:]) and not any(
                word in _BREAK or word in _AND for word in self.words[cue_end:start]
            ):
                listed = self._covered("person") | self._covered("telling")
                if not any(i in listed for i in between) and end - start <= 3:
                    return True
        return False

    def over(self, start: int, end: int) -> bool:
        again = [a for a, _ in self.cues("again")]
        for cue_start, cue_end in self.cues("over"):
            if cue_start < end or any(i in self._in_signs for i in range(cue_start, cue_end)):
                continue
            if _NOT.intersection(self.words[max(0, cue_start - 2) : cue_start]) or self._only_when(cue_end):
                continue
            if (
                cue_end < len(self.words)
                and self.words[cue_end - 1] == "stopped"
                and self.words[cue_end].endswith("ing")
            ):
                continue
            if (
                any(i in self._symptom_words for i in range(end, cue_start))
                and self._clause[cue_start] != self._clause[start]
            ):
                continue
            if any(position > cue_start for position in again):
                continue
            return True
        return self._over_next()

    def _over_next(self) -> bool:
        """ "I had a fever. It went away." """
        after = self.following
        if after is None or not after.words or after.words[0] not in _BRIDGES | {"but", "and", "now", "then"}:
            return False
        return any(
            start <= 5 and not after._only_when(end) and not any(i in after._symptom_words for i in range(start))
            for start, end in after.cues("over")
        ) and not after.cues("again")

    def _only_when(self, end: int) -> bool:
        """ "It is better when I sit up" is not over."""
        return end < len(self.words) and self.words[end] in _ONLY_WHEN

    @cached_property
    def _recent_clauses(self) -> set[int]:
        return {self._clause[start] for start, _ in self.cues("recent")}

    def past(self, start: int, cues: str = "past") -> bool:
        clause = self._clause[start]
        if clause in self._recent_clauses:
            return False
        spans = [(a, b) for a, b in self.cues(cues) if not self._still(a, b) and not self._dates_another(a, b, start)]
        if any(self._clause[a] == clause or self._clause[b - 1] == clause for a, b in spans):
            return True
        if not spans or any(i in self._covered("now") for i in self._positions(clause)):
            return False
        # "First seizure, then diagnosis, in 2016": a time that stands alone dates the whole sentence.
        if any(len(self._positions(self._clause[a])) <= b - a + 1 for a, b in spans) and not self.cues("recent"):
            return True
        own = self._positions(clause)
        told = any(i in self._covered("past_tense") or self.words[i].endswith("ed") for i in own)
        for a, _ in spans:
            opening = self.words[self._positions(self._clause[a])[0]]
            subject = any(self.words[i] in _SUBJECTS for i in own[:3])
            if told and abs(self._clause[a] - clause) == 1 and (opening in _LEADS or not subject):
                return True
        return False

    def _still(self, start: int, end: int) -> bool:
        """ "desde hace dos semanas" lasts until now; "since 2019" is long-standing and stays past."""
        return start > 0 and self.words[start - 1] == "desde" and self.words[end - 1] in ("semanas", "meses", "mes")

    def _dates_another(self, cue: int, end: int, start: int) -> bool:
        """ "After my surgery two weeks ago my calf swelled": the time is the surgery's."""
        before = range(max(0, cue - 5), cue)
        return start >= end and any(self.words[i] in _SINCE for i in before)

    def supposed(self, start: int) -> bool:
        excused = self._covered("not_supposed")
        for a, b in self.cues("supposed"):
            if b > start or self._part[a] != self._part[start] or all(i in excused for i in range(a, b)):
                continue
            conditional = self.words[a] in _IF
            if conditional and self._states_now(b, start):
                continue
            # "worried about my chest pain": the worry is about something that is there.
            if not conditional and b < start and self.words[start - 1] in ("my", "mi"):
                continue
            return True
        if self.asking and "when" in self.words[1:start]:
            at = self.words.index("when", 1)
            return self._part[at] == self._part[start] and self.words[at + 1 : at + 2] != ["should"]
        return False

    def _states_now(self, after: int, start: int) -> bool:
        """ "Should I go if I'm coughing up blood?" tells what is there; "if I get a fever" does not."""
        if self.cues("recent"):
            return True
        if self.words[0] not in _MAY_ASK:
            return False
        if after < len(self.words) and self.words[after] in _MY:
            return not _RISES.intersection(self.words[after:])
        return bool(_IS_THERE.intersection(self.words[after : start + 2]))

    def compound(self, end: int) -> bool:
        """ "seizure medicine", "suicide prevention", "blood test"."""
        return any(a == end and not self.sentence.tokens[a].pause_before for a, _ in self.cues("compound"))

    def told(self, start: int, end: int, *, even_if: bool = False, stays: bool = False) -> bool:
        """Whether the words at [start, end) are said of something that is there.

        ``even_if`` counts what is only supposed, ``stays`` what is over by now.
        """
        return not (
            self.denied(start, end)
            or self.compound(end)
            or self.past(start)
            or (not stays and self.over(start, end))
            or (self.supposed(start) and not even_if)
        )

    # -- general or personal

    @cached_property
    def asking(self) -> bool:
        """Whether the sentence opens as a question or a request to explain."""
        first = 0
        while first < len(self.words) and self.words[first] in _GREETINGS:
            first += 1
        opening = [(a, b) for a, b in self.cues("question") if a == first]
        if not opening:
            return False
        word = self.words[first]
        following = self.words[first + 1] if first + 1 < len(self.words) else ""
        if word in _ASKS_WITH_MARK and not self.sentence.asks:
            return word in _ASKS_ALWAYS and not following.endswith("ing")
        if word == "when" and not self.sentence.asks:
            return following in _WHEN_ASKS
        return not (word in ("can", "could") and following == "not")

    def _asked_before(self, position: int) -> bool:
        before = self.words[max(0, position - 3) : position]
        # "What do I do my daughter is seizing": the second "do" asks nothing.
        return (
            any(a == position - 1 for a, _ in self.cues("asked"))
            and "why" not in before
            and not (len(before) > 1 and before[-2] in ("i", "we", "you"))
        )

    def _subjects(self, part: int, before: int) -> list[int]:
        mine = self._covered("mine")
        found = []
        for position in sorted(self._covered("person")):
            if position >= before or self._part[position] != part or position in mine:
                continue
            if self.asking and self.words[position] in ("me", "him"):  # "tell me about strokes"
                continue
            head = position - 1 if position and position - 1 in mine else position
            if self._asked_before(head):
                continue
            found.append(position)
        return found

    def bound(self, spans: list[tuple[int, int]]) -> bool:
        """Whether the sign is somebody's: "my chest pain", "he is having a seizure", "why am I bleeding"."""
        mine = self._covered("mine")
        people = self._covered("people")
        for start, end in spans:
            inside = range(start, end)
            part = self._part[start]
            if any(self.words[i] in _OWN for i in inside):
                return True
            if any(i in mine and self._part[i] == part for i in range(max(0, start - _POSSESSIVE_REACH), start)):
                return True
            if any(i < start and self._part[i] == part for i in people):
                continue
            subjects = self._subjects(part, start)
            if not subjects:
                continue
            topic = self.cues("topic")
            # "I want information on seizures": the topic stands between the person and the sign.
            if any(subjects[-1] < a and b <= start for a, b in topic):
                continue
            return True
        return False

    def general(self, spans: list[tuple[int, int]]) -> bool:
        """Whether the sentence speaks of the sign in general: a question, a heading, people at large."""
        if self.bound(spans):
            return False
        first = min(start for start, _ in spans)
        recent = any(self._part[a] == self._part[first] for a, _ in self.cues("recent"))
        # "What's the use of living": the question word is part of the sign.
        if self.asking and first > 0 and not self._turned_personal(first):
            return not recent
        parts = {self._part[start] for start, _ in spans}
        covered = {i for start, end in spans for i in range(start, end)}
        topic = any(
            self._part[a] in parts and not any(i in covered for i in range(a, b)) for a, b in self.cues("topic")
        )
        people = any(self._part[a] in parts for a, _ in self.cues("people"))
        if topic or people:
            return not recent and "having" not in self.words
        return not self._tells(spans)

    def _turned_personal(self, position: int) -> bool:
        """Whether, after the opening question, a later part of the sentence speaks of a person and holds the sign."""
        part = self._part[position]
        if part == self._part[0]:
            return False
        own = [i for i, number in enumerate(self._part) if number == part]
        people = self._covered("person")
        return any(i in people and not self._asked_before(i) for i in own[:4])

    def _tells(self, spans: list[tuple[int, int]]) -> bool:
        """Whether something says that this is a message about somebody, now; or nothing but the sign is there."""
        if any(self.cues(name) for name in ("person", "recent", "now", "telling")):
            return True
        parts = {self._part[i] for span in spans for i in span[:1]}
        filler = {i for start, end in spans for i in range(start, end)} | self._symptom_words
        for name in ("filler", "sudden", "severe", "worse"):
            filler |= self._covered(name)
        rest = [
            i
            for i, word in enumerate(self.words)
            if self._part[i] in parts and i not in filler and not word[0].isdecimal()
        ]
        # "chest pain lung cancer" is what one types to look something up; "posos de café" alone is not.
        return len(rest) <= (0 if any(i in self._covered("cancer") for i in rest) else _RESIDUE)
