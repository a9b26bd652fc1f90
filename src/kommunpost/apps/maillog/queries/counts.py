# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""How many rows: from the tallies, with what is pending added, in one statement and so at one moment."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from kommunpost.apps.maillog.queries.model import LogFilter, TextNotCounted
from kommunpost.apps.maillog.rules.ids import day_of
from kommunpost.apps.maillog.rules.periods import EVERYBODY, Span, day_of_period, day_period, months_within, spans

TallyRow = tuple[int, int, int, int, int]
"""Period or row id, mailbox id, direction, number, and 1 if it is a pending row."""

# CROSS JOIN: SQLite keeps the order of the tables, and never reads the log to look for the few that are pending.
_PENDING = """SELECT row.id, row.mailbox_id, row.direction, 1, 1 FROM maillog_pending AS pending
    CROSS JOIN maillog_logrow AS row WHERE row.id = pending.id AND pending.id BETWEEN %s AND %s"""


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
    first = day_period(filter.since) if filter.since else 0
    last = day_period(filter.until) if filter.until else 9999_99_99
    counts: Counter[tuple[date, int]] = Counter()
    for key, _mailbox, direction, number, is_row in _tallies(filter, [Span(first, last, months=False)]):
        day = day_of(key) if is_row else day_of_period(key)
        counts[day, direction] += number
    days = sorted({day for day, _direction in counts})
    return [DayCount(day, incoming=counts[day, 0], outgoing=counts[day, 1]) for day in days]


def counts_by_mailbox(*, filter: LogFilter) -> dict[int, int]:  # noqa: A002
    """Mailbox id (0: the holding pen) -> rows. Raises ``TextNotCounted`` for a filter with words."""
    if filter.is_empty:
        return {}
    _refuse_words(filter)
    counts: Counter[int] = Counter()
    for _key, mailbox, _direction, number, _is_row in _tallies(
        filter, spans(filter.since, filter.until), each_mailbox=True
    ):
        counts[mailbox] += number
    return dict(counts)


def count_rows(wanted: LogFilter) -> int:
    """How many rows, from the tallies. The filter has no words."""
    if wanted.is_empty:
        return 0
    return sum(row[3] for row in _tallies(wanted, spans(wanted.since, wanted.until)))


def rows_in_all() -> int:
    """How many indexed rows the log has: to choose a plan by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT SUM(number) FROM maillog_tally WHERE mailbox_id = %s AND period %% 100 = 0", [EVERYBODY])
        return int(cursor.fetchone()[0] or 0)


def _refuse_words(wanted: LogFilter) -> None:
    if wanted.conditions:
        raise TextNotCounted


def _tallies(wanted: LogFilter, periods: Iterable[Span], *, each_mailbox: bool = False) -> list[TallyRow]:
    """All that falls in the filter."""
    scope = wanted.scope()
    mailbox, mailbox_values = _mailboxes(scope.mailbox_ids, each_mailbox=each_mailbox)
    parts: list[str] = []
    values: list[int] = []
    # A SELECT for each span, so that each is one range in the index.
    for span in periods:
        where, span_values = _periods(span)
        parts.append(f"SELECT period, mailbox_id, direction, number, 0 FROM maillog_tally WHERE {mailbox} AND {where}")
        values += [*mailbox_values, *span_values]
    pending = _PENDING
    if scope.mailbox_ids is not None:
        pending += f" AND row.mailbox_id IN ({','.join(['%s'] * len(scope.mailbox_ids))})"
    values += [scope.lowest, scope.highest, *sorted(scope.mailbox_ids or ())]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([*parts, pending]), values)
        rows: list[TallyRow] = cursor.fetchall()
    return [row for row in rows if scope.direction is None or row[2] == scope.direction]


def _periods(span: Span) -> tuple[str, list[int]]:
    if not span.months:
        return "period BETWEEN %s AND %s AND period %% 100 <> 0", [span.first, span.last]
    months = months_within(span)
    if months is None:
        return "period BETWEEN %s AND %s AND period %% 100 = 0", [span.first, span.last]
    return f"period IN ({','.join(['%s'] * len(months))}) AND period %% 100 = 0", months


def _mailboxes(mailbox_ids: frozenset[int] | None, *, each_mailbox: bool) -> tuple[str, list[int]]:
    if mailbox_ids is not None:
        return f"mailbox_id IN ({','.join(['%s'] * len(mailbox_ids))})", sorted(mailbox_ids)
    if each_mailbox:
        return "mailbox_id >= 0", []
    return "mailbox_id = %s", [EVERYBODY]
