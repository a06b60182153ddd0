"""The language that a question is asked in, where its words leave no doubt.

Telegram style ("quimio efectos secundarios") has few of the little words that statistical recognisers live on, so the words
that one language alone has are counted: those of its gloss against the English ones.
"""

import re

from waymark.index.gloss import Gloss, folded, gloss_of
from waymark.languages.texts import SOURCE, languages

_WORD = re.compile(r"[^\W\d_]+")
_READ = 2_000  # characters
_SHARE = 0.3  # of the words must be the language's own
_ENDED = 4  # letters; a shorter word is not recognised by its stem: "quit" is not "quitar"
_OWN_MARKS = re.compile(r"[¿¡ñáéíóú]", re.IGNORECASE)

# English words that other languages have too, or that a gloss does not hold: they speak for no other language.
_ENGLISH = frozenset(
    """a about after again all am an and any are as at back be because been before being better but by can cancer come could
    did die do does doing done down for from get go going gone good had has have having he help her here hers him his how i if
    in into is it its just know last let like long make many may me mean might mine more most much must my need no nor not now
    of off on once one only or other our out over per pie real red said same say sea see she should sin sir so some son still
    stop take tell ten than that the their them then there these they thing this those time to too try two under until up us
    use very want was way we well were what when where which while who whom why will with without would yes yet you your
    actual base central colon control doctor fatal final gene han hospital legal local mama metal metastasis metastases normal oral
    original patio plan plus prior radio rectum regional sensible social sole sure tan total tumor vital""".split()
)


# Words that no other language writes so: with two of them in a short question nothing else need be looked up.
_ONLY_ENGLISH = frozenset(
    """the what is are of my and does how it to with for this that should will when why who which have has had was were after i
    if do did you your be been am not can could from about there they it's what's i'm""".split()
)


def sure_language(text: str) -> str:
    """Return the language that a text is in: one that Waymark speaks and has a gloss of, where that is plain, else English."""
    words = {word.lower() for word in _WORD.findall(text[:_READ])}
    if len(words & _ONLY_ENGLISH) >= max(2, _SHARE * len(words)) and not _OWN_MARKS.search(text[:_READ]):
        return SOURCE
    best, most = SOURCE, 0.0
    for code in languages():
        gloss = gloss_of(code)
        if gloss is None:
            continue
        own, english = _counted(words, gloss)
        marks = 1.0 if _OWN_MARKS.search(text[:_READ]) else 0.0
        alone = own + marks < 2 and len(words) > 2
        if own > 2 * english - marks and own >= _SHARE * len(words) and not (alone and english) and own > most:
            best, most = code, own
    return best


def _counted(words: set[str], gloss: Gloss) -> tuple[float, float]:
    """Return how many words only the language has, and how many only English has."""
    own = english = 0.0
    for word in words:
        plain = folded(word)
        is_english = word in _ENGLISH or word in gloss.english_words
        is_own = not is_english and (gloss.has(word) or (len(word) > _ENDED and gloss.knows(word)))
        if word != plain and gloss.knows(word):
            is_own = True  # an accent that English does not write
        own += is_own
        english += is_english and not gloss.knows(word)
    return own, english
