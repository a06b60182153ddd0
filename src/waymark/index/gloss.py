"""A text in another language read in English, word for word, for the encoder and for the search in English documents.

The encoder was trained on English alone. A gloss (Pirkola's dictionary-based query translation, SIGIR 1998, and the same for
passages) puts both sides into the one language that it knows. It is a help for finding and is never shown: what is quoted is
the document's own text. Each language brings its words in ``english.txt`` of its folder.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from waymark.index.analyser import language_key, terms
from waymark.languages.texts import FOLDER, SOURCE
from waymark.library.cancer_types import vocabulary

FILE = "english.txt"
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 6  # words of an entry


def folded(word: str) -> str:
    """Return a word in lower case without accents."""
    low = word.lower()
    if low.isascii():
        return low
    return "".join(c for c in unicodedata.normalize("NFKD", low) if not unicodedata.combining(c))


@lru_cache(maxsize=20_000)
def _stem(word: str, key: str) -> str:
    return " ".join(terms(word, key))


@dataclass(frozen=True, slots=True)
class Gloss:
    """The words of one language in English; built once by `gloss_of`."""

    language: str
    _written: Mapping[tuple[str, ...], str]
    _forms: Mapping[tuple[str, ...], str]  # without accents, which many people leave out
    _stems: Mapping[tuple[str, ...], str]
    english_words: frozenset[str]

    def english(self, text: str) -> str:
        """Return a text word for word in English; what has no entry stays as it is, and so does what stands between."""
        out: list[str] = []
        words = list(_WORD.finditer(text))
        at = end = 0
        while at < len(words):
            length, said = self._longest(words, at, text)
            out.append(text[end : words[at].start()])
            out.append(said if length else words[at].group())
            end = words[at + max(length, 1) - 1].end()
            at += max(length, 1)
        out.append(text[end:])
        return re.sub(r"[ \t]{2,}", " ", "".join(out)).replace("¿", "").replace("¡", "").strip()

    def knows(self, word: str) -> bool:
        """Return whether a word of this language has an entry of its own."""
        form = folded(word)
        return (form,) in self._forms or (_stem(form, language_key(self.language)),) in self._stems

    def has(self, word: str) -> bool:
        """Return whether a word has an entry as it is written, but for its accents."""
        return (folded(word),) in self._forms

    def forms(self) -> Iterator[str]:
        """Yield the single words that have entries, as they are written, folded."""
        return (form[0] for form in self._forms if len(form) == 1)

    def nearest(self, word: str) -> tuple[str, ...]:
        """Return the word of an entry that a misspelt one may have meant: one edit away, two in a long word (Damerau)."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        form = folded(word)
        if len(form) < 5:
            return ()
        allowed = 1 if len(form) < 8 else 2
        found = process.extractOne(form, self.forms(), scorer=OSA.distance, score_cutoff=allowed)
        return (found[0],) if found else ()

    def _longest(self, words: list[re.Match[str]], at: int, text: str) -> tuple[int, str]:
        """Return how many words from ``at`` on the longest entry takes (0: there is none), and what it says."""
        reach = 1
        while (
            reach < _LONGEST
            and at + reach < len(words)
            and text[words[at + reach - 1].end() : words[at + reach].start()] in (" ", "\n", "-")
        ):
            reach += 1
        written = [word.group().lower() for word in words[at : at + reach]]
        forms = [folded(word) for word in written]
        key = language_key(self.language)
        for length in range(reach, 0, -1):
            said = self._written.get(tuple(written[:length]))
            if said is None:
                said = self._forms.get(tuple(forms[:length]))
            if said is None:
                said = self._stems.get(tuple(_stem(form, key) for form in forms[:length]))
            if said is not None:
                return length, said
        return 0, ""


def entries(language: str) -> Iterator[tuple[str, str]]:
    """Yield each entry of a language's ``english.txt``: its words and the English for them."""
    text = (FOLDER / language / FILE).read_text(encoding="utf-8")
    for line in text.splitlines():
        left, equals, right = line.partition("=")
        if equals and not line.startswith("#"):
            for words in left.split(" / "):
                yield words.strip(), right.strip()


@cache
def gloss_of(language: str) -> Gloss | None:
    """Return the gloss of a language (any BCP 47 code); None for English and for a language without one."""
    code = language.split("-")[0].lower()
    if code == SOURCE or not (FOLDER / code / FILE).is_file():
        return None
    written: dict[tuple[str, ...], str] = {}
    forms: dict[tuple[str, ...], str] = {}
    stems: dict[tuple[str, ...], str] = {}
    key = language_key(code)
    for words, english in (*entries(code), *_cancers(code)):
        form = tuple(folded(word) for word in _WORD.findall(words))
        if form and len(form) <= _LONGEST:
            written.setdefault(tuple(word.lower() for word in _WORD.findall(words)), english)
            forms.setdefault(form, english)
            stems.setdefault(tuple(_stem(word, key) for word in form), english)
    english_words = frozenset(word for said in forms.values() for word in _WORD.findall(said.lower()))
    return Gloss(code, written, forms, stems, english_words)


def _cancers(code: str) -> Iterator[tuple[str, str]]:
    """Yield the names of cancers, which the library's own vocabulary holds in Spanish."""
    if code != "es":
        return
    for kind in vocabulary().types.values():
        yield kind.name_es, kind.name
