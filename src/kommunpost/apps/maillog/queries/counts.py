# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""How many rows: from the tallies, with what is pending added, in one statement and so at one moment."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db import connection

from kommunpost.apps.maillog.queries.model import LogFilter, TextNotCounted
from kommunpost.apps.maillog.rules.ids import day_of, first_id
from kommunpost.apps.maillog.rules.periods import (
    EVER,
    EVERYBODY,
    SLOTS,
    day_of_slot,
    days_of,
    is_whole,
    month_of,
    months_between,
)
from kommunpost.apps.maillog.search_index import Extent
from kommunpost.apps.maillog.search_index.varints import decode

TallyRow = tuple[int, int, int, int, bytes | None]
"""Month (or id of a pending row), mailbox id, incoming, outgoing, days (None: a pending row)."""

# CROSS JOIN: SQLite keeps the order of the tables, and never reads the log to look for the few that are pending.
_PENDING = """SELECT row.id, row.mailbox_id, 1 - row.direction, row.direction, NULL FROM maillog_pending AS pending
    CROSS JOIN maillog_logrow AS row WHERE row.id = pending.id AND pending.id BETWEEN %s AND %s"""
_NO_DAYS = {"sqlite": "x''", "postgresql": "''::bytea"}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayCount:
    """The rows of one day in Sweden."""

    day: date
    incoming: int
    outgoing: int


def counts_by_day(*, filter: LogFilter) -> list[DayCount]:  # noqa: A002
    """Days that have rows, oldest first. Raises ``TextNotCounted`` for a filter with words."""
    if filter.is_empty:
        return []
    _refuse_words(filter)
    counts: Counter[tuple[date, int]] = Counter()
    by_month: dict[int, list[bytes]] = {}
    months = months_touched(filter)
    for key, _mailbox, _incoming, outgoing, days in tallies(filter, months, months):
        if days is None:
            counts[day_of(key), outgoing] += 1
        else:
            by_month.setdefault(key, []).append(days)
    for month, tallied in by_month.items():
        for slot, number in enumerate(_summed(tallied)):
            if number and _is_within(day_of_slot(month, slot)[0], filter):
                counts[day_of_slot(month, slot)] += number
    counts = _in_direction(counts, filter)
    days_with_rows = sorted({day for (day, _direction), number in counts.items() if number})
    return [DayCount(day, incoming=counts[day, 0], outgoing=counts[day, 1]) for day in days_with_rows]


def counts_by_mailbox(*, filter: LogFilter) -> dict[int, int]:  # noqa: A002
    """Mailbox id (0: the holding pen) -> rows. Raises ``TextNotCounted`` for a filter with words."""
    if filter.is_empty:
        return {}
    _refuse_words(filter)
    counts: Counter[int] = Counter()
    for mailbox, number in _numbers(filter, each_mailbox=True):
        counts[mailbox] += number
    return {mailbox: number for mailbox, number in counts.items() if number}


def count_rows(wanted: LogFilter) -> int:
    """How many rows, from the tallies. The filter has no words."""
    return 0 if wanted.is_empty else sum(number for _mailbox, number in _numbers(wanted))


def extent() -> Extent:
    """About how much is indexed: to choose a plan by."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT COALESCE((SELECT incoming + outgoing FROM maillog_tally
                WHERE month = {EVER} AND mailbox_id = {EVERYBODY}), 0), {_edge("min")}, {_edge("max")}"""
        )
        rows, oldest, newest = cursor.fetchone()
    if not oldest:
        return Extent(rows=0, lowest=0, highest=-1)
    first, last = days_of(newest)
    return Extent(rows=rows, lowest=first_id(days_of(oldest)[0]), highest=_newest(first, last + _ONE_DAY))


def _newest(first: date, end: date) -> int:
    """The newest row of the newest month: the rest of that month would look like a time without hits."""
    highest = first_id(end) - 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM maillog_logrow WHERE id BETWEEN %s AND %s", [first_id(first), highest])
        newest = cursor.fetchone()[0]
    return highest if newest is None else int(newest)


def rows_of(mailbox_ids: Iterable[int]) -> int:
    """About how many indexed rows the mailboxes have."""
    ids = sorted(mailbox_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT SUM(incoming + outgoing) FROM maillog_tally
                WHERE month = {EVER} AND mailbox_id IN ({_marks(ids)})""",
            ids,
        )
        return int(cursor.fetchone()[0] or 0)


def _refuse_words(wanted: LogFilter) -> None:
    if wanted.conditions:
        raise TextNotCounted


def _numbers(wanted: LogFilter, *, each_mailbox: bool = False) -> Iterable[tuple[int, int]]:
    """(mailbox id, rows) of all that falls in the filter; a mailbox may come several times."""
    is_ever = wanted.since is None and wanted.until is None
    months = [EVER] if is_ever else months_touched(wanted)
    # The days are asked for only where a month is not whole: there are thousands of mailboxes.
    parts = {month: _slots_within(month, wanted) for month in months if month and not _is_whole(month, wanted)}
    for key, mailbox, incoming, outgoing, days in tallies(wanted, months, parts, each_mailbox=each_mailbox):
        numbers = (incoming, outgoing)
        if days is not None and key in parts:
            inside = decode(bytes(days))[parts[key]].reshape(2, -1)
            numbers = (int(inside[0].sum()), int(inside[1].sum()))
        yield mailbox, sum(numbers) if not wanted.direction else numbers[wanted.direction == "out"]


def _is_whole(month: int, wanted: LogFilter) -> bool:
    return is_whole(month, wanted.since, wanted.until)


def _slots_within(month: int, wanted: LogFilter) -> list[int]:
    """The slots of the days in the filter: first those that came in, then as many that went out."""
    inside = [number for number, day in enumerate(_days(month)) if _is_within(day, wanted)]
    return [*inside, *(SLOTS // 2 + number for number in inside)]


def _days(month: int) -> list[date]:
    first, last = days_of(month)
    return [first + number * _ONE_DAY for number in range((last - first).days + 1)]


def _is_within(day: date, wanted: LogFilter) -> bool:
    return (wanted.since is None or day >= wanted.since) and (wanted.until is None or day <= wanted.until)


def _in_direction(counts: Counter[tuple[date, int]], wanted: LogFilter) -> Counter[tuple[date, int]]:
    if not wanted.direction:
        return counts
    return Counter({key: number for key, number in counts.items() if key[1] == (wanted.direction == "out")})


def _summed(tallied: Sequence[bytes]) -> list[int]:
    """The slots of several tallies of one month, added."""
    numbers = decode(b"".join(bytes(days) for days in tallied))
    return np.reshape(numbers, (-1, SLOTS)).sum(axis=0).tolist()  # type: ignore[no-any-return]


def months_touched(wanted: LogFilter) -> list[int]:
    """The months that the filter touches and that have tallies at all, about."""
    ends = ("min", "max")
    pending = (f"(SELECT {end}(id) FROM maillog_pending)" for end in ends)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([*map(_edge, ends), *pending])}")
        oldest, newest, *ids = cursor.fetchone()
    # What is pending now may be tallied when the tallies are read.
    months = [month for month in (oldest, newest) if month] + [month_of(day_of(one)) for one in ids if one is not None]
    if not months:
        return []
    first = max(min(months), month_of(wanted.since)) if wanted.since else min(months)
    last = min(max(months), month_of(wanted.until)) if wanted.until else max(months)
    return list(months_between(first, last))


def _edge(end: str) -> str:
    return f"(SELECT {end}(month) FROM maillog_tally WHERE month > {EVER})"


def tallies(
    wanted: LogFilter, months: Sequence[int], by_day: Collection[int], *, each_mailbox: bool = False
) -> list[TallyRow]:
    """All that falls in the months, and what is pending in the period of the filter. The days only of the months
    ``by_day``.
    """
    scope = wanted.scope()
    mailbox, mailbox_values = _mailboxes(scope.mailbox_ids, each_mailbox=each_mailbox)
    days = _NO_DAYS[connection.vendor]
    if by_day:
        days = f"CASE WHEN month IN ({_marks(by_day)}) THEN days ELSE {days} END"
    # A list, not a range: each month and mailbox is one step into the index.
    tallies = f"""SELECT month, mailbox_id, incoming, outgoing, {days} FROM maillog_tally
        WHERE month IN ({_marks(months)}) AND {mailbox}"""
    pending, pending_values = _PENDING, [scope.lowest, scope.highest]
    if scope.mailbox_ids is not None:
        pending += f" AND row.mailbox_id IN ({_marks(scope.mailbox_ids)})"
        pending_values += sorted(scope.mailbox_ids)
    values = [*by_day, *months, *mailbox_values, *pending_values]
    with connection.cursor() as cursor:
        cursor.execute(f"{tallies} UNION ALL {pending}" if months else pending, values if months else pending_values)
        return cursor.fetchall()  # type: ignore[no-any-return]


def _mailboxes(mailbox_ids: frozenset[int] | None, *, each_mailbox: bool) -> tuple[str, list[int]]:
    if mailbox_ids is not None:
        return f"mailbox_id IN ({_marks(mailbox_ids)})", sorted(mailbox_ids)
    if each_mailbox:
        return "mailbox_id >= 0", []
    return "mailbox_id = %s", [EVERYBODY]


def _marks(values: Iterable[object]) -> str:
    return ",".join("%s" for _ in values)
