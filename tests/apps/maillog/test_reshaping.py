"""A log that was filled in the first shape of the tables is whole in the second."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from kommunpost.apps.maillog import guards, reshaping, schema
from kommunpost.apps.maillog.actions import index_pending, months
from kommunpost.apps.maillog.models import Pending
from kommunpost.apps.maillog.queries import LogFilter, counts_by_mailbox, rows_matching
from kommunpost.apps.maillog.queries.verification import verify_rows
from kommunpost.apps.maillog.rules.ids import row_id

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)
TABLES = ("wordpart", "posting", "logrow", "correspondents", "subject", "pending", "word", "tally", "erasurepass")
SUBJECTS = ("Ansökan om bygglov", "Fråga om förskoleplats", "Bygglovsansökan")


@pytest.fixture
def first_shape(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Tables of the first shape, with 60 rows over two months. The ids of the rows."""
    monkeypatch.setattr(months, "_known", set())
    for table in TABLES:
        _execute(f"DROP TABLE IF EXISTS maillog_{table}")
    schema.create(connection, oldest=0, latest=row_id(datetime(2100, 1, 1, tzinfo=UTC), 0))
    ids = [row_id(START + number * timedelta(days=1), number) for number in range(60)]
    months.ensure_months(ids)
    column, value = (", words", ", '{}'") if connection.vendor == "postgresql" else ("", "")
    _execute(f"INSERT INTO maillog_correspondents (id, text{column}) VALUES (1, 'anna@mejl.example'{value})")
    for number, subject in enumerate(SUBJECTS):
        _execute(f"INSERT INTO maillog_subject (id, text{column}) VALUES ({number}, '{subject}'{value})")
    for number, identifier in enumerate(ids):
        _execute(f"INSERT INTO maillog_logrow VALUES ({identifier}, 0, 1, 1, {number % 3}, {number % 2 + 1}, 0)")
    _execute(f"INSERT INTO maillog_pending VALUES ({ids[-1]})")
    _execute("INSERT INTO maillog_tally (mailbox_id, period, direction, number) VALUES (1, 202601, 0, 99)")
    return ids


def test_a_filled_log_is_whole_after_the_second_migration(first_shape: list[int]) -> None:
    reshaping.reshape(connection)
    assert _found() == _expected(first_shape)
    assert counts_by_mailbox(filter=LogFilter()) == {1: 30, 2: 30}
    while index_pending(25):
        assert _found() == _expected(first_shape)
    assert not Pending.objects.exists()
    assert counts_by_mailbox(filter=LogFilter()) == {1: 30, 2: 30}
    assert list(verify_rows()) == []
    assert guards.missing(connection) == []


def _found() -> list[int]:
    return [row.id for row in rows_matching(filter=LogFilter(text="ansökan"))]


def _expected(ids: list[int]) -> list[int]:
    return [identifier for number, identifier in enumerate(ids) if number % 3 != 1][::-1]


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
