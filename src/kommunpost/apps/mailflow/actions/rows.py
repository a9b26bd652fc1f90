# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""The statements of intake, by hand: one for each table and group, where the ORM took most of the time (ADR 0006)."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from django.db import connection

from kommunpost.apps.mailflow.rules.identity import Identity

_VALUES_AT_ONCE = 20_000
"""Under both databases' limit of values in one statement (32,766 and 65,535)."""
_T = TypeVar("_T")
Row = Sequence[Any]


def add_blobs(rows: Sequence[Row]) -> list[str]:
    """Rows of digest (each once, in rising order), size, stored size, time. Those that stand are locked, so that an
    erasure that runs now waits for us, or we for it. Returns the digests whose bytes are erased.
    """
    columns = "digest, size, stored_size, stored_at"
    # The assignment changes nothing: it is there to lock the row, and to hand it back.
    end = "ON CONFLICT (digest) DO UPDATE SET size = mailflow_blob.size RETURNING digest, erased_at"
    return [digest for digest, erased_at in _insert("mailflow_blob", columns, rows, end) if erased_at is not None]


def claim_blob(digest: str, *, size: int, stored_size: int, now: datetime) -> None:
    """Put a row that says "erased" where none stands, and hold it until commit. Waits for whoever writes one now."""
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mailflow_blob (digest, size, stored_size, stored_at, erased_at) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (digest) DO NOTHING",
            [digest, size, stored_size, at, at],
        )


def find_messages(*, contents: Sequence[str], message_ids: Sequence[str]) -> list[tuple[int, Identity]]:
    """Messages with one of the contents or one of the Message-IDs, locked until commit: two processes that take in the
    same old message must not both find that a delivery is missing.
    """
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    either = [f"content_digest IN ({_marks(contents)})"]
    either += [f"message_id IN ({_marks(message_ids)})"] if message_ids else []
    asked = f"SELECT id, content_digest, message_id FROM mailflow_message WHERE {' OR '.join(either)} ORDER BY id{lock}"
    with connection.cursor() as cursor:
        cursor.execute(asked, [*contents, *message_ids])
        return [(pk, Identity(content, message_id)) for pk, content, message_id in cursor.fetchall()]


MESSAGE_COLUMNS = (
    "content_digest, message_id, blob_id, size, subject, sender_name, sender_address, date, first_seen_at, id_reused, "
    "automatic, defects, preview, attachment_count"
)


def add_messages(rows: Sequence[Row]) -> Iterator[tuple[int, Identity, bool]]:
    """Rows of ``MESSAGE_COLUMNS``, in order of identity. Gives id, identity, and if it was made now: on a race with
    another process the row that won is handed back and locked, and nothing of it changes.
    """
    made = "xmax = 0" if connection.vendor == "postgresql" else "1"
    end = (
        "ON CONFLICT (content_digest, message_id) DO UPDATE SET content_digest = excluded.content_digest "
        f"RETURNING id, content_digest, message_id, {made}"
    )
    for pk, content, message_id, is_new in _insert("mailflow_message", MESSAGE_COLUMNS, rows, end):
        yield pk, Identity(content, message_id), bool(is_new)


DELIVERY_COLUMNS = "message_id, mailbox_id, address, direction, at, route, blob_id, envelope_sender"


def add_deliveries(rows: Sequence[Row]) -> Iterator[tuple[int, int, int | None, str, str]]:
    """Rows of ``DELIVERY_COLUMNS``. Gives id, message, mailbox, address and direction, in no order."""
    end = "RETURNING id, message_id, mailbox_id, address, direction"
    yield from _insert("mailflow_delivery", DELIVERY_COLUMNS, rows, end)


def time_value() -> Callable[[datetime | None], object]:
    """What the database takes for an aware time. For one group: the mails of a group share most of their times."""
    adapt: Callable[[datetime | None], object] = connection.ops.adapt_datetimefield_value
    return cache(adapt)


def json_value(value: object) -> str:
    """What the database takes for JSON: both read text."""
    return json.dumps(value)


def _insert(table: str, columns: str, rows: Sequence[Row], end: str) -> Iterator[tuple[Any, ...]]:
    if not rows:
        return
    width = len(rows[0])
    mark = f"({','.join(['%s'] * width)})"
    with connection.cursor() as cursor:
        for part in _parts(rows, _VALUES_AT_ONCE // width):
            marks = ",".join([mark] * len(part))
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES {marks} {end}", [value for row in part for value in row]
            )
            yield from cursor.fetchall()


def _parts(rows: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(rows)
    while part := list(islice(rest, size)):
        yield part


def _marks(values: Sequence[object]) -> str:
    return ",".join(["%s"] * len(values))
