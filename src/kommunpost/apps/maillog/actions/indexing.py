# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Pending rows -> search index, vocabulary and tallies, each exactly once. Run by the worker, a few times a minute."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from kommunpost.apps.maillog.actions.months import ensure_month_after
from kommunpost.apps.maillog.rules.ids import day_of
from kommunpost.apps.maillog.rules.matching import Texts
from kommunpost.apps.maillog.rules.periods import EVERYBODY, day_period, month_period
from kommunpost.apps.maillog.search_index import sqlite
from kommunpost.core.swedish.search_words import stem, tokens

_AT_ONCE = 2000
PendingRow = tuple[int, int, int, str, str, str]
"""id, mailbox id, direction, sender, recipients, subject."""


def index_pending(limit: int = 5000) -> int:
    """Index at most ``limit`` pending rows in one transaction, and return how many. 0: nothing was left, or others have
    it.

    On PostgreSQL several workers may run it at once: rows are taken with SKIP LOCKED, counters are raised in rising
    order.
    """
    with transaction.atomic():
        rows = _take(limit)
        if not rows:
            return 0
        if connection.vendor == "sqlite":
            sqlite.add((row[0], row[1], row[3:]) for row in rows)
        _count_words(row[3:] for row in rows)
        _count_rows(rows)
        _forget([row[0] for row in rows])
        ensure_month_after(max(row[0] for row in rows))
    return len(rows)


def _take(limit: int) -> list[PendingRow]:
    lock = "FOR UPDATE OF pending SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM maillog_pending AS pending ORDER BY id LIMIT %s {lock}", [limit])
        taken = [row[0] for row in cursor.fetchall()]
        rows: list[PendingRow] = []
        for start in range(0, len(taken), _AT_ONCE):
            part = taken[start : start + _AT_ONCE]
            cursor.execute(
                f"""SELECT row.id, row.mailbox_id, row.direction, sender.text, recipients.text, subject.text
                    FROM maillog_logrow AS row
                    JOIN maillog_correspondents AS sender ON sender.id = row.sender_id
                    JOIN maillog_correspondents AS recipients ON recipients.id = row.recipients_id
                    JOIN maillog_subject AS subject ON subject.id = row.subject_id
                    WHERE row.id IN ({",".join(["%s"] * len(part))})""",
                part,
            )
            rows += cursor.fetchall()
    return rows


def _count_words(rows: Iterable[Texts]) -> None:
    counts: dict[str, list[int]] = {}
    for texts in rows:
        for field, text in enumerate(texts):
            for word in set(tokens(text)):
                counts.setdefault(word, [0, 0, 0])[field] += 1
    _raise_counters(
        "maillog_word",
        "word, stem, senders, recipients, subjects",
        [(word, stem(word), *counts[word]) for word in sorted(counts)],
        """(word) DO UPDATE SET senders = maillog_word.senders + excluded.senders,
           recipients = maillog_word.recipients + excluded.recipients,
           subjects = maillog_word.subjects + excluded.subjects""",
    )


def _count_rows(rows: Iterable[PendingRow]) -> None:
    counts: Counter[tuple[int, int, int]] = Counter()
    for identifier, mailbox_id, direction, *_texts in rows:
        day = day_of(identifier)
        for mailbox in (mailbox_id, EVERYBODY):
            for period in (day_period(day), month_period(day)):
                counts[mailbox, period, direction] += 1
    _raise_counters(
        "maillog_tally",
        "mailbox_id, period, direction, number",
        [(*key, counts[key]) for key in sorted(counts)],
        "(mailbox_id, period, direction) DO UPDATE SET number = maillog_tally.number + excluded.number",
    )


def _raise_counters(table: str, columns: str, rows: Sequence[tuple[str | int, ...]], on_conflict: str) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            marks = ",".join(["(" + ",".join(["%s"] * len(part[0])) + ")"] * len(part))
            values = [value for row in part for value in row]
            cursor.execute(f"INSERT INTO {table} ({columns}) VALUES {marks} ON CONFLICT {on_conflict}", values)


def _forget(identifiers: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(identifiers), _AT_ONCE):
            part = identifiers[start : start + _AT_ONCE]
            cursor.execute(f"DELETE FROM maillog_pending WHERE id IN ({','.join(['%s'] * len(part))})", part)
