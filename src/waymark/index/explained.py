"""Words that a passage explains in passing: "swallowing problems (dysphagia)", "ascites is a build-up of fluid".

What is noted for a passage when it is indexed is the name alone, as terms; the sentence itself is found again where it is
quoted. So a question about a word costs one look into a table, however many passages speak of it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from waymark.index.analyser import is_empty, terms

LONGEST = 4  # words of a name
WHOLLY, PARTLY = 100, 80  # what an explanation is worth: of the name as it stands, of some of its words or in a heading

_BRACKET = re.compile(r"\(([^()\n]{3,120})\)")
_NAME = r"[^\W\d_][\w'’\-]*"
_BEFORE = re.compile(rf"((?:{_NAME}[ ]){{0,3}}{_NAME})\s*\Z")
_SAID_SO = re.compile(
    r"\A(?:which is |that is |is |also |sometimes |often |or |commonly )*(?:called|known as|referred to as|llamad[oa]s?)\s+|\A(?:also|or|o)\s+",
    re.IGNORECASE,
)
# What stands in brackets and explains nothing.
_ASIDE = re.compile(
    r"\A(?:see|such as|including|for example|e\.g|i\.e|like|or\b|and\b|with|without|in\b|at\b|for\b|from|after|before|less|more|about|"
    r"up to|optional|ver\b|por ejemplo|como\b|when|if\b|used|given|stage|table|figure)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:called|known as|termed|llamad[oa]s?|se llama|conocid[oa]s? como)\s+(?:an?\s+|the\s+|una?\s+|el\s+|la\s+)?[“\"]?"
    rf"((?:{_NAME}[ ]){{0,3}}{_NAME})",
    re.IGNORECASE,
)
_KIND_OF_THING = (
    r"(?:an?|the (?!most|best|main|same|only|first|second)|any|when|extra|abnormal|another|not|swelling|inflammation|damage|loss|"
    r"surgery|drugs?|medicines?|cells?|tests?|procedures?|used to|blood|fluid|red|white|small|low|high|too|flat)\b"
)
_IS = re.compile(
    rf"\s(?:(?:is|are)\s+{_KIND_OF_THING}|means\b|refers? to\b|"
    r"(?:happens?|occurs?) when\b|quieren? decir\b|significan?\b|(?:es|son) (?:una?|el|la)\b)"
)
_OPENING = re.compile(
    r"(?:\A|[.!?:]\s|\n)(?:-\s+)?(?:An?\s+|The\s+|Una?\s+|El\s+|La\s+|Los\s+|Las\s+)?[“\"]?"
    rf"((?:{_NAME}[ ]){{0,3}}{_NAME})[”\"]?\Z"
)
_WHICH_IS = re.compile(r", which (?:is|are|means?)\b")
_LABEL = re.compile(rf"(?:\A|\n)-\s+((?:{_NAME}[ ]){{0,2}}{_NAME}):\s+(?:An?|The|This|These|Any|When|A type)\b")
_HEADING = re.compile(
    r"\A(?:what (?:is|are)|¿?qué (?:es|son))\s+(?:an?\s+|the\s+|una?\s+|el\s+|la\s+)?([^?]{3,50})\?\Z", re.IGNORECASE
)
_ENDS_A_NAME = frozenset(
    "is are was were has have had can may that which who when where because if while so but also often usually it they this these".split()
)


@lru_cache(maxsize=50_000)
def name_key(name: str, key: str = "en") -> str:
    """Return a name as it is looked up: its terms in order without the words that carry no subject; "" for none."""
    return " ".join(term for word in name.split() if not is_empty(word) for term in terms(word, key))


def explained(text: str, section: Sequence[str], first: bool, key: str = "en") -> dict[str, int]:
    """Return the names that a passage explains, as `name_key` writes them, each with what the explanation is worth.

    ``section`` are the headings above it; ``first`` says whether it is the first passage below them; ``key`` is the analyser's.
    """
    found: dict[str, int] = {}

    def note(name: str, worth: int) -> None:
        written = name_key(name, key)
        if written and len(written) > 2:
            found[written] = max(worth, found.get(written, 0))

    for name, worth in _names(text):
        note(name, worth)
    for heading in section[-1:]:
        asked = _HEADING.match(heading) if first else None
        if asked is not None and len(asked.group(1).split()) <= LONGEST:
            note(asked.group(1), WHOLLY)
        if first:
            for name, _ in _bracketed(heading):
                note(name, PARTLY)
    return found


def _names(text: str) -> Iterator[tuple[str, int]]:
    yield from _bracketed(text)
    for found in _CALLED.finditer(text):
        yield from _beginnings(found.group(1))
    for found in _IS.finditer(text):
        opening = _OPENING.search(text, max(0, found.start() - 80), found.start())
        if opening is not None and not any(word.lower() in _ENDS_A_NAME for word in opening.group(1).split()):
            yield opening.group(1), WHOLLY
    for found in _WHICH_IS.finditer(text):
        before = _BEFORE.search(text, max(0, found.start() - 80), found.start())
        if before is not None:
            yield from _endings(" ".join(before.group(1).split()[-2:]))
    for found in _LABEL.finditer(text):
        yield found.group(1), WHOLLY


def _bracketed(text: str) -> Iterator[tuple[str, int]]:
    """Yield the names of "dry mouth (xerostomia)" and of "xerostomia (dry mouth)"."""
    for found in _BRACKET.finditer(text):
        inside = found.group(1).strip()
        called = _SAID_SO.sub("", inside)
        words = called.split()
        aside = called == inside and _ASIDE.match(inside) is not None
        if aside or any(map(str.isdigit, inside)):
            continue
        if len(words) <= LONGEST and not any(sign in called for sign in ",;:=<>%"):
            yield from _endings(called)
        if called == inside and any(word.islower() and len(word) > 2 for word in words):
            before = _BEFORE.search(text, max(0, found.start() - 80), found.start())
            if before is not None:
                yield from _endings(before.group(1))


def _endings(name: str) -> Iterator[tuple[str, int]]:
    """Yield a name back to the last word that carries no subject, and its last words alone."""
    words = name.split()
    begin = max((at + 1 for at, word in enumerate(words) if is_empty(word)), default=0)
    for at in range(begin, len(words)):
        yield " ".join(words[at:]), WHOLLY if at == begin else PARTLY


def _beginnings(name: str) -> Iterator[tuple[str, int]]:
    """Yield a name up to the first word that carries no subject, and the whole of "osteonecrosis of the jaw"."""
    words = name.split()
    if len(words) > 2 and words[1] == "of" and not is_empty(words[-1]):
        yield name, WHOLLY
    end = next((at for at, word in enumerate(words) if is_empty(word) or word.lower() in _ENDS_A_NAME), len(words))
    if end:
        yield " ".join(words[:end]), WHOLLY
        for at in range(1, end):
            yield " ".join(words[at:end]), PARTLY
