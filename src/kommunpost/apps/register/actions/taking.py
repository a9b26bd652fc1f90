# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Every delivery becomes a record of its authority's, in the transaction that writes it: nothing falls between."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from kommunpost.apps.mailflow.events import DeliveryRecorded
from kommunpost.apps.register.rules.deadlines import due_day
from kommunpost.core.guidelines import load_profile
from kommunpost.core.swedish.working_days import WorkCalendar

_COLUMNS = "message_id, committee_id, mailbox_id, direction, at, due_on"
_ROWS_AT_ONCE = 500
CALENDAR = WorkCalendar()


def note_deliveries(deliveries: Sequence[DeliveryRecorded]) -> None:
    """A record for each message and authority; a message that has come or gone anew is looked at once more.

    Called inside the transaction that writes the deliveries. One statement a group of mail, two where some mail was
    here before.
    """
    if not deliveries:
        return
    days = working_days()
    adapt = connection.ops.adapt_datetimefield_value
    rows = [
        (
            one.message_id, one.committee_id, one.mailbox_id, one.direction, adapt(one.at),
            connection.ops.adapt_datefield_value(due_day(one.at, working_days=days, calendar=CALENDAR)),
        )
        for one in sorted(deliveries, key=_order)
    ]  # fmt: skip
    back = {one.message_id for one in deliveries if not one.is_first}
    with connection.cursor() as cursor:
        for part in (rows[start : start + _ROWS_AT_ONCE] for start in range(0, len(rows), _ROWS_AT_ONCE)):
            made = _insert(cursor, part)
            if again := sorted({row[0] for row in part} & back):
                _look_again(cursor, again, made=made)


def working_days() -> int:
    """Working days that the municipality gives itself to register."""
    return _working_days(settings.PROFILE)


@lru_cache(maxsize=4)
def _working_days(profile: str) -> int:
    return load_profile(profile).answer_times.registration


def _order(one: DeliveryRecorded) -> tuple[int, datetime, int]:
    # The mailbox that had it first stands on the record; and rows in one order never lock each other out.
    return one.message_id, one.at, one.delivery_id


def _insert(cursor: CursorWrapper, rows: Sequence[Sequence[Any]]) -> list[int]:
    marks = ",".join(["(%s,%s,%s,%s,%s,%s)"] * len(rows))
    cursor.execute(
        f"INSERT INTO register_record ({_COLUMNS}) VALUES {marks} ON CONFLICT DO NOTHING RETURNING id",
        [value for row in rows for value in row],
    )
    return [row[0] for row in cursor.fetchall()]


def _look_again(cursor: CursorWrapper, message_ids: Sequence[int], *, made: Sequence[int]) -> None:
    # Also those that wait already: the worker may be looking just now, and must not overlook this delivery.
    older = f" AND id NOT IN ({_marks(made)})" if made else ""
    cursor.execute(
        f"UPDATE register_record SET looked_at = NULL WHERE message_id IN ({_marks(message_ids)}){older}",
        [*message_ids, *made],
    )


def _marks(values: Sequence[object]) -> str:
    return ",".join(["%s"] * len(values))
