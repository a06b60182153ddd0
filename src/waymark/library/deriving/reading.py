"""How hard a text is to read, as a school grade, by one syllable counter that is our own and does not change.

English: Flesch-Kincaid grade level (Kincaid, Fishburne, Rogers and Chissom 1975), 0.39 words a sentence + 11.8 syllables a
word - 15.59. Spanish: the grade of Crawford (1989), -0.205 sentences + 0.049 syllables (each of a hundred words) - 3.407.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from waymark.library.body import BlockKind, Body

COUNTER = "syllables-1"
"""The name of the syllable counter: another counter gives other grades, and gets another name."""
LIMITS = {"patient": 8.0}
"""The highest grade by audience. Grade 8 at most for the public: U.S. National Institutes of Health, "Clear & Simple" (2018)."""

_FEWEST_WORDS = 100  # fewer say nothing of a text
_MOST_WORDS = 20_000  # of a very long text the first are enough
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?]*(?:[.!?]+(?=[\s\"'”’)\]]|\Z)[\"'”’)\]]*|[.!?]|\Z)")
_GROUPS = re.compile(r"[aeiouy]+")
_GROUPS_ES = re.compile(r"[aeiouáéíóúü]+")
_HIATUS = re.compile(
    r"i(?:a(?!n$|l$|r$|ns$)|ou?s?$|um)|eo|ia[tl]|uo(?!r)|[^q]ua[tl]|creat|being|oing|y(?:ing|er$)|io(?![nu])|eate"
)
_SPLIT_ES = re.compile(r"[aeoáéó](?=[aeoáéó])|[íú](?=[aeo])|(?<=[aeo])[íú]")


@dataclass(frozen=True, slots=True)
class ReadingGrade:
    """A grade with what it is made of; ``hardest`` is the place of the longest sentence in the body."""

    grade: float
    formula: str
    words: int
    words_a_sentence: float
    syllables_a_word: float
    hardest: tuple[int, int]

    @property
    def evidence(self) -> str:
        return (
            f"{self.formula} with {COUNTER}: {self.words:,} words, {self.words_a_sentence:.1f} a sentence, "
            f"{self.syllables_a_word:.2f} syllables a word"
        )


@lru_cache(maxsize=50_000)
def syllables(word: str, language: str = "en") -> int:
    """Return how many syllables a word has, at least 1.

    English: runs of vowels, less a silent e, es or ed at the end, plus one for two vowels that are spoken apart ("biopsy").
    Spanish: runs of vowels, plus one where two strong vowels meet or an accent parts them.
    """
    low = word.lower()
    if language.startswith("es"):
        return max(1, len(_GROUPS_ES.findall(low)) + len(_SPLIT_ES.findall(low)))
    total = 0
    for part in re.split(r"['’-]", low):
        count = len(_GROUPS.findall(part)) + len(_HIATUS.findall(part))
        if count > 1 and re.search(
            r"[^aeiouyl]e$|[aeiouy]le$|[^aeiouydt]ed$|[^aeiouyszxc]es$|[aeiouy][^aeiouy]*[^aeiouyszxcgh]es$", part
        ):
            count -= 1
        total += max(count, 1) if part not in ("s", "t", "d", "m", "ll", "re", "ve") else 0
    return max(1, total)


@lru_cache(maxsize=4)  # a repair makes a document anew several times of the same text
def grade_of(body: Body, language: str = "en") -> ReadingGrade | None:
    """Return the grade of a text; None for one too short to tell, and in a language without a formula here.

    Headings, rows of tables and items without a full stop are not sentences and are left out, unless nothing else is there.
    """
    if not language.lower().startswith(("en", "es")):
        return None
    sentences = words = count = 0
    longest = (0, 0, 0)
    for block in body.blocks:
        if block.kind in (BlockKind.HEADING, BlockKind.ROW):
            continue
        text = body.text[block.text_start : block.end]
        if block.kind is BlockKind.ITEM and not text.rstrip().endswith((".", "!", "?")):
            continue
        for match in _SENTENCE.finditer(text):
            found = _WORD.findall(match.group())
            if len(found) < 2:
                continue
            sentences += 1
            words += len(found)
            count += sum(syllables(word, language[:2].lower()) for word in found)
            if len(found) > longest[0]:
                start = block.text_start + match.start() + len(match.group()) - len(match.group().lstrip())
                longest = (len(found), start, block.text_start + match.end())
        if words > _MOST_WORDS:
            break
    if words < _FEWEST_WORDS:
        return None
    long, dense = words / sentences, count / words
    if language.lower().startswith("es"):
        grade, formula = -0.205 * (100 / long) + 0.049 * (100 * dense) - 3.407, "Crawford"
    else:
        grade, formula = 0.39 * long + 11.8 * dense - 15.59, "Flesch-Kincaid"
    return ReadingGrade(round(grade, 1), formula, words, long, dense, longest[1:])
