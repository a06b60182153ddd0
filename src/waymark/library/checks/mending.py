"""The repairs of one document, in their order: the text first, then the record, then the hash of what came out."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from waymark.library.body import Body, normalise
from waymark.library.checks.findings import Check, Repair, every_check
from waymark.library.checks.page import Page
from waymark.library.document import Document
from waymark.library.references import resolved

# Marks of references are resolved by counting headings, so nothing that moves a heading may change what they stand for; links
# come before what they may be part of, and furniture before the headings that it may stand between.
TEXT_ORDER = (
    *(
        "TEXT-SPACING",
        "TEXT-LINK-SPLIT",
        "TEXT-JUNK",
        "TEXT-H1",
        "TEXT-EMPTY-HEADING",
        "TEXT-SUPERSCRIPT",
        "LINK-RELATIVE",
    ),
)
# The title before the citation that names it; types are taken out before those with evidence are put in.
RECORD_ORDER = (
    *("META-TITLE", "STATUS-RETIRED", "AUDIENCE", "DATE-BODY", "DATE-DEFAULT"),
    *("TYPE-URL", "TYPE-NOT-A-TYPE", "TYPE-BOILERPLATE", "TYPE-SUBSTRING", "TYPE-MENTION", "TYPE-MISSING"),
    *("LICENCE-CREDIT", "LICENCE-SUMMARY-IMAGES", "CITE-FORM"),
)
LAST = "VERSION-HASH"
_ROUNDS = 5  # one repair may make room for another; none needs more
_MOST_WORDS = 60  # of evidence for the text
_WORD = re.compile(r"\w+")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

Rebuild = Callable[[Document, Mapping[str, Any], str], Document]
"""Makes a document anew of a former one with another front matter and source: body, derived values, card."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One value of the record before and after; ``had`` says whether the key was there at all."""

    key: str
    before: Any
    after: Any
    had: bool


@dataclass(frozen=True, slots=True)
class Made:
    """One repair as it was made: by which check, what it changed in the record, whether in the text, and on what evidence."""

    check: str
    changes: tuple[Changed, ...] = ()
    text: bool = False
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def as_detail(self) -> dict[str, Any]:
        """Return the repair as its audit event keeps it."""
        return {
            "check": self.check,
            "record": [{"key": c.key, "before": c.before, "after": c.after, "had": c.had} for c in self.changes],
            "text": self.text,
            "evidence": {name: list(why) for name, why in self.evidence.items()},
        }


@dataclass(frozen=True, slots=True)
class Mended:
    """A document before and after its repairs."""

    before: Document
    after: Document
    repairs: tuple[Made, ...]


def order() -> tuple[Check, ...]:
    """Return every check that has a repair, in the order in which repairs are made; those of new checks come after the others."""
    known = {check.code: check for check in every_check() if check.mend is not None}
    first = [code for code in (*TEXT_ORDER, *RECORD_ORDER) if code in known]
    rest = sorted(known.keys() - {*first, LAST})
    return tuple(known[code] for code in (*first, *rest, *([LAST] if LAST in known else [])))


def mend(
    document: Document, rebuild: Rebuild, only: Collection[str] = (), without: Collection[str] = ()
) -> Mended | None:
    """Return the document with its repairs made; None where there is nothing to mend.

    ``only`` names the checks whose repairs are wanted (empty: all that need no word of a person); ``without`` those that a
    person has undone. Repairing what came out changes nothing.
    """
    wanted = [
        check for check in order() if (check.code in only if only else not check.asks) and check.code not in without
    ]
    source, made = mend_text(document, [check for check in wanted if check.code in TEXT_ORDER])
    front = dict(document.front)
    for repair in made:
        for change in repair.changes:
            front[change.key] = change.after
    now = rebuild(document, front, source) if made else document
    front, more = _mend_record(now, [check for check in wanted if check.code not in (*TEXT_ORDER, LAST)])
    made += more
    if more:
        now = rebuild(document, front, source)
    made += _hash(document, now, front, any(check.code == LAST for check in wanted))
    if not made:
        return None
    front["evidence"] = _with_evidence(front, made)
    return Mended(document, rebuild(document, front, source), tuple(made))


def mend_text(document: Document, checks: Collection[Check]) -> tuple[str, list[Made]]:
    """Return the source with the repairs of the text made, and the repairs.

    A repair that would change what a reader is told, or what a mark of a reference stands for, is not made.
    """
    source, made = _in_rounds(document, checks)
    if source == document.source or _says_the_same(document, source):
        return source, made
    sound = [check for check in checks if _says_the_same(document, _in_rounds(document, [check])[0])]
    source, made = _in_rounds(document, sound)
    return (source, made) if _says_the_same(document, source) else (document.source, [])


def _in_rounds(document: Document, checks: Collection[Check]) -> tuple[str, list[Made]]:
    source = document.source
    front = dict(document.front)
    evidence: dict[str, dict[str, None]] = {}
    changes: dict[str, tuple[Changed, ...]] = {}
    for _ in range(_ROUNDS):
        before = source
        for check in checks:
            page = Page(replace(document, source=source, front=front))
            repair = check.mend(page) if check.mend is not None else None
            if repair is None or repair.source is None or repair.source == source:
                continue
            source = repair.source
            evidence.setdefault(check.code, {}).update(dict.fromkeys(repair.evidence.get("text", ())))
            if repair.front:
                changes[check.code] = (*changes.get(check.code, ()), *_changes(front, repair))
                front.update(repair.front)
        if source == before:
            break
    made = [Made(code, changes.get(code, ()), True, {"text": tuple(why)}) for code, why in evidence.items()]
    return source, made


def _says_the_same(document: Document, source: str) -> bool:
    """Return whether a reader is told the same words, powers aside, and each mark stands for the same reference."""
    body = normalise(source, str(document.front.get("title") or ""))
    return _words(body) == _words(document.body) and resolved(source) == resolved(document.source)


def _words(body: Body) -> list[str]:
    return _WORD.findall(re.sub(r"(?<![A-Za-z])Enlarge(?=[A-Z]|\b)", "", body.text).translate(_PLAIN))


def _changes(front: Mapping[str, Any], repair: Repair) -> tuple[Changed, ...]:
    new = {key: value for key, value in repair.front.items() if key not in front or front[key] != value}
    return tuple(Changed(key, front.get(key), value, key in front) for key, value in new.items())


def _mend_record(document: Document, checks: Collection[Check]) -> tuple[dict[str, Any], list[Made]]:
    front = dict(document.front)
    made: list[Made] = []
    derived = None
    for check in checks:
        page = Page(replace(document, front=front))
        if derived is None:
            derived = page.derived
        else:
            page.derived = derived
        repair = check.mend(page) if check.mend is not None else None
        changes = _changes(front, repair) if repair is not None else ()
        if repair is not None and changes:
            front.update(repair.front)
            made.append(Made(check.code, changes, False, repair.evidence))
    return front, made


def _hash(document: Document, now: Document, front: dict[str, Any], wanted: bool) -> list[Made]:
    """Write the hash of the text into the record; where it stated one, it follows the text in any case."""
    stated, right = front.get("contentHash"), now.card.content_hash
    if stated == right or not (wanted or (stated and stated == document.card.content_hash)):
        return []
    had = "contentHash" in front
    front["contentHash"] = right
    if not wanted:
        return []
    why = ("computed from the text that the library keeps",)
    return [Made(LAST, (Changed("contentHash", stated, right, had),), False, {"contentHash": why})]


def _with_evidence(front: Mapping[str, Any], made: Collection[Made]) -> dict[str, list[str]]:
    """Return the record's reasons with those of the repairs."""
    former = front.get("evidence")
    kept = (
        {str(name): [why] if isinstance(why, str) else list(why) for name, why in former.items()}
        if isinstance(former, Mapping)
        else {}
    )
    for repair in made:
        for name, why in repair.evidence.items():
            before = kept.get(name, []) if name == "text" else []
            kept[name] = list(dict.fromkeys((*before, *why)))[:_MOST_WORDS]
    return kept
