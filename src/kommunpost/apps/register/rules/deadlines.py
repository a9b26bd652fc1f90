"""When a record must be registered, and how late it is: the next working day, by the municipality's choice. Pure.

The law says "as soon as" (OSL 5:1); practice of the ombudsmen: the same day or the next working day.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kommunpost.core.swedish.working_days import WorkCalendar, local_day


class When(StrEnum):
    """The groups of every queue, in their order."""

    LATE = "late"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Clock:
    """How a record stands on a day. ``working_days``: left to the last day; negative is late."""

    last: date
    working_days: int
    when: When


def due_day(at: datetime, *, working_days: int, calendar: WorkCalendar) -> date:
    """The last day to register what came or left at ``at`` (aware)."""
    return calendar.add(local_day(at), working_days)


def clock(last: date, *, now: datetime, calendar: WorkCalendar) -> Clock:
    """Late from the day after the last one, whether it is a working day or not."""
    left = calendar.days_left(now, last=last)
    if last < local_day(now):
        return Clock(last, left, When.LATE)
    if left == 0:
        return Clock(last, left, When.TODAY)
    return Clock(last, left, When.TOMORROW if left == 1 else When.LATER)
