# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Is the log whole? Every delivery has exactly one row, every row names texts that stand, and the tallies are exact."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection

from kommunpost.apps.mailflow.models import Delivery
from kommunpost.apps.maillog.models import LogRow, Pending, Tally
from kommunpost.apps.maillog.rules.ids import LAST_ID, NEXT_MILLISECOND, id_range, row_id
from kommunpost.apps.maillog.rules.periods import EVERYBODY, days_of
from kommunpost.apps.maillog.rules.tallies import counted
from kommunpost.apps.maillog.search_index.varints import decode

_AT_ONCE = 2000
_MOST_BUMPS = 64


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong, as a code, and with what: ``delivery_without_row`` ``delivery:12``, ``tally_wrong``
    ``mailbox:3/202603`` …
    """

    code: str
    subject: str


def verify_rows() -> Iterator[Defect]:
    """Every defect of the log, as a stream; nothing when it is whole. Reads all rows: minutes on a log of millions.

    Rows whose delivery is gone are no defect: disposal removes mail and leaves the log.
    """
    yield from _deliveries_without_row()
    yield from _rows_twice()
    yield from _rows_without_texts()
    yield from _wrong_tallies()


def _deliveries_without_row() -> Iterator[Defect]:
    stream = Delivery.objects.order_by("id").values_list("id", "at").iterator(_AT_ONCE)
    while chunk := list(islice(stream, _AT_ONCE)):
        waiting = {delivery_id: row_id(at, delivery_id) for delivery_id, at in chunk}
        for _bump in range(_MOST_BUMPS):
            if not waiting:
                break
            found = dict(LogRow.objects.filter(id__in=waiting.values()).values_list("id", "delivery_id"))
            # No row at that id: the delivery has none, here or a millisecond later.
            for delivery_id in [one for one, identifier in waiting.items() if identifier not in found]:
                del waiting[delivery_id]
                yield Defect("delivery_without_row", f"delivery:{delivery_id}")
            waiting = {
                delivery_id: identifier + NEXT_MILLISECOND
                for delivery_id, identifier in waiting.items()
                if found[identifier] != delivery_id
            }


def _rows_twice() -> Iterator[Defect]:
    stream = LogRow.objects.exclude(delivery_id=0).order_by("id").values_list("id", "delivery_id").iterator(_AT_ONCE)
    while chunk := list(islice(stream, _AT_ONCE)):
        times = dict(Delivery.objects.filter(id__in={row[1] for row in chunk}).values_list("id", "at"))
        moved = [row for row in chunk if row[1] in times and row[0] != row_id(times[row[1]], row[1])]
        for identifier, delivery_id in moved:
            if _is_second(identifier, delivery_id, row_id(times[delivery_id], delivery_id)):
                yield Defect("delivery_with_two_rows", f"delivery:{delivery_id}")


def _is_second(identifier: int, delivery_id: int, first: int) -> bool:
    # A row that was moved for want of room is the delivery's only one, a few milliseconds after its place.
    bumps, rest = divmod(identifier - first, NEXT_MILLISECOND)
    if rest or not 0 < bumps <= _MOST_BUMPS:
        return True
    before = [first + bump * NEXT_MILLISECOND for bump in range(bumps)]
    return LogRow.objects.filter(id__in=before, delivery_id=delivery_id).exists()


def _rows_without_texts() -> Iterator[Defect]:
    for column, table in (
        ("sender_id", "maillog_correspondents"),
        ("recipients_id", "maillog_correspondents"),
        ("subject_id", "maillog_subject"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT id FROM maillog_logrow
                    WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.id = maillog_logrow.{column})"""
            )
            while found := cursor.fetchmany(_AT_ONCE):
                yield from (Defect("row_without_text", f"log:{row[0]}") for row in found)


def _wrong_tallies() -> Iterator[Defect]:
    expected = _counted()
    stored = {(one.month, one.mailbox_id): _numbers_of(one) for one in Tally.objects.iterator(_AT_ONCE)}
    for key in sorted(expected.keys() | stored.keys()):
        # Rows may be written and indexed while we read: what differs is counted again, all at one moment.
        if expected.get(key, ()) != stored.get(key, ()) and not _is_exact(*key):
            yield Defect("tally_wrong", f"mailbox:{key[1]}/{key[0]}")


def _counted() -> dict[tuple[int, int], tuple[int, ...]]:
    """What the tallies should say: all rows that are not pending."""
    pending = set(Pending.objects.values_list("id", flat=True))
    stream = LogRow.objects.order_by("id").values_list("id", "mailbox_id", "direction").iterator(_AT_ONCE)
    counts: dict[tuple[int, int], list[int]] = {}
    while chunk := list(islice(stream, _AT_ONCE)):
        for key, numbers in counted([row for row in chunk if row[0] not in pending]).items():
            before = counts.get(key, [0] * len(numbers))
            counts[key] = [old + new for old, new in zip(before, numbers, strict=True)]
    return {key: tuple(numbers) for key, numbers in counts.items()}


def _numbers_of(tally: Tally) -> tuple[int, ...]:
    return (tally.incoming, tally.outgoing, *decode(bytes(tally.days)).tolist())


def _is_exact(month: int, mailbox_id: int) -> bool:
    """Whether tally and rows agree, both read at one moment."""
    lowest, highest = id_range(*days_of(month)) if month else (0, LAST_ID)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT incoming, outgoing, -1, days FROM maillog_tally WHERE month = %s AND mailbox_id = %s
               UNION ALL SELECT id, mailbox_id, direction, NULL FROM maillog_logrow
               WHERE id BETWEEN %s AND %s AND (mailbox_id = %s OR %s)
               AND NOT EXISTS (SELECT 1 FROM maillog_pending WHERE maillog_pending.id = maillog_logrow.id)""",
            [month, mailbox_id, lowest, highest, mailbox_id, mailbox_id == EVERYBODY],
        )
        found = cursor.fetchall()
    tally = next(((row[0], row[1], *decode(bytes(row[3])).tolist()) for row in found if row[2] < 0), ())
    expected = counted([(row[0], row[1], row[2]) for row in found if row[2] >= 0]).get((month, mailbox_id), ())
    return any(tally) == any(expected) and (not any(tally) or tuple(expected) == tally)
