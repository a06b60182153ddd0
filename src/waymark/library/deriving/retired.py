"""Whether a page says that it, or the product that it is about, is no longer kept up."""

import re
from collections.abc import Iterable

from waymark.library.deriving.dates import lower
from waymark.library.deriving.found import Finding
from waymark.library.deriving.parts import plain

_OWN = re.compile(r"information in this|this (?:summary|page|document|fact sheet|drug|product)", re.IGNORECASE)
_RETIRING = re.compile(
    r"\b(?:is|are|was|has been) (?:no longer (?:being )?(?:updated|maintained|available|marketed|made|sold)|"
    r"(?:being )?(?:archived|retired|withdrawn from the market|taken off the market))"
)
_TELLING = ("no longer", "archived", "retired", "off the market", "from the market")


def retired_of(body: str, names: tuple[str, ...]) -> Finding | None:
    """Return the sentence in which the page says that it, or the product that it is about, is no longer kept up."""
    low = lower(body)
    for telling in _TELLING:
        at = low.find(telling)
        while at >= 0:
            match = _RETIRING.search(low, max(0, at - 40), at + 60)
            if match:
                sentence = _sentence(body, match.start(), match.end())
                if _OWN.search(sentence) or _is_about(sentence, names):
                    return Finding("retired", (sentence[:300],))
            at = low.find(telling, at + 1)
    return None


def _sentence(body: str, start: int, end: int) -> str:
    """Return the words of the sentence around a span."""
    first = max(body.rfind("\n", 0, start), body.rfind(". ", 0, start) + 1) + 1
    stops = (body.find(".", end), body.find("\n", end))
    last = min((at for at in stops if at >= 0), default=len(body))
    return " ".join(plain(body[first : last + 1]).split())


def _is_about(sentence: str, names: Iterable[str]) -> bool:
    """Return whether the sentence begins with the name of the page's subject ("The recombinant HPV vaccine is …")."""
    opening = re.sub(r"^(?:the|el|la)\s+", "", sentence.lower())
    return any(
        len(name) > 4 and (opening.startswith(name.lower()) or _same_opening(opening, name.lower())) for name in names
    )


def _same_opening(sentence: str, name: str) -> bool:
    """Return whether most words of the name open the sentence, in order; titles spell out what sentences shorten."""
    words = re.findall(r"\w+", name)
    opening = re.findall(r"\w+", sentence)[: len(words) + 2]
    shared = [word for word in words if word in opening]
    return len(words) >= 3 and len(shared) >= 0.6 * len(words)
