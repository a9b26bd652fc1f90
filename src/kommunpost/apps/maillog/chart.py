"""Counts a day as a picture: pure geometry for an inline SVG, and the sentence that says the same to those who do not
see it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

WIDTH = 1280
BASE = 76
TOP = 16
LEFT = 36
BAR_SHARE = 0.7
LABEL_LINE = 91
MOST_DAYS = 92
STEPS = (1, 2, 2.5, 5)
MOST_LABELS = 14


@dataclass(frozen=True, slots=True)
class Column:
    """A day, or the month that begins on ``day``."""

    day: date
    incoming: int
    outgoing: int
    last: date | None = None
    """The last day of a month; None for a single day."""

    @property
    def period(self) -> str:
        """Its days as the search takes them: ``2026-11-01/2026-11-30``."""
        return f"{self.day.isoformat()}/{(self.last or self.day).isoformat()}"

    @property
    def number(self) -> int:
        return self.incoming + self.outgoing


@dataclass(frozen=True, slots=True)
class Bar:
    """Coordinates as text: numbers in a template would get a decimal comma in Swedish."""

    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at a place: the scale to the left, days under the bars. ``line`` is the y of its grid line."""

    x: str
    y: str
    text: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    bars: tuple[Bar, ...]
    scale: tuple[Mark, ...]
    days: tuple[Mark, ...]
    columns: tuple[Column, ...]
    by_month: bool

    @property
    def most(self) -> Column:
        """The day or month with the most mail; the latest of equals."""
        return max(self.columns, key=lambda column: (column.number, column.day))


def columns_of(counts: Iterable[Column], *, first: date, last: date) -> tuple[Column, ...]:
    """One column for every day from ``first`` to ``last``, empty days too; months when there are more than 92 days."""
    by_day = {column.day: column for column in counts}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    filled = [by_day.get(day, Column(day, 0, 0)) for day in days]
    return tuple(_months(filled)) if len(filled) > MOST_DAYS else tuple(filled)


def draw(columns: tuple[Column, ...], *, weekdays: Mapping[int, str], months: Mapping[int, str]) -> Chart:
    """``weekdays`` 0–6 to ``må`` …, ``months`` 1–12 to ``okt`` …. Bars start at 0; incoming below, outgoing on top."""
    by_month = len(columns) > 1 and (columns[1].day - columns[0].day).days > 1
    largest = max((column.number for column in columns), default=0)
    top = max(largest, 1)
    step = (WIDTH - LEFT) / max(len(columns), 1)
    bars = [bar for number, column in enumerate(columns) for bar in _bars(column, LEFT + number * step, step, top)]
    names = [_name(column.day, weekdays=weekdays, months=months, by_month=by_month) for column in columns]
    marks = [
        Mark(x=_figure(LEFT + number * step), y=str(LABEL_LINE), text=name)
        for number, name in enumerate(names)
        if _is_named(number, columns, by_month=by_month)
    ]
    return Chart(
        width=WIDTH, bars=tuple(bars), scale=_scale(largest, top), days=tuple(marks), columns=columns, by_month=by_month
    )


def _bars(column: Column, x: float, step: float, top: int) -> list[Bar]:
    unit = (BASE - TOP) / top
    low, high = column.incoming * unit, column.outgoing * unit
    gap = 1.0 if low and high else 0.0
    width = _figure(step * BAR_SHARE)
    both = [
        Bar("in", _figure(x), _figure(BASE - low), width, _figure(low)),
        Bar("out", _figure(x), _figure(BASE - low - high), width, _figure(max(high - gap, 0.0))),
    ]
    return [bar for bar in both if bar.height != "0.0"]


def _scale(largest: int, top: int) -> tuple[Mark, ...]:
    """Two lines at even numbers that the tallest bar reaches: the bars fill the picture, whatever their numbers."""
    step = _step(largest)
    values = [value for value in (2 * step, step) if value <= top]
    lines = [(value, BASE - value * (BASE - TOP) / top) for value in values]
    return tuple(Mark(x="0", y=_figure(y + 14), text=str(value), line=_figure(y)) for value, y in lines)


def _step(largest: int) -> int:
    """The greatest of 1, 2, 5, 10, 20, 25, 50, 100 … that goes twice into ``largest``; 1 when none does."""
    power = 1
    while 2 * 10 * power <= largest:
        power *= 10
    fitting = [int(step * power) for step in STEPS if step * power % 1 == 0 and 2 * step * power <= largest]
    return max(fitting, default=1)


def _is_named(number: int, columns: tuple[Column, ...], *, by_month: bool) -> bool:
    if number == 0:
        return True
    if by_month:
        return number % (len(columns) // MOST_LABELS + 1) == 0
    weeks_apart = len(columns) // (7 * MOST_LABELS) + 1
    # A label a day after the first one would run into it.
    return columns[number].day.weekday() == 0 and number > 1 and (number // 7) % weeks_apart == 0


def _name(day: date, *, weekdays: Mapping[int, str], months: Mapping[int, str], by_month: bool) -> str:
    return f"{months[day.month]} {day.year}" if by_month else f"{weekdays[day.weekday()]} {day.day}"


def _months(days: Iterable[Column]) -> list[Column]:
    """A column a month, of the days that were asked for in it."""
    months = [list(group) for _month, group in groupby(days, key=lambda column: column.day.replace(day=1))]
    return [
        Column(
            day=month[0].day,
            incoming=sum(one.incoming for one in month),
            outgoing=sum(one.outgoing for one in month),
            last=month[-1].day,
        )
        for month in months
    ]


def _figure(number: float) -> str:
    return f"{number:.1f}"
