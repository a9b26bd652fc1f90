"""The months by which rows are counted, as ``202603``, and the days in them. Pure."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

EVERYBODY = -1
"""The mailbox under which all mailboxes are counted together."""

EVER = 0
"""The month under which all months are counted together."""

SLOTS = 62
"""The days of a tally: 31 for what came in, 31 for what went out, whatever the length of the month."""

_YEAR = 100
_DAYS = 31
_DECEMBER = 12


def month_of(day: date) -> int:
    """``2026-03-12`` -> ``202603``."""
    return day.year * _YEAR + day.month


def slot_of(day: date, direction: int) -> int:
    """The place of a day among the slots of its month; ``direction`` 0 is in, 1 is out."""
    return direction * _DAYS + day.day - 1


def day_of_slot(month: int, slot: int) -> tuple[date, int]:
    """The day and the direction of a slot that has been counted in."""
    direction, day = divmod(slot, _DAYS)
    return date(month // _YEAR, month % _YEAR, day + 1), direction


def days_of(month: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    first = date(month // _YEAR, month % _YEAR, 1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def months_between(first: int, last: int) -> Iterator[int]:
    """All months from ``first`` to ``last``, both included."""
    month = first
    while month <= last:
        yield month
        month += 1 if month % _YEAR < _DECEMBER else _YEAR - _DECEMBER + 1


def is_whole(month: int, since: date | None, until: date | None) -> bool:
    """Whether each day of the month lies in ``since``..``until`` (``None`` is open)."""
    first, last = days_of(month)
    return (since is None or since <= first) and (until is None or until >= last)
