# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Rows are written in the transaction of their deliveries: the log is complete, or the mail was never taken in."""

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import connection, transaction

from kommunpost.apps.mailflow.events import DeliveryRecorded
from kommunpost.apps.maillog.actions.interning import CORRESPONDENTS, SUBJECTS, intern_texts
from kommunpost.apps.maillog.actions.months import ensure_months
from kommunpost.apps.maillog.rules.ids import DIRECTIONS, HOLDING_PEN, NEXT_MILLISECOND, row_id, storable

BETWEEN_RECIPIENTS = "\n"
_COLUMNS = "id, delivery_id, sender_id, recipients_id, subject_id, mailbox_id, direction"
_AT_ONCE = 2000
_LOADED_AT_ONCE = 10_000
Values = tuple[int, int, int, int, int, int]
"""A row without its id, in the order of the columns."""


def write_rows(deliveries: Sequence[DeliveryRecorded]) -> None:
    """Write a row for each delivery, and note it as pending for the index. To be called in the transaction of the
    deliveries.

    A handful of queries however many deliveries; safe in many processes at once. Texts are stored as they are, but for
    NUL and
    lone surrogates, which no database takes.
    """
    if not deliveries:
        return
    ensure_months(row_id(delivery.at, delivery.delivery_id) for delivery in deliveries)
    written = _insert_all(_rows(deliveries))
    _note_pending(written)


def load_rows(rows: Iterable[DeliveryRecorded]) -> int:
    """Fill the log with rows that have no delivery behind them, and return how many: for the demonstration and for
    measuring only.

    Each must have ``delivery_id`` 0, by which anybody can tell such rows; ``ValueError`` otherwise. Streams, in one
    transaction a
    ten thousand rows. The caller runs ``index_pending`` afterwards.
    """
    total = 0
    stream = iter(rows)
    while chunk := list(islice(stream, _LOADED_AT_ONCE)):
        if any(row.delivery_id for row in chunk):
            raise ValueError("Only rows with delivery_id 0 are loaded; real deliveries go through write_rows.")
        with transaction.atomic():
            write_rows(chunk)
        total += len(chunk)
    return total


def recipients_text(recipients: Iterable[str]) -> str:
    """The recipients as stored: one a line, in the order of the mail, repeats left out."""
    return BETWEEN_RECIPIENTS.join(dict.fromkeys(" ".join(storable(one).split()) for one in recipients))


def _rows(deliveries: Sequence[DeliveryRecorded]) -> dict[int, Values]:
    senders = [storable(delivery.sender) for delivery in deliveries]
    recipients = [recipients_text(delivery.recipients) for delivery in deliveries]
    subjects = [storable(delivery.subject) for delivery in deliveries]
    interned = intern_texts({CORRESPONDENTS: [*senders, *recipients], SUBJECTS: subjects})
    correspondents, subject_ids = interned[CORRESPONDENTS], interned[SUBJECTS]
    rows: dict[int, Values] = {}
    for delivery, sender, recipient, subject in zip(deliveries, senders, recipients, subjects, strict=True):
        identifier = _free(row_id(delivery.at, delivery.delivery_id), rows)
        rows[identifier] = (
            delivery.delivery_id, correspondents[sender], correspondents[recipient], subject_ids[subject],
            delivery.mailbox_id or HOLDING_PEN, DIRECTIONS.index(delivery.direction),
        )  # fmt: skip
    return rows


def _free(identifier: int, taken: dict[int, Values]) -> int:
    while identifier in taken:
        identifier += NEXT_MILLISECOND
    return identifier


def _insert_all(rows: dict[int, Values]) -> list[int]:
    written: list[int] = []
    while rows:
        inserted = _insert(rows)
        written += inserted
        done = set(inserted)
        # The id was taken by another row: 32,768 deliveries later in the same millisecond. A millisecond more is near
        # enough.
        left: dict[int, Values] = {}
        for identifier, values in rows.items():
            if identifier not in done:
                left[_free(identifier + NEXT_MILLISECOND, left)] = values
        rows = left
        ensure_months(rows)
    return written


def _insert(rows: dict[int, Values]) -> list[int]:
    inserted: list[int] = []
    ordered = sorted(rows)
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), _AT_ONCE):
            part = ordered[start : start + _AT_ONCE]
            marks = ",".join(["(%s,%s,%s,%s,%s,%s,%s)"] * len(part))
            values = [value for identifier in part for value in (identifier, *rows[identifier])]
            cursor.execute(
                f"INSERT INTO maillog_logrow ({_COLUMNS}) VALUES {marks} ON CONFLICT (id) DO NOTHING RETURNING id",
                values,
            )
            inserted += [row[0] for row in cursor.fetchall()]
    return inserted


def _note_pending(identifiers: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(identifiers), _AT_ONCE):
            part = identifiers[start : start + _AT_ONCE]
            cursor.execute(f"INSERT INTO maillog_pending (id) VALUES {','.join(['(%s)'] * len(part))}", part)
