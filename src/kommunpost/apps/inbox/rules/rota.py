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


def latest_digest(times: Sequence[str], *, now: datetime, calendar: WorkCalendar) -> datetime | None:
    """The latest of ``times`` (``"08:00"``, local clock) that has come today; None before it, and on days off.

    What was there by then is told; what came after waits for the next of them.
    """
    local = now.astimezone(STOCKHOLM)
    if not calendar.is_working_day(local.date()):
        return None
    come = [datetime.combine(local.date(), time.fromisoformat(one), STOCKHOLM) for one in times]
    return max((moment for moment in come if moment <= now), default=None)
