"""The overview: what is published, what lapses when, what the checks found, what readers are led to and the library lacks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from starlette.responses import Response

from waymark.app.librarian.permissions import Act
from waymark.app.web.language import _, say, to
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.looking import checks_are_ready
from waymark.app.web.librarian.reports import open_lines
from waymark.app.web.librarian.synced import trouble
from waymark.app.web.librarian.visit import Visit
from waymark.app.web.librarian.wanted import asked, asked_lines
from waymark.app.web.librarian.words import SEVERITIES
from waymark.library.checks.findings import Severity, check_named
from waymark.library.document import Status

_MONTHS = 12
_SOON = 30  # days
_FEW = 5  # lines of what has a page of its own


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
    catalogue = desk.service.catalogue
    statuses = catalogue.count_by_status()
    waiting = [each.card for each in catalogue.proposals()]
    ready = checks_are_ready(visit)
    bars = _bars(visit) if ready else []
    days = catalogue.review_days()
    in_review = statuses.get(Status.IN_REVIEW, 0) + sum(1 for card in waiting if card.status is Status.IN_REVIEW)
    report = asked(visit)
    in_trouble = trouble(visit)
    return visit.page(
        "overview",
        published=statuses.get(Status.PUBLISHED, 0),
        drafts=statuses.get(Status.DRAFT, 0),
        in_review=in_review,
        proposals=len(waiting),
        withdrawn=statuses.get(Status.WITHDRAWN, 0),
        lapsed=sum(count for day, count in days.items() if day is not None and day < today),
        due=sum(count for day, count in days.items() if day is not None and 0 <= (day - today).days <= _SOON),
        unknown=days.get(None, 0),
        months=_months(days, today),
        ready=ready,
        bars=bars,
        mendable=sum(bar.documents for bar in bars if bar.many),
        severities=_by_severity(bars),
        asked=asked_lines(report, _FEW),
        asked_total=report.total,
        counting=desk.service.settings.count_missing,
        trouble=in_trouble[:_FEW],
        trouble_total=len(in_trouble),
        people=bool(desk.people.all()),
        reports=open_lines(visit),
    )


def _bars(visit: Visit) -> list[Bar]:
    counts = visit.desk.work.counts(visit.may(Act.SEE_DRAFTS))
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


def _months(days: Mapping[date | None, int], today: date) -> list[Month]:
    """Return how many reviews end in each of the next months; nothing where none does."""
    first = today.replace(day=1)
    ends: Counter[tuple[int, int]] = Counter()
    for day, count in days.items():
        if day is not None and day >= today:
            ends[day.year, day.month] += count
    months = [first + relativedelta(months=number) for number in range(_MONTHS)]
    most = max((ends[each.year, each.month] for each in months), default=0)
    return [
        Month(f"{each.year}-{each.month:02}", count := ends[each.year, each.month], 100 * count / most)
        for each in months
    ] if most else []  # fmt: skip


ROUTES = (Route(ROOT, show),)
