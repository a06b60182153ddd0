"""Text to terms: the same for what is indexed and what is asked, one analyser per language."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tantivy

ANALYSER = 1
"""Raise when the same text would give other terms; an index of another analyser is stale."""

LANGUAGES = ("en", "es")
"""Languages with a stemmer of their own; a document in another language is analysed without one, as ``other``."""

_STEMMERS = {"en": "english", "es": "spanish"}

# Words that carry no subject. They are left out of queries only; the index keeps them.
_EMPTY_WORDS = frozenset(
    """a about am an and any are as at be been but by can could did do does doing for from get getting give go got had
    has have having he her hers him his how i if in into is it its it's i'm i've just let like may me might more most
    much my of on or our out please really she should so some tell than that the their them then there these they this
    those to too up us very was we were what what's when where whether which who whom why will with would you your yours
    el la los las un una unos unas de del al a y o u que qué es son está están fue ser como cómo cuál cuáles cuando
    cuándo donde dónde por para con sin en mi mis su sus tu tus me te se le lo si sí no hay puede pueden tengo tiene
    sobre q
    can't cant don't dont didn't didnt doesn't doesnt isn't isnt wasn't wasnt won't wont couldn't couldnt shouldn't shouldnt
    wouldn't wouldnt aren't arent haven't havent hasn't hasnt im i'd he's hes she's shes they're theyre we're you're youre that's
    thats there's theres whats who's whos how's hows since""".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*", re.UNICODE)
_LONGEST_WORD = 60
_MOST_WORDS = 400


def language_key(language: str) -> str:
    """Return the analyser's key for a language tag: ``es-MX`` gives ``es``, an unknown one ``other``."""
    primary = language.lower().split("-", 1)[0]
    return primary if primary in LANGUAGES else "other"


@lru_cache(maxsize=8)
def analyser(key: str) -> "tantivy.TextAnalyzer":
    """Return the analyser of a language key: simple words, lower case, without accents, stemmed where the language is known."""
    import tantivy

    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
    )
    if key in _STEMMERS:
        builder = builder.filter(tantivy.Filter.stemmer(_STEMMERS[key]))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


def terms(text: str, key: str = "en") -> list[str]:
    """Return the terms of ``text`` in order, repetitions kept."""
    return analyser(key).analyze(text)


@lru_cache(maxsize=16384)
def terms_of_word(word: str, key: str) -> tuple[str, ...]:
    """Return what `terms` gives for one word of a question: the same few thousand are asked with."""
    return tuple(terms(word, key))


@lru_cache(maxsize=16384)  # the same sentences are weighed for question after question
def held_terms(text: str, key: str = "en") -> frozenset[str]:
    """Return the different terms of a passage, a sentence or a word."""
    return frozenset(analyser(key).analyze(text))


def is_empty(word: str) -> bool:
    """Return whether a word carries no subject ("the", "is")."""
    return word.lower() in _EMPTY_WORDS


def words_of(text: str) -> list[str]:
    """Return the words of a question that carry a subject, lower-cased, in order, each once; at most 400.

    If every word is an empty one, all of them are kept: "what is it" must still be a query.
    """
    words = list(dict.fromkeys(match.group().lower().replace("’", "'") for match in _WORD.finditer(text[:20_000])))
    full = [word for word in words if word not in _EMPTY_WORDS and len(word) <= _LONGEST_WORD]
    return (full or words)[:_MOST_WORDS]
