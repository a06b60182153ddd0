"""The overview: what is published, what lapses when, what the checks found, what readers are led to and the library lacks."""

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from starlette.responses import Response

from waymark.app.checking import reviews
from waymark.app.web.language import _, say, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.reports import open_lines
from waymark.app.web.librarian.visit import Visit
from waymark.app.web.librarian.words import SEVERITIES
from waymark.library.checks.findings import Severity, check_named
from waymark.library.document import Card, Status

_MONTHS = 12
_SOON_DONE = 60  # documents that the checks look at while the page is made
_LOOKING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the findings: ``share`` of the longest, in per cent."""

    code: str
    rule: str
    severity: str
    severity_words: str
    documents: int
    occurrences: int
    share: float
    href: str
    many: str


@dataclass(frozen=True, slots=True)
class Month:
    """How many reviews end in a month; ``height`` of the tallest, in per cent."""

    words: str
    count: int
    height: float


def show(visit: Visit) -> Response:
    desk, today = visit.desk, visit.today
    cards = desk.service.catalogue.cards(None)
    published = [card for card in cards if card.status is Status.PUBLISHED]
    waiting = [each.card for each in desk.service.catalogue.proposals()]
    found = reviews(published, today, 30)
    ready = checks_are_ready(visit)
    bars = _bars(visit) if ready else []
    statuses = Counter(card.status for card in cards)
    in_review = statuses[Status.IN_REVIEW] + sum(1 for card in waiting if card.status is Status.IN_REVIEW)
    return visit.page(
        "overview",
        published=len(published),
        drafts=statuses[Status.DRAFT],
        in_review=in_review,
        proposals=len(waiting),
        withdrawn=statuses[Status.WITHDRAWN],
        lapsed=len(found.lapsed),
        due=len(found.due),
        unknown=len(found.unknown),
        months=_months(published, today),
        ready=ready,
        bars=bars,
        severities=_by_severity(bars),
        people=bool(desk.people.all()),
        reports=open_lines(visit),
    )


def checks_are_ready(visit: Visit) -> bool:
    """Return whether what the checks found is up to date; where much is to be looked at, that begins in the background."""
    work = visit.desk.work
    if work.behind() <= _SOON_DONE:
        return True
    if _LOOKING.acquire(blocking=False):

        def look() -> None:
            try:
                work.look()
            finally:
                _LOOKING.release()

        threading.Thread(target=look, name="waymark-checks", daemon=True).start()
    return False


def _bars(visit: Visit) -> list[Bar]:
    counts = visit.desk.work.counts()
    most = max((count.documents for count in counts), default=1)
    bars = []
    for count in sorted(counts, key=lambda each: (each.severity.rank, -each.documents, each.code)):
        check = check_named(count.code)
        bars.append(
            Bar(
                count.code,
                _(check.rule) if check else count.code,
                count.severity.value,
                say(SEVERITIES[count.severity]),
                count.documents,
                count.occurrences,
                max(100 * count.documents / most, 0.6),
                to(f"{ROOT}/queue?check={count.code}"),
                to(f"{ROOT}/many/{count.code}") if check is not None and check.mend is not None else "",
            )
        )
    return bars


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bar of severities: where it begins and how wide it is, in per cent."""

    severity: str
    words: str
    count: int
    start: float
    width: float


def _by_severity(bars: list[Bar]) -> list[Part]:
    totals = {severity: sum(b.documents for b in bars if b.severity == severity.value) for severity in Severity}
    whole = sum(totals.values()) or 1
    parts, at = [], 0.0
    for severity, count in totals.items():
        width = 100 * count / whole
        parts.append(Part(severity.value, say(SEVERITIES[severity]), count, at, width))
        at += width
    return parts


def _months(cards: list[Card], today: date) -> list[Month]:
    first = today.replace(day=1)
    ends = Counter(
        (card.review_due.year, card.review_due.month)
        for card in cards
        if card.review_due is not None and card.review_due >= today
    )
    months = [first + relativedelta(months=number) for number in range(_MONTHS)]
    most = max((ends[each.year, each.month] for each in months), default=0) or 1
    return [
        Month(f"{each.year}-{each.month:02}", count := ends[each.year, each.month], 100 * count / most)
        for each in months
    ]


ROUTES = (Route(ROOT, show),)
