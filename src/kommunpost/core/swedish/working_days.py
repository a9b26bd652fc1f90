"""Swedish working days: the one clock that every deadline is worked out by. Pure: the time is always passed in.

Saturdays, Sundays, public holidays and Midsummer's, Christmas and New Year's Eve are no working days, as when a time
set by law runs out (lagen 1930:173 om beräkning av lagstadgad tid, 2 §; lagen 1989:253 om allmänna helgdagar). A
municipality may close on further days (a bridge day): it gives them as ``closed``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SATURDAY = 5
_DAY = timedelta(days=1)
LONGEST_WAIT = 366
"""Working days ahead at most. A longer time is no deadline but a fault in the caller's sum."""


class DeadlineError(ValueError):
    """A number of days that is no deadline. ``code``: ``days_out_of_range``."""

    code = "days_out_of_range"


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` to, not including, ``end``: local clock times of one day. Raises ValueError unless in order."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"a span must end after it starts: {self.start}–{self.end}")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """A municipality's days and hours.

    ``closed``: days that it closes beyond those of the law. ``hours``: for each weekday, Monday first, the spans in
    which somebody answers (phone hours); shorter than seven means nobody on the rest.
    """

    closed: frozenset[date] = frozenset()
    hours: tuple[tuple[Span, ...], ...] = ()

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is a working day in Sweden and the municipality is not closed."""
        return day.weekday() < SATURDAY and day not in self.closed and holiday_name(day) == ""

    def add(self, day: date, days: int) -> date:
        """The working day that lies ``days`` working days after ``day``, which is not counted itself.

        0 gives ``day``, or the next working day when it is none (lagen 1930:173, 2 §). Raises DeadlineError.
        """
        if not 0 <= days <= LONGEST_WAIT:
            raise DeadlineError(f"{days} working days are no deadline")
        if days == 0:
            return day if self.is_working_day(day) else self.add(day, 1)
        counted = (one for one in _days_after(day) if self.is_working_day(one))
        for _ in range(days - 1):
            next(counted)
        return next(counted)

    def count(self, after: date, until: date) -> int:
        """Working days after ``after`` up to and with ``until``; negative when ``until`` lies before."""
        if until < after:
            return -self.count(until, after)
        return sum(self.is_working_day(after + number * _DAY) for number in range(1, (until - after).days + 1))

    def due(self, at: datetime, *, working_days: int) -> datetime:
        """When the time runs out for what came at ``at`` (aware): the midnight (UTC) that ends the last day.

        Two working days for a mail of Thursday afternoon end with Monday. Raises DeadlineError, ValueError on naive.
        """
        last = self.add(local_day(at), working_days)
        return datetime.combine(last + _DAY, time(), STOCKHOLM).astimezone(UTC)

    def days_left(self, now: datetime, *, last: date) -> int:
        """Working days from today to ``last``: 0 is today, negative is late."""
        return self.count(local_day(now), last)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody answers at ``at`` (aware): a working day, within its hours by the local clock."""
        local = _local(at)
        spans = self._spans(local.date())
        return any(span.start <= local.time().replace(fold=0) < span.end for span in spans)

    def next_open(self, at: datetime) -> datetime | None:
        """The moment (UTC) from ``at`` on when somebody answers; ``at`` itself when open. None: no hours are set."""
        if self.is_open(at):
            return at.astimezone(UTC)
        local = _local(at)
        for day in (local.date() + number * _DAY for number in range(LONGEST_WAIT)):
            starts = (datetime.combine(day, span.start, STOCKHOLM).astimezone(UTC) for span in self._spans(day))
            if later := [start for start in starts if start > at]:
                return min(later)
        return None

    def open_time(self, begin: datetime, end: datetime) -> timedelta:
        """How much of the time from ``begin`` to ``end`` (aware) somebody answered; real time over a clock change."""
        first, last = local_day(begin), local_day(end)
        total = timedelta()
        for number in range((last - first).days + 1):
            for span in self._spans(first + number * _DAY):
                total += _overlap(begin, end, day=first + number * _DAY, span=span)
        return total

    def _spans(self, day: date) -> tuple[Span, ...]:
        if day.weekday() >= len(self.hours) or not self.is_working_day(day):
            return ()
        return self.hours[day.weekday()]


def holiday_name(day: date) -> str:
    """What the red day or the eve is called in Swedish (``Midsommarafton``); empty for other days, Sundays too."""
    return _holidays(day.year).get(day, "")


def local_day(at: datetime) -> date:
    """The day that it was in Sweden at ``at``. Raises ValueError when ``at`` says no zone."""
    return _local(at).date()


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment must say its zone")
    return at.astimezone(STOCKHOLM)


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += _DAY
        yield day


def _overlap(begin: datetime, end: datetime, *, day: date, span: Span) -> timedelta:
    # In UTC: the difference of two local times would leave out the hour that a clock change takes or gives.
    starts = max(begin.astimezone(UTC), datetime.combine(day, span.start, STOCKHOLM).astimezone(UTC))
    ends = min(end.astimezone(UTC), datetime.combine(day, span.end, STOCKHOLM).astimezone(UTC))
    return max(ends - starts, timedelta())


@lru_cache(maxsize=64)
def _holidays(year: int) -> dict[date, str]:
    # ``de_facto`` holds the three eves. Sundays are left to the weekday.
    known = holidays.country_holidays(
        "SE", years=year, categories=("public", "de_facto"), language="sv", include_sundays=False
    )
    return dict(known.items())
