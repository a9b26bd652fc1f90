"""Phone hours and who watches: what nobody covers (clause ``phone-hours-watch``), and when digests go. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from kommunpost.core.swedish.working_days import STOCKHOLM, Span, WorkCalendar


def open_spans(day: date, *, calendar: WorkCalendar) -> tuple[Span, ...]:
    """The phone hours of ``day``; none on days off."""
    if not calendar.is_working_day(day) or day.weekday() >= len(calendar.hours):
        return ()
    return calendar.hours[day.weekday()]


def uncovered(spans: Iterable[Span], shifts: Iterable[tuple[time, time]]) -> tuple[Span, ...]:
    """The parts of ``spans`` that no shift covers, in order."""
    gaps: list[Span] = []
    ordered = sorted(shifts)
    for span in spans:
        at = span.start
        for start, end in ordered:
            if end <= at or start >= span.end:
                continue
            if start > at:
                gaps.append(Span(at, start))
            at = max(at, end)
        if at < span.end:
            gaps.append(Span(at, span.end))
    return tuple(gaps)


def is_time_for_digest(times: Sequence[str], *, last: datetime | None, now: datetime, calendar: WorkCalendar) -> bool:
    """Whether one of ``times`` (``"08:00"``, local clock, working days) has come since the ``last`` digest."""
    local = now.astimezone(STOCKHOLM)
    if not calendar.is_working_day(local.date()):
        return False
    come = [datetime.combine(local.date(), time.fromisoformat(one), STOCKHOLM) for one in times]
    passed = [moment for moment in come if moment <= now]
    return bool(passed) and (last is None or last < max(passed))
