"""Counts are exact at every moment: before, while and after rows are indexed."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from tests.apps.maillog.world import NOON, recorded

from kommunpost.apps.maillog.actions import index_pending, write_rows
from kommunpost.apps.maillog.models import Tally, Word
from kommunpost.apps.maillog.queries import (
    LogFilter,
    TextNotCounted,
    count,
    counts_by_day,
    counts_by_mailbox,
    rows_matching,
    verify_rows,
)

FILTERS = [
    LogFilter(),
    LogFilter(direction="in"),
    LogFilter(mailbox_ids=frozenset({0})),
    LogFilter(mailbox_ids=frozenset({1, 2}), direction="out"),
    LogFilter(mailbox_ids=frozenset()),
    LogFilter(since=date(2026, 2, 10)),
    LogFilter(until=date(2026, 4, 30)),
    LogFilter(since=date(2026, 2, 1), until=date(2026, 2, 28)),
    LogFilter(since=date(2026, 2, 3), until=date(2026, 2, 17), mailbox_ids=frozenset({1})),
    LogFilter(since=date(2025, 12, 31), until=date(2026, 5, 1), direction="in"),
    LogFilter(since=date(2026, 5, 1), until=date(2026, 4, 1)),
]


def _write(number: int) -> None:
    random = Random(number)
    write_rows(
        [
            recorded(
                delivery_id,
                mailbox_id=random.choice([None, 1, 2]),
                direction=random.choice(["in", "out"]),
                at=NOON + timedelta(minutes=random.randrange(-100_000, 100_000)),
            )
            for delivery_id in range(1, number + 1)
        ]
    )


@pytest.mark.django_db
@pytest.mark.parametrize("indexed", [0, 77, 400])
@pytest.mark.parametrize("wanted", FILTERS)
def test_counts_are_what_counting_the_rows_gives(wanted: LogFilter, indexed: int) -> None:
    _write(200)
    index_pending(indexed)
    rows = list(rows_matching(filter=wanted))
    assert count(filter=wanted).number == len(rows)
    by_day = Counter((row.at.date(), row.direction) for row in rows)
    counted = counts_by_day(filter=wanted)
    assert [day.day for day in counted] == sorted({row.at.date() for row in rows})
    assert all((day.incoming, day.outgoing) == (by_day[day.day, "in"], by_day[day.day, "out"]) for day in counted)
    assert counts_by_mailbox(filter=wanted) == Counter(row.mailbox_id or 0 for row in rows)


@pytest.mark.django_db
def test_rows_are_indexed_once_and_in_portions() -> None:
    _write(50)
    assert [index_pending(20), index_pending(20), index_pending(20), index_pending(20)] == [20, 20, 10, 0]
    assert Word.objects.get(word="bygglov").subjects == 50
    assert Word.objects.get(word="bygglov").recipients == 50
    assert Word.objects.get(word="karin").senders == 50


@pytest.mark.django_db
def test_indexing_is_undone_whole_when_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    _write(30)

    def fail(_: int) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("kommunpost.apps.maillog.actions.indexing.ensure_month_after", fail)
    with pytest.raises(RuntimeError):
        index_pending()
    assert not Tally.objects.exists()
    monkeypatch.undo()
    assert index_pending() == 30
    assert list(rows_matching(filter=LogFilter(text="bygglov")))


@pytest.mark.django_db
def test_words_are_not_counted_by_day() -> None:
    with pytest.raises(TextNotCounted):
        counts_by_day(filter=LogFilter(text="ansökan"))


@pytest.mark.django_db
def test_a_whole_log_has_no_defects() -> None:
    _write(100)
    index_pending(40)
    assert list(verify_rows()) == []


@pytest.mark.django_db
def test_a_wrong_tally_is_found() -> None:
    _write(20)
    index_pending()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE maillog_tally SET incoming = incoming + 1 WHERE mailbox_id = 1 AND month <> 0")
    wrong = Tally.objects.filter(mailbox_id=1).exclude(month=0).order_by("month").values_list("month", flat=True)
    assert [(one.code, one.subject) for one in verify_rows()] == [
        ("tally_wrong", f"mailbox:1/{month}") for month in wrong
    ]
