"""robots.txt: whether a site lets a reader of this name read an address (RFC 9309).

The standard library's parser knows neither ``*`` inside a path nor that the longest rule wins, which the RFC asks for.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

LARGEST = 500 * 1024
"""Bytes of a robots.txt that are read; the RFC asks for at least 500 kibibytes."""
_MOST_RULES = 10_000
_MOST_SITEMAPS = 100
_PRODUCT = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a group: whether it allows, and the path's pattern."""

    allows: bool
    pattern: str


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site for one reader. No rule allows everything.

    ``delay`` is the seconds between two requests that the site asks for (``Crawl-delay``, which no standard has and many
    sites write); ``sitemaps`` the addresses of its sitemaps.
    """

    rules: tuple[Rule, ...]
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()

    def allows(self, path: str) -> bool:
        """Return whether the path (with its query) may be read: the longest matching rule decides, allow on a tie."""
        path = _normal(path or "/")
        best: tuple[int, bool] = (-1, True)
        for rule in self.rules:
            if _matches(rule.pattern, path):
                best = max(best, (len(rule.pattern), rule.allows))
        return best[1]


def parse_robots(text: str, product: str) -> Robots:
    """Return the rules that hold for the reader whose product token is ``product``, else those for every reader."""
    wanted = product.lower()
    groups: dict[str, list[Rule]] = {}
    delays: dict[str, float] = {}
    sitemaps: list[str] = []
    names: list[str] = []
    in_rules = False
    count = 0
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.split("#", 1)[0].partition(":")
        if not colon:
            continue
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent":
            if in_rules:
                names, in_rules = [], False
            token = _PRODUCT.match(value)
            name = "*" if value.startswith("*") else token.group().lower() if token else ""
            names.append(name)
            groups.setdefault(name, [])
        elif key in ("allow", "disallow"):
            in_rules = True
            count += 1
            if value and count <= _MOST_RULES:
                for name in names:
                    groups[name].append(Rule(key == "allow", _normal(value)))
        elif key == "crawl-delay":
            in_rules = True
            for name in names:
                delays[name] = _seconds(value)
        elif key == "sitemap" and len(sitemaps) < _MOST_SITEMAPS:
            sitemaps.append(value)
    group = wanted if wanted in groups else "*"
    return Robots(tuple(groups.get(group, ())), delays.get(group, 0.0), tuple(sitemaps))


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < 86_400 else 0.0


def _normal(path: str) -> str:
    """Return a path with one spelling for each character, so that %7E and ~ compare as equal."""
    return quote(unquote_to_bytes(path), safe="/*$?&=:;,@!+~'()._-")


def _matches(pattern: str, path: str) -> bool:
    """Return whether the pattern matches the path from its start; ``*`` is any run, a last ``$`` the path's end."""
    whole = pattern.endswith("$")
    parts = (pattern[:-1] if whole else pattern).split("*")
    if not path.startswith(parts[0]):
        return False
    position = len(parts[0])
    if len(parts) == 1:
        return not whole or position == len(path)
    for part in parts[1:-1]:
        position = path.find(part, position)
        if position < 0:
            return False
        position += len(part)
    last = parts[-1]
    if whole:
        return path.endswith(last) and len(path) - len(last) >= position
    return path.find(last, position) >= 0
