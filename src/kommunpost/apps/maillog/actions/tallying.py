# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Rows counted by mailbox, month and day."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection

from kommunpost.apps.maillog.rules.tallies import Key, counted
from kommunpost.apps.maillog.search_index.varints import decode, encode

_AT_ONCE = 2000


def count_rows(rows: Iterable[tuple[int, int, int]], *, by: int = 1) -> None:
    """Raise the tallies by rows of (id, mailbox id, direction), or lower them (``by`` -1). The caller holds the lock
    of the index.
    """
    counts = counted(sorted(rows), by=by)
    keys = sorted(counts)
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        for key, stored in _stored(part):
            counts[key] = [old + new for old, new in zip(stored, counts[key], strict=True)]
        _save([(key, counts[key]) for key in part])


def _stored(keys: Sequence[Key]) -> Iterator[tuple[Key, list[int]]]:
    marks = ",".join(["(%s,%s)"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT month, mailbox_id, incoming, outgoing, days FROM maillog_tally
                WHERE (month, mailbox_id) IN (VALUES {marks})""",
            [value for key in keys for value in key],
        )
        for month, mailbox_id, incoming, outgoing, days in cursor.fetchall():
            yield (month, mailbox_id), [incoming, outgoing, *(decode(bytes(days)).tolist() if month else ())]


def _save(counts: Sequence[tuple[Key, list[int]]]) -> None:
    marks = ",".join(["(%s,%s,%s,%s,%s)"] * len(counts))
    values = [value for key, numbers in counts for value in (*key, numbers[0], numbers[1], encode(numbers[2:]))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO maillog_tally (month, mailbox_id, incoming, outgoing, days) VALUES {marks}
                ON CONFLICT (month, mailbox_id) DO UPDATE
                SET incoming = excluded.incoming, outgoing = excluded.outgoing, days = excluded.days""",
            values,
        )
