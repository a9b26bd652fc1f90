"""What ``kommunpost doctor`` asks of the log."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from kommunpost.apps.maillog.models import Pending
from kommunpost.apps.maillog.rules.ids import row_id
from kommunpost.core.checkup import Finding, note, ok

LATE = timedelta(minutes=10)


def check(*, now: datetime) -> Iterator[Finding]:
    """Whether the index keeps up, and whether PostgreSQL can look for parts of words."""
    yield from check_index(now)
    yield from check_trigrams()


def check_index(now: datetime) -> Iterator[Finding]:
    """Rows that have waited for ``LATE``. Searches find them all the same, but each search reads them one by one.

    Old mail that is being moved in counts as waiting until it is indexed.
    """
    waiting = Pending.objects.filter(id__lt=row_id(now - LATE, 0)).count()
    if waiting:
        remedy = "See that the worker runs, and what its log says. Searches are right meanwhile, but slower."
        yield note("maillog.index_behind", f"{waiting} rows wait for the log's index.", remedy, number=waiting)
    else:
        yield ok("maillog.index_current", "The log's index keeps up.")


def check_trigrams() -> Iterator[Finding]:
    """Whether the index over parts of words is there; nothing on SQLite, which always has its own."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('maillog_word_part') IS NOT NULL")
        is_there = cursor.fetchone()[0]
    if is_there:
        yield ok("maillog.trigrams", "The database can look for parts of words.")
    else:
        says = "pg_trgm was missing when the log was made: each part of a word is looked for in all words."
        remedy = (
            "CREATE EXTENSION pg_trgm; CREATE INDEX maillog_word_part ON maillog_word USING gin (word gin_trgm_ops)"
        )
        yield note("maillog.no_trigrams", says, remedy)
