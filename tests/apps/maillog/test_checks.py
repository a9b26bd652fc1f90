"""What the doctor says of the log."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from tests.apps.maillog.world import recorded

from kommunpost.apps.maillog.actions import index_pending, write_rows
from kommunpost.apps.maillog.checks import check, check_trigrams

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


def test_rows_that_wait_are_counted_until_they_are_indexed() -> None:
    write_rows([recorded(1, at=NOW - timedelta(hours=1)), recorded(2, at=NOW - timedelta(seconds=5))])
    behind = next(one for one in check(now=NOW) if one.code.startswith("maillog.index"))
    assert (behind.code, behind.level, behind.facts) == ("maillog.index_behind", "note", {"number": 1})
    index_pending()
    assert "maillog.index_current" in {one.code for one in check(now=NOW)}


@pytest.mark.only_on("postgresql")
def test_a_missing_index_of_parts_is_noted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS maillog_word_part")
    assert [one.code for one in check_trigrams()] == ["maillog.no_trigrams"]
