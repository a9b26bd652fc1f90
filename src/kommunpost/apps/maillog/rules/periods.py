"""The periods by which rows are counted: local days as ``20260312``, whole months as ``20260300``. Pure."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

EVERYBODY = -1
"""The mailbox under which all mailboxes are counted together."""

_MONTH = 100
_OPEN_END = 9999_99_99


def day_period(day: date) -> int:
    """``2026-03-12`` -> ``20260312``."""
    return day.year * 10_000 + day.month * _MONTH + day.day


def month_period(day: date) -> int:
    """``2026-03-12`` -> ``20260300``."""
    return day.year * 10_000 + day.month * _MONTH


def day_of_period(period: int) -> date:
    """``20260312`` -> ``2026-03-12``. Only for days."""
    return date(period // 10_000, period // _MONTH % _MONTH, period % _MONTH)


def days_of_period(period: int) -> tuple[date, date]:
    """The first and the last day of a day's or a month's period."""
    if period % _MONTH:
        return day_of_period(period), day_of_period(period)
    first = day_of_period(period + 1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


@dataclass(frozen=True, slots=True)
class Span:
    """Periods from ``first`` to ``last``, both included: months if ``months``, else days."""

    first: int
    last: int
    months: bool


def spans(since: date | None, until: date | None) -> Iterator[Span]:
    """The days ``since``..``until`` (both included, ``None`` is open) as few spans: whole months, and days at the
    edges.
    """
    if since and until and month_period(since) == month_period(until):
        yield _span_within(since, until)
        return
    first_month, last_month = 0, _OPEN_END
    if since:
        first_month = month_period(since) + (0 if since.day == 1 else 1)
        if since.day > 1:
            yield Span(day_period(since), month_period(since) + 31, months=False)
    if until:
        ends_month = until.day == monthrange(until.year, until.month)[1]
        last_month = month_period(until) - (0 if ends_month else 1)
        if not ends_month:
            yield Span(month_period(until) + 1, day_period(until), months=False)
    if first_month <= last_month:
        yield Span(first_month, last_month, months=True)


def months_within(span: Span) -> list[int] | None:
    """The months of a span of months, one by one; ``None`` where an end is open."""
    if not span.first or span.last == _OPEN_END:
        return None
    years = range(span.first // 10_000, span.last // 10_000 + 1)
    months = (year * 10_000 + month * _MONTH for year in years for month in range(1, 13))
    return [month for month in months if span.first <= month <= span.last]


def _span_within(since: date, until: date) -> Span:
    if since.day == 1 and until.day == monthrange(until.year, until.month)[1]:
        return Span(month_period(since), month_period(since), months=True)
    return Span(day_period(since), day_period(until), months=False)
