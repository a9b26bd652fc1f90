# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Pending rows -> search index, vocabulary and tallies, each exactly once. Run by the worker, a few times a minute."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from kommunpost.apps.maillog.actions.months import ensure_month_after
from kommunpost.apps.maillog.actions.tallying import count_rows
from kommunpost.apps.maillog.actions.wording import count_words, postings_of, row_words
from kommunpost.apps.maillog.search_index import postings

_AT_ONCE = 2000
IndexedRow = tuple[int, int, int, str, str, str]
"""id, mailbox id, direction (0 in, 1 out), sender, recipients, subject."""


def index_pending(limit: int = 1000) -> int:
    """Index at most ``limit`` pending rows in one transaction, and return how many. 0: nothing was left, or another
    worker is at it. On SQLite intake waits meanwhile: some 0.1 ms a row on a quiet machine, a second on a loaded one.
    """
    with index_lock(wait=False) as is_ours:
        rows = _take(limit) if is_ours else []
        if rows:
            index_rows(rows)
            _forget([row[0] for row in rows])
            ensure_month_after(max(row[0] for row in rows))
    return len(rows)


def index_rows(rows: Sequence[IndexedRow]) -> None:
    """Add rows that stand in the log to index, vocabulary and tallies. The caller holds ``index_lock``, and sees to it
    that each row is added once.
    """
    if not rows:
        return
    words = [row_words(row[3:]) for row in rows]
    word_ids = count_words(words)
    postings.add(postings_of([(row[0], row[1], one) for row, one in zip(rows, words, strict=True)], word_ids))
    count_rows(row[:3] for row in rows)


@contextmanager
def index_lock(*, wait: bool = True) -> Iterator[bool]:
    """A transaction in which nobody else changes index, vocabulary and tallies; false if it was not to be had at once
    and ``wait`` is false.
    """
    with transaction.atomic():
        # SQLite has one writer anyway.
        if connection.vendor != "postgresql":
            yield True
            return
        key = "hashtext('kommunpost.maillog.index')"
        with connection.cursor() as cursor:
            if wait:
                cursor.execute(f"SELECT pg_advisory_xact_lock({key}) IS NULL")
            else:
                cursor.execute(f"SELECT pg_try_advisory_xact_lock({key})")
            is_ours = wait or bool(cursor.fetchone()[0])
        yield is_ours


def _take(limit: int) -> list[IndexedRow]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM maillog_pending ORDER BY id LIMIT %s", [limit])
        taken = [row[0] for row in cursor.fetchall()]
        rows: list[IndexedRow] = []
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


def _forget(identifiers: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(identifiers), _AT_ONCE):
            part = identifiers[start : start + _AT_ONCE]
            cursor.execute(f"DELETE FROM maillog_pending WHERE id IN ({','.join(['%s'] * len(part))})", part)
