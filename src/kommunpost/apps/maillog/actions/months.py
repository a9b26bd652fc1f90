"""On PostgreSQL the log is one table a month. Months are made when first needed, and one ahead."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import connection, transaction

from kommunpost.apps.maillog import guards
from kommunpost.apps.maillog.rules.ids import at_of, row_id
from kommunpost.apps.maillog.schema import END_OF_MONTHS, FIRST_MONTH

_known: set[tuple[str, str]] = set()
"""(database, partition) that are seen committed. Partitions are never renamed; one that disposal drops is never written
again.
"""


def ensure_months(identifiers: Iterable[int]) -> None:
    """Make the partitions in which rows with these ids belong, in this transaction. Does nothing on SQLite."""
    if connection.vendor != "postgresql":
        return
    moments = (at_of(identifier) for identifier in identifiers)
    for month in sorted({(at.year, at.month) for at in moments}):
        if FIRST_MONTH <= month < END_OF_MONTHS:
            _ensure(month)


def ensure_month_after(identifier: int) -> None:
    """Make the partition of the month that follows the row's, so that intake never has to."""
    at = at_of(identifier)
    ensure_months([row_id(datetime(*_following((at.year, at.month)), 1, tzinfo=UTC), 0)])


def _following(month: tuple[int, int]) -> tuple[int, int]:
    return (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)  # noqa: PLR2004 -- December


def _ensure(month: tuple[int, int]) -> None:
    name = f"maillog_logrow_{month[0]}_{month[1]:02}"
    key = (str(connection.settings_dict["NAME"]), name)
    if key in _known:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kommunpost.maillog.months')), to_regclass(%s)", [name])
        if cursor.fetchone()[1] is None:
            cursor.execute("SELECT to_regclass(%s)", [name])  # Again, now that whoever held the lock has committed.
            if cursor.fetchone()[0] is None:
                _make(name, month)
    transaction.on_commit(lambda: _known.add(key))


def _make(name: str, month: tuple[int, int]) -> None:
    first, end = (row_id(datetime(*start, 1, tzinfo=UTC), 0) for start in (month, _following(month)))
    with connection.cursor() as cursor:
        # ATTACH, unlike CREATE … PARTITION OF, lets those who write in other months go on.
        cursor.execute(f"CREATE TABLE {name} (LIKE maillog_logrow INCLUDING CONSTRAINTS)")
        cursor.execute(f"ALTER TABLE maillog_logrow ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({end})")
    guards.guard_month(connection, name)
