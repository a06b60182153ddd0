"""Which cancers a page is about: its title and headings, its address, a drug's uses, or what most of its text names."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from waymark.library.cancer_types import Mention, ancestors, descendants, most_specific, related, types_in, vocabulary
from waymark.library.deriving.found import TypeFinding
from waymark.library.deriving.parts import HEADING, SUBJECT, plain

USE = re.compile(
    r"^#{2,6}[ \t]+(?:use in cancer|uses?|indications?(?: and usage)?|approved uses?|uso en el cáncer)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_A_USE = re.compile(r"being studied|may also be used|not approved|no longer approved|se estudia", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"^#{1,6}[ \t]+(?:references|bibliography|related resources|learn more|about this pdq|permission to use|"
    r"more information|to learn more|latest updates|changes to this|research results and related).*$",
    re.IGNORECASE | re.MULTILINE,
)
_BEGINS = re.compile(r"[ \t]*(?:[-•+]|\d{1,2}[.)])[ \t]+(?:(?:certain|some) (?:types|kinds) of )?\Z")
_JOINS = re.compile(r"(?:,|,? (?:or|and)|/)[ \t]*\Z")
_ABOUT_MANY = frozenset(("side-effects", "coping", "drugs", "treatment", "information-summaries", "dictionaries"))
_MENTIONS = 6
_SHARE = 0.3
_PER_THOUSAND_WORDS = 6


def cancer_types_of(segments: tuple[str, ...], names: tuple[str, ...], kind: str, body: str) -> tuple[TypeFinding, ...]:
    why: dict[str, list[str]] = {}
    own: set[str] = set()  # wide types that stand although a narrower one does: "liver and bile duct cancer" means both
    for name in names:
        said = [m for m in types_in(name) if not why or any(related(m.type_id, before) for before in tuple(why))]
        for mention in said:  # a second heading may narrow the title, not add to it: trials are named after many organs
            why.setdefault(mention.type_id, []).append(f"title: {mention.written}")
            if kind != "news" and not vocabulary().types[mention.type_id].group:
                own.add(mention.type_id)
    place = _address_type(segments)
    if place:
        why.setdefault(place, []).append(f"address: {'/'.join(segments[:2])}")
    if not why and kind == "drug":
        for mention, named in _indications(body):
            why.setdefault(mention.type_id, []).append(f"indication: {mention.written}")
            if named or mention.shared:
                own.add(mention.type_id)
    if not why and _may_show_subject(segments, kind):
        for type_id, count in _subjects(body):
            why.setdefault(type_id, []).append(f"{count} mentions in the text")
    # A page about one cancer in children is about that cancer; the family is for pages about children with any cancer.
    if len(why) > 1:
        why.pop("childhood-cancers", None)
    if kind == "news":
        for type_id, count in tuple(_narrower(why, body)):
            why.setdefault(type_id, []).append(f"{count} mentions in the text")
    narrowest = own.union(most_specific(why))
    return tuple(
        TypeFinding(type_id, tuple(dict.fromkeys(why[type_id] + _from_wider(type_id, why))))
        for type_id in why
        if type_id in narrowest
    )


def _from_wider(type_id: str, why: Mapping[str, list[str]]) -> list[str]:
    """Return the evidence that names a wider type: "address: types/liver" supports bile duct cancer too."""
    return [line for wider in ancestors(type_id) if wider in why for line in why[wider]]


def _address_type(segments: tuple[str, ...]) -> str | None:
    """Return the type that the address names. ``/treatment/types/surgery`` names none: only a known segment counts."""
    if len(segments) > 1 and segments[0] in ("types", "tipos"):
        return vocabulary().by_address.get(segments[1])
    if "drugs" in segments[:-1]:
        return vocabulary().by_address.get(segments[-1]) if segments[-1] != "all" else None
    return None


def _indications(body: str) -> Iterator[tuple[Mention, bool]]:
    """Yield the types that a drug is used for: from the section about its use, approved uses only.

    True marks those that an item of the list begins with: "Breast cancer" and "Ductal carcinoma in situ" as two items are
    two uses, while "(a type of head and neck cancer)" explains one.
    """
    heading = USE.search(body)
    if heading is None:
        return
    rest = body[heading.end() : heading.end() + 20_000]
    following = re.search(r"^#{1,2}[ \t]+\S", rest, re.MULTILINE)
    section = plain(rest[: following.start()] if following else rest)
    lines = section.split("\n")
    items = [tuple(types_in(line)) for line in lines]
    for at, line in enumerate(lines):
        # the sentence may be broken over lines by its links
        if _NOT_A_USE.search(line) or (at and _NOT_A_USE.search(f"{lines[at - 1]} {line}") and line[:2] != "- "):
            continue
        leading = _leading(line, items[at])
        if line.rstrip().endswith(":"):  # a family, when the items below it name its kinds
            below = {
                kind.type_id
                for below, kinds in zip(lines[at + 1 :], items[at + 1 :], strict=True)
                for kind in _leading(below, kinds)
            }
            leading = tuple(each for each in leading if not below.intersection(descendants(each.type_id)))
        for mention in items[at]:
            yield mention, mention in leading


def _leading(line: str, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return the types that an item of a list begins with: the first, and those that "or", "and" or a comma join to it."""
    found: list[Mention] = []
    for mention in mentions:
        gap = line[found[-1].end : mention.start] if found else line[: mention.start]
        if not (_JOINS if found else _BEGINS).match(gap):
            break
        found.append(mention)
    return tuple(found)


def _may_show_subject(segments: tuple[str, ...], kind: str) -> bool:
    """Return whether many mentions of a cancer can mean that the page is about it; one about pain names many."""
    if "genetics" in segments:
        return True
    return not _ABOUT_MANY.intersection(segments) and kind not in ("drug", "dictionary", "coping")


def _subjects(body: str) -> Iterator[tuple[str, int]]:
    """Yield the types that most of the text is about, most mentioned first, each with its count."""
    text = plain("\n".join(kept_parts(body[:SUBJECT])))
    words = text.count(" ") + 1
    counts: Counter[str] = Counter(mention.type_id for mention in types_in(text))
    total = sum(counts.values())
    closed: Counter[str] = Counter()
    for type_id, count in counts.items():
        for each in (type_id, *ancestors(type_id)):
            closed[each] += count
    for type_id, count in closed.most_common():
        if vocabulary().types[type_id].group or type_id in ("blood", "childhood-cancers"):
            continue
        if count >= _MENTIONS and count >= _SHARE * total and 1000 * count >= _PER_THOUSAND_WORDS * words:
            yield type_id, count


def _narrower(types: Iterable[str], body: str) -> Iterator[tuple[str, int]]:
    """Yield, for an article about a wide type, the one kind that makes up half of what its text names."""
    counts: Counter[str] = Counter(
        mention.type_id for mention in types_in(plain("\n".join(kept_parts(body[:SUBJECT]))))
    )
    for wide in types:
        family = {each: counts[each] for each in (wide, *descendants(wide)) if counts[each]}
        for type_id, count in family.items():
            if type_id != wide and count >= _MENTIONS and 2 * count >= sum(family.values()):
                yield type_id, count


def kept_parts(body: str) -> Iterator[str]:
    """Yield the parts that speak for the page: no reference lists, permission notice or links to other pages."""
    at = 0
    for match in _LEFT_OUT.finditer(body):
        if match.start() < at:
            continue
        yield body[at : match.start()]
        following = HEADING.search(body, match.end())
        at = following.start() if following else len(body)
    yield body[at:]
