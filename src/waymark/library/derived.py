"""What a page says of itself: who it is for, which cancers it is about, what kind of page it is, its own dates, and
whether its publisher has retired it. Each value comes with its evidence; without evidence there is no value.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from waymark.library.cancer_types import (
    Mention,
    ancestors,
    descendants,
    most_specific,
    related,
    types_in,
    vocabulary,
    with_ancestors,
)

GENERAL_AUDIENCE = "patient"
"""The audience of a page that says nothing of it: the one that is written for everybody."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A derived value, why, and whether all that was seen agrees with it."""

    value: str
    evidence: tuple[str, ...]
    agree: bool = True


@dataclass(frozen=True, slots=True)
class TypeFinding:
    """A type that the page is about, and why."""

    type_id: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateFinding:
    """A date that the page gives for itself: ``what`` is updated, posted or reviewed; ``evidence`` is the words."""

    what: str
    on: date
    evidence: str


@dataclass(frozen=True, slots=True)
class Derived:
    """All that a page says of itself. ``cancer_types`` holds the narrowest types; it is empty for a general page."""

    audience: Finding
    cancer_types: tuple[TypeFinding, ...]
    kind: Finding
    dates: tuple[DateFinding, ...]
    retired: Finding | None

    @property
    def type_ids(self) -> tuple[str, ...]:
        return tuple(finding.type_id for finding in self.cancer_types)

    @property
    def all_type_ids(self) -> tuple[str, ...]:
        """The types with their wider types: what a filter matches against."""
        return with_ancestors(self.type_ids)

    def date(self, what: str) -> date | None:
        """Return the page's own date of one kind (updated, posted, reviewed), the latest where it gives several."""
        return max((finding.on for finding in self.dates if finding.what == what), default=None)


def derive(
    front: Mapping[str, Any],
    body: str,
    url: str,
    title: str,
    glossary_audience: Mapping[str, int] | None = None,
) -> Derived:
    """Return what a page says of itself.

    ``body`` is the Markdown source or the normalised body; ``glossary_audience`` counts the page's glossary links by
    the audience they ask for (``{"patient": 3, "professional": 120}``). ``front`` is used only for the audience, and
    only where the page itself is silent. Never raises; only the parts that can hold evidence are read closely.
    """
    segments = _segments(url)
    headings = _first_headings(body)
    names = tuple(dict.fromkeys((_bare_title(title), *headings)))
    kind = _kind(segments, names, body)
    return Derived(
        audience=_audience(front, segments, names, glossary_audience or {}),
        cancer_types=_cancer_types(segments, names, kind.value, body),
        kind=kind,
        dates=_dates(body, kind.value),
        retired=_retired(body, names),
    )


# -------------------------------------------------------------------------------------------- reading the page's parts


_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*?)[ \t#]*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\))?[^()\s]*(?:\s+\"[^\"\n]*\")?\)")
_SITE = re.compile(r"\s+(?:-|–|—|\|)\s+(?:NCI|National Cancer Institute|Cancer\.gov|NIH)\s*$")
_OPENING = 3_000  # characters in which a page says what it is
_SUBJECT = 40_000  # characters in which a page without a telling title shows its subject
_TAIL = 30_000


def _segments(url: str) -> tuple[str, ...]:
    try:
        path = urlsplit(url).path
    except ValueError:  # an address that is none, such as an open bracket for a host
        path = ""
    return tuple(part for part in path.lower().split("/") if part)


def _plain(markdown: str) -> str:
    """Return the words of a piece of Markdown: links by their text, no emphasis."""
    return _LINK.sub(r"\1", markdown).replace("*", "").replace("_", " ")


def _bare_title(title: str) -> str:
    return _SITE.sub("", " ".join(title.split()))


def _first_headings(body: str) -> tuple[str, ...]:
    """Return the first-level headings with which the page opens."""
    found = []
    for match in _HEADING.finditer(body[:_OPENING]):
        if match.group().startswith("# "):
            found.append(_bare_title(_plain(match.group(1))))
        elif found:
            break
    return tuple(found[:3])


# ------------------------------------------------------------------------------------------------------------ audience


_PROFESSIONAL = re.compile(
    r"(?:for |[–—-])?(?:health professionals?|clinicians)(?:['’]? version)?|para profesionales de salud", re.IGNORECASE
)
_PATIENT = re.compile(r"patient version|for patients|versi[oó]n para pacientes|para pacientes", re.IGNORECASE)


def _audience(
    front: Mapping[str, Any], segments: tuple[str, ...], names: tuple[str, ...], glossary: Mapping[str, int]
) -> Finding:
    seen: list[tuple[str, str]] = []
    for name in names:
        if _PATIENT.search(name):
            seen.append(("patient", f"heading: {name}"))
        elif _PROFESSIONAL.search(name):
            seen.append(("professional", f"heading: {name}"))
    for part in segments:
        if part == "hp" or part.startswith("hp-") or part.endswith("-hp") or "-hp-" in part:
            seen.append(("professional", f"address: {part}"))
        elif part == "patient" or part.startswith("patient-"):
            seen.append(("patient", f"address: {part}"))
    patient, professional = glossary.get("patient", 0), glossary.get("professional", 0)
    if max(patient, professional) >= 3 and patient != professional:
        value = "professional" if professional > patient else "patient"
        seen.append((value, f"glossary links: {professional} professional, {patient} patient"))
    if seen:
        value = seen[0][0]
        return Finding(
            value,
            tuple(dict.fromkeys(why for said, why in seen if said == value)),
            all(said == value for said, _ in seen),
        )
    stated = str(front.get("audienceLevel") or "").strip().lower()
    if stated:
        value = "professional" if "prof" in stated or "clinic" in stated else "patient"
        return Finding(value, (f"record: audienceLevel is {stated}",))
    return Finding(GENERAL_AUDIENCE, ())


# ---------------------------------------------------------------------------------------------------------------- kind


def _kind(segments: tuple[str, ...], names: tuple[str, ...], body: str) -> Finding:
    last = segments[-1] if segments else ""
    said = next((name for name in names if "PDQ" in name), "")
    if "dictionaries" in segments:
        return Finding("dictionary", ("address: dictionaries",))
    if "video" in last or "facebook-live" in last or "youtube" in last:
        return Finding("video", (f"address: {last}",))
    if "fact-sheet" in last:
        return Finding("fact_sheet", (f"address: {last}",))
    if last.endswith("-pdq"):
        return Finding("summary", (f"address: {last}",))
    if said and any(part in ("hp", "patient", "genetics") or part.startswith("hp-") for part in segments):
        return Finding("summary", (f"heading: {said}",))
    if "drugs" in segments:
        return Finding("drug", ("address: drugs",))
    if _USE.search(body[:20_000]):
        return Finding("drug", ("heading: use in cancer",))
    if "clinical-trials" in segments or "clinical-center" in segments:
        return Finding("trial_info", (f"address: {last}",))
    if "news-events" in segments or "news" in segments or "blog" in segments:
        return Finding("news", ("address: news",))
    if "research" in segments:
        if last == "research" or last.endswith("articles"):
            return Finding("research", (f"address: {last}",))
        return Finding("news", (f"address: research/{last}",))
    if "coping" in segments or "survivorship" in segments:
        return Finding("coping", ("address: coping",))
    if len(segments) > 1 and segments[0] == "types":
        return Finding("type_page", (f"address: types/{segments[1]}",))
    return Finding("other", ())


# -------------------------------------------------------------------------------------------------------- cancer types


_USE = re.compile(
    r"^#{2,6}[ \t]+(?:use in cancer|uses?|indications?(?: and usage)?|approved uses?|uso en el cáncer)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_A_USE = re.compile(r"being studied|may also be used|not approved|no longer approved|se estudia", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"^#{1,6}[ \t]+(?:references|bibliography|related resources|learn more|about this pdq|permission to use|"
    r"more information|to learn more|latest updates|changes to this|research results and related).*$",
    re.IGNORECASE | re.MULTILINE,
)
_ABOUT_MANY = frozenset(("side-effects", "coping", "drugs", "treatment", "information-summaries", "dictionaries"))
_MENTIONS = 6
_SHARE = 0.3
_PER_THOUSAND_WORDS = 6


def _cancer_types(segments: tuple[str, ...], names: tuple[str, ...], kind: str, body: str) -> tuple[TypeFinding, ...]:
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
        for mention in _indications(body):
            why.setdefault(mention.type_id, []).append(f"indication: {mention.written}")
            if mention.shared:
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


def _indications(body: str) -> Iterator[Mention]:
    """Yield the types that a drug is used for: from the section about its use, approved uses only."""
    heading = _USE.search(body)
    if heading is None:
        return
    rest = body[heading.end() : heading.end() + 20_000]
    following = re.search(r"^#{1,2}[ \t]+\S", rest, re.MULTILINE)
    section = _plain(rest[: following.start()] if following else rest)
    lines = section.split("\n")
    for at, line in enumerate(lines):
        # the sentence may be broken over lines by its links
        if _NOT_A_USE.search(line) or (at and _NOT_A_USE.search(f"{lines[at - 1]} {line}") and line[:2] != "- "):
            continue
        yield from types_in(line)


def _may_show_subject(segments: tuple[str, ...], kind: str) -> bool:
    """Return whether many mentions of a cancer can mean that the page is about it; one about pain names many."""
    if "genetics" in segments:
        return True
    return not _ABOUT_MANY.intersection(segments) and kind not in ("drug", "dictionary", "coping")


def _subjects(body: str) -> Iterator[tuple[str, int]]:
    """Yield the types that most of the text is about, most mentioned first, each with its count."""
    text = _plain("\n".join(_kept(body[:_SUBJECT])))
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
    counts: Counter[str] = Counter(mention.type_id for mention in types_in(_plain("\n".join(_kept(body[:_SUBJECT])))))
    for wide in types:
        family = {each: counts[each] for each in (wide, *descendants(wide)) if counts[each]}
        for type_id, count in family.items():
            if type_id != wide and count >= _MENTIONS and 2 * count >= sum(family.values()):
                yield type_id, count


def _kept(body: str) -> Iterator[str]:
    """Yield the parts that speak for the page: no reference lists, permission notice or links to other pages."""
    at = 0
    for match in _LEFT_OUT.finditer(body):
        if match.start() < at:
            continue
        yield body[at : match.start()]
        following = _HEADING.search(body, match.end())
        at = following.start() if following else len(body)
    yield body[at:]


# --------------------------------------------------------------------------------------------------------------- dates


_MONTHS = {
    month: number
    for number, names in enumerate(
        (
            ("january", "jan", "enero"),
            ("february", "feb", "febrero"),
            ("march", "mar", "marzo"),
            ("april", "apr", "abril"),
            ("may", "mayo"),
            ("june", "jun", "junio"),
            ("july", "jul", "julio"),
            ("august", "aug", "agosto"),
            ("september", "sep", "sept", "septiembre"),
            ("october", "oct", "octubre"),
            ("november", "nov", "noviembre"),
            ("december", "dec", "diciembre"),
        ),
        start=1,
    )
    for month in names
}
_LABELS = {
    "updated": "updated",
    "last updated": "updated",
    "actualizado": "updated",
    "actualización": "updated",
    "posted": "posted",
    "published": "posted",
    "publicado": "posted",
    "publicación": "posted",
    "reviewed": "reviewed",
    "last reviewed": "reviewed",
    "revisado": "reviewed",
    "revisión": "reviewed",
}
_LABELLED = re.compile(
    r"^[ \t]*(?:[-•*+][ \t]+)?(?:\*{1,2}|_)?(" + "|".join(_LABELS) + r")[ \t]*:[ \t]*(?:\*{1,2}|_)?[ \t]*"
    r"(?:([A-Za-z]{3,10})\.?[ \t]+(\d{1,2}),?[ \t]+(\d{4})"
    r"|(\d{1,2})[ \t]+(?:de[ \t]+)?([A-Za-z]{3,10})[ \t]+(?:de[ \t]+)?(\d{4})"
    r"|(\d{4})-(\d{2})-(\d{2}))[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SUMMARY = re.compile(
    r"^#{1,6}[ \t]+((?:Latest Updates to|Changes to) This Summary \((\d{1,2})/(\d{1,2})/(\d{4})\))",
    re.IGNORECASE | re.MULTILINE,
)
_SUMMARY_ES = re.compile(
    r"^#{1,6}[ \t]+((?:Últimas actualizaciones|Actualizaciones más recientes|Modificaciones)[^\n(]{0,40}"
    r"\((\d{1,2})/(\d{1,2})/(\d{4})\))",
    re.IGNORECASE | re.MULTILINE,
)


def _dates(body: str, kind: str) -> tuple[DateFinding, ...]:
    """Return the dates that the page gives for itself.

    A page that lists news carries a date beside each item: its labels, and a label that stands twice, date items.
    """
    low = _lower(body)
    found: list[DateFinding] = []
    for _, line in _lines(body, low, "this summary ("):
        match = _SUMMARY.match(line)
        day = _day(match.group(4), match.group(2), match.group(3)) if match else None
        if match and day:
            found.append(DateFinding("updated", day, match.group(1)))
    for _, line in (*_lines(body, low, "actualizaciones"), *_lines(body, low, "modificaciones")):
        match = _SUMMARY_ES.match(line)
        day = _day(match.group(4), match.group(3), match.group(2)) if match else None  # day first
        if match and day:
            found.append(DateFinding("updated", day, match.group(1)))
    labelled: dict[str, list[DateFinding]] = {}
    for line in dict(placed for label in _LABELS for placed in _lines(body, low, f"{label}:")).values():
        match = _LABELLED.match(line)
        if match is None:
            continue
        if match.group(2):
            day = _day(match.group(4), match.group(2), match.group(3))
        elif match.group(5):
            day = _day(match.group(7), match.group(6), match.group(5))
        else:
            day = _day(match.group(8), match.group(9), match.group(10))
        what = _LABELS[match.group(1).lower()]
        if day:
            words = " ".join(match.group().strip(" \t-•*+_").split())
            labelled.setdefault(what, []).append(DateFinding(what, day, words))
    several = any(len(each) > 1 for each in labelled.values())
    if not several and kind != "research":
        found.extend(finding for each in labelled.values() for finding in each)
    return tuple(found)


def _lower(text: str) -> str:
    """Return the text in small letters, each at its place: the one letter that would become two is left out of it."""
    return text.replace("\u0130", "I").lower()


def _lines(body: str, low: str, words: str) -> Iterator[tuple[int, str]]:
    """Yield each line that holds the words, and its place: quicker than a pattern tried on every line."""
    at = low.find(words)
    while at >= 0:
        end = body.find("\n", at)
        end = len(body) if end < 0 else end
        start = body.rfind("\n", 0, at) + 1
        yield start, body[start:end]
        at = low.find(words, end)


def _day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
    try:
        return date(int(year), number, int(day))
    except ValueError:  # 31 February, or a word that is no month
        return None


# ------------------------------------------------------------------------------------------------------------- retired


_OWN = re.compile(r"information in this|this (?:summary|page|document|fact sheet|drug|product)", re.IGNORECASE)
_RETIRING = re.compile(
    r"\b(?:is|are|was|has been) (?:no longer (?:being )?(?:updated|maintained|available|marketed|made|sold)|"
    r"(?:being )?(?:archived|retired|withdrawn from the market|taken off the market))"
)
_TELLING = ("no longer", "archived", "retired", "off the market", "from the market")


def _retired(body: str, names: tuple[str, ...]) -> Finding | None:
    """Return the sentence in which the page says that it, or the product that it is about, is no longer kept up."""
    low = _lower(body)
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
    return " ".join(_plain(body[first : last + 1]).split())


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
