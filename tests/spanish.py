"""How hard a Spanish text is to read, by the two formulas that health writing in Spanish is judged with.

Fernández Huerta (1959), as corrected by Law (2011): 206.84 - 60 P - 1.02 F, with P syllables for each word and F words for each
sentence. Szigriszt Pazos (1993): 206.835 - 62.3 S/P - P/F, with syllables, words and sentences; on the INFLESZ scale (Barrio
Cantalejo 2008) from 55 on a text is normal for the general public and from 65 on fairly easy. On the first scale 60 to 70 is
school years seven and eight, and more is easier.
"""

import re

_WORD = re.compile(r"[A-Za-zÁÉÍÓÚÜÑáéíóúüñ]+")
_SENTENCE = re.compile(r"[.!?:;…]+(?=\s|$)|\n")
_STRONG, _WEAK_WITH_ACCENT = "aeoáéó", "íú"


def syllables(word: str) -> int:
    """Count the syllables of a Spanish word: each vowel is one, but for diphthongs and triphthongs.

    A weak vowel (i, u, ü, y at the end) joins its neighbour; a strong one beside a strong one does not, nor does an accented i or u.
    """
    word = re.sub(r"(?<=[qg])u(?=[eéií])", "", word.lower())
    word = re.sub(r"y$", "i", word)
    count, before = 0, ""
    for letter in word:
        vowel = letter in "aeiouáéíóúü"
        if vowel:
            apart = (
                not before
                or (
                    (before in _STRONG or before in _WEAK_WITH_ACCENT)
                    and (letter in _STRONG or letter in _WEAK_WITH_ACCENT)
                )
                or letter in _WEAK_WITH_ACCENT
                or before in _WEAK_WITH_ACCENT
            )
            count += bool(apart)
        before = letter if vowel else ""
    return max(1, count)


def _counts(text: str) -> tuple[int, int, int]:
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    words = [word for part in sentences for word in _WORD.findall(part)]
    return len(sentences), len(words), sum(map(syllables, words))


def fernandez_huerta(text: str) -> float:
    sentences, words, spoken = _counts(text)
    return 206.84 - 60 * spoken / words - 1.02 * words / sentences


def szigriszt(text: str) -> float:
    sentences, words, spoken = _counts(text)
    return 206.835 - 62.3 * spoken / words - words / sentences
