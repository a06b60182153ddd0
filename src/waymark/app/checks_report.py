"""Findings as one page that holds everything it needs: it opens from a disk, prints, and can be sent to a colleague."""

import base64
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from waymark.app.checking import Checked
from waymark.library.accepted import Acceptance
from waymark.library.catalogue import Catalogue
from waymark.library.checks.findings import Check, Finding, Severity, check_named
from waymark.library.document import Card
from waymark.library.folder import cannot_write, write_whole

_WEB = Path(__file__).parent / "web"
_TEMPLATES = Path(__file__).parent / "report"  # apart from the pages that are served
_SHOWN = 25  # findings of one check; all of them are in --json and in SARIF
_WORDS = {
    Severity.BLOCKING: ("held back", "not quoted until a person decides"),
    Severity.ERROR: ("errors", "something that a reader is told is not so"),
    Severity.WARNING: ("warnings", "a person should look at it"),
    Severity.INFORMATION: ("for information", "nothing is wrong for a reader"),
}
_URL = re.compile(r"url\(\"(?P<name>[^\":/]+)\"\)")
_TYPES = {".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the chart: how many documents have this as their gravest finding, and their share of all (0 to 100)."""

    name: str
    words: str
    documents: int
    share: float


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding as the page shows it."""

    finding: Finding
    title: str
    place: str
    accepted: Acceptance | None


@dataclass(frozen=True, slots=True)
class Section:
    """What one check found."""

    check: Check
    severities: tuple[tuple[str, int, int], ...]  # name, documents, occurrences
    documents: int
    occurrences: int
    findings: tuple[Shown, ...]
    more: int

    @property
    def anchor(self) -> str:
        return self.check.code.lower()


def write_report(place: Path, catalogue: Catalogue, found: Checked) -> None:
    """Write the page in one step."""
    try:
        write_whole(place, report(catalogue, found).encode("utf-8", "xmlcharrefreplace"))
    except OSError as error:
        raise cannot_write(error, place) from error


def report(catalogue: Catalogue, found: Checked) -> str:
    """Return the page."""
    from waymark.app.wording import date_words

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    cards = {card.id: card for card in catalogue.cards(None)}
    sections = tuple(_sections(found, cards))
    return environment.get_template("findings.html").render(
        style=Markup(_style()),
        library=catalogue.folder.resolve().name,
        on=date_words(found.chosen.on),
        documents=found.table.size,
        bars=_bars(found),
        clean=found.table.size - sum(found.table.documents_by_worst(found.chosen).values()),
        sections=sections,
        accepted=len(found.accepted),
        left_out=bool(found.chosen.without),
        evidence=evidence,
    )


def _bars(found: Checked) -> tuple[Bar, ...]:
    by_worst = found.table.documents_by_worst(found.chosen)
    whole = max(1, found.table.size)
    return tuple(
        Bar(_WORDS[severity][0], _WORDS[severity][1], count, round(100 * count / whole, 1))
        for severity, count in by_worst.items()
    )


def _sections(found: Checked, cards: dict[str, Card]) -> Iterator[Section]:
    by_code: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    worst: dict[str, int] = {}
    for count in found.counts():
        by_code[count.code].append((_WORDS[count.severity][0], count.documents, count.occurrences))
        worst[count.code] = min(worst.get(count.code, 9), count.severity.rank)
    documents = found.table.documents_of(found.chosen)
    for code in sorted(by_code, key=lambda each: (worst[each], each)):
        check = check_named(code)
        assert check is not None
        shown = [_shown(finding, cards, found) for finding in found.of(code, _SHOWN + 1)]
        many, times = documents[code]
        yield Section(
            check,
            tuple(by_code[code]),
            many,
            times,
            tuple(shown[:_SHOWN]),
            max(0, times - _SHOWN) if len(shown) > _SHOWN else 0,
        )


def _shown(finding: Finding, cards: dict[str, Card], found: Checked) -> Shown:
    card = cards.get(finding.document)
    part = finding.where.partition("[")[0]
    place = {"body": "in its text", "source": "in its file"}.get(part, f"in its record, {part}")
    return Shown(
        finding, card.title if card and card.title else finding.document, place, found.accepted.get(finding.mark)
    )


def evidence(finding: Finding) -> Markup:
    """Return the characters that a finding rests on: white space plain, what is not seen made visible."""
    words = finding.found.replace("\ufffd", "\u25a1")
    words = re.sub("[\u00a0\u202f\u2007]", "\u237d", words).replace("\r", "\u240d")
    lines = [" ".join(line.split()) for line in words.split("\n")]
    return Markup("<br>").join(escape(line) for line in lines if line)


def _style() -> str:
    """Return the style of the pages with its fonts and pictures in it, so that the page needs no other file."""
    style = (_WEB / "static" / "waymark.css").read_text(encoding="utf-8")

    def inside(match: re.Match[str]) -> str:
        place = _WEB / "static" / match["name"]
        data = base64.b64encode(place.read_bytes()).decode("ascii")
        return f'url("data:{_TYPES[place.suffix]};base64,{data}")'

    return _URL.sub(inside, style)
