"""The chart of one symptom as SVG: the answers over time, both baselines, and what may explain a change.

It is drawn twice, for a phone and for a desk, so that its words have the size of the page's words in both. Every colour and
line is a class of ``record.css``: the pages allow no style inside of a page. What is drawn stands in a table as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup, escape

from waymark.app.web.language import here
from waymark.care.change import Mark
from waymark.care.charts import Chart, Point
from waymark.languages.texts import Texts, texts

BROKEN_AFTER = timedelta(days=21)
"""A longer pause breaks the line: nothing is known of the time between."""


@dataclass(frozen=True, slots=True)
class Size:
    """Units of the drawing, which is shown at about their size in pixels."""

    name: str
    width: int
    height: int
    left: int = 26
    right: int = 10
    top: int = 20
    lane: int = 20  # height of one lane of marks, below the plot
    type: int = 13  # size of the letters


PHONE = Size("phone", 340, 262)
DESK = Size("desk", 680, 320, left=30, type=14)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a chart shows, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return max((self.last - self.first).days, 1)


def span_of(chart: Chart, today: date, weeks: int | None) -> Span:
    """Return the last weeks up to today, or all time that the chart has something in; never less than eight weeks."""
    least = today - timedelta(weeks=8)
    if weeks is not None:
        return Span(today - timedelta(weeks=weeks), today)
    first = min((point.day for point in chart.points), default=least)
    return Span(min(first - timedelta(days=3), least), today)


def letters(marks: Sequence[Mark], span: Span) -> list[tuple[str, Mark]]:
    """Return the marks that reach into a span, each with the letter that stands for it in the drawing."""
    here = [mark for mark in marks if mark.start <= span.last and (mark.end is None or mark.end >= span.first)]
    return [(_LETTERS[at] if at < len(_LETTERS) else str(at + 1), mark) for at, mark in enumerate(here)]


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Drawing:
    def __init__(self, chart: Chart, span: Span, size: Size, words: Texts) -> None:
        self.chart, self.span, self.size, self.words = chart, span, size, words
        self.marks = letters(chart.marks, span)
        self.lanes = _lanes(self.marks, span)
        self.deepest = max(self.lanes.values(), default=-1) + 1
        self.bottom = size.height - size.lane - 6
        self.height = size.height + self.deepest * size.lane
        self.parts: list[str] = []

    def x(self, day: date) -> float:
        inner = self.size.width - self.size.left - self.size.right
        share = (day - self.span.first).days / self.span.days
        return round(self.size.left + inner * min(max(share, 0.0), 1.0), 1)

    def y(self, value: float) -> float:
        return round(self.bottom - (self.bottom - self.size.top) * value / self.chart.highest, 1)

    def add(self, part: str) -> None:
        self.parts.append(part)

    def text(self, x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> None:
        at = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.add(f'<text x="{x}" y="{y}" class="c-text {kind}"{at} font-size="{self.size.type}">{escape(words)}</text>')

    def draw(self) -> str:
        self._usual_weeks()
        self._bands()
        self._grid()
        self._months()
        self._baselines()
        self._points()
        return "".join(self.parts)

    def _usual_weeks(self) -> None:
        span = self.chart.span
        if span is None or span.last < self.span.first or span.first > self.span.last:
            return
        first, last = self.x(span.first), self.x(min(span.last, self.span.last))
        self.add(
            f'<rect x="{first}" y="{self.size.top}" width="{round(last - first, 1)}" '
            f'height="{self.bottom - self.size.top}" class="c-usual-weeks"/>'
        )

    def _bands(self) -> None:
        size = self.size
        for letter, mark in self.marks:
            first, last = self.x(mark.start), self.x(mark.end or self.span.last)
            width = round(max(last - first, 3), 1)
            top = self.bottom + size.lane + 4 + self.lanes[letter] * size.lane
            if width < 0.6 * (size.width - size.left):  # what covers all of the time sets none of it apart
                self.add(
                    f'<rect x="{first}" y="{size.top}" width="{width}" height="{self.bottom - size.top}" class="c-band"/>'
                )
            self.add(
                f'<rect x="{first}" y="{top}" width="{width}" height="{size.lane - 6}" rx="3" class="c-mark c-{mark.kind.value}"/>'
            )
            inside = width > size.type + 6
            self.text(
                first + 4 if inside else min(first + width + 3, size.width - size.type),
                top + size.lane - 9,
                letter,
                "c-letter-in" if inside else "c-letter",
            )

    def _grid(self) -> None:
        size, chart = self.size, self.chart
        for value in range(chart.highest + 1):
            y = self.y(value)
            self.add(f'<path d="M{size.left} {y}H{size.width - size.right}" class="c-grid"/>')
            self.text(size.left - 8, y + size.type * 0.35, str(value), "c-number", "end")
            if value in (2, chart.highest):
                self.text(size.left + 3, y - 4, chart.answers[value], "c-answer")

    def _months(self) -> None:
        shown = 4 if self.size is PHONE else 8
        for day, words in _ticks(self.span, shown, self.words):
            x = self.x(day)
            self.add(f'<path d="M{x} {self.bottom}v5" class="c-tick"/>')
            anchor = "end" if x > self.size.width - 40 else "middle" if x > self.size.left + 24 else "start"
            self.text(x, self.bottom + 6 + self.size.type, words, "c-month", anchor)

    def _baselines(self) -> None:
        chart, size = self.chart, self.size
        end = size.width - size.right
        levels = []
        if chart.usual_level is not None:
            since = chart.span.first if chart.span else self.span.first
            levels.append((chart.usual_level, self.x(since), "c-usual", self.words.gettext("your usual")))
        if chart.diagnosis_level is not None:
            levels.append((chart.diagnosis_level, size.left, "c-diagnosis", self.words.gettext("at diagnosis")))
        apart = len(levels) < 2 or abs(self.y(levels[0][0]) - self.y(levels[1][0])) > size.type + 4
        for at, (level, first, kind, words) in enumerate(levels):
            y = self.y(level)
            self.add(f'<path d="M{first} {y}H{end}" class="{kind}"/>')
            below = not apart and at == (0 if levels[0][0] <= levels[1][0] else 1)
            self.text(end - 2, y + size.type + 2 if below else y - 5, words, "c-level", "end")

    def _points(self) -> None:
        told = [
            (point, point.value)
            for point in self.chart.points
            if point.value is not None and self.span.first <= point.day <= self.span.last
        ]
        path, before = [], None
        for point, value in told:
            joined = before is not None and point.day - before.day <= BROKEN_AFTER
            path.append(f"{'L' if joined else 'M'}{self.x(point.day)} {self.y(value)}")
            before = point
        if path:
            self.add(f'<path d="{"".join(path)}" class="c-line"/>')
        # Many points are one path: a point each would make ten years of weeks slow to show.
        radius = 4.5 if len(told) <= 60 else 3 if len(told) <= 200 else 0
        if radius:
            own = "".join(_dot(self.x(p.day), self.y(v), radius) for p, v in told if _by_self(p))
            others = "".join(_dot(self.x(p.day), self.y(v), radius) for p, v in told if not _by_self(p))
            self.add(f'<path d="{own}" class="c-point"/>' if own else "")
            self.add(f'<path d="{others}" class="c-point c-other"/>' if others else "")


def _by_self(point: Point) -> bool:
    return point.reported_by == "self"


def _dot(x: float, y: float, radius: float) -> str:
    return f"M{x - radius} {y}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 {-2 * radius} 0"


def _lanes(marks: Sequence[tuple[str, Mark]], span: Span) -> dict[str, int]:
    """Return the lane of each mark, so that none covers another."""
    ends: list[date] = []
    lanes = {}
    room = timedelta(days=max(span.days // 12, 1))
    for letter, mark in marks:
        end = (mark.end or span.last) + room
        lane = next((at for at, until in enumerate(ends) if until < mark.start), len(ends))
        ends[lane : lane + 1] = [end]
        lanes[letter] = lane
    return lanes


def _ticks(span: Span, most: int, words: Texts) -> list[tuple[date, str]]:
    """Return the firsts of months (or of years) to write below, at most ``most`` of them."""
    months = []
    year, month = span.first.year, span.first.month
    while (day := date(year, month, 1)) <= span.last:
        if day >= span.first:
            months.append(day)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    step = next(each for each in (1, 2, 3, 6, 12, 24, 60) if each == 60 or len(months) / each <= most)
    if step < 12:
        chosen = [day for day in months if (day.month - 1) % step == 0]
        return [(day, _month(day, words, with_year=day.month == 1 or at == 0)) for at, day in enumerate(chosen)]
    return [(day, str(day.year)) for day in months if day.month == 1 and day.year % (step // 12) == 0]


def _month(day: date, words: Texts, with_year: bool) -> str:
    from babel.dates import format_date

    # "LLL" is the month standing alone; the year says itself once a year.
    pattern = "LLL y" if with_year else "LLL"
    return str(format_date(day, pattern, locale=words.language))


def draw(chart: Chart, span: Span, words: Texts, label: str) -> Markup:
    """Return the chart in both sizes. ``label`` says to who cannot see it what it shows."""
    made = []
    for size in (PHONE, DESK):
        drawing = _Drawing(chart, span, size, words)
        inside = drawing.draw()
        made.append(
            f'<svg class="chart chart-{size.name}" viewBox="0 0 {size.width} {drawing.height}" role="img" '
            f'aria-label="{escape(label)}" focusable="false">{inside}</svg>'
        )
    return Markup("".join(made))


def draw_small(chart: Chart, today: date) -> Markup:
    """Return the last half year as a small line beside a name; what it says stands in words next to it."""
    span, width, height = Span(today - timedelta(weeks=26), today), 150, 34
    told = [(p.day, p.value) for p in chart.points if p.value is not None and span.first <= p.day <= span.last]

    def x(day: date) -> float:
        return round(3 + (width - 6) * (day - span.first).days / span.days, 1)

    def y(value: float) -> float:
        return round(height - 4 - (height - 8) * value / chart.highest, 1)

    path, before = [], None
    for day, value in told:
        path.append(f"{'L' if before and day - before <= BROKEN_AFTER else 'M'}{x(day)} {y(value)}")
        before = day
    usual = ""
    if chart.usual_level is not None:
        usual = f'<path d="M3 {y(chart.usual_level)}H{width - 3}" class="c-usual"/>'
    last = _dot(x(told[-1][0]), y(told[-1][1]), 3.5) if told else ""
    return Markup(
        f'<svg class="spark" viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false">'
        f'<path d="M3 {y(0)}H{width - 3}" class="c-grid"/>{usual}'
        f'<path d="{"".join(path)}" class="c-line"/><path d="{last}" class="c-point"/></svg>'
    )


def short_month(day: date) -> str:
    """Return a month with its year, as short as it can be said in the page's language: Nov 2026."""
    return _month(day, texts(here().language), with_year=True)
