"""Rows counted by month and mailbox. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta

from kommunpost.apps.maillog.rules.ids import day_of, first_id
from kommunpost.apps.maillog.rules.periods import EVER, EVERYBODY, SLOTS, month_of, slot_of

Key = tuple[int, int]
"""Month (0: ever), mailbox id (-1: all)."""


def counted(rows: Sequence[tuple[int, int, int]], *, by: int = 1) -> dict[Key, list[int]]:
    """Rows of (id, mailbox id, direction), oldest first -> by key: incoming, outgoing, and (but for "ever") the slots
    of the days. Each row counts ``by``.
    """
    counts: dict[Key, list[int]] = {}
    if not rows:
        return counts
    days = _Days(rows)
    for identifier, mailbox_id, direction in rows:
        day = days.of(identifier)
        month, slot = month_of(day), slot_of(day, direction)
        for mailbox in (mailbox_id, EVERYBODY):
            ever = counts.setdefault((EVER, mailbox), [0, 0])
            numbers = counts.setdefault((month, mailbox), [0] * (2 + SLOTS))
            ever[direction] += by
            numbers[direction] += by
            numbers[2 + slot] += by
    return counts


class _Days:
    """The Swedish days of many ids, without asking the time zone for each."""

    def __init__(self, rows: Sequence[tuple[int, int, int]]) -> None:
        first, last = day_of(rows[0][0]), day_of(rows[-1][0])
        # Rows of far apart days are seldom in one batch; a list of all days between is still short.
        self.days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        self.starts = [first_id(day) for day in self.days]

    def of(self, identifier: int) -> date:
        return self.days[bisect_right(self.starts, identifier) - 1]
