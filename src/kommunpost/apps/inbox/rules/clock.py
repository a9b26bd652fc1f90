"""The clock of a conversation: clause ``answer-in-two-working-days``. Pure; the calendar and the time come in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kommunpost.core.mail.model import AutomaticKind
from kommunpost.core.swedish.working_days import WorkCalendar, local_day

_INSTANT = timedelta(microseconds=1)

AWAITS_ANSWER: Mapping[str, bool] = {
    "": True,
    # A form on the web, or the telephone exchange, speaks for somebody who waits.
    AutomaticKind.GENERATED: True,
    AutomaticKind.AUTO_REPLY: False,
    AutomaticKind.BOUNCE: False,
    AutomaticKind.RECEIPT: False,
    AutomaticKind.LIST: False,
    AutomaticKind.BULK: False,
    AutomaticKind.CALENDAR_REPLY: False,
}
"""Whether somebody waits for an answer, by the kind of automatic mail ("" is a person's). A request for silence
(X-Auto-Response-Suppress) is no such kind: who asks that no machine answers still waits for a person to.
"""


class Group(StrEnum):
    """The groups of a queue, in their order."""

    LATE = "late"
    TODAY = "today"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands. ``days`` working days are left; negative: so many late. ``last``: the last day to answer."""

    group: Group
    last: date
    days: int


def awaits_answer(automatic: str) -> bool:
    """Whether a mail of this kind starts the clock."""
    return AWAITS_ANSWER[automatic]


def due_at(arrived: datetime, *, calendar: WorkCalendar, working_days: int) -> datetime:
    """The midnight (UTC) that ends the last day for answering what came at ``arrived``."""
    return calendar.due(arrived, working_days=working_days)


def end_of(day: date, *, calendar: WorkCalendar) -> datetime:
    """The midnight (UTC) that ends ``day``, or the next working day when it is none: a day promised to somebody."""
    return calendar.due(_noon(day), working_days=0)


def last_day(due: datetime) -> date:
    """The day that ``due`` ends."""
    return local_day(due - _INSTANT)


def standing(due: datetime, *, now: datetime, calendar: WorkCalendar) -> Standing:
    """How the clock that runs out at ``due`` stands at ``now``."""
    last, today = last_day(due), local_day(now)
    days = calendar.count(today, last)
    if now >= due:
        return Standing(Group.LATE, last, min(days, -1))
    if last == today:
        return Standing(Group.TODAY, last, 0)
    return Standing(Group.NEXT if days <= 1 else Group.LATER, last, days)


def is_due_soon(due: datetime, *, now: datetime, calendar: WorkCalendar, warn_before: int) -> bool:
    """Whether it is time to warn: ``warn_before`` working days or fewer are left, and it is not late yet."""
    return now < due and calendar.days_left(now, last=last_day(due)) < warn_before


def _noon(day: date) -> datetime:
    # Noon is the same day in every offset that Sweden has.
    return datetime.fromisoformat(f"{day.isoformat()}T12:00:00+01:00")
