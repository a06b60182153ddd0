"""Which word a question asks the meaning of: "what is ascites", "alopecia meaning", "they said debulking, what does that mean"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from waymark.index.analyser import is_empty

LONGEST = 4  # words of a name

_ARTICLE = r"(?:an?\s+|the\s+|una?\s+|el\s+|la\s+|los\s+|las\s+)?"
_WORD = r"(?:the\s+|la\s+)?(?:word|term|name|palabra)\s+"
_END = r"\s*(?:[?.!,;:]|$|\()"
_NAME = r"(?P<name>[^?.!,;(]{2,60}?)"
_PLAINLY = r"in (?:plain|simple|easy|other) (?:words|terms|english|language)|exactly|please"
# The name asked about, and perhaps where it was met: "what does indolent mean in lymphoma".
_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:what|wh?at|wut)\s+(?:does|do|did|dose|is|are)\s+(?:{_WORD})?{_ARTICLE}{_NAME}\s+"
        r"(?:mean|means|stand for|refer to)\b(?P<where>[^?.!,;]{0,40})",
        rf"\bwhat\s+means?\s+{_ARTICLE}{_NAME}{_END}",
        rf"\b(?:what(?:'s|’s|s| is| are)|wat is|whats)\s+(?:{_WORD})?(?:meant by\s+)?{_ARTICLE}{_NAME}"
        rf"(?:\s+(?:{_PLAINLY}))?{_END}",
        rf"\b(?:qu[eé]|q|cu[aá]l)\s+(?:es|son)\s+{_ARTICLE}{_NAME}{_END}",
        rf"\bqu[eé]\s+(?:significan?|quieren?\s+decir)\s+(?:{_WORD})?{_ARTICLE}{_NAME}{_END}",
        rf"\A\W*(?:(?:the )?(?:meaning|definition) of|define|explain|significado de)\s+{_ARTICLE}{_NAME}{_END}",
        rf"\A\W*{_ARTICLE}(?P<name>[^?.!,;:]{{2,50}}?)[\s,:?!-]+(?:meaning|definition|significado)\b",
    )
)
_OF_WHAT_WAS_SAID = re.compile(
    r"\b(?:what(?:'s|’s|s| is| does| do| are)?|wat)\s+(?:is\s+|are\s+)?(?:that|this|it|those|they|these|does that word|that word)"
    r"(?:\s+(?:word|term))?"
    r"(?:\s+(?:mean|means|exactly|is|stand for))*\s*[?.!]*\s*\Z|\b(?:meaning|what is that|whats that)\s*[?!.]*\s*\Z",
    re.IGNORECASE,
)
_OF_A_WORD = re.compile(r"\b(?:means?|meaning|word|term|stands? for)\b", re.IGNORECASE)
_SHORT = 9  # words of a message that names one thing and asks what it is
_WHERE = re.compile(r"\s+(?:in|on|of|for|with|after|from|near|at|and|to|when|if|de|del|en|por|para)\s+", re.IGNORECASE)
_SAYS_NOTHING = re.compile(rf"\A\W*(?:(?:{_PLAINLY}|then|for me|to me|anyway|here)\W*)*\Z", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_][\w'’\-]*")
_STANDS_FOR = frozenset("that this it these those they he she eso esto".split())


class Asked(NamedTuple):
    """A name whose meaning may be asked; ``whole``: nothing else is; ``pointed``: it is one of many words said before."""

    name: str
    whole: bool
    pointed: bool = False


def asked_names(text: str, glossed: bool = False) -> Iterator[Asked]:
    """Yield the names whose meaning a text may ask for, the likeliest first. ``glossed``: it was put into English word for word.

    Of what was said before ("they want to do an apheresis, what is that?") every run of up to `LONGEST` words is one.
    """
    pointed = _OF_WHAT_WAS_SAID.search(text)
    if pointed is not None and pointed.start():
        words = _WORDS.findall(text[: pointed.start()])
        if len(words) > _SHORT and not _OF_A_WORD.search(pointed.group()):
            return  # a story, of which something else than a word is asked
        for length in range(min(LONGEST - 1, len(words)), 0, -1):
            for at in range(len(words) - length, -1, -1):
                run = words[at : at + length]
                if not is_empty(run[0]) and not is_empty(run[-1]):
                    yield Asked(" ".join(run), True, True)
        return
    for pattern in _ASKED:
        found = pattern.search(text)
        if found is None:
            continue
        name = found["name"].strip("“”\"'‘’ -")
        if not name or name.lower().split()[0] in _STANDS_FOR:
            continue
        where = found.groupdict().get("where") or ""
        before, after = text[: found.start()], f"{where} {text[found.end() :]}"
        repeated = name.lower() in before.lower()  # "the letter says adjuvant. What is adjuvant?"
        alone = _SAYS_NOTHING.match(after) is not None and (repeated or not any(map(str.isalnum, before)))
        if len(name.split()) <= LONGEST:
            yield Asked(name, alone)
        for cut in _WHERE.finditer(name):
            if len(name[: cut.start()].split()) <= LONGEST:
                yield Asked(name[: cut.start()], False)
        words = _WORDS.findall(name)
        if glossed and len(words) > LONGEST:  # a word that took many to put into English stands among them itself
            yield from (Asked(word, True, True) for word in reversed(words) if not is_empty(word))
        return
