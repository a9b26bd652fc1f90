"""What ``./run bench log_search`` fills in bulk is what the office itself would have written, to the byte."""

import pytest
from bench import log_bulk, log_fill, log_world
from django.db import connection

from kommunpost.apps.maillog.actions import index_pending
from kommunpost.apps.maillog.queries import LogFilter, search

pytestmark = pytest.mark.django_db

_NOTED = {
    "words": "SELECT word, stem, senders, recipients, subjects FROM maillog_word",
    # Without ids: the office numbers words in another order.
    "lists": """SELECT COALESCE(word.word, ''), CASE WHEN word.id IS NULL THEN part.key ELSE part.key % 4 END,
        part.since, part.until, part.data FROM maillog_posting AS part
        LEFT JOIN maillog_word AS word ON word.id = part.key / 4 AND part.key % 4 <> 3""",
    "tallies": "SELECT month, mailbox_id, incoming, outgoing, days FROM maillog_tally",
}
HOUR = 1 / 24


def _noted() -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for name, query in _NOTED.items():
            cursor.execute(query)
            rows = [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in cursor]
            found[name] = sorted(rows)
    return found


def _index_by_the_office() -> None:
    with connection.cursor() as cursor:
        for table in ("word", "posting", "tally"):
            cursor.execute(f"DELETE FROM maillog_{table}")
        cursor.execute("INSERT INTO maillog_pending (id) SELECT id FROM maillog_logrow")
    while index_pending(700):
        pass


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        pytest.param(2500, 365, id="a year, far apart"),
        pytest.param(6000, HOUR, id="an hour, several rows a moment"),
    ],
)
def test_the_bulk_fill_is_what_the_office_writes(monkeypatch: pytest.MonkeyPatch, rows: int, days: float) -> None:
    monkeypatch.setattr(log_world, "DAYS", days)
    monkeypatch.setattr(log_bulk, "DAYS", days)
    monkeypatch.setattr(log_world, "BLOCK", 900)
    monkeypatch.setattr(log_fill, "_settle", lambda: None)  # VACUUM cannot run inside a test's transaction.
    log_fill.fill(rows)
    ours = _noted()
    found = search(filter=LogFilter(text="faktura")).rows
    _index_by_the_office()
    office = _noted()
    assert len(office["lists"]) > len({row[:2] for row in office["lists"]}), "no list was cut: the test says too little"
    for name, noted in office.items():
        assert ours[name] == noted, name
    assert found == search(filter=LogFilter(text="faktura")).rows
    assert found


def test_a_log_that_holds_other_rows_is_not_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_fill, "_settle", lambda: None)
    log_fill.fill(10)
    assert log_fill.fill(10) == 0.0
    with pytest.raises(ValueError, match="holds 10 rows, not 20"):
        log_fill.fill(20)
